"""On which days the assembly can meet: not before its members were told, and while they are in office.

The last day of a phase is the plan. The phase lasts until it is moved on, so a meeting after that day is held all the
same; it takes days from the phases that follow, and the chair convenes it knowingly.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.clock import local
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal
from pb.formats import day
from pb.gatherings.service import members


def earliest(act: Act, cycle: Cycle) -> date:
    """The first day on which the assembly may meet if its members are told today."""
    return local(act.at).date() + timedelta(days=cycle.notice_days)


def refuse_without_members(act: Act, cycle: Cycle) -> None:
    """Raises Conflict where on no day from the earliest on anybody is a member."""
    first, last = earliest(act, cycle), members.last_day(act)
    if last is None or last < first:
        raise Conflict(
            _("From %(day)s on nobody is recorded as a member. The akim's office records them first.", day=day(first))
        )


def faults(
    act: Act, cycle: Cycle, meets_at: datetime | None, place: str, *, late: bool = False
) -> Iterator[FieldRefusal]:
    """What is wrong with the day (None: not known yet) and the place of a meeting."""
    if meets_at is not None:
        yield from _faults_of_day(act, cycle, meets_at, late=late)
    if not place.strip():
        yield FieldRefusal("place", _("Write where the assembly meets."))


def _faults_of_day(act: Act, cycle: Cycle, meets_at: datetime, *, late: bool) -> Iterator[FieldRefusal]:
    meets_on, first, last = local(meets_at).date(), earliest(act, cycle), members.last_day(act)
    until = cycle.until(Phase(cycle.phase))
    if meets_on < first:
        told = _("The members must be told in time. The earliest day: %(day)s", day=day(first))
        yield FieldRefusal("meets_at", told)
    elif meets_at <= act.at:
        yield FieldRefusal("meets_time", _("This hour has passed. Choose a later one."))
    elif last is not None and not members.current(act, meets_on):
        told = _("On this day nobody's term as a member goes on. The last possible day: %(day)s", day=day(last))
        yield FieldRefusal("meets_at", told)
    elif until is not None and meets_on > until and not late:
        told = _(
            "Choose an earlier day, or mark that you mean this one: the meeting would be after the last day of this "
            "phase, %(day)s",
            day=day(until),
        )
        yield FieldRefusal("late", told)
