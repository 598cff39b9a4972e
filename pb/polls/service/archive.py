"""The poll's archive in the database: appended link by link, streamed out byte for byte."""

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.core.belenios import archive
from pb.core.belenios.chain import Link
from pb.core.belenios.messages import Event, EventType
from pb.growing_file import grown
from pb.polls.models import ArchiveRecord, Poll

SPOOL_BYTES = 8 * 1024 * 1024
ROWS_AT_ONCE = 200
CLOSING_EVENTS = 300


def append(session: Session, poll: Poll, link: Link) -> Link:
    """Adds an event with its data. The caller holds the lock on the poll's row, so that the chain cannot fork."""
    for record in link.records:
        session.add(ArchiveRecord(poll_id=poll.id, position=poll.records, name=record.name, data=record.data))
        poll.records += 1
    poll.head = link.event.to_json()
    poll.height = link.event.height
    session.flush()
    return link


def head(poll: Poll) -> Event:
    """The last event of the chain, parent of the next. Raises ValueError before the opening."""
    if poll.head is None:
        raise ValueError("the poll has no chain yet")
    return Event.parse(poll.head)


def stream(session: Session, poll: Poll, first: int = 0) -> Iterator[bytes]:
    """`UUID.bel` as it stands now, a part at a time from number `first` on: the header is 0, record n is n + 1."""
    if first == 0:
        yield archive.header(poll.timestamp)
    query = (
        select(ArchiveRecord.name, ArchiveRecord.data)
        .where(
            ArchiveRecord.poll_id == poll.id,
            ArchiveRecord.position >= max(0, first - 1),
            ArchiveRecord.position < poll.records,
        )
        .order_by(ArchiveRecord.position)
    )
    for name, data in session.execute(query.execution_options(yield_per=ROWS_AT_ONCE)):
        yield archive.record(name, data, poll.timestamp)


def opened(session: Session, poll: Poll, folder: Path) -> tuple[BinaryIO, int]:
    """`UUID.bel` as a file in `folder`, opened at its beginning, and its bytes: what was added since is written now."""

    def last_name(count: int) -> str | None:
        query = select(ArchiveRecord.name).where(
            ArchiveRecord.poll_id == poll.id, ArchiveRecord.position == count - 2, ArchiveRecord.position < poll.records
        )
        return session.scalars(query).one_or_none()

    parts = partial(stream, session, poll)
    return grown(folder / f"{poll.uuid}.bel", poll.records + 1, parts, last_name)


def copy(session: Session, poll: Poll) -> BinaryIO:
    """The archive as a file at its beginning: in memory while small, on disk when large."""
    file = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - the caller closes it
    for part in stream(session, poll):
        file.write(part)
    file.seek(io.SEEK_SET)
    return cast("BinaryIO", file)


def events(session: Session, poll: Poll, *, first: int, count: int) -> list[tuple[str, Event]]:
    """Events of the chain with their hashes, `count` from height `first` on."""
    query = (
        select(ArchiveRecord.name, ArchiveRecord.data)
        .where(ArchiveRecord.poll_id == poll.id, ArchiveRecord.name.like("%.event.json"))
        .order_by(ArchiveRecord.position)
        .offset(first)
        .limit(count)
    )
    return [(name.partition(".")[0], Event.parse(data)) for name, data in session.execute(query)]


def data_named(session: Session, poll: Poll, digest: str) -> bytes | None:
    """A data record of the archive by the SHA-256 of its content."""
    query = select(ArchiveRecord.data).where(
        ArchiveRecord.poll_id == poll.id, ArchiveRecord.name == f"{digest}.data.json"
    )
    return session.scalars(query.limit(1)).one_or_none()


def payload(session: Session, poll: Poll, kind: EventType) -> bytes | None:
    """The payload of the last closing event of a kind; those are few, so the search begins near the chain's end."""
    first = max(0, poll.height - CLOSING_EVENTS)
    for _digest, event in reversed(events(session, poll, first=first, count=CLOSING_EVENTS + 1)):
        if event.type is kind and event.payload is not None:
            return data_named(session, poll, event.payload)
    return None
