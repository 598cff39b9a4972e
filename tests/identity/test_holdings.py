"""Roles rest on documents and have days; those that watch each other are not held together, nor in turn."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.cycles.models import Phase
from pb.errors import Conflict, FieldRefusal
from pb.identity.models import Grant
from pb.identity.service import accounts, holdings
from pb.identity.service.roles import APPOINTMENTS, EXCLUSIVE, Level
from pb.polls.service import state
from pb.trustees.models import PollTrustee
from pb.voting.service import preparation
from tests.village import KEYS, SETTLEMENTS, Village, invented_iin

both_databases = pytest.mark.both_databases
TODAY = clock.local(clock.now()).date()
DAY = timedelta(days=1)
GIVEN_AND_ENDED = {"identity.role_granted", "identity.role_ended"}


def newcomer(okrug: Village, number: int = 200) -> UUID:
    with okrug.act_as() as act:
        return accounts.add_person(act, KEYS, iin=invented_iin(number), name=f"Newcomer {number}").id


def appoint(okrug: Village, person: UUID, role: Role, **terms: Any) -> UUID:
    return okrug.appoint(person, role, **{"body": "School" if role is Role.TRUSTEE else "", **terms})


def end(okrug: Village, grant: UUID, *, last_day: date = TODAY) -> None:
    okrug.end_role(grant, last_day=last_day)


def grant_of(okrug: Village, role: Role) -> UUID:
    with okrug.act_as() as act:
        return holdings.of_role(act, role)[0].id


def test_a_role_holds_from_its_first_day_through_its_last_and_stays_in_the_books(okrug: Village) -> None:
    person = newcomer(okrug)
    grant = appoint(okrug, person, Role.DEPUTY, since=TODAY + DAY, until=TODAY + 5 * DAY)
    for days, held in ((0, False), (1, True), (5, True), (6, False)):
        with okrug.act_as(at=clock.now() + days * DAY) as act:
            holders = [one.person_id for one in holdings.of_role(act, Role.DEPUTY)]
            assert (person in holders) is held, days
    end(okrug, grant, last_day=TODAY + 2 * DAY)
    with okrug.act_as(at=clock.now() + 3 * DAY) as act:
        assert person not in [one.person_id for one in holdings.of_role(act, Role.DEPUTY)]
        kept = act.session.get_one(Grant, grant)
        assert (kept.basis, kept.end_basis) == ("order № 1", "order № 2")
        log = [event for event in audit.of_subject(act, person) if event.action in GIVEN_AND_ENDED]
        assert [event.action for event in log] == ["identity.role_granted", "identity.role_ended"]
        assert log[1].data["until"] == (TODAY + 2 * DAY).isoformat()


OF_AN_OKRUG = [pair for pair in EXCLUSIVE if pair <= set(APPOINTMENTS[Level.OKRUG])]


@pytest.mark.parametrize("pair", OF_AN_OKRUG, ids=lambda pair: "+".join(sorted(pair)))
def test_excluded_roles_overlap_on_no_day(okrug: Village, pair: frozenset[Role]) -> None:
    for number, (first, second) in enumerate((sorted(pair), sorted(pair, reverse=True)), 210):
        person = newcomer(okrug, number)
        appoint(okrug, person, Role(first), since=TODAY + 10 * DAY, until=TODAY + 20 * DAY)
        for since, until in ((0, None), (0, 10), (15, 16), (20, 30)):
            last = TODAY + until * DAY if until is not None else None
            with pytest.raises(FieldRefusal) as refusal:
                appoint(okrug, person, Role(second), since=TODAY + since * DAY, until=last)
            assert refusal.value.field == "role"
        appoint(okrug, person, Role(second), since=TODAY + 21 * DAY)
        appoint(okrug, person, Role(second), since=TODAY, until=TODAY + 9 * DAY)


def test_while_a_poll_is_under_way_the_roles_do_not_follow_each_other_either(okrug: Village) -> None:
    cycle = okrug.open_cycle(phase=Phase.VOTING, at=clock.now() - DAY)
    with okrug.in_cycle(cycle, Role.OFFICE, at=clock.now() - DAY) as (act, found):
        preparation.prepare(act, found, KEYS)
    registrar = grant_of(okrug, Role.REGISTRAR)
    end(okrug, registrar, last_day=TODAY)
    with pytest.raises(FieldRefusal, match="under way"):
        appoint(okrug, okrug.people[Role.REGISTRAR].id, Role.TRUSTEE, since=TODAY + DAY)
    end(okrug, grant_of(okrug, Role.TRUSTEE), last_day=TODAY)
    with okrug.act_as() as act:
        ended = [one.person_id for one in act.session.scalars(select(Grant)) if one.end_basis and one.role == "trustee"]
    with pytest.raises(FieldRefusal, match="under way"):
        appoint(okrug, ended[0], Role.CLERK, since=TODAY + DAY)


def test_a_poll_does_not_open_with_a_trustee_who_worked_on_its_roll(okrug: Village) -> None:
    cycle = okrug.open_cycle(phase=Phase.VOTING)
    with okrug.in_cycle(cycle, Role.OFFICE) as (act, found):
        poll = preparation.prepare(act, found, KEYS)
        assert preparation.readiness(act, found, poll).trustees_apart
    from pb.roll.service import imports

    line = f"{invented_iin(1).text},А,{SETTLEMENTS[0]}"
    trustee = okrug.trustees[0]
    with okrug.act_as(Role.REGISTRAR, person=trustee) as act:
        from pb.cycles import service as cycles

        imports.read_file(act, cycles.get(act, cycle), KEYS, f"iin,name,settlement\n{line}".encode())
    with okrug.in_cycle(cycle, Role.OFFICE) as (act, found):
        assert not preparation.readiness(act, found, state.require(act, found)).trustees_apart


def test_no_body_holds_all_trustees(okrug: Village) -> None:
    cycle = okrug.open_cycle(phase=Phase.VOTING)
    for trustee in okrug.trustees:
        with okrug.act_as() as act:
            grant = next(one for one in holdings.of_role(act, Role.TRUSTEE) if one.person_id == trustee.id)
            holdings_id = grant.id
        end(okrug, holdings_id, last_day=TODAY)
    for number, body in ((301, "Council of veterans"), (302, "COUNCIL  of Veterans")):
        appoint(okrug, newcomer(okrug, number), Role.TRUSTEE, since=TODAY + DAY, body=body)
    tomorrow = clock.now() + DAY
    with okrug.in_cycle(cycle, Role.OFFICE, at=tomorrow) as (act, found), pytest.raises(Conflict):
        preparation.prepare(act, found, KEYS)
    appoint(okrug, newcomer(okrug, 303), Role.TRUSTEE, since=TODAY + DAY, body="School № 2")
    with okrug.in_cycle(cycle, Role.OFFICE, at=tomorrow) as (act, found):
        poll = preparation.prepare(act, found, KEYS)
        bodies = {one.body for one in act.session.scalars(select(PollTrustee).where(PollTrustee.poll_id == poll.id))}
        assert "School № 2" in bodies


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"since": TODAY - DAY}, "since"),
        ({"until": TODAY - DAY}, "until"),
        ({"basis": "  "}, "basis"),
        ({"body": " "}, "body"),
    ],
)
def test_terms_that_cannot_be_are_refused_at_their_field(okrug: Village, terms: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldRefusal) as refusal:
        appoint(okrug, newcomer(okrug), Role.TRUSTEE, **terms)
    assert refusal.value.field == field


@both_databases
def test_the_database_keeps_the_rules_by_itself(okrug: Village) -> None:
    with okrug.act_as() as act:
        registrar = holdings.of_role(act, Role.REGISTRAR)[0]
        row = {
            "id": uuid4(),
            "person_id": registrar.person_id,
            "territory_id": registrar.territory_id,
            "since": TODAY + 30 * DAY,
            "until": None,
            "basis": "x",
            "body": "x",
            "granted_at": registrar.granted_at,
            "event": registrar.event,
            "proposal_id": None,
        }
    attempts = [
        insert(Grant).values(**row, role="trustee"),
        insert(Grant).values(**row, role="clerk"),
        insert(Grant).values(**row, role="observer"),  # excluded by nothing, but nobody proposed and confirmed it
        insert(Grant).values(**{**row, "person_id": okrug.people[Role.AKIM].id, "body": ""}, role="trustee"),
        update(Grant).where(Grant.role == "registrar").values(role="trustee"),
        update(Grant).where(Grant.role == "registrar").values(basis="another"),
        update(Grant).where(Grant.role == "registrar").values(since=date(2000, 1, 1)),
        update(Grant).where(Grant.role == "registrar").values(until=TODAY, end_basis="x"),
        delete(Grant),
    ]
    for statement in attempts:
        with okrug.database.engine.connect() as connection:
            with pytest.raises(DatabaseError, match=r"(frozen|two_bodies)_role_grants"):
                connection.execute(statement)
            connection.rollback()
    end(okrug, grant_of(okrug, Role.REGISTRAR))
    with okrug.database.engine.connect() as connection:
        with pytest.raises(DatabaseError, match=r"(frozen|two_bodies)_role_grants"):  # no way back
            connection.execute(update(Grant).where(Grant.role == "registrar").values(until=None))
        connection.rollback()
