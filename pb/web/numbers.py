"""What has a number is called by it in addresses: in its cycle, its meeting or its okrug.

What has none of its own is called by the number that the log's event of it has in the okrug's log.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.audit.models import AuditEvent
from pb.territory.service.addresses import Place
from pb.web.places import Called, Naming


def numbered(model: Any, within: str, column: str = "number") -> Naming:
    """Rows with a number, unique `within` a cycle, a meeting (an argument that stands before it) or the okrug."""

    def read(session: Session, place: Place, before: Mapping[str, Any], told: str) -> UUID | None:
        scope = place.id if within == "territory_id" else before.get(within)
        if not told.isdigit() or not isinstance(scope, UUID):
            return None
        query = select(model.id).where(getattr(model, within) == scope, getattr(model, column) == int(told))
        found: UUID | None = session.scalars(query).first()
        return found

    def write(session: Session, row_id: UUID) -> Called | None:
        row = session.get(model, row_id)
        if row is None:
            return None
        return Called(str(getattr(row, column)), row.territory_id if within == "territory_id" else None)

    return Naming(read, write)


def by_event(model: Any, column: str = "event", also: str = "") -> Naming:
    """Rows that keep the hash of their event in the okrug's log; the column `also` tells two of one event apart."""

    def read(session: Session, place: Place, _before: Mapping[str, Any], told: str) -> UUID | None:
        position, _dash, rest = told.partition("-")
        if not position.isdigit() or bool(rest) != bool(also):
            return None
        event = select(AuditEvent.hash).where(AuditEvent.territory_id == place.id, AuditEvent.position == int(position))
        query = select(model.id).where(getattr(model, column) == event.scalar_subquery())
        found: UUID | None = session.scalars(query.where(getattr(model, also) == rest) if also else query).first()
        return found

    def write(session: Session, row_id: UUID) -> Called | None:
        row = session.get(model, row_id)
        if row is None:
            return None
        position = session.scalars(select(AuditEvent.position).where(AuditEvent.hash == getattr(row, column))).first()
        return Called(f"{position}-{getattr(row, also)}" if also else str(position)) if position else None

    return Naming(read, write)
