"""Whether a text holds the secret code of a voter's card: it was typed where it does not belong.

Code and fingerprint stand on one card, both in groups of four. A code has letters that no fingerprint has, and digits
that few words have beside them.
"""

import re
from typing import Final

from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.credentials import ALPHABET, LENGTH, SEPARATORS, normalise_code, normalise_symbols

SLIPS: Final = 2  # symbols too few or too many, in a field that takes one thing alone
FEWEST_DIGITS: Final = 2
HEXADECIMAL: Final = frozenset("0123456789ABCDEF")
_GROUP: Final = r"[^\W_]{4}"
_BETWEEN: Final = f"[{re.escape(SEPARATORS)}]"
_GROUPED: Final = re.compile(rf"(?<![^\W_])(?<![^\W_]-){_GROUP}(?:{_BETWEEN}{{1,3}}{_GROUP}){{5}}(?!-?[^\W_])")
_WHOLE: Final = re.compile(rf"(?<![^\W_])[^\W_]{{{LENGTH}}}(?![^\W_])")
_TRACKER: Final = re.compile(r"[A-Za-z0-9+/]{43}")  # between whose + and / a code may seem to stand


def holds_code(text: str) -> bool:
    """Whether six groups of four, or 24 signs with a right check symbol, stand somewhere in the text."""
    return without_codes(text) != text


def without_codes(text: str) -> str:
    """The text without the codes in it, and else as it was typed: nobody loses a letter for a number that looks so."""

    def grouped(found: re.Match[str]) -> str:
        return "" if _is_right(found[0]) or _has_signs_of_a_code(found[0]) else found[0]

    def whole(found: re.Match[str]) -> str:
        return "" if _is_right(found[0]) else found[0]

    known = [*_TRACKER.findall(text), ""]
    outside = (_WHOLE.sub(whole, _GROUPED.sub(grouped, part)) for part in _TRACKER.split(text))
    return "".join(part + tracker for part, tracker in zip(outside, known, strict=True))


def is_code(text: str) -> bool:
    """Whether the whole text is a code, also with a slip: for a field that takes a fingerprint or a tracker alone."""
    symbols = normalise_symbols(text)
    return _is_right(text) or (abs(len(symbols) - LENGTH) <= SLIPS and _has_signs_of_a_code(symbols))


def _has_signs_of_a_code(text: str) -> bool:
    """Symbols of codes alone, some digits, and a letter that no hexadecimal number has."""
    symbols = normalise_symbols(text)
    digits = sum(symbol.isdigit() for symbol in symbols)
    return set(symbols) <= set(ALPHABET) and digits >= FEWEST_DIGITS and not set(symbols) <= HEXADECIMAL


def _is_right(text: str) -> bool:
    """A code without a slip, whatever signs it has: but for fingerprints, of which some happen to pass the check."""
    try:
        return not set(normalise_code(text)) <= HEXADECIMAL
    except ProtocolError:
        return False
