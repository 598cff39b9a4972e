"""A meeting of the assembly through its pages, from convening to the akim's answer."""

from datetime import datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from pb.act import Role
from pb.clock import ALMATY
from pb.core.poll.bilingual import Bilingual
from pb.cycles.models import Phase
from pb.reviews import service as reviews
from tests.pages import Pages, open_pages
from tests.village import START, Okrug, findings

SURE = {"confirmed": "y"}  # as the page says that asks once more


@pytest.fixture
def ready(okrug: Okrug) -> Okrug:
    okrug.seat_assembly(5)
    proposal = okrug.propose("Lamps")
    okrug.enter(Phase.REVIEW)
    okrug.accept(proposal)
    okrug.enter(Phase.GATHERING)
    return okrug


def convene(pages: Pages) -> str:
    base = f"{pages.okrug.path}/meetings"
    pages.sign_in(Role.CHAIR)
    pages.get(f"{base}/convene/project")
    typed = {"meets_on": "2026-11-21", "meets_time": "18:00", "place": "School № 1", **SURE}
    pages.post(f"{base}/convene/project", {**typed, "place": ""}, status=422)
    address = pages.post(f"{base}/convene/project", typed).headers["Location"]
    pages.post(f"{base}/convene/project", typed, status=409)
    return address


def test_a_day_on_which_no_assembly_can_meet_is_told_at_its_field(ready: Okrug, tmp_path: Path) -> None:
    """Played: for a day in 2031 a page said that no members were recorded, and what was typed was gone."""
    with open_pages(ready, tmp_path) as pages:
        address = f"{pages.okrug.path}/meetings/convene/project"
        pages.sign_in(Role.CHAIR)
        assert "the last day of this phase:" in pages.get(address).text
        for far in ("2041-01-01", "9999-12-31"):
            told = pages.post(address, {"meets_on": far, "meets_time": "18:00", "place": "School"}, status=422).text
            assert "The last possible day: " in told
            assert far in told
            assert 'value="School"' in told


def test_a_meeting_after_the_phases_last_day_is_convened_knowingly(ready: Okrug, tmp_path: Path) -> None:
    until = ready.cycle.gathering_until
    typed = {"meets_on": (until + timedelta(days=3)).isoformat(), "meets_time": "18:00", "place": "School"}
    with open_pages(ready, tmp_path) as pages:
        address = f"{pages.okrug.path}/meetings/convene/project"
        pages.sign_in(Role.CHAIR)
        asked = pages.post(address, typed, status=422).text
        assert "after the last day of this phase" in asked
        assert 'name="late"' in asked
        assert typed["meets_on"] in asked
        pages.post(address, {**typed, "late": "y", **SURE}, status=302)


def test_without_members_the_chair_is_told_before_anything_is_typed(okrug: Okrug, tmp_path: Path) -> None:
    proposal = okrug.propose("Lamps")
    okrug.enter(Phase.REVIEW)
    okrug.accept(proposal)
    okrug.enter(Phase.GATHERING)
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.CHAIR)
        told = pages.get(f"{pages.okrug.path}/meetings/convene/project", status=409).text
        assert "nobody is recorded as a member" in told


def test_before_the_announced_hour_pages_lead_to_who_came_and_to_no_vote(ready: Okrug, tmp_path: Path) -> None:
    with open_pages(ready, tmp_path) as pages:
        address = convene(pages)
        pages.sign_in(Role.SECRETARY)
        members = pages.get(f"{address}/attendance").text.split('name="present" value="')[1:]
        pages.post(f"{address}/attendance", {"present": [part.split('"')[0] for part in members]})
        page = pages.get(address).text
        assert f'href="{address}/attendance"' in page
        assert f'href="{address}/agenda"' not in page
        for page in ("agenda", "agenda/add", "officers/chair"):
            told = pages.get(f"{address}/{page}").text
            assert "The meeting begins at 18:00" in told
            assert 'name="unanimous"' not in told
            assert f'href="{address}/agenda/add"' not in told
        assert "The meeting begins at 18:00" in pages.post(f"{address}/agenda", {"unanimous": "5"}, status=422).text
        pages.wait_until(datetime.combine(START.date(), time(18), ALMATY))
        pages.sign_in(Role.SECRETARY)
        assert f'href="{address}/agenda"' in pages.get(address).text


