"""Codes of the classification, and what a code's amounts add up to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core.budget.codes import WIDTHS, Code, CodeFault, Part, Side, part_of

SPENDING = Code.read("07.2.124.008.015.159")


def test_a_code_of_spending_names_its_levels() -> None:
    assert SPENDING.side is Side.SPENDING
    assert SPENDING.depth == 6
    levels = (SPENDING.group, SPENDING.subgroup, SPENDING.administrator, SPENDING.programme)
    assert levels == ("07", "2", "124", "008")
    assert (SPENDING.subprogramme, SPENDING.specific) == ("015", "159")
    assert SPENDING.up(4).text == "07.2.124.008"
    assert SPENDING.up(4).specific == ""
    assert SPENDING.category == ""


def test_a_code_of_receipts_names_its_levels() -> None:
    tax = Code.read("1.01.2.05")
    assert (tax.category, tax.receipt_class, tax.subclass, tax.specific) == ("1", "01", "2", "05")
    assert tax.programme == ""
    assert tax < SPENDING, "receipts stand before spending"


@pytest.mark.parametrize(
    "text", ["", "9", "0.01", "1.1", "1.01.2.5", "07.2.124.8", "07..124", "7.2.124", "07.2.124.008.015.159.1", "1.٠١"]
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(CodeFault):
        Code.read(text)


def test_zeros_that_a_spreadsheet_dropped_are_put_back() -> None:
    assert Code.of(Side.SPENDING, ["7", "0", "124", "8"]).text == "07.0.124.008"
    assert Code.of(Side.RECEIPTS, ["1", "1", "2"]).text == "1.01.2"
    with pytest.raises(CodeFault):
        Code.of(Side.SPENDING, ["7", "", "124"])


def test_a_subgroup_that_an_annex_does_not_give_is_any() -> None:
    bare = SPENDING.without_subgroup()
    assert bare.text == "07.0.124.008.015.159"
    assert SPENDING.within(bare.up(4))
    assert bare.within(SPENDING.up(4))
    assert not SPENDING.within(Code.read("07.1.124"))
    assert not SPENDING.up(3).within(SPENDING)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("1.04.1", Part.TAXES),
        ("2.04", Part.NON_TAX),
        ("3", Part.CAPITAL),
        ("4.02.3", Part.TRANSFERS),
        ("5", Part.REPAYMENT),
        ("6", Part.ASSETS_SOLD),
        ("7", Part.LOANS),
        ("8.01.1", Part.BALANCES),
        ("07.2.124.008", Part.SPENDING),
        ("16.1.124.056", Part.LOANS_REPAID),
    ],
)
def test_a_code_says_what_its_amount_is_added_to(text: str, part: Part) -> None:
    assert part_of(Code.read(text)) is part


def test_credits_and_bought_assets_are_told_by_their_section() -> None:
    assert part_of(Code.read("10.1.124.001"), Part.CREDITS) is Part.CREDITS
    assert part_of(Code.read("13.9.124.001"), Part.ASSETS_BOUGHT) is Part.ASSETS_BOUGHT
    with pytest.raises(ValueError, match="section"):
        part_of(SPENDING, Part.TAXES)


@given(st.sampled_from(Side), st.data())
def test_every_code_reads_back(side: Side, data: st.DataObject) -> None:
    widths = WIDTHS[side][: data.draw(st.integers(1, len(WIDTHS[side])))]
    digits = [data.draw(st.integers(0, 10**width - 1)) for width in widths]
    digits[0] = digits[0] % 8 + 1
    levels = [f"{digit:0{width}}" for digit, width in zip(digits, widths, strict=True)]
    code = Code.of(side, levels)
    assert Code.read(code.text) == code
    assert all(code.within(code.up(depth)) for depth in range(1, code.depth + 1))
