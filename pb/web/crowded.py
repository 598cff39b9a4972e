"""What the server answers without a thread and a database, where too many wait for a page or a password's hash."""

from flask import Flask, render_template
from flask_babel import force_locale

from pb.errors import Refusal
from pb.formats import LOCALES

HEADERS = """HTTP/1.1 503 Service Unavailable
Content-Type: text/html; charset=utf-8
Content-Length: {length}
Retry-After: {wait}
Cache-Control: no-store
Content-Security-Policy: default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'
X-Content-Type-Options: nosniff
Connection: close

"""


def answer(app: Flask, refusal: type[Refusal]) -> bytes:
    """The whole answer, made once: a page in all languages, since nobody looks for the reader's."""
    told = {}
    with app.test_request_context():
        for language, locale in LOCALES.items():
            with force_locale(locale):
                told[language] = str(refusal().message)
        body = render_template("errors/crowded.html", told=told).encode()
    head = HEADERS.format(length=len(body), wait=refusal.wait).replace("\n", "\r\n")
    return head.encode() + body
