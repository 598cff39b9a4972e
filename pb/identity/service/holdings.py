"""Who holds which role, since when and on which document; which exclude each other, and when; which is old enough.

Roles are given and ended by `appointments` and `founding`, which take two bodies.

Two roles that watch each other are excluded at one time, and also one after the other while a poll is under way: who
was its registrar does not become its trustee by ending one role and beginning another.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from pb.act import Act, Role
from pb.audit.models import AuditEvent
from pb.clock import ALMATY, local
from pb.core import alphabet
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all, refused_by
from pb.formats import moment
from pb.identity.models import Grant, Person, Proposal
from pb.identity.service import reach
from pb.identity.service.roles import BODIES, EXCLUSIVE, STAFF, given_in
from pb.identity.service.suspended import is_suspended
from pb.territory import service as territories
from pb.territory.models import Territory

UnderWay = Callable[[Session, Any], date | None]
_under_way: list[UnderWay] = []
LAPSED = _("Who proposed this no longer holds the office, and it has lapsed. Decline it; another may propose it anew.")
SUSPENDED = _("The account of who proposed this is suspended: while it is, nobody confirms it. You may decline it.")
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
    """Registers what tells since which day a poll of these territories (ids, or what selects them) is under way."""
    _under_way.append(since)
    return since


def of_role(act: Act, role: Role) -> Sequence[Grant]:
    """The grants of a role that hold today, by the holder's name; one of each person. Those that reach down count."""
    query = select(Grant, Person.name).join(Person, Person.id == Grant.person_id)
    query = query.where(Grant.role == role, *_today(act))
    grants: dict[UUID, Grant] = {}
    names: dict[UUID, str] = {}
    for grant, name in act.session.execute(query.order_by(Grant.since)):
        grants.setdefault(grant.person_id, grant)
        names[grant.person_id] = name
    return sorted(grants.values(), key=lambda grant: alphabet.key(names[grant.person_id]))


def of_staff(act: Act) -> list[tuple[Grant, Person]]:
    """Every grant of an office that holds here today, with its holder, by role and name; also what reaches down."""
    query = select(Grant, Person).join(Person, Person.id == Grant.person_id).where(*_today(act))
    rank = list(Role)
    rows = [(grant, person) for grant, person in act.session.execute(query) if Role(grant.role) in STAFF]
    return sorted(rows, key=lambda row: (rank.index(Role(row[0].role)), alphabet.key(row[1].name)))


def ever_of_staff(act: Act) -> list[tuple[Grant, Person]]:
    """Every grant of an office that counts here, also those that ended or begin later, the latest first."""
    query = select(Grant, Person).join(Person, Person.id == Grant.person_id).where(_here(act))
    rows = [(grant, person) for grant, person in act.session.execute(query) if Role(grant.role) in STAFF]
    rows.sort(key=lambda row: alphabet.key(row[1].name))
    return sorted(rows, key=lambda row: row[0].since, reverse=True)


def above(act: Act) -> list[Territory]:
    """What the act's territory lies in, the nearest first: roles may reach down from there."""
    return act.session.get_one(Territory, act.territory.id).line[1:]


def get(act: Act, grant_id: UUID) -> Grant:
    """A grant in the act's territory. Raises NotFound."""
    grant = act.session.get(Grant, grant_id)
    if grant is None or grant.territory_id != act.territory.id or Role(grant.role) not in STAFF:
        raise NotFound
    return grant


def refuse_terms(act: Act, person_id: UUID, terms: Terms) -> Terms:
    """The terms as they will stand. Raises FieldRefusal (place, days, document, body, held already, excluded)."""
    refuse_all(faults_of_terms(act, person_id, terms))
    body = " ".join(terms.body.split()) if terms.role is Role.TRUSTEE else ""
    return replace(terms, basis=document(terms.basis), body=body)


