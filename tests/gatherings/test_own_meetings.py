"""A meeting that no cycle asks for: what is kept and told of it, and who calls it off."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.errors import FieldRefusal
from pb.gatherings import documents
from pb.gatherings.documents import recorded
from pb.gatherings.models import Gathering, Kind, Matter, Seat, State
from pb.gatherings.service import arrivals, calling_off, convening, drafting, meetings, seats
from pb.gatherings.service.plan import Plan, Point
from pb.notices.service.telling import Concerned, teller
from tests.pages import open_pages
from tests.village import HOME, SETTLEMENTS, Okrug, open_meeting


def convene(okrug: Okrug, kind: Kind, entitled: int | None = None) -> Gathering:
    points = [Point(Matter.OTHER, "Балалар алаңы", "kk")]
    plan = Plan(kind, okrug.at + timedelta(hours=3), "Мәдениет үйі", points, entitled=entitled)
    return convening.convene(okrug.act(Role.OFFICE), plan)


def told(okrug: Okrug, action: str) -> list[Concerned]:
    act = okrug.act()
    events = act.session.scalars(select(AuditEvent).where(AuditEvent.action == action))
    return [teller(action).concerned(act, event) for event in events]


def test_who_comes_first_through_the_door_is_no_news_of_a_missing_quorum(okrug: Okrug) -> None:
    """Each of them is one of too few: whoever follows the okrug would be told of each."""
    meeting = convene(okrug, Kind.GATHERING, entitled=30)
    okrug.at += timedelta(hours=3)
    for name in ("Әлия", "Болат", "Сәуле"):
        arrivals.register(okrug.act(Role.OFFICE), meeting, name, SETTLEMENTS[0])
    assert told(okrug, "gathering.inquorate") == []


def test_the_calendar_says_of_which_part_a_separate_gathering_is(okrug: Okrug, tmp_path: Path) -> None:
    plan = Plan(Kind.SEPARATE, okrug.at + timedelta(days=11), "Клуб", [Point(Matter.OTHER, "Көпір", "kk")], entitled=30)
    meeting = convening.convene(okrug.act(Role.OFFICE), replace(plan, part="Өзен"))
    with open_pages(okrug, tmp_path) as pages:
        entry = pages.get(f"{HOME}/meetings/{meeting.number}/calendar.ics").text.replace("\r\n ", "")
    assert "Өзен" in entry.partition("SUMMARY")[2].partition("\r\n")[0]


def test_the_secretary_who_keeps_the_record_unmarked_is_not_told_as_merely_absent(okrug: Okrug) -> None:
    """Played: the minutes named their secretary, who signed them, and had her among the absent without a word."""
    okrug.seat_assembly(5)
    meeting = convene(okrug, Kind.ASSEMBLY)
    okrug.at += timedelta(hours=3)
    secretary = okrug.act(Role.SECRETARY)
    assert secretary.person is not None
    here = [row.member_id for row in meeting.attendances]
    arrivals.mark_present(secretary, meeting, here[1:])
    unmarked = next(row.member for row in meeting.attendances if row.member_id == here[0])
    unmarked.name = " ".join(reversed(secretary.person.name.split()))
    with okrug.session.no_autoflush:
        (absent,) = drafting.body(secretary, meeting, number="1/2026", remarks="")["absent"]
    okrug.session.expire(unmarked)
    assert absent["office"] == "secretary"
    assert recorded.absent(absent).endswith(": Secretary of the assembly, not marked as present")


def test_an_assembly_without_a_quorum_is_told(okrug: Okrug) -> None:
    okrug.seat_assembly(5)
    meeting = convene(okrug, Kind.ASSEMBLY)
    okrug.at += timedelta(hours=3)
    arrivals.mark_present(okrug.act(Role.SECRETARY), meeting, [])
    assert [bool(one.followed) for one in told(okrug, "gathering.inquorate")] == [True]


def test_nobody_reads_that_the_chair_did_what_the_office_did(okrug: Okrug, tmp_path: Path) -> None:
    meeting = convene(okrug, Kind.GATHERING, entitled=30)
    calling_off.call_off(okrug.act(Role.OFFICE), meeting, "Қар.")
    with open_pages(okrug, tmp_path) as pages:
        feed = pages.get(f"{HOME}/feed.xml").text
        entry = pages.get(f"{HOME}/meetings/{meeting.number}/calendar.ics").text
    assert entry.count("BEGIN:VEVENT") == entry.count("STATUS:CANCELLED") == 1, "it alone, called off"
    assert "A meeting is convened: " in feed
    assert "Agenda\n1. " in feed, "mail and feed tell the points"
    assert "The meeting is called off: it is not held." in feed
    assert "The chair" not in feed


def test_the_database_lets_nobody_call_off_a_gathering_but_who_convenes_it(okrug: Okrug) -> None:
    meeting = convene(okrug, Kind.GATHERING, entitled=30)
    gone = {"state": State.CALLED_OFF, "called_off_at": okrug.at, "called_off_reason": "Қар."}
    for role in (Role.CHAIR, Role.SECRETARY):
        audit.record(okrug.act(role), "gathering.called_off", subject=meeting.id)
        with pytest.raises(DatabaseError, match="logged_gatherings_update"), okrug.session.begin_nested():
            okrug.session.execute(update(Gathering).values(gone))
    calling_off.call_off(okrug.act(Role.AKIM), meeting, "Қар.")
    assert meeting.state == State.CALLED_OFF


def test_how_many_may_come_is_kept_of_an_assembly_too(okrug: Okrug) -> None:
    """The form asks for it, and the minutes say it of every meeting; the quorum is of the members."""
    okrug.seat_assembly(5)
    meeting = convene(okrug, Kind.ASSEMBLY, entitled=30)
    assert meeting.entitled == 30
    assert meetings.quorum_of(meeting).entitled == 5


@pytest.mark.parametrize("odd", [{"matter_1": "9"}, {"majority_1": "9"}, {"more": "1", "shown": "²"}])
def test_what_no_list_offers_is_told_at_its_field(okrug: Okrug, tmp_path: Path, odd: dict[str, str]) -> None:
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        typed = {"matter_1": "other", "text_1": "Балалар алаңы", **odd}
        pages.post(f"{HOME}/meetings/convene/gathering", typed, status=200 if "more" in odd else 422)


def test_a_point_with_its_speaker_alone_is_not_lost(okrug: Okrug, tmp_path: Path) -> None:
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        typed = {"matter_1": "other", "text_1": "Балалар алаңы", "speaker_5": "Әлия", "majority_6": "9"}
        page = pages.post(f"{HOME}/meetings/convene/gathering", typed, status=422).text
    assert 'id="text_5-error"' in page
    assert 'id="majority_6-error"' in page


def test_a_separate_gathering_elects_no_more_representatives_than_the_law_lets_it(okrug: Okrug, tmp_path: Path) -> None:
    two = Point(Matter.ELECTION, "", "", seat=Seat.REPRESENTATIVE, places=2)
    plan = Plan(Kind.SEPARATE, okrug.at + timedelta(days=11), "Club", (two,), part="Abai street", entitled=30)
    office = okrug.act(Role.OFFICE)
    with pytest.raises(FieldRefusal) as refused:
        convening.convene(office, replace(plan, points=(two, two)))
    assert refused.value.field == "places_of_2"
    meeting = convening.convene(office, plan)
    assert list(seats.of_point(office, meeting, (Seat.REPRESENTATIVE, 2)))
    assert not list(seats.of_point(office, meeting, (Seat.REPRESENTATIVE, 1)))
    typed = {"meets_on": "2026-12-20", "meets_time": "15:00", "place": "x" * 201, "part": "Abai", "entitled": "30"}
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        pages.sign_in(Role.OFFICE)
        told = {**typed, "matter_1": "other", "text_1": "y" * 501, "language": "kk"}
        page = pages.post(f"{HOME}/meetings/convene/separate", told, status=422).text
        assert "Use at most 200 characters." in page
        assert "Use at most 500 characters." in page
        told |= {"place": "Club", "matter_1": "election", "text_1": "", "seat_1": "representative", "places_1": "4"}
        page = pages.post(f"{HOME}/meetings/convene/separate", told, status=422).text
        assert "A separate gathering elects at most 3 representatives." in page


@pytest.mark.parametrize("okrug", [{"notice_days": 10, "extraordinary_days": 3}], indirect=True)
def test_an_extraordinary_assembly_has_its_reason_and_residents_keep_their_ten_days(
    okrug: Okrug, tmp_path: Path
) -> None:
    """Played: a gathering was taken as extraordinary, on three days' notice, without a word why."""
    okrug.seat_assembly(5)
    office = okrug.act(Role.OFFICE)
    soon, points = okrug.at + timedelta(days=4), [Point(Matter.OTHER, "Көпір", "kk")]
    silent = Plan(Kind.ASSEMBLY, soon, "Клуб", points, extraordinary=True)
    assert [fault.field for fault in convening.faults(office, silent)] == ["extraordinary_reason"]
    of_residents = Plan(Kind.GATHERING, soon, "Клуб", points, entitled=30, extraordinary=True)
    assert [fault.field for fault in convening.faults(office, of_residents)] == ["meets_at", "extraordinary"]
    meeting = convening.convene(office, replace(silent, extraordinary_reason=" Су тасқыны "))
    assert (meeting.extraordinary_reason, meeting.notice_days) == ("Су тасқыны", 3)
    with pytest.raises(DatabaseError), okrug.session.begin_nested():
        okrug.session.execute(update(Gathering).values(extraordinary_reason="Басқа"))
    with open_pages(okrug, tmp_path) as pages:
        assert "Су тасқыны" in pages.get(f"{HOME}/meetings/{meeting.number}").text
        assert "Су тасқыны" in pages.get(f"{HOME}/feed.xml").text
        with pages.client.application.test_request_context():
            notice = documents.announcement(okrug.act(), meeting.id, "kk", "http://localhost")
        pages.sign_in(Role.OFFICE)
        assert 'name="extraordinary_reason"' in pages.get(f"{HOME}/meetings/convene/assembly").text
        assert 'name="extraordinary"' not in pages.get(f"{HOME}/meetings/convene/gathering").text
    assert "Су тасқыны" in dict(notice.facts).values()
    okrug.at = meeting.meets_at
    open_meeting(okrug.act(Role.SECRETARY), meeting)
    assert drafting.body(okrug.act(), meeting, number="1/2026", remarks="")["extraordinary"] == "Су тасқыны"
