"""No group of one to four is shown, and none can be found by subtracting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.act import Role
from pb.roll.service.statistics import SMALLEST, Group, merge, merge_neighbours, shown_age, statistics
from pb.territory.service import settlements
from tests.polls.open_poll import OpenPoll
from tests.village import KEYS

counts = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 30), min_size=1, max_size=8)


def test_a_small_settlement_is_counted_with_the_next_smallest() -> None:
    assert merge({"A": 100, "B": 3, "C": 20}) == [Group(("A",), 100), Group(("B", "C"), 23)]
    assert merge({"A": 100, "B": 3, "C": 2}) == [Group(("A",), 100), Group(("B", "C"), 5)]
    assert merge({"A": 100, "B": 7}) == [Group(("A",), 100), Group(("B",), 7)]
    assert merge({"A": 100, "B": 4}) == [Group(("A", "B"), 104)]
    assert merge({"A": 4}) == []


def test_a_small_age_group_joins_its_neighbour() -> None:
    ages = {"18–29": 2, "30–44": 40, "45–59": 30, "60–74": 6, "75+": 1}
    merged = merge_neighbours(ages)
    assert [(shown_age(group.names), group.count) for group in merged] == [("18–44", 42), ("45–59", 30), ("60+", 7)]


@given(counts)
def test_every_group_is_large_enough_and_hides_what_was_small(told: dict[str, int]) -> None:
    for groups in (merge(told), merge_neighbours(told)):
        if not groups:
            assert sum(told.values()) < SMALLEST
            continue
        assert sum(group.count for group in groups) == sum(told.values())
        assert sorted(name for group in groups for name in group.names) == sorted(told)
        for group in groups:
            assert group.count >= SMALLEST
            small = [name for name in group.names if told[name] < SMALLEST]
            assert not small or len(group.names) > 1, "a small group never stands alone"


@pytest.mark.both_databases
def test_a_frozen_roll_knows_no_settlement_that_came_later(opened: OpenPoll) -> None:
    """Played: a settlement recorded after the vote stood on the page of its roll."""

    def shown() -> list[Group]:
        with opened.act() as act:
            return statistics(act, opened.rows(act)[0], KEYS).settlements

    before = shown()
    with opened.act(Role.OFFICE) as act:
        settlements.record_by_office(act, settlements.Names("Жаңа ауыл", "Новое", ""))
    assert shown() == before
