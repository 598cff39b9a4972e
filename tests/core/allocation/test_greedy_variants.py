"""The variants of `greedy`."""

import pytest

from pb.core.allocation.greedy import Allocation, Candidate, GreedyTerms, Reason, greedy
from tests.core.allocation.elections import SEED

VILLAGE = [
    Candidate("road", 60, 9, "Ақбұлақ"),
    Candidate("park", 50, 7, "Ақбұлақ"),
    Candidate("well", 20, 5, "Көктал"),
    Candidate("lamp", 10, 2, "Көктал"),
]


def reasons(allocation: Allocation) -> dict[str, Reason]:
    return {outcome.id: outcome.reason for outcome in allocation.outcomes}


def ids(allocation: Allocation) -> list[str]:
    return [winner.id for winner in allocation.winners]


def test_no_skip_ends_at_the_first_that_does_not_fit() -> None:
    counted = greedy(100, VILLAGE, SEED, GreedyTerms(stop_at_misfit=True))
    assert ids(counted) == ["road"]
    assert reasons(counted) == {
        "road": Reason.WON,
        "park": Reason.NOT_ENOUGH_LEFT,
        "well": Reason.AFTER_THE_END,
        "lamp": Reason.AFTER_THE_END,
    }


def test_below_the_threshold_nothing_wins() -> None:
    counted = greedy(100, VILLAGE, SEED, GreedyTerms(least_votes=5))
    assert ids(counted) == ["road", "well"]
    assert reasons(counted)["lamp"] is Reason.TOO_FEW_VOTES


def test_of_an_exclusive_group_one_wins() -> None:
    counted = greedy(
        200, VILLAGE, SEED, GreedyTerms(exclusive=(frozenset({"road", "park"}), frozenset({"park", "lamp"})))
    )
    assert ids(counted) == ["road", "well", "lamp"]
    assert next(outcome for outcome in counted.outcomes if outcome.id == "park").rival == "road"


def test_the_marginal_project_may_be_funded_in_part() -> None:
    counted = greedy(100, VILLAGE, SEED, GreedyTerms(in_part=True))
    assert [(winner.id, winner.granted) for winner in counted.winners] == [("road", 60), ("park", 40)]
    assert (counted.spent, counted.left) == (100, 0)


def test_envelopes_of_settlements_go_first_and_the_rest_together() -> None:
    counted = greedy(100, VILLAGE, SEED, GreedyTerms(envelopes={"Көктал": 30}))
    assert [(winner.id, winner.settlement) for winner in counted.winners] == [
        ("well", "Көктал"),
        ("lamp", "Көктал"),
        ("road", ""),
    ]
    assert (counted.spent, counted.left) == (90, 10)


@pytest.mark.parametrize(
    "terms",
    [
        GreedyTerms(exclusive=(frozenset({"moon"}),)),
        GreedyTerms(envelopes={"Көктал": 101}),
        GreedyTerms(envelopes={"x": -1}),
    ],
)
def test_terms_that_do_not_fit_are_refused(terms: GreedyTerms) -> None:
    with pytest.raises(ValueError, match=r"unknown|fit"):
        greedy(100, VILLAGE, SEED, terms)
