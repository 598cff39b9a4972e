"""What the pages of a meeting tell who holds it: where a device stands, whether a quorum is left, what was decided."""

import re
from datetime import timedelta
from pathlib import Path

from pb.act import Role
from pb.clock import local
from pb.gatherings.documents import recorded
from pb.gatherings.models import Kind, Matter
from pb.gatherings.service import agenda, arrivals, devices, elections, holding, minutes
from pb.gatherings.service.plan import Point
from pb.gatherings.service.rules import Count
from tests.gatherings.test_holding import BRIDGE, ELECTION, assembly, gathering_of, opened, raised
from tests.gatherings.test_left_undecided import path
from tests.pages import open_pages
from tests.village import HOME, SETTLEMENTS, Okrug

LAMPS = Point(Matter.OTHER, "Lamps", "ru")


def test_who_takes_the_record_over_stays_at_the_question_where_they_stood(okrug: Okrug, tmp_path: Path) -> None:
    """Played: from question 2 the device was led to question 1, and the next press voted on that."""
    secretary, meeting = assembly(okrug, BRIDGE, LAMPS)
    devices.take_over(secretary, meeting, "tablet")
    question = f"{path(meeting)}/questions/2"
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        pages.sign_in(Role.SECRETARY)
        by_name = f"{question}?ballot=by_name"
        assert f'name="at" value="{by_name}"' in pages.get(by_name).text
        refused = pages.post(f"{question}/discussion", {"speeches": "x" * 4001}, status=422).text
        assert f'name="at" value="{question}?ballot=open"' in refused
        assert pages.post(f"{path(meeting)}/device", {"at": by_name}).headers["Location"] == by_name
        for elsewhere in ("", "https://example.org", "//example.org", f"{path(meeting)}0/agenda"):
            led = pages.post(f"{path(meeting)}/device", {"at": elsewhere}).headers["Location"]
            assert led == f"{path(meeting)}/questions/1"


def test_where_the_quorum_is_lost_pages_say_so_and_lead_on_and_minutes_say_when(okrug: Okrug, tmp_path: Path) -> None:
    """Played: with 4 of 9 left the tag said that a quorum is present, and the chair was asked for a vote."""
    secretary, meeting = assembly(okrug, BRIDGE, LAMPS)
    holding.record_votes(secretary, meeting, meeting.questions[0], raised(meeting, 5))
    okrug.at += timedelta(minutes=50)
    later = okrug.act(Role.SECRETARY)
    for row in meeting.attendances[:3]:
        arrivals.go(later, meeting, row.member_id)
    address, undecided = path(meeting), f"{path(meeting)}/questions/2"
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        pages.sign_in(Role.SECRETARY)
        for page in (address, f"{HOME}/meetings"):
            told = pages.get(page).text
            assert "Quorum is lost" in told
            assert "Quorum is present" not in told
        for page in (undecided, f"{address}/attendance", f"{address}/agenda/add"):
            told = pages.get(page).text
            assert "Quorum is lost" in told
            assert f'href="{address}/minutes#draw-up"' in told
            assert 'name="unanimous"' not in told
        there = pages.get(f"{address}/attendance").text
        assert 'name="go"' in there
        assert 'name="mistake"' not in there, "a vote is recorded with each of them"
        told = pages.get(undecided).text
        assert f'href="{address}/attendance">Who came back' in told
        assert 'name="noted"' not in told
        refused = pages.post(undecided, {"unanimous": "2"}, status=422).text
        assert 'href="#present' not in refused, "no link to a field that is not there"
        assert 'name="in_favour"' in pages.get(f"{address}/questions/1").text, "what was decided can be corrected"
    okrug.at += timedelta(minutes=5)
    row = minutes.draw_up(okrug.act(Role.SECRETARY), meeting, remarks="")
    assert dict(recorded.opening(row.body))["Quorum was lost at"] == f"{local(later.at):%H:%M}"
    with open_pages(okrug, tmp_path) as pages:
        told = pages.get(address).text
        assert re.search(r"<dt>Present</dt><dd>5<small>of 5 members, 3 needed", told), "as the minutes count them"
        assert "<dd>5</dd>" in pages.get(f"{address}/minutes").text


