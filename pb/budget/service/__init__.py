"""The budget of an okrug: versions of its lines, begun, changed and put before the assembly.

Sources: Budget Code of 15.03.2025 № 171-VIII, articles 89 (drafting), 91 (approval), 94 and 96 (amendment), 98 point 4
(the akim's correction).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.service import fingerprints
from pb.budget.models import IN_FORCE, OVER, YEARS, Budget, Kind, Line, Move, Proposer, Step, Version
from pb.clock import local
from pb.core.budget.amounts import STEP
from pb.core.budget.codes import Part, Side
from pb.core.budget.statement import Statement
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all

FIRST_YEAR: Final = 2018  # since when okrugs have budgets of their own
YEARS_AHEAD: Final = 3
QUARTER_OVER: Final = _("The first quarter of that year is over: no plan of it can be made or decided any more.")

YEAR_OVER: Final = _("The first year of this budget is over: it is amended and corrected no more.")
CHANGING: Final = frozenset({Kind.AMENDMENT, Kind.CORRECTION})

NOT_FROM_PAPER: Final = _(
    "From paper only a budget is taken in whose year began before the first budget was kept here, and that is not in "
    "force here yet."
)


class Sum(NamedTuple):
    """A line as it is written: which year, which part of the budget, the code, the amount in tiyn."""

    year: int
    part: Part
    code: str
    amount: int


class Standing(NamedTuple):
    """A version with its last step, or none while its lines are being written."""

    version: Version
    last: Step | None

    @property
    def move(self) -> Move | None:
        return Move(self.last.move) if self.last is not None else None

    @property
    def being_written(self) -> bool:
        return self.last is None

    @property
    def over(self) -> bool:
        return self.move in OVER


def begin(act: Act, first_year: int, kind: Kind = Kind.DRAFT) -> Version:
    """The office begins the budget of three years, with the lines of the budget before it as a start, if one is kept.

    Of one that is taken in from paper the lines come from its decision.
    Raises Forbidden, FieldRefusal (a year that is too far off, or not of before the platform), Conflict (begun).
    """
    require_office(act)
    this_year = local(act.at).year
    if not FIRST_YEAR <= first_year <= this_year + YEARS_AHEAD:
        raise FieldRefusal("year", _("Check the year: that is too long ago, or too far ahead."))
    audit.take_turn(act)
    if kind is Kind.PAPER and not began_before(act, first_year):
        raise FieldRefusal("kind", NOT_FROM_PAPER)
    if find(act, first_year) is not None:
        raise Conflict(_("The budget of this year was begun already."))
    before = find(act, first_year - 1)
    start = in_force(act, before) if before is not None and kind is not Kind.PAPER else None
    budget = Budget(id=uuid4(), territory_id=act.territory.id, first_year=first_year)
    version = _version(act, budget, 1, kind, Proposer.AKIM, basis=None, reason="", language="kk")
    going_on = range(first_year, first_year + YEARS - 1)
    copied = _copied(lines(act, start), version, years=going_on) if start is not None else []
    told = {"year": first_year, "whole": len(copied), "digest": fingerprints.of_row(version)}
    log(act, "budget.begun", version, told)
    act.session.add(budget)
    act.session.flush()
    _add(act, version, copied)
    return version


def revise(act: Act, budget: Budget, kind: Kind, proposer: Proposer, *, reason: str, language: str) -> Version:
    """A new version: of a draft that was returned, declined or withdrawn, or one that changes the budget in force.

    Raises Forbidden, Conflict (another version is under way; nothing is in force to change), FieldRefusal (no reason).
    """
    require_office(act)
    refuse_all(faults_of_revision(act, budget, kind, reason))
    audit.take_turn(act)
    every = versions(act, budget)
    # The plan of a quarter stands beside the draft: it is made because the draft is late.
    beside = (one for one in every if (one.version.kind == Kind.QUARTER) == (kind is Kind.QUARTER))
    if open_ := next((one for one in beside if not one.over), None):
        raise Conflict(
            _("Version %(number)s is still under way: finish it or withdraw it first.", number=open_.version.number)
        )
    drafts = [one.version for one in every if one.version.kind != Kind.QUARTER]
    basis = adopted(act, budget) if kind in {Kind.AMENDMENT, Kind.CORRECTION} else drafts[-1] if drafts else None
    version = _version(
        act, budget, len(every) + 1, kind, proposer, basis=basis, reason=reason.strip(), language=language
    )
    before = lines(act, basis) if basis is not None else []
    if kind is Kind.QUARTER:
        copied = _quarter_of(_copied(before, version, years=budget.years[:1]))
    else:
        copied = _copied(before, version, years=budget.years)
    told = {"year": budget.first_year, "kind": kind.value, "whole": len(copied)}
    log(act, "budget.revised", version, {**told, "digest": fingerprints.of_row(version)})
    _add(act, version, copied)
    return version


def faults_of_revision(act: Act, budget: Budget, kind: Kind, reason: str) -> Iterator[FieldRefusal]:
    """What is wrong with a new version: it tells no reason, or does not follow from how the budget stands."""
    stands = adopted(act, budget) is not None
    if kind in {Kind.AMENDMENT, Kind.CORRECTION}:
        if not stands:
            yield FieldRefusal("kind", _("No budget is in force yet that this could change."))
        elif year_is_over(act, budget):
            yield FieldRefusal("kind", YEAR_OVER)
        if not reason.strip():
            yield FieldRefusal("reason", _("Write the reason."))
    elif stands:
        yield FieldRefusal("kind", _("The budget is in force: it is amended or corrected."))
    elif kind is Kind.PAPER and not may_be_from_paper(act, budget):
        yield FieldRefusal("kind", NOT_FROM_PAPER)
    elif kind is Kind.QUARTER and not may_be_late(act, budget):
        yield FieldRefusal("kind", _("The plan of a quarter is made in December, where the budget is late."))
    elif kind is Kind.QUARTER and quarter_is_over(act, budget):
        yield FieldRefusal("kind", QUARTER_OVER)


def lines(act: Act, version: Version, year: int | None = None) -> Sequence[Line]:
    """The lines of a version in the order of their codes, receipts first; of one year, or of all."""
    query = select(Line).where(Line.version_id == version.id).order_by(Line.year, Line.code, Line.part)
    if year is not None:
        query = query.where(Line.year == year)
    return act.session.scalars(query).all()


def digest(act: Act, version: Version) -> str:
    """SHA-256 of all lines as the log keeps it when they go to the assembly: `year part code tiyn`, a line each."""
    return digest_of((line.year, line.part, line.code, line.amount) for line in lines(act, version))


def digest_of(some: Iterable[tuple[int, str, str, int]]) -> str:
    """The same of lines as year, part, code and tiyn: by year, code and part, whatever the database sorts like."""
    told = sorted(some, key=lambda line: (line[0], line[2], line[1]))
    return hashlib.sha256("".join(f"{' '.join(map(str, line))}\n" for line in told).encode()).hexdigest()


def statement(some: Iterable[Line]) -> Statement:
    """The six lines of a decision, of the lines of one year."""
    return Statement.of((Part(line.part), line.amount) for line in some)


def find(act: Act, first_year: int) -> Budget | None:
    """The budget of the act's territory whose first year it is."""
    query = select(Budget).where(Budget.territory_id == act.territory.id, Budget.first_year == first_year)
    return act.session.scalars(query).one_or_none()


