"""What is written now with another date opens no door earlier, and no deed stands without its event in the log."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Select, insert, literal_column, select, text, update
from sqlalchemy.exc import DatabaseError

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent, AuditHead
from pb.core.places import kinds
from pb.cycles import service as cycles
from pb.db import Database
from pb.gatherings.models import Answer, Gathering, Kind, Minutes, State
from pb.gatherings.service import convening
from pb.gatherings.service.drafting import fingerprint
from pb.identity.models import Person
from pb.identity.service import appointments
from pb.identity.service.holdings import Terms
from pb.polls.models import Poll
from pb.territory.models import Territory
from tests.polls.open_poll import OpenPoll
from tests.village import Village, meeting_confirmed_and_answered

both = pytest.mark.both_databases
HOUR = timedelta(hours=1)


def refused(database: Database, attack: Callable[[Connection], object], by: str) -> None:
    with database.engine.connect() as connection:
        with pytest.raises(DatabaseError, match=by):
            attack(connection)
        connection.rollback()


def last_of(*columns: Any) -> Select[Any]:
    """Of the last event of the okrug's log; its city has a log of its own."""
    ends = select(*columns).join(AuditHead, AuditHead.hash == AuditEvent.hash)
    return ends.join(Territory, Territory.id == AuditHead.territory_id).where(Territory.kind == kinds.Kind.OKRUG)


def next_event(connection: Connection, at: Any, **changes: Any) -> dict[str, Any]:
    """What an enemy writes at the end of the log, at a moment of choice."""
    last = connection.execute(last_of(AuditEvent)).mappings().one()
    following = {"hash": "f" * 64, "previous": last["hash"], "position": last["position"] + 1, "at": at}
    return dict(last) | following | changes


def write(connection: Connection, at: Any, **changes: Any) -> None:
    """The event, and the end of the log moved on to it."""
    event = next_event(connection, at, **changes)
    connection.execute(insert(AuditEvent).values(event))
    head = update(AuditHead).where(AuditHead.territory_id == event["territory_id"])
    connection.execute(head.values(hash=event["hash"], position=event["position"]))


def last_moment(database: Database) -> datetime:
    with database.engine.connect() as connection:
        return connection.execute(last_of(AuditEvent.at)).scalar_one()


@both
def test_no_event_is_dated_before_the_end_of_the_log(okrug: Village) -> None:
    """Where it is so, a role of today is as old as its giver likes."""
    last = last_moment(okrug.database)
    assert last < clock.now() - HOUR
    for earlier in (timedelta(microseconds=1), HOUR, timedelta(days=4000)):
        at = last - earlier
        refused(okrug.database, lambda connection, at=at: write(connection, at), "dated_audit_events_insert")  # type: ignore[misc]
    with okrug.database.engine.begin() as connection:
        write(connection, last)


