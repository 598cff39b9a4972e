"""What is checked between closing and adoption: paper lists, unopened cards, a sample of those who took part."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base, Identified

CONFIRMED_AS_A_WHOLE = (
    "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (confirmed_event IS NULL)"
)
ANSWERED_AS_A_WHOLE = (
    "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (agreed IS NULL) "
    "AND (answered_at IS NULL) = (answered_event IS NULL)"
)


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
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"), unique=True)


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
    """The numbers drawn in public after the list was committed; triggers refuse an earlier text, and any change.

    One member records it, another of another body agrees or not; after a refusal there is a next `attempt`. Only an
    agreed one makes a sample.
    """

    __tablename__ = "sample_draws"
    __table_args__ = (
        UniqueConstraint("event"),
        CheckConstraint("attempt >= 1", name="attempt_counts"),
        CheckConstraint("answered_by <> recorded_by", name="by_two_people"),
        CheckConstraint(ANSWERED_AS_A_WHOLE, name="answered_as_a_whole"),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("participant_lists.poll_id"), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(String(200))
    minutes_number: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime]
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"))
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    answered_event: Mapped[str | None] = mapped_column(ForeignKey("audit_events.hash"))
    agreed: Mapped[bool | None]


class SampleAnswer(Base):
    """What a member of the commission heard from somebody of the sample; `number` is the one on the roll.

    It counts once another member, who was there, has confirmed it by an own act. Whoever heard otherwise writes another
    `reading` beside it: none is changed. The rows go with the poll's links.
    """

    __tablename__ = "sample_answers"
    __table_args__ = (
        UniqueConstraint("event"),
        CheckConstraint("answer IN ('voted', 'did_not_vote', 'not_found')", name="answer_known"),
        CheckConstraint("reading >= 1", name="reading_counts"),
        CheckConstraint("confirmed_by <> member_id", name="by_two_people"),
        CheckConstraint(CONFIRMED_AS_A_WHOLE, name="confirmed_as_a_whole"),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("participant_lists.poll_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    reading: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    answer: Mapped[str] = mapped_column(String(12))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"))
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_event: Mapped[str | None] = mapped_column(ForeignKey("audit_events.hash"))


class Opening(Base):
    """Which unclaimed and reserve cards are opened: all (an empty `text`), or those that a drawn text chooses.

    One member records it before any card is read, another agrees or not; after a refusal there is a next `attempt`.
    """

    __tablename__ = "card_openings"
    __table_args__ = (
        UniqueConstraint("event"),
        CheckConstraint("attempt >= 1", name="attempt_counts"),
        CheckConstraint("answered_by <> recorded_by", name="by_two_people"),
        CheckConstraint(ANSWERED_AS_A_WHOLE, name="answered_as_a_whole"),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(String(200))
    minutes_number: Mapped[str] = mapped_column(String(40))
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime]
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"))
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    answered_event: Mapped[str | None] = mapped_column(ForeignKey("audit_events.hash"))
    agreed: Mapped[bool | None]


class OpenedCard(Base):
    """A card that the commission opened ("12", "R3"), and whether its key had voted.

    One member records it, another confirms it. A correction is another `reading` beside the first: none is changed. The
    rows go with the poll's links.
    """

    __tablename__ = "opened_cards"
    __table_args__ = (
        CheckConstraint("outcome IN ('unused', 'voted', 'another_key', 'missing')", name="outcome_known"),
        CheckConstraint("reading >= 1", name="reading_counts"),
        CheckConstraint("confirmed_by <> person_id", name="by_two_people"),
        CheckConstraint(CONFIRMED_AS_A_WHOLE, name="confirmed_as_a_whole"),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    card: Mapped[str] = mapped_column(String(12), primary_key=True)
    reading: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[str] = mapped_column(String(11))
    typed: Mapped[bool]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"))
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_event: Mapped[str | None] = mapped_column(ForeignKey("audit_events.hash"))


class Explanation(Identified, Base):
    """Faults explained in the minutes: the secretary writes, the chair agrees or not. `faults` are their marks.

    A text stays as it was written. `salt` opens the commitment to the marks that stands in both events: marks hold
    numbers of cards, which anybody could try. After the erasure of the poll's links the marks are kinds alone, and the
    salt is gone.
    """

    __tablename__ = "fault_explanations"
    __table_args__ = (
        CheckConstraint("chair_id <> secretary_id", name="by_two_people"),
        CheckConstraint(
            "(chair_at IS NULL) = (chair_id IS NULL) AND (chair_at IS NULL) = (agreed IS NULL) "
            "AND (chair_at IS NULL) = (chair_event IS NULL)",
            name="answered_as_a_whole",
        ),
        FROZEN,
    )

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id"), index=True)
    faults: Mapped[list[Any]]
    salt: Mapped[bytes | None]
    minutes_number: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    secretary_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"), unique=True)
    chair_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    chair_at: Mapped[datetime | None]
    agreed: Mapped[bool | None]
    chair_event: Mapped[str | None] = mapped_column(ForeignKey("audit_events.hash"))
