"""A review: what the akim's office found out about a proposal, and what it decided. Every round is kept."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import Base, Identified, Tiyn


class Verdict(StrEnum):
    ACCEPT = "accept"
    RETURN = "return"
    REFUSE = "refuse"


VERDICT_LABELS: dict[Verdict, LazyString] = {
    Verdict.ACCEPT: lazy_gettext("Accept: the project goes to the gathering"),
    Verdict.RETURN: lazy_gettext("Return to the author with a question"),
    Verdict.REFUSE: lazy_gettext("Refuse with a public reason"),
}


class Review(Identified, Base):
    """One round; `cost` (tiyn) is the corrected one.

    `competent_body` is named when the matter is not the okrug's; `reason` is the question or the public reason.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("verdict IN ('accept', 'return', 'refuse')", name="verdict_known"),
        CheckConstraint("verdict = 'accept' OR reason <> ''", name="reason_given"),
        CheckConstraint(
            "verdict <> 'accept' OR (okrug_competent AND feasible AND cost IS NOT NULL AND programme IS NOT NULL)",
            name="accepted_complete",
        ),
        Index(
            "uq_reviews_accepted",
            "proposal_id",
            unique=True,
            sqlite_where=text("verdict = 'accept'"),
            postgresql_where=text("verdict = 'accept'"),
        ),
        CheckConstraint("cost IS NULL OR (cost > 0 AND cost % 10000 = 0)", name="cost_in_hundreds"),
    )

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"), index=True)
    reviewer_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    okrug_competent: Mapped[bool]
    competent_body: Mapped[str] = mapped_column(String(200), default="")
    feasible: Mapped[bool]
    feasibility: Mapped[str] = mapped_column(Text, default="")
    cost: Mapped[int | None] = mapped_column(Tiyn)
    cost_explanation: Mapped[str] = mapped_column(Text, default="")
    programme: Mapped[str | None] = mapped_column(String(3))
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
