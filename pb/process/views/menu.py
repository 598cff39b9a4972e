"""The menu of an okrug's pages: its first page, its meetings, and the rooms of a cycle that have something in them."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import request, url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import SERVER, Act
from pb.core.places.kinds import FOURTH_LEVEL
from pb.cycles import service
from pb.cycles.models import ORDER, Cycle, Phase


class Room(NamedTuple):
    """A room of a cycle: the phase from which on there is something in it, and the blueprints whose pages it holds.

    The phase names its icon too.
    """

    since: Phase
    label: LazyString
    endpoint: str
    blueprints: frozenset[str]


class Row(NamedTuple):
    """A row of the menu; `here` where the page stands in that room, `itself` where it is the room's own page."""

    label: str
    url: str
    icon: str
    here: bool
    itself: bool


MEETINGS = frozenset({"gatherings", "hearings", "commission"})
OF_THE_ASSEMBLY = "gatherings.list_all"
"""A cycle's own meetings: its page leads there, the menu to all that are held here."""
# In the order of the way.
ROOMS = (
    Room(Phase.PROPOSALS, lazy_gettext("Proposals"), "proposals.list_all", frozenset({"proposals", "reviews"})),
    Room(Phase.GATHERING, lazy_gettext("Meetings of the assembly"), OF_THE_ASSEMBLY, frozenset({"gatherings"})),
    Room(
        Phase.VOTING,
        lazy_gettext("The vote"),
        "voting.show",
        frozenset({"voting", "polls", "cards", "trustees", "roll"}),
    ),
    Room(Phase.RESULT, lazy_gettext("Result of the vote"), "results.result", frozenset({"results", "checks"})),
    Room(Phase.BUDGET, lazy_gettext("Projects that won"), "winners.show", frozenset({"winners"})),
    Room(Phase.WORKS, lazy_gettext("Works"), "works.list_all", frozenset({"works"})),
)
OF_THE_MENU = tuple(room for room in ROOMS if room.endpoint != OF_THE_ASSEMBLY)


def rooms(cycle: Cycle, among: Sequence[Room] = ROOMS) -> list[Row]:
    """The rooms of a cycle that exist already."""
    reached = ORDER.index(cycle.reached)
    return [
        Row(
            str(room.label),
            url_for(room.endpoint, cycle_id=cycle.id),
            room.since.value,
            request.blueprint in room.blueprints,
            request.endpoint == room.endpoint,
        )
        for room in among
        if ORDER.index(room.since) <= reached
    ]


def rows(act: Act, cycle: Cycle | None) -> list[Row]:
    """The menu of a page of this cycle; without one, of the cycle that the okrug's first page begins with.

    Before the first cycle there are meetings already. Empty on the server's own pages and in a raion.
    """
    if act.territory is SERVER or act.territory.kind not in FOURTH_LEVEL:
        return []
    about = cycle or next(iter(service.going_on(act)), None)
    first, every = request.endpoint == "process.okrug", request.endpoint == "gatherings.list_here"
    meetings = url_for("gatherings.list_here")
    return [
        Row(_("First page"), url_for("process.okrug"), "", first, first),
        Row(_("Meetings"), meetings, Phase.GATHERING.value, request.blueprint in MEETINGS, every),
        *(rooms(about, OF_THE_MENU) if about else []),
    ]
