"""A page of a meeting asks the database no more often where more members came, and more is on the agenda."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from pb.act import Role
from pb.gatherings.models import Ballot, Kind, Matter, Office, Seat
from pb.gatherings.service import agenda, arrivals, convening, elections, holding, meetings
from pb.gatherings.service.counting import Votes
from pb.gatherings.service.rules import Count
from tests.conftest import SignIn
from tests.village import SETTLEMENTS, Village, without_notice
from tests.web.meetings_held import seat_members

HERE = SETTLEMENTS[0]
HELD = ("", "/attendance", "/agenda", "/agenda/add", "/agenda/1/remove", "/hall", "/hall/now", "/minutes")
QUESTIONS = ("/questions/1", "/questions/1?ballot=by_name", "/questions/1/amend", "/questions/2")


@contextmanager
def asked(okrug: Village) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(okrug.database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(okrug.database.engine, "before_cursor_execute", note)


def held(okrug: Village, points: int) -> str:
    """A meeting of all members with so many points; the last ones are voted on by name, by members with an interest."""
    other = [convening.Point(Matter.OTHER, f"Point {number}", "ru") for number in range(points)]
    election = convening.Point(Matter.ELECTION, "The commission", "ru", seat=Seat.OTHER, places=1)
    with okrug.act_as(Role.OFFICE) as act:
        without_notice(act)
        begins = act.at + timedelta(milliseconds=1)
        plan = convening.Plan(Kind.ASSEMBLY, begins, "School", [other[0], election, *other[1:]])
        meeting = convening.convene(act, plan).id
    with okrug.act_as(Role.SECRETARY) as act:
        gathering = meetings.get(act, meeting)
        all_of_them = [row.member_id for row in gathering.attendances]
        arrivals.mark_present(act, gathering, all_of_them)
        agenda.adopt(act, gathering, Count(len(all_of_them), 0, 0))
        for name in ("Аян", "Бота", "Вера")[: points - 1]:
            elections.nominate(act, gathering, gathering.questions[1], name, HERE)
        for question in gathering.questions[2:]:
            by_name: dict[UUID, str] = dict.fromkeys(all_of_them[1:], "for")
            present, apart = frozenset(all_of_them), frozenset(all_of_them[:1])
            votes = Votes(0, 0, 0, None, apart, present=present, ballot=Ballot.BY_NAME, by_name=by_name)
            holding.record_votes(act, gathering, question, votes)
    return f"{okrug.home}/meetings/{okrug.called('gathering_id', meeting)}"


@pytest.mark.parametrize("role", [None, Role.SECRETARY])
def test_a_page_of_a_meeting_asks_no_more_often_where_there_is_more(
    okrug: Village, sign_in: SignIn, role: Role | None
) -> None:
    seat_members(okrug, Office.CHAIR, Office.SECRETARY, *[Office.MEMBER] * 3)
    few = held(okrug, points=3)
    seat_members(okrug, *[Office.MEMBER] * 9, first=6)
    many = held(okrug, points=9)
    client = sign_in(role or Role.RESIDENT)
    client.get(few)
    found = {}
    for page in (*HELD, *QUESTIONS):
        counts = []
        for meeting in (few, many):
            with asked(okrug) as statements:
                client.get(meeting + page).get_data()
            counts.append(len(statements))
        found[page] = counts
    assert {page: counts for page, counts in found.items() if counts[1] > counts[0]} == {}
