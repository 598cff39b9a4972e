"""The one-time secrets of invitations and paper codes: kept as hashes, found while they are open."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.act import Act
from pb.errors import FieldRefusal
from pb.identity.models import Invitation, Person


def keep(act: Act, person: Person, secret: str, life: timedelta) -> None:
    """Keeps the hash of a secret for `life`; the person's earlier ones end."""
    end_open(act.session, person.id, act.at)
    act.session.add(
        Invitation(person_id=person.id, secret_hash=_hash(secret), made_at=act.at, expires_at=act.at + life)
    )
    act.session.flush()


def end_open(session: Session, person_id: UUID, at: datetime) -> None:
    """Ends whatever the person was invited with and has not used."""
    query = select(Invitation).where(Invitation.person_id == person_id, Invitation.used_at.is_(None))
    for invitation in session.scalars(query):
        invitation.used_at = at
        invitation.password_hash = invitation.secret_sealed = None


def find_open(act: Act, secret: str, *, locked: bool) -> tuple[Invitation, Person]:
    """The open invitation of a secret, and whom it is for; locked where it is to be used. Raises FieldRefusal."""
    query = select(Invitation).where(Invitation.secret_hash == _hash(secret))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    invitation = act.session.scalars(query).one_or_none()
    if invitation is None or not is_open(invitation, act.at):
        raise refused()
    return invitation, act.session.get_one(Person, invitation.person_id)


def open_mark(act: Act, secret: str) -> str | None:
    """What a secret that waits to be used is counted by; None for any other. Nothing is locked."""
    invitation = act.session.scalars(select(Invitation).where(Invitation.secret_hash == _hash(secret))).one_or_none()
    return str(invitation.id) if invitation is not None and is_open(invitation, act.at) else None


def is_open(invitation: Invitation, at: datetime) -> bool:
    """Whether it is neither used nor ended nor too old."""
    return invitation.used_at is None and invitation.expires_at > at


def refused() -> FieldRefusal:
    """The one answer for whatever is wrong with a code."""
    return FieldRefusal("code", _("This code is not valid, or it was used or has expired. Ask for a new one."))


def _hash(secret: str) -> bytes:
    return hashlib.sha256(b"asar-invitation|" + secret.encode()).digest()
