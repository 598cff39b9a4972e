"""A survey, its questions, and what was answered: ticks without a person, texts without the ticks beside them.

Who took part stands in a table of its own, with neither a moment nor an answer: it says that nobody answers twice.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.core.poll.bilingual import Said, either
from pb.core.survey import HARD
from pb.db import FROZEN, Base, Identified

LONGEST_TITLE: Final = 200
LONGEST_ABOUT: Final = 1000
LONGEST_QUESTION: Final = 500
LONGEST_OPTION: Final = 200
LONGEST_TEXT: Final = 1000
MOST_QUESTIONS: Final = 20
MOST_OPTIONS: Final = 12
LEAST_OPTIONS: Final = 2
LONGEST_DAYS: Final = 92
LONGEST_REASON: Final = 500


class Audience(StrEnum):
    """Who answers: each resident once, signed in; or whoever opens the page."""

    RESIDENTS = "residents"
    EVERYBODY = "everybody"


class Kind(StrEnum):
    ONE = "one"
    SEVERAL = "several"
    SCALE = "scale"
    TEXT = "text"


class Verdict(StrEnum):
    """Why a text is shown to everybody, or is not."""

    NAMES_NOBODY = "names_nobody"
    NAMES_SOMEBODY = "names_somebody"
    INSULTS = "insults"
    ADVERTISES = "advertises"
    ANOTHER_MATTER = "another_matter"


SHOWN: Final = Verdict.NAMES_NOBODY
WITH_OPTIONS: Final = frozenset({Kind.ONE, Kind.SEVERAL})
SCALE_LABELS: Final[tuple[LazyString, ...]] = (
    lazy_gettext("Low level"),
    lazy_gettext("Medium level"),
    lazy_gettext("High level"),
)
HARD_LABEL: Final = lazy_gettext("Hard to answer")
AUDIENCE_LABELS: dict[Audience, LazyString] = {
    Audience.RESIDENTS: lazy_gettext("One answer per resident, signed in"),
    Audience.EVERYBODY: lazy_gettext("Open to all, without signing in: not representative"),
}
KIND_LABELS: dict[Kind, LazyString] = {
    Kind.ONE: lazy_gettext("One of several answers"),
    Kind.SEVERAL: lazy_gettext("Any of several answers"),
    Kind.SCALE: lazy_gettext("Low, medium or high"),
    Kind.TEXT: lazy_gettext("A text in one's own words"),
}
VERDICT_LABELS: dict[Verdict, LazyString] = {
    Verdict.NAMES_NOBODY: lazy_gettext("Publish: it names nobody"),
    Verdict.NAMES_SOMEBODY: lazy_gettext("Hide: it names somebody"),
    Verdict.INSULTS: lazy_gettext("Hide: it insults"),
    Verdict.ADVERTISES: lazy_gettext("Hide: it advertises"),
    Verdict.ANOTHER_MATTER: lazy_gettext("Hide: it is about another matter"),
}
HIDDEN_LABELS: dict[Verdict, LazyString] = {
    Verdict.NAMES_SOMEBODY: lazy_gettext("they name somebody"),
    Verdict.INSULTS: lazy_gettext("they insult"),
    Verdict.ADVERTISES: lazy_gettext("they advertise"),
    Verdict.ANOTHER_MATTER: lazy_gettext("they are about another matter"),
}


class Survey(Identified, Base):
    """Open from the first to the last of its days, both within; as it stands once it was `opened_at`.

    It may be on a draft: that of a hearing, or a version of the budget. `asked` is how many people it was put to, where
    the office knows. Until its last day is over it may be called off, for a reason: then nothing comes of it.
    """

    __tablename__ = "surveys"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("audience IN ('residents', 'everybody')", name="audience_known"),
        CheckConstraint("title_kk <> '' AND title_ru <> ''", name="named"),
        CheckConstraint("(about_kk = '') = (about_ru = '')", name="told_in_both"),
        CheckConstraint("opens_on <= closes_on", name="days_in_order"),
        CheckConstraint("asked IS NULL OR asked >= 1", name="asked_positive"),
        CheckConstraint("gathering_id IS NULL OR version_id IS NULL", name="on_one_draft"),
        CheckConstraint("(opened_at IS NULL) = (opened_by IS NULL)", name="opened_by_somebody"),
        CheckConstraint("called_off_at IS NULL OR opened_at IS NOT NULL", name="opened_before"),
        CheckConstraint("(called_off_at IS NULL) = (called_off_by IS NULL)", name="called_off_by_somebody"),
        CheckConstraint("(called_off_at IS NULL) = (called_off_reason = '')", name="called_off_for_a_reason"),
        CheckConstraint("called_off_language IN ('kk', 'ru')", name="language_known"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    number: Mapped[int]
    title_kk: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    title_ru: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    about_kk: Mapped[str] = mapped_column(String(LONGEST_ABOUT))
    about_ru: Mapped[str] = mapped_column(String(LONGEST_ABOUT))
    audience: Mapped[str] = mapped_column(String(10))
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    asked: Mapped[int | None]
    gathering_id: Mapped[UUID | None] = mapped_column(ForeignKey("gatherings.id"), index=True)
    version_id: Mapped[UUID | None] = mapped_column(ForeignKey("budget_versions.id"), index=True)
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    called_off_at: Mapped[datetime | None]
    called_off_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    called_off_reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    called_off_language: Mapped[str] = mapped_column(String(2), default="kk")

    def called(self, language: str) -> Said:
        return either(self.title_kk, self.title_ru, language)

    def about(self, language: str) -> Said:
        return either(self.about_kk, self.about_ru, language)


class Question(Base):
    """A question in both languages; `options` are pairs of texts, Kazakh and Russian, and none for scale and text."""

    __tablename__ = "survey_questions"
    __table_args__ = (
        CheckConstraint(f"number BETWEEN 1 AND {MOST_QUESTIONS}", name="number_possible"),
        CheckConstraint("kind IN ('one', 'several', 'scale', 'text')", name="kind_known"),
        CheckConstraint("text_kk <> '' AND text_ru <> ''", name="asked_in_both"),
        FROZEN,
    )

    survey_id: Mapped[UUID] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    text_kk: Mapped[str] = mapped_column(String(LONGEST_QUESTION))
    text_ru: Mapped[str] = mapped_column(String(LONGEST_QUESTION))
    options: Mapped[list[Any]]

    def called(self, language: str) -> Said:
        return either(self.text_kk, self.text_ru, language)

    def option(self, place: int, language: str) -> Said:
        """What stands at a place: an option from 1 on, one of the scale, or "hard to answer"."""
        if place == HARD:
            return Said(str(HARD_LABEL), language)
        if self.kind == Kind.SCALE:
            return Said(str(SCALE_LABELS[place - 1]), language)
        kk, ru = self.options[place - 1]
        return either(kk, ru, language)

    @property
    def places(self) -> range:
        """The places of the options, without "hard to answer"."""
        count = len(SCALE_LABELS) if self.kind == Kind.SCALE else len(self.options)
        return range(1, count + 1)


class Participation(Base):
    """Somebody answered a survey of one answer per resident. What they answered, and when, stands nowhere beside it."""

    __tablename__ = "survey_participations"
    __table_args__ = (FROZEN,)

    survey_id: Mapped[UUID] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)


class Sheet(Identified, Base):
    """One answer to a survey: nobody's, and of no moment."""

    __tablename__ = "survey_sheets"
    __table_args__ = (UniqueConstraint("survey_id", "id"), FROZEN)

    survey_id: Mapped[UUID] = mapped_column(ForeignKey("surveys.id"))


