"""Rolls as akimats send them: from Macs, old Windows and spreadsheets that know better than whoever typed."""

from datetime import date

import pytest

from pb import workbooks
from pb.core.national_numbers import parse_iin
from pb.core.places.settlements import Settlements
from pb.core.tables import TableFault, Wrong
from pb.roll.service.reading import IIN_HEADINGS, Fault, Reading, as_csv, read_roll
from tests.roll.test_spreadsheets import HEADING, workbook
from tests.tools import require_shared
from tests.village import SETTLEMENTS, invented_iin

DAY = date(2026, 11, 30)
HERE = SETTLEMENTS[0]


def read(data: bytes) -> Reading:
    return read_roll(data, settlements=Settlements.of(("Красный Яр", *SETTLEMENTS)), voting_day=DAY)


def given(name: str) -> bytes:
    return require_shared(f"data/faults/{name}").read_bytes()


def test_an_unmatched_quote_refuses_the_file_and_names_its_line() -> None:
    with pytest.raises(TableFault) as raised:
        read(given("roll-unmatched-quote.csv"))
    assert (raised.value.wrong, raised.value.line) == (Wrong.OPEN_QUOTE, 2)


def test_a_roll_from_a_mac_and_one_with_odd_spaces_hold_the_same_people() -> None:
    decomposed, spaces = read(given("roll-decomposed.csv")), read(given("roll-spaces.csv"))
    assert decomposed.faults == spaces.faults == []
    assert decomposed.voters[0] == spaces.voters[0]
    assert [(voter.name, voter.settlement) for voter in spaces.voters] == [
        ("Сергей Йолдасов", "Красный Яр"),
        ("СмағұловаҮміт", "Красный Яр"),
    ]


def test_lost_zeros_are_a_repair_that_is_offered_and_never_a_voter() -> None:
    found = read(given("roll-lost-zero.csv"))
    assert (found.voters, found.faults) == ([], [])
    assert [(repair.line, repair.voter.iin.text, repair.voter.name) for repair in found.repairs] == [
        (2, "030506100416", "Әлия Серікова")
    ]


def test_a_line_that_needs_no_repair_goes_before_one_that_does() -> None:
    lost, whole = "30506100416", "030506100416"
    found = read(f"iin;name;settlement\n{lost};Әлия;{HERE}\n{whole};Әлия;{HERE}\n{lost};Әлия;{HERE}\n".encode())
    assert [voter.iin.text for voter in found.voters] == [whole]
    assert (found.repairs, found.faults) == ([], [(2, Fault.TWICE), (4, Fault.TWICE)])


def test_eleven_digits_that_are_no_number_even_with_a_zero_are_a_fault() -> None:
    assert read(f"iin;name;settlement\n30506100417;Әлия;{HERE}\n".encode()).faults == [(2, Fault.NO_IIN)]


def test_the_rows_own_values_stand_beside_its_fault_and_the_iin_is_masked() -> None:
    digits = invented_iin(1).text
    found = read(f"iin;name;settlement\n{digits};Ақмарал Сейіт;Зеренді\n".encode())
    assert found.faults == [(2, Fault.OTHER_OKRUG)]
    assert found.rows == {2: ("••••••••" + digits[-4:], "Ақмарал Сейіт", "Зеренді")}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{iin};Ақмарал \u202eтйіеС;{here}", Fault.HIDDEN),
        ("{iin};Ақмарал\x07;{here}", Fault.HIDDEN),
        ("{iin};Ас?ар;{here}", Fault.LOST_LETTERS),
        ("{iin};Сейіт;Ақмарал;{here}", Fault.CELLS),
    ],
)
def test_a_line_that_does_not_hold_what_it_seems_to_is_a_fault(line: str, fault: Fault) -> None:
    text = "iin;name;settlement\n" + line.format(iin=invented_iin(1).text, here=HERE)
    assert read(text.encode()).faults == [(2, fault)]


def test_an_iin_is_read_with_its_dash_and_with_letters_for_digits() -> None:
    iin = "000229500038"
    for typed in ("000229-500038", "000229 – 500038", "OOО229500038", "000\u00ad229\u200b500038"):
        assert parse_iin(typed, DAY).text == iin


def test_a_workbooks_number_that_is_no_iin_is_not_padded() -> None:
    data = workbook((*HEADING, "Үй"), (229500038, "Жасмин", 14, 7), ("229500038", 1984.0, HERE, None))
    lines = workbooks.csv_of(data, 100, IIN_HEADINGS).decode().splitlines()
    assert lines[1:] == ['"000229500038";"Жасмин";"14";"7"', f'"229500038";"1984";"{HERE}"']


def test_a_cell_of_two_lines_does_not_move_the_numbers_of_the_lines_below() -> None:
    data = workbook(HEADING, (invented_iin(1).text, "Ақмарал\nСейіт", HERE), ("1", "Біреу", HERE))
    found = read(as_csv(data))
    assert [voter.name for voter in found.voters] == ["Ақмарал Сейіт"]
    assert found.faults == [(3, Fault.NO_IIN)]
