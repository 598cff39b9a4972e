"""Who else is told that a meeting is convened, moved or called off: rooms further on register it."""

from collections.abc import Callable, Iterable
from uuid import UUID

from pb.act import Act
from pb.gatherings.models import Gathering

Tell = Callable[[Act, Gathering], Iterable[UUID]]
_others: list[Tell] = []


def tells_of(tell: Tell) -> Tell:
    """Registers what tells whom else a meeting concerns."""
    _others.append(tell)
    return tell


def others(act: Act, gathering: Gathering) -> set[UUID]:
    """The accounts of all whom the meeting concerns beside its members and the authors of its agenda."""
    return {person for tell in _others for person in tell(act, gathering)}
