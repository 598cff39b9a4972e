"""Writing and reading the audit log. An event is written in the transaction of the change it records."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from pb.act import Act
from pb.audit.models import AuditEvent, AuditHead
from pb.clock import ALMATY
from pb.growing_file import grown

PAGE = 25
MOST_ACTORS = 300  # offered to whoever seeks by person
# Requests that overlap may write their events in another order than they began: a rule of the database bounds it.
OVERLAP = timedelta(minutes=5)
DAY = timedelta(days=1)
FIELDS = ("position", "previous", "at", "action", "actor_id", "actor_roles", "subject_id", "data")


class Published(Protocol):
    """An event, or a row with its columns: what its hash is computed of."""

    @property
    def hash(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def previous(self) -> str | None: ...
    @property
    def at(self) -> datetime: ...
    @property
    def action(self) -> str: ...
    @property
    def actor_id(self) -> UUID | None: ...
    @property
    def actor_roles(self) -> str: ...
    @property
    def subject_id(self) -> UUID: ...
    @property
    def data(self) -> dict[str, Any]: ...


def take_turn(act: Act) -> AuditHead | None:
    """The end of the territory's chain, locked: until the transaction ends nobody else writes an event here.

    Asked first where the event names what is counted, as the next number of something.
    """
    query = select(AuditHead).where(AuditHead.territory_id == act.territory.id).with_for_update()
    return act.session.scalars(query).one_or_none()


def record(act: Act, action: str, *, subject: UUID, data: dict[str, Any] | None = None) -> AuditEvent:
    """Adds an event to the territory's chain. `data` holds JSON values alone, and never an IIN, a code or a name."""
    head = take_turn(act)
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
    act.session.info["recorded"] = True
    return event


def content(event: Published) -> dict[str, Any]:
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


def digest(event: Published) -> str:
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


def of_subjects(act: Act, action: str, subjects: Select[Any]) -> Sequence[AuditEvent]:
    """All events of a kind that happened to things, in order."""
    query = select(AuditEvent).where(AuditEvent.territory_id == act.territory.id, AuditEvent.action == action)
    return act.session.scalars(query.where(AuditEvent.subject_id.in_(subjects)).order_by(AuditEvent.position)).all()


def anything_since(
    territory: InstrumentedAttribute[UUID],
    subject: InstrumentedAttribute[UUID],
    moment: InstrumentedAttribute[datetime],
    or_of: Collection[str] = (),
) -> ColumnElement[bool]:
    """Whether an event about the subject is later than the moment: a condition on columns of another table's rows.

    Events with the actions `or_of` count whatever they are about.
    """
    return exists().where(
        AuditEvent.territory_id == territory,
        or_(AuditEvent.subject_id == subject, AuditEvent.action.in_(or_of)),
        AuditEvent.at > moment,
    )


def told_since(act: Act, action: str, since: datetime) -> list[dict[str, Any]]:
    """What the events of this action told after a moment, in their order."""
    of_action = (AuditEvent.territory_id == act.territory.id, AuditEvent.action == action, AuditEvent.at > since)
    return list(act.session.scalars(select(AuditEvent.data).where(*of_action).order_by(AuditEvent.position)))


def latest(act: Act, *actions: str) -> AuditEvent | None:
    """The last event with one of these actions, or None if there was none."""
    query = select(AuditEvent).where(AuditEvent.territory_id == act.territory.id, AuditEvent.action.in_(actions))
    return act.session.scalars(query.order_by(AuditEvent.position.desc()).limit(1)).first()


def page(act: Act, number: int) -> Sequence[AuditEvent]:
    """One page of the log, the latest first; pages count from 1. Positions have no gaps: none is counted through."""
    latest = length(act) - (number - 1) * PAGE
    query = select(AuditEvent).where(AuditEvent.territory_id == act.territory.id, AuditEvent.position <= latest)
    return act.session.scalars(query.order_by(AuditEvent.position.desc()).limit(PAGE)).all()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are sought: with one of these first words of their action, of a day in Almaty, in a role, by one."""

    kinds: Collection[str] = ()
    day: date | None = None
    by: UUID | None = None
    role: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """What the rows have to meet; empty where everything is wanted."""
        conditions: list[ColumnElement[bool]] = []
        if self.kinds:
            of_kind = (AuditEvent.action.between(f"{kind}.", f"{kind}/") for kind in self.kinds)
            conditions.append(or_(*of_kind))
        if self.day is not None:
            begins = datetime.combine(self.day, time(0), ALMATY)
            conditions += [AuditEvent.at >= begins, AuditEvent.at < begins + timedelta(days=1)]
        if self.by is not None:
            conditions.append(AuditEvent.actor_id == self.by)
        if self.role:
            roles = "," + AuditEvent.actor_roles + ","
            conditions.append(roles.contains(f",{self.role},", autoescape=True))
        return conditions


def count(act: Act, wanted: Wanted) -> int:
    """How many events of the territory's log are wanted."""
    conditions = wanted.conditions()
    if not conditions:
        return length(act)
    query = select(func.count()).select_from(AuditEvent).where(AuditEvent.territory_id == act.territory.id, *conditions)
    return act.session.scalar(query) or 0


