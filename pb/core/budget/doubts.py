"""Amounts that may be told in another unit than the file says: asked about, never put right unasked.

A decision that prints «теңге» over thousands, or the other way round, is off by a thousand. Two things show it: the
amount that the same programme had before, and how large budgets of villages and okrugs are at all (from 2,8 M to 2,5 bn
tenge a year, so that a budget told in the wrong unit falls out of what there is).
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from statistics import median_low
from typing import Final, NamedTuple

from pb.core.budget.amounts import TIYN
from pb.core.budget.annex_words import Unit
from pb.core.budget.codes import Code

SMALLEST: Final = 2_800_000 * TIYN
LARGEST: Final = 2_500_000_000 * TIYN
LEAST_RATIO: Final = 316  # a thousand over the square root of ten: nearer to a thousand times than to a hundred
MOST_RATIO: Final = 3162


class Off(StrEnum):
    """By what an amount seems to be off."""

    TOO_MUCH = "too_much"  # a thousand times more than before: tenge where thousands are meant
    TOO_LITTLE = "too_little"  # a thousandth


class Doubt(NamedTuple):
    """A programme whose amount (tiyn) is about a thousand times, or a thousandth, of what it was before."""

    code: Code
    amount: int
    before: int
    off: Off


def off_by_thousand(amount: int, history: Sequence[int]) -> Off | None:
    """What an amount seems to be off by, against the middle one of those of other years; nil says nothing."""
    known = [earlier for earlier in history if earlier > 0]
    if not known or amount <= 0:
        return None
    usual = median_low(known)
    if usual * LEAST_RATIO <= amount <= usual * MOST_RATIO:
        return Off.TOO_MUCH
    return Off.TOO_LITTLE if amount * LEAST_RATIO <= usual <= amount * MOST_RATIO else None


def against_history(amounts: Mapping[Code, int], history: Mapping[Code, Sequence[int]]) -> list[Doubt]:
    """The amounts (by programme, or by whatever code both are told) that are questioned, in order of their codes."""
    doubts = []
    for code, amount in sorted(amounts.items()):
        earlier = history.get(code, ())
        if (off := off_by_thousand(amount, earlier)) is not None:
            doubts.append(Doubt(code, amount, median_low([one for one in earlier if one > 0]), off))
    return doubts


def unit_in_doubt(said: Unit | None, total: int) -> Unit | None:
    """The unit that the file rather means: `total` is its expenditure in tiyn, taken in the unit that it says.

    None: nothing speaks against what it says. A file that says nothing is taken as thousands.
    """
    if said is Unit.TENGE:
        return Unit.THOUSAND if 0 < total < SMALLEST else None
    return Unit.TENGE if total > LARGEST else None
