"""What pages of a budget share: the six lines of a decision, and rows of amounts under the names of their codes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from flask_babel import LazyString
from markupsafe import Markup

from pb.act import Act
from pb.budget import service
from pb.budget.models import Budget, Line
from pb.budget.service import notes, words
from pb.budget.service.amounts import Adopted, Four
from pb.budget.service.notes import Key
from pb.classification import service as classification
from pb.core.budget.amounts import STEP, apportion, thousands
from pb.core.budget.codes import Part
from pb.core.budget.statement import OWN, Statement
from pb.formats import language


class SumRow(NamedTuple):
    """One row of the six lines: a number where it is one of the six, its words, the amounts that are compared."""

    number: str
    label: LazyString
    cells: list[str]


class Entry(NamedTuple):
    """A line under its official name: its part as it is called and as it is `kept`, its `cells` in thousand tenge.

    `notes` are what rooms above tell of it.
    """

    code: str
    name: str
    part: LazyString
    kept: Part
    cells: list[str]
    notes: Sequence[Markup] = ()


def six_lines(statements: Sequence[Statement]) -> list[SumRow]:
    """The six lines of article 89 p. 4(1), a cell for each statement."""

    def row(number: str, label: LazyString, sums: Iterable[int]) -> SumRow:
        return SumRow(number, label, [thousands(one) for one in sums])

    def parts(*some: Part) -> list[SumRow]:
        return [row("", words.PARTS[part], (one[part] for one in statements)) for part in some]

    return [
        row("1", words.REVENUE, (one.revenue for one in statements)),
        *parts(*OWN, Part.TRANSFERS),
        row("2", words.PARTS[Part.SPENDING], (one.expenditure for one in statements)),
        row("3", words.NET_LENDING, (one.net_lending for one in statements)),
        *parts(Part.CREDITS, Part.REPAYMENT),
        row("4", words.ASSETS, (one.assets_balance for one in statements)),
        *parts(Part.ASSETS_BOUGHT, Part.ASSETS_SOLD),
        row("5", words.DEFICIT, (one.deficit for one in statements)),
        row("6", words.FINANCING, (one.financing for one in statements)),
        *parts(Part.LOANS, Part.LOANS_REPAID, Part.BALANCES),
    ]


def sums_of(act: Act, budget: Budget, adopted: Adopted) -> list[SumRow]:
    """The six lines of the budget's first year as approved, as amended and as they hold now; empty before that."""
    plans = [version for version in adopted[:3] if version is not None]
    return six_lines([service.statement(service.lines(act, version, budget.first_year)) for version in plans])


def entries(act: Act, lines: Iterable[Line], year: int, noted: Mapping[Key, list[Markup]]) -> list[Entry]:
    """Lines of one year, receipts first; what is printed adds up to the printed total of their part."""
    known, tongue = classification.codes(act, year), language()
    some = sorted(lines, key=lambda line: (list(Part).index(Part(line.part)), line.code))
    found: list[Entry] = []
    for part in Part:
        own = [line for line in some if line.part == part]
        shown = apportion([line.amount for line in own], STEP)
        found += [
            Entry(
                line.code,
                known.name(line.code, tongue),
                words.PARTS[part],
                part,
                [thousands(amount)],
                noted.get((year, line.code), ()) if part is Part.SPENDING else (),
            )
            for line, amount in zip(own, shown, strict=True)
        ]
    return found


def rows_of(some: Iterable[Four], act: Act, year: int) -> list[Entry]:
    """The four amounts of each line; a dash where a plan does not have the line, or nothing was reported."""
    known, tongue = classification.codes(act, year), language()
    every = list(some)
    noted = notes.of_lines(act, [(year, one.part, one.code) for one in every])
    return [
        Entry(
            one.code,
            known.name(one.code, tongue),
            words.PARTS[one.part],
            one.part,
            ["–" if cell is None else thousands(cell) for cell in one.amounts],
            noted.get((year, one.code), ()) if one.part is Part.SPENDING else (),
        )
        for one in every
    ]