@both
def test_after_an_event_of_now_none_of_this_morning_is_written(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        audit.record(act, "keys.rotation_asked", subject=act.territory.id)
    morning = clock.now() - HOUR
    refused(okrug.database, lambda connection: write(connection, morning), "dated_audit_events_insert")


@both
def test_requests_that_overlap_write_their_events_in_any_order(okrug: Village) -> None:
    now = clock.now()
    with okrug.act_as(Role.OFFICE, at=now) as act:
        audit.record(act, "keys.rotation_asked", subject=act.territory.id)
    with okrug.act_as(Role.OFFICE, at=now - timedelta(seconds=90)) as act:
        audit.record(act, "keys.rotation_asked", subject=act.territory.id)
        assert audit.first_fault(act) is None


@both
def test_an_event_has_a_moment_that_stands_before_or_after_others(okrug: Village) -> None:
    sqlite = okrug.database.engine.dialect.name == "sqlite"
    for no_moment in ("'9999'", "'tomorrow'", "''") if sqlite else ("'infinity'::timestamptz",):
        at = literal_column(no_moment)
        refused(okrug.database, lambda connection, at=at: write(connection, at), "dated_audit_events_insert")  # type: ignore[misc]


@both
def test_an_event_of_the_future_stops_nobody(okrug: Village) -> None:
    """The log shows it; what is written at its own moment goes on."""
    with okrug.database.engine.begin() as connection:
        write(connection, clock.now() + timedelta(days=4000), hash="e" * 64)
    with okrug.act_as(Role.OFFICE) as act:
        audit.record(act, "keys.rotation_asked", subject=act.territory.id)


@both
def test_a_new_role_confirms_nothing_by_an_event_of_the_future(okrug: Village) -> None:
    """As it was played: given today, and used today under the date on which it will have cooled off."""
    fresh = okrug.people[Role.OBSERVER]
    okrug.appoint(fresh.id, Role.OFFICE)
    later = clock.now() + timedelta(days=10)
    with okrug.act_as(Role.CHAIR, at=later) as act:
        accomplice = act.session.get_one(Person, okrug.people[Role.RESIDENT].id)
        terms = Terms(Role.SECRETARY, clock.local(later).date(), "order № 9")
        proposal = appointments.propose_giving(act, accomplice, terms, reason="test").id
    refusal = pytest.raises(DatabaseError, match="frozen_role_proposals_update")
    with refusal, okrug.act_as(Role.OFFICE, person=fresh, at=later) as act:
        appointments.confirm(act, appointments.get(act, proposal))


@both
@pytest.mark.parametrize("state", ["closed", "under_minimum", "annulled"])
def test_a_poll_moves_with_its_event_alone(opened: OpenPoll, database: Database, state: str) -> None:
    assert opened
    moved = update(Poll).values(state=state)
    by = "logged_polls_update|two_bodies_polls_update|annulled"
    refused(database, lambda connection: connection.execute(moved), by)


@both
def test_a_poll_is_not_closed_before_its_time_nor_by_another_s_event(opened: OpenPoll, database: Database) -> None:
    with opened.act() as act:
        cycle, poll = opened.rows(act)
        subject, closes = cycle.id, poll.closes_at
    assert closes is not None
    closed = update(Poll).values(state="closed")

    def close(connection: Connection, at: datetime, about: UUID, action: str = "poll.closed") -> None:
        write(connection, at, action=action, subject_id=about)
        connection.execute(closed)

    refused(database, lambda connection: close(connection, closes - HOUR, subject), "logged_polls_update")
    refused(database, lambda connection: close(connection, closes, uuid4()), "logged_polls_update")
    refused(database, lambda connection: close(connection, closes, subject, "poll.tallied"), "logged_polls_update")
    with database.engine.begin() as connection:
        close(connection, closes, subject)


@both
@pytest.mark.parametrize(
    "change",
    [lambda poll: {"prepared_at": poll.prepared_at - timedelta(days=90)}, lambda _poll: {"attempt": 7}],
    ids=["prepared_at", "attempt"],
)
def test_when_a_poll_was_prepared_is_its_event_s_from_the_first_moment(
    opened: OpenPoll, database: Database, change: Callable[[Poll], dict[str, Any]]
) -> None:
    """The day decides whose work is checked afterwards, and who therefore checks nothing."""
    with opened.act() as act:
        poll = opened.rows(act)[1]
        changed = change(poll)
        row = {column.name: getattr(poll, column.name) for column in Poll.__table__.columns}
        draft = {"id": uuid4(), "uuid": "another", "attempt": 9, "state": "preparing", "election_json": None}
        bare = {"seed_text": None, "minutes_chair_id": None, "minutes_secretary_id": None}
        another = {**row, **draft, **bare}
    refused(database, lambda connection: connection.execute(update(Poll).values(changed)), "frozen_polls_update")
    refused(database, lambda connection: connection.execute(insert(Poll).values(another)), "logged_polls_insert")


@both
def test_a_meeting_its_minutes_and_their_confirmation_do_not_stand_without_their_events(okrug: Village) -> None:
    cycle_id = okrug.open_cycle()
    with okrug.act_as() as act:
        held = meeting_confirmed_and_answered(act, cycle_id, {"questions": []}, confirmed=False).id
        later = act.at + HOUR
        chair, secretary = okrug.people[Role.CHAIR].id, okrug.people[Role.SECRETARY].id
        audit.record(act, "keys.rotation_asked", subject=act.territory.id)
        rules = asdict(convening.rules_of(act, cycles.get(act, cycle_id)))
        here = {"territory_id": act.territory.id, "cycle_id": cycle_id, **rules}
    plan = {**here, "kind": Kind.ASSEMBLY, "meets_at": later, "place": "School", "convened_at": later}
    for by, attack in (
        ("logged_gatherings_insert", insert(Gathering).values(id=uuid4(), number=7, state=State.CONVENED, **plan)),
        ("logged_gatherings_insert", insert(Gathering).values(id=uuid4(), number=7, state=State.QUORATE, **plan)),
        ("logged_gatherings_update", update(Gathering).values(state=State.CONFIRMED)),
        ("logged_gatherings_update", update(Gathering).values(state=State.QUORATE)),
        ("logged_gatherings_update", update(Gathering).values(meets_at=later)),
        ("logged_minutes_update", update(Minutes).values(chair_id=chair, chair_at=later)),
        ("logged_minutes_update", update(Minutes).values(body={"questions": ["another"]})),
        ("logged_minutes_update", update(Minutes).values(sha256="0" * 64)),
    ):
        refused(okrug.database, lambda connection, attack=attack: connection.execute(attack), by)  # type: ignore[misc]
    with okrug.act_as(Role.SECRETARY) as act:
        drawn = act.session.scalars(select(Minutes)).one()
        audit.record(act, "minutes.confirmed", subject=held, data={"sha256": drawn.sha256})
        for who in ("chair", "secretary"):
            person = chair if who == "chair" else secretary
            attack = update(Minutes).values({f"{who}_id": person, f"{who}_at": act.at + HOUR})
            with pytest.raises(DatabaseError, match="logged_minutes_update"), act.session.begin_nested():
                act.session.execute(attack)
        with pytest.raises(DatabaseError, match="logged_minutes_update"), act.session.begin_nested():
            act.session.execute(update(Minutes).values(chair_id=chair, chair_at=act.at))
        act.session.execute(update(Minutes).values(secretary_id=secretary, secretary_at=act.at))


@both
def test_minutes_that_wait_for_both_keep_the_words_that_were_drawn_up(okrug: Village) -> None:
    """The attack: the log's last event tells that they were drawn up, and other words come with their own digest."""
    cycle_id, other = okrug.open_cycle(), {"questions": [], "remarks": "Stop it"}
    with okrug.act_as() as act:
        meeting_confirmed_and_answered(act, cycle_id, {"questions": []}, confirmed=False)
        drawn = act.session.scalars(select(Minutes)).one()
        told = {"number": drawn.number, "sha256": drawn.sha256}
        audit.record(act, "minutes.drawn_up", subject=drawn.gathering_id, data=told)
        for changes in (
            {"body": other, "sha256": fingerprint(other), "remarks": other["remarks"]},
            {"body": other, "remarks": other["remarks"]},
            {"body": {"questions": [1]}},
            {"remarks": "Stop it"},
            {"sha256": "0" * 64},
        ):
            attack = update(Minutes).values(drawn_up_at=act.at, **changes)
            with pytest.raises(DatabaseError, match="logged_minutes_update"), act.session.begin_nested():
                act.session.execute(attack)
        audit.record(act, "minutes.confirmed", subject=drawn.gathering_id, data={"sha256": "0" * 64})
        chair = {"chair_id": okrug.people[Role.CHAIR].id, "chair_at": act.at}
        with pytest.raises(DatabaseError, match="logged_minutes_update"), act.session.begin_nested():
            act.session.execute(update(Minutes).values(chair))


@both
def test_the_akim_s_answer_does_not_stand_without_its_event(okrug: Village) -> None:
    cycle_id = okrug.open_cycle()
    with okrug.act_as() as act:
        held = meeting_confirmed_and_answered(act, cycle_id, {"questions": []}, answered=False).id
    with okrug.act_as(Role.AKIM) as act:
        minutes = act.session.scalars(select(Minutes.id)).one()
        assert act.person is not None
        answer = {"minutes_id": minutes, "akim_id": act.person.id, "at": act.at, "due": act.at.date(), "agrees": True}

        def given(**changes: Any) -> None:
            with pytest.raises(DatabaseError, match="logged_akim_answers_insert"), act.session.begin_nested():
                act.session.execute(insert(Answer).values({**answer, "reason": "", **changes}))

        given()
        audit.record(replace(act, person=None), "minutes.answered", subject=held)
        given()
        audit.record(act, "minutes.answered", subject=held)
        given(at=act.at - timedelta(days=40))
        act.session.execute(insert(Answer).values({**answer, "reason": ""}))


def test_the_check_of_the_log_names_the_first_event_whose_time_goes_back(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        audit.record(act, "keys.rotation_asked", subject=act.territory.id)
        assert audit.first_fault(act) is None
        act.session.execute(text("DROP TRIGGER dated_audit_events_insert"))
        audit.record(replace(act, at=act.at - audit.OVERLAP), "keys.rotation_asked", subject=act.territory.id)
        assert audit.first_fault(act) is None
        back = replace(act, at=act.at - audit.OVERLAP - timedelta(seconds=1))
        fault = audit.record(back, "keys.rotation_asked", subject=act.territory.id).position
        audit.record(act, "keys.rotation_asked", subject=act.territory.id)
        assert audit.first_fault(act) == fault
