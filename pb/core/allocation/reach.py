"""How far the endowment may rise before the Method of Equal Shares can decide anything otherwise.

While every project that wins has the same supporters who pay in full and the same who give their rest, each price is a
linear function of the endowment, and so is the money of every voter. A `Reach` watches one count: for each decision it
notes at which rise the two sides would meet. Below the least of these rises every decision is the same, so the steps
of a completion up to there need not be counted. Where whole numbers do not decide, the worse is assumed.
"""

from typing import Any, Final

import gmpy2  # type: ignore[import-untyped]
import numpy as np

from pb.core.allocation.electorate import Electorate, Support
from pb.core.allocation.instance import Array

SLOPE_BITS: Final = 28
STEEPEST: Final = 1 << 30
"""Steeper lines than so many smallest amounts for one of the endowment end the watch."""

Rational = Any
"""gmpy2.mpq"""


class Reach:
    """The least rise that may change a decision of the count under watch; None if none ever does."""

    def __init__(self, electorate: Electorate, bits: int) -> None:
        self.electorate = electorate
        self.bits = bits
        self.slope_bits = min(SLOPE_BITS, bits)
        self.slopes: Array = np.full(len(electorate.sizes), 1 << self.slope_bits, dtype=np.int64)
        self.error = 0
        self.prices: list[Rational] = []  # how each price changes with the endowment
        self.lines: dict[int, int] = {}  # how a project's bound changes, in 2^-slope_bits
        self.rise: Rational | None = None

    def limit(self, gap: Rational, slope: Rational) -> None:
        """A decision holds while gap + rise * slope is above nought."""
        if gap <= 0:
            self.rise = gmpy2.mpq(0)
        elif slope < 0:
            rise = gmpy2.mpq(gap) / -slope
            self.rise = rise if self.rise is None else min(self.rise, rise)

    def bound(self, place: int, support: Support, poor: Array, voters: int) -> None:
        """Keep how the bound of a project changes whose poor supporters are these."""
        self.lines[place] = -support.add_up(self.slopes[support.groups], poor) - self.error * voters

    def unaffordable(self, support: Support, owed: int) -> None:
        """All the supporters' money lacks `owed` (2^-bits) of the cost."""
        slope = -support.add_up(self.slopes[support.groups], np.ones(len(support.groups), dtype=np.bool_))
        self.limit(
            gmpy2.mpq(owed, 1 << self.bits), gmpy2.mpq(slope - self.error * support.voters, 1 << self.slope_bits)
        )

    def rival(self, place: int, gap: Rational, winner_slope: Rational, points: int, gain: int) -> None:
        """A rival's effort is at least `gap` above the winner's, whose effort changes by `winner_slope`."""
        own = gmpy2.mpq(self.lines.get(place, 0), points * gain << self.slope_bits)
        self.limit(gap, own - winner_slope)

    def pay(
        self, support: Support, money: Array, paid: Any, poor: Array, broke: Array, change: Rational, error: int
    ) -> None:
        """The winner is paid: who pays in full must go on to hold the price, who gives the rest must not."""
        self.prices.append(change)
        if abs(change) * support.scores[-1] > STEEPEST or self.rise == 0:
            self.rise = gmpy2.mpq(0)
            return
        slopes = self.slopes[support.groups]
        own = support.spread([int(change * score * (1 << self.slope_bits)) for score in support.scores], slopes)
        for marked, sign in ((~poor, 1), (poor & ~broke, -1)):
            gaps = (sign * (money - paid))[marked] - (error + 1)
            falls = (sign * (own - slopes))[marked] + (self.error + 1)
            falling = falls > 0
            if falling.any():
                # Rounded down to a whole number of 2^(slope_bits - bits): for the worse.
                least = int((gaps[falling] // falls[falling]).min())
                self.limit(gmpy2.mpq(max(least, 0) << self.slope_bits, 1 << self.bits), -1)
        self.slopes[support.groups] -= own
        self.slopes[support.groups[poor]] = 0
        self.error += 1
