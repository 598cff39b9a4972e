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
from pb.audit.service import fingerprints
from pb.budget import service
from pb.budget.models import IN_FORCE, LONGEST_NUMBER, LONGEST_TITLE, Budget, Decision, Kind, Move, Step, Version
from pb.budget.service import Standing, amounts, checking, steps
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all
from pb.media.service import files
from pb.media.service.files import Received
from pb.territory.models import Territory
from pb.text import one_line

MASLIKHAT, AKIM, RAION, PAPER = "maslikhat", "akim", "raion", "paper"


@dataclass(frozen=True, slots=True)
class Decided:
    """Number and day of a decision, as they stand on it."""

    reference: str
    day: date | None


def approve(
    act: Act,
    year: int,
    decided: Decided,
    version_ids: Iterable[UUID],
    paper: Received | None = None,
    *,
    sure: bool = False,
) -> Decision:
    """The maslikhat's secretary, or who stands in, records a decision that approved versions of one okrug or of many.

    `sure`: the raion's own budget is approved, though its decision is not recorded here (article 91 p. 3).
    Raises Forbidden, Conflict (one of them does not wait for it), FieldRefusal (number, day, none chosen, known).
    """
    if act.person is None or not steps.speaks_for_maslikhat(act):
        raise Forbidden(steps.NOT_YOURS[Move.APPROVED])
    waiting = {standing.version.id: standing for standing in waiting_in(act, year)}
    chosen = [waiting[version_id].version for version_id in dict.fromkeys(version_ids) if version_id in waiting]
    before = _same(act, year, decided)
    refuse_all(faults(act, decided) if before is None else [])
    if not chosen:
        raise FieldRefusal("versions", _("Choose the budgets that this decision approves."))
    if not sure and lacks_raions(act, year) and any(version.kind == Kind.DRAFT for version in chosen):
        raise FieldRefusal(
            "sure",
            _("The decision on the raion's own budget is not recorded: record it first, or say that it is made."),
        )
    last = max(standing.last.day for version in chosen if (standing := waiting[version.id]).last is not None)
    if decided.day is not None and decided.day < last:
        raise FieldRefusal("day", _("This cannot have been before the budget commission considered them."))
    refuse_all(_faults_of_year(chosen, decided))
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
    refuse_all([*faults(act, decided), *_faults_of_year([version], decided)])
    decision = _record(act, AKIM, version.budget.first_year, decided, paper)
    steps.adopt(act, version, decision, Move.DECIDED)
    return decision


def take_in(act: Act, version: Version, decided: Decided, maslikhat: str, paper: Received | None) -> Decision:
    """The office takes a budget in as a maslikhat decided it on paper, with the document; `confirm` puts it in force.

    Raises Forbidden, Conflict (it does not add up, or cannot be taken in any more), FieldRefusal.
    """
    steps.require(act, version, Move.TAKEN)
    if not service.may_be_from_paper(act, version.budget):
        raise Conflict(service.NOT_FROM_PAPER)
    if wrong := checking.faults(act, version):
        raise Conflict(wrong[0].told)
    refuse_all([*faults(act, decided), *_faults_of_paper(version, decided, maslikhat, paper)])
    decision = _record(act, PAPER, version.budget.first_year, decided, paper, one_line(maslikhat))
    steps.take_in(act, version, decision)
    return decision


def confirm(act: Act, version: Version) -> None:
    """Somebody of another body compared a budget that was taken in with its document: it is in force.

    Raises Forbidden (who wrote it; none of the roles), Conflict.
    """
    steps.require(act, version, Move.APPROVED)
    decision = of_version(act, version)
    if version.kind != Kind.PAPER or decision is None or not service.may_be_from_paper(act, version.budget):
        raise Conflict(service.NOT_FROM_PAPER)
    steps.adopt(act, version, decision, Move.APPROVED)


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


def _faults_of_year(versions: Iterable[Version], decided: Decided) -> Iterator[FieldRefusal]:
    """A budget is changed by decisions of its first year; one may be recorded later."""
    changing = (one for one in versions if one.kind in service.CHANGING)
    if decided.day is not None and any(decided.day.year > one.budget.first_year for one in changing):
        yield FieldRefusal("day", service.YEAR_OVER)


