"""The receipt of a budget, on the figures of the founding studies: computed right where their print was not."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core.budget.amounts import THOUSAND, read_thousands
from pb.core.budget.codes import Part
from pb.core.budget.statement import Statement
from pb.core.receipt import (
    Level,
    Project,
    adding_up,
    divided_up,
    flat,
    per_resident,
    percent,
    rounded,
    shared_out,
    spending,
)

ALMATY, PEOPLE = read_thousands("940 641 554,4"), 935_000
# Programmes and sub-programmes of the study's receipt, in thousand tenge, with what falls to one: a year and a month.
PRINTED = {
    "214 250 873": ("229145.32", "19095.44", "22.7771"),  # education
    "34 413 979": ("36806.39", "3067.20", "3.6586"),  # preschool
    "48 335 816": ("51696.06", "4308.00", "5.1386"),  # health: 4,308.01 is what rounding twice makes of 4,308.004991
    "2 052 373": ("2195.05", "182.92", "0.2182"),  # lighting
    "14 607 271": ("15622.75", "1301.90", "1.5529"),  # sanitation
    "12 538 482": ("13410.14", "1117.51", "1.3330"),  # landscaping
}


def tenge(tiyn: int) -> str:
    return f"{tiyn // 100}.{tiyn % 100:02d}"


def test_the_city_of_the_study_spends_a_million_tenge_for_each_and_not_a_thousand() -> None:
    assert tenge(rounded(per_resident(ALMATY, PEOPLE))) == "1006033.75"
    assert tenge(rounded(per_resident(ALMATY, PEOPLE, months=12))) == "83836.15"


@pytest.mark.parametrize("sum_", PRINTED)
def test_each_programme_is_a_share_of_the_whole_and_nothing_is_rounded_before_it_is_printed(sum_: str) -> None:
    year, month, share = PRINTED[sum_]
    amount = read_thousands(sum_)
    assert tenge(rounded(per_resident(amount, PEOPLE))) == year
    assert tenge(rounded(per_resident(amount, PEOPLE, months=12))) == month
    exact = percent(amount, ALMATY)
    assert exact is not None
    assert f"{float(exact):.4f}" == share
    assert exact / 100 * per_resident(ALMATY, PEOPLE) == per_resident(amount, PEOPLE)


def test_preschool_is_a_share_of_education_and_of_everything() -> None:
    of_education = percent(read_thousands("34 413 979"), read_thousands("214 250 873"))
    assert of_education is not None
    assert f"{float(of_education):.4f}" == "16.0625"


def test_what_the_study_does_not_list_is_a_row_of_its_own_and_the_receipt_adds_up() -> None:
    listed = rounded(Fraction(ALMATY * 4332, 10_000))
    found = spending([("04.0.124.005", listed)], total=ALMATY)
    rest = found.of[-1]
    assert (rest.level, found.amount) == (Level.REST, ALMATY)
    share = percent(rest.amount, ALMATY)
    assert share is not None
    assert f"{float(share):.2f}" == "56.68"
    printed = divided_up(found, per_resident(ALMATY, PEOPLE))
    assert sum(part.amount for part in printed.of) == printed.amount == 100_603_375


@pytest.mark.parametrize(
    ("own", "transferred", "share"),
    [(34, 218, 1349), (32, 155, 1711)],  # billions of 2020, printed as 13.4, and of the year after
)
def test_the_own_share_is_computed_of_the_revenue(own: int, transferred: int, share: int) -> None:
    billion = 1_000_000 * THOUSAND
    found = Statement.of([(Part.TAXES, own * billion), (Part.TRANSFERS, transferred * billion)])
    assert found.own_share == share


def test_the_mean_okrug_had_a_hundred_and_seven_million() -> None:
    billion = 1_000_000 * THOUSAND
    assert rounded(Fraction(252 * billion, 2_345)) // 100 == 107_462_686


def test_a_row_is_rounded_from_what_falls_to_it_and_the_remainder_goes_to_the_largest_of_these() -> None:
    """As a tester found: 73.8 million for 3,120 people are 1,971.1538 a month, and were printed as 1,971.16."""
    people, sums = 3_120, {"12": 73_800_000, "07": 46_400_050, "04": 38_000_000, "08": 21_700_000, "01": 41_200_001}
    whole = spending((f"{code}.1.124.001.015", sum_ * 100) for code, sum_ in sums.items())
    for months in (1, 12):
        printed = divided_up(whole, per_resident(whole.amount, people, months=months))
        exact = {part.row.key: Fraction(part.row.amount, people * months) for part in printed.of}
        ups = {part.row.key for part in printed.of if part.amount > exact[part.row.key]}
        assert sum(part.amount for part in printed.of) == printed.amount == rounded(sum(exact.values(), Fraction(0)))
        assert all(abs(part.amount - exact[part.row.key]) < 1 for part in printed.of)
        lows = [exact[key] % 1 for key in exact if key not in ups]
        assert all(exact[key] % 1 >= max(lows) for key in ups), "no smaller remainder goes up before a larger one"
    month = {part.row.key: part.amount for part in printed.of}
    assert tenge(month["12"]) == "1971.15"
    with pytest.raises(ValueError, match="add up"):
        adding_up([Fraction(1, 2)], 3)


LINES = [
    ("07.2.124.008.015", 120_000),
    ("07.2.124.011.015", 500_001),
    ("07.3.124.011.159", 300_000),
    ("01.1.124.001.015", 40_000),
    ("01.1.124.022", 0),
]


def test_rows_open_from_the_group_to_the_project_and_leave_a_rest() -> None:
    road = Project("14", "07.2.124.011.015.159", 450_000)
    nowhere = Project("15", "12.1.124.013.015", 1)
    whole = spending(LINES, [road, nowhere])
    assert [(row.key, row.amount) for row in whole.of] == [("07", 920_001), ("01", 40_000)]
    greening, lighting = whole.of[0].of
    assert (greening.key, greening.amount, lighting.key) == ("07.0.124.011", 800_001, "07.0.124.008")
    assert [row.key for row in greening.of] == ["07.2.124.011.015", "07.3.124.011.159"]
    assert [(row.level, row.key, row.amount) for row in greening.of[0].of] == [
        (Level.PROJECT, "14", 450_000),
        (Level.REST, "", 50_001),
    ]


def test_a_line_without_a_programme_is_a_rest_of_its_group_beside_the_programmes() -> None:
    [group] = spending([("07", 500), ("07.2.124.008", 700)]).of
    assert [(row.level, row.amount) for row in group.of] == [(Level.PROGRAMME, 700), (Level.REST, 500)]
    [alone] = spending([("07", 500)]).of
    assert (alone.amount, alone.of) == (500, ())


def test_nothing_and_less_than_nothing_are_told_and_not_divided_by() -> None:
    assert divided_up(spending([]), per_resident(0, 3)).of == ()
    whole = spending([("07.2.124.008", -500), ("01.1.124.001", 200)])
    printed = divided_up(whole, per_resident(whole.amount, 7))
    assert sum(part.amount for part in printed.of) == printed.amount == -43
    cancelled = spending([("07.2.124.008", -500), ("01.1.124.001", 500)])
    assert divided_up(cancelled, per_resident(cancelled.amount, 7)).amount == 0
    assert percent(1, 0) is None
    with pytest.raises(ValueError, match="of somebody"):
        per_resident(1, 0)
    with pytest.raises(ValueError, match="nothing to split"):
        shared_out(1, [0])
    with pytest.raises(ValueError, match="receipts"):
        spending([("1.01.2", 1)])


CODES = st.tuples(st.sampled_from(["01", "07", "12"]), st.sampled_from(["", ".1", ".2.124.001", ".2.124.008.015"]))


@given(
    st.lists(st.tuples(CODES.map("".join), st.integers(1, 10**12)), unique_by=lambda line: line[0], max_size=12),
    st.integers(1, 100_000),
    st.sampled_from([1, 12]),
)
def test_every_row_is_the_sum_of_what_it_opens_to(lines: list[tuple[str, int]], people: int, months: int) -> None:
    whole = spending(lines)
    printed = divided_up(whole, per_resident(whole.amount, people, months=months))
    assert whole.amount == sum(amount for _code, amount in lines)
    for part in flat(printed):
        assert not part.of or sum(below.amount for below in part.of) == part.amount
        assert not part.row.of or sum(below.amount for below in part.row.of) == part.row.amount
