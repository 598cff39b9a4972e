"""What is typed of a row of a register, in a form or in a file: read in one way, each fault at its column."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple, TypeVar

from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _

from pb import tables, workbooks
from pb.core import measures
from pb.core.budget import amounts
from pb.core.measures import MeasureFault
from pb.core.tables import TableFault
from pb.core.tables import read as read_table
from pb.errors import FieldRefusal
from pb.formats import LOCALES
from pb.registers.models import MOST_LINES
from pb.text import FORMULA, one_line
from pb.workbooks import SheetFault

LARGEST_FILE: Final = 1024 * 1024
MOST_COLUMNS: Final = 30
COLUMNS_MISSING: Final = _(
    "The first line of the file lacks a column, or has one twice: take the file that stands beside the list as a "
    "pattern."
)
Value = TypeVar("Value", bound=str)


class Heads(NamedTuple):
    """What a column is called in the three languages."""

    kk: str
    ru: str
    en: str


class Row(NamedTuple):
    """A line of a file: its place, and its cells by their column."""

    line: int
    cells: dict[str, str]


class LineFault(NamedTuple):
    """What is wrong in a line of the file, and in which of its columns."""

    line: int
    column: str
    told: str


def rows(data: bytes, columns: Mapping[str, Heads], *, may_lack: Sequence[str] = ()) -> list[Row]:
    """The lines of a CSV or of the first sheet of an XLSX, columns in any order and language.

    Called with no transaction open: a workbook is read in a process of its own. Raises FieldRefusal at `file`.
    """
    if len(data) > LARGEST_FILE:
        raise FieldRefusal("file", _("The file is larger than 1 MB."))
    try:
        csv = workbooks.in_child(data, MOST_LINES + 1, ()) if workbooks.is_workbook(data) else data
        table = read_table(csv, most_lines=MOST_LINES, most_columns=MOST_COLUMNS)
    except SheetFault as fault:
        raise FieldRefusal("file", tables.SHEET_WORDS[str(fault)]) from fault
    except TableFault as fault:
        raise tables.refused(fault) from fault
    known = {name.casefold(): column for column, heads in columns.items() for name in (column, *heads)}
    heading = [known.get(name, "") for name in table.heading]
    if any(heading.count(column) > 1 for column in columns) or set(columns) - set(may_lack) - set(heading):
        raise FieldRefusal("file", COLUMNS_MISSING)
    return [
        Row(
            line.number,
            dict.fromkeys(columns, "") | {c: cell for c, cell in zip(heading, line.cells, strict=False) if c},
        )
        for line in table.lines
    ]


def heading(columns: Mapping[str, Heads], tongue: str) -> list[str]:
    return [getattr(heads, tongue) for heads in columns.values()]


def text(cell: str) -> str:
    """A text on one line, without the apostrophe that tables put before what a spreadsheet would take for a formula."""
    told = one_line(cell)
    while told.startswith("'") and told[1:].startswith(FORMULA):
        told = told[1:].strip()
    return told


class Cells:
    """The cells of one row; what cannot be read is kept as a fault of its column, and all of them are told at once."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self.faults: list[FieldRefusal] = []

    def refuse(self, column: str, told: LazyString) -> None:
        self.faults.append(FieldRefusal(column, told))

    def text(self, column: str, longest: int, missing: LazyString | None = None) -> str:
        """A text; empty is a fault where `missing` says so."""
        told = text(self._cells.get(column, ""))
        if not told and missing is not None:
            self.refuse(column, missing)
        elif len(told) > longest:
            self.refuse(column, _("Use at most %(max)d characters.", max=longest))
        return told

    def both(self, name: str, longest: int) -> tuple[str, str]:
        """A text in Kazakh and in Russian, each needed."""
        missing = _("Write it in both languages: people read one or the other.")
        return self.text(f"{name}_kk", longest, missing), self.text(f"{name}_ru", longest, missing)

    def one_of(self, column: str, labels: Mapping[Value, LazyString], missing: LazyString) -> Value | None:
        """One of a list, by its code or by what it is called in any language."""
        told = text(self._cells.get(column, "")).casefold()
        found = next((value for name, value in _names(labels) if name == told), None)
        if found is None:
            self.refuse(column, missing if not told else _("Choose one of the list."))
        return found

    def measure(self, column: str) -> int:
        """A number with up to three decimals, in thousandths."""
        try:
            return measures.read(text(self._cells.get(column, "")))
        except MeasureFault as fault:
            self.refuse(column, MEASURE_WORDS[fault.wrong])
            return 0

    def money(self, column: str) -> int:
        """A sum in tenge, with tiyn or without, in tiyn; nothing is nil."""
        told = text(self._cells.get(column, "")).replace("₸", "")
        if not told.strip():
            return 0
        try:
            amount = amounts.read_tenge(told)
        except amounts.AmountFault:
            amount = -1
        if amount < 0:
            self.refuse(column, _("Write a sum in tenge with digits, for example 2 450 000."))
        return max(amount, 0)

    def whole(self, column: str, largest: int) -> int | None:
        """A whole number from 1 on; None where it is left empty."""
        told = text(self._cells.get(column, ""))
        if not told:
            return None
        if not (told.isascii() and told.isdigit() and len(told) <= len(str(largest)) and 1 <= int(told) <= largest):
            self.refuse(column, _("Write a number from %(min)s to %(max)s.", min=1, max=largest))
            return None
        return int(told)

    def day(self, column: str, missing: LazyString | None = None) -> date | None:
        """A day, as browsers, people and spreadsheets write it."""
        told = text(self._cells.get(column, ""))
        if not told:
            if missing is not None:
                self.refuse(column, missing)
            return None
        if told.isascii():
            for written in ("%Y-%m-%d", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S"):
                try:
                    return datetime.strptime(told, written).date()  # noqa: DTZ007 - a day has no zone
                except ValueError:
                    continue
        self.refuse(column, _("This is not a day of the calendar. Write it like this: 31.05.2027"))
        return None


MEASURE_WORDS: Final[dict[measures.Wrong, LazyString]] = {
    measures.Wrong.EMPTY: _("Write how much it is."),
    measures.Wrong.NOT_A_MEASURE: _("Write a number, with up to three decimals: 12,5"),
    measures.Wrong.TOO_LARGE: _("This number is too large."),
}


def _names(labels: Mapping[Value, LazyString]) -> Iterator[tuple[str, Value]]:
    """Codes first, then what each is called in Kazakh, Russian and English."""
    yield from ((str(value), value) for value in labels)
    for locale in LOCALES.values():
        with force_locale(locale):
            told = [(one_line(str(label)).casefold(), value) for value, label in labels.items()]
        yield from told
