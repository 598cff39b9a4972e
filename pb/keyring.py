"""Keys of an installation: rings of versions, and what is sealed under them.

What is sealed begins with `asar` and the version (two bytes) of the key that opens it. What was sealed before keys
had versions begins with its nonce at once, and still opens: every key is tried.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = b"asar"
VERSION_BYTES = 2
KEY_BYTES = 32
NONCE_BYTES = 12
MARK_SIGNS = 8


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

    @property
    def marks(self) -> str:
        """`1:8HEX,2:8HEX`: what two processes compare to see that they have the same keys; a key is not found by it."""
        marks = {
            version: hashlib.sha256(b"asar-key|" + key).hexdigest()[:MARK_SIGNS] for version, key in self.keys.items()
        }
        return ",".join(f"{version}:{marks[version]}" for version in sorted(marks))


@dataclass(frozen=True)
class Keys:
    """What seals and finds IINs: `pepper` for the HMAC, `seal` for AES-GCM, each by version."""

    pepper: KeyRing
    seal: KeyRing


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
    first, nonce = header(ring.version), os.urandom(NONCE_BYTES)
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
    if len(sealed) <= NONCE_BYTES:
        raise InvalidTag
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
