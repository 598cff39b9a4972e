"""Two bodies suspend an account, or let it in again: one proposes, another confirms.

Who may is the table of `roles`, by the person's role that watches over most, as where somebody is invited again; for
residents the akim's office proposes and the chair confirms. Whose account is of two okrugs is suspended by the raion of
both. Roles stay as they are: whoever is suspended holds them and cannot use them.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all, refused_by
from pb.identity.models import Person, Suspension
from pb.identity.service import holdings, notices, security, sessions, suspended
from pb.identity.service.appointments import ELSEWHERE
from pb.identity.service.roles import APPOINTING, Appointment, governing, row_of


class Kind(StrEnum):
    SUSPEND = "suspend"
    RESUME = "resume"


class Decision(StrEnum):
    APPROVED = "approved"
    DECLINED = "declined"


_CONFIRMED = {Kind.SUSPEND: "identity.account_suspended", Kind.RESUME: "identity.account_resumed"}
_TOLD = {Kind.SUSPEND: notices.Change.SUSPENDED, Kind.RESUME: notices.Change.RESUMED}


def row_for(act: Act, suspension: Suspension) -> Appointment:
    """Whose holders propose and whose confirm it."""
    return row_of(act.territory.kind, Role(suspension.role))


def role_of(act: Act, person: Person) -> Role:
    """The person's role that decides who may suspend the account."""
    roles = holdings.ever_staff(act.session, person.id)
    return governing(roles) if roles else Role.RESIDENT


def of_here(act: Act, person: Person | None) -> Person:
    """The person, where a role of theirs is or was here. Raises FieldRefusal: accounts elsewhere are not told of."""
    if person is None or not holdings.is_known_in(act, person.id):
        raise FieldRefusal("iin", _("Nobody with this IIN has or had a role here."))
    return person


def propose(act: Act, person: Person, kind: Kind, *, basis: str) -> Suspension:
    """Proposes it. Raises Forbidden (oneself, no role that proposes), FieldRefusal (iin, kind, basis), Conflict."""
    role = role_of(act, person)
    proposed_as = _require_proposer(act, person, role)
    _refuse_elsewhere(act, person.id, role)
    refuse_all([*faults(act, person, kind), *refused_by(lambda: holdings.document(basis))])
    named = holdings.document(basis)
    waiting = select(Suspension.id).where(Suspension.person_id == person.id, Suspension.decision.is_(None))
    if act.session.scalars(waiting).first() is not None:
        raise Conflict(_("The same was proposed already and waits for its confirmation."))
    identifier = uuid4()
    data = {"suspension": str(identifier), "kind": kind, "role": role, "basis": named}
    event = audit.record(act, "identity.suspension_proposed", subject=person.id, data=data)
    suspension = Suspension(
        id=identifier,
        territory_id=act.territory.id,
        kind=kind,
        person_id=person.id,
        role=role,
        basis=named,
        proposed_by=act.person.id if act.person else None,
        proposed_as=proposed_as,
        proposed_at=act.at,
        event=event.hash,
    )
    act.session.add(suspension)
    act.session.flush()
    return suspension


def faults(act: Act, person: Person, kind: Kind) -> Iterator[FieldRefusal]:
    """Whether what is to happen with an account has happened already."""
    if suspended.is_suspended(act.session, person.id) is (kind is Kind.SUSPEND):
        told = {Kind.SUSPEND: _("This account is suspended already."), Kind.RESUME: _("This account is not suspended.")}
        yield FieldRefusal("kind", told[kind])


def confirm(act: Act, suspension: Suspension) -> None:
    """Another body confirms: the sessions of a suspended account end with it. Raises Forbidden, Conflict (decided)."""
    _lock(act, suspension)
    decided_as = require_confirmer(act, suspension)
    _refuse_elsewhere(act, suspension.person_id, Role(suspension.role))
    kind = Kind(suspension.kind)
    if kind is Kind.SUSPEND:
        sessions.end_all(act, suspension.person_id)
    notices.send(act, suspension.person, _TOLD[kind])
    data = {"suspension": str(suspension.id), "role": suspension.role, "basis": suspension.basis}
    event = audit.record(act, _CONFIRMED[kind], subject=suspension.person_id, data=data)
    _decide(act, suspension, Decision.APPROVED, decided_as, event.hash)
    security.tell(_CONFIRMED[kind].partition(".")[2], suspension.person_id)


