"""IINs at rest: found by an HMAC, shown from a sealed copy, never stored in the clear."""

import hashlib
import hmac

from flask_babel import lazy_gettext as _

from pb.core.national_numbers import IIN
from pb.errors import Conflict
from pb.identity.models import IIN_CONTEXT
from pb.keyring import KeyRing, seal_bytes, unseal_bytes


def lookup(iin: IIN, pepper: KeyRing | bytes) -> bytes:
    """HMAC-SHA-256 of the number under the pepper in use: 32 bytes to find a person by, useless without it."""
    return _lookup(iin.text, KeyRing.of(pepper).key)


def lookups(iin: IIN, pepper: KeyRing | bytes) -> list[bytes]:
    """The look-ups of a number under every pepper, the one in use first: a frozen roll keeps those of its time."""
    return [found for found, _version in versioned(iin, pepper)]


def versioned(iin: IIN, pepper: KeyRing | bytes) -> list[tuple[bytes, int]]:
    """The look-ups as `lookups` gives them, each with the version of its pepper."""
    ring = KeyRing.of(pepper)
    return [(_lookup(iin.text, ring.keys[version]), version) for version in sorted(ring.keys, reverse=True)]


def is_found_as(iin: IIN, pepper: KeyRing | bytes, version: int, found: bytes) -> bool:
    """Whether a look-up is the number's under the pepper of that very version."""
    key = KeyRing.of(pepper).keys.get(version)
    return key is not None and hmac.compare_digest(_lookup(iin.text, key), found)


def _lookup(digits: str, pepper: bytes) -> bytes:
    return hmac.new(pepper, b"iin|" + digits.encode(), hashlib.sha256).digest()


def lookup_of(digits: str, pepper: KeyRing) -> bytes:
    """As `lookup`, of digits that were unsealed and checked when they were sealed."""
    return _lookup(digits, pepper.key)


def seal(iin: IIN, key: KeyRing | bytes) -> bytes:
    """The number under AES-256-GCM, for the registrar's eyes alone."""
    return seal_bytes(iin.text.encode(), key, IIN_CONTEXT)


def unseal(sealed: bytes | None, key: KeyRing | bytes) -> str:
    """The twelve digits again. Raises Conflict (erased), cryptography's InvalidTag (the key or the bytes are wrong)."""
    if sealed is None:
        raise Conflict(_("This IIN was erased after its term."))
    return unseal_bytes(sealed, key, IIN_CONTEXT).decode()
