"""The roll of voters: a report on every line, nothing without the registrar's word, and a second person's eyes."""

import hashlib
import hmac
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select, text

from pb.act import Role
from pb.audit import service as audit
from pb.core.national_numbers import check_digit, parse_iin
from pb.core.places.settlements import Settlements
from pb.core.tables import TableFault, Wrong
from pb.cycles.models import Phase
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.roll.models import Import
from pb.roll.service import commitments, entries, imports
from pb.roll.service.reading import HEADINGS, MOST_LINES, Fault, FileFault, read_roll
from tests.village import KEYS, SETTLEMENTS, Village, invented_iin


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
        ),
        settlements=Settlements.of(SETTLEMENTS),
        voting_day=voting_day,
    )
    assert reading.faults == [
        (3, Fault.CHECK_DIGIT),
        (4, Fault.NO_IIN),
        (5, Fault.UNDER_AGE),
        (7, Fault.TWICE),
        (8, Fault.OTHER_OKRUG),
        (9, Fault.NO_NAME),
    ]
    assert [voter.name for voter in reading.voters] == ["Ақмарал Сейіт", "Бүгін Он Сегізде"]
    assert "8004" not in repr(reading), "a number never slips into a log"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    "heading", ["iin,name,settlement", "Settlement,IIN,Name", "Елді мекен,ЖСН,Аты-жөні", "ФИО,населённый пункт,иин"]
)
def test_what_spreadsheets_write_is_read(separator: str, mark: str, heading: str) -> None:
    cells = {"iin": invented_iin(1).text, "name": "Жанна Ли", "settlement": SETTLEMENTS[1]}
    row = ",".join(cells[HEADINGS[name.lower()]] for name in heading.split(","))
    data = f"{mark}{heading}\r\n{row}\r\n".replace(",", separator).encode()
    reading = read_roll(data, settlements=Settlements.of(SETTLEMENTS), voting_day=date(2026, 11, 30))
    assert [(voter.name, voter.settlement) for voter in reading.voters] == [("Жанна Ли", SETTLEMENTS[1])]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"\xff\xfe\x00", Wrong.ENCODING),
        (b"", Wrong.EMPTY),
        (b"a,b,c\n1,2,3\n", "columns"),
        (file(), Wrong.HEADING_ONLY),
        (b"iin,iin,name,settlement\n1,2,3,4\n", "columns"),
        (b"iin,name,settlement" + b",x" * 60 + b"\n1,2,3\n", Wrong.TOO_MANY_COLUMNS),
        (b"iin,name,settlement\n" + b"1,2,3\n" * (MOST_LINES + 1), Wrong.TOO_MANY_LINES),
        (b"iin,name,settlement\n" + b"x" * 200_000, Wrong.TOO_LONG),
    ],
)
def test_what_is_no_roll_is_refused_as_a_whole(data: bytes, fault: str) -> None:
    with pytest.raises((FileFault, TableFault), match=fault):
        read_roll(data, settlements=Settlements.of(SETTLEMENTS), voting_day=date(2026, 11, 30))


# Importing and confirming


def test_nothing_is_on_the_roll_until_the_registrar_confirms(okrug: Village, cycle: UUID) -> None:
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        waiting = imports.read_file(act, found, KEYS, file(line(1), line(2), "x,y,z"))
        assert (waiting.good, len(waiting.faults)) == (2, 1)
        assert entries.count(act, found) == 0
        waiting_id = waiting.id
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        assert len(imports.confirm_import(act, found, KEYS, imports.get_import(act, found, waiting_id)).new) == 2
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        assert [entry.number for entry in entries.voters(act, found)] == [1, 2]
        with pytest.raises(Conflict):
            imports.confirm_import(act, found, KEYS, imports.get_import(act, found, waiting_id))


def test_the_number_stands_nowhere_in_the_database_in_the_clear(okrug: Village, cycle: UUID) -> None:
    imported(okrug, cycle, 1, 2)
    number = invented_iin(1).text
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        waiting = imports.read_file(act, found, KEYS, file(line(3)))
        assert waiting.sealed is not None
        assert invented_iin(3).text.encode() not in waiting.sealed
        tables = act.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        for table in tables:
            for row in act.session.execute(text(f"SELECT * FROM {table}")):  # noqa: S608 - names of our own tables
                assert number not in repr(tuple(row)), table
        assert entries.find(act, found, invented_iin(1), KEYS) is not None, "and yet the person is found"


def imported(okrug: Village, cycle: UUID, *numbers: int) -> None:
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        waiting = imports.read_file(act, found, KEYS, file(*(line(number) for number in numbers)))
        imports.confirm_import(act, found, KEYS, waiting)


