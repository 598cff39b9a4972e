"""The tree of territories, their addresses and settlements, and what a maslikhat lets an okrug decide."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pb.core import alphabet
from pb.core.places.kinds import Kind
from pb.core.places.settlements import Settlements
from pb.db import FROZEN, Base, Identified

KINDS = ", ".join(f"'{kind}'" for kind in Kind if kind is not Kind.SETTLEMENT)


class Territory(Identified, Base):
    """An oblast, raion, city, okrug, village or town. `kato`: nine digits of the classifier, text for leading zeros.

    Most are known from the classifier alone; one takes part once it has an address. `paper_place` is where people vote
    on the akimat's device, in Kazakh, and in other languages where that was recorded; `address` where the akim's
    apparatus is, likewise; `contact` whom they ask, `bin` the number of the apparatus: its key signs answers.
    """

    __tablename__ = "territories"
    __table_args__ = (
        CheckConstraint(f"kind IN ({KINDS})", name="kind_known"),
        CheckConstraint("bin = '' OR length(bin) = 12", name="bin_length"),
        FROZEN,
    )

    kato: Mapped[str] = mapped_column(String(9), unique=True)
    kato_version: Mapped[str] = mapped_column(String(40), default="")
    kind: Mapped[str] = mapped_column(String(15))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("territories.id"), index=True)
    name_kk: Mapped[str] = mapped_column(String(120))
    name_ru: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    paper_place: Mapped[str] = mapped_column(String(200), default="")
    paper_place_ru: Mapped[str] = mapped_column(String(200), default="")
    paper_place_en: Mapped[str] = mapped_column(String(200), default="")
    contact: Mapped[str] = mapped_column(String(300), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    address_ru: Mapped[str] = mapped_column(String(200), default="")
    address_en: Mapped[str] = mapped_column(String(200), default="")
    bin: Mapped[str] = mapped_column(String(12), default="")
    above: Mapped["Territory | None"] = relationship(remote_side="Territory.id", lazy="selectin", join_depth=3)
    places: Mapped[list["Settlement"]] = relationship(order_by="Settlement.kato", lazy="selectin")

    @property
    def settlements(self) -> list[str]:
        """The names of its settlements by the alphabet, as rolls and proposals keep them: the Kazakh ones."""
        return sorted((place.name_kk for place in self.places), key=alphabet.key)

    def known_settlements(self) -> Settlements:
        """Its settlements by every name that they have or had."""
        return Settlements((place.name_kk, (place.name_ru, place.name_en, *place.former)) for place in self.places)

    def settlement_names(self, kept: str) -> list[str]:
        """All names under which rows may keep the settlement of this name; none where it is not known."""
        return next(([one.name_kk, *one.former] for one in self.places if kept == one.name_kk), [])

    def settlements_named(self, part: str) -> list[str]:
        """All names under which rows may keep a settlement with this in one of its names, whatever the capitals."""
        sought = part.lower()
        return [
            kept
            for one in self.places
            if any(sought in name.lower() for name in (one.name_kk, one.name_ru, one.name_en, *one.former))
            for kept in (one.name_kk, *one.former)
        ]

    def settlement(self, kept: str, language: str) -> str:
        """The present name of the settlement that a row keeps; as the row has it where nobody knows it any more.

        With the Kazakh name beside it where another settlement is called the same in that language.
        """
        place = next((one for one in self.places if kept == one.name_kk), None)
        place = place or next((one for one in self.places if kept in one.former), None)
        if place is None:
            return kept
        named = place.name(language)
        namesake = any(one.name(language) == named and one.name_kk != place.name_kk for one in self.places)
        return f"{named} ({place.name_kk})" if namesake else named

    def name(self, language: str) -> str:
        return {"kk": self.name_kk, "ru": self.name_ru}.get(language, self.name_en)

    def parent(self, language: str) -> str:
        """The name of the raion or city that it lies in."""
        return self.above.name(language) if self.above else ""

    def place_to_vote(self, language: str) -> str:
        """Where people vote who cannot vote on their own device."""
        return {"ru": self.paper_place_ru, "en": self.paper_place_en}.get(language) or self.paper_place

    def office_address(self, language: str) -> str:
        """Where the akim's apparatus is."""
        return {"ru": self.address_ru, "en": self.address_en}.get(language) or self.address

    @property
    def line(self) -> "list[Territory]":
        """Itself and what it lies in, the nearest first: oblast, raion and okrug are three at most."""
        return [self, *(self.above.line if self.above else [])]


class Slug(Base):
    """An address of a territory: the latest is the one that is shown, the others lead to it. None is given twice."""

    __tablename__ = "territory_slugs"
    __table_args__ = FROZEN

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    since: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(64))


class Settlement(Identified, Base):
    """A village or another place in which people live; `kato` is missing where nobody knows it.

    Rows of rolls, proposals and people keep its Kazakh name; those that it had stay in `former`.
    """

    __tablename__ = "settlements"

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    kato: Mapped[str | None] = mapped_column(String(9), unique=True)
    name_kk: Mapped[str] = mapped_column(String(120))
    name_ru: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    former: Mapped[list[str]] = mapped_column(JSON, default=list)

    def name(self, language: str) -> str:
        """Its name in a language; in Russian where it has none in English."""
        return {"kk": self.name_kk, "ru": self.name_ru}.get(language) or self.name_en or self.name_ru or self.name_kk


class Population(Base):
    """How many people lived in a territory at the beginning of a year, and who counted them."""

    __tablename__ = "populations"
    __table_args__ = (CheckConstraint("people >= 0", name="people_positive"), FROZEN)

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    people: Mapped[int]
    source: Mapped[str] = mapped_column(String(300))
    event: Mapped[str] = mapped_column(String(64))


class SettlementPopulation(Base):
    """The same of one settlement: how many people lived in it at the beginning of a year, and who counted them."""

    __tablename__ = "settlement_populations"
    __table_args__ = (CheckConstraint("people >= 0", name="people_positive"), FROZEN)

    settlement_id: Mapped[UUID] = mapped_column(ForeignKey("settlements.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    people: Mapped[int]
    source: Mapped[str] = mapped_column(String(300))
    event: Mapped[str] = mapped_column(String(64))


class DayKind(StrEnum):
    """What an act makes of a day; a day that goes back to what it is without one is as usual."""

    OFF = "off"
    WORKING = "working"
    USUAL = "usual"


class MovedDay(Base):
    """A day of rest, or a working day, that an act moved; the latest row of a day holds, and `source` names the act."""

    __tablename__ = "moved_days"
    __table_args__ = (CheckConstraint("kind IN ('off', 'working', 'usual')", name="kind_known"), FROZEN)

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(300))
    event: Mapped[str] = mapped_column(String(64))


class Emblem(Base):
    """A drawing of a territory for its pages, as it was made anew of what the office handed in; the latest is shown.

    `digest` is the SHA-256 of `png` and stands in its address.
    """

    __tablename__ = "territory_emblems"
    __table_args__ = (FROZEN,)

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    png: Mapped[bytes]
    event: Mapped[str] = mapped_column(String(64))


class Setting(Identified, Base):
    """One version of a setting: the latest `since` that is not in the future holds; `source` names the decision.

    Without a `value` the territory goes back to what the one above it decides.
    """

    __tablename__ = "territory_settings"
    __table_args__ = FROZEN

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    source: Mapped[str] = mapped_column(String(300))
    since: Mapped[date]
    recorded_at: Mapped[datetime]
