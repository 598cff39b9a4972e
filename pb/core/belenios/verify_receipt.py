"""Whether the ballot of a voter's receipt is in the archive."""

from pathlib import Path
from typing import BinaryIO

from pb.core.belenios.archive import ArchiveReader, opened
from pb.core.belenios.ballots import tracker
from pb.core.belenios.canonical import Check, ProtocolError
from pb.core.belenios.chain import Link, read_links
from pb.core.belenios.messages import Election, EventType
from pb.core.belenios.receipt import Receipt, check_receipt
from pb.core.poll.terms import PollTerms


def verify_receipt(receipt: str | bytes | Receipt, archive: str | Path | BinaryIO) -> Receipt:
    """Check that a receipt is the poll's and that its ballot is in the archive where it says.

    The archive's structure and chain are checked, its proofs are for `verify`. Raises ProtocolError: RECEIPT where the
    receipt is wrong or its ballot is missing, FORM for what is no receipt, and what reading the archive raises.
    """
    promised = receipt if isinstance(receipt, Receipt) else Receipt.parse(receipt)
    found = False
    with opened(archive) as file:
        for link in read_links(ArchiveReader(file)):
            if link.event.type is EventType.SETUP:
                _check_issuer(promised, Election.parse(link.data[0].data))
            if link.event.type is EventType.BALLOT and link.digest == promised.event:
                _check_place(promised, link)
                found = True
    if not found:
        raise ProtocolError(Check.RECEIPT, "The receipt's event is not in the archive.", equation="event ∈ chain")
    return promised


def _check_issuer(receipt: Receipt, election: Election) -> None:
    terms = PollTerms.of(election)
    if terms is None:
        raise ProtocolError(Check.RECEIPT, "This archive's poll gives no receipts.")
    if (receipt.election, receipt.election_hash) != (election.uuid, election.hash):
        raise ProtocolError(Check.RECEIPT, "The receipt is of another poll.", equation="election_hash = φ")
    check_receipt(receipt, terms.receipt_key)


def _check_place(receipt: Receipt, link: Link) -> None:
    """Setup has the height 0 and ballots follow it without a gap, so that a ballot's height is its position."""
    if not receipt.position == receipt.height == link.event.height:
        raise ProtocolError(Check.RECEIPT, "The ballot stands at another place than the receipt says.")
    if receipt.tracker != tracker(link.data[0].data):
        raise ProtocolError(Check.RECEIPT, "The ballot's tracker is another.", equation="tracker = BASE64(SHA256(b))")
