"""After the tally: trustees shuffle whole ballots in turn and decrypt; the last factor publishes the result."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.act import Act, Role
from pb.audit import service as audit
from pb.core.belenios import chain, decryption
from pb.core.belenios.canonical import ProtocolError
from pb.core.belenios.factors import ProvedDecryption, check_decryption
from pb.core.belenios.messages import (
    Election,
    EncryptedTally,
    EventType,
    Owned,
    PartialDecryption,
    Result,
    SizedTally,
    TrusteeKey,
)
from pb.core.belenios.shuffles import Shuffle, check_shuffle
from pb.core.belenios.tally import shuffled, to_shuffle
from pb.core.belenios.trustee_list import Trustees
from pb.core.belenios.verify import LEAST_SHUFFLERS
from pb.core.poll.result import count_result
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.jobs import service as jobs
from pb.polls.models import Poll, State
from pb.polls.service import archive, state
from pb.trustees.models import Fault, PollDecryption, PollShuffle, PollTrustee
from pb.trustees.service import places

Given = Mapping[int, PartialDecryption]
"""Partial decryptions by their trustees' positions."""


def ballots_tallied(session: Session, poll: Poll) -> int:
    """How many ballots the encrypted tally was made of; 0 before there is one."""
    sized = archive.payload(session, poll, EventType.ENCRYPTED_TALLY)
    return SizedTally.parse(sized).num_tallied if sized is not None else 0


def encrypted_tally(session: Session, poll: Poll) -> EncryptedTally | None:
    """What the trustees work on, once there is one: the tally, its whole ballots as the last shuffle left them."""
    sized = archive.payload(session, poll, EventType.ENCRYPTED_TALLY)
    if sized is None:
        return None
    election = state.election_of(poll.election_json or "")
    tally = EncryptedTally.parse(_data(session, poll, SizedTally.parse(sized).encrypted_tally), election.group)
    owned = archive.payload(session, poll, EventType.SHUFFLE)
    if owned is None:
        return tally
    shuffle = Shuffle.parse(_data(session, poll, Owned.parse(owned).payload), election.group)
    return shuffled(election, tally, shuffle.ciphertexts)


def _data(session: Session, poll: Poll, digest: str) -> bytes:
    data = archive.data_named(session, poll, digest)
    if data is None:
        raise ValueError("the archive lacks a record that an event names")
    return data


# Shuffles of whole ballots


def awaits_shuffle(poll: Poll) -> bool:
    """Whether the next thing that the trustees do is a shuffle."""
    if poll.state != State.DECRYPTING or poll.election_json is None:
        return False
    shuffling = archive.head(poll).type in {EventType.ENCRYPTED_TALLY, EventType.SHUFFLE}
    return shuffling and bool(state.election_of(poll.election_json).whole)


def shuffles(act: Act, poll: Poll) -> Sequence[PollShuffle]:
    """All shuffles that were handed in, the wrong ones too, in their order."""
    query = select(PollShuffle).where(PollShuffle.poll_id == poll.id).order_by(PollShuffle.handed_in_at)
    return act.session.scalars(query).all()


def shuffler(act: Act, poll: Poll) -> PollTrustee:
    """The place of a trustee whose shuffle is wanted now. Raises Forbidden, Conflict (not the time, or not theirs)."""
    if not act.holds(Role.TRUSTEE):
        raise Forbidden(_("Your role does not allow this."))
    place = places.own(act, poll)
    if not awaits_shuffle(poll):
        raise Conflict(_("There is nothing to shuffle now."))
    before = shuffles(act, poll)
    if any(shuffle.verdict is None for shuffle in before):
        raise Conflict(_("Another shuffle is being checked. Wait until it is done, then shuffle what it made."))
    if any(shuffle.verdict and shuffle.position == place.position for shuffle in before):
        raise Conflict(_("You have shuffled already: the next shuffle is another trustee's."))
    return place


def hand_in_shuffle(act: Act, cycle: Cycle, poll: Poll, text: str) -> PollShuffle:
    """A trustee hands in a shuffle of the ballots as they stand now; a job checks it.

    Raises Forbidden, Conflict (not the time, another is being checked, this trustee shuffled already), FieldRefusal
    (not a shuffle of so many ballots).
    """
    act.session.refresh(poll, with_for_update=True)
    place = shuffler(act, poll)
    election, tally = state.election_of(poll.election_json or ""), encrypted_tally(act.session, poll)
    try:
        shuffle = Shuffle.parse(text, election.group)
    except ProtocolError as error:
        raise FieldRefusal("shuffle", _("This is not a shuffle. Choose the file that the program made.")) from error
    rows = to_shuffle(election, tally) if tally is not None else ()
    if [len(row) for row in shuffle.ciphertexts] != [len(row) for row in rows]:
        raise FieldRefusal("shuffle", _("This shuffle has not as many ballots as the box."))
    row = PollShuffle(
        poll_id=poll.id, position=place.position, data=shuffle.to_json(election.group), handed_in_at=act.at
    )
    place.fault = Fault.NONE
    act.session.add(row)
    act.session.flush()
    data = {"poll": poll.uuid, "trustee": place.position}
    audit.record(act, "poll.shuffle_handed_in", subject=cycle.id, data=data)
    jobs.ask(act, "poll.shuffle", row.id)
    return row


