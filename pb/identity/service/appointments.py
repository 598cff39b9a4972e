"""Two bodies give a role, end one, or invite somebody again: one proposes, another confirms.

Who may is the table of `roles`. Rules bind people: nobody confirms what they proposed, or what concerns themselves, and
a person is an IIN with one account. The first staff role of an account voids all that opened it until then: whoever
registered that IIN before, or set its password, is out.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all, refused_by
from pb.identity.models import Grant, Person, Proposal
from pb.identity.service import accounts, holdings, reach
from pb.identity.service.holdings import Terms
from pb.identity.service.roles import APPOINTING, OF_A_POLL, STAFF, Appointment, given_in, governing, row_of
from pb.text import one_line

LONGEST_REASON = 300
REASON_NEEDED = _("A poll is under way: write why this role changes now. Everybody reads it.")
PROPOSER_AND_CONFIRMER = _("Nobody confirms what they proposed themselves: it takes two people of two bodies.")
ELSEWHERE = _(
    "This person has a role in another territory too, and the account opens both. The bodies of a raion that both lie "
    "in decide about it, or the role there is ended first."
)


class Kind(StrEnum):
    GIVE = "give"
    END = "end"
    INVITE = "invite"


class Decision(StrEnum):
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True)
class Confirmed:
    """What a confirmation made. `anew`: the account must be opened by an invitation, or by its owner's EDS."""

    proposal: Proposal
    anew: bool


def propose_giving(act: Act, person: Person, terms: Terms, *, name: str = "", reason: str = "") -> Proposal:
    """Proposes that a role is given to who is written as `name`; without one, as the account is.

    Raises Forbidden (the table, oneself), Conflict (waits already), FieldRefusal.
    """
    if terms.role in STAFF and terms.role not in given_in(act.territory.kind) and act.holds(*APPOINTING):
        raise FieldRefusal("role", _("This role is not given in a territory of this kind."))
    proposed_as = _require_proposer(act, person.id, terms.role)
    explained = refused_by(lambda: _explained(act, terms.role, reason))
    refuse_all([*_faults_of_first_day(act, terms.since), *holdings.faults_of_terms(act, person.id, terms), *explained])
    terms = holdings.refuse_terms(act, person.id, terms)
    return _propose(
        act,
        Proposal(
            kind=Kind.GIVE,
            person_id=person.id,
            name=one_line(name) or person.name,
            role=terms.role,
            since=terms.since,
            until=terms.until,
            basis=terms.basis,
            body=terms.body,
            reason=_explained(act, terms.role, reason),
            proposed_as=proposed_as,
        ),
    )


def faults_of_giving(
    act: Act, person: Person | None, role: Role | None, *, since: date | None, until: date | None
) -> Iterator[FieldRefusal]:
    """What stands against a role for somebody and its days; None: not known yet, or of nobody with an account."""
    if since is None:
        return
    yield from _faults_of_first_day(act, since)
    if person is not None and role is not None:
        yield from holdings.faults_of_role(act, person.id, role, since=since, until=until)


def _faults_of_first_day(act: Act, since: date) -> Iterator[FieldRefusal]:
    if since < local(act.at).date():
        yield FieldRefusal("since", _("A role is not given for days that are over."))


def propose_ending(act: Act, grant: Grant, *, last_day: date, basis: str, reason: str = "") -> Proposal:
    """Proposes that a role ends after `last_day`. Raises Forbidden, Conflict (ended, waits already), FieldRefusal."""
    role = Role(grant.role)
    return _propose(
        act,
        Proposal(
            kind=Kind.END,
            person_id=grant.person_id,
            name=act.session.get_one(Person, grant.person_id).name,
            role=role,
            grant_id=grant.id,
            proposed_as=_require_proposer(act, grant.person_id, role),
            until=holdings.ends_on(act, grant, last_day),
            basis=holdings.document(basis),
            reason=_explained(act, role, reason),
        ),
    )


def propose_inviting(act: Act, person: Person, *, basis: str, reason: str = "") -> Proposal:
    """Proposes to invite somebody of the staff again, who lost password or telephone.

    The old ones end with the confirmation. Raises Forbidden, NotFound (never of the staff), Conflict (of another place
    too, waits already), FieldRefusal.
    """
    role = role_of_inviting(act, person)
    _refuse_elsewhere(act, person.id, role)
    return _propose(
        act,
        Proposal(
            kind=Kind.INVITE,
            person_id=person.id,
            name=person.name,
            role=role,
            proposed_as=_require_proposer(act, person.id, role),
            basis=holdings.document(basis),
            reason=_explained(act, role, reason),
        ),
    )


def role_of_inviting(act: Act, person: Person) -> Role:
    """The person's role whose row of the table says who invites again. Raises NotFound (never of the staff)."""
    roles = holdings.ever_staff(act.session, person.id)
    if not roles:
        raise NotFound
    return governing(roles)


