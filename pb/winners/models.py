"""The winners as lines of the okrug's budget, and the decision of the maslikhat that adopted them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base, Identified, Tiyn


class Line(Identified, Base):
    """A line: codes as text with their zeros, `amount` in tiyn (a multiple of 100 ₸, one decimal in thousands)."""

    __tablename__ = "winner_lines"
    __table_args__ = (
        UniqueConstraint("cycle_id", "proposal_id"),
        UniqueConstraint("cycle_id", "position"),
        CheckConstraint("amount > 0 AND amount % 10000 = 0", name="amount_in_hundreds"),
        FROZEN,
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"))
    position: Mapped[int]
    functional_group: Mapped[str] = mapped_column(String(2))
    administrator: Mapped[str] = mapped_column(String(3))
    programme: Mapped[str] = mapped_column(String(3))
    subprogramme: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int] = mapped_column(Tiyn)
    source: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime]


class MaslikhatDecision(Base):
    """The decision that adopted the lines: its number and date, recorded by a deputy once."""

    __tablename__ = "maslikhat_decisions"
    __table_args__ = FROZEN

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    decided_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
