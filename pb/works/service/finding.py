"""Projects as pages show them: where each is, what was paid of what was planned, whether it is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from pb.act import Act
from pb.clock import local
from pb.cycles.models import Cycle
from pb.proposals.models import Proposal
from pb.winners.models import Winner
from pb.winners.service import following, plans
from pb.winners.service.plans import Standing
from pb.works.models import (
    FINISHED,
    Contract,
    Fact,
    Milestone,
    Payment,
    Quantity,
    Responsible,
    State,
    Step,
)
from pb.works.service import facts, pace
from pb.works.service.pace import Mark


@dataclass(frozen=True, slots=True)
class Work:
    """A project: `planned` and `paid` in tiyn, `late` in days (`pace.days_late`).

    `waits`: its money was cut, and it waits for more by a decision.
    """

    proposal: Proposal
    planned: int
    waits: bool
    winner: Winner
    paid: int
    last: Step | None
    late: int | None
    milestones: Sequence[Milestone]
    payments: Sequence[Payment]

    @property
    def since(self) -> date:
        """The day on which it became a line of the budget."""
        return local(self.winner.made_at).date()

    @property
    def state(self) -> State | None:
        return State(self.last.state) if self.last is not None else None

    @property
    def finished(self) -> bool:
        return self.state in FINISHED

    def overdue(self, today: date) -> list[Milestone]:
        """What should be done by now."""
        if self.state is State.STOPPED:
            return []
        return [one for one in self.milestones if one.done_on is None and one.until < today]


@dataclass(frozen=True, slots=True)
class Known:
    """The rest of what is known of one project, and every version of all of it, the first one first."""

    contracts: Sequence[Contract]
    quantities: Sequence[Quantity]
    responsible: Responsible | None
    steps: Sequence[Step]
    versions: Sequence[Any]


def of_cycle(act: Act, cycle: Cycle) -> list[Work]:
    """The winners of a cycle, in the order of the result, with what is planned for each."""
    return _works(act, plans.standings(act, cycle))


def work(act: Act, proposal: Proposal) -> Work:
    """One project."""
    cycle = act.session.get_one(Cycle, proposal.cycle_id)
    (found,) = _works(act, [one for one in plans.standings(act, cycle) if one.proposal.id == proposal.id])
    return found


@following.tells_of_works
def paid_and_finished(act: Act, proposal_ids: Sequence[UUID]) -> dict[UUID, following.Work]:
    """What was paid for these projects, and which are accepted: for what became of all winners."""
    payments, steps = facts.latest(act, Payment, proposal_ids), _steps(act, proposal_ids)
    return {
        proposal_id: following.Work(
            sum(payment.amount for payment in payments[proposal_id]),
            proposal_id in steps and State(steps[proposal_id].state) in FINISHED,
        )
        for proposal_id in proposal_ids
    }


def states(act: Act, proposal_ids: Sequence[UUID]) -> dict[UUID, State]:
    """Where these projects are; one of which nothing is recorded yet is left out."""
    return {proposal_id: State(step.state) for proposal_id, step in _steps(act, proposal_ids).items()}


def known(act: Act, proposal: Proposal) -> Known:
    """What the page of one project shows beside its works."""
    ids = [proposal.id]
    responsible = facts.latest(act, Responsible, ids)[proposal.id]
    models: tuple[type[Fact], ...] = (Contract, Milestone, Payment, Quantity, Responsible)
    versions = [row for model in models for row in facts.versions(act, model, ids)]
    steps = act.session.scalars(select(Step).where(Step.proposal_id == proposal.id).order_by(Step.number)).all()
    return Known(
        facts.latest(act, Contract, ids)[proposal.id],
        facts.latest(act, Quantity, ids)[proposal.id],
        responsible[0] if responsible else None,
        steps,
        sorted(versions, key=lambda row: row.at),
    )


def _works(act: Act, standings: Sequence[Standing]) -> list[Work]:
    ids = [one.proposal.id for one in standings]
    milestones, payments, steps = facts.latest(act, Milestone, ids), facts.latest(act, Payment, ids), _steps(act, ids)
    today = local(act.at).date()
    return [
        Work(
            one.proposal,
            one.total,
            one.plan.waits,
            one.winner,
            sum(payment.amount for payment in payments[proposal.id]),
            last := steps.get(proposal.id),
            _late(milestones[proposal.id], last, today),
            sorted(milestones[proposal.id], key=lambda each: (each.until, each.number)),
            sorted(payments[proposal.id], key=lambda each: (each.day, each.number)),
        )
        for one in standings
        for proposal in (one.proposal,)
    ]


def _late(milestones: Sequence[Milestone], last: Step | None, today: date) -> int | None:
    """A project that was stopped keeps no term."""
    if last is not None and last.state == State.STOPPED:
        return None
    return pace.days_late([Mark(one.until, one.done_on) for one in milestones], today)


def _steps(act: Act, ids: Sequence[UUID]) -> dict[UUID, Step]:
    latest = select(Step.proposal_id, func.max(Step.number).label("number")).where(Step.proposal_id.in_(ids))
    last = latest.group_by(Step.proposal_id).subquery()
    query = select(Step).join(last, and_(last.c.proposal_id == Step.proposal_id, last.c.number == Step.number))
    return {step.proposal_id: step for step in act.session.scalars(query)}
