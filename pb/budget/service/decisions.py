"""Decisions that put budgets in force: of a raion's maslikhat for one okrug or for many, or of an okrug's akim."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.budget import service
from pb.budget.models import LONGEST_NUMBER, Budget, Decision, Kind, Move, Step, Version
from pb.budget.service import Standing, amounts, checking, steps
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all
from pb.media.service import files
from pb.media.service.files import Received
from pb.territory.models import Territory
from pb.text import one_line

MASLIKHAT, AKIM, RAION = "maslikhat", "akim", "raion"


@dataclass(frozen=True, slots=True)
class Decided:
    """Number and day of a decision, as they stand on it."""

    reference: str
    day: date | None


def approve(
    act: Act, year: int, decided: Decided, version_ids: Iterable[UUID], paper: Received | None = None
) -> Decision:
    """The maslikhat's secretary records one decision that approved these versions, of one okrug or of many.

    Raises Forbidden, Conflict (one of them does not wait for it), FieldRefusal (number, day, none chosen, known).
    """
    if act.person is None or not act.holds(Role.MASLIKHAT_SECRETARY):
        raise Forbidden(steps.NOT_YOURS[Move.APPROVED])
    waiting = {standing.version.id: standing for standing in waiting_in(act, year)}
    chosen = [waiting[version_id].version for version_id in dict.fromkeys(version_ids) if version_id in waiting]
    before = _same(act, year, decided)
    refuse_all(faults(act, decided) if before is None else [])
    if not chosen:
        raise FieldRefusal("versions", _("Choose the budgets that this decision approves."))
    last = max(standing.last.day for version in chosen if (standing := waiting[version.id]).last is not None)
    if decided.day is not None and decided.day < last:
        raise FieldRefusal("day", _("This cannot have been before the budget commission considered them."))
    decision = before or _record(act, MASLIKHAT, year, decided, paper)
    for version in sorted(chosen, key=lambda version: version.budget.territory_id):  # logs are locked in one order
        steps.adopt(act, version, decision, Move.APPROVED)
    return decision


def decide(act: Act, version: Version, decided: Decided, paper: Received | None = None) -> Decision:
    """The akim records the akim's own decision: a correction that the assembly agreed, or the plan of a quarter.

    Raises Forbidden, Conflict, FieldRefusal.
    """
    steps.require(act, version, Move.DECIDED)
    if version.kind == Kind.QUARTER and (wrong := checking.faults(act, version)):
        raise Conflict(wrong[0].told)
    refuse_all(faults(act, decided))
    decision = _record(act, AKIM, version.budget.first_year, decided, paper)
    steps.adopt(act, version, decision, Move.DECIDED)
    return decision


def record_raions(act: Act, year: int, decided: Decided) -> Decision:
    """The maslikhat's secretary records the decision on the raion's own budget: the okrugs' term runs from its day.

    Raises Forbidden, Conflict (recorded already), FieldRefusal.
    """
    if act.person is None or not act.holds(Role.MASLIKHAT_SECRETARY):
        raise Forbidden(steps.NOT_YOURS[Move.APPROVED])
    if raions(act, act.territory.id, year) is not None:
        raise Conflict(_("The decision on the raion's budget of this year is recorded already."))
    refuse_all(faults(act, decided))
    return _record(act, RAION, year, decided, None)


def faults(act: Act, decided: Decided) -> Iterator[FieldRefusal]:
    """What is wrong with number and day of a decision."""
    reference = one_line(decided.reference)
    if not reference:
        yield FieldRefusal("reference", _("Write the number of the decision."))
    elif len(reference) > LONGEST_NUMBER:
        yield FieldRefusal("reference", _("Use at most 40 characters."))
    if decided.day is None:
        yield FieldRefusal("day", _("Write the date."))
    elif decided.day > local(act.at).date():
        yield FieldRefusal("day", _("The decision cannot be of a day to come."))
    elif reference and _known(act, reference, decided.day):
        yield FieldRefusal("reference", _("A decision of this number and day is recorded already."))


def get(act: Act, number: int) -> Decision:
    """Raises NotFound."""
    query = select(Decision).where(Decision.territory_id == act.territory.id, Decision.number == number)
    found = act.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def raions(act: Act, raion_id: UUID, year: int) -> Decision | None:
    """The decision on the raion's own budget from this year on."""
    query = select(Decision).where(Decision.territory_id == raion_id, Decision.kind == RAION, Decision.year == year)
    return act.session.scalars(query).first()


def of_year(act: Act, year: int) -> Sequence[Decision]:
    """The decisions of this territory on budgets from this year on, the latest first."""
    query = select(Decision).where(Decision.territory_id == act.territory.id, Decision.year == year)
    return act.session.scalars(query.order_by(Decision.decided_on.desc(), Decision.number.desc())).all()


