"""The list for the offline program: read and checked as a whole, before a single card is made."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from pb.core import tables
from pb.core import text as texts
from pb.core.findings import Finding
from pb.core.tables import Line, TableFault, Wrong

COLUMNS = ("entry", "number", "name", "settlement")
LOOKUP = "lookup"  # of the voter's IIN; only codes that are sealed need it, and cards of the reserve have none
RESERVE = "reserve-"
LONGEST_CELL = 200
LARGEST_NUMBER = 10**9
LOOKED_UP = re.compile(r"[0-9a-f]{64}")
FAULTS = {
    Wrong.EMPTY: Finding("The roll is empty."),
    Wrong.HEADING_ONLY: Finding("The roll is empty: it has a heading and no lines below it."),
    Wrong.ENCODING: Finding("Line %(line)s of the roll is not UTF-8: take the file as the platform gave it."),
    Wrong.OLD_WORKBOOK: Finding("The roll is an old workbook (XLS) and no CSV: take the file as the platform gave it."),
    Wrong.WORKBOOK: Finding("The roll is a workbook or an archive and no CSV: take the file as the platform gave it."),
    Wrong.NO_TABLE: Finding("The roll is no table of text: take the file as the platform gave it."),
    Wrong.OPEN_QUOTE: Finding(
        "Line %(line)s of the roll is not CSV: a quote is opened and not closed on the same line."
    ),
    Wrong.STRAY_QUOTE: Finding(
        "Line %(line)s of the roll is not CSV: a closing quote is not followed by the next cell."
    ),
    Wrong.TOO_MANY_LINES: Finding("The roll has too many lines."),
    Wrong.TOO_MANY_COLUMNS: Finding("Line %(line)s of the roll has too many columns."),
    Wrong.TOO_LONG: Finding("Line %(line)s of the roll is too long."),
}

SAME_ENTRY = Finding("Line %(line)s of the roll has the entry of line %(earlier)s: each stands once, none twice.")
SAME_NUMBER = Finding("Line %(line)s of the roll has the number of line %(earlier)s: each stands once, none twice.")


@dataclass
class Roll:
    """`entries` are the lines by their columns; `faults` all that is wrong, each a sentence with its line."""

    entries: list[dict[str, str]] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)


def read(data: bytes, *, may_be_empty: bool = False) -> Roll:
    """The roll of a file. Every fault is named, not the first alone."""
    try:
        table = tables.read(data, may_be_empty=True)
    except TableFault as fault:
        return Roll(faults=[FAULTS[fault.wrong].of(line=fault.line or 1)])
    heading = list(table.heading)
    missing = [column for column in COLUMNS if column not in heading]
    if missing:
        return Roll(
            faults=[
                Finding(
                    "Line %(line)s of the roll lacks columns: %(columns)s.",
                    line=table.heading_line,
                    columns=", ".join(missing),
                )
            ]
        )
    if not table.lines and not may_be_empty:
        return Roll(faults=[FAULTS[Wrong.HEADING_ONLY]])
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
            faults = [
                Finding(
                    "Line %(line)s of the roll has %(cells)s cells where the heading has %(columns)s.",
                    cells=len(row),
                    columns=len(heading),
                )
            ]
        elif not faults:
            for key, twice in ((("entry", entry["entry"].lower()), SAME_ENTRY), (_place(entry["number"]), SAME_NUMBER)):
                if key in first:
                    faults.append(twice.of(earlier=first[key]))
                first.setdefault(key, number)
        roll.faults += [fault.of(line=number) for fault in faults]
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


def _faults(entry: dict[str, str]) -> Iterator[Finding]:
    """What is wrong with an entry; the number of its line is added by whoever knows it."""
    for column in COLUMNS:
        if not entry[column]:
            yield Finding("Line %(line)s of the roll has an empty column: %(column)s.", column=column)
    for column, cell in entry.items():
        if len(cell) > LONGEST_CELL or any(map(texts.refused, cell)):
            yield Finding(
                "Line %(line)s of the roll has more than %(most)s signs, or one that cannot be printed, in the column "
                "%(column)s.",
                most=LONGEST_CELL,
                column=column,
            )
    if entry[LOOKUP] and not LOOKED_UP.fullmatch(entry[LOOKUP]):
        yield Finding("Line %(line)s of the roll has no look-up of 64 hexadecimal digits in the column lookup.")
    yield from _faults_of_card(entry["entry"], entry["number"])


def _faults_of_card(entry: str, number: str) -> Iterator[Finding]:
    reserve = entry.removeprefix(RESERVE)
    if number and not _is_number(number.removeprefix("R")):
        yield Finding(
            'Line %(line)s of the roll has no number of a card: 1 to 9 digits, for a card of the reserve with "R" '
            "before them."
        )
    if reserve != entry:
        if number != f"R{reserve}" or not _is_number(reserve):
            yield Finding(
                'Line %(line)s of the roll names a card of the reserve whose number differs: "reserve-1" has the '
                'number "R1".'
            )
    elif number.startswith("R"):
        yield Finding(
            'Line %(line)s of the roll has a number of the reserve and no entry of it: "R1" belongs to "reserve-1".'
        )
    elif entry and not _is_entry(entry):
        yield Finding(
            "Line %(line)s of the roll has no entry of the platform's roll: take the file as the platform gave it."
        )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < LARGEST_NUMBER


def _is_entry(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