def confirm(act: Act, proposal: Proposal) -> Confirmed:
    """Another body confirms: the role is given or ended, or the account waits for its new invitation.

    Raises Forbidden (the proposer, the person itself, the proposer's body, another role, one that is too new),
    Conflict (decided already; no longer possible).
    """
    _lock(act, proposal)
    decided_as = require_confirmer(act, proposal)
    role = Role(proposal.role)
    if not proposal.reason and role in OF_A_POLL and holdings.poll_under_way_since(act) is not None:
        raise Conflict(
            _("A poll was put in preparation meanwhile: this needs a reason. Decline it and propose it anew.")
        )
    try:
        return _carry_out(act, proposal, decided_as)
    except FieldRefusal as refusal:
        raise Conflict(refusal.message) from refusal  # the confirmer has no field to put right


def decline(act: Act, proposal: Proposal) -> None:
    """Who could confirm declines; who proposed takes back. Raises Forbidden, Conflict (decided already)."""
    _lock(act, proposal)
    row = row_for(act, proposal)
    roles = [role for role in (*row.confirms, *row.proposes) if act.holds(role)]
    if act.person is None or not roles:
        raise Forbidden(_("Your role does not allow this."))
    data = {"proposal": str(proposal.id), "kind": proposal.kind, "role": proposal.role}
    event = audit.record(act, "identity.role_declined", subject=proposal.person_id, data=data)
    _decide(act, proposal, Decision.DECLINED, roles[0], event.hash)


def confirmable(act: Act) -> list[Proposal]:
    """What waits for the actor: proposed by another body, and theirs to confirm today."""
    found = []
    for proposal in every(act):
        with suppress(Forbidden):
            if proposal.decision is None:
                require_confirmer(act, proposal)
                found.append(proposal)
    return found


def get(act: Act, proposal_id: UUID) -> Proposal:
    """A proposal of the act's territory. Raises NotFound."""
    proposal = act.session.get(Proposal, proposal_id)
    if proposal is None or proposal.territory_id != act.territory.id:
        raise NotFound
    return proposal


def every(act: Act) -> Sequence[Proposal]:
    """All proposals, the latest first."""
    query = select(Proposal).where(Proposal.territory_id == act.territory.id)
    return act.session.scalars(query.order_by(Proposal.proposed_at.desc())).all()


def may_propose(act: Act, role: Role, person_id: UUID) -> bool:
    """Whether the actor may propose a change of this person's role."""
    proposes = row_of(act.territory.kind, role).proposes
    return act.person is not None and act.person.id != person_id and act.holds(*proposes)


def may_invite(act: Act, person: Person) -> bool:
    """Whether the actor may propose that this person is invited again."""
    role = role_of_inviting(act, person)
    return may_propose(act, role, person.id) and not holdings.elsewhere(act, person.id, role)


def row_for(act: Act, proposal: Proposal) -> Appointment:
    """The row of the table that a proposal follows."""
    return row_of(act.territory.kind, Role(proposal.role))


def reason_needed(act: Act) -> bool:
    """Whether a change of a role of the poll needs a reason now."""
    return holdings.poll_under_way_since(act) is not None


def require_confirmer(act: Act, proposal: Proposal) -> Role:
    """The role in which the actor may confirm. Raises Forbidden with what stands against it."""
    if act.person is None or not act.holds(*APPOINTING):
        raise Forbidden(_("Your role does not allow this."))
    if act.person.id == proposal.proposed_by:
        raise Forbidden(PROPOSER_AND_CONFIRMER)
    if act.person.id == proposal.person_id:
        raise Forbidden(_("Nobody gives or ends a role of their own."))
    confirms = row_for(act, proposal).confirms
    if not act.holds(*confirms):
        raise Forbidden(_("Another body confirms this. Who it is stands in the table on the page of rights."))
    today = local(act.at).date()
    if proposal.kind == Kind.INVITE and not reach.is_staff(act.session, proposal.person_id, today, or_will_be=True):
        raise Forbidden(_("Meanwhile this person holds no role any more: decline the invitation."))
    holdings.require_first_holds(act, proposal.proposed_by, Role(proposal.proposed_as), since=proposal.proposed_at)
    if holdings.of_one_body(act, proposal.proposed_by, Role(proposal.proposed_as)):
        raise Forbidden(_("You are of the same body as the person who proposed this: it takes two."))
    return holdings.require_cooled(act, *confirms)


def _require_proposer(act: Act, person_id: UUID, role: Role) -> Role:
    if act.person is None or role not in STAFF or not act.holds(*APPOINTING):
        raise Forbidden(_("Your role does not allow this."))
    if act.person.id == person_id:
        raise Forbidden(_("Nobody gives or ends a role of their own."))
    for proposing in row_of(act.territory.kind, role).proposes:
        if act.holds(proposing):
            return proposing
    raise FieldRefusal(
        "role", _("Your role does not propose this one. The table on the page of rights says whose does.")
    )


