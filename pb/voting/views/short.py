"""`/krasnoyar/vote` and `/krasnoyar/keys`: the short addresses of cards and posters lead to the poll that is open."""

from flask import redirect, request, url_for

from pb.act import Act
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.polls.models import State
from pb.polls.service import state
from pb.voting.views.blueprint import blueprint
from pb.web.access import EVERYBODY, access
from pb.web.requests import Response, current_act, page


@blueprint.get("/<okrug:okrug>/vote")
@access(EVERYBODY)
def vote_here() -> Response:
    """The ballot of the open poll; a choice where several are open."""
    return _lead("voting.vote")


@blueprint.get("/<okrug:okrug>/keys")
@access(EVERYBODY)
def keys_here() -> Response:
    """Where the holder of a card looks its key up."""
    return _lead("voting.look_key_up")


def _lead(endpoint: str) -> Response:
    query = request.query_string.decode("latin-1")
    links = [
        (cycle.year, url_for(endpoint, cycle_id=cycle.id) + (f"?{query}" if query else ""))
        for cycle in _meant(current_act())
    ]
    return redirect(links[0][1]) if len(links) == 1 else page("voting/choose.html", links=links)


def _meant(act: Act) -> list[Cycle]:
    """The cycles whose poll is open; where none is, the one whose poll comes next, or was the last."""
    held = [(cycle, poll) for cycle in cycles.all_of(act) if (poll := state.current(act, cycle)) is not None]
    are_open = [cycle for cycle, poll in held if state.is_open(poll, act.at)]
    coming = [cycle for cycle, poll in held if poll.state == State.PREPARING]
    return are_open or coming or [cycle for cycle, _poll in held[:1]]
