"""The list for the offline program: read and checked as a whole, before a single card is made."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from pb.core import tables
from pb.core import text as texts
from pb.core.tables import Line, TableFault, Wrong

COLUMNS = ("entry", "number", "name", "settlement")
LOOKUP = "lookup"  # of the voter's IIN; only codes that are sealed need it, and cards of the reserve have none
RESERVE = "reserve-"
LONGEST_CELL = 200
LARGEST_NUMBER = 10**9
LOOKED_UP = re.compile(r"[0-9a-f]{64}")
TAKE_AS_GIVEN = "take the file as the platform gave it."
FAULTS = {
    Wrong.EMPTY: "The roll is empty.",
    Wrong.HEADING_ONLY: "The roll is empty: it has a heading and no lines below it.",
    Wrong.ENCODING: f"Line {{line}} of the roll is not UTF-8: {TAKE_AS_GIVEN}",
    Wrong.OLD_WORKBOOK: f"The roll is an old workbook (XLS) and no CSV: {TAKE_AS_GIVEN}",
    Wrong.WORKBOOK: f"The roll is a workbook or an archive and no CSV: {TAKE_AS_GIVEN}",
    Wrong.NO_TABLE: f"The roll is no table of text: {TAKE_AS_GIVEN}",
    Wrong.OPEN_QUOTE: "Line {line} of the roll is not CSV: a quote is opened and not closed on the same line.",
    Wrong.STRAY_QUOTE: "Line {line} of the roll is not CSV: a closing quote is not followed by the next cell.",
    Wrong.TOO_MANY_LINES: "The roll has too many lines.",
    Wrong.TOO_MANY_COLUMNS: "Line {line} of the roll has too many columns.",
    Wrong.TOO_LONG: "Line {line} of the roll is too long.",
}


@dataclass
class Roll:
    """`entries` are the lines by their columns; `faults` all that is wrong, each a sentence with its line."""

    entries: list[dict[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read(data: bytes, *, may_be_empty: bool = False) -> Roll:
    """The roll of a file. Every fault is named, not the first alone."""
    try:
        table = tables.read(data, may_be_empty=True)
    except TableFault as fault:
        return Roll(faults=[FAULTS[fault.wrong].format(line=fault.line or 1)])
    heading = list(table.heading)
    missing = [column for column in COLUMNS if column not in heading]
    if missing:
        return Roll(faults=[f"Line {table.heading_line} of the roll lacks columns: {', '.join(missing)}."])
    if not table.lines and not may_be_empty:
        return Roll(faults=["The roll is empty: it has a heading and no lines below it."])
    return _checked(heading, table.lines)


def _checked(heading: list[str], lines: Sequence[Line]) -> Roll:
    roll = Roll()
    first: dict[tuple[str, str | int], int] = {}
    for number, row in ((line.number, line.cells) for line in lines):
        cells = dict(zip(heading, map(_tidy_or_kept, row), strict=False))
        entry = {column: cells.get(column, "") for column in (*COLUMNS, LOOKUP)}
        roll.entries.append(entry)
        faults = list(_faults(entry))
        if len(row) != len(heading):
            faults = [f"has {len(row)} cells where the heading has {len(heading)}."]
        elif not faults:
            for key, named in ((("entry", entry["entry"].lower()), "entry"), (_place(entry["number"]), "number")):
                if key in first:
                    faults.append(f"has the {named} of line {first[key]}: each stands once, none twice.")
                first.setdefault(key, number)
        roll.faults += [f"Line {number} of the roll {fault}" for fault in faults]
    return roll


def _tidy_or_kept(cell: str) -> str:
    """A cell in normal form; one that holds a sign which is refused stays as it is, and is a fault."""
    try:
        return texts.tidy(cell)
    except texts.TextFault:
        return cell


def _place(number: str) -> tuple[str, int]:
    """Numbers that are sorted to the same place are the same: 1 and 01."""
    return ("reserve" if number.startswith("R") else "number"), int(number.removeprefix("R"))


def _faults(entry: dict[str, str]) -> Iterator[str]:
    for column in COLUMNS:
        if not entry[column]:
            yield f"has an empty column: {column}."
    for column, cell in entry.items():
        if len(cell) > LONGEST_CELL or any(map(texts.refused, cell)):
            yield f"has more than {LONGEST_CELL} signs, or one that cannot be printed, in the column {column}."
    if entry[LOOKUP] and not LOOKED_UP.fullmatch(entry[LOOKUP]):
        yield "has no look-up of 64 hexadecimal digits in the column lookup."
    yield from _faults_of_card(entry["entry"], entry["number"])


def _faults_of_card(entry: str, number: str) -> Iterator[str]:
    reserve = entry.removeprefix(RESERVE)
    if number and not _is_number(number.removeprefix("R")):
        yield 'has no number of a card: 1 to 9 digits, for a card of the reserve with "R" before them.'
    if reserve != entry:
        if number != f"R{reserve}" or not _is_number(reserve):
            yield 'names a card of the reserve whose number differs: "reserve-1" has the number "R1".'
    elif number.startswith("R"):
        yield 'has a number of the reserve and no entry of it: "R1" belongs to "reserve-1".'
    elif entry and not _is_entry(entry):
        yield "has no entry of the platform's roll: take the file as the platform gave it."


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < LARGEST_NUMBER


def _is_entry(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
