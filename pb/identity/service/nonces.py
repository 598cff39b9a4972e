"""Texts with a nonce of the server's: written for one purpose, signed within minutes, used once."""

import secrets
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, update

from pb.act import Act
from pb.core.eds.statements import Kind
from pb.identity.models import Nonce

LIFE = timedelta(minutes=5)
RETENTION = timedelta(days=1)


def issue(act: Act, kind: Kind, write: Callable[[str], str]) -> Nonce:
    """A fresh nonce (256 bits, base64url) and the text that `write` makes with it; forgets those of yesterday."""
    act.session.execute(delete(Nonce).where(Nonce.expires_at < act.at - RETENTION))
    nonce = secrets.token_urlsafe(32)
    row = Nonce(nonce=nonce, kind=kind, text=write(nonce), expires_at=act.at + LIFE)
    act.session.add(row)
    act.session.flush()
    return row


def redeem(act: Act, kind: Kind, nonce: str) -> str | None:
    """The text that was to be signed, or None for a nonce of another kind, a used, unknown or expired one."""
    taken = (
        update(Nonce)
        .where(Nonce.nonce == nonce, Nonce.kind == kind, Nonce.used_at.is_(None), Nonce.expires_at > act.at)
        .values(used_at=act.at)
        .returning(Nonce.text)
    )
    return act.session.scalar(taken)
