"""Who is at a meeting: members come and go, residents are registered at the door, and those present are counted."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act
from pb.audit import service as audit
from pb.clock import local
from pb.core.text import composed
from pb.errors import Conflict, FieldRefusal, NotFound, refuse_all
from pb.gatherings.models import (
    Attendance,
    Gathering,
    Registration,
    State,
)
from pb.gatherings.service import hour, meetings, presence
from pb.gatherings.service.meetings import Quorum
from pb.text import one_line

LATEST_DAYS = 7
MOST_REGISTERED = 5000
MOST_OF_ABSENCE = 200


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
    if mistaken and member_id in at_votes(gathering):
        raise Conflict(_("A vote is recorded with this member: they were there."))
    there = presence.here(gathering) - {member_id}
    quorum = _count(act, gathering, there, who=row.member.number, mistaken=mistaken)
    if mistaken:
        row.came_at, row.left_at, row.present, row.remote = None, None, False, False
    elif row.here:
        row.left_at = act.at
    act.session.flush()
    return quorum


def at_votes(gathering: Gathering) -> frozenset[UUID]:
    """The members with whose presence a vote is recorded: they were not marked by mistake."""
    return frozenset(row.member_id for question in gathering.questions for row in question.presences)


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
