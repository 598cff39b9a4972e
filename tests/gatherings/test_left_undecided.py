"""Meetings that do not go as the form would have it: too few stay, too few come, or nothing was there to decide."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from pb.act import Act, Role
from pb.clock import local
from pb.errors import Conflict
from pb.gatherings.models import Gathering, Kind, Matter, Office, Outcome, Registration, Seat, State
from pb.gatherings.models.referrals import About
from pb.gatherings.service import (
    adoption,
    arrivals,
    convening,
    drafting,
    holding,
    meetings,
    minutes,
    officers,
    referrals,
)
from pb.gatherings.service.plan import Plan, Point
from pb.gatherings.service.rules import Count
from pb.gatherings.service.standing import Way, standing
from tests.duties import told
from tests.gatherings.test_duties import act_of, convene
from tests.gatherings.test_duties import come as come_to_cycle
from tests.gatherings.test_gatherings import convene as convene_on
from tests.gatherings.test_holding import BRIDGE, assembly, come, gathering_of, opened, raised
from tests.pages import open_pages
from tests.village import HOME, SETTLEMENTS, Okrug

AGREEMENT = Point(Matter.BUDGET, "The budget of 2028", "en")


def path(meeting: Gathering) -> str:
    return f"{HOME}/meetings/{meeting.number}"


def confirmed(okrug: Okrug, meeting: Gathering) -> None:
    for role in (Role.SECRETARY, Role.CHAIR):
        minutes.confirm(okrug.act(role), meeting)


def test_a_meeting_that_too_many_left_ends_with_minutes_of_what_it_decided(okrug: Okrug, tmp_path: Path) -> None:
    """Played: the last point could neither be decided nor taken off, and no page led anywhere."""
    secretary, meeting = assembly(okrug, BRIDGE, AGREEMENT)
    holding.record_votes(secretary, meeting, meeting.questions[0], raised(meeting, 5))
    with pytest.raises(Conflict, match="Every question"):
        minutes.draw_up(secretary, meeting, remarks="")
    for row in meeting.attendances[:3]:
        arrivals.go(secretary, meeting, row.member_id)
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.SECRETARY)
        page = pages.get(path(meeting)).text
        assert f'href="{path(meeting)}/attendance"' in page, "who comes back is marked"
        assert "No quorum is left: draw up the minutes" in page
        assert "Points that were not decided stand in the minutes as such" in pages.get(f"{path(meeting)}/minutes").text
    minutes.draw_up(secretary, meeting, remarks="")
    confirmed(okrug, meeting)
    with open_pages(okrug, tmp_path) as pages:
        assert "Not decided: no quorum was left" in pages.get(f"{path(meeting)}/minutes").text
    assert [point.outcome for point in meeting.questions] == [Outcome.APPROVED, None]


def test_where_nothing_was_decided_the_akim_is_asked_for_no_answer(app: Flask, okrug: Okrug) -> None:
    """Played: the akim was silent about a hearing that decided nothing, and the chair was to send it further up."""
    secretary, meeting = assembly(okrug)
    holding.discuss(secretary, meeting, meeting.questions[0], "", noted=True)
    row = minutes.draw_up(secretary, meeting, remarks="")
    confirmed(okrug, meeting)
    okrug.at += timedelta(days=30)
    assert standing(okrug.act(), row).way is Way.NOTED
    assert told(app, act_of(okrug)).keys() <= {Role.OFFICE}, "neither akim nor chair"
    assert referrals.may(okrug.act(Role.CHAIR), row, About.APPROVAL) == frozenset()
    with pytest.raises(Conflict, match="nothing to answer"):
        minutes.answer(okrug.act(Role.AKIM), meeting, agrees=True, reason="")


def test_a_report_meeting_is_told_no_quorum(okrug: Okrug, tmp_path: Path) -> None:
    """It is held whoever comes: a needed quorum of one was a number that nothing rests on."""
    meeting = gathering_of(okrug, kind=Kind.REPORT)
    office = come(okrug, meeting, "Әлия Сәрсен")
    assert drafting.body(office, meeting, number="1", remarks="")["quorum"] is None
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        assert "1 needed" not in pages.get(f"{path(meeting)}/attendance").text


def test_that_nobody_came_is_not_declared_before_the_hour(okrug: Okrug) -> None:
    """Played: a quarter of an hour before the beginning, with three of eight at the door."""
    plan = Plan(Kind.GATHERING, okrug.at + timedelta(hours=3), "Club", [BRIDGE], entitled=80)
    meeting = convening.convene(okrug.act(Role.OFFICE), plan)
    come(okrug, meeting, "Әлия Сәрсен")
    with pytest.raises(Conflict, match="The meeting begins at"):
        arrivals.declare_inquorate(okrug.act(Role.OFFICE), meeting)
    okrug.at = meeting.meets_at
    assert not arrivals.declare_inquorate(okrug.act(Role.OFFICE), meeting).reached


def test_an_early_guest_does_not_open_the_meeting_early(okrug: Okrug) -> None:
    secretary, meeting = assembly(okrug)
    meeting.opened_at = meeting.meets_at - timedelta(minutes=20)
    with okrug.session.no_autoflush:
        body = drafting.body(secretary, meeting, number="1", remarks="")
    assert body["opened_at"] == f"{local(meeting.meets_at):%H:%M}"
    okrug.session.rollback()


def test_what_is_convened_again_elects_the_same(okrug: Okrug, tmp_path: Path) -> None:
    """Played: whom the meeting elects was lost on the way, and the form was refused."""
    members = Point(Matter.ELECTION, "", "en", seat=Seat.MEMBER, places=2)
    meeting = gathering_of(okrug, members, BRIDGE)
    arrivals.declare_inquorate(come(okrug, meeting, "Әлия Сәрсен"), meeting)
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        page = pages.get(f"{path(meeting)}/again").text
    assert '<option selected value="member">' in page
    assert re.search(r'name="places_1"[^>]*value="2"', page)


def of_the_cycle(okrug: Okrug, previous: Gathering | None = None) -> Gathering:
    """A meeting of the cycle to which all five came."""
    meeting = convene(okrug, previous=previous)
    come_to_cycle(okrug, meeting, 5)
    return meeting


def too_many_leave(okrug: Okrug, meeting: Gathering) -> None:
    for row in meeting.attendances[:3]:
        arrivals.go(okrug.act(Role.SECRETARY), meeting, row.member_id)
    minutes.draw_up(okrug.act(Role.SECRETARY), meeting, remarks="")
    confirmed(okrug, meeting)


def titles(okrug: Okrug, meeting: Gathering) -> list[str]:
    projects = meetings.projects_by_id(okrug.act(), meeting)
    return [projects[point.proposal_id][0].title for point in meeting.questions if point.proposal_id]


def put_to_the_vote(okrug: Okrug) -> list[str]:
    return [proposal.title for proposal, _review in meetings.approved(okrug.act(), okrug.cycle)]


def test_a_cycle_waits_for_the_meeting_that_goes_on_with_what_too_many_left(app: Flask, okrug: Okrug) -> None:
    """Played: a cycle's meeting that lost its quorum could be neither ended nor held again, and the cycle stood."""
    okrug.seat_assembly(5)
    okrug.accept_two()
    meeting = of_the_cycle(okrug)
    holding.record_votes(okrug.act(Role.SECRETARY), meeting, meeting.questions[0], raised(meeting, 5))
    too_many_leave(okrug, meeting)
    assert not meetings.may_be_held_again(okrug.act(), meeting), "what it decided waits for the akim first"
    minutes.answer(okrug.act(Role.AKIM), meeting, agrees=True, reason="")
    assert put_to_the_vote(okrug) == []
    assert told(app, act_of(okrug))[Role.CHAIR] == ["Convene the meeting again"]
    again = of_the_cycle(okrug, meeting)
    assert titles(okrug, again) == ["Park"]
    holding.record_votes(okrug.act(Role.SECRETARY), again, again.questions[0], raised(again, 0, 5))
    minutes.draw_up(okrug.act(Role.SECRETARY), again, remarks="")
    confirmed(okrug, again)
    minutes.answer(okrug.act(Role.AKIM), again, agrees=True, reason="")
    assert put_to_the_vote(okrug) == ["Lamps"]
    assert not meetings.may_be_held_again(okrug.act(), again), "one project is put to the vote: nothing is left"


