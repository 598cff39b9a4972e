"""What the secretary records of a meeting: who is there, and the open vote on each question."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act
from pb.audit import service as audit
from pb.clock import local
from pb.core.text import composed
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, NotFound, refuse_all
from pb.gatherings.models import (
    DISCUSSING,
    WITHOUT_A_VOTE,
    Attendance,
    Gathering,
    Matter,
    NamedVote,
    Outcome,
    Presence,
    Question,
    Registration,
    State,
    VoteCorrection,
)
from pb.gatherings.models import Conflict as ConflictOfInterest
from pb.gatherings.service import adoption, agenda, counting, hour, meetings, presence
from pb.gatherings.service.counting import Votes
from pb.gatherings.service.meetings import Quorum
from pb.text import one_line

LATEST_DAYS = 7
MOST_REGISTERED = 5000
MOST_OF_A_REASON, MOST_OF_ABSENCE = 500, 200
RECORDED = ("outcome", "ballot", "present", "in_favour", "against", "abstained", "needed")


def mark_present(act: Act, gathering: Gathering, present: Iterable[UUID]) -> Quorum:
    """Marks which members came to the opening. Without a quorum the meeting can decide nothing and may be reconvened.

    Before the announced hour they are still coming. Who marks first opens the meeting. Raises OutOfPhase, Forbidden,
    Conflict (before the day of the meeting, something was decided already, or another meeting took its place), NotFound
    (somebody who is not of this meeting, or a meeting of residents).
    """
    _require_open(act, gathering)
    _require_recent(act, gathering)
    if _has_begun(gathering):
        raise Conflict(_("Decisions are recorded: mark who comes later and who leaves one by one."))
    came = frozenset(present)
    if not gathering.of_members or not came <= {attendance.member_id for attendance in gathering.attendances}:
        raise NotFound
    quorum = _count(act, gathering, came, declared=hour.has_come(act, gathering))
    for row in gathering.attendances:
        if row.here and row.member_id not in came:
            row.present, row.came_at, row.remote = False, None, False
        elif row.member_id in came and not row.here:
            row.present, row.came_at, row.left_at, row.absence = True, row.came_at or act.at, None, ""
    act.session.flush()
    return quorum


def declare_inquorate(act: Act, gathering: Gathering) -> Quorum:
    """All who came are counted, and they are too few: the meeting is not held, and may be convened again.

    Or too many left before they adopted an agenda. Raises what `mark_present` does but for members, and Conflict (there
    is a quorum, the hour has not come, or the agenda is adopted).
    """
    _require_open(act, gathering)
    hour.require(act, gathering)
    if meetings.quorum_of(gathering).reached:
        raise Conflict(_("There is a quorum."))
    if gathering.agenda_adopted_at is not None:
        raise Conflict(_("The agenda is adopted: the minutes say what was decided before too many left."))
    there = presence.here(gathering) if gathering.of_members else presence.count(gathering)
    return _count(act, gathering, there, declared=True)


def come(act: Act, gathering: Gathering, member_id: UUID, *, remote: bool = False) -> Quorum:
    """A member comes, or comes back; `remote`: over a line, where the rules of the meeting allow it.

    Raises what `mark_present` does but for decisions, and Conflict (from afar, where nobody may).
    """
    _require_open(act, gathering)
    _require_recent(act, gathering)
    row = _attendance(gathering, member_id)
    if remote and not gathering.remote_allowed:
        raise Conflict(_("The rules of this meeting do not let members take part from afar."))
    at_the_opening = not _has_begun(gathering)
    quorum = _count(act, gathering, presence.here(gathering) | {member_id}, who=row.member.number)
    row.came_at, row.left_at, row.remote, row.absence = row.came_at or act.at, None, remote, ""
    row.present = row.present or at_the_opening
    act.session.flush()
    return quorum


def go(act: Act, gathering: Gathering, member_id: UUID, *, mistaken: bool = False) -> Quorum:
    """A member leaves before the end; `mistaken`: they were marked by mistake and never came.

    Raises what `come` does, and Conflict (they are recorded at a vote: they were there).
    """
    _require_open(act, gathering)
    row = _attendance(gathering, member_id)
    recorded = (at.member_id for question in gathering.questions for at in question.presences)
    if mistaken and member_id in recorded:
        raise Conflict(_("A vote is recorded with this member: they were there."))
    there = presence.here(gathering) - {member_id}
    quorum = _count(act, gathering, there, who=row.member.number, mistaken=mistaken)
    if mistaken:
        row.came_at, row.left_at, row.present, row.remote = None, None, False, False
    elif row.here:
        row.left_at = act.at
    act.session.flush()
    return quorum


def excuse(act: Act, gathering: Gathering, member_id: UUID, absence: str) -> None:
    """Why a member did not come; the minutes say it. Raises what `come` does, and Conflict (they came)."""
    _require_open(act, gathering)
    row = _attendance(gathering, member_id)
    if row.came_at is not None:
        raise Conflict(_("This member came."))
    reason = one_line(absence)[:MOST_OF_ABSENCE]
    told = {"given": bool(reason), "who": row.member.number}
    audit.record(act, "gathering.absence", subject=gathering.id, data=told)
    row.absence = reason
    act.session.flush()


def register(act: Act, gathering: Gathering, name: str, settlement: str) -> Registration:
    """The secretary enters a resident who came: with name and settlement, for the minutes list those present.

    Raises what `mark_present` does, FieldRefusal (no name, no settlement of here, too many), NotFound (a meeting of
    members).
    """
    _require_open(act, gathering)
    _require_recent(act, gathering)
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
    _count(act, gathering, presence.count(gathering) + 1, who=row.number)
    gathering.registrations.append(row)
    act.session.flush()
    return row


def leave(act: Act, gathering: Gathering, number: int, *, left: bool) -> Registration:
    """A registered resident left before the end, or came back: both moments stand in the log, and in the minutes.

    Raises what `mark_present` does, NotFound (no such number).
    """
    _require_open(act, gathering)
    row = next((row for row in gathering.registrations if row.number == number), None)
    if row is None:
        raise NotFound
    gone = presence.count(gathering) - (row.left_at is None)
    _count(act, gathering, gone + (not left), who=number, left=left)
    row.left_at = act.at if left else None
    act.session.flush()
    return row


def unregister(act: Act, gathering: Gathering, number: int) -> None:
    """A registered resident was entered by mistake: they never came.

    Raises what `register` does, NotFound (no such number), Conflict (something was decided while they counted).
    """
    _require_open(act, gathering)
    row = next((row for row in gathering.registrations if row.number == number), None)
    if row is None:
        raise NotFound
    if _has_begun(gathering):
        raise Conflict(_("Decisions are recorded with everybody registered: mark that they went away."))
    _count(act, gathering, presence.count(gathering) - (row.left_at is None), who=number, mistaken=True)
    gathering.registrations.remove(row)
    act.session.delete(row)
    act.session.flush()


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


def _attendance(gathering: Gathering, member_id: UUID) -> Attendance:
    """Raises NotFound (not a member of this meeting)."""
    found = next((row for row in gathering.attendances if row.member_id == member_id), None)
    if found is None:
        raise NotFound
    return found


def _has_begun(gathering: Gathering) -> bool:
    """Whether those present decided anything: who comes afterwards was not there at the opening."""
    decided = any(question.outcome for question in gathering.questions)
    return decided or gathering.agenda_adopted_at is not None or bool(gathering.officers)


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


def closed(act: Act, gathering: Gathering) -> LazyString | None:
    """Why who is there cannot be recorded now; None from the day of the meeting until its minutes."""
    if local(act.at).date() < local(gathering.meets_at).date():
        return _("The day of the meeting has not come.")
    if gathering.state == State.CALLED_OFF:
        return _("This meeting was called off.")
    if gathering.state not in {State.CONVENED, State.INQUORATE, State.QUORATE}:
        return _("The minutes of this meeting are drawn up.")
    if act.session.scalars(select(Gathering.id).where(Gathering.previous_id == gathering.id)).first():
        return _("The assembly was convened again: this meeting is over.")
    return None


def too_late(act: Act, gathering: Gathering) -> LazyString | None:
    """Who came is written down when they come, or when the line is back, and not weeks later."""
    if (local(act.at).date() - local(gathering.meets_at).date()).days > LATEST_DAYS:
        return _("The day of the meeting has long passed: who came can no longer be recorded.")
    return None


def _require_recent(act: Act, gathering: Gathering) -> None:
    """Raises Conflict: see `too_late`."""
    if (told := too_late(act, gathering)) is not None:
        raise Conflict(told)


def _require_open(act: Act, gathering: Gathering) -> None:
    """Raises OutOfPhase, Forbidden, Conflict: see `closed`."""
    meetings.require_secretary(act, gathering)
    if (told := closed(act, gathering)) is not None:
        raise Conflict(told)


def _count(
    act: Act,
    gathering: Gathering,
    there: int | frozenset[UUID],
    *,
    declared: bool = False,
    who: int | None = None,
    left: bool | None = None,
    mistaken: bool = False,
) -> Quorum:
    """Whether there is a quorum when so many are there; what was decided with one stands, whoever leaves later.

    That there is none is `declared` when all are counted: until then they are still coming. The event comes before what
    it tells of; `who` came or left is the number of a member or of who is registered. Of members the event lists those
    who are here: no other row changes with it. Of who was registered before it says whether they `left` or came back.
    """
    quorum = meetings.quorum_of(gathering, there if isinstance(there, int) else len(there))
    state = State(gathering.state)
    if quorum.reached:
        state = State.QUORATE
    elif declared:
        state = State.INQUORATE
    moved = state != gathering.state
    audit.record(
        act,
        f"gathering.{state}" if moved else "gathering.attendance",
        subject=gathering.id,
        data={
            "present": quorum.present,
            "members": quorum.entitled,
            "needed": quorum.needed,
            **({"who": who} if who is not None else {}),
            **({} if isinstance(there, int) else {"here": presence.listed(gathering, there)}),
            **({} if left is None else {"left": left}),
            **({"mistaken": True} if mistaken else {}),
        },
    )
    if gathering.opened_at is None and act.person is not None:
        gathering.opened_at, gathering.opened_by_id = act.at, act.person.id
    gathering.state = state
    act.session.flush()
    return quorum


def _same(one: str, other: str) -> bool:
    return composed(one_line(one)).casefold() == composed(one_line(other)).casefold()


def _faults_of_registration(act: Act, gathering: Gathering, name: str, settlement: str) -> Iterator[FieldRefusal]:
    if not one_line(name):
        yield FieldRefusal("name", _("Write the name: the minutes list those present."))
    if settlement not in act.territory.settlements:
        yield FieldRefusal("settlement", _("Choose the settlement."))
    same = next(
        (row for row in gathering.registrations if row.settlement == settlement and _same(row.name, name)), None
    )
    if same is not None:
        told = _(
            "Registered already: № %(number)s. If it is another person, write their patronymic too.", number=same.number
        )
        yield FieldRefusal("name", told)
    if len(gathering.registrations) >= min(MOST_REGISTERED, gathering.entitled or 0):
        yield FieldRefusal("name", _("As many are registered as may come: %(number)s.", number=gathering.entitled))
