"""The list for the offline program: read and checked as a whole, before a single card is made."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

COLUMNS = ("entry", "number", "name", "settlement")
LOOKUP = "lookup"  # of the voter's IIN; only codes that are sealed need it, and cards of the reserve have none
RESERVE = "reserve-"
LONGEST_CELL = 200
LARGEST_NUMBER = 10**9
LOOKED_UP = re.compile(r"[0-9a-f]{64}")


@dataclass
class Roll:
    """`entries` are the lines by their columns; `faults` all that is wrong, each a sentence with its line."""

    entries: list[dict[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read(data: bytes, *, may_be_empty: bool = False) -> Roll:
    """The roll of a file. Every fault is named, not the first alone."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return Roll(faults=[f"Line {line} of the roll is not UTF-8: take the file as the platform gave it."])
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heading = [name.strip() for name in next(reader, [])]
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        return Roll(faults=[f"Line {reader.line_num} of the roll is not CSV: {error}."])
    missing = [column for column in COLUMNS if column not in heading]
    if missing:
        separated = " Its cells are separated by semicolons: they must be commas." if ";" in "".join(heading) else ""
        return Roll(faults=[f"Line 1 of the roll lacks columns: {', '.join(missing)}.{separated}"])
    if not rows and not may_be_empty:
        return Roll(faults=["The roll is empty."])
    return _checked(heading, rows)


def _checked(heading: list[str], rows: list[tuple[int, list[str]]]) -> Roll:
    roll = Roll()
    first: dict[tuple[str, str | int], int] = {}
    for line, row in rows:
        cells = dict(zip(heading, (cell.strip() for cell in row), strict=False))
        entry = {column: cells.get(column, "") for column in (*COLUMNS, LOOKUP)}
        roll.entries.append(entry)
        faults = list(_faults(entry))
        if len(row) != len(heading):
            faults = [f"has {len(row)} cells where the heading has {len(heading)}."]
        elif not faults:
            for key, named in ((("entry", entry["entry"].lower()), "entry"), (_place(entry["number"]), "number")):
                if key in first:
                    faults.append(f"has the {named} of line {first[key]}: each stands once, none twice.")
                first.setdefault(key, line)
        roll.faults += [f"Line {line} of the roll {fault}" for fault in faults]
    return roll


def _place(number: str) -> tuple[str, int]:
    """Numbers that are sorted to the same place are the same: 1 and 01."""
    return ("reserve" if number.startswith("R") else "number"), int(number.removeprefix("R"))


def _faults(entry: dict[str, str]) -> Iterator[str]:
    for column in COLUMNS:
        if not entry[column]:
            yield f"has an empty column: {column}."
    for column, cell in entry.items():
        if len(cell) > LONGEST_CELL or any(unicodedata.category(sign) == "Cc" for sign in cell):
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
