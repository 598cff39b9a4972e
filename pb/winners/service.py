"""Winners become lines of next year's budget; the maslikhat's decision closes the chain."""

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.classification import service as classification
from pb.classification.service import Catalogue
from pb.clock import local
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.service import meetings
from pb.proposals.models import Proposal
from pb.proposals.service import outcomes
from pb.results.service import counting
from pb.text import one_line
from pb.winners.models import Line, MaslikhatDecision

MASLIKHAT = (Role.DEPUTY, Role.MASLIKHAT_SECRETARY)
SUBPROGRAMME = "015"  # paid from the local budget
SOURCE = "local budget"
TIYN_IN_A_TENTH_OF_A_THOUSAND = 100_00


def make_lines(act: Act, cycle: Cycle) -> Sequence[Line]:
    """The office turns the winners of the adopted result into budget lines, once.

    Raises OutOfPhase, Forbidden, Conflict (the result is not adopted, there is no winner, the lines exist, a programme
    is in force no more).
    """
    cycles.require(act, cycle, Phase.BUDGET)
    if not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office makes the budget lines."))
    act.session.refresh(cycle, with_for_update=True)  # a double click would make the lines twice
    if meetings.adopted(act, cycle) is None:
        raise Conflict(_("The assembly has not adopted the result, or the akim has not agreed yet."))
    if lines(act, cycle):
        raise Conflict(_("The budget lines exist already."))
    outcome = counting.outcome(act, cycle)
    winners = [project for project in outcome.projects if project.won] if outcome else []
    if not winners:
        raise Conflict(_("No project won: there is nothing to put into the budget."))
    catalogue = classification.codes(act, cycle.fiscal_year)
    for position, project in enumerate(winners, 1):
        paying = outcomes.accepting(act, project.id).programme or ""
        programme = catalogue.programme(paying)
        if programme is None:
            raise Conflict(_("This programme is not in the budget classification of the year: %(code)s", code=paying))
        act.session.add(
            Line(
                cycle_id=cycle.id,
                proposal_id=project.id,
                position=position,
                functional_group=programme.levels.group,
                administrator=programme.levels.administrator,
                programme=programme.levels.programme,
                subprogramme=SUBPROGRAMME,
                amount=project.granted,
                source=SOURCE,
                made_at=act.at,
            )
        )
        audit.record(act, "proposal.budgeted", subject=project.id, data={"amount": project.granted})
    act.session.flush()
    budget_lines = lines(act, cycle)
    audit.record(
        act,
        "budget.lines_made",
        subject=cycle.id,
        data={"lines": len(budget_lines), "sum": sum(line.amount for line in budget_lines)},
    )
    return budget_lines


def record_decision(act: Act, cycle: Cycle, *, number: str, decided_on: date) -> MaslikhatDecision:
    """A deputy or the maslikhat's secretary records number and date of the decision on these lines, once.

    Raises OutOfPhase, Forbidden, Conflict (no lines, or recorded already), FieldRefusal (no number, a later date).
    """
    cycles.require(act, cycle, Phase.BUDGET)
    if act.person is None or not act.holds(*MASLIKHAT):
        raise Forbidden(_("Only a deputy or the secretary of the maslikhat records its decision."))
    if not lines(act, cycle):
        raise Conflict(_("There are no budget lines yet."))
    if decision(act, cycle) is not None:
        raise Conflict(_("The decision of the maslikhat is recorded already."))
    if not number.strip():
        raise FieldRefusal("number", _("Write the number of the decision."))
    if decided_on > local(act.at).date():
        raise FieldRefusal("decided_on", _("The decision cannot be of a day to come."))
    recorded = MaslikhatDecision(
        cycle_id=cycle.id,
        number=one_line(number),
        decided_on=decided_on,
        recorded_at=act.at,
        recorded_by=act.person.id,
    )
    act.session.add(recorded)
    act.session.flush()
    audit.record(
        act,
        "budget.decision_recorded",
        subject=cycle.id,
        data={"number": recorded.number, "date": decided_on.isoformat()},
    )
    return recorded


def lines(act: Act, cycle: Cycle) -> Sequence[Line]:
    """The budget lines of the cycle, in order."""
    return act.session.scalars(select(Line).where(Line.cycle_id == cycle.id).order_by(Line.position)).all()


def lines_with_projects(act: Act, cycle: Cycle) -> list[tuple[Line, Proposal]]:
    """Each line with the project it pays for."""
    query = (
        select(Line, Proposal)
        .join(Proposal, Proposal.id == Line.proposal_id)
        .where(Line.cycle_id == cycle.id)
        .order_by(Line.position)
    )
    return [(line, proposal) for line, proposal in act.session.execute(query)]


def programme_name(catalogue: Catalogue, line: Line, language: str) -> str:
    """What the line's programme is called; its digits where the classification has it no more."""
    entry = catalogue.programme(line.programme)
    return entry.name(language) if entry is not None else line.programme


def decision(act: Act, cycle: Cycle) -> MaslikhatDecision | None:
    return act.session.get(MaslikhatDecision, cycle.id)


def in_thousands(tiyn: int) -> str:
    """The sum in thousand tenge with one decimal, as budget decisions print it: 12 500,0.

    Raises ValueError for a sum that is not a multiple of 100 ₸.
    """
    tenths, rest = divmod(tiyn, TIYN_IN_A_TENTH_OF_A_THOUSAND)
    if rest or tiyn < 0:
        raise ValueError("a budget line is a multiple of 100 ₸")
    whole, tenth = divmod(tenths, 10)
    return f"{whole:,}".replace(",", "\N{NO-BREAK SPACE}") + f",{tenth}"
