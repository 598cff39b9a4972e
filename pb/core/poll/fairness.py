"""What whole ballots show besides the winners: how voters fare by the poll's rule, by votes alone, by equal shares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pb.core.allocation.count import Count, Rule, Terms, count
from pb.core.allocation.fairness import Fairness, assess, prefer
from pb.core.allocation.instance import Instance
from pb.core.poll.result import counting_terms, instance_of
from pb.core.poll.terms import PollTerms


@dataclass(frozen=True, slots=True)
class Side:
    """A rule's outcome, and how voters fare by it."""

    count: Count
    fairness: Fairness


@dataclass(frozen=True, slots=True)
class Comparison:
    """The poll's `own` rule beside plain `greedy` and `equal-shares`.

    More of their choices win by equal shares for `better` voters, by greedy for `worse`; `equal` have as many in both.
    """

    own: Side
    greedy: Side
    shares: Side
    better: int
    worse: int
    equal: int


def compare(terms: PollTerms, valid: Iterable[Sequence[int]]) -> Comparison:
    """Count the valid whole ballots of a poll by each rule. Raises ValueError for ballots that no rule can count."""
    instance, seed = instance_of(terms, valid), terms.tie_seed.sha256
    own = counting_terms(terms)
    greedy, shares = (_side(instance, Terms(rule, seed=seed)) for rule in Rule)
    worse, better, equal = prefer(instance, greedy.count.winners, shares.count.winners)
    own_side = next((side for side in (greedy, shares) if side.count.terms == own), None) or _side(instance, own)
    return Comparison(own_side, greedy, shares, better, worse, equal)


def _side(instance: Instance, terms: Terms) -> Side:
    counted = count(instance, terms)
    return Side(counted, assess(instance, counted.winners))
