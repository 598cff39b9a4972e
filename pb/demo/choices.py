"""Invented ballots: popular ideas are chosen more often."""

import random

from pb.core.belenios.ballot_rule import BallotRule, Knapsack, Points, Ranking
from pb.core.poll.terms import PollTerms
from pb.demo.projects import IDEAS

WEIGHTS = {idea.titles.text: idea.weight for idea in IDEAS}


def invent(draw: random.Random, terms: PollTerms) -> list[int]:
    """The numbers of one ballot, the blank choice first if the ballot has one."""
    preferences = [draw.random() ** (1 / max(1, WEIGHTS[project.title])) for project in terms.projects]
    favourites = sorted(range(len(preferences)), key=preferences.__getitem__, reverse=True)
    chosen = set(favourites[: draw.randint(1, terms.choices)])
    numbers = fill_in(terms.ballot, favourites, chosen)
    return [int(not any(numbers)), *numbers] if terms.blank else numbers


def fill_in(rule: BallotRule | None, favourites: list[int], chosen: set[int]) -> list[int]:
    """A ballot for the chosen projects: marks, as far as the money goes, points as far as they go, or ranks."""
    numbers = [0] * len(favourites)
    left = rule.total if isinstance(rule, Points) else rule.limit if isinstance(rule, Knapsack) else 0
    for rank, place in enumerate((place for place in favourites if place in chosen), start=1):
        if isinstance(rule, Points):
            numbers[place] = min(rule.each, left)
            left -= numbers[place]
        elif isinstance(rule, Knapsack):
            numbers[place] = int(rule.costs[place] <= left)
            left -= rule.costs[place] * numbers[place]
        else:
            numbers[place] = rank if isinstance(rule, Ranking) else 1
    return numbers
