"""A card lost while voting is open: two people put a card of the reserve in its place; its key votes no more."""

from datetime import UTC
from hashlib import sha256
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.exc import IntegrityError

from pb import keyring
from pb.act import Act, Role
from pb.audit import service as audit
from pb.cards.models import Credential, Reissue, ReserveCredential
from pb.cards.service import cards, reasons
from pb.core.belenios.withdrawn import Entry, Withdrawn, sign_withdrawn
from pb.cycles.models import Cycle
from pb.errors import Conflict, Forbidden, NotFound
from pb.identity.service import holdings
from pb.keyring import Keys
from pb.polls.models import RECEIPT_CONTEXT, Poll
from pb.polls.service import participation, state

SECOND_PERSONS = (Role.CHAIR, Role.SECRETARY, Role.OFFICE)
DECLINING = (Role.REGISTRAR, *SECOND_PERSONS)


def get(act: Act, poll: Poll, reissue_id: UUID) -> Reissue:
    """A proposal or re-issue of this poll. Raises NotFound."""
    found = act.session.get(Reissue, reissue_id, populate_existing=True)
    if found is None or found.poll_id != poll.id:
        raise NotFound
    return found


def propose(act: Act, cycle: Cycle, poll: Poll, entry_id: UUID, reason: str) -> Reissue:
    """The registrar proposes to re-issue a lost card, with a reason.

    Raises Forbidden, FieldRefusal (no reason), Conflict (not open, no card, released to a signature, proposed already,
    no card of the reserve is left). That somebody voted is not told: asking would be a way to learn it of anybody.
    """
    if act.person is None or not act.holds(Role.REGISTRAR):
        raise Forbidden(_("Your role does not allow this."))
    reason_given = cards.reason_of(reason)
    _replaceable(act, poll, entry_id)
    _free_reserve(act, poll)
    if act.session.scalar(select(exists().where(*_waiting(poll, entry_id)))):
        raise Conflict(_("A new card was proposed for this voter already."))
    reissue = Reissue(**reasons.propose(act, cycle, poll, "poll.reissue_proposed", "reissue", entry_id, reason_given))
    act.session.add(reissue)
    try:
        act.session.flush()
    except IntegrityError as error:
        raise Conflict(_("A new card was proposed for this voter already.")) from error
    return reissue


def approve(act: Act, cycle: Cycle, poll: Poll, reissue: Reissue) -> Reissue | None:
    """A second person approves: the lost card's key is withdrawn, the first free card of the reserve takes its place.

    None where the voter has voted: the proposal goes as if it was declined, and the log keeps both steps.

    Holds the poll's lock, as casting does: no ballot of the withdrawn key can slip in. Raises Forbidden (the proposer,
    the registrar, another role, a registrar who is none any more), Conflict (approved already, and whatever stands
    against `propose`).
    """
    if act.person is None or not act.holds(*SECOND_PERSONS) or act.holds(Role.REGISTRAR):
        raise Forbidden(_("A new card is approved by a second person, not by the registrar."))
    if act.person.id == reissue.proposed_by:
        raise Forbidden(_("A new card is approved by a second person, not by the registrar."))
    holdings.require_cooled(act, *SECOND_PERSONS)
    holdings.require_first_holds(act, reissue.proposed_by, Role.REGISTRAR, since=reissue.proposed_at)
    act.session.get_one(Poll, poll.id, with_for_update=True, populate_existing=True)
    act.session.refresh(reissue, with_for_update=True)
    if reissue.approved_at is not None:
        raise Conflict(_("This is approved already."))
    if reissue.entry_id is None:
        raise Conflict(_("There is no such card."))
    credential = _replaceable(act, poll, reissue.entry_id)
    if participation.has_voted(act, poll, reissue.entry_id):
        decline(act, cycle, poll, reissue)
        return None
    before = cards.in_force(act, poll, reissue.entry_id)
    withdrawn = cards.standing(act, poll, reissue.entry_id).public_key
    number = _free_reserve(act, poll)
    data = {
        "poll": poll.uuid,
        "reissue": str(reissue.id),
        "reserve": number,
        "withdrawn": sha256(withdrawn.encode()).hexdigest(),
    }
    event = audit.record(act, "poll.reissue_approved", subject=cycle.id, data=data)
    if before is not None:
        before.replaced_at = act.at
        act.session.flush()
    reissue.approved_at, reissue.approved_by = act.at, act.person.id
    reissue.reserve, reissue.withdrawn_key, reissue.event = number, withdrawn, event.hash
    act.session.flush()
    if credential.withdrawn_at is None:
        credential.withdrawn_at = act.at
    act.session.flush()
    return reissue


