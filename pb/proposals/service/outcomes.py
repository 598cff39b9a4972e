"""What came of a proposal's review."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from pb.act import Act
from pb.clock import local
from pb.core.poll.bilingual import Bilingual
from pb.cycles.models import Cycle
from pb.proposals.models import Proposal, Review, State, Verdict

REVIEW_DAYS = 10
"""How long an answered proposal that the cycle has passed waits for its review: no longer does anything wait for it."""


def rounds(act: Act, proposal: Proposal) -> Sequence[Review]:
    """All rounds of a proposal, oldest first."""
    query = select(Review).where(Review.proposal_id == proposal.id).order_by(Review.at)
    return act.session.scalars(query).all()


def term_is_over(act: Act, proposal: Proposal) -> bool:
    """Whether the last day has passed on which the author may answer what the office asked last."""
    until = rounds(act, proposal)[-1].answer_until
    return until is None or until < local(act.at).date()


def left_lying(act: Act, submitted: Sequence[Proposal]) -> list[Proposal]:
    """Of the submitted proposals those whose author answered, and which the office did not review in its days."""
    last = local(act.at).date() - timedelta(days=REVIEW_DAYS)
    asked = [(one, rounds(act, one)) for one in submitted]
    return [one for one, its in asked if its and its[-1].answer and local(its[-1].answer.at).date() < last]


def accepted(act: Act, cycle: Cycle) -> list[tuple[Proposal, Review]]:
    """The accepted proposals with the review that accepted each (its cost and programme stand from here on)."""
    query = (
        select(Proposal, Review)
        .join(Review, Review.proposal_id == Proposal.id)
        .where(Proposal.cycle_id == cycle.id, Proposal.state == State.ACCEPTED, Review.verdict == Verdict.ACCEPT)
        .order_by(Proposal.number)
    )
    return [(proposal, done) for proposal, done in act.session.execute(query)]


def summaries(act: Act, cycle: Cycle) -> dict[int, Bilingual]:
    """What the review wrote of each accepted project for the ballot, by the project's number."""
    return {
        proposal.number: review.summaries for proposal, review in accepted(act, cycle) if proposal.number is not None
    }


def costs(proposals: Sequence[Proposal]) -> dict[UUID, int | None]:
    """What the office's review made of the cost of those that it accepted, in tiyn."""
    return {one.id: one.accepted.cost for one in proposals if one.accepted is not None}


def accepting(act: Act, proposal_id: UUID) -> Review:
    """The review that accepted a proposal. Raises NoResultFound if none did."""
    query = select(Review).where(Review.proposal_id == proposal_id, Review.verdict == Verdict.ACCEPT)
    return act.session.scalars(query).one()
