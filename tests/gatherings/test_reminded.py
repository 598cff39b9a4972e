"""Whom a meeting waits for after it was held, or could not be, and what they read of it."""

from dataclasses import replace
from pathlib import Path

from flask import Flask

from pb.act import Role
from pb.gatherings.models import Matter, Office, Seat
from pb.gatherings.service import agenda, arrivals, elections, holding, minutes, officers
from pb.gatherings.service.plan import Point
from pb.identity.service.duties import acts_of
from pb.tasks.service import wording
from tests.duties import told
from tests.gatherings.test_duties import act_of
from tests.gatherings.test_holding import BRIDGE, assembly, come, gathering_of, named, opened, raised
from tests.gatherings.test_left_undecided import confirmed, path
from tests.pages import open_pages
from tests.village import SETTLEMENTS, Okrug


def waits_for(app: Flask, okrug: Okrug, role: Role) -> list[str]:
    return told(app, act_of(okrug)).get(role, [])


def test_the_chair_is_told_of_a_second_discussion(app: Flask, okrug: Okrug) -> None:
    secretary, meeting = assembly(okrug)
    holding.record_votes(secretary, meeting, meeting.questions[0], raised(meeting, 5))
    minutes.draw_up(secretary, meeting, remarks="")
    confirmed(okrug, meeting)
    minutes.answer(okrug.act(Role.AKIM), meeting, agrees=False, reason="No money.")
    assert "Convene the second discussion" in waits_for(app, okrug, Role.CHAIR)


def test_the_office_is_told_of_a_gathering_without_a_quorum(app: Flask, okrug: Okrug) -> None:
    okrug.seat_assembly(5)
    meeting = gathering_of(okrug)
    arrivals.declare_inquorate(come(okrug, meeting, "Әлия Сәрсен"), meeting)
    assert "Convene the meeting again" in waits_for(app, okrug, Role.OFFICE)
    assert "Convene the meeting again" not in waits_for(app, okrug, Role.CHAIR), "residents are called by the akim"


def test_whom_a_gathering_elected_is_told_to_take_the_office_up(okrug: Okrug) -> None:
    """On their own page, without any role; a namesake who lives elsewhere is told nothing."""
    office, meeting = opened(okrug)
    chair, namesake = named(okrug, "Әлия Сәрсен"), named(okrug, "Болат Оспан")
    chair.settlement, namesake.settlement = SETTLEMENTS[0], "Elsewhere"
    offered = [officers.to_accept(replace(office, person=one, roles=frozenset())) for one in (chair, namesake)]
    assert offered == [[(meeting, Office.CHAIR)], []]
    assert [one.territory.id for one in acts_of(replace(office, person=chair))] == [okrug.territory.id]


def test_the_office_is_told_whom_to_record(app: Flask, okrug: Okrug) -> None:
    point = Point(Matter.ELECTION, "", "en", seat=Seat.MEMBER, places=1)
    office, meeting = opened(okrug, point)
    elections.nominate(office, meeting, meeting.questions[0], "Бибігүл Асан", SETTLEMENTS[0])
    holding.record_votes(office, meeting, meeting.questions[0], raised(meeting, 0, candidates={1: 5}))
    assert "Record the elected members" not in waits_for(app, okrug, Role.OFFICE), "before minutes nothing is elected"


def test_a_decision_is_chosen_by_its_words(app: Flask, okrug: Okrug) -> None:
    secretary, meeting = assembly(okrug)
    holding.record_votes(secretary, meeting, meeting.questions[0], raised(meeting, 5))
    minutes.draw_up(secretary, meeting, remarks="")
    confirmed(okrug, meeting)
    minutes.answer(okrug.act(Role.AKIM), meeting, agrees=True, reason="")
    with app.test_request_context():
        assert wording.choices(okrug.act(Role.OFFICE))[1][1].endswith(": Repair of the bridge")


def test_the_screen_of_the_hall_carries_nothing_of_the_site(okrug: Okrug, tmp_path: Path) -> None:
    _secretary, meeting = assembly(okrug)
    with open_pages(okrug, tmp_path) as pages:
        page = pages.get(f"{path(meeting)}/hall").text
    assert 'class="brand"' not in page
    assert "Present: 5." in page


def test_an_amendment_says_what_it_changes_and_is_voted_on(okrug: Okrug, tmp_path: Path) -> None:
    secretary, meeting = assembly(okrug)
    amendment = agenda.amend(secretary, meeting, meeting.questions[0], "Until the 15th", "en", "")
    assert not holding.may_be_noted(amendment), "what nobody votes on changes no text"
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.SECRETARY)
        assert "An amendment to question 1" in pages.get(f"{path(meeting)}/questions/2").text


def test_the_first_point_shows_what_became_of_the_tasks(okrug: Okrug, tmp_path: Path) -> None:
    _secretary, meeting = assembly(okrug, Point(Matter.EARLIER, "", "en"), BRIDGE)
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.SECRETARY)
        assert "All tasks, also those that are done" in pages.get(f"{path(meeting)}/questions/1").text
        assert "All tasks, also those that are done" not in pages.get(f"{path(meeting)}/questions/2").text
