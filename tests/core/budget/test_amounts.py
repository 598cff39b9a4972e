"""Thousand tenge as decisions print them, and parts that add up to their total after rounding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core.budget.amounts import (
    LARGEST,
    STEP,
    THOUSAND,
    AmountFault,
    Wrong,
    apportion,
    divided,
    exact_thousands,
    read_thousands,
    share,
    thousands,
)

TENGE = 100
BILLION = 1_000_000_000 * TENGE


def test_amounts_are_printed_in_thousands_with_one_decimal() -> None:
    assert thousands(1_240_177 * THOUSAND) == "1\u00a0240\u00a0177,0"
    assert thousands(-122_673 * THOUSAND) == "\u2212122\u00a0673,0"
    assert thousands(16_286_150_000) == "162\u00a0861,5"
    assert thousands(0) == "0,0"
    assert thousands(-1) == "0,0", "what rounds to nil has no sign"


@pytest.mark.parametrize("text", ["162 861,5", "162\u00a0861.5", "162861,50000", " 162\u202f861,5 ", "162861.5"])
def test_amounts_are_read_as_people_write_them(text: str) -> None:
    assert read_thousands(text) == 16_286_150_000


@pytest.mark.parametrize("minus", ["-", "\u2212", "\u2013"])
def test_any_minus_is_one(minus: str) -> None:
    assert read_thousands(f"{minus}122 673") == -122_673 * THOUSAND


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", Wrong.EMPTY),
        (" \u00a0", Wrong.EMPTY),
        ("мың", Wrong.NOT_A_NUMBER),
        ("1,240,177", Wrong.NOT_A_NUMBER),
        ("1e5", Wrong.NOT_A_NUMBER),
        ("\u0661\u0662", Wrong.NOT_A_NUMBER),
        ("0,000001", Wrong.TOO_FINE),
        ("9" * 16, Wrong.TOO_LARGE),
        ("9" * 13, Wrong.TOO_LARGE),
    ],
)
def test_what_is_no_amount_says_why(text: str, wrong: Wrong) -> None:
    with pytest.raises(AmountFault) as raised:
        read_thousands(text)
    assert raised.value.wrong is wrong


@given(st.integers(-LARGEST // STEP, LARGEST // STEP))
def test_what_is_printed_reads_back(tenths: int) -> None:
    assert read_thousands(thousands(tenths * STEP)) == tenths * STEP


@given(st.integers(-LARGEST, LARGEST))
def test_what_is_written_back_loses_no_tiyn(tiyn: int) -> None:
    assert read_thousands(exact_thousands(tiyn)) == tiyn


def test_an_exact_amount_has_the_decimals_that_it_needs() -> None:
    assert [exact_thousands(tiyn) for tiyn in (14_000 * THOUSAND, 1_400_004_000, -1)] == [
        "14\u00a0000,0",
        "14\u00a0000,04",
        "\u22120,00001",
    ]


def test_three_thirds_are_one() -> None:
    third = 33_333_33
    assert apportion([third, third, third + 1]) == [33_300_00, 33_300_00, 33_400_00]


@given(st.lists(st.integers(-(10**12), 10**12)), st.sampled_from([1, 100, STEP, THOUSAND]))
def test_rounded_parts_add_up_to_the_rounded_total(amounts: list[int], step: int) -> None:
    rounded = apportion(amounts, step)
    assert sum(rounded) == divided(sum(amounts), step) * step
    assert all(abs(after - before) < step for before, after in zip(amounts, rounded, strict=True))
    assert all(after == before for before, after in zip(amounts, rounded, strict=True) if before % step == 0)


def test_the_own_part_of_the_fourth_level_in_2020_and_after() -> None:
    """Of 252 bn ₸ 34 were own, and in the next year 32 of 187; a source prints the first as 13.4, cut off."""
    assert share(34 * BILLION, 252 * BILLION) == 1349
    assert share(32 * BILLION, 187 * BILLION) == 1711
    assert share(0, 0) is None


def test_the_mean_budget_of_an_okrug() -> None:
    """252 bn ₸ over 2 345 okrugs: 107,46 M; 187 bn: 79,7 M."""
    assert thousands(divided(252 * BILLION, 2345)) == "107\u00a0462,7"
    assert thousands(divided(187 * BILLION, 2345)) == "79\u00a0744,1"
    with pytest.raises(ValueError, match="positive"):
        divided(1, 0)
