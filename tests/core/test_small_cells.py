"""Counts that would pick somebody out are hidden, with what would reveal them."""

from itertools import product
from typing import Any

from pb.core import small_cells


def test_small_counts_are_hidden_with_what_would_reveal_them() -> None:
    assert small_cells.shown({"a": 9, "b": 12}, 5) == {"a": 9, "b": 12}
    assert small_cells.shown({"a": 3, "b": 12, "c": 6, "d": 7}, 5) == {"a": None, "b": 12, "c": None, "d": 7}
    assert small_cells.shown({"a": 0, "b": 12}, 5) == {"a": None, "b": None}, "the sum is told beside them"
    assert small_cells.shown({"a": 1, "b": 1, "c": 5, "d": 30}, 5) == {"a": None, "b": None, "c": None, "d": 30}
    assert small_cells.shown({"a": 4, "b": 3, "c": 9}, 5) == {"a": None, "b": None, "c": 9}
    assert small_cells.shown({"a": 4, "b": 4, "c": 9}, 5) == {"a": None, "b": None, "c": None}, "8 would be 4 and 4"


def test_a_sum_that_is_small_itself_is_not_told() -> None:
    assert small_cells.total({"a": 2, "b": 2}, 5) is None
    assert small_cells.total({"a": 0, "b": 0}, 5) is None, "that nobody answered is told of nobody either"
    assert small_cells.total({"a": 2, "b": 3}, 5) == 5


def test_no_hidden_count_follows_from_what_is_told() -> None:
    """Every table of three cells with up to 17 each: another one prints the same, with other numbers where it hides."""
    printed: dict[tuple[int | None, ...], set[tuple[int, ...]]] = {}
    for cells in product(range(18), repeat=3):
        if (whole := small_cells.total(dict(enumerate(cells)), 5)) is not None:
            page = (whole, *small_cells.shown(dict(enumerate(cells)), 5).values())
            printed.setdefault(page, set()).add(cells)
    for page, tables in printed.items():
        for place, cell in enumerate(page[1:]):
            assert cell is not None or len({table[place] for table in tables}) > 1, (page, tables)


def test_where_several_may_be_chosen_no_hidden_count_follows_from_the_others() -> None:
    """All ways in which up to twelve people choose of two options, or find it hard to answer."""
    told: dict[Any, set[tuple[int, ...]]] = {}
    for first, second, both, hard in product(range(13), repeat=4):
        if (answered := first + second + both + hard) <= 12:
            counts = {1: first + both, 2: second + both, 0: hard}
            shown = tuple(small_cells.shown_of_several(counts, answered, 3).items())
            told.setdefault((answered, shown), set()).add(tuple(counts.values()))
    for (answered, shown), ways in told.items():
        for place, (_key, count) in enumerate(shown):
            assert count is not None or answered < 3 or len({way[place] for way in ways}) > 1
