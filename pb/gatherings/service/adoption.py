"""What the adoption of a result waits for: rooms further on register what they demand before it."""

from collections.abc import Callable, Sequence

from flask_babel import LazyString

from pb.act import Act
from pb.cycles.models import Cycle
from pb.errors import Conflict

Demand = Callable[[Act, Cycle], Sequence[LazyString]]
_demands: list[Demand] = []


def waits_for(demand: Demand) -> Demand:
    """Registers what tells what is missing before the assembly may adopt the result; nothing when nothing is."""
    _demands.append(demand)
    return demand


def missing(act: Act, cycle: Cycle) -> list[LazyString]:
    """All that the adoption still waits for."""
    return [text for demand in _demands for text in demand(act, cycle)]


def refuse_early(act: Act, cycle: Cycle) -> None:
    """Raises Conflict with all that is missing."""
    if lacking := missing(act, cycle):
        raise Conflict(" ".join(str(text) for text in lacking))
