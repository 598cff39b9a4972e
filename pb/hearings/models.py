"""What a public hearing is held on, what people think of it, and what they are answered."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base, Identified

LONGEST_TEXT: Final = 2000
LONGEST_NAME: Final = 120
MOST_OF_ONE: Final = 5


class Channel(StrEnum):
    """How an opinion came."""

    PAGE = "page"
    HALL = "hall"
    PAPER = "paper"


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    IN_PART = "in_part"
    DECLINED = "declined"


CHANNEL_LABELS: dict[Channel, LazyString] = {
    Channel.PAGE: lazy_gettext("On the page"),
    Channel.HALL: lazy_gettext("In person"),
    Channel.PAPER: lazy_gettext("On paper"),
}

VERDICT_LABELS: dict[Verdict, LazyString] = {
    Verdict.ACCEPTED: lazy_gettext("Taken into account"),
    Verdict.IN_PART: lazy_gettext("Taken into account in part"),
    Verdict.DECLINED: lazy_gettext("Not taken into account"),
}

VERDICT_TAGS: dict[Verdict, str] = {Verdict.ACCEPTED: "green", Verdict.IN_PART: "amber", Verdict.DECLINED: "red"}


class Opinion(Identified, Base):
    """What somebody thinks of the draft, in their words and `language`; it is never changed.

    `by_id` wrote it down: of one from the page its author, who has no other `name` here than that of the account.
    """

    __tablename__ = "hearing_opinions"
    __table_args__ = (
        UniqueConstraint("gathering_id", "number"),
        CheckConstraint("channel IN ('page', 'hall', 'paper')", name="channel_known"),
        CheckConstraint("(channel = 'page') = (name = '')", name="named"),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        CheckConstraint("text <> ''", name="said"),
        FROZEN,
    )

    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gatherings.id"))
    number: Mapped[int]
    channel: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)


class OpinionAnswer(Base):
    """What the akim or the akim's office answered to an opinion, with the reason, once."""

    __tablename__ = "opinion_answers"
    __table_args__ = (
        CheckConstraint("verdict IN ('accepted', 'in_part', 'declined')", name="verdict_known"),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        CheckConstraint("reason <> ''", name="reasoned"),
        FROZEN,
    )

    opinion_id: Mapped[UUID] = mapped_column(ForeignKey("hearing_opinions.id"), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
