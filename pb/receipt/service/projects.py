"""Which projects of residents stand in the lines of a year: the winners, as their room keeps them."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from pb.act import Act
from pb.core.budget.codes import ANY_SUBGROUP
from pb.core.receipt import Project
from pb.cycles.models import Cycle
from pb.proposals.models import Proposal
from pb.winners.models import Line


class Decided(NamedTuple):
    """A project that residents chose, with what it has of a year's budget."""

    proposal: Proposal
    cycle_id: UUID
    project: Project

    @property
    def key(self) -> str:
        return self.project.key


def of_year(act: Act, year: int) -> Sequence[Decided]:
    """The winners of the cycles for this year, each once for every line that it has."""
    query = (
        select(Line, Proposal)
        .join(Proposal, Proposal.id == Line.proposal_id)
        .join(Cycle, Cycle.id == Line.cycle_id)
        .where(Cycle.territory_id == act.territory.id, Cycle.fiscal_year == year)
        .order_by(Line.cycle_id, Line.position)
    )
    return [
        Decided(proposal, line.cycle_id, Project(f"{proposal.id}-{number}", _code(line), line.amount))
        for number, (line, proposal) in enumerate(act.session.execute(query))
    ]


def _code(line: Line) -> str:
    return f"{line.functional_group}.{ANY_SUBGROUP}.{line.administrator}.{line.programme}.{line.subprogramme}"
