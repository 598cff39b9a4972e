"""Sums and shares of a receipt as people read them."""

from pb.core.budget.amounts import MINUS, NBSP
from pb.formats import money


def signed(tiyn: int) -> str:
    """A sum that may lie below nil."""
    return f"{MINUS}{money(-tiyn)}" if tiyn < 0 else money(tiyn)


def in_percent(hundredths: int | None) -> str:
    """A share with two decimals and its sign; nothing where there is no whole."""
    if hundredths is None:
        return ""
    return f"{MINUS if hundredths < 0 else ''}{abs(hundredths) // 100},{abs(hundredths) % 100:02}{NBSP}%"
