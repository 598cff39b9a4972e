"""What pays for a winner: versions of its lines, each later one with a reason; and winners that wait for money.

The first version is what the result granted. Its years, codes and sums may change, and what a project costs more or
less than was granted (the drift) stays visible. If money is cut, winners wait by a decision, from the last one of the
result up: nobody passes over a winner whom fewer chose than another.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import and_, func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.service import fingerprints
from pb.classification import service as classification
from pb.core.budget.codes import Code, CodeFault
from pb.cycles.models import Cycle, Phase
from pb.cycles.service.envelopes import HUNDRED_TENGE, YEARS
from pb.errors import Conflict, FieldRefusal, Forbidden, OutOfPhase, refuse_all
from pb.formats import money
from pb.proposals.models import Proposal
from pb.winners.models import LONGEST_REASON, Line, Plan, Source, Winner

MOST_LINES: Final = 6
PROGRAMME_DEPTH: Final = 4
SUBPROGRAMME_DEPTH: Final = 5


class Basis(NamedTuple):
    """By which decision a winner waits: of a meeting, or the one that put this version of the budget in force."""

    question_id: UUID | None = None
    version_id: UUID | None = None


NO_BASIS: Final = Basis()


class Part(NamedTuple):
    """A line as it is written: `code` with programme and subprogramme at least, `amount` in tiyn."""

    year: int
    code: str
    amount: int
    source: Source = Source.OWN


@dataclass(frozen=True, slots=True)
class Standing:
    """A winner with the plan that holds."""

    winner: Winner
    proposal: Proposal
    plan: Plan
    lines: Sequence[Line]

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def drift(self) -> int:
        """By how many tiyn it costs more than the result granted; below nil: less."""
        return self.total - self.winner.granted

    def decided_of(self, line: Line) -> int:
        """What of a line of this plan residents decided, in tiyn: the grant fills the lines in their order.

        The rest of the line is what the office planned beyond it.
        """
        before = sum(other.amount for other in self.lines if other.position < line.position)
        return min(max(self.winner.granted - before, 0), line.amount)


class Version(NamedTuple):
    """A plan that held or holds, with its lines."""

    plan: Plan
    lines: Sequence[Line]

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)


def first(act: Act, winner: Winner, part: Part) -> None:
    """The winner with what the result granted, as a line, and the event of both. The winner has its id."""
    rows = version_of(act, winner, 1, [part], reason="", language="kk")
    told = {"amount": winner.granted, "winner": fingerprints.of_row(winner), **told_of(rows)}
    audit.record(act, "proposal.budgeted", subject=winner.proposal_id, data=told)
    act.session.add(winner)
    act.session.flush()
    _write(act, rows)


def change(act: Act, cycle: Cycle, winner: Winner, parts: Sequence[Part], *, reason: str, language: str) -> None:
    """The office plans a winner anew. Raises Forbidden, OutOfPhase, Conflict (it waits), FieldRefusal (`faults`)."""
    now = locked(act, cycle, winner)
    if now.plan.waits:
        raise Conflict(_("This winner waits for money. Say first that it no longer does."))
    refuse_all(faults(act, cycle, now, parts, reason))
    told = {"before": now.total, "after": sum(part.amount for part in parts)}
    rows = version_of(act, winner, now.plan.number + 1, parts, reason=reason, language=language)
    add(act, "winner.planned", now, rows, told)


def may(act: Act, cycle: Cycle) -> bool:
    """Whether this person plans winners of this cycle now."""
    return act.holds(Role.OFFICE) and cycle.phase in {Phase.BUDGET, Phase.WORKS}


def standings(act: Act, cycle: Cycle) -> list[Standing]:
    """The winners of a cycle in the order of the result, each with the plan that holds."""
    return _standings(act, [cycle.id])


def of_okrug(act: Act, until: datetime | None = None) -> list[Standing]:
    """The winners of all cycles that were not ended early, the earliest year first, by the plans of then or of now."""
    query = select(Cycle.id).where(Cycle.territory_id == act.territory.id, Cycle.phase != Phase.ENDED)
    return _standings(act, act.session.scalars(query).all(), until)


class Decided(NamedTuple):
    """What residents decided of a year's budget: how many projects, and their sum in tiyn."""

    projects: int
    amount: int


