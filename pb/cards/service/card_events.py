"""Hand-overs and releases as the public learns of them: salted commitments, a day's at once, sorted.

The exact time of a hand-over beside the trackers of the ballot box would join names to ballots. So no event of the log
tells of a single one. A commitment is HMAC-SHA-256 under a fresh salt of 256 bits over the JSON array
[poll, day, way, number on the roll, number of the reserve or null] without spaces. Numbers and salts go to auditors,
who compute each anew and compare it with rows and paper.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pb.act import Act
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.cards.models import CardBatch, CardEvent, Way
from pb.clock import local
from pb.core.poll.sampling import commitment
from pb.cycles.models import Cycle
from pb.polls.models import Poll, State
from pb.roll.models import Entry

SALT_BYTES = 32
SETTLING = timedelta(minutes=10)  # a transaction of yesterday's last second has ended by then
ACTION = "poll.card_events"


def text_of(uuid: str, day: date, way: str, number: int, reserve: int | None) -> str:
    """What is committed of one event; `number` is the voter's on the roll."""
    return json.dumps([uuid, day.isoformat(), way, number, reserve], separators=(",", ":"))


def hold(act: Act, poll: Poll) -> None:
    """Keeps the poll from being closed until this transaction ends: no event comes after its day's batch."""
    act.session.get_one(Poll, poll.id, with_for_update={"read": True}, populate_existing=True)


def keep(act: Act, poll: Poll, way: Way, entry_id: UUID, reserve: int | None = None) -> CardEvent:
    """Keeps an event of today with a fresh salt, for today's batch. The caller holds the poll by `hold`."""
    salt, day = secrets.token_bytes(SALT_BYTES), local(act.at).date()
    number = act.session.get_one(Entry, entry_id).number
    committed = commitment(text_of(poll.uuid, day, way, number, reserve), salt)
    event = CardEvent(
        poll_id=poll.id, commitment=committed, salt=salt, day=day, way=way, entry_id=entry_id, reserve=reserve
    )
    act.session.add(event)
    act.session.flush()
    return event


def due(session: Session, at: datetime) -> set[UUID]:
    """The polls that may have a day to publish: some event's day is over, or the poll is, and no batch has it."""
    today = local(at - SETTLING).date()
    query = (
        select(CardEvent.poll_id)
        .join(Poll, Poll.id == CardEvent.poll_id)
        .outerjoin(CardBatch, (CardBatch.poll_id == CardEvent.poll_id) & (CardBatch.day == CardEvent.day))
        .where(CardBatch.day.is_(None))
        .where(or_(CardEvent.day < today, Poll.state.not_in((State.PREPARING, State.OPEN))))
    )
    return set(session.scalars(query.distinct()))


def publish(act: Act, cycle: Cycle, poll: Poll) -> int:
    """Publishes the commitments of each day that is over, and of all days once no card goes out any more; how many.

    A day is one event of the audit log with the sorted list: neither order nor minute is in it.
    """
    over = poll.state not in {State.PREPARING, State.OPEN}
    published = set(act.session.scalars(select(CardBatch.day).where(CardBatch.poll_id == poll.id)))
    today = local(act.at - SETTLING).date()
    days = act.session.scalars(select(CardEvent.day).where(CardEvent.poll_id == poll.id).distinct()).all()
    unpublished = [day for day in sorted(days) if day not in published and (over or day < today)]
    for day in unpublished:
        query = select(CardEvent.commitment).where(CardEvent.poll_id == poll.id, CardEvent.day == day)
        commitments = sorted(act.session.scalars(query))
        data = {"poll": poll.uuid, "day": day.isoformat(), "commitments": commitments}
        event = audit.record(act, ACTION, subject=cycle.id, data=data)
        act.session.add(CardBatch(poll_id=poll.id, day=day, at=act.at, event=event.hash))
        act.session.flush()
    return len(unpublished)


@dataclass(frozen=True)
class Day:
    """What is public of a day: how many events, and the audit log's event with their commitments."""

    day: date
    commitments: tuple[str, ...]
    event: AuditEvent


def days(act: Act, poll: Poll) -> list[Day]:
    """The published days in order, as the log's own events have them."""
    query = (
        select(CardBatch.day, AuditEvent)
        .join(AuditEvent, AuditEvent.hash == CardBatch.event)
        .where(CardBatch.poll_id == poll.id)
        .order_by(CardBatch.day)
    )
    return [Day(day, tuple(event.data["commitments"]), event) for day, event in act.session.execute(query)]


@dataclass(frozen=True)
class Opened:
    """An event with what opens its commitment; `holds`: the commitment follows from it and stands in its day's list."""

    day: date
    way: str
    number: int
    reserve: int | None
    salt: str
    commitment: str
    holds: bool


def opened(act: Act, poll: Poll) -> list[Opened]:
    """Every event of published days, by commitment; each is computed anew and looked up in the audit log."""
    in_log = {day.day: frozenset(day.commitments) for day in days(act, poll)}
    query = (
        select(CardEvent, Entry.number)
        .join(Entry, Entry.id == CardEvent.entry_id)
        .where(CardEvent.poll_id == poll.id)
        .order_by(CardEvent.commitment)
    )
    rows: Sequence[Any] = act.session.execute(query).all()
    return [
        Opened(
            event.day,
            event.way,
            number,
            event.reserve,
            event.salt.hex(),
            event.commitment,
            event.commitment in in_log[event.day]
            and commitment(text_of(poll.uuid, event.day, event.way, number, event.reserve), event.salt)
            == event.commitment,
        )
        for event, number in rows
        if event.day in in_log
    ]


def without_opening(act: Act, poll: Poll) -> list[str]:
    """Published commitments for which no event is kept: somebody took one away."""
    kept = set(act.session.scalars(select(CardEvent.commitment).where(CardEvent.poll_id == poll.id)))
    return sorted({committed for day in days(act, poll) for committed in day.commitments} - kept)
