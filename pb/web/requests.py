"""One request: its unit of work, its act, and the pages that answer it."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from flask import Response as FlaskResponse
from flask import current_app, flash, g, get_flashed_messages, render_template, request
from flask import session as cookie
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as WerkzeugResponse

from pb import clock
from pb.act import SERVER, Act, Role, Server
from pb.db import Database
from pb.errors import Refusal
from pb.formats import LANGUAGES, language
from pb.identity.models import Person
from pb.identity.service import reach, sent_forms
from pb.identity.service.roles import LABELS
from pb.keyring import Keys
from pb.settings import Settings
from pb.territory.models import Territory
from pb.territory.service import emblems
from pb.territory.service.words import word
from pb.web import places
from pb.web.form_pages import page_of_the_form
from pb.web.forms import Form

Response = str | WerkzeugResponse | FlaskResponse | tuple[str | WerkzeugResponse, int]


class SignInNeeded(Exception):
    """Nobody is signed in, and this page is not for everybody."""


class SignInAgain(Refusal):
    """Somebody proved who they are too long ago to go on; what they wrote stays with them."""

    status = 401
    code = "SignInAgain"


def settings() -> Settings:
    return cast("Settings", current_app.extensions["settings"])


def database() -> Database:
    return cast("Database", current_app.extensions["database"])


def keys() -> Keys:
    return Keys(settings().iin_pepper, settings().seal_key)


@contextmanager
def begin_work(*, writing: bool) -> Iterator[Act]:
    """Opens the request's one transaction and its act; commits when the view returns, rolls back when it raises."""
    with database().work(writing=writing) as session:
        territory, at = _territory(session), clock.now()
        # Bound before the roles are looked up: Flask-Login's loader asks for the session.
        g.act = Act(session, territory, None, frozenset(), at)
        person = _signed_in_person()
        if person is not None:
            g.act = Act(session, territory, person, _roles(session, person, territory, at), at)
        try:
            yield g.act
        finally:
            g.pop("act", None)


def _territory(session: Session) -> Territory | Server:
    """That of the address; the server's own pages are in none."""
    place = places.here()
    return SERVER if place is None else session.get_one(Territory, place.id)


def _roles(session: Session, person: Person, territory: Territory | Server, at: datetime) -> frozenset[Role]:
    """A role is held in a territory: on the server's own pages nobody has any."""
    if territory is SERVER:
        return frozenset()
    return reach.roles_of(session, person.id, territory.id, clock.local(at).date())


def _signed_in_person() -> Person | None:
    g.pop("_login_user", None)
    return current_user.person if current_user.is_authenticated else None


def current_act() -> Act:
    """The act of this request. Only inside `begin_work`."""
    return cast("Act", g.act)


def notify(text: str) -> None:
    """One confirmation, shown on the next page."""
    flash(text)


def page(template: str, **context: Any) -> str:
    """Renders a page; one that is given a `cycle` shows where that cycle stands."""
    return render_template(template, faulty=_faulty(context), **context)


def _faulty(context: Mapping[str, Any]) -> bool:
    """Whether a form of the page was refused: its title says so first, for those who hear the page."""
    return any(isinstance(value, Form) and value.errors for value in context.values())


def shared_context() -> dict[str, Any]:
    """What every template knows about the request."""
    act: Act | None = g.get("act")
    return {
        "locale": language(),
        "languages": [_language(code) for code in LANGUAGES],
        "speaking": "" if language() == "en" else f" --lang {language()}",  # of a command that a page shows
        "viewer": _viewer(act),
        "kiosk": bool(cookie.get("kiosk")),
        "kiosk_start": (cookie.get("kiosk") or {}).get("start", ""),
        "form_token": _form_token,
        "forms_shown": lambda: bool(g.get("forms_shown")) or "again" in request.args,
        "form_begins": _form_begins,
        "form_stands": lambda: bool(g.get("form_stands")),
        "form_page": page_of_the_form(),
        "form_shown_again": bool(g.get("form_shown_again")),
        "home": _home(),
        "okrug_name": act.territory.name(language()) if act else "",
        "place_word": partial(word, act.territory.kind if act else ""),
        "emblem": emblems.digest_of(act.session, act.territory.id) if act and act.territory is not SERVER else None,
        "demo": settings().demo,
        "notice": next(iter(get_flashed_messages()), None),
    }


def _form_token() -> str:
    """A form's own token; a page that shows one loads the script of forms, and others are spared it."""
    g.forms_shown = True
    return sent_forms.new_token()


def _form_begins() -> str:
    """A page on which somebody writes has nothing else on it: not where the cycle stands either."""
    g.form_stands = True
    return ""


def _home() -> str:
    """The first page of the okrug, or the server's."""
    place = places.here()
    return f"/{place.slug}/" if place else "/"


def _language(code: str) -> dict[str, Any]:
    # Of the address's own parts, never by `url_for`: it would take a stranger's `_scheme` or `_method` for its options.
    # A page that answers a POST has no address of its own to come back to in another language: its GET twin has.
    of_the_form = page_of_the_form() if request.method == "POST" else None
    path, _mark, told = (of_the_form or "").partition("?")
    query = request.args.to_dict() if request.method == "GET" else dict(parse_qsl(told))
    url = f"{path}?" + urlencode({**query, "lang": code})
    return {"code": code, "label": LANGUAGES[code][0], "url": url, "current": code == language()}


def _viewer(act: Act | None) -> dict[str, Any] | None:
    if act is None or act.person is None:
        return None
    # Tells one reader of this browser from another, and nobody who it is.
    mark = hmac.new(settings().secret_key.encode(), b"reader\0" + act.person.id.bytes, hashlib.sha256).hexdigest()[:16]
    return {
        "mark": mark,
        "name": act.person.name,
        "role_labels": [str(LABELS[role]) for role in Role if role in act.roles],
    }
