"""What is drawn in public has one spelling, and stands on two members of two bodies."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import DatabaseError

from pb.act import Act, Role
from pb.audit import service as audit
from pb.checks.models import Answer, ParticipantList, SampleAnswer, SampleDraw
from pb.checks.service import faults, openings, sample
from pb.clock import local
from pb.core.poll import drawn_numbers, sampling
from pb.db import Database
from pb.documents.service.sheets import Minutes as MinutesPaper
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings import documents
from pb.gatherings.service import meetings
from pb.identity.models import Grant
from pb.polls.models import Poll
from pb.settings import Settings
from tests.checks.conftest import ClosedPoll
from tests.checks.test_what_stays import meeting
from tests.conftest import make_app
from tests.frozen.world import without_rules
from tests.identity.test_lapsed_for_good import give
from tests.polls.open_poll import OpenPoll

both_databases = pytest.mark.both_databases
DRAWN = "7 41 3 12 88 20"
OTHERWISE = (
    "", " ", "7", "7 41 3 12 88", "7 41 3 12 88 20 5", "07 41 03 12 88 20", "7, 41, 3, 12, 88, 20", "7 41 3 12 88 20.",
    "Шары: 7 41 3 12 88 20", "7-41-3-12-88-20", "7 41 3 12 88 91", "0 41 3 12 88 20", "7 7 3 12 88 20",
    "+7 41 3 12 88 20", "７ 41 3 12 88 20", "٧ 41 3 12 88 20", "7 41 3 12 88 2O", "007 41 3 12 88 20",
    "7 41 3 12 88 100",
)  # fmt: skip


def record(closed: ClosedPoll, text: str = DRAWN, role: Role = Role.SECRETARY) -> None:
    with closed.act(role) as act:
        cycle, poll = closed.opened.rows(act)
        listed = sample.committed(act, poll)
        assert listed is not None
        sample.record_draw(act, cycle, poll, text=text, minutes_number="5", copied=listed.commitment)


def answer(closed: ClosedPoll, role: Role, attempt: int = 1, *, agrees: bool = True) -> None:
    with closed.act(role) as act:
        sample.answer_draw(act, *closed.opened.rows(act), attempt, agrees=agrees)


def members(closed: ClosedPoll) -> list[int]:
    with closed.act(None) as act:
        return sample.members(act, closed.opened.rows(act)[1])


@pytest.mark.parametrize("text", OTHERWISE)
def test_the_same_numbers_have_no_other_spelling(text: str) -> None:
    """Played: the fourth of the spellings of six balls avoided every false vote."""
    assert not drawn_numbers.canonical(text)
    assert drawn_numbers.canonical(DRAWN)


@pytest.mark.parametrize("text", OTHERWISE[1:])
def test_whatever_else_is_refused_at_the_field(closed: ClosedPoll, text: str) -> None:
    with pytest.raises(FieldRefusal) as refusal:
        record(closed, text)
    assert refusal.value.field == "text"
    if text.strip():
        with closed.act(Role.SECRETARY) as act, pytest.raises(FieldRefusal):
            openings.choose(act, *closed.opened.rows(act), minutes_number="5", text=text)


def test_spaces_around_and_between_are_folded_to_the_one_form(closed: ClosedPoll) -> None:
    record(closed, "  7  41 3\u00a012 88 20 ")
    with closed.act(None) as act:
        assert [row.text for row in sample.attempts(act, closed.opened.rows(act)[1])] == [DRAWN]


def test_a_text_of_one_member_makes_no_sample_and_is_put_right(closed: ClosedPoll) -> None:
    """Played: a deputy recorded a text before anybody drew, alone and for good; the adoption was convened on it."""
    record(closed, "1 2 3 4 5 6", Role.DEPUTY)
    assert members(closed) == []
    assert any("A second member, of another body, must confirm the numbers" in text for text in closed.missing())
    with pytest.raises(Conflict, match="recorded already"):
        record(closed)
    with pytest.raises(Forbidden):
        answer(closed, Role.DEPUTY)
    answer(closed, Role.SECRETARY, agrees=False)
    assert any("Numbers must be drawn in public" in text for text in closed.missing())
    record(closed)
    with pytest.raises(Conflict, match="nothing to confirm"):
        answer(closed, Role.DEPUTY)
    answer(closed, Role.DEPUTY, 2)
    assert members(closed)
    with closed.act(None) as act:
        told = [event for event in audit.every(act) if event.action.startswith("checks.sample_draw")]
        assert [(event.action, event.data["text"], event.data["attempt"]) for event in told] == [
            ("checks.sample_drawn", "1 2 3 4 5 6", 1),
            ("checks.sample_draw_refused", "1 2 3 4 5 6", 1),
            ("checks.sample_drawn", DRAWN, 2),
            ("checks.sample_draw_confirmed", DRAWN, 2),
        ]
    with pytest.raises(Conflict, match="recorded already"):
        record(closed, "1 2 3 4 5 6")


def test_chair_and_secretary_of_one_assembly_are_not_two(closed: ClosedPoll) -> None:
    record(closed)
    with pytest.raises(Forbidden, match="same body"):
        answer(closed, Role.CHAIR)
    with closed.act(Role.CHAIR) as act:
        openings.choose(act, *closed.opened.rows(act), minutes_number="5", text="")
    with closed.act(Role.SECRETARY) as act, pytest.raises(Forbidden, match="same body"):
        openings.answer_choice(act, *closed.opened.rows(act), 1, agrees=True)


def test_nothing_is_confirmed_for_who_has_lost_the_office(closed: ClosedPoll) -> None:
    record(closed, role=Role.DEPUTY)
    end(closed, Role.DEPUTY)
    with pytest.raises(Forbidden, match="no longer holds the office"):
        answer(closed, Role.AUDITOR)
    answer(closed, Role.AUDITOR, agrees=False)
    record(closed)


@pytest.mark.parametrize("drawings", ["sample", "cards"])
def test_who_may_no_longer_check_is_told_of_before_anybody_presses(closed: ClosedPoll, drawings: str) -> None:
    """Played: the secretary became the office's specialist; the deputy's button answered "done already" for ever."""
    if drawings == "sample":
        record(closed)
        hinders, answering = sample.draw_hinders, sample.answer_draw
    else:
        with closed.act(Role.SECRETARY) as act:
            openings.choose(act, *closed.opened.rows(act), minutes_number="5", text="")
        hinders, answering = openings.choice_hinders, openings.answer_choice
    with closed.act(Role.DEPUTY) as act:
        assert hinders(act, closed.opened.rows(act)[1]) is None
    give(closed.opened, closed.opened.person_id(Role.SECRETARY), Role.OFFICE)
    with closed.act(Role.DEPUTY) as act:
        cycle, poll = closed.opened.rows(act)
        assert "may no longer check" in str(hinders(act, poll))
        with pytest.raises(Forbidden, match="may no longer check"):
            answering(act, cycle, poll, 1, agrees=True)
        answering(act, cycle, poll, 1, agrees=False)


def test_an_explanation_of_who_may_no_longer_check_is_refused_alone(closed: ClosedPoll) -> None:
    closed.record_all(_21="-")
    closed.explain("It fell behind the safe.", role=Role.SECRETARY)
    give(closed.opened, closed.opened.person_id(Role.SECRETARY), Role.OFFICE)
    with closed.act(Role.CHAIR) as act:
        cycle, poll = closed.opened.rows(act)
        [row] = faults.explanations(act, poll)
        assert "may no longer check" in str(faults.unconfirmable(act, poll, row))
        with pytest.raises(Forbidden, match="may no longer check"):
            faults.confirm_explanation(act, cycle, poll, row)
        faults.confirm_explanation(act, cycle, poll, row, agrees=False)


def test_all_that_is_wrong_with_a_drawing_is_told_at_once(closed: ClosedPoll) -> None:
    with closed.act(Role.SECRETARY) as act:
        poll = closed.opened.rows(act)[1]
        with pytest.raises(FieldRefusal) as refusal:
            sample.look_draw_over(act, poll, text="7,41,3,12,88,20", minutes_number="", copied="ab12" * 4)
    told = [refusal.value, *refusal.value.others]
    assert [one.field for one in told] == ["text", "minutes_number", "copied"]
    assert "commas" in str(told[0])


def test_a_choice_of_cards_that_waits_is_told_as_one(closed: ClosedPoll) -> None:
    with closed.act(Role.DEPUTY) as act:
        openings.choose(act, *closed.opened.rows(act), minutes_number="5", text="")
    told = closed.missing()
    assert "A second member, of another body, must confirm which cards are opened." in told
    assert not any(text.startswith("Two members of the commission must say") for text in told)


def end(closed: ClosedPoll, role: Role) -> None:
    """The role ended yesterday: past the rules of the two bodies, which have tests of their own."""
    yesterday = local(closed.at).date() - timedelta(days=1)
    holder = Grant.person_id == closed.opened.person_id(role)
    with without_rules(closed.opened.database.engine) as connection:
        connection.execute(update(Grant).where(holder, Grant.role == role).values(until=yesterday))


def test_the_numbers_stand_in_the_minutes_of_the_adoption(
    settings: Settings, database: Database, closed: ClosedPoll
) -> None:
    """Played: the minutes had the commitment, and no text: nobody saw that another was recorded than was drawn."""
    closed.checks.run(0, "2027/2-1")
    gathering_id = meeting(closed)
    with closed.act(None) as act, make_app(settings, database).test_request_context():
        drawn = sample.attempts(act, closed.opened.rows(act)[1])[0].text
        row = meetings.minutes_of(act, meetings.get(act, gathering_id))
        assert row is not None
        [paper, _in_russian] = documents.minutes(act, row, "http://localhost").parts
        assert isinstance(paper, MinutesPaper)
        assert drawn in [value for _name, value in paper.facts]
        assert faults.in_minutes(act, closed.opened.rows(act)[1]) is True
    with without_rules(closed.opened.database.engine) as connection:
        connection.execute(update(SampleDraw).values(text="1 2 3 4 5 6"))
    assert any("other drawn numbers, than the log" in text for text in closed.missing())


@both_databases
def test_the_database_takes_no_drawing_in_another_form_and_none_that_one_member_confirms(opened: OpenPoll) -> None:
    with opened.act(Role.SECRETARY) as act:
        poll = opened.rows(act)[1]
        poll_id, at, event = poll.id, poll.prepared_at, [*audit.every(act)][-1].hash
    with without_rules(opened.database.engine) as connection:
        connection.execute(update(Poll).values(state="closed"))
        listed = {"poll_id": poll_id, "salt": b"s" * 32, "commitment": "a" * 64, "count": 3, "asked": 3}
        connection.execute(insert(ParticipantList).values(listed | {"at": at, "event": event}))

    def drawing(act: Act, text: str) -> Any:
        said = audit.record(act, "checks.sample_drawn", subject=opened.rows(act)[0].id)
        row = {"poll_id": poll_id, "attempt": 1, "text": text, "minutes_number": "5", "size": 1, "event": said.hash}
        return insert(SampleDraw).values(row | {"recorded_by": said.actor_id, "recorded_at": act.at})

    with opened.act(Role.SECRETARY) as act:
        for text in OTHERWISE:
            refused(act, drawing(act, text), "frozen_sample_draws_insert")
        act.session.execute(drawing(act, DRAWN))

    def answered(act: Act, **changes: Any) -> Any:
        said = audit.record(act, "checks.sample_draw_confirmed", subject=opened.rows(act)[0].id)
        row = {"answered_by": said.actor_id, "answered_at": act.at, "answered_event": said.hash, "agreed": True}
        return update(SampleDraw).values(row | changes)

    for role in (Role.SECRETARY, Role.CHAIR, Role.OBSERVER):
        with opened.act(role) as act:
            refused(act, answered(act), "sample_draws")
    with opened.act(Role.DEPUTY) as act:
        refused(act, answered(act, text="1 2 3 4 5 6"), "frozen_sample_draws_update")
        refused(act, answered(act, agreed=False), "frozen_sample_draws_update")  # the event says that they agree
        said = audit.record(act, "checks.answered", subject=opened.rows(act)[0].id)
        asked = {"poll_id": poll_id, "number": 1, "reading": 1, "answer": Answer.VOTED, "member_id": said.actor_id}
        early = insert(SampleAnswer).values(asked | {"at": act.at, "event": said.hash})
        refused(act, early, "frozen_sample_answers_insert")
        act.session.execute(answered(act))


def test_an_explanation_lapses_with_the_office_of_who_wrote_it(closed: ClosedPoll) -> None:
    closed.record_all(_21="-")
    closed.explain("It fell behind the safe.", role=Role.DEPUTY)
    end(closed, Role.DEPUTY)
    with pytest.raises(Forbidden, match="no longer holds the office"):
        closed.answer_explanation()
    closed.answer_explanation(agrees=False)


def refused(act: Act, statement: Any, told: str) -> None:
    with pytest.raises(DatabaseError, match=told), act.session.begin_nested():
        act.session.execute(statement)


def test_forty_bits_are_drawn() -> None:
    """So many drawings that nobody has a list of participants ready for each."""
    drawings = 1
    for kegs in range(drawn_numbers.LARGEST, drawn_numbers.LARGEST - drawn_numbers.HOW_MANY, -1):
        drawings *= kegs
    assert drawings == 448_282_533_600
    seeds = {sampling.seed(text, "ab" * 32) for text in (DRAWN, "41 7 3 12 88 20")}
    assert len(seeds) == 2, "the order is part of the drawing"
