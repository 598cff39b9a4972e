"""What a cycle is called in addresses: its year."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.cycles.models import Cycle
from pb.territory.service.addresses import Place
from pb.web.places import Called, Naming


def _read(session: Session, place: Place, _before: Mapping[str, Any], told: str) -> UUID | None:
    year, _dash, attempt = told.partition("-")
    if not year.isdigit():
        return None  # a paper of a budget or of a visit: other rooms read that
    query = select(Cycle.id).where(Cycle.territory_id == place.id, Cycle.fiscal_year == int(year))
    return session.scalars(query.where(Cycle.attempt == int(attempt or 1))).first()


def _write(session: Session, cycle_id: UUID) -> Called | None:
    cycle = session.get(Cycle, cycle_id)
    return Called(cycle.year, cycle.territory_id) if cycle is not None else None


YEAR = Naming(_read, _write)
