"""Sessions of accounts, kept on the server: signing out, or ending one from another device, ends it at once.

The cookie holds a random token; the row holds its hash, when the session was made, last seen and last proved, and the
family of the device. A person has a few at most: the oldest ends. Ended ones stay for some weeks, so that a device that
was never seen can be told from a known one.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from pb.act import Act
from pb.audit import service as audit
from pb.errors import Forbidden, NotFound
from pb.identity.models import AccountSession, Person
from pb.identity.service import holdings, notices, own_log, security, suspended

LIFE = timedelta(hours=12)
IDLE = timedelta(hours=1)
RECENT_PROOF = timedelta(minutes=10)
TOUCHED_EVERY = timedelta(minutes=5)
MOST = 10  # of one person at a time
KEPT_FOR = timedelta(days=30)
MOST_KEPT = 40  # of one person, with those that ended
LONGEST_DEVICE = 60


def begin(act: Act, person: Person, device: str) -> str:
    """A new session of somebody who has just shown who they are: its token (256 bits). Raises Forbidden (suspended).

    The audit log says so of staff; a letter goes to the owner when the device is new.
    """
    suspended.refuse(act.session, person.id)
    row, token = keep(act.session, act.at, person, device)
    security.tell("session_begun", person.id, session=str(row.id), device=row.device, new_device=row.new_device)
    act = own_log.by_its_owner(act, person)  # not by whoever was signed in here before
    if holdings.ever_staff(act.session, person.id):
        audit.record(act, "identity.session_begun", subject=person.id, data={"new_device": row.new_device})
    if row.new_device:
        notices.send(act, person, notices.Change.NEW_DEVICE)
    return token


def keep(session: Session, at: datetime, person: Person, device: str) -> tuple[AccountSession, str]:
    """The row of a new session and its token; the person's oldest end, what is too old goes."""
    _prune(session, person.id, at)
    earlier = select(AccountSession).where(AccountSession.person_id == person.id)
    known = session.scalars(earlier.where(AccountSession.device == device[:LONGEST_DEVICE]).limit(1)).first()
    live = session.scalars(earlier.where(*_live(at)).order_by(AccountSession.made_at)).all()
    for oldest in live[: max(0, len(live) - MOST + 1)]:
        oldest.ended_at = at
    token = secrets.token_urlsafe(32)
    row = AccountSession(
        person_id=person.id,
        token_hash=_hash(token),
        device=device[:LONGEST_DEVICE],
        new_device=known is None,
        made_at=at,
        seen_at=at,
        proved_at=at,
    )
    session.add(row)
    session.flush()
    return row, token


def find(session: Session, token: str, at: datetime) -> AccountSession | None:
    """The session of a token: None when it ended, is too old, was unused for too long, or the account is suspended."""
    query = select(AccountSession).where(AccountSession.token_hash == _hash(token), *_live(at))
    row = session.scalars(query).one_or_none()
    if row is None or suspended.is_suspended(session, row.person_id):
        return None
    return row


def is_due(row: AccountSession, at: datetime) -> bool:
    """Whether it is time to note that the session is in use."""
    return at - row.seen_at >= TOUCHED_EVERY


def touch(session: Session, session_id: UUID, at: datetime) -> None:
    """Notes that the session is in use; one that ended meanwhile stays ended."""
    query = update(AccountSession).where(AccountSession.id == session_id, AccountSession.seen_at < at)
    session.execute(query.where(AccountSession.ended_at.is_(None)).values(seen_at=at))


def proved(row: AccountSession, at: datetime) -> bool:
    """Whether the holder showed a few minutes ago who they are."""
    return row.proved_at is not None and at - row.proved_at < RECENT_PROOF


def prove(act: Act, row: AccountSession) -> str:
    """The holder has shown again who they are: the session goes on under a new token, which is returned."""
    token = secrets.token_urlsafe(32)
    row.token_hash, row.proved_at = _hash(token), act.at
    act.session.flush()
    return token


def mine(act: Act) -> Sequence[AccountSession]:
    """The actor's sessions that are live, the latest first. Raises Forbidden when nobody acts."""
    return act.session.scalars(
        select(AccountSession)
        .where(AccountSession.person_id == _actor(act), *_live(act.at))
        .order_by(AccountSession.made_at.desc())
    ).all()


def recent(act: Act) -> Sequence[AccountSession]:
    """The actor's sessions of the last weeks, also those that ended, the latest first."""
    query = select(AccountSession).where(AccountSession.person_id == _actor(act))
    return act.session.scalars(query.order_by(AccountSession.made_at.desc()).limit(MOST_KEPT)).all()


def end_mine(act: Act, session_id: UUID) -> None:
    """Ends one session of the actor. Raises NotFound (another's, or ended already)."""
    row = next((row for row in mine(act) if row.id == session_id), None)
    if row is None:
        raise NotFound
    end(act, row)


def end(act: Act, row: AccountSession) -> None:
    """Ends a session: its token opens nothing any more."""
    row.ended_at = act.at
    act.session.flush()
    security.tell("session_ended", row.person_id, session=str(row.id))


def end_all(act: Act, person_id: UUID, *, but: UUID | None = None) -> int:
    """Ends all sessions of a person, or all but one; how many there were."""
    query = select(AccountSession).where(AccountSession.person_id == person_id, AccountSession.ended_at.is_(None))
    rows = [row for row in act.session.scalars(query) if row.id != but]
    for row in rows:
        row.ended_at = act.at
    act.session.flush()
    if rows:
        security.tell("sessions_ended", person_id, number=len(rows))
    return len(rows)


def _actor(act: Act) -> UUID:
    if act.person is None:
        raise Forbidden(_("Sign in first."))
    return act.person.id


def _live(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        AccountSession.ended_at.is_(None),
        AccountSession.made_at > at - LIFE,
        AccountSession.seen_at > at - IDLE,
    )


def _prune(session: Session, person_id: UUID, at: datetime) -> None:
    """Nothing here grows: rows go after some weeks, and the oldest of one person before."""
    session.execute(delete(AccountSession).where(AccountSession.made_at < at - KEPT_FOR))
    kept = select(AccountSession.id).where(AccountSession.person_id == person_id)
    surplus = session.scalars(kept.order_by(AccountSession.made_at.desc()).offset(MOST_KEPT - 1)).all()
    if surplus:
        session.execute(delete(AccountSession).where(AccountSession.id.in_(surplus)))


def _hash(token: str) -> bytes:
    return hashlib.sha256(b"asar-session|" + token.encode()).digest()
