"""Which editions of the citizens' budget are due: order of 21.05.2025 № 244 asks for reviews of half-year and year.

An edition stands from the moment when its report is taken in, so the term is that of the reports: the setting
`execution_days`. The month's report is the duty of the budget itself; what is told here is what a later month no longer
asks for: the half-year once July is over, and the year.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select

from pb.act import Act
from pb.budget import service as budgets
from pb.budget.models import Budget, Execution
from pb.clock import local
from pb.territory import service as territories

DECEMBER, AUGUST = 12, 8


class Review(NamedTuple):
    """A review that lacks its report; `whole`: of the year, else of the half-year. `day` is its last day."""

    budget: Budget
    whole: bool
    day: date


def reviews(act: Act) -> Iterator[Review]:
    """The reviews that are due and not there, of budgets in force: the last year's, then this year's half-year."""
    today = local(act.at).date()
    wanted = [(today.year - 1, date(today.year - 1, DECEMBER, 31))]
    if today.month >= AUGUST:
        wanted.append((today.year, date(today.year, 6, 30)))
    for year, end in wanted:
        budget = budgets.find(act, year)
        if budget is None or budgets.in_force(act, budget) is None or _reported(act, end):
            continue
        yield Review(budget, end.month == DECEMBER, end + timedelta(days=territories.setting(act, "execution_days")))


def _reported(act: Act, end: date) -> bool:
    query = select(Execution.id).where(Execution.territory_id == act.territory.id, Execution.until == end).limit(1)
    return act.session.scalars(query).first() is not None
