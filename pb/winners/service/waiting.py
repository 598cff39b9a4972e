"""The decisions by which a winner may wait: of meetings on the budget, held since its lines were made of the result."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from pb.act import Act
from pb.gatherings.models import Gathering, Matter, Question
from pb.tasks.service import basis
from pb.tasks.service.basis import Decision
from pb.winners.models import Winner


def decisions(act: Act, winner: Winner) -> Sequence[Decision]:
    """Points on the budget that the assembly adopted and the akim let stand, the latest first.

    No meeting of before the result could cut what the vote had still to give, and none on another matter does.
    """
    query = (
        select(Question.id)
        .join(Gathering, Gathering.id == Question.gathering_id)
        .where(Gathering.territory_id == act.territory.id, Gathering.meets_at >= winner.made_at)
        .where(Question.matter == Matter.BUDGET)
    )
    found = basis.of(act, act.session.scalars(query).all()).values()
    return sorted(found, key=lambda one: (one.meets_at, -one.position), reverse=True)


def may_wait_by(act: Act, winner: Winner, question_id: UUID | None) -> bool:
    """Whether this point of an agenda is one of them."""
    return any(one.question_id == question_id for one in decisions(act, winner))
