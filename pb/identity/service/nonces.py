"""Nonces of the server's: made for one purpose and place, good for minutes, used once, and kept nowhere until used.

A nonce carries its own moment and a MAC, so that strangers may ask for any number of them and nothing grows. Only a
nonce under which a valid proof came is remembered, until it would be too old anyway.

    nonce = base64url(random 16 bytes ‖ seconds since 1970, 8 bytes ‖ HMAC-SHA-256(secret, purpose, place, both)[:24])
"""

import base64
import binascii
import hashlib
import hmac
import os
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from pb.act import Act
from pb.identity.models import UsedNonce

RANDOM_BYTES = 16
TIME_BYTES = 8
MAC_BYTES = 24
AHEAD = timedelta(seconds=5)  # clocks of two machines


class Purpose(StrEnum):
    """What a nonce is for."""

    SIGN_IN = "sign-in"
    CARD = "card"
    RELEASE = "release"


def issue(secret: str, purpose: Purpose, place: str, at: datetime) -> str:
    """A fresh nonce (64 symbols of base64url). `place` is what it is bound to: the site, and a poll if there is one."""
    body = os.urandom(RANDOM_BYTES) + int(at.timestamp()).to_bytes(TIME_BYTES, "big")
    return base64.urlsafe_b64encode(body + _mac(secret, purpose, place, body)).decode()


def made_at(secret: str, purpose: Purpose, place: str, nonce: str, *, at: datetime, life: timedelta) -> datetime | None:
    """When the nonce was made, in whole seconds; None if it is not ours, for something else, or older than `life`."""
    try:
        raw = base64.b64decode(nonce.encode("ascii"), b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    if len(body) != RANDOM_BYTES + TIME_BYTES or not hmac.compare_digest(mac, _mac(secret, purpose, place, body)):
        return None
    made = datetime.fromtimestamp(int.from_bytes(body[RANDOM_BYTES:], "big"), UTC)
    return made if made - AHEAD <= at < made + life else None


def use(act: Act, nonce: str, until: datetime) -> bool:
    """Remembers that a valid proof came with this nonce, till it is too old; False if one came before.

    Only after the proof was verified, and in a writing transaction.
    """
    act.session.execute(delete(UsedNonce).where(UsedNonce.until <= act.at))
    try:
        with act.session.begin_nested():
            if act.session.get(UsedNonce, nonce) is not None:
                return False
            act.session.add(UsedNonce(nonce=nonce, until=until))
    except IntegrityError:  # another transaction was quicker
        return False
    return True


def _mac(secret: str, purpose: Purpose, place: str, body: bytes) -> bytes:
    text = b"\0".join((b"asar-nonce", purpose.encode(), place.encode(), body))
    return hmac.new(secret.encode(), text, hashlib.sha256).digest()[:MAC_BYTES]
