"""What counts by two takes two: each attack of one member alone, in the services and in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.cards.models import MakerConfirmation
from pb.checks.models import Answer, Explanation, OpenedCard, Opening, PaperCount, SampleAnswer
from pb.checks.service import card_numbers, faults, openings, paper, rules, sample
from pb.clock import local
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.freezes import checks as freezes
from pb.identity.models import Grant, Person
from pb.polls.models import Poll
from tests.checks.conftest import ClosedPoll
from tests.checks.test_what_stays import take_a_mark_away
from tests.frozen.world import without_rules
from tests.polls.open_poll import OpenPoll

both_databases = pytest.mark.both_databases
DRAWN = {"text": "7 41 3 12 88 20", "minutes_number": "5"}


def draw(closed: ClosedPoll) -> None:
    with closed.act(Role.SECRETARY) as act:
        cycle, poll = closed.opened.rows(act)
        listed = sample.committed(act, poll)
        assert listed is not None
        sample.record_draw(act, cycle, poll, **DRAWN, copied=listed.commitment[:32])
    with closed.act(Role.AUDITOR) as act:
        sample.answer_draw(act, *closed.opened.rows(act), 1, agrees=True)


def test_an_answer_of_one_member_counts_for_nobody_until_another_confirms_it(closed: ClosedPoll) -> None:
    """Played: one member wrote all answers and chose a name from a list as the second, who knew nothing of it."""
    draw(closed)
    with closed.act(Role.DEPUTY) as act:
        cycle, poll = closed.opened.rows(act)
        numbers = sample.members(act, poll)
        for number in numbers:
            sample.answer(act, cycle, poll, number, Answer.VOTED)
        assert sample.counts(act, poll)["voted"] == 0
        assert sample.confirmable(act, poll) == []
        names = [sample.named(row) for row in sample.answers(act, poll)]
        with pytest.raises(Conflict, match="have changed"):
            sample.confirm(act, cycle, poll, names)
    assert any("a second member must confirm each answer: 12 are left" in text for text in closed.missing())
    with closed.act(Role.CHAIR) as act:
        cycle, poll = closed.opened.rows(act)
        with pytest.raises(FieldRefusal):
            sample.confirm(act, cycle, poll, [])
        with pytest.raises(Conflict, match="have changed"):
            sample.confirm(act, cycle, poll, [names[0].replace("voted", "not_found")])
        assert sample.confirm(act, cycle, poll, names[:3]) == 3
        assert sample.counts(act, poll)["voted"] == 3
        assert sample.unsettled(act, poll) == set(numbers) - {row.number for row in sample.answers(act, poll)[:3]}
        actions = [event.action for event in audit.every(act)]
        assert actions.count("checks.answers_confirmed") == 1
        assert "checks.sample_finished" not in actions


def test_whoever_heard_otherwise_writes_it_beside_and_the_worse_answer_counts(closed: ClosedPoll) -> None:
    draw(closed)
    with closed.act(Role.DEPUTY) as act:
        cycle, poll = closed.opened.rows(act)
        sample.answer(act, cycle, poll, 1, Answer.VOTED)
    with closed.act(Role.CHAIR) as act:
        cycle, poll = closed.opened.rows(act)
        sample.answer(act, cycle, poll, 1, Answer.DID_NOT_VOTE)
        with pytest.raises(Conflict):
            sample.answer(act, cycle, poll, 1, Answer.VOTED)
    assert closed.marks() == ["did_not_vote:1"], "also before anybody confirmed it"
    with closed.act(Role.AUDITOR) as act:
        cycle, poll = closed.opened.rows(act)
        first = sample.named(sample.answers(act, poll)[0])
        sample.confirm(act, cycle, poll, [first])
        assert sample.counts(act, poll) == {"voted": 0, "did_not_vote": 1, "not_found": 0}
        with pytest.raises(Conflict):
            sample.answer(act, cycle, poll, 1, Answer.VOTED)


def test_the_choice_of_cards_is_agreed_on_by_two_before_any_card_is_read(closed: ClosedPoll) -> None:
    """Played: the text that chose the cards was recorded together with what was read from them."""
    with closed.act(Role.SECRETARY) as act:
        cycle, poll = closed.opened.rows(act)
        with pytest.raises(Conflict, match="First two members"):
            openings.record(act, cycle, poll, "R1")
        openings.choose(act, cycle, poll, **DRAWN)
        with pytest.raises(Conflict, match="First two members"):
            openings.record(act, cycle, poll, "R1")
        with pytest.raises(Forbidden):
            openings.answer_choice(act, cycle, poll, 1, agrees=True)
    with closed.act(Role.DEPUTY) as act:
        cycle, poll = closed.opened.rows(act)
        openings.answer_choice(act, cycle, poll, 1, agrees=False)
        with pytest.raises(Conflict):
            openings.answer_choice(act, cycle, poll, 1, agrees=True)
    with closed.act(Role.SECRETARY) as act:
        cycle, poll = closed.opened.rows(act)
        openings.choose(act, cycle, poll, **(DRAWN | {"text": "8 1 90 2 3 4"}))
    with closed.act(Role.DEPUTY) as act:
        cycle, poll = closed.opened.rows(act)
        with pytest.raises(Conflict):
            openings.answer_choice(act, cycle, poll, 1, agrees=True)
        openings.answer_choice(act, cycle, poll, 2, agrees=True)
        assert openings.to_open(act, poll) == openings.chosen(
            act, poll, "8 1 90 2 3 4", len(openings.to_open(act, poll))
        )
        assert [row.text for row in openings.attempts(act, poll)] == ["7 41 3 12 88 20", "8 1 90 2 3 4"], (
            "both texts stay"
        )


def test_every_card_that_was_chosen_needs_a_reading_that_a_second_member_confirmed(closed: ClosedPoll) -> None:
    closed.choose_cards()
    with closed.act(Role.SECRETARY) as act:
        cycle, poll = closed.opened.rows(act)
        cards = openings.to_open(act, poll)
        openings.record(act, cycle, poll, cards[0])
        assert openings.unread(act, poll) == cards[1:]
    assert any(f"opened and recorded: {len(cards) - 1} are left" in text for text in closed.missing())
    closed.confirm_cards()
    with closed.act(Role.SECRETARY) as act:
        cycle, poll = closed.opened.rows(act)
        openings.record(act, cycle, poll, "\n".join(cards[1:]))
    assert any(f"{len(cards) - 1} wait" in text for text in closed.missing())
    with closed.act(Role.DEPUTY) as act:
        cycle, poll = closed.opened.rows(act)
        seen = openings.fingerprint(openings.confirmable(act, poll))
        assert len(openings.confirmable(act, poll)) == len(cards) - 1
    with closed.act(Role.CHAIR) as act:
        openings.correct(act, *closed.opened.rows(act), f"{cards[1]} -")
    with closed.act(Role.DEPUTY) as act, pytest.raises(Conflict, match="have changed"):
        openings.confirm(act, *closed.opened.rows(act), seen)
    closed.confirm_cards()
    assert not [text for text in closed.missing() if "cards" in text and "paper" not in text]


def test_a_card_whose_mark_is_taken_away_after_the_opening_is_still_to_be_opened(closed: ClosedPoll) -> None:
    closed.open_all()
    take_a_mark_away(closed)
    assert any("opened and recorded: 1 are left" in text for text in closed.missing())


def test_an_explanation_says_which_faults_it_is_about_and_covers_no_other(closed: ClosedPoll) -> None:
    """Played: one text, written for a lost card, explained all faults of every kind."""
    closed.record_all(_21="-", _22="a" * 32)
    with closed.act(Role.SECRETARY) as act:
        cycle, poll = closed.opened.rows(act)
        chosen = faults.chosen_by(faults.unwritten(act, poll))
        missing = next(key for key in chosen if key.startswith("card_missing:"))
        for kinds in ([], ["card_missing:0"], ["card_missing"]):
            with pytest.raises(FieldRefusal):
                faults.explain(act, cycle, poll, kinds=kinds, minutes_number="6", text="It fell behind the safe.")
        faults.explain(act, cycle, poll, kinds=[missing], minutes_number="6", text="It fell behind the safe.")
    closed.answer_explanation()
    assert closed.marks() == ["card_another_key:22"]
    with closed.act(None) as act:
        (row,) = faults.explanations(act, closed.opened.rows(act)[1])
        assert [fault.mark for fault in faults.explained(row)] == ["card_missing:21"]
        event = next(event for event in audit.every(act) if event.action == "checks.explained")
        assert event.data["faults"] == {"card_missing": 1}
        assert len(event.data["commitment"]) == 64


def test_a_text_that_covers_more_than_the_log_tells_covers_nothing(closed: ClosedPoll) -> None:
    """Played: a fault was written into a row with which the chair had agreed."""
    closed.record_all(_21="-", _22="a" * 32)
    with closed.act(Role.SECRETARY) as act:
        cycle, poll = closed.opened.rows(act)
        missing = next(key for key in faults.chosen_by(faults.unwritten(act, poll)) if key.startswith("card_missing:"))
        faults.explain(act, cycle, poll, kinds=[missing], minutes_number="6", text="It fell behind the safe.")
    closed.answer_explanation()
    both = ["card_missing:21", "card_another_key:22"]
    with without_rules(closed.opened.database.engine) as connection:
        connection.execute(update(Explanation).values(faults=both))
    assert sorted(closed.marks()) == sorted(both)


def test_a_text_about_one_card_does_not_explain_another_of_the_same_kind(closed: ClosedPoll) -> None:
    """Played: the log told of one missing card, and of no number; the row was made to name another one."""
    closed.record_all(_21="-")
    closed.explain("It fell behind the safe.")
    closed.answer_explanation()
    assert closed.marks() == []
    for swapped in ({"faults": ["card_missing:22"]}, {"salt": b"another salt of thirty-two bytes"}, {"salt": None}):
        with closed.act(None) as act:
            kept = act.session.execute(select(Explanation.faults, Explanation.salt)).one()
        with closed.opened.database.engine.connect() as connection:
            with pytest.raises(DatabaseError, match="frozen_fault_explanations_update"):
                connection.execute(update(Explanation).values(swapped))
            connection.rollback()
        with without_rules(closed.opened.database.engine) as connection:
            connection.execute(update(Explanation).values(swapped))
        assert closed.marks() == ["card_missing:21"], "the log tells of this card, and of no other"
        with without_rules(closed.opened.database.engine) as connection:
            connection.execute(update(Explanation).values(faults=kept.faults, salt=kept.salt))
    assert closed.marks() == []


# Who checks


def give(closed: ClosedPoll, person_id: UUID, role: Role, first: int, last: int | None) -> None:
    """Writes a grant of a role into the past, whose days count from the preparing of the poll (0)."""
    with closed.act(None) as act:
        poll = closed.opened.rows(act)[1]
        given_here = select(Grant).where(Grant.role != Role.RESIDENT, Grant.territory_id == act.territory.id)
        known = act.session.scalars(given_here).first()
        assert known is not None
        begun = local(poll.prepared_at).date()
        row = {column.name: getattr(known, column.name) for column in Grant.__table__.columns}
        given = {"since": begun + timedelta(days=first), "granted_at": poll.prepared_at + timedelta(days=first)}
        given["until"] = begun + timedelta(days=last) if last is not None else None
        events = select(AuditEvent.hash).where(AuditEvent.hash.not_in(select(Grant.event)))
        given["event"] = act.session.scalars(events).first()
    row |= given | {"id": UUID(int=77), "person_id": person_id, "role": role, "body": "", "proposal_id": None}
    with without_rules(closed.opened.database.engine) as connection:
        connection.execute(insert(Grant).values(row))


@pytest.mark.parametrize("role", rules.CHECKED)
def test_whoever_had_work_of_their_own_since_the_poll_was_prepared_does_not_check_it(
    closed: ClosedPoll, role: Role
) -> None:
    """Played: a clerk gave the role back after the closing, became a deputy, and counted and opened cards."""
    deputy = closed.opened.person_id(Role.DEPUTY)
    give(closed, deputy, role, -5, 1)
    for who, hindered in ((Role.DEPUTY, True), (Role.AUDITOR, False)):
        with closed.act(who) as act:
            cycle, poll = closed.opened.rows(act)
            assert rules.allowed(act, poll) is not hindered
            if hindered:
                with pytest.raises(Forbidden, match="does not check it"):
                    openings.choose(act, cycle, poll, minutes_number="5", text="")
                refused_by_the_database(act, cycle.id, poll.id)


def test_work_that_ended_before_the_poll_was_prepared_hinders_nobody(closed: ClosedPoll) -> None:
    give(closed, closed.opened.person_id(Role.DEPUTY), Role.CLERK, -30, -2)
    closed.choose_cards()


def test_a_role_that_is_too_new_checks_nothing(closed: ClosedPoll) -> None:
    """Played: two invented people were appointed after the closing, and were the commission."""
    person_id = closed.opened.person_id(Role.OBSERVER)
    days = (closed.at - _prepared(closed)).days
    give(closed, person_id, Role.AUDITOR, days - 1, None)
    with _as(closed, person_id, Role.AUDITOR) as act:
        cycle, poll = closed.opened.rows(act)
        for verb in (
            lambda: openings.choose(act, cycle, poll, minutes_number="5", text=""),
            lambda: paper.record(act, cycle, poll, signatures=0, text=""),
        ):
            with pytest.raises(Forbidden, match="too new"):
                verb()
        refused_by_the_database(act, cycle.id, poll.id)


def refused_by_the_database(act: Act, cycle_id: UUID, poll_id: UUID) -> None:
    """The row with the very event of who may not check."""
    assert act.person is not None
    event = audit.record(act, "checks.cards_drawn", subject=cycle_id)
    row = {"poll_id": poll_id, "attempt": 1, "text": "", "minutes_number": "5", "recorded_by": act.person.id}
    refused(act, insert(Opening).values(row | {"recorded_at": act.at, "event": event.hash}), "frozen_card_openings")


def _prepared(closed: ClosedPoll) -> Any:
    with closed.act(None) as act:
        return closed.opened.rows(act)[1].prepared_at


@contextmanager
def _as(closed: ClosedPoll, person_id: UUID, role: Role) -> Iterator[Act]:
    with closed.act(None) as act:
        yield Act(act.session, act.territory, act.session.get_one(Person, person_id), frozenset({role}), act.at)


# The database


def test_the_rules_of_the_database_name_the_same_roles() -> None:
    assert freezes.COMMISSION == rules.COMMISSION
    assert freezes.COUNTING == rules.COUNTING
    assert freezes.WRITING == rules.WRITING
    assert freezes.CHECKED == rules.CHECKED


def refused(act: Act, statement: Any, told: str) -> None:
    with pytest.raises(DatabaseError, match=told), act.session.begin_nested():
        act.session.execute(statement)


@both_databases
def test_no_row_of_the_checks_enters_without_the_event_of_its_own_member(opened: OpenPoll) -> None:
    """Played: paper counts, answers, openings and explanations entered by plain INSERT; the log knew of none."""
    with without_rules(opened.database.engine) as connection:
        connection.execute(update(Poll).values(state="closed"))
    with opened.act(Role.SECRETARY) as act:
        assert act.person is not None
        cycle, poll = opened.rows(act)
        other = opened_other(act, Role.DEPUTY)
        stale = audit.record(act, "checks.cards_drawn", subject=cycle.id).hash
        audit.record(act, "checks.ballot_asked", subject=cycle.id)
        when = {"at": act.at, "event": stale}
        for model, row in (
            (PaperCount, {"side": "second", "person_id": act.person.id, "signatures": 0, "cards": [], **when}),
            (SampleAnswer, {"number": 1, "reading": 1, "answer": "voted", "member_id": act.person.id, **when}),
            (
                Opening,
                {"attempt": 1, "text": "", "minutes_number": "5", "recorded_by": act.person.id,
                 "recorded_at": act.at, "event": stale},
            ),
            (
                OpenedCard,
                {"card": "3", "reading": 1, "outcome": "unused", "typed": False, "person_id": act.person.id, **when},
            ),
            (
                Explanation,
                {"id": UUID(int=1), "faults": ["lost:1"], "salt": b"s" * 32, "minutes_number": "6", "text": "Lost.",
                 "secretary_id": act.person.id, **when},
            ),
        ):  # fmt: skip
            refused(act, insert(model).values({"poll_id": poll.id, **row}), f"frozen_{model.__tablename__}_insert")
        event = audit.record(act, "checks.cards_drawn", subject=cycle.id)
        row = {"poll_id": poll.id, "attempt": 1, "text": "", "minutes_number": "5", "recorded_at": act.at}
        row["event"] = event.hash
        for wrong in (
            {"recorded_by": other},
            {"recorded_by": act.person.id, "attempt": 2},
            {"recorded_by": act.person.id, "recorded_at": act.at - timedelta(days=1)},
            {"recorded_by": act.person.id, "text": "7"},
        ):
            refused(act, insert(Opening).values(row | wrong), "frozen_card_openings_insert")
        act.session.execute(insert(Opening).values(row | {"recorded_by": act.person.id}))
        answer = {"answered_at": act.at, "agreed": True}
        own = audit.record(act, "checks.cards_draw_confirmed", subject=cycle.id).hash
        for wrong in (
            {"answered_by": other, "answered_event": own},
            {"answered_by": other, "answered_event": event.hash},
            {"answered_by": act.person.id, "answered_event": own},
            {"text": "8"},
        ):
            statement = update(Opening).values((answer if "text" not in wrong else {}) | wrong)
            refused(act, statement, "frozen_card_openings_update|by_two_people")
        act.session.rollback()


def opened_other(act: Act, role: Role) -> UUID:
    query = select(Grant.person_id).where(Grant.role == role).order_by(Grant.granted_at.desc())
    return act.session.scalars(query).first() or UUID(int=0)


def test_cards_are_written_as_people_write_them() -> None:
    assert card_numbers.compact(["R3", "3", "1", "2", "R1", "R2", "7"]) == "1-3, 7, R1-R3"
    assert card_numbers.compact([]) == ""
    assert card_numbers.expand("3-1") == []


def test_a_list_that_its_maker_never_confirmed_waits_for_the_minutes_and_the_chair(closed: ClosedPoll) -> None:
    """The key is lost: the village's vote is not, but the reason is public and two people signed it."""
    closed.checks.run(0, "2027/2-1")
    assert closed.missing() == []
    with without_rules(closed.opened.database.engine) as connection:
        connection.execute(delete(MakerConfirmation))
    assert [mark.partition(":")[0] for mark in closed.marks()] == ["not_confirmed"]
    assert any("must be explained in the minutes" in text for text in closed.missing())
    closed.explain("The maker's machine burnt down.")
    assert closed.marks() != [], "the chair has not agreed yet"
    closed.answer_explanation()
    assert closed.missing() == []
