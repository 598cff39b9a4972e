"""The receipt without a server, of the open files alone: an association may show it where an office does not.

Read are what a village publishes: `lines.csv` and `decided.csv` of a version, `execution.csv`, `classification.csv`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _

from pb import tables
from pb.budget.service import execution, file_words, flat, reported
from pb.classification import service as classification
from pb.classification.service import Catalogue, importing, reading
from pb.classification.service.entries import Entry as Recorded
from pb.core.budget.annexes import Entry, Fault
from pb.core.budget.codes import Part
from pb.core.budget.statement import Statement
from pb.core.receipt import MONTHS, Level, Project, Row, divided_up, per_resident, spending
from pb.core.receipt import flat as all_parts
from pb.core.tables import TableFault
from pb.errors import Conflict, FieldRefusal
from pb.receipt.service.origins import Origins
from pb.receipt.service.rows import rows
from pb.receipt.service.words import in_percent, signed
from pb.winners.models import SOURCE_LABELS
from pb.winners.service import decided_file
from pb.winners.service.decided_file import Decided

MOST_LINES: Final = 10_000
LINES, DECIDED, EXECUTION, CLASSIFICATION = "lines.csv", "decided.csv", "execution.csv", "classification.csv"
FILES: Final = (LINES, DECIDED, EXECUTION, CLASSIFICATION)
"""What is read; the first is needed."""


class FileFault(NamedTuple):
    """What is wrong with a file, at which line of it; None: with the file as a whole."""

    file: str
    line: int | None
    told: Any

    def __str__(self) -> str:
        if self.line is None:
            return str(_("%(file)s: %(fault)s", file=self.file, fault=self.told))
        return str(_("%(file)s, line %(line)s: %(fault)s", file=self.file, line=self.line, fault=self.told))


class Unreadable(Exception):
    """The files as they are make no receipt; `faults` are all that is wrong with the first of them that is wrong."""

    def __init__(self, faults: Iterable[FileFault]) -> None:
        super().__init__()
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Alone:
    """A year's receipt of the files: its spending, what residents decided of it, its statement, what was paid.

    `decided` by the keys of the rows; `paid` None where no report was there.
    """

    year: int
    whole: Row
    decided: Mapping[str, Decided]
    statement: Statement
    known: Catalogue
    paid: int | None


def read(files: Mapping[str, bytes], year: int | None) -> Alone:
    """The receipt of a year, by default of the first that the lines have; `files` by their names (`FILES`).

    Raises Unreadable, Conflict (the lines have nothing of that year).
    """
    wanted, entries = _lines(files[LINES], year)
    spent = {entry.code.text: entry.amount for entry in entries if entry.part is Part.SPENDING}
    found = _decided(files.get(DECIDED), wanted, spent)
    decided = {f"{place:05}": row for place, row in enumerate(found) if row.year == wanted}
    recorded = _recorded(files.get(CLASSIFICATION))
    return Alone(
        year=wanted,
        whole=spending(
            spent.items(),
            (Project(key, row.code, row.amount) for key, row in decided.items()),
        ),
        decided=decided,
        statement=Statement.of((entry.part, entry.amount) for entry in entries),
        known=classification.with_recorded(recorded, wanted),
        paid=_paid(files.get(EXECUTION)),
    )


def page_of(receipt: Alone, people: int | None, language: str) -> dict[str, Any]:
    """What the page says, for its template; the sums of everything where nobody says how many people there are."""
    each = people or 1
    year = divided_up(receipt.whole, per_resident(receipt.whole.amount, each))
    month = divided_up(receipt.whole, per_resident(receipt.whole.amount, each, months=MONTHS))
    named = _named(receipt, language)
    projects = [part for part in all_parts(year) if part.row.level is Level.PROJECT]
    return {
        "year": receipt.year,
        "known": bool(people),
        "rows": rows(year, month, lambda row: (named(row), ""), lambda row: _told(receipt.decided[row.key]), {}),
        "decided": [(part.row.key, named(part.row), signed(part.amount)) for part in projects],
        "total": signed(year.amount),
        "monthly": signed(month.amount),
        "whole": signed(receipt.whole.amount),
        "origins": Origins.of(receipt.statement, receipt.whole.amount, each),
        "percent": in_percent,
        "paid": signed(receipt.paid) if receipt.paid is not None else "",
    }


def _named(receipt: Alone, language: str) -> Callable[[Row], str]:
    def named(row: Row) -> str:
        if row.level is Level.PROJECT:
            return receipt.decided[row.key].called(language)
        return receipt.known.name(row.key, language) or row.key

    return named


def _told(decided: Decided) -> str:
    """Whose money it is, and the votes, where the file has them."""
    told = [str(SOURCE_LABELS[decided.source])] if decided.source is not None else []
    if decided.votes is not None:
        told.append(str(_("votes: %(number)s", number=decided.votes)))
    return " · ".join(told)


def _lines(data: bytes, year: int | None) -> tuple[int, Sequence[Entry]]:
    try:
        table = flat.read(data, MOST_LINES)
    except TableFault as fault:
        raise Unreadable(_whole(LINES, fault)) from fault
    except flat.ColumnsMissing as fault:
        raise Unreadable([FileFault(LINES, None, flat.COLUMNS_MISSING)]) from fault
    every = flat.annexes(table, None)
    unknown = [
        FileFault(LINES, fault.line, file_words.told_of(fault))
        for one in every
        if one.year is None
        for fault in one.faults
    ]
    if unknown:
        raise Unreadable(unknown)
    annexes = {annex.year: annex for annex in every if annex.year is not None}
    wanted = year if year is not None else min(annexes)
    if wanted not in annexes:
        raise Conflict(_("%(file)s has no lines of that year.", file=LINES))
    if faults := annexes[wanted].faults:
        raise Unreadable(_of_lines(faults))
    return wanted, annexes[wanted].entries


def _decided(data: bytes | None, year: int, spent: Mapping[str, int]) -> Sequence[Decided]:
    """What residents decided, where each of `year` stands in a line of what is `spent` that holds it."""
    if data is None:
        return []
    try:
        found = decided_file.read(data)
    except TableFault as fault:
        raise Unreadable(_whole(DECIDED, fault)) from fault
    except decided_file.ColumnsMissing as fault:
        needs = _("The file needs the columns year, code, name_kk, name_ru and amount in its first line, each once.")
        raise Unreadable([FileFault(DECIDED, None, needs)]) from fault
    if found.faults:
        raise Unreadable(FileFault(DECIDED, fault.line, fault.told) for fault in found.faults)
    beyond: dict[str, int] = {}
    faults = []
    for row, line in zip(found.rows, found.lines, strict=True):
        if row.year != year:
            continue
        beyond[row.code] = beyond.get(row.code, 0) + row.amount
        if row.code not in spent:
            told = _("No line of %(file)s has this code: %(code)s", file=LINES, code=row.code)
            faults.append(FileFault(DECIDED, line, told))
        elif beyond[row.code] > spent[row.code]:
            told = _("The projects of this code are more than its line in %(file)s holds.", file=LINES)
            faults.append(FileFault(DECIDED, line, told))
    if faults:
        raise Unreadable(faults)
    return found.rows


def _recorded(data: bytes | None) -> Sequence[Recorded]:
    if data is None:
        return []
    try:
        found = reading.read(data)
    except TableFault as fault:
        raise Unreadable(_whole(CLASSIFICATION, fault)) from fault
    except reading.ColumnsMissing as fault:
        raise Unreadable([FileFault(CLASSIFICATION, None, importing.COLUMNS_MISSING)]) from fault
    if found.faults:
        raise Unreadable(
            _with_cells(CLASSIFICATION, ((one.line, importing.FAULTS[one.fault], one.cell) for one in found.faults))
        )
    return found.entries


def _paid(data: bytes | None) -> int | None:
    if data is None:
        return None
    try:
        report = reported.read(data)
    except FieldRefusal as refusal:
        raise Unreadable([FileFault(EXECUTION, None, refusal.message)]) from refusal
    if report.faults:
        raise Unreadable(
            _with_cells(EXECUTION, ((one.line, execution.WRONGS[one.wrong], one.cell) for one in report.faults))
        )
    return sum(line.paid for line in report.lines if line.part is Part.SPENDING)


def _of_lines(faults: Iterable[Fault]) -> list[FileFault]:
    return [FileFault(LINES, fault.line, file_words.told_of(fault)) for fault in faults]


def _whole(file: str, fault: TableFault) -> list[FileFault]:
    return [FileFault(file, fault.line, tables.WORDS[fault.wrong])]


def _with_cells(file: str, faults: Iterable[tuple[int, Any, str]]) -> Iterator[FileFault]:
    """Each fault with what stands in the cell, where something does."""
    for line, told, cell in faults:
        yield FileFault(file, line, _("%(fault)s: %(cell)s", fault=told, cell=cell) if cell else told)
