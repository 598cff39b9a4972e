"""Whatever was recorded of a meeting is read in its minutes: on the page, and in the PDF in both languages."""

from datetime import timedelta
from pathlib import Path

import pytest

from pb.act import Act, Role
from pb.documents.service.render import render
from pb.gatherings import documents
from pb.gatherings.models import Gathering, Kind, Matter, Office, Seat
from pb.gatherings.service import agenda, arrivals, convening, elections, holding, minutes, officers
from pb.gatherings.service.counting import Votes
from pb.gatherings.service.plan import Plan, Point
from pb.gatherings.service.points import as_voted_on
from pb.gatherings.service.rules import Count
from tests.gatherings.test_documents import text_of
from tests.pages import open_pages
from tests.village import HOME, SETTLEMENTS, Okrug

NAMES = ("Әлия Сәрсен", "Болат Оспан", "Гүлнар Ахмет", "Дәурен Тасов", "Ержан Қали")


@pytest.fixture
def elected(okrug: Okrug) -> tuple[Act, Gathering]:
    """A gathering that elected its officers and one member of the assembly, and corrected the votes on a bridge."""
    points = [Point(Matter.ELECTION, "", "", seat=Seat.MEMBER, places=1), Point(Matter.OTHER, "Көпір", "kk")]
    plan = Plan(Kind.GATHERING, okrug.at + timedelta(days=11), "Клуб", points, entitled=30)
    meeting = convening.convene(okrug.act(Role.OFFICE), plan)
    okrug.at = meeting.meets_at
    office = okrug.act(Role.OFFICE)
    for name in NAMES:
        arrivals.register(office, meeting, name, SETTLEMENTS[0])
    officers.elect(office, meeting, Office.CHAIR, NAMES[0], Count(5, 0, 0))
    officers.elect(office, meeting, Office.SECRETARY, NAMES[1], Count(4, 0, 1))
    agenda.adopt(office, meeting, Count(4, 1, 0))
    election, bridge = meeting.questions
    for name in ("Асқар", "Бибігүл"):
        elections.nominate(office, meeting, election, name, SETTLEMENTS[0])
    holding.record_votes(office, meeting, election, Votes(0, 0, 0, None, frozenset(), candidates={1: 4, 2: 1}))
    holding.record_votes(office, meeting, bridge, Votes(2, 3, 0, None, frozenset()))
    holding.record_votes(office, meeting, bridge, Votes(3, 2, 0, None, frozenset(), reason="Қате саналды"))
    return office, meeting


def test_page_and_file_say_all_that_was_recorded(okrug: Okrug, elected: tuple[Act, Gathering], tmp_path: Path) -> None:
    office, meeting = elected
    row = minutes.draw_up(office, meeting, remarks="")
    address = f"{HOME}/meetings/{meeting.number}/minutes"
    with open_pages(okrug, tmp_path) as pages:
        page = " ".join(pages.get(address).text.replace("\u00a0", " ").split())
        with pages.client.application.test_request_context():
            pdf = render(documents.minutes(office, row, "http://localhost"))
    printed = text_of(pdf, tmp_path).replace("\u00a0", " ")
    for said in (
        "Әлия Сәрсен. Present: 5. For: 5, against: 0, abstained: 0. Votes needed: 3.",
        "Agenda adopted",
        "Present: 5. For: 4, against: 1, abstained: 0.",
        ": 4 – elected",
        "Бибігүл, ",
        "Election: Members of the assembly, places: 1",
        "Corrected: Қате саналды. Recorded before: For: 2, against: 3, abstained: 0. Rejected.",
    ):
        assert said in page, said
    for said in ("Асқар, Красный Яр: 4 – сайланды", "Асқар, Красный Яр: 4 – избран", "Қате саналды", "Болат Оспан."):
        assert said in printed, said


def test_an_amendment_stands_before_its_point_as_it_was_voted_on() -> None:
    body = [{"position": 1}, {"position": 2}, {"position": 3, "amends": 1}]
    assert [point["position"] for point in as_voted_on(body)] == [3, 1, 2]
