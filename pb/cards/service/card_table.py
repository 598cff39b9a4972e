"""Which card has which key, as the platform has it: the maker compares this table with the own file.

It is not published. Beside the roll and the archive it tells who voted, so it is for the registrar, whose own file says
the same, and for auditors; that it was taken stands in the audit log.
"""

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cards.models import Credential
from pb.cards.service import statements
from pb.core.poll.card_numbers import write_numbers
from pb.cycles.models import Cycle
from pb.errors import Conflict, Forbidden
from pb.polls.models import LinksErasure, Poll
from pb.roll.models import Entry

READERS = (Role.REGISTRAR, Role.AUDITOR)


def of_poll(act: Act, poll: Poll) -> list[tuple[str, str]]:
    """Number and public key of each card, those of the reserve last; a card that was re-issued keeps its first key."""
    query = (
        select(Entry.number, Credential.public_key)
        .join(Credential, Credential.entry_id == Entry.id)
        .where(Credential.poll_id == poll.id)
        .order_by(Entry.number)
    )
    roll = [(str(number), key) for number, key in act.session.execute(query)]
    return [*roll, *((f"R{number}", key) for number, key in statements.reserve_keys(act, poll).items())]


def take(act: Act, cycle: Cycle, poll: Poll) -> str:
    """The table as CSV, and its event in the log. Raises Forbidden, Conflict (no card, or the links are erased)."""
    if not act.holds(*READERS):
        raise Forbidden(_("The numbers of the cards are for the registrar and the auditor."))
    if act.session.get(LinksErasure, poll.id) is not None:
        raise Conflict(_("The links between people and cards are erased: there is nothing to compare any more."))
    cards = of_poll(act, poll)
    if not cards:
        raise Conflict(_("There is no such card."))
    audit.record(act, "poll.card_numbers_taken", subject=cycle.id, data={"poll": poll.uuid, "cards": len(cards)})
    return write_numbers(cards)
