"""What is counted: an envelope, projects, and ballots of one kind, in whole numbers; equal ballots are held once.

Money is a whole number of the smallest amount in use (tiyn in a poll; in a file, the currency's unit or, where a cost
has decimals, the power of ten that makes every cost whole); `unit` says how many of them make one unit of currency.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from pb.core.allocation.greedy import Candidate, seed_order

Array = npt.NDArray[Any]
Choices = tuple[tuple[int, ...], tuple[int, ...] | None]


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


class Ballot(NamedTuple):
    """`voters` equal ballots: places of projects, ascending, and the points of each (all 1 if None; never 0)."""

    choices: tuple[int, ...]
    points: tuple[int, ...] | None
    voters: int

    def scores(self) -> Iterable[tuple[int, int]]:
        """Pairs of a project's place and its points."""
        return zip(self.choices, self.points or (1,) * len(self.choices), strict=True)


class Entries(NamedTuple):
    """Every choice of every group of ballots in a row: its project's place, its group, and its points (None: all 1).

    `sizes` are the voters of each group.
    """

    places: Array
    groups: Array
    points: Array | None
    sizes: Array


@dataclass(frozen=True)
class Instance:
    """An election to be counted. Raises ValueError for what no rule can count.

    `totals` stand where there are no ballots, only what was added up: votes and score of each project.
    """

    envelope: int
    projects: tuple[Project, ...]
    ballots: tuple[Ballot, ...]
    kind: Kind = Kind.APPROVAL
    unit: int = 1
    totals: tuple[tuple[int, int], ...] | None = None

    def __post_init__(self) -> None:
        if self.envelope < 0 or self.unit < 1 or any(project.cost <= 0 for project in self.projects):
            raise ValueError("the envelope is not negative, and every cost is positive")
        if len({project.id for project in self.projects}) != len(self.projects):
            raise ValueError("a project occurs twice")
        if self.totals is not None and (self.ballots or len(self.totals) != len(self.projects)):
            raise ValueError("totals stand in place of ballots, for every project")

    @classmethod
    def of(
        cls,
        envelope: int,
        projects: Sequence[Project],
        ballots: Iterable[Choices] | Mapping[Choices, int],
        kind: Kind = Kind.APPROVAL,
        unit: int = 1,
    ) -> Self:
        """Group equal ballots, or take groups with their sizes. Raises ValueError for a ballot that names no project.

        A ballot is a pair: choices (places in `projects`, ascending) and their points or None.
        """
        groups = tuple(Ballot(*choices, voters) for choices, voters in Counter(ballots).items())
        instance = cls(envelope, tuple(projects), groups, kind, unit)
        instance._check_ballots()
        return instance

    def _check_ballots(self) -> None:
        places, groups, points, _sizes = self.entries
        known = not len(places) or (places.min() >= 0 and places.max() < len(self.projects))
        ascending = (np.diff(places) > 0) | (np.diff(groups) > 0)
        if not (known and ascending.all() and (points is None or np.count_nonzero(points) == len(points))):
            raise ValueError("a ballot names an unknown project, one twice, or gives it no points")

    @cached_property
    def entries(self) -> Entries:
        """The ballots in arrays. Raises ValueError for points that are not as many as choices."""
        ballots = self.ballots
        lengths = np.fromiter((len(ballot.choices) for ballot in ballots), np.int64, len(ballots))
        total = int(lengths.sum())
        points = None
        if any(ballot.points is not None for ballot in ballots):
            if any(ballot.points is not None and len(ballot.points) != len(ballot.choices) for ballot in ballots):
                raise ValueError("a ballot has not as many points as choices")
            points_per_ballot = (ballot.points or (1,) * len(ballot.choices) for ballot in ballots)
            points = np.fromiter(chain.from_iterable(points_per_ballot), np.int64, total)
        return Entries(
            np.fromiter(chain.from_iterable(ballot.choices for ballot in ballots), np.int64, total),
            np.repeat(np.arange(len(ballots)), lengths),
            points,
            np.fromiter((ballot.voters for ballot in ballots), np.int64, len(ballots)),
        )

    @cached_property
    def voters(self) -> int:
        """The number of ballots, empty ones too."""
        return sum(ballot.voters for ballot in self.ballots)

    @cached_property
    def votes(self) -> tuple[int, ...]:
        """How many ballots name each project."""
        if self.totals is not None:
            return tuple(votes for votes, _score in self.totals)
        entries = self.entries
        return self._added(entries.sizes[entries.groups])

    @cached_property
    def scores(self) -> tuple[int, ...]:
        """The sum of points of each project; of an approval, the votes."""
        if self.totals is not None:
            return tuple(score for _votes, score in self.totals)
        entries = self.entries
        if self.kind is Kind.APPROVAL or entries.points is None:
            return self.votes
        return self._added(entries.sizes[entries.groups] * entries.points)

    def _added(self, amounts: Array) -> tuple[int, ...]:
        """Amounts of the entries, added up for each project."""
        counted = np.zeros(len(self.projects), dtype=np.int64)
        np.add.at(counted, self.entries.places, amounts)
        return tuple(int(number) for number in counted)

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
