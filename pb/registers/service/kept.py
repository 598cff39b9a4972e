"""Whether the tasks of each version of a programme are those that the log tells of: asked by `pb doctor`."""

from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.audit.models import AuditEvent
from pb.audit.service import fingerprints
from pb.audit.service.fingerprints import Difference
from pb.registers.models import Task, Version

CHANGED = ("revised", "task_written", "task_removed", "tasks_imported", "approved")


def differing(session: Session) -> list[Difference]:
    """The versions whose tasks are others than their last event says, also of those that are still being written."""
    actions = [f"programme.{name}" for name in CHANGED]
    events = select(AuditEvent.subject_id, AuditEvent.data).where(AuditEvent.action.in_(actions))
    told: dict[tuple[UUID, int], str] = {
        (programme, data["version"]): data["digest"]
        for programme, data in session.execute(events.order_by(AuditEvent.position))
    }
    query = select(Task).order_by(Task.programme_id, Task.version).execution_options(populate_existing=True)
    whole = {
        key: fingerprints.of_rows(some)
        for key, some in groupby(session.scalars(query), key=lambda task: (task.programme_id, task.version))
    }
    none = fingerprints.of_rows([])
    versions = session.execute(select(Version.programme_id, Version.number).order_by(*Version.__table__.primary_key))
    return [
        Difference(Task.__tablename__, f"{programme} {number}")
        for programme, number in versions
        if told.get((programme, number), none) != whole.get((programme, number), none)
    ]
