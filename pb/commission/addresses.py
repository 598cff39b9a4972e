"""What a paper about a report of the commission is called in addresses: `commission/reports/3`."""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.commission.models import MonitoringReport
from pb.territory.service.addresses import Place
from pb.web.places import Called, Naming

_TOLD: Final = re.compile(r"commission/reports/([0-9]{1,9})")


def _read(session: Session, place: Place, _before: Mapping[str, Any], told: str) -> UUID | None:
    found = _TOLD.fullmatch(told)
    if found is None:
        return None
    query = select(MonitoringReport.id).where(MonitoringReport.territory_id == place.id)
    return session.scalars(query.where(MonitoringReport.number == int(found[1]))).first()


def _write(session: Session, subject_id: UUID) -> Called | None:
    report = session.get(MonitoringReport, subject_id)
    return Called(f"commission/reports/{report.number}", report.territory_id) if report is not None else None


REPORT = Naming(_read, _write)
