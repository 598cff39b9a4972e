"""Who comes into the assembly and who leaves it before the term is over: recorded by one body, confirmed by another.

The office records with a document; the chair or the secretary of the assembly confirms. Where it has neither, or both
are whom it is about, a deputy or the auditor does. Until then a member counts nowhere, and whose term is to end goes on
counting. A new okrug has a chair from its founding on (pb/identity/service/founding.py), so its first members are
confirmed as all later ones are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid4

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.core import alphabet
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all
from pb.gatherings.models import Member, Office, TermEnding
from pb.gatherings.service import decided, members
from pb.identity.service import accounts, holdings
from pb.territory import service as territories
from pb.text import one_line

OF_THE_ASSEMBLY: Final = (Role.CHAIR, Role.SECRETARY)
IN_THEIR_PLACE: Final = (Role.DEPUTY, Role.AUDITOR)
CONFIRMING: Final = (*OF_THE_ASSEMBLY, *IN_THEIR_PLACE)
"""As in pb/freezes/assembly.py."""
YEARS: Final = "assembly_term_years"
Waiting = Member | TermEnding


@dataclass(frozen=True, slots=True)
class Election:
    """Who was elected, from which settlement, to which office, for which term (first and last day), by what."""

    name: str
    settlement: str
    office: Office
    term_from: date
    term_until: date
    electing_document: str


@dataclass(frozen=True, slots=True)
class Ending:
    """The last day of a term that ends early, why, and the document that says so."""

    last_day: date | None
    reason: str
    document: str


def record(act: Act, election: Election) -> Member:
    """The office records who was elected; it counts once confirmed. Raises Forbidden, FieldRefusal (`faults`).

    Of who is a member now it is a new term of the same person: the present one ends the day before, in the same step.
    """
    check(act, election)
    return add_term(act, election)


def add_term(act: Act, election: Election, together: UUID | None = None) -> Member:
    """Records a new term that was checked before; of a member of now the present one ends in the same step."""
    person_id, present = _office(act), _present_term(act, election)
    if present is not None:
        together = together or uuid4()
        add_ending(act, present, _day_before(election), together)
    taken = select(func.max(Member.number)).where(Member.territory_id == act.territory.id)
    member = Member(
        id=uuid4(),
        territory_id=act.territory.id,
        number=(act.session.scalar(taken) or 0) + 1,
        name=one_line(election.name),
        settlement=election.settlement,
        office=election.office,
        term_from=election.term_from,
        term_until=election.term_until,
        electing_document=one_line(election.electing_document),
        recorded_at=act.at,
        recorded_by=person_id,
        together=together,
    )
    told = {"number": member.number, "office": member.office, "until": member.term_until.isoformat()}
    audit.record(act, "assembly.member_recorded", subject=member.id, data=told)
    act.session.add(member)
    act.session.flush()
    return member


def check(act: Act, election: Election) -> UUID:
    """Who records it. Raises what `record` raises."""
    person_id = _office(act)
    refuse_all(faults(act, election))
    return person_id


def faults(act: Act, election: Election) -> Iterator[FieldRefusal]:
    """What `record` would refuse."""
    if not one_line(election.name):
        yield FieldRefusal("name", _("Write the member's name."))
    if not _numbered(election.electing_document):
        yield FieldRefusal("electing_document", _("Name the document that elected the member: its number and date."))
    if election.settlement not in act.territory.settlements:
        yield FieldRefusal("settlement", _("Choose the settlement."))
    yield from faults_of_term(act, election.term_from, election.term_until)
    yield from faults_of_office(act, election.office, election.term_from, election.term_until)
    yield from faults_of_person(act, election)
    yield from decided.faults_of_first_day(
        act, election.name, election.settlement, election.term_from, election.electing_document
    )


def faults_of_person(act: Act, election: Election) -> Iterator[FieldRefusal]:
    """Whether this person has a term in these days that the new one cannot follow on: nobody counts twice."""
    for member in _terms_of(act, election):
        if member.confirmed_at is None:
            yield FieldRefusal("name", _("This person is recorded already, and the record waits for confirmation."))
        elif act.session.get(TermEnding, member.id) is not None:
            yield FieldRefusal("name", _("This person is a member, and that the term ends early is recorded already."))
        elif election.term_from - timedelta(days=1) <= member.term_from:
            told = _("This person is a member in these days already. A new term begins later than the present one.")
            yield FieldRefusal("term_from", told)


def _terms_of(act: Act, election: Election | Member) -> list[Member]:
    """The terms of the same person, by name and settlement, that go on in these days; also those that wait."""
    query = select(Member).where(
        Member.territory_id == act.territory.id,
        Member.term_from <= election.term_until,
        Member.term_until >= election.term_from,
    )
    return [one for one in act.session.scalars(query) if members.same(one, election.name, election.settlement)]


def _present_term(act: Act, election: Election) -> Member | None:
    """The term that counts; one that waits for confirmation ends nowhere, it is let go."""
    return next((one for one in _terms_of(act, election) if one.confirmed_at is not None), None)


def _day_before(election: Election) -> Ending:
    """The present term of somebody elected again ends before the new one begins."""
    reason = str(_("Elected again: a new term begins."))
    return Ending(election.term_from - timedelta(days=1), reason, election.electing_document)


def faults_of_term(act: Act, term_from: date, term_until: date) -> Iterator[FieldRefusal]:
    """A term ends after it begins, and after so many years at the latest as the setting says."""
    years = territories.setting(act, YEARS)
    if term_until <= term_from:
        yield FieldRefusal("term_until", _("The term ends after it begins."))
    elif term_until > longest(act, term_from):
        message = _("A member is elected for so many years at most: %(years)s.", years=years)
        yield FieldRefusal("term_until", message)


def longest(act: Act, term_from: date) -> date:
    """The last day of the longest term that begins on this day."""
    return _years_later(term_from, territories.setting(act, YEARS)) - timedelta(days=1)


def _years_later(begins: date, years: int) -> date:
    """The same day; of 29 February the first of March."""
    try:
        return begins.replace(year=begins.year + years)
    except ValueError:
        return date(begins.year + years, 3, 1)


def faults_of_office(act: Act, office: str, term_from: date, term_until: date) -> Iterator[FieldRefusal]:
    """Whether somebody else is chair or secretary in these days: it would be left open whose signature counts."""
    same = select(Member).where(
        Member.territory_id == act.territory.id,
        Member.office == office,
        Member.term_from <= term_until,
        Member.term_until >= term_from,
    )
    ending = {one for one, row in endings(act).items() if row.last_day < term_from}
    if office != Office.MEMBER and any(one.id not in ending for one in act.session.scalars(same)):
        yield FieldRefusal("office", _("The assembly has one chair and one secretary at a time."))


def waiting(act: Act) -> Sequence[Member]:
    """Who was recorded and waits for confirmation, by name."""
    query = select(Member).where(Member.territory_id == act.territory.id, Member.confirmed_at.is_(None))
    return sorted(act.session.scalars(query), key=lambda member: alphabet.key(member.name))


def endings(act: Act) -> dict[UUID, TermEnding]:
    """The endings that wait for confirmation, by the member's id."""
    query = select(TermEnding).join(Member, Member.id == TermEnding.member_id)
    query = query.where(Member.territory_id == act.territory.id, TermEnding.confirmed_at.is_(None))
    return {row.member_id: row for row in act.session.scalars(query)}


