"""Working days: Monday to Friday without public holidays, and what a yearly act moves.

Holidays are those of the `holidays` library, which knows the law on holidays and that a holiday on a day of rest moves
to the next working day. What the yearly act moves beyond that (an order of the minister of labour) is recorded with its
number: the library hears of it late, and knows no working Saturday.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
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
MOST_DAYS: Final = 40
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


def calendar(act: Act) -> Calendar:
    """The calendar of the act's territory: its own moves go before those of what it lies in."""
    moved: dict[date, DayKind] = {}
    for territory in reversed(act.session.get_one(Territory, act.territory.id).line):
        for row in _rows(act, territory):
            moved[row.day] = DayKind(row.kind)
    return Calendar(moved)


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
    seen: set[date] = set()
    for kind, days in moves.by_kind().items():
        outside = next((day for day in days if not first <= day <= last), None)
        if outside is not None:
            bounds = {"day": in_words(outside), "first": in_words(first), "last": in_words(last)}
            yield FieldRefusal(kind, _("%(day)s: write days from %(first)s to %(last)s.", **bounds))
        elif len(days) > MOST_DAYS:
            yield FieldRefusal(kind, _("Write at most %(number)s days.", number=MOST_DAYS))
        elif twice := seen & set(days):
            yield FieldRefusal(kind, _("%(day)s stands here twice.", day=in_words(min(twice))))
        seen |= set(days)
    if not seen:
        yield FieldRefusal(DayKind.OFF, _("Write at least one day."))
    named = one_line(moves.source)
    if not named:
        yield FieldRefusal("source", _("Name the decision it rests on."))
    elif len(named) > LONGEST_SOURCE:
        yield FieldRefusal("source", _("Use at most 300 characters."))


def _rows(act: Act, territory: Territory) -> Sequence[MovedDay]:
    query = select(MovedDay).where(MovedDay.territory_id == territory.id).order_by(MovedDay.day, MovedDay.recorded_at)
    return act.session.scalars(query).all()
