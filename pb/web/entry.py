"""Signing in: what follows a right password, and the address that comes after it."""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from flask import redirect, session, url_for

from pb.act import Act
from pb.clock import local
from pb.identity.models import Person
from pb.identity.service import accounts, second_factor
from pb.identity.service.roles import STAFF
from pb.web import account
from pb.web.requests import Response, keys

HALF_WAY = timedelta(minutes=10)


def second_step(act: Act, person: Person, after: str) -> Response:
    """A right password lets residents in; staff go on to their second factor, and come to `after` from there."""
    if not accounts.roles_of(act.session, person, act.territory.id, local(act.at).date()) & STAFF:
        account.begin(act, person)
        return redirect(after)
    second_factor.prepare(act, person, keys())
    session.clear()
    session["half"] = {"person": str(person.id), "at": int(act.at.timestamp()), "after": after}
    return redirect(url_for("identity.ask_second_factor"))


def half_way(act: Act) -> Person | None:
    """Whoever gave the right password some minutes ago in this browser."""
    half = session.get("half")
    if not isinstance(half, dict) or act.at.timestamp() - int(half["at"]) > HALF_WAY.total_seconds():
        return None
    return act.session.get(Person, UUID(half["person"]))


def local_address(after: str | None) -> str | None:
    """`after` if it is a path of this site and nothing else, or None."""
    if not after or not after.startswith("/") or after.startswith("//") or "\\" in after:
        return None
    if any(ord(symbol) < ord(" ") for symbol in after):
        return None  # browsers drop tabs and line breaks: "/\t/elsewhere" would lead away
    parts = urlsplit(after)
    return None if parts.scheme or parts.netloc else after
