"""A cycle: one year of participatory budgeting in one okrug, from ideas to works."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from pb.db import Base, Identified, Tiyn


class Phase(StrEnum):
    PROPOSALS = "proposals"
    REVIEW = "review"
    GATHERING = "gathering"
    VOTING = "voting"
    RESULT = "result"
    BUDGET = "budget"
    WORKS = "works"


ORDER = tuple(Phase)


class BallotKind(StrEnum):
    """Totals: only sums are ever decrypted. The others: whole ballots are, after they were shuffled."""

    TOTALS = "totals"
    APPROVAL = "approval"
    POINTS = "points"
    RANKING = "ranking"
    KNAPSACK = "knapsack"


KIND_LABELS: dict[BallotKind, LazyString] = {
    BallotKind.TOTALS: lazy_gettext("Marks; only the sum for each project is decrypted"),
    BallotKind.APPROVAL: lazy_gettext("Marks; each ballot is decrypted"),
    BallotKind.POINTS: lazy_gettext("Points; each ballot is decrypted"),
    BallotKind.RANKING: lazy_gettext("An order of choices; each ballot is decrypted"),
    BallotKind.KNAPSACK: lazy_gettext("Marks up to a limit of cost; each ballot is decrypted"),
}

PHASE_LABELS: dict[Phase, LazyString] = {
    Phase.PROPOSALS: lazy_gettext("Ideas"),
    Phase.REVIEW: lazy_gettext("Review"),
    Phase.GATHERING: lazy_gettext("Gathering"),
    Phase.VOTING: lazy_gettext("Vote"),
    Phase.RESULT: lazy_gettext("Result"),
    Phase.BUDGET: lazy_gettext("Budget"),
    Phase.WORKS: lazy_gettext("Works"),
}

DECIDERS: dict[Phase, LazyString] = {
    Phase.PROPOSALS: lazy_gettext("Residents propose"),
    Phase.REVIEW: lazy_gettext("The akim's office reviews"),
    Phase.GATHERING: lazy_gettext("The assembly decides"),
    Phase.VOTING: lazy_gettext("Residents vote"),
    Phase.RESULT: lazy_gettext("The assembly adopts"),
    Phase.BUDGET: lazy_gettext("The maslikhat approves"),
    Phase.WORKS: lazy_gettext("The akim's office carries out"),
}


NOW: dict[Phase, LazyString] = {
    Phase.PROPOSALS: lazy_gettext("Residents propose what the okrug should spend this money on."),
    Phase.REVIEW: lazy_gettext(
        "The akim's office checks each proposal: is the okrug in charge, can it be done, what does it cost?"
    ),
    Phase.GATHERING: lazy_gettext("The assembly of the local community chooses the projects for the ballot."),
    Phase.VOTING: lazy_gettext("Residents choose among the projects. The vote is secret; anybody can check the count."),
    Phase.RESULT: lazy_gettext("The votes are counted. The assembly adopts the result, and the akim answers."),
    Phase.BUDGET: lazy_gettext("The winners become lines of the okrug's budget, and the maslikhat approves it."),
    Phase.WORKS: lazy_gettext("The budget is approved. The akim's office carries the projects out."),
}


class Cycle(Identified, Base):
    """`envelope` and `project_limit` in tiyn; `*_until` are the last days of the phases.

    The quorum, notice and minimum are copies of the okrug's settings as they stood when the cycle was opened. From
    `stop_at_misfit` to `settlement_envelopes` (tiyn) is the rule `greedy` (`pb.core.allocation.greedy.GreedyTerms`).
    What follows says what a ballot is, in which group it is encrypted, and how many trustees decrypt (0: all of them).
    `cost_limit` (tiyn) is what the projects on one ballot of the kind knapsack may cost (0: the envelope).
    """

    __tablename__ = "cycles"
    __table_args__ = (
        UniqueConstraint("territory_id", "fiscal_year"),
        CheckConstraint("envelope > 0 AND project_limit > 0 AND project_limit <= envelope", name="money_ordered"),
        CheckConstraint("choices >= 1 AND proposals_per_resident >= 1", name="limits_positive"),
        CheckConstraint("quorum_percent BETWEEN 1 AND 100", name="quorum_percent"),
        CheckConstraint("minimum_ballots >= 2", name="minimum_ballots"),
        CheckConstraint(
            "proposals_until < review_until AND review_until < gathering_until AND gathering_until < voting_until "
            "AND voting_until < result_until AND result_until < budget_until",
            name="days_ordered",
        ),
        CheckConstraint(
            "phase IN ('proposals', 'review', 'gathering', 'voting', 'result', 'budget', 'works')", name="phase_known"
        ),
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    fiscal_year: Mapped[int]
    phase: Mapped[str] = mapped_column(String(12), default=Phase.PROPOSALS)
    envelope: Mapped[int] = mapped_column(Tiyn)
    project_limit: Mapped[int] = mapped_column(Tiyn)
    proposals_per_resident: Mapped[int]
    choices: Mapped[int]
    quorum_percent: Mapped[int]
    notice_days: Mapped[int]
    chair_decides: Mapped[bool]
    minimum_ballots: Mapped[int]
    proposals_until: Mapped[date]
    review_until: Mapped[date]
    gathering_until: Mapped[date]
    voting_until: Mapped[date]
    result_until: Mapped[date]
    budget_until: Mapped[date]
    opened_at: Mapped[datetime]
    stop_at_misfit: Mapped[bool] = mapped_column(default=False, server_default=false())
    least_votes: Mapped[int] = mapped_column(default=1, server_default="1")
    in_part: Mapped[bool] = mapped_column(default=False, server_default=false())
    settlement_envelopes: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, server_default="{}")

    ballot_kind: Mapped[str] = mapped_column(String(10), default=BallotKind.TOTALS, server_default=BallotKind.TOTALS)
    blank: Mapped[bool] = mapped_column(default=False, server_default=false())
    group_name: Mapped[str] = mapped_column(String(13), default="BELENIOS-2048", server_default="BELENIOS-2048")
    trustees_needed: Mapped[int] = mapped_column(default=0, server_default="0")
    points_each: Mapped[int] = mapped_column(default=0, server_default="0")
    points_total: Mapped[int] = mapped_column(default=0, server_default="0")
    equal_shares: Mapped[bool] = mapped_column(default=False, server_default=false())
    cost_limit: Mapped[int] = mapped_column(Tiyn, default=0, server_default="0")

    def until(self, phase: Phase) -> date | None:
        """The last day of a phase; works have none."""
        return None if phase is Phase.WORKS else getattr(self, f"{phase}_until")
