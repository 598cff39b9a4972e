"""How many residents may come is compared with how many live there: the quorum is counted of it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pb.act import Role
from pb.documents.service.render import render
from pb.errors import FieldRefusal
from pb.gatherings import documents
from pb.gatherings.models import Gathering, Kind, Matter, Office
from pb.gatherings.service import agenda, arrivals, convening, entitled, holding, minutes, officers
from pb.gatherings.service.plan import Plan, Point
from pb.gatherings.service.rules import Count
from pb.territory.models import Settlement
from pb.territory.service import populations
from tests.gatherings.test_documents import text_of
from tests.gatherings.test_recorded import NAMES
from tests.pages import open_pages
from tests.village import HOME, SETTLEMENTS, Okrug

POINTS = [Point(Matter.OTHER, "Көпір", "kk")]


def plan(okrug: Okrug, number: int, kind: Kind = Kind.GATHERING, part: str = "") -> Plan:
    return Plan(kind, okrug.at + timedelta(days=11), "Клуб", POINTS, entitled=number, part=part)


def counted(okrug: Okrug, people: int, settlement: int | None = None) -> None:
    office = okrug.act(Role.OFFICE)
    place = okrug.session.query(Settlement).filter_by(name_ru=SETTLEMENTS[0]).one().id if settlement else None
    populations.record_by_office(office, 2026, settlement or people, source="Bureau", settlement_id=place)


def test_more_than_live_there_are_refused_and_far_fewer_are_asked_about(okrug: Okrug) -> None:
    """Played: 8000 may come where 3120 live, and 50, so that five people were a quorum."""
    office = okrug.act(Role.OFFICE)
    assert not [fault.field for fault in convening.faults(office, plan(okrug, 8000))]
    counted(okrug, 3120)
    with pytest.raises(FieldRefusal) as refused:
        convening.convene(office, plan(okrug, 3121))
    assert refused.value.field == "entitled"
    told = str(convening.doubt(office, plan(okrug, 50)))
    assert "3\N{NO-BREAK SPACE}120" in told
    assert convening.doubt(office, plan(okrug, 936)) is None
    street = plan(okrug, 50, Kind.SEPARATE, f"{SETTLEMENTS[0]}, Абай көшесі")
    village = plan(okrug, 50, Kind.SEPARATE, f"{SETTLEMENTS[0]} ауылы")
    assert convening.doubt(office, street) is None, "a street is small"
    assert convening.doubt(office, village) is None, "played: a right number was doubted against the whole okrug"
    with pytest.raises(FieldRefusal):
        convening.convene(office, plan(okrug, 3121, Kind.SEPARATE, village.part))
    counted(okrug, 3120, settlement=400)
    assert "400" in str(convening.doubt(office, village))
    okrug.at += timedelta(minutes=1)
    office = okrug.act(Role.OFFICE)
    counted(okrug, 3120, settlement=40)
    assert [[fault.field for fault in convening.faults(office, one)] for one in (street, village)] == [["entitled"]] * 2


def held(okrug: Okrug, number: int) -> Gathering:
    """A gathering that took note of its point."""
    office = okrug.act(Role.OFFICE)
    meeting = convening.convene(office, plan(okrug, number))
    okrug.at = meeting.meets_at
    office = okrug.act(Role.OFFICE)
    for name in NAMES:
        arrivals.register(office, meeting, name, SETTLEMENTS[0])
    for place, name in zip((Office.CHAIR, Office.SECRETARY), NAMES, strict=False):
        officers.elect(office, meeting, place, name, Count(5, 0, 0))
    agenda.adopt(office, meeting, Count(5, 0, 0))
    holding.discuss(office, meeting, meeting.questions[0], "Айтылды.", noted=True)
    return meeting


def test_what_was_doubted_and_confirmed_is_told_on_the_page_and_in_the_minutes(okrug: Okrug, tmp_path: Path) -> None:
    counted(okrug, 3120)
    begun: datetime = okrug.at
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        day = (begun + timedelta(days=11)).date().isoformat()
        typed = {"meets_on": day, "meets_time": "10:00", "place": "Клуб", "matter_1": "other", "text_1": "Көпір"}
        answer = pages.post(f"{HOME}/meetings/convene/gathering", typed | {"entitled": "50", "language": "kk"}, 200)
        assert "Is the number right? 50 residents" in answer.text
        many = pages.post(f"{HOME}/meetings/convene/gathering", typed | {"entitled": "4000", "language": "kk"}, 422)
        assert "No more may come than live there" in many.text
    meeting = held(okrug, 50)
    assert entitled.doubted(okrug.act(), meeting) == 3120
    row = minutes.draw_up(okrug.act(Role.OFFICE), meeting, remarks="")
    with open_pages(okrug, tmp_path) as pages:
        for path in ("", "/minutes"):
            assert "Doubted and confirmed" in pages.get(f"{HOME}/meetings/{meeting.number}{path}").text
        with pages.client.application.test_request_context():
            printed = text_of(render(documents.minutes(okrug.act(), row, "http://localhost")), tmp_path)
    assert "3 120" in printed.replace("\u00a0", " ")
