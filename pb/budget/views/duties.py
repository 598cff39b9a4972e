"""What waits for whom on the way of a budget, with the days of the budget year."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from pb.act import Act, Role
from pb.budget import service
from pb.budget.models import Budget, Kind, Move, Question
from pb.budget.service import asking, calendar, rests, steps
from pb.budget.service.calendar import Due
from pb.budget.views.parts import called
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.identity.service.duties import Duty, duties_of
from pb.territory.service import tree

DEEDS = {
    None: lazy_gettext("Write the budget and put it before the assembly"),
    Move.AGREED: lazy_gettext("Send the agreed budget to the raion"),
    Move.SENT: lazy_gettext("Record what the raion's budget commission considered"),
    Move.CONSIDERED: lazy_gettext("Record the maslikhat's decision on the budget"),
}
NEXT = {Move.AGREED: Move.SENT, Move.SENT: Move.CONSIDERED, Move.CONSIDERED: Move.APPROVED}
TERMS = {
    None: Due.AGREE,
    Move.PUT: Due.AGREE,
    Move.AGREED: Due.AGREE,
    Move.SENT: Due.COMMISSION,
    Move.CONSIDERED: Due.APPROVE,
}


@duties_of(Role.OFFICE, Role.AKIM, Role.CHAIR, Role.SECRETARY, Role.DEPUTY, Role.MASLIKHAT_SECRETARY, Role.AUDITOR)
def of_budgets(act: Act) -> Iterator[Duty]:
    """The next step of each version that is under way, for those who take it."""
    if act.territory.kind not in FOURTH_LEVEL:
        return
    found = service.budgets(act)
    stand = service.standing_of(act, [budget.id for budget in found])
    asked = asking.of_versions(act, [one.version.id for every in stand.values() for one in every])
    for budget in found:
        last = service.leading(stand[budget.id])
        yield from _of_quarters(act, budget, stand[budget.id])
        url = url_for("budget.show_version", budget_id=budget.id, version_id=last.version.id)
        thing = called(budget, last.version)
        days = {day.due: day.day for day in calendar.of_budget(act, budget.first_year)}
        until = days.get(TERMS[last.move]) if _has_term(last, stand[budget.id]) else None
        if until is not None and _lives_on_a_quarter(stand[budget.id]):
            until = calendar.late(act, budget.first_year)
        yield from _of_version(act, last, url, thing, until)
        if act.holds(Role.OFFICE):
            yield from _of_questions(budget, stand[budget.id], asked)


def _has_term(last: service.Standing, every: Sequence[service.Standing]) -> bool:
    """Whether the days of the year bind the version: one that follows a return comes after them, and has none."""
    if last.version.kind != Kind.DRAFT or last.move not in TERMS:
        return False
    returned = any(one.version.kind == Kind.DRAFT and one.move is Move.RETURNED for one in every)
    return TERMS[last.move] is Due.APPROVE or not returned


def _lives_on_a_quarter(every: Sequence[service.Standing]) -> bool:
    return any(one.version.kind == Kind.QUARTER and one.move is Move.DECIDED for one in every)


def _of_questions(
    budget: Budget, every: Sequence[service.Standing], asked: Mapping[UUID, Sequence[Question]]
) -> Iterator[Duty]:
    """What deputies asked of any version: a later one answers none of it."""
    for one in every:
        if waiting := sum(asking.waits(question) for question in asked.get(one.version.id, ())):
            yield Duty(
                str(ngettext("Answer a deputy's question", "Answer %(num)s questions of deputies", waiting)),
                url_for("budget.show_version", budget_id=budget.id, version_id=one.version.id, _anchor="questions"),
                called(budget, one.version),
            )


def _of_quarters(act: Act, budget: Budget, every: Sequence[service.Standing]) -> Iterator[Duty]:
    """The plan of a quarter: to be made where the budget is late, to be decided once it is written."""
    until = {day.due: day.day for day in calendar.of_budget(act, budget.first_year)}[Due.QUARTER]
    over = service.quarter_is_over(act, budget)
    if act.holds(Role.OFFICE) and Kind.QUARTER in service.offered(act, budget):
        deed = _("Prepare the akim's plan of the first quarter: the budget is late")
        yield Duty(deed, url_for("budget.new_version", budget_id=budget.id), str(budget.first_year), until)
    for one in every:
        if one.version.kind == Kind.QUARTER and steps.may(act, one, Move.DECIDED) and not over:
            url = url_for("budget.show_version", budget_id=budget.id, version_id=one.version.id)
            yield Duty(_("Decide on the plan of the first quarter"), url, str(budget.first_year), until)


def _of_version(act: Act, last: service.Standing, url: str, thing: str, until: date | None) -> Iterator[Duty]:
    move = last.move
    if last.version.kind == Kind.PAPER and steps.may(act, last, Move.TAKEN):
        yield Duty(_("Take the budget in from its decision on paper"), url, thing)
    elif last.version.kind == Kind.PAPER and steps.may(act, last, Move.APPROVED):
        yield Duty(_("Compare a budget that was taken in with its decision, and confirm it"), url, thing)
    elif move is None and act.holds(Role.OFFICE) and last.version.kind != Kind.QUARTER:
        yield Duty(str(DEEDS[None]), url, thing, until)
    elif move is Move.PUT and steps.may(act, last, Move.AGREED) and steps.points_on(act, last.version):
        yield Duty(_("Name the assembly's decision on the budget"), url, thing, until)
    elif move is Move.PUT and act.holds(Role.OFFICE):
        yield Duty(_("Have the assembly decide on the draft budget"), url, thing, until)
    elif last.version.kind != Kind.QUARTER and steps.may(act, last, Move.DECIDED):
        yield Duty(_("Record the akim's decision on the budget"), url, thing)
    elif move in NEXT and steps.may(act, last, NEXT[move]) and _is_first(act, NEXT[move]):
        yield Duty(str(DEEDS[move]), url, thing, until)
    elif move in {Move.DECLINED, Move.RETURNED} and act.holds(Role.OFFICE):
        yield Duty(
            _("Make a new version of the budget"),
            url_for("budget.new_version", budget_id=last.version.budget_id),
            thing,
        )


def _is_first(act: Act, move: Move) -> bool:
    """Whether the step is the actor's before others who may take it."""
    return act.holds(steps.MAY[move][0]) or (Role.DEPUTY in steps.MAY[move] and steps.stands_in(act))


