"""Texts to sign in with by an electronic signature: each with a nonce, good for minutes, kept nowhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pb.core.eds.statements import sign_in_text
from pb.identity.service import nonces
from pb.identity.service.nonces import Purpose

LIFE = timedelta(minutes=5)


@dataclass(frozen=True)
class Asked:
    """A text of this site's to sign in with, its nonce, and until when it serves."""

    nonce: str
    text: str
    until: datetime


def ask(at: datetime, origin: str, secret: str) -> Asked:
    """A fresh text to sign in with; nothing is kept of it. `secret` is the server's own key."""
    return _of(nonces.issue(secret, Purpose.SIGN_IN, origin, at), origin, at.replace(microsecond=0))


def asked(at: datetime, origin: str, secret: str, nonce: str) -> Asked | None:
    """The text that was asked for with this nonce; None for a nonce of something else, or too old."""
    made = nonces.made_at(secret, Purpose.SIGN_IN, origin, nonce, at=at, life=LIFE)
    return _of(nonce, origin, made) if made is not None else None


def _of(nonce: str, origin: str, made: datetime) -> Asked:
    return Asked(nonce, sign_in_text(origin, nonce, made), made + LIFE)
