"""A meeting that has not begun is called off with a reason: a wrong day or place, a road under snow.

Its number, day, place and agenda stay as they were announced. The chair convenes it again, and the members are told in
time once more. One that nobody opened on its day ends so too: it was not held. The same stands in the rules of the
database (pb/freezes/gatherings.py).
"""

from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.gatherings.models import Gathering, Kind, State
from pb.gatherings.service import convening, meetings


def possible(act: Act, gathering: Gathering) -> bool:
    """Whether the actor may call the meeting off now."""
    return meetings.in_its_phase(act, gathering) and may_decide(act, gathering) and _has_not_begun(act, gathering)


def may_decide(act: Act, gathering: Gathering) -> bool:
    """A cycle's meeting is the chair's; another is convened, moved and called off by who may convene its kind."""
    if gathering.cycle_id:
        return act.holds(Role.CHAIR)
    kind = Kind(gathering.kind)
    return kind in convening.kinds_of(act) and convening.may_convene(act, kind, gathering)


def may_reconvene(act: Act, gathering: Gathering) -> bool:
    """Whether the actor may convene another in the place of this meeting, which led nowhere."""
    kind = Kind(gathering.kind)
    convenes = act.holds(Role.CHAIR) if gathering.cycle_id else convening.may_convene(act, kind, gathering)
    return convenes and meetings.may_be_held_again(act, gathering)


def never_opened(act: Act, gathering: Gathering) -> bool:
    """Whether the day of a meeting is over and nobody opened it: who may convene it says that it was not held."""
    passed = local(act.at).date() > local(gathering.meets_at).date()
    return gathering.state == State.CONVENED and gathering.opened_at is None and passed


def without_an_end(act: Act) -> list[Gathering]:
    """The meetings here that nobody opened on their day, and of which the actor says what became of them."""
    query = select(Gathering).where(Gathering.territory_id == act.territory.id, Gathering.state == State.CONVENED)
    query = query.where(Gathering.opened_at.is_(None), Gathering.meets_at < act.at).order_by(Gathering.number)
    return [one for one in act.session.scalars(query) if never_opened(act, one) and possible(act, one)]


def refuse(act: Act, gathering: Gathering) -> None:
    """Raises OutOfPhase, Forbidden (not who may convene it), Conflict (begun, or called off before)."""
    meetings.require_phase(act, gathering)
    if not may_decide(act, gathering):
        raise Forbidden(_("A meeting is called off by who may convene it."))
    if gathering.state == State.CALLED_OFF:
        raise Conflict(_("This meeting was called off."))
    if not _has_not_begun(act, gathering):
        raise Conflict(_("A meeting is called off before it begins. The secretary records what became of this one."))


def call_off(act: Act, gathering: Gathering, reason: str) -> None:
    """Raises what `refuse` does, and FieldRefusal (no reason)."""
    act.session.refresh(gathering, with_for_update=True)  # the secretary may be marking who is present
    refuse(act, gathering)
    if not reason.strip():
        raise FieldRefusal("reason", _("Write why the meeting is called off: everybody reads it."))
    audit.record(
        act,
        "gathering.not_held" if never_opened(act, gathering) else "gathering.called_off",
        subject=gathering.id,
        data={
            "number": gathering.number,
            "meets_at": gathering.meets_at.isoformat(),
            "reason": reason.strip(),
        },
    )
    gathering.state, gathering.called_off_at, gathering.called_off_reason = State.CALLED_OFF, act.at, reason.strip()
    act.session.flush()


def in_its_place(act: Act, gathering: Gathering) -> Gathering | None:
    """The meeting that was convened after one that led nowhere."""
    return act.session.scalars(select(Gathering).where(Gathering.previous_id == gathering.id)).first()


def instead_of(act: Act, gathering: Gathering) -> Gathering | None:
    """The meeting that was called off and in whose place this one is held."""
    previous = act.session.get(Gathering, gathering.previous_id) if gathering.previous_id else None
    return previous if previous is not None and previous.state == State.CALLED_OFF else None


def line_of(act: Act, gathering: Gathering) -> list[UUID]:
    """The meeting, and those before it that were called off and in whose place it is: what came to them came to it."""
    found, one = [gathering.id], instead_of(act, gathering)
    while one is not None and one.id not in found:
        found.append(one.id)
        one = instead_of(act, one)
    return found


def _has_not_begun(act: Act, gathering: Gathering) -> bool:
    ahead = gathering.state == State.CONVENED and act.at < gathering.meets_at
    return ahead or never_opened(act, gathering)
