"""The ballots in the box: how many, and which is whose."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from pb.act import Act
from pb.core.belenios import ballots
from pb.core.belenios.receipt_code import LENGTH
from pb.core.poll.card_key import AskedKey
from pb.polls.models import ArchiveRecord, Poll
from pb.voting.models import CastBallot

CREDENTIALS = 2  # the record of an archive that lists the public keys: election, trustees, credentials come first
BALLOT = b'{"election_uuid":'
SIGNED_BY = re.compile(rb'"credential":"([^"]+)"')
ROWS_AT_ONCE = 200


def count(act: Act, poll: Poll) -> int:
    return act.session.scalar(select(func.count()).select_from(CastBallot).where(CastBallot.poll_id == poll.id)) or 0


def find(act: Act, poll: Poll, asked: str) -> CastBallot | None:
    """The ballot of a receipt's code or of a whole tracker (`receipt_code.asked_for`); for anybody who asks."""
    which = CastBallot.code == asked if len(asked) == LENGTH else CastBallot.tracker == asked
    return act.session.scalars(select(CastBallot).where(CastBallot.poll_id == poll.id, which)).one_or_none()


def neighbours(act: Act, ballot: CastBallot) -> Sequence[CastBallot]:
    """A ballot between those that came before and after it."""
    near = CastBallot.position.between(ballot.position - 1, ballot.position + 1)
    query = select(CastBallot).where(CastBallot.poll_id == ballot.poll_id, near).order_by(CastBallot.position)
    return act.session.scalars(query).all()


def of_entry(act: Act, poll: Poll, entry_id: UUID) -> CastBallot | None:
    query = select(CastBallot).where(CastBallot.poll_id == poll.id, CastBallot.entry_id == entry_id)
    return act.session.scalars(query).one_or_none()


@dataclass(frozen=True)
class KeyOnTheList:
    """A public key of the poll's list, and the place in the box of the ballot that it signed; None without a ballot."""

    public_key: str
    position: int | None


def of_key(act: Act, poll: Poll, asked: AskedKey) -> KeyOnTheList | None:
    """Whether this key has voted, read from the archive's records and from nothing else.

    None when no key of the list is it.
    """
    if poll.head is None:
        return None
    query = select(ArchiveRecord.data).where(ArchiveRecord.poll_id == poll.id, ArchiveRecord.position == CREDENTIALS)
    listed = json.loads(act.session.scalars(query).one())
    public_key = asked.among(listed)
    if public_key is None:
        return None
    records = (
        select(ArchiveRecord.data)
        .where(ArchiveRecord.poll_id == poll.id, ArchiveRecord.position > CREDENTIALS)
        .order_by(ArchiveRecord.position)
    )
    position, signed = 0, f'"credential":"{public_key}"'.encode()
    for data in act.session.scalars(records.execution_options(yield_per=ROWS_AT_ONCE)):
        if data.startswith(BALLOT):
            position += 1
            if signed in data:
                return KeyOnTheList(public_key, position)
    return KeyOnTheList(public_key, None)


def in_archive(act: Act, poll: Poll) -> dict[int, tuple[str, str]]:
    """The ballots that the archive holds: by the place of the record its tracker and the public key that signed it."""
    records = (
        select(ArchiveRecord.position, ArchiveRecord.data)
        .where(ArchiveRecord.poll_id == poll.id, ArchiveRecord.position > CREDENTIALS)
        .order_by(ArchiveRecord.position)
    )
    found = {}
    for position, data in act.session.execute(records.execution_options(yield_per=ROWS_AT_ONCE)):
        if data.startswith(BALLOT):
            signed = SIGNED_BY.search(data)
            found[position] = (ballots.tracker(data.decode()), signed[1].decode() if signed else "")
    return found
