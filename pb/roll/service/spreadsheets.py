"""A workbook as CSV: bounded before anything is unpacked, read as a stream, formulas never run.

What a stranger packed may still take its reader long: it is read in a child process with an end to its time and memory.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl

from pb import child

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
    """The bytes are no workbook (`workbook`), or one that is too large (`size`)."""


def is_workbook(data: bytes) -> bool:
    """A ZIP archive, as every XLSX is."""
    return data.startswith(b"PK")


def in_child(data: bytes, most_lines: int) -> bytes:
    """What `csv_of` makes of a workbook, in a process of its own. Raises SheetFault."""
    try:
        made: bytes = child.run(
            csv_of, data, most_lines, processor_seconds=PROCESSOR_SECONDS, memory_bytes=MEMORY_BYTES
        )
    except (child.ChildFailed, MemoryError) as failure:
        raise SheetFault("size") from failure
    return made


def csv_of(data: bytes, most_lines: int) -> bytes:
    """The first sheet as CSV in UTF-8, its cells parted by SEPARATOR. Raises SheetFault."""
    out = io.StringIO()
    csv.writer(out, delimiter=SEPARATOR).writerows(_sheet_rows(data, most_lines))
    return out.getvalue().encode()


def _sheet_rows(data: bytes, most_lines: int) -> Iterator[list[str]]:
    """The rows of the first sheet as texts, at most one more than `most_lines` and the heading. Raises SheetFault."""
    _refuse_bombs(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says about its own size is not believed
        for row in sheet.iter_rows(max_row=most_lines + 2, max_col=MOST_COLUMNS + 1, values_only=True):
            yield _trimmed([_text(value) for value in row])
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
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise SheetFault("workbook")


def _text(value: Any) -> str:
    """A cell as text. A spreadsheet takes an IIN for a number and drops its zeros in front: they are put back."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**IIN_DIGITS:
        return f"{value:0{IIN_DIGITS}d}"
    return str(value)


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells
