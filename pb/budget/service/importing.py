"""An existing decision as a file: its annexes in XLSX, a sheet for each year, or a CSV with a line for each code.

All of a file is taken or none of it, with a report by line. Amounts that look told in another unit than the file says
are asked about. A file is read with no transaction open, in a child process where it is a workbook.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import starmap
from typing import Final, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb import tables, workbooks
from pb.act import Act
from pb.budget import service
from pb.budget.models import YEARS, Line, Version
from pb.budget.service import Sum, flat, writing
from pb.budget.service.file_words import FAULTS, LESS, MORE, YEAR_UNKNOWN, told, told_of
from pb.classification import service as classification
from pb.core.budget import annexes, doubts
from pb.core.budget.amounts import thousands
from pb.core.budget.annex_words import Unit
from pb.core.budget.annexes import Annex, Row, Wrong
from pb.core.budget.codes import Code, Part, Side
from pb.core.budget.doubts import Off
from pb.core.tables import TableFault
from pb.errors import Conflict, FieldRefusal
from pb.formats import language
from pb.workbooks import SheetFault

LARGEST_FILE: Final = 5 * 1024 * 1024
MOST_ROWS: Final = 10_000
PROGRAMME_DEPTH: Final = 4
BUDGETS_COMPARED: Final = 4


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it was read: the rows of its sheets by their names, or a flat table. `digest`: SHA-256."""

    sheets: Sequence[tuple[str, Sequence[Row]]]
    table: flat.Table | None
    digest: str


class LineFault(NamedTuple):
    """What is wrong at a line of a sheet; None: at the whole sheet."""

    sheet: str
    line: int | None
    told: LazyString


@dataclass(frozen=True, slots=True)
class Report:
    """What a file holds, by year; with a fault nothing of it is taken, with a doubt not before somebody is sure.

    `unknown`: the years in which it names codes that the classification does not have.
    """

    annexes: Mapping[int, Annex]
    faults: list[LineFault]
    doubts: list[LazyString]
    digest: str
    unknown: Sequence[int] = ()

    def sums(self) -> list[Sum]:
        """Its amounts as lines of a budget."""
        return [
            Sum(year, entry.part, entry.code.text, entry.amount)
            for year, annex in self.annexes.items()
            for entry in annex.entries
        ]


def receive(data: bytes) -> Received:
    """Reads an XLSX or a CSV; called with no transaction open. Raises FieldRefusal."""
    if len(data) > LARGEST_FILE:
        raise FieldRefusal("file", _("The file is larger than 5 MB."))
    digest = hashlib.sha256(data).hexdigest()
    try:
        if not workbooks.is_workbook(data):
            return Received([], flat.read(data, MOST_ROWS), digest)
        sent = workbooks.sheets_in_child(data, MOST_ROWS)
    except SheetFault as fault:
        raise FieldRefusal("file", tables.SHEET_WORDS[str(fault)]) from fault
    except TableFault as fault:
        raise tables.refused(fault) from fault
    except flat.ColumnsMissing as fault:
        raise FieldRefusal("file", flat.COLUMNS_MISSING) from fault
    filled = [sheet for sheet in sent if sheet.rows]
    return Received([(sheet.title, list(starmap(Row, enumerate(sheet.rows, 1)))) for sheet in filled], None, digest)


def judge(act: Act, version: Version, received: Received, unit: Unit | None = None) -> Report:
    """What a file would make of a version's lines; `unit`: what somebody answered that its amounts are in."""
    found = _Found()
    for title, annex in _annexes(received, unit):
        sheet = title or str(annex.year or "")  # a table has no sheets: what is wrong with a year names it
        found.faults += [LineFault(sheet, fault.line, told_of(fault)) for fault in annex.faults]
        if all(fault.wrong is not Wrong.NO_TABLE for fault in annex.faults):
            _place(version, title, annex, found)
    if not found.annexes and not found.faults:
        found.faults.append(LineFault("", None, FAULTS[Wrong.NO_TABLE]))
    history = _history(act, version) if not found.faults else {}
    for year, annex in found.annexes.items():
        if annex.headings and year not in annex.headings:
            told_years = ", ".join(map(str, sorted(annex.headings)))
            found.doubts.append(
                _(
                    "The sheet is called %(sheet)s and is taken for the year %(year)s, but its heading speaks of "
                    "%(told)s. Is it the annex of that year?",
                    sheet=found.titles[year],
                    year=str(year),
                    told=told_years,
                )
            )
        found.faults += [
            LineFault(found.titles[year], entry.line, writing.NOT_IN_THE_FIRST_YEAR)
            for entry in annex.entries
            if writing.is_too_early(entry.code, year, version.budget.first_year)
        ]
        if unknown := list(_unknown_codes(act, year, found.titles[year], annex)):
            found.faults += unknown
            found.unknown.append(year)
        if not annex.faults:
            found.doubts += _doubts(act, year, annex, history, answered=unit is not None)
    return Report(found.annexes, found.faults, found.doubts, received.digest, found.unknown)


