"""The Method of Equal Shares: against its definition, with few and many bits, and at its ends."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pb.core.allocation.electorate import Electorate
from pb.core.allocation.equal_shares import Completion, Ending, SharesTerms, Start, Stop, equal_shares
from pb.core.allocation.instance import Instance, Kind
from pb.core.allocation.shares import Utility, payments, reach, share
from tests.core.allocation.elections import SEED, election, elections, naive_shares, villages

ALL = st.sampled_from(Kind).flatmap(elections)
UTILITIES = st.sampled_from(Utility)
PLAIN = SharesTerms(completion=Completion.NONE)


def names(instance: Instance, terms: SharesTerms) -> list[str]:
    return [instance.projects[purchase.project].id for purchase in equal_shares(instance, terms, SEED).purchases]


def counted(instance: Instance, endowment: Fraction, utility: Utility, bits: int | None = None) -> list[int]:
    return [purchase.project for purchase in share(Electorate.of(instance, SEED), endowment, utility, bits)]


@settings(deadline=None, max_examples=200)
@given(ALL, UTILITIES, st.fractions(0, 100, max_denominator=30), st.none() | st.integers(0, 8))
def test_the_winners_are_those_of_the_definition(
    instance: Instance, utility: Utility, more: Fraction, bits: int | None
) -> None:
    """However few bits stand behind the point: with none nearly every comparison is decided by rationals."""
    endowment = Fraction(instance.envelope, instance.voters) + more
    wanted = naive_shares(instance, endowment, utility, instance.tie_order(SEED))
    assert counted(instance, endowment, utility, bits) == wanted


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(Kind).flatmap(villages), UTILITIES, st.none() | st.integers(0, 3))
def test_villages_full_of_ties_are_counted_by_the_definition(
    instance: Instance, utility: Utility, bits: int | None
) -> None:
    endowment = Fraction(instance.envelope, instance.voters)
    wanted = naive_shares(instance, endowment, utility, instance.tie_order(SEED))
    assert counted(instance, endowment, utility, bits) == wanted


@settings(deadline=None, max_examples=50)
@given(ALL, UTILITIES)
def test_sums_beyond_a_machine_word_are_counted_alike(instance: Instance, utility: Utility) -> None:
    times = 10**17
    projects = [replace(project, cost=project.cost * times) for project in instance.projects]
    large = replace(instance, envelope=instance.envelope * times, projects=tuple(projects))
    endowment = Fraction(instance.envelope, instance.voters)
    assert counted(large, endowment * times, utility) == counted(instance, endowment, utility)


@settings(deadline=None, max_examples=100)
@given(ALL, UTILITIES)
def test_supporters_pay_the_cost_and_never_more_than_they_hold(instance: Instance, utility: Utility) -> None:
    electorate, endowment = Electorate.of(instance, SEED), Fraction(instance.envelope, instance.voters)
    purchases = share(electorate, endowment, utility)
    for place, support in enumerate(electorate.supports):
        paid = payments(electorate, endowment, purchases, place)
        assert min(paid, default=0) >= 0
        assert sum(paid) <= endowment * support.voters
        for purchase, amount in zip(purchases, paid, strict=True):
            cost = instance.projects[purchase.project].cost
            assert amount == cost if purchase.project == place else amount <= cost


@settings(deadline=None, max_examples=200)
@given(ALL | st.sampled_from(Kind).flatmap(villages), UTILITIES, st.fractions(0, 1), st.none() | st.integers(0, 12))
def test_below_the_reach_nothing_is_decided_otherwise(
    instance: Instance, utility: Utility, part: Fraction, bits: int | None
) -> None:
    electorate, endowment = Electorate.of(instance, SEED), Fraction(instance.envelope, instance.voters)
    rise = reach(electorate, endowment, utility, bits)
    raised = endowment + (part * rise * Fraction(999, 1000) if rise is not None else part * 10**9)
    assert counted(instance, raised, utility) == counted(instance, endowment, utility)


@settings(deadline=None, max_examples=40)
@given(villages(), st.sampled_from([Fraction(1, 50), Fraction(1, 200)]))
def test_a_completion_that_passes_over_steps_is_the_one_that_counts_them_all(
    instance: Instance, step: Fraction
) -> None:
    terms = SharesTerms(step=step, then_greedy=False)
    shares = equal_shares(instance, terms, SEED)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("pb.core.allocation.equal_shares.PATIENCE", 10**9)
        slowly = equal_shares(instance, terms, SEED)
    assert replace(shares, electorate=slowly.electorate, purchases=slowly.purchases) == slowly
    assert [one.project for one in shares.purchases] == [one.project for one in slowly.purchases]


def test_a_step_of_one_unit_passes_over_what_cannot_change() -> None:
    """Thirty million tenge for ten voters: some million steps of a tenge, and a handful of different outcomes."""
    costs = {"a": 9_000_000, "b": 14_000_000, "c": 12_500_000, "d": 3_000_000}
    instance = election(30_000_000, costs, ["a", "ab", "ab", "bc", "c", "cd", "d", "ad", "b", "c"])
    shares = equal_shares(instance, SharesTerms(step=None), SEED)
    assert shares.ending in {Ending.OVERSPENT, Ending.ALL_WON}
    assert sum(stage.steps for stage in shares.path) > 100_000


def test_the_search_for_a_price_ends() -> None:
    """A search with a margin around the price once swung for ever between two sets of the poor in this village."""
    costs = {"a": 14, "b": 2, "c": 22, "d": 3, "e": 25}
    instance = election(64, costs, ["a", "abce", "abce", "abde", "ae", "bde", "cde"])
    endowment = Fraction(64, 7)
    wanted = naive_shares(instance, endowment, Utility.COST, instance.tie_order(SEED))
    assert all(counted(instance, endowment, Utility.COST, bits) == wanted for bits in (None, *range(12)))


@settings(deadline=None, max_examples=40)
@given(ALL, st.sampled_from(Start), st.sampled_from(Stop), st.sampled_from([Fraction(1, 3), Fraction(1, 10)]))
def test_a_completion_ends_within_the_envelope(instance: Instance, start: Start, stop: Stop, step: Fraction) -> None:
    assume(sum(project.cost for project in instance.projects) <= instance.envelope * 4)
    shares = equal_shares(instance, SharesTerms(start=start, stop=stop, step=step), SEED)
    assert shares.cost <= instance.envelope
    assert [stage.paid for stage in shares.path[:-1]] == [True] * (len(shares.path) - 1)
    assert shares.path[-1].paid is (shares.ending is not Ending.OVERSPENT)
    if shares.ending is Ending.ALL_WON:
        assert len(shares.purchases) == sum(1 for votes in instance.votes if votes)


def test_a_minority_gets_its_share() -> None:
    instance = election(90, {"a": 30, "b": 30, "c": 30, "d": 30}, ["abc"] * 6 + ["d"] * 3)
    won = names(instance, PLAIN)
    assert "d" in won
    assert len(won) == 3


def test_ties_go_to_the_cheaper_and_are_told() -> None:
    instance = election(10, {"a": 8, "b": 4}, ["ab", "ab"])
    shares = equal_shares(instance, PLAIN, SEED)
    assert [purchase.project for purchase in shares.purchases] == [1]
    assert shares.purchases[0].tied == (0,)


@pytest.mark.parametrize("terms", [PLAIN, SharesTerms(step=None, start=Start.FLOOR), SharesTerms()])
def test_everything_affordable_wins(terms: SharesTerms) -> None:
    instance = election(100, {"a": 50}, ["a"])
    assert names(instance, terms) == ["a"]


def test_nothing_approved_ends_at_once() -> None:
    shares = equal_shares(election(100, {"a": 50}, ["", ""]), SharesTerms(step=None), SEED)
    assert (shares.purchases, shares.ending) == ((), Ending.ALL_WON)


def test_no_envelope_ends_at_once() -> None:
    shares = equal_shares(election(0, {"a": 50}, ["a"]), SharesTerms(), SEED)
    assert (shares.purchases, shares.ending) == ((), Ending.EXHAUSTED)


def test_a_project_that_costs_the_whole_envelope_wins_when_all_its_voters_agree() -> None:
    assert names(election(99, {"a": 99, "b": 1}, ["a", "a", "a"]), PLAIN) == ["a"]
    assert names(election(99, {"a": 99, "b": 33}, ["a", "a", "b"]), SharesTerms(step=Fraction(1, 10))) == ["b"]


def test_the_path_holds_the_interval_in_which_the_result_stays_the_same() -> None:
    shares = equal_shares(election(100, {"a": 60, "b": 60}, ["a", "a", "b"]), SharesTerms(step=None), SEED)
    assert [(stage.first, stage.last, stage.steps, stage.winners) for stage in shares.path] == [
        (Fraction(100, 3), Fraction(178, 3), 27, (0,)),
        (Fraction(181, 3), Fraction(181, 3), 1, (0, 1)),
    ]
    assert (shares.endowment, shares.ending) == (Fraction(178, 3), Ending.OVERSPENT)


def test_exhaustive_stops_as_soon_as_nothing_more_fits() -> None:
    instance = election(100, {"a": 60, "b": 60}, ["a", "a", "b"])
    shares = equal_shares(instance, SharesTerms(stop=Stop.EXHAUSTIVE), SEED)
    assert (shares.ending, shares.endowment) == (Ending.EXHAUSTED, Fraction(100, 3))


def test_a_step_too_small_is_refused_and_not_run() -> None:
    with pytest.raises(ValueError, match="positive"):
        SharesTerms(step=Fraction(0))
