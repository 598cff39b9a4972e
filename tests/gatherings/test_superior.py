"""An akim who stays silent, or disagrees twice, stops nothing: the maslikhat discusses, the superior akim decides."""

import hashlib
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from pb.act import Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.freezes import minutes as rules
from pb.gatherings.models import Gathering, Kind, Minutes
from pb.gatherings.models.referrals import FOLLOWING, About, Referral, Ruling, Step
from pb.gatherings.service import adoption, calling_off, convening, holding, meetings, minutes, referrals
from pb.gatherings.service.plan import Plan
from pb.gatherings.service.referrals import Record
from pb.gatherings.service.standing import Way, of_execution, standing, steps
from pb.worker import run_all
from tests.duties import told, waiting
from tests.gatherings.test_duties import act_of
from tests.gatherings.test_gatherings import come, convene, hold, member_ids, votes
from tests.gatherings.test_holding import BRIDGE, assembly, raised
from tests.media import hostile
from tests.pages import open_pages
from tests.village import HOME, Okrug

CHAIR, SECRETARY, AKIM, MASLIKHAT = Role.CHAIR, Role.SECRETARY, Role.AKIM, Role.MASLIKHAT_SECRETARY
BY = {Step.SENT: CHAIR, Step.DISCUSSED: MASLIKHAT, Step.DECIDED: MASLIKHAT, Step.CONFIRMED: CHAIR}


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adoption, "missing", lambda _act, _cycle: [])


@pytest.fixture
def ready(okrug: Okrug) -> Okrug:
    okrug.seat_assembly(5)
    okrug.accept_two()
    return okrug


def confirmed(okrug: Okrug, previous: Gathering | None = None) -> Gathering:
    """A meeting that approved all, with minutes that both confirmed."""
    gathering = convene(okrug, previous=previous)
    come(okrug, gathering, member_ids(gathering, 5))
    for question in gathering.questions:
        holding.record_votes(okrug.act(SECRETARY), gathering, question, votes(5, 0))
    minutes.draw_up(okrug.act(SECRETARY), gathering, remarks="")
    for role in (SECRETARY, CHAIR):
        minutes.confirm(okrug.act(role), gathering)
    return gathering


def row_of(okrug: Okrug, gathering: Gathering) -> Minutes:
    row = meetings.minutes_of(okrug.act(), gathering)
    assert row is not None
    return row


def take(okrug: Okrug, gathering: Gathering, step: Step, about: About = About.APPROVAL, **more: Any) -> None:
    whole: dict[str, Any] = {"day": okrug.at.date(), "reference": "12-ж", "words": "Шешім сақталсын.", **more}
    referrals.take(okrug.act(BY[step]), row_of(okrug, gathering), about, step, Record(**whole))


def way(okrug: Okrug, gathering: Gathering) -> Way:
    return standing(okrug.act(), row_of(okrug, gathering)).way


def test_a_silent_akim_stops_no_cycle(app: Flask, ready: Okrug) -> None:
    meeting = confirmed(ready)
    assert way(ready, meeting) is Way.AKIM
    with pytest.raises(Conflict):
        take(ready, meeting, Step.SENT)
    ready.at += timedelta(days=10)
    stands = standing(ready.act(), row_of(ready, meeting))
    assert (stands.way, stands.late) == (Way.SILENT, False)
    assert stands.due is not None, "whoever holds them has a term"
    assert stands.due > ready.at.date()
    assert [duty.until for duty in waiting(app, act_of(ready))[CHAIR]] == [stands.due]
    assert told(app, act_of(ready)) == {
        CHAIR: ["Send the minutes to the maslikhat and the superior akim"],
        AKIM: ["Answer the minutes"],
    }
    take(ready, meeting, Step.SENT)
    assert way(ready, meeting) is Way.MASLIKHAT
    with pytest.raises(Conflict):
        take(ready, meeting, Step.DECIDED, outcome=Ruling.UPHELD)
    take(ready, meeting, Step.DISCUSSED)
    take(ready, meeting, Step.DECIDED, outcome=Ruling.UPHELD)
    assert way(ready, meeting) is Way.TO_CONFIRM
    assert meetings.approved(ready.act(), ready.cycle) == [], "one person alone makes no decision hold"
    with pytest.raises(Conflict):
        minutes.answer(ready.act(AKIM), meeting, agrees=True, reason="")
    take(ready, meeting, Step.CONFIRMED)
    assert way(ready, meeting) is Way.UPHELD
    assert len(meetings.approved(ready.act(), ready.cycle)) == 2
    assert told(app, act_of(ready)) == {Role.OFFICE: ["Move the cycle on"]}


def test_a_late_answer_is_taken_until_the_superior_akim_decided(ready: Okrug) -> None:
    meeting = confirmed(ready)
    ready.at += timedelta(days=10)
    take(ready, meeting, Step.SENT)
    minutes.answer(ready.act(AKIM), meeting, agrees=True, reason="")
    assert way(ready, meeting) is Way.AGREED
    with pytest.raises(Conflict):
        take(ready, meeting, Step.DISCUSSED)


