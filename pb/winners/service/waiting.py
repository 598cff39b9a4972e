"""The decisions by which a winner may wait, of since its lines were made of the result.

Those of meetings on the budget, and those of the maslikhat by which an amendment in force cut the transfers.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from pb.act import Act
from pb.budget.models import Budget, Kind, Line, Move, Step, Version
from pb.budget.models import Decision as OfMaslikhat
from pb.clock import local
from pb.core.budget.codes import Part
from pb.cycles.models import Cycle
from pb.gatherings.models import Gathering, Matter, Question
from pb.tasks.service import basis
from pb.tasks.service.basis import Decision
from pb.winners.models import Winner


class Basis(NamedTuple):
    """By which decision a winner waits: of a meeting, or the one that put this version of the budget in force."""

    question_id: UUID | None = None
    version_id: UUID | None = None


class Cut(NamedTuple):
    """An amendment that cut the transfers of the cycle's year, its decision, and by how many tiyn."""

    version: Version
    decision: OfMaslikhat
    amount: int


def decisions(act: Act, winner: Winner) -> Sequence[Decision]:
    """Points on the budget that the assembly adopted and the akim let stand, the latest first.

    No meeting of before the result could cut what the vote had still to give, and none on another matter does.
    """
    query = (
        select(Question.id)
        .join(Gathering, Gathering.id == Question.gathering_id)
        .where(Gathering.territory_id == act.territory.id, Gathering.meets_at >= winner.made_at)
        .where(Question.matter == Matter.BUDGET)
    )
    found = basis.of(act, act.session.scalars(query).all()).values()
    return sorted(found, key=lambda one: (one.meets_at, -one.position), reverse=True)


def cuts(act: Act, winner: Winner) -> list[Cut]:
    """The amendments by which the maslikhat has cut the transfers of the cycle's year since then, the latest first."""
    year = act.session.get_one(Cycle, winner.cycle_id).fiscal_year
    now, before = aliased(Line), aliased(Line)
    of_year = {
        lines: select(func.coalesce(func.sum(lines.amount), 0)).where(lines.part == Part.TRANSFERS, lines.year == year)
        for lines in (now, before)
    }
    after_it = of_year[now].where(now.version_id == Version.id).scalar_subquery()
    before_it = of_year[before].where(before.version_id == Version.basis_id).scalar_subquery()
    query = (
        select(Version, OfMaslikhat, before_it - after_it)
        .join(Budget, Budget.id == Version.budget_id)
        .join(Step, (Step.version_id == Version.id) & (Step.move == Move.APPROVED))
        .join(OfMaslikhat, OfMaslikhat.id == Step.decision_id)
        .where(Budget.territory_id == act.territory.id, Version.kind == Kind.AMENDMENT)
        .where(OfMaslikhat.decided_on >= local(winner.made_at).date(), after_it < before_it)
        .order_by(OfMaslikhat.decided_on.desc(), Version.number.desc())
    )
    return [Cut(version, decision, int(amount)) for version, decision, amount in act.session.execute(query)]


def of_versions(act: Act, version_ids: Iterable[UUID | None]) -> Mapping[UUID, tuple[Version, OfMaslikhat]]:
    """These versions of the budget with the decisions that put them in force."""
    wanted = {one for one in version_ids if one is not None}
    if not wanted:
        return {}
    query = (
        select(Version, OfMaslikhat)
        .join(Step, (Step.version_id == Version.id) & (Step.move == Move.APPROVED))
        .join(OfMaslikhat, OfMaslikhat.id == Step.decision_id)
        .where(Version.id.in_(wanted))
    )
    return {version.id: (version, decision) for version, decision in act.session.execute(query)}


def may_wait_by(act: Act, winner: Winner, rests: Basis) -> bool:
    """Whether this is one of them."""
    if rests.version_id is not None:
        return rests.question_id is None and any(one.version.id == rests.version_id for one in cuts(act, winner))
    return any(one.question_id == rests.question_id for one in decisions(act, winner))
