"""After the closing time: the box is shut, the ballots are added up, and what the trustees decrypted is counted."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.act import Act
from pb.audit import service as audit
from pb.core.allocation.count import votes_missing
from pb.core.allocation.greedy import PLAIN, Allocation, GreedyTerms, Reason, greedy
from pb.core.belenios import chain
from pb.core.belenios.ballot_rule import BallotRule
from pb.core.belenios.ballots import Ballot
from pb.core.belenios.messages import (
    Election,
    EncryptedTally,
    EventType,
    Result,
)
from pb.core.belenios.tally import tally
from pb.core.counting_rule import CountingRule
from pb.core.poll_fairness import Comparison, compare
from pb.core.poll_result import PollResult, count_result
from pb.core.poll_terms import PollTerms
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.identity.roles import Role
from pb.jobs import service as jobs
from pb.polls import archive, decrypting, state
from pb.polls.models import ArchiveRecord, CastBallot, Participation, Poll, State
from pb.roll import service as roll

SECOND_PERSONS = (Role.CHAIR, Role.OFFICE)


def close_if_due(act: Act, cycle: Cycle, poll: Poll) -> bool:
    """Shuts the box once the closing time has passed; True if it was shut now. Under the minimum that is the end."""
    act.session.refresh(poll, with_for_update=True)
    if poll.state != State.OPEN or poll.closes_at is None or act.at < poll.closes_at:
        return False
    archive.append(act.session, poll, chain.end_ballots(archive.head(poll)))
    cast = state.ballots_cast(act, poll)
    terms = state.terms_of(poll)
    enough = terms is not None and cast >= terms.minimum_ballots
    poll.state = State.CLOSED if enough else State.UNDER_MINIMUM
    act.session.flush()
    audit.record(act, "poll.closed", subject=cycle.id, data={"poll": poll.uuid, "ballots": cast, "enough": enough})
    jobs.ask(act.session, "poll.tally" if enough else "poll.verify", poll.id, at=act.at)
    return True


def compute_tally(session: Session, poll: Poll) -> tuple[EncryptedTally, int]:
    """The encrypted sum of all ballots in the box; reads only, and takes milliseconds per ballot."""
    election = state.election_of(poll.election_json or "")
    return tally(election, _ballots(session, poll, election))


def _ballots(session: Session, poll: Poll, election: Election) -> Iterator[Ballot]:
    heights = select(CastBallot.height).where(CastBallot.poll_id == poll.id).order_by(CastBallot.height)
    for height in session.scalars(heights).all():
        # Setup takes five records (0-4); each ballot then takes two, the ballot itself first.
        raw = session.get_one(ArchiveRecord, (poll.id, 5 + 2 * (height - 1))).data
        yield Ballot.parse(raw, election.group)


def keep_tally(act: Act, cycle: Cycle, poll: Poll, encrypted: EncryptedTally, count: int) -> None:
    """Appends the encrypted tally; done once, however often the job runs."""
    act.session.refresh(poll, with_for_update=True)
    if poll.state != State.CLOSED:
        return
    election = state.election_of(poll.election_json or "")
    archive.append(act.session, poll, chain.encrypted_tally(archive.head(poll), election, encrypted, count))
    poll.state = State.DECRYPTING
    act.session.flush()
    audit.record(act, "poll.tallied", subject=cycle.id, data={"poll": poll.uuid, "ballots": count})


class CountedProject(NamedTuple):
    """A project in the result; `missing` tiyn were lacking when its turn came, of the `left` that was there.

    `granted` tiyn it gets; `settlement_envelope` names the settlement from whose part it won; `rival` is the number of
    the winner that excludes it; with `votes_missing` more votes it would have won (0: with no number of votes).
    """

    id: UUID
    number: int
    title: str
    settlement: str
    votes: int
    cost: int
    won: bool
    reason: str
    step: int | None
    left: int
    missing: int
    granted: int
    settlement_envelope: str
    rival: int | None
    votes_missing: int

    @property
    def in_part(self) -> bool:
        return self.won and self.granted < self.cost


class Counted(NamedTuple):
    """The published result: turnout, projects in the order in which the rule took them, the money.

    `plain_winners` are the numbers of the projects that the plain rule would have given. Where ballots were decrypted
    as a whole, `ballot` is their rule, `result` has the invalid ones, `ballots` holds all as they were decrypted, and
    `comparison` tells how voters fare.
    """

    voted: int
    entitled: int
    projects: list[CountedProject]
    envelope: int
    spent: int
    left: int
    allocation: Allocation
    rule: CountingRule
    plain_winners: frozenset[int]
    result: PollResult
    ballot: BallotRule | None = None
    ballots: tuple[tuple[int, ...], ...] = ()
    comparison: Comparison | None = None


def outcome(act: Act, cycle: Cycle) -> Counted | None:
    """The result of the cycle's latest poll, from its archive alone; None before it is published."""
    poll = state.current(act, cycle)
    if poll is None or poll.state != State.COMPLETE:
        return None
    terms = state.terms_of(poll)
    raw = archive.payload(act.session, poll, EventType.RESULT)
    if terms is None or raw is None:
        return None
    row = Result.parse(raw).result[0]
    result = count_result(terms, row, decrypting.strange_ballots(act.session, poll))
    votes, allocation = result.votes, result.allocation
    numbers = {project.id: project.number for project in terms.projects}
    plain = greedy(terms.envelope, terms.candidates(votes), terms.tie_seed.sha256, PLAIN)
    return Counted(
        voted=state.ballots_cast(act, poll),
        entitled=terms.roll.count,
        projects=_counted_projects(terms, votes, allocation),
        envelope=terms.envelope,
        spent=allocation.spent,
        left=allocation.left,
        allocation=allocation,
        rule=terms.rule,
        plain_winners=frozenset(numbers[winner.id] for winner in plain.winners),
        result=result,
        ballot=terms.ballot,
        ballots=tuple(tuple(ballot) for ballot in row) if terms.ballot else (),
        comparison=_compared(poll.election_json or "", result.valid) if terms.ballot else None,
    )


