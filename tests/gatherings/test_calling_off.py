"""The chair is asked before a meeting is public, and calls one off that has not begun, with a reason."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import Attendance, Gathering, Matter, State
from pb.gatherings.service import arrivals, calling_off, cycle_meetings, meetings
from pb.notices.service.telling import teller
from pb.process.views import front
from pb.typesetting import NBSP
from pb.worker import run_all
from tests.pages import open_pages
from tests.village import HOME, Okrug

SNOW = "The road is closed because of snow."


@pytest.fixture
def ready(okrug: Okrug) -> Okrug:
    okrug.seat_assembly(5)
    okrug.accept_two()
    return okrug


def convene(okrug: Okrug, previous: Gathering | None = None, hours: int = 3) -> Gathering:
    meets_at = okrug.at + timedelta(hours=hours)
    return cycle_meetings.convene(
        okrug.act(Role.CHAIR), okrug.cycle, Matter.PROJECT, meets_at=meets_at, place="School № 1", previous=previous
    )


def plain(page: str) -> str:
    return page.replace(NBSP, " ")


def test_before_a_meeting_is_public_its_weekday_place_and_term_are_looked_at(ready: Okrug, tmp_path: Path) -> None:
    """Played: one press convened a meeting, and nobody could mend a wrong date."""
    typed = {"meets_on": "2026-11-21", "meets_time": "18:00", "place": "School № 1"}
    with open_pages(ready, tmp_path) as pages:
        address = f"{pages.okrug.path}/meetings/convene/project"
        pages.sign_in(Role.CHAIR)
        asked = plain(pages.post(address, typed, status=200).text)
        for told in (
            "Saturday, November 21, 2026",
            "18:00",
            "School № 1",
            "tell the others yourself",
        ):
            assert told in asked
        assert "Meeting on the projects" in asked
        assert "Nobody can take this back." not in asked, "it can be called off"
        assert not meetings.of_cycle(ready.act(), ready.cycle)
        for language, weekday in (("kk", "сенбі"), ("ru", "суббота")):
            pages.client.set_cookie("lang", language)
            assert weekday in pages.post(address, typed, status=200).text
        pages.post(address, {**typed, "confirmed": "y"})


def test_a_meeting_called_off_tells_why_and_where_the_next_one_is(ready: Okrug, tmp_path: Path) -> None:
    typed = {"meets_on": "2026-11-21", "meets_time": "18:00", "place": "Scool № 1", "confirmed": "y"}
    with open_pages(ready, tmp_path) as pages:
        pages.sign_in(Role.CHAIR)
        first = pages.post(f"{pages.okrug.path}/meetings/convene/project", typed).headers["Location"]
        assert f'href="{first}/call-off"' in pages.get(first).text
        pages.get(f"{first}/call-off")
        assert "Write why the meeting is called off" in pages.post(f"{first}/call-off", {}, status=422).text
        pages.post(f"{first}/call-off", {"reason": SNOW})
        told = pages.get(first).text
        assert SNOW in told
        assert f'href="{first}/call-off"' not in told
        for refused in (pages.get(f"{first}/call-off", status=409), pages.post(f"{first}/call-off", {}, status=409)):
            assert "This meeting was called off." in refused.text
            assert f'href="{first}"' in refused.text, "and leads to it"
        pages.sign_in(Role.SECRETARY)
        pages.post(f"{first}/attendance", {}, status=409)
        pages.sign_in(Role.CHAIR)
        changed = {**typed, "meets_on": "2026-11-23", "place": "School № 1"}
        second = pages.post(f"{first}/again", changed).headers["Location"]
        pages.sign_out()
        before, after = plain(pages.get(first).text), plain(pages.get(second).text)
        assert "Monday, November 23, 2026" in before, "the old one leads to the new"
        assert f'href="{second}"' in before
        assert "Saturday, November 21, 2026" in after, "the new one tells the old day"
        assert "Scool № 1" in after
        assert SNOW in pages.get(f"{HOME}/log/").text
        assert first not in pages.get(HOME + "/").text, "it is none of the next meetings"


def test_an_old_form_leads_to_the_meeting_that_is_convened_again(ready: Okrug, tmp_path: Path) -> None:
    """Played: after "back" the whole form was filled in, and refused because "a meeting was convened": untrue."""
    meeting = convene(ready, hours=48)
    with open_pages(ready, tmp_path) as pages:
        pages.sign_in(Role.CHAIR)
        first, again = f"{HOME}/meetings/1", f"{HOME}/meetings/1/again"
        old = f"{pages.okrug.path}/meetings/convene/project"
        for refused in (pages.get(old, status=409), pages.get(again, status=409)):
            assert f'href="{first}"' in refused.text, "the open meeting stands in the way, and is a press away"
        calling_off.call_off(ready.act(Role.CHAIR), meeting, SNOW)
        ready.session.commit()
        assert pages.get(old, status=303).headers["Location"] == again
        assert "was called off. Here it is convened again" in pages.get(again).text
        typed = {"meets_on": "2026-11-21", "meets_time": "18:00", "place": "The mill", "confirmed": "y"}
        shown = pages.post(old, typed, status=409).text
        assert "was called off. Here it is convened again" in shown
        assert f'action="{again}"' in shown
        holds(shown, "2026-11-21", "18:00", "The mill")
        pages.post(again, typed)
        assert f'href="{HOME}/meetings/2"' in pages.get(again, status=409).text


def test_no_leads_back_to_the_form_with_all_that_was_typed(ready: Okrug, tmp_path: Path) -> None:
    typed = {"meets_on": "2026-11-21", "meets_time": "18:00", "place": "The mill"}
    with open_pages(ready, tmp_path) as pages:
        pages.sign_in(Role.CHAIR)
        address = f"{pages.okrug.path}/meetings/convene/project"
        assert 'name="back"' in pages.post(address, typed, status=200).text
        form = pages.post(address, {**typed, "form_page": address, "confirmed": "y", "back": "y"}, status=200).text
        assert "Convene this meeting?" not in form
        assert f'data-page="{address}"' in form, "where the browser's own way back finds it"
        holds(form, *typed.values())
        assert not meetings.of_cycle(ready.act(), ready.cycle)


def holds(page: str, *typed: str) -> None:
    for text in typed:
        assert f'value="{text}"' in page


def test_only_the_chair_calls_a_meeting_off_and_only_before_it_begins(ready: Okrug) -> None:
    meeting = convene(ready)
    with pytest.raises(Forbidden):
        calling_off.call_off(ready.act(Role.SECRETARY), meeting, SNOW)
    with pytest.raises(FieldRefusal, match="Write why"):
        calling_off.call_off(ready.act(Role.CHAIR), meeting, " ")
    ready.at += timedelta(hours=3)
    with pytest.raises(Conflict, match="before it begins"):
        calling_off.call_off(ready.act(Role.CHAIR), meeting, SNOW)


def test_a_meeting_whose_attendance_is_marked_is_not_called_off(ready: Okrug) -> None:
    meeting = convene(ready)
    arrivals.mark_present(ready.act(Role.SECRETARY), meeting, [row.member_id for row in meeting.attendances])
    with pytest.raises(Conflict, match="before it begins"):
        calling_off.call_off(ready.act(Role.CHAIR), meeting, SNOW)


@pytest.mark.parametrize("okrug", [{"notice_days": 10}], indirect=True)
def test_the_members_are_told_in_time_of_the_meeting_in_its_place(okrug: Okrug) -> None:
    okrug.seat_assembly(5)
    okrug.accept_two()
    meeting = convene(okrug, hours=11 * 24)
    okrug.at += timedelta(days=5)
    calling_off.call_off(okrug.act(Role.CHAIR), meeting, SNOW)
    assert calling_off.instead_of(okrug.act(), meeting) is None
    with pytest.raises(FieldRefusal, match="told in time"):
        convene(okrug, meeting, hours=9 * 24)
    assert calling_off.instead_of(okrug.act(), convene(okrug, meeting, hours=11 * 24)) is meeting


def test_the_announcement_of_a_meeting_called_off_says_so(ready: Okrug, tmp_path: Path) -> None:
    meeting = convene(ready)
    calling_off.call_off(ready.act(Role.CHAIR), meeting, SNOW)
    assert front.next_meetings(ready.act()) == []
    page = f"{HOME}/documents/announcement/meetings/{meeting.number}/ru"
    with open_pages(ready, tmp_path) as pages:
        pages.post(page)
        assert run_all(pages.client.application) == 1
        assert pages.get(f"{page}.pdf").data.startswith(b"%PDF")


def test_the_database_lets_nobody_call_off_what_has_begun_or_without_the_chair(ready: Okrug) -> None:
    """A meeting that decided something is not made unheld afterwards."""
    meeting, session = convene(ready), ready.session
    called_off = {"state": State.CALLED_OFF, "called_off_at": ready.at, "called_off_reason": SNOW}

    def refused(rule: str, row: Gathering = meeting, **values: object) -> None:
        with pytest.raises(DatabaseError, match=rule), session.begin_nested():
            session.execute(update(Gathering).where(Gathering.id == row.id).values(values))

    refused("gatherings_update", **called_off)
    refused("logged_gatherings_update", called_off_reason=SNOW)
    audit.record(ready.act(Role.SECRETARY), "gathering.called_off", subject=meeting.id)
    refused("logged_gatherings_update", **called_off)
    calling_off.call_off(ready.act(Role.CHAIR), meeting, SNOW)
    refused("gatherings_update", called_off_reason="Another")
    refused("gatherings_update", state=State.CONVENED, called_off_at=None, called_off_reason="")
    with pytest.raises(DatabaseError, match=r"(frozen|logged)_attendances_update"), session.begin_nested():
        session.execute(update(Attendance).values(present=True))
    begun = convene(ready, meeting)
    ready.at += timedelta(hours=3)
    audit.record(ready.act(Role.CHAIR), "gathering.called_off", subject=begun.id)
    refused("logged_gatherings_update", begun, **{**called_off, "called_off_at": ready.at})


def test_who_was_told_of_a_meeting_is_told_that_it_is_not_held_and_calendars_too(ready: Okrug, tmp_path: Path) -> None:
    """Played: nobody was told, and the meeting stood in every telephone, confirmed."""
    called_off = convene(ready)
    calling_off.call_off(ready.act(Role.CHAIR), called_off, SNOW)
    act = ready.act()
    events = {one.action: one for one in act.session.scalars(select(AuditEvent))}
    members, told = (
        teller(action).concerned(act, events[action]).people
        for action in ("gathering.convened", "gathering.called_off")
    )
    assert members == told != set()
    with open_pages(ready, tmp_path) as pages:
        feed = pages.get(f"{HOME}/feed.xml").text
        entry = pages.get(f"{HOME}/calendar.ics").text.partition("UID:meeting-")[2].partition("END:VEVENT")[0]
    assert "The chair called the meeting off: it is not held." in feed
    assert SNOW in feed
    for line in ("STATUS:CANCELLED", "SEQUENCE:1", "LOCATION:School № 1"):
        assert line in entry
