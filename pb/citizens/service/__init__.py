"""What an edition of the citizens' budget tells: what comes in, what goes out, what residents decided, what is done.

All of it is read from the budget, its reports, the winners and their works; nothing is kept here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from pb.act import Act
from pb.budget import service as budgets
from pb.budget.models import Budget, Execution, ExecutionLine, Line
from pb.budget.service.amounts import Key
from pb.citizens.service.editions import Edition
from pb.core.budget.codes import Code, Part
from pb.core.budget.statement import OWN, Statement
from pb.core.receipt import NO_ROW, Level, Project, Row, divided_up, per_resident, rounded, spending
from pb.core.receipt import Part as Printed
from pb.proposals.models import Proposal
from pb.territory.models import Population
from pb.territory.service import populations
from pb.winners.service import budgeting
from pb.works.models import State
from pb.works.service import finding

COMES_IN = (*OWN, Part.TRANSFERS)


class Chosen(NamedTuple):
    """A project that residents decided: what the year has for it and what was paid so far, in tiyn; where it is.

    `state` is None while nothing of the works is recorded: it is planned.
    """

    proposal: Proposal
    cycle_id: UUID
    projects: Sequence[Project]
    paid: int
    state: State | None

    @property
    def amount(self) -> int:
        return sum(project.amount for project in self.projects)


class Compared(NamedTuple):
    """A row of plan against paid, in tiyn: a functional group, or (`of` empty) what lies in it."""

    key: str
    planned: int
    paid: int
    of: Sequence["Compared"] = ()


@dataclass(frozen=True)
class Content:
    """An edition with its sums in tiyn. `lines` are of all years of its version; `paid` None without a report."""

    budget: Budget
    edition: Edition
    lines: Sequence[Line]
    chosen: Sequence[Chosen]
    people: Population | None
    paid: Mapping[Key, int] | None

    @property
    def year(self) -> int:
        return self.budget.first_year

    @cached_property
    def statement(self) -> Statement:
        """The six lines of the year."""
        return self.statements[self.year]

    @cached_property
    def statements(self) -> Mapping[int, Statement]:
        """The six lines of each year of the version."""
        return {year: budgets.statement(self._of(year)) for year in self.edition.version.years}

    @cached_property
    def whole(self) -> Row:
        """What goes out, from the functional group to the project, the dearest first."""
        return self._spending(self.year, [project for one in self.chosen for project in one.projects])

    def spending_of(self, year: int) -> Row:
        """The same of a year of the version, without projects."""
        return self._spending(year)

    def received(self, part: Part) -> list[tuple[str, int]]:
        """The lines of a kind of receipts, the largest first."""
        some = [(line.code, line.amount) for line in self._of(self.year) if line.part == part]
        return sorted(some, key=lambda one: (-one[1], one[0]))

    @property
    def coming_in(self) -> Row:
        """What comes in, from its kinds to their lines."""
        kinds = []
        for part in COMES_IN:
            lines = (Row(Level.LINE, code, amount) for code, amount in self.received(part))
            kinds.append(Row(Level.GROUP, part, self.statement[part], tuple(lines)))
        return Row(Level.WHOLE, NO_ROW, self.statement.revenue, tuple(kinds))

    @cached_property
    def paid_statement(self) -> Statement | None:
        """What came in and went out by the report's day."""
        if self.paid is None:
            return None
        return Statement.of((Part(part), amount) for (part, _code), amount in self.paid.items())

    @cached_property
    def done(self) -> Sequence[Compared]:
        """Plan against paid by functional group and programme, in the order of the plan; empty without a report."""
        if self.paid is None:
            return []
        paid = spending((code, amount) for (part, code), amount in self.paid.items() if part == Part.SPENDING)
        return _compared(self.spending_of(self.year).of, paid.of)

    @property
    def decided(self) -> int:
        """What residents decided of the year's spending."""
        return sum(one.amount for one in self.chosen)

    def each(self, amount: int) -> int | None:
        """What of a sum falls to a resident; None where nobody recorded how many they are."""
        return rounded(per_resident(amount, self._residents)) if self._residents else None

    def each_of(self, row: Row) -> Printed | None:
        """The rows of a sum with what of each falls to a resident, as the receipt has them; None likewise."""
        return divided_up(row, per_resident(row.amount, self._residents)) if self._residents else None

    @property
    def _residents(self) -> int:
        return max(self.people.people, 0) if self.people is not None else 0

    def _of(self, year: int) -> list[Line]:
        return [line for line in self.lines if line.year == year]

    def _spending(self, year: int, projects: Iterable[Project] = ()) -> Row:
        return spending(((line.code, line.amount) for line in self._of(year) if line.part == Part.SPENDING), projects)


def of_edition(act: Act, budget: Budget, edition: Edition) -> Content:
    """All that an edition tells."""
    lines = budgets.lines(act, edition.version)
    return Content(
        budget=budget,
        edition=edition,
        lines=lines,
        chosen=_chosen(act, budget.first_year, edition, lines),
        people=populations.at(act.session, act.territory.id, budget.first_year),
        paid=_paid(act, edition.report) if edition.report is not None else None,
    )


def _chosen(act: Act, year: int, edition: Edition, lines: Iterable[Line]) -> list[Chosen]:
    """The winners that were known then and stand in a line of this version, in the order of their results."""
    codes = [Code.read(line.code) for line in lines if line.year == year and line.part == Part.SPENDING and line.amount]
    found: dict[UUID, tuple[Proposal, UUID, list[Project]]] = {}
    for standing, line in budgeting.lines_of(act, [year]):
        code = Code.read(line.code)
        if standing.winner.made_at > edition.at or not any(code.within(above) for above in codes):
            continue
        project = Project(f"{standing.winner.id}-{line.position}", line.code, line.amount)
        found.setdefault(standing.proposal.id, (standing.proposal, standing.winner.cycle_id, []))[2].append(project)
    known = finding.paid_and_finished(act, list(found)) if found else {}
    states = finding.states(act, list(found)) if found else {}
    return [
        Chosen(proposal, cycle_id, projects, known[proposal.id].paid, states.get(proposal.id))
        for proposal, cycle_id, projects in found.values()
    ]


def _paid(act: Act, report: Execution) -> Mapping[Key, int]:
    query = select(ExecutionLine.part, ExecutionLine.code, ExecutionLine.paid)
    rows = act.session.execute(query.where(ExecutionLine.execution_id == report.id))
    return {(part, code): paid for part, code, paid in rows}


def _compared(planned: Sequence[Row], paid: Sequence[Row], *, deeper: bool = True) -> list[Compared]:
    """What was planned beside what was paid of the same key; what was paid and not planned comes last."""
    of_plan = {row.key: row for row in planned}
    of_report = {row.key: row for row in paid}
    found = []
    for key in dict.fromkeys([*of_plan, *of_report]):
        one, other = of_plan.get(key), of_report.get(key)
        below = _compared(one.of if one else (), other.of if other else (), deeper=False) if deeper else []
        found.append(Compared(key, one.amount if one else 0, other.amount if other else 0, below))
    return found
