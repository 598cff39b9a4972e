"""A proposal: what a resident asks the okrug to do, from the first draft to the office's decision."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pb.core.poll.bilingual import Bilingual, Said
from pb.db import FROZEN, Base, Identified, Tiyn


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Category(StrEnum):
    STREETS = "streets"
    LIGHTING = "lighting"
    PARKS = "parks"
    SPORT = "sport"
    CULTURE = "culture"
    SANITATION = "sanitation"
    WATER = "water"
    OTHER = "other"


STATE_LABELS: dict[State, LazyString] = {
    State.DRAFT: lazy_gettext("Draft"),
    State.SUBMITTED: lazy_gettext("Waits for review"),
    State.RETURNED: lazy_gettext("Returned with a question"),
    State.ACCEPTED: lazy_gettext("Accepted"),
    State.REFUSED: lazy_gettext("Refused"),
    State.WITHDRAWN: lazy_gettext("Withdrawn by the author"),
}

STATE_TAGS: dict[State, str] = {
    State.DRAFT: "grey",
    State.SUBMITTED: "sky",
    State.RETURNED: "amber",
    State.ACCEPTED: "green",
    State.REFUSED: "red",
    State.WITHDRAWN: "grey",
}

CATEGORY_LABELS: dict[Category, LazyString] = {
    Category.STREETS: lazy_gettext("Streets and roads"),
    Category.LIGHTING: lazy_gettext("Street lighting"),
    Category.PARKS: lazy_gettext("Parks and greenery"),
    Category.SPORT: lazy_gettext("Sport and playgrounds"),
    Category.CULTURE: lazy_gettext("Culture and leisure"),
    Category.SANITATION: lazy_gettext("Cleanliness and waste"),
    Category.WATER: lazy_gettext("Water and drainage"),
    Category.OTHER: lazy_gettext("Other"),
}


LONGEST_TITLE = 120
LONGEST_SUMMARY = 280  # letters: what a phone shows in place, beside the title on the ballot


class ProposalWords(Base):
    """By what a submitted proposal is found: its words, folded (pb/core/search.py). Made anew from the frozen rows."""

    __tablename__ = "proposal_words"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text)


class Proposal(Identified, Base):
    """`number` counts the submitted proposals of a cycle, `draft` all; `cost` is the author's estimate in tiyn.

    `title` and texts are in the author's `language`; what the review that `accepted` it calls it is in both.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        UniqueConstraint("cycle_id", "number"),
        UniqueConstraint("cycle_id", "draft"),
        CheckConstraint("cost > 0", name="cost_positive"),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        CheckConstraint("replace(title, '|', '') = title", name="title_without_bar"),
        CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'accepted', 'refused', 'withdrawn')", name="state_known"
        ),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="numbered_when_submitted"),
        CheckConstraint("state = 'draft' OR cost IS NOT NULL", name="priced_when_submitted"),
        FROZEN,
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    number: Mapped[int | None]
    draft: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    problem: Mapped[str] = mapped_column(Text)
    solution: Mapped[str] = mapped_column(Text)
    settlement: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(20))
    cost: Mapped[int | None] = mapped_column(Tiyn)
    state: Mapped[str] = mapped_column(String(20), default=State.DRAFT)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    accepted: Mapped["Review | None"] = relationship(
        primaryjoin=lambda: and_(Review.proposal_id == Proposal.id, Review.verdict == Verdict.ACCEPT),
        viewonly=True,
        lazy="joined",  # every list calls its projects as the reader's language does
    )

    def called(self, language: str) -> Said:
        """Its title for a reader of a language: the review's, and before one the author's."""
        if self.accepted is None:
            return Said(self.title, self.language)
        return self.accepted.titles.said(language)


MOST_ATTACHED = 5
LONGEST_ALT = 200