def present(pages: Pages, address: str, count: int) -> list[str]:
    """At the announced hour the first `count` members of the list are marked as present; who they are."""
    pages.wait_until(datetime.combine(START.date(), time(18), ALMATY))
    pages.sign_in(Role.SECRETARY)
    document = pages.get(f"{address}/attendance").text
    members = [part.split('"')[0] for part in document.split('name="present" value="')[1:]]
    pages.post(f"{address}/attendance", {"present": members[:count]})
    if count >= 3:
        pages.get(f"{address}/agenda")
        pages.post(f"{address}/agenda", {"unanimous": str(count)})
    return members[:count]


def test_a_meeting_from_convening_to_the_akims_answer(ready: Okrug, tmp_path: Path) -> None:
    with open_pages(ready, tmp_path) as pages:
        pages.get("/krasnoyar/assembly")
        address = convene(pages)
        pages.get(address)
        present(pages, address, 2)
        assert "No quorum" in pages.get(address).text
        there = present(pages, address, 5)
        question = "1"
        vote = f"{address}/questions/{question}"
        assert pages.get(vote).text.count(" checked") == 5, "who came to the opening is marked already"
        counted = {"present": there, "in_favour": "4", "against": "1", "abstained": "0", "chair": ""}
        alone = pages.post(vote, {**counted, "present": there[:1], "in_favour": "1", "against": "0"}, status=422).text
        assert "A quorum is 3 of 5 members." in alone
        assert "<details open>" in alone, "the error stands in the fold"
        pages.post(vote, {**counted, "against": "3"}, status=422)
        pages.post(vote, {**counted, "in_favour": "2", "against": "2", "abstained": "2"}, status=422)
        pages.post(vote, counted)
        pages.get(f"{address}/minutes")
        pages.post(f"{address}/minutes", {"remarks": "Twelve residents listened."})
        pages.post(f"{address}/confirm", SURE)
        pages.post(f"{address}/confirm", SURE, status=409)
        pages.sign_in(Role.CHAIR)
        pages.get(f"{address}/minutes")
        pages.post(f"{address}/confirm", SURE)
        pages.sign_in(Role.SECRETARY)
        pages.post(f"{address}/minutes", {"remarks": ""}, status=409)
        task = f"/krasnoyar/tasks/new?question={address.rsplit('/', 1)[1]}-1"
        assert task not in pages.get(f"{address}/minutes").text, "nothing is in force yet"
        pages.sign_in(Role.AKIM)
        pages.get(f"{address}/minutes")
        pages.post(f"{address}/answer", {"agrees": "no", "reason": ""}, status=422)
        pages.post(f"{address}/answer", {"agrees": "yes", **SURE})
        pages.sign_in(Role.SECRETARY)
        assert task in pages.get(f"{address}/minutes").text
        assert " selected" in pages.get(task).text
        pages.sign_out()
        page = pages.get(f"{address}/minutes").text
        assert "Twelve residents listened." in page
        assert "The akim agrees" in page


def test_what_cannot_be_undone_is_asked_once_more_with_all_that_was_typed(ready: Okrug, tmp_path: Path) -> None:
    with open_pages(ready, tmp_path) as pages:
        address = convene(pages)
        there = present(pages, address, 5)
        pages.post(f"{address}/questions/1", {"present": there, "unanimous": "5"})
        pages.post(f"{address}/minutes", {"remarks": ""})
        asked = pages.post(f"{address}/confirm", status=200).text
        assert "Confirm these minutes?" in asked
        asked = asked.replace("\u00a0", " ")
        assert "Minutes: № 1/2026, November 21, 2026" in asked
        assert "Lamps – Approved. For: 5, against: 0, abstained: 0." in asked
        assert "Nobody can take this back." in asked
        assert '<button class="button danger">Confirm these minutes' in asked
        for role in (Role.SECRETARY, Role.CHAIR):
            pages.sign_in(role)
            pages.post(f"{address}/confirm", SURE)  # which the page before has not done
        pages.sign_in(Role.AKIM)
        pages.post(f"{address}/answer", {"agrees": "no", "reason": " "}, status=422)
        asked = pages.post(f"{address}/answer", {"agrees": "no", "reason": "There is no money."}, status=200).text
        assert '<input type="hidden" name="reason" value="There is no money." data-held>' in asked
        pages.sign_out()
        assert "There is no money." not in pages.get(f"{address}/minutes").text


