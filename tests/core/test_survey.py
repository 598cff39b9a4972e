"""Counts of a survey: shares add up, "hard to answer" stays apart, and nothing that is hidden can be computed."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core.survey import HARD, WHOLE, tally

COUNTS = st.lists(st.integers(0, 40), min_size=3, max_size=13)


def test_the_shares_of_597_people_add_up_to_the_whole() -> None:
    """Published vectors: 90 + 42 + 358 + 107 of 597; of another question 596 answered, and one is missing."""
    found = tally({1: 90, 2: 42, 3: 358, 4: 107}, 597, 597, 5, several=False)
    assert [cell.share for cell in found.cells] == [151, 70, 600, 179]
    found = tally({1: 328, 2: 101, 3: 167}, 596, 597, 1, several=False)  # the study hides nothing
    assert (found.answered, found.missing, sum(cell.share or 0 for cell in found.cells)) == (596, 1, WHOLE)


def test_totals_that_do_not_add_up_are_refused() -> None:
    """The published table of priorities has 598 answers of 597 people."""
    with pytest.raises(ValueError, match="chose one"):
        tally({1: 239, 2: 90, 3: 60, 4: 30, 5: 12, 6: 167}, 597, 597, 5, several=False)
    with pytest.raises(ValueError, match="more answers than people"):
        tally({1: 598}, 597, 597, 5, several=True)


def test_hard_to_answer_is_one_of_those_who_answered() -> None:
    """An index that averages low, medium and high would be a third of all who did not find it hard."""
    found = tally({1: 17, 2: 51, 3: 16, 0: 16}, 100, 120, 5, several=False)
    assert {cell.place: cell.share for cell in found.cells} == {1: 170, 2: 510, 3: 160, 0: 160}
    assert (found.answered, found.missing, found.whole) == (100, 20, 100)
    few = tally({1: 17, 2: 51, 3: 16, 0: 16}, 100, 102, 5, several=False)
    assert (few.answered, few.missing, few.whole) == (None, None, 102), "two left it out"
    assert [cell.people for cell in few.cells] == [17, 51, None, None], "else they would follow from the sum"


def test_of_several_answers_each_share_is_of_those_who_answered() -> None:
    found = tally({1: 60, 2: 55, 3: 20, 0: 10}, 80, 80, 5, several=True)
    assert [cell.share for cell in found.cells] == [750, 688, 250, 125]
    assert not found.adds_up


@given(COUNTS)
def test_what_is_told_adds_up(numbers: list[int]) -> None:
    answered = sum(numbers)
    found = tally(dict(enumerate(numbers)), answered, answered + 3, 5, several=False)
    told = [cell for cell in found.cells if cell.people is not None]
    assert sum(cell.people or 0 for cell in told) <= answered
    shares = sum(cell.share or 0 for cell in told)
    assert shares <= WHOLE
    if not found.hidden and answered:
        assert shares == WHOLE


@given(COUNTS)
def test_no_hidden_count_follows_from_what_is_told(numbers: list[int]) -> None:
    """With the sum of all known, each hidden count could still be another: nobody's, or several people's."""
    answered = sum(numbers)
    found = tally(dict(enumerate(numbers)), answered, answered, 5, several=False)
    hidden = [numbers[cell.place] for cell in found.cells if cell.people is None]
    rest = answered - sum(cell.people or 0 for cell in found.cells)
    assert sum(hidden) == rest
    if hidden and rest >= 5:
        assert len(hidden) > 1
        ways = {split for split in product(range(min(rest, 6) + 1), repeat=2) if sum(split) <= rest}
        assert len(ways) > 1
    assert all(cell.people is None or cell.people >= 5 for cell in found.cells)
    assert all((cell.people is None) == (cell.share is None) for cell in found.cells if answered)


def test_neither_who_left_a_question_out_nor_what_is_hidden_beside_them_follows_from_what_is_told() -> None:
    """Every way in which up to 17 people answer one of three, or leave it out: another way prints the same."""
    printed: dict[Any, list[tuple[int, ...]]] = {}
    for counts in product(range(18), repeat=3):
        for missing in range(18 - sum(counts)):
            answered = sum(counts)
            found = tally(dict(zip((1, 2, HARD), counts, strict=True)), answered, answered + missing, 5, several=False)
            printed.setdefault((answered + missing, found), []).append((*counts, missing))
    assert none_follows(printed, 5)


def test_nor_where_several_may_be_chosen() -> None:
    printed: dict[Any, list[tuple[int, ...]]] = {}
    for first, second, both, hard, missing in product(range(11), repeat=5):
        if (took_part := first + second + both + hard + missing) <= 10:
            counts = {1: first + both, 2: second + both, HARD: hard}
            found = tally(counts, took_part - missing, took_part, 3, several=True)
            printed.setdefault((took_part, found), []).append((*counts.values(), missing))
    assert none_follows(printed, 3)


def none_follows(printed: dict[Any, list[tuple[int, ...]]], least: int) -> bool:
    return all(
        len({way[place] for way in ways}) > 1
        for (took_part, found), ways in printed.items()
        if took_part >= least
        for place, told in enumerate((*(cell.people for cell in found.cells), found.missing))
        if told is None
    )
