"""Made elections for the tests of counting: small ones drawn by hypothesis, and a naive Method of Equal Shares."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st

from pb.core.allocation.instance import Instance, Kind, Project
from pb.core.allocation.shares import Utility

SEED = "5e" * 32


def election(envelope: int, costs: dict[str, int], ballots: Sequence[str], unit: int = 1) -> Instance:
    """Approvals: each ballot names projects of one letter."""
    names = list(costs)
    read = [(tuple(sorted(names.index(name) for name in ballot)), None) for ballot in ballots]
    return Instance.of(envelope, [Project(name, cost) for name, cost in costs.items()], read, unit=unit)


@st.composite
def elections(draw: st.DrawFn, kind: Kind = Kind.APPROVAL, most_voters: int = 12) -> Instance:
    costs = draw(st.lists(st.integers(1, 12) | st.integers(1, 10**6), min_size=1, max_size=6))
    places = st.lists(st.integers(0, len(costs) - 1), unique=True).map(sorted).map(tuple)
    chosen = draw(st.lists(places, min_size=1, max_size=most_voters))
    ballots: list[tuple[tuple[int, ...], tuple[int, ...] | None]] = []
    for choices in chosen:
        points = tuple(draw(st.integers(1, 4)) for _ in choices) if kind is not Kind.APPROVAL else None
        ballots.append((choices, points))
    envelope = draw(st.integers(0, sum(costs) * 2) | st.sampled_from(costs))
    projects = [Project(f"p{place}", cost) for place, cost in enumerate(costs)]
    return Instance.of(envelope, projects, ballots, kind)


@st.composite
def villages(draw: st.DrawFn, kind: Kind = Kind.APPROVAL) -> Instance:
    """Few ballots, held by many, and round costs: equal efforts, prices that take all a voter has, equal ballots."""
    costs = draw(st.lists(st.sampled_from([2, 3, 4, 6, 12]), min_size=2, max_size=5))
    places = st.lists(st.integers(0, len(costs) - 1), unique=True, min_size=1).map(sorted).map(tuple)
    ballots: list[tuple[tuple[int, ...], tuple[int, ...] | None]] = []
    for choices in draw(st.lists(places, min_size=1, max_size=4)):
        points = tuple(draw(st.integers(1, 3)) for _ in choices) if kind is not Kind.APPROVAL else None
        ballots += [(choices, points)] * draw(st.integers(1, 4))
    envelope = draw(st.integers(1, 4)) * len(ballots)
    return Instance.of(envelope, [Project(f"p{place}", cost) for place, cost in enumerate(costs)], ballots, kind)


def naive_shares(instance: Instance, endowment: Fraction, utility: Utility, ranks: Sequence[int]) -> list[int]:
    """The definition, word by word: every voter apart, every price by trying every breakpoint."""
    voters = [ballot for ballot in instance.ballots for _ in range(ballot.voters)]
    money = [endowment] * len(voters)
    won: list[int] = []
    while True:
        best: tuple[Fraction, int, int, Fraction] | None = None
        for place, project in enumerate(instance.projects):
            backers = [(i, dict(ballot.scores())[place]) for i, ballot in enumerate(voters) if place in ballot.choices]
            if place in won or not backers or sum(money[i] for i, _ in backers) < project.cost:
                continue
            prices = []
            for bound in {money[i] / score for i, score in backers}:
                poor = [(i, score) for i, score in backers if money[i] / score < bound]
                rich = sum(score for i, score in backers if money[i] / score >= bound)
                price = Fraction(project.cost - sum(money[i] for i, _ in poor)) / rich
                if sum(min(money[i], price * score) for i, score in backers) == project.cost:
                    prices.append(price)
            price = min(prices)
            effort = price / project.cost if utility is Utility.COST else price
            best = min(best or (effort, ranks[place], place, price), (effort, ranks[place], place, price))
        if best is None:
            return won
        _effort, _rank, place, price = best
        won.append(place)
        for i, ballot in enumerate(voters):
            money[i] -= min(money[i], price * dict(ballot.scores()).get(place, 0))


MINIMAL = '''META
key;value
description;Ауыл бюджеті 2027
num_projects;2
num_votes;3
budget;300
vote_type;approval
rule;greedy
home;unknown keys stay
PROJECTS
project_id;cost;votes;name;selected;colour
1;210;1;"Жол; 2-кезең ""қысқа""";0;red
2;185.5;3;Су құбыры;1;
VOTES
voter_id;vote
b1;1,2
b2;2
b3;2
'''
"""A file of the Pabulib format."""
