"""`/krasnoyar/vote` and `/krasnoyar/keys`: the short addresses of cards and posters lead to the poll that is open."""

from typing import Final, NamedTuple

from flask import redirect, url_for

from pb.act import Act
from pb.core.places.matching import alphabetical
from pb.cycles import service as cycles
from pb.cycles.models import ORDER, Cycle, Phase
from pb.formats import language
from pb.polls.models import State
from pb.polls.service import state
from pb.territory.service import addresses
from pb.voting.views.blueprint import blueprint
from pb.web import places
from pb.web.access import EVERYBODY, access
from pb.web.requests import Response, current_act, page

VOTE: Final = ORDER.index(Phase.VOTING)


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
    links = [(cycle.year, url_for(endpoint, cycle_id=cycle.id) + places.asked()) for cycle in _meant(current_act())]
    if len(links) == 1:
        return redirect(links[0][1])
    act = current_act()
    coming = [cycle for cycle in cycles.all_of(act) if not cycle.over and ORDER.index(Phase(cycle.phase)) < VOTE]
    okrugs = _okrugs(act)
    return page(
        "voting/choose.html", links=links, coming=coming, okrugs=okrugs, any_open=any(one.open for one in okrugs)
    )


class Okrug(NamedTuple):
    """An okrug of the raion or city where somebody asked for the vote, and whether one is open there now."""

    name: str
    slug: str
    open: bool


def _okrugs(act: Act) -> list[Okrug]:
    """Those below a raion or city, where one votes now before the others; an okrug has none."""
    below = addresses.every(act.session, within=act.territory.id)
    voting = state.open_in(act.session, [place.id for place, _territory in below], act.at) if below else frozenset()
    found = [Okrug(one.name(language()), place.slug, place.id in voting) for place, one in below]
    return sorted(found, key=lambda one: (not one.open, alphabetical(one.name)))


def _meant(act: Act) -> list[Cycle]:
    """The cycles whose poll is open; where none is, the one whose poll comes next, or was the last."""
    held = [(cycle, poll) for cycle in cycles.all_of(act) if (poll := state.current(act, cycle)) is not None]
    are_open = [cycle for cycle, poll in held if state.is_open(poll, act.at)]
    coming = [cycle for cycle, poll in held if poll.state == State.PREPARING]
    return are_open or coming or [cycle for cycle, _poll in held[:1]]
