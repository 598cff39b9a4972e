"""Whether the chair can convene a meeting now, and what it still waits for: asked before anybody fills a form in."""

from flask_babel import LazyString

from pb.act import Act, Role
from pb.cycles.models import Cycle
from pb.gatherings.models import Gathering, Kind
from pb.gatherings.service import adoption, meetings, members
from pb.proposals.service import outcomes


def kind_of(cycle: Cycle) -> Kind | None:
    """The kind of meeting that the cycle's phase is for."""
    return next((kind for kind, phase in meetings.PHASES.items() if phase == cycle.phase), None)


def not_yet(act: Act, cycle: Cycle) -> list[LazyString]:
    """Why the chair cannot convene the phase's meeting yet; empty where they can, or where one was convened."""
    kind = kind_of(cycle)
    if kind is None or last(act, cycle, kind) is not None:
        return []
    return _hindered(act, cycle, kind)


def last(act: Act, cycle: Cycle, kind: Kind) -> Gathering | None:
    """The last meeting of a kind."""
    return next((held for held in meetings.of_cycle(act, cycle) if held.kind == kind), None)


def possible(act: Act, cycle: Cycle) -> bool:
    """Whether the actor can convene the phase's meeting now, for the first time or after one that led nowhere."""
    kind = kind_of(cycle)
    if kind is None or not act.holds(Role.CHAIR) or _hindered(act, cycle, kind) or not members.current(act):
        return False
    before = last(act, cycle, kind)
    if before is not None and not meetings.may_be_held_again(act, cycle, before):
        return False
    return kind is Kind.ADOPTION or bool(outcomes.accepted(act, cycle))


def _hindered(act: Act, cycle: Cycle, kind: Kind) -> list[LazyString]:
    if kind is Kind.ADOPTION:
        return adoption.missing(act, cycle)
    numbers = meetings.unsettled(act, cycle)
    return [meetings.waiting_for(numbers)] if numbers else []
