"""What hangs of the maslikhat on an adopted proposal to it: the way to record the letter."""

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from pb.act import Act
from pb.gatherings.models import Matter, Question
from pb.maslikhat.service import SENDING
from pb.tasks.service import basis
from pb.web.parts import Place, hangs

TO_THE_MASLIKHAT = frozenset({Matter.MASLIKHAT, Matter.RELEASE})
"""To whom the assembly turns for the akim's release no source says: the way to the maslikhat is offered, no duty."""


@hangs(Place.DECISION)
def to_send(act: Act, question: Question) -> str:
    """For who sends proposals of the assembly."""
    if question.matter not in TO_THE_MASLIKHAT or not act.holds(*SENDING):
        return ""
    url = url_for("maslikhat.new", question=basis.called(question))
    return Markup('<p><a href="{}">{}</a></p>').format(url, _("Send it to the maslikhat"))