def faults_of_terms(act: Act, person_id: UUID, terms: Terms) -> Iterator[FieldRefusal]:
    """Why a role is not given on these terms."""
    yield from refused_by(lambda: document(terms.basis))
    if not is_given_in(act.territory.kind, terms.role):
        yield FieldRefusal("role", _("This role is not given in a territory of this kind."))
    if terms.until is not None and terms.until < terms.since:
        yield FieldRefusal("until", _("The last day is before the first."))
    body = " ".join(terms.body.split())
    if terms.role is Role.TRUSTEE and not body:
        yield FieldRefusal("body", _("Name the organisation that the trustee comes from."))
    if len(body) > LONGEST_BODY:
        yield FieldRefusal("body", _("Use at most 200 characters."))
    yield from faults_of_role(act, person_id, terms.role, since=terms.since, until=terms.until)


def faults_of_role(act: Act, person_id: UUID, role: Role, *, since: date, until: date | None) -> Iterator[FieldRefusal]:
    """Why this person does not get this role in these days: it is held already, or another excludes it."""
    held = _during(act, person_id, since, until, reach.held_in(act.session, act.territory.id))
    poll_since = poll_under_way_since(act)
    if any(grant.role == role for grant in held):
        yield FieldRefusal("role", _("This person holds this role in that time already."))
    elif excluded_since(act, person_id, role, since=since, until=until):
        yield FieldRefusal("role", _("One person may not hold these roles together."))
    elif poll_since is not None and excluded_since(act, person_id, role, since=min(poll_since, since)):
        yield FieldRefusal(
            "role", _("This person held a role that excludes this one while the present poll was under way.")
        )


def document(basis: str) -> str:
    """The document's name on one line. Raises FieldRefusal for none, or one that is too long."""
    named = " ".join(basis.split())
    if not named or len(named) > LONGEST_BASIS:
        raise FieldRefusal("basis", _("Name the document: what it is, its number and its date."))
    return named


def give(act: Act, person_id: UUID, terms: Terms, event: AuditEvent, proposal: Proposal | None = None) -> Grant:
    """Gives a role on terms that `refuse_terms` passed, on the event just written. Who may is the caller's question.

    Triggers ask it again: a staff role needs a proposal that is confirmed by the same event, or the founding.
    """
    grant = Grant(
        person_id=person_id,
        territory_id=act.territory.id,
        role=terms.role,
        since=terms.since,
        until=terms.until,
        basis=terms.basis,
        body=terms.body,
        granted_at=act.at,
        event=event.hash,
        proposal_id=proposal.id if proposal is not None else None,
    )
    act.session.add(grant)
    act.session.flush()
    return grant


def ends_on(act: Act, grant: Grant, last_day: date) -> date:
    """The day as it will stand as the grant's last. Raises Conflict (it has ended), FieldRefusal("last_day").

    Yesterday ends it at once, also where it began today: its last day is then before its first.
    """
    if grant.until is not None and grant.until < local(act.at).date():
        raise Conflict(_("This role has ended."))
    refuse_all(faults_of_last_day(act, grant, last_day))
    return last_day


def faults_of_last_day(act: Act, grant: Grant, last_day: date) -> Iterator[FieldRefusal]:
    """Why a grant does not end on this day."""
    today = local(act.at).date()
    yesterday = today - timedelta(days=1)
    if last_day < (yesterday if grant.since <= today else grant.since):
        yield FieldRefusal("last_day", _("The role was held until today: choose today, yesterday or a later day."))
    elif grant.until is not None and last_day > grant.until:
        yield FieldRefusal("last_day", _("The role ends earlier anyway."))


def is_given_in(kind: str, role: Role) -> bool:
    """Whether a role is given in a territory of this kind: in a raion or city only what reaches down is."""
    return role in given_in(kind) or (role is Role.RESIDENT and kind in FOURTH_LEVEL)


def elsewhere(act: Act, person_id: UUID, role: Role) -> bool:
    """Whether an account is of other territories too: then the bodies of this one do not decide about it.

    Staff who hold an office, or will, that is neither of this territory nor of what lies in it; residents (`role`)
    where any role of theirs is.
    """
    query = select(Grant.id).where(Grant.person_id == person_id, ~reach.within(act.territory.id))
    query = query.where(or_(Grant.until.is_(None), Grant.until >= local(act.at).date()))
    if role is not Role.RESIDENT:
        query = query.where(Grant.role.in_(STAFF))
    return act.session.scalars(query.limit(1)).first() is not None


