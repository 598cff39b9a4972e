"""The okrugs of a raion side by side, in one year or in many: a statement of the database for each table, no more."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from pb.act import Act
from pb.budget.models import IN_FORCE, Budget, Execution, ExecutionLine, Line, Version
from pb.budget.service import Standing
from pb.core.budget.amounts import share
from pb.core.budget.codes import Part
from pb.core.budget.statement import Statement
from pb.core.places.kinds import FOURTH_LEVEL
from pb.core.receipt import per_resident, rounded
from pb.receipt import service as receipt
from pb.territory.models import Population, Territory
from pb.territory.service import addresses
from pb.territory.service.addresses import Place
from pb.winners.service import plans
from pb.winners.service.plans import Decided

MOST_YEARS: Final = 12
NOTHING: Final = Statement.of(())


@dataclass(frozen=True, slots=True)
class Compared:
    """An okrug in a year, in tiyn. `standing` None: no budget of that year went before its assembly.

    `report` is the last one of the year and `paid` what was spent by its day; `decided` what residents decided.
    """

    place: Place
    territory: Territory
    year: int
    standing: Standing | None
    statement: Statement
    people: Population | None
    report: Execution | None
    paid: int | None
    decided: Decided | None

    @property
    def version(self) -> Version | None:
        return self.standing.version if self.standing is not None else None

    @property
    def holds(self) -> bool:
        """Whether a decision put it in force; else a draft is shown."""
        return self.standing is not None and self.standing.move in IN_FORCE

    @property
    def each(self) -> int | None:
        """What is spent for each resident; None without a budget, or where nobody recorded how many they are."""
        if self.standing is None or self.people is None or self.people.people <= 0:
            return None
        return rounded(per_resident(self.statement.expenditure, self.people.people))

    @property
    def own_share(self) -> int | None:
        """Hundredths of a per cent of the revenue, computed of this budget."""
        return self.statement.own_share

    @property
    def executed_share(self) -> int | None:
        """Hundredths of a per cent of the plan that were paid; None without a report, or without a plan."""
        return share(self.paid, self.statement.expenditure) if self.paid is not None else None

    @property
    def decided_share(self) -> int | None:
        """Hundredths of a per cent of the spending that residents decided."""
        if self.decided is None:
            return None
        return share(self.decided.amount, self.statement.expenditure)


def years(act: Act) -> list[int]:
    """The years of which an okrug of the raion has a budget, the latest first: twelve at most."""
    within = select(Territory.id).where(Territory.parent_id == act.territory.id)
    query = select(Budget.first_year).where(Budget.territory_id.in_(within)).distinct()
    return list(act.session.scalars(query.order_by(Budget.first_year.desc()).limit(MOST_YEARS)))


def of_raion(act: Act, wanted: Collection[int]) -> list[Compared]:
    """Every okrug of the act's raion that takes part, in each of these years, by its code and the year."""
    here = [(place, one) for place, one in addresses.every(act.session, act.territory.id) if one.kind in FOURTH_LEVEL]
    ids = [place.id for place, _one in here]
    query = select(Budget).where(Budget.territory_id.in_(ids), Budget.first_year.in_(wanted))
    found = {(one.territory_id, one.first_year): one for one in act.session.scalars(query)}
    shown = receipt.shown(act, list(found.values()))
    sums = _statements(act, [one.version.id for one in shown.values()])
    counts = _populations(act, ids)
    reports = _reports(act, ids, wanted)
    paid = _paid(act, [one.id for one in reports.values()])
    decided = plans.decided(act, ids, wanted)
    rows = []
    for place, territory in here:
        for year in sorted(wanted):
            budget = found.get((place.id, year))
            standing = shown.get(budget.id) if budget is not None else None
            report = reports.get((place.id, year)) if standing is not None else None
            rows.append(
                Compared(
                    place,
                    territory,
                    year,
                    standing,
                    sums.get(standing.version.id, NOTHING) if standing is not None else NOTHING,
                    _at(counts.get(place.id, ()), year),
                    report,
                    paid.get(report.id, 0) if report is not None else None,
                    decided.get((place.id, year)) if standing is not None else None,
                )
            )
    return rows


def _statements(act: Act, version_ids: Sequence[UUID]) -> Mapping[UUID, Statement]:
    """Of each version the statement of the first year of its budget."""
    query = (
        select(Line.version_id, Line.part, func.sum(Line.amount))
        .join(Version, Version.id == Line.version_id)
        .join(Budget, Budget.id == Version.budget_id)
        .where(Line.version_id.in_(version_ids), Line.year == Budget.first_year)
        .group_by(Line.version_id, Line.part)
    )
    found: dict[UUID, list[tuple[Part, int]]] = {}
    for version_id, part, amount in act.session.execute(query):
        found.setdefault(version_id, []).append((Part(part), int(amount)))
    return {version_id: Statement.of(parts) for version_id, parts in found.items()}


def _populations(act: Act, ids: Iterable[UUID]) -> Mapping[UUID, list[Population]]:
    query = select(Population).where(Population.territory_id.in_(list(ids)))
    found: dict[UUID, list[Population]] = {}
    for row in act.session.scalars(query.order_by(Population.year, Population.recorded_at)):
        found.setdefault(row.territory_id, []).append(row)
    return found


def _at(counts: Iterable[Population], year: int) -> Population | None:
    """The latest count at or before the year's beginning."""
    return next((one for one in reversed(list(counts)) if one.year <= year), None)


def _reports(act: Act, ids: Iterable[UUID], wanted: Collection[int]) -> Mapping[tuple[UUID, int], Execution]:
    """Of each okrug and year the report that reaches furthest; of one day the one taken last."""
    query = select(Execution).where(Execution.territory_id.in_(list(ids)), Execution.year.in_(wanted))
    rows = act.session.scalars(query.order_by(Execution.until, Execution.number))
    return {(row.territory_id, row.year): row for row in rows}


def _paid(act: Act, report_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    query = select(ExecutionLine.execution_id, func.sum(ExecutionLine.paid)).where(
        ExecutionLine.execution_id.in_(report_ids), ExecutionLine.part == Part.SPENDING
    )
    return {row[0]: int(row[1]) for row in act.session.execute(query.group_by(ExecutionLine.execution_id))}
