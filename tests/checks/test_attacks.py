"""Votes for people who did not vote: each attack is played, and what finds it stops the adoption."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit import service as audit
from pb.cards.models import CardEvent, Credential
from pb.cards.service import card_events
from pb.checks.models import SampleDraw
from pb.checks.service import faults, paper, sample
from pb.clock import now
from pb.core.poll import sampling
from pb.cycles.models import Phase
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import Matter
from pb.gatherings.service import cycle_meetings
from pb.polls.models import Participation
from pb.roll.models import Entry
from pb.voting.models import CastBallot
from tests.checks.conftest import ABSENT, VOTED, ClosedPoll
from tests.polls.open_poll import HANDED_OVER, OpenPoll
from tests.village import KEYS

both_databases = pytest.mark.both_databases
FAULT = "The checks found a fault: it must be explained in the minutes, and the chair must confirm."


def convene(closed: ClosedPoll) -> None:
    """The chair convenes the assembly for the adoption."""
    with closed.act(Role.CHAIR) as act:
        cycle, _poll = closed.opened.rows(act)
        cycle.phase = Phase.RESULT
        act.session.flush()
        later = closed.at + timedelta(days=30)
        cycle_meetings.convene(act, cycle, Matter.ADOPTION, meets_at=later, place="club")


def test_the_adoption_waits_for_every_check_and_then_goes_on(closed: ClosedPoll) -> None:
    assert len(closed.missing()) == 3
    with pytest.raises(Conflict, match="counted by two people"):
        convene(closed)
    closed.checks.run(0, "2027/2-1")
    assert closed.missing() == []
    convene(closed)


def test_five_rows_voted_for_people_who_stayed_at_home_are_found_by_asking_and_stop_the_adoption(
    closed: ClosedPoll,
) -> None:
    """The operator handed cards over on the screen, signed the paper for five people, and voted with their cards."""
    closed.checks.count_paper(0)
    closed.checks.open_cards(0, "5")
    closed.answer(*range(1, ABSENT + 1))
    assert closed.missing() == [FAULT]
    assert closed.marks() == [f"did_not_vote:{number}" for number in range(1, ABSENT + 1)]
    with pytest.raises(Conflict, match="explained in the minutes"):
        convene(closed)
    closed.explain("Five people were asked again.")
    with closed.act(Role.SECRETARY) as act:
        cycle, poll = closed.opened.rows(act)
        with pytest.raises(Forbidden):
            faults.confirm_explanation(act, cycle, poll, faults.explanations(act, poll)[0])
    assert closed.missing() == [FAULT], "the chair has not confirmed"
    closed.answer_explanation()
    assert closed.missing() == []


def test_the_sample_is_visited_under_the_names_of_the_opening(closed: ClosedPoll) -> None:
    """Played: accomplices' names stood beside the drawn numbers while the commission went round, and said "I voted"."""
    closed.answer()
    drop, triggers = closed.enemy, ("frozen_roll_entries_update",)
    drop(update(Entry).where(Entry.number == 1).values(name="Accomplice"), triggers=triggers)
    with closed.act(Role.DEPUTY) as act:
        cycle, poll = closed.opened.rows(act)
        with pytest.raises(Conflict, match="not the one with which the vote was opened"):
            sample.look(act, cycle, poll, KEYS)


@both_databases
def test_nobody_checks_at_a_moment_that_has_not_come(closed: ClosedPoll) -> None:
    """Who joined the commission this morning would else have been of it for long, under next month's date."""
    closed.at += timedelta(days=20)
    with pytest.raises(DatabaseError, match="frozen_card_openings_insert"):
        closed.choose_cards()


def test_who_is_not_found_is_counted_and_neither_replaced_nor_a_fault(closed: ClosedPoll) -> None:
    closed.answer()
    with closed.act(Role.DEPUTY) as act:
        cycle, poll = closed.opened.rows(act)
        with pytest.raises(Conflict):
            sample.answer(act, cycle, poll, 1, sample.Answer.NOT_FOUND)
        assert sample.counts(act, poll) == {"voted": VOTED, "did_not_vote": 0, "not_found": 0}


def test_a_card_that_nobody_took_is_opened_and_its_key_has_voted(closed: ClosedPoll) -> None:
    """The operator voted with a card and took the mark of the hand-over away again."""
    entry = closed.opened.entry_id(2)
    closed.enemy(
        update(Credential).where(Credential.entry_id == entry).values(handed_over_at=None, clerk_id=None),
        triggers=("frozen_credentials_update",),
    )
    closed.open_all()
    assert "card_voted:3" in closed.marks()
    assert "without_row:3" in closed.marks(), "its published commitment stands"
    assert FAULT in closed.missing()


def test_a_card_with_another_key_than_the_list_is_a_fault(closed: ClosedPoll) -> None:
    """The operator put an own key into the list before the opening: the paper card shows it."""
    last = HANDED_OVER + 1
    closed.open_all(**{f"_{last}": closed.fingerprint(last), f"_{last + 1}": closed.fingerprint(last)})
    assert closed.marks() == [f"card_another_key:{last}"]


