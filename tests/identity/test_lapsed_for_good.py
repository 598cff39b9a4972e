"""A proposal lapses with the office in which it was made, for good; nobody is left with one that nobody can decide on.

In services and in the database alike: each attack is played once more with the service's own question taken away.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DatabaseError

from pb import clock
from pb.act import Role
from pb.cards.service import undoing
from pb.cycles.models import Phase
from pb.errors import Conflict, Forbidden
from pb.identity.models import Grant, Person
from pb.identity.service import appointments, holdings, suspensions
from pb.polls.service import state
from pb.process.service import ending
from pb.voting.service import closing
from tests.cards import test_undoing
from tests.conftest import SignIn
from tests.frozen.world import without_rules
from tests.identity.test_appointments import newcomer, propose
from tests.identity.test_lapsed import LAPSED, end
from tests.polls.open_poll import OpenPoll
from tests.process.test_ending import REASON, phase_of, with_a_poll
from tests.process.test_ending import end as end_cycle
from tests.village import Village

both_databases = pytest.mark.both_databases
DAY = timedelta(days=1)
NOW = timedelta()


def give(world: Any, person_id: UUID, role: Role, ago: timedelta = NOW) -> None:
    """The role as given so long ago, past the rules of the two bodies, which have tests of their own."""
    at = clock.now() - ago
    with world.act() if isinstance(world, OpenPoll) else world.act_as() as act:
        okrug = act.territory.id
        spare = select(Grant.event).where(Grant.event.not_in(select(Grant.event).where(Grant.role == role)))
        event = act.session.scalars(spare).first()
    row = {"id": uuid4(), "person_id": person_id, "territory_id": okrug, "role": role, "basis": "order № 9", "body": ""}
    with without_rules(world.database.engine) as connection:
        row |= {"since": clock.local(at).date(), "granted_at": at, "event": event}
        connection.execute(insert(Grant).values(row))


def last_day(world: Any, person_id: UUID, role: Role, ago: int) -> None:
    day = clock.local(clock.now()).date() - ago * DAY
    with without_rules(world.database.engine) as connection:
        ended = update(Grant).where(Grant.person_id == person_id, Grant.role == role)
        assert connection.execute(ended.values(until=day)).rowcount


def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service no longer asks: what is refused now, the database refuses."""
    monkeypatch.setattr(holdings, "lapsed", lambda *_who, **_since: None)


# With the office of who asked


@both_databases
def test_a_clerk_who_lost_the_office_undoes_no_mark(opened: OpenPoll, monkeypatch: pytest.MonkeyPatch) -> None:
    test_undoing.propose(opened)
    end(opened, opened.person_id(Role.CLERK), Role.CLERK)
    with pytest.raises(Forbidden, match=LAPSED):
        test_undoing.confirm(opened)
    with opened.act(Role.CHAIR) as act:
        _cycle, poll = opened.rows(act)
        [asked] = undoing.all_waiting(act, poll)
        assert LAPSED in str(undoing.unconfirmable(act, poll, asked))
    trusting(monkeypatch)
    with pytest.raises(DatabaseError, match="logged_hand_over_undoings_update"):
        test_undoing.confirm(opened)
    assert test_undoing.marked(opened)
    entry = opened.entry_id(test_undoing.WRONG)
    with opened.act(Role.SECRETARY) as act:
        undoing.decline(act, *opened.rows(act), entry)


