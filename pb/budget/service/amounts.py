"""The four amounts of a line: approved, amended by the maslikhat, corrected by the akim, paid. And what is compared."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from sqlalchemy import select

from pb.act import Act
from pb.budget.models import Budget, Execution, ExecutionLine, Kind, Line, Move, Step, Version
from pb.core.budget.amounts import apportion, thousands
from pb.core.budget.codes import Code, Part

Key = tuple[str, str]
"""Part and code of a line."""


class Four(NamedTuple):
    """The amounts of a line of one year in tiyn; None where a line is not in that version, or nothing was reported."""

    part: Part
    code: str
    approved: int | None
    amended: int | None
    corrected: int | None
    paid: int | None

    @property
    def amounts(self) -> tuple[int | None, int | None, int | None, int | None]:
        """The four in their order."""
        return self.approved, self.amended, self.corrected, self.paid

    @property
    def planned(self) -> int:
        """What holds now: the last of the three plans that has the line, and nil where the last one left it out."""
        return self.corrected or 0


class Adopted(NamedTuple):
    """The versions that the first three amounts come from, and the report that the last one comes from."""

    approved: Version | None
    amended: Version | None
    corrected: Version | None
    execution: Execution | None


def adopted(act: Act, budget: Budget) -> Adopted:
    """What was approved first, what the maslikhat approved last, what holds now, the last report on its first year."""
    query = (
        select(Version, Step)
        .join(Step, Step.version_id == Version.id)
        .where(Version.budget_id == budget.id, Step.move.in_([Move.APPROVED, Move.DECIDED]))
        .where(Version.kind != Kind.QUARTER)
        .order_by(Step.at, Version.number)
    )
    rows = [(version, Move(step.move)) for version, step in act.session.execute(query)]
    approved = [version for version, move in rows if move is Move.APPROVED]
    return Adopted(
        approved[0] if approved else None,
        approved[-1] if approved else None,
        rows[-1][0] if rows else None,
        last_report(act, budget.first_year),
    )


def printed(some: Sequence[Four]) -> list[list[str | None]]:
    """The four amounts of each line in thousand tenge, so that those of a part add up to its printed total."""
    rows: list[list[str | None]] = [[None] * 4 for _one in some]
    for part, place in product(Part, range(4)):
        told = [
            (row, amount)
            for row, one in zip(rows, some, strict=True)
            if one.part is part and (amount := one.amounts[place]) is not None
        ]
        for (row, _amount), rounded in zip(told, apportion([amount for _row, amount in told]), strict=True):
            row[place] = thousands(rounded)
    return rows


def four(act: Act, budget: Budget) -> list[Four]:
    """The four amounts of each line of the budget's first year, receipts first, in the order of their codes."""
    found = adopted(act, budget)
    plans = [_of(act, version, budget.first_year) for version in found[:3]]
    paid = rolled_up(_paid(act, found.execution), {key for plan in plans for key in plan})
    keys = sorted({key for plan in plans for key in plan} | set(paid), key=_order)
    approved, amended, corrected = plans
    return [
        Four(Part(key[0]), key[1], approved.get(key), amended.get(key), corrected.get(key), paid.get(key))
        for key in keys
    ]


def rolled_up(paid: Mapping[Key, int], planned: Collection[Key]) -> dict[Key, int]:
    """What was paid, at the lines of the plan: the treasury reports down to the specific, a plan ends where it ends.

    What lies in no line of the plan stays by itself, so that nobody overlooks it.
    """
    found: dict[Key, int] = {}
    for key, amount in paid.items():
        at = key if key in planned else next(_above(key, planned), key)
        found[at] = found.get(at, 0) + amount
    return found


def _above(key: Key, planned: Collection[Key]) -> Iterator[Key]:
    """The lines of the plan that a code lies in, the nearest first; a subgroup that one does not name is any."""
    part, text = key
    code = Code.read(text)
    for depth in range(code.depth, 0, -1):
        own = code.up(depth)
        for written in (own, own.without_subgroup()):
            if (part, written.text) in planned:
                yield part, written.text


class Change(NamedTuple):
    """A line that differs between two versions: its sums in tiyn, None where it is not there.

    `moved`: what the akim's corrections moved to it in between, below nil where from it.
    """

    year: int
    part: Part
    code: str
    before: int | None
    after: int | None
    moved: int = 0

    @property
    def difference(self) -> int:
        return (self.after or 0) - (self.before or 0)


def changes(before: Iterable[Line], after: Iterable[Line], corrected: Iterable[Line] | None = None) -> list[Change]:
    """What a version changes in another: its lines that came, went, or have another sum.

    `corrected`: what the akim made of the other in between; a line that this moved is told, also where it moves back.
    """
    old, new = _by_key(before), _by_key(after)
    between = old if corrected is None else _by_key(corrected)
    keys = sorted({*old, *new, *between}, key=lambda key: (key[0], _order(key[1:])))
    return [
        Change(year, Part(part), code, old.get(key), new.get(key), between.get(key, 0) - old.get(key, 0))
        for key in keys
        for year, part, code in [key]
        if old.get(key) != new.get(key) or between.get(key, 0) != old.get(key, 0)
    ]


def _by_key(lines: Iterable[Line]) -> dict[tuple[int, str, str], int]:
    return {(line.year, line.part, line.code): line.amount for line in lines}


def last_report(act: Act, year: int) -> Execution | None:
    """The report on this year that reaches furthest; of one day the one taken last."""
    query = select(Execution).where(Execution.territory_id == act.territory.id, Execution.year == year)
    return act.session.scalars(query.order_by(Execution.until.desc(), Execution.number.desc()).limit(1)).first()


def _of(act: Act, version: Version | None, year: int) -> dict[Key, int]:
    if version is None:
        return {}
    query = select(Line.part, Line.code, Line.amount).where(Line.version_id == version.id, Line.year == year)
    return {(part, code): amount for part, code, amount in act.session.execute(query)}


def _paid(act: Act, execution: Execution | None) -> dict[Key, int]:
    if execution is None:
        return {}
    query = select(ExecutionLine.part, ExecutionLine.code, ExecutionLine.paid)
    rows: Sequence[tuple[str, str, int]] = [
        (part, code, paid)
        for part, code, paid in act.session.execute(query.where(ExecutionLine.execution_id == execution.id))
    ]
    return {(part, code): paid for part, code, paid in rows}


def _order(key: Sequence[str]) -> tuple[int, str]:
    return (list(Part).index(Part(key[0])), key[1])
