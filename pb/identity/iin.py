"""IINs at rest: found by an HMAC, shown from a sealed copy, never stored in the clear. Keys have versions.

What is sealed begins with `asar` and the version (two bytes) of the key that opens it. What was sealed before keys
had versions begins with its nonce at once, and still opens: every key is tried.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pb.core.national_numbers import (
    BIN,
    IIN,
    BINError,
    IINError,
    Reason,
    check_digit,
    masked,
    parse_bin,
    parse_iin,
)

__all__ = [
    "BIN",
    "IIN",
    "BINError",
    "IINError",
    "KeyRing",
    "Reason",
    "check_digit",
    "header",
    "lookup",
    "lookups",
    "masked",
    "parse_bin",
    "parse_iin",
    "seal",
    "seal_bytes",
    "sealed_with",
    "unseal",
    "unseal_bytes",
]

CONTEXT = b"iin"
MARK = b"asar"
VERSION_BYTES = 2
KEY_BYTES = 32
_NONCE_BYTES = 12


@dataclass(frozen=True)
class KeyRing:
    """Keys of 32 bytes by version (1 and up): the highest is used, the others still open what they sealed."""

    keys: Mapping[int, bytes]

    def __post_init__(self) -> None:
        if not self.keys:
            raise ValueError("a ring without a key")
        for version, key in self.keys.items():
            if not 1 <= version < 256**VERSION_BYTES or len(key) != KEY_BYTES:
                raise ValueError("a version or a key of a wrong size")

    @classmethod
    def of(cls, key: "Self | bytes") -> "KeyRing":
        """A ring as it is, or the ring of a single key."""
        return key if isinstance(key, KeyRing) else KeyRing({1: key})

    def __repr__(self) -> str:
        return f"KeyRing(versions {sorted(self.keys)})"

    @property
    def version(self) -> int:
        """The version in use."""
        return max(self.keys)

    @property
    def key(self) -> bytes:
        """The key in use."""
        return self.keys[self.version]


def lookup(iin: IIN, pepper: KeyRing | bytes) -> bytes:
    """HMAC-SHA-256 of the number under the pepper in use: 32 bytes to find a person by, useless without it."""
    return _lookup(iin.text, KeyRing.of(pepper).key)


def lookups(iin: IIN, pepper: KeyRing | bytes) -> list[bytes]:
    """The look-ups of a number under every pepper, the one in use first: a frozen roll keeps those of its time."""
    ring = KeyRing.of(pepper)
    return [_lookup(iin.text, ring.keys[version]) for version in sorted(ring.keys, reverse=True)]


def _lookup(digits: str, pepper: bytes) -> bytes:
    return hmac.new(pepper, b"iin|" + digits.encode(), hashlib.sha256).digest()


def lookup_of(digits: str, pepper: KeyRing) -> bytes:
    """As `lookup`, of digits that were unsealed and checked when they were sealed."""
    return _lookup(digits, pepper.key)


def seal(iin: IIN, key: KeyRing | bytes) -> bytes:
    """The number under AES-256-GCM, for the registrar's eyes alone."""
    return seal_bytes(iin.text.encode(), key, CONTEXT)


def unseal(sealed: bytes, key: KeyRing | bytes) -> str:
    """The twelve digits again. Raises cryptography's InvalidTag when the key or the bytes are wrong."""
    return unseal_bytes(sealed, key, CONTEXT).decode()


def header(version: int) -> bytes:
    """What the sealed bytes of a key's version begin with."""
    return MARK + version.to_bytes(VERSION_BYTES, "big")


def sealed_with(sealed: bytes) -> int | None:
    """The version of the key that sealed these bytes, or None for what was sealed before keys had versions."""
    if not sealed.startswith(MARK):
        return None
    return int.from_bytes(sealed[len(MARK) : len(MARK) + VERSION_BYTES], "big")


def seal_bytes(data: bytes, key: KeyRing | bytes, context: bytes) -> bytes:
    """AES-256-GCM: header, nonce (12 bytes), ciphertext; `context`, what for, is authenticated with the header."""
    ring = KeyRing.of(key)
    first, nonce = header(ring.version), os.urandom(_NONCE_BYTES)
    return first + nonce + AESGCM(ring.key).encrypt(nonce, data, first + context)


def unseal_bytes(sealed: bytes, key: KeyRing | bytes, context: bytes) -> bytes:
    """The data again. Raises cryptography's InvalidTag when key, context or bytes are wrong."""
    ring = KeyRing.of(key)
    version = sealed_with(sealed)
    first = header(version) if version is not None else b""
    if version is not None and version in ring.keys:
        try:
            return _open(sealed[len(first) :], ring.keys[version], first + context)
        except InvalidTag:
            pass  # one nonce in 2^48 of the time without versions looks like a header: tried as such below
    for old in ring.keys.values():
        try:
            return _open(sealed, old, context)
        except InvalidTag:
            continue
    raise InvalidTag


def _open(sealed: bytes, key: bytes, context: bytes) -> bytes:
    if len(sealed) <= _NONCE_BYTES:
        raise InvalidTag
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
