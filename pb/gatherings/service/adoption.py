"""What the adoption of a result waits for, and what its minutes must hold: rooms further on register both."""

from collections.abc import Callable, Mapping, Sequence

from flask_babel import LazyString

from pb.act import Act
from pb.cycles.models import Cycle
from pb.errors import Conflict

Demand = Callable[[Act, Cycle], Sequence[LazyString]]
Text = Callable[[Act, Cycle], Mapping[str, str]]
_demands: list[Demand] = []
_texts: list[Text] = []


def waits_for(demand: Demand) -> Demand:
    """Registers what tells what is missing before the assembly may adopt the result; nothing when nothing is."""
    _demands.append(demand)
    return demand


def stands_in_minutes(text: Text) -> Text:
    """Registers what the minutes of an adoption hold beside the meeting: names of the body, and values."""
    _texts.append(text)
    return text


def for_minutes(act: Act, cycle: Cycle) -> dict[str, str]:
    """All that the minutes of an adoption hold beside the meeting."""
    return {name: value for text in _texts for name, value in text(act, cycle).items()}


def missing(act: Act, cycle: Cycle) -> list[LazyString]:
    """All that the adoption still waits for."""
    return [text for demand in _demands for text in demand(act, cycle)]


def refuse_early(act: Act, cycle: Cycle) -> None:
    """Raises Conflict with all that is missing."""
    if lacking := missing(act, cycle):
        raise Conflict(*lacking)
