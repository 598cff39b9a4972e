"""Two small public registers: the development programme of an okrug, and its communal property.

Neither changes but by a decision: a programme in versions, an object by a new state beside the former ones.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.core.poll.bilingual import Said, either
from pb.db import FROZEN, Base, Identified, Tiyn

FIRST_YEAR: Final = 2018
LAST_YEAR: Final = 2099
MOST_YEARS: Final = 5
MOST_TASKS: Final = 200
MOST_LINES: Final = 1000
MOST_OBJECTS: Final = 5000
LONGEST_NAME: Final = 300
LONGEST_UNIT: Final = 40
LONGEST_PLACE: Final = 200
LONGEST_WORDS: Final = 1000
LONGEST_NUMBER: Final = 40


class Source(StrEnum):
    """Where the money of a task comes from."""

    OKRUG = "okrug"
    RAION = "raion"
    OBLAST = "oblast"
    REPUBLIC = "republic"
    SELF_GOVERNMENT = "self_government"
    PRIVATE = "private"
    WITHOUT = "without"


class Sort(StrEnum):
    """What an object of communal property is."""

    CULTURE = "culture"
    KINDERGARTEN = "kindergarten"
    BUILDING = "building"
    ROAD = "road"
    STREET = "street"
    PARK = "park"
    SQUARE = "square"
    MONUMENT = "monument"
    LAND = "land"
    NETWORK = "network"
    SPORT = "sport"
    VEHICLE = "vehicle"
    EQUIPMENT = "equipment"
    OTHER = "other"


class Condition(StrEnum):
    GOOD = "good"
    FAIR = "fair"
    REPAIR = "repair"
    UNSAFE = "unsafe"


class Unit(StrEnum):
    SQUARE_METRE = "m2"
    METRE = "m"
    KILOMETRE = "km"
    HECTARE = "ha"
    PIECE = "piece"


class Change(StrEnum):
    """What a decision did to an object."""

    RECEIVED = "received"
    LET = "let"
    RETURNED = "returned"
    REPAIRED = "repaired"
    SOLD = "sold"
    WRITTEN_OFF = "written_off"


GONE: Final = frozenset({Change.SOLD, Change.WRITTEN_OFF})
"""After these an object is the okrug's no more."""
SOURCE_LABELS: dict[Source, LazyString] = {
    Source.OKRUG: lazy_gettext("Budget of the okrug"),
    Source.RAION: lazy_gettext("Budget of the raion"),
    Source.OBLAST: lazy_gettext("Budget of the oblast"),
    Source.REPUBLIC: lazy_gettext("Republican budget"),
    Source.SELF_GOVERNMENT: lazy_gettext("Cash account of local self-government"),
    Source.PRIVATE: lazy_gettext("Sponsors and entrepreneurs"),
    Source.WITHOUT: lazy_gettext("Without money"),
}
SORT_LABELS: dict[Sort, LazyString] = {
    Sort.CULTURE: lazy_gettext("House of culture, club, library"),
    Sort.KINDERGARTEN: lazy_gettext("Kindergarten"),
    Sort.BUILDING: lazy_gettext("Building or room"),
    Sort.ROAD: lazy_gettext("Road, bridge"),
    Sort.STREET: lazy_gettext("Street"),
    Sort.PARK: lazy_gettext("Park, garden"),
    Sort.SQUARE: lazy_gettext("Square, playground"),
    Sort.MONUMENT: lazy_gettext("Monument"),
    Sort.LAND: lazy_gettext("Land plot"),
    Sort.NETWORK: lazy_gettext("Water pipe, lighting, another network"),
    Sort.SPORT: lazy_gettext("Sports ground"),
    Sort.VEHICLE: lazy_gettext("Vehicle, machine"),
    Sort.EQUIPMENT: lazy_gettext("Equipment"),
    Sort.OTHER: lazy_gettext("Other property"),
}
CONDITION_LABELS: dict[Condition, LazyString] = {
    Condition.GOOD: lazy_gettext("Good"),
    Condition.FAIR: lazy_gettext("Satisfactory"),
    Condition.REPAIR: lazy_gettext("Needs repair"),
    Condition.UNSAFE: lazy_gettext("Unsafe"),
}
UNIT_LABELS: dict[Unit, LazyString] = {
    Unit.SQUARE_METRE: lazy_gettext("m²"),
    Unit.METRE: lazy_gettext("m"),
    Unit.KILOMETRE: lazy_gettext("km"),
    Unit.HECTARE: lazy_gettext("ha"),
    Unit.PIECE: lazy_gettext("pcs."),
}
CHANGE_LABELS: dict[Change, LazyString] = {
    Change.RECEIVED: lazy_gettext("Taken into property"),
    Change.LET: lazy_gettext("Let out"),
    Change.RETURNED: lazy_gettext("Lease ended"),
    Change.REPAIRED: lazy_gettext("Repair was done"),
    Change.SOLD: lazy_gettext("Sold"),
    Change.WRITTEN_OFF: lazy_gettext("Written off"),
}
CHANGE_TAGS: dict[Change, str] = {
    Change.RECEIVED: "green",
    Change.LET: "sky",
    Change.RETURNED: "green",
    Change.REPAIRED: "green",
    Change.SOLD: "grey",
    Change.WRITTEN_OFF: "grey",
}


