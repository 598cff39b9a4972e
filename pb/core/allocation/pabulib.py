"""Files of the Pabulib format (`.pb`): read, checked, and written again.

One UTF-8 file per election: the sections META, PROJECTS and VOTES, each a line with its name, a line of column names
and rows of cells between semicolons, quoted as CSV. Lists within a cell are separated by commas. Source:
https://pabulib.org/format. Cells stay texts here, unknown keys and columns included; `pb.core.allocation.pabulib_count`
makes them an instance.
"""

import csv
import io
import re
from array import array
from codecs import getincrementaldecoder
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

MOST_BYTES: Final = 100 * 10**6
LONGEST_LINE: Final = 1_000_000
MOST_EMPTY: Final = 1_000
MOST_COLUMNS: Final = 500
MOST_ROWS: Final = {"META": 1_000, "PROJECTS": 10_000, "VOTES": 1_000_000}
PIECE: Final = 1 << 20
SECTIONS: Final = ("META", "PROJECTS", "VOTES")
REQUIRED: Final = {"PROJECTS": ("project_id", "cost"), "VOTES": ("voter_id", "vote")}
NEEDED: Final = ("num_projects", "num_votes", "budget", "vote_type")
SPECIAL: Final = re.compile(r'[;"\r\n]')
WHOLE: Final = re.compile(r"\d{1,18}", re.ASCII)


class FormatError(ValueError):
    """The file is not in the format: where (`line` from 1, `column` by name), and what was `expected` there."""

    def __init__(self, line: int, column: str, expected: str) -> None:
        super().__init__(
            f"line {line}, {column}: expected {expected}" if column else f"line {line}: expected {expected}"
        )
        self.line = line
        self.column = column
        self.expected = expected


class TooLarge(FormatError):
    """More than any election has: nothing further was read."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something in a file that was read nevertheless."""

    line: int
    column: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.text}" if self.column else f"line {self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Table:
    """A section: column names, rows with as many cells, and the line on which each row ends."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: Sequence[int] = ()

    def line(self, row: int) -> int:
        return self.lines[row] if self.lines else row + 1

    def column(self, name: str) -> list[str] | None:
        """The cells of a column, or None where the file has no such column."""
        if name not in self.columns:
            return None
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


@dataclass(frozen=True, slots=True)
class PabulibFile:
    """A file as it was read: `meta` in its order, `projects` and `votes`; `notices` of what was read leniently."""

    meta: dict[str, str]
    projects: Table
    votes: Table
    meta_lines: dict[str, int]
    notices: tuple[Notice, ...] = ()

    def meta_line(self, key: str) -> int:
        return self.meta_lines.get(key, 1)


def read(data: bytes) -> PabulibFile:
    """Read a file of at most 100 MB. A byte order mark, CRLF and some empty lines at the end are tolerated.

    Raises FormatError, which names line, column and what was expected there. What is larger than any election is
    refused where it begins to be: a file of 100 MB of anything takes seconds and some hundred MB of memory.
    """
    if len(data) > MOST_BYTES:
        raise FormatError(1, "", f"a file of at most {MOST_BYTES // 10**6} MB")
    try:
        return _read(data, strict=True)
    except UnicodeDecodeError:
        raise _not_utf8(data) from None
    except csv.Error:
        pass  # a quoted word with more text behind it is no CSV, but what people write into names
    try:
        return _read(data, strict=False)
    except UnicodeDecodeError:
        raise _not_utf8(data) from None
    except (csv.Error, FormatError) as error:
        raise (error if isinstance(error, TooLarge) else _misquoted(data)) from None


def _not_utf8(data: bytes) -> FormatError:
    decoder, start = getincrementaldecoder("utf-8")(), 0
    while True:
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(data[start : start + PIECE], final=start + PIECE >= len(data))
        except UnicodeDecodeError as error:
            at = start - held + error.start
            return FormatError(data.count(b"\n", 0, at) + 1, f"byte {at}", "UTF-8")
        start += PIECE


def _misquoted(data: bytes) -> FormatError:
    """Where a row begins that is no CSV: a quote that is not closed takes all lines behind it in, to the file's end."""
    reader, begins = csv.reader(_lines(data), delimiter=";", strict=True), 1
    try:
        for _cells in reader:
            begins = reader.line_num + 1
    except csv.Error as error:
        return FormatError(begins, "", f"cells quoted as in CSV ({error})")
    return FormatError(1, "", "cells quoted as in CSV")


def _lines(data: bytes) -> Iterator[str]:
    """The lines with their ends, never the whole text at once. Raises TooLarge for one that is no line of a file."""
    with io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="") as text:
        number = 0
        while line := text.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise TooLarge(number, "", f"a line of at most {LONGEST_LINE} characters")
            yield line


