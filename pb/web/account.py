"""Flask-Login's view of a person, and how long a session lasts.

A session carries when it began, when it was last used, when its holder last proved who they are, and a stamp of what
the account is opened with: a new password or authenticator, or a first staff role, ends every session begun before it.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import g, session
from flask_login import UserMixin, login_user

from pb import clock
from pb.act import Act
from pb.identity.models import Person, SecondFactor
from pb.web.guesses import remember_device

FIXED_AGE = timedelta(hours=12)
INACTIVITY = timedelta(hours=1)
RECENT_PROOF = timedelta(minutes=10)
_TOUCHED_EVERY = timedelta(minutes=1)


class Account(UserMixin):
    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        return str(self.person.id)


def begin(act: Act, person: Person) -> None:
    """A session that carries nothing over from the one before it."""
    session.clear()
    login_user(Account(person))
    session.update(marks(act, person))
    remember_device(person)


def marks(act: Act, person: Person) -> dict[str, Any]:
    """What the session of somebody who signs in now holds; times in seconds since 1970."""
    now = int(act.at.timestamp())
    return {"began": now, "used": now, "proved": now, "stamp": _stamp(act, person)}


def prove_again() -> None:
    """The holder of this session has just shown again who they are."""
    session["proved"] = int(clock.now().timestamp())


def proved_recently() -> bool:
    return _within(session.get("proved"), RECENT_PROOF, clock.now())


def load(identifier: str) -> Account | None:
    """The account that the session names, read with the request's own session, or None when the session has ended.

    Nobody where there is no unit of work: the page of a failure is drawn without a database.
    """
    act: Act | None = g.get("act")
    if act is None:
        return None
    if not (_within(session.get("began"), FIXED_AGE, act.at) and _within(session.get("used"), INACTIVITY, act.at)):
        return None
    try:
        person = act.session.get(Person, UUID(identifier))
    except ValueError:
        return None
    if person is None or session.get("stamp") != _stamp(act, person):
        return None
    if not _within(session["used"], _TOUCHED_EVERY, act.at):
        session["used"] = int(act.at.timestamp())
    return Account(person)


def _within(seconds: Any, span: timedelta, now: datetime) -> bool:
    return isinstance(seconds, int) and now.timestamp() - seconds < span.total_seconds()


def _stamp(act: Act, person: Person) -> str:
    factor = act.session.get(SecondFactor, person.id)
    begun = factor.made_at.isoformat() if factor is not None else ""
    renewed = person.renewed_at.isoformat() if person.renewed_at is not None else ""
    return hashlib.sha256(f"asar-session|{person.password_hash}|{begun}|{renewed}".encode()).hexdigest()[:16]
