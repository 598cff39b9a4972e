"""Bytes that no row names any more go, and uploads whose term is over."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pb import clock
from pb.act import Act
from pb.db import Database
from pb.jobs import service as jobs
from pb.media.models import Paper, Picture, State, Upload
from pb.media.service.store import incoming, store_of
from pb.settings import Settings
from pb.territory.models import Territory

GRACE: Final = timedelta(minutes=5)
"""Bytes are kept before the row that names them is written: so old is what is swept."""


def named(session: Session) -> set[str]:
    """The digests of all files that rows name."""
    columns = (Picture.small, Picture.middle, Picture.large, Paper.digest)
    return {digest for column in columns for digest in session.scalars(select(column)) if digest is not None}


def awaited(session: Session) -> set[UUID]:
    """Pictures and papers whose files are still to be made anew."""
    queries = (select(each.id).where(each.state == State.WAITING) for each in (Picture, Paper))
    return {row_id for query in queries for row_id in session.scalars(query)}


def ask(act: Act) -> None:
    """Asks for what is not named any more to be swept, when it is old enough.

    What is asked for already keeps its moment, or it would never come while somebody goes on removing. A sweep that is
    at work may have looked already: then another follows it.
    """
    for argument in ("", "again"):
        job = jobs.find(act, "media.sweep", act.territory.id, argument)
        if job is None or job.state != "running":
            jobs.ask(act, "media.sweep", act.territory.id, argument, not_before=act.at + GRACE)
            return


@jobs.handles("media.sweep", jobs.Priority.UPKEEP)
def sweep(work: jobs.Work) -> str:
    """Removes what no row names and what was put before the last minutes; how many files went.

    What is younger may be about to get its row: where some is left, another sweep looks again.
    """
    before = clock.now() - GRACE
    store = store_of(work.settings)
    there, came = dict(store.kept()), dict(_incoming(work.settings))
    with work.database.work(writing=False) as session:
        orphans = there.keys() - named(session)
        left = came.keys() - {each.hex for each in awaited(session) | set(session.scalars(select(Upload.id)))}
    old, old_left = {each for each in orphans if there[each] <= before}, {each for each in left if came[each] <= before}
    for digest in old:
        store.remove(digest)
    for name in old_left:
        (incoming(work.settings) / name).unlink(missing_ok=True)
    if orphans != old or left != old_left:
        with work.database.work() as session:
            ask(Act(session, session.get_one(Territory, work.territory_id), None, frozenset(), clock.now()))
    return str(len(old) + len(old_left))


def end_uploads(database: Database, settings: Settings) -> int:
    """Lets uploads go whose term is over, with what came of them; how many."""
    now = clock.now()
    with database.work(writing=False) as session:
        over = list(session.scalars(select(Upload.id).where(Upload.expires_at <= now)))
    if not over:
        return 0
    with database.work() as session:
        session.execute(delete(Upload).where(Upload.id.in_(over), Upload.expires_at <= now))
    for upload_id in over:
        (incoming(settings) / upload_id.hex).unlink(missing_ok=True)
    return len(over)


def _incoming(settings: Settings) -> Iterator[tuple[str, datetime]]:
    for path in sorted(incoming(settings).glob("*")):
        with contextlib.suppress(FileNotFoundError):
            yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)
