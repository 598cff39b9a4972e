"""The addresses of pictures and papers, by what they hold."""

import io

from flask import Blueprint, g, send_file
from flask import Response as FlaskResponse

from pb.errors import NotFound
from pb.media.service import showing
from pb.media.service.showing import Found, Seen
from pb.media.service.store import store_of
from pb.web.access import EVERYBODY, access
from pb.web.requests import current_act, settings

blueprint = Blueprint("media", __name__)
POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


@blueprint.get("/<okrug:okrug>/media/<word:digest>.jpg")
@access(EVERYBODY)
def picture(digest: str) -> FlaskResponse:
    found = showing.find_picture(current_act(), digest)
    return _sent(found, digest, "image/jpeg", "")


@blueprint.get("/<okrug:okrug>/media/<word:digest>.pdf")
@access(EVERYBODY)
def paper(digest: str) -> FlaskResponse:
    found = showing.find_paper(current_act(), digest)
    name = f"{found.paper.name}.pdf" if found is not None and found.paper is not None else ""
    return _sent(found, digest, "application/pdf", name)


def _sent(found: Found | None, digest: str, kind: str, name: str) -> FlaskResponse:
    """What everybody may see is kept for ever: its address says what it holds. One's own is kept by no cache."""
    data = store_of(settings()).read(digest) if found is not None else None
    if found is None or data is None:
        raise NotFound
    response = send_file(
        io.BytesIO(data), mimetype=kind, as_attachment=bool(name), download_name=name or None, etag=digest
    )
    del response.headers["Cache-Control"]  # what may be kept pb/web/headers.py says
    g.content_policy = POLICY
    g.unchanging = found.seen is Seen.EVERYBODY
    return response