def decided(act: Act, territory_ids: Iterable[UUID], years: Collection[int]) -> Mapping[tuple[UUID, int], Decided]:
    """What the plans that hold have of each year, by territory and year, in one statement; what waits has nothing."""
    latest = select(Plan.winner_id, func.max(Plan.number).label("number")).group_by(Plan.winner_id).subquery()
    query = (
        select(Cycle.territory_id, Line.year, func.count(Line.winner_id.distinct()), func.sum(Line.amount))
        .join(Plan, and_(Plan.winner_id == Line.winner_id, Plan.number == Line.number))
        .join(latest, and_(latest.c.winner_id == Plan.winner_id, latest.c.number == Plan.number))
        .join(Winner, Winner.id == Line.winner_id)
        .join(Cycle, Cycle.id == Winner.cycle_id)
        .where(Cycle.territory_id.in_(list(territory_ids)), Cycle.phase != Phase.ENDED)
        .where(Line.year.in_(years), Plan.waits.is_(False))
        .group_by(Cycle.territory_id, Line.year)
    )
    return {
        (territory, year): Decided(count, int(amount)) for territory, year, count, amount in act.session.execute(query)
    }


def versions(act: Act, winner: Winner) -> list[Version]:
    """All plans of a winner, the first one first."""
    plans = act.session.scalars(select(Plan).where(Plan.winner_id == winner.id).order_by(Plan.number)).all()
    lines = act.session.scalars(select(Line).where(Line.winner_id == winner.id).order_by(Line.number, Line.position))
    by_plan: dict[int, list[Line]] = {}
    for line in lines:
        by_plan.setdefault(line.number, []).append(line)
    return [Version(plan, by_plan[plan.number]) for plan in plans]


def parts_of(lines: Iterable[Line]) -> list[Part]:
    """Lines, as they are written anew."""
    return [Part(line.year, line.code, line.amount, Source(line.source)) for line in lines]


def faults(act: Act, cycle: Cycle, now: Standing, parts: Sequence[Part], reason: str) -> Iterator[FieldRefusal]:
    """What is wrong with a plan; lines at `programme_1`, `amount_1` and so on."""
    if not parts:
        yield FieldRefusal("amount_1", _("Write what pays for the project."))
    for place, part in enumerate(parts, 1):
        if not cycle.fiscal_year <= part.year < cycle.fiscal_year + YEARS:
            first_year, last_year = cycle.fiscal_year, cycle.fiscal_year + YEARS - 1
            told = _("Choose a year from %(first)s to %(last)s.", first=first_year, last=last_year)
            yield FieldRefusal(f"year_{place}", told)
        else:
            yield from _faults_of_code(act, part, place, {line.code for line in now.lines})
        if part.amount <= 0 or part.amount % HUNDRED_TENGE:
            yield FieldRefusal(f"amount_{place}", _("Give a sum in hundreds of tenge."))
        if any(
            (other.year, other.code, other.source) == (part.year, part.code, part.source)
            for other in parts[: place - 1]
        ):
            yield FieldRefusal(f"amount_{place}", _("This year, code and source stand in another line: add them up."))
    told_all = all(part.amount > 0 for part in parts)
    if parts and told_all and sum(part.amount for part in parts) < now.winner.granted:
        less = _("Residents granted %(sum)s. With less it waits, by a decision.", sum=money(now.winner.granted))
        yield FieldRefusal("amount_1", less)
    if list(parts) == parts_of(now.lines):
        yield FieldRefusal("amount_1", _("Nothing is changed yet."))
    yield from faults_of_reason(reason)


def faults_of_reason(reason: str) -> Iterator[FieldRefusal]:
    if not reason.strip():
        yield FieldRefusal("reason", _("Write the reason."))
    elif len(reason.strip()) > LONGEST_REASON:
        yield FieldRefusal("reason", _("Use at most %(most)s characters.", most=LONGEST_REASON))


def _faults_of_code(act: Act, part: Part, place: int, kept: Collection[str]) -> Iterator[FieldRefusal]:
    """Each level at its own field: what the classification of that year does not offer or does not have.

    A code that the plan has already is `kept`, though its programme is not offered to new projects.
    """
    *_above, programme, subprogramme, specific = [*part.code.split("."), "", ""][:6]
    known, told = classification.codes(act, part.year), {"year": part.year}
    found = known.programme(programme)
    if found is None or not f"{part.code}.".startswith(f"{found.code}.") or not (found.offered or part.code in kept):
        told_why = _("In %(year)s an okrug has no such programme: it is not its competence, or it has ended.", **told)
        yield FieldRefusal(f"programme_{place}", told_why)
        return
    for name, digits, depth in (("subprogramme", subprogramme, 5), ("specific", specific, 6)):
        if name == "specific" and not digits:
            continue
        try:
            code = Code.read(".".join(part.code.split(".")[:depth]))
        except CodeFault:
            yield FieldRefusal(f"{name}_{place}", _("Write three digits, for example 015."))
            return
        if code.depth < depth or known.get(code.text) is None:
            yield FieldRefusal(f"{name}_{place}", _("The classification of %(year)s does not have this code.", **told))
            return


