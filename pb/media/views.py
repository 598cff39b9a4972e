"""The addresses of pictures and papers, by what they hold."""

import io
from collections.abc import Callable

from flask import Blueprint, g, send_file
from flask import Response as FlaskResponse
from flask_babel import gettext as _

from pb import clock
from pb.act import Act
from pb.errors import NotFound, Refusal
from pb.media.service import showing
from pb.media.service.away import Unreachable
from pb.media.service.showing import Found, Seen
from pb.media.service.store import genuine, store_of
from pb.territory.models import Territory
from pb.web import failures, places
from pb.web.access import EVERYBODY, access
from pb.web.requests import Response, begin_work, database, settings

blueprint = Blueprint("media", __name__)
POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
AWAY_SECONDS = 60


class StoreAway(Refusal):
    """The storage does not answer: pages stand without their pictures."""

    status = 503
    wait = AWAY_SECONDS

    def __init__(self) -> None:
        super().__init__(
            _("The storage of pictures and papers does not answer. Nothing was done. Try again in a minute.")
        )


@blueprint.app_errorhandler(Unreachable)
def away(_error: Unreachable) -> Response:
    return failures.refused(StoreAway())


Find = Callable[[Act, str], Found | None]


@blueprint.get("/<okrug:okrug>/media/<word:digest>.jpg")
@access(EVERYBODY, own_transaction=True)
def picture(digest: str) -> FlaskResponse:
    return _sent(_found(showing.find_picture, digest), digest, "image/jpeg", "")


@blueprint.get("/<okrug:okrug>/media/<word:digest>.pdf")
@access(EVERYBODY, own_transaction=True)
def paper(digest: str) -> FlaskResponse:
    found = _found(showing.find_paper, digest)
    name = f"{found.paper.name}.pdf" if found is not None and found.paper is not None else ""
    return _sent(found, digest, "application/pdf", name)


def _found(find: Find, digest: str) -> Found | None:
    """As a stranger finds it, else as whoever asks: what every cache may keep is answered without a look at cookies."""
    place = places.here()
    if place is None:
        return None
    with database().work(writing=False) as session:
        stranger = Act(session, session.get_one(Territory, place.id), None, frozenset(), clock.now())
        found = find(stranger, digest)
    if found is not None:
        return found
    with begin_work(writing=False) as act:
        return find(act, digest)


def _sent(found: Found | None, digest: str, kind: str, name: str) -> FlaskResponse:
    """What everybody may see is kept for ever: its address says what it holds. One's own is kept by no cache."""
    data = genuine(store_of(settings()), digest) if found is not None else None
    if found is None or data is None:
        raise NotFound
    response = send_file(
        io.BytesIO(data), mimetype=kind, as_attachment=bool(name), download_name=name or None, etag=digest
    )
    del response.headers["Cache-Control"]  # what may be kept pb/web/headers.py says
    g.content_policy = POLICY
    g.unchanging = found.seen is Seen.EVERYBODY
    return response
