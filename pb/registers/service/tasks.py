"""A task of a programme as it is typed or stands in a file, and the file of all tasks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from pb.core import measures
from pb.errors import FieldRefusal
from pb.registers.models import (
    LONGEST_NAME,
    LONGEST_UNIT,
    MOST_TASKS,
    SOURCE_LABELS,
    Programme,
    Source,
    Task,
)
from pb.registers.service import reading
from pb.registers.service.reading import Cells, Heads, LineFault, Row
from pb.tables import Sheet

COLUMNS: Final[Mapping[str, Heads]] = {
    "number": Heads("Нөмірі", "Номер", "Number"),
    "text_kk": Heads("Міндет, қазақша", "Задача на казахском", "Task in Kazakh"),
    "text_ru": Heads("Міндет, орысша", "Задача на русском", "Task in Russian"),
    "indicator_kk": Heads("Көрсеткіш, қазақша", "Показатель на казахском", "Indicator in Kazakh"),
    "indicator_ru": Heads("Көрсеткіш, орысша", "Показатель на русском", "Indicator in Russian"),
    "unit_kk": Heads("Өлшем бірлігі, қазақша", "Единица на казахском", "Unit in Kazakh"),
    "unit_ru": Heads("Өлшем бірлігі, орысша", "Единица на русском", "Unit in Russian"),
    "start": Heads("Бастапқы мәні", "Исходное значение", "Start"),
    "target": Heads("Нысаналы мәні", "Целевое значение", "Target"),
    "until": Heads("Мерзімі", "Срок", "Term"),
    "executor_kk": Heads("Орындаушы, қазақша", "Исполнитель на казахском", "Executor in Kazakh"),
    "executor_ru": Heads("Орындаушы, орысша", "Исполнитель на русском", "Executor in Russian"),
    "source": Heads("Қаржыландыру көзі", "Источник финансирования", "Source of money"),
    "amount": Heads("Сомасы, теңге", "Сумма, тенге", "Amount, tenge"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A task without its place in a programme; measures in thousandths, `amount` in tiyn."""

    text_kk: str
    text_ru: str
    indicator_kk: str
    indicator_ru: str
    unit_kk: str
    unit_ru: str
    start: int
    target: int
    until: date | None
    executor_kk: str
    executor_ru: str
    source: str
    amount: int
    number: int | None = None


def read(programme: Programme, typed: Mapping[str, str]) -> tuple[Entry, list[FieldRefusal]]:
    """A task as it was typed, by its columns, and what is wrong with it; with faults the entry is of no use."""
    cells = Cells(typed)
    number = cells.whole("number", MOST_TASKS)
    text, indicator = cells.both("text", LONGEST_NAME), cells.both("indicator", LONGEST_NAME)
    unit, start, target = cells.both("unit", LONGEST_UNIT), cells.measure("start"), cells.measure("target")
    if not cells.faults and start == target:
        cells.refuse("target", _("The target is what it is now: nothing would have to be done."))
    until = cells.day("until", _("Write the date."))
    if until is not None and not programme.first_year <= until.year <= programme.last_year:
        cells.refuse("until", _("This day is not in the years of the programme."))
    executor = cells.both("executor", LONGEST_NAME)
    source = cells.one_of("source", SOURCE_LABELS, _("Choose where the money comes from."))
    amount = cells.money("amount")
    if source is not None and (source == Source.WITHOUT) != (amount == 0):
        cells.refuse("amount", _("Write the sum; without money there is none."))
    entry = Entry(
        *text, *indicator, *unit, start, target, until, *executor, source or Source.OKRUG, amount, number=number
    )
    return entry, cells.faults


def read_file(programme: Programme, rows: Sequence[Row], tongue: str) -> tuple[list[Entry], list[LineFault]]:
    """All tasks of a file, and the faults of its lines; tasks without a number come after those that have one."""
    entries: list[Entry] = []
    faults: list[LineFault] = []
    lines: dict[int, int] = {}
    for row in rows:
        entry, wrong = read(programme, row.cells)
        faults += [LineFault(row.line, getattr(COLUMNS[one.field], tongue), str(one.message)) for one in wrong]
        if entry.number is not None and (before := lines.setdefault(entry.number, row.line)) != row.line:
            told = gettext("This number stands in line %(line)s already.", line=before)
            faults.append(LineFault(row.line, getattr(COLUMNS["number"], tongue), told))
        entries.append(entry)
    if len(entries) > MOST_TASKS:
        told = gettext("A programme has %(most)s tasks at most.", most=MOST_TASKS)
        faults.append(LineFault(rows[MOST_TASKS].line, "", told))
    return entries, faults


def as_typed(task: Task) -> dict[str, str]:
    """A task as a form or a file has it; `read` reads it as it was."""
    written = {
        "start": measures.plain(task.start),
        "target": measures.plain(task.target),
        "until": task.until.isoformat(),
        "amount": tenge(task.amount),
    }
    return {name: written.get(name, str(getattr(task, name))) for name in COLUMNS}


def tenge(tiyn: int) -> str:
    """A sum as a form or a file has it: `2450000`, `2450000,50`."""
    whole, rest = divmod(tiyn, 100)
    return f"{whole},{rest:02}" if rest else str(whole)


def sheet(programme: Programme, some: Iterable[Task], tongue: str) -> Sheet:
    """The tasks as a table that `read_file` reads as they are."""
    rows = [{**as_typed(task), "source": str(SOURCE_LABELS[Source(task.source)])} for task in some]
    title = gettext("Programme %(years)s", years=programme.years)
    return Sheet(title, reading.heading(COLUMNS, tongue), [list(row.values()) for row in rows])
