"""The okrug's budget: its versions with their lines, each step of a version, and the decisions that adopted them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pb.db import FROZEN, Base, Identified, Tiyn

YEARS: Final = 3
LONGEST_CODE: Final = 24
LONGEST_NUMBER: Final = 40
LONGEST_TITLE: Final = 300
LONGEST_WORDS: Final = 2000


class Kind(StrEnum):
    """What a version is: a budget of three years, what changes one that is in force, or one taken in from paper.

    PAPER is a budget as it was decided before the platform came here (ADR 19).
    """

    DRAFT = "draft"
    AMENDMENT = "amendment"
    CORRECTION = "correction"
    QUARTER = "quarter"
    PAPER = "paper"


class Proposer(StrEnum):
    """Who proposed an amendment (Budget Code, article 94)."""

    AKIM = "akim"
    DEPUTY = "deputy"
    ASSEMBLY = "assembly"


class Move(StrEnum):
    """A step of a version; the last one says how it stands."""

    PUT = "put"
    AGREED = "agreed"
    DECLINED = "declined"
    SENT = "sent"
    CONSIDERED = "considered"
    APPROVED = "approved"
    RETURNED = "returned"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    TAKEN = "taken"


_BY_THE_MASLIKHAT: Final[dict[Move | None, frozenset[Move]]] = {
    None: frozenset({Move.PUT, Move.WITHDRAWN}),
    Move.PUT: frozenset({Move.AGREED, Move.DECLINED, Move.WITHDRAWN}),
    Move.AGREED: frozenset({Move.SENT, Move.WITHDRAWN}),
    Move.SENT: frozenset({Move.CONSIDERED, Move.RETURNED}),
    Move.CONSIDERED: frozenset({Move.APPROVED, Move.RETURNED}),
}
FOLLOWING: Final[dict[Kind, dict[Move | None, frozenset[Move]]]] = {
    Kind.DRAFT: _BY_THE_MASLIKHAT,
    Kind.AMENDMENT: _BY_THE_MASLIKHAT,
    # The akim's own decision, but never without the assembly (article 98, point 4).
    Kind.CORRECTION: {
        None: frozenset({Move.PUT, Move.WITHDRAWN}),
        Move.PUT: frozenset({Move.AGREED, Move.DECLINED, Move.WITHDRAWN}),
        Move.AGREED: frozenset({Move.DECIDED, Move.WITHDRAWN}),
    },
    # The akim's financial plan of a quarter, where the budget is late (article 91, points 4 and 5).
    Kind.QUARTER: {None: frozenset({Move.DECIDED, Move.WITHDRAWN})},
    # Decided on paper before the platform came: the office takes it in, somebody of another body confirms it.
    Kind.PAPER: {
        None: frozenset({Move.TAKEN, Move.WITHDRAWN}),
        Move.TAKEN: frozenset({Move.APPROVED, Move.RETURNED, Move.WITHDRAWN}),
    },
}
IN_FORCE: Final = (Move.APPROVED, Move.DECIDED)
OVER: Final = (*IN_FORCE, Move.DECLINED, Move.RETURNED, Move.WITHDRAWN)

KIND_LABELS: dict[Kind, LazyString] = {
    Kind.DRAFT: lazy_gettext("Budget of three years"),
    Kind.AMENDMENT: lazy_gettext("Amendment by the maslikhat"),
    Kind.CORRECTION: lazy_gettext("Correction by the akim"),
    Kind.QUARTER: lazy_gettext("The akim's plan of a quarter"),
    Kind.PAPER: lazy_gettext("Taken in from paper, as it was decided"),
}
PROPOSER_LABELS: dict[Proposer, LazyString] = {
    Proposer.AKIM: lazy_gettext("The akim"),
    Proposer.DEPUTY: lazy_gettext("A deputy of the maslikhat"),
    Proposer.ASSEMBLY: lazy_gettext("Members of the assembly"),
}
MOVE_LABELS: dict[Move, LazyString] = {
    Move.PUT: lazy_gettext("Before the assembly"),
    Move.AGREED: lazy_gettext("Agreed by the assembly"),
    Move.DECLINED: lazy_gettext("Not agreed by the assembly"),
    Move.SENT: lazy_gettext("Sent to the raion"),
    Move.CONSIDERED: lazy_gettext("Considered by the raion's budget commission"),
    Move.APPROVED: lazy_gettext("Approved by the maslikhat"),
    Move.RETURNED: lazy_gettext("Returned with reasons"),
    Move.DECIDED: lazy_gettext("Decided by the akim"),
    Move.WITHDRAWN: lazy_gettext("Withdrawn by the office"),
    Move.TAKEN: lazy_gettext("Taken in from paper, not confirmed yet"),
}
TAGS: dict[Move, str] = {
    Move.PUT: "amber",
    Move.AGREED: "sky",
    Move.DECLINED: "red",
    Move.SENT: "amber",
    Move.CONSIDERED: "sky",
    Move.APPROVED: "green",
    Move.RETURNED: "red",
    Move.DECIDED: "green",
    Move.WITHDRAWN: "grey",
    Move.TAKEN: "amber",
}
BEING_WRITTEN: Final = lazy_gettext("Is being written")
HOLDERS: dict[Move | None, LazyString] = {
    None: lazy_gettext("The akim's office: it writes the lines"),
    Move.PUT: lazy_gettext("The assembly: it agrees the draft or not"),
    Move.AGREED: lazy_gettext("The akim's office: it sends the draft up, or prepares the akim's decision"),
    Move.SENT: lazy_gettext("The raion's budget commission"),
    Move.CONSIDERED: lazy_gettext("The maslikhat: it approves the budget or returns it with reasons"),
    Move.APPROVED: lazy_gettext("Nobody: it is in force"),
    Move.DECIDED: lazy_gettext("Nobody: it is in force"),
    Move.DECLINED: lazy_gettext("The akim's office: it makes a new version"),
    Move.RETURNED: lazy_gettext("The akim's office: it makes a new version"),
    Move.WITHDRAWN: lazy_gettext("The akim's office: it makes a new version"),
    Move.TAKEN: lazy_gettext("The maslikhat's secretary or the auditor: one of them compares it with the decision"),
}


class Budget(Identified, Base):
    """The budget of an okrug for three years, called by the first of them."""

    __tablename__ = "budgets"
    __table_args__ = (
        UniqueConstraint("territory_id", "first_year"),
        CheckConstraint("first_year >= 2018 AND first_year <= 2200", name="year_known"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    first_year: Mapped[int]

    @property
    def years(self) -> range:
        """The three years that it is of."""
        return range(self.first_year, self.first_year + YEARS)


class Version(Identified, Base):
    """All lines of a budget as somebody proposed or decided them; what it changes is its `basis`.

    Its lines can change until its first step: `decision.document` and minutes speak of lines that stand.
    """

    __tablename__ = "budget_versions"
    __table_args__ = (
        UniqueConstraint("budget_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("kind IN ('draft', 'amendment', 'correction', 'quarter', 'paper')", name="kind_known"),
        CheckConstraint("proposer IN ('akim', 'deputy', 'assembly')", name="proposer_known"),
        CheckConstraint("kind IN ('draft', 'quarter', 'paper') OR basis_id IS NOT NULL", name="changes_one"),
        CheckConstraint("kind IN ('draft', 'quarter', 'paper') OR reason <> ''", name="reason_told"),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        FROZEN,
    )

    budget_id: Mapped[UUID] = mapped_column(ForeignKey("budgets.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    basis_id: Mapped[UUID | None] = mapped_column(ForeignKey("budget_versions.id"), index=True)
    proposer: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(LONGEST_WORDS))
    language: Mapped[str] = mapped_column(String(2))
    made_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    budget: Mapped[Budget] = relationship(lazy="joined", innerjoin=True)

    @property
    def years(self) -> range:
        """The years that its lines are of: the plan of a quarter is of the first alone."""
        return self.budget.years[:1] if self.kind == Kind.QUARTER else self.budget.years


class Line(Base):
    """A sum of one year in tiyn: `code` as pb.core.budget.codes writes it, `part` which of the budget it belongs to."""

    __tablename__ = "budget_lines"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="not_negative"),
        CheckConstraint(
            "part IN ('taxes', 'non_tax', 'capital', 'transfers', 'spending', 'credits', 'repayment', 'assets_bought', "
            "'assets_sold', 'loans', 'loans_repaid', 'balances')",
            name="part_known",
        ),
        FROZEN,
    )

    version_id: Mapped[UUID] = mapped_column(ForeignKey("budget_versions.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(String(13), primary_key=True)
    code: Mapped[str] = mapped_column(String(LONGEST_CODE), primary_key=True)
    amount: Mapped[int] = mapped_column(Tiyn)


class Decision(Identified, Base):
    """What a maslikhat or an akim decided: its own `reference` and day; one may hold the budgets of many okrugs.

    `raion`: the raion's own budget of three years from `year` on; from its day the term for the okrugs' budgets runs.
    `paper`: a `maslikhat`'s decision of before the platform, which the office took in with its document.
    """

    __tablename__ = "budget_decisions"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        # One that was taken in wrongly is taken in anew: such a decision may stand here twice.
        Index(
            "uq_budget_decisions_reference",
            "territory_id",
            "reference",
            "decided_on",
            unique=True,
            sqlite_where=text("kind <> 'paper'"),
            postgresql_where=text("kind <> 'paper'"),
        ),
        CheckConstraint("kind IN ('maslikhat', 'akim', 'raion', 'paper')", name="kind_known"),
        CheckConstraint("reference <> ''", name="reference_told"),
        CheckConstraint("(kind = 'paper') = (maslikhat <> '')", name="whose"),
        CheckConstraint("kind <> 'paper' OR paper_id IS NOT NULL", name="has_its_document"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    year: Mapped[int]
    reference: Mapped[str] = mapped_column(String(LONGEST_NUMBER))
    decided_on: Mapped[date]
    maslikhat: Mapped[str] = mapped_column(String(LONGEST_TITLE), default="")
    paper_id: Mapped[UUID | None] = mapped_column(ForeignKey("papers.id"), index=True)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))


class Step(Base):
    """One step of a version, from number 1, of the `day` on which it happened.

    `question_id` is the point of a meeting that agreed or declined it, `decision_id` the decision that put it in
    force; `words` are the reasons of a return or a withdrawal.
    """

    __tablename__ = "budget_steps"
    __table_args__ = (
        CheckConstraint(
            "move IN ('put', 'agreed', 'declined', 'sent', 'considered', 'approved', 'returned', 'decided', "
            "'withdrawn', 'taken')",
            name="move_known",
        ),
        CheckConstraint("(move IN ('agreed', 'declined')) = (question_id IS NOT NULL)", name="rests_on_a_meeting"),
        CheckConstraint(
            "(move IN ('approved', 'decided', 'taken')) = (decision_id IS NOT NULL)", name="rests_on_a_decision"
        ),
        CheckConstraint("move NOT IN ('returned', 'withdrawn') OR words <> ''", name="reasons_told"),
        CheckConstraint("move <> 'sent' OR reference <> ''", name="registered"),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        Index("uq_budget_steps_question", "question_id", unique=True),
        FROZEN,
    )

    version_id: Mapped[UUID] = mapped_column(ForeignKey("budget_versions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    move: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    day: Mapped[date]
    reference: Mapped[str] = mapped_column(String(LONGEST_NUMBER), default="")
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_questions.id"))
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("budget_decisions.id"), index=True)
    words: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2), default="kk")


class Asked(StrEnum):
    """What a deputy writes of a version: a question, which the office answers, or an opinion, which stands."""

    QUESTION = "question"
    OPINION = "opinion"


ASKED_LABELS: dict[Asked, LazyString] = {
    Asked.QUESTION: lazy_gettext("A question: the office answers it"),
    Asked.OPINION: lazy_gettext("An opinion: it stands under my name"),
}


class Question(Identified, Base):
    """What a deputy asks of a version, and what the office answers; or what the deputy thinks of it."""

    __tablename__ = "budget_questions"
    __table_args__ = (
        CheckConstraint("words <> ''", name="asked"),
        CheckConstraint("kind IN ('question', 'opinion')", name="kind_known"),
        CheckConstraint("kind = 'question' OR answered_at IS NULL", name="no_answer_to_an_opinion"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_whole"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"),
        CheckConstraint("language IN ('kk', 'ru') AND answer_language IN ('kk', 'ru')", name="language_known"),
        UniqueConstraint("version_id", "number"),
        FROZEN,
    )

    version_id: Mapped[UUID] = mapped_column(ForeignKey("budget_versions.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8), default=Asked.QUESTION)
    words: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_language: Mapped[str] = mapped_column(String(2), default="kk")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class Execution(Identified, Base):
    """A report of the treasury until a day: the four amounts of each line; the latest of a year's end holds."""

    __tablename__ = "budget_executions"
    __table_args__ = (
        UniqueConstraint("territory_id", "number"),
        CheckConstraint("lines >= 1", name="not_empty"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    number: Mapped[int]
    year: Mapped[int]
    until: Mapped[date]
    lines: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime]
    taken_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))