def test_a_second_file_adds_what_is_new_and_asks_for_a_new_confirmation(okrug: Village, cycle: UUID) -> None:
    imported(okrug, cycle, 1, 2)
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        commitments.confirm(act, found, KEYS)
    imported(okrug, cycle, 2, 3)
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        assert entries.count(act, found) == 3
        assert entries.confirmation(act, found) is None
        assert [entry.number for entry in entries.voters(act, found)] == [1, 2, 3]


def test_the_registrar_does_not_confirm_the_own_roll(okrug: Village, cycle: UUID) -> None:
    imported(okrug, cycle, 1)
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found), pytest.raises(Forbidden):
        commitments.confirm(act, found, KEYS)
    with okrug.in_cycle(cycle, Role.REGISTRAR, Role.AUDITOR) as (act, found), pytest.raises(Forbidden):
        commitments.confirm(act, found, KEYS)
    # Whoever imported stays out even after losing that role.
    registrar = okrug.people[Role.REGISTRAR]
    with okrug.act_as(Role.AUDITOR, person=registrar) as act, pytest.raises(Forbidden):
        commitments.confirm(act, act.session.get_one(type(found), cycle), KEYS)


@pytest.mark.parametrize("role", [Role.CLERK, Role.TRUSTEE, Role.RESIDENT, Role.AKIM])
def test_nobody_else_confirms(okrug: Village, cycle: UUID, role: Role) -> None:
    imported(okrug, cycle, 1)
    with okrug.in_cycle(cycle, role) as (act, found), pytest.raises(Forbidden):
        commitments.confirm(act, found, KEYS)


def test_an_empty_roll_and_a_confirmed_one_are_not_confirmed(okrug: Village, cycle: UUID) -> None:
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found), pytest.raises(Conflict):
        commitments.confirm(act, found, KEYS)
    imported(okrug, cycle, 1)
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        commitments.confirm(act, found, KEYS)
        with pytest.raises(Conflict):
            commitments.confirm(act, found, KEYS)


def test_the_commitment_binds_every_entry_and_tells_nobody_who_they_are(okrug: Village, cycle: UUID) -> None:
    imported(okrug, cycle, 1, 2)
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        confirmed = commitments.confirm(act, found, KEYS)
        text_of_the_roll = "\n".join(
            f'[{number},"{invented_iin(number).text}","Ақмарал Сейіт","{SETTLEMENTS[0]}",null]' for number in (1, 2)
        )
        expected = hmac.new(confirmed.salt, text_of_the_roll.encode(), hashlib.sha256).hexdigest()
        assert (confirmed.count, confirmed.commitment) == (2, expected), "an auditor computes it without the program"
        assert len(confirmed.salt) == 32
        assert commitments.commitment(act, found, KEYS, b"another salt") != confirmed.commitment
        assert commitments.holds(act, found, KEYS)
        entries.voters(act, found)[0].name = "Another"
        act.session.flush()
        assert not commitments.holds(act, found, KEYS)
        with pytest.raises(Conflict):
            commitments.freeze(act, found, KEYS)


def test_each_change_leaves_its_own_commitment_in_the_log_and_its_salt_beside_the_roll(
    okrug: Village, cycle: UUID
) -> None:
    imported(okrug, cycle, 1)
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        commitments.confirm(act, found, KEYS)
        commitments.freeze(act, found, KEYS)
    with okrug.in_cycle(cycle, Role.AUDITOR) as (act, found):
        made = commitments.every(act, found)
        assert [one.occasion for one in made] == ["frozen", "confirmed", "import"]
        assert len({one.salt for one in made}) == len({one.commitment for one in made}) == 3
        log = [event for event in audit.of_subject(act, cycle) if "commitment" in event.data]
        assert [event.action for event in log] == ["roll.imported", "roll.confirmed", "roll.frozen"]
        assert [event.data["commitment"] for event in log] == [one.commitment for one in reversed(made)]
        everything = str([event.data for event in audit.every(act)])
        assert not any(one.salt.hex() in everything for one in made)
        assert "Сейіт" not in everything


def test_only_the_registrar_reads_a_file_and_only_a_small_one(okrug: Village, cycle: UUID) -> None:
    with okrug.in_cycle(cycle, Role.CLERK) as (act, found), pytest.raises(Forbidden):
        imports.read_file(act, found, KEYS, file(line(1)))
    with okrug.in_cycle(cycle, Role.REGISTRAR) as (act, found):
        with pytest.raises(FieldRefusal):
            imports.read_file(act, found, KEYS, b"x" * (imports.LARGEST_FILE + 1))
        with pytest.raises(FieldRefusal):
            imports.read_file(act, found, KEYS, b"\xff")
        assert act.session.scalars(select(Import)).all() == []


def test_an_invented_number_is_a_right_one() -> None:
    assert parse_iin(born(2008, 12, 1), date(2026, 1, 1)).born == date(2008, 12, 1)