def get(act: Act, member_id: UUID) -> Member:
    """Raises NotFound."""
    member = act.session.get(Member, member_id)
    if member is None or member.territory_id != act.territory.id:
        raise NotFound
    return member


def confirm(act: Act, member: Member) -> None:
    """The member counts from now on, with all that was recorded in the same step.

    Raises Forbidden (who may not confirm), Conflict (confirmed already; the person has a term in these days).
    """
    act.session.refresh(member, with_for_update=True)
    _confirm_all(act, member)


def _confirm_all(act: Act, row: Waiting) -> None:
    """All that was recorded in one step: the terms that end first, so that nobody counts twice even for a moment."""
    person_id, role = _second(act, row)
    for one in in_one_step(act, row):
        if isinstance(one, TermEnding):
            _end(act, one, person_id, role)
        else:
            _seat(act, one, person_id, role)


def in_one_step(act: Act, row: Waiting) -> list[Waiting]:
    """What was recorded with this in one step, and is confirmed or let go with it: the endings first."""
    if row.together is None:
        return [row]
    ending = select(TermEnding).where(TermEnding.together == row.together).join(Member).order_by(Member.number)
    coming = select(Member).where(Member.together == row.together).order_by(Member.number)
    return [*act.session.scalars(ending), *act.session.scalars(coming)]


