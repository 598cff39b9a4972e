"""Minutes become a PDF when they are drawn up: gathered in one transaction, set in none, kept in a third."""

import hashlib
from typing import Final
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb import child, clock
from pb.act import Act
from pb.audit import service as audit
from pb.documents.service.papers import PRINTING_SECONDS
from pb.documents.service.render import render
from pb.documents.service.sheets import CorrectionInBoth, MinutesInBoth
from pb.gatherings import documents
from pb.gatherings.documents.corrections import correction
from pb.gatherings.models import Correction, Minutes, Paper, Record, Version
from pb.gatherings.service import integrity
from pb.gatherings.service.minutes import PRINT
from pb.jobs import service as jobs
from pb.territory.models import Territory

DONE_BEFORE: Final = "0"


@jobs.handles(PRINT, jobs.Priority.PAPERS)
def build(work: jobs.Work) -> str:
    """The latest version as a PDF; nothing where it stands already, or was drawn up anew in between.

    Raises Conflict: the minutes do not say what was drawn up.
    """
    with current_app.test_request_context(base_url=work.settings.base_url):
        with work.database.work(writing=False) as session:
            act, row, version = _gathered(session, work.territory_id, work.subject_id)
            if session.get(Paper, (row.id, version)) is not None:
                return DONE_BEFORE
            integrity.refuse(act, row)
            document = _document(act, row, work.settings.base_url)
        pdf = child.run(render, document, processor_seconds=PRINTING_SECONDS, beat=work.still_at_work)
    with work.database.work() as session:
        act, row, latest = _gathered(session, work.territory_id, work.subject_id)
        audit.take_turn(act)
        if latest != version or session.get(Paper, (row.id, version)) is not None:
            return DONE_BEFORE
        sha256 = hashlib.sha256(pdf).hexdigest()
        told = {"version": version, "pdf": sha256}
        audit.record(act, f"{row.kind}.printed", subject=row.gathering_id, data=told)
        session.add(Paper(minutes_id=row.id, version=version, pdf=pdf, sha256=sha256, made_at=act.at))
    return str(len(pdf))


def _document(act: Act, row: Record, base_url: str) -> MinutesInBoth | CorrectionInBoth:
    if isinstance(row, Minutes):
        return documents.minutes(act, row, base_url)
    return correction(act, act.session.get_one(Correction, row.id), base_url)


def _gathered(session: Session, territory_id: UUID, record_id: UUID) -> tuple[Act, Record, int]:
    """The platform's own act, the minutes or their correction, and which version they are."""
    act = Act(session, session.get_one(Territory, territory_id), None, frozenset(), clock.now())
    row = session.get_one(Record, record_id)
    latest = select(func.max(Version.version)).where(Version.minutes_id == row.id)
    return act, row, session.scalar(latest) or 0
