"""The akim disagrees with a decision, and not with minutes: what is not named is approved by the same answer."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from pb.act import Role
from pb.audit import service as audit
from pb.errors import FieldRefusal
from pb.gatherings import documents
from pb.gatherings.documents import recorded
from pb.gatherings.models import Answer, Disagreement, Gathering, Kind, Matter
from pb.gatherings.models.referrals import About, Ruling, Step
from pb.gatherings.service import (
    agenda,
    convening,
    decided,
    drafting,
    holding,
    line,
    meetings,
    minutes,
    referrals,
    standing,
)
from pb.gatherings.service.plan import Plan, Point
from pb.gatherings.service.rules import Count
from pb.gatherings.service.standing import Way
from pb.tasks.service import basis
from tests.gatherings.test_gatherings import come, convene, member_ids, votes
from tests.gatherings.test_holding import assembly, raised
from tests.gatherings.test_superior import row_of, take
from tests.pages import open_pages
from tests.village import HOME, Okrug, open_meeting

POINTS = (
    Point(Matter.BUDGET, "", ""),
    Point(Matter.OTHER, "Комиссия құрамы", "kk"),
    Point(Matter.OTHER, "Су құбыры", "kk"),
)
AKIM = Role.AKIM


@pytest.fixture
def held(okrug: Okrug) -> Gathering:
    """An assembly that decided three points, with confirmed minutes."""
    secretary, meeting = assembly(okrug, *POINTS)
    for point in meeting.questions:
        holding.record_votes(secretary, meeting, point, raised(meeting, 5))
    minutes.draw_up(secretary, meeting, remarks="")
    for role in (Role.SECRETARY, Role.CHAIR):
        minutes.confirm(okrug.act(role), meeting)
    return meeting


def test_a_disagreement_with_one_decision_leaves_the_others_in_force(okrug: Okrug, held: Gathering) -> None:
    """Played: the akim disagreed with the commission, and all the other decisions fell with it."""
    akim, (budget, other, water) = okrug.act(AKIM), held.questions
    for disputed in (set(), {held.id}):
        with pytest.raises(FieldRefusal) as refusal:
            minutes.answer(akim, held, agrees=False, reason="Жоқ", disputed=disputed)
        assert refusal.value.field == "disputed"
    with pytest.raises(FieldRefusal):
        minutes.answer(akim, held, agrees=True, reason="", disputed={other.id})
    minutes.answer(akim, held, agrees=False, reason="Құрамы шағын.", disputed={other.id})
    act, row = okrug.act(), row_of(okrug, held)
    assert meetings.in_force(act, row) == {budget.id, water.id}
    assert [one.position for one in basis.decisions(act)] == [1, 3]
    agreed = decided.agreed_budget(act, held.meets_at.year)
    assert agreed is not None
    assert agreed.standing.way is Way.AGREED
    assert meetings.in_force_since(act, row, budget) == akim.at
    assert meetings.in_force_since(act, row, other) is None
    assert decided.get(act, other.id).standing.way is Way.TO_DISCUSS
    stands = standing.standing(act, row)
    assert (stands.way, stands.disputed, stands.approved) == (Way.TO_DISCUSS, (2,), (1, 3))
    assert referrals.decisions(act, row) == {budget.id: 1, water.id: 3}
    with pytest.raises(FieldRefusal):
        take(okrug, held, Step.SENT, About.EXECUTION, question=other.id)
    take(okrug, held, Step.SENT, About.EXECUTION, question=water.id)


def test_the_akim_ticks_decisions_and_reads_what_follows(okrug: Okrug, held: Gathering, tmp_path: Path) -> None:
    here, other = f"{HOME}/meetings/{held.number}", held.questions[1]
    typed = {"agrees": "no", "reason": "Құрамы шағын.", "disputed": str(other.id)}
    with open_pages(okrug, tmp_path) as pages, time_machine.travel(okrug.at, tick=False):
        pages.sign_in(AKIM)
        assert " checked" not in pages.get(f"{here}/minutes").text.partition("With which decisions")[2]
        page = pages.post(f"{here}/answer", {"agrees": "no", "reason": ""}, status=422).text
        assert "Tick the decisions with which you disagree." in page
        assert "Write why you disagree" in page, "all that is wrong at once"
        page = pages.post(f"{here}/answer", typed, status=200).text
        for said in ("Disagrees: 2. Комиссия", "Agrees, and it is in force: 3. Су", "Agrees, and it is in force: 1."):
            assert said in page
        pages.post(f"{here}/answer", {**typed, "confirmed": "y"})
        page = pages.get(f"{here}/minutes").text
        assert "The akim disagreed with this decision" in page
        assert page.count("Approved by the akim: executed") == 2
        pages.sign_in(Role.CHAIR)
        again = pages.get(f"{here}/again").text
        day = f"{okrug.at + timedelta(days=20):%d.%m.%Y}"
        form = {"meets_on": day, "meets_time": "11:00", "place": "Клуб", "matter_1": "other", "language": "kk"}
        asked = pages.post(f"{here}/again", {**form, "text_1": "Комиссия құрамы"}, status=200).text
        pages.post(f"{here}/again", {**form, "text_1": "Комиссия құрамы", "confirmed": "y"})
        told = [again, asked, pages.get(f"{HOME}/meetings/{held.number + 1}").text]
    okrug.session.expire_all()
    second = line.last(okrug.act(), held)
    with open_pages(okrug, tmp_path) as pages, pages.client.application.test_request_context():
        poster = documents.announcement(okrug.act(), second.id, "en", "http://localhost").facts
        told.append(str(poster[0]))
        told.append(str(recorded.opening(drafting.body(okrug.act(), second, number="2/2026", remarks=""))))
    okrug.at = second.meets_at
    open_meeting(okrug.act(Role.SECRETARY), second)
    with open_pages(okrug, tmp_path) as pages, time_machine.travel(okrug.at, tick=False):
        pages.sign_in(Role.SECRETARY)
        told.append(pages.get(f"{HOME}/meetings/{second.number}/agenda").text)
    for each in told:  # the form, the page that asks, the meeting's page, its poster, its minutes, its agenda
        assert "Second discussion" in each or "Екінші талқылау" in each
        assert "Құрамы шағын." in each
    assert "Комиссия құрамы" in again
    assert "Су құбыры" not in again, "only what is disputed is discussed again"


def test_a_second_discussion_of_something_else_leaves_the_disputed_points_waiting(
    okrug: Okrug, held: Gathering
) -> None:
    """Played: the office emptied both points, a meeting planted flowers, and two decisions were nobody's any more."""
    _budget, other, water = held.questions
    minutes.answer(okrug.act(AKIM), held, agrees=False, reason="Жоқ", disputed={other.id, water.id})
    flowers, chair = Point(Matter.OTHER, "Гүл егу", "kk"), okrug.act(Role.CHAIR)
    plan = Plan(Kind.ASSEMBLY, okrug.at + timedelta(hours=3), "Club", [flowers, POINTS[1]])
    with pytest.raises(FieldRefusal, match="Су құбыры") as refusal:
        convening.convene(chair, plan, held)
    assert refusal.value.field == "matter_of_1"
    second = convening.convene(chair, replace(plan, points=[*plan.points, POINTS[2]]), held)
    okrug.at = second.meets_at
    secretary = okrug.act(Role.SECRETARY)
    open_meeting(secretary, second)
    agenda.remove(secretary, second, second.questions[2], Count(5, 0, 0))
    for point in second.questions[:2]:
        holding.record_votes(secretary, second, point, raised(second, 5))
    row, positions = row_of(okrug, held), lambda stands: (stands.way, stands.disputed, stands.discussed)
    assert positions(standing.standing(okrug.act(), row)) == (Way.CONVENED, (2, 3), ())
    minutes.draw_up(secretary, second, remarks="")
    for role in (Role.SECRETARY, Role.CHAIR):
        minutes.confirm(okrug.act(role), second)
    stands = standing.standing(okrug.act(), row)
    assert positions(stands) == (Way.TO_DISCUSS, (3,), (2,)), "taken off there, it waits here"
    assert stands.holder
    assert stands.due
    assert stands.of_point(2).way is Way.DISCUSSED
    assert held in meetings.to_hold_again(okrug.act(Role.CHAIR))
    plan = replace(plan, meets_at=okrug.at + timedelta(hours=3), points=[flowers])
    with pytest.raises(FieldRefusal, match="Су құбыры"):
        convening.convene(okrug.act(Role.CHAIR), plan, held)
    third = convening.convene(okrug.act(Role.CHAIR), replace(plan, points=[POINTS[2]]), held)
    assert third.previous_id == second.id
    assert standing.standing(okrug.act(), row).way is Way.CONVENED


