"""Working days: without holidays and with what an act moves, so that a term ends when people can keep it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DBAPIError

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local, now
from pb.errors import FieldRefusal, Forbidden
from pb.territory.models import DayKind, MovedDay
from pb.territory.service import tree, working_days
from pb.territory.service.working_days import Calendar, Moves
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.process.raions import give_city_an_address
from tests.village import HOME, Village

PAGE = f"{HOME}/working-days"
TODAY = local(now()).date()
ORDER = "Order of the minister of labour № 1 of 01.11.2026"


def days_from(act_at: date) -> tuple[date, date]:
    """The next Monday that is worked and the Saturday of its week."""
    monday = act_at + timedelta(days=7 - act_at.weekday())
    while not Calendar().is_working(monday):
        monday += timedelta(days=7)
    return monday, monday + timedelta(days=5)


MONDAY = (days_from(TODAY)[0] - TODAY).days


@pytest.mark.parametrize(
    ("begins", "count", "ends"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # over a weekend
        (date(2026, 12, 14), 2, date(2026, 12, 17)),  # Independence Day is on Wednesday
        (date(2027, 3, 19), 1, date(2027, 3, 25)),  # Nauryz begins on Sunday, and its Sunday moves to Wednesday
        (date(2026, 12, 31), 1, date(2027, 1, 5)),  # 2 January is a Saturday and moves to Monday
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
    ],
)
def test_a_term_goes_over_weekends_and_holidays(begins: date, count: int, ends: date) -> None:
    assert Calendar().after(begins, count) == ends


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(1, 40), st.integers(0, 20))
def test_a_term_ends_on_a_working_day_and_a_longer_one_later(begins: date, count: int, more: int) -> None:
    calendar = Calendar()
    ends = calendar.after(begins, count)
    assert calendar.is_working(ends)
    assert calendar.after(ends, more) == calendar.after(begins, count + more)


@pytest.mark.both_databases
def test_what_an_act_moves_holds_in_the_okrug_and_below_until_it_is_taken_back(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        monday, saturday = days_from(local(act.at).date())
        working_days.record(act, Moves(ORDER, off=[monday], working=[saturday]))
        calendar = working_days.calendar(act, act.at)
        assert not calendar.is_working(monday)
        assert calendar.is_working(saturday)
        assert calendar.after(saturday - timedelta(days=1), 1) == saturday
        event = audit.latest(act, "territory.working_days")
        assert event is not None
        assert event.data == {"off": [monday.isoformat()], "working": [saturday.isoformat()], "source": ORDER}
    with okrug.act_as(Role.OFFICE) as act:
        working_days.record(act, Moves("Corrected", usual=[monday]))
        assert working_days.calendar(act, act.at).is_working(monday)
        assert [(row.day, row.kind) for row in working_days.moved_from(act, monday)] == [
            (monday, DayKind.USUAL),
            (saturday, DayKind.WORKING),
        ]


def test_what_is_recorded_later_changes_no_term_that_has_begun(okrug: Village) -> None:
    """Played: the office put its answer to an objection off from a week to a year, by itself."""
    with okrug.act_as(Role.OFFICE) as act:
        began, monday = act.at, days_from(local(act.at).date())[0]
        before = working_days.last_day(act, began, 10)
    with okrug.act_as(Role.OFFICE) as act:
        working_days.record(act, Moves(ORDER, off=[monday]))
        assert working_days.last_day(act, began, 10) == before
        assert working_days.last_day(act, act.at, 10) > before


@pytest.mark.both_databases
def test_a_moved_day_has_its_event_and_stays(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        monday, saturday = days_from(local(act.at).date())
        working_days.record(act, Moves(ORDER, off=[monday]))
        event = audit.latest(act, "territory.working_days")
        assert event is not None
        row = {"territory_id": act.territory.id, "day": saturday, "kind": "off", "source": "x", "event": "0" * 64}
    for change in (
        update(MovedDay).values(kind="working"),
        delete(MovedDay),
        insert(MovedDay).values(row | {"recorded_at": event.at}),
    ):
        with pytest.raises(DBAPIError, match="frozen_moved_days"), okrug.act_as() as act:
            act.session.execute(change)


@pytest.mark.parametrize("role", [Role.CHAIR, Role.AKIM, Role.RESIDENT])
def test_nobody_but_the_office_records_them(okrug: Village, role: Role) -> None:
    with okrug.act_as(role) as act, pytest.raises(Forbidden):
        working_days.record(act, Moves(ORDER, off=[local(act.at).date() + timedelta(days=5)]))


@pytest.mark.parametrize(
    ("field", "off", "working", "source"),
    [
        ("off", [0], [], ORDER),
        ("off", [-3], [], ORDER),
        ("working", [], [4000], ORDER),
        ("working", [MONDAY], [MONDAY], ORDER),
        ("off", [], [], ORDER),
        ("off", [MONDAY, MONDAY], [], ORDER),
        ("off", [n for n in range(1, 60) if Calendar().is_working(TODAY + timedelta(days=n))], [], ORDER),
        ("off", [6 - TODAY.weekday() + 7], [], ORDER),  # a Sunday
        ("working", [], [MONDAY], ORDER),
        ("source", [MONDAY], [], " "),
        ("source", [MONDAY], [], "x" * 301),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    okrug: Village, field: str, off: list[int], working: list[int], source: str
) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        today = local(act.at).date()
        moves = Moves(source, [today + timedelta(days=n) for n in off], [today + timedelta(days=n) for n in working])
        with pytest.raises(FieldRefusal) as refusal:
            working_days.record(act, moves)
        assert refusal.value.field == field


def test_the_page_takes_many_days_as_they_stand_in_an_act(
    okrug: Village, sign_in: SignIn, client: LintingClient
) -> None:
    office = sign_in(Role.OFFICE)
    with okrug.act_as() as act:
        monday, saturday = days_from(local(act.at).date())
    typed = {"off": f"{monday:%d.%m.%Y}\n", "working": saturday.isoformat(), "usual": "", "source": ORDER}
    wrong = office.post(PAGE, data={**typed, "off": "31.02.2027"})
    assert wrong.status_code == 422
    assert "This is not a day of the calendar: 31.02.2027." in wrong.text
    assert wrong.text.count("31.02.2027") > 1, "what was typed stays"
    assert ORDER in wrong.text
    assert office.post(PAGE, data=typed).status_code == 302
    page = client.get(PAGE).text
    assert page.count(ORDER) == 2
    assert "day of rest" in page
    assert 'name="off"' not in page


def test_what_the_raion_records_holds_in_its_okrugs(okrug: Village) -> None:
    give_city_an_address(okrug)
    with okrug.act_as() as act:
        monday, _saturday = days_from(local(act.at).date())
    with okrug.database.work() as session:
        city = tree.find(session, "kokshetau")
        assert city is not None
        administrator = okrug.people[Role.ADMINISTRATOR]
        person = session.get_one(type(administrator), administrator.id)
        there = Act(session, city, person, frozenset({Role.ADMINISTRATOR}), now())
        working_days.record(there, Moves(ORDER, off=[monday]))
    with okrug.act_as() as act:
        assert not working_days.calendar(act, act.at).is_working(monday)
