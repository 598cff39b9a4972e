"""Tasks that decisions of meetings give, who executes them, and each step of each: the last one says how it stands."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.core.poll.bilingual import Said, either
from pb.db import FROZEN, Base, Identified

LONGEST_NAME: Final = 200
LONGEST_TEXT: Final = 500
LONGEST_WORDS: Final = 2000
LONGEST_NUMBER: Final = 40


class Kind(StrEnum):
    """What a step says. A term that it sets, or leaves, holds from then on."""

    GIVEN = "given"
    STARTED = "started"
    DONE = "done"
    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"
    ASKS_LATER = "asks_later"
    PUT_OFF = "put_off"
    ASKS_END = "asks_end"
    GIVEN_UP = "given_up"
    KEPT = "kept"


ASKED: Final = frozenset({Kind.ASKS_LATER, Kind.ASKS_END})
"""What the office says alone, on minutes kept elsewhere or on none: somebody of the assembly confirms it first."""
WORK_GOES_ON: Final = frozenset({Kind.GIVEN, Kind.STARTED, Kind.SENT_BACK, Kind.PUT_OFF, Kind.KEPT}) | ASKED
"""What can be late. Of what is said to be done the assembly has to speak, and no term runs."""
OVER: Final = frozenset({Kind.ACCEPTED, Kind.GIVEN_UP})
_ON: Final = ASKED | {Kind.DONE, Kind.PUT_OFF}
FOLLOWING: Final[dict[Kind, frozenset[Kind]]] = {
    Kind.GIVEN: _ON | {Kind.STARTED},
    Kind.STARTED: _ON,
    Kind.DONE: frozenset({Kind.ACCEPTED, Kind.SENT_BACK}),
    Kind.SENT_BACK: _ON,
    Kind.ASKS_LATER: frozenset({Kind.PUT_OFF, Kind.KEPT, Kind.DONE}),
    Kind.PUT_OFF: _ON | {Kind.STARTED},
    Kind.ASKS_END: frozenset({Kind.GIVEN_UP, Kind.KEPT, Kind.DONE}),
    Kind.KEPT: _ON | {Kind.STARTED},
    Kind.ACCEPTED: frozenset(),
    Kind.GIVEN_UP: frozenset(),
}

LABELS: dict[Kind, LazyString] = {
    Kind.GIVEN: lazy_gettext("Given"),
    Kind.STARTED: lazy_gettext("In work"),
    Kind.DONE: lazy_gettext("Done, waits for the assembly"),
    Kind.ACCEPTED: lazy_gettext("Done"),
    Kind.SENT_BACK: lazy_gettext("Sent back"),
    Kind.PUT_OFF: lazy_gettext("Put off"),
    Kind.ASKS_LATER: lazy_gettext("To be put off, waits for the assembly"),
    Kind.ASKS_END: lazy_gettext("To be given up, waits for the assembly"),
    Kind.KEPT: lazy_gettext("Stands as it was"),
    Kind.GIVEN_UP: lazy_gettext("Given up"),
}

TAGS: dict[Kind, str] = {
    Kind.GIVEN: "grey",
    Kind.STARTED: "sky",
    Kind.DONE: "amber",
    Kind.ACCEPTED: "green",
    Kind.SENT_BACK: "amber",
    Kind.PUT_OFF: "amber",
    Kind.ASKS_LATER: "amber",
    Kind.ASKS_END: "amber",
    Kind.KEPT: "sky",
    Kind.GIVEN_UP: "grey",
}


class Executor(Identified, Base):
    """An organisation or office of a territory that executes tasks, by its name in both languages or in one."""

    __tablename__ = "task_executors"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("name_kk <> '' OR name_ru <> ''", name="named"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    number: Mapped[int]
    name_kk: Mapped[str] = mapped_column(String(LONGEST_NAME))
    name_ru: Mapped[str] = mapped_column(String(LONGEST_NAME))
    named_at: Mapped[datetime]

    def called(self, language: str) -> Said:
        return either(self.name_kk, self.name_ru, language)


class Task(Identified, Base):
    """What is to be done, in both languages or in one. `settlement` is empty where it is for the whole territory."""

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("text_kk <> '' OR text_ru <> ''", name="written"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    number: Mapped[int]
    executor_id: Mapped[UUID] = mapped_column(ForeignKey("task_executors.id"), index=True)
    settlement: Mapped[str] = mapped_column(String(120))
    text_kk: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    text_ru: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    given_at: Mapped[datetime]

    def called(self, language: str) -> Said:
        return either(self.text_kk, self.text_ru, language)


class Step(Base):
    """One step, from number 1. `until` is the term that holds from then on; `asked_until` one that waits for a yes.

    What gives a task or puts it off rests on a decision: a point of an agenda, or minutes of a meeting held elsewhere.
    `words` are the proof or the reason, in their `language`; a picture and a paper may come with the proof.
    """

    __tablename__ = "task_steps"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind.value) for kind in Kind)})", name="kind_known"),
        CheckConstraint("(number = 1) = (kind = 'given')", name="given_first"),
        CheckConstraint(
            "(kind IN ('given', 'put_off', 'asks_later')) = (question_id IS NOT NULL OR minutes_on IS NOT NULL)",
            name="rests",
        ),
        CheckConstraint("(kind = 'asks_later') = (asked_until IS NOT NULL)", name="asked_until_when"),
        CheckConstraint("question_id IS NULL OR minutes_on IS NULL", name="rests_on_one"),
        CheckConstraint("(minutes_on IS NULL) = (minutes_number = '')", name="minutes_whole"),
        CheckConstraint(
            "(kind IN ('done', 'sent_back', 'asks_later', 'put_off', 'asks_end', 'given_up', 'kept')) = (words <> '')",
            name="in_words",
        ),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        FROZEN,
    )

    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    until: Mapped[date]
    asked_until: Mapped[date | None]
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_questions.id"), index=True)
    minutes_number: Mapped[str] = mapped_column(String(LONGEST_NUMBER), default="")
    minutes_on: Mapped[date | None]
    words: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2), default="kk")
    picture_id: Mapped[UUID | None] = mapped_column(ForeignKey("pictures.id"), index=True)
    paper_id: Mapped[UUID | None] = mapped_column(ForeignKey("papers.id"), index=True)
