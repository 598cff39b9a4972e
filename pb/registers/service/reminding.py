"""When the office enters the progress of a programme next: every so many months, as the setting says."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from pb.act import Act
from pb.clock import local
from pb.registers.models import Programme
from pb.registers.service import programmes
from pb.territory import service as territories

SHOWN_DAYS = 31
"""Before its last day a duty shows."""


class Due(NamedTuple):
    programme: Programme
    tasks: int
    until: date


def due(act: Act) -> Iterator[Due]:
    """Programmes in force with tasks that are not reached and of which nothing was entered for so long."""
    months = territories.setting(act, "progress_months")
    today = local(act.at).date()
    for programme in programmes.of_here(act):
        version = programmes.in_force(act, programme)
        if version is None or version.approved_at is None or programme.first_year > today.year:
            continue
        begun = max(local(version.approved_at).date(), date(programme.first_year, 1, 1))
        waiting = [
            after(one.last.day if one.last is not None else begun, months)
            for one in programmes.standing(act, programme, version)
            if not one.done
        ]
        soon = [day for day in waiting if (day - today).days <= SHOWN_DAYS]
        if soon:
            yield Due(programme, len(soon), min(soon))


def after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
