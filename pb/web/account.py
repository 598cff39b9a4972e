"""Flask-Login's view of a person, and the session that this browser is in.

The cookie holds a token; who it belongs to, how long it lasts and when its holder last proved who they are stand in the
row of `pb.identity.service.sessions`. What the device keeps for itself (`OF_THE_DEVICE`) outlasts whoever signs in.
"""

from uuid import UUID

import structlog
from flask import Response, current_app, g, request, session
from flask_babel import gettext as _
from flask_login import UserMixin, login_user, logout_user
from sqlalchemy.exc import OperationalError

from pb import clock
from pb.act import Act
from pb.db import Database
from pb.errors import Conflict
from pb.identity.models import AccountSession, Person
from pb.identity.service import sessions
from pb.web import devices
from pb.web.guesses import remember_device

OF_THE_DEVICE = ("kiosk", "_permanent")
OF_A_VOTER = ("voter", "csrf_token")
"""What a voter in the same browser needs to send what is not yet sent: no account opens with it."""
log = structlog.get_logger()


class Account(UserMixin):
    def __init__(self, person: Person, token: str) -> None:
        self.person = person
        self.token = token

    def get_id(self) -> str:
        return self.token


def begin(act: Act, person: Person) -> None:
    """A new session under a new token, which carries nothing over from the one before it; that one ends.

    Raises Forbidden for a suspended account, Conflict on a device that was set up for voting by others.
    """
    refuse_on_shared_device()
    token = sessions.begin(act, person, devices.described(request.user_agent.string))
    before = current()
    if before is not None and before.ended_at is None:
        sessions.end(act, act.session.get_one(AccountSession, before.id))
    session.clear()
    login_user(Account(person, token))
    _keep(sessions.find(act.session, token, act.at))
    remember_device(person)


def refuse_on_shared_device() -> None:
    """Raises Conflict on a device that was set up for voting by others: whoever signed in there would stay for them."""
    if "kiosk" in session:
        raise Conflict(
            _(
                "This device is set up for voting by others. Nobody signs in here until that is ended with its code, "
                "on the page of the ballot."
            )
        )


def end(act: Act) -> None:
    """Ends this browser's session, here and on the server; a voter in the same browser goes on."""
    before = current()
    if before is not None:
        sessions.end(act, act.session.get_one(AccountSession, before.id))
    names = (*OF_THE_DEVICE, *(OF_A_VOTER if "voter" in session else ()))
    kept = {name: session[name] for name in names if name in session}
    logout_user()
    session.clear()
    session.update(kept)
    _keep(None)


def current() -> AccountSession | None:
    """The session that this request came with, as it was read."""
    row: AccountSession | None = g.get("signed_in")
    return row


def current_person_id() -> UUID | None:
    """Whose session this request came with; also after its unit of work was rolled back, when no row can be read."""
    person_id: UUID | None = g.get("signed_in_person")
    return person_id


def _keep(row: AccountSession | None) -> AccountSession | None:
    g.signed_in, g.signed_in_person = row, row.person_id if row is not None else None
    return row


def prove_again(act: Act) -> None:
    """The holder of this session has just shown again who they are: a new token. Only in a unit of work that writes."""
    before = current()
    if before is not None:
        session["_user_id"] = sessions.prove(act, act.session.get_one(AccountSession, before.id))


def proved_recently() -> bool:
    """Whether the holder of this session showed a few minutes ago who they are."""
    row = current()
    return row is not None and sessions.proved(row, clock.now())


def load(token: str) -> Account | None:
    """The account of the cookie's token, read with the request's own session, or None when that session has ended.

    Nobody where there is no unit of work: the page of a failure is drawn without a database.
    """
    act: Act | None = g.get("act")
    if act is None:
        return None
    row = _keep(sessions.find(act.session, token, act.at))
    if row is None:
        return None
    if sessions.is_due(row, act.at):
        g.touched = (row.id, act.at)
    return Account(row.person, token)


def touch(response: Response) -> Response:
    """After the answer: notes, some minutes apart, that the session is in use, in a short transaction of its own.

    A page is not lost for it: where the database is busy the note waits for the next request.
    """
    due: tuple[UUID, object] | None = g.pop("touched", None)
    if due is not None:
        database: Database = current_app.extensions["database"]
        try:
            with database.work(writing=True) as work:
                sessions.touch(work, due[0], clock.now())
        except OperationalError:
            log.warning("session_not_touched", exc_info=True)
    return response