@duties_of(Role.OFFICE)
def of_rests(act: Act) -> Iterator[Duty]:
    """What became of the rest of last year; and again, where a corrected report changed a rest that is recorded."""
    if act.territory.kind not in FOURTH_LEVEL:
        return
    for budget, found in rests.of_last_years(act):
        here, year = url_for("budget.show_left", budget_id=budget.id), str(budget.first_year)
        if any(one.outdated for one in found):
            yield Duty(_("Look again at what is left of the year: a report changed it"), here, year)
        elif any(one.open for one in found):
            yield Duty(_("Record what became of the rest of the year"), here, year, calendar.rests(act, budget))


@duties_of(Role.OFFICE)
def of_the_year(act: Act) -> Iterator[Duty]:
    """Next year's budget, where it is not begun; and the execution of the last month."""
    if act.territory.kind not in FOURTH_LEVEL:
        return
    today = local(act.at).date()
    if service.find(act, today.year + 1) is None:
        here = url_for("budget.list_all", okrug=tree.slug_of(act.session, act.territory.id))
        begin = next(day for day in calendar.of_budget(act, today.year + 1) if day.due is Due.BEGIN)
        if today >= begin.day.replace(day=1):
            # An okrug that came here after that day, or keeps its budget elsewhere, is late with nothing.
            until = begin.day if service.budgets(act) else None
            yield Duty(_("Begin the budget of three years"), here, str(today.year + 1), until)
    report = calendar.execution(act)
    if report is not None and not report.done:
        budget = service.get(act, today.year)
        yield Duty(
            _("Take in the report on the budget's execution"),
            url_for("budget.write_execution", budget_id=budget.id),
            str(today.year),
            report.day,
        )
