"""Nothing of a meeting is left alone: one that nobody opened, minutes that nobody signs, a second discussion."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from pb.act import Act, Role
from pb.audit import service as audit
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import Gathering, Minutes, State
from pb.gatherings.service import agenda, calling_off, holding, late, meetings, minutes, moving, scans, standing
from pb.gatherings.service.late import Late
from pb.gatherings.service.standing import Way
from pb.typesetting import NBSP
from tests.duties import told
from tests.gatherings.test_duties import act_of
from tests.gatherings.test_holding import assembly, come, gathering_of, opened, raised
from tests.gatherings.test_scans import SIGNED, brought
from tests.pages import open_pages
from tests.village import HOME, Okrug, print_minutes

SNOW = "The road was under snow, nobody came."


def test_a_meeting_that_nobody_opened_is_flagged_and_ends_as_not_held(okrug: Okrug, tmp_path: Path) -> None:
    meeting = gathering_of(okrug)
    okrug.at += timedelta(hours=2)
    office = okrug.act(Role.OFFICE)
    assert late.of_many(office, [meeting]) == {}
    with pytest.raises(Conflict):
        calling_off.call_off(office, meeting, SNOW)
    okrug.at += timedelta(days=1)
    office = okrug.act(Role.OFFICE)
    assert late.of_many(office, [meeting]) == {meeting.id: Late.OPENING}
    assert calling_off.without_an_end(office) == calling_off.without_an_end(okrug.act(Role.AKIM)) == [meeting]
    assert calling_off.without_an_end(okrug.act(Role.SECRETARY)) == []
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        pages.sign_in(Role.OFFICE)
        assert "nobody opened it" in pages.get(f"{HOME}/meetings").text.replace(NBSP, " ")
        page = pages.get(f"{HOME}/meetings/{meeting.number}").text.replace(NBSP, " ")
        assert "It was not held" in page
        assert "Mark who is present" in page
        pages.wait_until(okrug.at + timedelta(days=8))
        pages.sign_in(Role.OFFICE)
        page = pages.get(f"{HOME}/meetings/{meeting.number}").text.replace(NBSP, " ")
        assert "It was not held" in page
        assert "Mark who is present" not in page, "played: it led to a page that refuses it"
    with pytest.raises(Forbidden):
        calling_off.call_off(okrug.act(Role.SECRETARY), meeting, SNOW)
    with pytest.raises(FieldRefusal):
        calling_off.call_off(office, meeting, " ")
    calling_off.call_off(office, meeting, SNOW)
    assert meeting.not_held
    assert str(meeting.state_label) == "Not held"
    assert audit.of_subject(office, meeting.id)[-1].action == "gathering.not_held"
    with open_pages(okrug, tmp_path) as pages:
        for shown in (f"{HOME}/meetings/{meeting.number}", f"{HOME}/log/"):
            page = pages.get(shown).text.replace(NBSP, " ")
            assert "not held" in page
            assert "called off" not in page, "nobody called it off"
    assert calling_off.without_an_end(office) == []
    assert meetings.may_be_held_again(office, meeting)


def test_it_is_moved_to_another_day_in_one_step(okrug: Okrug) -> None:
    meeting = gathering_of(okrug)
    okrug.at += timedelta(days=1)
    office = okrug.act(Role.OFFICE)
    later = moving.move(office, meeting, okrug.at + timedelta(days=12), "Club", SNOW)
    assert (meeting.state, later.previous_id) == (State.CALLED_OFF, meeting.id)


def test_who_came_to_a_meeting_was_there_and_nobody_says_that_it_was_not_held(okrug: Okrug) -> None:
    meeting = gathering_of(okrug)
    come(okrug, meeting, "Әлия Сәрсен")
    okrug.at += timedelta(days=1)
    office = okrug.act(Role.OFFICE)
    assert calling_off.without_an_end(office) == []
    with pytest.raises(Conflict):
        calling_off.call_off(office, meeting, SNOW)
    audit.record(office, "gathering.called_off", subject=meeting.id)
    attack = {"state": "called_off", "called_off_at": office.at, "called_off_reason": SNOW}
    with pytest.raises(DatabaseError, match="logged_gatherings_update"), okrug.session.begin_nested():
        okrug.session.execute(update(Gathering).where(Gathering.id == meeting.id).values(attack))


def drawn_up(act: Act, meeting: Gathering) -> Minutes:
    holding.record_votes(act, meeting, meeting.questions[0], raised(meeting, 5))
    row = minutes.draw_up(act, meeting, remarks="")
    print_minutes(act, row)
    return row


def disagreed(okrug: Okrug, act: Act, meeting: Gathering) -> Minutes:
    """Signed on paper; the akim disagrees."""
    row = drawn_up(act, meeting)
    brought(okrug.act(Role.OFFICE), meeting)
    scans.confirm(okrug.act(Role.DEPUTY), meeting, SIGNED)
    minutes.answer(okrug.act(Role.AKIM), meeting, agrees=False, reason="Too dear.")
    return row


def test_minutes_that_nobody_signs_are_flagged_and_the_care_of_the_akims_side(app: Flask, okrug: Okrug) -> None:
    office, meeting = opened(okrug)
    drawn_up(office, meeting)
    deed, of = "See that the minutes are signed", act_of(okrug)
    assert late.of_many(okrug.act(), [meeting]) == {}
    assert deed not in told(app, of).get(Role.OFFICE, [])
    okrug.at += timedelta(days=11)
    assert late.of_many(okrug.act(), [meeting]) == {meeting.id: Late.SIGNATURES}
    assert deed in told(app, of)[Role.OFFICE]
    assert deed in told(app, of)[Role.AKIM]
    brought(okrug.act(Role.OFFICE), meeting)
    assert deed not in told(app, of).get(Role.AKIM, [])


def test_a_second_discussion_has_a_term_and_names_who_convenes_it(okrug: Okrug) -> None:
    office, meeting = opened(okrug)
    row = disagreed(okrug, office, meeting)
    stands = standing.standing(okrug.act(), row)
    assert stands.way is Way.TO_DISCUSS
    assert str(stands.holder) == "The akim's office"
    assert stands.due is not None
    assert stands.due > okrug.at.date()
    assert not stands.late
    okrug.at += timedelta(days=40)
    assert standing.standing(okrug.act(), row).late


def test_of_an_assembly_its_chair_convenes_the_second_discussion(okrug: Okrug) -> None:
    secretary, meeting = assembly(okrug)
    row = disagreed(okrug, secretary, meeting)
    assert str(standing.standing(okrug.act(), row).holder) == "The chair of the meeting"


def test_no_votes_are_asked_for_while_an_amendment_waits(okrug: Okrug, tmp_path: Path) -> None:
    office, meeting = opened(okrug)
    point = meeting.questions[0]
    agenda.amend(office, meeting, point, "Repair of the bridge and of the road", "ru", "")
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        pages.sign_in(Role.OFFICE)
        shown = pages.get(f"{HOME}/meetings/{meeting.number}/questions/{point.position}").text
        assert "The amendments to this point are voted on first." in shown.replace(NBSP, " ")
        assert 'name="in_favour"' not in shown
