"""A mistake in confirmed minutes: new minutes, with their own number and signatures, name them, say what is right."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DatabaseError

from pb.act import Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.documents.service.render import render
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.documents.corrections import correction as printed
from pb.gatherings.models import Answer, Correction, DeclinedCorrection, Minutes, Record, State
from pb.gatherings.service import corrections, integrity, meetings, minutes, scans, verification
from pb.gatherings.service.corrections import Mistake
from pb.gatherings.service.verification import Match
from pb.identity.service import duties
from pb.media.models import State as Read
from pb.media.service.files import Received
from tests.gatherings.test_documents import text_of
from tests.gatherings.test_superior import confirmed, row_of
from tests.pages import open_pages
from tests.village import HOME, Okrug, print_minutes

CHAIR, SECRETARY = Role.CHAIR, Role.SECRETARY
TYPED = {
    "point": "1",
    "wrong": "Көше аты – Абай.",
    "text": "Көше аты – Абылай.",
    "language": "kk",
    "reason": "Жазу қатесі",
}
WRONG = Mistake("Көше аты – Абылай.", "kk", "Жазу қатесі", "Көше аты – Абай.", 1)


@pytest.fixture
def ready(okrug: Okrug) -> Okrug:
    okrug.seat_assembly(5)
    okrug.accept_two()
    return okrug


def test_a_correction_is_new_minutes_and_counts_once_chair_and_secretary_confirmed_it(ready: Okrug) -> None:
    meeting = confirmed(ready)
    row = row_of(ready, meeting)
    before = dict(row.body)
    with pytest.raises(Forbidden):
        corrections.write(ready.act(CHAIR), row, WRONG)
    for amiss in (
        Mistake("Абылай", "kk", "Қате", position=9),
        Mistake(" ", "kk", "Қате"),
        Mistake("Абылай", "kk", " "),
    ):
        with pytest.raises(FieldRefusal):
            corrections.write(ready.act(SECRETARY), row, amiss)
    first = corrections.write(ready.act(SECRETARY), row, WRONG)
    assert (first.number, first.body["corrects"]["number"]) == ("2/2026", row.number), "the next number of the year"
    again = corrections.write(ready.act(SECRETARY), row, Mistake("Абылай хан", "kk", "Жазу қатесі"))
    assert (again.id, again.number, len(minutes.versions(ready.act(), first))) == (first.id, "2/2026", 2)
    assert not corrections.confirmed_of(ready.act(), [row])
    for other in (Role.OFFICE, Role.DEPUTY):
        with pytest.raises(Forbidden):
            minutes.confirm(ready.act(other), meeting, first)
    minutes.confirm(ready.act(SECRETARY), meeting, first)
    with pytest.raises(Conflict):
        minutes.confirm(ready.act(SECRETARY), meeting, first)
    minutes.confirm(ready.act(CHAIR), meeting, first)
    with pytest.raises(Conflict):
        minutes.confirm(ready.act(CHAIR), meeting, first)
    assert corrections.confirmed_of(ready.act(), [row]) == {row.id: [first]}
    assert (row.body, meeting.state) == (before, State.CONFIRMED)
    assert meetings.minutes_of(ready.act(), meeting) == row, "the minutes of the meeting are still these"
    second = corrections.write(ready.act(SECRETARY), row, WRONG)
    assert (second.number, corrections.place_of(ready.act(), second)) == ("3/2026", 2)
    assert not integrity.faults(ready.act())


def test_a_correction_is_printed_in_both_languages_and_may_be_signed_on_paper(ready: Okrug, tmp_path: Path) -> None:
    meeting = confirmed(ready)
    row = corrections.write(ready.act(SECRETARY), row_of(ready, meeting), WRONG)
    with open_pages(ready, tmp_path) as pages, pages.client.application.test_request_context():
        paper = printed(ready.act(), row, "http://localhost")
        waits = [one.url for one in duties.here(ready.act(CHAIR)) if "2/2026" in one.thing]
        assert waits == [f"{HOME}/meetings/{meeting.number}/minutes/corrections/1#confirmation"]
    said = text_of(render(paper), tmp_path).replace("\u00a0", " ")
    assert [part.frame.language for part in paper.parts] == ["kk", "ru"]
    for words in ("№ 2/2026", "№ 1/2026", WRONG.wrong, WRONG.right, WRONG.reason, "Исправление протокола"):
        assert words in said, words
    print_minutes(ready.act(SECRETARY), row)
    made = minutes.paper_of(ready.act(), row)
    assert made is not None
    assert verification.compare(ready.act(), row, made.sha256) is Match.THESE
    scans.bring(ready.act(Role.OFFICE), meeting, Received(uuid4(), "scan", "5" * 64, is_paper=True), row)
    scan = scans.of(ready.act(), row)
    assert scan is not None
    scan.state, scan.pages, scan.size, scan.digest = Read.READY, 1, 1000, "6" * 64
    ready.session.flush()
    assert scans.corrections_to_confirm(ready.act(Role.DEPUTY)) == [row]
    assert scans.confirm(ready.act(Role.DEPUTY), meeting, "5" * 64, row).confirmed
    actions = set(ready.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_id == meeting.id)))
    assert {f"correction.{what}" for what in ("drawn_up", "printed", "scan_taken", "scan_confirmed")} <= actions


def test_the_database_keeps_corrections_as_it_keeps_minutes(ready: Okrug) -> None:
    meeting = confirmed(ready)
    row = row_of(ready, meeting)
    first = corrections.write(ready.act(SECRETARY), row, WRONG)

    def refused(statement: Any, by: str) -> None:
        with pytest.raises(DatabaseError, match=by), ready.session.begin_nested():
            ready.session.execute(statement)

    act, told = ready.act(SECRETARY), {"number": "3/2026", "sha256": "7" * 64}
    whole = {
        **{name: getattr(first, name) for name in ("gathering_id", "territory_id", "year", "remarks", "corrects_id")},
        "id": uuid4(),
        "kind": "correction",
        "serial": 3,
        "body": {"remarks": ""},
        "sha256": "7" * 64,
        "drawn_up_at": act.at,
    }
    refused(insert(Record).values(whole), "_minutes_insert")
    audit.record(act, "correction.drawn_up", subject=meeting.id, data=told)
    refused(insert(Record).values(whole), "placed_minutes_insert")
    refused(insert(Record).values(whole | {"kind": "minutes"}), "corrects_by_kind|logged_minutes|ordered_minutes")
    for change in ("corrects_id = NULL", "body = '{}'", "chair_at = drawn_up_at", "serial = 9"):
        refused(text(f"UPDATE minutes SET {change} WHERE corrects_id IS NOT NULL"), "_minutes_(key_)?update")  # noqa: S608
    akim = ready.act(Role.AKIM)
    assert akim.person is not None
    audit.record(akim, "minutes.answered", subject=meeting.id, data={"agrees": True})
    given = {"minutes_id": first.id, "akim_id": akim.person.id, "at": akim.at, "due": akim.at.date(), "agrees": True}
    refused(insert(Answer).values(given | {"reason": ""}), "ordered_akim_answers")
    for role in (SECRETARY, CHAIR):
        minutes.confirm(ready.act(role), meeting, first)
    for change in ("UPDATE minutes SET remarks = 'x'", "DELETE FROM minutes"):
        refused(text(f"{change} WHERE corrects_id IS NOT NULL"), "frozen_minutes")
    assert ready.session.get(Correction, first.id) is first
    assert ready.session.get(Minutes, row.id) is row


def test_minutes_and_their_correction_name_each_other(ready: Okrug, tmp_path: Path) -> None:
    meeting = confirmed(ready)
    address = f"{HOME}/meetings/{meeting.number}/minutes"
    corrected = f"{address}/corrections/1"
    with open_pages(ready, tmp_path) as pages:
        pages.wait_until(ready.at)
        pages.sign_in(SECRETARY)
        pages.get(address)
        pages.post(f"{address}/corrections", {**TYPED, "text": " "}, status=422)
        pages.post(f"{address}/corrections", TYPED, status=302)
        assert TYPED["text"] not in pages.get(address).text
        assert TYPED["text"] in pages.get(f"{address}/corrections").text, "what waits can be drawn up again"
        pages.get(f"{address}/corrections/2", status=404)
        pages.post(f"{corrected}/confirm", {"confirmed": "y"}, status=302)
        pages.sign_in(CHAIR)
        asked = pages.post(f"{corrected}/confirm", status=200).text
        assert "For: 5, against: 0" in asked
        assert TYPED["wrong"] in asked
        pages.post(f"{corrected}/confirm", {"confirmed": "y"}, status=302)
        for other in (address, f"{address}/verify", f"{HOME}/meetings/{meeting.number}"):
            told = pages.get(other).text
            assert TYPED["text"] in told, "who holds the paper learns of it too"
            assert f'href="{corrected}"' in told
        for page in (corrected, f"{corrected}/verify"):
            told = pages.get(page).text
            assert "1/2026" in told
            assert "2/2026" in told
        page = pages.get(address).text
    assert page.index(TYPED["text"]) < page.index("Agenda and decisions")


def test_a_needless_correction_is_declined_with_a_reason_and_keeps_its_number(ready: Okrug, tmp_path: Path) -> None:
    """Played: a correction that nobody would sign waited for ever, and no other one could be drawn up."""
    meeting = confirmed(ready)
    row = row_of(ready, meeting)
    needless = corrections.write(ready.act(SECRETARY), row, WRONG)
    with pytest.raises(Forbidden):
        corrections.decline(ready.act(Role.OFFICE), row, "Needless")
    other = {"minutes_id": needless.id, "by_id": needless.gathering.opened_by_id, "at": ready.at, "reason": "x"}
    with pytest.raises(DatabaseError, match="logged_declined_corrections"), ready.session.begin_nested():
        ready.session.execute(insert(DeclinedCorrection).values(other))
    address = f"{HOME}/meetings/{meeting.number}/minutes/corrections"
    with open_pages(ready, tmp_path) as pages:
        pages.wait_until(ready.at)
        pages.sign_in(CHAIR)
        pages.post(f"{address}/decline", {"why": " "}, status=422)
        pages.post(f"{address}/decline", {"why": "The name was right."})
        pages.post(f"{address}/decline", {"why": "Again."}, status=409)
        for page in (address, f"{address}/1"):
            told = pages.get(page).text
            assert "The name was right." in told
            assert "2/2026" in told
        assert "not yet" not in told
        assert "This correction was declined" in pages.get(f"{address}/1/verify").text
    ready.session.expire_all()
    assert not corrections.to_confirm(ready.act(CHAIR))
    with pytest.raises(Conflict):
        minutes.confirm(ready.act(CHAIR), meeting, needless)
    with pytest.raises(DatabaseError, match="placed_minutes_update"), ready.session.begin_nested():
        ready.session.execute(text("UPDATE minutes SET remarks = 'x' WHERE corrects_id IS NOT NULL"))
    assert corrections.write(ready.act(SECRETARY), row, WRONG).number == "3/2026", "another one may be drawn up"
