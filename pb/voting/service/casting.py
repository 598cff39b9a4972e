"""While a poll is open: proving that one has a card's key, and casting one ballot, once."""

import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from pb import keyring
from pb.act import Act
from pb.cards.service import cards, release
from pb.clock import local
from pb.core.belenios import ballots, chain, possession, receipt
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.messages import Proof
from pb.core.belenios.receipt_code import receipt_code
from pb.core.national_numbers import IIN
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, Refusal
from pb.identity.service import nonces
from pb.identity.service.nonces import Purpose
from pb.keyring import Keys
from pb.polls.models import RECEIPT_CONTEXT, Channel, Poll
from pb.polls.service import archive, participation, state
from pb.roll.service import entries
from pb.voting.models import BallotEvidence, CastBallot
from pb.voting.service import ballot_box

LIVES = {Purpose.CARD: timedelta(minutes=2), Purpose.RELEASE: release.FRESH}
SESSION_LIFE = timedelta(hours=2)


class VotingEnded(Conflict):
    """A ballot that came after the end; the voter's page stops asking for it."""

    code = "VotingEnded"


class NotAdmitted(Refusal):
    """Sign-in with a card failed. One answer for every reason: nobody learns whether a person is on the roll."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_("The IIN and the code do not belong together, or the card was not handed over at the desk."))


class AlreadyVoted(Conflict):
    """A ballot of this card is in the box; the receipt tells which."""

    code = "voted"

    def __init__(self, receipt_value: dict[str, Any]) -> None:
        super().__init__(_("A ballot was cast with this card already. A card votes once."))
        self.details = {"receipt": receipt_value}


@dataclass(frozen=True)
class Voter:
    """Who proved to have a card's key: their roll entry and the card's public key."""

    entry_id: UUID
    public_key: str


@dataclass(frozen=True)
class SignedTracker:
    """A verified signature of a ballot's tracker: the text that was signed, and the CMS in PEM."""

    statement: str
    cms: str


def challenge(act: Act, poll: Poll, secret: str, origin: str, purpose: Purpose = Purpose.CARD) -> str:
    """A nonce for one proof within two minutes, or ten for a signature. Raises Conflict when the poll is not open.

    Nothing is kept of it: strangers may ask for any number. `secret` is the server's own key, `origin` its address.
    """
    if not state.is_open(poll, act.at):
        raise Conflict(_("Voting is not open."))
    return nonces.issue(secret, purpose, _place(poll, origin), act.at)


def good_until(
    act: Act, poll: Poll, nonce: str, secret: str, origin: str, purpose: Purpose = Purpose.CARD
) -> datetime | None:
    """Until when a nonce of this server's for this poll serves; None if it is none, or too old."""
    life = LIVES[purpose]
    made = nonces.made_at(secret, purpose, _place(poll, origin), nonce, at=act.at, life=life)
    return made + life if made is not None else None


def _place(poll: Poll, origin: str) -> str:
    return f"{origin}|{poll.uuid}"


def admit(
    act: Act,
    cycle: Cycle,
    poll: Poll,
    keys: Keys,
    *,
    iin: IIN | None,
    public_key: str,
    proof: Any,
    nonce: str,
    origin: str,
) -> Voter:
    """Checks the login proof, and that the key is the card of this IIN, handed over by a clerk.

    The work is the same whatever is wrong: the proof is always checked, the roll always looked up. Raises NotAdmitted.
    """
    proved = _proves(poll, public_key, proof, nonce, origin)
    entry = entries.find(act, cycle, iin if iin is not None else _NOBODY, keys)
    standing = cards.standing(act, poll, entry.id if entry else _NO_ENTRY)
    fits = hmac.compare_digest(standing.public_key.encode(), public_key.encode())
    if not (proved and fits and standing.handed_over and entry is not None):
        raise NotAdmitted
    return Voter(entry.id, public_key)


_NOBODY = IIN("000000000000", datetime(1900, 1, 1, tzinfo=UTC).date())
_NO_ENTRY = UUID(int=0)