def test_a_card_whose_own_key_voted_is_found_also_where_the_list_has_another_for_it(closed: ClosedPoll) -> None:
    last = HANDED_OVER + 1
    closed.open_all(**{f"_{last}": closed.fingerprint(0)[:32]})
    assert closed.marks() == [f"card_voted:{last}"]


def test_a_missing_card_and_one_that_is_not_named_are_told(closed: ClosedPoll) -> None:
    closed.open_all(**{f"_{HANDED_OVER + 1}": "-"})
    assert closed.marks() == [f"card_missing:{HANDED_OVER + 1}"]


# Hand-overs


def test_no_single_hand_over_is_public_and_a_day_is_a_sorted_list_that_auditors_open(closed: ClosedPoll) -> None:
    with closed.act(Role.AUDITOR) as act:
        _cycle, poll = closed.opened.rows(act)
        events = [event for event in audit.every(act) if event.action == card_events.ACTION]
        assert not [event for event in audit.every(act) if "handed_over" in event.action]
        assert [len(event.data["commitments"]) for event in events] == [HANDED_OVER]
        listed = events[0].data["commitments"]
        assert listed == sorted(listed)
        opened = card_events.opened(act, poll)
        assert {one.number for one in opened} == set(range(1, HANDED_OVER + 1))
        for one in opened:
            text = f'["{poll.uuid}","{one.day.isoformat()}","{one.way}",{one.number},null]'
            assert sampling.commitment(text, bytes.fromhex(one.salt)) == one.commitment
        hours = act.session.scalars(select(Credential.handed_over_at).where(Credential.handed_over_at.is_not(None)))
        assert {(hour.minute, hour.second) for hour in hours if hour} == {(0, 0)}


@both_databases
def test_no_card_is_marked_without_its_commitment_and_none_comes_after_the_batch(opened: OpenPoll) -> None:
    entry = opened.entry_id(HANDED_OVER + 2)
    with opened.act(Role.CLERK) as act:
        assert act.person is not None
        marked = update(Credential).where(Credential.entry_id == entry)
        with pytest.raises(DatabaseError, match="frozen_credentials"), act.session.begin_nested():
            act.session.execute(marked.values(handed_over_at=act.at, clerk_id=act.person.id))
    with opened.act(at=now() + timedelta(days=1)) as act:
        cycle, poll = opened.rows(act)
        assert card_events.due(act.session, act.at) == {poll.id}
        assert card_events.publish(act, cycle, poll) == 1
        assert card_events.due(act.session, act.at) == set()
        row = act.session.scalars(select(CardEvent)).first()
        assert row is not None
        late = {"poll_id": poll.id, "commitment": "0" * 64, "salt": b"s" * 32, "day": row.day}
        late |= {"way": "handed_over", "entry_id": row.entry_id}
        with pytest.raises(DatabaseError, match="frozen_card_events"), act.session.begin_nested():
            act.session.execute(insert(CardEvent).values(late))
        with pytest.raises(DatabaseError, match="frozen_card_events"), act.session.begin_nested():
            act.session.execute(update(CardEvent).values(salt=b"t" * 32))


def test_rows_commitments_and_paper_are_compared_one_by_one(closed: ClosedPoll) -> None:
    """A row without a commitment, a commitment without its salt, a signature without a row: each is named."""
    entry, first = closed.opened.entry_id(HANDED_OVER), closed.opened.entry_id(0)
    values = {"handed_over_at": now(), "clerk_id": closed.opened.person_id(Role.CLERK)}
    closed.enemy(
        update(Credential).where(Credential.entry_id == entry).values(values),
        delete(CardEvent).where(CardEvent.entry_id == first),
        triggers=("frozen_credentials_update", "frozen_card_events_delete"),
    )
    signed = [str(number) for number in range(1, HANDED_OVER)]  # the last has no signature, nor has the enemy's row
    closed.count(Role.CLERK, [*signed[1:], "R1"])
    assert not [mark for mark in closed.marks() if "paper" in mark], "the other count is not there yet"
    closed.count(Role.CHAIR, [*signed[:1], *signed[2:]])
    marks = closed.marks()
    assert f"without_event:{HANDED_OVER + 1}" in marks
    assert "without_event:1" in marks
    assert f"without_paper:{HANDED_OVER}" in marks
    assert f"without_paper:{HANDED_OVER + 1}" in marks
    assert "without_paper_clerk:1" in marks, "whose count lacks it"
    assert "without_paper_second:2" in marks
    assert "paper_without_row_clerk:R1" in marks, "whose count alone has it"
    assert sum(mark.startswith("lost:") for mark in marks) == 1


def test_a_changed_event_no_longer_opens_its_commitment(closed: ClosedPoll) -> None:
    entry, other = closed.opened.entry_id(0), closed.opened.entry_id(HANDED_OVER + 1)
    closed.enemy(
        update(CardEvent).where(CardEvent.entry_id == entry).values(entry_id=other),
        triggers=("frozen_card_events_update",),
    )
    assert sum(mark.startswith("false:") for mark in closed.marks()) == 1


