"""A card that takes a lost one's place stands on two events of two people: rows alone withdraw nobody's key."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cards.models import Reissue
from pb.cards.service import cards, reissues
from pb.freezes import cards as rules
from pb.roll.models import Entry
from tests.polls.open_poll import OpenPoll

both = pytest.mark.both_databases
LOST, ANOTHER = 0, 1


def refused(act: Act, attack: Any, by: str) -> None:
    with pytest.raises(DatabaseError, match=by), act.session.begin_nested():
        act.session.execute(attack)


def entry(act: Act, opened: OpenPoll, number: int = LOST) -> UUID:
    query = select(Entry.id).where(Entry.cycle_id == opened.demo.cycle_id).order_by(Entry.number)
    return act.session.scalars(query).all()[number]


def proposal(act: Act, opened: OpenPoll, told: str, **changes: Any) -> Any:
    poll = opened.rows(act)[1]
    row = {
        "id": uuid4(),
        "poll_id": poll.id,
        "entry_id": entry(act, opened),
        "reason": "lost",
        "salt": b"s" * 32,
        "proposed_at": act.at,
        "proposed_by": opened.person_id(Role.REGISTRAR),
        "proposed_event": told,
    }
    return insert(Reissue).values({**row, **changes})


@both
def test_a_proposal_is_the_registrar_s_own_event_and_approves_nothing(opened: OpenPoll) -> None:
    """As it was played: a row that came approved withdrew a voter's key, and the log knew nothing of it."""
    with opened.act(Role.REGISTRAR) as act:
        cycle, poll = opened.rows(act)
        approved = {
            "approved_at": act.at,
            "approved_by": opened.person_id(Role.CHAIR),
            "reserve": 1,
            "withdrawn_key": cards.standing(act, poll, entry(act, opened)).public_key,
        }
        refused(act, proposal(act, opened, "e" * 64), "frozen_reissues_insert")
        event = audit.record(act, "poll.reissue_proposed", subject=cycle.id).hash
        refused(act, proposal(act, opened, event, event=event, **approved), "frozen_reissues_insert")
        refused(act, proposal(act, opened, event, proposed_at=act.at - timedelta(days=1)), "frozen_reissues_insert")
        clerk = opened.person_id(Role.CLERK)
        refused(act, proposal(act, opened, event, proposed_by=clerk), "frozen_reissues_insert")
    with opened.act(Role.CLERK) as act:
        event = audit.record(act, "poll.reissue_proposed", subject=opened.rows(act)[0].id).hash
        refused(act, proposal(act, opened, event, proposed_by=clerk), "frozen_reissues_insert")


@both
def test_an_approval_is_a_second_person_s_own_event_of_this_card(opened: OpenPoll) -> None:
    with opened.act(Role.REGISTRAR) as act:
        cycle, poll = opened.rows(act)
        reissues.propose(act, cycle, poll, entry(act, opened), "lost on the road")
    chair, clerk, registrar = (opened.person_id(role) for role in (Role.CHAIR, Role.CLERK, Role.REGISTRAR))
    with opened.act(Role.CHAIR) as act:
        cycle, poll = opened.rows(act)
        own = cards.standing(act, poll, entry(act, opened)).public_key
        others = cards.standing(act, poll, entry(act, opened, ANOTHER)).public_key
        last = list(audit.every(act))[-1].hash

        def approval(event: str, **changes: Any) -> Any:
            row = {"approved_at": act.at, "approved_by": chair, "reserve": 1, "withdrawn_key": own, "event": event}
            return update(Reissue).values({**row, **changes})

        refused(act, approval(last), "logged_reissues_update")
        refused(act, approval("e" * 64), "logged_reissues_update")
        event = audit.record(act, "poll.reissue_approved", subject=cycle.id).hash
        refused(act, approval(event, withdrawn_key=others), "logged_reissues_update")
        refused(act, approval(event, approved_by=clerk), "logged_reissues_update")
        refused(act, approval(event, approved_at=act.at - timedelta(hours=1)), "logged_reissues_update")
        for person in (clerk, registrar):
            told = _as(act, opened, person)
            event = audit.record(told, "poll.reissue_approved", subject=cycle.id).hash
            refused(act, approval(event, approved_by=person), "logged_reissues_update")
        event = audit.record(act, "poll.reissue_approved", subject=cycle.id).hash
        act.session.execute(approval(event))


def _as(act: Act, opened: OpenPoll, person_id: object) -> Act:
    people = (opened.person(role) for role in (Role.CLERK, Role.REGISTRAR))
    return replace(act, person=next(one for one in people if one.id == person_id))


@both
def test_what_was_proposed_or_replaced_is_not_taken_back_in_silence(opened: OpenPoll) -> None:
    with opened.act(Role.REGISTRAR) as act:
        cycle, poll = opened.rows(act)
        reissue_id = reissues.propose(act, cycle, poll, entry(act, opened), "lost on the road").id
        refused(act, delete(Reissue), "frozen_reissues_delete")
    with opened.act(Role.CHAIR) as act:
        cycle, poll = opened.rows(act)
        reissues.approve(act, cycle, poll, reissues.get(act, poll, reissue_id))
        audit.record(act, "keys.rotation_asked", subject=act.territory.id)
        refused(act, update(Reissue).values(replaced_at=act.at), "frozen_reissues_update")
        assert act.session.scalars(select(Reissue.replaced_at)).one() is None


def test_the_rules_of_the_database_know_the_second_persons_of_the_service() -> None:
    assert set(rules.SECOND_PERSONS) == set(reissues.SECOND_PERSONS)
