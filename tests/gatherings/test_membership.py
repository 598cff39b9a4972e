"""Who comes into the assembly and who leaves it: one body records, another confirms, and until then nothing changes."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DatabaseError

from pb.act import Act, Role
from pb.audit import service as audit
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.freezes import assembly
from pb.gatherings.models import Member, Office, TermEnding
from pb.gatherings.service import composition, logged_members, members, membership
from pb.gatherings.service.membership import Election, Ending
from pb.identity.models import Grant
from pb.territory.service import populations
from tests.pages import open_pages
from tests.village import HOME, SETTLEMENTS, Okrug

TERM = date(2026, 1, 1), date(2029, 12, 31)


def elected(name: str = "Асқар", office: Office = Office.MEMBER, **changes: object) -> Election:
    whole = {"name": name, "settlement": SETTLEMENTS[0], "office": office, "electing_document": "minutes № 3"}
    term = dict(zip(("term_from", "term_until"), TERM, strict=True))
    return Election(**{**whole, **term, **changes})  # type: ignore[arg-type]


def resigned(okrug: Okrug, **changes: object) -> Ending:
    whole = {"last_day": okrug.at.date(), "reason": "Resigned.", "document": "statement № 4"}
    return Ending(**{**whole, **changes})  # type: ignore[arg-type]


def test_a_member_counts_once_another_body_confirmed_the_record(okrug: Okrug) -> None:
    office = okrug.act(Role.OFFICE)
    member = membership.record(office, elected())
    assert members.current(office) == []
    assert members.last_day(office) is None
    assert membership.waiting(office) == [member]
    for role in (Role.OFFICE, Role.AKIM, Role.RESIDENT, Role.DEPUTY):
        with pytest.raises(Forbidden):
            membership.confirm(okrug.act(role), member)
    membership.confirm(okrug.act(Role.SECRETARY), member)
    assert members.current(office) == [member]
    with pytest.raises(Conflict):
        membership.confirm(okrug.act(Role.CHAIR), member)
    with pytest.raises(Conflict):
        membership.let_go(office, member)


def test_nobody_confirms_themselves_and_a_deputy_does_where_the_assembly_cannot(okrug: Okrug) -> None:
    office, chair, deputy = (okrug.act(role) for role in (Role.OFFICE, Role.CHAIR, Role.DEPUTY))
    member = membership.record(office, elected(okrug.people[Role.CHAIR].name.upper(), Office.CHAIR))
    with pytest.raises(Forbidden):
        membership.confirm(chair, member)
    with pytest.raises(Forbidden):
        membership.confirm(deputy, member)  # the secretary can
    secretary = okrug.session.query(Grant).filter_by(role=Role.SECRETARY).one()
    own = okrug.people[Role.SECRETARY]
    own.name = okrug.people[Role.CHAIR].name  # now it is about both
    assert secretary.person_id == own.id
    assert membership.may_confirm(deputy, member)
    membership.confirm(deputy, member)
    assert members.current(office) == [member]


def test_who_recorded_it_and_holds_an_office_of_the_assembly_too_is_no_second_person(okrug: Okrug) -> None:
    member = membership.record(okrug.act(Role.OFFICE), elected())
    both = okrug.act(Role.SECRETARY, person=okrug.people[Role.OFFICE])
    with pytest.raises(Forbidden):
        membership.confirm(both, member)


def test_a_record_that_nobody_confirmed_is_let_go_by_either(okrug: Okrug) -> None:
    office = okrug.act(Role.OFFICE)
    for act in (office, okrug.act(Role.CHAIR)):
        member = membership.record(office, elected())
        with pytest.raises(Forbidden):
            membership.let_go(okrug.act(Role.RESIDENT), member)
        membership.let_go(act, member)
        assert membership.waiting(office) == []


def test_a_term_has_four_years_at_most_and_a_document_its_number(okrug: Okrug) -> None:
    office = okrug.act(Role.OFFICE)
    with pytest.raises(FieldRefusal) as refusal:
        membership.record(office, elected(term_until=date(2030, 1, 1), electing_document="minutes"))
    assert {refusal.value.field, *(one.field for one in refusal.value.others)} == {"term_until", "electing_document"}
    assert membership.longest(office, date(2024, 2, 29)) == date(2028, 2, 28)


def test_a_term_ends_early_with_a_reason_once_another_body_confirmed_it(okrug: Okrug) -> None:
    okrug.seat_assembly(3)
    office = okrug.act(Role.OFFICE)
    member = members.current(office)[-1]
    with pytest.raises(FieldRefusal) as refusal:
        membership.record_ending(office, member, resigned(okrug, reason=" ", document="", last_day=None))
    assert {refusal.value.field, *(one.field for one in refusal.value.others)} == {"last_day", "reason", "document"}
    row = membership.record_ending(office, member, resigned(okrug))
    with pytest.raises(Conflict):
        membership.record_ending(office, member, resigned(okrug))
    with pytest.raises(Forbidden):
        membership.confirm_ending(office, row)
    okrug.at += timedelta(days=2)  # who confirms later takes back no vote of the days between
    assert member in members.current(okrug.act())
    membership.confirm_ending(okrug.act(Role.CHAIR), row)
    assert member.term_until == okrug.at.date()
    okrug.at += timedelta(days=1)
    assert member not in members.current(okrug.act())


def test_who_is_elected_again_has_one_term_after_the_other_and_counts_once(okrug: Okrug) -> None:
    """Played: a member who was elected again stood in the assembly twice, and the quorum was counted of both."""
    okrug.seat_assembly(3)
    office, chair = okrug.act(Role.OFFICE), okrug.act(Role.CHAIR)
    [before] = [one for one in members.current(office) if one.name == "Member 3"]
    begins = okrug.at.date()
    again = {"term_from": begins, "term_until": begins + timedelta(days=900)}
    member = membership.record(office, elected("Member 3", **again))
    with pytest.raises(FieldRefusal, match="recorded already"):
        membership.record(office, elected(" member  3", **again))
    assert composition.recorded(office) == 3
    assert membership.in_one_step(office, member) == [membership.ending_of(office, before.id), member]
    alone = {"confirmed_at": okrug.at, "confirmed_by": okrug.people[Role.CHAIR].id}
    audit.record(chair, "assembly.member_confirmed", subject=member.id, data={"number": member.number, "as": "chair"})
    with pytest.raises(DatabaseError, match="ordered_assembly_members_update"), okrug.session.begin_nested():
        okrug.session.execute(update(Member).where(Member.id == member.id).values(alone))
    membership.confirm(chair, member)
    assert (before.term_until, member.term_from) == (begins - timedelta(days=1), begins)
    assert [one.id for one in members.current(office)].count(member.id) == 1
    assert len(members.current(office)) == 3
    assert logged_members.differing(okrug.session) == []
    with pytest.raises(FieldRefusal, match="A new term begins later"):
        membership.record(office, elected("MEMBER 3", **again))


def test_what_was_recorded_in_one_step_is_let_go_in_one(okrug: Okrug) -> None:
    okrug.seat_assembly(3)
    office = okrug.act(Role.OFFICE)
    term = {"term_from": okrug.at.date(), "term_until": okrug.at.date() + timedelta(days=900)}
    membership.let_go(office, membership.record(office, elected(" member  2", **term)))
    assert (list(membership.waiting(office)), membership.endings(office)) == ([], {})
    assert len(members.current(office)) == 3


def test_an_ending_that_is_let_go_changes_nothing(okrug: Okrug) -> None:
    okrug.seat_assembly(3)
    office = okrug.act(Role.OFFICE)
    member = members.current(office)[-1]
    membership.let_go_of_ending(okrug.act(Role.CHAIR), membership.record_ending(office, member, resigned(okrug)))
    assert membership.endings(office) == {}
    membership.record_ending(office, member, resigned(okrug))


def test_more_members_than_the_population_allows_are_asked_about(okrug: Okrug, tmp_path: Path) -> None:
    populations.record(okrug.act(Role.OFFICE), okrug.at.year, 3_000, source="Bureau")
    okrug.seat_assembly(9)
    assert not composition.is_full(okrug.act(), okrug.at.date())
    membership.record(okrug.act(Role.OFFICE), elected())
    assert composition.is_full(okrug.act(), okrug.at.date())
    typed = {
        "name": "Бота",
        "settlement": SETTLEMENTS[0],
        "office": "member",
        "term_from": TERM[0].isoformat(),
        "term_until": TERM[1].isoformat(),
        "electing_document": "№ 5",
    }
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        assert "recorded: 10" in pages.get(f"{HOME}/assembly").text
        asked = pages.post(f"{HOME}/assembly", typed, status=200)
        assert "5 to 10 members" in asked.text
        assert "Бота" not in pages.get(f"{HOME}/assembly").text
        pages.post(f"{HOME}/assembly", data={**typed, "confirmed": "y"})
        assert "Бота" in pages.get(f"{HOME}/assembly").text


def test_pages_record_confirm_and_end(okrug: Okrug, tmp_path: Path) -> None:
    okrug.seat_assembly(3)
    membership.record(okrug.act(Role.OFFICE), elected())
    with open_pages(okrug, tmp_path) as pages:
        assert "Waits for confirmation" in pages.get(f"{HOME}/assembly").text
        pages.sign_in(Role.CHAIR)
        assert "Confirm the members of the assembly" in pages.get("/my-work").text
        pages.post(f"{HOME}/assembly/4/confirm", data={"confirmed": "y"})
        assert "4 members" in pages.get(f"{HOME}/assembly").text
        pages.sign_in(Role.OFFICE)
        assert "Last day of the term" in pages.get(f"{HOME}/assembly/4/end").text
        form = {"last_day": okrug.at.date().isoformat(), "reason": "Resigned.", "document": "№ 4"}
        pages.post(f"{HOME}/assembly/4/end", {**form, "reason": ""}, status=422)
        pages.post(f"{HOME}/assembly/4/end", data=form)
        pages.sign_in(Role.CHAIR)
        assert "Confirm that a member" in pages.get("/my-work").text
        assert "Resigned." in pages.post(f"{HOME}/assembly/4/end/confirm", status=200).text
        pages.post(f"{HOME}/assembly/4/end/confirm", data={"confirmed": "y"})
        assert "Waits for confirmation" not in pages.get(f"{HOME}/assembly").text


def refused(act: Act, statement: object) -> None:
    with pytest.raises(DatabaseError, match=r"(logged|frozen|two_bodies)_assembly_"), act.session.begin_nested():
        act.session.execute(statement)  # type: ignore[call-overload]


def test_the_database_takes_no_member_and_ends_no_term_without_both(okrug: Okrug) -> None:
    """Played: three members came by SQL, and terms of elected ones ended, with no word in the log."""
    okrug.seat_assembly(3)
    office, chair = okrug.act(Role.OFFICE), okrug.act(Role.CHAIR)
    member = members.current(office)[-1]
    row = {
        "id": okrug.cycle.id,
        "territory_id": okrug.territory.id,
        "number": 9,
        "name": "SQL",
        "settlement": SETTLEMENTS[0],
        "office": "member",
        "term_from": TERM[0],
        "term_until": TERM[1],
        "electing_document": "№ 1",
        "recorded_at": okrug.at,
        "recorded_by": okrug.people[Role.OFFICE].id,
    }
    refused(office, insert(Member).values(row))
    refused(office, update(Member).where(Member.id == member.id).values(term_until=okrug.at.date()))
    refused(office, update(Member).where(Member.id == member.id).values(confirmed_at=None, confirmed_by=None))
    waiting = membership.record(office, elected())
    confirmed = {"confirmed_at": okrug.at, "confirmed_by": okrug.people[Role.CHAIR].id}
    refused(office, update(Member).where(Member.id == waiting.id).values(confirmed))
    audit.record(
        okrug.act(Role.AKIM), "assembly.member_confirmed", subject=waiting.id, data={"number": 4, "as": "chair"}
    )
    by_the_akim = {"confirmed_at": okrug.at, "confirmed_by": okrug.people[Role.AKIM].id}
    refused(office, update(Member).where(Member.id == waiting.id).values(by_the_akim))
    membership.confirm(chair, waiting)
    ending = membership.record_ending(office, member, resigned(okrug))
    refused(office, update(TermEnding).values(confirmed))
    refused(office, update(TermEnding).values(reason="Another."))
    audit.record(chair, "assembly.term_ended", subject=member.id, data={"until": okrug.at.date().isoformat()})
    refused(office, update(Member).where(Member.id == member.id).values(term_until=okrug.at.date()))
    membership.confirm_ending(chair, ending)
    assert member.term_until == okrug.at.date()


def test_the_doctor_names_a_member_whom_the_log_does_not_know(okrug: Okrug) -> None:
    okrug.seat_assembly(3)
    ended, forged = members.current(okrug.act())[-1], members.current(okrug.act())[0]
    ending = membership.record_ending(okrug.act(Role.OFFICE), ended, resigned(okrug))
    membership.confirm_ending(okrug.act(Role.CHAIR), ending)
    assert logged_members.differing(okrug.session) == []
    for trigger in ("frozen", "logged"):
        okrug.session.execute(text(f"DROP TRIGGER {trigger}_assembly_members_update"))
    okrug.session.execute(update(Member).where(Member.id == forged.id).values(term_until=okrug.at.date()))
    okrug.session.expire_all()
    assert logged_members.differing(okrug.session) == [forged]


def test_the_database_knows_who_confirms() -> None:
    assert assembly.CONFIRMING == membership.CONFIRMING


def test_who_is_elected_again_is_asked_to_join_the_new_seat(okrug: Okrug, tmp_path: Path) -> None:
    """Played: after the renewal chair and secretary got no notices, since their accounts were the old seats'."""
    okrug.seat_assembly(3)
    office, chair = okrug.act(Role.OFFICE), okrug.act(Role.CHAIR)
    resident = okrug.act(Role.RESIDENT)
    assert resident.person is not None
    name, begins = resident.person.name, okrug.at.date()
    first = membership.record(office, elected(name, term_from=begins, term_until=begins + timedelta(days=9)))
    membership.confirm(chair, first)
    assert members.to_join(resident) is None, "a namesake is not asked"
    members.claim(resident, first.id)
    assert members.to_join(resident) is None
    okrug.at += timedelta(days=2)
    office, chair, resident = (okrug.act(role) for role in (Role.OFFICE, Role.CHAIR, Role.RESIDENT))
    again = {"term_from": okrug.at.date(), "term_until": okrug.at.date() + timedelta(days=900)}
    seat = membership.record(office, elected(name, **again))
    membership.confirm(chair, seat)
    assert members.to_join(resident) is seat
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        pages.sign_in(Role.RESIDENT)
        assert "Join your account to your seat" in pages.get("/my-work").text
        assert "no account joined" not in pages.get(f"{HOME}/assembly").text, "the office, chair and secretary see it"
        pages.sign_in(Role.SECRETARY)
        page = pages.get(f"{HOME}/assembly").text
        assert page.count("no account joined") == len(members.current(resident))
        assert "minutes №\u00a03" in page, "a number that was typed keeps to its sign"
    members.claim(resident, seat.id)
    assert members.to_join(resident) is None


def test_a_name_is_one_however_it_is_parted() -> None:
    """Played: a list of candidates with a comma after the surname elected one person twice."""
    for other in ("Жакупов, Қайрат", "ЖАКУПОВ\u00a0Қайрат", "Жакупов . қайрат"):
        assert members.same_name("Қайрат Жакупов", other), other
    assert not members.same_name("Қайрат Жакупов", "Қайрат Жакупова")
    assert not members.same_name("Анна-Мария Ли", "Анна Мария Ли")
