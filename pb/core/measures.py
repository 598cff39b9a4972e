"""Measures with up to three decimals, kept as whole thousandths: a value of an indicator, an area, a length."""

import re
from enum import StrEnum
from typing import Final

PARTS: Final = 1_000
DECIMALS: Final = 3
LARGEST: Final = 10**15  # thousandths: a BIGINT holds sums of many
MINUS: Final = "\u2212"
NBSP: Final = "\u00a0"
_SPACE: Final = re.compile(r"\s+")
_NUMBER: Final = re.compile(r"([-\u2010-\u2015\u2212]?)([0-9]{1,13})(?:[.,]([0-9]{1,3}))?")


class Wrong(StrEnum):
    """Why a text is no measure."""

    EMPTY = "empty"
    NOT_A_MEASURE = "not_a_measure"
    TOO_LARGE = "too_large"


class MeasureFault(ValueError):
    """The text is no measure; `wrong` says why."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong)
        self.wrong = wrong


def read(text: str) -> int:
    """The thousandths of a number with comma or point and spaces between its digits. Raises MeasureFault."""
    bare = _SPACE.sub("", text)
    if not bare:
        raise MeasureFault(Wrong.EMPTY)
    if (found := _NUMBER.fullmatch(bare)) is None:
        raise MeasureFault(Wrong.NOT_A_MEASURE)
    minus, whole, decimals = found[1], found[2], found[3] or ""
    thousandths = int(whole) * PARTS + int(decimals.ljust(DECIMALS, "0"))
    if thousandths > LARGEST:
        raise MeasureFault(Wrong.TOO_LARGE)
    return -thousandths if minus else thousandths


def plain(thousandths: int) -> str:
    """As files have it: `1250,5`, no space between the digits and no nought at the end; `read` reads it as it was."""
    whole, rest = divmod(abs(thousandths), PARTS)
    decimals = f"{rest:0{DECIMALS}}".rstrip("0")
    return ("-" if thousandths < 0 else "") + str(whole) + (f",{decimals}" if decimals else "")


def shown(thousandths: int) -> str:
    """As pages have it: `1 250,5` with no-break spaces."""
    text = plain(abs(thousandths))
    whole, comma, decimals = text.partition(",")
    return (MINUS if thousandths < 0 else "") + f"{int(whole):,}".replace(",", NBSP) + comma + decimals


def reached(start: int, target: int, value: int) -> bool:
    """Whether an indicator that should go from `start` to `target`, up or down, has come there."""
    return value >= target if target >= start else value <= target
