"""The rows of an annex as they are printed: the inverse of what `annexes` reads."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final, NamedTuple

from pb.core.budget.annex_words import HEADS, LEVELS, LINE_WORDS, SUBGROUP_PLACE, Head, Words
from pb.core.budget.annexes import Entry, nested
from pb.core.budget.codes import ANY_SUBGROUP, Code, Part, Side
from pb.core.budget.statement import LINES, Statement, Total

FEWEST: Final = {Side.RECEIPTS: 3, Side.SPENDING: 4}  # levels that every annex has columns for
Names = Callable[[Code], str]


class Printed(NamedTuple):
    """A row as it is printed: a line of the decision or a code, and its amount in tiyn."""

    of: Part | Total | Code
    amount: int


def printed(entries: Sequence[Entry]) -> Iterator[Printed]:
    """The rows of an annex in their order: the six lines with their parts, below each its codes from above.

    Raises ValueError: a code twice, or one above another (`nested`).
    """
    if wrong := nested(entries):
        raise ValueError(f"these have others below them: {', '.join(code.text for code in wrong)}")
    statement = Statement.of((entry.part, entry.amount) for entry in entries)
    by_part: dict[Part, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.code):
        by_part.setdefault(entry.part, []).append(entry)
    for line, parts in LINES:
        yield Printed(line, statement[line])
        if isinstance(line, Part):
            yield from _coded_rows(by_part.get(line, []))
        for part in parts:
            if line is not Total.REVENUE:  # there the categories themselves are the parts
                yield Printed(part, statement[part])
            yield from _coded_rows(by_part.get(part, []))


def _coded_rows(entries: list[Entry]) -> Iterator[Printed]:
    sums: dict[Code, int] = {}
    for entry in entries:
        for depth in range(1, entry.code.depth + 1):
            above = entry.code.up(depth)
            sums[above] = sums.get(above, 0) + entry.amount
    yield from map(Printed._make, sums.items())


def written(
    entries: Sequence[Entry], names: Names, language: str, *, repeated: bool = False, subgroups: bool | None = None
) -> Iterator[tuple[str | int, ...]]:
    """The rows of an annex: texts, and the amount in tiyn as the last cell of each row that is no heading.

    `language` is kk or ru. `repeated`: codes stand in every row, else as a staircase. `subgroups`: whether spending has
    a column for the subgroup; None: if any code names one, which it then must. A line that does not name its own leaves
    that cell empty. Raises ValueError.
    """
    rows = list(printed(entries))
    leaves = {entry.code for entry in entries}
    columns = {
        side: _columns([code for code in leaves if code.side is side], side, subgroups=subgroups) for side in Side
    }
    side: Side | None = None
    for row in rows:
        its_side = _side_of(row.of)
        if its_side is not side and its_side is not None:
            side = its_side
            heads = [LEVELS[side][place] for place in columns[side]]
            yield tuple(_word(HEADS[head], language) for head in (*heads, Head.NAME, Head.AMOUNT))
        places = columns[side or Side.RECEIPTS]
        if not isinstance(row.of, Code):
            yield (*("" for _place in places), _word(LINE_WORDS[row.of], language), row.amount)
        elif row.of.depth - 1 in places and (row.of in leaves or not _names_no_subgroup(row.of)):
            yield (*_levels(row.of, places, repeated=repeated), names(row.of), row.amount)


def _names_no_subgroup(code: Code) -> bool:
    """Whether it is a subgroup that no code names: it stands for any, and is nothing to print."""
    return code.depth == SUBGROUP_PLACE + 1 and code.subgroup == ANY_SUBGROUP


def _levels(code: Code, places: Sequence[int], *, repeated: bool) -> Iterator[str]:
    """The cells of a code; that of a subgroup which a code below it does not name stays empty."""
    last = code.depth - 1
    for place in places:
        if place == SUBGROUP_PLACE != last and code.subgroup == ANY_SUBGROUP:
            yield ""
        else:
            yield code.levels[place] if place == last or (repeated and place < last) else ""


def _columns(codes: Collection[Code], side: Side, *, subgroups: bool | None) -> list[int]:
    """The levels that have a column; `codes` are those of the side that have an amount of their own."""
    depth = max([FEWEST[side], *(code.depth for code in codes)])
    if side is Side.RECEIPTS:
        return list(range(depth))
    needed = any(code.subgroup not in {"", ANY_SUBGROUP} or code.depth == SUBGROUP_PLACE + 1 for code in codes)
    if needed and subgroups is False:
        raise ValueError("a code names its subgroup, and there is no column for it")
    with_subgroup = needed if subgroups is None else subgroups
    return [place for place in range(depth) if place != SUBGROUP_PLACE or with_subgroup]


def _side_of(row: Part | Total | Code) -> Side | None:
    """The table in which a row stands; None: in the one that is open."""
    if isinstance(row, Code):
        return row.side
    if row is Total.REVENUE:
        return Side.RECEIPTS
    return Side.SPENDING if row is Part.SPENDING else None


def _word(words: Words, language: str) -> str:
    return words.kk if language == "kk" else words.ru
