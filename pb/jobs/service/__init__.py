"""Asking for work, and doing it: claimed in one transaction, computed in none, finished in another."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, case, or_, select
from sqlalchemy.orm import Session

from pb import clock
from pb.act import Act
from pb.db import Database
from pb.errors import Refusal
from pb.jobs.models import Job
from pb.settings import Settings

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 5
LATER = timedelta(minutes=5)
LONG = timedelta(minutes=5)
"""What has waited longer than this has every second turn, whatever it is."""
MORE = "more"
"""The outcome of a handler that stopped before its end: it goes on behind all that came meanwhile."""
log = structlog.get_logger()


@dataclass(frozen=True)
class Work:
    """What a handler is given: the database to open its own units of work on, the settings, and the job's terms."""

    database: Database
    settings: Settings
    job_id: UUID
    territory_id: UUID
    subject_id: UUID
    argument: str

    def progress(self, percent: int) -> None:
        """Shows how far the work is and renews its lease, in a transaction of its own."""
        with self.database.work() as session:
            job = session.get_one(Job, self.job_id)
            job.progress = max(0, min(100, percent))
            job.leased_until = clock.now() + LEASE

    def still_at_work(self) -> None:
        """Renews the lease of work that takes long between two steps."""
        with self.database.work() as session:
            session.get_one(Job, self.job_id).leased_until = clock.now() + LEASE


class Later(Exception):
    """What the work needs is away, which is no fault of the work: it waits, and counts as no attempt."""


class Priority(IntEnum):
    """What is done first. The closing of a poll is no job: it has a thread of its own (pb/worker.py).

    Notices go after what a person waits for at a page, such as a code or a photo: there may be thousands of them. They
    go before papers that residents sent, of which one may take minutes: a reminder has an end. Nothing waits for ever:
    what has waited long has every second turn.
    """

    COUNTING = 1
    LETTERS = 2
    VERIFYING = 3
    PAPERS = 4
    NOTICES = 5
    READING = 6
    UPKEEP = 7


Handler = Callable[[Work], str]
_handlers: dict[str, tuple[Priority, Handler]] = {}


def handles(kind: str, priority: Priority) -> Callable[[Handler], Handler]:
    """Registers what does a kind of work. A handler is idempotent and returns its outcome as short text.

    One thread does all jobs: a handler whose work may take minutes stops after some seconds with the outcome MORE.
    """

    def register(handler: Handler) -> Handler:
        _handlers[kind] = (priority, handler)
        return handler

    return register


def ask(
    act: Act, kind: str, subject_id: UUID, argument: str = "", *, not_before: datetime | None = None, behind: int = 0
) -> Job:
    """Asks for work on the act's territory, in its transaction; a finished or failed job of the same terms again.

    `behind`: how many of the same person's wait already. A person's tenth goes after everybody's first.
    The caller has looked that the subject is there and of this territory: whatever a stranger names is never queued.
    """
    job = find(act, kind, subject_id, argument)
    if job is None:
        job = Job(territory_id=act.territory.id, kind=kind, subject_id=subject_id, argument=argument, state="done")
        act.session.add(job)
    if job.state in {"done", "failed"}:
        job.state, job.progress, job.attempts, job.outcome = "queued", 0, 0, ""
        job.asked_at, job.priority = max(act.at, not_before or act.at), _handlers[kind][0]
        job.behind = behind
    act.session.flush()
    return job


def find(act: Act, kind: str, subject_id: UUID, argument: str = "") -> Job | None:
    """The job of these terms on the act's territory, if it was ever asked for."""
    return of_terms(act.session, act.territory.id, kind, subject_id, argument)


def of_terms(session: Session, territory_id: UUID, kind: str, subject_id: UUID, argument: str = "") -> Job | None:
    """The same of any territory, for who looks whether work is to be asked for."""
    query = select(Job).where(
        Job.territory_id == territory_id,
        Job.kind == kind,
        Job.subject_id == subject_id,
        Job.argument == argument,
    )
    return session.scalars(query).one_or_none()