def test_a_first_disagreement_is_discussed_again_and_a_second_one_goes_above(ready: Okrug) -> None:
    first = convene(ready)
    hold(ready, first, agrees=False)
    assert way(ready, first) is Way.TO_DISCUSS
    with pytest.raises(Conflict):
        take(ready, first, Step.SENT)
    second = confirmed(ready, previous=first)
    assert way(ready, first) is Way.DISCUSSED
    minutes.answer(ready.act(AKIM), second, agrees=False, reason="No money.")
    stands = standing(ready.act(), row_of(ready, second))
    assert (stands.way, stands.late) == (Way.DISAGREED, False)
    assert stands.due is not None
    ready.at += timedelta(days=20)
    assert standing(ready.act(), row_of(ready, second)).late
    assert not meetings.may_be_held_again(ready.act(), second), "the superior akim comes first"
    for step in (Step.SENT, Step.DISCUSSED):
        take(ready, second, step)
    assert not meetings.may_be_held_again(ready.act(), second), "the superior akim has it"
    take(ready, second, Step.DECIDED, outcome=Ruling.REJECTED)
    take(ready, second, Step.CONFIRMED)
    assert way(ready, second) is Way.REJECTED
    assert meetings.approved(ready.act(), ready.cycle) == []
    assert meetings.may_be_held_again(ready.act(), second)


def test_a_second_discussion_that_is_called_off_gives_the_step_back(app: Flask, okrug: Okrug) -> None:
    """Played: the akim's office convened one, called it off, and the decision stood nowhere for ever."""
    secretary, first = assembly(okrug)
    holding.record_votes(secretary, first, first.questions[0], raised(first, 5))
    minutes.draw_up(secretary, first, remarks="")
    for role in (SECRETARY, CHAIR):
        minutes.confirm(okrug.act(role), first)
    minutes.answer(okrug.act(AKIM), first, agrees=False, reason="No money.")
    plan = Plan(Kind.ASSEMBLY, okrug.at + timedelta(hours=3), "Club", [BRIDGE])
    with pytest.raises(Forbidden):
        convening.convene(okrug.act(Role.OFFICE), plan, first)
    second = convening.convene(okrug.act(CHAIR), plan, first)
    stands = standing(okrug.act(), row_of(okrug, first))
    assert (stands.way, stands.due) == (Way.CONVENED, second.meets_at.date())
    with pytest.raises(Forbidden):
        calling_off.call_off(okrug.act(Role.OFFICE), second, "Боран")
    calling_off.call_off(okrug.act(CHAIR), second, "Боран")
    assert way(okrug, first) is Way.TO_DISCUSS
    assert "Convene the second discussion" in told(app, act_of(okrug))[CHAIR]
    third = convening.convene(okrug.act(CHAIR), plan, first)
    assert third.previous_id == second.id, "one line of meetings, whichever was looked at"
    assert not meetings.may_be_held_again(okrug.act(), first)


def test_what_is_not_executed_is_reported_and_decided_above(ready: Okrug) -> None:
    meeting = convene(ready)
    hold(ready, meeting)
    row = row_of(ready, meeting)
    assert of_execution(ready.act(), row) is None
    about = About.EXECUTION
    with pytest.raises(FieldRefusal):
        take(ready, meeting, Step.SENT, about)
    take(ready, meeting, Step.SENT, about, question=meeting.questions[0].id)
    take(ready, meeting, Step.DISCUSSED, about)
    take(ready, meeting, Step.DECIDED, about, outcome=Ruling.UPHELD)
    take(ready, meeting, Step.CONFIRMED, about)
    stands = of_execution(ready.act(), row)
    assert stands is not None
    assert stands.way is Way.UPHELD
    assert way(ready, meeting) is Way.AGREED


