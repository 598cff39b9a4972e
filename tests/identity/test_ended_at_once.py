"""A role that began today is ended today with effect at once; the day on which it was held is not forgotten."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.errors import Conflict, FieldRefusal
from pb.identity.models import Grant, Person
from pb.identity.service import accounts, holdings
from tests.conftest import SignIn
from tests.identity.test_appointments import newcomer, propose
from tests.village import Village

both = pytest.mark.both_databases
TODAY = clock.local(clock.now()).date()
YESTERDAY = TODAY - timedelta(days=1)


def registrar_of_today(okrug: Village, **terms: Any) -> tuple[UUID, UUID]:
    person = newcomer(okrug, 710)
    return person, okrug.appoint(person, Role.REGISTRAR, **terms)


@both
def test_a_role_that_began_today_is_powerless_once_its_end_is_confirmed(okrug: Village) -> None:
    person, grant = registrar_of_today(okrug)
    with okrug.act_as() as act:
        assert person in {one.id for one in accounts.holders(act, Role.REGISTRAR)}
    okrug.end_role(grant, last_day=YESTERDAY)
    with okrug.act_as() as act:
        assert person not in {one.id for one in accounts.holders(act, Role.REGISTRAR)}
        assert holdings.held_since(act, person, Role.REGISTRAR) is None
        assert (Role.REGISTRAR, act.territory.id) not in [
            (role, place.id) for role, place in holdings.of_person(act.session, person, TODAY)
        ]
        assert holdings.get(act, grant).ended_at_once
        told = [event.action for event in audit.of_subject(act, person)]
        assert told[-2:] == ["identity.role_proposed", "identity.role_ended"]
        assert "identity.role_granted" in told


def test_what_was_held_for_an_hour_today_excludes_what_excludes_it_today(okrug: Village) -> None:
    person, grant = registrar_of_today(okrug)
    okrug.end_role(grant, last_day=YESTERDAY)
    with okrug.act_as() as act:
        assert holdings.excluded_since(act, person, Role.TRUSTEE, since=TODAY)
        assert not holdings.excluded_since(act, person, Role.TRUSTEE, since=TODAY + timedelta(days=1))
    with pytest.raises(FieldRefusal, match="hold these roles together"):
        propose(okrug, person, Role.TRUSTEE, by=Role.CHAIR)
    with pytest.raises(FieldRefusal, match="holds this role in that time"):
        propose(okrug, person, Role.REGISTRAR, by=Role.OFFICE)


def test_a_role_of_tomorrow_is_not_ended_before_it_begins(okrug: Village) -> None:
    _person, grant = registrar_of_today(okrug, since=TODAY + timedelta(days=1))
    with pytest.raises(FieldRefusal, match="held until today"):
        okrug.end_role(grant, last_day=YESTERDAY)


def test_what_ended_at_once_has_ended(okrug: Village, sign_in: SignIn) -> None:
    _person, grant = registrar_of_today(okrug)
    okrug.end_role(grant, last_day=YESTERDAY)
    with pytest.raises(Conflict, match="has ended"):
        okrug.end_role(grant, last_day=TODAY)
    assert "ended at once, on its first day" in sign_in(Role.OFFICE).get(f"{okrug.home}/roles").text


def test_the_page_says_how_a_role_ends_at_once(okrug: Village, sign_in: SignIn) -> None:
    _person, grant = registrar_of_today(okrug)
    page = sign_in(Role.OFFICE).get(f"{okrug.home}/roles/{okrug.called('grant_id', grant)}/end").text
    assert "So that it ends at once with the confirmation, choose yesterday" in page


@both
def test_the_database_ends_no_role_before_its_first_day_without_two(okrug: Village) -> None:
    person, grant = registrar_of_today(okrug)
    attack = update(Grant).where(Grant.id == grant).values(until=YESTERDAY, end_basis="№ 1")
    with okrug.database.engine.connect() as connection:
        for attacked in (attack, attack.values(end_basis=None)):
            with pytest.raises(DatabaseError, match=r"two_bodies_role_grants_update|days_ordered"):
                connection.execute(attacked)
            connection.rollback()
    with okrug.act_as() as act:
        assert act.session.get_one(Person, person) in accounts.holders(act, Role.REGISTRAR)
