"""Duties around the latest poll of a cycle, for the rooms that prepare it, hold it and check it."""

from collections.abc import Callable, Iterable

from pb.act import Act, Role
from pb.cycles.models import Cycle, Phase
from pb.cycles.service import duties_in
from pb.identity.service.duties import Duty
from pb.polls.models import Poll
from pb.polls.service import state

Tell = Callable[[Act, Cycle, Poll], Iterable[Duty]]


def duties_around(*phases: Phase, of: Iterable[Role]) -> Callable[[Tell], Tell]:
    """As `duties_in`, once the cycle has a poll."""

    def register(tell: Tell) -> Tell:
        @duties_in(*phases, of=of)
        def of_the_poll(act: Act, cycle: Cycle) -> Iterable[Duty]:
            poll = state.current(act, cycle)
            return tell(act, cycle, poll) if poll is not None else ()

        return tell

    return register