def test_each_counts_alone_and_the_list_must_fit_the_number(closed: ClosedPoll) -> None:
    with closed.act(Role.CLERK) as act:
        cycle, poll = closed.opened.rows(act)
        for text, number in (("1-3", 2), ("1, 1", 2), ("1..3", 3), ("3-1", 3), ("1, 999", 2), ("1, R99", 2)):
            with pytest.raises(FieldRefusal):
                paper.record(act, cycle, poll, signatures=number, text=text)
        paper.record(act, cycle, poll, signatures=4, text="1 - 3, r1")
        with pytest.raises(Conflict):
            paper.record(act, cycle, poll, signatures=4, text="1-3, R1")
        assert paper.counts(act, poll)[paper.Side.CLERK].cards == ["1", "2", "3", "R1"]
    with closed.act(Role.REGISTRAR) as act, pytest.raises(Forbidden):
        paper.record(act, *closed.opened.rows(act), signatures=0, text="")


# The drawing


def test_a_text_from_before_the_commitment_and_another_commitment_are_refused(closed: ClosedPoll) -> None:
    with closed.act(Role.SECRETARY) as act:
        cycle, poll = closed.opened.rows(act)
        listed = sample.committed(act, poll)
        assert listed is not None
        for copied in ("0" * 32, listed.commitment[:8], listed.commitment[:31]):  # few digits are found by trying
            with pytest.raises(FieldRefusal):
                sample.record_draw(act, cycle, poll, text="7 41 3 12 88 20", minutes_number="5", copied=copied)
    with closed.opened.act(Role.SECRETARY, at=listed.at) as act:
        cycle, poll = closed.opened.rows(act)
        assert act.person is not None
        with pytest.raises(Conflict):
            sample.record_draw(
                act, cycle, poll, text="7 41 3 12 88 20", minutes_number="5", copied=listed.commitment[:32]
            )
        event = audit.record(act, "checks.sample_drawn", subject=cycle.id)
        early = {"poll_id": poll.id, "text": "7 41 3 12 88 20", "minutes_number": "5", "size": 1, "attempt": 1}
        early |= {"recorded_at": act.at, "event": event.hash}
        with pytest.raises(DatabaseError, match="frozen_sample_draws"), act.session.begin_nested():
            act.session.execute(insert(SampleDraw).values(early | {"recorded_by": act.person.id}))


def test_the_sample_follows_from_the_text_and_the_list_alone(closed: ClosedPoll) -> None:
    closed.answer()
    with closed.act(Role.DEPUTY) as act:
        cycle, poll = closed.opened.rows(act)
        listed, draw = sample.committed(act, poll), sample.get(act, poll)
        assert listed is not None
        assert draw is not None
        text = "\n".join(f"[{number},false]" for number in range(1, VOTED + 1))
        assert sampling.commitment(text, listed.salt) == listed.commitment
        numbers = range(1, VOTED + 1)
        assert sample.members(act, poll) == sampling.draw(
            numbers, draw.size, sampling.seed("7 41 3 12 88 20", listed.commitment)
        )
        looked = [event for event in audit.every(act) if event.action == "checks.sample_seen"]
        names = [entry.name for entry, _given in sample.look(act, cycle, poll, KEYS)]
        assert len([event for event in audit.every(act) if event.action == "checks.sample_seen"]) == len(looked) + 1
        everything = str([event.data for event in audit.every(act)])
        assert not [name for name in names if name in everything], "no name stands in the log"


def test_a_list_of_participants_that_changed_is_named(closed: ClosedPoll) -> None:
    entry = closed.opened.entry_id(0)
    closed.enemy(
        delete(CastBallot).where(CastBallot.entry_id == entry),
        delete(Participation).where(Participation.entry_id == entry),
        triggers=("frozen_cast_ballots_delete", "frozen_participations_delete"),
    )
    (first,) = [mark for mark in closed.marks() if mark.startswith("participants_changed:")]
    closed.explain()
    closed.answer_explanation()
    assert closed.marks() == []
    another = closed.opened.entry_id(1)
    closed.enemy(
        delete(CastBallot).where(CastBallot.entry_id == another),
        delete(Participation).where(Participation.entry_id == another),
    )
    (second,) = [mark for mark in closed.marks() if mark.startswith("participants_changed:")]
    assert second != first


def test_who_holds_an_office_of_the_cards_is_not_of_the_commission(closed: ClosedPoll) -> None:
    for role in (Role.CLERK, Role.REGISTRAR, Role.OFFICE):
        with closed.act(role) as act:
            cycle, poll = closed.opened.rows(act)
            with pytest.raises(Forbidden):
                sample.look(act, cycle, poll, KEYS)
            with pytest.raises(Forbidden):
                faults.explain(act, cycle, poll, kinds=["x"], minutes_number="1", text="nothing")
