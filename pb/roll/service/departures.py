"""Who must hear of people that leave the roll: rooms further on register what they do then."""

from collections.abc import Callable, Sequence
from uuid import UUID

from pb.act import Act
from pb.cycles.models import Cycle

Listener = Callable[[Act, Cycle, Sequence[UUID]], object]
_listeners: list[Listener] = []


def listens(listener: Listener) -> Listener:
    """Registers a listener: it is called in the transaction of the change, with the entries of those who left."""
    _listeners.append(listener)
    return listener


def announce(act: Act, cycle: Cycle, entry_ids: Sequence[UUID]) -> None:
    """Calls every listener."""
    for listener in _listeners:
        listener(act, cycle, entry_ids)
