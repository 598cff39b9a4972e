"""What the database asks of whoever confirms a role or annuls a poll, by itself: raw SQL with its event in the log."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.cycles.models import Phase
from pb.errors import Forbidden
from pb.freezes import holding
from pb.identity.models import Grant, Person, Proposal
from pb.identity.service import appointments, holdings
from pb.identity.service.roles import BODIES, EXCLUSIVE, REACHING_DOWN
from pb.polls.models import Poll
from pb.territory import service as territories
from pb.territory.service import KINDS
from pb.voting.service import preparation
from tests.identity.test_appointments import newcomer, propose
from tests.village import KEYS, Village

DAY = timedelta(days=1)
both_databases = pytest.mark.both_databases


def test_the_database_and_the_program_have_the_same_tables_of_roles() -> None:
    assert {frozenset(pair.split()) for pair in holding.EXCLUSIVE_PAIRS} == {
        frozenset(map(str, pair)) for pair in EXCLUSIVE
    }
    assert {role: body for body in holding.BODIES for role in body} == {
        role: tuple(other for each in holding.BODIES for other in each if other in _of_body(role)) for role in BODIES
    }
    assert set(holding.REACHING_DOWN) == REACHING_DOWN
    assert KINDS["cooling_days"].least == KINDS["cooling_days"].default == holding.LEAST_COOLING


def _of_body(role: Role) -> set[str]:
    return {str(other) for other, body in BODIES.items() if body is BODIES[role]}


@pytest.mark.parametrize("role", [Role.OFFICE, Role.AKIM, Role.ADMINISTRATOR, Role.REGISTRAR, Role.CLERK])
def test_the_chair_works_for_the_akim_in_no_post(okrug: Village, role: Role) -> None:
    """Registrar, akim and chair could be one person: both bodies that give most roles and annul a poll."""
    both = newcomer(okrug, 610)
    okrug.appoint(both, role, at=clock.now() - 10 * DAY)
    with pytest.raises(Exception, match="hold these roles together"):
        propose(okrug, both, Role.CHAIR, by=Role.SECRETARY)


def given(okrug: Village, number: int, role: Role, **terms: Any) -> UUID:
    person = newcomer(okrug, number)
    okrug.appoint(person, role, **terms)
    return person


def ended(okrug: Village, number: int, role: Role) -> UUID:
    """Somebody who held the role for weeks, until yesterday."""
    today = clock.local(clock.now()).date()
    return given(okrug, number, role, at=clock.now() - 20 * DAY, until=today - DAY)


def approve(okrug: Village, proposal: UUID, person_id: UUID, role: Role) -> None:
    """Confirms past the service, with the event that the service would write."""
    with okrug.act_as() as act:
        person = act.session.get_one(Person, person_id)
    with okrug.act_as(role, person=person) as act:
        subject = appointments.get(act, proposal).person_id
        event = audit.record(act, "identity.role_granted", subject=subject)
        decided = {
            "decision": "approved",
            "decided_at": act.at,
            "decided_by": person_id,
            "decided_as": role,
            "decided_event": event.hash,
        }
        act.session.execute(update(Proposal).where(Proposal.id == proposal).values(decided))


@both_databases
def test_the_database_lets_no_new_or_ended_role_confirm(okrug: Village) -> None:
    gone = ended(okrug, 622, Role.DEPUTY)
    same_body = given(okrug, 623, Role.DEPUTY, at=clock.now() - 10 * DAY)
    okrug.appoint(same_body, Role.SECRETARY, at=clock.now() - 10 * DAY)
    new = given(okrug, 621, Role.DEPUTY, at=clock.now() - 2 * DAY)
    proposal = propose(okrug, newcomer(okrug, 620), Role.AUDITOR, by=Role.CHAIR)
    for person in (new, gone, same_body):
        with pytest.raises(DatabaseError, match="frozen_role_proposals_update"):
            approve(okrug, proposal, person, Role.DEPUTY)
    approve(okrug, proposal, okrug.people[Role.DEPUTY].id, Role.DEPUTY)


@both_databases
def test_who_works_for_the_akim_and_is_secretary_too_is_no_other_body(okrug: Village) -> None:
    """Played: such a one proposed a chair as secretary, the administrator confirmed, and one body had both."""
    both = given(okrug, 625, Role.SECRETARY, at=clock.now() - 10 * DAY)
    okrug.appoint(both, Role.OFFICE, at=clock.now() - 10 * DAY)
    with okrug.act_as() as act:
        who = act.session.get_one(Person, both)
    proposal = propose(okrug, newcomer(okrug, 626), Role.DEPUTY, by=Role.OFFICE, who=who)
    with okrug.act_as(Role.CHAIR) as act, pytest.raises(Forbidden, match="same body"):
        appointments.confirm(act, appointments.get(act, proposal))
    chair = okrug.people[Role.CHAIR].id
    with pytest.raises(DatabaseError, match="frozen_role_proposals_update"):
        approve(okrug, proposal, chair, Role.CHAIR)


@both_databases
def test_the_database_keeps_to_a_longer_time_that_the_okrug_has_set(okrug: Village) -> None:
    deputy = given(okrug, 631, Role.DEPUTY, at=clock.now() - 10 * DAY)
    with okrug.act_as(Role.OFFICE) as act:
        today = clock.local(act.at).date()
        territories.record_setting(act, "cooling_days", 15, source="decision № 1", since=today)
    proposal = propose(okrug, newcomer(okrug, 630), Role.AUDITOR, by=Role.CHAIR)
    with pytest.raises(DatabaseError, match="frozen_role_proposals_update"):
        approve(okrug, proposal, deputy, Role.DEPUTY)


@both_databases
def test_nobody_proposes_with_a_role_that_has_ended(okrug: Village) -> None:
    gone = ended(okrug, 640, Role.CHAIR)
    person = newcomer(okrug, 641)
    with okrug.act_as() as act:
        chair = act.session.get_one(Person, gone)
    terms = holdings.Terms(Role.SECRETARY, clock.local(clock.now()).date(), "№ 1")
    refused = pytest.raises(DatabaseError, match="frozen_role_proposals_")
    with refused, okrug.act_as(Role.CHAIR, person=chair) as act:
        appointments.propose_giving(act, act.session.get_one(Person, person), terms)
    with okrug.act_as(Role.CHAIR) as act:
        appointments.propose_giving(act, act.session.get_one(Person, person), terms)


@both_databases
def test_a_role_that_two_bodies_ended_ends_on_their_day(okrug: Village) -> None:
    """Played: while the confirmation was the log's last event, the role was made to end in 2099."""
    today = clock.local(clock.now()).date()
    clerk = okrug.people[Role.CLERK].id
    with okrug.act_as(Role.OFFICE) as act:
        grant = act.session.scalars(select(Grant).where(Grant.person_id == clerk, Grant.role == Role.CLERK)).one()
        proposal = appointments.propose_ending(act, grant, last_day=today, basis="order № 3", reason="test").id
    with okrug.act_as(Role.CHAIR) as act:
        appointments.confirm(act, appointments.get(act, proposal))
        for until in (date(2099, 12, 31), today + DAY, today - 30 * DAY):
            later = update(Grant).where(Grant.id == grant.id).values(until=until)
            with pytest.raises(DatabaseError, match="two_bodies_role_grants_update"), act.session.begin_nested():
                act.session.execute(later)


