"""The classifier's file: one line for each territory and place, read into a tree.

It names no parent: the code does. Two digits are the oblast's, four the raion's or city's, six the okrug's; what is
missing between (a town right under its raion, a district of Almaty) is stepped over.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pb.core import tables
from pb.core.places.kinds import Kind, Names, kind_of, names
from pb.core.text import tidy

CODE_DIGITS = 9
# How many digits of the code say what a line is: the others are zeros, but for a settlement.
OWN_DIGITS = {"oblast": 2, "district": 4, "sub_district": 6, "settlement": 9}
LOST_LETTERS = frozenset("?\ufffd")  # an encoding without Kazakh letters leaves these in their place
LEVELS = {"oblast": (), "district": (2,), "sub_district": (4, 2), "settlement": (6, 4, 2)}
COLUMNS = ("kato", "kato_version", "level", "type_code", "name_ru", "name_kk")
MOST_LINES = 50_000
LONGEST_NAME = 120


class Wrong(StrEnum):
    """What is wrong with a line."""

    CODE = "code"
    TWICE = "twice"
    LEVEL = "level"
    NAME = "name"
    LETTERS = "letters"
    PARENT = "parent"
    COLUMNS = "columns"


@dataclass(frozen=True, slots=True)
class Fault:
    """A line of the file (the heading is 1) that was not taken in."""

    line: int
    kato: str
    wrong: Wrong


@dataclass(frozen=True, slots=True)
class Place:
    """A territory or a settlement. `parent` is the code of what it lies in, empty for an oblast."""

    kato: str
    version: str
    kind: Kind
    parent: str
    names: Names


def read(data: bytes) -> tuple[list[Place], list[Fault]]:
    """The places of the file, parents before what lies in them, and a fault for each line that was left out.

    Raises ValueError: TableFault where it is no table or has more lines than any edition, else a column is missing.
    """
    table = tables.read(data, most_lines=MOST_LINES)
    if not set(COLUMNS) <= set(table.heading):
        raise ValueError("columns")
    lines: list[tuple[int, Mapping[str, str]]] = []
    faults: list[Fault] = []
    levels: dict[str, str] = {}
    for line in table.lines:
        cells = table.by_column(line)
        wrong = _wrong(cells, levels) if len(line.cells) == len(table.heading) else Wrong.COLUMNS
        if wrong is None:
            levels[cells["kato"]] = cells["level"]
            lines.append((line.number, cells))
        else:
            faults.append(Fault(line.number, cells["kato"], wrong))
    faulty = {fault.kato for fault in faults}
    places = []
    for number, row in sorted(lines, key=lambda line: tuple(LEVELS).index(line[1]["level"])):
        place = _place(row, levels, faulty)
        if isinstance(place, Wrong):
            faults.append(Fault(number, row["kato"], place))
            faulty.add(row["kato"])
            del levels[row["kato"]]
        else:
            places.append(place)
    return places, sorted(faults, key=lambda fault: fault.line)


def namesakes(places: Iterable[Place]) -> list[list[Place]]:
    """The settlements that lie in one territory under one Kazakh name: forms and rolls could tell none apart."""
    found: dict[tuple[str, str], list[Place]] = {}
    for place in places:
        if place.kind is Kind.SETTLEMENT:
            found.setdefault((place.parent, place.names.bare), []).append(place)
    return [some for some in found.values() if len(some) > 1]


def _wrong(row: Mapping[str, str], levels: Mapping[str, str]) -> Wrong | None:
    kato = row["kato"]
    if not (kato.isascii() and kato.isdigit() and len(kato) == CODE_DIGITS):
        return Wrong.CODE
    if kato in levels:
        return Wrong.TWICE
    if row["level"] not in LEVELS or kato[OWN_DIGITS[row["level"]] :].strip("0"):
        return Wrong.LEVEL
    return Wrong.LETTERS if LOST_LETTERS & {*row["name_kk"], *row["name_ru"]} else None


def _place(row: Mapping[str, str], levels: Mapping[str, str], faulty: Collection[str]) -> Place | Wrong:
    try:
        kind = kind_of(row["level"], row["type_code"], row["name_kk"])
        told = names(kind, tidy(row["name_kk"]), tidy(row["name_ru"]))
    except ValueError:
        return Wrong.NAME
    if not all(told) or any(len(name) > LONGEST_NAME for name in told):
        return Wrong.NAME
    parent = _parent(row["kato"], LEVELS[row["level"]], levels, faulty)
    if not parent and row["level"] != "oblast":
        return Wrong.PARENT
    return Place(row["kato"], row["kato_version"], kind, parent, told)


def _parent(kato: str, digits: Iterable[int], levels: Mapping[str, str], faulty: Collection[str]) -> str:
    """The nearest of what it may lie in; none where the line of that one is at fault: nothing moves up past it."""
    above: Sequence[str] = [kato[:count].ljust(CODE_DIGITS, "0") for count in digits]
    known = tuple(LEVELS).index(levels[kato])
    for code in above:
        if code in levels and tuple(LEVELS).index(levels[code]) < known:
            return code
        if code in faulty and code not in levels and code != kato:
            return ""
    return ""
