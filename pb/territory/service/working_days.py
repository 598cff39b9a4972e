"""Working days: Monday to Friday without public holidays, and what a yearly act moves.

Holidays are those of the `holidays` library, which knows the law on holidays and that a holiday on a day of rest moves
to the next working day. What the yearly act moves beyond that (an order of the minister of labour) is recorded with its
number: the library hears of it late, and knows no working Saturday.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

import holidays
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.errors import FieldRefusal, Forbidden, refuse_all
from pb.formats import day as in_words
from pb.territory.models import DayKind, MovedDay, Territory
from pb.text import one_line

COUNTRY: Final = "KZ"
SATURDAY: Final = 5
LONGEST_SOURCE: Final = 300
MOST_A_YEAR: Final = 15
"""Days of rest that one territory adds to a year: acts move five or six, and without a bound terms would never end."""
YEARS_AHEAD: Final = 2


@dataclass(frozen=True, slots=True)
class Moves:
    """What one act says of days; `usual` are those that an earlier record is taken back of."""

    source: str
    off: Sequence[date] = ()
    working: Sequence[date] = ()
    usual: Sequence[date] = ()

    def by_kind(self) -> dict[DayKind, Sequence[date]]:
        return {DayKind.OFF: self.off, DayKind.WORKING: self.working, DayKind.USUAL: self.usual}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked: `moved` holds against the week and the holidays."""

    moved: Mapping[date, DayKind] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        kind = self.moved.get(day, DayKind.USUAL)
        if kind is not DayKind.USUAL:
            return kind is DayKind.WORKING
        return day.weekday() < SATURDAY and day not in public_holidays(day.year)

    def after(self, day: date, count: int) -> date:
        """The day `count` working days after `day`, which itself is not counted."""
        while count:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day


@lru_cache(maxsize=50)
def public_holidays(year: int) -> frozenset[date]:
    """The holidays of a year, and the days of rest that make up for those on a weekend."""
    return frozenset(holidays.country_holidays(COUNTRY, years=year))


@dataclass(frozen=True, slots=True)
class Terms:
    """What was ever moved here, read once: for the terms of a whole list."""

    moved: Sequence[MovedDay]
    """Those of what the territory lies in first."""

    def calendar(self, known_at: datetime) -> Calendar:
        """As it stood at a moment: a term is counted by what was recorded when it began."""
        return Calendar({row.day: DayKind(row.kind) for row in self.moved if row.recorded_at <= known_at})

    def last_day(self, begins: datetime, count: int) -> date:
        """The last day of a term of so many working days that began at this moment."""
        return self.calendar(begins).after(local(begins).date(), count)


def terms(act: Act) -> Terms:
    """The terms of the act's territory: its own moves go before those of what it lies in."""
    line = reversed(act.session.get_one(Territory, act.territory.id).line)
    return Terms([row for territory in line for row in _rows(act, territory)])


def calendar(act: Act, known_at: datetime) -> Calendar:
    """The calendar of the act's territory as it stood at a moment.

    A term is counted by what was recorded when it began: nobody puts off what they owe already.
    """
    return terms(act).calendar(known_at)


def last_day(act: Act, begins: datetime, count: int) -> date:
    """The last day of a term of so many working days that began at this moment."""
    return terms(act).last_day(begins, count)


def moved_from(act: Act, first: date) -> list[MovedDay]:
    """The rows that hold for the days from `first` on, by day; of each day the nearest territory's latest."""
    found: dict[date, MovedDay] = {}
    for territory in reversed(act.session.get_one(Territory, act.territory.id).line):
        found |= {row.day: row for row in _rows(act, territory) if row.day >= first}
    return sorted(found.values(), key=lambda row: row.day)


def record(act: Act, moves: Moves) -> None:
    """The akim's office, or who administers a raion, records what an act moved.

    Raises Forbidden, FieldRefusal (`faults`).
    """
    if not act.holds(Role.OFFICE, Role.ADMINISTRATOR):
        raise Forbidden(_("Only the akim's office records which days are worked."))
    refuse_all(faults(act, moves))
    source = one_line(moves.source)
    told = {kind.value: [day.isoformat() for day in sorted(days)] for kind, days in moves.by_kind().items() if days}
    event = audit.record(act, "territory.working_days", subject=act.territory.id, data={**told, "source": source})
    for kind, days in moves.by_kind().items():
        for day in days:
            row = MovedDay(territory_id=act.territory.id, day=day, recorded_at=act.at, kind=kind, source=source)
            row.event = event.hash
            act.session.add(row)
    act.session.flush()


def faults(act: Act, moves: Moves) -> Iterator[FieldRefusal]:
    """What `record` would refuse. A day that has begun stays as it was: terms were counted by it."""
    first = local(act.at).date() + timedelta(days=1)
    last = date(first.year + YEARS_AHEAD, 12, 31)
    stands, seen = calendar(act, act.at), set[date]()
    for kind, days in moves.by_kind().items():
        outside = next((day for day in days if not first <= day <= last), None)
        idle = next((day for day in days if _as_it_is(stands, day, kind)), None)
        if outside is not None:
            bounds = {"day": in_words(outside), "first": in_words(first), "last": in_words(last)}
            yield FieldRefusal(
                kind, _("Write days from %(first)s to %(last)s and no others; not this one: %(day)s", **bounds)
            )
        elif twice := next((day for day in days if day in seen or list(days).count(day) > 1), None):
            yield FieldRefusal(kind, _("This day stands here twice: %(day)s", day=in_words(twice)))
        elif idle is not None:
            yield FieldRefusal(kind, _("This day is so already: %(day)s", day=in_words(idle)))
        seen |= set(days)
    if too_many := _beyond_the_most(act, moves):
        told = _("A year has %(most)s such days at most. Too many in %(year)s", most=MOST_A_YEAR, year=str(too_many))
        yield FieldRefusal(DayKind.OFF, told)
    if not seen:
        yield FieldRefusal(DayKind.OFF, _("Write at least one day."))
    named = one_line(moves.source)
    if not named:
        yield FieldRefusal("source", _("Name the decision it rests on."))
    elif len(named) > LONGEST_SOURCE:
        yield FieldRefusal("source", _("Use at most 300 characters."))


def _as_it_is(stands: Calendar, day: date, kind: DayKind) -> bool:
    """Whether the calendar has the day so already."""
    if kind is DayKind.USUAL:
        return stands.moved.get(day, DayKind.USUAL) is DayKind.USUAL
    return stands.is_working(day) is (kind is DayKind.WORKING)


def _beyond_the_most(act: Act, moves: Moves) -> int | None:
    """A year to which the territory itself would have added too many days of rest."""
    own = {row.day: DayKind(row.kind) for row in _rows(act, act.session.get_one(Territory, act.territory.id))}
    own |= {day: kind for kind, days in moves.by_kind().items() for day in days}
    years = Counter(day.year for day, kind in own.items() if kind is DayKind.OFF)
    return next((year for year, days in sorted(years.items()) if days > MOST_A_YEAR), None)


def _rows(act: Act, territory: Territory) -> Sequence[MovedDay]:
    query = select(MovedDay).where(MovedDay.territory_id == territory.id).order_by(MovedDay.day, MovedDay.recorded_at)
    return act.session.scalars(query).all()
