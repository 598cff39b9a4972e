"""A card that was marked as handed over by mistake: the clerk asks, somebody of another body confirms, the mark goes.

The card waits at the desk again. The commitment to the wrong mark stays as it was published; the undoing has its own in
the batch of its day, so that marks and undoings of a card add up to what its row says. Never after its voter voted.
"""

from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cards.models import Credential, HandOverUndoing, Way
from pb.cards.service import card_events, cards, reasons
from pb.cycles.models import Cycle
from pb.errors import Conflict, Forbidden
from pb.identity.service import holdings
from pb.polls.models import Poll, State
from pb.polls.service import participation, state

SECOND_PERSONS = (Role.CHAIR, Role.SECRETARY)


def propose(act: Act, cycle: Cycle, poll: Poll, entry_id: UUID, reason: str) -> HandOverUndoing:
    """A clerk asks that the mark of a card is undone.

    Raises Forbidden, FieldRefusal (no reason), Conflict (closed, not marked, of the reserve, voted, asked already).
    """
    if act.person is None or not act.holds(Role.CLERK):
        raise Forbidden(_("Your role does not allow this."))
    given = cards.reason_of(reason)
    undoable(act, poll, entry_id)
    if waiting(act, poll, entry_id) is not None:
        raise Conflict(_("This was asked already, and waits for the chair or the secretary."))
    kept = reasons.propose(act, cycle, poll, "poll.undoing_proposed", "undoing", entry_id, given)
    undoing = HandOverUndoing(**kept)
    act.session.add(undoing)
    act.session.flush()
    return undoing


def confirm(act: Act, cycle: Cycle, poll: Poll, entry_id: UUID) -> None:
    """Chair or secretary confirms, who is of no body of the clerk's: the card waits at the desk again.

    Holds the poll's lock, as casting does: no ballot of the card can slip in. Raises Forbidden, Conflict.
    """
    if act.person is None or not act.holds(*SECOND_PERSONS):
        raise Forbidden(_("The chair or the secretary of the assembly confirms this."))
    holdings.require_cooled(act, *SECOND_PERSONS)
    act.session.get_one(Poll, poll.id, with_for_update=True, populate_existing=True)
    undoing = _require_waiting(act, poll, entry_id)
    if act.person.id == undoing.proposed_by or holdings.of_one_body(act, undoing.proposed_by, Role.CLERK):
        raise Conflict(_("Somebody of another body than the clerk's confirms this."))
    card = undoable(act, poll, entry_id)
    # The event first, then the commitment: triggers take no mark away without both.
    data = {"poll": poll.uuid, "undoing": str(undoing.id)}
    event = audit.record(act, "poll.hand_over_undone", subject=cycle.id, data=data)
    undoing.approved_at, undoing.approved_by, undoing.event = act.at, act.person.id, event.hash
    act.session.flush()
    card_events.keep(act, poll, Way.UNDONE, entry_id)
    card.handed_over_at = card.clerk_id = None
    act.session.flush()


def decline(act: Act, cycle: Cycle, poll: Poll, entry_id: UUID) -> None:
    """The mark stays: declined, or taken back by a clerk. Raises Forbidden, Conflict (nothing waits)."""
    if act.person is None or not act.holds(Role.CLERK, *SECOND_PERSONS):
        raise Forbidden(_("Your role does not allow this."))
    act.session.get_one(Poll, poll.id, with_for_update=True, populate_existing=True)
    undoing = _require_waiting(act, poll, entry_id)
    data = {"poll": poll.uuid, "undoing": str(undoing.id)}
    audit.record(act, "poll.undoing_declined", subject=cycle.id, data=data)
    act.session.delete(undoing)
    act.session.flush()


def undoable(act: Act, poll: Poll, entry_id: UUID) -> Credential:
    """The card of an entry, locked, whose mark may be undone. Raises Conflict."""
    if poll.state != State.PREPARING and not state.is_open(poll, act.at):
        raise Conflict(_("Voting has ended."))
    card = cards.locked(act, poll, entry_id)
    if card.withdrawn_at is not None:
        raise Conflict(_("This card was replaced from the reserve: the registrar replaces it once more."))
    if card.handed_over_at is None:
        raise Conflict(_("This card is not marked as handed over."))
    if participation.has_voted(act, poll, entry_id):
        raise Conflict(_("This voter has voted: the mark stays."))
    return card


def waiting(act: Act, poll: Poll, entry_id: UUID) -> HandOverUndoing | None:
    """What was asked about this card and waits for its second person."""
    query = select(HandOverUndoing).where(HandOverUndoing.poll_id == poll.id, HandOverUndoing.entry_id == entry_id)
    return act.session.scalars(query.where(HandOverUndoing.approved_at.is_(None))).one_or_none()


def all_waiting(act: Act, poll: Poll) -> list[HandOverUndoing]:
    """All that waits for its second person, in the order in which it was asked."""
    query = select(HandOverUndoing).where(HandOverUndoing.poll_id == poll.id, HandOverUndoing.approved_at.is_(None))
    return list(act.session.scalars(query.order_by(HandOverUndoing.proposed_at, HandOverUndoing.id)))


def _require_waiting(act: Act, poll: Poll, entry_id: UUID) -> HandOverUndoing:
    undoing = waiting(act, poll, entry_id)
    if undoing is None:
        raise Conflict(_("Nothing about this card waits for a confirmation."))
    return undoing
