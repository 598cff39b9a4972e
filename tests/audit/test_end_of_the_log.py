"""The end of the log moves by one event at a time and never back: what a rule asks of the last event holds once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, delete, insert, update
from sqlalchemy.exc import DatabaseError

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent, AuditHead
from pb.identity.models import Proposal
from tests.village import Village

pytestmark = pytest.mark.both_databases
REFUSED = r"frozen_audit_(events|heads)_|frozen_role_proposals_|two_bodies_role_grants_|duplicate key"


@contextmanager
def refused(okrug: Village) -> Iterator[Connection]:
    with okrug.database.engine.connect() as connection, pytest.raises(DatabaseError, match=REFUSED):
        yield connection


def events_of(okrug: Village) -> list[AuditEvent]:
    with okrug.act_as() as act:
        return list(audit.every(act))


def values(event: AuditEvent, **changes: Any) -> dict[str, Any]:
    return {column.name: getattr(event, column.name) for column in AuditEvent.__table__.columns} | changes


def test_the_end_of_the_log_goes_back_to_no_event_and_forward_to_none_that_is_not_there(okrug: Village) -> None:
    events = events_of(okrug)
    for statement in (
        update(AuditHead).values(hash=events[3].hash, position=events[3].position),
        update(AuditHead).values(hash=events[3].hash),
        update(AuditHead).values(position=3),
        update(AuditHead).values(hash="f" * 64, position=len(events) + 1),
        update(AuditHead).values(hash=None, position=0),
        delete(AuditHead),
    ):
        with refused(okrug) as connection:
            connection.execute(statement)


def test_the_end_of_the_log_is_not_made_anew(okrug: Village) -> None:
    head = {"territory_id": events_of(okrug)[0].territory_id, "position": 0, "hash": None}
    with refused(okrug) as connection:
        connection.execute(insert(AuditHead).values(head))
    if okrug.database.engine.dialect.name == "sqlite":
        with refused(okrug) as connection:
            connection.execute(insert(AuditHead).prefix_with("OR REPLACE").values(head))


def test_no_event_enters_beside_the_end_of_the_log(okrug: Village) -> None:
    events = events_of(okrug)
    last, middle = events[-1], events[3]
    for changes in (
        {"previous": middle.hash, "position": middle.position + 1},
        {"previous": "e" * 64, "position": last.position + 1},
        {"previous": None, "position": 1},
        {"previous": last.hash, "position": last.position + 2},
    ):
        with refused(okrug) as connection:
            connection.execute(insert(AuditEvent).values(values(last, hash="f" * 64, **changes)))


def test_a_role_of_the_office_is_not_forged_of_an_old_event(okrug: Village) -> None:
    """As it was played: the end of the log set back to an event that gave this role to somebody else."""
    granted = next(event for event in events_of(okrug) if event.action == "identity.role_proposed")
    with okrug.act_as() as act:
        proposal = act.session.query(Proposal).filter(Proposal.event == granted.hash).one()
        row = {column.name: getattr(proposal, column.name) for column in Proposal.__table__.columns}
    undecided = {name: None for name in row if name.startswith("decid") or name == "decision"}
    forged = {**row, **undecided, "id": uuid4(), "person_id": okrug.people[Role.RESIDENT].id, "role": "office"}
    with refused(okrug) as connection:
        connection.execute(insert(Proposal).values(forged))
    with refused(okrug) as connection:
        connection.execute(update(AuditHead).values(hash=granted.hash, position=granted.position))


@pytest.mark.parametrize("changes", [{}, {"person": Role.RESIDENT}, {"actor": Role.CHAIR}])
def test_an_event_proposes_one_role_of_the_person_and_by_the_actor_that_it_names(
    okrug: Village, changes: dict[str, Role]
) -> None:
    """Another person than the event's, another proposer than its actor, or a second role of the same event."""
    person, office = okrug.people[Role.OBSERVER].id, okrug.people[Role.OFFICE].id
    with okrug.act_as(Role.OFFICE) as act:
        event = audit.record(act, "identity.role_proposed", subject=person)
        row = {
            "territory_id": act.territory.id,
            "kind": "give",
            "person_id": okrug.people[changes["person"]].id if "person" in changes else person,
            "role": "clerk",
            "since": clock.local(act.at).date(),
            "basis": "order № 1",
            "proposed_by": okrug.people[changes["actor"]].id if "actor" in changes else office,
            "proposed_as": changes.get("actor", Role.OFFICE),
            "proposed_at": act.at,
            "event": event.hash,
        }
        if not changes:
            act.session.execute(insert(Proposal).values({**row, "id": uuid4()}))
        with pytest.raises(DatabaseError, match=REFUSED):
            act.session.execute(insert(Proposal).values({**row, "id": uuid4(), "role": "registrar"}))
        act.session.rollback()


def test_an_ordinary_deed_still_adds_its_event(okrug: Village) -> None:
    before = len(events_of(okrug))
    with okrug.act_as(Role.OFFICE) as act:
        audit.record(act, "keys.rotation_asked", subject=act.territory.id)
        audit.record(act, "keys.rotation_asked", subject=act.territory.id)
        assert audit.first_fault(act) is None
    assert len(events_of(okrug)) == before + 2
    with okrug.act_as() as act:
        assert audit.end(act)[0] == before + 2
