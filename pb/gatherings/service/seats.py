"""How many a meeting of a part of the okrug may send to the gathering: the law's number, or fewer by the regulation.

Source: Law of 23.01.2001 № 148, article 39-3, point 6: each separate gathering elects not more than three
representatives.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.errors import FieldRefusal
from pb.gatherings.models import Gathering, Kind, Seat
from pb.territory import service as territory

REPRESENTATIVES: Final = "representatives_most"
Election = tuple[Seat | None, int | None]
"""Which seat a point fills, if it is an election, and how many places."""


def elected_by(gathering: Gathering) -> int:
    """How many representatives the agenda of a meeting elects already."""
    points = (point for point in gathering.questions if not point.removed and point.seat == Seat.REPRESENTATIVE)
    return sum(point.places or 0 for point in points)


def faults(act: Act, kind: Kind, elections: Iterable[Election], before: int = 0) -> Iterator[tuple[int, FieldRefusal]]:
    """Which points, from 1, elect more representatives than one separate gathering sends: each at `places`.

    `before`: how many other points elect.
    """
    if kind is not Kind.SEPARATE:
        return
    most, sent = territory.setting(act, REPRESENTATIVES), before
    for place, (seat, places) in enumerate(elections, 1):
        sent += (places or 0) if seat is Seat.REPRESENTATIVE else 0
        if seat is Seat.REPRESENTATIVE and sent > most:
            told = _("A separate gathering elects at most %(number)s representatives.", number=most)
            yield place, FieldRefusal("places", told)


def of_point(act: Act, gathering: Gathering, election: Election) -> Iterable[FieldRefusal]:
    """The same of a point that those present put on the agenda."""
    return (fault for _place, fault in faults(act, Kind(gathering.kind), [election], elected_by(gathering)))
