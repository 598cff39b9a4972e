"""Signing in: what follows a right password, and the address that comes after it."""

from datetime import timedelta
from uuid import UUID

from flask import redirect, session, url_for

from pb.act import Act
from pb.clock import local
from pb.identity.models import Invitation, Person
from pb.identity.service import acceptance, holdings, reach, second_factor
from pb.web import account
from pb.web.requests import Response

HALF_WAY = timedelta(minutes=10)


def second_step(act: Act, person: Person, after: str) -> Response | None:
    """A right password lets residents in; staff go on to their second factor, and come to `after` from there.

    None for somebody with a staff role, of any time, and without an authenticator: only an invitation sets one up.
    Raises Conflict on a shared device.
    """
    account.refuse_on_shared_device()
    if second_factor.is_set_up(act.session, person):
        session.clear()
        session["half"] = {"person": str(person.id), "at": int(act.at.timestamp()), "after": after}
        return redirect(url_for("identity.ask_second_factor"))
    if holdings.ever_staff(act.session, person.id):
        return None
    account.begin(act, person)
    return redirect(after)


def landing(act: Act, person: Person) -> str:
    """Where somebody begins who asked for no page: staff at what waits for them, residents at the first page."""
    staff = reach.is_staff(act.session, person.id, local(act.at).date())
    return url_for("process.my_work" if staff else "process.index")


def begin_accepting(act: Act, invitation: Invitation) -> Response:
    """The browser that gave a link's secret and a password goes on to the authenticator's first code.

    Raises Conflict on a shared device.
    """
    account.refuse_on_shared_device()
    session.clear()
    session["accepting"] = {
        "invitation": str(invitation.id),
        "at": int(act.at.timestamp()),
        "mark": acceptance.mark(invitation),
    }
    return redirect(url_for("identity.ask_first_code"))


def accepting(act: Act) -> tuple[Invitation, Person] | None:
    """The invitation that this browser began to accept some minutes ago, and whose it is."""
    begun = session.get("accepting")
    if not isinstance(begun, dict) or act.at.timestamp() - int(begun["at"]) > HALF_WAY.total_seconds():
        return None
    return acceptance.waiting(act, UUID(begun["invitation"]), str(begun["mark"]))


def half_way(act: Act) -> Person | None:
    """Whoever gave the right password some minutes ago in this browser."""
    half = session.get("half")
    if not isinstance(half, dict) or act.at.timestamp() - int(half["at"]) > HALF_WAY.total_seconds():
        return None
    return act.session.get(Person, UUID(half["person"]))