def shuffle_holds(session: Session, row: PollShuffle) -> bool:
    """Whether a shuffle's proofs hold for the ballots as they stand; reads only, and takes milliseconds per ballot."""
    poll = session.get_one(Poll, row.poll_id)
    election, tally = state.election_of(poll.election_json or ""), encrypted_tally(session, poll)
    try:
        check_shuffle(
            election, to_shuffle(election, tally or EncryptedTally(())), Shuffle.parse(row.data, election.group)
        )
    except ProtocolError:
        return False
    return True


def judge_shuffle(act: Act, cycle: Cycle, poll: Poll, row: PollShuffle, *, holds: bool) -> None:
    """Appends a shuffle whose proofs hold, and ends the shuffles after the second; names the trustee of a wrong one."""
    act.session.refresh(poll, with_for_update=True)
    act.session.refresh(row)
    if row.verdict is not None or not awaits_shuffle(poll):
        return
    row.verdict = holds
    data = {"poll": poll.uuid, "trustee": row.position}
    if not holds:
        act.session.get_one(PollTrustee, (poll.id, row.position)).fault = Fault.SHUFFLE
        act.session.flush()
        audit.record(act, "poll.shuffle_refused", subject=cycle.id, data=data)
        return
    election = state.election_of(poll.election_json or "")
    shuffle = Shuffle.parse(row.data, election.group)
    archive.append(act.session, poll, chain.shuffle(archive.head(poll), election, row.position, shuffle))
    audit.record(act, "poll.shuffled", subject=cycle.id, data=data)
    if sum(shuffle.verdict is True for shuffle in shuffles(act, poll)) >= LEAST_SHUFFLERS:
        archive.append(act.session, poll, chain.end_shuffles(archive.head(poll)))
    jobs.ask(act, "poll.verify", poll.id)


# Decryption


def hand_in_decryption(act: Act, cycle: Cycle, poll: Poll, text: str) -> PollDecryption:
    """A trustee hands in a partial decryption; a job checks it, whether it is of one sum or of a thousand ballots.

    Raises Forbidden, Conflict (not the time, or handed in already), FieldRefusal (not a decryption).
    """
    if not act.holds(Role.TRUSTEE):
        raise Forbidden(_("Your role does not allow this."))
    act.session.refresh(poll, with_for_update=True)
    place = places.own(act, poll)
    if poll.state != State.DECRYPTING:
        raise Conflict(_("There is nothing to decrypt now."))
    if awaits_shuffle(poll):
        raise Conflict(_("The ballots must be shuffled first."))
    if place.decryption_json is not None or is_checked_now(act, place):
        raise Conflict(_("Your decryption is in already."))
    group = state.group_of(poll)
    try:
        proved = ProvedDecryption.parse(text, group)
    except ProtocolError as error:
        raise FieldRefusal(
            "partial_decryption", _("This is not a decryption. Choose the file that the program made.")
        ) from error
    row = PollDecryption(poll_id=poll.id, position=place.position, data=proved.to_json(group))
    act.session.add(row)
    act.session.flush()
    data = {"poll": poll.uuid, "trustee": place.position}
    audit.record(act, "poll.decryption_handed_in", subject=cycle.id, data=data)
    jobs.ask(act, "poll.decryption", row.id)
    return row


def is_checked_now(act: Act, place: PollTrustee) -> bool:
    """Whether a decryption of this trustee waits for its check."""
    query = select(PollDecryption.id).where(
        PollDecryption.poll_id == place.poll_id, PollDecryption.position == place.position
    )
    return act.session.scalar(query) is not None


def decryption_holds(session: Session, row: PollDecryption) -> bool:
    """Whether every factor is right and its trustee's; reads only, and takes milliseconds per ciphertext."""
    poll, place = session.get_one(Poll, row.poll_id), session.get_one(PollTrustee, (row.poll_id, row.position))
    election, tally = state.election_of(poll.election_json or ""), encrypted_tally(session, poll)
    try:
        key = TrusteeKey.parse(place.key_json or "", election.group)
        proved = ProvedDecryption.parse(row.data, election.group)
        check_decryption(election, key, tally or EncryptedTally(()), proved)
    except ProtocolError:
        return False
    return True