@pytest.fixture
def two(okrug: Okrug) -> Okrug:
    okrug.seat_assembly(5)
    projects = [okrug.propose(title) for title in ("Lamps", "Bus stop")]
    okrug.enter(Phase.REVIEW)
    for project in projects:
        okrug.accept(project)
    okrug.enter(Phase.GATHERING)
    return okrug


def test_each_question_leads_to_the_next_and_the_last_to_the_minutes(two: Okrug, tmp_path: Path) -> None:
    with open_pages(two, tmp_path) as pages:
        address = convene(pages)
        there = present(pages, address, 5)
        offers = ["Question 2 of 2", "Draw up the minutes"]
        led_to = [f"{address}/questions/2", f"{address}/minutes"]
        for number, (leads, following) in enumerate(zip(offers, led_to, strict=True), 1):
            page = pages.get(address).text
            assert f"Question {number} of 2" in page
            vote = f"{address}/questions/{number}"
            asked = pages.get(vote).text
            assert f"Question {number} of 2" in asked
            assert f'<p class="lead">{number}. ' not in asked, "one number is enough: that of the project"
            empty = dict.fromkeys(["in_favour", "against", "abstained"], "")
            led = pages.post(vote, {**empty, "present": there, "unanimous": "5"}).headers["Location"]
            assert led == following, "by itself, without the page of the meeting between"
            assert f"The votes are recorded. Question {number}: Approved." in pages.get(led).text
            assert leads in pages.get(address).text
        pages.sign_out()
        assert "Draw up the minutes" not in pages.get(address).text, "nobody else is led on"
        assert pages.get(address).text.count("For: 5, against: 0, abstained: 0.") == 3, "two questions and the agenda"


def test_unanimous_is_all_who_may_vote_as_it_was_read(ready: Okrug, tmp_path: Path) -> None:
    with open_pages(ready, tmp_path) as pages:
        address = convene(pages)
        there = present(pages, address, 5)
        vote = f"{address}/questions/1"
        assert ">5</span> in favour" in pages.get(vote).text
        read_before = {"present": there, "conflicted": there[:1], "unanimous": "5"}
        page = pages.post(vote, read_before, status=422).text
        assert "Look at the numbers" in page
        assert ">4</span> in favour" in page
        typed = {"present": there, "in_favour": "3", "against": "2", "abstained": "0", "unanimous": "5"}
        page = pages.post(vote, typed, status=422).text
        assert 'value="2"' in page, "what was typed stays"
        assert "other numbers are typed here. Nothing is recorded." in page
        part = pages.post(vote, {**typed, "in_favour": "", "abstained": ""}, status=422).text
        assert "other numbers are typed here. Nothing is recorded." in part
        del typed["unanimous"]
        pages.post(vote, typed)
        assert "For: 3, against: 2, abstained: 0." in pages.get(address).text
        again = {**typed, "unanimous": "5"}  # as they were recorded: all five after a second count
        assert "Write why this is recorded otherwise" in pages.post(vote, again, status=422).text
        pages.post(vote, {**again, "reason": "Two hands went up late."})
        assert "Corrected: Two hands went up late." in pages.get(address).text
        assert "For: 5, against: 0, abstained: 0." in pages.get(address).text


def test_enter_in_a_field_never_records_unanimity(ready: Okrug, tmp_path: Path) -> None:
    """A browser presses the first button of a form for Enter: it was that of all in favour."""
    with open_pages(ready, tmp_path) as pages:
        address = convene(pages)
        present(pages, address, 5)
        form = pages.get(f"{address}/questions/1").text.split(
            '<form method="post" action="' + f"{address}/questions/1"
        )[1]
        first = form.split("<button")[1].split("</button>")[0]
        assert first.endswith(">Record the votes")
        assert "name=" not in first


def test_who_is_not_of_the_meeting_is_neither_present_nor_has_an_interest(ready: Okrug, tmp_path: Path) -> None:
    with open_pages(ready, tmp_path) as pages:
        address = convene(pages)
        elsewhere = str(uuid4())
        pages.sign_in(Role.SECRETARY)
        pages.post(f"{address}/attendance", {"present": [elsewhere]}, status=404)
        present(pages, address, 5)
        question = "1"
        vote = f"{address}/questions/{question}"
        counted = {"in_favour": "4", "against": "0", "abstained": "0", "chair": ""}
        pages.post(vote, {**counted, "conflicted": [elsewhere]}, status=422)
        pages.post(vote, {**counted, "present": [elsewhere]}, status=422)