def test_what_those_present_did_with_the_agenda_stands_with_its_votes(okrug: Okrug, tmp_path: Path) -> None:
    office, meeting = opened(okrug, BRIDGE, LAMPS)
    agenda.add(office, meeting, LAMPS, Count(3, 2, 0))
    agenda.remove(office, meeting, meeting.questions[1], Count(4, 1, 0))
    for point in (meeting.questions[0], meeting.questions[2]):
        holding.record_votes(office, meeting, point, raised(meeting, 5))
    added, removed = "For: 3, against: 2, abstained: 0.", "For: 4, against: 1, abstained: 0."
    body = minutes.draw_up(office, meeting, remarks="").body
    assert f"Added by those present. {added}" in recorded.notes(body["questions"][2])
    assert f"Taken off by those present. {removed}" in recorded.notes(body["questions"][1])
    with open_pages(okrug, tmp_path) as pages:
        assert '<p class="hall-head">Question 3 ·' in pages.get(f"{path(meeting)}/hall").text, "of two, or of three?"
        for page in (path(meeting), f"{path(meeting)}/minutes"):
            told = pages.get(page).text
            assert told.count(added) == told.count(removed) == 1


def test_whom_a_meeting_elected_and_how_it_is_voted_on_stands_on_its_page(okrug: Okrug, tmp_path: Path) -> None:
    office, meeting = opened(okrug, ELECTION, BRIDGE)
    for name in ("Асқар", "Бибігүл"):
        elections.nominate(office, meeting, meeting.questions[0], name, SETTLEMENTS[0])
    election = f"{path(meeting)}/questions/1"
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        pages.sign_in(Role.OFFICE)
        led = pages.post(election, {"counted": "5", "votes_1": "5", "votes_2": "1"}).headers["Location"]
        text = pages.get(led).text
        assert "Elected: Асқар" in text, re.findall(r"banner.*", text)
        told = pages.get(election).text
        assert "Approved</span> Elected: Асқар" in told
        on_paper = pages.get(f"{path(meeting)}/questions/2?ballot=secret").text
        assert re.findall(r'<a [^>]*aria-current="page">([^<]*)', on_paper)[-1] == "Secret vote on paper"


def test_who_convenes_and_who_reads_is_told_how_many_must_come(okrug: Okrug, tmp_path: Path) -> None:
    typed = {
        "meets_on": f"{okrug.at + timedelta(days=11):%Y-%m-%d}",
        "meets_time": "10:00",
        "place": "Клуб",
        "part": "село Красный Яр",
        "entitled": "45",
        "language": "kk",
        "matter_1": "other",
        "text_1": "Көпір",
        "majority_1": "two_thirds",
        "basis_1": "Регламент № 7",
    }
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        pages.sign_in(Role.OFFICE)
        asked = pages.post(f"{HOME}/meetings/convene/separate", typed, status=200).text
        assert "A quorum is 5 of 45 residents who may vote." in asked
        assert "(Two thirds of those present; Регламент № 7)" in asked
        address = pages.post(f"{HOME}/meetings/convene/separate", {**typed, "confirmed": "y"}).headers["Location"]
        assert "A quorum is 5 of 45 residents who may vote." in pages.get(address).text
        pages.wait_until(okrug.at + timedelta(days=11))
        pages.sign_in(Role.OFFICE)
        door = pages.get(f"{address}/attendance").text
        assert re.search(r'<option selected value="Красный Яр"', door), "it is the settlement that meets"
        assert "All are counted: there is no quorum" in door
        report = gathering_of(okrug, kind=Kind.REPORT)
        pages.wait_until(report.meets_at)
        pages.sign_in(Role.OFFICE)
        assert "All are counted" not in pages.get(f"{path(report)}/attendance").text, "it needs none"
