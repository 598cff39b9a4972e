"""What is checked between closing and adoption: paper lists, unopened cards, a sample of those who took part."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base, Identified


class Side(StrEnum):
    """Who counts the signatures on paper: the clerk, and somebody who is none."""

    CLERK = "clerk"
    SECOND = "second"


class Outcome(StrEnum):
    """What came out when the commission opened a card."""

    UNUSED = "unused"
    VOTED = "voted"
    ANOTHER_KEY = "another_key"
    MISSING = "missing"


class Answer(StrEnum):
    """What somebody of the sample says; `not_found` is replaced by nobody and counts as unconfirmed."""

    VOTED = "voted"
    DID_NOT_VOTE = "did_not_vote"
    NOT_FOUND = "not_found"


class PaperCount(Base):
    """Which cards have a signature on the paper hand-over list, as one person counted them: "12", "R3" (reserve).

    `cards` is emptied with the erasure of the poll's links.
    """

    __tablename__ = "paper_counts"
    __table_args__ = (
        UniqueConstraint("poll_id", "person_id"),
        CheckConstraint("side IN ('clerk', 'second')", name="side_known"),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    side: Mapped[str] = mapped_column(String(6), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    signatures: Mapped[int]
    cards: Mapped[list[Any]]
    at: Mapped[datetime]


class ParticipantList(Base):
    """The list of participants was committed after the closing; `asked` of the `count` bear no digital signature.

    The salt goes with the poll's links.
    """

    __tablename__ = "participant_lists"
    __table_args__ = FROZEN

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    salt: Mapped[bytes | None]
    commitment: Mapped[str] = mapped_column(String(64))
    count: Mapped[int]
    asked: Mapped[int]
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"))


class SampleDraw(Base):
    """The text drawn in public after the list was committed; triggers refuse an earlier one, and any change."""

    __tablename__ = "sample_draws"
    __table_args__ = FROZEN

    poll_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("participant_lists.poll_id"), primary_key=True)
    text: Mapped[str] = mapped_column(String(200))
    minutes_number: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    secretary_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"))


class SampleAnswer(Base):
    """What two members of the commission heard from somebody of the sample; `number` is the one on the roll.

    The rows go with the poll's links.
    """

    __tablename__ = "sample_answers"
    __table_args__ = (
        CheckConstraint("answer IN ('voted', 'did_not_vote', 'not_found')", name="answer_known"),
        CheckConstraint("second_id <> member_id", name="by_two_people"),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("sample_draws.poll_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(String(12))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    second_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    day: Mapped[date]


class Opening(Base):
    """The commission opened unclaimed and reserve cards: all, or those that `text` (drawn then) chose.

    One member records, another confirms. What was recorded stays.
    """

    __tablename__ = "card_openings"
    __table_args__ = (
        CheckConstraint("confirmed_by <> recorded_by", name="by_two_people"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_as_a_whole"),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    text: Mapped[str] = mapped_column(String(200))
    minutes_number: Mapped[str] = mapped_column(String(40))
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None]


class OpenedCard(Base):
    """A card that the commission opened ("12", "R3"), and whether its key had voted.

    A correction is another `reading` beside the first: none is changed. The rows go with the poll's links.
    """

    __tablename__ = "opened_cards"
    __table_args__ = (
        CheckConstraint("outcome IN ('unused', 'voted', 'another_key', 'missing')", name="outcome_known"),
        CheckConstraint("reading >= 1", name="reading_counts"),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("card_openings.poll_id"), primary_key=True)
    card: Mapped[str] = mapped_column(String(12), primary_key=True)
    reading: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[str] = mapped_column(String(11))
    typed: Mapped[bool]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))


class Explanation(Identified, Base):
    """Faults explained in the minutes: the secretary writes, the chair agrees or not. `faults` are their marks.

    A text stays as it was written. After the erasure of the poll's links the marks are kinds alone.
    """

    __tablename__ = "fault_explanations"
    __table_args__ = (
        CheckConstraint("chair_id <> secretary_id", name="by_two_people"),
        CheckConstraint(
            "(chair_at IS NULL) = (chair_id IS NULL) AND (chair_at IS NULL) = (agreed IS NULL)",
            name="answered_as_a_whole",
        ),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), index=True)
    faults: Mapped[list[Any]]
    minutes_number: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    secretary_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    chair_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    chair_at: Mapped[datetime | None]
    agreed: Mapped[bool | None]