def lapsed(act: Act, reissue: Reissue) -> LazyString | None:
    """Why nobody can approve a proposal any more; None while its registrar is one."""
    return holdings.lapsed(act, reissue.proposed_by, Role.REGISTRAR, since=reissue.proposed_at)


def decline(act: Act, cycle: Cycle, poll: Poll, reissue: Reissue) -> None:
    """A proposal that nobody approved is taken back or declined. Raises Forbidden, Conflict (approved)."""
    if act.person is None or not act.holds(*DECLINING):
        raise Forbidden(_("Your role does not allow this."))
    if reissue.approved_at is not None:
        raise Conflict(_("This is approved already."))
    data = {"poll": poll.uuid, "reissue": str(reissue.id)}
    audit.record(act, "poll.reissue_declined", subject=cycle.id, data=data)
    act.session.delete(reissue)
    act.session.flush()


def _waiting(poll: Poll, entry_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return Reissue.poll_id == poll.id, Reissue.entry_id == entry_id, Reissue.approved_at.is_(None)


def _replaceable(act: Act, poll: Poll, entry_id: UUID) -> Credential:
    """The card of an entry, locked, that may be re-issued now unless its voter voted. Raises Conflict."""
    if not state.is_open(poll, act.at):
        raise Conflict(_("Cards are re-issued while voting is open."))
    credential = cards.locked(act, poll, entry_id)
    if credential.released_at is not None:
        raise Conflict(_("The code was released to this voter's digital signature: no card is handed over."))
    return credential


def _free_reserve(act: Act, poll: Poll) -> int:
    """The lowest number of the reserve that took no lost card's place. Raises Conflict."""
    taken = select(Reissue.reserve).where(Reissue.poll_id == poll.id, Reissue.reserve.is_not(None))
    query = select(ReserveCredential.number).where(
        ReserveCredential.poll_id == poll.id, ReserveCredential.number.not_in(taken)
    )
    number = act.session.scalars(query.order_by(ReserveCredential.number)).first()
    if number is None:
        raise Conflict(_("No card of the reserve is left."))
    return number


def withdrawn(act: Act, poll: Poll) -> list[Reissue]:
    """The re-issues that were approved, in the order of their approval."""
    query = select(Reissue).where(Reissue.poll_id == poll.id, Reissue.approved_at.is_not(None))
    return list(act.session.scalars(query.order_by(Reissue.approved_at, Reissue.reserve)))


def withdrawn_json(act: Act, poll: Poll, keys: Keys) -> str:
    """`withdrawn.json`: the withdrawn keys, signed with the poll's receipt key. The poll was opened."""
    election = state.election_of(poll.election_json or "")
    entries = tuple(
        Entry(reissue.withdrawn_key or "", _moment(reissue), reissue.event or "") for reissue in withdrawn(act, poll)
    )
    private = keyring.unseal_bytes(poll.receipt_private, keys.seal, RECEIPT_CONTEXT)
    return sign_withdrawn(Withdrawn(poll.uuid, election.hash, entries), private).to_json()


def _moment(reissue: Reissue) -> str:
    if reissue.approved_at is None:
        raise ValueError("not approved")
    return reissue.approved_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
