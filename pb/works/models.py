"""What became of a project that won: the steps of its way, what is known of it, what residents say once it is built.

A project is a proposal among the winners (`pb.winners.models.Winner`): what is planned for it stands there.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb.core.poll.bilingual import Said, either
from pb.db import FROZEN, Base, Identified, Tiyn

LONGEST_NAME: Final = 200
LONGEST_WORDS: Final = 2000
LONGEST_NUMBER: Final = 60
LONGEST_URL: Final = 500
LONGEST_UNIT: Final = 20
MOST_PICTURES: Final = 12
THOUSANDTHS: Final = 1000
"""Quantities are whole thousandths of their unit, as sums are whole tiyn."""
LARGEST_QUANTITY: Final = 10**9 * THOUSANDTHS


class State(StrEnum):
    """Where a project is, in the order of its way; a stopped one left it."""

    DESIGN = "design"
    REQUEST = "request"
    TENDER = "tender"
    CONTRACT = "contract"
    WORKS = "works"
    ACCEPTED = "accepted"
    MAINTENANCE = "maintenance"
    STOPPED = "stopped"


WAY: Final = tuple(state for state in State if state is not State.STOPPED)
FINISHED: Final = frozenset({State.ACCEPTED, State.MAINTENANCE})


def goes_forward(earlier: State | None, later: State) -> bool:
    """Whether a step needs no reason: it leads on along the way, and from or to no stop."""
    if later is State.STOPPED or earlier is State.STOPPED:
        return False
    return earlier is None or WAY.index(later) > WAY.index(earlier)


STATE_LABELS: dict[State, LazyString] = {
    State.DESIGN: lazy_gettext("Design papers"),
    State.REQUEST: lazy_gettext("Budget request"),
    State.TENDER: lazy_gettext("Tender"),
    State.CONTRACT: lazy_gettext("Contract signed"),
    State.WORKS: lazy_gettext("Works under way"),
    State.ACCEPTED: lazy_gettext("Built and accepted"),
    State.MAINTENANCE: lazy_gettext("In use, maintained"),
    State.STOPPED: lazy_gettext("Stopped"),
}

STATE_TAGS: dict[State, str] = {
    State.DESIGN: "sky",
    State.REQUEST: "sky",
    State.TENDER: "sky",
    State.CONTRACT: "sky",
    State.WORKS: "sky",
    State.ACCEPTED: "green",
    State.MAINTENANCE: "green",
    State.STOPPED: "red",
}


class Stage(StrEnum):
    """When a picture was taken."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


STAGE_LABELS: dict[Stage, LazyString] = {
    Stage.BEFORE: lazy_gettext("Before the works"),
    Stage.DURING: lazy_gettext("During the works"),
    Stage.AFTER: lazy_gettext("After the works"),
}


class Unit(StrEnum):
    METRES = "m"
    SQUARE_METRES = "m2"
    CUBIC_METRES = "m3"
    KILOMETRES = "km"
    LAMPS = "lamps"
    TREES = "trees"
    PIECES = "pieces"
    TONNES = "t"


UNIT_LABELS: dict[Unit, LazyString] = {
    Unit.METRES: lazy_gettext("m"),
    Unit.SQUARE_METRES: lazy_gettext("m²"),
    Unit.CUBIC_METRES: lazy_gettext("m³"),
    Unit.KILOMETRES: lazy_gettext("km"),
    Unit.LAMPS: lazy_gettext("lamps"),
    Unit.TREES: lazy_gettext("trees"),
    Unit.PIECES: lazy_gettext("pieces"),
    Unit.TONNES: lazy_gettext("t"),
}


class Opinion(StrEnum):
    """What a resident says of a project that is said to be built."""

    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


