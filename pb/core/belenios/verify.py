"""The verifier: it trusts nothing but SHA-256 and the group (section 3.5 of the specification).

One pass over the archive, one record in memory at a time: what grows with the number of ballots is a hash and a
position for each, and the ciphertexts of whole ballots, which the tally holds too. An archive may end at any event (a
poll still open, annulled, or closed under its minimum of ballots); the report says how far it goes.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from pb.core.belenios.archive import ArchiveReader, Record, opened
from pb.core.belenios.ballot_rule import BallotRule, not_counted, parse_rule
from pb.core.belenios.ballots import Ballot, check_origin, check_proofs, tracker
from pb.core.belenios.canonical import Check, ProtocolError
from pb.core.belenios.chain import Link, read_links
from pb.core.belenios.checks import CheckFailed, Checks
from pb.core.belenios.decryption import check_partial_decryption, check_result, combine, strange_encodings
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
    WholeQuestion,
    parse_credentials,
)
from pb.core.belenios.report import InvalidBallot, Line, Recorder, Report, Stage, Step, WithdrawnBallot
from pb.core.belenios.shuffles import Shuffle, check_shuffle
from pb.core.belenios.tally import RunningTally, shuffled, to_shuffle
from pb.core.belenios.threshold import check_pedersen
from pb.core.belenios.trustee_list import Pedersen, Trustees
from pb.core.belenios.trustees import check_trustee_key
from pb.core.belenios.withdrawn import Withdrawn, check_withdrawn

if TYPE_CHECKING:
    from pb.core.poll.result import PollResult
    from pb.core.poll.terms import PollTerms

LEAST_SHUFFLERS = 2


def verify(
    archive: str | Path | BinaryIO,
    *,
    withdrawn: Withdrawn | None = None,
    jobs: int = 1,
    extends: str | Path | BinaryIO | None = None,
    on_check: Callable[[Line], None] | None = None,
) -> Report:
    """Verify an archive (a path, or a seekable binary file at its beginning).

    `withdrawn` is the poll's published list of withdrawn credentials: it is checked against the setup, and every ballot
    of one is reported. `jobs` processes share the work (where it is more than 1, a script that calls this needs the
    usual `if __name__ == "__main__"`). With `extends`, an earlier copy, the archive must begin with it. `on_check` is
    called with the line of a check each time its count grows. Returns the report, with the first failure if there is
    one; raises OSError alone.
    """
    recorder = Recorder(on_check)
    with opened(archive) as file, Checks(recorder, jobs) as checks:
        try:
            if extends is not None:
                with opened(extends) as earlier:
                    _check_extends(recorder, earlier, file)
            _Verification(file, recorder, checks, withdrawn).run()
            checks.finish()
        except ProtocolError as error:
            place = recorder.place
            try:
                checks.finish()
                recorder.fail(error, place)
            except CheckFailed as earlier_failure:
                recorder.fail(earlier_failure.error, earlier_failure.place)
        except CheckFailed as failure:
            recorder.fail(failure.error, failure.place)
    return recorder.report


def _terms_of(election: Election) -> "PollTerms | None":
    """The terms of a poll of ours. They are read with this package, which therefore imports them when it runs."""
    from pb.core.poll.terms import PollTerms

    return PollTerms.of(election)


def _counted(terms: "PollTerms", row: Sequence[Any], strange: frozenset[int]) -> "PollResult":
    """What the result of a poll of ours comes to; imported when it runs, as the terms are."""
    from pb.core.poll.result import count_result

    return count_result(terms, row, strange)


def verify_telling(tell: Callable[[int], None], path: str) -> Report:
    """Verifies the archive at `path`, and tells how many checks there were so far each time that one is done."""
    seen = 0

    def count(_line: Line) -> None:
        nonlocal seen
        seen += 1
        tell(seen)

    return verify(path, on_check=count)


def _check_extends(recorder: Recorder, earlier: BinaryIO, file: BinaryIO) -> None:
    """An archive only ever grows: the earlier copy is the beginning of the later one, byte for byte."""
    with recorder.step(Step.EXTENDS, 0):
        start = file.tell()
        old, new = ArchiveReader(earlier), ArchiveReader(file)
        if old.timestamp != new.timestamp:
            raise ProtocolError(Check.EXTENDS, "The earlier copy is of another archive.")
        later = read_links(new)
        for link in read_links(old):
            following = next(later, None)
            if following is None:
                raise ProtocolError(Check.EXTENDS, "The archive ends before its earlier copy does.")
            if [record.digest for record in link.records] != [record.digest for record in following.records]:
                raise ProtocolError(
                    Check.EXTENDS, "The archive differs from its earlier copy.", equation="NEW = OLD | more"
                )
            recorder.count(Step.EXTENDS, 1)
            recorder.report.events += 1
        recorder.report.events = 0
        file.seek(start)


class _Verification:
    """The state of one verification: what the events so far have established."""

    election: Election
    terms: "PollTerms | None"
    rules: dict[int, BallotRule]
    trustees: Trustees
    keys: tuple[TrusteeKey, ...]
    credentials: frozenset[str]
    running: RunningTally
    tally: EncryptedTally

    def __init__(self, file: BinaryIO, recorder: Recorder, checks: Checks, withdrawn: Withdrawn | None) -> None:
        self.file = file
        self.withdrawn = withdrawn
        self.recorder = recorder
        self.checks = checks
        self.report = recorder.report
        self.ballots: set[bytes] = set()
        self.last: dict[bytes, tuple[int, int, bytes]] = {}  # SHA-256 of the credential → its last ballot's place
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
            EventType.SHUFFLE: self._shuffle,
            EventType.END_SHUFFLES: self._end_shuffles,
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
            setup = SetupData.parse(setup_data.data)
            if setup != SetupData(election.digest, trustees.digest, credentials.digest):
                raise ProtocolError(
                    Check.SETUP, "The setup names other records than those before it.", equation="H = SHA256(record)"
                )
            self.election = Election.parse(election.data)
        self.report.election = self.election.uuid
        self.report.election_hash = self.election.hash
        self.report.name = self.election.name
        group = self.election.group
        with self.recorder.step(Step.CREDENTIALS, 0):
            public_credentials = parse_credentials(credentials.data, group)
            self.credentials = frozenset(public_credentials)
            self.report.credentials = credentials.digest
        self.recorder.count(Step.CREDENTIALS, len(public_credentials))
        self._check_trustees(trustees.data)
        self._check_terms(list(public_credentials.values()))
        self._check_withdrawn()
        self.running = RunningTally(self.election)

    def _check_trustees(self, trustees_json: bytes) -> None:
        group = self.election.group
        with self.recorder.step(Step.TRUSTEES, 0):
            self.trustees = Trustees.parse(trustees_json, group)
            self.keys = self.trustees.keys
            for kind, keys in self.trustees.places():
                if isinstance(kind, Pedersen):
                    self._check_group(kind, list(keys))
                else:
                    (self.recorder.trustee,) = keys
                    check_trustee_key(group, kind)
            self.recorder.trustee = None
        self.recorder.count(Step.TRUSTEES, len(self.keys))
        with self.recorder.step(Step.ELECTION_KEY, len(self.keys)):
            if self.trustees.public_key(group) != self.election.public_key:
                raise ProtocolError(
                    Check.ELECTION_KEY,
                    "The election's key is not the product of the trustees' keys.",
                    equation="y = ΠX",
                )

    def _check_group(self, pedersen: Pedersen, numbers: list[int]) -> None:
        """A group that any `threshold` of decrypt; a trustee at fault is named by the number in trustees.json."""
        try:
            check_pedersen(self.election.group, pedersen)
        except ProtocolError as error:
            self.recorder.trustee = error.trustee and numbers[error.trustee - 1]
            raise

    def _check_terms(self, credentials: list[int]) -> None:
        with self.recorder.step(Step.TERMS, 0):
            rules = (
                (place, parse_rule(question.extra, len(question.answers)))
                for place, question in enumerate(self.election.questions)
                if isinstance(question, WholeQuestion)
            )
            self.rules = {place: rule for place, rule in rules if rule is not None}
            self.terms = self.report.terms = _terms_of(self.election)
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
        digest = bytes.fromhex(record.digest)
        with self.recorder.step(Step.BALLOTS, 0):
            if digest in self.ballots:
                raise ProtocolError(Check.DUPLICATE, "The same ballot stands in the archive twice.")
            self.ballots.add(digest)
            ballot = Ballot.parse(record.data, self.election.group)
            self.recorder.credential = ballot.credential
            check_origin(self.election, self.credentials, ballot)
            if self.withdrawn is not None and ballot.credential in self.withdrawn.public_keys:
                withdrawn_ballot = WithdrawnBallot(link.event.height, ballot.credential[:12], tracker(record.data))
                self.report.withdrawn.append(withdrawn_ballot)
        self.checks.run(Step.BALLOTS, 1, check_proofs, self.election, ballot)
        with self.recorder.step(Step.BALLOTS, 0):
            voter = sha256(ballot.credential.encode()).digest()
            if voter in self.last:
                self.running.remove(self._again(*self.last[voter]))
            self.running.add(ballot)
            self.last[voter] = (record.offset, len(record.data), digest)
        self.report.ballots += 1
        self.report.voters = self.running.count

    def _again(self, offset: int, size: int, digest: bytes) -> Ballot:
        """A ballot that was read and checked before: its credential has voted again."""
        position = self.file.tell()
        self.file.seek(offset)
        data = self.file.read(size)
        self.file.seek(position)
        if sha256(data).digest() != digest:
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

    def _owner(self, link: Link, earlier: tuple[int, ...]) -> int:
        """Who made the message of a link: a trustee who has not made one before."""
        message, owned_by = link.data
        owned = Owned.parse(owned_by.data)
        if owned.payload != message.digest:
            raise ProtocolError(Check.HASH, "What a trustee owns is not the record before it.")
        if not 1 <= owned.owner <= len(self.keys) or owned.owner in earlier:
            raise ProtocolError(Check.OWNER, "A message belongs to no trustee, or to one who has made one already.")
        return owned.owner

    def _shuffle(self, link: Link) -> None:
        rows = to_shuffle(self.election, self.tally)
        count = sum(len(row) for row in rows)
        with self.recorder.step(Step.SHUFFLES, 0):
            if not self.election.whole:
                raise ProtocolError(Check.ORDER, "A poll without whole ballots has nothing to shuffle.")
            self.recorder.trustee = self._owner(link, self.report.shufflers)
            self.report.shufflers += (self.recorder.trustee,)
            shuffle = Shuffle.parse(link.data[0].data, self.election.group)
            if [len(row) for row in shuffle.ciphertexts] != [len(row) for row in rows]:
                raise ProtocolError(Check.SHUFFLE, "A shuffle does not have as many ciphertexts as the tally.")
        self.checks.run(Step.SHUFFLES, count, check_shuffle, self.election, rows, shuffle)
        self.tally = shuffled(self.election, self.tally, shuffle.ciphertexts)

    def _end_shuffles(self, _link: Link) -> None:
        with self.recorder.step(Step.SHUFFLES, 0):
            if self.rules and len(self.report.shufflers) < LEAST_SHUFFLERS:
                raise ProtocolError(Check.SHUFFLE, "Whole ballots were shuffled by fewer than two trustees.")

    def _partial_decryption(self, link: Link) -> None:
        with self.recorder.step(Step.DECRYPTIONS, 0):
            if self.election.whole and not self.report.shufflers:
                raise ProtocolError(Check.ORDER, "Whole ballots were decrypted before they were shuffled.")
            owner = self.recorder.trustee = self._owner(link, tuple(self.decryptions))
            decryption = PartialDecryption.parse(link.data[0].data, self.election.group)
            self.decryptions[owner] = decryption
        count = sum(len(row) for row in self.tally.questions)
        key = self.keys[owner - 1]
        self.checks.run(Step.DECRYPTIONS, count, check_partial_decryption, self.election, key, self.tally, decryption)

    def _result(self, link: Link) -> None:
        self.checks.finish()  # a factor outside the group must be refused before it is computed with
        with self.recorder.step(Step.RESULT, sum(len(row) for row in self.tally.questions)):
            result = Result.parse(link.data[0].data)
            decryptions = combine(self.election.group, self.trustees, self.decryptions)
            check_result(self.election, self.tally, self.running.count, decryptions, result)
        self.report.result = result.result
        strange = self._check_rules(result, decryptions)
        if self.terms is not None:
            with self.recorder.step(Step.WINNERS, 0):
                self.report.allocation = _counted(self.terms, result.result[0], strange.get(0, frozenset())).allocation
            self.recorder.count(Step.WINNERS, len(self.report.allocation.winners))

    def _check_rules(self, result: Result, decryptions: Sequence[PartialDecryption]) -> dict[int, frozenset[int]]:
        """Which whole ballots are not counted: they are in the result, and break the rule in election.json.

        Returns, by question, those that are no encoding of numbers.
        """
        by_question: dict[int, frozenset[int]] = {}
        for place, rule in self.rules.items():
            row = result.result[place]
            with self.recorder.step(Step.BALLOT_RULE, len(row)):
                strange = by_question[place] = strange_encodings(self.election, self.tally, decryptions, place)
                refused = not_counted(rule, row, strange)
                self.report.invalid += tuple(
                    InvalidBallot(place + 1, ballot, reason) for ballot, reason in refused.items()
                )
        return by_question
