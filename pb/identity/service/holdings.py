"""Who holds which role, since when and on which document; giving and ending roles; which exclude each other, and when.

Two roles that watch each other are excluded at one time, and also one after the other while a poll is under way: who
was its registrar does not become its trustee by ending one role and beginning another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound
from pb.identity.models import Grant, Person
from pb.identity.service.roles import EXCLUSIVE, STAFF

APPOINTING = (Role.ADMINISTRATOR, Role.OFFICE)
UnderWay = Callable[[Act], date | None]
_under_way: list[UnderWay] = []
LONGEST_BASIS = 300
LONGEST_BODY = 200


@dataclass(frozen=True)
class Terms:
    """A role to be given: from `since` through `until` (None: until it is ended), on the document `basis`.

    `body` names the organisation that a trustee comes from.
    """

    role: Role
    since: date
    basis: str
    until: date | None = None
    body: str = ""


def during_a_poll(since: UnderWay) -> UnderWay:
    """Registers what tells since which day a poll is under way; None when none is."""
    _under_way.append(since)
    return since


def of_role(act: Act, role: Role) -> Sequence[Grant]:
    """The grants of a role that hold today, by the holder's name; one of each person."""
    query = select(Grant).join(Person, Person.id == Grant.person_id).where(Grant.role == role, *_today(act))
    grants: dict[UUID, Grant] = {}
    for grant in act.session.scalars(query.order_by(Person.name, Grant.since)):
        grants.setdefault(grant.person_id, grant)
    return list(grants.values())


def of_staff(act: Act) -> list[tuple[Grant, Person]]:
    """Every grant of an office that holds today, with its holder, by role and name."""
    query = select(Grant, Person).join(Person, Person.id == Grant.person_id).where(*_today(act))
    rank = list(Role)
    rows = [(grant, person) for grant, person in act.session.execute(query) if Role(grant.role) in STAFF]
    return sorted(rows, key=lambda row: (rank.index(Role(row[0].role)), row[1].name))


def ever_of_staff(act: Act) -> list[tuple[Grant, Person]]:
    """Every grant of an office, also those that ended or begin later, the latest first."""
    query = select(Grant, Person).join(Person, Person.id == Grant.person_id).where(_here(act))
    rows = act.session.execute(query.order_by(Grant.since.desc(), Person.name))
    return [(grant, person) for grant, person in rows if Role(grant.role) in STAFF]


def get(act: Act, grant_id: UUID) -> Grant:
    """A grant in the act's territory. Raises NotFound."""
    grant = act.session.get(Grant, grant_id)
    if grant is None or grant.territory_id != act.territory.id or Role(grant.role) not in STAFF:
        raise NotFound
    return grant


def appoint(act: Act, person: Person, terms: Terms) -> Grant:
    """Gives a role, as the administrator or the akim's office do.

    Raises Forbidden (another role, one's own role, an administrator by the office), FieldRefusal.
    """
    _refuse_unentitled(act, person.id, terms.role)
    if terms.since < local(act.at).date():
        raise FieldRefusal("since", _("A role is not given for days that are over."))
    return give(act, person, terms)


