"""The calls of `pb trustee shuffle --server`: a one-time code in the Authorization header stands for the trustee."""

from uuid import UUID

from flask import jsonify, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.cycles.models import Cycle
from pb.errors import FieldRefusal, Refusal
from pb.polls.models import Poll
from pb.polls.service import state
from pb.trustees.models import ShuffleCode
from pb.trustees.service import shuffle_codes
from pb.trustees.views.blueprint import blueprint
from pb.trustees.views.trustee import LARGEST_MESSAGE, trustee_page
from pb.web.access import BY_CODE, MEGABYTE, access, allow
from pb.web.limits import CODE_LOOK_UPS, SHUFFLES, limited
from pb.web.requests import Response, begin_work, current_act, page
from pb.web.script_calls import answers_json

SCHEME = "Bearer "


def valid_code() -> str | None:
    """The proof of a one-time code that waits to be used."""
    try:
        with begin_work(writing=False) as visitor:
            return _by_code(visitor, (request.view_args or {})["cycle_id"])[3].digest
    except Refusal:
        return None


def _reads_pages() -> bool:
    """Whether a browser asks, without a code, and not the program."""
    best = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return "Authorization" not in request.headers and best == "text/html"


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/trustee")
@access(allow(Role.TRUSTEE), action=lazy_gettext("ask for a code with which the offline program hands a shuffle in"))
def make_shuffle_code(cycle_id: UUID) -> Response:
    """Shows a new one-time code, this once."""
    act = current_act()
    cycle, poll = state.of_cycle(act, cycle_id)
    return trustee_page(act, cycle, poll, shuffle_codes.make(act, cycle, poll))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/poll/shuffles")
@limited(CODE_LOOK_UPS, proof=valid_code, unless=_reads_pages)
@access(BY_CODE)
@answers_json
def shuffle_standing(cycle_id: UUID) -> Response:
    """Which poll it is, and what the code's holder does next; a person who comes without a code reads whose this is."""
    with begin_work(writing=False) as visitor:
        if _reads_pages():
            cycle, poll = state.of_cycle(visitor, cycle_id)
            return page("trustees/shuffles.html", cycle=cycle, poll=poll)
        act, _cycle, poll, code = _by_code(visitor, cycle_id)
        standing = shuffle_codes.standing(act, poll, code)
        return jsonify(poll=poll.uuid, state=standing)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/poll/shuffles")
@limited(SHUFFLES, proof=valid_code)
@access(BY_CODE, action=lazy_gettext("hand in a shuffle with a one-time code"), largest_body=32 * MEGABYTE)
@answers_json
def take_shuffle_by_code(cycle_id: UUID) -> Response:
    """Takes the shuffle of the code's trustee: the body is its text. A code is looked up before a body is read."""
    with begin_work(writing=False) as visitor:
        _by_code(visitor, cycle_id)
    body = request.get_data(cache=False)
    try:
        shuffle_json = body.decode("ascii") if len(body) <= LARGEST_MESSAGE else ""
    except UnicodeDecodeError as error:
        raise FieldRefusal("shuffle", _("This is not a shuffle. Choose the file that the program made.")) from error
    with begin_work(writing=True) as visitor:
        act, cycle, poll, code = _by_code(visitor, cycle_id)
        shuffle_codes.use(act, cycle, poll, code, shuffle_json)
        return jsonify(state=shuffle_codes.Standing.CHECKING), 202


def _by_code(visitor: Act, cycle_id: UUID) -> tuple[Act, Cycle, Poll, ShuffleCode]:
    """The act of the code's trustee, whoever's cookie came along. Raises NotFound, Forbidden."""
    cycle, poll = state.of_cycle(visitor, cycle_id)
    act, code = shuffle_codes.find(visitor, poll, _sent_code())
    return act, cycle, poll, code


def _sent_code() -> str:
    """The code that the program sent: never in an address, which servers log."""
    sent = request.headers.get("Authorization", "")
    return sent.removeprefix(SCHEME) if sent.startswith(SCHEME) else ""
