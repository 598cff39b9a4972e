"""Guessing passwords and codes: what may be tried, from where, and why nobody's tries shut the owner out.

A device that its owner signed in from before keeps a signed cookie and has tries of its own ("device cookies", OWASP).
From elsewhere tries are counted by account **and** network; the more of them an account gets from everywhere, the fewer
each network has. Wrong tries are counted by network too. The numbers stand here, the reasons in docs/threat-model.md.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from flask import Response as FlaskResponse
from flask import after_this_request, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from pb import clock
from pb.act import Act
from pb.core.national_numbers import IINError, parse_iin
from pb.identity.models import Person, SecondFactor
from pb.identity.service import iin as numbers
from pb.settings import Settings
from pb.web.limits import (
    Limit,
    TooMany,
    count,
    counted,
    has_room_around,
    network,
    signed_in,
    take_around,
    wait_around,
)
from pb.web.requests import keys, settings

View = Callable[..., Any]
FROM_A_NETWORK = Limit("wrong-passwords", "200 per 10 minutes")
ONE_BY_ONE = Limit("passwords-one-by-one", "1 per 5 seconds")
"""What a network still tries that used that up, for accounts at which nobody guessed: neighbours share an address."""
OF_AN_ACCOUNT_AT_PEACE = Limit("password-at-peace", "3 per day")
"""Wrong ones, from everywhere: so many its owner mistypes."""
OF_AN_ACCOUNT_HERE = Limit("password-here", "10 per 15 minutes")
OF_AN_ACCOUNT_EVERYWHERE = Limit("password-everywhere", "100 per day")
WHILE_UNDER_ATTACK = Limit("password-under-attack", "3 per hour")
FROM_A_DEVICE = Limit("password-of-device", "10 per 15 minutes")
PROVING = Limit("proving", "10 per 15 minutes")
CODES_OF_A_DEVICE = Limit("codes-of-device", "5 per 15 minutes")
CODES_OF_A_DEVICE_IN_A_DAY = Limit("codes-of-device-day", "20 per day")
DEVICE_LIFE = timedelta(days=180)
MOST_ACCOUNTS = 10  # on one device, which people may share
COOKIE = "device"


def password_guesses(view: View) -> View:
    """Goes above the view that looks at an IIN and a password, and calls `was_right` when they are."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        tags = _typed_account()
        device = next((f"{_read()[0]}|{tag}" for tag in tags if tag in _read()[1]), None)
        counts = counted()
        if device is not None and counts.take(FROM_A_DEVICE, device):
            answer = current_app.make_response(view(*args, **kwargs))
            if _was_right():
                counts.forget(FROM_A_DEVICE, device)
            return answer
        return _from_elsewhere(lambda: view(*args, **kwargs), tags[0] if tags else "")

    return guarded


def _from_elsewhere(view: Callable[[], Any], account: str) -> FlaskResponse:
    counts, here = counted(), network()
    calm = counts.has_room(OF_AN_ACCOUNT_EVERYWHERE, account)
    of_account = OF_AN_ACCOUNT_HERE if calm else WHILE_UNDER_ATTACK
    if not has_room_around(FROM_A_NETWORK):
        at_peace = account and counts.has_room(OF_AN_ACCOUNT_AT_PEACE, account)
        if not (at_peace and take_around(ONE_BY_ONE)):
            raise TooMany(wait_around(ONE_BY_ONE if at_peace else FROM_A_NETWORK))
    if account and not counts.take(of_account, here, account):
        raise TooMany(counts.wait(of_account, here, account))
    answer = current_app.make_response(view())
    if _was_right():
        counts.forget(of_account, here, account)
    else:
        take_around(FROM_A_NETWORK)
        counts.take(OF_AN_ACCOUNT_EVERYWHERE, account)
        counts.take(OF_AN_ACCOUNT_AT_PEACE, account)
    return answer


