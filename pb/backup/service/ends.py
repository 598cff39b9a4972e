"""How far a database goes, and whether what it holds is whole: the log, every archive, the keys, the schema."""

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb import clock, schema
from pb.act import Act
from pb.audit import service as audit
from pb.audit.models import AuditEvent, AuditHead
from pb.backup.service.manifest import ArchiveEnd, LogHead, Manifest
from pb.core.belenios.archive import ArchiveReader
from pb.core.belenios.ballots import tracker
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.chain import read_links
from pb.core.belenios.messages import Election, EventType
from pb.core.belenios.verify import verify
from pb.keyring import KeyRing, unseal_bytes
from pb.polls.models import RECEIPT_CONTEXT, Poll
from pb.polls.service import archive
from pb.territory.models import Territory
from pb.voting.models import CastBallot
from pb.voting.service import served


@dataclass(frozen=True)
class Newer:
    """A published archive that goes on after the backup: trackers, by place, of ballots that the backup lacks."""

    uuid: str
    trackers: dict[int, str]


@dataclass(frozen=True)
class CopiedEvent:
    """An event of a downloaded copy of a log, as far as a restored log is compared with it."""

    position: int
    digest: str
    at: str
    action: str


@dataclass(frozen=True)
class NewerEvents:
    """What a downloaded copy of a territory's log goes on with after the backup: `moment action`, by position."""

    kato: str
    events: dict[int, str]


def log_heads(session: Session) -> tuple[LogHead, ...]:
    """The end of the audit log of each territory that has one, by their codes."""
    query = select(Territory.kato, AuditHead.position, AuditHead.hash).join_from(Territory, AuditHead)
    ends = session.execute(query.where(AuditHead.hash.is_not(None)).order_by(Territory.kato))
    return tuple(LogHead(kato, position, digest) for kato, position, digest in ends if digest is not None)


def hash_at(session: Session, kato: str, position: int) -> str | None:
    """The hash of the event at a position, from 1, of a territory's log; None where there is none."""
    query = select(AuditEvent.hash).join(Territory).where(Territory.kato == kato, AuditEvent.position == position)
    return session.scalars(query).one_or_none()


def platform(session: Session, kato: str) -> Act | None:
    """The platform itself in a territory, to read or go on with its log; None where there is no such territory."""
    territory = session.scalars(select(Territory).where(Territory.kato == kato)).one_or_none()
    return None if territory is None else Act(session, territory, None, frozenset(), clock.now())


def archive_ends(session: Session) -> tuple[ArchiveEnd, ...]:
    """How far the archive of each opened poll goes."""
    return tuple(
        ArchiveEnd(
            uuid=poll.uuid,
            state=poll.state,
            ballots=session.scalar(select(func.count()).where(CastBallot.poll_id == poll.id)) or 0,
            events=poll.height + 1,
            head=sha256((poll.head or "").encode()).hexdigest(),
        )
        for poll in _opened(session)
    )


def faults(session: Session, manifest: Manifest, seal: KeyRing) -> Iterator[tuple[str, str]]:
    """Each check of a restored database with what is wrong, or an empty text."""
    yield "tables and triggers", "; ".join(schema.differences(session.connection()))
    for head in manifest.logs:
        act = platform(session, head.kato)
        broken = audit.first_fault(act) if act is not None else 1
        yield f"audit log of {head.kato}, {head.position} events", "" if broken is None else f"broken at event {broken}"
    yield "ends of audit logs", ", ".join(map(str, sorted(set(log_heads(session)) - set(manifest.logs), key=str)))
    yield "ends of archives", "" if archive_ends(session) == manifest.polls else "other than the backup's"
    for poll in _opened(session):
        with contextlib.closing(archive.copy(session, poll)) as file:
            report = verify(file)
        failure = report.failure
        fault = f"{failure.step.value}, {failure.check.value}" if failure is not None else "does not verify"
        yield f"archive {poll.uuid}, {report.ballots} ballots", "" if report.ok else fault
    yield from faults_of_served(session, seal)
    yield "keys", _unopened(session, seal)


def faults_of_served(session: Session, seal: KeyRing) -> Iterator[tuple[str, str]]:
    """Whether each poll is served as its archive and the log hold it: a name of the check, and its fault."""
    for poll in served.polls(session):
        names = served.differing(session, poll, seal)
        yield f"what is served of poll {poll.uuid}", f"not as sealed: {', '.join(names)}" if names else ""


def check_archive(published: BinaryIO) -> None:
    """Raises ValueError where a published archive is none by its structure and chain: no database is asked."""
    try:
        events = sum(1 for _link in read_links(ArchiveReader(published)))
    except ProtocolError as error:
        raise ValueError(str(error)) from error
    if not events:
        raise ValueError("It holds no event.")


