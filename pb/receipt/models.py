"""What residents ask of a line of the receipt, and what the office answers."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.budget.models import LONGEST_CODE
from pb.db import FROZEN, Base, Identified, Tiyn

LONGEST_WORDS: Final = 2000


class LineQuestion(Identified, Base):
    """A question with its line: `code` (nothing: the whole), `year`, the line's sum and what fell to each (tiyn).

    `due` is the last day of the answer's term. It is `published` with its answer if who asked `allowed` it; the
    office decides that when it answers. Who asked is never published.
    """

    __tablename__ = "line_questions"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("words <> ''", name="asked"),
        CheckConstraint("language IN ('kk', 'ru') AND answer_language IN ('kk', 'ru')", name="language_known"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_whole"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"),
        CheckConstraint("NOT published OR (allowed AND answered_at IS NOT NULL)", name="published_as_allowed"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    number: Mapped[int]
    year: Mapped[int]
    code: Mapped[str] = mapped_column(String(LONGEST_CODE))
    amount: Mapped[int] = mapped_column(Tiyn)
    per_resident: Mapped[int | None] = mapped_column(Tiyn)
    words: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    allowed: Mapped[bool]
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    due: Mapped[date]
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_language: Mapped[str] = mapped_column(String(2), default="kk")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    published: Mapped[bool] = mapped_column(default=False)
