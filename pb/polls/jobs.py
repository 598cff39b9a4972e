"""The polls' long work: shutting the box in time, adding up the ballots, verifying the whole archive."""

from contextlib import closing
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb import clock
from pb.act import Act
from pb.audit import service as audit
from pb.core.belenios.report import Line, Step
from pb.core.belenios.verify import verify
from pb.cycles.models import Cycle
from pb.db import Database
from pb.jobs import service as jobs
from pb.polls import archive, counting, decrypting
from pb.polls.models import Poll, PollDecryption, PollShuffle, State
from pb.territory.models import Territory

STEPS = len(Step)


def close_due(database: Database) -> bool:
    """Shuts every poll whose closing time has passed; True if there was one."""
    now = clock.now()
    with database.work(writing=False) as session:
        query = select(Poll.id).where(Poll.state == State.OPEN, Poll.closes_at <= now)
        due = session.scalars(query).all()
    for poll_id in due:
        with database.work() as session:
            act, cycle, poll = _platform(session, poll_id)
            counting.close_if_due(act, cycle, poll)
    return bool(due)


@jobs.handles("poll.tally")
def add_up(work: jobs.Work) -> str:
    """Adds up the encrypted ballots in a reading transaction, keeps the sum in another."""
    with work.database.work(writing=False) as session:
        encrypted, count = counting.compute_tally(session, session.get_one(Poll, work.subject_id))
    work.progress(90)
    with work.database.work() as session:
        act, cycle, poll = _platform(session, work.subject_id)
        counting.keep_tally(act, cycle, poll, encrypted, count)
        jobs.ask(session, "poll.verify", poll.id, at=act.at)
    return str(count)


@jobs.handles("poll.shuffle")
def check_shuffle(work: jobs.Work) -> str:
    """Checks a trustee's shuffle in a reading transaction, appends it or names the trustee in another."""
    with work.database.work(writing=False) as session:
        row = session.get_one(PollShuffle, work.subject_id)
        if row.verdict is not None:
            return "done"
        holds = decrypting.shuffle_holds(session, row)
    work.progress(90)
    with work.database.work() as session:
        row = session.get_one(PollShuffle, work.subject_id)
        act, cycle, poll = _platform(session, row.poll_id)
        decrypting.judge_shuffle(act, cycle, poll, row, holds=holds)
    return "ok" if holds else "failed"


@jobs.handles("poll.decryption")
def check_decryption(work: jobs.Work) -> str:
    """Checks a trustee's decryption in a reading transaction, keeps it or asks the trustee again in another."""
    with work.database.work(writing=False) as session:
        row = session.get(PollDecryption, work.subject_id)
        if row is None:
            return "done"
        holds = decrypting.decryption_holds(session, row)
    work.progress(90)
    with work.database.work() as session:
        row = session.get(PollDecryption, work.subject_id)
        if row is not None:
            act, cycle, poll = _platform(session, row.poll_id)
            decrypting.judge_decryption(act, cycle, poll, row, holds=holds)
    return "ok" if holds else "failed"


@jobs.handles("poll.result")
def decrypt_result(work: jobs.Work) -> str:
    """Combines the decryptions in a reading transaction, publishes the result in another."""
    with work.database.work(writing=False) as session:
        act, _cycle, poll = _platform(session, work.subject_id)
        made = decrypting.decrypted(act, poll)
    if made is None:
        return "waits"
    work.progress(90)
    with work.database.work() as session:
        act, cycle, poll = _platform(session, work.subject_id)
        decrypting.publish(act, cycle, poll, made)
    return "ok"


@jobs.handles("poll.verify")
def verify_archive(work: jobs.Work) -> str:
    """Verifies the archive as anybody could, from a copy and without a transaction; the outcome is logged."""
    with work.database.work(writing=False) as session:
        file = archive.copy(session, session.get_one(Poll, work.subject_id))
    seen = 0

    def progress(_line: Line) -> None:
        nonlocal seen
        seen += 1
        work.progress(min(99, 100 * seen // STEPS))

    with closing(file):
        report = verify(file, on_check=progress)
    with work.database.work() as session:
        act, cycle, poll = _platform(session, work.subject_id)
        data = {"poll": poll.uuid, "ok": report.ok, "events": report.events, "ballots": report.ballots}
        audit.record(act, "poll.verified", subject=cycle.id, data=data)
    if not report.ok and report.failure is not None:
        return f"failed: {report.failure.step.value}, {report.failure.check.value}"
    return "ok"


def _platform(session: Session, poll_id: UUID) -> tuple[Act, Cycle, Poll]:
    """The act of the platform itself: nobody signed in, on the poll's okrug."""
    poll = session.get_one(Poll, poll_id)
    cycle = session.get_one(Cycle, poll.cycle_id)
    territory = session.get_one(Territory, cycle.territory_id)
    return Act(session, territory, None, frozenset(), clock.now()), cycle, poll
