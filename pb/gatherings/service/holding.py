"""What the secretary records of a meeting: the vote on each question, and what was said. Who is there: `arrivals`."""

from collections.abc import Mapping
from uuid import UUID

from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.audit import service as audit
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, refuse_all
from pb.gatherings.models import (
    DISCUSSING,
    WITHOUT_A_VOTE,
    Gathering,
    Matter,
    NamedVote,
    Outcome,
    Presence,
    Question,
    VoteCorrection,
)
from pb.gatherings.models import Conflict as ConflictOfInterest
from pb.gatherings.service import adoption, agenda, counting, meetings
from pb.gatherings.service.counting import Votes

MOST_OF_A_REASON = 500
RECORDED = ("outcome", "ballot", "present", "in_favour", "against", "abstained", "needed")


def record_votes(act: Act, gathering: Gathering, question: Question, votes: Votes) -> Question:
    """Records the vote on a question; what is recorded already is corrected, or voted on once more, with a reason.

    Raises OutOfPhase, Forbidden, Conflict (before the announced hour; no quorum, officers or agenda yet; amendments
    first; what the adoption waits for), FieldRefusal (no quorum is left at this question; the votes do not add up; the
    chair's vote; two counts differ; no reason), NotFound (somebody who is not of this meeting).
    """
    meetings.require_secretary(act, gathering)
    agenda.require_ready(act, gathering)
    if gathering.kind in DISCUSSING:
        raise Conflict(agenda.ONLY_DISCUSSED)
    if any(row.removed for row in gathering.questions if row.id in {question.id, question.amends_id}):
        raise Conflict(_("This point was taken off the agenda."))
    agenda.require_amended(gathering, question)
    cycle = meetings.cycle_of(act, gathering)
    if cycle is not None:
        _refuse_what_waits(act, cycle, gathering, question)
    present = counting.present_at(gathering, question, votes)
    refuse_all(counting.faults_of_quorum(gathering, present, votes.counted))
    conflicted = votes.conflicted & present
    room = counting.room_of(gathering, votes, present)
    least = counting.needed_of(gathering, question, room, votes.count)
    if question.places:
        winners = counting.chosen(question.candidates, votes, room, question.places, least)
        outcome = Outcome.APPROVED if any(winners.values()) else Outcome.REJECTED
    else:
        winners, outcome = {}, counting.decided(gathering, question, votes, room, present - conflicted)
    if question.outcome is not None and not votes.reason.strip():
        raise FieldRefusal("reason", _("Write why this is recorded otherwise: it stays with the minutes."))
    # The event first, here and below: triggers take no vote of which the log's last event does not tell.
    told = {
        "question": question.position,
        **counting.written(votes, winners),
        "present": room.present,
        "needed": least,
        "conflicts": len(conflicted),
        **counting.beside(gathering, votes, present),
        "outcome": outcome,
        **({"corrects": votes.reason.strip()} if question.outcome is not None else {}),
    }
    audit.record(act, "gathering.voted", subject=gathering.id, data=told)
    with act.session.no_autoflush:  # a vote is put down whole
        _keep_what_was(act, question, votes)
        _note_who_moved(act, gathering, question, present)
        _put_down(question, votes, winners)
        question.outcome, question.needed, question.present = outcome, least, room.present
        question.conflicts = [ConflictOfInterest(member_id=member) for member in sorted(conflicted)]
        question.presences = [Presence(member_id=member) for member in sorted(present)]
    act.session.flush()
    return question


def discuss(act: Act, gathering: Gathering, question: Question, speeches: str, *, noted: bool = False) -> Question:
    """The secretary writes who said what on a question; `noted`: it was discussed, and there is nothing to vote on.

    Raises OutOfPhase, Forbidden, Conflict (before the announced hour; no quorum; the minutes are confirmed; a matter
    that is decided by a vote, or whose amendments are not).
    """
    meetings.require_secretary(act, gathering)
    agenda.require_ready(act, gathering)
    if noted and not may_be_noted(question):
        raise Conflict(_("This question is decided by a vote."))
    if noted:
        agenda.require_amended(gathering, question)
    audit.record(act, "gathering.discussed", subject=gathering.id, data={"question": question.position, "noted": noted})
    question.speeches = speeches.strip()
    if noted:
        question.outcome = Outcome.NOTED
    act.session.flush()
    return question


def _keep_what_was(act: Act, question: Question, votes: Votes) -> None:
    """What was recorded before, with the reason for another record."""
    if question.outcome is None:
        return
    before = {name: getattr(question, name) for name in RECORDED}
    if question.candidates:
        before["candidates"] = [[row.name, row.votes] for row in question.candidates]
    row = VoteCorrection(
        question_id=question.id,
        number=len(question.corrections) + 1,
        at=act.at,
        repeated=votes.repeated,
        reason=votes.reason.strip()[:MOST_OF_A_REASON],
        before=before,
    )
    question.corrections.append(row)


def _note_who_moved(act: Act, gathering: Gathering, question: Question, present: frozenset[UUID]) -> None:
    """Who is at a question and was not marked as here came by now; who was and is not has left."""
    if question.outcome is not None:
        return  # a correction tells of then, not of now
    for row in gathering.attendances:
        if row.member_id in present and not row.here:
            row.came_at, row.left_at = row.came_at or act.at, None
        elif row.here and row.member_id not in present:
            row.left_at = act.at


def _put_down(question: Question, votes: Votes, winners: Mapping[int, bool]) -> None:
    """The numbers of a vote; of an election those of the candidates, and the most that one of them got."""
    question.ballot, question.chair_vote = votes.ballot, votes.chair
    count = counting.hands(votes, winners)
    question.in_favour, question.against, question.abstained = count.in_favour, count.against, count.abstained
    for row in question.candidates if winners else ():
        row.votes, row.elected = (votes.candidates or {})[row.number], winners[row.number]
    if winners:
        return
    question.named_votes = [
        NamedVote(member_id=member, vote=vote) for member, vote in sorted((votes.by_name or {}).items())
    ]


def may_be_noted(question: Question) -> bool:
    """Whether a question can be taken note of without a vote: its matter allows it, and nobody voted on it."""
    return question.matter in WITHOUT_A_VOTE and question.in_favour is None and question.amends_id is None


def _refuse_what_waits(act: Act, cycle: Cycle, gathering: Gathering, question: Question) -> None:
    """Raises Conflict: the project was withdrawn, or the adoption waits for something."""
    act.session.refresh(cycle, with_for_update=True)  # so that no author withdraws meanwhile
    if question not in meetings.to_decide(act, gathering):
        raise Conflict(_("The author has withdrawn this project: there is nothing to vote on."))
    if question.matter == Matter.ADOPTION:
        adoption.refuse_early(act, cycle)