def decline(act: Act, suspension: Suspension) -> None:
    """Who could confirm declines; who proposed takes back. Raises Forbidden, Conflict (decided already)."""
    _lock(act, suspension)
    row = row_for(act, suspension)
    roles = [role for role in (*row.confirms, *row.proposes) if act.holds(role)]
    if act.person is None or not roles or act.person.id == suspension.person_id:
        raise Forbidden(_("Your role does not allow this."))
    data = {"suspension": str(suspension.id), "kind": suspension.kind}
    event = audit.record(act, "identity.suspension_declined", subject=suspension.person_id, data=data)
    _decide(act, suspension, Decision.DECLINED, roles[0], event.hash)


def require_confirmer(act: Act, suspension: Suspension) -> Role:
    """The role in which the actor may confirm. Raises Forbidden with what stands against it."""
    if act.person is None or not act.holds(*APPOINTING):
        raise Forbidden(_("Your role does not allow this."))
    if act.person.id == suspension.proposed_by:
        raise Forbidden(_("Nobody confirms what they proposed themselves: it takes two people of two bodies."))
    if act.person.id == suspension.person_id:
        raise Forbidden(_("Nobody decides about their own account."))
    confirms = row_for(act, suspension).confirms
    if not act.holds(*confirms):
        raise Forbidden(_("Another body confirms this. Who it is stands in the table on the page of rights."))
    proposed_as, since = Role(suspension.proposed_as), suspension.proposed_at
    holdings.require_first_holds(act, suspension.proposed_by, proposed_as, since=since)
    if holdings.of_one_body(act, suspension.proposed_by, proposed_as):
        raise Forbidden(_("You are of the same body as the person who proposed this: it takes two."))
    return holdings.require_cooled(act, *confirms)


def confirmable(act: Act) -> list[Suspension]:
    """What waits for the actor: proposed by another body, and theirs to confirm today."""
    found = []
    for suspension in every(act):
        with suppress(Forbidden):
            if suspension.decision is None:
                require_confirmer(act, suspension)
                found.append(suspension)
    return found


def get(act: Act, suspension_id: UUID) -> Suspension:
    """A proposal of the act's territory. Raises NotFound."""
    suspension = act.session.get(Suspension, suspension_id)
    if suspension is None or suspension.territory_id != act.territory.id:
        raise NotFound
    return suspension


def every(act: Act) -> Sequence[Suspension]:
    """All of them, the latest first."""
    query = select(Suspension).where(Suspension.territory_id == act.territory.id)
    return act.session.scalars(query.order_by(Suspension.proposed_at.desc())).all()


def _require_proposer(act: Act, person: Person, role: Role) -> Role:
    if act.person is None or not act.holds(*APPOINTING):
        raise Forbidden(_("Your role does not allow this."))
    if act.person.id == person.id:
        raise Forbidden(_("Nobody decides about their own account."))
    for proposing in row_of(act.territory.kind, role).proposes:
        if act.holds(proposing):
            return proposing
    raise FieldRefusal(
        "iin", _("Your role does not propose this for this person. The table on the page of rights says whose does.")
    )


def _refuse_elsewhere(act: Act, person_id: UUID, role: Role) -> None:
    if holdings.elsewhere(act, person_id, role):
        raise Conflict(ELSEWHERE)


def _lock(act: Act, suspension: Suspension) -> None:
    act.session.refresh(suspension, with_for_update=True)
    if suspension.decision is not None:
        raise Conflict(_("This was decided already."))


def _decide(act: Act, suspension: Suspension, decision: Decision, decided_as: Role, event: str) -> None:
    suspension.decision, suspension.decided_as, suspension.decided_at = decision, decided_as, act.at
    suspension.decided_by, suspension.decided_event = act.person.id if act.person else None, event
    act.session.flush()
