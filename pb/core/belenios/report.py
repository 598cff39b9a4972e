"""What a verification found: one line per check, and the first failure with the event it was found at."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from time import perf_counter
from typing import TYPE_CHECKING, Any

from pb.core.allocation.greedy import Allocation
from pb.core.belenios.ballot_rule import Reason
from pb.core.belenios.canonical import Check, ProtocolError
from pb.core.belenios.messages import EventType
from pb.core.findings import Finding

if TYPE_CHECKING:
    from pb.core.poll.terms import PollTerms


class Step(StrEnum):
    """The checks of a report, in their order. The names are published and never change."""

    EXTENDS = "extends"  # events of the earlier copy
    ARCHIVE = "archive"  # counts records
    CHAIN = "chain"  # events
    SETUP = "setup"  # messages of the setup
    CREDENTIALS = "credentials"  # public credentials
    TRUSTEES = "trustees"  # trustees' keys and their proofs
    ELECTION_KEY = "election key"  # trustees whose keys make it up
    TERMS = "terms"  # projects
    WITHDRAWN = "withdrawn"  # withdrawn credentials, where their list is given
    BALLOTS = "ballots"  # ballots
    MINIMUM = "minimum of ballots"  # voters
    TALLY = "tally"  # ciphertexts
    SHUFFLES = "shuffles"  # shuffled ciphertexts
    DECRYPTIONS = "decryptions"  # decryption factors
    RESULT = "result"  # counts and whole ballots
    BALLOT_RULE = "ballot rule"  # whole ballots, valid or not
    WINNERS = "winners"  # winners


class Stage(StrEnum):
    """How far the poll had come when the archive was taken."""

    NOTHING = "nothing"
    OPEN = "open"
    CLOSED = "closed"
    TALLIED = "tallied"
    SHUFFLING = "shuffling"
    SHUFFLED = "shuffled"
    DECRYPTING = "decrypting"
    COMPLETE = "complete"

    @classmethod
    def after(cls, event: EventType) -> "Stage":
        return {
            EventType.SETUP: cls.OPEN,
            EventType.BALLOT: cls.OPEN,
            EventType.END_BALLOTS: cls.CLOSED,
            EventType.ENCRYPTED_TALLY: cls.TALLIED,
            EventType.SHUFFLE: cls.SHUFFLING,
            EventType.END_SHUFFLES: cls.SHUFFLED,
            EventType.PARTIAL_DECRYPTION: cls.DECRYPTING,
            EventType.RESULT: cls.COMPLETE,
        }[event]


@dataclass(slots=True)
class Line:
    """One check: how many things passed it, and the seconds it took, summed over all processes."""

    step: Step
    count: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Failure:
    """The first thing that does not verify.

    `height` is the event's height (the one the broken record belongs to); `credential` the first 12 digits of the
    voter's public credential, `trustee` the number of the trustee, where there is one; `equation` what does not hold.
    """

    step: Step
    check: Check
    finding: Finding
    height: int
    credential: str | None = None
    trustee: int | None = None
    equation: str | None = None

    @property
    def message(self) -> str:
        """The finding in English."""
        return str(self.finding)


@dataclass(frozen=True, slots=True)
class WithdrawnBallot:
    """A ballot of a withdrawn credential: its event's height, the credential's first 12 digits, its tracker."""

    height: int
    credential: str
    tracker: str


@dataclass(frozen=True, slots=True)
class InvalidBallot:
    """A whole ballot that breaks the poll's rule and is not counted. `question` and `ballot` count from 1."""

    question: int
    ballot: int
    reason: Reason


