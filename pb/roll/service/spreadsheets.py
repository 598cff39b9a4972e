"""A workbook as CSV: bounded before anything is unpacked, read as a stream, formulas never run.

What a stranger packed may still take its reader long: it is read in a child process with an end to its time and memory.
"""

import csv
import io
import zipfile
from collections.abc import Collection, Iterator
from typing import Any

import openpyxl

from pb import child
from pb.core import text as texts

SEPARATOR = ";"
PROCESSOR_SECONDS = 20
MEMORY_BYTES = 1024 * 1024 * 1024
LARGEST_UNPACKED = 24 * 1024 * 1024  # bytes: 50 000 lines of a roll take about 15 MB
MOST_PARTS = 200
MOST_COLUMNS = 50
ENCRYPTED = 0x1
IIN_DIGITS = 12

if not openpyxl.DEFUSEDXML:
    raise ImportError("openpyxl must read XML through defusedxml: install it, and leave OPENPYXL_DEFUSEDXML unset")


class SheetFault(ValueError):
    """The bytes are a damaged workbook (`workbook`), another document (`no_workbook`), or too large a one (`size`)."""


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


def _sheet_rows(data: bytes, most_lines: int, padded: Collection[str]) -> Iterator[list[str]]:
    """The rows of the first sheet as texts, at most one more than `most_lines` and the heading. Raises SheetFault."""
    _refuse_bombs(data)
    numbers: frozenset[int] = frozenset()
    heading = True
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says about its own size is not believed
        for row in sheet.iter_rows(max_row=most_lines + 2, max_col=MOST_COLUMNS + 1, values_only=True):
            cells = [_text(value, padded=place in numbers) for place, value in enumerate(row)]
            if heading and any(cells):
                heading = False
                numbers = frozenset(place for place, cell in enumerate(cells) if cell.strip().casefold() in padded)
            yield _trimmed(cells)
        book.close()
    except MemoryError:
        raise
    except Exception as error:  # a damaged workbook raises whatever its reader stumbles over
        raise SheetFault("workbook") from error


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
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if padded and isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**IIN_DIGITS:
        return f"{value:0{IIN_DIGITS}d}"
    return " ".join(texts.LINE_END.split(str(value)))


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells
