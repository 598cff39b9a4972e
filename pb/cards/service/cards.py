"""Voter cards: their public keys, the reserve, and how a code comes to its voter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import and_, case, func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cards.models import CardWithdrawal, Credential, Reissue, ReserveCredential, SealedCode, Way
from pb.cards.service import card_events, reasons, statements
from pb.cards.service.card_keys import RESERVE_PREFIX, CardKeys
from pb.core.poll.card_list import list_fingerprint
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.db import AT_ONCE
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.polls.models import LinksErasure, Poll, State
from pb.polls.service import state
from pb.roll.models import Entry
from pb.roll.service import departures, entries
from pb.territory import service as territories
from pb.text import one_line

LONGEST_REASON = 500
RESERVE_NAMES = "Резервтік карточка · Резервная карточка"
Holder = TypeVar("Holder", UUID, int)


def reserve_wanted(act: Act, cycle: Cycle) -> int:
    """How many cards of the reserve a poll needs: the okrug's percentage of the roll, rounded up, at least one."""
    percent = territories.setting(act, "reserve_percent")
    return max(1, -(-entries.count(act, cycle) * percent // 100))


@dataclass(frozen=True)
class Blank:
    """A card to make, as both makers of cards get it: `entry` says for whom, the others are printed.

    `lookup` goes into the sealed code, so that the code-releasing process can tell whose it is; empty for the reserve.
    """

    entry: str
    number: str
    name: str
    settlement: str
    lookup: str = ""


def blanks(act: Act, cycle: Cycle, poll: Poll) -> list[Blank]:
    """The cards that are still to be made: the roll in its order, then the reserve."""
    present = set(statements.reserve_keys(act, poll))
    wanted = [number for number in range(1, reserve_wanted(act, cycle) + 1) if number not in present]
    okrug = act.territory.name("kk")
    return [
        *(
            Blank(str(entry.id), str(entry.number), entry.name, entry.settlement, (entry.iin_lookup or b"").hex())
            for entry in entries_without_card(act, cycle, poll)
        ),
        *(Blank(f"{RESERVE_PREFIX}{number}", f"R{number}", RESERVE_NAMES, okrug) for number in wanted),
    ]


def add_credentials(act: Act, cycle: Cycle, poll: Poll, keys: CardKeys, *, by_page: bool = False) -> int:
    """The registrar hands in the cards' public keys; the number added.

    `by_page`: a page of the platform made the cards, which a statement of the list cannot hide. The same keys again
    change nothing. Raises OutOfPhase, Forbidden, Conflict (opened, another group, another key for a card that exists),
    FieldRefusal (an entry that is not on the roll, a key that another card has, more reserve than wanted).
    """
    state.require_preparing(act, cycle, poll, Role.REGISTRAR)
    if keys.group != poll.group_name:
        raise Conflict(_("A public key is not valid."))
    known = {entry.id for entry in entries.voters(act, cycle)}
    if not keys.voters.keys() <= known:
        raise FieldRefusal("file", _("A card is for nobody on the roll."))
    wanted = reserve_wanted(act, cycle)
    if any(not 1 <= number <= wanted for number in keys.reserve):
        raise FieldRefusal("file", _("There are more cards in reserve than the setting says."))
    rows = act.session.scalars(select(Credential).where(Credential.poll_id == poll.id))
    present = {credential.entry_id: credential.public_key for credential in rows}
    present_reserve = statements.reserve_keys(act, poll)
    added, added_reserve = _new(keys.voters, present), _new(keys.reserve, present_reserve)
    withdrawn = act.session.scalars(select(CardWithdrawal.public_key).where(CardWithdrawal.poll_id == poll.id))
    taken = {*present.values(), *present_reserve.values(), *withdrawn}
    if not taken.isdisjoint({*added.values(), *added_reserve.values()}):
        raise FieldRefusal("file", _("Two cards have the same key."))
    if not added and not added_reserve:
        return 0
    statements.void(act, cycle, poll)
    # The event comes first: triggers take no card whose making is not the log's last event.
    data: dict[str, Any] = {"poll": poll.uuid, "added": len(added), "reserve": len(added_reserve), "by_page": by_page}
    event = audit.record(act, "poll.cards_made", subject=cycle.id, data=data).hash
    making: dict[str, Any] = {"poll_id": poll.id, "made_at": act.at, "event": event, "by_page": by_page}
    for entry_id, public_key in added.items():
        act.session.add(Credential(entry_id=entry_id, public_key=public_key, **making))
    for number, public_key in added_reserve.items():
        act.session.add(ReserveCredential(number=number, public_key=public_key, **making))
    act.session.flush()
    for entry_id in added.keys() & keys.sealed.keys():
        act.session.add(SealedCode(poll_id=poll.id, entry_id=entry_id, sealed=keys.sealed[entry_id]))
    act.session.flush()
    # And another follows the cards: what stays the log's last event would let later ones in without one of their own.
    listed = statements.public_keys(act, poll)
    data = {"poll": poll.uuid, "keys": len(listed), "list": list_fingerprint(listed)}
    audit.record(act, "poll.cards_listed", subject=cycle.id, data=data)
    return len(added) + len(added_reserve)


def _new(offered: Mapping[Holder, str], present: Mapping[Holder, str]) -> dict[Holder, str]:
    """What of the keys is new. Raises Conflict where a card has another key already."""
    if any(holder in present and present[holder] != public_key for holder, public_key in offered.items()):
        raise Conflict(_("Somebody's card was made already: its key cannot be replaced by this file."))
    return {holder: public_key for holder, public_key in offered.items() if holder not in present}


def withdraw_card(act: Act, cycle: Cycle, poll: Poll, entry_id: UUID, reason: str) -> None:
    """A lost card: before opening the registrar withdraws it with a reason, so that a new one can be made.

    Raises OutOfPhase, Forbidden, Conflict (opened, no such card), FieldRefusal (no reason).
    """
    state.require_preparing(act, cycle, poll, Role.REGISTRAR)
    reason_given = reason_of(reason)
    credential = act.session.get(Credential, (poll.id, entry_id))
    if credential is None:
        raise Conflict(_("There is no such card."))
    _withdraw(act, cycle, poll, credential, reason_given)


def _withdraw(act: Act, cycle: Cycle, poll: Poll, credential: Credential, reason: str = "") -> None:
    """The event, the withdrawal, and then the card: triggers let no card go in another order."""
    statements.void(act, cycle, poll)
    salt, committed = reasons.commit(poll, reason) if reason else (None, "")
    data = {"reason_commitment": committed} if committed else {}
    event = audit.record(act, "poll.card_withdrawn", subject=cycle.id, data={"poll": poll.uuid, **data})
    key = credential.public_key
    withdrawal = CardWithdrawal(poll_id=poll.id, public_key=key, at=act.at, event=event.hash, reason=reason, salt=salt)
    act.session.add(withdrawal)
    act.session.flush()
    sealed = act.session.get(SealedCode, (poll.id, credential.entry_id))
    if sealed is not None:
        act.session.delete(sealed)
        act.session.flush()
    act.session.delete(credential)
    act.session.flush()


@departures.listens
def withdraw_of(act: Act, cycle: Cycle, entry_ids: Sequence[UUID]) -> int:
    """Withdraws the cards of people who left the roll, from the poll that is being prepared; how many."""
    poll = state.current(act, cycle)
    if poll is None or poll.state != State.PREPARING:
        return 0
    made = select(Credential).where(Credential.poll_id == poll.id)
    withdrawn = 0
    for start in range(0, len(entry_ids), AT_ONCE):
        for credential in act.session.scalars(
            made.where(Credential.entry_id.in_(entry_ids[start : start + AT_ONCE]))
        ).all():
            _withdraw(act, cycle, poll, credential)
            withdrawn += 1
    return withdrawn


def of_nobody(act: Act, poll: Poll) -> bool:
    """Whether a card was made for somebody who is not on the roll any more."""
    gone = select(Credential.entry_id).join(Entry, Entry.id == Credential.entry_id)
    query = gone.where(Credential.poll_id == poll.id, Entry.gone_on.is_not(None))
    return act.session.scalars(query.limit(1)).first() is not None


def reason_of(text: str) -> str:
    """A reason on one line. Raises FieldRefusal for none or a very long one."""
    reason = one_line(text)
    if not reason:
        raise FieldRefusal("reason", _("Write the reason."))
    if len(reason) > LONGEST_REASON:
        raise FieldRefusal("reason", _("Use at most 500 characters."))
    return reason


def hand_over(act: Act, cycle: Cycle, poll: Poll, entry_id: UUID) -> None:
    """A clerk marks a card as handed over, or the card of the reserve that took its place.

    Before the opening and while voting is open. The row is locked: a release of the same code waits, and one of the two
    is refused. What is published of it is a commitment, with the others of its day. Raises OutOfPhase, Forbidden (not a
    clerk, or the registrar), Conflict (no such card, handed over or released already, closed).
    """
    cycles.require(act, cycle, Phase.VOTING)
    if act.person is None or not act.holds(Role.CLERK) or act.holds(Role.REGISTRAR):
        raise Forbidden(_("Cards are handed over by a desk clerk, who is not the registrar."))
    card_events.hold(act, poll)
    if poll.state != State.PREPARING and not state.is_open(poll, act.at):
        raise Conflict(_("Voting has ended."))
    credential = locked(act, poll, entry_id)
    if credential.released_at is not None:
        raise Conflict(_("The code was released to this voter's digital signature: no card is handed over."))
    card = credential if credential.withdrawn_at is None else in_force(act, poll, entry_id)
    if card is None:
        raise Conflict(_("There is no such card."))
    if card.handed_over_at is not None:
        raise Conflict(_("This card was handed over already."))
    # The commitment comes first: a trigger marks no card as handed over without one.
    reserve = card.reserve if isinstance(card, Reissue) else None
    card_events.keep(act, poll, Way.HANDED_OVER, entry_id, reserve)
    card.handed_over_at, card.clerk_id = state.hour_of(act.at), act.person.id
    act.session.flush()


def locked(act: Act, poll: Poll, entry_id: UUID) -> Credential:
    """The card of an entry, its row locked until the transaction ends. Raises Conflict."""
    key = (poll.id, entry_id)
    credential = act.session.get(Credential, key, with_for_update=True, populate_existing=True)
    if credential is None:
        raise Conflict(_("There is no such card."))
    return credential


def find(act: Act, poll: Poll, entry_id: UUID) -> Credential | None:
    return act.session.get(Credential, (poll.id, entry_id))


def in_force(act: Act, poll: Poll, entry_id: UUID) -> Reissue | None:
    """The approved re-issue whose card of the reserve stands for an entry now."""
    query = select(Reissue).where(
        Reissue.poll_id == poll.id,
        Reissue.entry_id == entry_id,
        Reissue.approved_at.is_not(None),
        Reissue.replaced_at.is_(None),
    )
    return act.session.scalars(query).one_or_none()


@dataclass(frozen=True)
class Standing:
    """Which key votes for an entry at this moment, and how its code came to the voter."""

    public_key: str
    handed_over: bool
    released: bool


def standing(act: Act, poll: Poll, entry_id: UUID) -> Standing:
    """Asks the database the same questions for every entry, on the roll or not; "-" where no key votes."""
    credential = act.session.get(Credential, (poll.id, entry_id), populate_existing=True)
    reissue = in_force(act, poll, entry_id)
    reserve = act.session.get(ReserveCredential, (poll.id, reissue.reserve if reissue else 0))
    if credential is None:
        return Standing("-", handed_over=False, released=False)
    if credential.withdrawn_at is None:
        handed_over = credential.handed_over_at is not None
        return Standing(credential.public_key, handed_over, credential.released_at is not None)
    if reissue is None or reserve is None:
        return Standing("-", handed_over=False, released=False)
    return Standing(reserve.public_key, handed_over=reissue.handed_over_at is not None, released=False)


@dataclass(frozen=True)
class Numbers:
    """What is published of a poll's cards. `unclaimed` ones were neither handed over, nor released, nor withdrawn."""

    made: int
    reserve: int
    handed_over: int
    released: int
    withdrawn: int
    unclaimed: int


def numbers(act: Act, poll: Poll) -> Numbers:
    """Counts them; a card of the reserve that was handed over counts as handed over. Once erased: as counted then."""
    erasure = act.session.get(LinksErasure, poll.id)
    if erasure is not None:
        return Numbers(**erasure.figures["numbers"])
    unclaimed = and_(
        Credential.handed_over_at.is_(None), Credential.released_at.is_(None), Credential.withdrawn_at.is_(None)
    )
    cards = select(
        func.count(),
        func.count(Credential.handed_over_at),
        func.count(Credential.released_at),
        func.count(case((unclaimed, 1))),
    ).where(Credential.poll_id == poll.id)
    reissued = select(func.count(Reissue.handed_over_at), func.count(Reissue.approved_at))
    reserve = select(func.count()).select_from(ReserveCredential).where(ReserveCredential.poll_id == poll.id)
    made, handed_over, released, lying = act.session.execute(cards).one()
    reserve_handed_over, withdrawn = act.session.execute(reissued.where(Reissue.poll_id == poll.id)).one()
    return Numbers(
        made=made,
        reserve=act.session.scalar(reserve) or 0,
        handed_over=handed_over + reserve_handed_over,
        released=released,
        withdrawn=withdrawn,
        unclaimed=lying,
    )


def entries_without_card(act: Act, cycle: Cycle, poll: Poll) -> list[Entry]:
    """The roll entries for which no card was made yet, in the order of the roll."""
    query = select(Credential.entry_id).where(Credential.poll_id == poll.id)
    having = set(act.session.scalars(query))
    return [entry for entry in entries.voters(act, cycle) if entry.id not in having]


def reissues(act: Act, poll: Poll) -> Sequence[Reissue]:
    """All proposals and re-issues, in the order in which they were proposed."""
    return act.session.scalars(
        select(Reissue).where(Reissue.poll_id == poll.id).order_by(Reissue.proposed_at, Reissue.id)
    ).all()
