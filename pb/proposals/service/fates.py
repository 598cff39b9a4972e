"""What became of the proposals of a cycle, and what happens to each next.

A room above registers what it tells of the projects that it decides about, with the phase in which it does (`tells`);
of several that tell something of one project the latest phase's holds.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _

from pb.act import Act
from pb.cycles.models import NOW, ORDER, Cycle, Phase
from pb.proposals.models import STATE_LABELS, STATE_TAGS, Proposal, Review, State

DECIDED_IN = {State.DRAFT: Phase.PROPOSALS, State.SUBMITTED: Phase.REVIEW, State.ACCEPTED: Phase.GATHERING}


class Fate(NamedTuple):
    """Where a project stands: a tag (`kind`, `text`) with its pictogram; what happens next, and until which day.

    `url` and `label` are what anybody can do then; `closes` where it ends with the phase, to the second;
    `then` are address and words of what takes its place.
    """

    kind: str
    icon: str
    text: str
    next: str = ""
    until: date | None = None
    url: str = ""
    label: str = ""
    closes: bool = False
    then: tuple[str, str] | None = None


Tell = Callable[[Act, Cycle], Mapping[UUID, Fate]]
_rooms: dict[Phase, Tell] = {}
ICONS: dict[State, str] = {
    State.DRAFT: "proposals",
    State.SUBMITTED: "review",
    State.RETURNED: "returned",
    State.ACCEPTED: "accepted",
    State.REFUSED: "refused",
    State.WITHDRAWN: "lost",
}


def tells(phase: Phase) -> Callable[[Tell], Tell]:
    """Registers what tells of the projects in a phase and after it."""

    def register(tell: Tell) -> Tell:
        _rooms[phase] = tell
        return tell

    return register


def of_cycle(act: Act, cycle: Cycle) -> dict[UUID, Fate]:
    """What the rooms above tell of its projects; of a cycle that was ended early nothing goes on."""
    found: dict[UUID, Fate] = {}
    if cycle.phase != Phase.ENDED:
        for phase in ORDER[: ORDER.index(cycle.reached) + 1]:
            if phase in _rooms:
                found |= _rooms[phase](act, cycle)
    return found


def of_proposal(cycle: Cycle, proposal: Proposal, rounds: Sequence[Review] = ()) -> Fate:
    """Where it stands as its author and the office left it; `rounds` of its review, oldest first, where it is shown."""
    state = State(proposal.state)
    if cycle.phase == Phase.ENDED:
        waits = state in {State.SUBMITTED, State.RETURNED}
        text = _("Not decided: the cycle was ended early") if waits else STATE_LABELS[state]
        return Fate("grey" if waits else STATE_TAGS[state], ICONS[state], str(text), str(NOW[Phase.ENDED]))
    following, until = _next(cycle, state, rounds)
    return Fate(STATE_TAGS[state], ICONS[state], str(STATE_LABELS[state]), following, until)


def _next(cycle: Cycle, state: State, rounds: Sequence[Review]) -> tuple[str, date | None]:
    told = {
        State.DRAFT: _("Only you see this draft. Nobody reviews it before you submit it."),
        State.SUBMITTED: _("The akim's office reviews the proposal and publishes what it decides."),
        State.RETURNED: _("The author answers the question of the akim's office."),
        State.ACCEPTED: _("The assembly decides whether the project comes to the vote."),
    }
    if state == State.RETURNED:
        return told[state], rounds[-1].answer_until if rounds else None
    if state not in told:
        return _("Nothing more happens to this proposal in this cycle."), None
    phase = DECIDED_IN[state]
    return told[state], cycle.until(phase) if ORDER.index(cycle.reached) <= ORDER.index(phase) else None
