"""Tables that people send and take: why a file is none, and CSV as the spreadsheet of their language opens it."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pb.core.tables import TableFault, Wrong
from pb.errors import FieldRefusal
from pb.formats import language
from pb.text import harmless

WIDEST: Final = 60
Cell = str | int | float


class Sheet(NamedTuple):
    """A table that people take. `above`: what it is, line by line, where the sheet is a paper of its own."""

    title: str
    columns: list[str]
    rows: list[list[Cell]]
    above: tuple[str, ...] = ()


# Where a comma parts the decimals, a spreadsheet parts the cells of a CSV by semicolons.
DECIMAL_COMMA: Final = ("kk", "ru")
WORDS: Final[dict[Wrong, LazyString]] = {
    Wrong.EMPTY: _("The file is empty."),
    Wrong.HEADING_ONLY: _("The file has a heading and no lines below it."),
    Wrong.ENCODING: _("The file is not text in UTF-8, UTF-16 or Windows-1251. Save it as CSV in UTF-8."),
    Wrong.OLD_WORKBOOK: _(
        "This is an old workbook (XLS) or one with a password. Open it in the spreadsheet program and save it as XLSX "
        "without a password, or as CSV in UTF-8."
    ),
    Wrong.WORKBOOK: _("This is a workbook or an archive. Save the sheet as CSV in UTF-8."),
    Wrong.NO_TABLE: _("This is neither a workbook nor a table of text. Save the sheet as XLSX or as CSV in UTF-8."),
    Wrong.OPEN_QUOTE: _("A quote is opened and not closed on the same line. Close it or take it out."),
    Wrong.STRAY_QUOTE: _("Something stands between a closing quote and the next cell. Put the quotes right."),
    Wrong.TOO_MANY_LINES: _("The file has too many lines."),
    Wrong.TOO_MANY_COLUMNS: _("The file has too many columns."),
    Wrong.TOO_LONG: _("This line is too long for a table."),
}

# Why a workbook is not read, by what a SheetFault of `workbooks` says.
SHEET_WORDS: Final[dict[str, LazyString]] = {
    "workbook": _("The workbook cannot be read. Save it again as XLSX without a password, or as CSV."),
    "no_workbook": _("This is an archive or another document, not an XLSX workbook. Save it as XLSX or as CSV."),
    "size": _("The workbook is too large when it is unpacked. Leave the table alone in it."),
    "lines": _("The workbook has too many lines or sheets."),
}


def told(fault: TableFault) -> LazyString:
    """Why a file is no table, with the line where that is known."""
    if fault.line is None:
        return WORDS[fault.wrong]
    return _("Line %(line)s of the file: %(fault)s", line=fault.line, fault=WORDS[fault.wrong])


def refused(fault: TableFault) -> FieldRefusal:
    """The refusal of a file at its field."""
    return FieldRefusal("file", told(fault))


def as_csv(rows: Iterable[Sequence[Any]], tongue: str) -> bytes:
    """Rows as the spreadsheet of a language opens them: with a byte order mark, else it takes UTF-8 for Windows-1251.

    In Kazakh and Russian cells are parted by semicolons and decimals by a comma, in English by commas and a point. No
    cell is taken for a formula.
    """
    comma = tongue in DECIMAL_COMMA
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if comma else ",")
    writer.writerows([_number(harmless(cell), comma=comma) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_workbook(views: Sequence[Sheet]) -> bytes:
    """Tables as XLSX, a sheet each."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for view in views:
        _fill(book.create_sheet(view.title), view)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _fill(sheet: Worksheet, view: Sheet) -> None:
    above: list[list[Cell]] = [[line] for line in view.above]
    for row in (*above, list[Cell](view.columns), *view.rows):
        sheet.append([harmless(cell) for cell in row])
    heading = len(view.above) + 1
    for cell in sheet[heading]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = f"A{heading + 1}"
    for place, column in enumerate(zip(view.columns, *view.rows, strict=True), 1):
        widest = max(len(str(cell)) for cell in column)
        sheet.column_dimensions[get_column_letter(place)].width = min(WIDEST, widest + 2)


def csv_note() -> str:
    """What stands beside a link to a CSV: how its cells are parted."""
    if language() in DECIMAL_COMMA:
        return str(_("CSV in UTF-8, cells parted by semicolons: spreadsheets in Kazakh and Russian open it so."))
    return str(_("CSV in UTF-8, cells parted by commas: spreadsheets in English open it so."))


def _number(cell: Any, *, comma: bool) -> Any:
    return str(cell).replace(".", ",") if comma and isinstance(cell, float) else cell
