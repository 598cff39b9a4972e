"""What hangs of the budget on decisions of meetings: the way from a point on it to the room where it goes on."""

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from pb.act import Act
from pb.gatherings.models import Matter, Question
from pb.web.parts import Place, hangs


@hangs(Place.DECISION)
def of_budget(act: Act, question: Question) -> str:  # noqa: ARG001 - one signature for all parts
    """To everybody: what was agreed is read there, and there the office and the chair take the next step."""
    if question.matter not in {Matter.BUDGET, Matter.EXECUTION}:
        return ""
    return Markup('<p><a href="{}">{}</a></p>').format(url_for("budget.list_all"), _("Budget"))
