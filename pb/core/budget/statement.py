"""The six lines of a budget and the identities between them (Budget Code of 2025, article 89 p. 4(1)).

1) revenue 2) expenditure 3) net lending = credits − their repayment 4) balance of operations with financial assets =
bought − sold 5) deficit (surplus) = 1 − 2 − 3 − 4, negative where it is a deficit 6) financing of the deficit = loans −
loans repaid + used balances. A budget holds together where 5 = −6: a deficit that balances of the last year cover is
usual. All amounts are whole tiyn.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from pb.core.budget.amounts import share
from pb.core.budget.codes import Part


class Total(StrEnum):
    """The lines that are computed of parts."""

    REVENUE = "revenue"
    NET_LENDING = "net_lending"
    ASSETS_BALANCE = "assets_balance"
    DEFICIT = "deficit"
    FINANCING = "financing"


OWN: Final = (Part.TAXES, Part.NON_TAX, Part.CAPITAL)
# The six lines of a decision with the parts of each, in the order in which they are printed.
LINES: Final[tuple[tuple[Total | Part, tuple[Part, ...]], ...]] = (
    (Total.REVENUE, (*OWN, Part.TRANSFERS)),
    (Part.SPENDING, ()),
    (Total.NET_LENDING, (Part.CREDITS, Part.REPAYMENT)),
    (Total.ASSETS_BALANCE, (Part.ASSETS_BOUGHT, Part.ASSETS_SOLD)),
    (Total.DEFICIT, ()),
    (Total.FINANCING, (Part.LOANS, Part.LOANS_REPAID, Part.BALANCES)),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """The sums of a budget's parts, in tiyn, and what follows from them."""

    sums: Mapping[Part, int]

    @classmethod
    def of(cls, amounts: Iterable[tuple[Part, int]]) -> "Statement":
        """The statement of amounts, each with the part that it belongs to, in any order."""
        sums = dict.fromkeys(Part, 0)
        for part, amount in amounts:
            sums[part] += amount
        return cls(MappingProxyType(sums))

    def __getitem__(self, line: Part | Total) -> int:
        """The amount of a line of the decision."""
        return self.sums[line] if isinstance(line, Part) else int(getattr(self, line))

    @property
    def own(self) -> int:
        """Taxes, other receipts and sales of fixed capital: what is not transferred."""
        return sum(self.sums[part] for part in OWN)

    @property
    def transferred(self) -> int:
        return self.sums[Part.TRANSFERS]

    @property
    def revenue(self) -> int:
        return self.own + self.transferred

    @property
    def own_share(self) -> int | None:
        """The own part of the revenue in hundredths of a per cent; None without revenue."""
        return share(self.own, self.revenue)

    @property
    def expenditure(self) -> int:
        return self.sums[Part.SPENDING]

    @property
    def net_lending(self) -> int:
        return self.sums[Part.CREDITS] - self.sums[Part.REPAYMENT]

    @property
    def assets_balance(self) -> int:
        return self.sums[Part.ASSETS_BOUGHT] - self.sums[Part.ASSETS_SOLD]

    @property
    def deficit(self) -> int:
        """Negative: a deficit; positive: a surplus."""
        return self.revenue - self.expenditure - self.net_lending - self.assets_balance

    @property
    def financing(self) -> int:
        return self.sums[Part.LOANS] - self.sums[Part.LOANS_REPAID] + self.sums[Part.BALANCES]

    @property
    def difference(self) -> int:
        """What is missing (negative) or left over for the budget to hold together; nil where it does."""
        return self.deficit + self.financing

    @property
    def balanced(self) -> bool:
        return self.difference == 0
