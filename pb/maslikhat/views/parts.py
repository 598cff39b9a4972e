"""What hangs of the maslikhat on points: on a decided proposal the way to send it, and what became of earlier ones."""

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from pb.act import Act
from pb.gatherings.models import Matter, Question
from pb.maslikhat.service import SENDING, finding
from pb.maslikhat.views import pages
from pb.tasks.service import basis
from pb.web.parts import Place, hangs

SHOWN = 10
TO_THE_MASLIKHAT = frozenset({Matter.MASLIKHAT, Matter.RELEASE})
"""To whom the assembly turns for the akim's release no source says: the way to the maslikhat is offered, no duty."""


@hangs(Place.DECISION)
def to_send(act: Act, question: Question) -> str:
    """For who sends proposals of the assembly."""
    if question.matter not in TO_THE_MASLIKHAT or not act.holds(*SENDING):
        return ""
    url = url_for("maslikhat.new", question=basis.called(question))
    return Markup('<p><a href="{}">{}</a></p>').format(url, _("Send it to the maslikhat"))


@hangs(Place.EARLIER)
def proposed(act: Act, question: Question) -> str:  # noqa: ARG001 - one signature for all parts
    """What the assembly proposed, and how far the maslikhat is with it: the latest step first."""
    rows = pages.rows(act, finding.page(act, None, 1, SHOWN))
    return render_template("maslikhat/_earlier.html", rows=rows) if rows else ""
