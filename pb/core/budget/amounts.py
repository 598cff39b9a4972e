"""Amounts: whole tiyn inside; thousand tenge with one decimal outside, as decisions of a maslikhat print them."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

TIYN: Final = 100  # in a tenge
THOUSAND: Final = 1_000 * TIYN  # in a thousand tenge
STEP: Final = THOUSAND // 10  # one decimal of a thousand tenge, in tiyn
MOST_DIGITS: Final = 20
LARGEST: Final = 10**17  # tiyn, a quadrillion tenge: more is a slip, and less fits a BIGINT with all sums over it
MINUS: Final = "\u2212"
NBSP: Final = "\u00a0"
_SPACE: Final = re.compile(r"\s+")
_NUMBER: Final = re.compile(r"([-\u2010-\u2015\u2212]?)([0-9]+)(?:[.,]([0-9]+))?")


class Wrong(StrEnum):
    """Why a text is no amount."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    TOO_FINE = "too_fine"  # a part of a tiyn
    TOO_LARGE = "too_large"


class AmountFault(ValueError):
    """The text is no amount; `wrong` says why."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong)
        self.wrong = wrong


def thousands(tiyn: int) -> str:
    """An amount of `tiyn` as `1 240 177,0` thousand tenge with no-break spaces, `−122 673,0` below nil.

    What is finer than one decimal is rounded, a half away from nil: amounts that are printed with their total go
    through `apportion` first.
    """
    tenths = divided(tiyn, STEP)
    whole, tenth = divmod(abs(tenths), 10)
    return (MINUS if tenths < 0 else "") + f"{whole:,}".replace(",", NBSP) + f",{tenth}"


def exact_thousands(tiyn: int) -> str:
    """As `thousands`, and with as many decimals more as the amount has: `14 000,04`, `0,00001`.

    For what is typed and written back, and for what is told of sums that do not add up: there nothing is rounded.
    """
    whole, rest = divmod(abs(tiyn), THOUSAND)
    decimals = f"{rest:05}".rstrip("0") or "0"
    return (MINUS if tiyn < 0 else "") + f"{whole:,}".replace(",", NBSP) + f",{decimals}"


def read_thousands(text: str) -> int:
    """The tiyn of an amount in thousand tenge: spaces between digits, comma or point before at most five decimals.

    Raises AmountFault.
    """
    return _read(text, THOUSAND, 5)


def read_tenge(text: str) -> int:
    """The tiyn of an amount in tenge, written likewise with at most two decimals. Raises AmountFault."""
    return _read(text, TIYN, 2)


def _read(text: str, unit: int, most_decimals: int) -> int:
    """`unit`: its tiyn, ten to the power of `most_decimals`."""
    bare = _SPACE.sub("", text)
    if not bare:
        raise AmountFault(Wrong.EMPTY)
    if (found := _NUMBER.fullmatch(bare)) is None:
        raise AmountFault(Wrong.NOT_A_NUMBER)
    minus, whole, decimals = found[1], found[2], (found[3] or "").rstrip("0")
    if len(whole) > MOST_DIGITS:
        raise AmountFault(Wrong.TOO_LARGE)
    if len(decimals) > most_decimals:
        raise AmountFault(Wrong.TOO_FINE)
    tiyn = int(whole) * unit + int(decimals.ljust(most_decimals, "0"))
    if tiyn > LARGEST:
        raise AmountFault(Wrong.TOO_LARGE)
    return -tiyn if minus else tiyn


def apportion(amounts: Sequence[int], step: int = STEP) -> list[int]:
    """Each amount rounded to a multiple of `step`, so that together they are their rounded total (largest remainder).

    No amount moves by a whole step, and none that is a multiple already moves. Of equal remainders the first is rounded
    up. Raises ValueError: `step` is not positive.
    """
    total = divided(sum(amounts), step)
    floors = [amount // step for amount in amounts]
    by_remainder = sorted(range(len(amounts)), key=lambda place: -(amounts[place] % step))
    for place in by_remainder[: total - sum(floors)]:
        floors[place] += 1
    return [floor * step for floor in floors]


def divided(dividend: int, divisor: int) -> int:
    """The nearest whole number to a quotient, a half away from nil. Raises ValueError: `divisor` is not positive."""
    if divisor <= 0:
        raise ValueError("a divisor is positive")
    nearest = (2 * abs(dividend) + divisor) // (2 * divisor)
    return nearest if dividend >= 0 else -nearest


def share(amount: int, whole: int) -> int | None:
    """What part of `whole` an amount is, in hundredths of a per cent; None where there is no whole."""
    return divided(amount * 10_000, whole) if whole > 0 else None
