"""What hangs of the budget on meetings: the way from a point on it, or a hearing on its draft, to where it goes on."""

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from pb.act import Act
from pb.budget.service import at_meetings
from pb.budget.views.parts import called
from pb.clock import local
from pb.gatherings.models import Gathering, Matter, Question
from pb.web.parts import Place, hangs

LINK = Markup('<p><a href="{}">{}</a></p>')


@hangs(Place.DECISION)
def of_budget(act: Act, question: Question) -> str:  # noqa: ARG001 - one signature for all parts
    """To everybody: what was agreed is read there, and there the office and the chair take the next step."""
    if question.matter not in {Matter.BUDGET, Matter.EXECUTION}:
        return ""
    return LINK.format(url_for("budget.list_all"), _("Budget"))


@hangs(Place.MEETING)
@hangs(Place.HEARING)
def of_a_hearing(act: Act, gathering: Gathering) -> str:
    """Where a draft of the budget is heard: the versions that were under way on that day."""
    if not any(one.matter == Matter.DRAFT and not one.removed for one in gathering.questions):
        return ""
    found = at_meetings.open_on(act, local(gathering.meets_at).date())
    links = [
        (url_for("budget.show_version", budget_id=one.budget_id, version_id=one.id), called(one.budget, one))
        for one in found
    ]
    return Markup().join(LINK.format(*link) for link in links or [(url_for("budget.list_all"), _("Budget"))])
