"""Reading a roll's file: every line is judged; a fault names its line and its reason, never the IIN."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pb.core import tables
from pb.core import text as texts
from pb.core.national_numbers import IIN, IINError, Reason, masked, parse_iin, with_lost_zeros
from pb.core.places.settlements import Settlements
from pb.core.tables import TableFault
from pb.core.text import TextFault
from pb.workbooks import MOST_COLUMNS, SheetFault, in_child, is_workbook

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
IIN_HEADINGS = frozenset(heading for heading, column in HEADINGS.items() if column == "iin")
COLUMNS = ("iin", "name", "settlement")
MOST_LINES = 50_000
LONGEST_NAME = 120
ADULT = 18
LOST = "?"  # what a letter becomes in a file that is saved in an encoding without it


class Fault(StrEnum):
    NO_IIN = "iin"
    CHECK_DIGIT = "check"
    UNDER_AGE = "age"
    TWICE = "twice"
    OTHER_OKRUG = "okrug"
    NO_NAME = "name"
    HIDDEN = "hidden"
    LOST_LETTERS = "letters"
    CELLS = "cells"


class FileFault(ValueError):
    """The file as a whole is no roll: the argument is `columns` or what a SheetFault says."""


@dataclass(frozen=True)
class Voter:
    """One good line."""

    iin: IIN
    name: str
    settlement: str


@dataclass(frozen=True)
class Repair:
    """A line whose IIN is one when the zeros that a spreadsheet dropped are put before it: the registrar says so."""

    line: int
    voter: Voter


Row = tuple[str, str, str]  # a line as it is shown: its IIN masked, name, settlement


@dataclass(frozen=True)
class Reading:
    """The good lines, what could be repaired, and (line number, fault) of the others; the heading is line 1.

    `rows` has what stands in the lines at fault, by their number.
    """

    voters: list[Voter]
    faults: list[tuple[int, Fault]]
    repairs: list[Repair] = field(default_factory=list)
    rows: dict[int, Row] = field(default_factory=dict)


def as_csv(data: bytes) -> bytes:
    """A file as CSV: one that is a workbook is read in a child process. No transaction is open. Raises FileFault."""
    if not is_workbook(data):
        return data
    try:
        return in_child(data, MOST_LINES, IIN_HEADINGS)
    except SheetFault as fault:
        raise FileFault(str(fault)) from fault


def read_roll(data: bytes, *, settlements: Settlements, voting_day: date) -> Reading:
    """Reads a CSV as `pb.core.tables` does.

    Its first line names the columns iin, name, settlement, in any order and in Kazakh, Russian or English. Raises
    FileFault or TableFault when the file as a whole cannot be read.
    """
    seen: set[str] = set()
    found = Reading([], [])
    repairs: list[tuple[int, Voter, Row]] = []
    for line, cells in _lines(data):
        judged = _judge(cells, settlements, voting_day)
        if isinstance(judged, Repair):
            repairs.append((line, judged.voter, _shown(cells)))
            continue
        if isinstance(judged, Voter) and judged.iin.text in seen:
            judged = Fault.TWICE
        if isinstance(judged, Fault):
            found.faults.append((line, judged))
            found.rows[line] = _shown(cells)
        else:
            seen.add(judged.iin.text)
            found.voters.append(judged)
    for line, voter, row in repairs:  # a line that needs no repair goes before one that does
        if voter.iin.text in seen:
            found.faults.append((line, Fault.TWICE))
            found.rows[line] = row
        else:
            seen.add(voter.iin.text)
            found.repairs.append(Repair(line, voter))
    found.faults.sort()
    return found


def judge_person(iin: IIN, name: str, settlement: str, settlements: Settlements, voting_day: date) -> Voter | Fault:
    """The voter, or the first that keeps this person off the roll: the same rules for a file's line and for one."""
    fault = next(faults_of_person(iin, name, settlement, settlements, voting_day), None)
    return fault or Voter(iin, texts.tidy(name), settlements.kept(texts.tidy(settlement)) or "")


def faults_of_person(
    iin: IIN, name: str, settlement: str, settlements: Settlements, voting_day: date
) -> Iterator[Fault]:
    """All that keeps this person off the roll."""
    try:
        name, settlement = texts.tidy(name), texts.tidy(settlement)
    except TextFault:
        yield Fault.HIDDEN
        return
    if not texts.has_letter(name) or len(name) > LONGEST_NAME:
        yield Fault.NO_NAME
    elif LOST in name or LOST in settlement:
        yield Fault.LOST_LETTERS
    if iin.age_on(voting_day) < ADULT:
        yield Fault.UNDER_AGE
    if settlements.kept(settlement) is None:
        yield Fault.OTHER_OKRUG


def _judge(cells: Mapping[str, str], known: Settlements, voting_day: date) -> Voter | Repair | Fault:
    if cells.get(""):
        return Fault.CELLS
    try:
        typed = texts.tidy(cells["iin"])
    except TextFault:
        return Fault.HIDDEN
    repaired = with_lost_zeros(typed)
    try:
        iin = parse_iin(repaired or typed, voting_day)
    except IINError as error:
        return Fault.CHECK_DIGIT if error.reason is Reason.CHECK and not repaired else Fault.NO_IIN
    judged = judge_person(iin, cells["name"], cells["settlement"], known, voting_day)
    return Repair(0, judged) if repaired and isinstance(judged, Voter) else judged


def _shown(cells: Mapping[str, str]) -> Row:
    iin, name, settlement = (texts.readable(cells[column])[:LONGEST_NAME] for column in COLUMNS)
    return masked(iin), name, settlement


def _lines(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, cells by column) of each line; under the empty name what stands beyond the heading."""
    table = tables.read(data, most_lines=MOST_LINES, most_columns=MOST_COLUMNS, may_be_empty=True)
    heading = [HEADINGS.get(name, "") for name in table.heading]
    if any(heading.count(column) != 1 for column in COLUMNS):
        raise FileFault("columns")
    if not table.lines:
        raise TableFault(tables.Wrong.HEADING_ONLY)
    for line in table.lines:
        cells = dict.fromkeys(COLUMNS, "")
        cells.update((column, cell) for column, cell in zip(heading, line.cells, strict=False) if column)
        yield line.number, {**cells, "": "".join(line.cells[len(heading) :])}
