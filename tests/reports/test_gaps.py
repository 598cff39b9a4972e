"""A form says what is not in it: quarters whose figures nobody entered, and meetings held here that nobody took in."""

import io
from datetime import UTC, date, datetime

import time_machine
from flask import Flask, g
from openpyxl import load_workbook

from pb.act import Role
from pb.clock import now
from pb.documents.service import papers
from pb.gatherings.models import Gathering
from pb.identity.service import duties
from pb.reports.service import figures, gaps, held_here, meetings, sheets
from pb.reports.service.quarters import Quarter
from tests.conftest import SignIn, english
from tests.reports.filled import PLANNED, of_okrug
from tests.reports.test_held_here import held
from tests.village import HOME, Village

YEAR = now().year + 1
IN_AUTUMN, IN_NOVEMBER = datetime(YEAR, 9, 2, 6, tzinfo=UTC), datetime(YEAR, 11, 3, 6, tzinfo=UTC)
QUARTERS = "not entered, and are in no sum here. Quarters: II"
UNTAKEN = "Meetings held on this platform and not taken in here: № 1"


def test_a_form_says_what_is_not_in_it_and_the_office_has_a_term_for_it(
    okrug: Village, app: Flask, sign_in: SignIn
) -> None:
    """The third quarter came out with the second repeated, and nobody saw that neither was entered."""
    with time_machine.travel(IN_AUTUMN, tick=False):
        meeting = held(okrug)
    with time_machine.travel(IN_NOVEMBER, tick=False):
        with okrug.act_as(Role.OFFICE) as act:
            meetings.record(act, of_okrug(held_on=date(YEAR, 2, 3)))
            for number in (1, 3):
                figures.record_figures(act, Quarter(YEAR, number), PLANNED)
        client = english(app)
        form = client.get(f"{HOME}/reports/{YEAR}-3/decree-826").text.replace("\u00a0", " ")
        assert QUARTERS in form
        assert UNTAKEN in form
        assert "not taken in" not in client.get(f"{HOME}/reports/{YEAR}-2/decree-826").text, "it was held in the third"
        book = load_workbook(io.BytesIO(client.get(f"{HOME}/reports/{YEAR}-3/decree-826.ru.xlsx").data))
        cells = [str(cell.value) for row in book.active.iter_rows(max_row=8) for cell in row if cell.value]
        assert any("№\u00a01" in cell for cell in cells)
        overview = client.get(f"{HOME}/reports").text
        assert overview.count("not entered") == 1
        assert f'href="{HOME}/meetings/1"' in overview, "whoever reads it goes to the meeting"
        assert f'href="{HOME}/reports/meetings/new?meeting=1"' in sign_in(Role.OFFICE).get(f"{HOME}/reports").text
        with okrug.act_as(Role.OFFICE) as act, app.test_request_context("/?lang=en"):
            g.act = act
            papers.require(act, "decree-826", Quarter(YEAR, 3).subject, "kk")
            (duty,) = [one for one in duties.here(act) if "826" in one.deed]
            assert (duty.thing, duty.until) == (f"Quarter III of {YEAR}", date(YEAR, 10, 5))
            assert duty.url.endswith(f"/reports/{YEAR}-2/figures")
            figures.record_figures(act, Quarter(YEAR, 2), PLANNED)
            (duty,) = [one for one in duties.here(act) if "826" in one.deed]
            assert duty.url.endswith("/reports#held")
            account = held_here.account_of(act.session.get_one(Gathering, meeting))
            meetings.record(act, account, meeting)
            assert gaps.due(act) is None
            assert sheets.decree_826(act, Quarter(YEAR, 3)).lacks == []
            assert [one for one in duties.here(act) if "826" in one.deed] == []