def test_a_step_keeps_its_document_and_the_log_its_digest(ready: Okrug, tmp_path: Path) -> None:
    """Played: the superior akim's decision was a number that somebody typed, and nobody could read the paper."""
    meeting, pdf = confirmed(ready), hostile.paper()
    ready.at += timedelta(days=10)
    here = f"{HOME}/meetings/{meeting.number}/superior"
    typed = {"about": "approval", "day": ready.at.date().isoformat(), "reference": "12-ж", "words": ""}
    with open_pages(ready, tmp_path) as pages, time_machine.travel(ready.at, tick=False):
        pages.sign_in(CHAIR)
        wrong = pages.post(f"{here}/sent", {**typed, "day": "", "paper": (BytesIO(b"no"), "letter.pdf")}, status=422)
        assert "This is no PDF." in wrong.text
        assert "Write the date." in wrong.text, "all that is wrong at once"
        pages.post(f"{here}/sent", {**typed, "paper": (BytesIO(pdf), "letter.pdf")})
        assert "is being prepared" in pages.get(here).text
        run_all(pages.client.application)
        page = pages.get(here).text
        assert re.search(r'href="/krasnoyar/media/[0-9a-f]{64}[.]pdf">letter<', page)
        assert "Passed to: The maslikhat. Last day: " in page
    ready.session.expire_all()
    [step] = steps(ready.act(), row_of(ready, meeting), About.APPROVAL)
    event = ready.session.scalars(select(AuditEvent).where(AuditEvent.action == "referral.sent")).one()
    assert event.data["file"] == hashlib.sha256(pdf).hexdigest()
    assert step.paper_id is not None
    secretary = ready.act(MASLIKHAT)
    assert secretary.person is not None
    told = {"about": "approval", "step": 2, "file": "0" * 64}
    audit.record(secretary, "referral.discussed", subject=meeting.id, data=told)
    row = {"minutes_id": step.minutes_id, "about": "approval", "number": 2, "kind": "discussed", "at": secretary.at}
    row |= {"by_id": secretary.person.id, "day": step.day, "due": step.due, "paper_id": step.paper_id}
    with pytest.raises(DBAPIError, match="logged_minutes_referrals"), ready.session.begin_nested():
        ready.session.execute(insert(Referral).values(**row))


def test_each_step_is_its_own_persons_and_a_record_may_be_sent_back(ready: Okrug) -> None:
    meeting = confirmed(ready)
    ready.at += timedelta(days=10)
    row, done = row_of(ready, meeting), Record(ready.at.date(), "1", "-", Ruling.UPHELD)
    for step, owner in BY.items():
        for role in set(Role) - {owner}:
            with pytest.raises(Forbidden):
                referrals.take(ready.act(role), row, About.APPROVAL, step, done)
        if step is Step.CONFIRMED:
            referrals.take(ready.act(CHAIR), row, About.APPROVAL, Step.DECLINED, done)
            assert way(ready, meeting) is Way.SUPERIOR
            referrals.take(ready.act(MASLIKHAT), row, About.APPROVAL, Step.DECIDED, done)
            both = ready.act(MASLIKHAT, CHAIR)
            with pytest.raises(Forbidden, match="second person"):
                referrals.take(both, row, About.APPROVAL, step, done)
        referrals.take(ready.act(owner), row, About.APPROVAL, step, done)


def test_the_database_itself_keeps_the_order_of_the_way_above(ready: Okrug) -> None:
    known = {
        f"{before.value} {after.value}" for before, following in FOLLOWING.items() if before for after in following
    }
    assert set(rules.MOVES) == known
    meeting = confirmed(ready)
    columns = "minutes_id, about, number, kind, ground, at, by_id, day, reference, outcome, words, due"
    for number, kind, ground, outcome in ((1, "sent", "disagreed", ""), (2, "confirmed", "", "upheld")):
        attack = (
            f"INSERT INTO minutes_referrals ({columns}) SELECT id, 'approval', {number}, '{kind}', '{ground}', "  # noqa: S608
            f"chair_at, chair_id, '2026-12-01', '1', '{outcome}', '-', {'NULL' if outcome else repr('2026-12-01')} "
            "FROM minutes"
        )
        with pytest.raises(DBAPIError, match="minutes_referrals_insert"), ready.session.begin_nested():
            ready.session.execute(text(attack))
    assert way(ready, meeting) is Way.AKIM


def test_the_way_above_through_its_pages(ready: Okrug, tmp_path: Path) -> None:
    meeting = confirmed(ready)
    ready.at += timedelta(days=10)
    today = ready.at.date().isoformat()
    sent = {"about": "approval", "day": today, "reference": "12-ж", "words": ""}
    with open_pages(ready, tmp_path) as pages, time_machine.travel(ready.at, tick=False):
        here = f"{HOME}/meetings/{meeting.number}"
        assert "The akim did not answer in time" in pages.get(f"{here}/minutes").text
        pages.sign_in(CHAIR)
        assert "Send to the maslikhat and the superior akim" in pages.get(f"{here}/superior").text
        assert 'value="12-ж"' in pages.post(f"{here}/superior/sent", {**sent, "day": ""}, status=422).text
        pages.post(f"{here}/superior/sent", sent)
        pages.sign_in(MASLIKHAT)
        pages.post(f"{here}/superior/discussed", sent)
        ruled = {**sent, "outcome": "upheld", "words": "Шешім сақталсын."}
        pages.post(f"{here}/superior/decided", {**ruled, "words": ""}, status=422)
        pages.post(f"{here}/superior/decided", ruled)
        pages.sign_in(CHAIR)
        asked = pages.post(f"{here}/superior/confirmed", {"about": "approval", "right": "yes"}, status=200).text
        assert "Confirm this decision of the superior akim?" in asked
        pages.post(f"{here}/superior/confirmed", {"about": "approval", "right": "yes", "confirmed": "y"})
        pages.sign_out()
        for page in ("minutes", "superior"):
            assert "Upheld by the superior akim: executed" in pages.get(f"{here}/{page}").text
