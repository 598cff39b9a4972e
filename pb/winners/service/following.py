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
class Became:
    """What became of one winner, in tiyn: what residents decided, is planned, stands in a budget, and was paid.

    What is beyond the decision and what is missing of it are told apart: of several winners neither hides the other.
    `work` is None while nobody tells of works.
    """

    standing: Standing
    budgeted: int
    work: Work | None

    @property
    def decided(self) -> int:
        return self.standing.winner.granted

    @property
    def planned(self) -> int:
        """Nothing is planned for what waits."""
        return 0 if self.standing.plan.waits else self.standing.total

    @property
    def rise(self) -> int:
        """By how much more is planned than was decided."""
        return max(self.planned - self.decided, 0)

    @property
    def fall(self) -> int:
        """By how much less is planned than was decided."""
        return max(self.decided - self.planned, 0)

    @property
    def paid(self) -> int:
        return self.work.paid if self.work is not None else 0

    @property
    def whole(self) -> bool:
        """Whether budgets in force hold all that is planned for it."""
        return not self.standing.plan.waits and self.budgeted >= self.planned


class Of(NamedTuple):
    """A sum beside what was decided, in tiyn: what is of the decided money, and what is beyond it."""

    decided: int
    beyond: int

    @classmethod
    def each(cls, pairs: Iterable[tuple[int, int]]) -> "Of":
        """Of pairs of what was decided of a project, and its sum: what one has too much is not another's."""
        split = [(min(sum_, decided), max(sum_ - decided, 0)) for decided, sum_ in pairs]
        return cls(sum(part for part, _beyond in split), sum(beyond for _part, beyond in split))


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one cycle: numbers of projects, and sums in tiyn, project by project and of all.

    `paid` and `built` are None while nobody tells of works.
    """

    cycle: Cycle
    proposed: int
    projects: Sequence[Became]
    told: bool

    @property
    def won(self) -> int:
        return len(self.projects)

    @property
    def waiting(self) -> int:
        return sum(one.standing.plan.waits for one in self.projects)

    @property
    def in_full(self) -> int:
        """How many projects budgets in force hold whole."""
        return sum(one.whole for one in self.projects)

    @property
    def built(self) -> int | None:
        return sum(one.work is not None and one.work.finished for one in self.projects) if self.told else None

    @property
    def decided(self) -> int:
        return sum(one.decided for one in self.projects)

    @property
    def rises(self) -> int:
        return sum(one.rise for one in self.projects)

    @property
    def falls(self) -> int:
        return sum(one.fall for one in self.projects)

    @property
    def budgeted(self) -> Of:
        return Of.each((one.decided, one.budgeted) for one in self.projects)

    @property
    def paid(self) -> Of | None:
        return Of.each((one.decided, one.paid) for one in self.projects) if self.told else None

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
    by_cycle: dict[UUID, list[Became]] = {}
    for one in every:
        became = Became(one, held.get(one.winner.id, 0), (known or {}).get(one.proposal.id))
        by_cycle.setdefault(one.winner.cycle_id, []).append(became)
    return [
        Figures(cycle, proposed.get(cycle.id, 0), by_cycle[cycle.id], known is not None)
        for cycle in cycles.all_of(act)
        if cycle.phase != Phase.ENDED and cycle.id in by_cycle
    ]


def in_budgets(act: Act, every: Iterable[Standing]) -> Mapping[UUID, int]:
    """What of each winner's plan budgets in force hold, in tiyn, by the winner."""
    found = [(one, line) for one in every if not one.plan.waits for line in one.lines]
    years = {line.year for _one, line in found}
    lines = [line for year, version in in_force(act, years).items() for line in budgets.lines(act, version, year)]
    has: dict[UUID, int] = {}
    for (winner_id, _position), part in budgeting.shares(found, lines).items():
        has[winner_id] = has.get(winner_id, 0) + part
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