def test_what_the_akim_disagreed_with_comes_again_with_what_was_left(okrug: Okrug) -> None:
    okrug.seat_assembly(5)
    okrug.accept_two()
    meeting = of_the_cycle(okrug)
    holding.record_votes(okrug.act(Role.SECRETARY), meeting, meeting.questions[0], raised(meeting, 5))
    too_many_leave(okrug, meeting)
    minutes.answer(okrug.act(Role.AKIM), meeting, agrees=False, reason="No money.")
    assert titles(okrug, of_the_cycle(okrug, meeting)) == ["Lamps", "Park"]


@pytest.mark.parametrize("matter", [Matter.PROJECT, Matter.ADOPTION])
def test_a_cycle_s_meeting_that_decided_nothing_is_held_again_without_an_answer(
    okrug: Okrug, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adoption, "missing", lambda _act, _cycle: [])
    okrug.seat_assembly(5)
    okrug.accept_two()
    okrug.enter(meetings.PHASES[matter])
    meeting = convene_on(okrug, matter)
    come_to_cycle(okrug, meeting, 5)
    assert not meetings.may_be_held_again(okrug.act(), meeting)
    too_many_leave(okrug, meeting)
    row = meetings.minutes_of(okrug.act(), meeting)
    assert row is not None
    assert standing(okrug.act(), row).way is Way.NOTED
    again = convene_on(okrug, matter, meeting)
    assert len(again.questions) == len(meeting.questions)


