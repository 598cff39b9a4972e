"""The assembly's members who count: recorded by the office, confirmed by another body (`membership`)."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Person, Role
from pb.audit import service as audit
from pb.clock import local
from pb.core import alphabet
from pb.errors import Conflict, Forbidden, NotFound
from pb.gatherings.models import OF_MEMBERS, Kind, Member, Office
from pb.text import one_line

JOINING: Final = frozenset("-‑'’ʼ")
"""What parts no word of a name."""


def current(act: Act, on: date | None = None) -> Sequence[Member]:
    """The confirmed members whose term covers the day (today if none is given), chair, secretary, then by name."""
    day = on or local(act.at).date()
    query = select(Member).where(
        Member.territory_id == act.territory.id,
        Member.confirmed_at.is_not(None),
        Member.term_from <= day,
        Member.term_until >= day,
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
    return same_name(act.person.name, member.name)


def to_join(act: Act) -> Member | None:
    """The seat that the actor has not joined their account to: until then no notice of a meeting reaches it.

    Told only who had a seat here before or leads the assembly: a namesake is not asked whether they are somebody else.
    """
    if act.person is None or own(act) is not None:
        return None
    earlier = select(Member.id).where(Member.territory_id == act.territory.id, Member.person_id == act.person.id)
    if not act.holds(Role.CHAIR, Role.SECRETARY) and act.session.scalars(earlier.limit(1)).first() is None:
        return None
    return next((member for member in current(act) if may_claim(act, member)), None)


def claim(act: Act, member_id: UUID) -> Member:
    """The actor says that they are this member: from then on the account is the member's.

    Raises NotFound, Forbidden (nobody signed in, or another name), Conflict (one of the two is joined already).
    """
    member = next((member for member in current(act) if member.id == member_id), None)
    if member is None:
        raise NotFound
    act.session.refresh(member, with_for_update=True)
    if act.person is None or not same_name(act.person.name, member.name):
        raise Forbidden(_("The name of your account is not this member's. The akim's office corrects either."))
    if not may_claim(act, member):
        raise Conflict(_("This member has an account already, or your account is another member's."))
    audit.record(act, "assembly.account_claimed", subject=member.id, data={"number": member.number})
    member.person_id = act.person.id
    act.session.flush()
    return member


def is_named(person: Person, member: Member) -> bool:
    """Whether this is the person's own seat: by the account that was joined to it, or by the name, word by word."""
    return member.person_id == person.id or same_name(person.name, member.name)


def same(member: Member, name: str, settlement: str) -> bool:
    """Whether these are this member's name and settlement: by the rule of `same_name`."""
    return member.settlement == settlement and same_name(member.name, name)


def same_name(one: str, other: str) -> bool:
    """Whether two names are one: the same words, in whichever order, however they are parted and capitalised."""
    return _words(one) == _words(other)


def _words(name: str) -> list[str]:
    letters = (each if each.isalnum() or each in JOINING else " " for each in one_line(name).casefold())
    return sorted("".join(letters).split())


def last_day(act: Act) -> date | None:
    """The last day on which anybody's term goes on; None where nobody was ever confirmed."""
    here = Member.territory_id == act.territory.id
    return act.session.scalar(select(func.max(Member.term_until)).where(here, Member.confirmed_at.is_not(None)))
