"""Workbooks that people send: bounded before anything is unpacked, read as a stream, formulas never run.

What a stranger packed may still take its reader long: it is read in a child process with an end to its time and memory.
"""

import csv
import io
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import openpyxl

from pb import child
from pb.core import text as texts

SEPARATOR = ";"
PROCESSOR_SECONDS = 20
MEMORY_BYTES = 1024 * 1024 * 1024
MOST_SHEETS = 20
LARGEST_UNPACKED = 24 * 1024 * 1024  # bytes: 50 000 lines of a roll take about 15 MB
MOST_PARTS = 200
MOST_COLUMNS = 50
ENCRYPTED = 0x1
IIN_DIGITS = 12

if not openpyxl.DEFUSEDXML:
    raise ImportError("openpyxl must read XML through defusedxml: install it, and leave OPENPYXL_DEFUSEDXML unset")


class SheetFault(ValueError):
    """The bytes are a damaged workbook (`workbook`), another document (`no_workbook`), or too large a one (`size`)."""


class SentSheet(NamedTuple):
    """A sheet as it was sent: its name and its rows as texts, empty ones too, so that each has its number."""

    title: str
    rows: list[list[str]]


def is_workbook(data: bytes) -> bool:
    """A ZIP archive, as every XLSX is."""
    return data.startswith(b"PK")


def in_child(data: bytes, most_lines: int, padded: Collection[str]) -> bytes:
    """What `csv_of` makes of a workbook, in a process of its own. Raises SheetFault."""
    try:
        made: bytes = child.run(
            csv_of, data, most_lines, padded, processor_seconds=PROCESSOR_SECONDS, memory_bytes=MEMORY_BYTES
        )
    except (child.ChildFailed, MemoryError) as failure:
        raise SheetFault("size") from failure
    return made


def csv_of(data: bytes, most_lines: int, padded: Collection[str] = ()) -> bytes:
    """The first sheet as CSV in UTF-8, a line for each of its rows, all cells quoted and parted by SEPARATOR.

    `padded` are the headings (in small letters) of columns that hold twelve-digit numbers. Raises SheetFault.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATOR, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows(_sheet_rows(data, most_lines, padded))
    return out.getvalue().encode(errors="replace")


def sheets_in_child(data: bytes, most_lines: int) -> list[SentSheet]:
    """What `sheets_of` reads, in a process of its own. Raises SheetFault."""
    try:
        found: list[SentSheet] = child.run(
            sheets_of, data, most_lines, processor_seconds=PROCESSOR_SECONDS, memory_bytes=MEMORY_BYTES
        )
    except (child.ChildFailed, MemoryError) as failure:
        raise SheetFault("size") from failure
    return found


def sheets_of(data: bytes, most_lines: int) -> list[SentSheet]:
    """All sheets that can be seen, each to its last row that is not empty.

    Raises SheetFault, of which `lines`: more than `most_lines` rows in all, or more than MOST_SHEETS sheets.
    """
    found: list[SentSheet] = []
    left = most_lines
    with _opened(data) as book:
        seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in seen[:MOST_SHEETS]:
            rows = [[_text(value, padded=False) for value in row] for row in _rows(sheet, left + 1)]
            while rows and not any(rows[-1]):
                rows.pop()
            left -= len(rows)
            if left < 0:
                break
            found.append(SentSheet(str(sheet.title), rows))
    if left < 0 or len(seen) > MOST_SHEETS:
        raise SheetFault("lines")
    return found


def _sheet_rows(data: bytes, most_lines: int, padded: Collection[str]) -> Iterator[list[str]]:
    """The rows of the first sheet as texts, at most one more than `most_lines` and the heading. Raises SheetFault."""
    numbers: frozenset[int] = frozenset()
    heading = True
    with _opened(data) as book:
        for row in _rows(book.worksheets[0], most_lines + 2):
            cells = [_text(value, padded=place in numbers) for place, value in enumerate(row)]
            if heading and any(cells):
                heading = False
                numbers = frozenset(place for place, cell in enumerate(cells) if cell.strip().casefold() in padded)
            yield _trimmed(cells)


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    """The workbook, for reading values alone. What goes wrong meanwhile is a SheetFault."""
    _refuse_bombs(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        yield book
        book.close()
    except (MemoryError, SheetFault):
        raise
    except Exception as error:  # a damaged workbook raises whatever its reader stumbles over
        raise SheetFault("workbook") from error


def _rows(sheet: Any, most: int) -> Iterator[tuple[Any, ...]]:
    """The values of a sheet's first rows."""
    sheet.reset_dimensions()  # what the file says about its own size is not believed
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(max_row=most, max_col=MOST_COLUMNS + 1, values_only=True)
    return rows


def _refuse_bombs(data: bytes) -> None:
    """What the directory says is a bound: zipfile never yields more of a part than it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise SheetFault("workbook") from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise SheetFault("size")
    if not any(part.filename.startswith("xl/") for part in parts):
        raise SheetFault("no_workbook")
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise SheetFault("workbook")


def _text(value: Any, *, padded: bool) -> str:
    """A cell as text on one line.

    A spreadsheet takes an IIN for a number and drops its zeros in front: `padded` puts them back.
    """
    if value is None:
        return ""
    if isinstance(value, float):
        # As a spreadsheet shows it, with fifteen digits: its sums end in 0,4999… otherwise.
        value = int(value) if value.is_integer() else f"{value:.15g}"
    if padded and isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**IIN_DIGITS:
        return f"{value:0{IIN_DIGITS}d}"
    return " ".join(texts.LINE_END.split(str(value)))


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells
