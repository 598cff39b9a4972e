"""What stays of a meeting: its minutes and the akim's answer to them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pb.db import FROZEN, Base, Identified
from pb.gatherings.models.meetings import Gathering


class Minutes(Identified, Base):
    """What the meeting decided, frozen as `body`. Once chair and secretary confirmed, triggers refuse any change.

    `serial` counts the minutes of a territory in the calendar `year` of their meetings, without gaps: the platform
    gives it when they are first drawn up, and drawing up again keeps it.
    """

    __tablename__ = "minutes"
    __table_args__ = (UniqueConstraint("gathering_id"), UniqueConstraint("territory_id", "year", "serial"), FROZEN)

    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gatherings.id"))
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    year: Mapped[int]
    serial: Mapped[int]
    remarks: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    drawn_up_at: Mapped[datetime]
    chair_at: Mapped[datetime | None]
    chair_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    secretary_at: Mapped[datetime | None]
    secretary_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    gathering: Mapped[Gathering] = relationship()

    @property
    def number(self) -> str:
        """What the minutes are called: the seventh of a year are 7/2027."""
        return f"{self.serial}/{self.year}"

    @property
    def file_name(self) -> str:
        """What their PDF is called."""
        return f"minutes-{self.year}-{self.serial}.pdf"

    @property
    def confirmed(self) -> bool:
        return self.chair_at is not None and self.secretary_at is not None


class Version(Base):
    """What the minutes said each time that they were drawn up, the first time being version 1."""

    __tablename__ = "minutes_versions"
    __table_args__ = FROZEN

    minutes_id: Mapped[UUID] = mapped_column(ForeignKey("minutes.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))


class Paper(Base):
    """A version of the minutes as one PDF, Kazakh then Russian: these bytes are printed and signed, and stay."""

    __tablename__ = "minutes_papers"
    __table_args__ = FROZEN

    minutes_id: Mapped[UUID] = mapped_column(ForeignKey("minutes.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    pdf: Mapped[bytes]
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


class Answer(Base):
    """The akim's answer to confirmed minutes, due in the working days that the meeting's rules say."""

    __tablename__ = "akim_answers"
    __table_args__ = (CheckConstraint("agrees OR reason <> ''", name="disagreement_reasoned"), FROZEN)

    minutes_id: Mapped[UUID] = mapped_column(ForeignKey("minutes.id"), primary_key=True)
    akim_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    due: Mapped[date]
    agrees: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
