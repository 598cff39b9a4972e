"""A voter without a card: the code is released to the browser of whoever signs for it with the voter's own signature.

The code itself never passes through this process: it keeps ciphertexts, and the code-releasing process seals a code
anew to the key of the voter's browser. What is decided here is who may ask, and that a code goes one way alone.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.act import Act
from pb.cards.models import Credential, SealedCode, Way
from pb.cards.service import card_events, cards
from pb.codes.service.server import ReleaseUnreachable, ask
from pb.core.eds import EDSError
from pb.core.eds.statements import Kind, Statement, parse_statement
from pb.errors import Conflict, FieldRefusal, Forbidden, Refusal
from pb.polls.models import Poll, State
from pb.polls.service import participation, state
from pb.roll.models import Entry
from pb.settings import Settings

FRESH = timedelta(minutes=10)
AHEAD = timedelta(minutes=2)


class ReleaseSilent(Refusal):
    """The code-releasing process does not answer."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_("Codes cannot be released at this moment. Try again later, or get your card at the akimat."))


@dataclass(frozen=True)
class CodesKey:
    """The code-releasing process's public key, what people compare of it, the marks of its peppers.

    All empty while it does not answer.
    """

    key: str
    fingerprint: str
    pepper: str = ""


def offered(settings: Settings) -> bool:
    """Whether voters may come with their digital signature: trust and a registrar's socket are configured."""
    return settings.eds_trust is not None and settings.codes_socket is not None


def codes_key(settings: Settings) -> CodesKey | None:
    """The key that codes are sealed to, as the code-releasing process says; None where none is configured."""
    if not offered(settings) or settings.codes_socket is None:
        return None
    try:
        answer = ask(settings.codes_socket, {"ask": "key"})
    except ReleaseUnreachable:
        return CodesKey("", "")
    return CodesKey(*(answer.get(name, "") for name in ("key", "fingerprint", "pepper")))


def opens(session: Session, settings: Settings) -> bool:
    """Whether the code-releasing process opens a code of each poll that goes on: with another key it opens none.

    Raises ReleaseUnreachable.
    """
    if settings.codes_socket is None:
        return True
    for poll in session.scalars(select(Poll).where(Poll.state.in_((State.PREPARING, State.OPEN)))):
        kept = (
            select(SealedCode, Credential.public_key)
            .join(Credential, (Credential.poll_id == SealedCode.poll_id) & (Credential.entry_id == SealedCode.entry_id))
            .where(SealedCode.poll_id == poll.id)
            .limit(1)
        )
        for code, public_key in session.execute(kept):
            binding = {"poll": poll.uuid, "entry": str(code.entry_id), "public_key": public_key}
            if ask(settings.codes_socket, {"ask": "opens", "sealed": code.sealed, **binding}).get("opens") != "yes":
                return False
    return True


def statement_of(act: Act, poll: Poll, text: str, origin: str) -> Statement:
    """The statement that was signed: for this purpose, site, poll and time. Raises FieldRefusal."""
    try:
        statement = parse_statement(text.encode())
    except EDSError:
        statement = None
    fits = (
        statement is not None
        and statement.kind is Kind.RELEASE
        and statement["origin"] == origin
        and statement["poll"] == poll.uuid
        and act.at - FRESH <= statement.at <= act.at + AHEAD
    )
    if statement is None or not fits:
        raise stale()
    return statement


def stale() -> FieldRefusal:
    """What is told when a signature was made for something else, too long ago, or was used."""
    return FieldRefusal("signature", _("This signature is not for this vote, or it is too old. Sign again."))


@dataclass(frozen=True)
class Prepared:
    """A code that may be released: whose, and how it lies here."""

    entry_id: UUID
    public_key: str
    sealed: str


def prepare(act: Act, poll: Poll, entry: Entry | None) -> Prepared:
    """Whether the signer, whose entry of the roll it is, may have the code. Who proved the own IIN may know why not.

    Raises Forbidden (not on the roll), Conflict (not open, a card was handed over, nothing is kept).
    """
    if not state.is_open(poll, act.at):
        raise Conflict(_("Voting is not open."))
    if entry is None:
        raise Forbidden(_("You are not on the roll of this vote. Ask at the akimat."))
    standing = cards.standing(act, poll, entry.id)
    if standing.handed_over:
        raise Conflict(_("Your card was handed over: vote with its code."))
    sealed = act.session.get(SealedCode, (poll.id, entry.id))
    credential = cards.find(act, poll, entry.id)
    if sealed is None or credential is None or credential.withdrawn_at is not None:
        raise Conflict(_("No code is kept for your digital signature. Get your card at the akimat."))
    return Prepared(entry.id, credential.public_key, sealed.sealed)


def fetch(settings: Settings, poll: Poll, prepared: Prepared, text: str, cms: str) -> str:
    """The code, sealed anew by the code-releasing process to the browser's key. Raises ReleaseSilent, Forbidden."""
    if settings.codes_socket is None:
        raise ReleaseSilent
    request = {
        "ask": "release",
        "poll": poll.uuid,
        "entry": str(prepared.entry_id),
        "public_key": prepared.public_key,
        "sealed": prepared.sealed,
        "text": text,
        "cms": cms,
    }
    try:
        answer = ask(settings.codes_socket, request)
    except ReleaseUnreachable as error:
        raise ReleaseSilent from error
    if "released" not in answer:
        raise Forbidden(_("The registrar's program refused to release your code. Ask at the akimat."))
    return answer["released"]


def mark(act: Act, poll: Poll, prepared: Prepared) -> None:
    """Decides, under the lock of the card's row, that this code goes to the signature and to no card.

    What is published of each release is a commitment, with the others of its day.
    Raises Conflict (closed, voted, handed over or withdrawn meanwhile).
    """
    card_events.hold(act, poll)
    if not state.is_open(poll, act.at):
        raise Conflict(_("Voting is not open."))
    credential = cards.locked(act, poll, prepared.entry_id)
    if participation.has_voted(act, poll, prepared.entry_id):
        raise Conflict(_("A ballot was cast with this card already. A card votes once."))
    if credential.handed_over_at is not None or credential.withdrawn_at is not None:
        raise Conflict(_("Your card was handed over: vote with its code."))
    again = credential.released_at is not None
    card_events.keep(act, poll, Way.RELEASED_AGAIN if again else Way.RELEASED, prepared.entry_id)
    if not again:
        credential.released_at = state.hour_of(act.at)
    act.session.flush()
