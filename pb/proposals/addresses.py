"""What a project is called in addresses: its number, or that of its draft while nobody else sees it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.proposals.models import Proposal
from pb.territory.service.addresses import Place
from pb.web.places import Called, Naming

DRAFT = "draft-"


def _read(session: Session, _place: Place, before: Mapping[str, Any], told: str) -> UUID | None:
    digits = told.removeprefix(DRAFT)
    if not digits.isdigit() or len(digits) > 9:
        return None
    column = Proposal.draft if told.startswith(DRAFT) else Proposal.number
    query = select(Proposal.id).where(Proposal.cycle_id == before["cycle_id"], column == int(digits))
    return session.scalars(query).first()


def _write(session: Session, proposal_id: UUID) -> Called | None:
    proposal = session.get(Proposal, proposal_id)
    if proposal is None:
        return None
    return Called(str(proposal.number) if proposal.number else f"{DRAFT}{proposal.draft}")


NUMBER = Naming(_read, _write)