def test_the_superior_akim_rules_on_what_is_disputed_alone(okrug: Okrug, held: Gathering, tmp_path: Path) -> None:
    """An answer that comes late, while the minutes are at the maslikhat, approves a part; the rest is ruled on."""
    budget, other, water = held.questions
    okrug.at += timedelta(days=10)
    take(okrug, held, Step.SENT)
    minutes.answer(okrug.act(AKIM), held, agrees=False, reason="Жоқ", disputed={other.id})
    for step in (Step.DISCUSSED, Step.DECIDED):
        take(okrug, held, step, **({"outcome": Ruling.REJECTED} if step is Step.DECIDED else {}))
    with open_pages(okrug, tmp_path) as pages, time_machine.travel(okrug.at, tick=False):
        pages.sign_in(Role.CHAIR)
        here = f"{HOME}/meetings/{held.number}/superior"
        asked = pages.post(f"{here}/confirmed", {"about": "approval", "right": "yes"}, status=200).text
        for page in (pages.get(here).text.partition("A decision is not executed</h2>")[0], asked):
            assert "2. Комиссия құрамы" in page
            assert "Су құбыры" not in page
        assert asked.count("Nobody can take this back.") == 1
    take(okrug, held, Step.CONFIRMED)
    act = okrug.act()
    assert meetings.in_force(act, row_of(okrug, held)) == {budget.id, water.id}
    assert [decided.get(act, one.id).standing.way for one in (budget, other)] == [Way.AGREED, Way.REJECTED]


