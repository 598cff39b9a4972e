"""Whether the lines of versions and reports are those that the log tells of: asked by `pb doctor`, of every okrug."""

from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.audit.models import AuditEvent
from pb.audit.service.fingerprints import Difference
from pb.budget.models import Execution, ExecutionLine, Line, Move, Step
from pb.budget.service import digest_of
from pb.budget.service.execution import digest
from pb.territory.models import Territory


def differing_reports(session: Session) -> list[tuple[Territory, Execution]]:
    """The reports whose lines are not as many as the log says, or others; and those that it does not know."""
    query = select(Territory, Execution).join(Execution).order_by(Territory.name_kk, Execution.year, Execution.number)
    told = _told(session)
    return [(okrug, report) for okrug, report in session.execute(query) if not _as_told(session, report, told)]


def differing_versions(session: Session) -> list[Difference]:
    """The versions whose lines are others than when they went to the assembly, or when a decision adopted them."""
    actions = [f"budget.{move}" for move in (Move.PUT, Move.TAKEN, Move.APPROVED, Move.DECIDED)]
    told: dict[UUID, set[str]] = {}
    for version_id, data in session.execute(
        select(AuditEvent.subject_id, AuditEvent.data).where(AuditEvent.action.in_(actions))
    ):
        told.setdefault(version_id, set()).update({data["sha256"]} if "sha256" in data else ())
    stand = session.scalars(select(Step.version_id).distinct().order_by(Step.version_id)).all()
    query = select(Line.version_id, Line.year, Line.part, Line.code, Line.amount).order_by(Line.version_id)
    found = {
        version_id: digest_of((year, part, code, amount) for _version, year, part, code, amount in some)
        for version_id, some in groupby(session.execute(query), key=itemgetter(0))
    }
    none = digest_of([])
    return [
        Difference(Line.__tablename__, str(version_id))
        for version_id in stand
        if told.get(version_id, set()) - {found.get(version_id, none)}
    ]


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
