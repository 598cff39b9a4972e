"""The receipt of a year: what the okrug spends, what of it falls to each resident, what residents decided of it.

It shows what holds: the version of the budget in force, else the last one that is under way, which it says.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from pb.act import Act
from pb.budget import service as budgets
from pb.budget.models import IN_FORCE, Budget, Execution, ExecutionLine, Kind, Line, Move, Version
from pb.budget.service import Standing
from pb.budget.service.amounts import last_report
from pb.clock import local
from pb.core.budget.codes import Part as BudgetPart
from pb.core.budget.statement import Statement
from pb.core.receipt import MONTHS, Part, Row, divided_up, per_resident, spending
from pb.receipt.service.origins import Origins
from pb.receipt.service.projects import Decided, of_year
from pb.territory.models import Population
from pb.territory.service import populations

A_YEAR: Final = 1


class Receipt(NamedTuple):
    """A year's spending. `whole` in tiyn of the okrug; `people` None where nobody recorded how many live here.

    `paid` is what the last report says was spent by its day; None without one.
    """

    budget: Budget
    standing: Standing
    statement: Statement
    whole: Row
    decided: Mapping[str, Decided]
    people: Population | None
    execution: Execution | None
    paid: int | None

    @property
    def year(self) -> int:
        return self.budget.first_year

    @property
    def version(self) -> Version:
        return self.standing.version

    @property
    def holds(self) -> bool:
        """Whether the maslikhat or the akim decided it; else it is a draft."""
        return self.standing.move in IN_FORCE

    @property
    def each(self) -> int:
        """How many a sum is divided by: the residents, or one where nobody knows how many they are."""
        return self.people.people if self.people is not None and self.people.people > 0 else 1

    @property
    def known(self) -> bool:
        return self.people is not None and self.people.people > 0

    def share(self, months: int = A_YEAR) -> Fraction:
        """What of the whole falls to each, in tiyn of a year, or of a `MONTHS`-th part of it."""
        return per_resident(self.whole.amount, self.each, months=months)

    def yearly(self) -> Part:
        """The rows of a year for each resident."""
        return divided_up(self.whole, self.share())

    def monthly(self) -> Part:
        """The same of a month: rounded for itself, so that its rows add up to its own total."""
        return divided_up(self.whole, self.share(MONTHS))

    def origins(self) -> Origins:
        """Where what falls to each comes from."""
        return Origins.of(self.statement, self.whole.amount, self.each)


def of_budget(act: Act, budget: Budget) -> Receipt | None:
    """The receipt of the budget's first year; None while it has no version that anybody was shown."""
    standing = shown(act, [budget]).get(budget.id)
    if standing is None:
        return None
    lines = budgets.lines(act, standing.version, budget.first_year)
    decided = {one.key: one for one in of_year(act, budget.first_year)}
    execution = last_report(act, budget.first_year)
    return Receipt(
        budget=budget,
        standing=standing,
        statement=budgets.statement(lines),
        whole=spending(_spent(lines), (one.project for one in decided.values())),
        decided=decided,
        people=populations.at(act.session, act.territory.id, budget.first_year),
        execution=execution,
        paid=_paid(act, execution),
    )


def shown(act: Act, budgets_: Sequence[Budget]) -> Mapping[UUID, Standing]:
    """Of each budget the version that holds, else the last that went before the assembly, by the budget's id.

    Lines that are being written, or that the office withdrew, are nobody's; a quarter's plan is no year's.
    """
    every = budgets.standing_of(act, [budget.id for budget in budgets_])
    return {budget_id: found for budget_id, some in every.items() if (found := _shown(some)) is not None}


def _shown(every: Sequence[Standing]) -> Standing | None:
    some = [one for one in every if one.last is not None and one.version.kind != Kind.QUARTER]
    adopted = [one for one in some if one.move in IN_FORCE]
    if adopted:
        return max(adopted, key=lambda one: (one.last.at if one.last else one.version.made_at, one.version.number))
    return next((one for one in reversed(some) if one.move is not Move.WITHDRAWN), None)


def latest(act: Act, some: Sequence[Budget]) -> Budget | None:
    """Of the budgets that have a receipt the one that a reader means who names no year.

    It is this year's, else the last one before it, else the first after it.
    """
    this = local(act.at).year
    past = [budget for budget in some if budget.first_year <= this]
    return max(past, key=_year, default=min(some, key=_year, default=None))


def with_receipt(act: Act) -> list[Budget]:
    """The budgets of the territory that have a receipt, the latest first."""
    every = budgets.budgets(act)
    kept = shown(act, every)
    return [budget for budget in every if budget.id in kept]


def paid_rows(act: Act, receipt: Receipt) -> Row:
    """What was paid by the last report, in rows as the plan; the whole is nil without one."""
    if receipt.execution is None:
        return spending([])
    query = select(ExecutionLine.code, ExecutionLine.paid).where(
        ExecutionLine.execution_id == receipt.execution.id, ExecutionLine.part == BudgetPart.SPENDING
    )
    return spending((code, paid) for code, paid in act.session.execute(query))


def _paid(act: Act, execution: Execution | None) -> int | None:
    if execution is None:
        return None
    query = select(func.sum(ExecutionLine.paid)).where(
        ExecutionLine.execution_id == execution.id, ExecutionLine.part == BudgetPart.SPENDING
    )
    return int(act.session.scalar(query) or 0)


def _year(budget: Budget) -> int:
    return budget.first_year


def _spent(lines: Sequence[Line]) -> list[tuple[str, int]]:
    return [(line.code, line.amount) for line in lines if line.part == BudgetPart.SPENDING]
