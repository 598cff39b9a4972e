"""Duties of a cycle: the rooms further on register theirs by this, each for the phases in which there are any."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from pb.act import Act, Role
from pb.cycles import service
from pb.cycles.models import ORDER, Cycle, Phase
from pb.web.duties import Duty, duties_of

Tell = Callable[[Act, Cycle], Iterable[Duty]]


def duties_in(*phases: Phase, of: Iterable[Role]) -> Callable[[Tell], Tell]:
    """Registers what tells of the work of these roles in a cycle that is in one of the phases; none: in any of them.

    In a cycle that was ended early nothing waits, but for what says so by naming that phase.
    """
    wanted = frozenset(phases or ORDER)

    def register(tell: Tell) -> Tell:
        @duties_of(*of)
        def of_each_cycle(act: Act) -> Iterator[Duty]:
            for cycle in service.all_of(act):
                if cycle.phase in wanted:
                    for duty in tell(act, cycle):
                        yield replace(duty, cycle_id=cycle.id, cycle=cycle.year)

        return tell

    return register
