"""What stays of a meeting: its minutes, those that correct them, and the akim's answer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, and_, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pb.db import FROZEN, Base, Identified
from pb.gatherings.models.meetings import Gathering

LONGEST_CORRECTION: Final = 2000
LONGEST_REASON: Final = 500
SCAN_RULES: Final = (
    CheckConstraint(
        "(scan_id IS NULL) = (scan_at IS NULL) AND (scan_id IS NULL) = (scan_by_id IS NULL)", name="scan_whole"
    ),
    CheckConstraint(
        "(scan_confirmed_at IS NULL) = (scan_confirmed_by_id IS NULL) "
        "AND (scan_confirmed_at IS NULL OR scan_at IS NOT NULL)",
        name="scan_confirmation_whole",
    ),
    CheckConstraint("scan_by_id <> scan_confirmed_by_id", name="scan_by_two_people"),
)


class Record(Identified, Base):
    """Minutes of a meeting, or minutes that correct them, frozen as `body`. Confirmed, triggers refuse any change.

    Chair and secretary confirm them, each with the own account; or one person brings the scan of the printed minutes
    that both signed by hand, and another compares and confirms it.

    `serial` counts the records of a territory in a calendar `year`, that of the meeting, of a correction that of its
    drawing up, without gaps: the platform gives it when one is first drawn up, and drawing up again keeps it.
    `kind` begins the names of its events in the log.
    """

    __tablename__ = "minutes"
    __table_args__ = (
        UniqueConstraint("territory_id", "year", "serial"),
        Index(
            "ix_minutes_of_meeting",
            "gathering_id",
            unique=True,
            sqlite_where=text("corrects_id IS NULL"),
            postgresql_where=text("corrects_id IS NULL"),
        ),
        CheckConstraint(
            "kind = CASE WHEN corrects_id IS NULL THEN 'minutes' ELSE 'correction' END", name="corrects_by_kind"
        ),
        *SCAN_RULES,
        FROZEN,
    )
    __mapper_args__: Mapping[str, Any] = {"polymorphic_on": "kind"}

    kind: Mapped[str] = mapped_column(String(10))
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("minutes.id"), index=True)
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
    scan_id: Mapped[UUID | None] = mapped_column(ForeignKey("papers.id"), index=True)
    scan_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    scan_at: Mapped[datetime | None]
    scan_confirmed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    scan_confirmed_at: Mapped[datetime | None]
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
    def confirmed_at(self) -> datetime | None:
        """When they became final; None before."""
        if self.chair_at is None or self.secretary_at is None:
            return self.scan_confirmed_at
        return max(self.chair_at, self.secretary_at)

    @property
    def confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def waits(self) -> bool:
        """Whether a signature is still asked for."""
        return not self.confirmed


class Minutes(Record):
    """What a meeting decided: one of each meeting."""

    __mapper_args__: Mapping[str, Any] = {"polymorphic_identity": "minutes"}


class Correction(Record):
    """New minutes that name confirmed ones and say what is right in them.

    Votes and outcomes stay as they were recorded: a correction is read, never counted.
    """

    __mapper_args__: Mapping[str, Any] = {"polymorphic_identity": "correction"}

    declined: Mapped["DeclinedCorrection | None"] = relationship()
    corrects: Mapped[Minutes] = relationship(foreign_keys=[Record.corrects_id], remote_side=[Record.id])

    @property
    def position(self) -> int:
        """The place of the point that it is about; 0: it is about the minutes as a whole."""
        return self.body["position"] or 0

    @property
    def waits(self) -> bool:
        return not self.confirmed and self.declined is None


class DeclinedCorrection(Base):
    """A correction that proved needless, and why: it keeps its number, and nobody signs it any more."""

    __tablename__ = "declined_corrections"
    __table_args__ = (CheckConstraint("reason <> ''", name="reasoned"), FROZEN)

    minutes_id: Mapped[UUID] = mapped_column(ForeignKey("minutes.id"), primary_key=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)


CONFIRMED: Final = or_(
    and_(Record.chair_at.is_not(None), Record.secretary_at.is_not(None)), Record.scan_confirmed_at.is_not(None)
)
"""The same as `Record.confirmed`, for queries."""


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
    """The akim's answer to confirmed minutes, due in the working days that the meeting's rules say.

    Where the akim does not agree, `Disagreement` names the decisions; the others are approved by this same answer.
    """

    __tablename__ = "akim_answers"
    __table_args__ = (CheckConstraint("agrees OR reason <> ''", name="disagreement_reasoned"), FROZEN)

    minutes_id: Mapped[UUID] = mapped_column(ForeignKey("minutes.id"), primary_key=True)
    akim_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    due: Mapped[date]
    agrees: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")


class Disagreement(Base):
    """A decision with which the akim disagrees: written before the answer, of which it is a part."""

    __tablename__ = "akim_disagreements"
    __table_args__ = FROZEN

    minutes_id: Mapped[UUID] = mapped_column(ForeignKey("minutes.id"), primary_key=True)
    question_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_questions.id"), primary_key=True, index=True)