def newer(session: Session, published: BinaryIO) -> Newer:
    """What a published archive holds beyond the poll's archive here. Raises ValueError where they are not of one chain.

    The archive's proofs are for `verify`: its structure and chain are checked alone.
    """
    ours: Poll | None = None
    uuid = ""
    met = False
    trackers: dict[int, str] = {}
    try:
        for link in read_links(ArchiveReader(published)):
            if link.event.type is EventType.SETUP:
                uuid = Election.parse(link.data[0].data).uuid
                ours = session.scalars(select(Poll).where(Poll.uuid == uuid)).one_or_none()
            height = ours.height if ours is not None else -1
            if link.event.height == height and ours is not None:
                met = link.event.to_json() == ours.head
            elif link.event.height > height and link.event.type is EventType.BALLOT:
                trackers[link.event.height] = tracker(link.data[0].data)
    except ProtocolError as error:
        raise ValueError(str(error)) from error
    if ours is not None and not met:
        raise ValueError(f"poll {uuid}: this archive and the backup's are not of one chain, or it ends before it")
    return Newer(uuid, trackers)


def copied_events(copy: Iterable[str]) -> Iterator[CopiedEvent]:
    """The events of a downloaded copy of a log, a line of JSON for each, computed anew one by one.

    Raises ValueError at the first that does not hold, and where there is none: whoever hands a copy in may have written
    it, and no database is asked.
    """
    event: CopiedEvent | None = None
    order = audit.Order()
    for place, line in enumerate(copy, start=1):
        try:
            event, at = _copied(line, place, event.digest if event is not None else None)
            goes_back = order.goes_back(at)
        # what is nested too deeply, or dated at the edge of the calendar, is no event of ours
        except (ValueError, RecursionError, OverflowError) as error:
            raise ValueError(f"line {place} is not what it says") from error
        if goes_back:
            raise ValueError(f"line {place} is dated before an earlier one")
        yield event
    if event is None:
        raise ValueError("it has no events")


def newer_events(session: Session, copy: Iterable[str]) -> NewerEvents:
    """What a downloaded copy of a territory's log holds beyond the log here; its first event says whose log it is.

    Raises ValueError where it does not hold, or is of no log of this backup.
    """
    head: LogHead | None = None
    found: dict[int, str] = {}
    place = 0
    for event in copied_events(copy):
        place = event.position
        head = head or _head_of_log(session, event.digest)
        if place == head.position and event.digest != head.hash:
            raise ValueError(f"another log: its event {place} has the hash {event.digest}")
        if place > head.position:
            found[place] = f"{event.at} {event.action}"
    if head is None or place < head.position:
        raise ValueError(f"it ends at event {place}, before the backup")
    return NewerEvents(head.kato, found)


def _head_of_log(session: Session, first: str) -> LogHead:
    """The end of the log that begins with this event. Raises ValueError where none does."""
    query = select(Territory.kato, AuditHead.position, AuditHead.hash).join_from(Territory, AuditHead)
    query = query.join(AuditEvent, AuditEvent.territory_id == Territory.id).where(AuditEvent.hash == first)
    row = session.execute(query.where(AuditEvent.position == 1)).one_or_none()
    if row is None or row.hash is None:
        raise ValueError("no log of this backup begins with its first event")
    return LogHead(row.kato, row.position, row.hash)


def _copied(line: str, place: int, previous: str | None) -> tuple[CopiedEvent, datetime]:
    """The event of a line, and its moment. Raises ValueError, or RecursionError, where it is not what it says."""
    event = json.loads(line)
    digest = event.pop("hash", None) if isinstance(event, dict) else None
    if digest is None or audit.digest_of(event) != digest:
        raise ValueError("its hash")
    if (event.get("position"), event.get("previous")) != (place, previous):
        raise ValueError("its place")
    at, action = event.get("at"), event.get("action")
    if not isinstance(at, str) or not isinstance(action, str):
        raise ValueError("its fields")  # noqa: TRY004 - a fault of the file, not of the program
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise ValueError("its moment")
    return CopiedEvent(place, digest, at, action), moment


def _opened(session: Session) -> list[Poll]:
    return list(session.scalars(select(Poll).where(Poll.head.is_not(None)).order_by(Poll.uuid)))


def _unopened(session: Session, seal: KeyRing) -> str:
    """Which polls' receipt keys the ring does not open."""
    closed = []
    for poll in session.scalars(select(Poll).order_by(Poll.uuid)):
        try:
            unseal_bytes(poll.receipt_private, seal, RECEIPT_CONTEXT)
        except InvalidTag:
            closed.append(poll.uuid)
    return f"do not open what is sealed: polls {', '.join(closed)}" if closed else ""