def give(act: Act, person: Person, terms: Terms) -> Grant:
    """Gives a role without asking who gives it. Raises FieldRefusal (days, document, body, held already, excluded)."""
    basis, body = " ".join(terms.basis.split()), " ".join(terms.body.split())
    if not basis or len(basis) > LONGEST_BASIS:
        raise FieldRefusal("basis", _("Name the document: what it is, its number and its date."))
    if terms.until is not None and terms.until < terms.since:
        raise FieldRefusal("until", _("The last day is before the first."))
    if terms.role is Role.TRUSTEE and not body:
        raise FieldRefusal("body", _("Name the organisation that the trustee comes from."))
    if len(body) > LONGEST_BODY:
        raise FieldRefusal("body", _("Use at most 200 characters."))
    if any(grant.role == terms.role for grant in _during(act, person.id, terms.since, terms.until)):
        raise FieldRefusal("role", _("This person holds this role in that time already."))
    if excluded_since(act, person.id, terms.role, since=terms.since, until=terms.until):
        raise FieldRefusal("role", _("One person may not hold these roles together."))
    poll_since = _poll_under_way_since(act)
    if poll_since is not None and excluded_since(act, person.id, terms.role, since=min(poll_since, terms.since)):
        raise FieldRefusal(
            "role", _("This person held a role that excludes this one while the present poll was under way.")
        )
    grant = Grant(
        person_id=person.id,
        territory_id=act.territory.id,
        role=terms.role,
        since=terms.since,
        until=terms.until,
        basis=basis,
        body=body if terms.role is Role.TRUSTEE else "",
    )
    act.session.add(grant)
    act.session.flush()
    data: dict[str, Any] = {"role": terms.role, "basis": basis, "since": terms.since.isoformat()}
    if terms.until is not None:
        data["until"] = terms.until.isoformat()
    audit.record(act, "identity.role_granted", subject=person.id, data=data)
    return grant


def end(act: Act, grant: Grant, *, last_day: date, basis: str) -> None:
    """Ends a role after `last_day`, on a document. Raises Forbidden, Conflict (it has ended), FieldRefusal.

    As nobody ends a role of their own, there always is an administrator left.
    """
    _refuse_unentitled(act, grant.person_id, Role(grant.role))
    basis = " ".join(basis.split())
    if not basis or len(basis) > LONGEST_BASIS:
        raise FieldRefusal("basis", _("Name the document: what it is, its number and its date."))
    today = local(act.at).date()
    if grant.until is not None and grant.until < today:
        raise Conflict(_("This role has ended."))
    if last_day < max(grant.since, today - timedelta(days=1)):
        raise FieldRefusal("last_day", _("The role was held until today: choose today, yesterday or a later day."))
    if grant.until is not None and last_day > grant.until:
        raise FieldRefusal("last_day", _("The role ends earlier anyway."))
    grant.until, grant.end_basis = last_day, basis
    act.session.flush()
    data = {"role": grant.role, "basis": basis, "until": last_day.isoformat()}
    audit.record(act, "identity.role_ended", subject=grant.person_id, data=data)


def excluded_since(act: Act, person_id: UUID, role: Role, *, since: date, until: date | None = None) -> bool:
    """Whether the person holds or held, at any time from `since` through `until`, a role that excludes this one."""
    excluding = {other for pair in EXCLUSIVE if role in pair for other in pair - {role}}
    return any(Role(grant.role) in excluding for grant in _during(act, person_id, since, until))


def _during(act: Act, person_id: UUID, since: date, until: date | None) -> Sequence[Grant]:
    query = select(Grant).where(_here(act), Grant.person_id == person_id)
    query = query.where(or_(Grant.until.is_(None), Grant.until >= since))
    if until is not None:
        query = query.where(Grant.since <= until)
    return act.session.scalars(query).all()


def _refuse_unentitled(act: Act, person_id: UUID, role: Role) -> None:
    if act.person is None or not act.holds(*APPOINTING) or role not in STAFF:
        raise Forbidden(_("Your role does not allow this."))
    if role is Role.ADMINISTRATOR and not act.holds(Role.ADMINISTRATOR):
        raise Forbidden(_("Only an administrator appoints administrators."))
    if act.person.id == person_id:
        raise Forbidden(_("Nobody gives or ends a role of their own."))


def _poll_under_way_since(act: Act) -> date | None:
    days = [day for since in _under_way if (day := since(act)) is not None]
    return min(days, default=None)


def _here(act: Act) -> Any:
    return Grant.territory_id == act.territory.id


def _today(act: Act) -> tuple[Any, ...]:
    day = local(act.at).date()
    return _here(act), Grant.since <= day, or_(Grant.until.is_(None), Grant.until >= day)
