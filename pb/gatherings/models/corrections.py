"""What is right where confirmed minutes have a mistake: a correction with its own number, and what the chair said."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base

LONGEST_CORRECTION: Final = 2000
LONGEST_REASON: Final = 500


class Correction(Base):
    """New minutes that name the old ones: the first correction of № 7/2027 is № 7/2027-1.

    `text` is what is right, in `language`; `question_id` the point that it is about, if it is about one. It counts once
    the chair has confirmed it. Votes and outcomes stay as they were recorded: a correction is read, never counted.
    """

    __tablename__ = "minutes_corrections"
    __table_args__ = (
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        CheckConstraint("text <> '' AND reason <> ''", name="said"),
        FROZEN,
    )

    minutes_id: Mapped[UUID] = mapped_column(ForeignKey("minutes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_questions.id"))
    language: Mapped[str] = mapped_column(String(2))
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))


class Verdict(Base):
    """The chair, another person than who wrote it, confirmed a correction, or declined it with a reason."""

    __tablename__ = "correction_verdicts"
    __table_args__ = (CheckConstraint("confirmed OR reason <> ''", name="refusal_reasoned"), FROZEN)

    minutes_id: Mapped[UUID] = mapped_column(ForeignKey("minutes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    confirmed: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
