"""The Method of Equal Shares at one endowment: who wins, at which price, and who pays all that is left to them.

Every voter holds the endowment. A project that its supporters can pay is offered at the least price per point at which
they cover its cost, each paying the price times the points given or whatever is left to them. The project with the
least effort wins: the price by its cost (utility by cost) or the price itself (utility by count). It is paid, and the
round is repeated until no project can be paid. Source: Peters, Pierczyński, Skowron, "Proportional Participatory
Budgeting with Additive Utilities" (2021).

Prices are exact rationals, and so is every decision. The voters' money is in whole numbers of 2^-bits of the
smallest amount, which are wrong by at most `error` of them: they say where to look, and what they leave open is
computed from the prices (docs/counting.md has the proof).
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

import gmpy2  # type: ignore[import-untyped]
import numpy as np

from pb.core.allocation.electorate import Electorate, Support
from pb.core.allocation.instance import Array
from pb.core.allocation.reach import Reach

WORD: Final = 62
"""The money of all voters together stays below 2^62, so that no sum leaves a 64-bit word."""

BITS: Final = 40
LEAST_BITS: Final = 12
"""With fewer bits behind the point left in a word, numbers of any length are used instead."""

SHIFT: Final = 64
"""Further bits with which efforts are compared."""

Rational = Any
"""gmpy2.mpq"""

Groups = Sequence[frozenset[int]]
"""Places of projects of which one can win."""


def rivals_of(place: int, groups: Groups) -> frozenset[int]:
    """The projects that a winner excludes."""
    return frozenset[int]().union(*(group for group in groups if place in group)) - {place}


class Utility(StrEnum):
    """What a voter gains from a winner: its cost for every point given, or the points."""

    COST = "cost"
    COUNT = "count"


@dataclass(frozen=True, slots=True, eq=False)
class Purchase:
    """A project won and was paid.

    `price` per point, in smallest amounts; `tied` are the projects with the same effort that the order of ties put
    behind it; `emptied` the groups of voters who could not pay the price in full and paid all they had left.
    """

    project: int
    price: Fraction
    tied: tuple[int, ...]
    emptied: Array


@dataclass(slots=True)
class _Bound:
    """A price that is never above the true one: (`owed` - error of `poor` voters) / `points`."""

    owed: int
    points: int
    poor: int


@dataclass(slots=True)
class _Offer:
    place: int
    price: Rational
    effort: Rational
    poor: Array


def share(
    electorate: Electorate,
    endowment: Fraction,
    utility: Utility = Utility.COST,
    bits: int | None = None,
    exclusive: Groups = (),
) -> list[Purchase]:
    """The winners in order for an `endowment` (smallest amounts, per voter).

    `bits` behind the point of the voters' money: the result does not depend on them, only the time does. Of each group
    in `exclusive` one project can win: the others are left out of the rounds after it did.
    """
    return _Rounds(electorate, endowment, utility, bits, exclusive).run()


def reach(
    electorate: Electorate,
    endowment: Fraction,
    utility: Utility = Utility.COST,
    bits: int | None = None,
    exclusive: Groups = (),
) -> Fraction | None:
    """By how much the endowment may rise, that rise itself excluded, with the same winners in the same order.

    At least: it may be more. None if it may rise for ever.
    """
    rounds = _Rounds(electorate, endowment, utility, bits, exclusive, watch=True)
    rounds.run()
    rise = rounds.reach.rise if rounds.reach else gmpy2.mpq(0)
    return None if rise is None else Fraction(int(rise.numerator), int(rise.denominator))


class _Rounds:
    def __init__(
        self,
        electorate: Electorate,
        endowment: Fraction,
        utility: Utility,
        bits: int | None,
        exclusive: Groups = (),
        *,
        watch: bool = False,
    ) -> None:
        self.electorate = electorate
        self.utility = utility
        self.exclusive = exclusive
        self.endowment: Rational = gmpy2.mpq(endowment)
        room = WORD - (max(1, electorate.voters) * (int(endowment) + 1)).bit_length()
        self.bits = min(BITS, room) if bits is None else bits
        dtype: Any = np.int64
        if self.bits > room or (bits is None and room < LEAST_BITS):
            self.bits, dtype = BITS if bits is None else bits, object
        self.most = int(endowment * (1 << self.bits)) + 1
        self.money: Array = np.full(len(electorate.sizes), self.most - 1, dtype=dtype)
        self.broke: Array = np.zeros(len(electorate.sizes), dtype=np.bool_)
        self.error = 1
        self.purchases: list[Purchase] = []
        self.prices: list[Rational] = []
        self.bounds: dict[int, _Bound] = {}
        self.reach = Reach(electorate, self.bits) if watch else None
        self.queue = self._first_bounds()

    def _first_bounds(self) -> list[tuple[int, int, int]]:
        """The least effort that each project can ever have: its cost over all of its points."""
        queue = []
        for place, support in enumerate(self.electorate.supports):
            if support.points and self.endowment * support.voters >= support.cost:
                self.bounds[place] = _Bound(support.cost << self.bits, support.points, 0)
                queue.append((self._low(place), self.electorate.ranks[place], place))
            elif support.points and self.reach is not None:
                self.reach.limit(support.cost - self.endowment * support.voters, -support.voters)
        heapq.heapify(queue)
        return queue

    def _low(self, place: int) -> int:
        """A bound's effort, rounded down; efforts only rise from round to round, so it stays one."""
        bound = self.bounds[place]
        least = (bound.owed - self.error * bound.poor) << SHIFT
        return least // (bound.points * self._gain(place))

    def _gain(self, place: int) -> int:
        return self.electorate.supports[place].cost if self.utility is Utility.COST else 1

    def run(self) -> list[Purchase]:
        while (won := self._next()) is not None:
            self._pay(*won)
            self._exclude(rivals_of(won[0].place, self.exclusive))
        return self.purchases

    def _exclude(self, rivals: frozenset[int]) -> None:
        """Whoever a winner excludes is no longer looked at."""
        if rivals:
            self.queue = [item for item in self.queue if item[-1] not in rivals]
            heapq.heapify(self.queue)

    def _next(self) -> tuple[_Offer, tuple[int, ...]] | None:
        """The offer with the least effort, and the projects with the same.

        A project is looked at when its bound is the least of all: first its bound is renewed, and if it still is the
        least, its price is computed. Nobody else can win once the least bound is above the least effort.
        """
        offers: list[_Offer] = []
        renewed: set[int] = set()
        best: _Offer | None = None
        while self.queue and (best is None or self.queue[0][0] <= best.effort):
            _low, rank, place = heapq.heappop(self.queue)
            if place not in renewed:
                if self._renew(place):
                    renewed.add(place)
                    heapq.heappush(self.queue, (self._low(place), rank, place))
                continue
            offer = self._offer(place)
            if offer is None and self.reach is not None:
                self.reach.limit(0, 0)
            if offer is not None:
                offers.append(offer)
                best = offer if best is None or self._order(offer) < self._order(best) else best
        if best is None:
            return None
        for offer in offers:
            if offer is not best:
                heapq.heappush(self.queue, (int(offer.effort), self.electorate.ranks[offer.place], offer.place))
        tied = [offer for offer in offers if offer is not best and offer.effort == best.effort]
        if self.reach is not None:
            self._watch_rivals(self.reach, best, tied)
        return best, tuple(sorted(offer.place for offer in tied))

    def _watch_rivals(self, reach: Reach, best: _Offer, tied: Sequence[_Offer]) -> None:
        slope = self._slope(reach, best) / self._gain(best.place)
        for offer in tied:
            # The order of ties decides for the winner as long as the rival does not fall below it.
            if self._slope(reach, offer) / self._gain(offer.place) < slope:
                reach.limit(0, 0)
        equals = {offer.place for offer in tied}
        for _low, _rank, place in self.queue:
            if place not in equals:
                gap = gmpy2.mpq(self._low(place)) - best.effort
                points = self.bounds[place].points
                reach.rival(place, gap / (1 << (self.bits + SHIFT)), slope, points, self._gain(place))

    def _slope(self, reach: Reach, offer: _Offer) -> Rational:
        """How the price of an offer changes with the endowment."""
        support = self.electorate.supports[offer.place]
        groups = support.groups[offer.poor]
        rich = support.points - support.count_points(offer.poor)
        return (
            -holdings(self.electorate, gmpy2.mpq(1), self.purchases, reach.prices, groups[~self.broke[groups]]) / rich
        )

    def _order(self, offer: _Offer) -> tuple[Rational, int]:
        return offer.effort, self.electorate.ranks[offer.place]

    def _renew(self, place: int) -> bool:
        """Raise a project's bound as far as the whole numbers decide; False if its supporters surely cannot pay it.

        Newton's method from below on a concave function: each pass counts as poor who holds less than the price, and
        the price follows. The set of the poor only grows, so the search ends. Whichever voters it holds, the price
        is never above the true one.
        """
        support, bound = self.electorate.supports[place], self.bounds[place]
        money = self.money[support.groups]
        before = -1
        while True:
            limits = [min(-(-bound.owed * score // bound.points), self.most) for score in support.scores]
            poor = money < support.spread(limits, money)
            points = support.count_points(poor)
            if points in {before, 0}:
                return True
            owed = (support.cost << self.bits) - support.add_up(money, poor)
            if points == support.points:
                lacking = owed - self.error * support.voters
                if lacking > 0 and self.reach is not None:
                    self.reach.unaffordable(support, lacking)
                return lacking <= 0
            bound = self.bounds[place] = _Bound(owed, support.points - points, support.count_voters(poor))
            if self.reach is not None:
                self.reach.bound(place, support, poor, bound.poor)
            before = points

    def _offer(self, place: int) -> _Offer | None:
        """The least price at which the supporters cover the cost; None if all their money does not. In rationals."""
        support, bound = self.electorate.supports[place], self.bounds[place]
        money = self.money[support.groups]
        least = gmpy2.mpq(bound.owed - self.error * bound.poor, bound.points << self.bits)
        price = max(least, gmpy2.mpq(support.cost, support.points))
        poor = self._poor(support, money, price)
        while (points := support.count_points(poor)) < support.points:
            price = (support.cost - self._holdings(support.groups[poor])) / (support.points - points)
            following = self._poor(support, money, price)
            if np.array_equal(following, poor):
                effort = price * (1 << (self.bits + SHIFT)) / self._gain(place)
                return _Offer(place, price, effort, poor)
            poor = following
        return None

    def _poor(self, support: Support, money: Array, price: Rational) -> Array:
        """Which supporters hold less than the price: from the whole numbers where they decide, otherwise exactly."""
        limits = [_ceiling(price * score * (1 << self.bits)) for score in support.scores]
        poor: Array = money < support.spread([min(limit - self.error, self.most) for limit in limits], money)
        close = money < support.spread([min(limit + self.error, self.most) for limit in limits], money)
        broke = self.broke[support.groups]
        poor |= broke
        doubtful = np.flatnonzero(close & ~poor)
        if len(doubtful):
            groups = support.groups[doubtful]
            points = np.array([[0]]) if support.kinds is None else support.kinds[doubtful][None, :]
            rows = [self.electorate.points_of(purchase.project, groups) for purchase in self.purchases]
            alike = np.vstack([np.broadcast_to(points, (1, len(groups))), *rows]).astype(np.int64)
            patterns, which = np.unique(alike, axis=1, return_inverse=True)
            lacking = [
                self.endowment - sum(int(number) * paid for number, paid in zip(pattern[1:], self.prices, strict=True))
                < price * support.scores[int(pattern[0])]
                for pattern in patterns.T
            ]
            poor[doubtful] = np.array(lacking)[which.reshape(-1)]
        return poor

    def _holdings(self, groups: Array) -> Rational:
        """The exact money of the voters of these groups: the endowment less what they paid, or nothing."""
        return holdings(self.electorate, self.endowment, self.purchases, self.prices, groups[~self.broke[groups]])

    def _pay(self, offer: _Offer, tied: tuple[int, ...]) -> None:
        support = self.electorate.supports[offer.place]
        emptied = support.groups[offer.poor]
        price = offer.price * (1 << self.bits)
        paid = support.spread([min(int(price * score), self.most) for score in support.scores], self.money)
        if self.reach is not None:
            money, broke = self.money[support.groups], self.broke[support.groups]
            change = self._slope(self.reach, offer)
            self.reach.pay(support, money, paid, offer.poor, broke, change, self.error)
        self.money[support.groups] -= paid
        self.money[emptied] = 0
        self.error += 1
        emptied = emptied[~self.broke[emptied]]
        self.broke[emptied] = True
        exact = Fraction(int(offer.price.numerator), int(offer.price.denominator))
        self.prices.append(offer.price)
        self.purchases.append(Purchase(offer.place, exact, tied, emptied))


def _ceiling(number: Rational) -> int:
    return -int(-number.numerator // number.denominator)


def holdings(
    electorate: Electorate,
    endowment: Rational,
    purchases: Sequence[Purchase],
    prices: Sequence[Rational],
    groups: Array,
) -> Rational:
    """The money of the voters of `groups` together, who have paid for all of `purchases` in full."""
    sizes = electorate.sizes[groups]
    total = endowment * int(sizes.sum())
    if len(groups):
        for purchase, price in zip(purchases, prices, strict=True):
            total -= price * int((electorate.points_of(purchase.project, groups) * sizes).sum())
    return total


def payments(electorate: Electorate, endowment: Fraction, purchases: Sequence[Purchase], place: int) -> list[Fraction]:
    """What the supporters of a project paid for each of `purchases` (smallest amounts, together)."""
    groups = electorate.supports[place].groups
    prices = [gmpy2.mpq(purchase.price) for purchase in purchases]
    broke = np.zeros(len(electorate.sizes), dtype=np.bool_)
    amounts = []
    for step, purchase in enumerate(purchases):
        groups = groups[~broke[groups]]
        emptied = np.zeros_like(broke)
        emptied[purchase.emptied] = True
        last, full = groups[emptied[groups]], groups[~emptied[groups]]
        broke |= emptied
        points = electorate.points_of(purchase.project, full) * electorate.sizes[full]
        rest = holdings(electorate, gmpy2.mpq(endowment), purchases[:step], prices[:step], last)
        amount = prices[step] * int(points.sum()) + rest
        amounts.append(Fraction(int(amount.numerator), int(amount.denominator)))
    return amounts
