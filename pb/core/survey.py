"""What came of one question of a survey: counts that pick nobody out, and shares that add up.

"Hard to answer" is counted beside the options, among those who answered, and is never dropped: a share of "high" is one
of all who answered. Nothing is averaged over "low" and "high": such an index adds up those who are dissatisfied too.

Who left a question out is counted too. That nobody did is told; a few of them are hidden as any small count is, and so
is then how many answered: the shares are of all who took part, else they would tell it.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from pb.core import small_cells
from pb.core.receipt import shared_out

HARD: Final = 0
"""The place of "hard to answer"; whoever chose it chose nothing else."""
WHOLE: Final = 1000
"""All of whom the shares are, in tenths of a per cent."""


class Disagreeing(ValueError):
    """Counts that cannot come of so many answers: somebody else wrote among them."""


class Cell(NamedTuple):
    """How many chose what stands at a place, and their share in tenths of a per cent; neither where it is hidden."""

    place: int
    people: int | None
    share: int | None


class Tally(NamedTuple):
    """One question: how many `answered` of those who took part, the others are `missing`; both None where hidden.

    Shares are of `whole` people: of those who answered, where that is told, else of all who took part.
    """

    answered: int | None
    missing: int | None
    whole: int
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

    Raises Disagreeing: counts that cannot come of so many answers.
    """
    missing = took_part - answered
    if not 0 <= answered <= took_part or any(not 0 <= count <= answered for count in counts.values()):
        raise Disagreeing("more answers than people")
    if not several and sum(counts.values()) != answered:
        raise Disagreeing("each who answered chose one")
    told = answered >= least and not 0 < missing < least
    whole = answered if told else took_part
    if several:
        shown = small_cells.shown_of_several(counts, answered, least) if told else _few_missing(counts, whole, least)
    else:
        shown = small_cells.shown(counts, least) if told else small_cells.shown_beside(counts, missing, least)
    shares = _rounded(shown, whole) if several else _adding_up(shown, whole)
    rows = tuple(Cell(place, count, shares.get(place)) for place, count in shown.items())
    return Tally(answered if told else None, missing if told else None, whole, rows, not several)


def _few_missing(counts: Mapping[int, int], took_part: int, least: int) -> dict[int, int | None]:
    """Several may be chosen, and how many answered is hidden: told is what fits any number of them that it may be.

    That is from all who took part but `least` less one to all but one; what leaves room for fewer of these tells which.
    """
    fewest, most = took_part - (least - 1), took_part - 1
    shown = {key: count if least <= count <= fewest - least else None for key, count in counts.items()}
    told = {key: count for key, count in shown.items() if count is not None}
    chosen = max((count for key, count in told.items() if key != HARD), default=0)
    if sum(told.values()) < most or told.get(HARD, 0) + chosen > fewest:
        return dict.fromkeys(counts)
    return shown


def _adding_up(shown: Mapping[int, int | None], whole: int) -> dict[int, int]:
    told = {place: count for place, count in shown.items() if count is not None}
    if not whole:
        return {}
    shares = shared_out(WHOLE, [*told.values(), whole - sum(told.values())])
    return dict(zip(told, shares, strict=False))


def _rounded(shown: Mapping[int, int | None], whole: int) -> dict[int, int]:
    return {
        place: (2 * WHOLE * count + whole) // (2 * whole)
        for place, count in shown.items()
        if count is not None and whole
    }
