"""The one way to count: an instance and the terms of a rule give winners, and for every project the reason why."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final

from pb.core.allocation.equal_shares import Bars, Shares, SharesTerms, equal_shares
from pb.core.allocation.fairness import prefer
from pb.core.allocation.greedy import Allocation, Candidate, GreedyTerms, Reason, Tie, TieBreak, greedy
from pb.core.allocation.instance import Instance
from pb.core.allocation.shares import payments

MOST_EXPLAINED: Final = 1_000
"""Of more projects it is not told with how many more votes a loser would have won: each takes counts of its own."""

CENT: Final = 100
"""Effective votes are told in hundredths."""


class Rule(StrEnum):
    GREEDY = "greedy"
    EQUAL_SHARES = "equal-shares"


@dataclass(frozen=True, slots=True)
class Terms:
    """A rule with its settings. `seed` orders ties; with `comparison` more voters may prefer what `greedy` gives."""

    rule: Rule = Rule.GREEDY
    greedy: GreedyTerms = field(default_factory=GreedyTerms)
    shares: SharesTerms = field(default_factory=SharesTerms)
    seed: str = ""
    comparison: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a project; money in the instance's smallest amounts.

    `step` is the place among the winners; `granted` what it gets; `missing` the money it lacked, and `votes_missing`
    with how many more votes it would have won (of equal shares: how many more voters with a full endowment would have
    covered it). Of greedy: `left` when its turn came, and the `rival` that excludes it. Of equal shares: `effective`
    votes of a winner, in hundredths (its cost by the largest payment per point), `covered` what a loser's supporters
    have left, and `spent_on` the winners on which they spent, the largest amounts first.
    """

    id: str
    cost: int
    votes: int
    score: int
    reason: Reason
    step: int | None = None
    granted: int = 0
    missing: int = 0
    votes_missing: int = 0
    left: int | None = None
    rival: str = ""
    effective: int | None = None
    covered: int | None = None
    spent_on: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """The result: standings in the order of the instance's projects, winners in the order in which they won."""

    terms: Terms
    winners: tuple[str, ...]
    spent: int
    left: int
    standings: tuple[Standing, ...]
    ties: tuple[Tie, ...]
    shares: Shares | None = None
    greedy_preferred: bool = False

    def standing(self, project_id: str) -> Standing:
        """The standing of a project. Raises KeyError."""
        for standing in self.standings:
            if standing.id == project_id:
                return standing
        raise KeyError(project_id)


def count(instance: Instance, terms: Terms) -> Count:
    """Count an instance. Raises ValueError for terms that do not fit it."""
    if terms.rule is Rule.GREEDY:
        return _by_greedy(instance, terms)
    if instance.totals is not None:
        raise ValueError("there are no ballots, only totals: equal shares cannot tell whose money would be spent")
    counted = _by_shares(instance, terms)
    if terms.comparison:
        other = _by_greedy(instance, replace(terms, rule=Rule.GREEDY))
        against, favour, _equal = prefer(instance, counted.winners, other.winners)
        if favour > against:
            return replace(other, terms=terms, shares=counted.shares, greedy_preferred=True)
    return counted


def _by_greedy(instance: Instance, terms: Terms) -> Count:
    candidates = instance.candidates()
    allocation = greedy(instance.envelope, candidates, terms.seed, terms.greedy)
    order = [outcome.id for outcome in allocation.winners]
    outcomes = {outcome.id: outcome for outcome in allocation.outcomes}
    standings = []
    for place, project in enumerate(instance.projects):
        outcome = outcomes[project.id]
        standings.append(
            Standing(
                id=project.id,
                cost=project.cost,
                votes=instance.votes[place],
                score=instance.scores[place],
                reason=outcome.reason,
                step=order.index(project.id) + 1 if outcome.won else None,
                granted=outcome.granted,
                missing=outcome.missing if not outcome.won else project.cost - outcome.granted,
                votes_missing=0
                if outcome.won or len(candidates) > MOST_EXPLAINED
                else votes_missing(instance.envelope, candidates, terms.seed, terms.greedy, place, allocation),
                left=outcome.left,
                rival=outcome.rival,
            )
        )
    ties = tuple(tie for tie in allocation.ties if outcomes[tie.first].won or outcomes[tie.second].won)
    return Count(terms, tuple(order), allocation.spent, allocation.left, tuple(standings), ties)


def votes_missing(
    envelope: int,
    candidates: Sequence[Candidate],
    seed: str,
    terms: GreedyTerms,
    place: int,
    allocation: Allocation,
) -> int:
    """With how many more votes a loser would have won by `greedy`; 0 if no number would do.

    More votes only move a project forward, so the least number is found by halving; it need only be compared with the
    votes of the winners and the threshold.
    """
    loser = candidates[place]

    def wins(votes: int) -> bool:
        changed = [*candidates[:place], replace(loser, votes=votes), *candidates[place + 1 :]]
        counted = greedy(envelope, changed, seed, terms)
        return any(outcome.id == loser.id and outcome.reason is Reason.WON for outcome in counted.outcomes)

    others = {votes for outcome in allocation.winners for votes in (outcome.votes, outcome.votes + 1)}
    tries = sorted(votes for votes in others | {1, terms.least_votes} if votes > loser.votes)
    low, high = 0, len(tries)
    while low < high:
        middle = (low + high) // 2
        if wins(tries[middle]):
            high = middle
        else:
            low = middle + 1
    return tries[low] - loser.votes if low < len(tries) else 0


