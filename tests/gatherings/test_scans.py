"""Minutes signed on paper: one person brings the scan, another of the right side confirms it, and they stand."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask, g
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError

from pb.act import Act, Role
from pb.audit import service as audit
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import CONFIRMED, Gathering, Matter, Minutes, Office, State
from pb.gatherings.service import cycle_meetings, holding, meetings, minutes, officers, scans, standing
from pb.gatherings.service.counting import Votes
from pb.gatherings.service.standing import Way
from pb.identity.models import Person
from pb.identity.service import duties
from pb.media.models import State as Read
from pb.media.service import files
from pb.media.service.files import Received
from pb.tasks.service import basis
from tests.gatherings.test_holding import assembly, named, opened, raised
from tests.pages import open_pages
from tests.village import HOME, Okrug, open_meeting, print_minutes

SIGNED = "5" * 64


def printed(okrug: Okrug) -> tuple[Act, Gathering]:
    """Minutes of a gathering whose chair and secretary have no account; their PDF is made."""
    office, meeting = opened(okrug)
    holding.record_votes(office, meeting, meeting.questions[0], raised(meeting, 5))
    print_minutes(office, minutes.draw_up(office, meeting, remarks=""))
    return office, meeting


def brought(act: Act, meeting: Gathering, digest: str = SIGNED) -> Minutes:
    """A scan that was taken in and read."""
    row = scans.bring(act, meeting, Received(uuid4(), "scan", digest, is_paper=True))
    scan = scans.of(act, row)
    assert scan is not None
    scan.state, scan.pages, scan.size, scan.digest = Read.READY, 2, 1000, digest[::-1]
    act.session.flush()
    return row


def test_a_second_person_confirms_the_scan_and_the_minutes_stand(okrug: Okrug) -> None:
    office, meeting = printed(okrug)
    brought(office, meeting)
    deputy = okrug.act(Role.DEPUTY)
    assert scans.to_confirm(deputy) == [meeting]
    row = scans.confirm(deputy, meeting, SIGNED)
    assert row.confirmed
    assert row.confirmed_at == deputy.at
    assert meeting.state == State.CONFIRMED
    assert okrug.session.query(Minutes).where(CONFIRMED).all() == [row]
    assert standing.standing(office, row).way is Way.AKIM
    assert [(hand.role, hand.at) for hand in scans.hands(office, row)] == [
        (Role.OFFICE, row.scan_at),
        (Role.DEPUTY, row.scan_confirmed_at),
    ]
    told = {event.action: event.data for event in audit.of_subject(office, meeting.id)}
    assert told["minutes.scan_taken"]["scan"] == told["minutes.scan_confirmed"]["scan"] == SIGNED
    assert minutes.answer(okrug.act(Role.AKIM), meeting, agrees=True, reason="").agrees
    assert [one.question_id for one in basis.decisions(office)] == [meeting.questions[0].id], "a task may rest on it"


def test_nobody_confirms_what_they_brought_and_nobody_of_the_akims_side(okrug: Okrug) -> None:
    office, meeting = printed(okrug)
    with pytest.raises(Forbidden):
        minutes.confirm(office, meeting)
    with pytest.raises(Forbidden):
        scans.bring(okrug.act(Role.AUDITOR), meeting, Received(uuid4(), "scan", SIGNED, is_paper=True))
    brought(office, meeting)
    for role in (Role.OFFICE, Role.AKIM, Role.RESIDENT, Role.REGISTRAR):
        with pytest.raises(Forbidden):
            scans.confirm(okrug.act(role), meeting, SIGNED)
    both = Act(okrug.session, okrug.territory, office.person, frozenset({Role.OFFICE, Role.DEPUTY}), okrug.at)
    with pytest.raises(Forbidden):
        scans.confirm(both, meeting, SIGNED)
    with pytest.raises(Conflict):
        scans.confirm(okrug.act(Role.AUDITOR), meeting, "6" * 64)


def test_another_scan_and_new_minutes_take_the_place_of_one_that_waits(okrug: Okrug) -> None:
    office, meeting = printed(okrug)
    brought(office, meeting)
    row = brought(office, meeting, "7" * 64)
    assert okrug.session.execute(text("SELECT count(*) FROM papers")).scalar_one() == 1
    minutes.draw_up(office, meeting, remarks="One thing more.")
    assert row.scan_id is row.scan_at is row.scan_by_id is None
    with pytest.raises(Conflict):
        scans.confirm(okrug.act(Role.AUDITOR), meeting, "7" * 64)
    with pytest.raises(Conflict):
        scans.bring(office, meeting, Received(uuid4(), "scan", SIGNED, is_paper=True))


def test_the_paper_of_a_cycle_s_meeting_is_vouched_for_by_a_deputy_or_an_auditor(okrug: Okrug) -> None:
    okrug.accept_two()
    okrug.seat_assembly(5)
    meets_at = okrug.at + timedelta(hours=3)
    chair = okrug.act(Role.CHAIR)
    meeting = cycle_meetings.convene(chair, okrug.cycle, Matter.PROJECT, meets_at=meets_at, place="School")
    okrug.at = meeting.meets_at
    secretary = okrug.act(Role.SECRETARY)
    open_meeting(secretary, meeting)
    for question in meeting.questions:
        holding.record_votes(secretary, meeting, question, Votes(5, 0, 0, None, frozenset()))
    print_minutes(secretary, minutes.draw_up(secretary, meeting, remarks=""))
    brought(okrug.act(Role.OFFICE), meeting)
    for role in (Role.CHAIR, Role.SECRETARY):
        with pytest.raises(Forbidden):
            scans.confirm(okrug.act(role), meeting, SIGNED)
    for role in (Role.CHAIR, Role.AUDITOR):
        act = okrug.act(role)
        assert act.person is not None
        attack = {"scan_confirmed_by_id": act.person.id, "scan_confirmed_at": act.at}
        with okrug.session.begin_nested() as undone:
            row = meetings.minutes_of(act, meeting)
            assert row is not None
            told = {"sha256": row.sha256, "scan": SIGNED, "as": role}
            audit.record(act, "minutes.scan_confirmed", subject=meeting.id, data=told)
            if role is Role.CHAIR:
                with pytest.raises(DatabaseError, match="two_bodies_minutes_update"), okrug.session.begin_nested():
                    okrug.session.execute(update(Minutes).values(attack))
            else:
                okrug.session.execute(update(Minutes).values(attack))
            undone.rollback()
    assert scans.confirm(okrug.act(Role.AUDITOR), meeting, SIGNED).confirmed
    minutes.answer(okrug.act(Role.AKIM), meeting, agrees=True, reason="")
    assert [proposal.id for proposal, _review in meetings.approved(secretary, okrug.cycle)]


def test_the_database_keeps_a_confirmed_scan_and_takes_none_without_its_event(okrug: Okrug) -> None:
    office, meeting = printed(okrug)
    row = brought(office, meeting)
    auditor = okrug.act(Role.AUDITOR)
    assert auditor.person is not None
    confirmation = {"scan_confirmed_by_id": auditor.person.id, "scan_confirmed_at": auditor.at}
    for attack in (confirmation, {"scan_at": okrug.at + timedelta(hours=1)}):
        with pytest.raises(DatabaseError, match="two_bodies_minutes_update"), okrug.session.begin_nested():
            okrug.session.execute(update(Minutes).values(attack))
    scans.confirm(auditor, meeting, SIGNED)
    for table, attack in (
        ("minutes", "UPDATE minutes SET scan_confirmed_at = NULL, scan_confirmed_by_id = NULL"),
        ("agenda_questions", "UPDATE agenda_questions SET in_favour = 1"),
        ("gatherings", "UPDATE gatherings SET state = 'minuted'"),
        ("papers", "DELETE FROM papers"),
    ):
        with pytest.raises(DatabaseError, match=f"_{table}_"), okrug.session.begin_nested():
            okrug.session.execute(text(attack))
    assert row.confirmed


def test_a_file_that_stands_here_is_no_scan(okrug: Okrug) -> None:
    """The untouched PDF of the minutes themselves, of another meeting's, or what somebody brought before."""
    _office, other = printed(okrug)
    brought(okrug.act(Role.OFFICE), other)
    office, meeting = printed(okrug)
    papers = [minutes.paper_of(office, row) for one in (other, meeting) if (row := meetings.minutes_of(office, one))]
    for digest in (*(paper.sha256 for paper in papers if paper is not None), SIGNED, SIGNED[::-1]):
        with pytest.raises(FieldRefusal) as refused:
            scans.bring(office, meeting, Received(uuid4(), "scan", digest, is_paper=True))
        assert refused.value.field == "paper"
        scan = files.add_paper(office, office.person.id, Received(uuid4(), "scan", digest, is_paper=True))  # type: ignore[union-attr]
        told = {"sha256": row.sha256, "scan": digest, "as": "office"}
        audit.record(office, "minutes.scan_taken", subject=meeting.id, data=told)
        attack = {"scan_id": scan.id, "scan_by_id": scan.sender_id, "scan_at": office.at}
        statement = update(Minutes).where(Minutes.gathering_id == meeting.id).values(attack)
        with pytest.raises(DatabaseError, match="two_bodies_minutes_update"), okrug.session.begin_nested():
            okrug.session.execute(statement)


