"""The archive of a poll: downloading it, its events and its records."""

from base64 import b64encode
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, Response, abort, url_for
from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.core.belenios.events import Event, EventType
from pb.core.belenios.messages import Owned
from pb.cycles import service as cycles
from pb.errors import NotFound
from pb.formats import numbered
from pb.polls.models import Poll
from pb.polls.service import archive, state
from pb.web.access import EVERYBODY, access
from pb.web.downloads import send_part
from pb.web.paging import pager
from pb.web.requests import current_act, page, settings

blueprint = Blueprint("polls", __name__)

EVENTS_A_PAGE = 50
NAMES = {
    EventType.SETUP: _("Voting began: projects, rules and keys are fixed"),
    EventType.BALLOT: _("A ballot was put into the box: %(number)s"),
    EventType.END_BALLOTS: _("Voting has ended"),
    EventType.ENCRYPTED_TALLY: _("The encrypted ballots were added up"),
    EventType.SHUFFLE: _("Trustee %(number)s shuffled the ballots"),
    EventType.END_SHUFFLES: _("The shuffles are complete"),
    EventType.PARTIAL_DECRYPTION: _("Trustee %(number)s handed in a part of the decryption"),
    EventType.RESULT: _("The result is decrypted"),
}
OF_TRUSTEES = frozenset({EventType.SHUFFLE, EventType.PARTIAL_DECRYPTION})


class Line(NamedTuple):
    """An event with its hash, and what it says to people."""

    digest: str
    event: Event
    text: str

    @property
    def tracker(self) -> str:
        """Of a ballot: what its voter kept."""
        raw = bytes.fromhex(self.event.payload or "")
        return b64encode(raw).decode().rstrip("=") if self.event.type is EventType.BALLOT else ""


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/<string(length=14):uuid>.bel")
@access(EVERYBODY)
def download(cycle_id: UUID, uuid: str) -> Response:
    """The ballot archive as it stands now; it is public from the opening on."""
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    poll = next((poll for poll in state.attempts(act, cycle) if poll.uuid == uuid and poll.election_json), None)
    if poll is None:
        raise NotFound
    file, size = archive.opened(act.session, poll, settings().state_folder / "downloads")
    return send_part(file, size, f"{uuid}.bel", "application/x-tar")


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/events")
@access(EVERYBODY)
def events(cycle_id: UUID) -> str:
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    every = poll.height + 1
    at_page = pager(every, EVENTS_A_PAGE, lambda other: url_for("polls.events", cycle_id=cycle.id, page=other))
    first = (at_page.number - 1) * EVENTS_A_PAGE
    return page(
        "polls/events.html",
        cycle=cycle,
        poll=poll,
        events=[
            Line(digest, event, _told(act, poll, event))
            for digest, event in archive.events(act.session, poll, first=first, count=EVENTS_A_PAGE)
        ],
        pages=at_page,
    )


def _told(act: Act, poll: Poll, event: Event) -> str:
    """What happened, so that no two lines are the same. No hour: the archive has none either (threat model)."""
    if event.type is EventType.BALLOT:  # ballots follow the one event of the opening, and nothing comes between them
        return str(NAMES[event.type]) % {"number": numbered(event.height)}
    if event.type in OF_TRUSTEES:
        message = archive.data_named(act.session, poll, event.payload or "")
        owner = Owned.parse(message).owner if message else "–"
        return str(NAMES[event.type]) % {"number": numbered(owner)}
    return str(NAMES[event.type])


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/data/<string(length=64):digest>")
@access(EVERYBODY)
def record(cycle_id: UUID, digest: str) -> Response:
    """One data record of the archive, as it was hashed: for those who check by hand."""
    act = current_act()
    _cycle, poll = state.of_cycle(act, cycle_id)
    data = archive.data_named(act.session, poll, digest)
    if data is None:
        abort(404)
    return Response(data, mimetype="application/json")
