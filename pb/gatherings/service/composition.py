"""Whether the assembly is made as the model regulation asks: so many members by population, one of each settlement.

Source: order of 07.08.2017 № 295 (as amended 30.09.2021 № 88), items 3-1 to 3-3. What differs is told, not refused.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.clock import local
from pb.gatherings.service import members, membership
from pb.territory.service import populations

SEATS: Final = ((10_000, 5, 10), (15_000, 11, 15), (20_000, 16, 20))
MOST_SEATS: Final = (21, 25)


def seats(people: int) -> tuple[int, int]:
    """The fewest and the most members where so many people live.

    >>> [seats(people) for people in (900, 10_000, 10_001, 17_000, 60_000)]
    [(5, 10), (5, 10), (11, 15), (16, 20), (21, 25)]
    """
    return next(((least, most) for limit, least, most in SEATS if people <= limit), MOST_SEATS)


def allowed(act: Act, on: date | None = None) -> LazyString | None:
    """How many members the population allows, and how many are recorded; None where nobody recorded how many live here.

    Whoever waits for confirmation is counted too: each was recorded to sit here. `on`: the day, today if none is given.
    """
    counted = populations.at(act.session, act.territory.id, local(act.at).year)
    if counted is None:
        return None
    least, most = seats(counted.people)
    return _(
        "By population (%(people)s) the model regulation has %(least)s to %(most)s members; recorded: %(number)s.",
        people=counted.people,
        least=least,
        most=most,
        number=recorded(act, on),
    )


def recorded(act: Act, on: date | None = None) -> int:
    """How many members of the day are recorded, also those who wait for confirmation."""
    day = on or local(act.at).date()
    waiting = [one for one in membership.waiting(act) if one.term_from <= day <= one.term_until]
    going = [one for one in membership.endings(act).values() if one.last_day < day]
    return len(members.current(act, day)) + len(waiting) - len(going)


def is_full(act: Act, on: date) -> bool:
    """Whether one more member on this day is more than the population allows."""
    counted = populations.at(act.session, act.territory.id, local(act.at).year)
    return counted is not None and recorded(act, on) >= seats(counted.people)[1]


def differences(act: Act) -> Iterator[LazyString]:
    """What differs today, a sentence each; nothing where nobody is recorded."""
    sitting = members.current(act)
    if not sitting:
        return
    counted = populations.at(act.session, act.territory.id, local(act.at).year)
    if counted is not None:
        least, most = seats(counted.people)
        if not least <= len(sitting) <= most:
            yield _(
                "By population (%(people)s) the model regulation has %(least)s to %(most)s members; here: %(number)s.",
                people=counted.people,
                least=least,
                most=most,
                number=len(sitting),
            )
    represented = {member.settlement for member in sitting}
    if without := [name for name in act.territory.settlements if name not in represented]:
        told = ", ".join(without)
        yield _("No member is of: %(settlements)s. The model regulation has one of each at least.", settlements=told)
