"""What the akim's office tells its superiors: meetings with residents, figures of a quarter, the table of appeals.

Nothing of it is changed or deleted: a correction is a later version with its reason, and the latest version holds.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base, Identified

LONGEST_PLACE = 200
LONGEST_REASON = 300


class Kind(StrEnum):
    """What kind of meeting with residents it was."""

    REPORT = "report"
    OTHER = "other"


class AkimLevel(StrEnum):
    """Whose meeting it was: Decree 826 counts the meetings of akims of six levels apart."""

    OBLAST = "oblast"
    CITY = "city"
    RAION = "raion"
    CITY_DISTRICT = "city_district"
    DISTRICT_CITY = "district_city"
    OKRUG = "okrug"


class Channel(StrEnum):
    """Where a meeting was broadcast. Whoever looks on there is a view, and never counts as present."""

    INSTAGRAM = "instagram"
    FACEBOOK = "facebook"
    YOUTUBE = "youtube"
    TELEGRAM = "telegram"
    TV = "tv"
    OTHER = "other"


class Addressee(StrEnum):
    """Of whom a critical remark was."""

    OKRUG = "okrug"
    RAION = "raion"
    OBLAST = "oblast"


class Guests(StrEnum):
    """Who attended from above."""

    PRESIDENT = "president"
    PARLIAMENT = "parliament"
    BODIES = "bodies"


def _says_why() -> CheckConstraint:
    return CheckConstraint("version = 1 OR reason <> ''", name="reason_of_correction")


class Versioned:
    """A row that is one version of what it tells; every later one says why."""

    version: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    recorded_at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(64))


class ReportedMeeting(Identified, Base):
    """A meeting that was held, anywhere: its number in the okrug. `gathering_id` where the platform held it too."""

    __tablename__ = "reported_meetings"
    __table_args__ = (UniqueConstraint("territory_id", "number"), UniqueConstraint("gathering_id"), FROZEN)

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    number: Mapped[int]
    gathering_id: Mapped[UUID | None] = mapped_column(ForeignKey("gatherings.id"))
    recorded_at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(64))


class MeetingVersion(Versioned, Base):
    """What is told of a meeting, counts by key. `counts` is false for what was entered by mistake: it is in no form."""

    __tablename__ = "reported_meeting_versions"
    __table_args__ = (
        _says_why(),
        CheckConstraint("kind IN ('report', 'other')", name="kind_known"),
        CheckConstraint(f"level IN ({', '.join(repr(level.value) for level in AkimLevel)})", name="level_known"),
        CheckConstraint("present >= 0 AND spoke >= 0 AND media >= 0", name="not_negative"),
        FROZEN,
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("reported_meetings.id"), primary_key=True, sort_order=-2)
    counts: Mapped[bool]
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(LONGEST_PLACE))
    kind: Mapped[str] = mapped_column(String(10))
    level: Mapped[str] = mapped_column(String(20))
    present: Mapped[int]
    broadcasts: Mapped[dict[str, Any]]
    views: Mapped[dict[str, Any]]
    spoke: Mapped[int]
    remarks: Mapped[dict[str, Any]]
    questions: Mapped[dict[str, Any]]
    repeats: Mapped[dict[str, Any]]
    media: Mapped[int]
    guests: Mapped[dict[str, Any]]


class OfQuarter(Versioned):
    """A version of what is told of one quarter of one okrug."""

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), primary_key=True, sort_order=-4)
    year: Mapped[int] = mapped_column(primary_key=True, sort_order=-3)
    quarter: Mapped[int] = mapped_column(primary_key=True, sort_order=-2)


class QuarterFigures(OfQuarter, Base):
    """What the quarterly form asks beside meetings, of this quarter alone; `planned` counts meetings by level."""

    __tablename__ = "reported_quarters"
    __table_args__ = (
        _says_why(),
        CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter_known"),
        CheckConstraint(
            "planned_report >= 0 AND appeals >= 0 AND receptions >= 0 AND received >= 0", name="not_negative"
        ),
        FROZEN,
    )

    planned: Mapped[dict[str, Any]]
    planned_report: Mapped[int]
    appeals: Mapped[int]
    receptions: Mapped[int]
    received: Mapped[int]


class AppealsTable(OfQuarter, Base):
    """The table of appeals of a quarter, as its register has it; `topics` by line of the official list."""

    __tablename__ = "reported_appeals"
    __table_args__ = (
        _says_why(),
        CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter_known"),
        CheckConstraint("satisfied + refused + explained + terminated = considered", name="considered_adds_up"),
        CheckConstraint("considered + forwarded <= received", name="received_adds_up"),
        FROZEN,
    )

    received: Mapped[int]
    considered: Mapped[int]
    forwarded: Mapped[int]
    satisfied: Mapped[int]
    refused: Mapped[int]
    explained: Mapped[int]
    terminated: Mapped[int]
    reexamined: Mapped[int]
    topics: Mapped[dict[str, Any]]