def _read(data: bytes, *, strict: bool) -> PabulibFile:
    notices = [] if strict else [Notice(_misquoted(data).line, "", "quotes that are not those of CSV")]
    rows = _rows(data, strict=strict)
    line, cells = next(rows, (1, []))
    tables = {}
    for section, following in zip(SECTIONS, (*SECTIONS[1:], None), strict=True):
        if cells != [section]:
            raise FormatError(line, "", f"the line {section}")
        tables[section], line, cells = _table(rows, section, line, following, notices)
    meta = _meta(tables["META"])
    lines = {row[0]: tables["META"].line(place) for place, row in enumerate(tables["META"].rows)}
    file = PabulibFile(meta, tables["PROJECTS"], tables["VOTES"], lines, tuple(notices))
    _check_counts(file)
    return file


def _rows(data: bytes, *, strict: bool) -> Iterator[tuple[int, list[str]]]:
    """Lines with their cells. Empty lines are refused but for some at the very end."""
    reader = csv.reader(_lines(data), delimiter=";", strict=strict)
    empty = after = 0
    for cells in reader:
        if not cells:
            empty, after = empty or reader.line_num, after + 1
            if after > MOST_EMPTY:
                raise TooLarge(empty, "", "no empty line before the end")
            continue
        if empty:
            raise FormatError(empty, "", "no empty line before the end")
        yield reader.line_num, cells


def _table(
    rows: Iterator[tuple[int, list[str]]], section: str, line: int, following: str | None, notices: list[Notice]
) -> tuple[Table, int, list[str]]:
    """The section up to the line that names the `following` one; that line and its cells come with it."""
    line, header = next(rows, (line + 1, []))
    columns = tuple(header)
    if len(columns) > MOST_COLUMNS:
        raise TooLarge(line, "", f"at most {MOST_COLUMNS} columns")
    if section == "META" and columns != ("key", "value"):
        raise FormatError(line, "", "the line key;value")
    missing = [name for name in REQUIRED.get(section, ()) if name not in columns]
    if missing:
        raise FormatError(line, missing[0], f"a column of this name in {section}")
    if len(set(columns)) != len(columns):
        raise FormatError(line, "", "every column once")
    width = len(columns)
    records: list[tuple[str, ...]] = []
    lines = array("L")
    for line, cells in rows:
        if len(cells) != width:
            if cells == [following]:
                return Table(columns, tuple(records), lines), line, cells
            if section == "META" and len(cells) > width:
                notices.append(Notice(line, cells[0], "a semicolon in a value that is not quoted"))
                cells[1:] = [";".join(cells[1:])]
            else:
                place = columns[len(cells)] if len(cells) < width else f"cell {width + 1}"
                raise FormatError(line, place, f"{width} cells as in the header of {section}, not {len(cells)}")
        records.append(tuple(cells))
        lines.append(line)
        if len(records) > MOST_ROWS[section]:
            raise TooLarge(line, "", f"at most {MOST_ROWS[section]} rows in {section}")
    return Table(columns, tuple(records), lines), line + 1, []


def _meta(table: Table) -> dict[str, str]:
    meta: dict[str, str] = {}
    for place, (key, value) in enumerate(table.rows):
        if key in meta:
            raise FormatError(table.line(place), key, "every key once")
        meta[key] = value
    for key in NEEDED:
        if key not in meta:
            raise FormatError(table.line(len(table.rows) - 1) if table.rows else 2, key, "this key in META")
    return meta


def _check_counts(file: PabulibFile) -> None:
    for key, table in (("num_projects", file.projects), ("num_votes", file.votes)):
        if not WHOLE.fullmatch(file.meta[key]):
            raise FormatError(file.meta_line(key), key, "a whole number")
        if int(file.meta[key]) != len(table.rows):
            raise FormatError(file.meta_line(key), key, f"{len(table.rows)}, the number of rows")
    for table, name in ((file.projects, "project_id"), (file.votes, "voter_id")):
        values = table.column(name) or []
        earlier: set[str] = set()
        if len(set(values)) == len(values) and "" not in values:
            continue
        for place, value in enumerate(values):
            if not value or value in earlier:
                raise FormatError(table.line(place), name, "an id that occurs once")
            earlier.add(value)


def write(file: PabulibFile) -> bytes:
    """The file in the format, UTF-8 with LF line ends. Raises ValueError for a row that does not fit its header."""
    meta = Table(("key", "value"), tuple(file.meta.items()))
    lines: list[str] = []
    for section, table in zip(SECTIONS, (meta, file.projects, file.votes), strict=True):
        if any(len(row) != len(table.columns) for row in table.rows):
            raise ValueError(f"a row of {section} has not as many cells as the header")
        lines += [section, *(";".join(map(_cell, row)) for row in (table.columns, *table.rows))]
    return "".join(f"{line}\n" for line in lines).encode()


def _cell(text: str) -> str:
    # The csv module would leave a lone carriage return unquoted, and not read it again.
    return '"' + text.replace('"', '""') + '"' if SPECIAL.search(text) else text