def _seat(act: Act, member: Member, person_id: UUID, role: Role) -> None:
    if any(one.confirmed_at is not None for one in _terms_of(act, member) if one.id != member.id):
        raise Conflict(_("This person is a member in these days already: %(name)s.", name=member.name))
    audit.record(act, "assembly.member_confirmed", subject=member.id, data={"number": member.number, "as": role})
    member.confirmed_at, member.confirmed_by = act.at, person_id
    act.session.flush()


def let_go(act: Act, member: Member) -> None:
    """A record that nobody has confirmed goes, with its whole step. Raises Forbidden, Conflict (confirmed already)."""
    act.session.refresh(member, with_for_update=True)
    _let_go_all(act, member)


def _let_go_all(act: Act, row: Waiting) -> None:
    _require_letting_go(act, row)
    for one in in_one_step(act, row):
        if isinstance(one, TermEnding):
            told = {"number": one.member.number}
            audit.record(act, "assembly.ending_let_go", subject=one.member_id, data=told)
        else:
            audit.record(act, "assembly.member_let_go", subject=one.id, data={"number": one.number})
        act.session.delete(one)
        act.session.flush()


def record_ending(act: Act, member: Member, ending: Ending) -> TermEnding:
    """The office records why a term ends early. Raises Forbidden, FieldRefusal, Conflict (`require_ending`)."""
    _office(act)
    require_ending(act, member)
    refuse_all(faults_of_ending(act, member, ending))
    return add_ending(act, member, ending)


def add_ending(act: Act, member: Member, ending: Ending, together: UUID | None = None) -> TermEnding:
    """Records an ending that was checked before; `together`: in the step of others."""
    row = TermEnding(
        member_id=member.id,
        last_day=ending.last_day,
        reason=one_line(ending.reason),
        document=one_line(ending.document),
        recorded_at=act.at,
        recorded_by=_office(act),
        together=together,
    )
    audit.record(act, "assembly.ending_recorded", subject=member.id, data={"number": member.number})
    act.session.add(row)
    act.session.flush()
    return row


def may_end(act: Act, member: Member, waits: dict[UUID, TermEnding]) -> bool:
    """Whether an ending of this member's term may be recorded; `waits` are `endings`."""
    going_on = member.confirmed_at is not None and member.term_from < local(act.at).date() < member.term_until
    return act.holds(Role.OFFICE) and going_on and member.id not in waits


def require_ending(act: Act, member: Member) -> None:
    """Raises Conflict: an ending is recorded already, or no term goes on."""
    if not member.term_from < local(act.at).date() < member.term_until or member.confirmed_at is None:
        raise Conflict(_("The member's term does not cover that day."))
    if act.session.get(TermEnding, member.id) is not None:
        raise Conflict(_("That this term ends early is recorded already."))


def faults_of_ending(act: Act, member: Member, ending: Ending) -> Iterator[FieldRefusal]:
    """What `record_ending` would refuse of what is typed."""
    if ending.last_day is None:
        yield FieldRefusal("last_day", _("Write the date."))
    elif not local(act.at).date() <= ending.last_day < member.term_until:
        yield FieldRefusal("last_day", _("The term ends today or later, and before its last day."))
    if not one_line(ending.reason):
        yield FieldRefusal("reason", _("Write the reason."))
    if not _numbered(ending.document):
        yield FieldRefusal("document", _("Name the document: its number and date."))


