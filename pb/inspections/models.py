"""Visits of the auditor and of the commission of the community: what they found, recommend, and were answered."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pb.db import FROZEN, Base, Identified
from pb.gatherings.models import Member

LONGEST_TEXT: Final = 4000
LONGEST_WORDS: Final = 1000
MOST_RECOMMENDATIONS: Final = 8


class Body(StrEnum):
    """Whose visit it is."""

    AUDITOR = "auditor"
    COMMISSION = "commission"


BODY_LABELS: dict[Body, LazyString] = {
    Body.AUDITOR: lazy_gettext("Auditor"),
    Body.COMMISSION: lazy_gettext("Commission of the community"),
}


class Kind(StrEnum):
    """What the akim answers to a recommendation."""

    DONE = "done"
    PROMISED = "promised"
    DECLINED = "declined"


FINAL: Final = frozenset({Kind.DONE, Kind.DECLINED})

KIND_LABELS: dict[Kind, LazyString] = {
    Kind.DONE: lazy_gettext("Carried out"),
    Kind.PROMISED: lazy_gettext("Will be carried out"),
    Kind.DECLINED: lazy_gettext("Not taken up"),
}

KIND_TAGS: dict[Kind, str] = {Kind.DONE: "green", Kind.PROMISED: "sky", Kind.DECLINED: "grey"}


class Inspection(Identified, Base):
    """The report of a visit to a project (`proposal_id`), or to the whole budget of a `year` where there is none.

    It is corrected until somebody signs it. `monitoring_id` is the commission's report that the visit belongs to.
    """

    __tablename__ = "inspections"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("body IN ('auditor', 'commission')", name="body_known"),
        CheckConstraint("(body = 'commission') = (commission_id IS NOT NULL)", name="commission_named"),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        CheckConstraint("findings <> ''", name="found"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    number: Mapped[int]
    body: Mapped[str] = mapped_column(String(12))
    commission_id: Mapped[UUID | None] = mapped_column(ForeignKey("commissions.id"), index=True)
    year: Mapped[int]
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposals.id"), index=True)
    monitoring_id: Mapped[UUID | None] = mapped_column(ForeignKey("monitoring_reports.id"), index=True)
    visited_on: Mapped[date]
    findings: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    written_at: Mapped[datetime]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    recommendations: Mapped[list["Recommendation"]] = relationship(
        lazy="selectin", order_by="Recommendation.position", viewonly=True
    )
    signatures: Mapped[list["InspectionSignature"]] = relationship(
        lazy="selectin", order_by="InspectionSignature.number", viewonly=True
    )


class Recommendation(Base):
    """What is recommended, in the language of its report, to be answered `until` a day."""

    __tablename__ = "recommendations"
    __table_args__ = (CheckConstraint("words <> ''", name="in_words"), FROZEN)

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    until: Mapped[date]


class InspectionSignature(Base):
    """A signature over the report whose text has this digest: of a member of the commission, or else of the auditor.

    By their own press; or on paper, of a day, and the scan is kept with its digest: then `by_id` recorded it.
    """

    __tablename__ = "inspection_signatures"
    __table_args__ = (
        UniqueConstraint("inspection_id", "member_id"),
        CheckConstraint("(signed_on IS NULL) = (paper_id IS NULL)", name="on_paper_whole"),
        FROZEN,
    )

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("assembly_members.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    signed_on: Mapped[date | None]
    paper_id: Mapped[UUID | None] = mapped_column(ForeignKey("papers.id"), index=True)
    member: Mapped[Member | None] = relationship(lazy="joined", viewonly=True)


class RecommendationAnswer(Base):
    """What the akim, or the office in the akim's name, answered; `until` is the day that was promised.

    A promise is followed by another answer; what was carried out or not taken up is the last word.
    """

    __tablename__ = "recommendation_answers"
    __table_args__ = (
        CheckConstraint("kind IN ('done', 'promised', 'declined')", name="kind_known"),
        CheckConstraint("(kind = 'promised') = (until IS NOT NULL)", name="promised_until"),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        CheckConstraint("words <> ''", name="in_words"),
        FROZEN,
    )

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    until: Mapped[date | None]
    words: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