@both_databases
def test_an_office_that_was_lost_ends_no_cycle(
    okrug: Village, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle_id = okrug.open_cycle(phase=Phase.BUDGET)
    assert not end_cycle(okrug, cycle_id)
    end(okrug, okrug.people[Role.OFFICE].id, Role.OFFICE)
    page = sign_in(Role.CHAIR).get(f"{okrug.path(cycle_id)}/end").text
    assert LAPSED in page
    assert "Yes, end the cycle" not in page
    assert "Decline the proposal" in page
    with okrug.in_cycle(cycle_id, Role.CHAIR) as (act, cycle), pytest.raises(Forbidden, match=LAPSED):
        ending.confirm(act, cycle)
    with monkeypatch.context() as patched:
        trusting(patched)
        with okrug.in_cycle(cycle_id, Role.CHAIR) as (act, cycle):
            with pytest.raises(DatabaseError, match="frozen_cycle_endings_update"), act.session.begin_nested():
                ending.confirm(act, cycle)
            act.session.rollback()
    assert phase_of(okrug, cycle_id) == Phase.BUDGET
    with okrug.in_cycle(cycle_id, Role.CHAIR) as (act, cycle):
        ending.decline(act, cycle)


# For good


def confirmed_by_nobody(
    okrug: Village, monkeypatch: pytest.MonkeyPatch, role: Role, proposal_id: UUID, told: str
) -> None:
    """The service refuses the second one's confirmation, and where it would not, the database does."""
    with okrug.act_as(role) as act, pytest.raises(Forbidden, match=told):
        appointments.confirm(act, appointments.get(act, proposal_id))
    with monkeypatch.context() as patched, okrug.act_as(role) as act:
        trusting(patched)
        with pytest.raises(DatabaseError, match="role_proposals"), act.session.begin_nested():
            appointments.confirm(act, appointments.get(act, proposal_id))


@both_databases
def test_what_lapsed_does_not_revive_when_the_role_is_given_again(
    okrug: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = okrug.people[Role.OFFICE].id
    proposal_id = propose(okrug, newcomer(okrug, 444), Role.REGISTRAR, by=Role.OFFICE)
    end(okrug, office, Role.OFFICE)
    give(okrug, office, Role.OFFICE)
    confirmed_by_nobody(okrug, monkeypatch, Role.CHAIR, proposal_id, LAPSED)
    with okrug.act_as(Role.CHAIR) as act:
        appointments.decline(act, appointments.get(act, proposal_id))


@both_databases
def test_an_annulment_does_not_revive_either(opened: OpenPoll, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened.act(Role.OFFICE) as act:
        closing.annul(act, *opened.rows(act), "A fault in the list.")
    office = opened.person_id(Role.OFFICE)
    end(opened, office, Role.OFFICE)
    give(opened, office, Role.OFFICE)
    with opened.act(Role.CHAIR) as act, pytest.raises(Forbidden, match=LAPSED):
        closing.annul(act, *opened.rows(act), "")
    trusting(monkeypatch)
    with opened.act(Role.CHAIR) as act:
        with pytest.raises(DatabaseError, match="two_bodies_polls_update"), act.session.begin_nested():
            closing.annul(act, *opened.rows(act), "")
        act.session.rollback()
    with opened.act(Role.CHAIR) as act:
        closing.decline_annulment(act, *opened.rows(act))


@both_databases
def test_a_role_that_was_renewed_in_time_keeps_its_proposals_and_its_age(okrug: Village) -> None:
    office = okrug.people[Role.OFFICE].id
    proposal_id = propose(okrug, newcomer(okrug, 444), Role.REGISTRAR, by=Role.OFFICE)
    last_day(okrug, office, Role.OFFICE, 0)
    with okrug.act_as() as act:
        old = holdings.held_since(act, office, Role.OFFICE)
    give(okrug, office, Role.OFFICE, -DAY)  # from tomorrow on
    with without_rules(okrug.database.engine) as connection:
        connection.execute(update(Grant).where(Grant.granted_at > clock.now()).values(granted_at=clock.now()))
    tomorrow = clock.now() + DAY
    with okrug.act_as(Role.CHAIR, at=tomorrow - timedelta(minutes=5)) as act:
        assert holdings.held_since(act, office, Role.OFFICE) == old
        appointments.confirm(act, appointments.get(act, proposal_id))


@both_databases
@pytest.mark.parametrize("ended", [1, 2], ids=["at once, and given again the same day", "with a gap of a day"])
def test_whoever_got_the_role_anew_waits_for_the_cooling_off(
    opened: OpenPoll, monkeypatch: pytest.MonkeyPatch, ended: int
) -> None:
    test_undoing.propose(opened)
    chair = opened.person_id(Role.CHAIR)
    last_day(opened, chair, Role.CHAIR, ended)
    give(opened, chair, Role.CHAIR, timedelta(minutes=1))
    with pytest.raises(Forbidden, match="too new"):
        test_undoing.confirm(opened)
    monkeypatch.setattr(holdings, "require_cooled", lambda _act, *roles: roles[0])
    with pytest.raises(DatabaseError, match="logged_hand_over_undoings_update"):
        test_undoing.confirm(opened)
    assert test_undoing.marked(opened)


@both_databases
def test_the_word_of_a_suspended_account_is_no_first_of_two(okrug: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal_id = propose(okrug, newcomer(okrug, 444), Role.TRUSTEE, by=Role.CHAIR)
    decided = {}
    for kind in (suspensions.Kind.SUSPEND, suspensions.Kind.RESUME):
        with okrug.act_as(Role.DEPUTY) as act:
            person = act.session.get_one(Person, okrug.people[Role.CHAIR].id)
            decided[kind] = suspensions.propose(act, person, kind, basis="memo № 7").id
        with okrug.act_as(Role.OFFICE) as act:
            suspensions.confirm(act, suspensions.get(act, decided[kind]))
        if kind is suspensions.Kind.RESUME:
            break
        with okrug.act_as(Role.DEPUTY) as act:
            assert appointments.confirmable(act) == []
        confirmed_by_nobody(okrug, monkeypatch, Role.DEPUTY, proposal_id, "is suspended")
    with okrug.act_as(Role.DEPUTY) as act:
        appointments.confirm(act, appointments.get(act, proposal_id))


# Nobody is stuck


@both_databases
@pytest.mark.parametrize("decides", [Role.CHAIR, Role.OFFICE])
def test_an_annulment_of_two_hats_is_declined_and_proposed_anew(opened: OpenPoll, decides: Role) -> None:
    """Played: the assembly's secretary, who was of the office too, proposed it and left the office: nobody could."""
    secretary = opened.person_id(Role.SECRETARY)
    give(opened, secretary, Role.OFFICE, 10 * DAY)
    with opened.act(Role.SECRETARY) as act:
        both = replace(act, roles=frozenset({Role.SECRETARY, Role.OFFICE}))
        closing.annul(both, *opened.rows(both), "A fault in the list.")
    with opened.act(Role.CHAIR) as act:
        cycle, poll = opened.rows(act)
        assert not closing.may_annul(act, cycle, poll), "the assembly's own secretary is no other body"
        assert closing.may_decline(act, cycle, poll)
        assert "one each" in str(closing.hinders(act, poll)), "its page says why"
        with pytest.raises(Conflict, match="one each"):
            closing.annul(act, cycle, poll, "")
    last_day(opened, secretary, Role.OFFICE, 1)
    with opened.act(decides) as act:
        cycle, poll = opened.rows(act)
        with pytest.raises(Forbidden, match=LAPSED):
            closing.annul(act, cycle, poll, "")
        closing.decline_annulment(act, cycle, poll)
        closing.annul(act, cycle, poll, "A fault in the list.")
    with opened.act(Role.OFFICE if decides is Role.CHAIR else Role.CHAIR) as act:
        assert closing.annul(act, *opened.rows(act), "")


@both_databases
def test_an_ending_of_two_hats_goes_with_its_annulment(okrug: Village) -> None:
    cycle_id = with_a_poll(okrug)
    secretary = okrug.people[Role.SECRETARY].id
    give(okrug, secretary, Role.OFFICE, 10 * DAY)
    with okrug.in_cycle(cycle_id, Role.SECRETARY) as (act, cycle):
        ending.end(replace(act, roles=frozenset({Role.SECRETARY, Role.OFFICE})), cycle, REASON)
    last_day(okrug, secretary, Role.OFFICE, 1)
    with okrug.in_cycle(cycle_id, Role.CHAIR) as (act, cycle):
        ending.decline(act, cycle)
        assert state.require(act, cycle).annul_first_id is None
    assert not end_cycle(okrug, cycle_id)
    with okrug.in_cycle(cycle_id, Role.CHAIR) as (act, cycle):
        ending.confirm(act, cycle)
    assert phase_of(okrug, cycle_id) == Phase.ENDED


def test_an_ending_that_outlived_its_phase_is_declined_alone(okrug: Village, sign_in: SignIn) -> None:
    cycle_id = okrug.open_cycle(phase=Phase.RESULT)
    assert not end_cycle(okrug, cycle_id)
    with without_rules(okrug.database.engine) as connection:
        connection.exec_driver_sql("UPDATE cycles SET phase = 'budget'")
    page = sign_in(Role.CHAIR).get(f"{okrug.path(cycle_id)}/end").text
    assert "in an earlier phase" in page
    assert "Yes, end the cycle" not in page
    with okrug.in_cycle(cycle_id, Role.CHAIR) as (act, cycle):
        with pytest.raises(Conflict, match="earlier phase"):
            ending.confirm(act, cycle)
        ending.decline(act, cycle)
    assert not end_cycle(okrug, cycle_id)
