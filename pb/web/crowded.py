"""What the server answers without a thread and a database, where too many wait for a page or a password's hash."""

import json

from flask import Flask, render_template
from flask_babel import force_locale

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
    told = {}
    with app.test_request_context():
        for language, locale in LOCALES.items():
            with force_locale(locale):
                told[language] = str(refusal().message)
        page = render_template("errors/crowded.html", told=told).encode()
    said = {"error": {"code": refusal.code or refusal.__name__, "message": " ".join(told.values())}}
    return PutOut(
        _whole(page, "text/html; charset=utf-8", refusal),
        _whole(json.dumps(said, ensure_ascii=False).encode(), "application/json", refusal),
    )


def _whole(body: bytes, kind: str, refusal: type[Refusal]) -> bytes:
    head = HEADERS.format(kind=kind, length=len(body), wait=refusal.wait).replace("\n", "\r\n")
    return head.encode() + body
