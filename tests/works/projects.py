"""A cycle whose projects are carried out: two of them, in the okrug of a test."""

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from pb.act import Act, Role
from pb.clock import local, now
from pb.cycles.models import Cycle, Phase
from pb.proposals.models import Proposal
from pb.proposals.service import proposals
from pb.reviews import service as reviews
from pb.winners.models import Winner
from pb.winners.service import plans
from pb.works import service
from pb.works.models import State
from pb.works.service import Words
from pb.works.service.drafts import ContractDraft, MilestoneDraft
from tests.village import MILLION, Village, accepting, content

BIN = "961141000023"
REASON = Words("Мердігер үлгермеді.", "kk")


def today() -> date:
    return local(now()).date()


def ago(days: int) -> date:
    return today() - timedelta(days=days)


class Site(NamedTuple):
    """The cycle, and its two projects: № 1 of 5 million, № 2 of 3 million tenge."""

    okrug: Village
    cycle_id: UUID
    ids: list[UUID]

    @property
    def page(self) -> str:
        return f"{self.okrug.path(self.cycle_id)}/works"

    def take(self, state: State, day: date | None = None, words: Words = service.NOTHING, which: int = 0) -> None:
        """One step; before what is accepted its works."""
        with self.okrug.in_cycle(self.cycle_id, Role.OFFICE) as (act, cycle):
            project = self.project(act, which)
            last = service.last_step(act, project)
            if state is State.ACCEPTED and (last is None or last.state != State.WORKS):
                service.take(act, cycle, project, State.WORKS, day or today())
            service.take(act, cycle, project, state, day or today(), words)

    def put(self, draft: Any, last: Any = None, words: Words = service.NOTHING, which: int = 0) -> Any:
        with self.okrug.in_cycle(self.cycle_id, Role.OFFICE) as (act, cycle):
            return service.put(act, cycle, self.project(act, which), draft, last, words)

    def project(self, act: Act, which: int = 0) -> Proposal:
        return act.session.get_one(Proposal, self.ids[which])


def site(okrug: Village, **plan: int) -> Site:
    """Both projects won; nothing was done yet."""
    cycle_id = okrug.open_cycle(**plan)
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        texts = [content(title=title) for title in ("Абай көшесінің жарығы", "Балалар алаңы")]
        ids = [proposals.submit(act, cycle, proposals.save_draft(act, cycle, text)).id for text in texts]
        _enter(act, cycle, Phase.REVIEW)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        for proposal_id in ids:
            proposal = act.session.get_one(Proposal, proposal_id)
            reviews.review(act, cycle, proposal, accepting(proposal))
        for phase in (Phase.GATHERING, Phase.VOTING, Phase.RESULT, Phase.BUDGET, Phase.WORKS):
            _enter(act, cycle, phase)
        for position, (proposal_id, amount) in enumerate(zip(ids, (5 * MILLION, 3 * MILLION), strict=True), 1):
            winner = Winner(id=uuid4(), cycle_id=cycle.id, proposal_id=proposal_id, position=position, granted=amount)
            winner.made_at = act.at
            plans.first(act, winner, plans.Part(cycle.fiscal_year, "07.3.124.008.015", amount))
    return Site(okrug, cycle_id, ids)


def _enter(act: Act, cycle: Cycle, phase: Phase) -> None:
    cycle.phase = phase
    act.session.flush()


def contract(**changes: Any) -> ContractDraft:
    told: dict[str, Any] = {"supplier": "«Жарық» ЖШС", "bin": BIN, "reference": "12", "signed_on": ago(20)}
    return ContractDraft(**{**told, "amount": 4_800_000_50, "notice": "11-22", **changes})


def milestone(until: date, done_on: date | None = None) -> MilestoneDraft:
    return MilestoneDraft("Бағандар орнату", "Установка опор", until, done_on)
