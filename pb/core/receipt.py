"""Where the money goes, as a receipt: what of a budget's spending falls to one share, row by row, to the tiyn.

Rows go from the functional group over the programme and the line to the project; whatever of a row lies in none of
those below it is its rest, so that each row is the sum of what it opens to. Inside, a share is an exact fraction and
amounts are whole tiyn; outside, each row is rounded from its unrounded part, by largest remainder, so that the printed
rows add up to the printed total. Page, paper and spreadsheet print these rows alone (`divided_up`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple

from pb.core.budget.codes import ANY_SUBGROUP, Code, Side

MONTHS: Final = 12
PROGRAMME_DEPTH: Final = 4
NO_ROW: Final = ""


class Level(StrEnum):
    """What a row of the receipt is."""

    WHOLE = "whole"
    GROUP = "group"
    PROGRAMME = "programme"
    LINE = "line"
    PROJECT = "project"
    REST = "rest"


class Project(NamedTuple):
    """What residents decided: how it is called here, the code of the line that it stands in, its sum in tiyn."""

    key: str
    code: str
    amount: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row in tiyn of the whole okrug. `key` is a code, or a project's; nothing for the whole and for a rest."""

    level: Level
    key: str
    amount: int
    of: tuple["Row", ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A row with what falls to one share of it, in tiyn; its parts below add up to it."""

    row: Row
    amount: int
    of: tuple["Part", ...] = ()


@dataclass(slots=True)
class _Node:
    """A row that is being put together: what is its own, and what lies below it."""

    level: Level
    key: str
    own: int = 0
    below: dict[str, "_Node"] = field(default_factory=dict)

    def under(self, level: Level, key: str) -> "_Node":
        return self.below.setdefault(key, _Node(level, key))


def spending(lines: Iterable[tuple[str, int]], projects: Iterable[Project] = (), *, total: int | None = None) -> Row:
    """The whole of a year's spending, by codes with their amounts in tiyn; lines of nil are left out.

    A project stands in the most exact line that its code lies in; one that lies in none is left out, for it is not in
    this budget. `total`: what is known to be spent in all, where the lines are not all of it: the difference is the
    rest. Raises CodeFault: a text is no code. ValueError: a code is one of receipts.
    """
    whole = _Node(Level.WHOLE, NO_ROW)
    nodes: dict[str, tuple[Code, _Node]] = {}
    for text, amount in lines:
        code = Code.read(text)
        if code.side is not Side.SPENDING:
            raise ValueError(f"{text} is a code of receipts")
        if amount == 0:
            continue
        node = _at(whole, code)
        node.own += amount
        nodes[text] = code, node
    for project in projects:
        own = Code.read(project.code)
        holding = [(code, node) for code, node in nodes.values() if own.within(code)]
        if not holding:
            continue
        _code, line = max(holding, key=lambda pair: pair[0].depth)
        line.own -= project.amount
        line.under(Level.PROJECT, project.key).own += project.amount
    found = _row(whole)
    missing = total - found.amount if total is not None else 0
    if not missing:
        return found
    return Row(Level.WHOLE, NO_ROW, found.amount + missing, (*found.of, Row(Level.REST, NO_ROW, missing)))


def per_resident(amount: int, people: int, *, months: int = 1) -> Fraction:
    """What of an amount in tiyn falls to one of so many people, of a year or of its part. Raises ValueError."""
    if people <= 0 or months <= 0:
        raise ValueError("a share is of somebody, and of some time")
    return Fraction(amount, people * months)


def divided_up(row: Row, share: Fraction) -> Part:
    """What falls to a share of the whole row, in tiyn: every row rounded from its own part, to add up above."""
    each = share / row.amount if row.amount else Fraction(0)
    return _handed_down(row, rounded(share), each)


def rounded(amount: Fraction) -> int:
    """The nearest whole number, a half away from nil."""
    whole = (2 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator)
    return whole if amount >= 0 else -whole


def percent(amount: int, whole: int) -> Fraction | None:
    """How many per cent of the whole an amount is, unrounded; None where there is no whole."""
    return Fraction(amount * 100, whole) if whole > 0 else None


def shared_out(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount split by weights into whole numbers that add up to it: largest remainder, of equals the first.

    Where the weights add up to nothing nobody gets anything, and the amount must be nil. Raises ValueError.
    """
    whole = sum(weights)
    if whole == 0:
        if amount:
            raise ValueError("nothing to split an amount by")
        return [0] * len(weights)
    return adding_up([Fraction(amount * weight, whole) for weight in weights], amount)


def adding_up(exact: Sequence[Fraction], total: int) -> list[int]:
    """Each rounded up or down so that they add up to a total: up go the largest remainders, of equals the first.

    `total` is what all together are, rounded up or down. Raises ValueError: it is another.
    """
    floors = [each.numerator // each.denominator for each in exact]
    missing = total - sum(floors)
    if abs(total - sum(exact, Fraction(0))) >= 1:
        raise ValueError("they do not add up to that")
    by_remainder = sorted(range(len(exact)), key=lambda place: floors[place] - exact[place])
    for place in by_remainder[:missing]:
        floors[place] += 1
    return floors


def flat(part: Part) -> Iterable[Part]:
    """The part and everything below it, each before what it opens to."""
    yield part
    for below in part.of:
        yield from flat(below)


def _at(whole: _Node, code: Code) -> _Node:
    """The row of a code: its group, its programme in whichever subgroup, its line."""
    node = whole.under(Level.GROUP, code.group)
    if code.depth < PROGRAMME_DEPTH:
        return node if code.depth == 1 else node.under(Level.LINE, code.text)
    programme = Code(code.side, (code.group, ANY_SUBGROUP, *code.levels[2:PROGRAMME_DEPTH]))
    node = node.under(Level.PROGRAMME, programme.text)
    return node if code.depth == PROGRAMME_DEPTH else node.under(Level.LINE, code.text)


def _row(node: _Node) -> Row:
    """Its rows below by what they cost, the dearest first; projects before lines, the rest last."""
    below = sorted((_row(one) for one in node.below.values()), key=_place)
    amount = node.own + sum(one.amount for one in below)
    if below and node.own:
        below.append(Row(Level.REST, NO_ROW, node.own))
    return Row(node.level, node.key, amount, tuple(below))


def _place(row: Row) -> tuple[bool, int, str]:
    return row.level is not Level.PROJECT, -row.amount, row.key


def _handed_down(row: Row, amount: int, each: Fraction) -> Part:
    """`each`: what falls to a share of every tiyn of a row."""
    shares = adding_up([one.amount * each for one in row.of], amount) if row.of else []
    below = zip(row.of, shares, strict=True)
    return Part(row, amount, tuple(_handed_down(one, part, each) for one, part in below))
