"""Winners become lines of next year's budget; which decision of the maslikhat gave their money, `adopting` tells."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.classification import service as classification
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, Forbidden, NotFound
from pb.gatherings.service import meetings
from pb.proposals.models import Proposal
from pb.proposals.service import outcomes
from pb.results.service import counting
from pb.winners.models import Winner
from pb.winners.service import plans
from pb.winners.service.plans import Part

SUBPROGRAMME = "015"  # paid from the local budget


def make_lines(act: Act, cycle: Cycle) -> Sequence[Winner]:
    """The office turns the winners of the adopted result into budget lines, once.

    Raises OutOfPhase, Forbidden, Conflict (the result is not adopted, there is no winner, the lines exist, a programme
    is not in the classification of the year).
    """
    cycles.require(act, cycle, Phase.BUDGET)
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office makes the budget lines."))
    act.session.refresh(cycle, with_for_update=True)  # a double click would make the lines twice
    if meetings.adopted(act, cycle) is None:
        raise Conflict(_("The assembly has not adopted the result, or the akim has not agreed yet."))
    if of_cycle(act, cycle):
        raise Conflict(_("The budget lines exist already."))
    outcome = counting.outcome(act, cycle)
    won = [project for project in outcome.projects if project.won] if outcome else []
    if not won:
        raise Conflict(_("No project won: there is nothing to put into the budget."))
    catalogue = classification.codes(act, cycle.fiscal_year)
    for position, project in enumerate(won, 1):
        paying = outcomes.accepting(act, project.id).programme or ""
        programme = catalogue.programme(paying)
        if programme is None:
            raise Conflict(_("This programme is not in the budget classification of the year: %(code)s", code=paying))
        winner = Winner(
            id=uuid4(),
            cycle_id=cycle.id,
            proposal_id=project.id,
            position=position,
            granted=project.granted,
            made_at=act.at,
        )
        plans.first(act, winner, Part(cycle.fiscal_year, f"{programme.code}.{SUBPROGRAMME}", project.granted))
    made = of_cycle(act, cycle)
    told_sum = sum(winner.granted for winner in made)
    audit.record(act, "budget.lines_made", subject=cycle.id, data={"lines": len(made), "sum": told_sum})
    return made


def of_cycle(act: Act, cycle: Cycle) -> Sequence[Winner]:
    """The winners of the cycle that became lines, in the order of the result."""
    return act.session.scalars(select(Winner).where(Winner.cycle_id == cycle.id).order_by(Winner.position)).all()


def with_projects(act: Act, cycle: Cycle) -> list[tuple[Winner, Proposal]]:
    """Each winner with its project."""
    query = (
        select(Winner, Proposal)
        .join(Proposal, Proposal.id == Winner.proposal_id)
        .where(Winner.cycle_id == cycle.id)
        .order_by(Winner.position)
    )
    return [(winner, proposal) for winner, proposal in act.session.execute(query)]


def get(act: Act, cycle: Cycle, winner_id: UUID) -> Winner:
    """A winner of this cycle. Raises NotFound."""
    winner = act.session.get(Winner, winner_id)
    if winner is None or winner.cycle_id != cycle.id:
        raise NotFound
    return winner
