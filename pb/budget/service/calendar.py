"""The budget year: by which day what is due, from settings that name their source, and what is late.

Sources of the defaults: Budget Code, articles 89 p. 1 and 2, 91 p. 1, 3 and 4; "to be checked" with each edition.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from flask_babel import LazyString, lazy_gettext

from pb.act import Act
from pb.budget import service
from pb.budget.models import IN_FORCE, Budget, Move
from pb.budget.service import decisions
from pb.budget.service.amounts import last_report
from pb.clock import local
from pb.territory import service as territories
from pb.territory.models import Territory


class Due(StrEnum):
    """What the year asks for, in its order."""

    BEGIN = "begin"
    AGREE = "agree"
    COMMISSION = "commission"
    APPROVE = "approve"
    QUARTER = "quarter"
    EXECUTION = "execution"


LABELS: dict[Due, LazyString] = {
    Due.BEGIN: lazy_gettext("The draft is begun"),
    Due.AGREE: lazy_gettext("The assembly has agreed the draft, and it is sent to the raion"),
    Due.COMMISSION: lazy_gettext("The raion's budget commission has considered it"),
    Due.APPROVE: lazy_gettext("The maslikhat has approved it"),
    Due.QUARTER: lazy_gettext("The akim's plan of the first quarter, where the budget is late"),
    Due.EXECUTION: lazy_gettext("Report on the execution of the last month"),
}
SETTINGS: dict[Due, str] = {
    Due.AGREE: "budget_agreed_by",
    Due.COMMISSION: "budget_considered_by",
    Due.QUARTER: "budget_quarter_by",
}
WEEKS_TO_WRITE = 6


class Day(NamedTuple):
    """A day of the budget year; `done` whether what it asks for stands already."""

    due: Due
    day: date
    done: bool


def of_budget(act: Act, first_year: int) -> list[Day]:
    """The days of the budget whose first year it is, in the year before it."""
    budget = service.find(act, first_year)
    every = service.versions(act, budget) if budget is not None else []
    moves = {move.move for one in every for move in service.steps_of(act, one.version)}
    adopted = any(one.move in IN_FORCE for one in every)
    year = first_year - 1
    agree = _of_setting(act, Due.AGREE, year)
    return [
        Day(Due.BEGIN, agree - timedelta(weeks=WEEKS_TO_WRITE), done=budget is not None),
        Day(Due.AGREE, agree, done=Move.SENT in moves or adopted),
        Day(Due.COMMISSION, _of_setting(act, Due.COMMISSION, year), done=Move.CONSIDERED in moves or adopted),
        Day(Due.APPROVE, _approved_by(act, first_year), done=Move.APPROVED in moves),
        Day(Due.QUARTER, _of_setting(act, Due.QUARTER, year), done=adopted),
    ]


def execution(act: Act) -> Day | None:
    """Until when the last month's execution is to be taken in, while a budget of this year is in force."""
    today = local(act.at).date()
    budget = service.find(act, today.year)
    if budget is None or service.in_force(act, budget) is None:
        return None
    end_of_month = today.replace(day=1) - timedelta(days=1)
    if end_of_month.year != today.year:
        return None
    report = last_report(act, today.year)
    day = end_of_month + timedelta(days=territories.setting(act, "execution_days"))
    return Day(Due.EXECUTION, day, done=report is not None and report.until >= end_of_month)


def late(act: Act, first_year: int) -> date:
    """By when a budget is approved that lives on the akim's plan of a quarter: a day of its first year."""
    month, day = divmod(territories.setting(act, "budget_late_by"), 100)
    return date(first_year, month, day)


def rests(act: Act, budget: Budget) -> date:
    """By when the office says what became of the rest of the budget's first year: a day of the year after it."""
    month, day = divmod(territories.setting(act, "budget_rest_by"), 100)
    return date(budget.first_year + 1, month, day)


def _approved_by(act: Act, first_year: int) -> date:
    """So many calendar days after the raion's own decision; until that one is known, the year's last day."""
    above = act.session.get_one(Territory, act.territory.id).above
    own = decisions.raions(act, above.id, first_year) if above is not None else None
    if own is None:
        return date(first_year - 1, 12, 31)
    return own.decided_on + timedelta(days=territories.setting(act, "budget_approval_days"))


def _of_setting(act: Act, due: Due, year: int) -> date:
    month, day = divmod(territories.setting(act, SETTINGS[due]), 100)
    return date(year, month, day)
