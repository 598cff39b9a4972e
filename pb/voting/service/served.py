"""Whether what is served of a poll is what its archive and the log hold.

Everybody verifies the archive. But the voters' page, the casting, the tally, the decryption and the result read tables
beside it: a byte changed in one of those breaks a vote, or makes it another one, while every check of the archive says
that all is well. What they read of a poll that was opened is compared here with what was sealed at its opening and
since. Nothing was sealed of whose card a public key is (the list names nobody), nor of a decryption before the result.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from pb import keyring
from pb.act import Act
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.cards.service import statements
from pb.core.belenios import ballots
from pb.core.belenios.archive import Record, RecordKind
from pb.core.belenios.canonical import Check, ProtocolError, sha256_hex
from pb.core.belenios.chain import Link, read_links
from pb.core.belenios.messages import Election, EventType, Owned, credentials_json
from pb.core.belenios.receipt_code import receipt_code
from pb.core.belenios.trustee_list import Pedersen, Trustees
from pb.core.poll.terms import PollTerms
from pb.cycles.models import Cycle
from pb.keyring import KeyRing
from pb.polls.models import RECEIPT_CONTEXT, ArchiveRecord, LinksErasure, Participation, Poll, State
from pb.polls.service import state
from pb.trustees.models import PollShuffle, PollTrustee
from pb.voting.models import CastBallot
from pb.voting.service import poll_rules

ROWS_AT_ONCE = 200
ENDS_WITH = {
    State.OPEN: {EventType.SETUP, EventType.BALLOT},
    State.CLOSED: {EventType.END_BALLOTS},
    State.UNDER_MINIMUM: {EventType.END_BALLOTS},
    State.DECRYPTING: {EventType.ENCRYPTED_TALLY, EventType.SHUFFLE, EventType.END_SHUFFLES},
    State.COMPLETE: {EventType.RESULT},
    State.ANNULLED: set(EventType) - {EventType.RESULT},
}
"""With which event the archive of a poll in a state ends; one in preparation has none."""


@dataclass
class _Sealed:
    """What the archive holds, as far as tables repeat it: setup in full, ballots as their rows, the rest by digest."""

    election: str
    trustees: str
    credentials: str
    last: Link
    records: int
    ballots: list[tuple[int, int, int, str, str, str]] = field(default_factory=list)
    shuffles: list[tuple[int, str]] = field(default_factory=list)
    decryptions: dict[int, str] = field(default_factory=dict)


def polls(session: Session) -> Sequence[Poll]:
    """Every poll that was opened, whichever of its rows says so."""
    recorded = select(ArchiveRecord.poll_id).where(ArchiveRecord.poll_id == Poll.id, ArchiveRecord.position == 0)
    ran = Poll.state.not_in([State.PREPARING, State.ANNULLED])
    opened = or_(ran, Poll.election_json.is_not(None), Poll.head.is_not(None), recorded.exists())
    return session.scalars(select(Poll).where(opened).order_by(Poll.uuid)).all()


def differing(session: Session, poll: Poll, seal: KeyRing) -> list[str]:
    """What of an opened poll is served otherwise than sealed, by the names of tables and columns; empty where nothing.

    `seal` opens the key that signs receipts.
    """
    act, cycle, poll = state.of_platform(session, poll.id)
    try:
        sealed = _read(session, poll)
        election = Election.parse(sealed.election)
        terms = PollTerms.of(election)
        trustees = Trustees.parse(sealed.trustees, election.group)
    except (ProtocolError, ValueError):
        return ["archive_records"]
    if terms is None:
        return ["archive_records"]
    opening = _opening(act, cycle, poll)
    expected = {**_by_setup(sealed, election, terms, trustees), "opened_at": opening.at if opening else None}
    expected["timestamp"] = int(opening.at.timestamp()) if opening else None
    found = [f"polls.{name}" for name, value in expected.items() if getattr(poll, name) != value]
    if not _state_fits(poll, sealed, terms):
        found.append("polls.state")
    if _public_half(poll, seal) != terms.receipt_key:
        found.append("polls.receipt_private")
    told = opening.data if opening else {}
    if told.get("election") != sha256(sealed.election.encode()).hexdigest():
        found.append("audit_events poll.opened")
    # What stands under the projects' titles, while anybody reads it there.
    if poll.state == State.OPEN and told.get("summaries") != poll_rules.fingerprint_of_summaries(act, cycle, terms):
        found.append("reviews.summaries")
    if not _cards_fit(act, poll, sealed):
        found.append("credentials")
    return [*found, *_of_box(session, poll, sealed), *_of_trustees(session, poll, sealed, election, trustees)]


def _read(session: Session, poll: Poll) -> _Sealed:
    """Raises ProtocolError, or ValueError where there is no archive."""
    sealed: _Sealed | None = None
    records = 0
    for link in read_links(_records(session, poll)):
        place, records = records, records + len(link.records)
        if link.event.type is EventType.SETUP:
            election, trustees, credentials = (record.data.decode() for record in link.data[:3])
            sealed = _Sealed(election, trustees, credentials, link, records)
        if sealed is None:
            break
        sealed.last, sealed.records = link, records
        if link.event.type is EventType.BALLOT:
            tracker = ballots.tracker(link.data[0].data)
            row = (len(sealed.ballots) + 1, place, link.event.height, link.digest, tracker, receipt_code(tracker))
            sealed.ballots.append(row)
        elif link.event.type is EventType.SHUFFLE:
            sealed.shuffles.append((Owned.parse(link.data[1].data).owner, link.data[0].digest))
        elif link.event.type is EventType.PARTIAL_DECRYPTION:
            sealed.decryptions[Owned.parse(link.data[1].data).owner] = link.data[0].digest
    if sealed is None:
        raise ValueError("there is no archive")
    return sealed


def _records(session: Session, poll: Poll) -> Iterator[Record]:
    """All records that stand there, also beyond those that the poll counts. Raises ProtocolError (HASH)."""
    query = select(ArchiveRecord.position, ArchiveRecord.name, ArchiveRecord.data)
    query = query.where(ArchiveRecord.poll_id == poll.id).order_by(ArchiveRecord.position)
    rows = session.execute(query.execution_options(yield_per=ROWS_AT_ONCE))
    for place, (position, name, data) in enumerate(rows):
        kind = RecordKind.EVENT if name.endswith(".event.json") else RecordKind.DATA
        record = Record(kind, data, sha256_hex(data))
        if record.name != name or position != place:
            raise ProtocolError(Check.HASH, "A record's name is not the SHA-256 of its content.")
        yield record


def _by_setup(sealed: _Sealed, election: Election, terms: PollTerms, trustees: Trustees) -> dict[str, Any]:
    """What each column of the poll's row has to hold."""
    minutes = terms.minutes
    return {
        "election_json": sealed.election,
        "trustees_json": sealed.trustees,
        "uuid": election.uuid,
        "group_name": election.group.name,
        "threshold": next((kind.threshold for kind in trustees.kinds if isinstance(kind, Pedersen)), None),
        "closes_at": datetime.fromisoformat(terms.closes_at),
        "receipt_public": terms.receipt_key,
        "seed_text": terms.tie_seed.text,
        "minutes_number": minutes.number if minutes else None,
        "minutes_on": datetime.fromisoformat(minutes.date).date() if minutes else None,
        "minutes_cards": terms.maker.to_json() if terms.maker else None,
        "head": sealed.last.event.to_json(),
        "height": sealed.last.event.height,
        "records": sealed.records,
    }


