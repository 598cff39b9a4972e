"""Reading a report on the execution: a table of codes with up to four amounts; a line that is at fault stops it all."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from flask_babel import lazy_gettext as _

from pb import tables, workbooks
from pb.budget.models import LONGEST_CODE
from pb.budget.service.execution import LineFault, Paid, Wrong
from pb.core import tables as texts_of_tables
from pb.core import text as texts
from pb.core.budget.amounts import AmountFault, read_thousands
from pb.core.budget.codes import Code, CodeFault, part_of
from pb.core.tables import TableFault
from pb.errors import FieldRefusal
from pb.tables import Cell
from pb.workbooks import SheetFault

LARGEST_FILE: Final = 2 * 1024 * 1024
MOST_LINES: Final = 5_000
MOST_COLUMNS: Final = 20


class Heads(NamedTuple):
    """What a column is called."""

    kk: str
    ru: str
    en: str


COLUMNS: Final[Mapping[str, Heads]] = {
    "code": Heads("Коды", "Код", "Code"),
    "approved": Heads("Бекітілген", "Утверждённый", "Approved"),
    "amended": Heads("Нақтыланған", "Уточнённый", "Amended"),
    "corrected": Heads("Түзетілген", "Скорректированный", "Corrected"),
    "paid": Heads("Төленді", "Оплачено", "Paid"),
}
HEADINGS: Final = {heading.casefold(): column for column, heads in COLUMNS.items() for heading in (column, *heads)}
NEEDED: Final = ("code", "paid")


class Report(NamedTuple):
    """A file that was read: nothing of it is taken yet. `digest` is its SHA-256."""

    lines: Sequence[Paid]
    faults: Sequence[LineFault]
    digest: str


class _Refused(Exception):
    def __init__(self, wrong: Wrong, cell: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.cell = cell


def read(data: bytes) -> Report:
    """Reads a CSV or the first sheet of an XLSX, amounts in thousand tenge; with no transaction open.

    Raises FieldRefusal: the file as a whole cannot be read.
    """
    if len(data) > LARGEST_FILE:
        raise FieldRefusal("file", _("The file is larger than 2 MB."))
    try:
        csv = workbooks.in_child(data, MOST_LINES, ()) if workbooks.is_workbook(data) else data
        table = texts_of_tables.read(csv, most_lines=MOST_LINES, most_columns=MOST_COLUMNS)
    except SheetFault as fault:
        raise FieldRefusal("file", tables.SHEET_WORDS[str(fault)]) from fault
    except TableFault as fault:
        raise tables.refused(fault) from fault
    heading = [HEADINGS.get(name.casefold(), "") for name in table.heading]
    if any(heading.count(column) > 1 for column in COLUMNS) or not set(NEEDED) <= set(heading):
        raise FieldRefusal(
            "file", _("The file needs the columns code and paid in its first line, each once: see the pattern.")
        )
    found: list[Paid] = []
    faults: list[LineFault] = []
    lines: dict[str, int] = {}
    for line in table.lines:
        cells = {column: cell for column, cell in zip(heading, line.cells, strict=False) if column}
        try:
            paid = _judged(cells)
            if paid.code in lines:
                raise _Refused(Wrong.TWICE, f"{paid.code} ({lines[paid.code]})")  # noqa: TRY301
        except _Refused as refused:
            faults.append(LineFault(line.number, refused.wrong, texts.readable(refused.cell)[:60]))
            continue
        lines[paid.code] = line.number
        found.append(paid._replace(line=line.number))
    return Report(found, faults, hashlib.sha256(data).hexdigest())


def pattern(lines: Sequence[tuple[str, Sequence[Cell]]], language: str) -> list[list[Cell]]:
    """The rows of a file to fill in: the heading in a language, then codes with what is known of their plans."""
    heading: list[Cell] = [getattr(heads, language) for heads in COLUMNS.values()]
    return [heading, *([code, *cells] for code, cells in lines)]


def _judged(cells: Mapping[str, str]) -> Paid:
    text = cells.get("code", "")
    try:
        code = Code.read(text)
    except CodeFault:
        raise _Refused(Wrong.CODE, text) from None
    if len(text) > LONGEST_CODE:
        raise _Refused(Wrong.CODE, text)
    approved, amended, corrected = (
        _amount(cells.get(column, ""), needed=False) for column in ("approved", "amended", "corrected")
    )
    paid = _amount(cells.get("paid", ""), needed=True) or 0
    return Paid(part_of(code), code.text, approved, amended, corrected, paid)


def _amount(cell: str, *, needed: bool) -> int | None:
    if not cell.strip() and not needed:
        return None
    try:
        amount = read_thousands(cell)
    except AmountFault:
        raise _Refused(Wrong.AMOUNT, cell) from None
    if amount < 0:
        raise _Refused(Wrong.NEGATIVE, cell)
    return amount
