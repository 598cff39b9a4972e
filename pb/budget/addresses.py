"""What papers about a version are called in addresses: `budget/2028/versions/3`."""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.budget.models import Budget, Version
from pb.territory.service.addresses import Place
from pb.web.places import Called, Naming

_TOLD: Final = re.compile(r"budget/([0-9]{4})/versions/([0-9]{1,9})")


def _read(session: Session, place: Place, _before: Mapping[str, Any], told: str) -> UUID | None:
    found = _TOLD.fullmatch(told)
    if found is None:
        return None
    query = (
        select(Version.id)
        .join(Budget, Budget.id == Version.budget_id)
        .where(Budget.territory_id == place.id, Budget.first_year == int(found[1]), Version.number == int(found[2]))
    )
    return session.scalars(query).first()


def _write(session: Session, subject_id: UUID) -> Called | None:
    version = session.get(Version, subject_id)
    if version is None:
        return None
    called = f"budget/{version.budget.first_year}/versions/{version.number}"
    return Called(called, version.budget.territory_id)


VERSION = Naming(_read, _write)