def of_person(session: Session, person_id: UUID, day: date) -> list[tuple[Role, Territory]]:
    """The roles that a person holds on a day, with the territory in which each was given, by its code."""
    query = select(Grant.role, Territory).join(Territory, Territory.id == Grant.territory_id)
    query = query.where(Grant.person_id == person_id, Grant.since <= day)
    query = query.where(or_(Grant.until.is_(None), Grant.until >= day)).order_by(Territory.kato, Grant.since)
    rank = list(Role)
    rows = dict.fromkeys((Role(role), territory) for role, territory in session.execute(query))
    return sorted(rows, key=lambda row: (row[1].kato, rank.index(row[0])))


def ever_staff(session: Session, person_id: UUID) -> frozenset[Role]:
    """The staff roles that a person has, had or will have, in any okrug of this installation."""
    roles = session.scalars(select(Grant.role).where(Grant.person_id == person_id))
    return frozenset(Role(role) for role in roles) & STAFF


def first_given_at(session: Session, person_id: UUID) -> datetime | None:
    """When an account got its first role, which fixed its name."""
    return session.scalar(select(func.min(Grant.granted_at)).where(Grant.person_id == person_id))


def ever_held(session: Session, person_id: UUID) -> bool:
    """Whether an account has, had or will have any role anywhere: before, no document vouches for its name."""
    return first_held_in(session, person_id) is not None


def first_held_in(session: Session, person_id: UUID) -> UUID | None:
    """The territory that gave an account its first role, whether that holds still or not."""
    query = select(Grant.territory_id).join(Territory, Territory.id == Grant.territory_id)
    return session.scalars(
        query.where(Grant.person_id == person_id).order_by(Grant.granted_at, Territory.kato).limit(1)
    ).first()


def is_known_in(act: Act, person_id: UUID) -> bool:
    """Whether an account has, had or will have a role that counts here or in what lies here."""
    query = select(Grant.id).where(Grant.person_id == person_id, or_(_here(act), reach.within(act.territory.id)))
    return act.session.scalars(query.limit(1)).first() is not None


def held_since(act: Act, person_id: UUID, role: Role) -> datetime | None:
    """The moment from which a person holds a role without a gap until today; None if the role is not held today.

    It is when the role was given, or its first day begins, whichever is later. A role that was renewed while it was
    still in force stays old; one that was ended at once and given again the same day, or dated back, begins anew.
    """
    query = select(Grant).where(_here(act), Grant.person_id == person_id, Grant.role == role)
    today = local(act.at).date()
    before = [grant for grant in act.session.scalars(query) if grant.since <= today]
    chain = [grant for grant in before if grant.until is None or grant.until >= today]
    for grant in chain:  # it grows while it is walked
        chain += [earlier for earlier in before if earlier not in chain and _renews(grant, earlier)]
    begun = (max(grant.granted_at, datetime.combine(grant.since, time(0), ALMATY)) for grant in chain)
    return min(begun, default=None)


def _renews(grant: Grant, earlier: Grant) -> bool:
    """Whether a grant was given while an earlier one was in force, and leaves no day between them."""
    if earlier.until is None:
        return True
    return local(grant.granted_at).date() <= earlier.until and grant.since <= earlier.until + timedelta(days=1)


def require_cooled(act: Act, *roles: Role) -> Role:
    """The first of `roles` that the actor holds for longer than the okrug's cooling-off time.

    Raises Forbidden: the actor holds none of them, or each too shortly; the message then says from when on.
    """
    if act.person is None or not act.holds(*roles):
        raise Forbidden(_("Your role does not allow this."))
    cooling = timedelta(days=territories.setting(act, "cooling_days"))
    begins = []
    for role in roles:
        since = held_since(act, act.person.id, role) if act.holds(role) else None
        if since is not None and since + cooling <= act.at:
            return role
        if since is not None:
            begins.append(since + cooling)
    if not begins:
        raise Forbidden(_("Your role does not allow this."))
    raise Forbidden(
        _(
            "Your role is too new for this. You may do it from this moment on: %(moment)s",
            moment=moment(min(begins) + timedelta(minutes=1)),
        )
    )


