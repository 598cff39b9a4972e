"""The roll of voters: a report on every line, nothing without the registrar's word, and a second person's eyes."""

import hashlib
import hmac
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select, text

from pb.cycles.models import Phase
from pb.db import Database
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.identity.iin import check_digit, parse_iin
from pb.identity.roles import Role
from pb.roll import service as roll
from pb.roll.models import Entry, Import
from pb.roll.reading import Fault, FileFault, read_roll
from tests.village import KEYS, SETTLEMENTS, Village, invented_iin


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Database:
    """The okrug of all tests, without a poll."""
    opened: Database = request.getfixturevalue("settled")
    return opened


@pytest.fixture
def settled(settled_file: object, tmp_path: object) -> Database:
    import shutil

    shutil.copy(str(settled_file), f"{tmp_path}/asar.db")
    return Database(f"sqlite:///{tmp_path}/asar.db")


@pytest.fixture
def cycle(okrug: Village) -> UUID:
    return okrug.open_cycle(phase=Phase.VOTING)


def line(number: int, name: str = "Ақмарал Сейіт", settlement: str = SETTLEMENTS[0]) -> str:
    return f"{invented_iin(number).text},{name},{settlement}"


def file(*lines: str) -> bytes:
    return "\n".join(["iin,name,settlement", *lines]).encode()


def born(year: int, month: int, day: int) -> str:
    """An IIN of somebody born on that day of this century."""
    prefix = f"{year % 100:02}{month:02}{day:02}5"
    serial = next(n for n in range(1000) if check_digit(f"{prefix}{n:04}") is not None)
    return f"{prefix}{serial:04}{check_digit(f'{prefix}{serial:04}')}"


# Reading


def test_every_faulty_line_is_reported_with_its_number_and_reason() -> None:
    voting_day = date(2026, 11, 30)
    good = line(1)
    wrong_digit = good[:11] + str((int(good[11]) + 1) % 10) + good[12:]
    reading = read_roll(
        file(
            good,
            wrong_digit,
            "12345,Біреу,Красный Яр",
            f"{born(2008, 12, 1)},Ертең Он Сегізде,{SETTLEMENTS[0]}",
            f"{born(2008, 11, 30)},Бүгін Он Сегізде,{SETTLEMENTS[0]}",
            good,
            line(2, settlement="Зеренді"),
            line(3, name=" "),
            line(4),
        ),
        settlements=SETTLEMENTS,
        voting_day=voting_day,
        known={invented_iin(4).text},
    )
    assert reading.faults == [
        (3, Fault.CHECK_DIGIT),
        (4, Fault.NO_IIN),
        (5, Fault.UNDER_AGE),
        (7, Fault.TWICE),
        (8, Fault.OTHER_OKRUG),
        (9, Fault.NO_NAME),
        (10, Fault.ON_ROLL),
    ]
    assert [voter.name for voter in reading.voters] == ["Ақмарал Сейіт", "Бүгін Он Сегізде"]
    assert "8004" not in repr(reading), "a number never slips into a log"


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("heading", ["iin,name,settlement", "Settlement,IIN,Name"])
def test_what_spreadsheets_write_is_read(separator: str, mark: str, heading: str) -> None:
    cells = {"iin": invented_iin(1).text, "name": "Жанна Ли", "settlement": SETTLEMENTS[1]}
    row = ",".join(cells[name.lower()] for name in heading.split(","))
    data = f"{mark}{heading}\r\n{row}\r\n".replace(",", separator).encode()
    reading = read_roll(data, settlements=SETTLEMENTS, voting_day=date(2026, 11, 30))
    assert [(voter.name, voter.settlement) for voter in reading.voters] == [("Жанна Ли", SETTLEMENTS[1])]


@pytest.mark.parametrize(
    ("data", "fault"),
    [(b"\xff\xfe\x00", "encoding"), (b"", "columns"), (b"a,b,c\n1,2,3\n", "columns"), (file(), "columns")],
)
def test_what_is_no_roll_is_refused_as_a_whole(data: bytes, fault: str) -> None:
    with pytest.raises(FileFault, match=fault):
        read_roll(data, settlements=SETTLEMENTS, voting_day=date(2026, 11, 30))


# Importing and confirming


def test_nothing_is_on_the_roll_until_the_registrar_confirms(okrug: Village, cycle: UUID) -> None:
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        waiting = roll.read_file(act, found, KEYS, file(line(1), line(2), "x,y,z"))
        assert (waiting.good, len(waiting.faults)) == (2, 1)
        assert roll.count(act, found) == 0
        waiting_id = waiting.id
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        assert roll.confirm_import(act, found, KEYS, roll.get_import(act, found, waiting_id)) == 2
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        assert [entry.number for entry in roll.entries(act, found)] == [1, 2]
        with pytest.raises(Conflict):
            roll.confirm_import(act, found, KEYS, roll.get_import(act, found, waiting_id))


