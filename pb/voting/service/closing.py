"""After the closing time: the box is shut, the ballots are added up, and what the trustees decrypted is counted."""

from collections.abc import Iterator

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from pb.act import Act, Role
from pb.audit import service as audit
from pb.cards.service import card_events
from pb.core.belenios import chain
from pb.core.belenios.ballots import Ballot
from pb.core.belenios.messages import Election, EncryptedTally
from pb.core.belenios.tally import tally
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.identity.service import holdings
from pb.jobs import service as jobs
from pb.polls.models import ArchiveRecord, Poll, State
from pb.polls.service import archive, state
from pb.roll.service import commitments, entries
from pb.voting.models import CastBallot
from pb.voting.service import ballot_box, judging

SECOND_PERSONS = (Role.CHAIR, Role.OFFICE)
NOTHING_WAITS = _("No proposal to annul this poll waits.")


def close_if_due(act: Act, cycle: Cycle, poll: Poll) -> bool:
    """Shuts the box once the closing time has passed; True if it was shut now. Under the minimum that is the end."""
    act.session.refresh(poll, with_for_update=True)
    if poll.state != State.OPEN or poll.closes_at is None or act.at < poll.closes_at:
        return False
    archive.append(act.session, poll, chain.end_ballots(archive.head(poll)))
    cast = ballot_box.count(act, poll)
    terms = state.terms_of(poll)
    enough = terms is not None and cast >= terms.minimum_ballots
    # The event first, here and below: triggers move no poll of which the log's last event does not tell.
    audit.record(act, "poll.closed", subject=cycle.id, data={"poll": poll.uuid, "ballots": cast, "enough": enough})
    poll.state = State.CLOSED if enough else State.UNDER_MINIMUM
    act.session.flush()
    card_events.publish(act, cycle, poll)
    judging.begin(act, cycle, poll)
    jobs.ask(act, "poll.tally" if enough else "poll.verify", poll.id)
    return True


def compute_tally(session: Session, poll: Poll) -> tuple[EncryptedTally, int]:
    """The encrypted sum of all ballots in the box; reads only, and takes milliseconds per ballot."""
    election = state.election_of(poll.election_json or "")
    return tally(election, _ballots(session, poll, election))


def _ballots(session: Session, poll: Poll, election: Election) -> Iterator[Ballot]:
    records = select(CastBallot.record).where(CastBallot.poll_id == poll.id).order_by(CastBallot.record)
    for record in session.scalars(records).all():
        raw = session.get_one(ArchiveRecord, (poll.id, record)).data
        yield Ballot.parse(raw, election.group)


def keep_tally(act: Act, cycle: Cycle, poll: Poll, encrypted: EncryptedTally, count: int) -> None:
    """Appends the encrypted tally; done once, however often the job runs."""
    act.session.refresh(poll, with_for_update=True)
    if poll.state != State.CLOSED:
        return
    election = state.election_of(poll.election_json or "")
    archive.append(act.session, poll, chain.encrypted_tally(archive.head(poll), election, encrypted, count))
    audit.record(act, "poll.tallied", subject=cycle.id, data={"poll": poll.uuid, "ballots": count})
    poll.state = State.DECRYPTING
    act.session.flush()


def may_annul(act: Act, cycle: Cycle, poll: Poll) -> bool:
    """Whether it is the actor's turn: to propose where nobody did, to confirm where the other body did."""
    return (
        cycle.phase == Phase.VOTING
        and act.person is not None
        and act.holds(*SECOND_PERSONS)
        and poll.state not in {State.COMPLETE, State.ANNULLED}
        and hinders(act, poll) is None
    )


def hinders(act: Act, poll: Poll) -> LazyString | str | None:
    """Why the actor cannot confirm the proposal that waits, whatever they do; None where they can or nothing waits."""
    if poll.annul_first_id is None:
        return None
    try:
        _require_second(act, poll)
    except (Conflict, Forbidden) as refusal:
        return refusal.message
    return None


def _require_second(act: Act, poll: Poll) -> None:
    """Another person, of no body of the first one's, whose proposal has not lapsed. Raises Conflict, Forbidden."""
    first_id, first_as, first_at = poll.annul_first_id, poll.annul_first_role, poll.annul_first_at
    if first_id is None or first_as is None or first_at is None:
        raise Conflict(NOTHING_WAITS)
    if act.person is None or first_id == act.person.id:
        raise Conflict(_("A second person must confirm."))
    holdings.require_first_holds(act, first_id, Role(first_as), since=first_at)
    if holdings.of_one_body(act, first_id, Role(first_as)):
        raise Conflict(_("The other body must confirm: the chair of the assembly and the akim's office, one each."))