class ExecutionLine(Base):
    """The four amounts of a line in tiyn; one that a report does not name is None. `number`: from 1, as in the file."""

    __tablename__ = "budget_execution_lines"
    __table_args__ = (UniqueConstraint("execution_id", "number"), FROZEN)

    execution_id: Mapped[UUID] = mapped_column(ForeignKey("budget_executions.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(13), primary_key=True)
    code: Mapped[str] = mapped_column(String(LONGEST_CODE), primary_key=True)
    number: Mapped[int]
    approved: Mapped[int | None] = mapped_column(Tiyn)
    amended: Mapped[int | None] = mapped_column(Tiyn)
    corrected: Mapped[int | None] = mapped_column(Tiyn)
    paid: Mapped[int] = mapped_column(Tiyn)


class Leftover(Base):
    """What of a line was not paid when the year ended, in tiyn: what lapses, is returned to the raion, carries over.

    `number`: from 1; a later one stands over those before it and says its `reason`, and may say that nothing is left.
    """

    __tablename__ = "budget_leftovers"
    __table_args__ = (
        CheckConstraint("lapsed >= 0 AND returned >= 0 AND carried >= 0", name="not_negative"),
        CheckConstraint("lapsed + returned + carried > 0 OR number > 1", name="something_left"),
        CheckConstraint("number = 1 OR reason <> ''", name="reason_told"),
        # What the local budget paid, subprogramme 015, does not go back to the raion.
        CheckConstraint(
            "returned = 0 OR length(code) < 14 OR substr(code, 14, 3) IN ('011', '028', '029', '032')",
            name="returned_for_a_purpose",
        ),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(LONGEST_CODE), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    lapsed: Mapped[int] = mapped_column(Tiyn)
    returned: Mapped[int] = mapped_column(Tiyn)
    carried: Mapped[int] = mapped_column(Tiyn)
    reason: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")
    language: Mapped[str] = mapped_column(String(2), default="kk")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))

    @property
    def whole(self) -> int:
        """The rest that it is of."""
        return self.lapsed + self.returned + self.carried
