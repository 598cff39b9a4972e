"""Ballots in the box and what stands beside them. Triggers keep what was frozen."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from pb.core.belenios.receipt_code import LENGTH
from pb.db import FROZEN, Base, Identified


class BallotEvidence(Base):
    """A voter's digital signature of the own ballot's tracker. Auditors alone read it; triggers refuse any change."""

    __tablename__ = "ballot_evidence"
    __table_args__ = (
        ForeignKeyConstraint(["poll_id", "tracker"], ["cast_ballots.poll_id", "cast_ballots.tracker"]),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    tracker: Mapped[str] = mapped_column(String(43), primary_key=True)
    statement: Mapped[str] = mapped_column(Text)
    cms: Mapped[str] = mapped_column(Text)


class EvidenceJudgement(Base):
    """What came out when all signatures of ballots were verified after the closing; goes with the poll's links.

    `verdicts`: by tracker the verdict and the SHA-256 of what was judged. `event` of the audit log has their counts
    and their hash. A signature that is not in it was put there afterwards.
    """

    __tablename__ = "evidence_judgements"
    __table_args__ = FROZEN

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    verdicts: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"), unique=True)


class CastBallot(Base):
    """A ballot in the box; the ballot itself is the archive's `record`. `position` counts ballots from 1.

    `code` is the receipt's, the beginning of the tracker: no two ballots of a poll share one. The row stands on a
    participation: what decides that somebody has voted is that row alone. `entry_id` goes with the erasure of the
    poll's links.
    """

    __tablename__ = "cast_ballots"
    __table_args__ = (
        UniqueConstraint("poll_id", "tracker"),
        UniqueConstraint("poll_id", "code"),
        UniqueConstraint("poll_id", "entry_id"),
        UniqueConstraint("poll_id", "record"),
        ForeignKeyConstraint(["poll_id", "entry_id"], ["credentials.poll_id", "credentials.entry_id"]),
        ForeignKeyConstraint(
            ["poll_id", "entry_id"],
            ["participations.poll_id", "participations.entry_id"],
            name="fk_cast_ballots_participation",
        ),
        ForeignKeyConstraint(["poll_id", "record"], ["archive_records.poll_id", "archive_records.position"]),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID | None]
    tracker: Mapped[str] = mapped_column(String(43))
    code: Mapped[str] = mapped_column(String(LENGTH))
    height: Mapped[int]
    record: Mapped[int]
    event: Mapped[str] = mapped_column(String(64))
    hour: Mapped[datetime]


class Objection(Identified, Base):
    """«Someone used my card»: numbered and answered. Number and answer are public, the text is for those who answer.

    The contact may be empty. Text and contact go with the erasure of the poll's links. `event` is the audit event of
    the answer.
    """

    __tablename__ = "objections"
    __table_args__ = (
        UniqueConstraint("poll_id", "number"),
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (answer = '') "
            "AND (answered_at IS NULL) = (event IS NULL)",
            name="answered_whole",
        ),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), index=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    event: Mapped[str | None] = mapped_column(String(64))