def own_guesses(view: View) -> View:
    """Goes above the view in which somebody who is signed in gives the own password again; it calls `was_right`."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        who = (signed_in() or network(),)
        count(PROVING, *who)
        answer = current_app.make_response(view(*args, **kwargs))
        if _was_right():
            counted().forget(PROVING, *who)
        return answer

    return guarded


def was_right() -> None:
    """The view's word that the password was looked at and is right: its tries begin anew.

    No answer says that by itself: a redirect may lead to where the proof is still to be given.
    """
    g.guessed_right = True


def _was_right() -> bool:
    return bool(g.pop("guessed_right", False))


def device_tries_code(act: Act, person: Person) -> bool:
    """Counts a try of the six digits on a device that this person signed in from before; False where it is none.

    Also False when the device has used up its tries: it then counts like any other.
    """
    device = _device_of(act, person)
    return (
        device is not None
        and counted().take(CODES_OF_A_DEVICE, device)
        and counted().take(CODES_OF_A_DEVICE_IN_A_DAY, device)
    )


def remember_device(person: Person) -> None:
    """Marks the browser, in this request's answer, as one that this person signed in from; its tries begin anew."""
    name, accounts = _read()
    tag = _tag(person.iin_lookup)
    for limit in (FROM_A_DEVICE, CODES_OF_A_DEVICE, CODES_OF_A_DEVICE_IN_A_DAY):
        counted().forget(limit, f"{name}|{tag}")
    accounts = {**accounts, tag: int(clock.now().timestamp())}
    newest = dict(sorted(accounts.items(), key=lambda item: item[1])[-MOST_ACCOUNTS:])
    value = _serializer(settings()).dumps({"name": name, "accounts": newest})

    @after_this_request
    def keep(response: FlaskResponse) -> FlaskResponse:
        response.set_cookie(
            _cookie(settings()),
            value,
            max_age=DEVICE_LIFE,
            secure=settings().secure_cookies,
            httponly=True,
            samesite="Lax",
        )
        return response


def _device_of(act: Act, person: Person) -> str | None:
    """The device's name for this person, if they signed in from it since the account was opened with what it has."""
    name, accounts = _read()
    tag = _tag(person.iin_lookup)
    since = accounts.get(tag)
    factor = act.session.get(SecondFactor, person.id)
    opened = [moment for moment in (person.renewed_at, factor.made_at if factor else None) if moment is not None]
    if since is None or any(since < int(moment.timestamp()) for moment in opened):
        return None
    return f"{name}|{tag}"


def _read() -> tuple[str, dict[str, int]]:
    """The name of this device, a new one if it has none, and the accounts that signed in from it, each since when."""
    name, accounts = _unsealed(request.cookies, settings())
    return name or secrets.token_urlsafe(16), accounts


def owner(cookies: Mapping[str, str], decided: Settings) -> str | None:
    """Whose device it is that sends these cookies: who signed in from it last; None for a stranger's.

    By the account and not by the device: whoever signs in a hundred times has one share of what goes by it.
    """
    _name, accounts = _unsealed(cookies, decided)
    return max(accounts, key=lambda tag: accounts[tag], default=None)


def _unsealed(cookies: Mapping[str, str], decided: Settings) -> tuple[str, dict[str, int]]:
    """The name, and the accounts each since when, as the cookie of a device tells them; empty for any other."""
    try:
        kept = cast("dict[str, Any]", _serializer(decided).loads(cookies.get(_cookie(decided), "")))
    except BadSignature:
        return "", {}
    oldest = (clock.now() - DEVICE_LIFE).timestamp()
    return str(kept["name"]), {tag: since for tag, since in kept["accounts"].items() if since > oldest}


def _typed_account() -> list[str]:
    """The account of the IIN that was typed, under each pepper in use; it need not exist."""
    try:
        iin = parse_iin(request.form.get("iin", ""), clock.local(clock.now()).date())
    except IINError:
        return []
    return [_tag(lookup) for lookup in numbers.lookups(iin, keys().pepper)]


def _tag(iin_lookup: bytes) -> str:
    return hmac.new(settings().secret_key.encode(), b"asar-device|" + iin_lookup, hashlib.sha256).hexdigest()[:32]


def _serializer(decided: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(decided.secret_key, salt="asar-device")


def _cookie(decided: Settings) -> str:
    return f"__Host-{COOKIE}" if decided.secure_cookies else COOKIE
