"""What the secretary records of a meeting: who is there, and the open vote on each question."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act
from pb.audit import service as audit
from pb.clock import local
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, NotFound, refuse_all
from pb.gatherings.models import (
    WITHOUT_A_VOTE,
    Gathering,
    Majority,
    Matter,
    Office,
    Outcome,
    Presence,
    Question,
    Registration,
    State,
)
from pb.gatherings.models import Conflict as ConflictOfInterest
from pb.gatherings.service import adoption, meetings
from pb.gatherings.service.meetings import Quorum
from pb.gatherings.service.rules import ChairError, Room, VotesError, needed, outcome
from pb.text import one_line

MOST_REGISTERED = 5000


@dataclass(frozen=True, slots=True)
class Votes:
    """An open vote on one question; `chair` is given on a tie that it decides; `conflicted` members did not vote.

    `present` are the members who were there at this question, None where nobody came or left since the meeting opened;
    where residents meet, `counted` of them were there, None: as many as are registered.
    """

    in_favour: int
    against: int
    abstained: int
    chair: Outcome | None
    conflicted: frozenset[UUID]
    present: frozenset[UUID] | None = None
    counted: int | None = None


def mark_present(act: Act, gathering: Gathering, present: Iterable[UUID]) -> Quorum:
    """The secretary marks which members came. Without a quorum the meeting can decide nothing and may be reconvened.

    Raises OutOfPhase, Forbidden, Conflict (before the day of the meeting, decisions were already recorded, or another
    meeting took its place), NotFound (somebody who is not of this meeting, or a meeting of residents).
    """
    _require_open(act, gathering)
    if any(question.outcome for question in gathering.questions):
        raise Conflict(_("Decisions are recorded: the attendance can no longer change."))
    came = set(present)
    if not gathering.of_members or not came <= {attendance.member_id for attendance in gathering.attendances}:
        raise NotFound
    for attendance in gathering.attendances:
        attendance.present = attendance.member_id in came
    return _counted(act, gathering)


def register(act: Act, gathering: Gathering, name: str, settlement: str) -> Registration:
    """The secretary enters a resident who came: with name and settlement, for the minutes list those present.

    Raises what `mark_present` does, FieldRefusal (no name, no settlement of here, too many), NotFound (a meeting of
    members).
    """
    _require_open(act, gathering)
    if gathering.of_members:
        raise NotFound
    act.session.refresh(gathering, with_for_update=True)  # two doors enter at once
    refuse_all(_faults_of_registration(act, gathering, name, settlement))
    highest = select(func.max(Registration.number)).where(Registration.gathering_id == gathering.id)
    row = Registration(
        gathering_id=gathering.id,
        number=(act.session.scalar(highest) or 0) + 1,
        name=one_line(name),
        settlement=settlement,
        came_at=act.at,
        left_at=None,
    )
    gathering.registrations.append(row)
    _counted(act, gathering)
    return row


def leave(act: Act, gathering: Gathering, number: int, *, left: bool) -> Registration:
    """A registered resident left before the end, or `left` was a mistake: they are there.

    Raises what `mark_present` does, NotFound (no such number).
    """
    _require_open(act, gathering)
    row = next((row for row in gathering.registrations if row.number == number), None)
    if row is None:
        raise NotFound
    row.left_at = act.at if left else None
    _counted(act, gathering)
    return row


def record_votes(act: Act, gathering: Gathering, question: Question, votes: Votes) -> Question:
    """The secretary records the open vote on a question.

    Raises OutOfPhase, Forbidden, Conflict (no quorum, what the adoption waits for), FieldRefusal (no quorum is left at
    this question; the votes do not add up; the chair's vote), NotFound (somebody who is not of this meeting).
    """
    meetings.require_secretary(act, gathering)
    if gathering.state != State.QUORATE:
        raise Conflict(_("Without a quorum no decision can be recorded."))
    cycle = meetings.cycle_of(act, gathering)
    if cycle is not None:
        _refuse_what_waits(act, cycle, gathering, question)
    present = _present(gathering, votes)
    refuse_all(faults_of_quorum(gathering, present, votes.counted))
    conflicted = votes.conflicted & present
    there = len(present) if gathering.of_members else _counted_there(gathering, votes.counted)
    room = Room(there, there - len(conflicted), _all(gathering))
    question.outcome = _outcome(gathering, question, votes, room, present - conflicted)
    question.in_favour, question.against, question.abstained = votes.in_favour, votes.against, votes.abstained
    question.needed, question.chair_vote, question.present = (
        needed(
            room,
            Majority(question.majority),
            gathering.majority_percent,
            for_or_against=votes.in_favour + votes.against,
        ),
        votes.chair,
        there,
    )
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
            "present": there,
            "needed": question.needed,
            "conflicts": len(conflicted),
            "outcome": question.outcome,
        },
    )
    return question


def discuss(act: Act, gathering: Gathering, question: Question, speeches: str, *, noted: bool = False) -> Question:
    """The secretary writes who said what on a question; `noted`: it was discussed, and there is nothing to vote on.

    Raises OutOfPhase, Forbidden, Conflict (no quorum; the minutes are confirmed; a matter that is decided by a vote).
    """
    meetings.require_secretary(act, gathering)
    if gathering.state != State.QUORATE:
        raise Conflict(_("Without a quorum no decision can be recorded."))
    if noted and not may_be_noted(question):
        raise Conflict(_("This question is decided by a vote."))
    question.speeches = speeches.strip()
    if noted:
        question.outcome = Outcome.NOTED
    act.session.flush()
    audit.record(act, "gathering.discussed", subject=gathering.id, data={"question": question.position, "noted": noted})
    return question


def may_be_noted(question: Question) -> bool:
    """Whether a question can be taken note of without a vote: its matter allows it, and nobody voted on it."""
    return question.matter in WITHOUT_A_VOTE and question.in_favour is None


def faults_of_quorum(
    gathering: Gathering, present: frozenset[UUID], counted: int | None = None
) -> Iterator[FieldRefusal]:
    """Whether too few are present to decide. Raises NotFound (somebody who is not of this meeting)."""
    if not present <= {attendance.member_id for attendance in gathering.attendances}:
        raise NotFound
    if not gathering.of_members:
        yield from _faults_of_count(gathering, counted)
        return
    quorum = meetings.quorum_of(gathering, len(present))
    if not quorum.reached:
        message = _("A quorum is %(needed)s of %(members)s members.", needed=quorum.needed, members=quorum.entitled)
        yield FieldRefusal("present", message)


def _faults_of_count(gathering: Gathering, counted: int | None) -> Iterator[FieldRefusal]:
    there, registered = _counted_there(gathering, counted), len(gathering.registrations)
    quorum = meetings.quorum_of(gathering, there)
    if there > registered:
        message = _("Registered are %(registered)s: no more can be present.", registered=registered)
        yield FieldRefusal("counted", message)
    elif not quorum.reached:
        message = _(
            "A quorum is %(needed)s of %(entitled)s residents who may vote.",
            needed=quorum.needed,
            entitled=quorum.entitled,
        )
        yield FieldRefusal("counted", message)


def _counted_there(gathering: Gathering, counted: int | None) -> int:
    return len(meetings.registered(gathering)) if counted is None else counted


def _present(gathering: Gathering, votes: Votes) -> frozenset[UUID]:
    if not gathering.of_members:
        return frozenset()
    return meetings.opened_with(gathering) if votes.present is None else votes.present


def _all(gathering: Gathering) -> int:
    return len(gathering.attendances if gathering.of_members else gathering.registrations)


def _outcome(gathering: Gathering, question: Question, votes: Votes, room: Room, voting: frozenset[UUID]) -> Outcome:
    try:
        return outcome(
            votes.in_favour,
            votes.against,
            votes.abstained,
            room=room,
            chair=votes.chair,
            chair_decides=gathering.chair_decides and _chair_votes(gathering, voting),
            majority=Majority(question.majority),
            percent=gathering.majority_percent,
        )
    except ChairError as error:
        message = _("The chair's vote decides on a tie, and only then, if the chair is there and votes.")
        raise FieldRefusal("chair", message) from error
    except VotesError as error:
        message = _(
            "For, against and abstained must add up to the members who may vote: %(number)s.", number=room.voting
        )
        raise FieldRefusal("in_favour", message) from error


def _refuse_what_waits(act: Act, cycle: Cycle, gathering: Gathering, question: Question) -> None:
    """Raises Conflict: the project was withdrawn, or the adoption waits for something."""
    act.session.refresh(cycle, with_for_update=True)  # so that no author withdraws meanwhile
    if question not in meetings.to_decide(act, gathering):
        raise Conflict(_("The author has withdrawn this project: there is nothing to vote on."))
    if question.matter == Matter.ADOPTION:
        adoption.refuse_early(act, cycle)


def _require_open(act: Act, gathering: Gathering) -> None:
    """Raises OutOfPhase, Forbidden, Conflict: attendance changes from the day of the meeting until its minutes."""
    meetings.require_secretary(act, gathering)
    if local(act.at).date() < local(gathering.meets_at).date():
        raise Conflict(_("The day of the meeting has not come."))
    if gathering.state == State.CALLED_OFF:
        raise Conflict(_("This meeting was called off."))
    if gathering.state not in {State.CONVENED, State.INQUORATE, State.QUORATE}:
        raise Conflict(_("The minutes of this meeting are drawn up."))
    if act.session.scalars(select(Gathering.id).where(Gathering.previous_id == gathering.id)).first():
        raise Conflict(_("The assembly was convened again: this meeting is over."))


def _counted(act: Act, gathering: Gathering) -> Quorum:
    """Whether there is a quorum now; what was decided with one stands, whoever leaves later."""
    quorum = meetings.quorum_of(gathering)
    decided = any(question.outcome for question in gathering.questions)
    reached = State.QUORATE if quorum.reached or decided else State.INQUORATE
    audit.record(
        act,
        f"gathering.{reached}",
        subject=gathering.id,
        data={"present": quorum.present, "members": quorum.entitled, "needed": quorum.needed},
    )
    gathering.state = reached
    act.session.flush()
    return quorum


def _faults_of_registration(act: Act, gathering: Gathering, name: str, settlement: str) -> Iterator[FieldRefusal]:
    if not one_line(name):
        yield FieldRefusal("name", _("Write the name: the minutes list those present."))
    if settlement not in act.territory.settlements:
        yield FieldRefusal("settlement", _("Choose the settlement."))
    if len(gathering.registrations) >= min(MOST_REGISTERED, gathering.entitled or 0):
        yield FieldRefusal("name", _("As many are registered as may come: %(number)s.", number=gathering.entitled))


def _chair_votes(gathering: Gathering, voting: frozenset[UUID]) -> bool:
    """Whether the assembly's chair is among those who vote: nobody else's vote decides a tie."""
    chairs = {row.member_id for row in gathering.attendances if row.member.office == Office.CHAIR}
    return bool(chairs & voting)