# Annulling, past the service


def prepared(okrug: Village) -> None:
    cycle = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.in_cycle(cycle, Role.OFFICE) as (act, found):
        preparation.prepare(act, found, KEYS)


def say(okrug: Village, which: str, person_id: UUID, role: Role, action: str | None = None) -> None:
    """Proposes (`first`) or confirms (`second`) an annulment by SQL, with the event that the service would write."""
    usual = {"first": "poll.annulment_proposed", "second": "poll.annulled"}[which]
    with okrug.act_as() as act:
        person = act.session.get_one(Person, person_id)
    with okrug.act_as(role, person=person) as act:
        poll = act.session.query(Poll).one()
        event = audit.record(act, action or usual, subject=poll.cycle_id)
        changes = {f"annul_{which}_id": person_id, f"annul_{which}_role": role}
        changes |= (
            {"state": "annulled"} if which == "second" else {"annul_reason": "Себебі", "annul_first_at": event.at}
        )
        act.session.execute(update(Poll).values(changes))


ANNULLED = r"two_bodies_polls_update|annulled_by_two"


@both_databases
def test_one_person_is_not_both_who_annul(okrug: Village) -> None:
    """The chair's own secretary also works in the office; and one account alone."""
    both = given(okrug, 650, Role.OFFICE, at=clock.now() - 10 * DAY)
    okrug.appoint(both, Role.SECRETARY, at=clock.now() - 10 * DAY)
    prepared(okrug)
    say(okrug, "first", okrug.people[Role.CHAIR].id, Role.CHAIR)
    for person, role in ((both, Role.OFFICE), (okrug.people[Role.CHAIR].id, Role.OFFICE)):
        with pytest.raises(DatabaseError, match=ANNULLED):
            say(okrug, "second", person, role)
    say(okrug, "second", okrug.people[Role.OFFICE].id, Role.OFFICE)


