"""A meeting that has not begun is moved to another day or place in one step, with a reason that everybody reads.

What was announced stays as it was and is called off; the same agenda is convened anew, and people are told again.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.errors import FieldRefusal, refuse_all
from pb.gatherings.models import Gathering, Kind, Majority, Matter, Question, Seat
from pb.gatherings.service import calling_off, convening, cycle_meetings, meeting_day, meetings
from pb.gatherings.service.plan import Plan, Point


def check(act: Act, gathering: Gathering, meets_at: datetime | None, place: str, reason: str) -> None:
    """Raises what `move` would, and moves nothing."""
    calling_off.refuse(act, gathering)
    refuse_all(faults(act, gathering, meets_at, place, reason))


def move(act: Act, gathering: Gathering, meets_at: datetime, place: str, reason: str) -> Gathering:
    """Calls the meeting off and convenes the same one for another day; returns the new one.

    Raises OutOfPhase, Forbidden (not who may convene it), Conflict (begun, or called off before), FieldRefusal (no
    reason; a day that is too early; no place).
    """
    check(act, gathering, meets_at, place, reason)
    cycle, matter = meetings.cycle_of(act, gathering), gathering.matter
    plan = _plan(gathering, meets_at, place)
    calling_off.call_off(act, gathering, reason)
    if cycle is None or matter is None:
        return convening.convene(act, plan, gathering)
    return cycle_meetings.convene(act, cycle, matter, meets_at=meets_at, place=place, late=True, previous=gathering)


def faults(
    act: Act, gathering: Gathering, meets_at: datetime | None, place: str, reason: str
) -> Iterator[FieldRefusal]:
    """All that is wrong, each at its field."""
    if not reason.strip():
        yield FieldRefusal("reason", _("Write why the meeting is moved: everybody reads it."))
    cycle = meetings.cycle_of(act, gathering)
    if cycle is not None:
        yield from meeting_day.faults(act, cycle, meets_at, place, late=True)
    else:
        yield from convening.faults(act, _plan(gathering, meets_at, place))


def _plan(gathering: Gathering, meets_at: datetime | None, place: str) -> Plan:
    plan = Plan(
        kind=Kind(gathering.kind),
        meets_at=meets_at,
        place=place,
        points=[_point(question) for question in gathering.questions],
        part=gathering.part,
        extraordinary=gathering.extraordinary,
        extraordinary_reason=gathering.extraordinary_reason,
        entitled=gathering.entitled,
        demanded_by=gathering.demanded_by,
        demand=gathering.demand,
    )
    return plan if gathering.cycle_id is None else replace(plan, points=())


def _point(question: Question) -> Point:
    return Point(
        Matter(question.matter),
        question.text,
        question.language,
        question.speaker,
        Majority(question.majority),
        question.majority_basis,
        Seat(question.seat) if question.seat else None,
        question.places,
    )
