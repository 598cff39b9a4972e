"""IINs: checked, looked up, sealed. All numbers are invented; those that anybody could bear were never issued."""

from datetime import date

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from pb.identity import iin
from pb.identity.iin import IINError, parse_iin

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("850615300012", date(1985, 6, 15)),  # the second row of weights decides
        ("850615400026", date(1985, 6, 15)),
        ("000229500038", date(2000, 2, 29)),  # 2000 was a leap year
        ("000229600044", date(2000, 2, 29)),
        ("000228300068", date(1900, 2, 28)),
        ("360229400075", date(1936, 2, 29)),
        ("991231100080", date(1899, 12, 31)),
        ("800416200315", date(1880, 4, 16)),
        ("081121500098", date(2008, 11, 21)),
        ("991231499990", date(1999, 12, 31)),
        ("700101300005", date(1970, 1, 1)),
        ("850615 300012", date(1985, 6, 15)),
        (" 8506-1530-0012 ", date(1985, 6, 15)),
    ],
)
def test_a_valid_number_tells_the_day_of_birth(text: str, born: date) -> None:
    assert parse_iin(text, TODAY).born == born


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("850615300011", "check"),
        ("850615300021", "check"),
        ("000229300065", "date"),  # 1900 was no leap year
        ("851330300073", "date"),
        ("850001300081", "date"),
        ("850631300097", "date"),
        ("850600300107", "date"),
        ("850615700114", "century"),
        ("850615900127", "century"),
        ("850615000132", "century"),
        ("850615300050", "check"),  # both rows give 10: never issued
        ("850615300059", "check"),
        ("991231500422", "future"),
        ("85061530001", "form"),
        ("8506153000120", "form"),
        ("85061530001A", "form"),
        ("85061530001２", "form"),
        ("٨50615300012", "form"),
        ("", "form"),
        ("000000000000", "century"),
        ("123456789011", "century"),
    ],
)
def test_what_is_no_number_of_a_person_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(IINError) as error:
        parse_iin(text, TODAY)
    assert error.value.args == (reason,)


@given(st.text(max_size=14))
def test_nothing_typed_raises_anything_else(text: str) -> None:
    try:
        parse_iin(text, TODAY)
    except IINError:
        return


@given(st.integers(0, 9), st.integers(0, 11))
def test_a_single_wrong_digit_is_noticed(digit: int, place: int) -> None:
    right = "850615400026"
    wrong = right[:place] + str(digit) + right[place + 1 :]
    if wrong == right or place == 10:  # the eleventh digit weighs 11: the first row does not see it
        return
    with pytest.raises(IINError):
        parse_iin(wrong, TODAY)


def test_age_is_counted_by_the_calendar() -> None:
    born = parse_iin("081122600109", TODAY)  # 22 November 2008
    assert born.age_on(date(2026, 11, 21)) == 17
    assert born.age_on(date(2026, 11, 22)) == 18
    leap = parse_iin("040229500055", TODAY)
    assert leap.age_on(date(2022, 2, 28)) == 17
    assert leap.age_on(date(2022, 3, 1)) == 18


def test_a_number_never_shows_itself_by_accident() -> None:
    number = parse_iin("850615400026", TODAY)
    assert "850615" not in f"{number} {number!r}"
    assert number.masked == "••••••••0026"


def test_a_sealed_number_opens_with_its_key_alone() -> None:
    number = parse_iin("850615400026", TODAY)
    sealed = iin.seal(number, b"k" * 32)
    assert iin.unseal(sealed, b"k" * 32) == number.text
    assert iin.seal(number, b"k" * 32) != sealed
    for key, data in ((b"j" * 32, sealed), (b"k" * 32, sealed[:-1] + bytes([sealed[-1] ^ 1]))):
        with pytest.raises(InvalidTag):
            iin.unseal(data, key)
    with pytest.raises(InvalidTag):
        iin.unseal_bytes(sealed, b"k" * 32, b"another context")
    assert iin.lookup(number, b"a" * 32) != iin.lookup(number, b"b" * 32)
