"""What takes two people takes two who hold their offices when it counts: a proposal lapses with the proposer's role."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.cards.models import Reissue
from pb.cards.service import reissues
from pb.errors import FieldRefusal, Forbidden
from pb.identity.models import Grant, Person, Proposal, Suspension
from pb.identity.service import accounts, appointments, suspensions
from pb.identity.service.holdings import Terms
from pb.identity.service.roles import APPOINTMENTS, STAFF, Level
from pb.polls.models import Poll
from pb.voting.service import closing
from tests.cards import test_reissues
from tests.frozen.world import without_rules
from tests.identity.test_appointments import TODAY, newcomer, propose
from tests.polls.open_poll import OpenPoll
from tests.village import KEYS, Village, invented_iin

both_databases = pytest.mark.both_databases
LAPSED = "no longer holds the office"


def end(world: Any, person_id: UUID, role: Role) -> None:
    """The role ended yesterday, past the rules of the two bodies, which have tests of their own."""
    yesterday = clock.local(clock.now()).date() - timedelta(days=1)
    with without_rules(world.database.engine) as connection:
        changed = update(Grant).where(Grant.person_id == person_id, Grant.role == role)
        assert connection.execute(changed.values(until=yesterday)).rowcount


def refused_by_the_database(act: Any, statement: Any, told: str) -> None:
    with pytest.raises(DatabaseError, match=told), act.session.begin_nested():
        act.session.execute(statement)


@both_databases
def test_a_proposal_of_a_role_lapses_with_the_office_of_who_proposed_it(okrug: Village) -> None:
    """Played: a chair who had lost the office proposed a trustee before, and the deputy confirmed it afterwards."""
    proposal_id = propose(okrug, newcomer(okrug, 444), Role.TRUSTEE, by=Role.CHAIR)
    end(okrug, okrug.people[Role.CHAIR].id, Role.CHAIR)
    with okrug.act_as(Role.DEPUTY) as act:
        proposal = appointments.get(act, proposal_id)
        assert appointments.confirmable(act) == []
        with pytest.raises(Forbidden, match=LAPSED):
            appointments.confirm(act, proposal)
        event = audit.record(act, "identity.role_granted", subject=proposal.person_id)
        decided = {"decision": "approved", "decided_by": act.person.id, "decided_as": Role.DEPUTY}  # type: ignore[union-attr]
        decided |= {"decided_at": act.at, "decided_event": event.hash}
        refused_by_the_database(
            act, update(Proposal).where(Proposal.id == proposal_id).values(decided), "role_proposals"
        )
        appointments.decline(act, proposal)


@both_databases
def test_a_suspension_lapses_too(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        person = act.session.get_one(Person, okrug.people[Role.RESIDENT].id)
        suspension_id = suspensions.propose(act, person, suspensions.Kind.SUSPEND, basis="memo № 7").id
    end(okrug, okrug.people[Role.OFFICE].id, Role.OFFICE)
    with okrug.act_as(Role.CHAIR) as act:
        suspension = suspensions.get(act, suspension_id)
        with pytest.raises(Forbidden, match=LAPSED):
            suspensions.confirm(act, suspension)
        event = audit.record(act, "identity.account_suspended", subject=suspension.person_id)
        decided = {"decision": "approved", "decided_by": act.person.id, "decided_as": Role.CHAIR}  # type: ignore[union-attr]
        decided |= {"decided_at": act.at, "decided_event": event.hash}
        refused_by_the_database(act, update(Suspension).values(decided), "suspensions")


def test_an_annulment_lapses_too(opened: OpenPoll) -> None:
    with opened.act(Role.CHAIR) as act:
        closing.annul(act, *opened.rows(act), "A fault in the list.")
    end(opened, opened.person_id(Role.CHAIR), Role.CHAIR)
    with opened.act(Role.OFFICE) as act:
        cycle, poll = opened.rows(act)
        with pytest.raises(Forbidden, match=LAPSED):
            closing.annul(act, cycle, poll, "")
        audit.record(act, "poll.annulled", subject=cycle.id)
        second = {"annul_second_id": act.person.id, "annul_second_role": Role.OFFICE, "state": "annulled"}  # type: ignore[union-attr]
        refused_by_the_database(act, update(Poll).values(second), "two_bodies_polls")
        assert not closing.decline_annulment(act, cycle, poll), "declined, not taken back"


def test_the_re_issue_of_a_card_lapses_too(app: Flask, opened: OpenPoll) -> None:
    assert test_reissues.propose(app, opened) == 302
    end(opened, opened.person_id(Role.REGISTRAR), Role.REGISTRAR)
    with opened.act(Role.CHAIR) as act:
        cycle, poll = opened.rows(act)
        with pytest.raises(Forbidden, match=LAPSED):
            reissues.approve(act, cycle, poll, act.session.scalars(select(Reissue)).one())
    with opened.act(Role.OFFICE) as act:
        reissues.decline(act, *opened.rows(act), act.session.scalars(select(Reissue)).one())


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.CLERK])
def test_whoever_serves_the_platform_neither_makes_cards_nor_hands_them_over(okrug: Village, role: Role) -> None:
    """Played: the platform's administrator became its registrar; the maker's word was the operator's."""
    administrator = okrug.people[Role.ADMINISTRATOR].id
    with pytest.raises(FieldRefusal, match="may not hold these roles together"):
        propose(okrug, administrator, role, by=Role.OFFICE)
    other = newcomer(okrug, 445)
    okrug.confirm(propose(okrug, other, role, by=Role.OFFICE))
    with pytest.raises(FieldRefusal, match="may not hold these roles together"):
        propose(okrug, other, Role.ADMINISTRATOR, by=Role.OFFICE)


@pytest.mark.parametrize("role", sorted(STAFF & APPOINTMENTS[Level.OKRUG].keys()))
def test_while_a_poll_is_under_way_no_office_is_given_without_a_reason(opened: OpenPoll, role: Role) -> None:
    """Played: a deputy, who is of the commission and writes what was drawn, an administrator and an observer were."""
    proposes = next(one for one in APPOINTMENTS[Level.OKRUG][role].proposes if one is not Role.MASLIKHAT_SECRETARY)
    with opened.act(proposes) as act:
        person = accounts.add_person(act, KEYS, iin=invented_iin(300), name="Invented")
        terms = Terms(role, TODAY, "order № 1", body="School")
        with pytest.raises(FieldRefusal) as refusal:
            appointments.propose_giving(act, person, terms)
        assert refusal.value.field == "reason"
        appointments.propose_giving(act, person, terms, reason="The one before fell ill.")
