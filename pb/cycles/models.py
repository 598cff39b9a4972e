"""A cycle: one year of participatory budgeting in one okrug, from ideas to works; its envelope; that it was ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from pb.core.belenios.groups import BELENIOS_2048
from pb.db import FROZEN, Base, Identified, Tiyn


class Phase(StrEnum):
    PROPOSALS = "proposals"
    REVIEW = "review"
    GATHERING = "gathering"
    VOTING = "voting"
    RESULT = "result"
    BUDGET = "budget"
    WORKS = "works"
    ENDED = "ended"


ORDER = tuple(phase for phase in Phase if phase is not Phase.ENDED)
"""The way of a cycle. One that was ended early has left it: what it was ended in stands in its `Ending`."""


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
    Phase.ENDED: lazy_gettext("Ended early"),
}

DECIDERS: dict[Phase, LazyString] = {
    Phase.PROPOSALS: lazy_gettext("Residents propose"),
    Phase.REVIEW: lazy_gettext("The akim's office reviews"),
    Phase.GATHERING: lazy_gettext("The assembly decides"),
    Phase.VOTING: lazy_gettext("Residents vote"),
    Phase.RESULT: lazy_gettext("The assembly adopts"),
    Phase.BUDGET: lazy_gettext("The maslikhat approves"),
    Phase.WORKS: lazy_gettext("The akim's office carries out"),
    Phase.ENDED: lazy_gettext("Nobody: this cycle was ended early"),
}


NOW: dict[Phase, LazyString] = {
    Phase.PROPOSALS: lazy_gettext("Residents propose what this money should be spent on."),
    Phase.REVIEW: lazy_gettext(
        "The akim's office checks each proposal: is it a matter of this akimat, can it be done, what does it cost?"
    ),
    Phase.GATHERING: lazy_gettext("The assembly of the local community chooses the projects for the ballot."),
    Phase.VOTING: lazy_gettext("Residents choose among the projects. The vote is secret; anybody can check the count."),
    Phase.RESULT: lazy_gettext("The votes are counted. The assembly adopts the result, and the akim answers."),
    Phase.BUDGET: lazy_gettext("The winners become lines of the local budget, and the maslikhat approves it."),
    Phase.WORKS: lazy_gettext("The budget is approved. The akim's office carries the projects out."),
    Phase.ENDED: lazy_gettext("This cycle was ended early. Nothing of it goes on."),
}


@dataclass(frozen=True)
class PollSettings:
    """What the office chooses for the poll of a cycle: the ballot, its group, who decrypts, how votes are counted.

    `choices` is the most projects on a ballot; `points_each`, `points_total` and `cost_limit` (tiyn; 0: the envelope)
    limit the kinds of ballot that have them. `trustees_needed` of the trustees decrypt (0: all of them). Votes are
    counted by `equal_shares`, or else by the rule `greedy` (`pb.core.allocation.greedy.GreedyTerms`) with its terms
    from `stop_at_misfit` to `settlement_envelopes` (tiyn).
    """

    choices: int
    ballot_kind: str = BallotKind.TOTALS
    blank: bool = False
    group_name: str = BELENIOS_2048.name
    trustees_needed: int = 0
    points_each: int = 0
    points_total: int = 0
    cost_limit: int = 0
    equal_shares: bool = False
    stop_at_misfit: bool = False
    least_votes: int = 1
    in_part: bool = False
    settlement_envelopes: Mapping[str, int] = field(default_factory=dict)


class Cycle(Identified, Base):
    """`envelope` and `project_limit` in tiyn; `*_until` are the last days of the phases.

    `envelope` is the sum of the last `Envelope`'s lines: a trigger changes neither without the other.

    Quorum, notice, minimum, the chair's vote and the terms of what is kept about people (`objection_days`,
    `unadopted_days`, `iin_days`) are copies of the okrug's settings as they stood when the cycle was opened: nobody
    lengthens a term later. `poll_settings` is what was chosen for its poll, kept in the columns of the same names.
    `attempt` counts the cycles of one year: the second begins when the first is over.
    """

    __tablename__ = "cycles"
    __table_args__ = (
        UniqueConstraint("territory_id", "fiscal_year", "attempt"),
        CheckConstraint("envelope > 0 AND project_limit > 0 AND project_limit <= envelope", name="money_ordered"),
        CheckConstraint("choices >= 1 AND proposals_per_resident >= 1", name="limits_positive"),
        CheckConstraint("attempt >= 1", name="attempt_positive"),
        CheckConstraint("quorum_percent BETWEEN 50 AND 100", name="quorum_percent"),
        CheckConstraint("majority_percent BETWEEN 50 AND 99", name="majority_percent"),
        CheckConstraint("minimum_ballots >= 2", name="minimum_ballots"),
        CheckConstraint(
            # Compared one by one: PostgreSQL writes BETWEEN otherwise once it was dumped and restored.
            "objection_days >= 10 AND objection_days <= 365 AND unadopted_days >= 90 AND unadopted_days <= 1095 "
            "AND iin_days >= 30 AND iin_days <= 3650",
            name="terms_bounded",
        ),
        CheckConstraint(
            "proposals_until < review_until AND review_until < gathering_until AND gathering_until < voting_until "
            "AND voting_until < result_until AND result_until < budget_until",
            name="days_ordered",
        ),
        CheckConstraint(
            "phase IN ('proposals', 'review', 'gathering', 'voting', 'result', 'budget', 'works', 'ended')",
            name="phase_known",
        ),
        FROZEN,
    )

    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territories.id"), index=True)
    fiscal_year: Mapped[int]
    attempt: Mapped[int] = mapped_column(default=1)
    phase: Mapped[str] = mapped_column(String(12), default=Phase.PROPOSALS)
    envelope: Mapped[int] = mapped_column(Tiyn)
    project_limit: Mapped[int] = mapped_column(Tiyn)
    proposals_per_resident: Mapped[int]
    choices: Mapped[int]
    quorum_percent: Mapped[int]
    notice_days: Mapped[int]
    chair_decides: Mapped[bool]
    majority_percent: Mapped[int]
    answer_days: Mapped[int]
    minutes_days: Mapped[int]
    minimum_ballots: Mapped[int]
    objection_days: Mapped[int]
    unadopted_days: Mapped[int]
    iin_days: Mapped[int]
    proposals_until: Mapped[date]
    review_until: Mapped[date]
    gathering_until: Mapped[date]
    voting_until: Mapped[date]
    result_until: Mapped[date]
    budget_until: Mapped[date]
    opened_at: Mapped[datetime]
    ballot_kind: Mapped[str] = mapped_column(String(10))
    blank: Mapped[bool]
    group_name: Mapped[str] = mapped_column(String(13))
    trustees_needed: Mapped[int]
    points_each: Mapped[int]
    points_total: Mapped[int]
    cost_limit: Mapped[int] = mapped_column(Tiyn)
    equal_shares: Mapped[bool]
    stop_at_misfit: Mapped[bool]
    least_votes: Mapped[int]
    in_part: Mapped[bool]
    settlement_envelopes: Mapped[dict[str, int]] = mapped_column(JSON)
    ending: Mapped["Ending | None"] = relationship(uselist=False, viewonly=True)
    poll_settings: Mapped[PollSettings] = composite(PollSettings, *(each.name for each in fields(PollSettings)))

    @property
    def year(self) -> str:
        """The year as addresses and titles have it: `2027`, and `2027-2` for the second cycle of that year."""
        return str(self.fiscal_year) if self.attempt == 1 else f"{self.fiscal_year}-{self.attempt}"

    @property
    def over(self) -> bool:
        """Whether another cycle of its year can be opened: it came to its last phase, or was ended early."""
        return self.phase in {Phase.WORKS, Phase.ENDED}

    @property
    def reached(self) -> Phase:
        """How far the cycle came: its phase, or the one in which it was ended."""
        return Phase(self.ending.phase if self.phase == Phase.ENDED and self.ending else self.phase)

    def until(self, phase: Phase) -> date | None:
        """The last day of a phase; works have none."""
        return None if phase in {Phase.WORKS, Phase.ENDED} else getattr(self, f"{phase}_until")


class Ending(Base):
    """That a cycle is ended early, and why. From the vote on a second body confirms it: till then it is proposed.

    `phase` is the one in which it is ended, `first_*` who of the akim's office proposes or ends, with the event.
    """

    __tablename__ = "cycle_endings"
    __table_args__ = (
        CheckConstraint(
            "phase IN ('proposals', 'review', 'gathering', 'voting', 'result', 'budget')", name="phase_known"
        ),
        CheckConstraint("reason <> ''", name="reasoned"),
        CheckConstraint("second_id IS NULL OR second_id <> first_id", name="two_people"),
        CheckConstraint(
            "(second_id IS NULL) = (second_at IS NULL) AND (second_id IS NULL) = (second_event IS NULL)",
            name="confirmed_whole",
        ),
        CheckConstraint(
            "second_id IS NULL OR phase IN ('gathering', 'voting', 'result', 'budget')",
            name="alone_before_the_gathering",
        ),
        FROZEN,
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    phase: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    first_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    first_at: Mapped[datetime]
    first_event: Mapped[str] = mapped_column(ForeignKey("audit_events.hash"), unique=True)
    second_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    second_at: Mapped[datetime | None]
    second_event: Mapped[str | None] = mapped_column(ForeignKey("audit_events.hash"), unique=True)

    @property
    def at(self) -> datetime:
        """When the cycle was ended; of what only is proposed: when that was."""
        return self.second_at or self.first_at


LONGEST_NAME = 120
LONGEST_REASON = 2000


class Envelope(Base):
    """A version of a cycle's envelope, from number 1: what it is made of, and from the second on why it changed."""

    __tablename__ = "cycle_envelopes"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("number = 1 OR reason <> ''", name="reason_told"),
        CheckConstraint("language IN ('kk', 'ru')", name="language_known"),
        FROZEN,
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    language: Mapped[str] = mapped_column(String(2))
    made_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    lines: Mapped[list["EnvelopeLine"]] = relationship(viewonly=True, order_by="EnvelopeLine.position", lazy="selectin")

    @property
    def total(self) -> int:
        """What its lines are together, in tiyn."""
        return sum(line.amount for line in self.lines)


class EnvelopeLine(Base):
    """A named part of an envelope: the `year` whose budget it is money of, `amount` in tiyn."""

    __tablename__ = "cycle_envelope_lines"
    __table_args__ = (
        ForeignKeyConstraint(["cycle_id", "number"], ["cycle_envelopes.cycle_id", "cycle_envelopes.number"]),
        CheckConstraint("amount > 0 AND amount % 10000 = 0", name="amount_in_hundreds"),
        CheckConstraint("name_kk <> '' AND name_ru <> ''", name="named_in_both_languages"),
        FROZEN,
    )

    cycle_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name_kk: Mapped[str] = mapped_column(String(LONGEST_NAME))
    name_ru: Mapped[str] = mapped_column(String(LONGEST_NAME))
    year: Mapped[int]
    amount: Mapped[int] = mapped_column(Tiyn)

    def name(self, language: str) -> str:
        """What the part is called: in Kazakh for kk, in Russian else."""
        return self.name_kk if language == "kk" else self.name_ru
