"""Which projects of residents stand in the lines of a year: the winners, as their room plans them."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from pb.act import Act
from pb.core.receipt import Project
from pb.proposals.models import Proposal
from pb.winners.models import Source
from pb.winners.service import budgeting


class Decided(NamedTuple):
    """A project that residents chose, with what it has of a year's budget, and whose money that is by its plan."""

    proposal: Proposal
    cycle_id: UUID
    project: Project
    source: Source

    @property
    def key(self) -> str:
        return self.project.key


def of_year(act: Act, year: int) -> Sequence[Decided]:
    """The winners with money of this year, each once for every line that pays for it; what waits is in no budget."""
    return [
        Decided(
            standing.proposal,
            standing.winner.cycle_id,
            Project(f"{standing.winner.id}-{line.position}", line.code, line.amount),
            Source(line.source),
        )
        for standing, line in budgeting.lines_of(act, [year])
    ]
