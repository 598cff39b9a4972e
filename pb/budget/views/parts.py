"""What pages of a budget share: the six lines of a decision, and rows of amounts under the names of their codes."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import gettext as _
from markupsafe import Markup

from pb.act import Act
from pb.budget import service
from pb.budget.models import Budget, Line, Version
from pb.budget.service import amounts, notes, words
from pb.budget.service.amounts import Adopted, Four
from pb.budget.service.notes import Key
from pb.classification import service as classification
from pb.core.budget.amounts import STEP, apportion, thousands
from pb.core.budget.codes import Part
from pb.core.budget.statement import OWN, Statement
from pb.formats import language, numbered


class SumRow(NamedTuple):
    """One row of the six lines: a number where it is one of the six, its words, the amounts that are compared."""

    number: str
    label: LazyString
    cells: list[str]


class Entry(NamedTuple):
    """A line under its official name: the part that it is `kept` under, its `cells` in thousand tenge.

    `notes` are what rooms above tell of it.
    """

    code: str
    name: str
    kept: Part
    cells: list[str]
    notes: Sequence[Markup] = ()


Groups = list[tuple[LazyString, list[Entry]]]
"""Lines under what their part is called, in the order of the parts."""


def called(budget: Budget, version: Version) -> str:
    """A version in one line, with the first year of its budget."""
    number = numbered(version.number)
    return str(_("Budget of %(year)s, version %(number)s", year=budget.first_year, number=number))


def grouped(some: Iterable[Entry]) -> Groups:
    """Entries that stand in the order of their parts, by part."""
    return [(words.PARTS[part], list(group)) for part, group in groupby(some, key=attrgetter("kept"))]


def six_lines(statements: Sequence[Statement]) -> list[SumRow]:
    """The six lines of article 89 p. 4(1), a cell for each statement."""

    def row(number: str, label: LazyString, sums: Iterable[int]) -> SumRow:
        return SumRow(number, label, [thousands(one) for one in sums])

    def parts(*some: Part) -> list[SumRow]:
        """What is nil in all of them is left out: its line above says so."""
        told = [part for part in some if any(one[part] for one in statements)]
        return [row("", words.PARTS[part], (one[part] for one in statements)) for part in told]

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
    sums = [service.statement(service.lines(act, version, budget.first_year)) for version in plans]
    return six_lines(sums) if sums else []


def entries(act: Act, lines: Iterable[Line], year: int, noted: Mapping[Key, list[Markup]]) -> Groups:
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
                known.whole_name(line.code, tongue),
                part,
                [thousands(amount)],
                noted.get((year, line.code), ()) if part is Part.SPENDING else (),
            )
            for line, amount in zip(own, shown, strict=True)
        ]
    return grouped(found)


def rows_of(some: Iterable[Four], act: Act, year: int) -> Groups:
    """The four amounts of each line; a dash where a plan does not have the line, or nothing was reported."""
    known, tongue = classification.codes(act, year), language()
    every = list(some)
    noted = notes.of_lines(act, [(year, one.part, one.code) for one in every])
    found = [
        Entry(
            one.code,
            known.whole_name(one.code, tongue),
            one.part,
            [cell or "–" for cell in cells],
            noted.get((year, one.code), ()) if one.part is Part.SPENDING else (),
        )
        for one, cells in zip(every, amounts.printed(every), strict=True)
    ]
    return grouped(found)
