"""The Method of Equal Shares at one endowment: who wins, and what every supporter pays.

Every voter holds the endowment. A project that its supporters can pay is offered at the least price per point at which
they cover its cost, each paying the price times the points given or whatever is left to them. The project with the
least effort wins: the price by its cost (utility by cost) or the price itself (utility by count). It is paid, and the
round is repeated until no project can be paid. Source: Peters, Pierczyński, Skowron, "Proportional Participatory
Budgeting with Additive Utilities" (2021).

The same code runs in two arithmetics. In rationals it is the definition. In fixed point money is a whole number of
1/scale of the smallest amount, and `error` bounds how far any voter's money may be from the true one; whatever is
decided is decided for every value within that bound, otherwise `Undecided` is raised (docs/counting.md has the proof).
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from operator import itemgetter
from typing import Any, Final

import gmpy2  # type: ignore[import-untyped]

from pb.core.allocation.instance import Instance

PRECISION: Final = 48
"""Bits behind the point of the common denominator; what they leave undecided is counted in rationals."""

MARGIN: Final = 1 << 10
"""A voter whose money is within this many errors of the price is not told from one who pays it in full."""

Number = Any
"""int in fixed point, mpq in rationals."""


class Utility(StrEnum):
    """What a voter gains from a winner: its cost for every point given, or the points."""

    COST = "cost"
    COUNT = "count"


class Undecided(ArithmeticError):
    """Fixed point cannot tell what is larger."""


@dataclass(frozen=True, slots=True)
class Support:
    """Who stands behind a project: `single` are groups of one voter giving one point, the others carry both numbers."""

    cost: int
    single: tuple[int, ...]
    grouped: tuple[tuple[int, int, int], ...]
    voters: int
    points: int
    scores: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Purchase:
    """A project won and was paid.

    `price` per point, in smallest amounts (in fixed point: rounded down); `tied` are the projects with the same effort
    that the order of ties put behind it; `payments` by group, of each of its voters.
    """

    project: int
    price: Fraction
    tied: tuple[int, ...]
    payments: dict[int, Fraction] | None = None


@dataclass(slots=True)
class Offer:
    """The price of a project for now: (cost - money of the poor) / points of the others, as `owed` / `points`."""

    project: int
    owed: Number
    points: int
    poor: int
    low: Number  # no true effort is below
    near: bool  # one of the poor holds nearly the price


@dataclass(frozen=True)
class Electorate:
    """The instance as the rounds need it: supporters by project, voters by group."""

    supports: tuple[Support, ...]
    sizes: tuple[int, ...]
    voters: int
    utility: Utility
    ranks: tuple[int, ...]
    readers: tuple[Any, ...] = field(repr=False)

    @classmethod
    def of(cls, instance: Instance, seed: str, utility: Utility = Utility.COST) -> "Electorate":
        """The electorate of an instance; `seed` orders ties that costs and votes leave."""
        single: list[list[int]] = [[] for _ in instance.projects]
        grouped: list[list[tuple[int, int, int]]] = [[] for _ in instance.projects]
        for group, ballot in enumerate(instance.ballots):
            if ballot.voters == 1 and ballot.points is None:
                for place in ballot.choices:
                    single[place].append(group)
            else:
                for place, points in ballot.scores():
                    if points > 0:
                        grouped[place].append((group, ballot.voters, points))
        supports = tuple(
            Support(
                project.cost,
                tuple(alone),
                tuple(others),
                len(alone) + sum(voters for _group, voters, _points in others),
                len(alone) + sum(voters * points for _group, voters, points in others),
                tuple(sorted({points for _group, _voters, points in others})) or (1,),
            )
            for project, alone, others in zip(instance.projects, single, grouped, strict=True)
        )
        readers = tuple(itemgetter(*alone) if len(alone) > 1 else None for alone in single)
        sizes = tuple(ballot.voters for ballot in instance.ballots)
        return cls(supports, sizes, instance.voters, utility, instance.tie_order(seed), readers)


def share(electorate: Electorate, endowment: Fraction, *, record: bool = False) -> list[Purchase]:
    """The winners in order for an `endowment` (smallest amounts, per voter). With `record` payments are kept."""
    try:
        return _Rounds(electorate, endowment, PRECISION, record=record).run()
    except Undecided:
        return share_exactly(electorate, endowment, record=record)


def share_exactly(electorate: Electorate, endowment: Fraction, *, record: bool = False) -> list[Purchase]:
    """As `share`, in rational numbers from the first round to the last."""
    return _Rounds(electorate, endowment, None, record=record).run()


class _Rounds:
    def __init__(self, electorate: Electorate, endowment: Fraction, precision: int | None, *, record: bool) -> None:
        self.electorate = electorate
        self.exact = precision is None
        # A rational one, so that a division in rationals never meets two ints.
        self.scale: Number = gmpy2.mpq(1) if precision is None else endowment.denominator << precision
        start: Number = gmpy2.mpq(endowment) if precision is None else endowment.numerator << precision
        self.money: list[Number] = [start] * len(electorate.sizes)
        self.error = 0
        self.record = record
        self.reached: dict[int, tuple[Number, int]] = {}
        self.queue = self._first_offers(endowment)

    def _first_offers(self, endowment: Fraction) -> list[tuple[Number, int, int]]:
        """The least effort that each project can ever have: its cost over all of its points."""
        queue = []
        for place, support in enumerate(self.electorate.supports):
            if support.points and endowment * support.voters >= support.cost:
                per_point = gmpy2.mpq(support.cost, support.points)
                queue.append((self._effort(place, per_point), self.electorate.ranks[place], place))
        heapq.heapify(queue)
        return queue

    def _effort(self, place: int, price: Number) -> Number:
        return price / self.electorate.supports[place].cost if self.electorate.utility is Utility.COST else price

    def run(self) -> list[Purchase]:
        purchases = []
        while (won := self._next()) is not None:
            offer, tied = won
            purchases.append(self._pay(offer, tied))
        return purchases

    def _next(self) -> tuple[Offer, tuple[int, ...]] | None:
        """The offer with the least effort, and those with the same. Efforts only rise, so old ones are lower bounds."""
        offers: list[Offer] = []
        best: Offer | None = None
        high: Number = None
        while self.queue and (best is None or self.queue[0][0] <= high):
            place = heapq.heappop(self.queue)[2]
            offer = self._offer(place, high)
            if offer is None:
                continue
            offers.append(offer)
            if best is None or offer.low < best.low:
                best, high = offer, self._high(offer)
        if best is None:
            return None
        rivals = [offer for offer in offers if offer.low <= high]
        if len(rivals) > 1 and any(self._high(offer) != best.low or offer.low != best.low for offer in rivals):
            raise Undecided
        winner = min(rivals, key=lambda offer: self.electorate.ranks[offer.project])
        for offer in offers:
            if offer is not winner:
                heapq.heappush(self.queue, (offer.low, self.electorate.ranks[offer.project], offer.project))
        return winner, tuple(sorted(offer.project for offer in rivals if offer is not winner))

    def _singles(self, place: int) -> Sequence[Number]:
        reader = self.electorate.readers[place]
        if reader is not None:
            values: Sequence[Number] = reader(self.money)
            return values
        return [self.money[group] for group in self.electorate.supports[place].single]

    def _offer(self, place: int, enough: Number) -> Offer | None:
        """The least price at which the supporters cover the cost; None if all their money does not.

        None also, and the project waits in the queue, as soon as its effort is sure to be above `enough`.

        Newton's method from below on a concave function: the price begins where it last stood, and each pass counts as
        poor who holds less. Whichever voters are counted as poor, the price that results is never above the true one.
        """
        support, money = self.electorate.supports[place], self.money
        values = self._singles(place)
        others = [(money[group], voters, points) for group, voters, points in support.grouped]
        cost, margin = support.cost * self.scale, self.error * MARGIN
        owed, points = self.reached.get(place, (cost, support.points))
        count = -1
        while True:
            floor = self._ceiling(owed, points) + margin
            poor = [value for value in values if value < floor]
            poor_others = []
            if others:
                floors = {score: self._ceiling(owed * score, points) + margin * score for score in support.scores}
                poor_others = [other for other in others if other[0] < floors[other[2]]]
            if len(poor) + len(poor_others) == count:
                break
            count = len(poor) + len(poor_others)
            owed = cost - sum(poor) - sum(value * voters for value, voters, _score in poor_others)
            points = support.points - len(poor) - sum(voters * score for _value, voters, score in poor_others)
            if not points:
                if owed <= self.error * support.voters and not self.exact:
                    raise Undecided
                return None
            self.reached[place] = (owed, points)
            if enough is not None:
                number = len(poor) + sum(voters for _value, voters, _score in poor_others)
                low = self._effort(place, gmpy2.mpq(owed - self.error * number) / (points * self.scale))
                if low > enough:
                    heapq.heappush(self.queue, (low, self.electorate.ranks[place], place))
                    return None
        reach = owed // points - margin
        near = bool(poor and max(poor) >= reach) or any(value >= reach * score for value, _, score in poor_others)
        number = len(poor) + sum(voters for _value, voters, _score in poor_others)
        low = self._effort(place, gmpy2.mpq(owed - self.error * number) / (points * self.scale))
        return Offer(place, owed, points, number, low, near)

    def _ceiling(self, owed: Number, points: int) -> Number:
        return owed / points if self.exact else -(-owed // points)

    def _high(self, offer: Offer) -> Number:
        """No true effort is above; Undecided where a voter's money is too near the price to say who is poor."""
        if not self.error:
            return offer.low
        if offer.near or self._drift(offer) + self.error > self.error * MARGIN:
            raise Undecided
        most = gmpy2.mpq(offer.owed + self.error * offer.poor) / (offer.points * self.scale)
        return self._effort(offer.project, most)

    def _drift(self, offer: Offer) -> int:
        """How far the price rounded down may be from the true one."""
        if self.exact or (not self.error and not offer.owed % offer.points):
            return 0
        return -(-self.error * offer.poor // offer.points) + 1

    def _pay(self, offer: Offer, tied: tuple[int, ...]) -> Purchase:
        support, money = self.electorate.supports[offer.project], self.money
        price = offer.owed / offer.points if self.exact else offer.owed // offer.points
        payers = [*support.single, *(group for group, _voters, _points in support.grouped)] if self.record else []
        before = [money[group] for group in payers]
        for group, value in zip(support.single, self._singles(offer.project), strict=True):
            money[group] = value - price if value > price else 0
        for group, _voters, points in support.grouped:
            money[group] = max(money[group] - price * points, 0)
        self.error += self._drift(offer) * support.scores[-1]
        paid = None
        if self.record:
            paid = {group: self._amount(had - money[group]) for group, had in zip(payers, before, strict=True)}
        return Purchase(offer.project, self._amount(offer.owed) / offer.points, tied, paid)

    def _amount(self, number: Number) -> Fraction:
        amount = gmpy2.mpq(number) / self.scale
        return Fraction(int(amount.numerator), int(amount.denominator))
