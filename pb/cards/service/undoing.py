"""A card that was marked as handed over by mistake: the clerk asks, somebody of another body confirms, the mark goes.

The card waits at the desk again. The commitment to the wrong mark stays as it was published; the undoing has its own in
the batch of its day, so that marks and undoings of a card add up to what its row says.

Never after its voter voted, and while voting goes on nobody is to learn by this way who did. Asking therefore says
nothing of it, and the confirmation of a mark that has to stay looks like a refusal: to the clerk, who sees the mark
stay, and to who confirms, who sees no list. It takes both, and each try is in the log.
"""

from uuid import UUID

from flask_babel import LazyString
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
OTHER_BODY = _("Somebody of another body than the clerk's confirms this.")


def propose(act: Act, cycle: Cycle, poll: Poll, entry_id: UUID, reason: str) -> HandOverUndoing:
    """A clerk asks that the mark of a card is undone.

    Raises Forbidden, FieldRefusal (no reason), Conflict (closed, not marked, of the reserve, asked already).
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

    The mark of who has voted stays instead, as if it was declined. Holds the poll's lock, as casting does: no ballot of
    the card can slip in. Raises Forbidden (also where who asked is a clerk no more), Conflict.
    """
    if act.person is None or not act.holds(*SECOND_PERSONS):
        raise Forbidden(_("The chair or the secretary of the assembly confirms this."))
    holdings.require_cooled(act, *SECOND_PERSONS)
    act.session.get_one(Poll, poll.id, with_for_update=True, populate_existing=True)
    undoing = _require_waiting(act, poll, entry_id)
    _require_second(act, undoing)
    card = undoable(act, poll, entry_id)
    if participation.has_voted(act, poll, entry_id):
        _let_stay(act, cycle, poll, undoing)
        return
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
    _let_stay(act, cycle, poll, _require_waiting(act, poll, entry_id))


def unconfirmable(act: Act, poll: Poll, undoing: HandOverUndoing) -> LazyString | str | None:
    """Why what waits can be declined alone, as far as it tells nothing of a vote; None where it can be confirmed."""
    try:
        _require_second(act, undoing)
        if undoing.entry_id is not None:
            undoable(act, poll, undoing.entry_id)
    except (Conflict, Forbidden) as refusal:
        return refusal.message
    return None


def _require_second(act: Act, undoing: HandOverUndoing) -> None:
    """The actor is of another body than the clerk, who has been one ever since. Raises Conflict, Forbidden."""
    holdings.require_first_holds(act, undoing.proposed_by, Role.CLERK, since=undoing.proposed_at)
    if act.person is None or act.person.id == undoing.proposed_by:
        raise Conflict(OTHER_BODY)
    if holdings.of_one_body(act, undoing.proposed_by, Role.CLERK):
        raise Conflict(OTHER_BODY)


def _let_stay(act: Act, cycle: Cycle, poll: Poll, undoing: HandOverUndoing) -> None:
    data = {"poll": poll.uuid, "undoing": str(undoing.id)}
    audit.record(act, "poll.undoing_declined", subject=cycle.id, data=data)
    act.session.delete(undoing)
    act.session.flush()


def undoable(act: Act, poll: Poll, entry_id: UUID) -> Credential:
    """The card of an entry, locked, whose mark may be undone unless its voter voted. Raises Conflict."""
    if poll.state != State.PREPARING and not state.is_open(poll, act.at):
        raise Conflict(_("Voting has ended."))
    card = cards.locked(act, poll, entry_id)
    if card.withdrawn_at is not None:
        raise Conflict(_("This card was replaced from the reserve: the registrar replaces it once more."))
    if card.handed_over_at is None:
        raise Conflict(_("This card is not marked as handed over."))
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