def _refuse_elsewhere(act: Act, person_id: UUID, role: Role) -> None:
    if holdings.elsewhere(act, person_id, role):
        raise Conflict(ELSEWHERE)


def _explained(act: Act, role: Role, reason: str) -> str:
    tidy = " ".join(reason.split())
    if not tidy and role in OF_A_POLL and reason_needed(act):
        raise FieldRefusal("reason", REASON_NEEDED)
    if len(tidy) > LONGEST_REASON:
        raise FieldRefusal("reason", _("Use at most 300 characters."))
    return tidy


def _propose(act: Act, proposal: Proposal) -> Proposal:
    if act.person is None:
        raise Forbidden(_("Your role does not allow this."))
    _refuse_waiting(act, proposal)
    proposal.id = uuid4()
    data = {"proposal": str(proposal.id), **_data(proposal)}
    event = audit.record(act, "identity.role_proposed", subject=proposal.person_id, data=data)
    proposal.territory_id, proposal.proposed_by = act.territory.id, act.person.id
    proposal.proposed_at, proposal.event = act.at, event.hash
    act.session.add(proposal)
    act.session.flush()
    return proposal


def _refuse_waiting(act: Act, proposal: Proposal) -> None:
    query = select(Proposal.id).where(
        Proposal.territory_id == act.territory.id,
        Proposal.person_id == proposal.person_id,
        Proposal.kind == proposal.kind,
        Proposal.role == proposal.role,
        Proposal.decision.is_(None),
    )
    if act.session.scalars(query).first() is not None:
        raise Conflict(_("The same was proposed already and waits for its confirmation."))


def _carry_out(act: Act, proposal: Proposal, decided_as: Role) -> Confirmed:
    data = {"proposal": str(proposal.id), **_data(proposal)}
    person = act.session.get_one(Person, proposal.person_id)
    anew = False
    if proposal.kind == Kind.GIVE:
        terms = holdings.refuse_terms(act, person.id, _terms(act, proposal))
        first = holdings.first_given_at(act.session, person.id)
        if first is None:
            person.name = proposal.name  # two bodies compared it with the document; until now it was anybody's word
        elif first > proposal.proposed_at and person.name != proposal.name:
            raise Conflict(_("Meanwhile this account was given another name elsewhere. Decline, and propose it anew."))
        anew = not holdings.ever_staff(act.session, person.id)
        if anew:
            accounts.renew(act, person)
        event = audit.record(act, "identity.role_granted", subject=person.id, data=data)
        _decide(act, proposal, Decision.APPROVED, decided_as, event.hash)
        holdings.give(act, person.id, terms, event, proposal)
    elif proposal.kind == Kind.END:
        grant = act.session.get_one(Grant, proposal.grant_id, with_for_update=True, populate_existing=True)
        last_day = _last_day(act, proposal, grant)
        event = audit.record(act, "identity.role_ended", subject=person.id, data=data)
        _decide(act, proposal, Decision.APPROVED, decided_as, event.hash)
        grant.until, grant.end_basis = last_day, proposal.basis
        act.session.flush()
    else:
        anew = True
        _refuse_elsewhere(act, person.id, Role(proposal.role))
        accounts.renew(act, person)
        event = audit.record(act, "identity.invitation_confirmed", subject=person.id, data=data)
        _decide(act, proposal, Decision.APPROVED, decided_as, event.hash)
    return Confirmed(proposal, anew)


def _last_day(act: Act, proposal: Proposal, grant: Grant) -> date:
    if proposal.until is None:
        raise ValueError("a proposal to end a role without its last day")
    return holdings.ends_on(act, grant, max(proposal.until, local(act.at).date() - timedelta(days=1)))


def _terms(act: Act, proposal: Proposal) -> Terms:
    """What was proposed; where the confirmation comes after the first day, the role begins with the confirmation."""
    if proposal.since is None:
        raise ValueError("a proposal to give a role without its first day")
    since = max(proposal.since, local(act.at).date())
    return Terms(Role(proposal.role), since, proposal.basis, until=proposal.until, body=proposal.body)


def _data(proposal: Proposal) -> dict[str, Any]:
    """What the log says of it: days and documents, no name."""
    days = {name: day.isoformat() for name in ("since", "until") if (day := getattr(proposal, name)) is not None}
    reason = {"reason": proposal.reason} if proposal.reason else {}
    return {"kind": proposal.kind, "role": proposal.role, "basis": proposal.basis, **days, **reason}


def _lock(act: Act, proposal: Proposal) -> None:
    act.session.refresh(proposal, with_for_update=True)
    if proposal.decision is not None:
        raise Conflict(_("This was decided already."))


def _decide(act: Act, proposal: Proposal, decision: Decision, decided_as: Role, event: str) -> None:
    proposal.decision, proposal.decided_as, proposal.decided_at = decision, decided_as, act.at
    proposal.decided_by, proposal.decided_event = act.person.id if act.person else None, event
    act.session.flush()
