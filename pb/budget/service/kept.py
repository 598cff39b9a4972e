"""Whether the lines of reports are those that the log tells of: asked by `pb doctor`, of every okrug at once."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.audit.models import AuditEvent
from pb.budget.models import Execution, ExecutionLine
from pb.budget.service.execution import digest
from pb.territory.models import Territory


def differing_reports(session: Session) -> list[tuple[Territory, Execution]]:
    """The reports whose lines are not as many as the log says, or others; and those that it does not know."""
    query = select(Territory, Execution).join(Execution).order_by(Territory.name_kk, Execution.year, Execution.number)
    told = _told(session)
    return [(okrug, report) for okrug, report in session.execute(query) if not _as_told(session, report, told)]


def _as_told(session: Session, report: Execution, told: Mapping[UUID, tuple[object, object]]) -> bool:
    query = select(ExecutionLine).where(ExecutionLine.execution_id == report.id)
    lines = [
        (one.part, one.code, (one.approved, one.amended, one.corrected, one.paid)) for one in session.scalars(query)
    ]
    return told.get(report.id) == (len(lines), digest(lines)) and report.lines == len(lines)


def _told(session: Session) -> dict[UUID, tuple[object, object]]:
    query = select(AuditEvent).where(AuditEvent.action == "budget.execution_taken")
    return {
        event.subject_id: (event.data.get("lines"), event.data.get("digest"))
        for event in session.scalars(query)
        if event.subject_id is not None
    }
