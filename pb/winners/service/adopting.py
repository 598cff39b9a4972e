"""By which decisions of the maslikhat winners have their money: it follows from the okrug's budget, nobody types it.

A winner has its money by the first decision of the maslikhat that put in force a budget in which its lines, as they
were planned then, stand with at least the sums that residents decided. So a cycle may have several decisions, and one
decision may be that of many cycles and okrugs. What waited then, or waits now, has none to wait for.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act
from pb.budget import service as budgets
from pb.budget.models import HOLDERS, Budget, Decision, Move, Step, Version
from pb.budget.models import Line as BudgetLine
from pb.budget.service import Sum
from pb.clock import local
from pb.core.budget.codes import Part
from pb.cycles.models import Cycle, Phase
from pb.proposals.models import Proposal
from pb.winners.models import Line, Plan, Winner
from pb.winners.service import budgeting
from pb.winners.service.plans import Standing


@dataclass(frozen=True, slots=True)
class Adopted:
    """The decision of each project that has its money, in the order of the result; `lacking`: how many have none."""

    by_project: Mapping[UUID, Decision]
    lacking: int

    @property
    def whole(self) -> bool:
        """Whether the maslikhat gave the money for all winners that do not wait: for one of them at least."""
        return bool(self.by_project) and not self.lacking

    @property
    def decisions(self) -> list[Decision]:
        """Each once, the earliest first."""
        found = {one.id: one for one in self.by_project.values()}
        return sorted(found.values(), key=lambda one: (one.decided_on, one.number))


NOTHING = Adopted({}, 0)


class Turn(NamedTuple):
    """Who moves next, until winners have their money; `office`: it is the office's, in this version if there is one."""

    holder: LazyString
    version: Version | None
    office: bool


class _Won(NamedTuple):
    """A winner with all that was ever planned for it, the first plan first."""

    winner: Winner
    proposal: Proposal
    territory_id: UUID
    year: int
    plans: Sequence[tuple[Plan, Sequence[Line]]]

    def at(self, moment: datetime) -> Standing | None:
        """How it stood then; None where it had no plan yet, or waited."""
        held = [(plan, lines) for plan, lines in self.plans if plan.made_at <= moment]
        if not held or held[-1][0].waits:
            return None
        plan, lines = held[-1]
        return Standing(self.winner, self.proposal, plan, lines)


class _Approval(NamedTuple):
    """A version that the maslikhat approved."""

    at: datetime
    version_id: UUID
    budget: Budget
    decision: Decision


def of_cycle(act: Act, cycle: Cycle) -> Adopted:
    """By which decisions the winners of a cycle have their money."""
    return of_cycles(act, [cycle])[cycle.id]


def of_cycles(act: Act, cycles: Collection[Cycle]) -> Mapping[UUID, Adopted]:
    """The same of many cycles, of one okrug or of many, in five statements."""
    places = {cycle.territory_id for cycle in cycles}
    won = _won(act, places)
    given = _given(act, won)
    found = dict.fromkeys((cycle.id for cycle in cycles), NOTHING)
    for cycle_id in found:
        of_it = [one for one in won if one.winner.cycle_id == cycle_id]
        by_project = {one.proposal.id: given[one.proposal.id] for one in of_it if one.proposal.id in given}
        lacking = sum(one.proposal.id not in given and not one.plans[-1][0].waits for one in of_it)
        found[cycle_id] = Adopted(by_project, lacking)
    return found


def by_version(act: Act, version_id: UUID, cycles: Collection[Cycle]) -> list[UUID]:
    """Of these cycles those of whose winners one has its money by the decision that put this version in force."""
    query = select(Step.decision_id).where(Step.version_id == version_id, Step.decision_id.is_not(None))
    decision_id = act.session.scalars(query).first()
    return [
        cycle_id
        for cycle_id, adopted in of_cycles(act, cycles).items()
        if any(one.id == decision_id for one in adopted.decisions)
    ]


def turn(act: Act, cycle: Cycle) -> Turn | None:
    """Whose move it is in the okrug's budget of the cycle's year; None where no winner waits for a decision on it."""
    if not of_cycle(act, cycle).lacking:
        return None
    budget = budgets.find(act, cycle.fiscal_year)
    if budget is None:
        year = cycle.fiscal_year
        told = _(
            "The akim's office: it begins the okrug's budget of %(year)s and puts the winners' lines into it", year=year
        )
        return Turn(told, None, office=True)
    leading = budgets.leading(budgets.versions(act, budget))
    if leading.over:
        told = _("The akim's office: it makes a new version of the budget with the winners' lines")
        return Turn(told, leading.version, office=True)
    if leading.being_written and any(one.missing for one in budgeting.of_version(act, leading.version)):
        told = _("The akim's office: it puts the winners' lines into the version that it writes")
        return Turn(told, leading.version, office=True)
    return Turn(HOLDERS[leading.move], leading.version, office=False)


