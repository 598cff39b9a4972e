"""The ballots as the Method of Equal Shares reads them: for every project its supporters, in arrays."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from pb.core.allocation.instance import Array, Instance

PLAIN: Final = np.ones(1, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """The supporters of a project: `groups` of equal ballots that give it points.

    `sizes` are the voters of each group, `weights` their points together (both None if all are 1), `scores` the
    distinct numbers of points, ascending, and `kinds` which of them each group gives (None if there is one).
    """

    cost: int
    groups: Array
    sizes: Array | None
    weights: Array | None
    scores: tuple[int, ...]
    kinds: Array | None
    voters: int
    points: int

    def count_points(self, marked: Array) -> int:
        """The points that the marked groups give."""
        return int(np.count_nonzero(marked) if self.weights is None else self.weights[marked].sum())

    def count_voters(self, marked: Array) -> int:
        return int(np.count_nonzero(marked) if self.sizes is None else self.sizes[marked].sum())

    def add_up(self, money: Array, marked: Array) -> int:
        """The money of the voters of the marked groups."""
        return int(money[marked].sum() if self.sizes is None else (money[marked] * self.sizes[marked]).sum())

    def spread(self, amounts: Sequence[int], like: Array) -> Any:
        """An amount for each score, as one number or as an array with one for each group."""
        return amounts[0] if self.kinds is None else np.array(amounts, dtype=like.dtype)[self.kinds]


@dataclass(frozen=True, eq=False)
class Electorate:
    """An instance in arrays. `sizes` are the voters of every group of equal ballots."""

    supports: tuple[Support, ...]
    sizes: Array
    voters: int
    ranks: tuple[int, ...]
    _rows: dict[int, Array] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, instance: Instance, seed: str, barred: Collection[int] = frozenset()) -> "Electorate":
        """The electorate of an instance; `seed` orders ties that costs and votes leave; the `barred` have nobody."""
        places, owners, points, sizes = instance.entries
        order = np.argsort(places, kind="stable")
        groups = owners[order]
        ends = np.cumsum(np.bincount(places, minlength=len(instance.projects)))
        supports, start = [], 0
        for place, (project, end) in enumerate(zip(instance.projects, ends, strict=True)):
            part = slice(start, start if place in barred else int(end))
            supports.append(
                _support(project.cost, groups[part], sizes, None if points is None else points[order[part]])
            )
            start = int(end)
        return cls(tuple(supports), sizes, instance.voters, instance.tie_order(seed))

    def points_of(self, place: int, groups: Array) -> Array:
        """The points that each voter of these groups gives to a project; 0 for those who do not support it."""
        row = self._rows.get(place)
        if row is None:
            support = self.supports[place]
            row = np.zeros(len(self.sizes), dtype=np.min_scalar_type(support.scores[-1]))
            row[support.groups] = support.spread(support.scores, row)
            self._rows[place] = row
        return row[groups]


def _support(cost: int, groups: Array, sizes: Array, points: Array | None) -> Support:
    """Points of nought or less support nothing."""
    if points is not None:
        groups, points = groups[points > 0], points[points > 0]
    voters = sizes[groups]
    scores, kinds = (PLAIN, None) if points is None or not len(points) else np.unique(points, return_inverse=True)
    weights = voters if points is None else voters * points
    return Support(
        cost=cost,
        groups=groups.copy(),
        sizes=None if np.all(voters == 1) else voters,
        weights=None if np.all(weights == 1) else weights,
        scores=tuple(int(score) for score in scores),
        kinds=kinds if len(scores) > 1 else None,
        voters=int(voters.sum()),
        points=int(weights.sum()),
    )
