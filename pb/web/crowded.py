"""What the server answers without a thread and a database, where too many wait for a page or a password's hash."""

import json
from collections.abc import Callable

from flask import Flask, render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from pb.errors import Refusal
from pb.formats import LOCALES
from pb.server.requests import PutOut

HEADERS = """HTTP/1.1 503 Service Unavailable
Content-Type: {kind}
Content-Length: {length}
Retry-After: {wait}
Cache-Control: no-store
Content-Security-Policy: default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'
X-Content-Type-Options: nosniff
Connection: close

"""


def answers(app: Flask, refusal: type[Refusal]) -> PutOut:
    """The whole answers, made once: in all languages, since nobody looks for the reader's."""
    told, page = _in_all_languages(app, lambda: str(refusal().message))
    said = {"error": {"code": refusal.code or refusal.__name__, "message": " ".join(told.values())}}
    return PutOut(
        _whole(page, "text/html; charset=utf-8", refusal),
        _whole(json.dumps(said, ensure_ascii=False).encode(), "application/json", refusal),
    )


def too_large(app: Flask) -> bytes:
    """The page for a body far larger than its route takes, of which nothing is read."""
    _told, page = _in_all_languages(
        app, lambda: _("This is too large: nothing was taken in. Go back and choose a smaller file.")
    )
    return page


def _in_all_languages(app: Flask, sentence: Callable[[], str]) -> tuple[dict[str, str], bytes]:
    """A sentence by its language, and the page that says it in each."""
    told = {}
    with app.test_request_context():
        for language, locale in LOCALES.items():
            with force_locale(locale):
                told[language] = sentence()
        return told, render_template("errors/crowded.html", told=told).encode()


def _whole(body: bytes, kind: str, refusal: type[Refusal]) -> bytes:
    head = HEADERS.format(kind=kind, length=len(body), wait=refusal.wait).replace("\n", "\r\n")
    return head.encode() + body