def annul(act: Act, cycle: Cycle, poll: Poll, reason: str) -> bool:
    """Two bodies annul a poll with a reason: one of the chair and the office proposes, the other confirms.

    True once it is annulled. Raises OutOfPhase, Forbidden (another role, or one that is too new), Conflict (ended
    already, the same person or body again), FieldRefusal (no reason).
    """
    cycles.require(act, cycle, Phase.VOTING)
    if act.person is None or not act.holds(*SECOND_PERSONS):
        raise Forbidden(_("A poll is annulled by the chair of the assembly and the akim's office together."))
    role = holdings.require_cooled(act, *SECOND_PERSONS)
    act.session.refresh(poll, with_for_update=True)
    if poll.state in {State.COMPLETE, State.ANNULLED}:
        raise Conflict(_("This poll has ended."))
    if poll.annul_first_id is None:
        if not reason.strip():
            raise FieldRefusal("reason", _("Write the reason. It is published."))
        _record_annulment(act, poll, "poll.annulment_proposed", reason.strip(), role)
        poll.annul_first_id, poll.annul_first_role, poll.annul_reason = act.person.id, role, reason.strip()
        poll.annul_first_at = act.at
        act.session.flush()
        return False
    _require_second(act, poll)
    _record_annulment(act, poll, "poll.annulled", poll.annul_reason, role)
    poll.annul_second_id, poll.annul_second_role, poll.state = act.person.id, role, State.ANNULLED
    act.session.flush()
    commitments.thaw(act, cycle)
    return True


def may_decline(act: Act, cycle: Cycle, poll: Poll) -> bool:
    """Whether a proposal to annul waits that is the actor's own, or the actor's to decide on."""
    ended = poll.state in {State.COMPLETE, State.ANNULLED}
    return cycle.phase == Phase.VOTING and not ended and bool(_declining_as(act, poll))


def _declining_as(act: Act, poll: Poll) -> list[Role]:
    """The roles in which the actor declines what waits, or takes it back; one that has lapsed falls to either body.

    It takes no two: whoever proposed in one role and holds another of the second body keeps nobody from declining.
    """
    first_id, first_as, first_at = poll.annul_first_id, poll.annul_first_role, poll.annul_first_at
    if act.person is None or first_id is None or first_as is None or first_at is None:
        return []
    either = first_id == act.person.id or not holdings.holds_still(act, first_id, Role(first_as), since=first_at)
    return [role for role in SECOND_PERSONS if act.holds(role) and (either or role != first_as)]


def decline_annulment(act: Act, cycle: Cycle, poll: Poll) -> bool:
    """The other of the two declines a proposal to annul, or who made it takes it back: the poll goes on.

    Either declines one that has lapsed. True where it was taken back. The log keeps the proposal and this. Raises
    OutOfPhase, Forbidden (another role, or one that is too new), Conflict (nothing waits, the proposer's own body).
    """
    cycles.require(act, cycle, Phase.VOTING)
    if act.person is None or not act.holds(*SECOND_PERSONS):
        raise Forbidden(_("A poll is annulled by the chair of the assembly and the akim's office together."))
    holdings.require_cooled(act, *SECOND_PERSONS)
    act.session.refresh(poll, with_for_update=True)
    if poll.annul_first_id is None or poll.state in {State.COMPLETE, State.ANNULLED}:
        raise Conflict(NOTHING_WAITS)
    taken_back, roles = poll.annul_first_id == act.person.id, _declining_as(act, poll)
    if not roles:
        raise Conflict(_("The other body declines a proposal, or who made it takes it back."))
    role = holdings.require_cooled(act, *roles)
    data = {"poll": poll.uuid, "as": role, "taken_back": taken_back}
    audit.record(act, "poll.annulment_declined", subject=cycle.id, data=data)
    poll.annul_first_id, poll.annul_first_role, poll.annul_first_at, poll.annul_reason = None, None, None, ""
    act.session.flush()
    return taken_back


def _record_annulment(act: Act, poll: Poll, action: str, reason: str, role: Role) -> None:
    """The event first: triggers let nobody propose or confirm who is not the actor of the log's last event."""
    audit.record(act, action, subject=poll.cycle_id, data={"poll": poll.uuid, "reason": reason, "as": role})


def turnout(act: Act, cycle: Cycle, poll: Poll) -> tuple[int, int]:
    """Ballots in the box and voters on the frozen roll."""
    terms = state.terms_of(poll)
    return ballot_box.count(act, poll), terms.roll.count if terms else entries.count(act, cycle)
