"""The assembly's members: recorded by the office with the document that elected them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.core import alphabet
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all
from pb.gatherings.models import OF_MEMBERS, Kind, Member, Office
from pb.text import one_line


@dataclass(frozen=True, slots=True)
class Election:
    """Who was elected, from which settlement, to which office, for which term (first and last day), by what."""

    name: str
    settlement: str
    office: Office
    term_from: date
    term_until: date
    electing_document: str


def current(act: Act, on: date | None = None) -> Sequence[Member]:
    """The members whose term covers the day (today if none is given), chair and secretary first, then by name."""
    day = on or local(act.at).date()
    query = select(Member).where(
        Member.territory_id == act.territory.id, Member.term_from <= day, Member.term_until >= day
    )
    order = {Office.CHAIR: 0, Office.SECRETARY: 1, Office.MEMBER: 2}
    members = sorted(act.session.scalars(query), key=lambda member: alphabet.key(member.name))
    return sorted(members, key=lambda member: order[Office(member.office)])


Seated = Callable[[Act, date], Sequence[Member]]
_seated: dict[Kind, Seated] = {}


def seats(kind: Kind) -> Callable[[Seated], Seated]:
    """Registers who sits in meetings of a kind, where that is not the whole assembly: a room further on knows it."""

    def register(seated: Seated) -> Seated:
        _seated[kind] = seated
        return seated

    return register


def of_kind(act: Act, kind: Kind, on: date | None = None) -> Sequence[Member]:
    """The members who are marked at a meeting of this kind on the day; nobody where residents meet."""
    if kind not in OF_MEMBERS:
        return []
    day = on or local(act.at).date()
    return _seated[kind](act, day) if kind in _seated else current(act, day)


def own(act: Act) -> Member | None:
    """The member whose account the actor signed in with, of today."""
    if act.person is None:
        return None
    return next((member for member in current(act) if member.person_id == act.person.id), None)


def may_claim(act: Act, member: Member) -> bool:
    """Whether the actor may say that they are this member: the name of the account is the member's, word by word.

    That name was taken from a document, at the desk or from a signature; nobody writes it themselves.
    """
    if act.person is None or member.person_id is not None or own(act) is not None:
        return False
    return _words(act.person.name) == _words(member.name)


def claim(act: Act, member_id: UUID) -> Member:
    """The actor says that they are this member: from then on the account is the member's.

    Raises NotFound, Forbidden (nobody signed in, or another name), Conflict (one of the two is joined already).
    """
    member = next((member for member in current(act) if member.id == member_id), None)
    if member is None:
        raise NotFound
    act.session.refresh(member, with_for_update=True)
    if act.person is None or _words(act.person.name) != _words(member.name):
        raise Forbidden(_("The name of your account is not this member's. The akim's office corrects either."))
    if not may_claim(act, member):
        raise Conflict(_("This member has an account already, or your account is another member's."))
    audit.record(act, "assembly.account_claimed", subject=member.id, data={"number": member.number})
    member.person_id = act.person.id
    act.session.flush()
    return member


def _words(name: str) -> list[str]:
    return sorted(name.casefold().split())


def last_day(act: Act) -> date | None:
    """The last day on which anybody's term goes on; None where nobody was ever recorded."""
    return act.session.scalar(select(func.max(Member.term_until)).where(Member.territory_id == act.territory.id))


def add(act: Act, election: Election) -> Member:
    """Records a member. Raises Forbidden (not the office), FieldRefusal, Conflict (a second chair or secretary)."""
    _office(act)
    refuse_all(_faults(act, election))
    taken = select(func.max(Member.number)).where(Member.territory_id == act.territory.id)
    member = Member(
        territory_id=act.territory.id,
        number=(act.session.scalar(taken) or 0) + 1,
        name=one_line(election.name),
        settlement=election.settlement,
        office=election.office,
        term_from=election.term_from,
        term_until=election.term_until,
        electing_document=one_line(election.electing_document),
    )
    act.session.add(member)
    act.session.flush()
    audit.record(act, "assembly.member_added", subject=member.id, data={"office": member.office})
    return member


def _faults(act: Act, election: Election) -> Iterator[FieldRefusal]:
    if not one_line(election.name):
        yield FieldRefusal("name", _("Write the member's name."))
    if not one_line(election.electing_document):
        yield FieldRefusal("electing_document", _("Name the document that elected the member: its number and date."))
    if election.settlement not in act.territory.settlements:
        yield FieldRefusal("settlement", _("Choose the settlement."))
    if election.term_until <= election.term_from:
        yield FieldRefusal("term_until", _("The term ends after it begins."))
    yield from faults_of_office(act, election.office, election.term_from, election.term_until)


def faults_of_office(act: Act, office: str, term_from: date, term_until: date) -> Iterator[FieldRefusal]:
    """Whether somebody else is chair or secretary in these days: it would be left open whose signature counts."""
    same = select(Member).where(
        Member.territory_id == act.territory.id,
        Member.office == office,
        Member.term_from <= term_until,
        Member.term_until >= term_from,
    )
    if office != Office.MEMBER and act.session.scalars(same).first():
        yield FieldRefusal("office", _("The assembly has one chair and one secretary at a time."))


def end_term(act: Act, member_id: UUID, last_day: date) -> Member:
    """Ends a member's term early. Raises Forbidden, NotFound, Conflict (the term does not cover that day)."""
    _office(act)
    member = act.session.get(Member, member_id)
    if member is None or member.territory_id != act.territory.id:
        raise NotFound
    if not member.term_from < last_day <= member.term_until:
        raise Conflict(_("The member's term does not cover that day."))
    member.term_until = last_day
    act.session.flush()
    audit.record(act, "assembly.term_ended", subject=member.id, data={"until": last_day.isoformat()})
    return member


def _office(act: Act) -> None:
    if not act.holds(Role.OFFICE):
        raise Forbidden(_("Only the akim's office records the assembly's members."))