def test_nobody_who_stands_in_the_minutes_or_wrote_them_vouches_for_their_paper(okrug: Okrug) -> None:
    """Of an assembly its standing secretary, who drew them up, and its chair; of residents whoever bears the name."""
    secretary, meeting = assembly(okrug)
    holding.record_votes(secretary, meeting, meeting.questions[0], raised(meeting, 5))
    print_minutes(secretary, minutes.draw_up(secretary, meeting, remarks=""))
    row = brought(okrug.act(Role.OFFICE), meeting)
    deputy = okrug.act(Role.DEPUTY)
    for act in (secretary, okrug.act(Role.CHAIR)):
        assert not scans.may_confirm(act, meeting)
        with pytest.raises(Forbidden):
            scans.confirm(act, meeting, SIGNED)
        assert act.person is not None
        for role in ("secretary", "chair", "deputy"):
            told = {"sha256": row.sha256, "scan": SIGNED, "as": role}
            audit.record(act, "minutes.scan_confirmed", subject=meeting.id, data=told)
            attack = {"scan_confirmed_by_id": act.person.id, "scan_confirmed_at": act.at}
            with pytest.raises(DatabaseError, match="two_bodies_minutes_update"), okrug.session.begin_nested():
                okrug.session.execute(update(Minutes).values(attack))
    assert scans.may_confirm(deputy, meeting)
    office, gathering = printed(okrug)
    brought(office, gathering, "8" * 64)
    chair = okrug.act(Role.CHAIR)
    assert scans.may_confirm(chair, gathering), "the assembly's chair has no part in this one"
    assert deputy.person is not None
    deputy.person.name = "Сәрсен Әлия"
    with pytest.raises(Forbidden, match="stand in these minutes"):
        scans.confirm(deputy, gathering, "8" * 64)
    for officer in (Role.SECRETARY, Role.CHAIR):
        minutes.confirm(okrug.act(officer), meeting)
    assert row.confirmed
    assert row.scan_id is None, "a scan that waited is not wanted any more"


