"""Around a meeting each duty stands with its holder and with nobody else, and goes when it is done."""

from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from pb.act import Act, Role
from pb.cycles.models import Phase
from pb.gatherings.models import Gathering, Matter
from pb.gatherings.service import cycle_meetings, holding, minutes
from pb.gatherings.service.counting import Votes
from pb.proposals.models import Verdict
from pb.proposals.service import proposals
from pb.reviews import service as reviews
from tests.duties import told, waiting
from tests.gatherings.test_holding import come as come_to_gathering
from tests.gatherings.test_holding import gathering_of
from tests.pages import open_pages
from tests.village import HOME, Okrug, content, findings, open_meeting

CHAIR, SECRETARY, AKIM, OFFICE, RESIDENT = Role.CHAIR, Role.SECRETARY, Role.AKIM, Role.OFFICE, Role.RESIDENT


def act_of(okrug: Okrug) -> Any:
    def of(role: Role) -> nullcontext[Act]:
        return nullcontext(okrug.act(role))

    return of


@pytest.fixture
def accepted(okrug: Okrug) -> Okrug:
    """Two accepted projects in the phase of the gathering."""
    okrug.accept_two()
    return okrug


def convene(okrug: Okrug, **more: Any) -> Gathering:
    meets_at = okrug.at + timedelta(hours=3)
    return cycle_meetings.convene(
        okrug.act(CHAIR), okrug.cycle, Matter.PROJECT, meets_at=meets_at, place="School № 1", **more
    )


def come(okrug: Okrug, meeting: Gathering, number: int) -> None:
    members = [attendance.member_id for attendance in meeting.attendances]
    okrug.at = max(okrug.at, meeting.meets_at)
    open_meeting(okrug.act(SECRETARY), meeting, members[:number])


def vote(okrug: Okrug, meeting: Gathering) -> None:
    for question in meeting.questions:
        votes = Votes(5, 0, 0, None, frozenset())
        holding.record_votes(okrug.act(SECRETARY), meeting, question, votes)


def test_a_meeting_goes_from_hand_to_hand(app: Flask, accepted: Okrug) -> None:
    okrug, of = accepted, act_of(accepted)
    assert told(app, of) == {OFFICE: ["Record the members of the assembly"]}
    okrug.seat_assembly(5)
    assert told(app, of) == {CHAIR: ["Convene the meeting"]}
    meeting = convene(okrug)
    assert told(app, of) == {SECRETARY: ["Mark who came"]}
    come(okrug, meeting, 5)
    assert told(app, of) == {SECRETARY: ["Record the votes"]}
    vote(okrug, meeting)
    assert told(app, of) == {SECRETARY: ["Draw up the minutes"]}
    minutes.draw_up(okrug.act(SECRETARY), meeting, remarks="")
    assert told(app, of) == {CHAIR: ["Confirm the minutes"], SECRETARY: ["Confirm the minutes"]}
    minutes.confirm(okrug.act(SECRETARY), meeting)
    assert told(app, of) == {CHAIR: ["Confirm the minutes"]}
    minutes.confirm(okrug.act(CHAIR), meeting)
    assert told(app, of) == {AKIM: ["Answer the minutes"]}
    minutes.answer(okrug.act(AKIM), meeting, agrees=True, reason="")
    assert told(app, of) == {OFFICE: ["Move the cycle on"]}


def test_minutes_that_are_due_are_the_chairs_care_too_and_late_ones_are_marked(
    app: Flask, accepted: Okrug, tmp_path: Path
) -> None:
    """Played: the secretary fell ill, the term passed, and the chair was told of nothing."""
    okrug, of = accepted, act_of(accepted)
    okrug.seat_assembly(5)
    meeting = convene(okrug)
    come(okrug, meeting, 5)
    assert CHAIR not in told(app, of)
    okrug.at += timedelta(days=2)
    [duty] = waiting(app, of)[CHAIR]
    assert (duty.deed, duty.until) == ("See that the minutes are drawn up", minutes.due(okrug.act(), meeting))
    assert told(app, of)[SECRETARY] == ["Record the votes"]
    with open_pages(okrug, tmp_path) as pages:
        assert "Minutes are late" not in pages.get(f"{HOME}/meetings/1").text
        pages.wait_until(okrug.at + timedelta(days=2))
        assert "Minutes are late" in pages.get(f"{HOME}/meetings/1").text
    vote(okrug, meeting)
    minutes.draw_up(okrug.act(SECRETARY), meeting, remarks="")
    assert told(app, of)[CHAIR] == ["Confirm the minutes"]


