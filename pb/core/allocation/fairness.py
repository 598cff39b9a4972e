"""What a result means for the voters: who has a winner, where the money goes, who gains by another rule.

Sums are exact; shares are given as numerator and denominator, never rounded here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from pb.core.allocation.instance import Instance, Kind


@dataclass(frozen=True, slots=True)
class Part:
    """A settlement or a category: its projects, those that won, and the money that they cost."""

    name: str
    projects: int
    winners: int
    spent: int


@dataclass(frozen=True, slots=True)
class Injustice:
    """`voters` approve all of the project `id`, which lost, though their share of the envelope would pay for it.

    Each of them has winners worth at most `worth`; with the project they would still have no more than their `share`.
    """

    id: str
    voters: int
    worth: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class Fairness:
    """Of all voters: how many have at least one winner on their ballot; how many winners, and worth what, on average.

    `injustices` is None where the check does not apply (points and rankings).
    """

    voters: int
    covered: int
    average_winners: Fraction
    average_worth: Fraction
    settlements: tuple[Part, ...]
    categories: tuple[Part, ...]
    injustices: tuple[Injustice, ...] | None


def assess(instance: Instance, winners: Collection[str]) -> Fairness:
    """How the result treats the voters. A choice is a project to which a ballot gives points."""
    won = _marks(instance, winners)
    covered = number = worth = 0
    for ballot in instance.ballots:
        chosen = [place for place in ballot.choices if won[place]]
        covered += ballot.voters * bool(chosen)
        number += ballot.voters * len(chosen)
        worth += ballot.voters * sum(instance.projects[place].cost for place in chosen)
    voters = max(1, instance.voters)
    return Fairness(
        voters=instance.voters,
        covered=covered,
        average_winners=Fraction(number, voters),
        average_worth=Fraction(worth, voters),
        settlements=_spread(instance, won, "settlement"),
        categories=_spread(instance, won, "category"),
        injustices=injustices(instance, winners) if instance.kind is Kind.APPROVAL else None,
    )


def _marks(instance: Instance, winners: Collection[str]) -> list[bool]:
    names = set(winners)
    return [project.id in names for project in instance.projects]


def _spread(instance: Instance, won: list[bool], by: str) -> tuple[Part, ...]:
    """Projects in several categories count in each of them."""
    parts: dict[str, list[int]] = {}
    for project, winner in zip(instance.projects, won, strict=True):
        for name in str(getattr(project, by)).split(","):
            numbers = parts.setdefault(name, [0, 0, 0])
            numbers[0] += 1
            numbers[1] += winner
            numbers[2] += winner * project.cost
    return tuple(Part(name, *numbers) for name, numbers in sorted(parts.items()))


def prefer(instance: Instance, first: Collection[str], second: Collection[str]) -> tuple[int, int, int]:
    """How many voters have more of their choices among `first`, among `second`, and as many in both."""
    in_first, in_second = _marks(instance, first), _marks(instance, second)
    counted = [0, 0, 0]
    for ballot in instance.ballots:
        gain = sum(in_first[place] - in_second[place] for place in ballot.choices)
        counted[0 if gain > 0 else 1 if gain < 0 else 2] += ballot.voters
    return counted[0], counted[1], counted[2]


def injustices(instance: Instance, winners: Collection[str]) -> tuple[Injustice, ...]:
    """Where EJR+ up to any project is violated, for approvals and utility by cost; the largest group per project.

    The winners are fair in this sense if, for every loser p and every group of k voters who all approve it, one of
    them has winners worth more than k·B/n - cost(p). It is enough to try the k supporters with the least, for every k.
    Source: Brill, Peters, "Robust and Verifiable Proportionality Axioms for Multiwinner Voting" (2023), section on
    participatory budgeting. Equal shares at an endowment of at least B/n never violates it.
    """
    won = _marks(instance, winners)
    costs = [project.cost for project in instance.projects]
    worths: list[list[tuple[int, int]]] = [[] for _ in costs]
    for ballot in instance.ballots:
        worth = sum(costs[place] for place in ballot.choices if won[place])
        for place in ballot.choices:
            if not won[place]:
                worths[place].append((worth, ballot.voters))
    violations = []
    for place, project in enumerate(instance.projects):
        group, violated = 0, None
        for worth, voters in sorted(worths[place]):
            group += voters
            if (worth + project.cost) * instance.voters <= group * instance.envelope:
                violated = Injustice(project.id, group, worth, Fraction(group * instance.envelope, instance.voters))
        if violated is not None:
            violations.append(violated)
    return tuple(violations)