def take(act: Act, version: Version, report: Report, *, sure: bool = False) -> int:
    """The lines of the years that the file holds, in the place of those that stand there; returns how many.

    Raises Conflict (a line has a fault; there are doubts and nobody is `sure`), and as `replace_lines`.
    """
    if report.faults:
        raise Conflict(_("A line of the file has a fault: nothing is taken."))
    if report.doubts and not sure:
        raise Conflict(_("Some amounts are in doubt: say first in what they are told."))
    sums = report.sums()
    writing.replace_lines(act, version, sums, sha256=report.digest)
    return len(sums)


@dataclass(slots=True)
class _Found:
    annexes: dict[int, Annex] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    faults: list[LineFault] = field(default_factory=list)
    doubts: list[LazyString] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)


def _annexes(received: Received, unit: Unit | None) -> Iterator[tuple[str, Annex]]:
    """Each sheet as an annex, its amounts in the unit that was answered, else that it says, else in thousands."""
    if received.table is not None:
        yield from (("", annex) for annex in flat.annexes(received.table, unit))
    for title, rows in received.sheets:
        annex = annexes.read(rows, title=title, unit=unit or Unit.THOUSAND)
        if unit is None and annex.said is Unit.TENGE:
            annex = annexes.read(rows, title=title, unit=Unit.TENGE)
        yield title, annex


def _place(version: Version, title: str, annex: Annex, found: _Found) -> None:
    """Puts an annex at its year, if that is one of the version's and no other annex has it."""
    first = version.budget.first_year
    if annex.year is None:
        found.faults.append(LineFault(title, None, YEAR_UNKNOWN))
    elif not first <= annex.year < first + YEARS:
        words = _("The year %(year)s is none of this budget.", year=str(annex.year))
        found.faults.append(LineFault(title, None, words))
    elif annex.year in found.annexes:
        words = _("Another sheet holds this year already: %(sheet)s", sheet=found.titles[annex.year])
        found.faults.append(LineFault(title, None, words))
    else:
        found.annexes[annex.year] = annex
        found.titles[annex.year] = title


def _unknown_codes(act: Act, year: int, title: str, annex: Annex) -> Iterator[LineFault]:
    known = classification.codes(act, year)
    for entry in annex.entries:
        if known.get(entry.code.text) is None:
            words = _("The classification of that year does not have this code: %(code)s", code=entry.code.text)
            yield LineFault(title, entry.line, words)


def _doubts(
    act: Act, year: int, annex: Annex, history: Mapping[Code, Sequence[int]], *, answered: bool
) -> Iterator[LazyString]:
    """What looks a thousand times off: the whole, unless somebody answered its unit; else single programmes."""
    total = annex.statement[Part.SPENDING]
    rather = None if answered else doubts.unit_in_doubt(annex.said, total)
    if rather is Unit.THOUSAND:
        yield _(
            "%(year)s: the file says tenge, and all expenditure would be %(total)s thousand tenge. Are they thousands?",
            year=str(year),
            total=thousands(total),
        )
    elif rather is Unit.TENGE:
        yield _(
            "%(year)s: all expenditure would be %(total)s thousand tenge. Are the amounts in tenge?",
            year=str(year),
            total=thousands(total),
        )
    if rather is not None:
        return
    known = classification.codes(act, year)
    spent = _programmes((entry.code, entry.amount) for entry in annex.entries)
    for doubt in doubts.against_history(spent, history):
        values = {
            "year": str(year),
            "code": doubt.code.text,
            "name": known.name(doubt.code.text, language()),
            "amount": thousands(doubt.amount),
            "before": thousands(doubt.before),
        }
        yield told(MORE if doubt.off is Off.TOO_MUCH else LESS, values)


def _history(act: Act, version: Version) -> dict[Code, list[int]]:
    """What each programme was given in the years of the budgets that are in force, this version aside."""
    others = [service.in_force(act, budget) for budget in service.budgets(act)[:BUDGETS_COMPARED]]
    wanted = [other.id for other in others if other is not None and other.id != version.id]
    by_year: dict[tuple[object, int], list[tuple[Code, int]]] = {}
    for line in act.session.scalars(select(Line).where(Line.version_id.in_(wanted))):
        by_year.setdefault((line.version_id, line.year), []).append((Code.read(line.code), line.amount))
    found: dict[Code, list[int]] = {}
    for lines in by_year.values():
        for code, amount in _programmes(lines).items():
            found.setdefault(code, []).append(amount)
    return found


def _programmes(amounts: Iterable[tuple[Code, int]]) -> dict[Code, int]:
    """Spending by programme, whether or not its subgroup is named."""
    sums: dict[Code, int] = {}
    for code, amount in amounts:
        if code.side is Side.SPENDING:
            above = code.up(min(code.depth, PROGRAMME_DEPTH)).without_subgroup()
            sums[above] = sums.get(above, 0) + amount
    return sums