@both_databases
def test_a_role_given_a_minute_ago_annuls_nothing(okrug: Village) -> None:
    new = given(okrug, 660, Role.OFFICE, at=clock.now() - timedelta(minutes=1))
    prepared(okrug)
    with pytest.raises(DatabaseError, match=ANNULLED):
        say(okrug, "first", new, Role.OFFICE)
    say(okrug, "first", okrug.people[Role.CHAIR].id, Role.CHAIR)
    with pytest.raises(DatabaseError, match=ANNULLED):
        say(okrug, "second", new, Role.OFFICE)


@both_databases
def test_a_role_that_has_ended_annuls_nothing(okrug: Village) -> None:
    gone = ended(okrug, 670, Role.OFFICE)
    prepared(okrug)
    with pytest.raises(DatabaseError, match=ANNULLED):
        say(okrug, "first", gone, Role.OFFICE)
    say(okrug, "first", okrug.people[Role.CHAIR].id, Role.CHAIR)
    with pytest.raises(DatabaseError, match=ANNULLED):
        say(okrug, "second", gone, Role.OFFICE)


@both_databases
def test_nobody_annuls_without_the_event_or_in_one_step(okrug: Village) -> None:
    prepared(okrug)
    office, chair = okrug.people[Role.OFFICE].id, okrug.people[Role.CHAIR].id
    with pytest.raises(DatabaseError, match=ANNULLED):
        say(okrug, "first", office, Role.OFFICE, action="poll.objection")
    with okrug.act_as(Role.OFFICE) as act:
        audit.record(act, "poll.annulment_proposed", subject=act.session.query(Poll).one().cycle_id)
        first = {"annul_first_id": office, "annul_first_role": "office", "annul_first_at": act.at}
        second = {"annul_second_id": chair, "annul_second_role": "chair", "state": "annulled"}
        with pytest.raises(DatabaseError, match=f"{ANNULLED}|logged_polls_update"):
            act.session.execute(update(Poll).values({**first, **second}))
        act.session.rollback()


def clear(okrug: Village, person_id: UUID, role: Role, action: str = "poll.annulment_declined") -> None:
    """Takes a proposal to annul away by SQL, with the event that the service would write."""
    with okrug.act_as() as act:
        person = act.session.get_one(Person, person_id)
    with okrug.act_as(role, person=person) as act:
        audit.record(act, action, subject=act.session.query(Poll).one().cycle_id)
        nothing = {"annul_first_id": None, "annul_first_role": None, "annul_first_at": None, "annul_reason": ""}
        act.session.execute(update(Poll).values(nothing))


@both_databases
def test_a_proposal_to_annul_goes_by_its_proposer_or_the_other_body_alone(okrug: Village) -> None:
    chair, office = okrug.people[Role.CHAIR].id, okrug.people[Role.OFFICE].id
    colleague = given(okrug, 691, Role.OFFICE, at=clock.now() - 10 * DAY)
    new = given(okrug, 690, Role.OFFICE, at=clock.now() - timedelta(minutes=1))
    prepared(okrug)
    say(okrug, "first", office, Role.OFFICE)
    refused = (
        (okrug.people[Role.REGISTRAR].id, Role.REGISTRAR),
        (okrug.people[Role.SECRETARY].id, Role.SECRETARY),
        (colleague, Role.OFFICE),
    )
    for person, role in refused:
        with pytest.raises(DatabaseError, match=ANNULLED):
            clear(okrug, person, role)
    with pytest.raises(DatabaseError, match=ANNULLED):
        clear(okrug, chair, Role.CHAIR, action="poll.objection")
    clear(okrug, office, Role.OFFICE)
    say(okrug, "first", chair, Role.CHAIR)
    with pytest.raises(DatabaseError, match=ANNULLED):
        clear(okrug, new, Role.OFFICE)
    clear(okrug, colleague, Role.OFFICE)


@both_databases
def test_what_is_annulled_is_never_taken_back(okrug: Village) -> None:
    prepared(okrug)
    say(okrug, "first", okrug.people[Role.OFFICE].id, Role.OFFICE)
    say(okrug, "second", okrug.people[Role.CHAIR].id, Role.CHAIR)
    with pytest.raises(DatabaseError, match=rf"{ANNULLED}|frozen_annulment|annulled_with_reason"):
        clear(okrug, okrug.people[Role.OFFICE].id, Role.OFFICE)
