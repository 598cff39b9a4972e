"""The agenda is that of those present: they adopt it as it was notified, add points, take points off, amend texts.

What was notified stays as it was and stays visible: an added point comes after it, a removed one keeps its place.

Source: Law of 23.01.2001 № 148, article 39-3, point 10: the agenda is approved by the meeting.
"""

from typing import Final
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _

from pb.act import Act
from pb.audit import service as audit
from pb.errors import Conflict, FieldRefusal, NotFound, refuse_all
from pb.gatherings.models import DISCUSSING, OF_CYCLES, AgendaVote, Gathering, Kind, Matter, Outcome, Question, State
from pb.gatherings.service import convening, hour, meetings, officers, presence, seats
from pb.gatherings.service.convening import MOST_POINTS
from pb.gatherings.service.plan import Point
from pb.gatherings.service.rules import Count

MOST_OF_A_REASON: Final = 500
ONLY_DISCUSSED: Final = _("At this meeting points are only discussed: nothing is decided by a vote.")


def adopt(act: Act, gathering: Gathering, count: Count, reason: str = "") -> bool:
    """Those present vote on the agenda as it stands now: once it is adopted, its points are decided.

    An agenda that is voted down stays recorded, and they may change it and vote once more, with a `reason`. Raises
    OutOfPhase, Forbidden, Conflict (before the announced hour; no quorum; chair and secretary are not elected; adopted
    before), FieldRefusal (the votes do not add up; voted on once more without a reason).
    """
    _require(act, gathering)
    if gathering.agenda_adopted_at is not None:
        raise Conflict(_("The agenda is adopted already."))
    if votes_on_it(gathering) and not reason.strip():
        raise FieldRefusal("reason", _("Write why the agenda is voted on once more: it stays with the minutes."))
    adopted = _vote(act, gathering, "adopt", None, count, reason.strip()[:MOST_OF_A_REASON]).adopted
    if adopted:
        gathering.agenda_adopted_at = act.at
    act.session.flush()
    return adopted


def votes_on_it(gathering: Gathering) -> list[AgendaVote]:
    """The votes on the agenda as a whole, the first one first: all but the last one voted it down."""
    return [row for row in gathering.agenda_votes if row.kind == "adopt"]


def add(act: Act, gathering: Gathering, point: Point, count: Count) -> Question:
    """Those present add a point at the end of the agenda.

    Raises what `adopt` does, and FieldRefusal (a point of a cycle, no text, the most points).
    """
    _require(act, gathering)
    of_point = convening.faults_of_point(point, Kind(gathering.kind))
    refuse_all([*of_point, *seats.of_point(act, gathering, (point.seat, point.places))])
    question = _put_at_the_end(gathering, convening.question_of(point), added=True)
    _vote(act, gathering, "add", question, count)
    return question


def remove(act: Act, gathering: Gathering, question: Question, count: Count) -> None:
    """Those present take a point off the agenda; what a cycle brings is decided, not taken off.

    Raises what `adopt` does, and Conflict (decided already, taken off before, a point of the cycle, the last one).
    """
    _require(act, gathering)
    if question.matter in OF_CYCLES:
        raise Conflict(_("This point is the cycle's: it is decided, and cannot be taken off the agenda."))
    if question.outcome is not None or question.removed:
        raise Conflict(_("This point was decided or taken off already."))
    if len(meetings.to_decide(act, gathering)) == 1:
        raise Conflict(_("An agenda has at least one point."))
    _vote(act, gathering, "remove", question, count)
    question.removed = True
    act.session.flush()