def test_a_meeting_without_a_quorum_is_convened_again_in_one_step(ready: Okrug, tmp_path: Path) -> None:
    with open_pages(ready, tmp_path) as pages:
        address = convene(pages)
        present(pages, address, 2)
        pages.post(f"{address}/minutes", {"remarks": ""}, status=409)
        pages.sign_in(Role.CHAIR)
        assert f"{address}/again" in pages.get(address).text
        assert "School № 1" in pages.get(f"{address}/again").text
        typed = {"meets_on": "2026-11-22", "meets_time": "18:00", "place": "School № 1"}
        again = pages.post(f"{address}/again", {**typed, **SURE}).headers["Location"]
        assert "№\u00a02" in pages.get(again).text


@pytest.mark.parametrize("role", list(Role))
def test_each_step_is_refused_to_every_other_role(ready: Okrug, tmp_path: Path, role: Role) -> None:
    steps = {
        "/attendance": {Role.SECRETARY},
        "/minutes": {Role.SECRETARY},
        "/confirm": {Role.CHAIR, Role.SECRETARY},
        "/answer": {Role.AKIM},
        "/again": {Role.CHAIR},
    }
    with open_pages(ready, tmp_path) as pages:
        address = convene(pages)
        pages.sign_in(role)
        for step, allowed in steps.items():
            if role not in allowed:
                pages.post(f"{address}{step}", status=403)
        if role is not Role.OFFICE:
            pages.post("/krasnoyar/assembly", status=403)


def test_the_office_records_members(okrug: Okrug, tmp_path: Path) -> None:
    member = {
        "name": "Марат Әлиев",
        "settlement": "Красный Яр",
        "office": "chair",
        "term_from": "2026-01-01",
        "term_until": "2029-12-31",
        "electing_document": "minutes № 1",
    }
    with open_pages(okrug, tmp_path) as pages:
        pages.get("/krasnoyar/assembly")
        pages.sign_in(Role.OFFICE)
        pages.post("/krasnoyar/assembly", {**member, "term_until": "2025-12-31"}, status=422)
        pages.post("/krasnoyar/assembly", member)
        pages.post("/krasnoyar/assembly", {**member, "name": "Second chair"}, status=422)
        page = pages.get("/krasnoyar/assembly").text
        assert "Марат Әлиев" in page
        end = page.split("/krasnoyar/assembly/")[1].split('"')[0]
        pages.post(f"/krasnoyar/assembly/{end}", SURE)


def test_a_meeting_that_nothing_stands_against_waits_for_no_review(okrug: Okrug, tmp_path: Path) -> None:
    """Played: with everything reviewed the page still said that the chair convenes it after the review."""
    okrug.seat_assembly(5)
    proposal = okrug.propose("Lamps")
    okrug.enter(Phase.REVIEW)
    waits = "The chair convenes one when the office has reviewed the proposals."
    with open_pages(okrug, tmp_path) as pages:
        assert waits in pages.get(f"{okrug.path}/meetings").text
    okrug.accept(proposal)
    okrug.enter(Phase.GATHERING)
    with open_pages(okrug, tmp_path) as pages:
        told = pages.get(f"{okrug.path}/meetings").text
        assert waits not in told
        assert "The chair convenes it." in told


def test_an_english_page_marks_the_title_that_it_has_in_russian(okrug: Okrug, tmp_path: Path) -> None:
    okrug.seat_assembly(5)
    proposal = okrug.propose("Шамдар")
    okrug.enter(Phase.REVIEW)
    said = findings(titles=Bilingual("Шамдар <3", "Фонари <3"))
    reviews.review(okrug.act(Role.OFFICE), okrug.cycle, proposal, said)
    okrug.enter(Phase.GATHERING)
    with open_pages(okrug, tmp_path) as pages:
        address = convene(pages)
        assert 'to the vote: <span lang="ru">Фонари &lt;3</span>' in pages.get(address).text
        assert ": Шамдар &lt;3" in pages.client.get(address, query_string={"lang": "kk"}).text
