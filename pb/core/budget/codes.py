"""Codes of the unified budget classification (order of the Minister of Finance 04.04.2025 № 151) and what they add to.

A code is text with its zeros and dots between its levels. Receipts have four levels of 1, 2, 1 and 2 digits: category,
class, subclass, specific (`1.01.2.05`); spending has six of 2, 1, 3, 3, 3 and 3: functional group, subgroup,
administrator, programme, subprogramme, specific (`07.2.124.008.015.159`). A code may end at any level. Where an annex
has no column for the subgroup it is written `0`, which stands for whatever subgroup the classification names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Side(StrEnum):
    """Of the budget's two sides a code names a line of one."""

    RECEIPTS = "receipts"
    SPENDING = "spending"


class Part(StrEnum):
    """The lines of article 89 p. 4(1) of the Budget Code that a budget's amounts add up to, in the Code's order."""

    TAXES = "taxes"
    NON_TAX = "non_tax"
    CAPITAL = "capital"  # receipts from the sale of fixed capital
    TRANSFERS = "transfers"
    SPENDING = "spending"
    CREDITS = "credits"
    REPAYMENT = "repayment"  # of budget credits
    ASSETS_BOUGHT = "assets_bought"
    ASSETS_SOLD = "assets_sold"
    LOANS = "loans"
    LOANS_REPAID = "loans_repaid"
    BALANCES = "balances"  # used balances of budget funds (пайдаланылатын қалдықтар)


WIDTHS: Final = {Side.RECEIPTS: (1, 2, 1, 2), Side.SPENDING: (2, 1, 3, 3, 3, 3)}
ANY_SUBGROUP: Final = "0"
AKIMS_OFFICE: Final = "124"  # аудандық маңызы бар қала, ауыл, кент, ауылдық округ әкімінің аппараты
# Article 89 p. 3: in the second and third year they are one programme of an administrator. No official code is known
# (to be checked); a decision that prints one of its own keeps it.
NEW_INITIATIVES: Final = "000"
LOANS_GROUP: Final = "16"  # қарыздарды өтеу / погашение займов
BY_CATEGORY: Final = {
    "1": Part.TAXES,
    "2": Part.NON_TAX,
    "3": Part.CAPITAL,
    "4": Part.TRANSFERS,
    "5": Part.REPAYMENT,
    "6": Part.ASSETS_SOLD,
    "7": Part.LOANS,
    "8": Part.BALANCES,
}
SPENDING_SECTIONS: Final = (Part.CREDITS, Part.ASSETS_BOUGHT)  # a spending code does not say it: its section does


class CodeFault(ValueError):
    """The text is no code of the classification."""


@dataclass(frozen=True, order=True, slots=True)
class Code:
    """A code by its levels. Receipts come before spending, then level by level."""

    side: Side
    levels: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> "Code":
        """The code of a canonical text: the first level's width says the side. Raises CodeFault."""
        levels = text.split(".")
        return cls.of(Side.RECEIPTS if len(levels[0]) == 1 else Side.SPENDING, levels, padded=False)

    @classmethod
    def of(cls, side: Side, levels: Sequence[str], *, padded: bool = True) -> "Code":
        """The code of the cells of a table; `padded`: the zeros in front that a spreadsheet drops are put back.

        Raises CodeFault.
        """
        widths = WIDTHS[side]
        if not 1 <= len(levels) <= len(widths):
            raise CodeFault(".".join(levels))
        full = tuple(
            level.zfill(width) if padded and level else level for level, width in zip(levels, widths, strict=False)
        )
        if not all(
            len(level) == width and level.isascii() and level.isdigit()
            for level, width in zip(full, widths, strict=False)
        ):
            raise CodeFault(".".join(levels))
        if side is Side.RECEIPTS and full[0] not in BY_CATEGORY:
            raise CodeFault(".".join(levels))
        return cls(side, full)

    @property
    def text(self) -> str:
        return ".".join(self.levels)

    @property
    def depth(self) -> int:
        """How many levels it has: 1 to 4 of receipts, 1 to 6 of spending."""
        return len(self.levels)

    def up(self, depth: int) -> "Code":
        """The code of the level `depth` above it, or itself. Raises ValueError: it has fewer levels."""
        if not 1 <= depth <= self.depth:
            raise ValueError(f"{self.text} has no {depth} levels")
        return Code(self.side, self.levels[:depth])

    def within(self, above: "Code") -> bool:
        """Whether `above` is this code or one above it; a subgroup that either does not name is the other's."""
        if above.side is not self.side or above.depth > self.depth:
            return False
        return all(
            mine == its or (self.side is Side.SPENDING and place == 1 and ANY_SUBGROUP in {mine, its})
            for place, (mine, its) in enumerate(zip(self.levels, above.levels, strict=False))
        )

    def without_subgroup(self) -> "Code":
        """The same with its subgroup not named, as an annex without that column writes it."""
        if self.side is Side.RECEIPTS or self.depth == 1:
            return self
        return Code(self.side, (self.levels[0], ANY_SUBGROUP, *self.levels[2:]))

    @property
    def category(self) -> str:
        return self._level(Side.RECEIPTS, 0)

    @property
    def receipt_class(self) -> str:
        return self._level(Side.RECEIPTS, 1)

    @property
    def subclass(self) -> str:
        return self._level(Side.RECEIPTS, 2)

    @property
    def group(self) -> str:
        return self._level(Side.SPENDING, 0)

    @property
    def subgroup(self) -> str:
        return self._level(Side.SPENDING, 1)

    @property
    def administrator(self) -> str:
        return self._level(Side.SPENDING, 2)

    @property
    def programme(self) -> str:
        return self._level(Side.SPENDING, 3)

    @property
    def subprogramme(self) -> str:
        return self._level(Side.SPENDING, 4)

    @property
    def specific(self) -> str:
        """The last level of either side."""
        return self._level(self.side, len(WIDTHS[self.side]) - 1)

    def _level(self, side: Side, place: int) -> str:
        """Its level at a place; empty where it ends above it, or is of the other side."""
        return self.levels[place] if self.side is side and place < self.depth else ""

    def __str__(self) -> str:
        return self.text


def part_of(code: Code, section: Part | None = None) -> Part:
    """What an amount of this code is added to.

    `section` is CREDITS or ASSETS_BOUGHT where a spending code stands in that section of the annex, else None.
    Raises ValueError: another section.
    """
    if code.side is Side.RECEIPTS:
        return BY_CATEGORY[code.category]
    if section is not None:
        if section not in SPENDING_SECTIONS:
            raise ValueError(f"no section of spending: {section}")
        return section
    return Part.LOANS_REPAID if code.group == LOANS_GROUP else Part.SPENDING
