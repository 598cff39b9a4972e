"""The link of a letter that ends mail: a page that asks, and one press; a mail program presses by itself (RFC 8058)."""

from uuid import UUID

from flask_babel import lazy_gettext

from pb.errors import NotFound
from pb.notices.models import CHANNEL_LABELS, Channel
from pb.notices.service import choices, unsubscribing
from pb.notices.views.blueprint import blueprint
from pb.web.access import BY_LINK, EVERYBODY, access
from pb.web.requests import current_act, page, settings


@blueprint.get("/unsubscribe/<token>")
@access(EVERYBODY)
def ask(token: str) -> str:
    """A program that only looks at links changes nothing by it."""
    _person, channel = _read(token)
    return page("notices/unsubscribe.html", token=token, channel=CHANNEL_LABELS[channel], done=False)


@blueprint.post("/unsubscribe/<token>")
@access(BY_LINK, action=lazy_gettext("end notices by the link of a letter"))
def end(token: str) -> str:
    """At once and without signing in: whoever has the letter has the link."""
    person, channel = _read(token)
    choices.silence(current_act().session, person, channel)
    return page("notices/unsubscribe.html", token=token, channel=CHANNEL_LABELS[channel], done=True)


def _read(token: str) -> tuple[UUID, Channel]:
    read = unsubscribing.read(settings(), token)
    if read is None:
        raise NotFound
    return read
