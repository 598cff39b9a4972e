"""What goes out as a list under functional groups: each programme, and apart from it what residents decided in it.

The list and the tree map show the same leaves in the same order, under the same numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pb.core.receipt import Level, Row

MOST_BOXES: Final = 12
LEAST_LEAVES: Final = 8
"""Fewer are read at a glance in the list: no map is drawn of them."""


class Leaf(StrEnum):
    """What a leaf is."""

    PROGRAMME = "programme"
    RESIDENTS = "residents"
    NO_PROGRAMME = "no_programme"  # a line of the group that names none


@dataclass(frozen=True, slots=True)
class Entry:
    """A leaf: its code, its sum in tiyn, and its `number` in list and map; nil where a map has no box of its own."""

    kind: Leaf
    key: str
    amount: int
    number: int


@dataclass(frozen=True, slots=True)
class Group:
    """A functional group with its leaves, the dearest first."""

    key: str
    amount: int
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Leaves:
    """All groups, the dearest first; `rest` is the number of the box that stands for the small ones, or nil."""

    groups: Sequence[Group]
    rest: int

    @property
    def drawn(self) -> bool:
        """Whether a map is worth its place."""
        return sum(entry.amount > 0 for group in self.groups for entry in group.entries) >= LEAST_LEAVES


def of(whole: Row) -> Leaves:
    """The leaves of a year's spending. Of more than twelve the smallest share one box."""
    groups = [(group, sorted(_leaves(group), key=lambda leaf: (-leaf[2], leaf[1], leaf[0]))) for group in whole.of]
    drawn = [leaf for _group, some in groups for leaf in some if leaf[2] > 0]
    own = drawn
    if len(drawn) > MOST_BOXES:
        own = sorted(drawn, key=lambda leaf: -leaf[2])[: MOST_BOXES - 1]
    ordered = [leaf for leaf in drawn if leaf in own]
    rest = len(ordered) + 1 if len(ordered) < len(drawn) else 0
    numbers = {leaf: number for number, leaf in enumerate(ordered, 1)}
    return Leaves(
        [
            Group(
                group.key,
                group.amount,
                [Entry(*leaf, numbers.get(leaf, rest if leaf[2] > 0 else 0)) for leaf in some],
            )
            for group, some in groups
        ],
        rest,
    )


def _leaves(group: Row) -> Iterator[tuple[Leaf, str, int]]:
    """Programmes of a group, without what residents decided in them, which follows as one leaf."""
    for row in group.of:
        decided = _decided(row)
        kind = Leaf.PROGRAMME if row.level is Level.PROGRAMME else Leaf.NO_PROGRAMME
        if row.level is Level.PROJECT:
            yield Leaf.RESIDENTS, group.key, row.amount
        elif row.amount - decided:
            yield kind, row.key, row.amount - decided
        if decided:
            yield Leaf.RESIDENTS, row.key, decided
    if not group.of and group.amount:
        yield Leaf.NO_PROGRAMME, group.key, group.amount


def _decided(row: Row) -> int:
    return sum(one.amount if one.level is Level.PROJECT else _decided(one) for one in row.of)
