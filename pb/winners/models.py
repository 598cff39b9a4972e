"""The winners of a cycle, and what pays for each, year by year."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base, Identified, Tiyn

LONGEST_CODE = 24
LONGEST_REASON = 2000


class Source(StrEnum):
    """Whose money it is."""

    OWN = "own"
    TRANSFERS = "transfers"
    CONTRIBUTIONS = "contributions"


SOURCE_LABELS: dict[Source, LazyString] = {
    Source.OWN: lazy_gettext("Local budget"),
    Source.TRANSFERS: lazy_gettext("Transfers from above"),
    Source.CONTRIBUTIONS: lazy_gettext("Contributions of residents and sponsors"),
}


class Winner(Identified, Base):
    """A project that won: its `position` in the order of the result, and what the result `granted` it, in tiyn."""

    __tablename__ = "winners"
    __table_args__ = (
        UniqueConstraint("cycle_id", "proposal_id"),
        UniqueConstraint("cycle_id", "position"),
        CheckConstraint("granted > 0 AND granted % 10000 = 0", name="granted_in_hundreds"),
        FROZEN,
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"))
    position: Mapped[int]
    granted: Mapped[int] = mapped_column(Tiyn)
    made_at: Mapped[datetime]


class Plan(Base):
    """A version of what pays for a winner, from number 1, which is what the result granted; the last one holds.

    `waits`: its money was cut, and it waits for more by a decision of since the result: a point on the budget of a
    meeting, or an amendment in force that cut the transfers (`version_id`). What waits is no part of any budget.
    """

    __tablename__ = "winner_plans"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("number = 1 OR reason <> ''", name="reason_told"),
        CheckConstraint("number > 1 OR NOT waits", name="begins_granted"),
        CheckConstraint("waits = (question_id IS NOT NULL OR version_id IS NOT NULL)", name="waits_by_a_decision"),
        CheckConstraint("question_id IS NULL OR version_id IS NULL", name="by_one_decision"),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        FROZEN,
    )

    winner_id: Mapped[UUID] = mapped_column(ForeignKey("winners.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    waits: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    language: Mapped[str] = mapped_column(String(2))
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_questions.id"), index=True)
    version_id: Mapped[UUID | None] = mapped_column(ForeignKey("budget_versions.id"), index=True)
    made_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))


class Line(Base):
    """A sum of a plan in tiyn (a multiple of 100 ₸): of which year, which code of the classification, whose money."""

    __tablename__ = "winner_lines"
    __table_args__ = (
        ForeignKeyConstraint(["winner_id", "number"], ["winner_plans.winner_id", "winner_plans.number"]),
        UniqueConstraint("winner_id", "number", "year", "code", "source"),
        CheckConstraint("amount > 0 AND amount % 10000 = 0", name="amount_in_hundreds"),
        CheckConstraint("source IN ('own', 'transfers', 'contributions')", name="source_known"),
        FROZEN,
    )

    winner_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    code: Mapped[str] = mapped_column(String(LONGEST_CODE))
    amount: Mapped[int] = mapped_column(Tiyn)
    source: Mapped[str] = mapped_column(String(13))
