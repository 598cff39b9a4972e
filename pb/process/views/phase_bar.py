"""Where a cycle is, in one line that opens into its whole way: on each of its pages but forms and the ballot."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from pb.act import Act
from pb.clock import ALMATY, local
from pb.cycles.models import DECIDERS, ORDER, PHASE_LABELS, Cycle, Phase
from pb.cycles.service import days_left, takes_ideas
from pb.polls.models import Poll, State
from pb.polls.service import state

PLACES = {
    Phase.PROPOSALS: "proposals.list_all",
    Phase.REVIEW: "proposals.list_all",
    Phase.GATHERING: "gatherings.list_all",
    Phase.VOTING: "voting.show",
    Phase.RESULT: "results.result",
    Phase.BUDGET: "winners.show",
    Phase.WORKS: "works.list_all",
    Phase.ENDED: "process.show",
}


class Step(NamedTuple):
    """A phase: done, current or todo; `told` is what stands with the current one, `url` leads to its room."""

    label: str
    state: str
    url: str | None
    until: date | None
    who: str
    told: str


class Bar(NamedTuple):
    """The line, the way, and the second at which the line turns into `over`, where one is known."""

    line: str
    steps: list[Step]
    now: datetime
    ends: datetime | None
    over: str


def of_cycle(act: Act, cycle: Cycle) -> Bar:
    """The bar of a cycle at the moment of the act."""
    poll = state.current(act, cycle) if cycle.phase == Phase.VOTING else None
    seen = state.seen_of(cycle, poll, act.at)
    ends = _ends(act, cycle, poll, seen)
    line = _line(cycle, _time(act, cycle, seen, ends))
    ended = _("voting has ended") if poll else _("ideas are no longer taken")
    over = f"{_place(cycle)} · {ended}"  # one line of a phone, as what stood there: nothing jumps
    return Bar(line, _steps(cycle, poll, seen), act.at, ends, over)


def _line(cycle: Cycle, told: str) -> str:
    if cycle.phase == Phase.ENDED:
        return str(PHASE_LABELS[Phase.ENDED])
    return " · ".join(part for part in (_place(cycle), str(PHASE_LABELS[Phase(cycle.phase)]), told) if part)


def _place(cycle: Cycle) -> str:
    return f"{ORDER.index(cycle.reached) + 1} / {len(ORDER)}"


def _time(act: Act, cycle: Cycle, seen: State | None, ends: datetime | None) -> str:
    """How long the phase lasts still, or what is to be said instead."""
    if seen not in {None, State.OPEN}:
        return str(state.beside_step(seen))
    if cycle.phase == Phase.PROPOSALS and ends is None:
        return str(_("ideas are no longer taken"))
    voting = ends if seen == State.OPEN else None
    until = local(voting).date() if voting else cycle.until(Phase(cycle.phase))
    days = days_left(until, local(act.at).date()) if until else None
    return "" if days is None else _days_left(days, f"{local(voting):%H:%M}" if voting else None)


def _days_left(days: int, hour: str | None) -> str:
    if days < 1:
        return str(_("the planned day has passed"))
    if days > 1:
        return str(ngettext("%(num)s day left", "%(num)s days left", days))
    return str(_("the last day is today, until %(hour)s", hour=hour) if hour else _("the last day is today"))


def _ends(act: Act, cycle: Cycle, poll: Poll | None, seen: State | None) -> datetime | None:
    """The second after which nobody votes or proposes any more; the other phases end when somebody moves them on."""
    if seen == State.OPEN and poll is not None:
        return poll.closes_at
    if takes_ideas(act, cycle):
        return datetime.combine(cycle.proposals_until + timedelta(days=1), time(), ALMATY)
    return None


def _steps(cycle: Cycle, poll: Poll | None, seen: State | None) -> list[Step]:
    current, ended = ORDER.index(cycle.reached), cycle.phase == Phase.ENDED
    found = []
    for position, phase in enumerate(ORDER):
        here = position == current
        told = PHASE_LABELS[Phase.ENDED] if ended else state.beside_step(seen)
        stands = state.in_short(seen) if here else None
        found.append(
            Step(
                label=str(PHASE_LABELS[phase]),
                state="current" if here else "done" if position < current else "todo",
                url=url_for(PLACES[phase], cycle_id=cycle.id) if position <= current else None,
                until=None if ended or position < current else _until(cycle, phase, poll),
                who=str(DECIDERS[Phase.ENDED] if ended and here else stands or DECIDERS[phase]),
                told=str(told) if here else _("done") if position < current else "",
            )
        )
    return found


def _until(cycle: Cycle, phase: Phase, poll: Poll | None) -> date | None:
    """The phase's last day as planned; once voting is open, the day on which it ends and which nobody can move."""
    if phase is Phase.VOTING and poll is not None and poll.closes_at is not None:
        return local(poll.closes_at).date()
    return cycle.until(phase)
