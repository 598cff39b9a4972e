"""A meeting that was held on the platform is taken into the forms as its record has it, and once."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from pb.act import Role
from pb.audit import service as audit
from pb.clock import local, now
from pb.errors import Conflict, FieldRefusal
from pb.gatherings.models import Kind, Matter, State
from pb.gatherings.service import arrivals, convening
from pb.gatherings.service.plan import Plan, Point
from pb.reports.service import held_here, meetings
from tests.conftest import SignIn
from tests.village import SETTLEMENTS, Village

NEW = "/krasnoyar/reports/meetings/new"


def held(okrug: Village) -> UUID:
    """A report meeting of yesterday to which three residents came, one of whom left early; its minutes are drawn up."""
    meets_at = now() - timedelta(days=1)
    with okrug.act_as(Role.AKIM, at=meets_at - timedelta(days=11)) as act:
        points = [Point(Matter.OTHER, "Әкімнің есебі", "kk")]
        gathering = convening.convene(act, Plan(Kind.REPORT, meets_at, "Мәдениет үйі", points, entitled=20))
    with okrug.act_as(Role.OFFICE) as act:
        gathering = act.session.get_one(type(gathering), gathering.id)
        came = [arrivals.register(act, gathering, name, SETTLEMENTS[0]) for name in ("Ақан", "Бота", "Серік")]
        arrivals.leave(act, gathering, came[0].number, left=True)
        audit.record(act, "minutes.drawn_up", subject=gathering.id)
        gathering.state = State.MINUTED
        act.session.flush()
        return gathering.id


def test_the_office_confirms_what_the_record_says_and_no_meeting_counts_twice(okrug: Village, sign_in: SignIn) -> None:
    meeting = held(okrug)
    office = sign_in(Role.OFFICE)
    assert f"{NEW}?meeting=1" in office.get("/krasnoyar/reports").text
    page = office.get(f"{NEW}?meeting=1").text
    assert 'value="3"' in page
    assert "Мәдениет үйі" in page
    day = local(now() - timedelta(days=1)).date().isoformat()
    typed = {"meeting": meeting.hex, "held_on": day, "place": "Мәдениет үйі", "kind": "report", "level": "okrug"}
    # The hall is counted, and few are written down by name: as many were there at least.
    assert "Registered by name at this meeting: 3." in office.post(NEW, data={**typed, "present": "2"}).text
    elsewhere = {**typed, "meeting": "", "present": "100"}
    assert "It was held on this platform" in office.post(NEW, data=elsewhere).text
    assert office.post(NEW, data={**typed, "present": "258"}).status_code == 302
    assert "Entered already: № 1" in office.post(NEW, data=elsewhere).text.replace("\u00a0", " ")
    spoke = {**elsewhere, "place": "Мектеп", "present": "258", "spoke": "271"}
    assert "More spoke than were present: 258." in office.post(NEW, data=spoke).text
    with okrug.act_as(Role.OFFICE) as act:
        assert held_here.offered(act) == []
        (reported,) = meetings.page(act, 1, 9)
        assert (reported.meeting.gathering_id, reported.latest.present) == (meeting, 258)
        account = meetings.account_of(reported.latest)
        with pytest.raises(Conflict):
            meetings.record(act, account, meeting)
        with pytest.raises(FieldRefusal):
            meetings.record(act, account)
        with pytest.raises(FieldRefusal):
            meetings.correct(act, reported.meeting, replace(account, present=2, reason="Қате"))
