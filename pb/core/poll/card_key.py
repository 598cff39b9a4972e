"""What the holder of a card types to find its key: from under the fold, from a program, or from the archive.

Under the fold stand the first 32 hexadecimal digits of the SHA-256 of the public key; whoever computes the SHA-256 has
64; whoever has the archive has the key itself, a decimal number or hexadecimal digits, as the poll's group writes it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pb.core.belenios.canonical import sha256_hex
from pb.core.poll.card_list import SHORT_DIGITS

LONGEST: Final = 1000  # a key of 2048 bits has 617 digits
_BESIDES: Final = re.compile(r"[\s\u2010-\u2015\u2212\u200b\ufeff\"',:.-]")
_FINGERPRINT: Final = re.compile(rf"[0-9a-f]{{{SHORT_DIGITS},64}}")
_KEY: Final = re.compile(r"[0-9a-f]{64}|[0-9]{65,700}")
_LOOKS_LIKE: Final = str.maketrans("асев", "aceb")  # Cyrillic letters that look like a digit of a fingerprint


def plain(typed: str) -> str:
    """A fingerprint as it was typed, without spaces, dashes and quotes, in small letters."""
    return _BESIDES.sub("", typed).lower().translate(_LOOKS_LIKE)


@dataclass(frozen=True, slots=True)
class AskedKey:
    """What was typed without spaces, dashes and quotes, in small letters."""

    text: str

    @classmethod
    def read(cls, typed: str) -> "AskedKey | None":
        """None for what is neither 32 to 64 digits of a fingerprint nor the text of a public key."""
        text = plain(typed)
        return cls(text) if _FINGERPRINT.fullmatch(text) or _KEY.fullmatch(text) else None

    def among(self, public_keys: Iterable[str]) -> str | None:
        """The key of the list that was asked for; None when no key is it."""
        return next((key for key in public_keys if self._is(key)), None)

    def _is(self, public_key: str) -> bool:
        by_fingerprint = _FINGERPRINT.fullmatch(self.text) and sha256_hex(public_key).startswith(self.text)
        return self.text == public_key or bool(by_fingerprint)