class Rating(StrEnum):
    """Four answers that are counted apart: no number stands for them, and none is averaged."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    UNSURE = "unsure"


OPINION_LABELS: dict[Opinion, LazyString] = {
    Opinion.CONFIRMED: lazy_gettext("It is built as promised"),
    Opinion.DISPUTED: lazy_gettext("It is not built, or not as promised"),
}

RATING_LABELS: dict[Rating, LazyString] = {
    Rating.LOW: lazy_gettext("Low"),
    Rating.MEDIUM: lazy_gettext("Medium"),
    Rating.HIGH: lazy_gettext("High"),
    Rating.UNSURE: lazy_gettext("Hard to say"),
}


def _known(column: str, kinds: type[StrEnum], *, empty: bool = False) -> CheckConstraint:
    names = [*([""] if empty else []), *kinds]
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(name)) for name in names)})", name=f"{column}_known")


def _in_a_language() -> CheckConstraint:
    return CheckConstraint("language IN ('kk', 'ru')", name="language_known")


class Step(Base):
    """Where a project came on a `day`; a step back, a stop, and one out of it have their reason in `words`.

    `answers_until` is the last day on which residents answer to it: of a project that was accepted.
    """

    __tablename__ = "work_steps"
    __table_args__ = (
        _known("state", State),
        _in_a_language(),
        CheckConstraint("(state = 'accepted') = (answers_until IS NOT NULL)", name="answered_when_accepted"),
        CheckConstraint("state <> 'stopped' OR words <> ''", name="stopped_for_a_reason"),
        FROZEN,
    )

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    day: Mapped[date]
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    words: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2), default="kk")
    answers_until: Mapped[date | None]


class Fact:
    """What is known of a project. It is never edited: a new `version` takes the place of the one before it.

    `words` say why, in their `language`; a version that is `withdrawn` says that it was not so.
    """

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    words: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2), default="kk")
    withdrawn: Mapped[bool] = mapped_column(default=False)


def _of_facts() -> tuple[CheckConstraint, CheckConstraint]:
    return (
        _in_a_language(),
        CheckConstraint("NOT withdrawn OR (version > 1 AND words <> '')", name="withdrawn_for_a_reason"),
    )


class Contract(Fact, Base):
    """A contract with a supplier; `amount` in tiyn. An entrepreneur has no BIN: it stays empty, never an IIN.

    `notice` and `notice_url` are the number and the address of the announcement of the procurement.
    """

    __tablename__ = "work_contracts"
    __table_args__ = (
        *_of_facts(),
        CheckConstraint("supplier <> '' AND reference <> ''", name="named"),
        CheckConstraint("length(bin) IN (0, 12)", name="bin_whole"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("version = 1 OR words <> ''", name="changed_for_a_reason"),
        FROZEN,
    )

    supplier: Mapped[str] = mapped_column(String(LONGEST_NAME))
    bin: Mapped[str] = mapped_column(String(12), default="")
    reference: Mapped[str] = mapped_column(String(LONGEST_NUMBER))
    signed_on: Mapped[date]
    amount: Mapped[int] = mapped_column(Tiyn)
    notice: Mapped[str] = mapped_column(String(LONGEST_NUMBER), default="")
    notice_url: Mapped[str] = mapped_column(String(LONGEST_URL), default="")


class Milestone(Fact, Base):
    """Something to be done `until` a day; `done_on` once it is."""

    __tablename__ = "work_milestones"
    __table_args__ = (*_of_facts(), CheckConstraint("name_kk <> '' OR name_ru <> ''", name="named"), FROZEN)

    name_kk: Mapped[str] = mapped_column(String(LONGEST_NAME))
    name_ru: Mapped[str] = mapped_column(String(LONGEST_NAME))
    until: Mapped[date]
    done_on: Mapped[date | None]

    def called(self, language: str) -> Said:
        return either(self.name_kk, self.name_ru, language)


class Payment(Fact, Base):
    """What was paid on a `day`, in tiyn, by which `document`."""

    __tablename__ = "work_payments"
    __table_args__ = (
        *_of_facts(),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("document <> ''", name="documented"),
        CheckConstraint("version = 1 OR words <> ''", name="changed_for_a_reason"),
        FROZEN,
    )

    day: Mapped[date]
    amount: Mapped[int] = mapped_column(Tiyn)
    document: Mapped[str] = mapped_column(String(LONGEST_NAME))


class Quantity(Fact, Base):
    """How much is built: `planned` and `reached` in thousandths of the `unit`."""

    __tablename__ = "work_quantities"
    __table_args__ = (
        *_of_facts(),
        _known("unit", Unit),
        CheckConstraint("name_kk <> '' OR name_ru <> ''", name="named"),
        CheckConstraint("planned > 0 AND reached >= 0", name="quantities_positive"),
        FROZEN,
    )

    name_kk: Mapped[str] = mapped_column(String(LONGEST_NAME))
    name_ru: Mapped[str] = mapped_column(String(LONGEST_NAME))
    unit: Mapped[str] = mapped_column(String(LONGEST_UNIT))
    planned: Mapped[int] = mapped_column(Tiyn)
    reached: Mapped[int] = mapped_column(Tiyn)

    def called(self, language: str) -> Said:
        return either(self.name_kk, self.name_ru, language)


class Responsible(Fact, Base):
    """Who answers for the project, by name and post: the last one does."""

    __tablename__ = "work_responsible"
    __table_args__ = (*_of_facts(), CheckConstraint("name <> '' AND post <> '' AND number = 1", name="named"), FROZEN)

    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    post: Mapped[str] = mapped_column(String(LONGEST_NAME))


class WorkPicture(Base):
    """A picture of the place before, during or after the works; `alt` says in words what it shows."""

    __tablename__ = "work_pictures"
    __table_args__ = (UniqueConstraint("proposal_id", "number"), _known("stage", Stage), _in_a_language(), FROZEN)

    picture_id: Mapped[UUID] = mapped_column(ForeignKey("pictures.id"), primary_key=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"))
    number: Mapped[int]
    stage: Mapped[str] = mapped_column(String(10))
    alt: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    language: Mapped[str] = mapped_column(String(2), default="kk")
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))


class Answer(Identified, Base):
    """What a resident says of a project after its acceptance (`step`): changed until its term, `at` the last time.

    Nobody but the resident and who answers here reads `words`, and no event of the log says whose an answer is.
    """

    __tablename__ = "work_answers"
    __table_args__ = (
        UniqueConstraint("proposal_id", "number"),
        UniqueConstraint("proposal_id", "step", "person_id"),
        _known("opinion", Opinion, empty=True),
        _known("rating", Rating, empty=True),
        _in_a_language(),
        CheckConstraint("opinion <> '' OR rating <> ''", name="something_said"),
        CheckConstraint("opinion <> 'disputed' OR words <> ''", name="disputed_in_words"),
        FROZEN,
    )

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"))
    number: Mapped[int]
    step: Mapped[int]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    opinion: Mapped[str] = mapped_column(String(10), default="")
    rating: Mapped[str] = mapped_column(String(10), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2), default="kk")
    at: Mapped[datetime]


class Reply(Base):
    """What the office replied to the words of an answer as they stood at `answered`."""

    __tablename__ = "work_replies"
    __table_args__ = (_in_a_language(), CheckConstraint("words <> ''", name="in_words"), FROZEN)

    answer_id: Mapped[UUID] = mapped_column(ForeignKey("work_answers.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    answered: Mapped[datetime]
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    words: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
