"""Reading a roll's file: every line is judged; a fault names its line and its reason, never the IIN."""

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pb.core.national_numbers import IIN, IINError, Reason, parse_iin
from pb.roll.service.spreadsheets import MOST_COLUMNS, SEPARATOR, SheetFault, in_child, is_workbook

# What a heading may be called; spreadsheets of an akimat are in either language.
HEADINGS = {
    "iin": "iin",
    "жсн": "iin",
    "иин": "iin",
    "name": "name",
    "аты-жөні": "name",
    "тегі, аты, әкесінің аты": "name",
    "фио": "name",
    "ф.и.о.": "name",
    "settlement": "settlement",
    "елді мекен": "settlement",
    "населённый пункт": "settlement",
    "населенный пункт": "settlement",
}
COLUMNS = frozenset(HEADINGS.values())
MOST_LINES = 50_000
LONGEST_NAME = 120
ADULT = 18
SEPARATORS = (SEPARATOR, "\t", ",")


class Fault(StrEnum):
    NO_IIN = "iin"
    CHECK_DIGIT = "check"
    UNDER_AGE = "age"
    TWICE = "twice"
    OTHER_OKRUG = "okrug"
    NO_NAME = "name"


class FileFault(ValueError):
    """The file as a whole cannot be read: the argument is `encoding`, `columns`, `lines`, `workbook` or `size`."""


@dataclass(frozen=True)
class Voter:
    """One good line."""

    iin: IIN
    name: str
    settlement: str


@dataclass(frozen=True)
class Reading:
    """The good lines, and (line number, fault) of the others; the heading is line 1."""

    voters: list[Voter]
    faults: list[tuple[int, Fault]]


def as_csv(data: bytes) -> bytes:
    """A file as CSV: one that is a workbook is read in a child process. No transaction is open. Raises FileFault."""
    if not is_workbook(data):
        return data
    try:
        return in_child(data, MOST_LINES)
    except SheetFault as fault:
        raise FileFault(str(fault)) from fault


def read_roll(data: bytes, *, settlements: Collection[str], voting_day: date) -> Reading:
    """Reads a CSV (comma, semicolon or tab, UTF-8, a byte order mark tolerated).

    Its first line names the columns iin, name, settlement, in any order and in Kazakh, Russian or English. Raises
    FileFault when the file as a whole cannot be read.
    """
    seen: set[str] = set()
    voters: list[Voter] = []
    faults: list[tuple[int, Fault]] = []
    for line, cells in _lines(_csv_rows(data)):
        judged = _judge(cells, settlements, voting_day)
        if isinstance(judged, Voter) and judged.iin.text in seen:
            judged = Fault.TWICE
        if isinstance(judged, Fault):
            faults.append((line, judged))
        else:
            seen.add(judged.iin.text)
            voters.append(judged)
    if not voters and not faults:
        raise FileFault("columns")
    return Reading(voters, faults)


def judge_person(iin: IIN, name: str, settlement: str, settlements: Collection[str], voting_day: date) -> Voter | Fault:
    """The voter, or what keeps this person off the roll; the same rules for a file's line and for one person."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST_NAME or not tidy.isprintable():
        return Fault.NO_NAME
    if iin.age_on(voting_day) < ADULT:
        return Fault.UNDER_AGE
    if settlement not in settlements:
        return Fault.OTHER_OKRUG
    return Voter(iin, tidy, settlement)


def _judge(cells: dict[str, str], settlements: Collection[str], voting_day: date) -> Voter | Fault:
    try:
        iin = parse_iin(cells.get("iin", ""), voting_day)
    except IINError as error:
        return Fault.CHECK_DIGIT if error.reason is Reason.CHECK else Fault.NO_IIN
    return judge_person(iin, cells.get("name", ""), cells.get("settlement", ""), settlements, voting_day)


def _csv_rows(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileFault("encoding") from None
    first = text.split("\n", 1)[0]
    separator = next((mark for mark in SEPARATORS if mark in first), ",")
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error:
        raise FileFault("columns") from None


def _lines(rows: Iterator[list[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, cells by column) of each line that is not empty."""
    heading = [HEADINGS.get(cell.strip().lower(), "") for cell in next(rows, [])]
    if len(heading) > MOST_COLUMNS or not set(heading) >= COLUMNS:
        raise FileFault("columns")
    if any(heading.count(column) > 1 for column in COLUMNS):
        raise FileFault("columns")
    for line, row in enumerate(rows, 2):
        if line > MOST_LINES + 1:
            raise FileFault("lines")
        if any(row):
            yield line, {column: cell.strip() for column, cell in zip(heading, row, strict=False) if column}