def test_the_public_reads_who_brought_and_who_confirmed_the_scan(okrug: Okrug, tmp_path: Path) -> None:
    office, meeting = printed(okrug)
    brought(office, meeting)
    deputy = okrug.act(Role.DEPUTY)
    scans.confirm(deputy, meeting, SIGNED)
    with open_pages(okrug, tmp_path) as pages:
        for address in ("minutes", "minutes/verify"):
            shown = pages.get(f"{HOME}/meetings/{meeting.number}/{address}").text
            for act, role in ((office, "Specialist of the akim"), (deputy, "Deputy of the maslikhat")):
                assert act.person is not None
                assert f"{act.person.name}, {role}" in shown
            if address == "minutes":
                assert shown.count("signed on paper</dd>") == 2, "chair and secretary did"
                assert "not yet</dd>" not in shown
    assert "openssl" not in shown, "nobody signed with EDS"
    assert "sha256sum" in shown


def deeds(app: Flask, person: Person, okrug: Okrug) -> list[str]:
    """What "my work" tells somebody without any role."""
    act = Act(okrug.session, okrug.territory, person, frozenset(), okrug.at)
    with app.test_request_context("/?lang=en"):
        g.act = act
        return [duty.deed for _act, duty in duties.everywhere(duties.acts_of(act))]


def test_who_was_elected_sees_it_on_my_work_without_any_role(app: Flask, okrug: Okrug) -> None:
    _office, meeting = opened(okrug)
    chair, secretary = named(okrug, "Әлия Сәрсен"), named(okrug, "Болат Оспан")
    assert deeds(app, secretary, okrug) == ["Take up this office: Secretary of the meeting"]
    for person, of in ((chair, Office.CHAIR), (secretary, Office.SECRETARY)):
        officers.accept(okrug.act(person=person), meeting, of)
    assert deeds(app, secretary, okrug) == ["Record the votes"]
    holding.record_votes(okrug.act(person=secretary), meeting, meeting.questions[0], raised(meeting, 5))
    assert deeds(app, secretary, okrug) == ["Draw up the minutes"]
    minutes.draw_up(okrug.act(person=secretary), meeting, remarks="")
    assert deeds(app, secretary, okrug) == deeds(app, chair, okrug) == ["Confirm the minutes"]
    minutes.confirm(okrug.act(person=chair), meeting)
    assert deeds(app, chair, okrug) == ["The minutes wait for the other signature"]
    minutes.confirm(okrug.act(person=secretary), meeting)
    assert deeds(app, secretary, okrug) == ["The minutes wait for the akim's answer"]
    minutes.answer(okrug.act(Role.AKIM), meeting, agrees=True, reason="")
    assert deeds(app, secretary, okrug) == []
