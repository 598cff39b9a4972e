"""Looks whether somebody is to be told of something, and asks for the work.

The worker asks every other second, by one or two quick look-ups: so nothing is lost that was written in the moment in
which a job ended, an hour comes at which something is due, and no event costs its request anything.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from pb import clock
from pb.act import Act
from pb.audit.models import AuditEvent, AuditHead
from pb.db import Database
from pb.jobs import service as jobs
from pb.notices.models import Reached, Reminder, Sending, State
from pb.notices.service import contacts, following, reminding, sending, telling
from pb.territory.models import Territory

FAILED_PAUSE = timedelta(minutes=30)
"""How long a job that failed for good is left to the doctor before it is tried again."""


def wake(database: Database) -> bool:
    """Asks for what is due in every territory; whether there was anything. Raises SQLAlchemyError."""
    with database.work(writing=False) as session:
        wanted = due(session)
    if not wanted:
        return False
    with database.work() as session:
        for job, place in wanted:
            act = Act(session, session.get_one(Territory, place), None, frozenset(), clock.now())
            jobs.ask(act, job, place)
    return True


def due(session: Session) -> list[tuple[str, UUID]]:
    """The kinds of jobs that are to be asked for, each with its territory. Raises SQLAlchemyError."""
    found = [(following.JOB, place) for place in _untold(session)] + [(sending.JOB, place) for place in _due(session)]
    found += [(reminding.JOB, place) for place in _to_remind(session)]
    found += [(contacts.JOB, place) for place in contacts.to_try_again(session)]
    return [one for one in found if _may_ask(session, *one)]


def _untold(session: Session) -> list[UUID]:
    """Where the log has events that somebody may be told of and nobody was yet."""
    after = func.coalesce(Reached.position, 0)
    told = AuditEvent.action.in_(telling.actions())
    untold = exists().where(AuditEvent.territory_id == AuditHead.territory_id, told, AuditEvent.position > after)
    query = select(AuditHead.territory_id).outerjoin(Reached, Reached.territory_id == AuditHead.territory_id)
    return list(session.scalars(query.where(AuditHead.position > after, untold)))


def _due(session: Session) -> list[UUID]:
    query = select(Sending.territory_id).where(Sending.state == State.WAITING, Sending.next_at <= clock.now())
    return list(session.scalars(query.distinct()))


def _to_remind(session: Session) -> list[UUID]:
    """Where a reminder is due, or its vote has ended and its row is to go."""
    now = clock.now()
    over = or_(Reminder.next_at <= now, Reminder.ends_at <= now)
    return list(session.scalars(select(Reminder.territory_id).where(over).distinct()))


def _may_ask(session: Session, kind: str, place: UUID) -> bool:
    """Not while it waits or runs, and not at once after it failed for good."""
    job = jobs.of_terms(session, place, kind, place)
    if job is None or job.state == "done":
        return True
    finished = job.finished_at
    return job.state == "failed" and (finished is None or finished < clock.now() - FAILED_PAUSE)