def _opening(act: Act, cycle: Cycle, poll: Poll) -> AuditEvent | None:
    """The log's event of this opening."""
    events = audit.of_subject(act, cycle.id)
    opened = (event for event in events if event.action == "poll.opened" and event.data.get("poll") == poll.uuid)
    return next(opened, None)


def _state_fits(poll: Poll, sealed: _Sealed, terms: PollTerms) -> bool:
    """Whether the archive ends as it does in this state, with so many ballots as it takes."""
    counted = poll.state in {State.CLOSED, State.DECRYPTING, State.COMPLETE}
    enough = len(sealed.ballots) >= terms.minimum_ballots
    if (counted and not enough) or (poll.state == State.UNDER_MINIMUM and enough):
        return False
    return sealed.last.event.type in ENDS_WITH.get(State(poll.state), ())


def _public_half(poll: Poll, seal: KeyRing) -> str | None:
    """The public half of the key with which receipts are signed; None where it does not open."""
    try:
        private = keyring.unseal_bytes(poll.receipt_private, seal, RECEIPT_CONTEXT)
        return b64encode(Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()).decode()
    except (InvalidTag, ValueError):
        return None


def _cards_fit(act: Act, poll: Poll, sealed: _Sealed) -> bool:
    """Whether the cards are those of the setup; of those that the erasure of the links left, whether they are in it."""
    keys = statements.public_keys(act, poll)
    if act.session.get(LinksErasure, poll.id) is not None:
        return set(keys) <= set(json.loads(sealed.credentials))
    return credentials_json(keys) == sealed.credentials


def _of_box(session: Session, poll: Poll, sealed: _Sealed) -> Iterator[str]:
    query = select(
        CastBallot.position, CastBallot.record, CastBallot.height, CastBallot.event, CastBallot.tracker, CastBallot.code
    )
    rows = session.execute(query.where(CastBallot.poll_id == poll.id).order_by(CastBallot.position))
    if [tuple(row) for row in rows] != sealed.ballots:
        yield "cast_ballots"
    voted = select(func.count()).select_from(Participation).where(Participation.poll_id == poll.id)
    if session.scalar(voted) != len(sealed.ballots):
        yield "participations"


def _of_trustees(
    session: Session, poll: Poll, sealed: _Sealed, election: Election, trustees: Trustees
) -> Iterator[str]:
    places = select(PollTrustee).where(PollTrustee.poll_id == poll.id).order_by(PollTrustee.position)
    rows = session.scalars(places).all()
    keys = {number: key.to_json(election.group) for number, key in enumerate(trustees.keys, 1)}
    if {row.position: row.key_json for row in rows} != keys:
        yield "poll_trustees.key_json"
    kept = {row.position: sha256_hex(row.decryption_json or "") for row in rows}
    if any(kept.get(owner) != digest for owner, digest in sealed.decryptions.items()):
        yield "poll_trustees.decryption_json"
    handed_in = select(PollShuffle.position, PollShuffle.data).where(PollShuffle.poll_id == poll.id)
    right = session.execute(handed_in.where(PollShuffle.verdict.is_(True)).order_by(PollShuffle.handed_in_at))
    if [(owner, sha256_hex(data)) for owner, data in right] != sealed.shuffles:
        yield "poll_shuffles"