def _by_shares(instance: Instance, terms: Terms) -> Count:
    bars = _bars(instance, terms.greedy)
    shares = equal_shares(instance, terms.shares, terms.seed, bars)
    order = [instance.projects[purchase.project].id for purchase in shares.purchases]
    left = instance.envelope - shares.cost
    rest: tuple[str, ...] = ()
    ties = _ties(instance, shares)
    if terms.shares.then_greedy:
        out = bars.out(purchase.project for purchase in shares.purchases)
        remaining = [candidate for place, candidate in enumerate(instance.candidates()) if place not in out]
        ids = frozenset(candidate.id for candidate in remaining)
        groups = tuple(group & ids for group in terms.greedy.exclusive)
        completed = greedy(left, remaining, terms.seed, GreedyTerms(False, terms.greedy.least_votes, groups))
        rest = tuple(outcome.id for outcome in completed.winners)
        left = completed.left
        ties += tuple(tie for tie in completed.ties if tie.first in rest or tie.second in rest)
    winners = (*order, *rest)
    explain = _Explanation(instance, shares, winners, len(order), terms.greedy)
    standings = tuple(explain.standing(place) for place in range(len(instance.projects)))
    return Count(terms, winners, instance.envelope - left, left, standings, ties, shares)


def is_barred(score: int, limits: GreedyTerms) -> bool:
    """Whether a least number of votes keeps a project from winning by equal shares, which wants one in any case."""
    return limits.least_votes > 1 and score < limits.least_votes


def _bars(instance: Instance, limits: GreedyTerms) -> Bars:
    """What the limits that hold for every rule mean for equal shares. Raises ValueError for an unknown project."""
    places = {project.id: place for place, project in enumerate(instance.projects)}
    if any(not group <= places.keys() for group in limits.exclusive):
        raise ValueError("a group of exclusive projects names an unknown project")
    return Bars(
        frozenset(place for place, score in enumerate(instance.scores) if is_barred(score, limits)),
        tuple(frozenset(places[name] for name in group) for group in limits.exclusive),
    )


def _ties(instance: Instance, shares: Shares) -> tuple[Tie, ...]:
    ties = []
    for purchase in shares.purchases:
        first = instance.projects[purchase.project]
        for place in purchase.tied:
            second = instance.projects[place]
            cheaper = TieBreak.CHEAPER
            if first.cost == second.cost:
                more = instance.scores[purchase.project] > instance.scores[place]
                cheaper = TieBreak.MORE_VOTES if more else TieBreak.SEED
            ties.append(Tie(first.id, second.id, instance.votes[purchase.project], cheaper))
    return tuple(ties)


class _Explanation:
    """Reads the reasons from what every voter paid."""

    def __init__(
        self, instance: Instance, shares: Shares, winners: Sequence[str], by_shares: int, limits: GreedyTerms
    ) -> None:
        self.instance = instance
        self.shares = shares
        self.steps = {name: step for step, name in enumerate(winners, start=1)}
        self.by_shares = by_shares
        self.limits = limits
        self.purchases = {purchase.project: purchase for purchase in shares.purchases}

    def standing(self, place: int) -> Standing:
        project = self.instance.projects[place]
        votes, score = self.instance.votes[place], self.instance.scores[place]
        step = self.steps.get(project.id)
        if step is not None and step <= self.by_shares:
            return Standing(
                project.id, project.cost, votes, score, Reason.WON, step, project.cost,
                effective=int(CENT * project.cost / self.purchases[place].price),
            )  # fmt: skip
        rival = "" if step is not None else min(self._rivals(project.id), default="")
        if step is None and (rival or self._is_below(score)):
            reason = Reason.EXCLUDED if not self._is_below(score) else self._few(score)
            return Standing(project.id, project.cost, votes, score, reason, rival=rival)
        voters, endowment = self.shares.electorate.supports[place].voters, self.shares.endowment
        amounts = payments(self.shares.electorate, endowment, self.shares.purchases, place)
        names = (self.instance.projects[purchase.project].id for purchase in self.shares.purchases)
        paid = sorted(zip(amounts, names, strict=True), key=lambda item: (-item[0], item[1]))
        money = voters * endowment
        covered = int(money - sum(amounts, Fraction()))
        won = step is not None
        missing = 0 if won else max(1, project.cost - covered)
        return Standing(
            id=project.id,
            cost=project.cost,
            votes=votes,
            score=score,
            reason=Reason.WON_WITH_THE_REST if won else self._reason(voters, money, project.cost),
            step=step,
            granted=project.cost if won else 0,
            missing=missing,
            votes_missing=-int(-missing // endowment) if endowment else 0,
            covered=covered,
            spent_on=tuple((winner, round(amount)) for amount, winner in paid if round(amount)),
        )

    def _is_below(self, score: int) -> bool:
        return is_barred(score, self.limits)

    @staticmethod
    def _few(score: int) -> Reason:
        return Reason.TOO_FEW_VOTES if score else Reason.NO_VOTES

    def _rivals(self, name: str) -> set[str]:
        """The winners that exclude a loser."""
        return {winner for group in self.limits.exclusive if name in group for winner in group & self.steps.keys()}

    @staticmethod
    def _reason(voters: int, money: Fraction, cost: int) -> Reason:
        if not voters:
            return Reason.NO_VOTES
        return Reason.FEW_FOR_ITS_COST if money < cost else Reason.SUPPORTERS_SPENT