def test_what_a_cycle_brings_is_disputed_as_a_whole(okrug: Okrug) -> None:
    okrug.seat_assembly(5)
    okrug.accept_two()
    meeting = convene(okrug)
    come(okrug, meeting, member_ids(meeting, 5))
    secretary = okrug.act(Role.SECRETARY)
    added = agenda.add(secretary, meeting, POINTS[2], Count(5, 0, 0))
    for point in meeting.questions:
        holding.record_votes(secretary, meeting, point, votes(5, 0))
    minutes.draw_up(secretary, meeting, remarks="")
    for role in (Role.SECRETARY, Role.CHAIR):
        minutes.confirm(okrug.act(role), meeting)
    minutes.answer(okrug.act(AKIM), meeting, agrees=False, reason="Жоқ", disputed={meeting.questions[0].id})
    stands = standing.standing(okrug.act(), row_of(okrug, meeting))
    assert (stands.disputed, stands.approved) == ((1, 2), (3,))
    assert meetings.in_force(okrug.act(), row_of(okrug, meeting)) == {added.id}
    assert meetings.decided(okrug.act(), okrug.cycle, Matter.PROJECT) is None
    assert meetings.approved(okrug.act(), okrug.cycle) == []
    assert meetings.may_be_held_again(okrug.act(), meeting)


def test_the_database_itself_keeps_an_answer_and_what_it_names_together(okrug: Okrug, held: Gathering) -> None:
    row, akim = row_of(okrug, held), okrug.act(AKIM)
    assert akim.person is not None

    def refused(statement: object, rule: str) -> None:
        with pytest.raises(DBAPIError, match=rule), okrug.session.begin_nested():
            okrug.session.execute(statement)

    named = [{"minutes_id": row.id, "question_id": point.id} for point in held.questions]
    refused(insert(Disagreement).values(named[0]), "logged_akim_disagreements")
    audit.record(akim, "minutes.answered", subject=held.id, data={"agrees": False, "disputed": "2 3"})
    refused(insert(Disagreement).values(named[0]), "logged_akim_disagreements")
    okrug.session.execute(insert(Disagreement).values(named[1]))
    given = {"minutes_id": row.id, "akim_id": akim.person.id, "at": akim.at, "due": akim.at.date()}
    answer = insert(Answer).values(given | {"agrees": False, "reason": "Жоқ"})
    refused(answer, "logged_akim_answers")
    refused(insert(Answer).values(given | {"agrees": True, "reason": ""}), "logged_akim_answers")
    okrug.session.execute(insert(Disagreement).values(named[2]))
    okrug.session.execute(answer)
    refused(text("DELETE FROM akim_disagreements"), "frozen_akim_disagreements")
    audit.record(akim, "minutes.answered", subject=held.id, data={"agrees": False, "disputed": "1"})
    refused(insert(Disagreement).values(named[0]), "ordered_akim_disagreements")
