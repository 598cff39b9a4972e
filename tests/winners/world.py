"""A cycle whose result the assembly adopted: lamps and a park won, a stage lost."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from pb.cycles.models import Phase
from pb.gatherings.service import meetings
from pb.results.service import counting
from tests.village import MILLION, Okrug


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