def test_the_number_stands_nowhere_in_the_database_in_the_clear(okrug: Village, cycle: UUID) -> None:
    imported(okrug, cycle, 1, 2)
    number = invented_iin(1).text
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        waiting = roll.read_file(act, found, KEYS, file(line(3)))
        assert waiting.sealed is not None
        assert invented_iin(3).text.encode() not in waiting.sealed
        tables = act.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        for table in tables:
            for row in act.session.execute(text(f"SELECT * FROM {table}")):  # noqa: S608 - names of our own tables
                assert number not in repr(tuple(row)), table
        assert roll.find(act, found, invented_iin(1), KEYS) is not None, "and yet the person is found"


def imported(okrug: Village, cycle: UUID, *numbers: int) -> None:
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        waiting = roll.read_file(act, found, KEYS, file(*(line(number) for number in numbers)))
        roll.confirm_import(act, found, KEYS, waiting)


def test_a_second_file_adds_what_is_new_and_asks_for_a_new_confirmation(okrug: Village, cycle: UUID) -> None:
    imported(okrug, cycle, 1, 2)
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        roll.confirm(act, found)
    imported(okrug, cycle, 2, 3)
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        assert roll.count(act, found) == 3
        assert roll.confirmation(act, found) is None
        assert [entry.number for entry in roll.entries(act, found)] == [1, 2, 3]


def test_the_registrar_does_not_confirm_the_own_roll(okrug: Village, cycle: UUID) -> None:
    imported(okrug, cycle, 1)
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found), pytest.raises(Forbidden):
        roll.confirm(act, found)
    with okrug.in_cycle(cycle, Role.REGISTRAR, Role.AUDITOR) as (act, found), pytest.raises(Forbidden):
        roll.confirm(act, found)
    # Whoever imported stays out even after losing that role.
    registrar = okrug.people[Role.REGISTRAR]
    with okrug.act_as(Role.AUDITOR, person=registrar) as act, pytest.raises(Forbidden):
        roll.confirm(act, act.session.get_one(type(found), cycle))


@pytest.mark.parametrize("role", [Role.CLERK, Role.TRUSTEE, Role.RESIDENT, Role.AKIM])
def test_nobody_else_confirms(okrug: Village, cycle: UUID, role: Role) -> None:
    imported(okrug, cycle, 1)
    with okrug.in_cycle(cycle, role) as (act, found), pytest.raises(Forbidden):
        roll.confirm(act, found)


def test_an_empty_roll_and_a_confirmed_one_are_not_confirmed(okrug: Village, cycle: UUID) -> None:
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found), pytest.raises(Conflict):
        roll.confirm(act, found)
    imported(okrug, cycle, 1)
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        roll.confirm(act, found)
        with pytest.raises(Conflict):
            roll.confirm(act, found)


def test_the_commitment_binds_every_entry_and_tells_nobody_who_they_are(okrug: Village, cycle: UUID) -> None:
    imported(okrug, cycle, 1, 2, 3)
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        confirmed = roll.confirm(act, found)
        lookups = sorted(act.session.scalars(select(Entry.iin_lookup)))
        expected = hmac.new(confirmed.salt, b"".join(lookups), hashlib.sha256).hexdigest()
        assert (confirmed.count, confirmed.commitment) == (3, expected)
        assert len(confirmed.salt) == 32
        assert roll.commitment(act, found, b"another salt") != confirmed.commitment
        act.session.delete(roll.entries(act, found)[0])
        act.session.flush()
        assert roll.commitment(act, found, confirmed.salt) != confirmed.commitment


def test_only_the_registrar_reads_a_file_and_only_a_small_one(okrug: Village, cycle: UUID) -> None:
    with okrug.in_cycle(cycle, Role.CLERK) as (act, found), pytest.raises(Forbidden):
        roll.read_file(act, found, KEYS, file(line(1)))
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        with pytest.raises(FieldRefusal):
            roll.read_file(act, found, KEYS, b"x" * (roll.LARGEST_FILE + 1))
        with pytest.raises(FieldRefusal):
            roll.read_file(act, found, KEYS, b"\xff")
        assert act.session.scalars(select(Import)).all() == []


def test_an_invented_number_is_a_right_one() -> None:
    assert parse_iin(born(2008, 12, 1), date(2026, 1, 1)).born == date(2008, 12, 1)
