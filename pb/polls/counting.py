"""After the closing time: the box is shut, the encrypted sum computed, decrypted by each trustee, and published."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.act import Act
from pb.audit import service as audit
from pb.core.allocation.count import votes_missing
from pb.core.allocation.greedy import PLAIN, Allocation, GreedyTerms, Reason, greedy
from pb.core.belenios import chain, decryption
from pb.core.belenios.ballots import Ballot
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.groups import BELENIOS_2048
from pb.core.belenios.messages import (
    Election,
    EncryptedTally,
    EventType,
    PartialDecryption,
    Result,
    SizedTally,
    TrusteeKey,
)
from pb.core.belenios.tally import tally
from pb.core.poll_terms import PollTerms
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.identity.roles import Role
from pb.jobs import service as jobs
from pb.polls import archive, preparation, state
from pb.polls.models import ArchiveRecord, CastBallot, Participation, Poll, State
from pb.roll import service as roll

SECOND_PERSONS = (Role.CHAIR, Role.OFFICE)
CLOSING_EVENTS = 60


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


def encrypted_tally(act: Act, poll: Poll) -> str | None:
    """The encrypted tally's JSON as it stands in the archive, once there is one."""
    sized = _payload(act.session, poll, EventType.ENCRYPTED_TALLY)
    if sized is None:
        return None
    raw = archive.data_named(act.session, poll, SizedTally.parse(sized).encrypted_tally)
    return raw.decode() if raw is not None else None


def _payload(session: Session, poll: Poll, kind: EventType) -> bytes | None:
    """The payload of a closing event; those are few, so the search starts near the end of the chain."""
    for _digest, event in archive.events(
        session, poll, first=max(0, poll.height - CLOSING_EVENTS), count=CLOSING_EVENTS + 1
    ):
        if event.type is kind and event.payload is not None:
            return archive.data_named(session, poll, event.payload)
    return None


def decrypt(act: Act, cycle: Cycle, poll: Poll, partial_json: str) -> bool:
    """A trustee hands in a partial decryption; with the last one the result is published. True if it was the last.

    Raises Forbidden, Conflict (not the time, or handed in already), FieldRefusal (a proof fails, or the sum cannot be
    read: then every factor is asked for again).
    """
    if not act.holds(Role.TRUSTEE):
        raise Forbidden(_("Your role does not allow this."))
    act.session.refresh(poll, with_for_update=True)
    place = preparation.own_place(act, poll)
    if poll.state != State.DECRYPTING:
        raise Conflict(_("There is nothing to decrypt now."))
    if place.decryption_json is not None:
        raise Conflict(_("Your decryption is in already."))
    election = state.election_of(poll.election_json or "")
    summed = EncryptedTally.parse(encrypted_tally(act, poll) or "", election.group)
    try:
        partial = PartialDecryption.parse(partial_json, election.group)
        key = TrusteeKey.parse(place.key_json or "", BELENIOS_2048)
        decryption.check_partial_decryption(election, key, summed, partial)
    except ProtocolError as error:
        raise FieldRefusal("partial_decryption", _("The decryption does not fit your key. Try again.")) from error
    place.decryption_json = partial.to_json(election.group)
    act.session.flush()
    audit.record(act, "poll.decrypted", subject=cycle.id, data={"poll": poll.uuid, "trustee": place.position})
    if any(trustee.decryption_json is None for trustee in state.trustees(act, poll)):
        return False
    _publish(act, cycle, poll, election, summed)
    return True


def _publish(act: Act, cycle: Cycle, poll: Poll, election: Election, summed: EncryptedTally) -> None:
    """All factors are in: they and the result are appended, in the trustees' order, and the cycle moves on."""
    everyone = state.trustees(act, poll)
    partials = [PartialDecryption.parse(one.decryption_json or "", election.group) for one in everyone]
    cast = state.ballots_cast(act, poll)
    try:
        result = decryption.compute_result(election, summed, cast, partials)
    except ProtocolError:
        # A false factor can hide behind a valid proof (the proof binds neither alpha nor the factor): with n of n
        # keys nobody can say whose it is, so all are asked again and the audit log keeps that it happened.
        for one in everyone:
            one.decryption_json = None
        act.session.flush()
        audit.record(act, "poll.decryption_failed", subject=cycle.id, data={"poll": poll.uuid})
        return
    for one, partial in zip(everyone, partials, strict=True):
        link = chain.partial_decryption(archive.head(poll), election, one.position, partial)
        archive.append(act.session, poll, link)
    archive.append(act.session, poll, chain.result(archive.head(poll), result))
    poll.state = State.COMPLETE
    act.session.flush()
    audit.record(act, "poll.result", subject=cycle.id, data={"poll": poll.uuid, "counts": list(result.result[0])})
    cycles.move(act, cycle, Phase.RESULT)
    jobs.ask(act.session, "poll.verify", poll.id, at=act.at)


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

    `plain_winners` are the numbers of the projects that the plain rule would have given.
    """

    voted: int
    entitled: int
    projects: list[CountedProject]
    envelope: int
    spent: int
    left: int
    allocation: Allocation
    rule: GreedyTerms
    plain_winners: frozenset[int]


def outcome(act: Act, cycle: Cycle) -> Counted | None:
    """The result of the cycle's latest poll, from its archive alone; None before it is published."""
    poll = state.current(act, cycle)
    if poll is None or poll.state != State.COMPLETE:
        return None
    terms = state.terms_of(poll)
    raw = _payload(act.session, poll, EventType.RESULT)
    if terms is None or raw is None:
        return None
    votes = [int(count) for count in Result.parse(raw).result[0]]
    allocation = terms.allocate(votes)
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
    )


def _counted_projects(terms: PollTerms, votes: list[int], allocation: Allocation) -> list[CountedProject]:
    candidates, seed = terms.candidates(votes), terms.tie_seed.sha256
    by_id = {project.id: (place, project) for place, project in enumerate(terms.projects)}
    counted = []
    for one in allocation.outcomes:
        place, project = by_id[one.id]
        lacking = votes_missing(terms.envelope, candidates, seed, terms.rule, place, allocation) if not one.won else 0
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
