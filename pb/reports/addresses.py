"""What papers about a quarter are called in addresses: `2026-1`, where those of meetings name a cycle."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from pb.errors import NotFound
from pb.reports.documents import FORMS
from pb.reports.service.quarters import Quarter
from pb.territory.service.addresses import Place
from pb.web.places import Called, Naming


def with_quarters(others: Naming) -> Naming:
    """How the subjects of papers are called, where `others` know those that are no quarter."""

    def read(session: Session, place: Place, before: Mapping[str, Any], told: str) -> UUID | None:
        """The address says before it which paper it is."""
        if before.get("kind") not in FORMS:
            return others.read(session, place, before, told)
        try:
            return Quarter.read(told).subject
        except NotFound:
            return None

    def write(session: Session, subject_id: UUID) -> Called | None:
        try:
            return Called(Quarter.of_subject(subject_id).text)
        except NotFound:
            return others.write(session, subject_id)

    return Naming(read, write)
