"""The sums of many versions at once, for pages over all okrugs of a raion."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import func, select

from pb.act import Act
from pb.budget.models import IN_FORCE, Kind, Line, Version
from pb.budget.service import Standing
from pb.core.budget.codes import Part
from pb.core.budget.statement import Statement


def shown(some: Iterable[Standing]) -> Version | None:
    """The version whose sums a list shows: the last one in force, else the last one that is under way."""
    every = list(some)
    adopted = [one for one in every if one.move in IN_FORCE and one.version.kind != Kind.QUARTER]
    last = adopted[-1] if adopted else (every[-1] if every else None)
    return last.version if last is not None else None


def of_versions(act: Act, version_ids: Iterable[UUID], year: int) -> Mapping[UUID, Statement]:
    """The statements of one year of these versions, in one statement of the database."""
    query = (
        select(Line.version_id, Line.part, func.sum(Line.amount))
        .where(Line.version_id.in_(list(version_ids)), Line.year == year)
        .group_by(Line.version_id, Line.part)
    )
    found: dict[UUID, list[tuple[Part, int]]] = {}
    for version_id, part, amount in act.session.execute(query):
        found.setdefault(version_id, []).append((Part(part), int(amount)))
    return {version_id: Statement.of(parts) for version_id, parts in found.items()}
