"""After the closing every signature of a ballot is verified anew: a row that somebody put there is no signature.

Whoever signed the own ballot is not asked whether they voted. So nobody believes a row because it stands there: it must
be a signature over this poll and this tracker, made when the ballot was cast, by a certificate with the IIN of the
entry under which the ballot is recorded.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.act import Act
from pb.audit import service as audit
from pb.core.eds import EDSError
from pb.core.eds.statements import Kind, parse_statement
from pb.core.national_numbers import IIN
from pb.cycles.models import Cycle
from pb.identity.service import signatures
from pb.identity.service.signatures import Standing
from pb.jobs import service as jobs
from pb.keyring import Keys
from pb.polls.models import Poll, State
from pb.roll.service import entries
from pb.settings import Settings
from pb.voting.models import BallotEvidence, CastBallot, EvidenceJudgement

JOB = "poll.evidence"
CAST_WITHIN = timedelta(hours=1)  # a ballot's row has the full hour
Listener = Callable[[Act, Cycle, Poll], object]
_listeners: list[Listener] = []


def when_judged(listener: Listener) -> Listener:
    """Registers what a room further on does once the signatures are judged, in the same transaction."""
    _listeners.append(listener)
    return listener


@dataclass(frozen=True)
class Claim:
    """A row that says: this ballot bears its voter's signature. `entry_id` is None for a ballot that is not there."""

    tracker: str
    statement: str
    cms: str
    entry_id: UUID | None
    hour: datetime | None

    @property
    def digest(self) -> str:
        """SHA-256 of what is judged."""
        return sha256(json.dumps([self.statement, self.cms]).encode()).hexdigest()


@dataclass(frozen=True)
class Found:
    """What a claim's signature is by itself, and whose IIN its certificate has."""

    digest: str
    standing: Standing
    iin: IIN | None


def claims(session: Session, poll: Poll) -> Sequence[Claim]:
    """All rows that claim to be signatures of this poll's ballots."""
    query = (
        select(BallotEvidence, CastBallot.entry_id, CastBallot.hour)
        .outerjoin(
            CastBallot,
            (CastBallot.poll_id == BallotEvidence.poll_id) & (CastBallot.tracker == BallotEvidence.tracker),
        )
        .where(BallotEvidence.poll_id == poll.id)
        .order_by(BallotEvidence.tracker)
    )
    return [Claim(row.tracker, row.statement, row.cms, entry, hour) for row, entry, hour in session.execute(query)]


def begin(act: Act, cycle: Cycle, poll: Poll) -> None:
    """At the closing: judges at once where nobody signed; else asks for the job, for signatures take their time."""
    if poll.state != State.CLOSED:
        return
    if claims(act.session, poll):
        jobs.ask(act, JOB, poll.id)
    else:
        _keep(act, cycle, poll, {})


def judge(settings: Settings, uuid: str, claim: Claim, at: datetime) -> Found:
    """Verifies one signature; `uuid` is the poll's. Takes milliseconds, needs no database, and raises nothing."""
    false = Found(claim.digest, Standing.FALSE, None)
    try:
        statement = parse_statement(claim.statement.encode())
    except (EDSError, UnicodeEncodeError):
        return false
    about = statement.kind is Kind.BALLOT and statement["poll"] == uuid and statement["tracker"] == claim.tracker
    if not about or claim.hour is None or claim.entry_id is None:
        return false
    within = claim.hour - signatures.FRESH, claim.hour + CAST_WITHIN + signatures.FRESH
    return Found(claim.digest, *signatures.judge(settings, claim.cms, claim.statement, within, at))


def keep(act: Act, cycle: Cycle, poll: Poll, found: Mapping[str, Found], keys: Keys) -> None:
    """Keeps what was found, by tracker; done once, however often the job runs.

    A signature holds only if the IIN of its certificate is that of the ballot's entry, and if the row still is the one
    that was verified.
    """
    act.session.refresh(poll, with_for_update=True)
    if of_poll(act, poll) is not None:
        return
    verdicts = {}
    for claim in claims(act.session, poll):
        judged = found.get(claim.tracker)
        standing = judged.standing if judged is not None and judged.digest == claim.digest else Standing.FALSE
        if judged is not None and judged.iin is not None and standing is Standing.HOLDS:
            entry = entries.find_ever(act, cycle, judged.iin, keys)
            standing = standing if entry is not None and entry.id == claim.entry_id else Standing.FALSE
        verdicts[claim.tracker] = (standing, claim.digest)
    _keep(act, cycle, poll, verdicts)


def _keep(act: Act, cycle: Cycle, poll: Poll, verdicts: Mapping[str, tuple[Standing, str]]) -> None:
    kept = {tracker: [standing.value, digest] for tracker, (standing, digest) in sorted(verdicts.items())}
    data = {"poll": poll.uuid, **_counts(kept), "verdicts": fingerprint(kept)}
    event = audit.record(act, "poll.evidence_judged", subject=cycle.id, data=data)
    act.session.add(EvidenceJudgement(poll_id=poll.id, verdicts=kept, at=act.at, event=event.hash))
    act.session.flush()
    for listener in _listeners:
        listener(act, cycle, poll)


def _counts(verdicts: Mapping[str, Sequence[str]]) -> dict[str, int]:
    counted = Counter(standing for standing, _digest in verdicts.values())
    return {standing.value: counted[standing.value] for standing in Standing}


def fingerprint(verdicts: Mapping[str, Sequence[str]]) -> str:
    """SHA-256 of the verdicts, as the log has it."""
    return sha256(json.dumps(verdicts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def of_poll(act: Act, poll: Poll) -> EvidenceJudgement | None:
    return act.session.get(EvidenceJudgement, poll.id)


def signed(act: Act, poll: Poll) -> frozenset[str]:
    """The trackers of ballots that bear their voters' signatures.

    Before the judgement those that have a row: each was verified when its ballot was cast.
    """
    judged = of_poll(act, poll)
    if judged is None:
        return frozenset(act.session.scalars(select(BallotEvidence.tracker).where(BallotEvidence.poll_id == poll.id)))
    return frozenset(tracker for tracker, (standing, _digest) in judged.verdicts.items() if standing == Standing.HOLDS)


def false(act: Act, poll: Poll) -> dict[str, str]:
    """Trackers of signatures that are none, with what they are now: the digest of the row, empty where it is gone.

    False by the judgement, put there after it, changed or taken away since. Empty before the judgement.
    """
    judged = of_poll(act, poll)
    if judged is None:
        return {}
    present = {claim.tracker: claim.digest for claim in claims(act.session, poll)}
    good = {tracker: digest for tracker, (standing, digest) in judged.verdicts.items() if standing != Standing.FALSE}
    wrong = {tracker: digest for tracker, digest in present.items() if good.get(tracker) != digest}
    return wrong | dict.fromkeys(sorted(judged.verdicts.keys() - present.keys()), "")


def unchanged(act: Act, poll: Poll) -> bool:
    """Whether the verdicts are those whose hash stands in the log."""
    judged = of_poll(act, poll)
    if judged is None:
        return True
    data = next((event.data for event in audit.of_subject(act, poll.cycle_id) if event.hash == judged.event), {})
    return data.get("verdicts") == fingerprint(judged.verdicts)