def _proves(poll: Poll, public_key: str, proof: Any, nonce: str, origin: str) -> bool:
    group = state.group_of(poll)
    try:
        possession.check_login(
            group,
            public_key,
            Proof.from_value(proof, group.q),
            origin=origin,
            uuid=poll.uuid,
            nonce=nonce,
        )
    except ProtocolError:
        return False
    return True


def check(poll: Poll, voter: Voter, ballot_json: str) -> None:
    """Everything about a ballot that needs no database: form, membership, proofs, signature, whose credential it is.

    Called without a transaction: it takes some tens of milliseconds. Raises FieldRefusal.
    """
    try:
        ballots.check_ballot(state.election_of(poll.election_json or ""), {voter.public_key}, ballot_json)
    except ProtocolError as error:
        message = _("The ballot did not arrive as it should. Nothing was cast. Load the page again and repeat.")
        raise FieldRefusal("ballot", message) from error


def cast(
    act: Act,
    poll_id: UUID,
    keys: Keys,
    voter: Voter,
    ballot_json: str,
    channel: Channel,
    signed: SignedTracker | None = None,
) -> str:
    """Puts a checked ballot into the box: the chain and the participation in one transaction; returns the receipt.

    Holds the lock on this poll's row alone. `signed` is the voter's own digital signature of the tracker, verified by
    the caller; a code that was released votes with it alone. Raises VotingEnded, NotAdmitted (the card was
    withdrawn), AlreadyVoted, FieldRefusal (the signature is missing). What the database's own uniqueness refuses is the
    same refusal.
    """
    poll = act.session.get_one(Poll, poll_id, with_for_update=True, populate_existing=True)
    if not state.is_open(poll, act.at):
        raise VotingEnded(_("Voting has ended. Nothing was cast."))
    standing = cards.standing(act, poll, voter.entry_id)
    if standing.public_key != voter.public_key or not (standing.handed_over or standing.released):
        raise NotAdmitted
    before = ballot_box.of_entry(act, poll, voter.entry_id)
    if before is not None:
        raise AlreadyVoted(json.loads(receipt_of(poll, before, keys)))
    if standing.released and signed is None:
        raise FieldRefusal("signature", _("Sign the ballot with your digital signature: without it nothing is cast."))
    if participation.has_voted(act, poll, voter.entry_id):
        raise Conflict(_("A ballot was cast with this card already. A card votes once."))
    hour = state.hour_of(act.at)
    participation.record(act, poll, voter.entry_id, channel, hour)
    place = poll.records  # of the ballot; its event comes after it
    link = archive.append(act.session, poll, chain.ballot(archive.head(poll), ballot_json))
    tracker = ballots.tracker(ballot_json)
    row = CastBallot(
        poll_id=poll.id,
        position=ballot_box.count(act, poll) + 1,
        entry_id=voter.entry_id,
        tracker=tracker,
        code=receipt_code(tracker),
        height=link.event.height,
        record=place,
        event=link.digest,
        hour=hour,
    )
    act.session.add(row)
    try:
        act.session.flush()
    except IntegrityError as error:
        raise Conflict(_("A ballot was cast with this card already. A card votes once.")) from error
    if signed is not None:
        evidence = BallotEvidence(poll_id=poll.id, tracker=row.tracker, statement=signed.statement, cms=signed.cms)
        act.session.add(evidence)
        act.session.flush()
    return receipt_of(poll, row, keys)


def receipt_of(poll: Poll, row: CastBallot, keys: Keys) -> str:
    """The signed receipt of a ballot in the box, as JSON; the same each time, as Ed25519 is deterministic."""
    private = keyring.unseal_bytes(poll.receipt_private, keys.seal, RECEIPT_CONTEXT)
    unsigned = receipt.Receipt(
        election=poll.uuid,
        election_hash=state.election_of(poll.election_json or "").hash,
        tracker=row.tracker,
        position=row.position,
        height=row.height,
        event=row.event,
        hour=local(row.hour).isoformat(timespec="minutes"),
    )
    return receipt.sign_receipt(unsigned, private).to_json()
