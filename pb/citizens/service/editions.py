"""The editions of the citizens' budget of a year, as they follow from what stands in the budget: no second truth.

Order of the Minister of Finance of 21.05.2025 № 244 asks for one at planning (draft, approval, amendment) and one at
execution, each month with a review of the half-year and of the year. So each version that went before an assembly, each
decision that put one in force and each report that was taken in is an edition, from that moment on. The akim's plan of
a quarter is no budget of a year, and none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pb.act import Act
from pb.budget import service as budgets
from pb.budget.models import IN_FORCE, Budget, Decision, Execution, Kind, Move, Step, Version
from pb.budget.service import decisions

JUNE, DECEMBER = 6, 12


class Stage(StrEnum):
    """Which of the four an edition is, in their order."""

    DRAFT = "draft"
    APPROVED = "approved"
    AMENDED = "amended"
    EXECUTED = "executed"


class Period(StrEnum):
    """What a report is of, from the year's beginning to its day."""

    MONTHS = "months"
    HALF = "half"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition: the version whose sums it shows, the `day` that it is of, `at` when all of it was known.

    `move` is how the version stands now. A decision put it in force; a report is of what was paid by the day.
    """

    stage: Stage
    version: Version
    day: date
    at: datetime
    move: Move | None
    decision: Decision | None = None
    report: Execution | None = None

    @property
    def called(self) -> str:
        """What it is called in addresses: `approved-1`, `executed-2026-06-30`."""
        if self.report is not None:
            return f"{self.stage}-{self.day.isoformat()}"
        return f"{self.stage}-{self.version.number}"

    @property
    def by_the_akim(self) -> bool:
        """Whether the akim corrected it, not the maslikhat."""
        return self.stage is Stage.AMENDED and self.version.kind == Kind.CORRECTION

    @property
    def from_paper(self) -> bool:
        """Whether its sums are those of a decision on paper, which nobody took on this platform."""
        return self.version.kind == Kind.PAPER

    @property
    def period(self) -> Period:
        """Of a report: the half-year and the year end with their last day, every other one is of months."""
        if (self.day.month, self.day.day) == (DECEMBER, 31):
            return Period.YEAR
        return Period.HALF if (self.day.month, self.day.day) == (JUNE, 30) else Period.MONTHS


STEPS: Final = (Move.PUT, *IN_FORCE)


def of_budget(act: Act, budget: Budget) -> list[Edition]:
    """Every edition of the budget's first year, in the order of their days."""
    standings = budgets.versions(act, budget)
    moves = {one.version.id: one.move for one in standings}
    versions = {one.version.id: one.version for one in standings if one.version.kind != Kind.QUARTER}
    taken = act.session.scalars(
        select(Step).where(Step.version_id.in_(list(versions)), Step.move.in_(STEPS)).order_by(Step.at, Step.number)
    ).all()
    known = decisions.by_step(act, taken)
    planned = [_planned(versions[step.version_id], step, known, moves[step.version_id]) for step in taken]
    adopted = [one for one in planned if one.stage is not Stage.DRAFT]
    return sorted([*planned, *_executed(act, budget, adopted)], key=_order)


def latest(some: Sequence[Edition]) -> Edition | None:
    """The one that is meant where none is named: the last that holds, else the last draft that was not withdrawn."""
    holding = [one for one in some if one.stage is not Stage.DRAFT]
    shown = holding or [one for one in some if one.move is not Move.WITHDRAWN] or some
    return shown[-1] if shown else None


def of_stage(some: Iterable[Edition], stage: Stage) -> list[Edition]:
    """Those of a stage, the latest first."""
    return [one for one in some if one.stage is stage][::-1]


def find(some: Iterable[Edition], called: str) -> Edition | None:
    """The edition of an address."""
    return next((one for one in some if one.called == called), None)


def find_planned(some: Iterable[Edition], version: Version, *, draft: bool) -> Edition | None:
    """The edition of a version: as it went before the assembly, or as it was put in force."""
    return next(
        (one for one in some if one.report is None and one.version == version and (one.stage is Stage.DRAFT) == draft),
        None,
    )


def _planned(version: Version, step: Step, known: Mapping[UUID, Decision], move: Move | None) -> Edition:
    if step.move == Move.PUT:
        return Edition(Stage.DRAFT, version, step.day, step.at, move)
    stage = Stage.APPROVED if version.kind in {Kind.DRAFT, Kind.PAPER} else Stage.AMENDED
    decision = known.get(step.decision_id) if step.decision_id is not None else None
    return Edition(stage, version, step.day, step.at, move, decision)


def _executed(act: Act, budget: Budget, adopted: Sequence[Edition]) -> list[Edition]:
    """The reports of the year: of one day the one taken last, beside the plan that held on that day."""
    query = select(Execution).where(Execution.territory_id == budget.territory_id, Execution.year == budget.first_year)
    reports = {one.until: one for one in act.session.scalars(query.order_by(Execution.until, Execution.number))}
    if not reports:
        return []
    by_day = sorted(adopted, key=lambda one: (one.day, one.at))
    quarter = budgets.in_force(act, budget) if not by_day else None
    found = []
    for until, report in reports.items():
        held = [one for one in by_day if one.day <= until] or by_day[:1]
        version = held[-1].version if held else quarter
        if version is not None:
            decision = held[-1].decision if held else None
            found.append(Edition(Stage.EXECUTED, version, until, report.taken_at, None, decision, report))
    return found


def _order(edition: Edition) -> tuple[date, int, datetime]:
    return edition.day, list(Stage).index(edition.stage), edition.at
