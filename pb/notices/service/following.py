"""Follows each territory's audit log and writes down who is to be told of its events.

The notices of an event and the way to it come in one transaction: killed at any moment, it goes on where it was, nobody
is left out and nobody told twice. No service knows of it, and no request waits for it: many people are taken a few
hundred at a time.
"""

from collections.abc import Iterable
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pb import clock
from pb.act import Act
from pb.audit.models import AuditEvent
from pb.jobs import service as jobs
from pb.notices.models import Channel, Choices, Follow, Kind, Notice, Reached, Sending, State, Topic
from pb.notices.service import choices, contacts, telling, terms, times
from pb.notices.service.telling import Concerned
from pb.territory.models import Territory

JOB = "notices.follow"
AT_ONCE = 250
"""People in one transaction: a page waits for none longer than some hundredths of a second."""
LATEST_DAYS = 3
"""What is older (a long stop, a restored backup) stands in the page, and no telephone rings for it."""
log = structlog.get_logger()


@jobs.handles(JOB, jobs.Priority.NOTICES)
def follow(work: jobs.Work) -> str:
    """Tells of the events that this territory's log has by now; how many notices that made."""
    made, until = 0, monotonic() + times.TURN_SECONDS
    while (written := _step(work)) is not None:
        made += written
        if monotonic() >= until:
            return jobs.MORE
    with work.database.work() as session:
        terms.sweep(session, clock.now())
    return str(made)


def _step(work: jobs.Work) -> int | None:
    """The next people of the next event; None where there is none."""
    with work.database.work() as session:
        reached = _reached(session, work.territory_id)
        event = _next_event(session, work.territory_id, reached.position)
        if event is None:
            return None
        now = clock.now()
        act = Act(session, session.get_one(Territory, work.territory_id), None, frozenset(), now)
        concerned = telling.teller(event.action).concerned(act, event)
        people = _people(session, event, concerned, reached.person_id)
        if people:
            _write(act, event, people, concerned)
        if len(people) == AT_ONCE:
            reached.person_id = people[-1]
        else:
            reached.position, reached.person_id = event.position, None
        return len(people)


def _reached(session: Session, territory_id: UUID) -> Reached:
    query = select(Reached).where(Reached.territory_id == territory_id).with_for_update()
    row = session.scalars(query).one_or_none()
    if row is None:  # of two workers at once one makes it, and the other waits for that
        made = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(made(Reached).values(territory_id=territory_id, position=0).on_conflict_do_nothing())
        row = session.scalars(query).one()
    return row


def _next_event(session: Session, territory_id: UUID, after: int) -> AuditEvent | None:
    told = AuditEvent.action.in_(telling.actions())
    query = select(AuditEvent).where(AuditEvent.territory_id == territory_id, AuditEvent.position > after, told)
    return session.scalars(query.order_by(AuditEvent.position).limit(1)).first()


def _people(session: Session, event: AuditEvent, concerned: Concerned, after: UUID | None) -> list[UUID]:
    """The next of those who are told, in the order of their ids. Whoever did it is not told, unless it is their own."""
    followers = {one for one in _followers(session, event, concerned.followed, after) if one != event.actor_id}
    own = {person for person in concerned.people if after is None or person > after}
    return sorted(own | followers)[:AT_ONCE]


def _followers(
    session: Session, event: AuditEvent, followed: Iterable[telling.Subject], after: UUID | None
) -> set[UUID]:
    by_kind: dict[Kind, list[UUID]] = {}
    for subject in followed:
        by_kind.setdefault(subject.kind, []).append(subject.id)
    if not by_kind:
        return set()
    which = or_(*((Follow.kind == kind) & Follow.subject_id.in_(ids) for kind, ids in by_kind.items()))
    query = select(Follow.person_id).where(which, Follow.since <= event.at).distinct()
    if after is not None:
        query = query.where(Follow.person_id > after)
    return set(session.scalars(query.order_by(Follow.person_id).limit(AT_ONCE + 1)))


def _write(act: Act, event: AuditEvent, people: list[UUID], concerned: Concerned) -> None:
    chosen, reachable = choices.of_people(act.session, people), contacts.verified(act.session, people)
    topic, late = telling.teller(event.action).topic, (act.at - event.at).days >= LATEST_DAYS
    notices, sendings = [], []
    for person in people:
        of = Topic.OWN if person in concerned.people else topic
        wish = chosen[person]
        ways = [] if late else [way for way in Channel if (person, way) in reachable and wish.on(way, of)]
        shown = of is Topic.OWN or wish.on(choices.PAGE, of)
        if not ways and not shown:
            continue
        notice = {
            "id": uuid4(),
            "person_id": person,
            "territory_id": act.territory.id,
            "event": event.hash,
            "at": event.at,
            "topic": of.value,
            "shown": shown,
        }
        notices.append(notice)
        sendings += [_sending(act, notice["id"], wish, way) for way in ways]
    if notices:
        act.session.execute(insert(Notice), notices)
    if sendings:
        act.session.execute(insert(Sending), sendings)


def _sending(act: Act, notice_id: Any, wish: Choices, way: Channel) -> dict[str, Any]:
    message = times.message_of(wish, wish.person_id, act.territory.id, way, act.at)
    return {
        "id": uuid4(),
        "notice_id": notice_id,
        "territory_id": act.territory.id,
        "person_id": wish.person_id,
        "channel": way.value,
        "message": message or uuid4(),
        "state": State.WAITING.value,
        "next_at": times.first(wish, act.at),
        "attempts": 0,
        "trouble": "",
    }