def has_cooled(act: Act, *roles: Role) -> bool:
    """Whether the actor holds one of `roles` for longer than the okrug's cooling-off time."""
    try:
        require_cooled(act, *roles)
    except Forbidden:
        return False
    return True


def of_one_body(act: Act, first_id: UUID, first_as: Role | None = None) -> bool:
    """Whether the actor answers to a body to which the first of two people answers too, in any role of either.

    Roles count along the line: of the okrug, of its raion, and for a raion of its okrugs.

    Who works for the akim and is also secretary of the assembly is no first body against the akim's office, in whatever
    role the first step was taken (`first_as`, which may have ended since; None: in one that must still be held).
    """
    day = local(act.at).date()
    roles = {Role(grant.role) for grant in _during(act, first_id, day, day)} | {first_as}
    first = {BODIES.get(role) for role in roles if role is not None}
    own = set(act.roles)
    if act.person is not None:
        own |= {Role(grant.role) for grant in _during(act, act.person.id, day, day)}
    return bool((first - {None}) & {BODIES.get(role) for role in own})


def require_first_holds(act: Act, person_id: UUID, *roles: Role, since: datetime) -> None:
    """Raises Forbidden where what a person began at `since` has lapsed, or the person's account is suspended now."""
    if told := lapsed(act, person_id, *roles, since=since):
        raise Forbidden(told)


def lapsed(act: Act, person_id: UUID, *roles: Role, since: datetime) -> LazyString | None:
    """Why nobody confirms what a person began; None while it stands."""
    if not holds_still(act, person_id, *roles, since=since):
        return LAPSED
    return SUSPENDED if is_suspended(act.session, person_id) else None


def holds_still(act: Act, person_id: UUID, *roles: Role, since: datetime) -> bool:
    """Whether a person, not the actor, has held one of `roles` here ever since: who began what another is to confirm.

    A role that ended and was given again is another one: what was begun in the first stays lapsed.
    """
    begun = (held_since(act, person_id, role) for role in roles)
    return any(held is not None and held <= since for held in begun)


def excluded_since(act: Act, person_id: UUID, role: Role, *, since: date, until: date | None = None) -> bool:
    """Whether the person holds or held, at any time from `since` through `until`, a role that excludes this one.

    In the territory itself, in what it lies in or in what lies in it: neighbours exclude nothing.
    """
    excluding = {other for pair in EXCLUSIVE if role in pair for other in pair - {role}}
    return any(Role(grant.role) in excluding for grant in _during(act, person_id, since, until))


def _during(act: Act, person_id: UUID, since: date, until: date | None, where: Any = None) -> Sequence[Grant]:
    """A person's grants in those days: along the line of the act's territory, or `where` else.

    A role whose first day lies among them was held in them, also one that ended at once on that day.
    """
    along = reach.along(act.session, act.territory.id) if where is None else where
    query = select(Grant).where(along, Grant.person_id == person_id)
    query = query.where(or_(Grant.until.is_(None), Grant.until >= since, Grant.since >= since))
    if until is not None:
        query = query.where(Grant.since <= until)
    return act.session.scalars(query).all()


def poll_under_way_since(act: Act) -> date | None:
    """The day on which the earliest poll that has not ended was put in preparation; None when none is under way.

    For a raion the polls of its okrugs count: its roles reach down into them.
    """
    there = select(Territory.id).where(
        or_(Territory.id == act.territory.id, Territory.id.in_(reach.below(act.territory.id)))
    )
    days = [day for since in _under_way if (day := since(act.session, there)) is not None]
    return min(days, default=None)


@territories.held_while
def _a_poll_is_under_way(act: Act) -> bool:
    return poll_under_way_since(act) is not None


def _here(act: Act) -> Any:
    return reach.held_in(act.session, act.territory.id)


def _today(act: Act) -> tuple[Any, ...]:
    day = local(act.at).date()
    return _here(act), Grant.since <= day, or_(Grant.until.is_(None), Grant.until >= day)
