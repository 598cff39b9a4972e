"""Tables that people send as CSV, read strictly: nothing is guessed that could put one line's words into another's.

The delimiter is guessed from the heading (semicolon, tab or comma; a first line `sep=;` of a spreadsheet says it), the
encoding from the bytes: UTF-8 and UTF-16 with or without a byte order mark, else a one-byte Cyrillic of Windows: 1251,
or KZ-1048, which differs from it in the Kazakh letters alone. A line of the file is a line of the table: a quote that
is not closed on its line is a fault that names the line, and never takes the next lines in.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pb.core import text as texts

SEPARATORS: Final = (";", "\t", ",")
MOST_LINES: Final = 1_000_000
MOST_COLUMNS: Final = 200
LONGEST_LINE: Final = 100_000
OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"  # Microsoft's compound file: .xls, or a workbook with a password
ARCHIVE: Final = b"PK"  # every .xlsx is a ZIP archive
_LINE_END: Final = re.compile("\r\n|\n|\r")
_SAID: Final = re.compile(r'"?sep=(.)"?[;,\s]*', re.IGNORECASE)
_QUOTED: Final = re.compile('"[^"]*"')
_IN_UTF_8: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_KAZAKH_BYTES: Final = re.compile(rb"[\x8d\x8e\x9d\x9e\xa1-\xa3\xa5\xaa\xaf\xb4\xba\xbc-\xbf]")  # of KZ-1048
_CYRILLIC_LETTER: Final = re.compile("[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]")
_SIGNS: Final = re.compile("[\u00a0«»„“”‘’–—№…\u00ad]")
_LOOKED_AT: Final = 4096


class Wrong(StrEnum):
    """Why a file is no table."""

    EMPTY = "empty"  # nothing stands in it
    HEADING_ONLY = "heading_only"  # its first line, and no other
    ENCODING = "encoding"  # text, but in no encoding that is known here
    OLD_WORKBOOK = "old_workbook"  # .xls, or a workbook behind a password
    WORKBOOK = "workbook"  # a ZIP archive or a workbook where text is expected
    NO_TABLE = "no_table"  # a picture, a PDF, a page: no text in cells
    OPEN_QUOTE = "open_quote"  # a quote that is not closed on its line
    STRAY_QUOTE = "stray_quote"  # something stands between a closing quote and the next cell
    TOO_MANY_LINES = "lines"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_LONG = "too_long"  # a line longer than any table's


class TableFault(ValueError):
    """The file as a whole is no table; `line` is where, the first line of the file being 1, or None."""

    def __init__(self, wrong: Wrong, line: int | None = None) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.line = line


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one line that is not empty, without white space around them; `number` is its place in the file."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The heading as it is compared (tidy, in small letters), and the lines after it."""

    heading: tuple[str, ...]
    heading_line: int
    lines: tuple[Line, ...]
    separator: str

    def by_column(self, line: Line) -> dict[str, str]:
        """The cells of a line by their column; a column whose cell is missing at the line's end is empty."""
        missing = ("",) * (len(self.heading) - len(line.cells))
        return dict(zip(self.heading, line.cells + missing, strict=False))


def read(
    data: bytes, *, most_lines: int = MOST_LINES, most_columns: int = MOST_COLUMNS, may_be_empty: bool = False
) -> Table:
    """The table of a file; `may_be_empty`: a heading alone is one. Raises TableFault."""
    lines = _LINE_END.split(_text(data))
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise TableFault(Wrong.EMPTY)
    if (said := _SAID.fullmatch(lines[first])) is not None:
        first += 1
    if first >= len(lines) or not lines[first].strip():
        raise TableFault(Wrong.EMPTY)
    separator = said[1] if said is not None and said[1] in SEPARATORS else _guessed(lines[first])
    heading = tuple(_compared(cell) for cell in _cells(lines[first], separator, first + 1))
    if len(heading) > most_columns:
        raise TableFault(Wrong.TOO_MANY_COLUMNS, first + 1)
    found: list[Line] = []
    for number, text in enumerate(lines[first + 1 :], first + 2):
        cells = _cells(text, separator, number)
        if not any(cells):
            continue
        if len(found) >= most_lines:
            raise TableFault(Wrong.TOO_MANY_LINES, number)
        if len(cells) > most_columns:
            raise TableFault(Wrong.TOO_MANY_COLUMNS, number)
        found.append(Line(number, cells))
    if not found and not may_be_empty:
        raise TableFault(Wrong.HEADING_ONLY)
    return Table(heading, first + 1, tuple(found), separator)


def _compared(cell: str) -> str:
    return texts.readable(cell).casefold()


def _guessed(heading: str) -> str:
    """The separator that parts the heading into most cells; what is quoted does not count."""
    bare = _QUOTED.sub("", heading)
    return max(SEPARATORS, key=bare.count)


def _cells(line: str, separator: str, number: int) -> tuple[str, ...]:
    if len(line) > LONGEST_LINE:
        raise TableFault(Wrong.TOO_LONG, number)
    if '"' not in line:
        return tuple(cell.strip() for cell in line.split(separator))
    try:
        row: Sequence[str] = next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error as error:
        open_quote = "unexpected end" in str(error)
        raise TableFault(Wrong.OPEN_QUOTE if open_quote else Wrong.STRAY_QUOTE, number) from error
    return tuple(cell.strip() for cell in row)


def _text(data: bytes) -> str:
    if data.startswith(OLD_WORKBOOK):
        raise TableFault(Wrong.OLD_WORKBOOK)
    if data.startswith(ARCHIVE):
        raise TableFault(Wrong.WORKBOOK)
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"Rar!", b"\x1f\x8b", b"7z\xbc")):
        raise TableFault(Wrong.NO_TABLE)
    text = _decoded(data)
    if text.lstrip()[:1] == "<":
        raise TableFault(Wrong.NO_TABLE)  # a page, which some programs save under the name of a table
    if "\0" in text:
        raise TableFault(Wrong.NO_TABLE)
    return text.lstrip("\ufeff")


def _decoded(data: bytes) -> str:
    if wide := _wide(data):
        try:
            return data.decode(wide)
        except UnicodeDecodeError as error:
            raise TableFault(Wrong.ENCODING) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _one_byte(data, data[: error.start].count(b"\n") + 1)


def _wide(data: bytes) -> str | None:
    """UTF-16, by its mark or by the zeros of its ASCII signs, which stand on one side of each pair alone."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    begin = data[:_LOOKED_AT]
    even, odd = begin[0::2].count(0), begin[1::2].count(0)
    if len(data) % 2 == 0 and max(even, odd) > len(begin) // 20 and min(even, odd) == 0:
        return "utf-16-be" if even else "utf-16-le"
    return None


def _one_byte(data: bytes, line: int) -> str:
    """Windows' Cyrillic, if that is what the bytes are: neither UTF-8 with a slip nor another encoding."""
    beyond = sum(byte > 0x7F for byte in data)
    if sum(map(len, _IN_UTF_8.findall(data))) * 2 > beyond:
        raise TableFault(Wrong.ENCODING, line)
    try:
        text = data.decode("kz1048" if _KAZAKH_BYTES.search(data) else "cp1251")
    except UnicodeDecodeError as error:
        raise TableFault(Wrong.ENCODING, line) from error
    cyrillic = len(_CYRILLIC_LETTER.findall(text)) + len(_SIGNS.findall(text))
    controls = sum(sign < " " and sign not in "\t\r\n" for sign in text)
    if controls or cyrillic * 4 < beyond * 3:
        raise TableFault(Wrong.NO_TABLE if controls else Wrong.ENCODING, line)
    return text