@lru_cache(maxsize=8)
def _compared(election_json: str, valid: tuple[tuple[int, ...], ...]) -> Comparison | None:
    """Computed once for a published result, which never changes."""
    terms = PollTerms.of(state.election_of(election_json))
    return compare(terms, valid) if terms is not None else None


def _counted_projects(terms: PollTerms, votes: Sequence[int], allocation: Allocation) -> list[CountedProject]:
    candidates, seed = terms.candidates(votes), terms.tie_seed.sha256
    by_id = {project.id: (place, project) for place, project in enumerate(terms.projects)}
    counted = []
    for one in allocation.outcomes:
        place, project = by_id[one.id]
        lacking = 0
        if isinstance(terms.rule, GreedyTerms) and not one.won:
            lacking = votes_missing(terms.envelope, candidates, seed, terms.rule, place, allocation)
        counted.append(
            CountedProject(
                id=UUID(one.id),
                number=project.number,
                title=project.title,
                settlement=project.settlement,
                votes=one.votes,
                cost=one.cost,
                won=one.won,
                reason=one.reason.value,
                step=one.step,
                left=one.left,
                missing=one.missing,
                granted=one.granted,
                settlement_envelope=one.settlement,
                rival=by_id[one.rival][1].number if one.reason is Reason.EXCLUDED else None,
                votes_missing=lacking,
            )
        )
    return counted


def annul(act: Act, cycle: Cycle, poll: Poll, reason: str) -> bool:
    """Two people annul a poll with a reason: the first proposes, the second confirms. True once it is annulled.

    Raises OutOfPhase, Forbidden, Conflict (ended already, or the same person again), FieldRefusal (no reason).
    """
    cycles.require(act, cycle, Phase.VOTING)
    if act.person is None or not act.holds(*SECOND_PERSONS):
        raise Forbidden(_("A poll is annulled by the chair of the assembly and the akim's office together."))
    act.session.refresh(poll, with_for_update=True)
    if poll.state in {State.COMPLETE, State.ANNULLED}:
        raise Conflict(_("This poll has ended."))
    if poll.annul_first_id is None:
        if not reason.strip():
            raise FieldRefusal("reason", _("Write the reason. It is published."))
        poll.annul_first_id, poll.annul_reason = act.person.id, reason.strip()
    elif poll.annul_first_id == act.person.id:
        raise Conflict(_("A second person must confirm."))
    else:
        poll.annul_second_id, poll.state = act.person.id, State.ANNULLED
    act.session.flush()
    data = {"poll": poll.uuid, "reason": poll.annul_reason}
    done = poll.state == State.ANNULLED
    audit.record(act, "poll.annulled" if done else "poll.annulment_proposed", subject=cycle.id, data=data)
    return done


def participation_by_channel(act: Act, poll: Poll) -> dict[str, int]:
    """Turnout per channel, for the okrug as a whole."""
    counted: dict[str, int] = {}
    for channel in act.session.scalars(select(Participation.channel).where(Participation.poll_id == poll.id)):
        counted[channel] = counted.get(channel, 0) + 1
    return counted


def turnout(act: Act, cycle: Cycle, poll: Poll) -> tuple[int, int]:
    """Ballots in the box and voters on the frozen roll."""
    terms = state.terms_of(poll)
    return state.ballots_cast(act, poll), terms.roll.count if terms else roll.count(act, cycle)
