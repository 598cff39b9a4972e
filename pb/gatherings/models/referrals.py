"""Where minutes go when the akim stays silent, disagrees twice, or a decision is not executed.

To the maslikhat, and to the superior akim, who decides after its discussion (Law of 23.01.2001 № 148, article 39-3,
points 11 to 14).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import FROZEN, Base

LONGEST_NUMBER: Final = 40
LONGEST_WORDS: Final = 2000


class About(StrEnum):
    """Whether the decisions hold without the akim, or why one that holds is not executed."""

    APPROVAL = "approval"
    EXECUTION = "execution"


class Ground(StrEnum):
    SILENT = "silent"
    DISAGREED = "disagreed"
    UNEXECUTED = "unexecuted"


class Step(StrEnum):
    """What a row says; the last one says how it stands. What the superior akim decided holds once it is confirmed."""

    SENT = "sent"
    DISCUSSED = "discussed"
    DECIDED = "decided"
    DECLINED = "declined"
    CONFIRMED = "confirmed"


class Ruling(StrEnum):
    """What the superior akim decided: the decision of the meeting holds (is to be executed), or it does not."""

    UPHELD = "upheld"
    REJECTED = "rejected"


FOLLOWING: Final[dict[Step | None, frozenset[Step]]] = {
    None: frozenset({Step.SENT}),
    Step.SENT: frozenset({Step.DISCUSSED}),
    Step.DISCUSSED: frozenset({Step.DECIDED}),
    Step.DECIDED: frozenset({Step.DECLINED, Step.CONFIRMED}),
    Step.DECLINED: frozenset({Step.DECIDED}),
    Step.CONFIRMED: frozenset({Step.SENT}),  # another decision is not executed; nothing is approved twice
}

GROUND_LABELS: dict[Ground, LazyString] = {
    Ground.SILENT: lazy_gettext("The akim did not answer in time"),
    Ground.DISAGREED: lazy_gettext("The akim disagreed a second time"),
    Ground.UNEXECUTED: lazy_gettext("A decision is not executed"),
}
STEP_LABELS: dict[Step, LazyString] = {
    Step.SENT: lazy_gettext("Sent to the maslikhat and the superior akim"),
    Step.DISCUSSED: lazy_gettext("Discussed at a sitting of the maslikhat"),
    Step.DECIDED: lazy_gettext("Decision of the superior akim recorded"),
    Step.DECLINED: lazy_gettext("The record of the decision is sent back"),
    Step.CONFIRMED: lazy_gettext("Decision of the superior akim confirmed by a second person"),
}
RULING_LABELS: dict[Ruling, LazyString] = {
    Ruling.UPHELD: lazy_gettext("The superior akim decided: to be executed"),
    Ruling.REJECTED: lazy_gettext("The superior akim decided: not to be executed"),
}


class Referral(Base):
    """One step: on which `day`, under which number of a document (`reference`). `due`: the last day for the next one.

    `paper_id`: the document itself, where it was brought; the log tells its digest. `question_id`: the decision that is
    not executed.
    """

    __tablename__ = "minutes_referrals"
    __table_args__ = (
        CheckConstraint("about IN ('approval', 'execution')", name="about_known"),
        CheckConstraint("kind IN ('sent', 'discussed', 'decided', 'declined', 'confirmed')", name="kind_known"),
        CheckConstraint("number <> 1 OR kind = 'sent'", name="sent_first"),
        CheckConstraint("kind <> 'sent' OR about <> 'approval' OR number = 1", name="approved_once"),
        CheckConstraint(
            "(kind <> 'sent' AND ground = '') OR (kind = 'sent' AND about = 'approval' AND ground IN ('silent', "
            "'disagreed')) OR (kind = 'sent' AND about = 'execution' AND ground = 'unexecuted')",
            name="grounded",
        ),
        CheckConstraint("(ground = 'unexecuted') = (question_id IS NOT NULL)", name="decision_named"),
        CheckConstraint("(kind IN ('decided', 'confirmed')) = (outcome <> '')", name="ruled"),
        CheckConstraint("outcome IN ('', 'upheld', 'rejected')", name="outcome_known"),
        CheckConstraint("kind NOT IN ('sent', 'decided') OR reference <> ''", name="documented"),
        CheckConstraint("kind NOT IN ('decided', 'declined') OR words <> ''", name="said"),
        CheckConstraint("(kind = 'confirmed') = (due IS NULL)", name="due_until_the_end"),
        CheckConstraint("paper_id IS NULL OR kind IN ('sent', 'discussed', 'decided')", name="paper_of_a_deed"),
        FROZEN,
    )

    minutes_id: Mapped[UUID] = mapped_column(ForeignKey("minutes.id"), primary_key=True)
    about: Mapped[str] = mapped_column(String(10), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    ground: Mapped[str] = mapped_column(String(10), default="")
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_questions.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    day: Mapped[date]
    reference: Mapped[str] = mapped_column(String(LONGEST_NUMBER), default="")
    outcome: Mapped[str] = mapped_column(String(10), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    due: Mapped[date | None]
    paper_id: Mapped[UUID | None] = mapped_column(ForeignKey("papers.id"), index=True)