class Tick(Base):
    """What was chosen at a question of a sheet: an option's place, or `HARD`."""

    __tablename__ = "survey_ticks"
    __table_args__ = (
        # At the end of the transaction: the ticks come first, and their sheet closes them.
        ForeignKeyConstraint(
            ["survey_id", "sheet_id"],
            ["survey_sheets.survey_id", "survey_sheets.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
        ForeignKeyConstraint(["survey_id", "question"], ["survey_questions.survey_id", "survey_questions.number"]),
        CheckConstraint(f"place BETWEEN {HARD} AND {MOST_OPTIONS}", name="place_possible"),
        FROZEN,
    )

    survey_id: Mapped[UUID] = mapped_column(primary_key=True)
    question: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)


class Text(Identified, Base):
    """What somebody wrote at a question, in their `language`: of no sheet, so that no tick stands beside it."""

    __tablename__ = "survey_texts"
    __table_args__ = (
        ForeignKeyConstraint(["survey_id", "question"], ["survey_questions.survey_id", "survey_questions.number"]),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        CheckConstraint("text <> ''", name="said"),
        FROZEN,
    )

    survey_id: Mapped[UUID] = mapped_column(index=True)
    question: Mapped[int]
    text: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    language: Mapped[str] = mapped_column(String(2))


class TextVerdict(Base):
    """The office published a text or hid it, and why; the last one holds."""

    __tablename__ = "survey_text_verdicts"
    __table_args__ = (
        CheckConstraint(f"verdict IN ({', '.join(repr(one.value) for one in Verdict)})", name="verdict_known"),
        CheckConstraint("number >= 1", name="number_positive"),
        FROZEN,
    )

    text_id: Mapped[UUID] = mapped_column(ForeignKey("survey_texts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    verdict: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
