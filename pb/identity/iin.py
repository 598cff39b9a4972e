"""The individual identification number (ИИН / ЖСН): checked, looked up and sealed, never stored in the clear.

Structure and check digit: domain facts of the registry, Government Decree 11.06.2003 № 565.
"""

import hashlib
import hmac
import os
import re
from dataclasses import dataclass
from datetime import date

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_CENTURY = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
_FIRST = range(1, 12)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_UNUSABLE = 10
_NONCE_BYTES = 12


class IINError(ValueError):
    """The text is not an IIN; the reason is the exception's argument: form, century, date, future or check."""


@dataclass(frozen=True)
class IIN:
    """A valid number of a person; `born` is what digits 1-7 say. Its text never appears in `repr`."""

    text: str
    born: date

    def __repr__(self) -> str:
        return "IIN(…)"

    def age_on(self, day: date) -> int:
        """Full years on `day`; somebody born on 29 February comes of age on 1 March."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))

    @property
    def masked(self) -> str:
        return "•" * 8 + self.text[-4:]


def parse_iin(text: str, today: date) -> IIN:
    """The IIN that `text` holds (spaces and dashes around groups are dropped). Raises IINError."""
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{12}", digits):
        raise IINError("form")
    century = _CENTURY.get(digits[6])
    if century is None:
        raise IINError("century")
    try:
        born = date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        raise IINError("date") from None
    if born > today:
        raise IINError("future")
    if check_digit(digits[:11]) != int(digits[11]):
        raise IINError("check")
    return IIN(digits, born)


def check_digit(prefix: str) -> int | None:
    """The twelfth digit for eleven, or None for a prefix that can never be issued."""
    for weights in (_FIRST, _SECOND):
        control = sum(int(d) * w for d, w in zip(prefix, weights, strict=True)) % 11
        if control != _UNUSABLE:
            return control
    return None


def lookup(iin: IIN, pepper: bytes) -> bytes:
    """HMAC-SHA-256 of the number: 32 bytes to find a person by, useless without the pepper."""
    return hmac.new(pepper, b"iin|" + iin.text.encode(), hashlib.sha256).digest()


def seal(iin: IIN, key: bytes) -> bytes:
    """The number under AES-256-GCM, for the registrar's eyes alone."""
    return seal_bytes(iin.text.encode(), key, b"iin")


def unseal(sealed: bytes, key: bytes) -> str:
    """The twelve digits again. Raises cryptography's InvalidTag when the key or the bytes are wrong."""
    return unseal_bytes(sealed, key, b"iin").decode()


def seal_bytes(data: bytes, key: bytes, context: bytes) -> bytes:
    """AES-256-GCM: nonce (12 bytes) and ciphertext; `context` says what for, and is authenticated."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, context)


def unseal_bytes(sealed: bytes, key: bytes, context: bytes) -> bytes:
    """The data again. Raises cryptography's InvalidTag when key, context or bytes are wrong."""
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