def adopted_by(act: Act, decision: Decision) -> list[tuple[Territory, Version]]:
    """The okrugs and versions that a decision put in force."""
    query = (
        select(Territory, Version)
        .join(Budget, Budget.territory_id == Territory.id)
        .join(Version, Version.budget_id == Budget.id)
        .join(Step, Step.version_id == Version.id)
        .where(Step.decision_id == decision.id)
        .order_by(Territory.name_kk)
    )
    return [(territory, version) for territory, version in act.session.execute(query).unique()]


def of_version(act: Act, version: Version) -> Decision | None:
    """The decision that put a version in force."""
    query = select(Decision).join(Step, Step.decision_id == Decision.id).where(Step.version_id == version.id)
    return act.session.scalars(query).first()


class Changed(NamedTuple):
    """What an amendment or a correction changes: the decision on the budget, and the one that changed that last."""

    decision: Decision
    last: Decision | None

    @property
    def several(self) -> bool:
        """Whether the decision was changed before."""
        return self.last is not None and self.last.id != self.decision.id


def changed_by(act: Act, version: Version) -> Changed | None:
    """The decision that a version changes: the maslikhat's first one on this budget; later ones changed it too.

    None for a budget of three years and the plan of a quarter, which change nothing.
    """
    if version.kind not in {Kind.AMENDMENT, Kind.CORRECTION}:
        return None
    first = amounts.adopted(act, version.budget).approved
    decision = of_version(act, first) if first is not None else None
    basis = act.session.get(Version, version.basis_id) if version.basis_id is not None else None
    return Changed(decision, of_version(act, basis) if basis is not None else None) if decision is not None else None


def of_raion(act: Act, year: int) -> dict[UUID, tuple[Budget, list[Standing]]]:
    """The budgets from this year on of all okrugs of the act's raion, by okrug, with their versions."""
    okrugs = select(Territory.id).where(Territory.parent_id == act.territory.id)
    query = select(Budget).where(Budget.territory_id.in_(okrugs), Budget.first_year == year)
    found = act.session.scalars(query).all()
    stand = service.standing_of(act, [budget.id for budget in found])
    return {budget.territory_id: (budget, stand.get(budget.id, [])) for budget in found}


def waiting_in(act: Act, year: int) -> list[Standing]:
    """Versions of the raion's okrugs, or of this okrug, that wait for the maslikhat's decision."""
    if act.territory.kind in FOURTH_LEVEL:
        own = service.find(act, year)
        every = service.versions(act, own) if own is not None else []
    else:
        every = [one for _budget, some in of_raion(act, year).values() for one in some]
    return [one for one in every if one.move is Move.CONSIDERED]


def by_step(act: Act, some: Iterable[Step]) -> Mapping[UUID, Decision]:
    """The decisions that these steps rest on."""
    wanted = {step.decision_id for step in some if step.decision_id is not None}
    if not wanted:
        return {}
    return {one.id: one for one in act.session.scalars(select(Decision).where(Decision.id.in_(wanted)))}


def _same(act: Act, year: int, decided: Decided) -> Decision | None:
    """The same decision, where it is recorded already: what was forgotten of it is added."""
    query = select(Decision).where(
        Decision.territory_id == act.territory.id,
        Decision.kind == MASLIKHAT,
        Decision.year == year,
        Decision.reference == one_line(decided.reference),
        Decision.decided_on == decided.day,
    )
    return act.session.scalars(query).first() if decided.day is not None else None


def _known(act: Act, reference: str, day: date) -> bool:
    query = select(Decision.id).where(
        Decision.territory_id == act.territory.id, Decision.reference == reference, Decision.decided_on == day
    )
    return act.session.scalars(query).first() is not None


def _record(act: Act, kind: str, year: int, decided: Decided, paper: Received | None) -> Decision:
    audit.take_turn(act)
    taken = select(func.max(Decision.number)).where(Decision.territory_id == act.territory.id)
    decision = Decision(
        id=uuid4(),
        territory_id=act.territory.id,
        number=(act.session.scalar(taken) or 0) + 1,
        kind=kind,
        year=year,
        reference=one_line(decided.reference),
        decided_on=decided.day,
        recorded_at=act.at,
        recorded_by=act.person.id if act.person is not None else None,
    )
    if paper is not None and act.person is not None:
        decision.paper_id = files.add_paper(act, act.person.id, paper).id
    told = (
        {"kind": kind, "year": year, "number": decision.reference, "date": decided.day.isoformat()}
        if decided.day
        else {}
    )
    audit.record(act, "budget.decision_kept", subject=decision.id, data=told)
    act.session.add(decision)
    act.session.flush()
    return decision
