"""Writing and reading the audit log. An event is written in the transaction of the change it records."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import select

from pb.act import Act
from pb.audit.models import AuditEvent, AuditHead
from pb.growing_file import grown

PAGE = 50
# Requests that overlap may write their events in another order than they began: a rule of the database bounds it.
OVERLAP = timedelta(minutes=5)
DAY = timedelta(days=1)


def record(act: Act, action: str, *, subject: UUID, data: dict[str, Any] | None = None) -> AuditEvent:
    """Adds an event to the territory's chain. `data` holds JSON values alone, and never an IIN, a code or a name."""
    query = select(AuditHead).where(AuditHead.territory_id == act.territory.id).with_for_update()
    head = act.session.scalars(query).one_or_none()
    if head is None:
        head = AuditHead(territory_id=act.territory.id, position=0)
        act.session.add(head)
        act.session.flush()
    event = AuditEvent(
        territory_id=act.territory.id,
        position=head.position + 1,
        previous=head.hash,
        at=act.at,
        action=action,
        actor_id=act.person.id if act.person else None,
        actor_roles=",".join(sorted(act.roles)),
        subject_id=subject,
        data=data or {},
    )
    event.hash = digest(event)
    act.session.flush()
    act.session.add(event)
    act.session.flush()  # triggers take the event at the end of the chain alone, and move the end to an event alone
    head.position, head.hash = event.position, event.hash
    act.session.flush()
    return event


def content(event: AuditEvent) -> dict[str, Any]:
    """The fields that the hash covers, as they are published."""
    return {
        "position": event.position,
        "previous": event.previous,
        "at": event.at.astimezone(UTC).isoformat(),
        "action": event.action,
        "actor": str(event.actor_id) if event.actor_id else None,
        "roles": event.actor_roles,
        "subject": str(event.subject_id),
        "data": event.data,
    }


def digest(event: AuditEvent) -> str:
    """SHA-256, in hexadecimal, of the event's content as JSON with sorted keys and without spaces."""
    return digest_of(content(event))


def digest_of(published: dict[str, Any]) -> str:
    """The same of the fields as they are published, without the hash."""
    text = json.dumps(published, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class Order:
    """Whether the moments of a log, read event by event, ever go back by more than requests overlap."""

    def __init__(self) -> None:
        self.latest: datetime | None = None

    def goes_back(self, at: datetime) -> bool:
        """Whether an event of this moment is dated before one that stands earlier in the log."""
        if self.latest is not None and at < self.latest - OVERLAP:
            return True
        self.latest = at if self.latest is None else max(self.latest, at)
        return False


def of_subject(act: Act, subject: UUID) -> Sequence[AuditEvent]:
    """All that happened to one thing, in order."""
    query = select(AuditEvent).where(AuditEvent.territory_id == act.territory.id, AuditEvent.subject_id == subject)
    return act.session.scalars(query.order_by(AuditEvent.position)).all()


def latest(act: Act, *actions: str) -> AuditEvent | None:
    """The last event with one of these actions, or None if there was none."""
    query = select(AuditEvent).where(AuditEvent.territory_id == act.territory.id, AuditEvent.action.in_(actions))
    return act.session.scalars(query.order_by(AuditEvent.position.desc()).limit(1)).first()


def page(act: Act, number: int) -> Sequence[AuditEvent]:
    """One page of the log, the latest first; pages count from 1."""
    query = select(AuditEvent).where(AuditEvent.territory_id == act.territory.id)
    return act.session.scalars(query.order_by(AuditEvent.position.desc()).offset((number - 1) * PAGE).limit(PAGE)).all()


def length(act: Act) -> int:
    """How many events the territory's log has."""
    head = act.session.get(AuditHead, act.territory.id)
    return head.position if head else 0


def every(act: Act, after: int = 0) -> Iterator[AuditEvent]:
    """The whole log, or what comes after a position, a few hundred rows at a time."""
    query = (
        select(AuditEvent)
        .where(AuditEvent.territory_id == act.territory.id, AuditEvent.position > after)
        .order_by(AuditEvent.position)
    )
    yield from act.session.scalars(query.execution_options(yield_per=500))


def opened(act: Act, folder: Path) -> tuple[BinaryIO, int]:
    """The log as JSON lines in a file of `folder`, opened at its beginning, and its bytes: what is new is added now."""

    def lines(after: int) -> Iterator[bytes]:
        for event in every(act, after):
            line = json.dumps({**content(event), "hash": event.hash}, sort_keys=True, ensure_ascii=False)
            yield f"{line}\n".encode()

    def hash_at(position: int) -> str | None:
        query = select(AuditEvent.hash).where(
            AuditEvent.territory_id == act.territory.id, AuditEvent.position == position
        )
        return act.session.scalars(query).one_or_none()

    return grown(folder / f"{act.territory.id}.jsonl", length(act), lines, hash_at)


def day_unkept(act: Act) -> bool:
    """Whether the log's last event is a day old: nothing may be dated before it, but everything after."""
    head = act.session.get(AuditHead, act.territory.id)
    last = act.session.get(AuditEvent, head.hash) if head is not None and head.hash is not None else None
    return last is not None and act.at - last.at >= DAY


def keep_day(act: Act) -> bool:
    """Writes an event where none was written for a day, so that no later one is dated further back; True if it did."""
    if not day_unkept(act):
        return False
    record(act, "log.day_kept", subject=act.territory.id)
    return True


def first_fault(act: Act) -> int | None:
    """The position of the first event whose hash, link or date is wrong, or None if the whole chain holds."""
    previous = None
    position = 0
    order = Order()
    for event in every(act):
        position += 1
        if event.position != position or event.previous != previous or event.hash != digest(event):
            return position
        if order.goes_back(event.at):
            return position
        previous = event.hash
    head = act.session.get(AuditHead, act.territory.id)
    return None if (head.hash if head else None) == previous else position
