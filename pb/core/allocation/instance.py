"""What is counted: an envelope, projects, and ballots of one kind, in whole numbers; equal ballots are held once.

Money is a whole number of the smallest amount in use (tiyn in a poll; in a file, the currency's unit or, where a cost
has decimals, the power of ten that makes every cost whole); `unit` says how many of them make one unit of currency.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Self

from pb.core.allocation.greedy import Candidate, seed_order


class Kind(StrEnum):
    """What a voter writes on a ballot."""

    APPROVAL = "approval"  # a set of projects; limits of number (k-approval) or of cost (knapsack) are a matter of form
    POINTS = "points"  # points for projects
    RANKING = "ranking"  # projects, the best first; the points are those of Borda


@dataclass(frozen=True, slots=True)
class Project:
    """A project on the ballot. `cost` in the instance's smallest amounts."""

    id: str
    cost: int
    name: str = ""
    settlement: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Ballot:
    """`voters` equal ballots: places of projects, ascending, and the points of each (all 1 if None; never 0)."""

    choices: tuple[int, ...]
    points: tuple[int, ...] | None
    voters: int

    def scores(self) -> Iterable[tuple[int, int]]:
        """Pairs of a project's place and its points."""
        return zip(self.choices, self.points or (1,) * len(self.choices), strict=True)


@dataclass(frozen=True)
class Instance:
    """An election to be counted. Raises ValueError for what no rule can count."""

    envelope: int
    projects: tuple[Project, ...]
    ballots: tuple[Ballot, ...]
    kind: Kind = Kind.APPROVAL
    unit: int = 1

    def __post_init__(self) -> None:
        if self.envelope < 0 or self.unit < 1 or any(project.cost <= 0 for project in self.projects):
            raise ValueError("the envelope is not negative, and every cost is positive")
        if len({project.id for project in self.projects}) != len(self.projects):
            raise ValueError("a project occurs twice")

    @classmethod
    def of(
        cls,
        envelope: int,
        projects: Sequence[Project],
        ballots: Iterable[tuple[tuple[int, ...], tuple[int, ...] | None]],
        kind: Kind = Kind.APPROVAL,
        unit: int = 1,
    ) -> Self:
        """Group equal ballots, each a pair of choices (places in `projects`, ascending) and points or None."""
        grouped = Counter(ballots)
        held = tuple(Ballot(choices, points, voters) for (choices, points), voters in sorted(grouped.items(), key=_key))
        for ballot in held:
            choices, points = ballot.choices, ballot.points
            known = not choices or (choices[0] >= 0 and choices[-1] < len(projects))
            fits = points is None or (len(points) == len(choices) and 0 not in points)
            if not (known and fits and list(choices) == sorted(set(choices))):
                raise ValueError("a ballot names an unknown project, one twice, or gives it no points")
        return cls(envelope, tuple(projects), held, kind, unit)

    @cached_property
    def voters(self) -> int:
        """The number of ballots, empty ones too."""
        return sum(ballot.voters for ballot in self.ballots)

    @cached_property
    def votes(self) -> tuple[int, ...]:
        """How many ballots name each project."""
        counted = [0] * len(self.projects)
        for ballot in self.ballots:
            for place in ballot.choices:
                counted[place] += ballot.voters
        return tuple(counted)

    @cached_property
    def scores(self) -> tuple[int, ...]:
        """The sum of points of each project; of an approval, the votes."""
        if self.kind is Kind.APPROVAL:
            return self.votes
        counted = [0] * len(self.projects)
        for ballot in self.ballots:
            for place, points in ballot.scores():
                counted[place] += points * ballot.voters
        return tuple(counted)

    def candidates(self) -> list[Candidate]:
        """The projects as the greedy rules see them: with the sum of their points."""
        return [
            Candidate(project.id, project.cost, score, project.settlement)
            for project, score in zip(self.projects, self.scores, strict=True)
        ]

    def tie_order(self, seed: str) -> tuple[int, ...]:
        """The rank of each project where nothing else decides: cheaper, more votes, then the order of the seed."""
        places = sorted(
            range(len(self.projects)),
            key=lambda place: (
                self.projects[place].cost,
                -self.scores[place],
                seed_order(seed, self.projects[place].id),
            ),
        )
        ranks = [0] * len(places)
        for rank, place in enumerate(places):
            ranks[place] = rank
        return tuple(ranks)


def _key(
    item: tuple[tuple[tuple[int, ...], tuple[int, ...] | None], int],
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    (choices, points), _voters = item
    return choices, points or ()
