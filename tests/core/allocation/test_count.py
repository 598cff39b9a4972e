"""Counting with reasons, fairness and the manifest."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings

from pb.core.allocation.count import Rule, Terms, count
from pb.core.allocation.equal_shares import Completion, SharesTerms
from pb.core.allocation.fairness import assess, injustices, prefer
from pb.core.allocation.greedy import GreedyTerms, Reason
from pb.core.allocation.instance import Instance, Project
from pb.core.allocation.manifest import ManifestError, canonical, manifest, parse_terms, terms_value
from tests.core.allocation.elections import SEED, election, elections

PLAIN = Terms(Rule.EQUAL_SHARES, shares=SharesTerms(completion=Completion.NONE, then_greedy=False), seed=SEED)
GREEDY = Terms(seed=SEED)
VILLAGE = election(90, {"a": 30, "b": 30, "c": 30, "d": 30, "e": 5}, ["abc"] * 6 + ["d"] * 3)


def test_a_loser_learns_whose_wins_used_up_its_supporters_money() -> None:
    counted = count(VILLAGE, PLAIN)
    assert "d" in counted.winners
    loser = next(one for one in counted.standings if one.id in "abc" and one.step is None)
    assert loser.reason is Reason.SUPPORTERS_SPENT
    assert (loser.covered, loser.missing) == (0, 30)
    assert sorted(amount for _winner, amount in loser.spent_on) == [30, 30]
    assert loser.votes_missing == 3
    assert counted.standing("e").reason is Reason.NO_VOTES


def test_effective_votes_of_a_winner_paid_by_all_alike_are_its_votes() -> None:
    assert count(VILLAGE, PLAIN).standing("d").effective == 300


def test_the_rest_is_shared_out_by_greedy() -> None:
    instance = election(90, {"a": 30, "b": 40}, ["a", "a", "b"])
    counted = count(instance, Terms(Rule.EQUAL_SHARES, shares=SharesTerms(completion=Completion.NONE), seed=SEED))
    assert [(one.id, one.reason) for one in counted.standings] == [("a", Reason.WON), ("b", Reason.WON_WITH_THE_REST)]
    assert (counted.spent, counted.left) == (70, 20)


@settings(deadline=None, max_examples=50)
@given(elections())
def test_with_the_votes_missing_a_loser_of_greedy_would_have_won(instance: Instance) -> None:
    for standing in count(instance, GREEDY).standings:
        if standing.votes_missing:
            assert _wins_with(instance, standing.id, standing.votes_missing)
            assert standing.votes_missing == 1 or not _wins_with(instance, standing.id, standing.votes_missing - 1)


def _wins_with(instance: Instance, name: str, more: int) -> bool:
    place = [project.id for project in instance.projects].index(name)
    ballots = [(one.choices, None) for one in instance.ballots for _ in range(one.voters)]
    changed = Instance.of(instance.envelope, instance.projects, [*ballots, *[((place,), None)] * more])
    return name in count(changed, GREEDY).winners


@settings(deadline=None, max_examples=50)
@given(elections())
def test_equal_shares_passes_over_no_group(instance: Instance) -> None:
    assert injustices(instance, count(instance, PLAIN).winners) == ()


def test_a_group_passed_over_by_greedy_is_found() -> None:
    found = injustices(VILLAGE, count(VILLAGE, GREEDY).winners)
    assert [(one.id, one.voters, one.worth, one.share) for one in found] == [("d", 3, 0, Fraction(30))]


def test_who_gains_and_what_each_voter_has() -> None:
    greedy, shares = count(VILLAGE, GREEDY).winners, count(VILLAGE, PLAIN).winners
    assert prefer(VILLAGE, greedy, shares) == (6, 3, 0)
    fairness = assess(VILLAGE, shares)
    assert (fairness.covered, fairness.average_winners, fairness.average_worth) == (9, Fraction(15, 9), Fraction(50))


def test_spread_by_settlement_and_category() -> None:
    projects = [Project("a", 10, settlement="Көктал", category="roads,water"), Project("b", 5, category="water")]
    fairness = assess(Instance.of(10, projects, [((0, 1), None)]), {"a"})
    assert [(part.name, part.projects, part.winners, part.spent) for part in fairness.categories] == [
        ("roads", 1, 1, 10),
        ("water", 2, 1, 10),
    ]
    assert [part.name for part in fairness.settlements] == ["", "Көктал"]


def test_by_comparison_the_outcome_of_more_voters_stands() -> None:
    counted = count(VILLAGE, Terms(Rule.EQUAL_SHARES, shares=PLAIN.shares, seed=SEED, comparison=True))
    assert counted.greedy_preferred
    assert sorted(counted.winners) == ["a", "b", "c"]


@settings(deadline=None, max_examples=50)
@given(elections())
def test_the_manifest_has_the_same_bytes_for_ballots_in_any_order(instance: Instance) -> None:
    ballots = [(one.choices, one.points) for one in instance.ballots for _ in range(one.voters)]
    other = Instance.of(instance.envelope, instance.projects, reversed(ballots))
    first, second = (canonical(manifest(one, count(one, PLAIN), b"x", "asar")) for one in (instance, other))
    assert first == second


@pytest.mark.parametrize(
    "terms",
    [
        Terms(greedy=GreedyTerms(True, 3, (frozenset({"b", "a"}),), True, {"Көктал": 5}), seed="s"),
        Terms(Rule.EQUAL_SHARES, shares=SharesTerms(step=None), comparison=True),
        PLAIN,
    ],
)
def test_terms_are_read_back_from_a_manifest(terms: Terms) -> None:
    value = json.loads(canonical({"terms": terms_value(terms)}))
    assert terms_value(parse_terms(value)) == terms_value(terms)


@pytest.mark.parametrize(
    "value",
    [[], {}, {"rule": "lottery"}, {"rule": "greedy", "least_votes": "3"}, {"rule": "equal-shares", "step": "0"},
     {"rule": "equal-shares", "step": "1/0"}, {"rule": "equal-shares", "in_part": True},
     {"rule": "equal-shares", "comparison": "taste"}, {"terms": 3}, {"rule": "greedy", "envelopes": 3}],
)  # fmt: skip
def test_a_manifest_that_says_no_rule_is_refused(value: object) -> None:
    with pytest.raises(ManifestError):
        parse_terms(value)


def test_ties_among_what_is_left_are_told_too() -> None:
    instance = election(90, {"a": 70, "b": 10, "c": 10}, ["a"] * 8 + ["b", "c"])
    terms = Terms(Rule.EQUAL_SHARES, shares=SharesTerms(completion=Completion.NONE), seed=SEED)
    counted = count(instance, terms)
    assert [(tie.first, tie.second) for tie in counted.ties] == [tuple(counted.winners[-2:])]
