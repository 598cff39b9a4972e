"""Amounts a thousand times off are questioned; corrections stay within what the akim may move."""

from pb.core.budget.amounts import THOUSAND, TIYN
from pb.core.budget.annex_words import Unit
from pb.core.budget.codes import Code
from pb.core.budget.corrections import Fault, Wrong, faults
from pb.core.budget.doubts import Doubt, Off, against_history, off_by_thousand, unit_in_doubt

LIGHTS, CLEANING, ROADS = map(Code.read, ("07.2.124.008.015", "07.2.124.009.015", "12.1.124.013.029"))
TAX = Code.read("1.01.2")


def test_a_thousand_times_the_usual_amount_is_questioned_both_ways() -> None:
    usual = [2_000 * THOUSAND, 2_100 * THOUSAND, 0]
    assert off_by_thousand(2_200_000 * THOUSAND, usual) is Off.TOO_MUCH
    assert off_by_thousand(2 * THOUSAND, usual) is Off.TOO_LITTLE
    assert off_by_thousand(20_000 * THOUSAND, usual) is None, "ten times more is a new road"
    assert off_by_thousand(5, []) is None
    doubts = against_history({LIGHTS: 2_000_000, CLEANING: 7}, {LIGHTS: [2_000], CLEANING: [7]})
    assert doubts == [Doubt(LIGHTS, 2_000_000, 2_000, Off.TOO_MUCH)]


def test_a_whole_budget_told_in_the_wrong_unit_falls_out_of_what_there_is() -> None:
    """Budgets of 28,8 M, 190 M and 2,5 bn tenge, printed in thousands under «теңге», and in tenge under «мың теңге»."""
    for tenge in (28_849_000, 190_000_000, 2_500_000_000):
        assert unit_in_doubt(Unit.THOUSAND, tenge * TIYN) is None
        assert unit_in_doubt(Unit.TENGE, tenge * TIYN) is None
        assert unit_in_doubt(Unit.TENGE, tenge * TIYN // 1000) is Unit.THOUSAND
        assert unit_in_doubt(None, tenge * TIYN * 1000) is Unit.TENGE


BEFORE = {TAX: 900, LIGHTS: 1_000, CLEANING: 500, ROADS: 400}


def test_a_fifth_of_a_programme_moves() -> None:
    assert faults(BEFORE, {**BEFORE, LIGHTS: 800, CLEANING: 700}) == []
    too_much = faults(BEFORE, {**BEFORE, LIGHTS: 799, CLEANING: 701})
    assert too_much == [Fault(Wrong.TOO_MUCH, LIGHTS.up(4), 1_000, 799, 200)]
    assert faults(BEFORE, {**BEFORE, LIGHTS: 700, CLEANING: 800}, percent=30) == []


def test_within_a_programme_everything_moves() -> None:
    pay, goods = (Code.read(f"07.2.124.008.015.{specific}") for specific in ("111", "149"))
    assert faults({pay: 100, goods: 0}, {pay: 0, goods: 100}) == []


def test_a_programme_is_one_with_its_subgroup_and_without_it() -> None:
    """Played: 045 stood under 12/0 and 12/1, and a fifth of each was a fifth of a programme."""
    own, moved = Code.read("12.0.124.045.015"), Code.read("12.1.124.045.001")
    before = {**BEFORE, own: 100, moved: 400}
    assert faults(before, {**before, moved: 300, CLEANING: 600}) == []
    found = faults(before, {**before, own: 0, moved: 399, CLEANING: 601})
    assert found == [Fault(Wrong.TOO_MUCH, moved.up(4), 500, 399, 100)]


def test_what_was_transferred_for_a_purpose_receipts_and_the_structure_stay() -> None:
    found = faults(BEFORE, {**BEFORE, ROADS: 390, CLEANING: 510})
    assert [fault.wrong for fault in found] == [Wrong.TARGETED]
    new = Code.read("08.1.124.006.015")
    found = faults(BEFORE, {**BEFORE, LIGHTS: 900, new: 100})
    assert [(fault.wrong, fault.code) for fault in found] == [(Wrong.NEW, new.up(4))]
    found = faults(BEFORE, {**BEFORE, TAX: 950, LIGHTS: 1_050})
    assert [fault.wrong for fault in found] == [Wrong.RECEIPTS, Wrong.TOTAL]