def sought(act: Act, wanted: Wanted, number: int) -> Sequence[AuditEvent]:
    """One page of the events that are wanted, the latest first; pages count from 1."""
    conditions = wanted.conditions()
    if not conditions:
        return page(act, number)
    # The positions come from an index alone; only the rows of this page are read.
    wanted_positions = select(AuditEvent.position).where(AuditEvent.territory_id == act.territory.id, *conditions)
    wanted_positions = wanted_positions.order_by(AuditEvent.position.desc()).offset((number - 1) * PAGE).limit(PAGE)
    positions = act.session.scalars(wanted_positions).all()
    query = select(AuditEvent).where(AuditEvent.territory_id == act.territory.id, AuditEvent.position.in_(positions))
    return act.session.scalars(query.order_by(AuditEvent.position.desc())).all()


def actors(act: Act) -> dict[UUID, int]:
    """Who did something in the territory, each with the position of the latest event: the latest first, and not all."""
    latest = func.max(AuditEvent.position)
    query = select(AuditEvent.actor_id, latest).where(AuditEvent.territory_id == act.territory.id)
    query = query.where(AuditEvent.actor_id.is_not(None)).group_by(AuditEvent.actor_id).order_by(latest.desc())
    return {person: position for person, position in act.session.execute(query.limit(MOST_ACTORS)) if person}


def at_position(act: Act, position: int) -> AuditEvent | None:
    """The event of the territory's log at a position, from 1."""
    query = select(AuditEvent).where(AuditEvent.territory_id == act.territory.id, AuditEvent.position == position)
    return act.session.scalars(query).one_or_none()


def end(act: Act) -> tuple[int, str | None]:
    """Position and hash of the last event of the territory's log, as the database holds them."""
    head = act.session.get(AuditHead, act.territory.id)
    return (head.position, head.hash) if head else (0, None)


def ends(act: Act, territories: Sequence[UUID]) -> tuple[tuple[int, str | None], ...]:
    """Position and hash of the ends of several logs, for what is shown of all of them."""
    query = select(AuditHead.position, AuditHead.hash).where(AuditHead.territory_id.in_(territories))
    return tuple((head.position, head.hash) for head in act.session.execute(query.order_by(AuditHead.territory_id)))


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


class Chain:
    """A log that is computed anew event by event: up to which position it holds, and what must follow."""

    def __init__(self, position: int = 0, previous: str | None = None, latest: datetime | None = None) -> None:
        self.position, self.previous = position, previous
        self._order = Order()
        self._order.latest = latest

    @property
    def latest(self) -> datetime | None:
        """The latest moment so far."""
        return self._order.latest

    def takes(self, event: Published) -> bool:
        """Whether the event is the next one by position, link, hash and date; `position` is its own or the fault's."""
        self.position += 1
        if event.position != self.position or event.previous != self.previous or event.hash != digest(event):
            return False
        self.previous = event.hash
        return not self._order.goes_back(event.at)

    def ends_as(self, act: Act) -> bool:
        """Whether the log's head names the last event that was taken."""
        return end(act)[1] == self.previous


def rows(act: Act, *, after: int = 0, most: int | None = None) -> Iterator[Published]:
    """The events after a position, in order, as rows of the table: no session keeps them."""
    columns = (getattr(AuditEvent, name) for name in (*FIELDS, "hash"))
    query = select(*columns).where(AuditEvent.territory_id == act.territory.id, AuditEvent.position > after)
    query = query.order_by(AuditEvent.position).limit(most)
    with act.session.execute(query.execution_options(yield_per=500)) as found:  # closed also by who reads no further
        yield from found


def follow(act: Act, chain: Chain, beat: Callable[[], object] = lambda: None) -> int | None:
    """Takes every event behind `chain`, calling `beat` after each; the position of the first fault, or None."""
    for event in rows(act, after=chain.position):
        if not chain.takes(event):
            return chain.position
        beat()
    return None if chain.ends_as(act) else chain.position


def first_fault(act: Act) -> int | None:
    """The position of the first event whose hash, link or date is wrong, or None if the whole chain holds."""
    return follow(act, Chain())
