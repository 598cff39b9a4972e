"""A least number of votes, groups of which one can win, and the share of a cost: by every rule that has them."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pb.core.allocation.count import Rule, Terms, count
from pb.core.allocation.equal_shares import Completion, SharesTerms, Stop
from pb.core.allocation.greedy import Candidate, GreedyTerms, Reason, greedy
from pb.core.allocation.instance import Instance
from pb.core.allocation.manifest import ManifestError, load, parse_terms, terms_value
from pb.core.allocation.pabulib import FormatError, read
from pb.core.allocation.pabulib_count import interpret
from pb.core.allocation.pabulib_rules import terms_of, with_threshold
from tests.core.allocation.elections import MINIMAL, SEED, election, elections
from tests.tools import require_shared

RULES = ["greedy", "greedy-no-skip", "greedy-threshold", "equal-shares", "equalshares", "equalshares/add1",
         "equalshares-comparison", "equalshares/add1-comparison"]  # fmt: skip
SHARES = Terms(Rule.EQUAL_SHARES, seed=SEED)


@pytest.mark.parametrize("rule", RULES)
def test_below_the_files_threshold_nobody_wins_whatever_the_rule(rule: str) -> None:
    file = read(require_shared("data/faults/threshold-with-no-skip.pb").read_bytes())
    instance = interpret(file).instance
    for terms in (terms_of(file, rule), with_threshold(file, replace(terms_of(file, rule), greedy=GreedyTerms()))):
        counted = count(instance, terms)
        assert counted.winners == ("A",)
        assert counted.standing("B").reason is Reason.TOO_FEW_VOTES


def test_a_threshold_that_is_no_number_is_refused_at_its_key() -> None:
    file = read(MINIMAL.replace("rule;greedy", "rule;greedy\nmin_project_score_threshold;many").encode())
    with pytest.raises(FormatError) as refused:
        terms_of(file)
    assert refused.value.column == "min_project_score_threshold"


def test_equal_shares_spend_on_one_of_a_group() -> None:
    """A and B exclude each other: whoever voted for both pays for one, and keeps the rest for C."""
    instance = election(60, {"a": 20, "b": 20, "c": 20}, ["abc"] * 3)
    free = count(instance, SHARES)
    assert set(free.winners) == {"a", "b", "c"}
    counted = count(instance, replace(SHARES, greedy=GreedyTerms(exclusive=(frozenset("ab"),))))
    assert len(counted.winners) == 2
    assert "c" in counted.winners
    (lost,) = {"a", "b"} - set(counted.winners)
    assert counted.standing(lost).reason is Reason.EXCLUDED
    assert {counted.standing(lost).rival} == {"a", "b"} - {lost}


@settings(deadline=None, max_examples=120)
@given(elections(), st.data())
def test_of_every_group_one_wins_and_the_steps_passed_over_change_nothing(
    instance: Instance, data: st.DataObject
) -> None:
    ids = [project.id for project in instance.projects]
    groups = tuple(
        frozenset(group) for group in data.draw(st.lists(st.lists(st.sampled_from(ids), min_size=1), max_size=2))
    )
    limits = GreedyTerms(exclusive=groups, least_votes=data.draw(st.integers(1, 3)))
    shares = SharesTerms(
        completion=data.draw(st.sampled_from(Completion)),
        step=Fraction(1, data.draw(st.integers(1, 4))),
        stop=data.draw(st.sampled_from(Stop)),
        then_greedy=data.draw(st.booleans()),
    )
    for rule in Rule:
        counted = count(instance, Terms(rule, limits, shares, SEED))
        assert all(len(group & set(counted.winners)) <= 1 for group in groups)
        assert all(counted.standing(name).score >= limits.least_votes for name in counted.winners)
        assert counted.spent <= instance.envelope
        losers = [standing for standing in counted.standings if standing.step is None]
        assert all(standing.rival in counted.winners for standing in losers if standing.reason is Reason.EXCLUDED)


def test_without_groups_nothing_changes_and_a_manifest_holds_them_for_equal_shares() -> None:
    terms = Terms(Rule.EQUAL_SHARES, GreedyTerms(exclusive=(frozenset("ab"),)), seed=SEED)
    assert parse_terms(terms_value(terms)) == terms
    assert "exclusive" not in terms_value(SHARES)
    with pytest.raises(ValueError, match="unknown project"):
        count(election(10, {"a": 5}, ["a"]), terms)


def candidates(*costs: int) -> list[Candidate]:
    return [Candidate(f"p{place}", cost, 100 - place) for place, cost in enumerate(costs)]


@pytest.mark.parametrize(
    ("left", "winners", "granted"),
    [
        (80, ["p0", "p1"], 80),  # exactly the share
        (79, ["p0"], 0),
        (100, ["p0", "p1", "p2"], 100),  # it fits whole, and the next is tried
    ],
)
def test_the_next_project_wins_if_the_stated_share_of_its_cost_is_left(
    left: int, winners: list[str], granted: int
) -> None:
    """As Poznan has it: no skipping; four fifths of the cost of the first that does not fit are enough."""
    terms = GreedyTerms(next_share=Fraction(4, 5))
    allocation = greedy(50 + left, candidates(50, 100, 1) if left < 100 else candidates(50, 100, 0), SEED, terms)
    assert [outcome.id for outcome in allocation.winners] == winners
    outcomes = {outcome.id: outcome for outcome in allocation.outcomes}
    assert outcomes["p1"].granted == granted
    assert allocation.spent + allocation.left == 50 + left
    if left < 100:
        assert outcomes["p2"].reason is Reason.AFTER_THE_END, "nobody behind it wins, whatever is left"
        assert outcomes["p1"].reason is (Reason.WON_BY_A_SHARE if granted else Reason.NOT_ENOUGH_LEFT)


@pytest.mark.parametrize("share", ["0", "5/4", "1e999999999", "Infinity", "1/0", "-1/2", 1e999, [], True])
def test_a_share_that_is_none_is_refused(share: object) -> None:
    with pytest.raises(ManifestError):
        parse_terms({"rule": "greedy", "next_share": share})


def test_a_share_stands_in_the_manifest_and_goes_with_no_other_part() -> None:
    terms = Terms(Rule.GREEDY, GreedyTerms(next_share=Fraction(4, 5)), seed=SEED)
    assert terms_value(terms)["next_share"] == "4/5"
    assert parse_terms(terms_value(terms)) == terms
    for refused in ({"in_part": True}, {"rule": "equal-shares"}):
        with pytest.raises(ManifestError):
            parse_terms({"rule": "greedy", "next_share": "4/5", **refused})


@pytest.mark.parametrize("name", ["manifest-deep.json", "manifest-infinity.json"])
def test_a_manifest_without_bottom_or_without_end_is_none(name: str) -> None:
    with pytest.raises(ManifestError):
        parse_terms(load(require_shared(f"data/faults/{name}").read_bytes()))
