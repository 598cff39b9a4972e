"""Where the forms of winners and of a cycle's envelope are sent."""

from uuid import UUID, uuid4

from pb import clock
from pb.act import Role
from pb.cycles.models import ORDER, Phase
from pb.proposals.service import proposals
from pb.reviews import service as reviews
from pb.winners.models import Winner
from pb.winners.service import plans, waiting
from pb.winners.service.plans import Basis, Part
from tests.budget import world
from tests.village import Village, content, findings, without_notice
from tests.web import budget_calls
from tests.winners.world import LIGHTS, begun, cut

REASON = {"reason": "Сым қымбаттады.", "language": "kk"}
PLAN = {
    "year_1": "",  # below
    "programme_1": "07.3.124.008",
    "subprogramme_1": "015",
    "specific_1": "",
    "amount_1": "2 000 000",
    "source_1": "own",
    **REASON,
}
ENVELOPE = {"name_kk_1": "Бюджет", "name_ru_1": "Бюджет", "year_1": "", "amount_1": "50 000 000", **REASON}


def decided(okrug: Village, year: int) -> UUID:
    """A point by which the assembly agreed a draft without money for the winners of a year: they wait by it."""
    with budget_calls.acting(okrug) as small:
        without_notice(small.act(Role.OFFICE))
        version = begun(small, first=year, **{LIGHTS: "3 000", world.OFFICE: "57 000"})
        return cut(small, version, **{LIGHTS: "0", world.TAX: "57 000"})


def won(okrug: Village, year: int, titles: tuple[str, ...] = ("Lamps", "Wires", "Poles")) -> tuple[UUID, UUID]:
    """A cycle in works whose projects became lines, without a vote, and their last winner."""
    cycle_id = okrug.open_cycle(fiscal_year=year)
    made: list[UUID] = []
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        for title in titles:
            draft = proposals.save_draft(act, cycle, content(title=title))
            made.append(proposals.submit(act, cycle, draft).id)
    for phase in ORDER[1:]:
        with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
            cycle.phase = phase
            if phase is Phase.REVIEW:
                for proposal in proposals.public(act, cycle):
                    reviews.review(act, cycle, proposal, findings(cost=proposal.cost))
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        for position, proposal_id in enumerate(made, 1):
            sum_of = 1_000_000_00
            told = {"cycle_id": cycle.id, "proposal_id": proposal_id, "position": position, "made_at": act.at}
            winner = Winner(id=uuid4(), granted=sum_of, **told)
            plans.first(act, winner, Part(cycle.fiscal_year, LIGHTS, sum_of))
    return cycle_id, winner.id


def paths(okrug: Village, ideas: str) -> dict[str, tuple[str, dict[str, str]]]:
    """The address of each form and a right answer to it."""
    year = clock.local(clock.now()).year
    cycle_id, last = won(okrug, year)
    point = decided(okrug, year)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        waiting.wait(act, cycle, act.session.get_one(Winner, last), Basis(point), reason="Қысқарды.", language="kk")
    winners = f"{okrug.path(cycle_id)}/winners"
    return {
        "cycles.EnvelopeForm": (f"{ideas}/envelope/change", {**ENVELOPE, "year_1": str(year + 1)}),
        "winners.PlanForm": (f"{winners}/1/plan", {**PLAN, "year_1": str(year)}),
        "winners.WaitForm": (
            f"{winners}/2/wait",
            {"question": point.hex, **REASON},
        ),
        "winners.ReasonForm": (f"{winners}/3/resume", REASON),
    }
