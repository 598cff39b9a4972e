"""Decided, budgeted, built: what became of what residents decided, cycle by cycle, also where it is little.

What was paid and what is finished is told by the room of works, which registers here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from pb.act import Act
from pb.budget import service as budgets
from pb.budget.models import Version
from pb.core.budget.amounts import share
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.proposals.models import Proposal, State
from pb.winners.service import budgeting, plans
from pb.winners.service.plans import Standing


class Work(NamedTuple):
    """What was paid for a project, in tiyn, and whether it is accepted."""

    paid: int
    finished: bool


TellOfWorks = Callable[[Act, Sequence[UUID]], Mapping[UUID, Work]]
_told: list[TellOfWorks] = []


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one cycle: numbers of projects, and sums in tiyn. `paid` and `built` are None while nobody tells of works."""

    cycle: Cycle
    proposed: int
    won: int
    waiting: int
    budgeted: int
    built: int | None
    decided_sum: int
    planned_sum: int
    budgeted_sum: int
    paid_sum: int | None

    @property
    def drift(self) -> int:
        """By how much more is planned than was decided; below nil: less."""
        return self.planned_sum - self.decided_sum

    @property
    def built_of_proposed(self) -> int | None:
        """Hundredths of a per cent of what was proposed; None where nothing was, or nobody tells of works."""
        return None if self.built is None else share(self.built, self.proposed)

    @property
    def built_of_won(self) -> int | None:
        return None if self.built is None else share(self.built, self.won)


def tells_of_works(tell: TellOfWorks) -> TellOfWorks:
    """Registers who knows what was paid for projects, and which are accepted."""
    _told.append(tell)
    return tell


def works(act: Act, proposal_ids: Sequence[UUID]) -> Mapping[UUID, Work] | None:
    """What is known of these projects; None while no room tells of works."""
    if not _told:
        return None
    return {project: work for tell in _told for project, work in tell(act, proposal_ids).items()}


def of_okrug(act: Act) -> list[Figures]:
    """The cycles that came to a result, the latest first: one that was ended early is not among them."""
    every = plans.of_okrug(act)
    held = in_budgets(act, every)
    known = works(act, [one.winner.proposal_id for one in every])
    proposed = _proposed(act)
    by_cycle: dict[UUID, list[Standing]] = {}
    for one in every:
        by_cycle.setdefault(one.winner.cycle_id, []).append(one)
    return [
        _figures(cycle, by_cycle[cycle.id], held, known, proposed.get(cycle.id, 0))
        for cycle in cycles.all_of(act)
        if cycle.phase != Phase.ENDED and cycle.id in by_cycle
    ]


def in_budgets(act: Act, every: Iterable[Standing]) -> Mapping[UUID, int]:
    """What of each winner's plan budgets in force hold, in tiyn, by the winner.

    Where a line holds less than all winners of its code, those of earlier years and with more votes go first.
    """
    found = [(one, line) for one in every if not one.plan.waits for line in one.lines]
    years = {line.year for _one, line in found}
    lines = [line for year, version in in_force(act, years).items() for line in budgets.lines(act, version, year)]
    has: dict[UUID, int] = {}
    for need in budgeting.needs(found, budgeting.codes_of(lines)):
        left = budgeting.held(lines, need.year, need.code)
        for one, line in need.of:
            part = min(left, line.amount)
            has[one.winner.id] = has.get(one.winner.id, 0) + part
            left -= part
    return has


def in_force(act: Act, years: Iterable[int]) -> Mapping[int, Version]:
    """The version that holds for each year: of the budget that begins with it, else of the last one before it."""
    found: dict[int, Version] = {}
    adopted = [(budget, budgets.in_force(act, budget)) for budget in budgets.budgets(act)]
    for year in sorted(set(years)):
        for budget, version in adopted:  # the latest first
            if version is not None and year in budget.years:
                found[year] = version
                break
    return found


def _figures(
    cycle: Cycle,
    some: Sequence[Standing],
    held: Mapping[UUID, int],
    known: Mapping[UUID, Work] | None,
    proposed: int,
) -> Figures:
    done = None if known is None else [known[one.proposal.id] for one in some if one.proposal.id in known]
    return Figures(
        cycle=cycle,
        proposed=proposed,
        won=len(some),
        waiting=sum(one.plan.waits for one in some),
        budgeted=sum(not one.plan.waits and held.get(one.winner.id, 0) >= one.total for one in some),
        built=None if done is None else sum(work.finished for work in done),
        decided_sum=sum(one.winner.granted for one in some),
        planned_sum=sum(one.total for one in some if not one.plan.waits),
        budgeted_sum=sum(held.get(one.winner.id, 0) for one in some),
        paid_sum=None if done is None else sum(work.paid for work in done),
    )


def _proposed(act: Act) -> Mapping[UUID, int]:
    """How many ideas were handed in and not taken back, in each cycle."""
    query = (
        select(Proposal.cycle_id, func.count())
        .join(Cycle, Cycle.id == Proposal.cycle_id)
        .where(Cycle.territory_id == act.territory.id)
        .where(Proposal.state.not_in([State.DRAFT, State.WITHDRAWN]))
        .group_by(Proposal.cycle_id)
    )
    return {row[0]: row[1] for row in act.session.execute(query)}
