"""The verifier: it trusts nothing but SHA-256 and the group (section 3.5 of the specification).

One pass over the archive, one record in memory at a time: what grows with the number of ballots is a hash and a
position for each. An archive may end at any event (a poll still open, annulled, or closed under its minimum of
ballots); the report says how far it goes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from pb.core.belenios.archive import ArchiveReader, Record
from pb.core.belenios.ballots import Ballot, check_parsed_ballot, tracker
from pb.core.belenios.canonical import Check, ProtocolError
from pb.core.belenios.chain import Link, read_links
from pb.core.belenios.decryption import check_partial_decryption, check_result
from pb.core.belenios.messages import (
    Election,
    EncryptedTally,
    EventType,
    Owned,
    PartialDecryption,
    Result,
    SetupData,
    SizedTally,
    TrusteeKey,
    parse_credentials,
    parse_trustees,
)
from pb.core.belenios.receipt import Receipt, check_receipt
from pb.core.belenios.report import Line, Recorder, Report, Stage, Step, WithdrawnBallot
from pb.core.belenios.tally import RunningTally
from pb.core.belenios.trustees import check_trustee_key, combine_keys
from pb.core.belenios.withdrawn import Withdrawn, check_withdrawn
from pb.core.poll_terms import PollTerms


def verify(
    archive: str | Path | BinaryIO,
    *,
    withdrawn: Withdrawn | None = None,
    on_check: Callable[[Line], None] | None = None,
) -> Report:
    """Verify an archive (a path, or a seekable binary file at its beginning).

    `withdrawn` is the poll's published list of withdrawn credentials: it is checked against the setup, and every ballot
    of one is reported. `on_check` is called with the line of a check each time its count grows. Returns the report,
    with the first failure if there is one; raises OSError alone.
    """
    recorder = Recorder(on_check)
    with _opened(archive) as file:
        try:
            _Verification(file, recorder, withdrawn).run()
        except ProtocolError as error:
            recorder.fail(error)
    return recorder.report


@contextmanager
def _opened(archive: str | Path | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(archive, str | Path):
        with Path(archive).open("rb") as file:
            yield file
    else:
        yield archive


class _Verification:
    """The state of one verification: what the events so far have established."""

    election: Election
    terms: PollTerms | None
    trustees: tuple[TrusteeKey, ...]
    credentials: frozenset[str]
    running: RunningTally
    tally: EncryptedTally

    def __init__(self, file: BinaryIO, recorder: Recorder, withdrawn: Withdrawn | None) -> None:
        self.file = file
        self.withdrawn = withdrawn
        self.recorder = recorder
        self.report = recorder.report
        self.ballots: set[str] = set()
        self.last: dict[bytes, tuple[int, int, str]] = {}  # SHA-256 of the credential → its last ballot's place
        self.decryptions: dict[int, PartialDecryption] = {}

    def run(self) -> None:
        with self.recorder.step(Step.ARCHIVE, 1):
            reader = ArchiveReader(self.file)
        links = read_links(self._records(reader))
        handlers = {
            EventType.SETUP: self._setup,
            EventType.BALLOT: self._ballot,
            EventType.END_BALLOTS: self._end_ballots,
            EventType.ENCRYPTED_TALLY: self._encrypted_tally,
            EventType.PARTIAL_DECRYPTION: self._partial_decryption,
            EventType.RESULT: self._result,
        }
        while (link := self._next(links)) is not None:
            handlers[link.event.type](link)
            self.report.events += 1
            self.report.stage = Stage.after(link.event.type)
            self.recorder.credential = self.recorder.trustee = None
        if not self.report.events:
            raise ProtocolError(Check.ORDER, "The archive holds no event.")

    def _records(self, reader: ArchiveReader) -> Iterator[Record]:
        records = iter(reader)
        while True:
            with self.recorder.step(Step.ARCHIVE, 0):
                record = next(records, None)
            if record is None:
                return
            self.recorder.count(Step.ARCHIVE, 1)
            self.recorder.enter(Step.CHAIN)
            yield record

    def _next(self, links: Iterator[Link]) -> Link | None:
        link = next(links, None)
        if link is not None:
            self.recorder.count(Step.CHAIN, 1)
        return link

    def _setup(self, link: Link) -> None:
        election, trustees, credentials, setup_data = link.data
        with self.recorder.step(Step.SETUP, len(link.data)):
            named = SetupData.parse(setup_data.data)
            if named != SetupData(election.digest, trustees.digest, credentials.digest):
                raise ProtocolError(
                    Check.SETUP, "The setup names other records than those before it.", equation="H = SHA256(record)"
                )
            self.election = Election.parse(election.data)
        self.report.election = self.election.uuid
        self.report.election_hash = self.election.hash
        self.report.name = self.election.name
        group = self.election.group
        with self.recorder.step(Step.CREDENTIALS, 0):
            listed = parse_credentials(credentials.data, group)
            self.credentials = frozenset(listed)
        self.recorder.count(Step.CREDENTIALS, len(listed))
        with self.recorder.step(Step.TRUSTEES, 0):
            self.trustees = parse_trustees(trustees.data, group)
            for number, key in enumerate(self.trustees, start=1):
                self.recorder.trustee = number
                check_trustee_key(group, key)
            self.recorder.trustee = None
        self.recorder.count(Step.TRUSTEES, len(self.trustees))
        with self.recorder.step(Step.ELECTION_KEY, len(self.trustees)):
            if combine_keys(group, self.trustees) != self.election.public_key:
                raise ProtocolError(
                    Check.ELECTION_KEY,
                    "The election's key is not the product of the trustees' keys.",
                    equation="y = ΠX",
                )
        self._check_terms(list(listed.values()))
        self._check_withdrawn()
        self.running = RunningTally(self.election)

    def _check_terms(self, credentials: list[int]) -> None:
        with self.recorder.step(Step.TERMS, 0):
            self.terms = self.report.terms = PollTerms.of(self.election)
            if self.terms is None:
                return
            if credentials != sorted(credentials):
                raise ProtocolError(Check.CREDENTIALS, "The credentials are not sorted by value.")
            if len(credentials) > self.terms.roll.count + (self.terms.reserve or 0):
                raise ProtocolError(
                    Check.CREDENTIALS,
                    "There are more credentials than persons on the roll and reserve credentials.",
                    equation="credentials ≤ roll + reserve",
                )
        self.recorder.count(Step.TERMS, len(self.terms.projects))

    def _check_withdrawn(self) -> None:
        if self.withdrawn is None:
            return
        with self.recorder.step(Step.WITHDRAWN, len(self.withdrawn.entries)):
            if self.terms is None:
                raise ProtocolError(Check.WITHDRAWN, "This archive's poll publishes no list of withdrawn credentials.")
            check_withdrawn(self.withdrawn, self.election, self.terms.receipt_key, self.credentials)

    def _ballot(self, link: Link) -> None:
        record = link.data[0]
        with self.recorder.step(Step.BALLOTS):
            if record.digest in self.ballots:
                raise ProtocolError(Check.DUPLICATE, "The same ballot stands in the archive twice.")
            self.ballots.add(record.digest)
            ballot = Ballot.parse(record.data, self.election.group)
            self.recorder.credential = ballot.credential
            check_parsed_ballot(self.election, self.credentials, ballot)
            if self.withdrawn is not None and ballot.credential in self.withdrawn.public_keys:
                found = WithdrawnBallot(link.event.height, ballot.credential[:12], tracker(record.data))
                self.report.withdrawn.append(found)
            voter = sha256(ballot.credential.encode()).digest()
            if voter in self.last:
                self.running.remove(self._again(*self.last[voter]))
            self.running.add(ballot)
            self.last[voter] = (record.offset, len(record.data), record.digest)
        self.report.ballots += 1
        self.report.voters = self.running.count

    def _again(self, offset: int, size: int, digest: str) -> Ballot:
        """A ballot that was read and checked before: its credential has voted again."""
        position = self.file.tell()
        self.file.seek(offset)
        data = self.file.read(size)
        self.file.seek(position)
        if sha256(data).hexdigest() != digest:
            raise ProtocolError(Check.HASH, "The archive changed while it was read.")
        return Ballot.parse(data, self.election.group)

    def _end_ballots(self, _link: Link) -> None:
        """The event alone says that no ballot follows; the chain has checked that none does."""

    def _encrypted_tally(self, link: Link) -> None:
        tally, sized = link.data
        if self.terms is not None:
            with self.recorder.step(Step.MINIMUM, self.running.count):
                if self.running.count < self.terms.minimum_ballots:
                    raise ProtocolError(
                        Check.MINIMUM,
                        "A tally was made although there are fewer ballots than the poll's minimum.",
                        equation="ballots ≥ minimum_ballots",
                    )
        group = self.election.group
        self.tally = self.running.encrypted_tally()
        with self.recorder.step(Step.TALLY, sum(len(row) for row in self.tally.questions)):
            published = EncryptedTally.parse(tally.data, group)
            if SizedTally.parse(sized.data) != SizedTally(self.running.count, self.running.count, tally.digest):
                raise ProtocolError(
                    Check.TALLY, "The tally's size or hash is wrong.", equation="num_tallied = |last(B)|"
                )
            if published != self.tally or tally.data.decode() != self.tally.to_json(group):
                raise ProtocolError(
                    Check.TALLY, "The encrypted tally is not the product of the ballots.", equation="C = Π choices(b)"
                )

    def _partial_decryption(self, link: Link) -> None:
        message, owned_by = link.data
        with self.recorder.step(Step.DECRYPTIONS, sum(len(row) for row in self.tally.questions)):
            owned = Owned.parse(owned_by.data)
            if owned.payload != message.digest:
                raise ProtocolError(Check.HASH, "A decryption's payload is not the record before it.")
            if not 1 <= owned.owner <= len(self.trustees) or owned.owner in self.decryptions:
                raise ProtocolError(Check.OWNER, "A decryption belongs to no trustee, or to one who has decrypted.")
            self.recorder.trustee = owned.owner
            decryption = PartialDecryption.parse(message.data, self.election.group)
            check_partial_decryption(self.election, self.trustees[owned.owner - 1], self.tally, decryption)
            self.decryptions[owned.owner] = decryption

    def _result(self, link: Link) -> None:
        with self.recorder.step(Step.RESULT, sum(len(row) for row in self.tally.questions)):
            result = Result.parse(link.data[0].data)
            if len(self.decryptions) != len(self.trustees):
                raise ProtocolError(Check.RESULT, "A result was published before every trustee had decrypted.")
            decryptions = list(self.decryptions.values())
            check_result(self.election, self.tally, self.running.count, decryptions, result)
        self.report.result = result.result
        if self.terms is not None:
            with self.recorder.step(Step.WINNERS, 0):
                self.report.allocation = self.terms.allocate(result.result[0])
            self.recorder.count(Step.WINNERS, len(self.report.allocation.winners))


def verify_receipt(receipt: str | bytes | Receipt, archive: str | Path | BinaryIO) -> Receipt:
    """Check that a receipt is the poll's and that its ballot stands in the archive where it says.

    The archive's structure and chain are checked, its proofs are for `verify`. Raises ProtocolError: RECEIPT where the
    receipt is wrong or its ballot is missing, FORM for what is no receipt, and what reading the archive raises.
    """
    promised = receipt if isinstance(receipt, Receipt) else Receipt.parse(receipt)
    found = False
    with _opened(archive) as file:
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
