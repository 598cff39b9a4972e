"""Text as people and their programs write it, made one before it is compared or kept.

The same name comes composed and decomposed (a Mac writes й as two signs), with no-break and double spaces, with soft
hyphens and marks of no width: to a reader it is the same name, to a comparison another one.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final

# Signs without a width or a look: removed. Unicode's other format signs are refused.
INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2064\u206a-\u206f\u2800\u3164"
    "\ufeff\uffa0\U000e0000-\U000e0fff]"
)
# Overrides, embeddings and isolates: with them a text reads otherwise than it is kept.
TURNED: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
LINE_END: Final = re.compile("\r\n|[\n\r\u0085\u2028\u2029]")
_REFUSED: Final = ("Cc", "Cf", "Cs", "Co")
_LAST_OF_PLANE: Final = 0xFFFE


class Sign(StrEnum):
    """What a text may not hold."""

    TURNED = "turned"  # a sign that turns the direction of writing
    CONTROL = "control"  # a sign that nobody can see or print


class TextFault(ValueError):
    """The text holds a sign that is refused; `sign` says of which kind."""

    def __init__(self, sign: Sign) -> None:
        super().__init__(sign)
        self.sign = sign


def composed(text: str) -> str:
    """The text in Unicode's composed form (NFC), otherwise as it is: for passwords."""
    return unicodedata.normalize("NFC", text)


def tidy(text: str) -> str:
    """The text on one line: composed, white space folded, invisible signs removed. Raises TextFault."""
    return _tidy_line(" ".join(LINE_END.split(text)))


def tidy_lines(text: str) -> str:
    """The text with its lines, each one tidy; none empty at its beginning or end. Raises TextFault."""
    return "\n".join(map(_tidy_line, LINE_END.split(text))).strip("\n")


def readable(text: str) -> str:
    """As `tidy`, with a space in the place of each sign that is refused: for texts that are no form's."""
    return _tidy_line("".join(" " if refused(sign) else sign for sign in INVISIBLE.sub("", text)))


def has_letter(text: str) -> bool:
    """Whether a letter of any alphabet stands in it: a name without one names nobody and no place."""
    return any(sign.isalpha() for sign in text)


def refused(sign: str) -> Sign | None:
    """Why one sign is refused, None for one that is not. Tabs and ends of lines are white space."""
    if TURNED.match(sign):
        return Sign.TURNED
    if sign == "\t" or LINE_END.match(sign) or INVISIBLE.match(sign):
        return None
    no_character = ord(sign) & _LAST_OF_PLANE == _LAST_OF_PLANE or "\ufdd0" <= sign <= "\ufdef"
    return Sign.CONTROL if no_character or unicodedata.category(sign) in _REFUSED else None


def _tidy_line(text: str) -> str:
    plain = INVISIBLE.sub("", text)
    if not plain.isascii() or not plain.isprintable():
        for sign in plain:
            if not sign.isprintable() and (reason := refused(sign)) is not None:
                raise TextFault(reason)
    return composed(" ".join(plain.split()))