def _standings(act: Act, cycle_ids: Iterable[UUID], until: datetime | None = None) -> list[Standing]:
    """In two statements, however many there are."""
    wanted = list(cycle_ids)
    newest = select(Plan.winner_id, func.max(Plan.number).label("number")).group_by(Plan.winner_id)
    latest = (newest if until is None else newest.where(Plan.made_at <= until)).subquery()
    holds = and_(Plan.winner_id == latest.c.winner_id, Plan.number == latest.c.number)
    query = (
        select(Winner, Proposal, Plan)
        .join(Cycle, Cycle.id == Winner.cycle_id)
        .join(Proposal, Proposal.id == Winner.proposal_id)
        .join(latest, latest.c.winner_id == Winner.id)
        .join(Plan, holds)
        .where(Winner.cycle_id.in_(wanted))
        .order_by(Cycle.fiscal_year, Cycle.attempt, Winner.position)
    )
    rows = act.session.execute(query).all()
    lines = _lines(act, {winner.id: plan.number for winner, _proposal, plan in rows})
    return [Standing(winner, proposal, plan, lines.get(winner.id, [])) for winner, proposal, plan in rows]


def _lines(act: Act, numbers: Mapping[UUID, int]) -> Mapping[UUID, list[Line]]:
    found: dict[UUID, list[Line]] = {}
    query = select(Line).where(Line.winner_id.in_(numbers)).order_by(Line.position)
    for line in act.session.scalars(query):
        if line.number == numbers[line.winner_id]:
            found.setdefault(line.winner_id, []).append(line)
    return found


def _of(every: Iterable[Standing], winner: Winner) -> Standing:
    return next(one for one in every if one.winner.id == winner.id)


def locked(act: Act, cycle: Cycle, winner: Winner) -> Standing:
    """How a winner stands that the office plans now. Raises Forbidden, OutOfPhase."""
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office plans what pays for a winner."))
    if cycle.phase not in {Phase.BUDGET, Phase.WORKS}:
        raise OutOfPhase(cycle)
    act.session.refresh(cycle, with_for_update=True)  # of two versions at once the second sees the first
    return _of(standings(act, cycle), winner)


def told_of(rows: Version) -> dict[str, str]:
    """What an event tells of a plan: a trigger takes its lines alone, the doctor compares plan and lines."""
    each = (f"{one.position}:{one.year}:{one.code}:{one.amount}:{one.source}" for one in rows.lines)
    return {
        "plan": " ".join(each),
        "digest": fingerprints.of_row(rows.plan),
        "lines_digest": fingerprints.of_rows(rows.lines),
    }


def add(act: Act, action: str, now: Standing, rows: Version, told: Mapping[str, int]) -> None:
    """The event comes first: triggers refuse rows that the log does not know."""
    data = {"version": rows.plan.number, **told, **told_of(rows)}
    audit.record(act, action, subject=now.winner.proposal_id, data=data)
    _write(act, rows)


def _write(act: Act, rows: Version) -> None:
    act.session.add(rows.plan)
    act.session.flush()
    act.session.add_all(rows.lines)
    act.session.flush()


def version_of(
    act: Act,
    winner: Winner,
    number: int,
    parts: Sequence[Part],
    *,
    reason: str,
    language: str,
    rests: Basis = NO_BASIS,
) -> Version:
    """A version of the plan with its lines, as they are to be written (`add`)."""
    plan = Plan(
        winner_id=winner.id,
        number=number,
        waits=rests != NO_BASIS,
        reason=reason.strip(),
        language=language,
        made_at=act.at,
        made_by=act.person.id if act.person is not None else None,
        **rests._asdict(),
    )
    lines = [
        Line(
            winner_id=winner.id,
            number=number,
            position=position,
            year=part.year,
            code=part.code,
            amount=part.amount,
            source=part.source.value,
        )
        for position, part in enumerate(parts, 1)
    ]
    return Version(plan, lines)