def judge_decryption(act: Act, cycle: Cycle, poll: Poll, row: PollDecryption, *, holds: bool) -> None:
    """Keeps a right decryption and asks for the result; the trustee of a wrong one is named and asked again."""
    act.session.refresh(poll, with_for_update=True)
    if poll.state != State.DECRYPTING:  # it came too late, and goes without a word
        act.session.delete(row)
        act.session.flush()
        return
    place = act.session.get_one(PollTrustee, (poll.id, row.position))
    group = state.group_of(poll)
    place.fault = Fault.NONE if holds else Fault.DECRYPTION
    place.decryption_json = ProvedDecryption.parse(row.data, group).decryption.to_json(group) if holds else None
    act.session.flush()
    data = {"poll": poll.uuid, "trustee": row.position}
    audit.record(act, "poll.decrypted" if holds else "poll.decryption_refused", subject=cycle.id, data=data)
    act.session.delete(row)  # the database lets it go with this event alone
    act.session.flush()
    if holds:  # a job of its own for each: of two at once the later sees both
        jobs.ask(act, "poll.result", poll.id, row.id.hex)


@dataclass(frozen=True)
class Decrypted:
    """What the decryptions that are in come to; `decided` is what the log says of it: winners, and their tiyn."""

    partials: Given
    result: Result
    decided: Mapping[str, int]


def decrypted(act: Act, poll: Poll) -> Decrypted | None:
    """Combines the decryptions, if they suffice; reads only, and takes milliseconds per ciphertext.

    Every factor was proved when it was handed in, so that they decrypt whatever the ballots hold.
    """
    if poll.state != State.DECRYPTING:
        return None
    election, tally = state.election_of(poll.election_json or ""), encrypted_tally(act.session, poll)
    listed = Trustees.parse(poll.trustees_json or "", election.group)
    given = {
        trustee.position: PartialDecryption.parse(trustee.decryption_json, election.group)
        for trustee in places.all_of(act, poll)
        if trustee.decryption_json is not None
    }
    if tally is None or not decryption.enough(listed, given):
        return None
    combined = decryption.combine(election.group, listed, given)
    result = decryption.compute_result(election, tally, ballots_tallied(act.session, poll), combined)
    strange = (
        decryption.strange_encodings(election, tally, combined, election.whole[0]) if election.whole else frozenset()
    )
    given = {position: given[position] for position in sorted(given)[: poll.threshold]}
    return Decrypted(given, result, _decided(poll, result, strange))


def _decided(poll: Poll, result: Result, strange: Collection[int]) -> Mapping[str, int]:
    """How many projects won and what they get: who compares okrugs reads it in the log, without counting anew."""
    terms = state.terms_of(poll)
    if terms is None:
        return {}
    allocation = count_result(terms, result.result[0], frozenset(strange)).allocation
    return {"winners": sum(outcome.won for outcome in allocation.outcomes), "granted": allocation.spent}


def publish(act: Act, cycle: Cycle, poll: Poll, decrypted: Decrypted) -> None:
    """Appends factors and result, unless they stand there already."""
    act.session.refresh(poll, with_for_update=True)
    if poll.state != State.DECRYPTING:
        return
    election = state.election_of(poll.election_json or "")
    for position, partial in decrypted.partials.items():
        archive.append(act.session, poll, chain.partial_decryption(archive.head(poll), election, position, partial))
    archive.append(act.session, poll, chain.result(archive.head(poll), decrypted.result))
    data = {"poll": poll.uuid, **_published(election, decrypted.result), **decrypted.decided}
    audit.record(act, "poll.result", subject=cycle.id, data=data)
    poll.state = State.COMPLETE
    act.session.flush()
    cycles.move(act, cycle, Phase.RESULT)
    jobs.ask(act, "poll.verify", poll.id)


def _published(election: Election, result: Result) -> dict[str, object]:
    """The counts of totals; of whole ballots how many there are."""
    return {"ballots": len(result.result[0])} if election.whole else {"counts": list(result.result[0])}


def strange_ballots(session: Session, poll: Poll) -> frozenset[int]:
    """The whole ballots of the published result, by place from 0, that are no encoding of numbers."""
    election = state.election_of(poll.election_json or "")
    tally = encrypted_tally(session, poll) if election.whole else None
    if tally is None:
        return frozenset()
    query = select(PollTrustee).where(PollTrustee.poll_id == poll.id).order_by(PollTrustee.position)
    given = tuple(
        (trustee.position, trustee.decryption_json)
        for trustee in session.scalars(query)
        if trustee.decryption_json is not None
    )
    return _strange(poll.election_json or "", poll.trustees_json or "", tally.to_json(election.group), given)


@lru_cache(maxsize=8)
def _strange(
    election_json: str, trustees_json: str, tally_json: str, given: tuple[tuple[int, str], ...]
) -> frozenset[int]:
    """Computed once for a published result, which never changes."""
    election = state.election_of(election_json)
    group = election.group
    partials = {position: PartialDecryption.parse(partial, group) for position, partial in given}
    combined = decryption.combine(group, Trustees.parse(trustees_json, group), partials)
    return decryption.strange_encodings(election, EncryptedTally.parse(tally_json, group), combined, election.whole[0])