class ProposalPicture(Base):
    """A picture of a proposal. `place` counts from 1, and the first one leads; `alt` says in words what it shows."""

    __tablename__ = "proposal_pictures"
    __table_args__ = (
        UniqueConstraint("proposal_id", "place"),
        CheckConstraint(f"place BETWEEN 1 AND {MOST_ATTACHED}", name="place_known"),
        FROZEN,
    )

    picture_id: Mapped[UUID] = mapped_column(ForeignKey("pictures.id"), primary_key=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"))
    place: Mapped[int]
    alt: Mapped[str] = mapped_column(String(LONGEST_ALT), default="")


class ProposalPaper(Base):
    """A paper of a proposal, by its place."""

    __tablename__ = "proposal_papers"
    __table_args__ = (
        UniqueConstraint("proposal_id", "place"),
        CheckConstraint(f"place BETWEEN 1 AND {MOST_ATTACHED}", name="place_known"),
        FROZEN,
    )

    paper_id: Mapped[UUID] = mapped_column(ForeignKey("papers.id"), primary_key=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"))
    place: Mapped[int]


class Verdict(StrEnum):
    ACCEPT = "accept"
    RETURN = "return"
    REFUSE = "refuse"


VERDICT_LABELS: dict[Verdict, LazyString] = {
    Verdict.ACCEPT: lazy_gettext("Accept: the project goes to the gathering"),
    Verdict.RETURN: lazy_gettext("Return to the author with a question"),
    Verdict.REFUSE: lazy_gettext("Refuse with a public reason"),
}


class Ground(StrEnum):
    """Why a proposal is refused, from a list: what many have in common is told in every reader's language."""

    ANOTHER_BODY = "another-body"
    NOT_FEASIBLE = "not-feasible"
    NOT_OURS = "not-ours"
    UNDER_WAY = "under-way"
    REPEATED = "repeated"
    TOO_DEAR = "too-dear"
    FOR_FEW = "for-few"
    OTHER = "other"


GROUND_LABELS: dict[Ground, LazyString] = {
    Ground.ANOTHER_BODY: lazy_gettext("Another body is in charge of it."),
    Ground.NOT_FEASIBLE: lazy_gettext("It cannot be built there, or as it is described."),
    Ground.NOT_OURS: lazy_gettext("The land or the building belongs to somebody else."),
    Ground.UNDER_WAY: lazy_gettext("It is being done already, or stands in another programme."),
    Ground.REPEATED: lazy_gettext("Another proposal asks for the same."),
    Ground.TOO_DEAR: lazy_gettext("It costs more than this cycle allows for a project."),
    Ground.FOR_FEW: lazy_gettext("It would serve a few people, not everybody."),
    Ground.OTHER: lazy_gettext("Another reason."),
}


class Review(Identified, Base):
    """One round; `cost` (tiyn) is the corrected one.

    Titles and summaries in both languages are what stands on the ballot of an accepted project.

    `competent_body` is named when the matter is not the okrug's. `ground` is the reason of a refusal from the list,
    `reason` the question or what the office says of the reason, in its own words, which are in `language`, and
    `answer_until` the last day on which the author may answer a question.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("verdict IN ('accept', 'return', 'refuse')", name="verdict_known"),
        CheckConstraint("(verdict = 'refuse') = (ground <> '')", name="ground_of_a_refusal"),
        CheckConstraint(f"ground IN {('', *map(str, Ground))}", name="ground_known"),
        CheckConstraint("verdict = 'accept' OR reason <> '' OR ground NOT IN ('', 'other')", name="reason_given"),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        CheckConstraint("(verdict = 'return') = (answer_until IS NOT NULL)", name="term_of_a_question"),
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
        CheckConstraint(
            "verdict <> 'accept' OR (title_kk <> '' AND title_ru <> '' AND summary_kk <> '' AND summary_ru <> '')",
            name="accepted_in_both_languages",
        ),
        CheckConstraint(
            "replace(title_kk, '|', '') = title_kk AND replace(title_ru, '|', '') = title_ru", name="titles_without_bar"
        ),
        FROZEN,
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
    title_kk: Mapped[str] = mapped_column(String(LONGEST_TITLE), default="")
    title_ru: Mapped[str] = mapped_column(String(LONGEST_TITLE), default="")
    summary_kk: Mapped[str] = mapped_column(String(LONGEST_SUMMARY), default="")
    summary_ru: Mapped[str] = mapped_column(String(LONGEST_SUMMARY), default="")
    verdict: Mapped[str] = mapped_column(String(10))
    ground: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2), default="kk")
    answer_until: Mapped[date | None]
    answer: Mapped["QuestionAnswer | None"] = relationship()

    @property
    def ground_told(self) -> LazyString | None:
        """The reason of a refusal from the list; None where the office's own words say it alone."""
        return GROUND_LABELS[Ground(self.ground)] if self.ground and self.ground != Ground.OTHER else None

    @property
    def titles(self) -> Bilingual:
        return Bilingual(self.title_kk, self.title_ru)

    @property
    def summaries(self) -> Bilingual:
        return Bilingual(self.summary_kk, self.summary_ru)


class ReviewDraft(Base):
    """What somebody of the office has answered so far, by the fields of the form; nobody else sees it.

    It goes once its proposal waits for no review any more, however that came.
    """

    __tablename__ = "review_drafts"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    writer_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    answers: Mapped[dict[str, str]] = mapped_column(JSON)


class QuestionAnswer(Base):
    """What the author answered to the office's question, which everybody reads as they read the question."""

    __tablename__ = "question_answers"
    __table_args__ = (CheckConstraint("text <> ''", name="written"), FROZEN)

    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.id"), primary_key=True)
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