def test_a_meeting_that_stopped_before_its_agenda_is_the_work_of_who_opened_it(app: Flask, okrug: Okrug) -> None:
    meeting = gathering_of(okrug)
    come_to_gathering(okrug, meeting, "Әлия Сәрсен", "Болат Оспан", "Гүлнар Ахмет")
    okrug.at += timedelta(days=5)
    assert "See that the minutes are drawn up" in told(app, act_of(okrug))[OFFICE]


def test_duties_of_the_minutes_lead_to_their_form(app: Flask, accepted: Okrug, tmp_path: Path) -> None:
    """Played: the secretary stood at the top of a page of five screens, whose button was at its end."""
    okrug, of = accepted, act_of(accepted)
    okrug.seat_assembly(5)
    meeting = convene(okrug)
    come(okrug, meeting, 5)
    vote(okrug, meeting)
    here = f"{HOME}/meetings/1/minutes"
    assert waiting(app, of)[SECRETARY][0].url == f"{here}#draw-up"
    minutes.draw_up(okrug.act(SECRETARY), meeting, remarks="")
    assert [waiting(app, of)[role][0].url for role in (CHAIR, SECRETARY)] == [f"{here}#confirmation"] * 2
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(SECRETARY)
        page = pages.get(here).text
    for part in ("draw-up", "confirmation"):
        assert f'id="{part}"' in page


def test_the_akim_has_working_days_to_answer_the_minutes(app: Flask, accepted: Okrug) -> None:
    okrug = accepted
    okrug.seat_assembly(5)
    meeting = convene(okrug)
    come(okrug, meeting, 5)
    vote(okrug, meeting)
    minutes.draw_up(okrug.act(SECRETARY), meeting, remarks="")
    for role in (SECRETARY, CHAIR):
        minutes.confirm(okrug.act(role), meeting)
    [duty] = waiting(app, act_of(okrug))[AKIM]
    assert duty.until == date(2026, 11, 27), "Friday: five working days after a Saturday"
    assert duty.url == f"{HOME}/meetings/1/minutes#answer"


@pytest.mark.parametrize("why", ["no quorum", "the akim disagrees"])
def test_a_meeting_that_led_nowhere_waits_for_the_chair(app: Flask, accepted: Okrug, why: str) -> None:
    okrug, of = accepted, act_of(accepted)
    okrug.seat_assembly(5)
    meeting = convene(okrug)
    come(okrug, meeting, 0 if why == "no quorum" else 5)
    if why != "no quorum":
        vote(okrug, meeting)
        minutes.draw_up(okrug.act(SECRETARY), meeting, remarks="")
        for role in (SECRETARY, CHAIR):
            minutes.confirm(okrug.act(role), meeting)
        minutes.answer(okrug.act(AKIM), meeting, agrees=False, reason="No money.")
    assert told(app, of) == {CHAIR: ["Convene the meeting again"]}
    convene(okrug, previous=meeting)
    assert told(app, of) == {SECRETARY: ["Mark who came"]}


def test_nobody_is_sent_to_a_meeting_before_its_day(app: Flask, accepted: Okrug) -> None:
    accepted.seat_assembly(5)
    convene(accepted)
    accepted.at -= timedelta(days=1)
    assert told(app, act_of(accepted)) == {}


def test_a_question_goes_to_the_author_and_the_answer_back_to_the_office(app: Flask, okrug: Okrug) -> None:
    of = act_of(okrug)
    proposal = okrug.propose("Lamps")
    assert told(app, of) == {}, "ideas are still taken"
    okrug.enter(Phase.REVIEW)
    assert told(app, of) == {OFFICE: ["Review the proposals"]}
    asked = findings(verdict=Verdict.RETURN, reason="How many lamps?")
    reviews.review(okrug.act(OFFICE), okrug.cycle, proposal, asked)
    assert told(app, of) == {RESIDENT: ["Answer the question about your proposal"]}
    okrug.enter(Phase.GATHERING)
    assert told(app, of)[RESIDENT] == ["Answer the question about your proposal"]
    proposals.amend(okrug.act(RESIDENT), okrug.cycle, proposal, content(), "Twelve lamps.")
    [duty] = waiting(app, of).pop(OFFICE)[:1]
    assert (duty.deed, duty.thing) == ("Review what the author answered", "№\u00a01 Lighting of Abai street")
    assert duty.until == date(2026, 12, 1)
    okrug.accept(proposal)
    assert "Review what the author answered" not in told(app, of).get(OFFICE, [])


def test_after_the_last_day_for_ideas_the_cycle_waits_for_the_office(app: Flask, okrug: Okrug) -> None:
    okrug.propose("Lamps")
    okrug.at += timedelta(days=11)
    [duty] = waiting(app, act_of(okrug))[OFFICE]
    assert (duty.deed, duty.thing, duty.until) == ("Move the cycle on", "Ideas", okrug.cycle.proposals_until)
