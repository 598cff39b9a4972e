"""A winner waits for money by a decision of since its lines were made of the result: one that cut its money.

That is a version of the budget which has less transfers or less spending of the cycle's year than the version before
it, and leaves the winner out: a meeting agreed it, or the maslikhat approved it as an amendment. The last winner of the
result waits first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act
from pb.budget.models import Budget, Kind, Move, Step, Version
from pb.budget.models import Decision as OfMaslikhat
from pb.clock import local
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, refuse_all
from pb.gatherings.models import Gathering, Matter, Question
from pb.tasks.service import basis
from pb.tasks.service.basis import Decision
from pb.winners.models import Winner
from pb.winners.service import budgeting, plans
from pb.winners.service.plans import NO_BASIS, Basis, Standing


class Cut(NamedTuple):
    """An amendment that cut the money of the cycle's year, its decision, and by how many tiyn."""

    version: Version
    decision: OfMaslikhat
    amount: int


def wait(act: Act, cycle: Cycle, winner: Winner, rests: Basis, *, reason: str, language: str) -> None:
    """The office records that a winner waits, by a decision that cut its money since the result.

    Raises Forbidden, OutOfPhase, Conflict, FieldRefusal.
    """
    now = plans.locked(act, cycle, winner)
    if hindrance := hinders_waiting(plans.standings(act, cycle), winner):
        raise Conflict(hindrance)
    refuse_all([*_faults_of_decision(act, winner, rests), *plans.faults_of_reason(reason)])
    number, parts = now.plan.number + 1, plans.parts_of(now.lines)
    rows = plans.version_of(act, winner, number, parts, reason=reason, language=language, rests=rests)
    plans.add(act, "winner.waits", now, rows, {"amount": now.total})


def resume(act: Act, cycle: Cycle, winner: Winner, *, reason: str, language: str) -> None:
    """The money is there again. Raises Forbidden, OutOfPhase, Conflict, FieldRefusal."""
    now = plans.locked(act, cycle, winner)
    if hindrance := hinders_resuming(plans.standings(act, cycle), winner):
        raise Conflict(hindrance)
    refuse_all(plans.faults_of_reason(reason))
    number, parts = now.plan.number + 1, plans.parts_of(now.lines)
    rows = plans.version_of(act, winner, number, parts, reason=reason, language=language)
    plans.add(act, "winner.resumed", now, rows, {"amount": now.total})


def hinders_waiting(every: Sequence[Standing], winner: Winner) -> object:
    """Why this winner cannot begin to wait now; nothing where it can."""
    if _one_of(every, winner).plan.waits:
        return _("This winner waits already.")
    if any(one.winner.position > winner.position and not one.plan.waits for one in every):
        return _("Winners wait in the order of the result: the last one first.")
    return None


def hinders_resuming(every: Sequence[Standing], winner: Winner) -> object:
    """Why this winner cannot go on now; nothing where it can."""
    if not _one_of(every, winner).plan.waits:
        return _("This winner does not wait.")
    if any(one.winner.position < winner.position and one.plan.waits for one in every):
        return _("Winners go on in the order of the result: the first that waits goes first.")
    return None


def decisions(act: Act, winner: Winner) -> Sequence[Decision]:
    """Points by which a meeting agreed a version that cut the winner's money, and the akim let it; the latest first.

    No meeting of before the result could cut what the vote had still to give.
    """
    query = (
        select(Version, Question.id)
        .join(Budget, Budget.id == Version.budget_id)
        .join(Step, (Step.version_id == Version.id) & (Step.move == Move.AGREED))
        .join(Question, Question.id == Step.question_id)
        .join(Gathering, Gathering.id == Question.gathering_id)
        .where(Gathering.territory_id == act.territory.id, Gathering.meets_at >= winner.made_at)
        .where(Budget.territory_id == act.territory.id, Question.matter == Matter.BUDGET)
    )
    points = [point for version, point in act.session.execute(query) if _cut_by(act, winner, version)]
    found = basis.of(act, points).values()
    return sorted(found, key=lambda one: (one.meets_at, -one.position), reverse=True)


def cuts(act: Act, winner: Winner) -> list[Cut]:
    """The amendments by which the maslikhat has cut the winner's money since then, the latest first."""
    query = (
        select(Version, OfMaslikhat)
        .join(Budget, Budget.id == Version.budget_id)
        .join(Step, (Step.version_id == Version.id) & (Step.move == Move.APPROVED))
        .join(OfMaslikhat, OfMaslikhat.id == Step.decision_id)
        .where(Budget.territory_id == act.territory.id, Version.kind == Kind.AMENDMENT)
        .where(OfMaslikhat.decided_on >= local(winner.made_at).date())
        .order_by(OfMaslikhat.decided_on.desc(), Version.number.desc())
    )
    found = ((version, decision, _cut_by(act, winner, version)) for version, decision in act.session.execute(query))
    return [Cut(version, decision, amount) for version, decision, amount in found if amount]


def _cut_by(act: Act, winner: Winner, version: Version) -> int:
    """By how many tiyn a version that leaves this winner out cut the money of its year; nil where it did not."""
    if winner.id not in {one.winner.id for one in budgeting.short_of(act, version)}:
        return 0
    return budgeting.cut_of(act, version, act.session.get_one(Cycle, winner.cycle_id).fiscal_year)


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


def _faults_of_decision(act: Act, winner: Winner, rests: Basis) -> Iterator[FieldRefusal]:
    if rests == NO_BASIS:
        yield FieldRefusal("question", _("Choose a decision of the list."))
    elif not may_wait_by(act, winner, rests):
        told = _("A winner waits by a decision that cut its money, of since the result: choose it of the list.")
        yield FieldRefusal("question", told)


def _one_of(every: Iterable[Standing], winner: Winner) -> Standing:
    return next(one for one in every if one.winner.id == winner.id)
