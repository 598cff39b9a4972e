"""Proposals of an assembly to the maslikhat with each step of each, and the deputies whom residents may turn to.

A proposal to the maslikhat is a `Motion` here: `Proposal` is a resident's, for a cycle.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pb.core.poll.bilingual import Said, either
from pb.db import FROZEN, Base, Identified

LONGEST_TEXT: Final = 1000
LONGEST_WORDS: Final = 2000
LONGEST_NUMBER: Final = 40
LONGEST_NAME: Final = 120
LONGEST_RECEPTION: Final = 300
LONGEST_PHONE: Final = 80
LONGEST_DOCUMENT: Final = 200


class Kind(StrEnum):
    """What a step says; the last one says how the proposal stands."""

    SENT = "sent"
    RECEIVED = "received"
    CONSIDERED = "considered"
    ANSWERED = "answered"


class Answer(StrEnum):
    ACCEPTED = "accepted"
    IN_PART = "in_part"
    DECLINED = "declined"


FOLLOWING: Final[dict[Kind, frozenset[Kind]]] = {
    Kind.SENT: frozenset({Kind.RECEIVED}),
    Kind.RECEIVED: frozenset({Kind.CONSIDERED}),
    Kind.CONSIDERED: frozenset({Kind.CONSIDERED, Kind.ANSWERED}),  # one sitting may hand on to another
    Kind.ANSWERED: frozenset(),
}

LABELS: dict[Kind, LazyString] = {
    Kind.SENT: lazy_gettext("Sent"),
    Kind.RECEIVED: lazy_gettext("Received"),
    Kind.CONSIDERED: lazy_gettext("Considered"),
    Kind.ANSWERED: lazy_gettext("Answered"),
}

ANSWER_LABELS: dict[Answer, LazyString] = {
    Answer.ACCEPTED: lazy_gettext("Accepted"),
    Answer.IN_PART: lazy_gettext("Accepted in part"),
    Answer.DECLINED: lazy_gettext("Declined"),
}


class Motion(Identified, Base):
    """What an assembly proposes to the maslikhat of its raion, in both languages or in one, and the decision."""

    __tablename__ = "motions"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("text_kk <> '' OR text_ru <> ''", name="written"),
        CheckConstraint("(question_id IS NULL) = (minutes_on IS NOT NULL)", name="rests_on_one"),
        CheckConstraint("(minutes_on IS NULL) = (minutes_number = '')", name="minutes_whole"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    raion_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    number: Mapped[int]
    text_kk: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    text_ru: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_questions.id"), index=True)
    minutes_number: Mapped[str] = mapped_column(String(LONGEST_NUMBER), default="")
    minutes_on: Mapped[date | None]
    sent_at: Mapped[datetime]

    def called(self, language: str) -> Said:
        return either(self.text_kk, self.text_ru, language)


class Step(Base):
    """One step, from number 1: on which `day`, and under which number (`reference`) the letter went, came or answers.

    `words` are the answer, in their `language`; its paper may come with it.
    """

    __tablename__ = "motion_steps"
    __table_args__ = (
        CheckConstraint("kind IN ('sent', 'received', 'considered', 'answered')", name="kind_known"),
        CheckConstraint("(number = 1) = (kind = 'sent')", name="sent_first"),
        CheckConstraint("kind NOT IN ('sent', 'received') OR reference <> ''", name="registered"),
        CheckConstraint("(kind = 'answered') = (answer <> '')", name="answered_so"),
        CheckConstraint("answer IN ('', 'accepted', 'in_part', 'declined')", name="answer_known"),
        CheckConstraint("(kind = 'answered') = (words <> '')", name="answered_in_words"),
        CheckConstraint("kind <> 'answered' OR reference <> '' OR paper_id IS NOT NULL", name="answered_on_paper"),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        FROZEN,
    )

    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    day: Mapped[date]
    reference: Mapped[str] = mapped_column(String(LONGEST_NUMBER), default="")
    answer: Mapped[str] = mapped_column(String(10), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2), default="kk")
    paper_id: Mapped[UUID | None] = mapped_column(ForeignKey("papers.id"), index=True)


class Deputy(Identified, Base):
    """A deputy of a raion's maslikhat as residents know them. What an account may do is its role's (`Role.DEPUTY`).

    `reception` says on which days and where they receive residents, in both languages or in one.
    """

    __tablename__ = "deputies"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("term_until > term_from", name="term_ordered"),
        CheckConstraint("reception_kk <> '' OR reception_ru <> ''", name="receives"),
        CheckConstraint("(ended_on IS NULL) = (end_document = '')", name="ended_by_document"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    term_from: Mapped[date]
    term_until: Mapped[date]
    document: Mapped[str] = mapped_column(String(LONGEST_DOCUMENT))
    reception_kk: Mapped[str] = mapped_column(String(LONGEST_RECEPTION))
    reception_ru: Mapped[str] = mapped_column(String(LONGEST_RECEPTION))
    phone: Mapped[str] = mapped_column(String(LONGEST_PHONE))
    recorded_at: Mapped[datetime]
    ended_on: Mapped[date | None]
    end_document: Mapped[str] = mapped_column(String(LONGEST_DOCUMENT), default="")
    places: Mapped[list["DeputyPlace"]] = relationship(lazy="selectin", order_by="DeputyPlace.kato")

    def called(self, language: str) -> Said:
        """When and where they receive residents."""
        return either(self.reception_kk, self.reception_ru, language)


class DeputyPlace(Base):
    """An okrug or a settlement of a deputy's constituency, by its code in the classifier."""

    __tablename__ = "deputy_places"
    __table_args__ = FROZEN

    deputy_id: Mapped[UUID] = mapped_column(ForeignKey("deputies.id"), primary_key=True)
    kato: Mapped[str] = mapped_column(String(9), primary_key=True)
