"""What came of one question of a survey: counts that pick nobody out, and shares of those who answered that add up.

"Hard to answer" is counted beside the options, among those who answered, and is never dropped: a share of "high" is one
of all who answered. Nothing is averaged over "low" and "high": such an index adds up those who are dissatisfied too.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from pb.core import small_cells
from pb.core.receipt import shared_out

WHOLE: Final = 1000
"""All who answered, in tenths of a per cent."""


class Cell(NamedTuple):
    """How many chose what stands at a place, and their share in tenths of a per cent; neither where it is hidden."""

    place: int
    people: int | None
    share: int | None


class Tally(NamedTuple):
    """One question: how many `answered` of those who took part; the others are `missing`, and told."""

    answered: int
    missing: int
    cells: tuple[Cell, ...]
    adds_up: bool
    """Whether each who answered stands in one cell, so that the cells add up to them."""

    @property
    def hidden(self) -> bool:
        return any(cell.people is None for cell in self.cells)


def tally(counts: Mapping[int, int], answered: int, took_part: int, least: int, *, several: bool) -> Tally:
    """The cells in the order of `counts`, which has each place, also one that nobody chose; hidden ones by `least`.

    Where one alone is chosen the shares, with that of all hidden ones together, add up to the whole (largest
    remainder). Where `several` may be chosen each share is rounded by itself, as they add up to nothing.

    Raises ValueError: counts that cannot come of so many answers.
    """
    if not 0 <= answered <= took_part or any(not 0 <= count <= answered for count in counts.values()):
        raise ValueError("more answers than people")
    if not several and sum(counts.values()) != answered:
        raise ValueError("each who answered chose one")
    shown = small_cells.shown_of_several(counts, answered, least) if several else small_cells.shown(counts, least)
    shares = _rounded(shown, answered) if several else _adding_up(shown, answered)
    rows = tuple(Cell(place, count, shares.get(place)) for place, count in shown.items())
    return Tally(answered, took_part - answered, rows, not several)


def _adding_up(shown: Mapping[int, int | None], answered: int) -> dict[int, int]:
    told = {place: count for place, count in shown.items() if count is not None}
    rest = answered - sum(told.values())
    if not answered:
        return {}
    shares = shared_out(WHOLE, [*told.values(), rest])
    return dict(zip(told, shares, strict=False))


def _rounded(shown: Mapping[int, int | None], answered: int) -> dict[int, int]:
    return {
        place: (2 * WHOLE * count + answered) // (2 * answered)
        for place, count in shown.items()
        if count is not None and answered
    }
