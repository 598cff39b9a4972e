"""Quorum, majority and the chair's vote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.gatherings.models import Outcome
from pb.gatherings.service.rules import ChairError, Room, VotesError, has_quorum, outcome, quorum_needed, votes_needed

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


@given(in_favour=COUNTS, against=COUNTS, abstained=COUNTS, interested=st.integers(0, 5))
def test_more_than_half_of_those_present_adopt_and_a_tie_rejects(
    in_favour: int, against: int, abstained: int, interested: int
) -> None:
    voting = in_favour + against + abstained
    decided = outcome(in_favour, against, abstained, room=Room(voting + interested, voting, voting + interested))
    assert (decided is Outcome.APPROVED) == (in_favour > against + abstained + interested)
    assert (decided is Outcome.APPROVED) == (in_favour >= votes_needed(voting + interested))


@pytest.mark.parametrize("votes", [(0, 0, 5), (1, 1, 5), (3, 3, 0), (3, 2, 1), (2, 2, 1)])
def test_fewer_than_more_than_half_of_those_present_never_adopt(votes: tuple[int, int, int]) -> None:
    present = sum(votes)
    assert outcome(*votes, room=Room(present, present, present)) is Outcome.REJECTED


@given(in_favour=COUNTS, against=COUNTS, abstained=COUNTS, chair=st.sampled_from((Outcome.APPROVED, Outcome.REJECTED)))
def test_where_no_regulation_names_the_chair_the_chair_has_no_second_vote(
    in_favour: int, against: int, abstained: int, chair: Outcome
) -> None:
    present = in_favour + against + abstained
    with pytest.raises(ChairError):
        outcome(in_favour, against, abstained, room=Room(present, present, present), chair=chair)


@given(half=st.integers(1, 30), chair=st.sampled_from((Outcome.APPROVED, Outcome.REJECTED)))
def test_where_the_regulation_says_so_the_chair_decides_when_half_are_for_and_half_against(
    half: int, chair: Outcome
) -> None:
    present = 2 * half
    assert outcome(half, half, 0, room=Room(present, present, present), chair=chair, chair_decides=True) is chair
    with pytest.raises(ChairError):
        outcome(half, half, 0, room=Room(present, present, present), chair_decides=True)


@pytest.mark.parametrize("votes", [(0, 0, 5), (1, 1, 5), (4, 1, 0), (2, 2, 1), (0, 0, 0)])
def test_no_regulation_lets_the_chair_adopt_what_half_did_not_want(votes: tuple[int, int, int]) -> None:
    present = sum(votes)
    with pytest.raises(ChairError):
        outcome(*votes, room=Room(present, present, present), chair=Outcome.APPROVED, chair_decides=True)


def test_members_with_an_interest_are_present_and_do_not_vote() -> None:
    assert outcome(3, 0, 0, room=Room(6, 3, 6)) is Outcome.REJECTED
    assert outcome(4, 0, 0, room=Room(6, 4, 6)) is Outcome.APPROVED


@pytest.mark.parametrize("votes", [(5, 1, 0), (3, 1, 0), (6, -1, 0)])
def test_votes_that_do_not_add_up_are_refused(votes: tuple[int, int, int]) -> None:
    with pytest.raises(VotesError):
        outcome(*votes, room=Room(5, 5, 5))
