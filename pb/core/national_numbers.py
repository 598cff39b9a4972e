"""The state's twelve-digit numbers: IIN (ИИН / ЖСН) of a person, BIN (БИН / БСН) of a body. Values that are checked.

Structure and check digit: Government Decrees 11.06.2003 № 565 and 2007 № 406. The last digit of both is the sum of
the first eleven under one row of weights, modulo 11, or under a second row when the first gives 10; a beginning that
gives 10 twice is never issued. No part of a number says where somebody lives or whose citizen they are.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pb.core.text import INVISIBLE

_CENTURY = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
_FIRST = range(1, 12)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_UNUSABLE = 10
MONTHS = 12
MOST_TYPED = 60  # what is longer is no number with spaces in it
DIGITS = 12
FEWEST_DIGITS = 8  # of a number without the zeros in front: 1 January 2000 begins with three, a BIN of 2000 with two
_BETWEEN = re.compile("[\\s\u2010-\u2015\u2212_.'-]")
# Letters of both alphabets that are typed for a digit.
_LIKE_DIGITS = str.maketrans("OoОоIilІі|ЗзBВЅ", "0000111111338" + "8" + "5")


class Reason(StrEnum):
    """Why a text is no such number."""

    FORM = "form"  # not twelve ASCII digits
    CENTURY = "century"  # digit 7 names no century of a person
    DATE = "date"  # no such day (IIN) or month (BIN)
    FUTURE = "future"  # born after the day in question
    KIND = "kind"  # digit 5 or 6 of a BIN names no kind of body
    NEVER_ISSUED = "never_issued"  # both rows of weights give 10
    CHECK = "check"  # the last digit is another


class NumberError(ValueError):
    """The text is no such number; only the reason is given, never the text."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class IINError(NumberError):
    """The text is not an IIN."""


class BINError(NumberError):
    """The text is not a BIN."""


@dataclass(frozen=True)
class IIN:
    """A valid number of a person; `born` is what digits 1-7 say, their sex is not kept. `repr` hides the digits."""

    text: str
    born: date

    def __repr__(self) -> str:
        return "IIN(…)"

    def age_on(self, day: date) -> int:
        """Full years on `day`; somebody born on 29 February comes of age on 1 March."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))

    @property
    def masked(self) -> str:
        return masked(self.text)


class Body(StrEnum):
    """Digit 5 of a BIN: what kind of body it is."""

    RESIDENT = "4"
    NON_RESIDENT = "5"
    JOINT_ENTREPRENEUR = "6"


class Unit(StrEnum):
    """Digit 6 of a BIN: which part of the body."""

    HEAD = "0"
    BRANCH = "1"
    REPRESENTATIVE = "2"
    PEASANT_FARM = "3"


@dataclass(frozen=True)
class BIN:
    """A valid number of a body, registered in `month` (1-12) of a year that ends in `year` (0-99)."""

    text: str
    year: int
    month: int
    body: Body
    unit: Unit


def parse_iin(text: str, today: date) -> IIN:
    """The IIN that `text` holds (as `plain` has it), of somebody born by `today`. Raises IINError."""
    digits = _digits(text, IINError)
    century = _CENTURY.get(digits[6])
    if century is None:
        raise IINError(Reason.CENTURY)
    try:
        born = date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        raise IINError(Reason.DATE) from None
    if born > today:
        raise IINError(Reason.FUTURE)
    _check_last(digits, IINError)
    return IIN(digits, born)


def parse_bin(text: str) -> BIN:
    """The BIN that `text` holds (as `plain` has it). Raises BINError."""
    digits = _digits(text, BINError)
    month = int(digits[2:4])
    if not 1 <= month <= MONTHS:
        raise BINError(Reason.DATE)
    try:
        body, unit = Body(digits[4]), Unit(digits[5])
    except ValueError:
        raise BINError(Reason.KIND) from None
    _check_last(digits, BINError)
    return BIN(digits, int(digits[:2]), month, body, unit)


def check_digit(prefix: str) -> int | None:
    """The twelfth digit for eleven, or None for a prefix that can never be issued."""
    for weights in (_FIRST, _SECOND):
        control = sum(int(d) * w for d, w in zip(prefix, weights, strict=True)) % 11
        if control != _UNUSABLE:
            return control
    return None


def masked(text: str) -> str:
    """A number as it is shown to people: its last four digits."""
    return "•" * (len(text) - 4) + text[-4:]


def plain(text: str) -> str:
    """What was typed without spaces, dashes and marks of no width; letters that look like a digit are that digit."""
    return _BETWEEN.sub("", INVISIBLE.sub("", text)).translate(_LIKE_DIGITS) if len(text) <= MOST_TYPED else ""


def with_lost_zeros(text: str) -> str | None:
    """Twelve digits where a spreadsheet took a number's zeros in front away, None where none can be missing.

    They are no number yet: `parse_iin` or `parse_bin` says whether they are one.
    """
    digits = plain(text)
    return digits.zfill(DIGITS) if re.fullmatch(rf"[0-9]{{{FEWEST_DIGITS},{DIGITS - 1}}}", digits) else None


def _digits(text: str, error: type[NumberError]) -> str:
    digits = plain(text)
    if not re.fullmatch(r"[0-9]{12}", digits):
        raise error(Reason.FORM)
    return digits


def _check_last(digits: str, error: type[NumberError]) -> None:
    last = check_digit(digits[:11])
    if last is None:
        raise error(Reason.NEVER_ISSUED)
    if last != int(digits[11]):
        raise error(Reason.CHECK)