def confirm_ending(act: Act, ending: TermEnding) -> None:
    """The term ends on the day that was recorded, or today if that is over; with it goes what was recorded in one step.

    Raises Forbidden, Conflict.
    """
    act.session.refresh(ending, with_for_update=True)
    _confirm_all(act, ending)


def _end(act: Act, ending: TermEnding, person_id: UUID, role: Role) -> None:
    member = ending.member
    until = ending.last_day if ending.together is not None else max(ending.last_day, local(act.at).date())
    if until >= member.term_until:
        raise Conflict(_("The member's term does not cover that day."))
    told = {"number": member.number, "until": until.isoformat(), "as": role}
    audit.record(act, "assembly.term_ended", subject=member.id, data=told)
    ending.confirmed_at, ending.confirmed_by = act.at, person_id
    act.session.flush()
    member.term_until = until
    act.session.flush()


def let_go_of_ending(act: Act, ending: TermEnding) -> None:
    """An ending that nobody has confirmed goes, with its step. Raises Forbidden, Conflict (confirmed already)."""
    act.session.refresh(ending, with_for_update=True)
    _let_go_all(act, ending)


def ending_of(act: Act, member_id: UUID) -> TermEnding:
    """The ending of a member's term, also one that waits. Raises NotFound."""
    row = act.session.get(TermEnding, get(act, member_id).id)
    if row is None:
        raise NotFound
    return row


def may_confirm(act: Act, row: Waiting) -> bool:
    """Whether the actor may confirm what waits."""
    return row.confirmed_at is None and _refused(act, row) is None


def may_let_go(act: Act, row: Waiting) -> bool:
    """Whether the actor may let go of what waits: the office takes it back, or who may confirm refuses it."""
    return row.confirmed_at is None and (act.holds(Role.OFFICE) or may_confirm(act, row))


def _require_letting_go(act: Act, row: Waiting) -> None:
    if row.confirmed_at is not None:
        raise Conflict(_("This is confirmed already."))
    if not may_let_go(act, row):
        raise Forbidden(_("Your role does not allow this."))


def _second(act: Act, row: Waiting) -> tuple[UUID, Role]:
    """Who confirms, and as what. Raises Forbidden, Conflict (confirmed already)."""
    refused = _refused(act, row)
    if act.person is None or refused is not None:
        raise Forbidden(refused or _("Your role does not allow this."))
    if row.confirmed_at is not None:
        raise Conflict(_("This is confirmed already."))
    return act.person.id, next(role for role in CONFIRMING if act.holds(role))


def _refused(act: Act, row: Waiting) -> LazyString | None:
    """Why the actor does not confirm this; None where they may."""
    about = [one if isinstance(one, Member) else one.member for one in in_one_step(act, row)]
    if act.person is None or not act.holds(*CONFIRMING):
        return _("The chair or the secretary of the assembly confirms what the akim's office recorded of its members.")
    if any(members.is_named(act.person, one) for one in about):
        return _("This is about you. Another person confirms it.")
    if act.person.id == row.recorded_by or holdings.of_one_body(act, row.recorded_by, Role.OFFICE):
        return _("Who recorded this works for the same body as you. Another person confirms it.")
    if not act.holds(*OF_THE_ASSEMBLY) and _assembly_can(act, about):
        return _("The chair or the secretary of the assembly confirms this.")
    return None


def _assembly_can(act: Act, about: Sequence[Member]) -> bool:
    """Whether it has a chair or a secretary whom none of this is about."""
    held = (person for role in OF_THE_ASSEMBLY for person in accounts.holders(act, role))
    return any(not any(members.is_named(person, one) for one in about) for person in held)


def _numbered(document: str) -> bool:
    return any(letter.isdigit() for letter in document)


def _office(act: Act) -> UUID:
    if act.person is None or not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office records the assembly's members."))
    return act.person.id
