"""What is recorded while a meeting is held: officers, votes on the agenda, candidates, corrections, the device."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base, Identified


class Officer(Base):
    """The chair or the secretary whom those present elected for this meeting, by open vote.

    `person_id` is filled when they took the office up with their own account: who has none signs on paper.
    """

    __tablename__ = "meeting_officers"
    __table_args__ = (
        CheckConstraint("office IN ('chair', 'secretary')", name="office_known"),
        CheckConstraint(
            "in_favour + against + abstained = present AND in_favour >= needed", name="elected_by_majority"
        ),
        CheckConstraint("(person_id IS NULL) = (accepted_at IS NULL)", name="accepted_whole"),
        FROZEN,
    )

    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gatherings.id"), primary_key=True)
    office: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    present: Mapped[int]
    in_favour: Mapped[int]
    against: Mapped[int]
    abstained: Mapped[int]
    needed: Mapped[int]
    elected_at: Mapped[datetime]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    accepted_at: Mapped[datetime | None]


class AgendaVote(Identified, Base):
    """An open vote on the agenda: to adopt it (`question_id` is None), to add a point to it, or to take one off.

    An agenda that was voted down stays too; `reason` says why it was voted on once more.
    """

    __tablename__ = "agenda_votes"
    __table_args__ = (
        UniqueConstraint("gathering_id", "number"),
        CheckConstraint("kind IN ('adopt', 'add', 'remove')", name="kind_known"),
        CheckConstraint("(kind = 'adopt') = (question_id IS NULL)", name="point_named"),
        CheckConstraint(
            "in_favour + against + abstained = present AND (kind = 'adopt' OR in_favour >= needed)", name="by_majority"
        ),
        FROZEN,
    )

    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gatherings.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_questions.id"))
    present: Mapped[int]
    in_favour: Mapped[int]
    against: Mapped[int]
    abstained: Mapped[int]
    needed: Mapped[int]
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")

    @property
    def adopted(self) -> bool:
        return self.in_favour >= self.needed


class NamedVote(Base):
    """How a member voted, where a question was voted on by name."""

    __tablename__ = "named_votes"
    __table_args__ = (CheckConstraint("vote IN ('for', 'against', 'abstained')", name="vote_known"), FROZEN)

    question_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_questions.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("assembly_members.id"), primary_key=True)
    vote: Mapped[str] = mapped_column(String(10))


class Candidate(Base):
    """Who stands in an election, and how many voted for them; `elected` is written with the votes."""

    __tablename__ = "candidates"
    __table_args__ = (
        CheckConstraint("votes IS NULL OR votes >= 0", name="votes_counted"),
        CheckConstraint("NOT elected OR votes IS NOT NULL", name="elected_by_votes"),
        FROZEN,
    )

    question_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_questions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    settlement: Mapped[str] = mapped_column(String(120))
    votes: Mapped[int | None]
    elected: Mapped[bool] = mapped_column(default=False)


class VoteCorrection(Base):
    """What was recorded of a question before it was corrected, or voted on once more (`repeated`), and why."""

    __tablename__ = "vote_corrections"
    __table_args__ = (CheckConstraint("reason <> ''", name="reasoned"), FROZEN)

    question_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_questions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    repeated: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any]]


class WritingDevice(Base):
    """The one browser that writes a meeting's record now; others read until it is handed over, or rests for a while.

    `device`: SHA-256 (hexadecimal) of what that browser alone keeps in its cookie.
    """

    __tablename__ = "writing_devices"

    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gatherings.id"), primary_key=True)
    device: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
