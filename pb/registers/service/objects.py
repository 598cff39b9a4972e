"""An object of communal property as it is typed or stands in a file, and the file of all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.clock import local
from pb.core import measures
from pb.registers.models import (
    CHANGE_LABELS,
    CONDITION_LABELS,
    LONGEST_NAME,
    LONGEST_NUMBER,
    LONGEST_PLACE,
    SORT_LABELS,
    UNIT_LABELS,
    Change,
    Condition,
    Sort,
    Unit,
)
from pb.registers.service import reading
from pb.registers.service.reading import Cells, Heads
from pb.registers.service.tasks import tenge
from pb.tables import Sheet

LARGEST_NUMBER: Final = 999_999
COLUMNS: Final[Mapping[str, Heads]] = {
    "number": Heads("Нөмірі", "Номер", "Number"),
    "sort": Heads("Түрі", "Вид", "Kind"),
    "name_kk": Heads("Қазақша атауы", "Наименование на казахском", "Name in Kazakh"),
    "name_ru": Heads("Орысша атауы", "Наименование на русском", "Name in Russian"),
    "settlement": Heads("Елді мекен", "Населённый пункт", "Settlement"),
    "place": Heads("Орналасқан жері", "Место", "Place"),
    "change": Heads("Соңғы өзгеріс", "Последнее изменение", "Last change"),
    "condition": Heads("Жай-күйі", "Состояние", "Condition"),
    "size": Heads("Көлемі", "Размер", "Size"),
    "unit": Heads("Өлшем бірлігі", "Единица", "Unit"),
    "income": Heads("Жылдық кірісі, теңге", "Доход за год, тенге", "Income of a year, tenge"),
    "decision_number": Heads("Шешімнің нөмірі", "Номер решения", "Number of the decision"),
    "decision_on": Heads("Шешімнің күні", "Дата решения", "Date of the decision"),
}
_LABELS: Final[Mapping[str, Mapping[str, LazyString]]] = {
    "sort": {one.value: label for one, label in SORT_LABELS.items()},
    "change": {one.value: label for one, label in CHANGE_LABELS.items()},
    "condition": {one.value: label for one, label in CONDITION_LABELS.items()},
    "unit": {one.value: label for one, label in UNIT_LABELS.items()},
}


@dataclass(frozen=True, slots=True)
class Thing:
    """What stays of an object."""

    sort: Sort
    name_kk: str
    name_ru: str
    settlement: str
    place: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What a decision made of it; `size` in thousandths of the unit, `income` of a year in tiyn."""

    change: Change
    condition: Condition
    size: int
    unit: Unit
    income: int


@dataclass(frozen=True, slots=True)
class Named:
    """A decision by the number and day of its document."""

    number: str
    on: date | None


def read_thing(act: Act, cells: Cells, typed: Mapping[str, str]) -> Thing:
    """What stays of an object; faults stand in `cells`."""
    sort = cells.one_of("sort", SORT_LABELS, _("Choose what it is."))
    name_kk, name_ru = cells.both("name", LONGEST_NAME)
    settlement = reading.text(typed.get("settlement", ""))
    kept = act.territory.known_settlements().kept(settlement) if settlement else ""
    if kept is None:
        cells.refuse("settlement", _("Choose a settlement of the list, or leave it empty."))
    place = cells.text("place", LONGEST_PLACE, _("Write where it is: the street, the house, the land."))
    return Thing(sort or Sort.OTHER, name_kk, name_ru, kept or "", place)


def read_shape(cells: Cells, change: Change | None = None) -> Shape:
    """What a decision made of it; `change` where the form says it already. Faults stand in `cells`."""
    told = change or cells.one_of("change", CHANGE_LABELS, _("Choose what was decided."))
    condition = cells.one_of("condition", CONDITION_LABELS, _("Choose the condition."))
    size = cells.measure("size")
    if size <= 0 and not any(fault.field == "size" for fault in cells.faults):
        cells.refuse("size", _("Write a size above nought; of things that are counted, how many."))
    unit = cells.one_of("unit", UNIT_LABELS, _("Choose the unit."))
    income = cells.money("income")
    return Shape(told or Change.RECEIVED, condition or Condition.FAIR, size, unit or Unit.PIECE, income)


def read_named(act: Act, cells: Cells) -> Named:
    """A decision by number and day; faults stand in `cells`."""
    number = cells.text("decision_number", LONGEST_NUMBER, _("Write the number of the decision."))
    on = cells.day("decision_on", _("Write the date."))
    if on is not None and on > local(act.at).date():
        cells.refuse("decision_on", _("This day has not come yet. The latest day: today."))
    return Named(number, on)


def in_cells(number: int, thing: Thing, shape: Shape, decision: Named) -> dict[str, str]:
    """An object as a form has it, codes where a list is; `_words` puts words in their place for a file."""
    return {
        "number": str(number),
        "sort": thing.sort.value,
        "name_kk": thing.name_kk,
        "name_ru": thing.name_ru,
        "settlement": thing.settlement,
        "place": thing.place,
        "change": shape.change.value,
        "condition": shape.condition.value,
        "size": measures.plain(shape.size),
        "unit": shape.unit.value,
        "income": tenge(shape.income),
        "decision_number": decision.number,
        "decision_on": decision.on.isoformat() if decision.on is not None else "",
    }


def sheet(act: Act, rows: Iterable[Mapping[str, str]], tongue: str) -> Sheet:
    """Objects as a table that the import reads as they are."""
    told = [[_words(act, name, cell, tongue) for name, cell in row.items()] for row in rows]
    return Sheet(gettext("Communal property"), reading.heading(COLUMNS, tongue), [list(row) for row in told])


def _words(act: Act, column: str, cell: str, tongue: str) -> str:
    if column in _LABELS:
        return str(_LABELS[column][cell])
    return act.territory.settlement(cell, tongue) if column == "settlement" and cell else cell
