"""Quorum, majority and the chair's vote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.gatherings.models import Outcome
from pb.gatherings.service.rules import VotesError, has_quorum, outcome, quorum_needed

COUNTS = st.integers(0, 60)


@pytest.mark.parametrize(
    ("members", "percent", "needed"), [(9, 50, 5), (10, 50, 5), (7, 67, 5), (1, 50, 1), (25, 100, 25)]
)
def test_quorum_is_at_least_the_share_of_all_members(members: int, percent: int, needed: int) -> None:
    assert quorum_needed(members, percent) == needed


def test_an_assembly_without_members_never_has_a_quorum() -> None:
    assert not has_quorum(0, 0, 50)


@given(members=st.integers(1, 60), percent=st.integers(1, 100))
def test_the_whole_assembly_is_always_a_quorum(members: int, percent: int) -> None:
    assert has_quorum(members, members, percent)
    assert not has_quorum(quorum_needed(members, percent) - 1, members, percent)


@given(in_favour=COUNTS, against=COUNTS, abstained=COUNTS)
def test_more_than_half_of_those_voting_decide(in_favour: int, against: int, abstained: int) -> None:
    voting = in_favour + against + abstained
    if in_favour == against:
        with pytest.raises(VotesError):
            outcome(in_favour, against, abstained, voting=voting, chair=None)
        for chair in Outcome:
            assert outcome(in_favour, against, abstained, voting=voting, chair=chair) is chair
    else:
        decided = outcome(in_favour, against, abstained, voting=voting, chair=None)
        assert (decided is Outcome.APPROVED) == (in_favour > against + abstained)


def test_abstentions_are_not_votes_in_favour() -> None:
    assert outcome(3, 2, 2, voting=7, chair=None) is Outcome.REJECTED


@pytest.mark.parametrize("votes", [(5, 1, 0), (3, 1, 0), (6, -1, 0)])
def test_votes_that_do_not_add_up_are_refused(votes: tuple[int, int, int]) -> None:
    with pytest.raises(VotesError):
        outcome(*votes, voting=5, chair=None)


def test_the_chairs_vote_counts_on_a_tie_alone() -> None:
    with pytest.raises(VotesError):
        outcome(4, 1, 0, voting=5, chair=Outcome.REJECTED)
