"""What the forms of a quarter lack: figures that nobody entered, and meetings held here that nobody took in.

A form is made all the same, since it is handed in on its day; it says what is not in it.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from flask_babel import gettext as _

from pb.act import Act
from pb.audit import service as audit
from pb.clock import local
from pb.formats import numbered
from pb.gatherings.models import Gathering
from pb.reports.service import figures, held_here
from pb.reports.service.quarters import ROMAN, Quarter
from pb.territory import service as territories


class Gaps(NamedTuple):
    """Of the year up to a quarter: those without figures, and the meetings that are in no form."""

    quarters: Sequence[Quarter]
    meetings: Sequence[Gathering]


def of_quarter(act: Act, quarter: Quarter) -> Gaps:
    """What lacks in the forms of this quarter, which count from the beginning of its year."""
    entered = figures.of_year(act, quarter.year)
    return Gaps(
        [each for each in quarter.of_year if each.number not in entered],
        held_here.untaken(act, Quarter(quarter.year, 1).first, quarter.last),
    )


def in_words(gaps: Gaps) -> list[str]:
    """The same as a form says it."""
    told = []
    if gaps.quarters:
        numbers = ", ".join(ROMAN[each.number - 1] for each in gaps.quarters)
        told.append(
            _(
                "Plans, appeals and receptions were not entered, and are in no sum here. Quarters: %(numbers)s",
                numbers=numbers,
            )
        )
    if gaps.meetings:
        numbers = ", ".join(numbered(one.number) for one in gaps.meetings)
        told.append(_("Meetings held on this platform and not taken in here: %(numbers)s", numbers=numbers))
    return told


def last_day(act: Act, quarter: Quarter) -> date:
    """By when the form of a quarter is filled."""
    return quarter.last + timedelta(days=territories.setting(act, "quarter_form_days"))


def due(act: Act) -> tuple[Quarter, Gaps] | None:
    """The last quarter that is over, with what its forms lack; None where they lack nothing.

    An okrug that was not here yet when the quarter began owes nothing of it.
    """
    quarter = Quarter.of(local(act.at).date()).before
    first = audit.at_position(act, 1)
    if first is None or local(first.at).date() > quarter.first:
        return None
    gaps = of_quarter(act, quarter)
    return (quarter, gaps) if gaps.quarters or gaps.meetings else None
