"""What hangs of tasks on points of agendas: the way to give one, and what became of those given before."""

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from pb.act import Act
from pb.gatherings.models import Question
from pb.tasks.service import GIVING, basis, finding
from pb.tasks.views import showing
from pb.web.parts import Place, hangs


@hangs(Place.DECISION)
def to_give(act: Act, question: Question) -> str:
    """For who may give a task."""
    if not act.holds(*GIVING):
        return ""
    url = url_for("tasks.new", question=basis.called(question))
    return Markup('<p><a href="{}">{}</a></p>').format(url, _("Give a task"))


@hangs(Place.EARLIER)
def what_became(act: Act, question: Question) -> str:  # noqa: ARG001 - one signature for all parts
    """What the assembly asks after first: tasks that are late, and those under way."""
    late, going_on = (showing.rows(act, some) for some in (finding.overdue(act), finding.going_on(act)))
    return render_template("tasks/_earlier.html", overdue=late, going_on=going_on)
