"""The code of a receipt: the first 100 bits of a ballot's tracker as 20 symbols, to read, type and dictate.

The alphabet is that of voter codes (Crockford's base32), so look-alikes are forgiven. A tracker is the base64 of a
SHA-256: that two ballots of a poll share 100 bits of it is beyond chance, and the box takes no second one.
"""

import base64
import re
from typing import Final

from pb.core.belenios.credentials import ALPHABET, GROUP_LENGTH, normalise_symbols

LENGTH: Final = 20
BITS: Final = 5 * LENGTH
_TRACKER: Final = re.compile(r"[A-Za-z0-9+/]{43}")


def receipt_code(tracker: str) -> str:
    """The code of a tracker (base64 without padding, 43 signs), without spaces."""
    number = int.from_bytes(base64.b64decode(tracker + "=")) >> (256 - BITS)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(BITS - 5, -1, -5))


def spaced(code: str) -> str:
    """A code as it is shown: five groups of four."""
    return " ".join(code[start : start + GROUP_LENGTH] for start in range(0, LENGTH, GROUP_LENGTH))


def code_read(typed: str) -> str | None:
    """The code that somebody typed, case, separators and look-alikes forgiven; None for what is none."""
    symbols = normalise_symbols(typed)
    return symbols if len(symbols) == LENGTH and set(symbols) <= set(ALPHABET) else None


def asked_for(typed: str) -> str | None:
    """The code or the whole tracker that somebody typed, or the address that ends with one; None for neither."""
    sought = typed.rpartition("#")[2]
    tracker = "".join(sought.split())
    return code_read(sought) or (tracker if _TRACKER.fullmatch(tracker) else None)
