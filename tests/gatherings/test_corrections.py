"""A mistake in confirmed minutes: new minutes that name the old ones say what is right, and two people stand for it."""

from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit import service as audit
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import Correction, Minutes, Verdict
from pb.gatherings.service import corrections
from tests.gatherings.test_superior import confirmed, row_of
from tests.pages import open_pages
from tests.village import HOME, Okrug

CHAIR, SECRETARY = Role.CHAIR, Role.SECRETARY
WRONG = {"text": "Көше аты – Абай.", "language": "kk", "reason": "Жазу қатесі"}


@pytest.fixture
def ready(okrug: Okrug) -> Okrug:
    okrug.seat_assembly(5)
    okrug.accept_two()
    return okrug


def test_a_correction_counts_once_another_person_has_confirmed_it(ready: Okrug) -> None:
    row = row_of(ready, confirmed(ready))
    before = dict(row.body)
    with pytest.raises(Forbidden):
        corrections.write(ready.act(CHAIR), row, 1, **WRONG)
    with pytest.raises(FieldRefusal):
        corrections.write(ready.act(SECRETARY), row, 9, **WRONG)
    first = corrections.write(ready.act(SECRETARY), row, 1, **WRONG)
    assert (first.number, first.confirmed) == ("1/2026-1", False)
    assert not corrections.confirmed_of(ready.act(), [row])
    with pytest.raises(Conflict):
        corrections.write(ready.act(SECRETARY), row, None, **WRONG)
    for other in (SECRETARY, Role.OFFICE, Role.DEPUTY):
        with pytest.raises(Forbidden):
            corrections.judge(ready.act(other), row, right=True, reason="")
    with pytest.raises(FieldRefusal):
        corrections.judge(ready.act(CHAIR), row, right=False, reason=" ")
    corrections.judge(ready.act(CHAIR), row, right=False, reason="Дұрыс емес")
    second = corrections.write(ready.act(SECRETARY), row, None, **WRONG)
    corrections.judge(ready.act(CHAIR), row, right=True, reason="")
    assert [one.number for one in corrections.confirmed_of(ready.act(), [row])[row.id]] == [second.number]
    assert row.body == before


def test_the_database_takes_no_correction_without_its_event_its_order_and_its_second_person(ready: Okrug) -> None:
    row = row_of(ready, confirmed(ready))
    act = ready.act(SECRETARY)
    assert act.person is not None
    written = {"minutes_id": row.id, "number": 1, "at": act.at, "by_id": act.person.id, **WRONG}

    def refused(table: type[Correction] | type[Verdict], values: dict[str, object], by: str) -> None:
        with pytest.raises(DatabaseError, match=by), ready.session.begin_nested():
            ready.session.execute(insert(table).values(values))

    refused(Correction, written, "logged_minutes_corrections")
    data = {"number": row.number, "correction": 2}
    audit.record(act, "minutes.correction_written", subject=row.gathering_id, data=data)
    refused(Correction, written | {"number": 2}, "ordered_minutes_corrections")
    corrections.write(act, row, 1, **WRONG)
    told = {"number": row.number, "correction": 1}
    audit.record(ready.act(SECRETARY), "minutes.correction_confirmed", subject=row.gathering_id, data=told)
    given = {"minutes_id": row.id, "number": 1, "confirmed": True, "reason": "", "at": act.at, "by_id": act.person.id}
    refused(Verdict, given, "correction_verdicts_insert")
    office = ready.act(Role.OFFICE)
    assert office.person is not None
    audit.record(office, "minutes.correction_confirmed", subject=row.gathering_id, data=told)
    refused(Verdict, given | {"at": office.at, "by_id": office.person.id}, "logged_correction_verdicts")
    corrections.judge(ready.act(CHAIR), row, right=True, reason="")
    for change in ("UPDATE minutes_corrections SET text = 'x'", "DELETE FROM correction_verdicts"):
        with pytest.raises(DatabaseError, match="frozen_"), ready.session.begin_nested():
            ready.session.execute(text(change))


def test_everybody_reads_a_confirmed_correction_above_the_minutes(ready: Okrug, tmp_path: Path) -> None:
    meeting = confirmed(ready)
    address = f"{HOME}/meetings/{meeting.number}/minutes"
    with open_pages(ready, tmp_path) as pages:
        pages.wait_until(ready.at)
        pages.sign_in(SECRETARY)
        pages.get(address)
        pages.post(f"{address}/corrections", {"point": "1", **WRONG}, status=302)
        assert WRONG["text"] not in pages.get(address).text
        pages.sign_in(CHAIR)
        pages.post(f"{address}/corrections/verdict", {"right": "no", "reason": ""}, status=422)
        asked = pages.post(f"{address}/corrections/verdict", {"right": "yes", "reason": ""}, status=200).text
        assert asked.count("Nobody can take this back.") == 1
        assert "What is corrected" in asked
        assert "For: 5, against: 0" in asked
        assert WRONG["text"] not in pages.get(f"{address}/verify").text
        pages.post(f"{address}/corrections/verdict", {"right": "yes", "reason": "", "confirmed": "y"}, status=302)
        for other in (f"{address}/verify", f"{HOME}/meetings/{meeting.number}"):
            assert WRONG["text"] in pages.get(other).text, "who holds the paper learns of it too"
        page = pages.get(address).text
    assert page.index(WRONG["text"]) < page.index("Agenda and decisions")
    assert ready.session.get(Minutes, row_of(ready, meeting).id)