def get(act: Act, first_year: int) -> Budget:
    """As `find`. Raises NotFound."""
    found = find(act, first_year)
    if found is None:
        raise NotFound
    return found


def budgets(act: Act) -> Sequence[Budget]:
    """All budgets of the territory, the latest first."""
    query = select(Budget).where(Budget.territory_id == act.territory.id).order_by(Budget.first_year.desc())
    return act.session.scalars(query).all()


def version_of(act: Act, budget: Budget, number: int) -> Version:
    """Raises NotFound."""
    query = select(Version).where(Version.budget_id == budget.id, Version.number == number)
    found = act.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def versions(act: Act, budget: Budget) -> list[Standing]:
    """All versions of a budget in their order, each with its last step."""
    return standing_of(act, [budget.id]).get(budget.id, [])


def standing_of(act: Act, budget_ids: Iterable[UUID]) -> Mapping[UUID, list[Standing]]:
    """The versions of several budgets with their last steps, in two statements."""
    wanted = list(budget_ids)
    latest = select(Step.version_id, func.max(Step.number).label("number")).group_by(Step.version_id).subquery()
    query = (
        select(Version, Step)
        .outerjoin(latest, latest.c.version_id == Version.id)
        .outerjoin(Step, (Step.version_id == latest.c.version_id) & (Step.number == latest.c.number))
        .where(Version.budget_id.in_(wanted))
        .order_by(Version.number)
    )
    found: dict[UUID, list[Standing]] = {}
    for version, step in act.session.execute(query):
        found.setdefault(version.budget_id, []).append(Standing(version, step))
    return found


def standing(act: Act, version: Version) -> Standing:
    """A version with its last step."""
    query = select(Step).where(Step.version_id == version.id).order_by(Step.number.desc()).limit(1)
    return Standing(version, act.session.scalars(query).one_or_none())


def steps_of(act: Act, version: Version) -> Sequence[Step]:
    """The steps of a version in their order."""
    return act.session.scalars(select(Step).where(Step.version_id == version.id).order_by(Step.number)).all()


def in_force(act: Act, budget: Budget) -> Version | None:
    """The version that holds: what was approved or decided last; a plan of a quarter only until then."""
    query = (
        select(Version)
        .join(Step, Step.version_id == Version.id)
        .where(Version.budget_id == budget.id, Step.move.in_(IN_FORCE))
        .order_by((Version.kind != Kind.QUARTER).desc(), Step.at.desc(), Version.number.desc())
        .limit(1)
    )
    return act.session.scalars(query).first()