def _faults_of_paper(
    version: Version, decided: Decided, maslikhat: str, paper: Received | None
) -> Iterator[FieldRefusal]:
    first = version.budget.first_year
    if decided.day is not None and decided.day.year not in {first - 1, first}:
        yield FieldRefusal("day", _("A budget is decided in the year before its first one, or in that year."))
    if not maslikhat.strip():
        yield FieldRefusal("maslikhat", _("Write which maslikhat decided it."))
    elif len(one_line(maslikhat)) > LONGEST_TITLE:
        yield FieldRefusal("maslikhat", _("Use at most %(most)s characters.", most=LONGEST_TITLE))
    if paper is None:
        yield FieldRefusal("paper", _("Choose the decision as PDF: everybody compares the lines with it."))


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


def lacks_raions(act: Act, year: int) -> bool:
    """Whether the decision on the raion's own budget, from whose day the okrugs' term runs, is not recorded yet."""
    return act.territory.kind not in FOURTH_LEVEL and raions(act, act.territory.id, year) is None


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
        .where(Step.decision_id == decision.id, Step.move.in_(IN_FORCE))
        .order_by(Territory.name_kk)
    )
    return [(territory, version) for territory, version in act.session.execute(query).unique()]


def of_version(act: Act, version: Version) -> Decision | None:
    """The decision that put a version in force."""
    query = select(Decision).join(Step, Step.decision_id == Decision.id).where(Step.version_id == version.id)
    return act.session.scalars(query).first()


def on_paper(act: Act, budget: Budget) -> Decision | None:
    """The decision from which the budget was taken in, if it was and somebody confirmed it: said wherever it stands."""
    query = (
        select(Decision)
        .join(Step, Step.decision_id == Decision.id)
        .join(Version, Version.id == Step.version_id)
        .where(Version.budget_id == budget.id, Decision.kind == PAPER, Step.move == Move.APPROVED)
    )
    return act.session.scalars(query).first()


def taken_from_paper(act: Act, budget_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these budgets were taken in from paper, and confirmed."""
    query = (
        select(Version.budget_id)
        .join(Step, Step.version_id == Version.id)
        .where(Version.budget_id.in_(list(budget_ids)), Version.kind == Kind.PAPER, Step.move == Move.APPROVED)
    )
    return set(act.session.scalars(query))


class Changed(NamedTuple):
    """What an amendment or a correction changes: the maslikhat's decision on the budget, and those that changed it.

    `last`: its last amendment, or itself; `corrected`: the akim's last correction since then.
    """

    decision: Decision
    last: Decision | None
    corrected: Decision | None

    @property
    def several(self) -> bool:
        """Whether the maslikhat changed the decision before."""
        return self.last is not None and self.last.id != self.decision.id


def changed_by(act: Act, version: Version) -> Changed | None:
    """The decision that a version changes: the maslikhat's first one on this budget; later ones changed it too.

    None for a budget of three years and the plan of a quarter, which change nothing.
    """
    if version.kind not in {Kind.AMENDMENT, Kind.CORRECTION}:
        return None
    first = amounts.adopted(act, version.budget).approved
    decision = of_version(act, first) if first is not None else None
    if decision is None:
        return None
    basis = act.session.get_one(Version, version.basis_id)
    corrected = of_version(act, basis) if basis.kind == Kind.CORRECTION else None
    while basis.kind == Kind.CORRECTION:
        basis = act.session.get_one(Version, basis.basis_id)
    return Changed(decision, of_version(act, basis), corrected)


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
    """Whether such a decision is recorded; one whose taking in was returned or withdrawn is taken in anew."""
    undone = select(Step.version_id).where(Step.move.in_([Move.RETURNED, Move.WITHDRAWN]))
    dropped = select(Step.decision_id).where(Step.move == Move.TAKEN, Step.version_id.in_(undone))
    query = select(Decision.id).where(
        Decision.territory_id == act.territory.id, Decision.reference == reference, Decision.decided_on == day
    )
    return act.session.scalars(query.where(Decision.id.not_in(dropped))).first() is not None


def _record(act: Act, kind: str, year: int, decided: Decided, paper: Received | None, maslikhat: str = "") -> Decision:
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
        maslikhat=maslikhat,
        recorded_at=act.at,
        recorded_by=act.person.id if act.person is not None else None,
    )
    if paper is not None and act.person is not None:
        decision.paper_id = files.add_paper(act, act.person.id, paper).id
    told: dict[str, str | int] = {"kind": kind, "year": year, "number": decision.reference}
    if decided.day is not None:
        told["date"] = decided.day.isoformat()
    if maslikhat:
        told["maslikhat"] = maslikhat
    told["digest"] = fingerprints.of_row(decision)
    audit.record(act, "budget.decision_kept", subject=decision.id, data=told)
    act.session.add(decision)
    act.session.flush()
    return decision
