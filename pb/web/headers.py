"""The headers of every answer, in one function that can be read in a minute."""

from flask import Flask, Response, current_app, g, request

from pb.web import access, account
from pb.web.requests import settings

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
A_YEAR = 31_536_000
AN_HOUR = 3600
UNCHANGING = {"assets", "territory.emblem"}
FOUND = {200, 206, 304}


def install(app: Flask) -> None:
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _policy()
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    decided = access.decision(current_app, request.endpoint)
    camera = "(self)" if decided is not None and decided.camera else "()"
    response.headers["Permissions-Policy"] = f"camera={camera}, geolocation=(), microphone=()"
    if request.is_secure or settings().production:
        response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
    if (request.endpoint in UNCHANGING or g.get("unchanging")) and response.status_code in FOUND:
        # The address carries the version of the files, or a picture's own hash: what is changed has a new address.
        # What somebody sent may be taken away: caches that many share ask again after an hour.
        shared = f"s-maxage={AN_HOUR}, " if g.get("unchanging") else ""
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, {shared}immutable"
    else:
        response.headers.setdefault("Cache-Control", "private, no-store" if account.current_person_id() else "no-store")
        # One address has pages in three languages, and of whoever is signed in.
        response.vary.update(("Cookie", "Accept-Language"))
    return response


def _policy() -> str:
    """A page that offers to sign may speak with NCALayer on the reader's own computer, and no other page may.

    What is no page and came from somebody has a policy of its own.
    """
    if (own := g.get("content_policy")) is not None:
        return str(own)
    address = g.get("ncalayer")
    if address is None:
        return CONTENT_SECURITY_POLICY
    return CONTENT_SECURITY_POLICY.replace("connect-src 'self'", f"connect-src 'self' {address}")