def _given(act: Act, won: Sequence[_Won]) -> Mapping[UUID, Decision]:
    """The first decision that gave each project its money."""
    if not won:
        return {}
    approvals = _approvals(act, won)
    lines = _lines(act, won, approvals)
    given: dict[UUID, Decision] = {}
    for approval in approvals:
        place = approval.budget.territory_id
        there = [one for one in won if one.territory_id == place and _before(one, approval)]
        held = _held(there, approval, lines.get(approval.version_id, []))
        given |= {project: approval.decision for project in held if project not in given}
    return given


def _before(one: _Won, approval: _Approval) -> bool:
    """Whether it had won when the maslikhat decided: a decision of before the vote gave nobody's winner money."""
    return local(one.winner.made_at).date() <= approval.decision.decided_on


def _held(won: Iterable[_Won], approval: _Approval, lines: Sequence[Sum]) -> set[UUID]:
    """The projects whose lines, as they were planned then, the version holds.

    Where a line holds less than all winners of its code, those of earlier years and with more votes go first.
    """
    years = approval.budget.years
    stood = [(one.year, standing) for one in won if (standing := one.at(approval.at)) is not None]
    found = [(standing, line) for _year, standing in stood for line in standing.lines if line.year in years]
    lacking: set[UUID] = set()
    for need in budgeting.needs(found, budgeting.codes_of(lines)):
        left = budgeting.held(lines, need.year, need.code)
        for standing, line in need.of:
            wanted = standing.decided_of(line)
            if left < wanted:
                lacking.add(standing.proposal.id)
            left -= min(left, wanted)
    return {
        standing.proposal.id
        for year, standing in stood
        if standing.proposal.id not in lacking
        and year <= approval.budget.first_year  # an earlier budget only foresees later years
        and all(line.year in years for line in standing.lines)
    }


def _won(act: Act, places: Collection[UUID]) -> list[_Won]:
    """Every winner of these okrugs, of earlier years and with more votes first; none of a cycle ended early."""
    query = (
        select(Winner, Proposal, Cycle.territory_id, Cycle.fiscal_year)
        .join(Cycle, Cycle.id == Winner.cycle_id)
        .join(Proposal, Proposal.id == Winner.proposal_id)
        .where(Cycle.territory_id.in_(places), Cycle.phase != Phase.ENDED)
        .order_by(Cycle.fiscal_year, Cycle.attempt, Winner.position)
    )
    rows = act.session.execute(query).all()
    wanted = [row[0].id for row in rows]
    lines: dict[tuple[UUID, int], list[Line]] = {}
    for line in act.session.scalars(select(Line).where(Line.winner_id.in_(wanted)).order_by(Line.position)):
        lines.setdefault((line.winner_id, line.number), []).append(line)
    plans: dict[UUID, list[tuple[Plan, Sequence[Line]]]] = {}
    for plan in act.session.scalars(select(Plan).where(Plan.winner_id.in_(wanted)).order_by(Plan.number)):
        plans.setdefault(plan.winner_id, []).append((plan, lines.get((plan.winner_id, plan.number), [])))
    return [_Won(*row, plans[row[0].id]) for row in rows]


def _approvals(act: Act, won: Sequence[_Won]) -> list[_Approval]:
    """What the maslikhat approved in these okrugs since the first of them won, in its order."""
    query = (
        select(Step.at, Step.version_id, Budget, Decision)
        .join(Version, Version.id == Step.version_id)
        .join(Budget, Budget.id == Version.budget_id)
        .join(Decision, Decision.id == Step.decision_id)
        .where(Step.move == Move.APPROVED, Budget.territory_id.in_({one.territory_id for one in won}))
        .where(Step.at >= min(one.winner.made_at for one in won))
        .order_by(Step.at, Version.number)
    )
    return [_Approval(*row) for row in act.session.execute(query)]


def _lines(act: Act, won: Sequence[_Won], approvals: Sequence[_Approval]) -> Mapping[UUID, list[Sum]]:
    """The lines of these versions that may hold a winner's: of its years and its functional group."""
    planned = [line for one in won for _plan, lines in one.plans for line in lines]
    groups, years = {line.code.partition(".")[0] for line in planned}, {line.year for line in planned}
    query = (
        select(BudgetLine.version_id, BudgetLine.year, BudgetLine.code, BudgetLine.amount)
        .where(BudgetLine.version_id.in_([one.version_id for one in approvals]), BudgetLine.year.in_(years))
        .where(BudgetLine.part == Part.SPENDING, func.substr(BudgetLine.code, 1, 2).in_(groups))
    )
    found: dict[UUID, list[Sum]] = {}
    for version_id, year, code, amount in act.session.execute(query):
        found.setdefault(version_id, []).append(Sum(year, Part.SPENDING, code, amount))
    return found
