"""The counting rule `greedy`: most votes first, skip what does not fit.

Projects are taken in the order of their votes. One that costs no more than what is left of the envelope wins; one that
costs more is skipped, and the next is tried. Between equal votes the cheaper project goes first; between equal costs
the order of SHA-256(seed|project id), whose seed was drawn in public before the poll opened. A project without votes
never wins. Money is whole tiyn; nothing is rounded.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise


class Reason(StrEnum):
    """Why a project won or lost."""

    WON = "won"
    NOT_ENOUGH_LEFT = "not enough left"
    NO_VOTES = "no votes"


class TieBreak(StrEnum):
    """What decided between two projects with equal votes."""

    CHEAPER = "cheaper"
    SEED = "seed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project as the rule sees it. `cost` is in tiyn."""

    id: str
    cost: int
    votes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one project.

    `step` counts from 1 in the order in which projects were considered; `left` is what was left of the envelope
    before that step and `missing` what it lacked for the cost, both in tiyn.
    """

    id: str
    cost: int
    votes: int
    reason: Reason
    step: int
    left: int
    missing: int

    @property
    def won(self) -> bool:
        return self.reason is Reason.WON


@dataclass(frozen=True, slots=True)
class Tie:
    """Two projects with equal votes that stood next to each other, and why `first` went before `second`."""

    first: str
    second: str
    votes: int
    decided_by: TieBreak


@dataclass(frozen=True, slots=True)
class Allocation:
    """The result: outcomes in the order of consideration; `spent` and `left` of the envelope in tiyn."""

    outcomes: tuple[Outcome, ...]
    ties: tuple[Tie, ...]
    spent: int
    left: int

    @property
    def winners(self) -> tuple[Outcome, ...]:
        """The winners, in the order in which they won."""
        return tuple(outcome for outcome in self.outcomes if outcome.won)


def seed_order(seed: str, project_id: str) -> str:
    """The place of a project in the seed's order: SHA-256("seed|project id") in hexadecimal, ascending."""
    return hashlib.sha256(f"{seed}|{project_id}".encode()).hexdigest()


def greedy(envelope: int, candidates: Sequence[Candidate], seed: str) -> Allocation:
    """Share out `envelope` tiyn. `seed` is the hexadecimal SHA-256 of the text drawn in public.

    Raises ValueError for a negative envelope, cost or vote count, or an id that occurs twice.
    """
    if envelope < 0 or any(candidate.cost < 0 or candidate.votes < 0 for candidate in candidates):
        raise ValueError("envelope, costs and votes are not negative")
    if len({candidate.id for candidate in candidates}) != len(candidates):
        raise ValueError("a project occurs twice")
    order = sorted(candidates, key=lambda project: (-project.votes, project.cost, seed_order(seed, project.id)))
    left = envelope
    outcomes = []
    for step, project in enumerate(order, start=1):
        missing = max(0, project.cost - left)
        reason = Reason.WON
        if not project.votes:
            reason = Reason.NO_VOTES
        elif missing:
            reason = Reason.NOT_ENOUGH_LEFT
        outcomes.append(Outcome(project.id, project.cost, project.votes, reason, step, left, missing))
        if reason is Reason.WON:
            left -= project.cost
    return Allocation(tuple(outcomes), _ties(order), envelope - left, left)


def _ties(order: Sequence[Candidate]) -> tuple[Tie, ...]:
    return tuple(
        Tie(a.id, b.id, a.votes, TieBreak.CHEAPER if a.cost < b.cost else TieBreak.SEED)
        for a, b in pairwise(order)
        if a.votes == b.votes > 0
    )
