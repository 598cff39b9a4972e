"""What papers about a report on the execution are called in addresses: `budget/2026/citizens/executed-2026-06-30`."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.budget.models import Execution
from pb.territory.service.addresses import Place
from pb.web.places import Called, Naming

_TOLD: Final = re.compile(r"budget/([0-9]{4})/citizens/executed-([0-9]{4}-[0-9]{2}-[0-9]{2})")


def _read(session: Session, place: Place, _before: Mapping[str, Any], told: str) -> UUID | None:
    """Of the reports until a day the one taken last."""
    found = _TOLD.fullmatch(told)
    if found is None:
        return None
    try:
        until = date.fromisoformat(found[2])
    except ValueError:
        return None
    query = (
        select(Execution.id)
        .where(Execution.territory_id == place.id, Execution.year == int(found[1]), Execution.until == until)
        .order_by(Execution.number.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def _write(session: Session, subject_id: UUID) -> Called | None:
    report = session.get(Execution, subject_id)
    if report is None:
        return None
    return Called(f"budget/{report.year}/citizens/executed-{report.until.isoformat()}", report.territory_id)


EXECUTION = Naming(_read, _write)
