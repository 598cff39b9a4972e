"""What hangs of the budget on meetings: the way from a point on it, or a hearing on its draft, to where it goes on."""

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup, escape

from pb.act import Act, Role
from pb.budget import service
from pb.budget.models import Version
from pb.budget.service import at_meetings
from pb.budget.views.parts import called
from pb.clock import local
from pb.gatherings.models import Gathering, Matter, Question
from pb.gatherings.service.plan import Plan
from pb.web.parts import Place, hangs

LINK = Markup('<p><a href="{}">{}</a></p>')


LIES = lazy_gettext(
    "No version of the budget lies before the assembly on this platform. A draft on paper may be decided on, but the "
    "decision will not reach the budget here."
)
LAY = lazy_gettext(
    "On the day of this meeting no version of the budget lay before the assembly on this platform: the decision does "
    "not reach the budget. Once a version is put before it, the assembly decides anew."
)


@hangs(Place.PLAN)
def of_a_plan(act: Act, plan: Plan) -> str:
    """Whoever convenes it is told, and not refused: the draft may be on paper."""
    on_it = any(point.matter is Matter.BUDGET for point in plan.points)
    if not on_it or plan.meets_at is None or at_meetings.lies(act, local(plan.meets_at).date()):
        return ""
    return Markup(" ").join([escape(LIES), *(Markup('<a href="{}">{}</a>').format(*way) for way in _to_put(act))])


@hangs(Place.POINT)
def of_a_point(act: Act, question: Question) -> Markup:
    """Before and after the vote: what is decided there does not reach the budget."""
    if not at_meetings.nothing_lies(act, question):
        return Markup()
    told = LIES if question.outcome is None else LAY
    written = render_template("budget/_nothing_lies.html", told=told, ways=_to_put(act))
    return Markup(written)  # noqa: S704 - a template has escaped it; a plain text beside `Markup` is escaped once more


@hangs(Place.DECISION)
def of_budget(act: Act, question: Question) -> str:
    """To everybody: what was agreed is read there, and there the office and the chair take the next step."""
    if question.matter not in {Matter.BUDGET, Matter.EXECUTION}:
        return ""
    return of_a_point(act, question) + LINK.format(url_for("budget.list_all"), _("Budget"))


@hangs(Place.MEETING)
def of_a_meeting(act: Act, gathering: Gathering) -> str:
    """The same on the page of the meeting, once."""
    return next(filter(None, (of_a_point(act, one) for one in gathering.questions)), "")


@hangs(Place.MEETING)
@hangs(Place.HEARING)
def of_a_hearing(act: Act, gathering: Gathering) -> str:
    """Where a draft of the budget is heard: the versions that were under way on that day."""
    if not any(one.matter == Matter.DRAFT and not one.removed for one in gathering.questions):
        return ""
    found = at_meetings.open_on(act, local(gathering.meets_at).date())
    links = [(_url(one), called(one.budget, one)) for one in found]
    return Markup().join(LINK.format(*link) for link in links or [(url_for("budget.list_all"), _("Budget"))])


def _to_put(act: Act) -> list[tuple[str, str]]:
    """Where the office begins a budget, or puts the version before the assembly that it is writing."""
    if not act.holds(Role.OFFICE):
        return []
    written = [
        one for one in at_meetings.open_on(act, local(act.at).date()) if service.standing(act, one).being_written
    ]
    return [(_url(one), _("Put it before the assembly")) for one in written[:1]] or [
        (url_for("budget.list_all"), _("Begin a budget"))
    ]


def _url(version: Version) -> str:
    return url_for("budget.show_version", budget_id=version.budget_id, version_id=version.id)
