"""What a winner is called in addresses: the number of its project, `/krasnoyar/2027/winners/14`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.proposals.models import Proposal
from pb.territory.service.addresses import Place
from pb.web.places import Called, Naming
from pb.winners.models import Winner


def _read(session: Session, _place: Place, before: Mapping[str, Any], told: str) -> UUID | None:
    query = select(Winner.id).join(Proposal, Proposal.id == Winner.proposal_id)
    found = query.where(Winner.cycle_id == before["cycle_id"], Proposal.number == int(told))
    return session.scalars(found).first()


def _write(session: Session, winner_id: UUID) -> Called | None:
    winner = session.get(Winner, winner_id)
    if winner is None:
        return None
    return Called(str(session.get_one(Proposal, winner.proposal_id).number))


NUMBER = Naming(_read, _write)