def run_next(database: Database, settings: Settings, *, long_waiting: bool = False) -> bool:
    """Does one job, if one waits (or its worker was killed). True if there was one.

    `long_waiting`: first what has waited long.
    """
    work, kind = _claim(database, settings, long_waiting=long_waiting)
    if work is None:
        return bool(kind)
    hopeless = waits = False
    try:
        outcome, state = _handlers[kind][1](work), "done"
    except Later as error:
        outcome, state, waits = type(error).__name__, "queued", True
    except Exception as error:
        log.exception("job_failed", kind=kind, job=str(work.job_id))
        outcome, state = type(error).__name__, "failed"
        hopeless = isinstance(error, Refusal)  # it would be refused again
    with database.work() as session:
        job = session.get_one(Job, work.job_id)
        if state == "failed" and job.attempts < MOST_ATTEMPTS and not hopeless:
            state = "queued"
            job.asked_at = clock.now() + timedelta(seconds=5 * 2**job.attempts)
        if waits:
            job.attempts, job.asked_at = job.attempts - 1, clock.now() + LATER
        if outcome == MORE:
            state, job.asked_at, job.attempts = "queued", clock.now(), 0
        job.state, job.outcome, job.leased_until, job.finished_at = state, outcome, None, clock.now()
        job.progress = 100 if state == "done" else job.progress
    return True


def run_all(database: Database, settings: Settings, between: Callable[[], None] = lambda: None) -> int:
    """Does all that waits, with a look at something else after each; the number of jobs done."""
    done = 0
    while run_next(database, settings, long_waiting=done % 2 == 1):
        done += 1
        between()
    return done


def _claim(database: Database, settings: Settings, *, long_waiting: bool) -> tuple[Work | None, str]:
    now = clock.now()
    with database.work() as session:
        query = (
            select(Job)
            .where(
                or_(
                    (Job.state == "queued") & (Job.asked_at <= now),
                    (Job.state == "running") & (Job.leased_until < now),
                )
            )
            .order_by(*(_long_first(now) if long_waiting else ()), Job.priority, Job.behind, Job.asked_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        job = session.scalars(query).one_or_none()
        if job is None:
            return None, ""
        if job.attempts >= MOST_ATTEMPTS:
            # Its workers died of it, one after the other: none was left to say so.
            log.error("job_killed_its_workers", kind=job.kind, job=str(job.id))
            job.state, job.outcome, job.leased_until, job.finished_at = "failed", "WorkerDied", None, now
            return None, job.kind
        job.state, job.leased_until, job.attempts = "running", now + LEASE, job.attempts + 1
        return Work(database, settings, job.id, job.territory_id, job.subject_id, job.argument), job.kind


def _long_first(now: datetime) -> tuple[ColumnElement[int], ColumnElement[datetime]]:
    """After all counting what has waited long, first who waited longest."""
    waited = Job.asked_at < now - LONG
    return case((Job.priority == Priority.COUNTING, 0), (waited, 1), else_=2), case((waited, Job.asked_at))


@dataclass(frozen=True)
class Troubles:
    """Kinds of jobs that nobody takes, that no worker holds any more, and that failed for good although people wait."""

    untaken: list[str]
    dropped: list[str]
    failed: list[str]


def troubles(database: Database) -> Troubles:
    """What does not go on by itself.

    A job that was asked for a moment ago is no trouble, nor is one that waits its turn while others are done.
    Papers and upkeep that failed are left out: whoever looks at their page asks anew.
    """
    long_ago = clock.now() - LEASE
    with database.work(writing=False) as session:

        def kinds(*which: ColumnElement[bool]) -> list[str]:
            return sorted(session.scalars(select(Job.kind).where(*which).distinct()))

        at_work = or_(Job.finished_at >= long_ago, (Job.state == "running") & (Job.leased_until >= clock.now()))
        goes_on = session.scalars(select(Job.id).where(at_work).limit(1)).first() is not None
        return Troubles(
            untaken=[] if goes_on else kinds(Job.state == "queued", Job.asked_at < long_ago),
            dropped=kinds(Job.state == "running", Job.leased_until < long_ago),
            failed=kinds(
                Job.state == "failed", Job.priority.not_in([Priority.PAPERS, Priority.READING, Priority.UPKEEP])
            ),
        )


def any_waiting(database: Database) -> bool:
    """Whether a job waits for a worker."""
    with database.work(writing=False) as session:
        return session.scalars(select(Job.id).where(Job.state == "queued").limit(1)).first() is not None