def test_residents_who_go_out_and_come_back_stand_in_the_minutes_with_both_moments(okrug: Okrug) -> None:
    office, meeting = opened(okrug)

    def at(minutes_after: int) -> Act:
        return replace(office, at=meeting.meets_at + timedelta(minutes=minutes_after))

    arrivals.leave(at(5), meeting, 2, left=True)
    point = meeting.questions[0]
    assert holding.record_votes(at(6), meeting, point, raised(meeting, 4)).present == 4
    with pytest.raises(DatabaseError, match="logged_meeting_registrations"), okrug.session.begin_nested():
        okrug.session.execute(update(Registration).values(left_at=None))
    arrivals.leave(at(9), meeting, 2, left=False)
    arrivals.leave(at(12), meeting, 3, left=True)
    arrivals.register(at(15), meeting, "Жанна Серік", SETTLEMENTS[0])
    held = minutes.draw_up(at(20), meeting, remarks="").body["present"]
    hours = [local(at(number).at).strftime("%H:%M") for number in (5, 9, 12, 15)]
    assert held[1]["away"] == [{"left": hours[0], "came": hours[1]}]
    assert (held[2]["left"], held[5]["came"]) == (hours[2], hours[3])
    assert "came" not in held[0]


def test_residents_who_leave_before_they_adopt_an_agenda_meet_again(okrug: Okrug) -> None:
    """Played: with a chair elected, a meeting that too many left had no way on at all."""
    meeting = gathering_of(okrug)
    office = come(okrug, meeting, "Әлия Сәрсен", "Болат Оспан", "Гүлнар Ахмет")
    officers.elect(office, meeting, Office.CHAIR, "Әлия Сәрсен", Count(3, 0, 0))
    arrivals.leave(office, meeting, 3, left=True)
    assert not arrivals.declare_inquorate(office, meeting).reached
    arrivals.leave(office, meeting, 2, left=True)
    assert meeting.state == State.INQUORATE
    assert meetings.may_be_held_again(office, meeting)


def test_what_cannot_be_recorded_yet_is_not_offered_and_is_told_on_the_same_screen(
    okrug: Okrug, tmp_path: Path
) -> None:
    meeting = gathering_of(okrug)
    begins = meeting.meets_at
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(begins - timedelta(days=1))
        pages.sign_in(Role.OFFICE)
        address = f"{path(meeting)}/attendance"
        page = pages.get(address).text
        assert "The day of the meeting has not come." in page
        assert 'name="settlement"' not in page
        named = {"name": "Әлия Сәрсен", "settlement": SETTLEMENTS[0]}
        told = pages.post(f"{path(meeting)}/registrations", named, status=422).text
        assert "The day of the meeting has not come." in told
        pages.wait_until(begins)
        pages.sign_in(Role.OFFICE)
        for name in ("Әлия Сәрсен", "Болат Оспан", "Гүлнар Ахмет"):
            pages.post(f"{path(meeting)}/registrations", {**named, "name": name}, status=302)
        page = pages.get(f"{path(meeting)}/agenda").text
        assert "First those present elect a chair and a secretary." in page
        assert 'name="unanimous"' not in page
        told = pages.post(f"{path(meeting)}/agenda", {"unanimous": "3"}, status=422).text
        assert "First those present elect a chair and a secretary." in told
