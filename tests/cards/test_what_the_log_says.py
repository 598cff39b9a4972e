"""Rows alone are the word of whoever wrote them: the opening and the checks ask the log and the maker's key."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit import service as audit
from pb.cards.models import MakerConfirmation
from pb.cards.service import confirmations
from pb.cards.service.confirmations import Lack
from pb.core.poll import card_confirmation
from pb.core.poll.maker_key import public_half
from pb.errors import Conflict
from pb.polls.models import Poll
from pb.polls.service import state
from pb.roll.models import Commitment, Confirmation, Entry
from pb.roll.service import commitments
from tests.frozen.world import without_rules
from tests.polls.ready_poll import ReadyPoll
from tests.village import KEYS

SEED = b"x" * 32


def test_a_person_who_was_exchanged_after_the_roll_was_confirmed_stops_the_opening(ready: ReadyPoll) -> None:
    """Played: a name on the roll is changed, with a commitment and a confirmation of one's own making."""
    with ready.act() as act:
        cycle, _poll = ready.rows(act)
        row = act.session.get_one(Confirmation, cycle.id)
        person_id, at, cycle_id = row.person_id, row.at, cycle.id
    with without_rules(ready.database.engine) as connection:
        connection.execute(update(Entry).where(Entry.number == 1).values(name="Accomplice"))
    salt = b"s" * 32
    with ready.act() as act:
        forged = commitments.commitment(act, ready.rows(act)[0], KEYS, salt)
    with without_rules(ready.database.engine) as connection:
        connection.execute(
            insert(Commitment).values(
                cycle_id=cycle_id, position=99, occasion="confirmed", at=at, count=26, salt=salt, commitment=forged
            )
        )
        connection.execute(update(Confirmation).values(salt=salt, commitment=forged, person_id=person_id))
    with ready.act() as act:
        assert commitments.holds(act, ready.rows(act)[0], KEYS), "the rows agree with each other"
    with pytest.raises(Conflict, match="not the one that was confirmed"):
        ready.open()


def test_a_seed_that_was_written_over_the_minuted_one_stops_the_opening(ready: ReadyPoll) -> None:
    """Played: the text of every draw was steered, and two strangers stood as chair and secretary."""
    with without_rules(ready.database.engine) as connection:
        connection.execute(update(Poll).values(seed_text="steered by the operator"))
    with pytest.raises(Conflict, match="not those that the log tells of"):
        ready.open()


@pytest.mark.parametrize("place", ["minutes_chair_id", "minutes_secretary_id"])
def test_minutes_that_somebody_else_confirmed_open_no_poll(ready: ReadyPoll, place: str) -> None:
    stranger = ready.person_id(Role.RESIDENT)
    with without_rules(ready.database.engine) as connection:
        connection.execute(update(Poll).values({place: stranger}))
    with pytest.raises(Conflict, match="not those that the log tells of"):
        ready.open()


def test_a_confirmation_that_the_makers_key_did_not_sign_counts_for_nothing_and_stops_nobody(ready: ReadyPoll) -> None:
    """Played: a row by a resident passed the gate, and the true confirmation was refused as the second one."""
    ready.open()
    with ready.act() as act:
        poll = ready.rows(act)[1]
        election = state.election_of(poll.election_json or "")
        row = {"poll_id": poll.id, "at": act.at, "numbers_compared": True}
    own = card_confirmation.confirm(
        replace(ready.maker, key=public_half(SEED)), election.hash, SEED, numbers_compared=True
    )
    true = card_confirmation.confirm(ready.maker, election.hash, ready.demo.maker_seed, numbers_compared=True)
    with without_rules(ready.database.engine) as connection:
        stranger = ready.person_id(Role.RESIDENT)
        connection.execute(insert(MakerConfirmation).values(**row, confirmation=own.to_json(), person_id=stranger))
    with ready.act(Role.REGISTRAR) as act:
        cycle, poll = ready.rows(act)
        assert confirmations.lack(act, poll) is Lack.NOT_CONFIRMED
        confirmations.confirm(act, cycle, poll, true.to_json().encode())
        assert confirmations.lack(act, poll) is None


def test_the_ceremony_s_minutes_are_confirmed_by_those_who_hold_the_office(ready: ReadyPoll) -> None:
    """Neither a clerk with an event of their own, nor the chair without one; nobody else draws them up anew."""
    with ready.act(Role.CLERK) as act:
        cycle = ready.rows(act)[0]
        clerk, chair = ready.person_id(Role.CLERK), ready.person_id(Role.CHAIR, 0)
        redrawn = update(Poll).values(seed_text="1 2 3 4 5 6")

        def attempt(attack: Any) -> None:
            with pytest.raises(DatabaseError, match="logged_polls_update"), act.session.begin_nested():
                act.session.execute(attack)

        attempt(redrawn)
        audit.record(act, "poll.minutes_drawn_up", subject=cycle.id)
        attempt(redrawn)
        for place in ("minutes_chair_id", "minutes_secretary_id"):
            audit.record(act, "poll.minutes_confirmed", subject=cycle.id)
            attempt(update(Poll).values({place: clerk}))
            attempt(update(Poll).values({place: ready.person_id(Role.DEPUTY)}))
        act.session.execute(update(Poll).values(minutes_chair_id=None))
        attempt(update(Poll).values(minutes_chair_id=chair))
