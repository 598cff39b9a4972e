"""Who sits in the commission: recorded by the office as the assembly decided, confirmed by another person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.commission.models import Commission, CommissionSeat
from pb.core import alphabet
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all
from pb.gatherings.models import Gathering, Kind, Member, Minutes, Outcome, Question, Seat, State
from pb.gatherings.service import meetings, members
from pb.tasks.service import basis as bases
from pb.tasks.service.basis import Basis

CONFIRMING: Final = (Role.CHAIR, Role.SECRETARY)


@dataclass(frozen=True, slots=True)
class Composition:
    """Which members of the assembly, for which term (first and last day)."""

    member_ids: frozenset[UUID]
    term_from: date | None
    term_until: date | None


def record(act: Act, composition: Composition, basis: Basis) -> Commission:
    """The office records whom the assembly chose; nothing counts yet. Raises Forbidden, FieldRefusal (`faults`)."""
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("The akim's office records the commission as the assembly formed it."))
    refuse_all(faults(act, composition, basis))
    taken = select(func.max(Commission.number)).where(Commission.territory_id == act.territory.id)
    commission = Commission(
        id=uuid4(),
        territory_id=act.territory.id,
        number=(act.session.scalar(taken) or 0) + 1,
        term_from=composition.term_from,
        term_until=composition.term_until,
        recorded_at=act.at,
        recorded_by=act.person.id,
        **basis.columns,
    )
    data = {"number": commission.number, "members": len(composition.member_ids)}
    audit.record(act, "commission.recorded", subject=commission.id, data=data)
    act.session.add(commission)
    act.session.flush()
    for member_id in sorted(composition.member_ids):
        act.session.add(CommissionSeat(commission_id=commission.id, member_id=member_id))
    act.session.flush()
    act.session.refresh(commission)
    return commission


def require_members(act: Act) -> None:
    """Raises Conflict while nobody is a member of the assembly."""
    if not members.current(act):
        raise Conflict(_("No members are recorded yet. The akim's office records them after their election."))


def faults(act: Act, composition: Composition, basis: Basis) -> Iterator[FieldRefusal]:
    """What `record` would refuse."""
    yield from bases.faults(act, basis)
    yield from _faults_of_election(act, composition, basis)
    known = {member.id for member in members.current(act)}
    if not composition.member_ids:
        yield FieldRefusal("members", _("Choose the members."))
    elif not composition.member_ids <= known:
        yield FieldRefusal("members", _("Choose members of the assembly of today."))
    if composition.term_from is None:
        yield FieldRefusal("term_from", _("Write the date."))
    if composition.term_until is None:
        yield FieldRefusal("term_until", _("Write the date."))
    elif composition.term_from is not None and composition.term_until <= composition.term_from:
        yield FieldRefusal("term_until", _("The term ends after it begins."))


def _faults_of_election(act: Act, composition: Composition, basis: Basis) -> Iterator[FieldRefusal]:
    """A point of a meeting here is one that elected the commission, and it elected these."""
    question = act.session.get(Question, basis.question_id) if basis.question_id is not None else None
    if question is None:
        return
    if question.seat != Seat.COMMISSION:
        yield FieldRefusal("question", _("Choose the point that elected the commission."))
        return
    elected = {row.name for row in question.candidates if row.elected}
    chosen = {member.name for member in members.current(act) if member.id in composition.member_ids}
    if strange := sorted(chosen - elected, key=alphabet.key):
        yield FieldRefusal("members", _("This point did not elect: %(names)s", names=", ".join(strange)))


def elected_here(act: Act) -> Question | None:
    """The latest election of a commission here that is in force, where no confirmed commission rests on it yet."""
    query = (
        select(Question)
        .join(Gathering, Gathering.id == Question.gathering_id)
        .join(Minutes, Minutes.gathering_id == Gathering.id)
        .where(Gathering.territory_id == act.territory.id, Gathering.state == State.CONFIRMED, meetings.IN_FORCE)
        .where(Question.seat == Seat.COMMISSION, Question.outcome == Outcome.APPROVED)
        .order_by(Gathering.meets_at.desc(), Question.position)
    )
    latest = act.session.scalars(query.limit(1)).one_or_none()
    seated = select(Commission.id).where(Commission.confirmed_at.is_not(None))
    if latest is None or act.session.scalars(seated.where(Commission.question_id == latest.id)).first():
        return None
    return latest


def to_record(act: Act) -> Question | None:
    """The election that the office has not recorded; None also where the commission is of later minutes."""
    elected = elected_here(act)
    if elected is None:
        return None
    recorded = [one for one in (waiting(act), current(act)) if one is not None]
    held_on = local(elected.gathering.meets_at).date()
    done = any(one.question_id == elected.id or (one.minutes_on or date.min) > held_on for one in recorded)
    return None if done else elected


def elected_members(act: Act, question: Question) -> list[Member]:
    """The members of the assembly whom this point elected to the commission."""
    names = {row.name for row in question.candidates if row.elected}
    return [member for member in members.current(act) if member.name in names]


def may_confirm(act: Act, commission: Commission) -> bool:
    """Whether the actor may confirm the record: chair or secretary, and not who recorded it."""
    return (
        act.person is not None
        and act.holds(*CONFIRMING)
        and act.person.id != commission.recorded_by
        and (latest := waiting(act)) is not None
        and latest.id == commission.id
    )


def confirm(act: Act, commission: Commission) -> None:
    """Chair or secretary confirm that the assembly formed it so. Raises Forbidden, Conflict (it no longer waits)."""
    act.session.refresh(commission, with_for_update=True)
    if act.person is None or not act.holds(*CONFIRMING) or act.person.id == commission.recorded_by:
        raise Forbidden(_("Chair or secretary of the assembly confirm the commission, and not who recorded it."))
    if not may_confirm(act, commission):
        raise Conflict(_("This record is confirmed already, or another one took its place."))
    data = {"number": commission.number}
    audit.record(act, "commission.confirmed", subject=commission.id, data=data)
    commission.confirmed_at, commission.confirmed_by = act.at, act.person.id
    act.session.flush()


def get(act: Act, commission_id: UUID) -> Commission:
    """Raises NotFound."""
    commission = act.session.get(Commission, commission_id)
    if commission is None or commission.territory_id != act.territory.id:
        raise NotFound
    return commission


def waiting(act: Act) -> Commission | None:
    """The latest record, where nobody has confirmed it yet."""
    query = select(Commission).where(Commission.territory_id == act.territory.id)
    latest = act.session.scalars(query.order_by(Commission.number.desc()).limit(1)).one_or_none()
    return latest if latest is not None and latest.confirmed_at is None else None


def current(act: Act, on: date | None = None) -> Commission | None:
    """The commission of the day: the latest confirmed one whose term covers it."""
    day = on or local(act.at).date()
    query = select(Commission).where(
        Commission.territory_id == act.territory.id,
        Commission.confirmed_at.is_not(None),
        Commission.term_from <= day,
        Commission.term_until >= day,
    )
    return act.session.scalars(query.order_by(Commission.number.desc()).limit(1)).one_or_none()


def former(act: Act) -> Sequence[Commission]:
    """Every confirmed commission, the first one first."""
    query = select(Commission).where(Commission.territory_id == act.territory.id, Commission.confirmed_at.is_not(None))
    return act.session.scalars(query.order_by(Commission.number)).all()


def members_of(commission: Commission) -> list[Member]:
    """Who sits in it, by name."""
    return sorted((seat.member for seat in commission.seats), key=lambda member: alphabet.key(member.name))


@members.seats(Kind.COMMISSION)
def seated(act: Act, on: date) -> Sequence[Member]:
    """Who is marked at a sitting of that day: the commission's members whose term in the assembly goes on."""
    commission = current(act, on)
    if commission is None:
        return []
    return [member for member in members_of(commission) if member.term_from <= on <= member.term_until]
