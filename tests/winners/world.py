"""A cycle whose result the assembly adopted: lamps and a park won, a stage lost."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from pb.act import Role
from pb.budget import service as budgets
from pb.budget.models import Kind, Proposer, Version
from pb.budget.service import decisions, steps, writing
from pb.budget.service.decisions import Decided
from pb.clock import local
from pb.cycles.models import Phase
from pb.gatherings.service import meetings
from pb.results.service import counting
from tests.budget.world import OFFICE, TAX, agreed, line
from tests.village import MILLION, Okrug

LIGHTS = "07.3.124.008.015"
PLAN = {TAX: "60 000", OFFICE: "50 000"}


@dataclass(frozen=True)
class Won:
    id: UUID
    title: str
    votes: int
    won: bool
    cost: int = 5 * MILLION

    @property
    def granted(self) -> int:
        return self.cost if self.won else 0


@dataclass(frozen=True)
class Outcome:
    voted: int
    entitled: int
    projects: list[Won]


def begun(okrug: Okrug, *, first: int = 2027, **spending: str) -> Version:
    """A draft of three years with these lines of spending; the office's line pays for what is left."""
    version = budgets.begin(okrug.act(Role.OFFICE), first)
    lines = [line(code, told, year) for year in range(first, first + 3) for code, told in {**PLAN, **spending}.items()]
    writing.replace_lines(okrug.act(Role.OFFICE), version, lines, sha256="0" * 64)
    return version


def cut(okrug: Okrug, version: Version, **lines: str) -> UUID:
    """The assembly agrees a draft, and then one with these lines of its first year: the point of the second meeting."""
    agreed(okrug, version)
    steps.withdraw(okrug.act(Role.OFFICE), version, "Less money.", "kk")
    office = okrug.act(Role.OFFICE)
    less = budgets.revise(office, version.budget, Kind.DRAFT, Proposer.AKIM, reason="Less.", language="kk")
    for code, thousand in lines.items():
        writing.set_line(office, less, line(code, thousand, version.budget.first_year))
    agreed(okrug, less)
    return next(step.question_id for step in budgets.steps_of(okrug.act(), less) if step.question_id is not None)


def goes_on(okrug: Okrug, first: int, reference: str = "41-3") -> Version:
    """The draft that the assembly agreed last is sent up and approved."""
    budget = budgets.find(okrug.act(), first)
    assert budget is not None
    version = budgets.versions(okrug.act(), budget)[-1].version
    today = local(okrug.at).date()
    steps.send(okrug.act(Role.OFFICE), version, today, "12-05/77")
    secretary = okrug.act(Role.MASLIKHAT_SECRETARY)
    steps.consider(secretary, version, today)
    decisions.approve(secretary, first, Decided(reference, today), [version.id])
    return version


def come_to_a_result(okrug: Okrug, monkeypatch: pytest.MonkeyPatch) -> None:
    """Votes are told, not counted: this room takes the result as it finds it."""
    proposals = [okrug.propose(title) for title in ("Lamps", "Park")]
    okrug.enter(Phase.REVIEW)
    for proposal in proposals:
        okrug.accept(proposal)
    okrug.enter(Phase.BUDGET)
    lamps, park = (proposal.id for proposal in proposals)
    projects = [Won(lamps, "Lamps", 90, True), Won(park, "Park", 40, True), Won(uuid4(), "Stage", 3, False)]
    outcome = Outcome(181, 300, projects)

    def adopted(_act: Any, _cycle: Any) -> object:
        return object()

    monkeypatch.setattr(counting, "outcome", lambda _act, _cycle: outcome)
    monkeypatch.setattr(meetings, "adopted", adopted)
