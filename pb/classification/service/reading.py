"""Reading a file of the classification: every line is judged, and none is taken unless all are right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from pb.classification.models import LONGEST_CODE, LONGEST_NAME, LONGEST_SOURCE
from pb.classification.service.entries import Entry
from pb.core import tables
from pb.core import text as texts
from pb.core.budget.codes import AKIMS_OFFICE, Code, CodeFault

MOST_LINES: Final = 5_000
MOST_COLUMNS: Final = 20
PROGRAMME_DEPTH: Final = 4


class Heads(NamedTuple):
    """What a column is called."""

    kk: str
    ru: str
    en: str


COLUMNS: Final[Mapping[str, Heads]] = {
    "code": Heads("Коды", "Код", "Code"),
    "name_kk": Heads("Қазақша атауы", "Наименование на казахском", "Name in Kazakh"),
    "name_ru": Heads("Орысша атауы", "Наименование на русском", "Name in Russian"),
    "valid_from": Heads("Басталған күні", "Действует с", "Valid from"),
    "valid_to": Heads("Аяқталған күні", "Действует по", "Valid to"),
    "offered": Heads("Жобаларға ұсынылады", "Предлагается проектам", "Offered to projects"),
    "checked": Heads("Тексерілді", "Проверено", "Checked"),
    "source": Heads("Дереккөз", "Источник", "Source"),
}
HEADINGS: Final = {heading.casefold(): column for column, heads in COLUMNS.items() for heading in (column, *heads)}
NEEDED: Final = ("code", "name_kk", "name_ru", "source")
YES: Final = frozenset({"yes", "иә", "да", "1", "+", "true"})
NO: Final = frozenset({"", "no", "жоқ", "нет", "0", "-", "–", "false"})


class Fault(StrEnum):
    CODE = "code"
    NAME = "name"
    LOST_LETTERS = "letters"
    LENGTH = "length"
    DAY = "day"
    DAYS = "days"
    ANSWER = "answer"
    SOURCE = "source"
    TWICE = "twice"
    TAKEN = "taken"
    CELLS = "cells"


class ColumnsMissing(ValueError):
    """The heading lacks a column, or has one twice."""


class LineFault(NamedTuple):
    """What is wrong at a line of the file, and what stands there."""

    line: int
    fault: Fault
    cell: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The entries of the lines that are right, and the faults of the others."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)


class _Wrong(Exception):
    def __init__(self, fault: Fault, cell: str) -> None:
        super().__init__(fault)
        self.fault = fault
        self.cell = cell


def read(data: bytes) -> Reading:
    """The entries of a CSV; its heading names the columns in any order and language.

    Raises TableFault, ColumnsMissing: the file as a whole cannot be read.
    """
    table = tables.read(data, most_lines=MOST_LINES, most_columns=MOST_COLUMNS)
    heading = [HEADINGS.get(name, "") for name in table.heading]
    if any(heading.count(column) > 1 for column in COLUMNS) or not set(NEEDED) <= set(heading):
        raise ColumnsMissing
    found = Reading()
    lines: dict[str, int] = {}
    offered: dict[str, str] = {}
    for line in table.lines:
        cells = dict.fromkeys(COLUMNS, "")
        cells |= {column: cell for column, cell in zip(heading, line.cells, strict=False) if column}
        try:
            if any(line.cells[len(heading) :]):
                raise _Wrong(Fault.CELLS, " ".join(line.cells[len(heading) :]))  # noqa: TRY301
            entry = _judged(cells)
            _refuse_second(entry, lines, offered)
        except _Wrong as wrong:
            found.faults.append(LineFault(line.number, wrong.fault, texts.readable(wrong.cell)[:60]))
            continue
        lines[entry.code] = line.number
        found.entries.append(entry)
    return found


def _judged(cells: Mapping[str, str]) -> Entry:
    names = [texts.readable(cells[column]) for column in ("name_kk", "name_ru")]
    source = texts.readable(cells["source"])
    code = cells["code"]
    try:
        Code.read(code)
    except CodeFault:
        raise _Wrong(Fault.CODE, code) from None
    for name in names:
        if not texts.has_letter(name):
            raise _Wrong(Fault.NAME, code)
        if "?" in name:
            raise _Wrong(Fault.LOST_LETTERS, name)
    if not source:
        raise _Wrong(Fault.SOURCE, code)
    if len(code) > LONGEST_CODE or max(map(len, names)) > LONGEST_NAME or len(source) > LONGEST_SOURCE:
        raise _Wrong(Fault.LENGTH, code)
    begins, ends = _day(cells["valid_from"]), _day(cells["valid_to"], last=True)
    if begins is not None and ends is not None and begins > ends:
        raise _Wrong(Fault.DAYS, f"{begins} – {ends}")
    name_kk, name_ru = names
    return Entry(code, name_kk, name_ru, begins, ends, _answer(cells["offered"]), _answer(cells["checked"]), source)


def _refuse_second(entry: Entry, lines: Mapping[str, int], offered: dict[str, str]) -> None:
    """A code twice; or two programmes with the same three digits, of which a review could not say which it means."""
    if entry.code in lines:
        raise _Wrong(Fault.TWICE, f"{entry.code} ({lines[entry.code]})")
    code = entry.levels
    if not (entry.offered and code.depth == PROGRAMME_DEPTH and code.administrator == AKIMS_OFFICE):
        return
    if (other := offered.setdefault(code.programme, entry.code)) != entry.code:
        raise _Wrong(Fault.TAKEN, other)


def _answer(cell: str) -> bool:
    said = cell.casefold()
    if said not in YES | NO:
        raise _Wrong(Fault.ANSWER, cell)
    return said in YES


def _day(cell: str, *, last: bool = False) -> date | None:
    """A day, as spreadsheets write it too, or a year: its first or its last day."""
    if not cell:
        return None
    if len(cell) == len("2026") and cell.isascii() and cell.isdigit() and cell > "0000":
        return date(int(cell), 12, 31) if last else date(int(cell), 1, 1)
    for written in ("%Y-%m-%d", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(cell, written).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise _Wrong(Fault.DAY, cell)


def columns(language: str) -> Sequence[str]:
    """The heading in a language."""
    return [getattr(heads, language) for heads in COLUMNS.values()]
