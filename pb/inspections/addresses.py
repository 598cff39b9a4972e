"""A report of a visit is `3` on its page and `inspections/3` in the address of its paper."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.inspections.models import Inspection
from pb.territory.service.addresses import Place
from pb.web.places import Called, Naming

WORD = "inspections/"


def with_visits(others: Naming) -> Naming:
    """How what a paper is about is called: a report of a visit by its number, all else as it was."""

    def read(session: Session, place: Place, before: Mapping[str, Any], told: str) -> UUID | None:
        if not told.startswith(WORD):
            return others.read(session, place, before, told)
        number = told.removeprefix(WORD)
        query = select(Inspection.id).where(Inspection.territory_id == place.id, Inspection.number == int(number))
        return session.scalars(query).first()

    def write(session: Session, row_id: UUID) -> Called | None:
        called = others.write(session, row_id)  # first: a list of meetings has loaded its own already
        if called is not None:
            return called
        report = session.get(Inspection, row_id)
        return Called(f"{WORD}{report.number}", report.territory_id) if report is not None else None

    return Naming(read, write)