class Programme(Identified, Base):
    """The development programme of an okrug for some years."""

    __tablename__ = "programmes"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint(f"first_year BETWEEN {FIRST_YEAR} AND {LAST_YEAR}", name="first_year_possible"),
        CheckConstraint(f"last_year BETWEEN first_year AND first_year + {MOST_YEARS - 1}", name="last_year_possible"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    number: Mapped[int]
    first_year: Mapped[int]
    last_year: Mapped[int]
    begun_at: Mapped[datetime]
    begun_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))

    @property
    def years(self) -> str:
        return f"{self.first_year}\u2013{self.last_year}" if self.first_year != self.last_year else f"{self.first_year}"


class Version(Base):
    """All tasks of a programme, as the assembly approved them; written until then, by the office alone.

    It rests on a point of an agenda, or on minutes of a meeting held elsewhere.
    """

    __tablename__ = "programme_versions"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint(
            "(approved_at IS NOT NULL) = (question_id IS NOT NULL OR minutes_on IS NOT NULL)", name="rests"
        ),
        CheckConstraint("question_id IS NULL OR minutes_on IS NULL", name="rests_on_one"),
        CheckConstraint("(minutes_on IS NULL) = (minutes_number = '')", name="minutes_whole"),
        CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name="approved_by_somebody"),
        FROZEN,
    )

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_questions.id"), index=True)
    minutes_number: Mapped[str] = mapped_column(String(LONGEST_NUMBER), default="")
    minutes_on: Mapped[date | None]