def amend(act: Act, gathering: Gathering, question: Question, text: str, language: str, speaker: str) -> Question:
    """Somebody moves an amendment to a point: it is voted on first, as a point of its own.

    Raises OutOfPhase, Forbidden, Conflict (no quorum; the point is decided, or is itself an amendment), FieldRefusal.
    """
    meetings.require_secretary(act, gathering)
    require_ready(act, gathering)
    if gathering.kind in DISCUSSING:
        raise Conflict(ONLY_DISCUSSED)
    if question.outcome is not None or question.removed or question.amends_id is not None:
        raise Conflict(_("Amendments are moved before the vote on the point."))
    point = Point(Matter.OTHER, text, language, speaker)
    refuse_all(convening.faults_of_point(point, Kind(gathering.kind)))
    amendment = _put_at_the_end(gathering, convening.question_of(point), added=True)
    amendment.amends_id = question.id
    data = {"question": question.position, "number": amendment.position}
    audit.record(act, "gathering.amendment_moved", subject=gathering.id, data=data)
    act.session.add(amendment)
    gathering.questions.append(amendment)
    act.session.flush()
    return amendment


def require_ready(act: Act, gathering: Gathering) -> None:
    """Raises Conflict: before anything is decided the hour has come, there is a quorum, both officers, an agenda."""
    hour.require(act, gathering)
    if gathering.state != State.QUORATE:
        raise Conflict(_("Without a quorum no decision can be recorded."))
    if officers.missing(gathering):
        raise Conflict(_("First those present elect a chair and a secretary."))
    if gathering.agenda_adopted_at is None:
        raise Conflict(_("First those present adopt the agenda."))


def amendments_of(gathering: Gathering, question_id: UUID) -> list[Question]:
    """The amendments to a point, in the order in which they were moved."""
    return [row for row in gathering.questions if row.amends_id == question_id and not row.removed]


def require_amended(gathering: Gathering, question: Question) -> None:
    """Raises Conflict while an amendment to a point waits for its vote: till then nobody knows what is decided."""
    if any(amendment.outcome is None for amendment in amendments_of(gathering, question.id)):
        raise Conflict(_("The amendments to this point are voted on first."))


def removable(act: Act, gathering: Gathering, question_id: UUID) -> Question:
    """A point that may be taken off. Raises NotFound."""
    question = meetings.question_of(gathering, question_id)
    if question not in meetings.to_decide(act, gathering) or question.matter in OF_CYCLES:
        raise NotFound
    return question


def _require(act: Act, gathering: Gathering) -> None:
    meetings.require_secretary(act, gathering)
    hour.require(act, gathering)
    if gathering.state != State.QUORATE:
        raise Conflict(_("Without a quorum no decision can be recorded."))
    if officers.missing(gathering):
        raise Conflict(_("First those present elect a chair and a secretary."))


def _put_at_the_end(gathering: Gathering, question: Question, *, added: bool) -> Question:
    if len(gathering.questions) >= 2 * MOST_POINTS:
        raise FieldRefusal("text", _("At most %(number)s points.", number=2 * MOST_POINTS))
    question.id, question.gathering_id, question.added = uuid4(), gathering.id, added
    question.position = max(row.position for row in gathering.questions) + 1
    return question


def _vote(
    act: Act, gathering: Gathering, kind: str, question: Question | None, count: Count, reason: str = ""
) -> AgendaVote:
    needed = (presence.counted if kind == "adopt" else presence.needed_of)(gathering, count)
    numbers = {"in_favour": count.in_favour, "against": count.against, "abstained": count.abstained}
    outcome = Outcome.APPROVED if count.in_favour >= needed else Outcome.REJECTED
    number = len(gathering.agenda_votes) + 1
    data = {"number": number, "kind": kind, **numbers, "needed": needed, "outcome": outcome}
    data |= {"question": question.position} if question is not None else {}
    data |= {"reason": reason} if reason else {}
    audit.record(act, "gathering.agenda_voted", subject=gathering.id, data=data)
    if question is not None and kind == "add":
        gathering.questions.append(question)
        act.session.flush()
    row = AgendaVote(
        gathering_id=gathering.id,
        number=number,
        kind=kind,
        question_id=question.id if question is not None else None,
        present=count.total,
        needed=needed,
        at=act.at,
        reason=reason,
        **numbers,
    )
    gathering.agenda_votes.append(row)
    act.session.flush()
    return row
