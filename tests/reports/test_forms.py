"""The two forms about meetings with residents come out of what was entered, and what does not add up is named."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DBAPIError

from pb.act import Act, Role
from pb.audit import service as audit
from pb.documents.service import papers
from pb.errors import FieldRefusal, Forbidden, NotFound
from pb.reports.models import AppealsTable, MeetingVersion, QuarterFigures, ReportedMeeting
from pb.reports.service import figures, meetings, sheets
from pb.reports.service.checking import adds_up
from pb.reports.service.meetings import Totals
from pb.reports.service.quarters import Quarter
from pb.reports.service.sheets import Form
from pb.reports.service.words import TOPICS
from pb.worker import run_all
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.reports.filled import APPEALS, PLANNED, REPORT, of_okrug, report_meeting
from tests.village import HOME, Village

FIRST = Quarter(2026, 1)


@pytest.fixture(autouse=True)
def words(app: Flask) -> Iterator[None]:
    """Forms are made of words, in English here."""
    with app.test_request_context("/?lang=en"):
        yield


def values(form: Form, label: str) -> list[int | None]:
    return next(line.values for line in form.lines if line.label == label)


def faults(act: Act, **changes: object) -> dict[str, str]:
    return {fault.field: str(fault.message) for fault in meetings.faults(act, report_meeting(**changes))}


def test_the_form_of_report_meetings_comes_out_as_one_okrug_filled_it_but_for_its_sum(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        meetings.record(act, report_meeting())
        figures.record_figures(act, FIRST, PLANNED)
    with okrug.act_as() as act:
        form = sheets.report_meetings(act, FIRST)
    assert values(form, "Planned report meetings") == [1, None]
    assert values(form, "Residents who took part: present in the room") == [725, None]
    assert values(form, "Residents who spoke") == [36, None]
    assert values(form, "Proposals") == [35, 14], "the paper said 36"
    lettered = [line.values for line in form.lines if line.number.endswith(")")]
    assert lettered == [[3, 2], [6, 4], [1, 0], [8, 4], [0, 0], [3, 1], [8, 3], [6, 0]]


def test_a_total_that_is_not_the_sum_of_its_parts_is_named_with_both(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        assert faults(act) == {}
        found = faults(act, totals=Totals(questions=36, repeats=13), place="", repeats={"land": 2})
        assert found["questions_total"] == "The parts add up to 35, the total says 36."
        assert found["repeats_total"] == "The parts add up to 2, the total says 13."
        assert found["repeats"] == "There are more repeats than questions: land plots"
        assert "place" in found, "all faults at once"
        with pytest.raises(FieldRefusal, match="35"):
            meetings.record(act, report_meeting(totals=Totals(questions=36)))


@pytest.mark.parametrize(
    ("parts", "total", "told"),
    [
        ((328, 101, 167), 597, "The parts add up to 596, the total says 597."),
        ((239, 90, 60, 30, 12, 167), 597, "The parts add up to 598, the total says 597."),
        ((90, 42, 358, 107), 597, None),
        ((1, 2), None, None),
    ],
)
def test_one_too_few_and_one_too_many_are_seen(parts: tuple[int, ...], total: int | None, told: str | None) -> None:
    assert [str(fault.message) for fault in adds_up("total", parts, total)] == ([told] if told else [])


def test_the_table_of_appeals_names_what_does_not_add_up(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        printed = replace(APPEALS, forwarded=52, terminated=2, topics={"land": 21})
        found = {fault.field: str(fault.message) for fault in figures.faults_of_appeals(act, FIRST, printed, "")}
        assert found["received"] == "Considered and forwarded add up to 271, and only 258 were received."
        assert found["considered"] == "The parts add up to 220, the total says 219."
        assert found["topics"] == "The parts add up to 21, the total says 258."
        row = figures.record_appeals(act, FIRST, APPEALS)
        assert sum(row.topics.values()) == row.received == 258


def test_the_quarterly_form_is_cumulative_and_fills_the_quarters_that_have_passed(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        meetings.record(act, of_okrug())
        figures.record_figures(act, FIRST, PLANNED)
        meetings.record(
            act, report_meeting(held_on=date(2026, 5, 4), questions={"budget": 2}, repeats={}, totals=Totals())
        )
        figures.record_figures(act, Quarter(2026, 2), replace(PLANNED, appeals=4, receptions=1))
    with okrug.act_as() as act:
        winter, spring = sheets.decree_826(act, FIRST), sheets.decree_826(act, Quarter(2026, 2))
        with pytest.raises(NotFound):
            sheets.decree_826(act, Quarter.of(act.at.date()))
    assert values(winter, "Took part, as the form adds it up") == [1320, None, None]
    assert values(winter, "present in the room") == [120, None, None]
    assert values(winter, "views of the broadcasts") == [1200, None, None]
    assert values(winter, "Questions and proposals") == [31, None, None]
    assert values(winter, "Broadcasts of them") == [3, None, None], "channels, not meetings"
    assert values(winter, "Meetings held") == [1, None, None]
    numbered = {line.number: line.values[0] for line in winter.lines if line.number.startswith("5.")}
    assert list(numbered.values()) == [0, 0, 0, 7, 1, 2, 2, 4, 0, 2, 4, 9]
    assert values(spring, "Questions and proposals") == [31, 33, None]
    assert values(spring, "economy and budget") == [0, 2, None]
    assert values(spring, "Appeals through social networks, blog platform and e-mail") == [11, 15, None]
    assert values(spring, "akim of a village, township or rural okrug") == [1, 2, None]


def test_the_smaller_form_of_a_village_tells_the_room_and_the_views_apart(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        questions = {"roads": 1, "drinking_water": 1, "landscaping": 1, "other": 2}
        meetings.record(act, of_okrug(present=10, views={"instagram": 29}, questions=questions, totals=Totals()))
        form = sheets.decree_826(act, FIRST)
    assert values(form, "Took part, as the form adds it up")[0] == 39
    assert values(form, "present in the room")[0] == 10
    assert values(form, "Questions and proposals")[0] == 5


def test_a_correction_is_a_later_version_with_its_reason_and_the_form_follows_it(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        meeting = meetings.record(act, report_meeting())
    with okrug.act_as(Role.OFFICE) as act:
        meeting = meetings.get(act, meeting.id)
        with pytest.raises(FieldRefusal, match="Say why"):
            meetings.correct(act, meeting, report_meeting(present=700))
        meetings.correct(act, meeting, report_meeting(present=700, reason="Counted by the list"))
        event = audit.latest(act, "report.meeting_corrected")
        assert event is not None
        assert event.data == {"number": 1, "version": 2, "reason": "Counted by the list"}
        assert [row.present for row in meetings.versions(act, meeting)] == [700, 725]
        assert sheets.report_meetings(act, FIRST).lines[2].values == [700, None]
        figures.record_figures(act, FIRST, PLANNED)
        with pytest.raises(FieldRefusal):
            figures.record_figures(act, FIRST, replace(PLANNED, appeals=12))
        figures.record_figures(act, FIRST, replace(PLANNED, appeals=12), "One came late")
        assert figures.of_year(act, 2026)[1].appeals == 12
    with okrug.act_as(Role.OFFICE) as act:
        meetings.correct(act, meetings.get(act, meeting.id), report_meeting(counts=False, reason="Entered twice"))
        assert sheets.report_meetings(act, FIRST).lines[1].values == [0, None]


@pytest.mark.parametrize("role", [Role.AKIM, Role.CHAIR, Role.RESIDENT])
def test_nobody_but_the_office_enters_it(okrug: Village, role: Role) -> None:
    with okrug.act_as(role) as act:
        for verb in (
            lambda: meetings.record(act, report_meeting()),
            lambda: figures.record_figures(act, FIRST, PLANNED),
            lambda: figures.record_appeals(act, FIRST, APPEALS),
        ):
            with pytest.raises(Forbidden):
                verb()


@pytest.mark.both_databases
def test_what_was_entered_is_neither_changed_nor_deleted_nor_written_past_the_log(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        meeting = meetings.record(act, report_meeting())
        figures.record_figures(act, FIRST, PLANNED)
        figures.record_appeals(act, FIRST, APPEALS)
        columns = (MeetingVersion.__table__.columns, AppealsTable.__table__.columns)
        version, appeals = (
            {c.name: getattr(row, c.name) for c in names}
            for row, names in zip(
                (meetings.versions(act, meeting)[0], figures.versions(act, FIRST, AppealsTable)[0]),
                columns,
                strict=True,
            )
        )
    attacks = [
        (update(MeetingVersion).values(present=1), "frozen_reported_meeting_versions"),
        (delete(ReportedMeeting), "frozen_reported_meetings"),
        (update(QuarterFigures).values(appeals=0), "frozen_reported_quarters"),
        (delete(AppealsTable), "frozen_reported_appeals"),
        (insert(MeetingVersion).values({**version, "version": 2, "reason": "x"}), "logged_reported_meeting_versions"),
        (insert(AppealsTable).values({**appeals, "version": 2, "reason": "x", "event": "0" * 64}), "logged_reported"),
        (insert(AppealsTable).values({**appeals, "version": 3, "reason": "x"}), "ordered_reported|logged_reported"),
    ]
    for attack, told in attacks:
        with pytest.raises(DBAPIError, match=told), okrug.act_as() as act:
            act.session.execute(attack)


def test_the_office_types_a_meeting_and_everybody_reads_it_the_forms_and_their_papers(
    okrug: Village, sign_in: SignIn, client: LintingClient, app: Flask
) -> None:
    office = sign_in(Role.OFFICE)
    typed = {
        "held_on": "03.02.2026",
        "place": "Мәдениет үйі",
        "kind": "report",
        "level": "okrug",
        "present": "725",
        "questions": [str(REPORT.get(topic, "")) for topic in TOPICS],
        "repeats": [""] * len(TOPICS),
        "questions_total": "36",
    }
    refused = office.post(f"{HOME}/reports/meetings/new?lang=en", data=typed)
    assert refused.status_code == 422
    assert "The parts add up to 35, the total says 36." in refused.text
    assert 'name="questions" value="8"' in refused.text, "what was typed is kept"
    unread = office.post(
        f"{HOME}/reports/meetings/new?lang=en", data={**typed, "questions": ["x", *typed["questions"][1:]], "place": ""}
    )
    assert "Write whole numbers in digits: drinking water" in unread.text
    assert "Write where it was held." in unread.text
    assert "The parts add up" not in unread.text, "no sum of numbers that were not read"
    broken = {"received": "258", "considered": "x", "forwarded": "52", "reason": ""}
    assert "add up" not in office.post(f"{HOME}/reports/2026-1/appeals?lang=en", data=broken).text
    printed = {"received": "258", "considered": "219", "forwarded": "52", "explained": "218", "terminated": "1"}
    refused = office.post(f"{HOME}/reports/2026-1/appeals?lang=en", data=printed)
    assert "Considered and forwarded add up to 271, and only 258 were received." in refused.text
    assert 'value="218"' in refused.text
    led = office.post(f"{HOME}/reports/meetings/new", data={**typed, "questions_total": "35"}).headers["Location"]
    assert led == f"{HOME}/reports/meetings/1"
    correction = office.get(f"{led}/correct?lang=en").text
    assert 'name="questions" value="8"' in correction
    office.post(f"{led}/correct", data={**typed, "questions_total": "", "present": "700", "reason": "Recounted"})
    assert "Corrected: Recounted" in client.get(f"{led}?lang=en").text
    for page in ("", "?year=2026", "/topics", "/2026-1/figures", "/2026-1/appeals", "/2026-1/decree-826"):
        assert client.get(f"{HOME}/reports{page}").status_code == 200, page
    assert "700" in client.get(f"{HOME}/reports/2026-1/report-meetings").text
    for nowhere in ("/2026-5/figures", "/2999-1/figures", "/2026-1/nothing", "/1999-1/decree-826", "?year=1999"):
        assert client.get(f"{HOME}/reports{nowhere}").status_code == 404, nowhere
    book = load_workbook(io.BytesIO(client.get(f"{HOME}/reports/2026-1/decree-826.kk.xlsx").data)).worksheets[0]
    cells = {row[1]: row[2] for row in book.iter_rows(values_only=True)}
    assert cells["Сұрақтар мен ұсыныстар"] == 35
    paper = f"{HOME}/documents/decree-826/2026-1/ru"
    assert client.post(paper).status_code == 302
    run_all(app)
    assert client.get(f"{paper}.pdf").data.startswith(b"%PDF")
    with okrug.act_as() as act:
        assert papers.ready(act, "decree-826", FIRST.subject) == {"ru"}
    with okrug.act_as(Role.OFFICE) as act:
        meetings.record(act, of_okrug())
        assert papers.ready(act, "decree-826", FIRST.subject) == set(), "another meeting: the paper is made anew"
