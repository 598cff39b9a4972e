"""The beginning: nobody is there yet to propose or confirm, so the installation names two people of two bodies.

It is one event of the log, and the only way to a staff role without two bodies. Triggers allow it once. Neither of the
two confirms anything, or acts on a poll, before the cooling-off time is over: the village has that long to read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.core.national_numbers import IIN
from pb.errors import Conflict, FieldRefusal
from pb.identity.models import Grant, Person
from pb.identity.service import accounts, holdings
from pb.identity.service.roles import FOUNDERS, STAFF
from pb.keyring import Keys


@dataclass(frozen=True)
class Founder:
    """One of the two: the role, and the document that names the person to it."""

    role: Role
    iin: IIN
    name: str
    basis: str
    email: str | None = None


def found(act: Act, keys: Keys, founders: Sequence[Founder]) -> list[Person]:
    """Gives the first two roles. Raises Conflict (founded already), FieldRefusal (not two people, no document)."""
    if act.session.scalars(select(Grant.id).where(Grant.role.in_(STAFF)).limit(1)).first() is not None:
        raise Conflict(_("This okrug was founded already."))
    if sorted(founder.role for founder in founders) != sorted(FOUNDERS):
        raise FieldRefusal("role", _("An okrug is founded by an administrator and a chair of the assembly."))
    if len({founder.iin.text for founder in founders}) < len(founders):
        raise FieldRefusal("iin", _("The two are two people with two IINs."))
    people = [
        accounts.add_person(act, keys, iin=founder.iin, name=founder.name, email=founder.email) for founder in founders
    ]
    today = local(act.at).date()
    terms = [holdings.Terms(founder.role, today, holdings.document(founder.basis)) for founder in founders]
    given = [
        {"person": str(person.id), "role": term.role, "basis": term.basis}
        for person, term in zip(people, terms, strict=True)
    ]
    event = audit.record(act, "territory.founded", subject=act.territory.id, data={"given": given})
    for person, term in zip(people, terms, strict=True):
        holdings.give(act, person.id, term, event)
    return people


def invite_again(act: Act, role: Role) -> tuple[Person, str]:
    """A founder who never opened the account, and a fresh secret; only until somebody else was given a role.

    Raises Conflict: from then on two bodies invite again.
    """
    grants = list(act.session.scalars(select(Grant).where(Grant.role.in_(STAFF))))
    grant = next((grant for grant in grants if grant.role == role), None)
    person = act.session.get_one(Person, grant.person_id) if grant is not None else None
    if person is None or len(grants) > len(FOUNDERS) or person.password_hash is not None:
        raise Conflict(_("Only a founder who never opened the account is invited here; everybody else by two bodies."))
    return person, accounts.invite(act, person)
