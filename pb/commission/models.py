"""The commission of the community: who sits in it, its reports on the budget, and what became of each."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pb.db import FROZEN, Base, Identified, Tiyn
from pb.gatherings.models import Member

LONGEST_NUMBER: Final = 40
LONGEST_NAME: Final = 200
LONGEST_WORDS: Final = 300
LONGEST_TEXT: Final = 4000
MOST_LINES: Final = 8


class Kind(StrEnum):
    """What became of a signed report: recommendations or none, and the akim's conclusion on them."""

    RECOMMENDED = "recommended"
    NOTED = "noted"
    CONCLUDED = "concluded"


class State(StrEnum):
    SIGNING = "signing"
    SIGNED = "signed"
    RECOMMENDED = "recommended"
    NOTED = "noted"
    CONCLUDED = "concluded"


STATE_LABELS: dict[State, LazyString] = {
    State.SIGNING: lazy_gettext("Is being signed"),
    State.SIGNED: lazy_gettext("Signed, waits for the assembly"),
    State.RECOMMENDED: lazy_gettext("Recommendations wait for the akim's conclusion"),
    State.NOTED: lazy_gettext("The assembly took note"),
    State.CONCLUDED: lazy_gettext("The akim gave a conclusion"),
}

STATE_TAGS: dict[State, str] = {
    State.SIGNING: "amber",
    State.SIGNED: "sky",
    State.RECOMMENDED: "amber",
    State.NOTED: "grey",
    State.CONCLUDED: "green",
}

COMPARING: Final = lazy_gettext("A deputy of the maslikhat or the auditor: compares the scan with the report")
"""Who holds a report that is signed on paper, while the scan waits."""
HOLDERS: dict[State, LazyString] = {
    State.SIGNING: lazy_gettext("The members of the commission: they sign"),
    State.SIGNED: lazy_gettext("The assembly: it discusses the report"),
    State.RECOMMENDED: lazy_gettext("The akim: a reasoned conclusion at the next meeting of the assembly"),
    State.NOTED: lazy_gettext("Nobody: nothing was recommended"),
    State.CONCLUDED: lazy_gettext("The assembly: the conclusion has come"),
}


class Commission(Identified, Base):
    """A commission as the assembly formed it, for a term. It counts once another person has confirmed the record."""

    __tablename__ = "commissions"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("term_until > term_from", name="term_ordered"),
        CheckConstraint("(question_id IS NULL) = (minutes_on IS NOT NULL)", name="rests_on_one"),
        CheckConstraint("(minutes_on IS NULL) = (minutes_number = '')", name="minutes_whole"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_whole"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name="two_people"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    number: Mapped[int]
    term_from: Mapped[date]
    term_until: Mapped[date]
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_questions.id"))
    minutes_number: Mapped[str] = mapped_column(String(LONGEST_NUMBER), default="")
    minutes_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    seats: Mapped[list["CommissionSeat"]] = relationship(lazy="selectin")


class CommissionSeat(Base):
    """A member of the assembly in the commission."""

    __tablename__ = "commission_seats"
    __table_args__ = FROZEN

    commission_id: Mapped[UUID] = mapped_column(ForeignKey("commissions.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("assembly_members.id"), primary_key=True)
    member: Mapped[Member] = relationship(lazy="joined")


class MonitoringReport(Identified, Base):
    """A report of the monitoring, in its `language`; corrected until the first member signs it.

    One for each half-year; one without a half is an extra monitoring, which rests on a decision of the assembly.
    """

    __tablename__ = "monitoring_reports"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        UniqueConstraint("territory_id", "year", "half"),
        CheckConstraint("half IS NULL OR half IN (1, 2)", name="half_known"),
        CheckConstraint("(half IS NULL) = (question_id IS NOT NULL OR minutes_on IS NOT NULL)", name="extra_rests"),
        CheckConstraint("question_id IS NULL OR minutes_on IS NULL", name="rests_on_one"),
        CheckConstraint("(minutes_on IS NULL) = (minutes_number = '')", name="minutes_whole"),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        CheckConstraint("findings <> ''", name="found"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    number: Mapped[int]
    commission_id: Mapped[UUID] = mapped_column(ForeignKey("commissions.id"), index=True)
    year: Mapped[int]
    half: Mapped[int | None]
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_questions.id"))
    minutes_number: Mapped[str] = mapped_column(String(LONGEST_NUMBER), default="")
    minutes_on: Mapped[date | None]
    findings: Mapped[str] = mapped_column(Text)
    proposals: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    written_at: Mapped[datetime]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    lines: Mapped[list["ReportLine"]] = relationship(lazy="selectin", order_by="ReportLine.position")
    signatures: Mapped[list["ReportSignature"]] = relationship(lazy="selectin", order_by="ReportSignature.at")


class ReportLine(Base):
    """A programme or a line of the budget: what was planned and what was reached, in words and in tiyn."""

    __tablename__ = "monitoring_lines"
    __table_args__ = (CheckConstraint("name <> ''", name="named"), FROZEN)

    report_id: Mapped[UUID] = mapped_column(ForeignKey("monitoring_reports.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    planned_words: Mapped[str] = mapped_column(String(LONGEST_WORDS))
    reached_words: Mapped[str] = mapped_column(String(LONGEST_WORDS))
    planned: Mapped[int | None] = mapped_column(Tiyn)
    reached: Mapped[int | None] = mapped_column(Tiyn)


class ReportSignature(Base):
    """A member's signature over the report whose text has this digest.

    By the member's own press; or on paper, of a day, and the scan is kept with its digest: then `by_id` brought it, and
    it counts once another person has confirmed it.
    """

    __tablename__ = "monitoring_signatures"
    __table_args__ = (
        CheckConstraint("(signed_on IS NULL) = (paper_id IS NULL)", name="on_paper_whole"),
        CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL OR paper_id IS NOT NULL)",
            name="confirmed_whole",
        ),
        CheckConstraint("confirmed_by <> by_id", name="two_people"),
        FROZEN,
    )

    report_id: Mapped[UUID] = mapped_column(ForeignKey("monitoring_reports.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("assembly_members.id"), primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    signed_on: Mapped[date | None]
    paper_id: Mapped[UUID | None] = mapped_column(ForeignKey("papers.id"), index=True)
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    member: Mapped[Member] = relationship(lazy="joined")

    @property
    def counts(self) -> bool:
        return self.paper_id is None or self.confirmed_at is not None


class Step(Base):
    """What the assembly decided on a report, which rests on its decision, and what the akim concluded."""

    __tablename__ = "monitoring_steps"
    __table_args__ = (
        CheckConstraint("kind IN ('recommended', 'noted', 'concluded')", name="kind_known"),
        CheckConstraint("(number = 1) = (kind IN ('recommended', 'noted'))", name="assembly_first"),
        CheckConstraint(
            "(kind IN ('recommended', 'noted')) = (question_id IS NOT NULL OR minutes_on IS NOT NULL)", name="rests"
        ),
        CheckConstraint("question_id IS NULL OR minutes_on IS NULL", name="rests_on_one"),
        CheckConstraint("(minutes_on IS NULL) = (minutes_number = '')", name="minutes_whole"),
        CheckConstraint("kind = 'noted' OR words <> ''", name="in_words"),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        FROZEN,
    )

    report_id: Mapped[UUID] = mapped_column(ForeignKey("monitoring_reports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    day: Mapped[date]
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_questions.id"))
    minutes_number: Mapped[str] = mapped_column(String(LONGEST_NUMBER), default="")
    minutes_on: Mapped[date | None]
    words: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