@dataclass(slots=True)
class Report:
    """The outcome of a verification. `voters` counts credentials with a ballot, `ballots` all ballots.

    `credentials` is the SHA-256 of the list of cards.

    `withdrawn` holds the ballots of withdrawn credentials: one of them, and the archive is not right. `shufflers` are
    the numbers of the trustees who shuffled, in their order.
    """

    election: str | None = None
    election_hash: str | None = None
    name: str | None = None
    credentials: str | None = None
    stage: Stage = Stage.NOTHING
    events: int = 0
    ballots: int = 0
    voters: int = 0
    shufflers: tuple[int, ...] = ()
    result: tuple[tuple[Any, ...], ...] | None = None
    invalid: tuple[InvalidBallot, ...] = ()
    terms: "PollTerms | None" = None
    allocation: Allocation | None = None
    failure: Failure | None = None
    withdrawn: list[WithdrawnBallot] = field(default_factory=list)
    lines: dict[Step, Line] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.failure is None and not self.withdrawn

    def to_value(self) -> dict[str, Any]:
        """The report for JSON. Seconds are rounded to the millisecond."""
        failure = self.failure and {
            "step": self.failure.step.value,
            "check": self.failure.check.value,
            "message": self.failure.message,
            "height": self.failure.height,
            "credential": self.failure.credential,
            "trustee": self.failure.trustee,
            "equation": self.failure.equation,
        }
        winners = self.allocation and [
            {"project": winner.id, "votes": winner.votes, "cost": winner.cost} for winner in self.allocation.winners
        ]
        return {
            "version": 1,
            "ok": self.ok,
            "election": self.election,
            "election_hash": self.election_hash,
            "name": self.name,
            "stage": self.stage.value,
            "events": self.events,
            "ballots": self.ballots,
            "voters": self.voters,
            "checks": [
                {"name": line.step.value, "count": line.count, "seconds": round(line.seconds, 3)}
                for line in self.lines.values()
            ],
            "shufflers": list(self.shufflers),
            "result": self.result and [list(row) for row in self.result],
            "invalid": [
                {"question": ballot.question, "ballot": ballot.ballot, "reason": ballot.reason.value}
                for ballot in self.invalid
            ],
            "winners": winners,
            "left": self.allocation and self.allocation.left,
            "failure": failure,
            "withdrawn": [
                {"height": ballot.height, "credential": ballot.credential, "tracker": ballot.tracker}
                for ballot in self.withdrawn
            ],
        }


@dataclass(frozen=True, slots=True)
class Place:
    """What a failure is about: the check, the event's height, and the voter or trustee, where there is one."""

    step: Step
    height: int
    credential: str | None = None
    trustee: int | None = None


class Recorder:
    """Fills a report while a verification runs."""

    def __init__(self, on_check: Callable[[Line], None] | None) -> None:
        self.report = Report()
        self._on_check = on_check
        self._running = Step.ARCHIVE
        self.credential: str | None = None
        self.trustee: int | None = None

    @contextmanager
    def step(self, step: Step, count: int = 1) -> Iterator[None]:
        """Time a part of a check; when it passes, add to the check's count."""
        self.enter(step)
        start = perf_counter()
        passed = 0
        try:
            yield
            passed = count
        finally:
            self._line(step).seconds += perf_counter() - start
        self.count(step, passed)

    def enter(self, step: Step) -> None:
        """From here on a failure belongs to this check."""
        self._running = step
        self._line(step)

    def count(self, step: Step, count: int, seconds: float = 0.0) -> None:
        """Add to the count of a check and call `on_check`."""
        line = self._line(step)
        line.count += count
        line.seconds += seconds
        if count and self._on_check is not None:
            self._on_check(line)

    def _line(self, step: Step) -> Line:
        return self.report.lines.setdefault(step, Line(step))

    @property
    def place(self) -> Place:
        """The step, event, credential and trustee at which the verification is."""
        return Place(self._running, self.report.events, self.credential, self.trustee)

    def fail(self, error: ProtocolError, place: Place) -> None:
        """The first failure, and where it was."""
        self.report.failure = Failure(
            step=place.step,
            check=error.check,
            finding=error.finding,
            height=place.height,
            credential=place.credential and place.credential[:12],
            trustee=place.trustee,
            equation=error.equation,
        )
