"""Whether the number of residents who may come fits how many live there: more cannot be, far fewer is asked about.

The quorum is counted of this number, so a wrong one lets a handful of people decide, or nobody.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pb.act import Act
from pb.clock import local
from pb.gatherings.models import Gathering, Kind
from pb.gatherings.service import coverage
from pb.territory.models import Settlement
from pb.territory.service import populations

LEAST_PERCENT: Final = 30
"""Of a village about two thirds are of age: a number under half of those is more likely a slip than a count."""


def people(act: Act, part: str, at: datetime) -> int | None:
    """More than so many cannot come, as it was known at this moment; None where nobody recorded it.

    Those who live in the settlements that `part` names, or else in the whole okrug.
    """
    of_part = _of_part(act, part, at)
    if of_part is not None:
        return of_part
    rows = populations.of_territory(act.session, act.territory.id)
    return next((row.people for row in rows if row.year <= local(at).year and row.recorded_at <= at), None)


def too_few(act: Act, part: str, entitled: int | None, at: datetime) -> int | None:
    """Of how many residents this number is a doubtful share; None where it is not, or of a part nobody counted.

    A right number of one village is always a small share of the okrug.
    """
    if entitled is None or (part and not coverage.is_whole(part, _names(act))):
        return None
    living = _of_part(act, part, at) if part else people(act, part, at)
    return living if living is not None and entitled * 100 < living * LEAST_PERCENT else None


def doubted(act: Act, gathering: Gathering) -> int | None:
    """Of how many residents the number of a meeting was a doubtful share when it was convened."""
    if gathering.of_members:
        return None
    part = gathering.part if gathering.kind == Kind.SEPARATE else ""
    return too_few(act, part, gathering.entitled, gathering.convened_at)


def _of_part(act: Act, part: str, at: datetime) -> int | None:
    """How many live in the settlements that it names; None where it names none, or one that nobody counted."""
    counts = _of_settlements(act, at)
    found = [counts.get(name) for name in coverage.named(part, _names(act))]
    known = [count for count in found if count is not None]
    return sum(known) if found and len(known) == len(found) else None


def _names(act: Act) -> coverage.Names:
    rows = act.session.scalars(select(Settlement).where(Settlement.territory_id == act.territory.id))
    return {row.name_kk: coverage.names_of(row) for row in rows}


def _of_settlements(act: Act, at: datetime) -> Mapping[str, int]:
    """The latest count of each settlement that was known at this moment, by its name."""
    found: dict[UUID, tuple[str, int]] = {}
    for settlement, row in populations.of_settlements(act.session, act.territory.id):
        if row.year <= local(at).year and row.recorded_at <= at:
            found.setdefault(settlement.id, (settlement.name_kk, row.people))
    return dict(found.values())
