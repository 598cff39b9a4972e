"""The assembly of the local community: its members, its meetings, their questions and minutes."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pb.db import FROZEN, Base, Identified


class Outcome(StrEnum):
    APPROVED = "approved"
    REJECTED = "rejected"


class Office(StrEnum):
    MEMBER = "member"
    CHAIR = "chair"
    SECRETARY = "secretary"


class Kind(StrEnum):
    PROJECTS = "projects"
    ADOPTION = "adoption"


class State(StrEnum):
    CONVENED = "convened"
    INQUORATE = "inquorate"
    QUORATE = "quorate"
    MINUTED = "minuted"
    CONFIRMED = "confirmed"
    CALLED_OFF = "called_off"


OFFICE_LABELS: dict[Office, LazyString] = {
    Office.MEMBER: lazy_gettext("Member of the assembly"),
    Office.CHAIR: lazy_gettext("Chair of the assembly"),
    Office.SECRETARY: lazy_gettext("Secretary of the assembly"),
}

KIND_LABELS: dict[Kind, LazyString] = {
    Kind.PROJECTS: lazy_gettext("Meeting on the projects"),
    Kind.ADOPTION: lazy_gettext("Meeting on the result of the vote"),
}

STATE_LABELS: dict[State, LazyString] = {
    State.CONVENED: lazy_gettext("Convened"),
    State.INQUORATE: lazy_gettext("No quorum"),
    State.QUORATE: lazy_gettext("Quorum is present"),
    State.MINUTED: lazy_gettext("Minutes wait for confirmation"),
    State.CONFIRMED: lazy_gettext("Minutes confirmed"),
    State.CALLED_OFF: lazy_gettext("Called off"),
}

STATE_TAGS: dict[State, str] = {
    State.CONVENED: "sky",
    State.INQUORATE: "red",
    State.QUORATE: "sky",
    State.MINUTED: "amber",
    State.CONFIRMED: "green",
    State.CALLED_OFF: "red",
}


OUTCOME_LABELS: dict[Outcome, LazyString] = {
    Outcome.APPROVED: lazy_gettext("Approved"),
    Outcome.REJECTED: lazy_gettext("Rejected"),
}


class Member(Identified, Base):
    """A member of the assembly with the term and the document that elected them. `person_id`: their account, if any."""

    __tablename__ = "assembly_members"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("term_until > term_from", name="term_ordered"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    number: Mapped[int]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(120))
    settlement: Mapped[str] = mapped_column(String(120))
    office: Mapped[str] = mapped_column(String(10), default=Office.MEMBER)
    term_from: Mapped[date]
    term_until: Mapped[date]
    electing_document: Mapped[str] = mapped_column(String(200))


class Gathering(Identified, Base):
    """One meeting. `previous_id`: the one before it that led nowhere (no quorum, no from the akim, called off)."""

    __tablename__ = "gatherings"
    __table_args__ = (
        UniqueConstraint("cycle_id", "number"),
        CheckConstraint("kind IN ('projects', 'adoption')", name="kind_known"),
        CheckConstraint(
            "state IN ('convened', 'inquorate', 'quorate', 'minuted', 'confirmed', 'called_off')", name="state_known"
        ),
        CheckConstraint(
            "state <> 'called_off' OR (called_off_at IS NOT NULL AND called_off_reason <> '')",
            name="called_off_reasoned",
        ),
        FROZEN,
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("gatherings.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    meets_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default=State.CONVENED)
    convened_at: Mapped[datetime]
    called_off_at: Mapped[datetime | None]
    called_off_reason: Mapped[str] = mapped_column(Text, default="")
    questions: Mapped[list["Question"]] = relationship(order_by="Question.position", back_populates="gathering")
    attendances: Mapped[list["Attendance"]] = relationship(back_populates="gathering")


class Attendance(Base):
    """A member at a meeting: present or not when it opened, as the secretary marked.

    The rows are the membership of that day. Who came later or left stands with each question.
    """

    __tablename__ = "attendances"
    __table_args__ = FROZEN

    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gatherings.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("assembly_members.id"), primary_key=True)
    present: Mapped[bool]
    gathering: Mapped[Gathering] = relationship(back_populates="attendances")
    member: Mapped[Member] = relationship()


class Question(Identified, Base):
    """A point of the agenda. `outcome` is empty until it was voted on; `needed` votes in favour adopt it.

    `chair_vote` is recorded on a tie that the chair decides, where the raion's regulation says so.
    """

    __tablename__ = "agenda_questions"
    __table_args__ = (
        UniqueConstraint("gathering_id", "position"),
        CheckConstraint("outcome IS NULL OR outcome IN ('approved', 'rejected')", name="outcome_known"),
        CheckConstraint(
            "outcome IS NULL OR outcome <> 'approved' OR in_favour >= needed OR chair_vote = 'approved'",
            name="approved_by_majority",
        ),
        CheckConstraint("in_favour >= 0 AND against >= 0 AND abstained >= 0", name="votes_counted"),
        FROZEN,
    )

    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gatherings.id"), index=True)
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposals.id"))
    position: Mapped[int]
    in_favour: Mapped[int | None]
    against: Mapped[int | None]
    abstained: Mapped[int | None]
    needed: Mapped[int | None]
    chair_vote: Mapped[str | None] = mapped_column(String(10))
    outcome: Mapped[str | None] = mapped_column(String(10))
    gathering: Mapped[Gathering] = relationship(back_populates="questions")
    conflicts: Mapped[list["Conflict"]] = relationship(cascade="all, delete-orphan")
    presences: Mapped[list["Presence"]] = relationship(cascade="all, delete-orphan")


class Conflict(Base):
    """A member who has an interest of their own in a question, and so does not vote on it."""

    __tablename__ = "conflicts_of_interest"
    __table_args__ = FROZEN

    question_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_questions.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("assembly_members.id"), primary_key=True)
    member: Mapped[Member] = relationship()


class Presence(Base):
    """A member who was there when a question was voted on: some come later, some leave before the end."""

    __tablename__ = "question_presences"
    __table_args__ = FROZEN

    question_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_questions.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("assembly_members.id"), primary_key=True)
    member: Mapped[Member] = relationship()


class Minutes(Identified, Base):
    """What the meeting decided, frozen as `body`. Once chair and secretary confirmed, triggers refuse any change."""

    __tablename__ = "minutes"
    __table_args__ = (UniqueConstraint("gathering_id"), FROZEN)

    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gatherings.id"))
    number: Mapped[str] = mapped_column(String(40))
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
    def confirmed(self) -> bool:
        return self.chair_at is not None and self.secretary_at is not None


class Answer(Base):
    """The akim's answer to confirmed minutes, due in the working days that the cycle's settings say."""

    __tablename__ = "akim_answers"
    __table_args__ = (CheckConstraint("agrees OR reason <> ''", name="disagreement_reasoned"), FROZEN)

    minutes_id: Mapped[UUID] = mapped_column(ForeignKey("minutes.id"), primary_key=True)
    akim_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    due: Mapped[date]
    agrees: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
