"""Whose request it is, read from its cookies alone: so quickly that the server asks before it gives it a thread.

Each of them is signed and was given for what no stranger has: a card of an open poll, a clerk's word that others vote
on this device, a right password with the code still to come, a device from which somebody signed in. Who it is decides
in whose turn the request waits, and opens nothing: what may be done the views ask of the database.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature
from werkzeug.sansio.http import parse_cookie

from pb import clock
from pb.settings import Settings
from pb.web import guesses
from pb.web.entry import HALF_WAY


def by_cookies(app: Flask) -> Callable[[str], str | None]:
    """Says of a Cookie header whose it is; None for a stranger's.

    By the person, card or device and never by the cookie: whoever signs in a hundred times has one turn.
    """
    settings: Settings = app.extensions["settings"]
    signed = cast("SecureCookieSessionInterface", app.session_interface).get_signing_serializer(app)
    name, life = app.config["SESSION_COOKIE_NAME"], int(app.permanent_session_lifetime.total_seconds())

    def owner(header: str) -> str | None:
        cookies = parse_cookie(header)
        try:
            session = signed.loads(cookies.get(name, ""), max_age=life) if signed else {}
        except BadSignature:
            session = {}
        return _of_session(session) or guesses.owner(cookies, settings)

    return owner


def _of_session(session: Mapping[str, Any]) -> str | None:
    voter, device, half = (session.get(kind) or {} for kind in ("voter", "kiosk", "half"))
    now = clock.now().timestamp()
    if voter.get("until", 0) > now:
        return f"card {voter['poll']} {voter['entry']}"
    if "poll" in device:
        return f"devices of {device['poll']}"  # together: a clerk sets up as many as they like
    return f"person {half['person']}" if now - half.get("at", 0) <= HALF_WAY.total_seconds() else None
