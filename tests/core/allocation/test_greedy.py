"""The counting rule `greedy`: hand-made villages first, then properties that hold for every village."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core.allocation.greedy import Allocation, Candidate, Reason, TieBreak, greedy, seed_order

SEED = "5e" * 32

villages = st.lists(
    st.builds(
        Candidate,
        id=st.uuids().map(str),
        cost=st.integers(0, 50) | st.integers(0, 10**15),
        votes=st.integers(0, 5) | st.integers(0, 10**6),
    ),
    max_size=12,
    unique_by=lambda project: project.id,
)
envelopes = st.integers(0, 120) | st.integers(0, 10**16)


def ids(allocation: Allocation) -> list[str]:
    return [winner.id for winner in allocation.winners]


def test_most_votes_first_and_what_does_not_fit_is_skipped() -> None:
    allocation = greedy(
        60, [Candidate("road", 40, 9), Candidate("park", 30, 7), Candidate("well", 20, 5), Candidate("gym", 1, 0)], SEED
    )
    assert ids(allocation) == ["road", "well"]
    assert (allocation.spent, allocation.left) == (60, 0)
    road, park, well, gym = allocation.outcomes
    assert (road.reason, road.step, road.left, road.missing) == (Reason.WON, 1, 60, 0)
    assert (park.reason, park.step, park.left, park.missing) == (Reason.NOT_ENOUGH_LEFT, 2, 20, 10)
    assert (well.reason, well.step, well.left) == (Reason.WON, 3, 20)
    assert (gym.reason, gym.won) == (Reason.NO_VOTES, False)


def test_between_equal_votes_the_cheaper_goes_first() -> None:
    allocation = greedy(50, [Candidate("dear", 50, 3), Candidate("cheap", 10, 3)], SEED)
    assert ids(allocation) == ["cheap"]
    assert [(tie.first, tie.second, tie.votes, tie.decided_by) for tie in allocation.ties] == [
        ("cheap", "dear", 3, TieBreak.CHEAPER)
    ]


def test_between_equal_votes_and_costs_the_seed_decides() -> None:
    projects = [Candidate(name, 50, 3) for name in "abcdef"]
    first = min(projects, key=lambda project: seed_order(SEED, project.id))
    allocation = greedy(50, projects, SEED)
    assert ids(allocation) == [first.id]
    assert {tie.decided_by for tie in allocation.ties} == {TieBreak.SEED}
    assert len({ids(greedy(50, projects, str(seed)))[0] for seed in range(60)}) == 6


def test_the_order_of_the_seed_is_published_as_a_vector() -> None:
    # printf 'seed|project' | sha256sum
    assert seed_order("seed", "project") == "93b21e60c8badd4b5538d7487a5f70ddbc44e047fe72c7c10b88af6981c7c131"


def test_a_project_without_votes_never_wins_even_when_it_is_free() -> None:
    assert greedy(100, [Candidate("a", 0, 0)], SEED).winners == ()


@pytest.mark.parametrize(
    ("envelope", "projects"),
    [
        (-1, []),
        (1, [Candidate("a", -1, 1)]),
        (1, [Candidate("a", 1, 1), Candidate("a", 2, 2)]),
    ],
)
def test_what_cannot_be_counted(envelope: int, projects: list[Candidate]) -> None:
    with pytest.raises(ValueError, match=r"negative|twice"):
        greedy(envelope, projects, SEED)


@given(envelopes, villages)
def test_the_envelope_is_never_exceeded_and_every_tiyn_is_accounted_for(
    envelope: int, village: list[Candidate]
) -> None:
    allocation = greedy(envelope, village, SEED)
    assert allocation.spent == sum(winner.cost for winner in allocation.winners) <= envelope
    assert allocation.spent + allocation.left == envelope


@given(envelopes, villages)
def test_every_loser_is_explained(envelope: int, village: list[Candidate]) -> None:
    allocation = greedy(envelope, village, SEED)
    assert sorted(outcome.id for outcome in allocation.outcomes) == sorted(project.id for project in village)
    assert [outcome.step for outcome in allocation.outcomes] == list(range(1, len(village) + 1))
    left = envelope
    for outcome in allocation.outcomes:
        assert outcome.left == left
        if outcome.won:
            left -= outcome.cost
        elif outcome.reason is Reason.NO_VOTES:
            assert outcome.votes == 0
        else:
            assert outcome.missing == outcome.cost - left > 0


@given(envelopes, villages, st.randoms(use_true_random=False))
def test_the_order_on_the_ballot_does_not_matter(envelope: int, village: list[Candidate], random: Random) -> None:
    shuffled = list(village)
    random.shuffle(shuffled)
    assert greedy(envelope, shuffled, SEED) == greedy(envelope, village, SEED)


@given(envelopes, villages, st.integers(0, 11))
def test_one_vote_more_never_costs_a_winner_its_place(envelope: int, village: list[Candidate], index: int) -> None:
    winners = ids(greedy(envelope, village, SEED))
    if index < len(winners):
        more = [
            Candidate(project.id, project.cost, project.votes + (project.id == winners[index])) for project in village
        ]
        assert winners[index] in ids(greedy(envelope, more, SEED))


@given(envelopes, villages)
def test_a_tie_is_recorded_for_each_pair_of_neighbours_with_equal_votes(
    envelope: int, village: list[Candidate]
) -> None:
    voted = [project.votes for project in village if project.votes]
    assert len(greedy(envelope, village, SEED).ties) == len(voted) - len(set(voted))
