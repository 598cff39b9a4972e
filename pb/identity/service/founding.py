"""The beginning: nobody is there yet to propose or confirm, so the installation names two people of two bodies.

It is one event of the territory's log, and the only way to a staff role without two bodies. Triggers allow it once, and
only where nobody ever held an office in the territory, in what it lies in or in what lies in it: whoever runs the
server founds no raion above an okrug that is at work, whose deputies and auditors would reach down into it, and no
okrug with people of their own below a raion. Such an okrug is taken in without people: its first chair is proposed and
confirmed by those of the raion. Neither founder confirms anything, or acts on a poll, before the cooling-off time is
over: the village has that long to read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.clock import local
from pb.core.national_numbers import IIN
from pb.errors import Conflict, FieldRefusal
from pb.identity.models import Grant, Person
from pb.identity.service import accounts, holdings, reach
from pb.identity.service.roles import FOUNDERS, STAFF, Level, level_of
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
    """Gives the first two roles. Raises Conflict (offices are held), FieldRefusal (not two people, no document).

    An account that was there already is renewed, unless its owner has an office elsewhere: nobody who founds opens it.
    """
    level = level_of(act.territory.kind)
    if level is None:
        raise Conflict(_("Only a raion, a city, or an okrug, village, settlement or town is founded."))
    if reach.staffed(act.session, act.territory.id):
        raise Conflict(
            _(
                "Offices are held here, in the raion or in one of its okrugs: this territory is not founded. Its "
                "people come by two bodies; an okrug of a founded raion is taken in by “pb territory add”."
            )
        )
    if sorted(founder.role for founder in founders) != sorted(FOUNDERS[level]):
        raise FieldRefusal("role", _WHO[level])
    if len({founder.iin.text for founder in founders}) < len(founders):
        raise FieldRefusal("iin", _("The two are two people with two IINs."))
    people = [_account(act, keys, founder) for founder in founders]
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


_WHO = {
    Level.OKRUG: _("A territory is founded by an administrator and a chair of the assembly."),
    Level.RAION: _("A raion or city is founded by an administrator and the secretary of its maslikhat."),
}


def _account(act: Act, keys: Keys, founder: Founder) -> Person:
    known = accounts.find(act.session, founder.iin, keys)
    if known is not None and not holdings.ever_staff(act.session, known.id):
        accounts.renew(act, known)
    return accounts.add_person(act, keys, iin=founder.iin, name=founder.name, email=founder.email)


def take_in(act: Act) -> None:
    """An okrug of a founded raion takes part from now on, without people of its own. Raises Conflict.

    Those of the raion reach down: they propose and confirm its first chair.
    """
    if level_of(act.territory.kind) is not Level.OKRUG:
        raise Conflict(_("Only an okrug, village, settlement or town is taken in."))
    above = select(Grant.id).where(Grant.territory_id.in_(reach.line(act.session, act.territory.id)[1:]))
    if act.session.scalars(above.where(Grant.role.in_(STAFF)).limit(1)).first() is None:
        raise Conflict(_("The raion that it lies in is not founded: found the okrug, or first the raion."))
    own = select(AuditEvent.hash).where(
        AuditEvent.territory_id == act.territory.id, AuditEvent.action.in_(("territory.taken_in", "territory.founded"))
    )
    if act.session.scalars(own.limit(1)).first() is not None:
        raise Conflict(_("This territory takes part already."))
    audit.record(act, "territory.taken_in", subject=act.territory.id)


def is_of_this_founding(act: Act, person: Person) -> bool:
    """Whether the person's only offices are those of this territory: whoever has another has a way in from there."""
    elsewhere = select(Grant.id).where(
        Grant.person_id == person.id, Grant.territory_id != act.territory.id, Grant.role.in_(STAFF)
    )
    return act.session.scalars(elsewhere.limit(1)).first() is None


def invite(act: Act, person: Person) -> str | None:
    """A founder's secret; None for somebody who has an office elsewhere: that account is not opened from here."""
    return accounts.invite(act, person) if is_of_this_founding(act, person) else None


def invite_again(act: Act, role: Role) -> tuple[Person, str]:
    """A founder who never opened the account, and a fresh secret; only until somebody else was given a role.

    Raises Conflict: from then on two bodies invite again.
    """
    query = select(Grant).where(Grant.role.in_(STAFF), reach.along(act.session, act.territory.id))
    grants = list(act.session.scalars(query))
    own = (grant for grant in grants if grant.role == role and grant.territory_id == act.territory.id)
    grant = next(own, None)
    person = act.session.get_one(Person, grant.person_id) if grant is not None else None
    if (
        person is None
        or any(grant.proposal_id is not None for grant in grants)
        or person.password_hash is not None
        or not is_of_this_founding(act, person)
    ):
        raise Conflict(_("Only a founder who never opened the account is invited here; everybody else by two bodies."))
    return person, accounts.invite(act, person)