class Task(Base):
    """A task of a version: what is done, the indicator from `start` to `target` (thousandths of the unit), by when.

    `amount` is in tiyn. A task keeps its number in later versions, and its progress with it.
    """

    __tablename__ = "programme_tasks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["programme_id", "version"], ["programme_versions.programme_id", "programme_versions.number"]
        ),
        CheckConstraint(f"number BETWEEN 1 AND {MOST_TASKS}", name="number_possible"),
        CheckConstraint("text_kk <> '' AND text_ru <> ''", name="written_in_both"),
        CheckConstraint("indicator_kk <> '' AND indicator_ru <> ''", name="measured_in_both"),
        CheckConstraint("unit_kk <> '' AND unit_ru <> ''", name="unit_in_both"),
        CheckConstraint("executor_kk <> '' AND executor_ru <> ''", name="executed_in_both"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint(f"source IN ({', '.join(repr(one.value) for one in Source)})", name="source_known"),
        CheckConstraint("(source = 'without') = (amount = 0)", name="paid_from_somewhere"),
        FROZEN,
    )

    programme_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text_kk: Mapped[str] = mapped_column(String(LONGEST_NAME))
    text_ru: Mapped[str] = mapped_column(String(LONGEST_NAME))
    indicator_kk: Mapped[str] = mapped_column(String(LONGEST_NAME))
    indicator_ru: Mapped[str] = mapped_column(String(LONGEST_NAME))
    unit_kk: Mapped[str] = mapped_column(String(LONGEST_UNIT))
    unit_ru: Mapped[str] = mapped_column(String(LONGEST_UNIT))
    start: Mapped[int] = mapped_column(Tiyn)
    target: Mapped[int] = mapped_column(Tiyn)
    until: Mapped[date]
    executor_kk: Mapped[str] = mapped_column(String(LONGEST_NAME))
    executor_ru: Mapped[str] = mapped_column(String(LONGEST_NAME))
    source: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int] = mapped_column(Tiyn)

    def called(self, language: str) -> Said:
        return either(self.text_kk, self.text_ru, language)

    def indicator(self, language: str) -> Said:
        return either(self.indicator_kk, self.indicator_ru, language)

    def unit(self, language: str) -> Said:
        return either(self.unit_kk, self.unit_ru, language)

    def executor(self, language: str) -> Said:
        return either(self.executor_kk, self.executor_ru, language)


class Progress(Base):
    """What a task's indicator had reached on a day (thousandths), and what was done; entries are added only."""

    __tablename__ = "programme_progress"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("words <> ''", name="told"),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        FROZEN,
    )

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    task: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(Tiyn)
    day: Mapped[date]
    words: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))


class Object(Identified, Base):
    """A thing that is, or was, communal property; what can change of it are its states."""

    __tablename__ = "property_objects"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("name_kk <> '' AND name_ru <> ''", name="named_in_both"),
        CheckConstraint(f"sort IN ({', '.join(repr(one.value) for one in Sort)})", name="sort_known"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    number: Mapped[int]
    sort: Mapped[str] = mapped_column(String(20))
    name_kk: Mapped[str] = mapped_column(String(LONGEST_NAME))
    name_ru: Mapped[str] = mapped_column(String(LONGEST_NAME))
    settlement: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(LONGEST_PLACE))

    def called(self, language: str) -> Said:
        return either(self.name_kk, self.name_ru, language)


class State(Base):
    """What an object was from a decision on: its condition, size (thousandths of the unit), income of a year (tiyn).

    The decision is a point of an agenda, or named by the number and day of its document.
    """

    __tablename__ = "property_states"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint(f"change IN ({', '.join(repr(one.value) for one in Change)})", name="change_known"),
        CheckConstraint("number = 1 OR change <> 'received'", name="received_once"),
        CheckConstraint(f"condition IN ({', '.join(repr(one.value) for one in Condition)})", name="condition_known"),
        CheckConstraint(f"unit IN ({', '.join(repr(one.value) for one in Unit)})", name="unit_known"),
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("income >= 0", name="income_not_negative"),
        CheckConstraint("(question_id IS NULL) = (decision_on IS NOT NULL)", name="rests_on_one"),
        CheckConstraint("(decision_on IS NULL) = (decision_number = '')", name="decision_whole"),
        FROZEN,
    )

    object_id: Mapped[UUID] = mapped_column(ForeignKey("property_objects.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    change: Mapped[str] = mapped_column(String(20))
    condition: Mapped[str] = mapped_column(String(10))
    size: Mapped[int] = mapped_column(Tiyn)
    unit: Mapped[str] = mapped_column(String(10))
    income: Mapped[int] = mapped_column(Tiyn)
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_questions.id"), index=True)
    decision_number: Mapped[str] = mapped_column(String(LONGEST_NUMBER), default="")
    decision_on: Mapped[date | None]
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))

    @property
    def gone(self) -> bool:
        return Change(self.change) in GONE
