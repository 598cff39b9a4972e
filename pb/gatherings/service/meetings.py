"""Verbs of the assembly's meetings: convened by the chair, recorded by the secretary, decided with a quorum."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, FieldRefusal, Forbidden, NotFound, refuse_all
from pb.gatherings.models import (
    Answer,
    Attendance,
    Gathering,
    Kind,
    Minutes,
    Office,
    Outcome,
    Presence,
    Question,
    State,
)
from pb.gatherings.models import Conflict as ConflictOfInterest
from pb.gatherings.service import adoption, meeting_day, members
from pb.gatherings.service.rules import ChairError, VotesError, has_quorum, outcome, quorum_needed, votes_needed
from pb.proposals.models import Proposal, Review
from pb.proposals.models import State as ProposalState
from pb.proposals.service import outcomes, proposals
from pb.text import one_line

PHASES = {Kind.PROJECTS: Phase.GATHERING, Kind.ADOPTION: Phase.RESULT}


@proposals.tells_votes
def voted_on(act: Act, proposal_id: UUID) -> bool:
    """Whether votes of the assembly are recorded on a proposal."""
    query = select(Question.id).where(Question.proposal_id == proposal_id, Question.outcome.is_not(None))
    return act.session.scalars(query.limit(1)).first() is not None


def to_decide(act: Act, gathering: Gathering) -> list[Question]:
    """The agenda but for what its author withdrew since the meeting was convened."""
    query = select(Question.id).join(Proposal, Proposal.id == Question.proposal_id)
    query = query.where(Question.gathering_id == gathering.id, Proposal.state == ProposalState.WITHDRAWN)
    withdrawn = set(act.session.scalars(query))
    return [question for question in gathering.questions if question.id not in withdrawn]


@dataclass(frozen=True, slots=True)
class Quorum:
    """Attendance against the threshold: `needed` of `members` must be present."""

    members: int
    present: int
    needed: int
    reached: bool


@dataclass(frozen=True, slots=True)
class Votes:
    """An open vote on one question; `chair` is given on a tie that it decides; `conflicted` members did not vote.

    `present` are who was there at this question; None where nobody came or left since the meeting opened.
    """

    in_favour: int
    against: int
    abstained: int
    chair: Outcome | None
    conflicted: frozenset[UUID]
    present: frozenset[UUID] | None = None


def convene(
    act: Act,
    cycle: Cycle,
    kind: Kind,
    *,
    meets_at: datetime,
    place: str,
    late: bool = False,
    previous: Gathering | None = None,
) -> Gathering:
    """Convenes a meeting; its agenda is made of the accepted projects, or of the result of the vote.

    `late`: knowingly after the phase's last day. Raises OutOfPhase, Forbidden (not the chair), FieldRefusal (a day that
    is too early or too late, no place), Conflict (nothing to decide, no members, a meeting of this kind is still open
    or already decided, what the adoption waits for, or a proposal whose author may still answer or that waits for its
    review).
    """
    cycles.require(act, cycle, PHASES[kind])
    if not act.holds(Role.CHAIR):
        raise Forbidden(_("Only the chair convenes the assembly."))
    act.session.refresh(cycle, with_for_update=True)  # a double click would convene twice
    refuse_another(act, cycle, kind, previous)
    if kind is Kind.ADOPTION:
        adoption.refuse_early(act, cycle)
    else:
        refuse_unsettled(act, cycle)
    meeting_day.refuse_without_members(act, cycle)
    refuse_all(meeting_day.faults(act, cycle, meets_at, place, late=late))
    membership = members.current(act, local(meets_at).date())
    projects = [proposal.id for proposal, _review in outcomes.accepted(act, cycle)]
    agenda: Sequence[UUID | None] = projects if kind is Kind.PROJECTS else [None]
    if not agenda:
        raise Conflict(_("No project was accepted: there is nothing to decide."))
    taken = select(func.max(Gathering.number)).where(Gathering.cycle_id == cycle.id)
    gathering_id, number = uuid4(), (act.session.scalar(taken) or 0) + 1
    # The event first: triggers take no meeting, and no move of one, of which the log's last event does not tell.
    audit.record(
        act,
        "gathering.convened",
        subject=gathering_id,
        data={"number": number, "kind": kind, "meets_at": meets_at.isoformat(), "questions": len(agenda)},
    )
    gathering = Gathering(
        id=gathering_id,
        cycle_id=cycle.id,
        previous_id=previous.id if previous else None,
        number=number,
        kind=kind,
        meets_at=meets_at,
        place=one_line(place),
        state=State.CONVENED,
        convened_at=act.at,
        questions=[Question(position=n, proposal_id=project) for n, project in enumerate(agenda, 1)],
        attendances=[Attendance(member_id=member.id, present=False) for member in membership],
    )
    act.session.add(gathering)
    act.session.flush()
    return gathering


def unsettled(act: Act, cycle: Cycle) -> str:
    """The numbers of the proposals that an agenda of projects would close out today."""
    return ", ".join(str(proposal.number) for proposal in proposals.unsettled(act, cycle))


def refuse_unsettled(act: Act, cycle: Cycle) -> None:
    """Raises Conflict while an author may still answer, or an answered proposal waits for its review."""
    if numbers := unsettled(act, cycle):
        raise Conflict(waiting_for(numbers))


def waiting_for(numbers: str) -> LazyString:
    """That a meeting on the projects waits for the proposals with these numbers."""
    return _("A meeting on the projects waits: these proposals are not settled yet: № %(numbers)s", numbers=numbers)


def mark_present(act: Act, cycle: Cycle, gathering: Gathering, present: Iterable[UUID]) -> Quorum:
    """The secretary marks who came. Without a quorum the meeting can decide nothing and may be reconvened.

    Raises OutOfPhase, Forbidden, Conflict (before the day of the meeting, decisions were already recorded, or another
    meeting took its place), NotFound (somebody who is not of this meeting).
    """
    _secretary_records(act, cycle, gathering)
    if local(act.at).date() < local(gathering.meets_at).date():
        raise Conflict(_("The day of the meeting has not come."))
    if gathering.state == State.CALLED_OFF:
        raise Conflict(_("This meeting was called off."))
    if gathering.state not in {State.CONVENED, State.INQUORATE, State.QUORATE}:
        raise Conflict(_("The minutes of this meeting are drawn up."))
    if any(question.outcome for question in gathering.questions):
        raise Conflict(_("Decisions are recorded: the attendance can no longer change."))
    if any(meeting.previous_id == gathering.id for meeting in of_cycle(act, cycle)):
        raise Conflict(_("The assembly was convened again: this meeting is over."))
    came = set(present)
    if not came <= {attendance.member_id for attendance in gathering.attendances}:
        raise NotFound
    for attendance in gathering.attendances:
        attendance.present = attendance.member_id in came
    quorum = quorum_of(cycle, gathering)
    reached = State.QUORATE if quorum.reached else State.INQUORATE
    audit.record(
        act,
        f"gathering.{reached}",
        subject=gathering.id,
        data={"present": quorum.present, "members": quorum.members, "needed": quorum.needed},
    )
    gathering.state = reached
    act.session.flush()
    return quorum


def record_votes(act: Act, cycle: Cycle, gathering: Gathering, question: Question, votes: Votes) -> Question:
    """The secretary records the open vote on a question.

    Raises OutOfPhase, Forbidden, Conflict (no quorum, what the adoption waits for), FieldRefusal (no quorum is left at
    this question; the votes do not add up; the chair's vote), NotFound (somebody who is not of this meeting).
    """
    _secretary_records(act, cycle, gathering)
    if gathering.state != State.QUORATE:
        raise Conflict(_("Without a quorum no decision can be recorded."))
    act.session.refresh(cycle, with_for_update=True)  # so that no author withdraws meanwhile
    if question not in to_decide(act, gathering):
        raise Conflict(_("The author has withdrawn this project: there is nothing to vote on."))
    if gathering.kind == Kind.ADOPTION:
        adoption.refuse_early(act, cycle)
    present = opened_with(gathering) if votes.present is None else votes.present
    refuse_all(faults_of_quorum(cycle, gathering, present))
    conflicted = votes.conflicted & present
    try:
        question.outcome = outcome(
            votes.in_favour,
            votes.against,
            votes.abstained,
            present=len(present),
            voting=len(present - conflicted),
            chair=votes.chair,
            chair_decides=cycle.chair_decides and _chair_votes(gathering, present - conflicted),
            majority=cycle.majority_percent,
        )
    except ChairError as error:
        message = _("The chair's vote decides on a tie, and only then, if the chair is there and votes.")
        raise FieldRefusal("chair", message) from error
    except VotesError as error:
        message = _(
            "For, against and abstained must add up to the members who may vote: %(number)s.",
            number=len(present - conflicted),
        )
        raise FieldRefusal("in_favour", message) from error
    question.in_favour, question.against, question.abstained = votes.in_favour, votes.against, votes.abstained
    question.needed, question.chair_vote = votes_needed(len(present), cycle.majority_percent), votes.chair
    question.conflicts = [ConflictOfInterest(member_id=member) for member in sorted(conflicted)]
    question.presences = [Presence(member_id=member) for member in sorted(present)]
    act.session.flush()
    audit.record(
        act,
        "gathering.voted",
        subject=gathering.id,
        data={
            "question": question.position,
            "in_favour": votes.in_favour,
            "against": votes.against,
            "abstained": votes.abstained,
            "present": len(present),
            "needed": question.needed,
            "conflicts": len(conflicted),
            "outcome": question.outcome,
        },
    )
    return question


def quorum_of(cycle: Cycle, gathering: Gathering) -> Quorum:
    """The attendance at the opening of a meeting against the cycle's quorum."""
    return _quorum(cycle, gathering, opened_with(gathering))


def opened_with(gathering: Gathering) -> frozenset[UUID]:
    """The members who were there when the meeting opened."""
    return frozenset(attendance.member_id for attendance in gathering.attendances if attendance.present)


def present_at(gathering: Gathering, question: Question) -> frozenset[UUID]:
    """Who was there at a question; while it is not recorded, at the recorded one before it, or at the opening."""
    for earlier in reversed(gathering.questions):
        if earlier.position <= question.position and earlier.outcome is not None:
            return frozenset(presence.member_id for presence in earlier.presences)
    return opened_with(gathering)


def get(act: Act, cycle: Cycle, gathering_id: UUID) -> Gathering:
    """A meeting of this cycle. Raises NotFound."""
    gathering = act.session.get(Gathering, gathering_id)
    if gathering is None or gathering.cycle_id != cycle.id:
        raise NotFound
    return gathering


def question_of(gathering: Gathering, question_id: UUID) -> Question:
    """A question of this meeting's agenda. Raises NotFound."""
    for question in gathering.questions:
        if question.id == question_id:
            return question
    raise NotFound


def of_cycle(act: Act, cycle: Cycle) -> Sequence[Gathering]:
    """The meetings of a cycle, latest first."""
    query = select(Gathering).where(Gathering.cycle_id == cycle.id).order_by(Gathering.number.desc())
    return act.session.scalars(query).all()


def minutes_of(act: Act, gathering: Gathering) -> Minutes | None:
    return act.session.scalars(select(Minutes).where(Minutes.gathering_id == gathering.id)).one_or_none()


def answer_to(act: Act, minutes: Minutes) -> Answer | None:
    return act.session.get(Answer, minutes.id)


def decided(act: Act, cycle: Cycle, kind: Kind) -> Minutes | None:
    """The confirmed minutes of the cycle's last meeting of this kind with which the akim agreed, or None."""
    query = (
        select(Minutes)
        .join(Gathering, Gathering.id == Minutes.gathering_id)
        .join(Answer, Answer.minutes_id == Minutes.id)
        .where(Gathering.cycle_id == cycle.id, Gathering.kind == kind, Gathering.state == State.CONFIRMED)
        .where(Answer.agrees)
        .order_by(Gathering.number.desc())
    )
    return act.session.scalars(query).first()


def approved(act: Act, cycle: Cycle) -> list[tuple[Proposal, Review]]:
    """The projects that the assembly put to the vote, with cost and programme, in the order of their numbers.

    Empty until the minutes are confirmed and the akim agreed.
    """
    minutes = decided(act, cycle, Kind.PROJECTS)
    if minutes is None:
        return []
    yes = {q.proposal_id for q in minutes.gathering.questions if q.outcome == Outcome.APPROVED}
    return [(proposal, done) for proposal, done in outcomes.accepted(act, cycle) if proposal.id in yes]


def adopted(act: Act, cycle: Cycle) -> Minutes | None:
    """The minutes in which the assembly adopted the result of the vote and the akim agreed, or None."""
    minutes = decided(act, cycle, Kind.ADOPTION)
    questions = minutes.gathering.questions if minutes is not None else []
    return minutes if questions and all(question.outcome == Outcome.APPROVED for question in questions) else None


def projects_by_id(act: Act, gathering: Gathering) -> Mapping[UUID, tuple[Proposal, Review]]:
    """The projects that a meeting's agenda names."""
    wanted = [question.proposal_id for question in gathering.questions if question.proposal_id]
    found = [act.session.get_one(Proposal, proposal_id) for proposal_id in wanted]
    return {proposal.id: (proposal, outcomes.accepting(act, proposal.id)) for proposal in found}


def may_be_held_again(act: Act, cycle: Cycle, gathering: Gathering) -> bool:
    """Whether this is the last meeting of its kind and led nowhere.

    It had no quorum, was called off, the akim disagreed, or it said no. It said no when it put
    no project to the vote, or did not adopt the result.
    """
    last = next(meeting for meeting in of_cycle(act, cycle) if meeting.kind == gathering.kind)
    if last is not gathering:
        return False
    minutes = minutes_of(act, gathering)
    answer = answer_to(act, minutes) if minutes else None
    if gathering.state in {State.INQUORATE, State.CALLED_OFF}:
        return True
    said_no = not any(question.outcome == Outcome.APPROVED for question in gathering.questions)
    return answer is not None and (said_no or not answer.agrees)


def _secretary_records(act: Act, cycle: Cycle, gathering: Gathering) -> None:
    cycles.require(act, cycle, PHASES[Kind(gathering.kind)])
    if not act.holds(Role.SECRETARY):
        raise Forbidden(_("Only the secretary records the meeting."))


def refuse_another(act: Act, cycle: Cycle, kind: Kind, previous: Gathering | None) -> None:
    """Raises Conflict where a meeting of this kind is open or decided; `previous` may be held again."""
    last = next((meeting for meeting in of_cycle(act, cycle) if meeting.kind == kind), None)
    if last is not None and last is not previous:
        raise Conflict(_("A meeting on this matter was already convened."))
    if last is not None and not may_be_held_again(act, cycle, last):
        told = _(
            "A meeting is held again when it had no quorum, was called off, approved nothing, or the akim disagreed."
        )
        raise Conflict(told)


def _chair_votes(gathering: Gathering, voting: frozenset[UUID]) -> bool:
    """Whether the assembly's chair is among those who vote: nobody else's vote decides a tie."""
    chairs = {row.member_id for row in gathering.attendances if row.member.office == Office.CHAIR}
    return bool(chairs & voting)


def _quorum(cycle: Cycle, gathering: Gathering, present: frozenset[UUID]) -> Quorum:
    total = len(gathering.attendances)
    needed = quorum_needed(total, cycle.quorum_percent)
    return Quorum(total, len(present), needed, has_quorum(len(present), total, cycle.quorum_percent))


def faults_of_quorum(cycle: Cycle, gathering: Gathering, present: frozenset[UUID]) -> Iterator[FieldRefusal]:
    """Whether too few are present to decide. Raises NotFound (somebody who is not of this meeting)."""
    if not present <= {attendance.member_id for attendance in gathering.attendances}:
        raise NotFound
    quorum = _quorum(cycle, gathering, present)
    if not quorum.reached:
        message = _("A quorum is %(needed)s of %(members)s members.", needed=quorum.needed, members=quorum.members)
        yield FieldRefusal("present", message)
