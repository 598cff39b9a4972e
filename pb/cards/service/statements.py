"""What the maker of the cards states of the whole list before the opening.

The platform computes the list's fingerprint from the keys that it holds; what it cannot compute (the fingerprint of the
numbers, the maker's key) it keeps as stated. Any later change of the cards makes statement and minutes void.
"""

from dataclasses import replace

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cards.models import CardStatement, Credential, ReserveCredential
from pb.core.belenios.canonical import ProtocolError
from pb.core.poll.card_list import Made, MakerStatement, list_fingerprint
from pb.cycles.models import Cycle
from pb.errors import FieldRefusal, Forbidden
from pb.polls.models import Poll
from pb.polls.service import state

LONGEST = 10_001  # bytes of a statement that are read; longer ones are refused
HOW_MADE = {
    Made.PROGRAM: _("The maker says: made with the offline program"),
    Made.SAVED_FILE: _("The maker says: made with the saved file, without a network"),
    Made.PLATFORM_PAGE: _("Made on a page of the platform: this proves less"),
}


def reserve_keys(act: Act, poll: Poll) -> dict[int, str]:
    """The public keys of the reserve by number."""
    query = select(ReserveCredential).where(ReserveCredential.poll_id == poll.id).order_by(ReserveCredential.number)
    return {card.number: card.public_key for card in act.session.scalars(query)}


def public_keys(act: Act, poll: Poll) -> list[str]:
    """All keys of the poll, cards and reserve, as Setup will hold them but for their order."""
    query = select(Credential.public_key).where(Credential.poll_id == poll.id)
    return [*act.session.scalars(query), *reserve_keys(act, poll).values()]


def find(act: Act, poll: Poll) -> MakerStatement | None:
    """What the maker stated of the present list."""
    row = act.session.get(CardStatement, poll.id)
    return MakerStatement.parse(row.statement) if row is not None else None


def minuted(poll: Poll) -> MakerStatement | None:
    """What the minutes of the ceremony say of the list."""
    return MakerStatement.parse(poll.minutes_cards) if poll.minutes_cards else None


def made_on_page(act: Act, poll: Poll) -> bool:
    """Whether a page that the platform served handed in any of the keys: the platform's own knowledge."""
    queries = (
        select(table.public_key).where(table.poll_id == poll.id, table.by_page).limit(1)
        for table in (Credential, ReserveCredential)
    )
    return any(act.session.scalars(query).first() is not None for query in queries)


def state_list(act: Act, cycle: Cycle, poll: Poll, statement: MakerStatement) -> None:
    """The registrar hands in the maker's statement of the list as it stands; an earlier one is void.

    How the cards were made is the maker's word, but where a page of the platform handed keys in, the statement is
    labelled so, whatever it says.

    Raises OutOfPhase, Forbidden, Conflict (opened), FieldRefusal (another list than the platform holds).
    """
    state.require_preparing(act, cycle, poll, Role.REGISTRAR)
    if act.person is None:
        raise Forbidden(_("Only the registrar does this."))
    keys = public_keys(act, poll)
    if (statement.count, statement.reserve) != (len(keys), len(reserve_keys(act, poll))):
        raise FieldRefusal("statement", _("The maker's list has another number of cards than the platform."))
    if statement.list != list_fingerprint(keys):
        raise FieldRefusal("statement", _("The fingerprint of the maker's list is not that of the platform's list."))
    if made_on_page(act, poll):
        statement = replace(statement, made=Made.PLATFORM_PAGE)
    if find(act, poll) == statement:
        return
    void(act, cycle, poll)
    data = {"poll": poll.uuid, **statement.to_value()}
    event = audit.record(act, "poll.cards_stated", subject=cycle.id, data=data)
    row = CardStatement(
        poll_id=poll.id,
        list=statement.list,
        count=statement.count,
        statement=statement.to_json(),
        at=act.at,
        person_id=act.person.id,
        event=event.hash,
    )
    act.session.add(row)
    act.session.flush()


def read_statement(data: bytes) -> MakerStatement:
    """The maker's statement in a file. Raises FieldRefusal."""
    try:
        return MakerStatement.parse(data)
    except ProtocolError as error:
        raise FieldRefusal("statement", _("This is not the maker's statement that the program made.")) from error


def void(act: Act, cycle: Cycle, poll: Poll) -> None:
    """The cards are about to change: the statement goes, and with it what chair and secretary confirmed."""
    row = act.session.get(CardStatement, poll.id)
    if row is None:
        return
    data = {"poll": poll.uuid, "list": row.list, "minutes": poll.minutes_number}
    audit.record(act, "poll.cards_statement_void", subject=cycle.id, data=data)
    poll.minutes_cards = poll.minutes_chair_id = poll.minutes_secretary_id = None
    act.session.flush()
    act.session.delete(row)
    act.session.flush()


def holds(act: Act, poll: Poll) -> bool:
    """Whether the list that was stated and minuted is the list that the platform holds now, computed anew."""
    row, statement = act.session.get(CardStatement, poll.id), minuted(poll)
    if row is None or statement is None:
        return False
    keys = public_keys(act, poll)
    counts = (len(keys), len(reserve_keys(act, poll)))
    return (
        row.statement == poll.minutes_cards
        and (statement.count, statement.reserve) == counts
        and statement.list == list_fingerprint(keys)
    )
