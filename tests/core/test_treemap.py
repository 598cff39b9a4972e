"""A tree map tells amounts by areas: in proportion, none over another, none outside."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core.treemap import Box, squarified

WHOLE = Box(Fraction(0), Fraction(0), Fraction(960), Fraction(480))
AMOUNTS = st.lists(st.integers(1, 10**15), min_size=1, max_size=12)


@given(AMOUNTS)
def test_areas_are_in_proportion_to_amounts_to_the_last_fraction(amounts: list[int]) -> None:
    boxes = squarified(amounts, WHOLE)
    assert [box.area * sum(amounts) for box in boxes] == [WHOLE.area * amount for amount in amounts]


@given(AMOUNTS)
def test_no_box_sticks_out_or_lies_over_another(amounts: list[int]) -> None:
    boxes = squarified(amounts, WHOLE)
    for box in boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= WHOLE.width
        assert box.y + box.height <= WHOLE.height
    for one, other in combinations(boxes, 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert beside or one.y + one.height <= other.y or other.y + other.height <= one.y


@given(AMOUNTS)
def test_boxes_come_in_the_order_of_their_amounts_whatever_that_is(amounts: list[int]) -> None:
    boxes = dict(zip(amounts, squarified(amounts, WHOLE), strict=True))
    again = dict(zip(reversed(amounts), squarified(amounts[::-1], WHOLE), strict=True))
    assert {amount: box.area for amount, box in boxes.items()} == {amount: box.area for amount, box in again.items()}


def test_boxes_are_near_to_squares_where_amounts_are_alike() -> None:
    boxes = squarified([6, 6, 4, 3, 2, 2, 1], Box(Fraction(0), Fraction(0), Fraction(6), Fraction(4)))
    assert (boxes[0].width, boxes[0].height) == (3, 2), "the paper's own example"
    assert max(max(box.width / box.height, box.height / box.width) for box in boxes) < 4


def test_nil_and_less_have_no_area() -> None:
    assert squarified([], WHOLE) == []
    for amount in (0, -1):
        with pytest.raises(ValueError, match="above nil"):
            squarified([5, amount], WHOLE)


def test_a_gap_never_turns_a_box_inside_out() -> None:
    thin = Box(Fraction(1), Fraction(1), Fraction(2), Fraction(100))
    assert thin.within(Fraction(3)).width == 0
    assert WHOLE.within(Fraction(4)) == Box(Fraction(2), Fraction(2), Fraction(956), Fraction(476))
