"""What hangs of tasks on an adopted point of minutes: the way to give one."""

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from pb.act import Act
from pb.gatherings.models import Question
from pb.tasks.service import GIVING, basis
from pb.web.parts import Place, hangs


@hangs(Place.DECISION)
def to_give(act: Act, question: Question) -> str:
    """For who may give a task."""
    if not act.holds(*GIVING):
        return ""
    url = url_for("tasks.new", question=basis.called(question))
    return Markup('<p><a href="{}">{}</a></p>').format(url, _("Give a task"))