def adopted(act: Act, budget: Budget) -> Version | None:
    """As `in_force`, without the plan of a quarter, which stands until the budget does."""
    found = in_force(act, budget)
    return found if found is not None and found.kind != Kind.QUARTER else None


def may_be_late(act: Act, budget: Budget) -> bool:
    """Whether the last month before the budget's first year has come."""
    return local(act.at).date() >= date(budget.first_year - 1, 12, 1)


def quarter_is_over(act: Act, budget: Budget) -> bool:
    """Whether the first quarter of the budget's first year is over: a plan of it would hold of nothing."""
    return local(act.at).date() > date(budget.first_year, 3, 31)


def year_is_over(act: Act, budget: Budget) -> bool:
    """Whether the budget's first year is over: what was not paid of it has lapsed, the next budget stands."""
    return local(act.at).year > budget.first_year


def began_before(act: Act, first_year: int) -> bool:
    """Whether that year began before the okrug's first budget was kept here: then it was decided on paper."""
    query = select(func.min(Version.made_at)).join(Budget).where(Budget.territory_id == act.territory.id)
    return first_year <= local(act.session.scalar(query) or act.at).year


def may_be_from_paper(act: Act, budget: Budget) -> bool:
    """Whether the budget can be taken in as it was decided: `began_before`, and none of its versions is in force."""
    return began_before(act, budget.first_year) and in_force(act, budget) is None


def leading(every: Sequence[Standing]) -> Standing:
    """The version that tells how a budget stands: the last one that is no plan of a quarter, if there is any."""
    return next((one for one in reversed(every) if one.version.kind != Kind.QUARTER), every[-1])


def offered(act: Act, budget: Budget) -> list[Kind]:
    """The kinds of versions that can be made now."""
    every = versions(act, budget)
    drafting = any(not one.over for one in every if one.version.kind != Kind.QUARTER)
    if adopted(act, budget) is not None:
        return [] if drafting or year_is_over(act, budget) else [Kind.AMENDMENT, Kind.CORRECTION]
    quarters = [one for one in every if one.version.kind == Kind.QUARTER and one.move is not Move.WITHDRAWN]
    late = may_be_late(act, budget) and not quarter_is_over(act, budget) and not quarters
    paper = not drafting and may_be_from_paper(act, budget)
    drafts = [] if drafting else [Kind.DRAFT]
    return [*drafts, *([Kind.QUARTER] if late else []), *([Kind.PAPER] if paper else [])]


def side_of(part: Part) -> Side:
    """Whether a part of the budget is what comes in or what goes out, as its codes are written."""
    spent = {Part.SPENDING, Part.CREDITS, Part.ASSETS_BOUGHT, Part.LOANS_REPAID}
    return Side.SPENDING if part in spent else Side.RECEIPTS


def _version(
    act: Act,
    budget: Budget,
    number: int,
    kind: Kind,
    proposer: Proposer,
    *,
    basis: Version | None,
    reason: str,
    language: str,
) -> Version:
    return Version(
        id=uuid4(),
        budget_id=budget.id,
        number=number,
        kind=kind,
        basis_id=basis.id if basis is not None else None,
        proposer=proposer,
        reason=reason,
        language=language,
        made_at=act.at,
        made_by=act.person.id if act.person is not None else None,
    )


def _add(act: Act, version: Version, some: Iterable[Line]) -> None:
    act.session.add(version)
    act.session.flush()
    act.session.add_all(some)
    act.session.flush()


def _copied(source: Iterable[Line], to: Version, *, years: Iterable[int]) -> list[Line]:
    """The lines of some years as the other version has them; `checking` tells of codes that are known no more."""
    wanted = set(years)
    return [
        Line(version_id=to.id, year=line.year, part=line.part, code=line.code, amount=line.amount)
        for line in source
        if line.year in wanted
    ]


def _quarter_of(parts: list[Line]) -> list[Line]:
    """A quarter of each line (article 91 p. 4), down to a tenth of a thousand tenge.

    What rounding leaves over on one side is taken from its largest line: no line holds more than its quarter.
    """
    for line in parts:
        line.amount = line.amount // 4 // STEP * STEP
    over = statement(parts).difference
    larger = Side.RECEIPTS if over > 0 else Side.SPENDING
    if some := [line for line in parts if side_of(Part(line.part)) is larger]:
        largest = max(some, key=lambda line: line.amount)
        largest.amount -= min(abs(over), largest.amount)
    return parts


def require_office(act: Act) -> None:
    """Raises Forbidden, Conflict (a raion has no budget here)."""
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office writes the budget."))
    if act.territory.kind not in FOURTH_LEVEL:
        raise Conflict(_("This budget is of an okrug, a village or a town."))


def log(act: Act, action: str, version: Version, data: Mapping[str, object]) -> None:
    """An event of a version."""
    audit.record(act, action, subject=version.id, data={"version": version.number, **data})
