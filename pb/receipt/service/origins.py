"""Where the money of a receipt comes from: the okrug's own, transferred from above, and what is left of either."""

from fractions import Fraction
from typing import NamedTuple

from pb.core.budget.amounts import share
from pb.core.budget.statement import Statement
from pb.core.receipt import adding_up, per_resident, rounded
from pb.receipt.service.words import signed


class Origins(NamedTuple):
    """What falls to each, in tiyn, by where it comes from; the three add up to it.

    `other` are balances and loans (below nil: what was not spent). The shares are of the year's revenue, in hundredths
    of a per cent, None where there is none.
    """

    own: int
    transferred: int
    other: int
    own_share: int | None
    transferred_share: int | None

    @classmethod
    def of(cls, statement: Statement, spent: int, people: int) -> "Origins":
        """Of a year that spends `spent` tiyn in all, for so many people."""
        own, transferred = statement.own, statement.transferred
        kinds = [own, transferred, spent - own - transferred]
        exact = [per_resident(kind, people) for kind in kinds]
        first, second, third = adding_up(exact, rounded(sum(exact, Fraction(0)))) if spent else (0, 0, 0)
        return cls(first, second, third, statement.own_share, share(transferred, statement.revenue))

    def told(self) -> dict[str, str]:
        """The three as people read them; nothing of the others where there are none."""
        other = signed(self.other) if self.other else ""
        return {"own": signed(self.own), "transferred": signed(self.transferred), "other": other}
