"""Reading a roll's CSV: every line is judged, and a fault names its line and its reason, never the IIN."""

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pb.identity.iin import IIN, IINError, parse_iin

COLUMNS = ("iin", "name", "settlement")
MOST_LINES = 50_000
LONGEST_NAME = 120
ADULT = 18


class Fault(StrEnum):
    NO_IIN = "iin"
    CHECK_DIGIT = "check"
    UNDER_AGE = "age"
    TWICE = "twice"
    ON_ROLL = "on_roll"
    OTHER_OKRUG = "okrug"
    NO_NAME = "name"


class FileFault(ValueError):
    """The file as a whole cannot be read: the argument is `encoding`, `columns` or `lines`."""


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


def read_roll(data: bytes, *, settlements: Collection[str], voting_day: date, known: Collection[str] = ()) -> Reading:
    """Reads a CSV with the columns iin, name, settlement (comma or semicolon, UTF-8, a BOM tolerated).

    `known` are the IINs already on the roll. Raises FileFault when the file is no such CSV.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileFault("encoding") from None
    separator = ";" if ";" in text.split("\n", 1)[0] else ","
    try:
        rows = list(csv.DictReader(io.StringIO(text), delimiter=separator))
    except csv.Error:
        raise FileFault("columns") from None
    if not rows or not set(COLUMNS) <= {(name or "").strip().lower() for name in rows[0]}:
        raise FileFault("columns")
    if len(rows) > MOST_LINES:
        raise FileFault("lines")
    seen = set(known)
    first = set(known)
    voters: list[Voter] = []
    faults: list[tuple[int, Fault]] = []
    for line, row in enumerate(rows, 2):
        cells = {
            (name or "").strip().lower(): (value or "").strip() for name, value in row.items() if isinstance(value, str)
        }
        judged = _judge(cells, settlements, voting_day)
        if isinstance(judged, Voter) and judged.iin.text in seen:
            judged = Fault.ON_ROLL if judged.iin.text in first else Fault.TWICE
        if isinstance(judged, Fault):
            faults.append((line, judged))
        else:
            seen.add(judged.iin.text)
            voters.append(judged)
    return Reading(voters, faults)


def _judge(cells: dict[str, str], settlements: Collection[str], voting_day: date) -> Voter | Fault:
    try:
        iin = parse_iin(cells.get("iin", ""), voting_day)
    except IINError as error:
        return Fault.CHECK_DIGIT if str(error) == "check" else Fault.NO_IIN
    name = " ".join(cells.get("name", "").split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        return Fault.NO_NAME
    if iin.age_on(voting_day) < ADULT:
        return Fault.UNDER_AGE
    if cells.get("settlement") not in settlements:
        return Fault.OTHER_OKRUG
    return Voter(iin, name, cells["settlement"])
