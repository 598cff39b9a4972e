"""The polls' long work: shutting the box in time, adding up the ballots, verifying the whole archive."""

from collections.abc import Sequence
from datetime import datetime
from tempfile import NamedTemporaryFile
from uuid import UUID

import structlog
from sqlalchemy import select

from pb import child, clock
from pb.act import Act
from pb.audit import service as audit
from pb.cards.service import card_events
from pb.core.belenios.report import Step
from pb.core.belenios.verify import verify_telling
from pb.db import Database, make_private
from pb.jobs import service as jobs
from pb.keyring import Keys
from pb.polls.models import Poll, State
from pb.polls.service import archive, state
from pb.territory.models import Territory
from pb.territory.service import tree
from pb.voting.service import closing, judging, served

log = structlog.get_logger()
STEPS = len(Step)
VERIFYING_SECONDS = 3600


def close_due(database: Database) -> bool:
    """Shuts every poll whose closing time has passed; True if there was one."""
    due = _due(database, clock.now())
    for poll_id in due:
        try:
            with database.work() as session:
                act, cycle, poll = state.of_platform(session, poll_id)
                closing.close_if_due(act, cycle, poll)
        except Exception:
            # Tried again in half a second; meanwhile no other poll waits for this one.
            log.exception("closing_failed", poll=str(poll_id))
    return bool(due)


def _due(database: Database, now: datetime) -> Sequence[UUID]:
    with database.work(writing=False) as session:
        return session.scalars(select(Poll.id).where(Poll.state == State.OPEN, Poll.closes_at <= now)).all()


def publish_due(database: Database) -> bool:
    """Publishes the hand-overs of every day that is over, as commitments; True if there was one."""
    with database.work(writing=False) as session:
        due = card_events.due(session, clock.now())
    for poll_id in due:
        with database.work() as session:
            act, cycle, poll = state.of_platform(session, poll_id)
            act.session.refresh(poll, with_for_update=True)
            card_events.publish(act, cycle, poll)
    return bool(due)


def keep_day(database: Database) -> bool:
    """Leaves no day without an event in the log of any territory; True if it wrote one."""
    now, kept = clock.now(), False
    with database.work(writing=False) as session:
        acts = [Act(session, territory, None, frozenset(), now) for territory in tree.taking_part(session)]
        unkept = [act.territory.id for act in acts if audit.day_unkept(act)]
    for territory_id in unkept:  # one after the other: no lock on one log waits for that of another
        with database.work() as session:
            territory = session.get_one(Territory, territory_id)
            kept = audit.keep_day(Act(session, territory, None, frozenset(), now)) or kept
    return kept


def tick(database: Database) -> bool:
    """What the clock brings: polls are closed, days of hand-overs published, and a day without events kept.

    True if there was anything.
    """
    closed, published = close_due(database), publish_due(database)
    return keep_day(database) or published or closed


@jobs.handles("poll.tally", jobs.Priority.COUNTING)
def add_up(work: jobs.Work) -> str:
    """Adds up the encrypted ballots in a reading transaction, keeps the sum in another."""
    with work.database.work(writing=False) as session:
        encrypted, count = closing.compute_tally(session, session.get_one(Poll, work.subject_id))
    work.progress(90)
    with work.database.work() as session:
        act, cycle, poll = state.of_platform(session, work.subject_id)
        closing.keep_tally(act, cycle, poll, encrypted, count)
        jobs.ask(act, "poll.verify", poll.id)
    return str(count)


@jobs.handles(judging.JOB, jobs.Priority.COUNTING)
def judge_evidence(work: jobs.Work) -> str:
    """Verifies the signatures of ballots without a transaction, and keeps what came out in one."""
    with work.database.work(writing=False) as session:
        poll = session.get_one(Poll, work.subject_id)
        uuid, claims = poll.uuid, judging.claims(session, poll)
    found, at = {}, clock.now()
    for number, claim in enumerate(claims):
        found[claim.tracker] = judging.judge(work.settings, uuid, claim, at)
        if number % 50 == 0:  # also renews the job's lease
            work.progress(90 * number // len(claims))
    with work.database.work() as session:
        act, cycle, poll = state.of_platform(session, work.subject_id)
        keys = Keys(work.settings.iin_pepper, work.settings.seal_key)
        judging.keep(act, cycle, poll, found, keys)
    return str(len(found))


@jobs.handles("poll.verify", jobs.Priority.VERIFYING)
def verify_archive(work: jobs.Work) -> str:
    """Verifies the archive as anybody could, from a copy and in a child, and what is served beside it; logs both."""
    with NamedTemporaryFile(dir=make_private(work.settings.state_folder / "downloads")) as file:
        with work.database.work(writing=False) as session:
            poll = session.get_one(Poll, work.subject_id)
            for part in archive.stream(session, poll):
                file.write(part)
            differing = served.differing(session, poll, work.settings.seal_key)
        file.flush()
        shown = 0

        def progress(checks: int) -> None:
            nonlocal shown
            if (percent := min(99, 100 * checks // STEPS)) > shown:
                shown = percent
                work.progress(percent)

        report = child.run(
            verify_telling,
            file.name,
            processor_seconds=VERIFYING_SECONDS,
            heard=progress,
            beat=work.still_at_work,
        )
    with work.database.work() as session:
        act, cycle, poll = state.of_platform(session, work.subject_id)
        sound = report.ok and not differing
        data = {"poll": poll.uuid, "ok": sound, "events": report.events, "ballots": report.ballots}
        audit.record(act, "poll.verified", subject=cycle.id, data=data)
    if not report.ok and report.failure is not None:
        return f"failed: {report.failure.step.value}, {report.failure.check.value}"
    return f"failed: served otherwise than sealed: {', '.join(differing)}" if differing else "ok"
