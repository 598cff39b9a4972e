"""How the village compares: what others that published a budget of the same year spend for each resident.

The own share of revenue is computed of each budget and never taken from anywhere: what is written of it contradicts
itself, from one per cent to ninety.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from pb.act import Act
from pb.budget import service as budgets
from pb.budget.models import IN_FORCE, Budget, Version
from pb.budget.service import totals
from pb.core.budget.statement import Statement
from pb.core.receipt import per_resident, rounded
from pb.receipt import service
from pb.territory.models import Population, Territory
from pb.territory.service import addresses
from pb.territory.service.addresses import Place


class Compared(NamedTuple):
    """A village with its budget of the year, as it holds."""

    place: Place
    territory: Territory
    version: Version
    statement: Statement
    people: Population | None

    @property
    def each(self) -> int | None:
        """What it spends for each resident, in tiyn; None where nobody recorded how many they are."""
        if self.people is None or self.people.people <= 0:
            return None
        return rounded(per_resident(self.statement.expenditure, self.people.people))


def of_year(act: Act, year: int) -> list[Compared]:
    """Those whose budget of this year holds: first of the same raion, then the others of this server; by their sums."""
    found = act.session.scalars(select(Budget).where(Budget.first_year == year)).all()
    holds = {budget_id: one.version for budget_id, one in service.shown(act, found).items() if one.move in IN_FORCE}
    territories = {budget.territory_id: holds[budget.id] for budget in found if budget.id in holds}
    sums = totals.of_versions(act, [version.id for version in territories.values()], year)
    people = _people(act, list(territories), year)
    rows = [
        Compared(
            place,
            territory,
            territories[territory.id],
            sums.get(territories[territory.id].id) or budgets.statement([]),
            people.get(territory.id),
        )
        for place, territory in addresses.among(act.session, territories)
    ]
    own = act.session.get_one(Territory, act.territory.id).parent_id
    return sorted(rows, key=lambda row: (row.territory.parent_id != own, -(row.each or -1), row.territory.name_kk))


def _people(act: Act, territory_ids: Sequence[UUID], year: int) -> Mapping[UUID, Population]:
    """The latest count of each at or before the year."""
    query = select(Population).where(Population.territory_id.in_(territory_ids), Population.year <= year)
    rows = act.session.scalars(query.order_by(Population.year, Population.recorded_at))
    return {row.territory_id: row for row in rows}
