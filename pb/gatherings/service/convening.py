"""How a meeting comes about: who convenes which kind, by which rules, with which agenda, and how early it is told.

Source: Law of 23.01.2001 № 148, article 39-3, points 5, 7 and 8: the akim convenes, or a tenth of those entitled demand
it; of residents' meetings the raion's akim agrees. What the law leaves to regulations are settings.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import uuid4

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from pb.act import Act, Role
from pb.audit import service as audit
from pb.clock import local
from pb.cycles.models import Cycle
from pb.errors import Conflict, FieldRefusal, Forbidden, refuse_all
from pb.formats import day
from pb.formats import number as in_figures
from pb.gatherings.models import (
    DISCUSSING,
    OF_KINDS,
    OF_MEMBERS,
    SEATS_OF,
    Attendance,
    Ballot,
    Gathering,
    Kind,
    Majority,
    Matter,
    Question,
    State,
)
from pb.gatherings.service import earlier, entitled, line, meetings, members, seats
from pb.gatherings.service.plan import Called, Plan, Point, Rules
from pb.gatherings.service.points import question_text
from pb.territory import service as territories
from pb.territory.models import Territory
from pb.text import one_line

CONVENERS: dict[Kind, tuple[Role, ...]] = {
    Kind.ASSEMBLY: (Role.CHAIR, Role.AKIM, Role.OFFICE),
    Kind.GATHERING: (Role.AKIM, Role.OFFICE),
    Kind.SEPARATE: (Role.AKIM, Role.OFFICE),
    Kind.REPORT: (Role.AKIM, Role.OFFICE),
    Kind.HEARING: (Role.AKIM, Role.OFFICE),
    Kind.COMMISSION: (Role.CHAIR, Role.SECRETARY),
}
"""Who convenes a kind of meeting that no cycle asks for: the akim, or whom the akim authorises."""
EXTRAORDINARY = Kind.ASSEMBLY
"""Who alone may meet on a shorter notice: residents and the commission always have theirs."""
MOST_POINTS = 30
MOST_PLACES = 100
FARTHEST_DAYS = 366
MOST_ENTITLED = 100_000
HALF = 50


def kinds_of(act: Act) -> list[Kind]:
    """The kinds of meeting that the actor may convene here."""
    return [kind for kind, roles in CONVENERS.items() if act.holds(*roles)]


def may_convene(act: Act, kind: Kind, previous: Gathering | None = None) -> bool:
    """Whether the actor convenes this kind; `previous`: in the place of one that led nowhere.

    What the akim disagreed with is discussed again by whom the chair convenes: the akim's side would bury it. Residents
    are convened by the akim, and then by the chair of the assembly too.
    """
    if previous is not None and line.akim_disagreed(act, previous):
        return act.holds(Role.CHAIR) or (not previous.of_members and act.holds(*CONVENERS[kind]))
    return act.holds(*CONVENERS[kind])


def rules_of(act: Act, cycle: Cycle) -> Rules:
    """A cycle keeps the rules of its meetings as they were when it was opened; who presides is today's regulation."""
    today = rules_for(act, Kind.ASSEMBLY)
    return Rules(
        cycle.quorum_percent,
        cycle.majority_percent,
        cycle.notice_days,
        cycle.chair_decides,
        cycle.minutes_days,
        cycle.answer_days,
        today.standing_officers,
        today.remote_allowed,
    )


def rules_for(act: Act, kind: Kind, *, extraordinary: bool = False) -> Rules:
    """The rules that hold today for a kind of meeting outside a cycle."""
    value = {name: origin.value for name, origin in territories.in_force(act).items()}
    members_meet = kind in OF_MEMBERS
    quorum = "quorum_percent" if members_meet else "gathering_quorum_percent"
    return Rules(
        quorum_percent=0 if kind in DISCUSSING else value[quorum],
        majority_percent=value["majority_percent"] if members_meet else HALF,  # the law's, for residents
        notice_days=value["extraordinary_days" if extraordinary and kind is EXTRAORDINARY else "notice_days"],
        chair_decides=bool(value["chair_decides_ties"]) and members_meet,
        minutes_days=value["minutes_days"],
        answer_days=value["answer_days"],
        standing_officers=bool(value["standing_officers"]) and kind is Kind.ASSEMBLY,
        remote_allowed=bool(value["remote_presence"]) and members_meet,
    )


def earliest(act: Act, kind: Kind, *, extraordinary: bool = False) -> date:
    """The first day on which it may meet if it is announced today."""
    return local(act.at).date() + timedelta(days=rules_for(act, kind, extraordinary=extraordinary).notice_days)


def check(act: Act, plan: Plan, previous: Gathering | None = None) -> None:
    """Raises what `convene` would, and convenes nothing."""
    if not may_convene(act, plan.kind, previous):
        raise Forbidden(_("This meeting is convened by the akim, or by whom the akim authorises."))
    if previous is not None:
        refuse_to_repeat(act, previous)
    refuse_all(faults(act, plan, previous))


def convene(act: Act, plan: Plan, previous: Gathering | None = None) -> Gathering:
    """Convenes a meeting outside a cycle; `previous` led nowhere, and this one takes its place.

    Raises Forbidden (not who convenes this kind), FieldRefusal (see `faults`), Conflict (no members; `previous` stands
    or was convened again already).
    """
    check(act, plan, previous)
    previous = line.last(act, previous) if previous is not None else None  # one line, whichever was looked at
    if plan.meets_at is None:  # told by `faults` already
        raise FieldRefusal("meets_at", _("Write the date."))
    called = Called(
        plan.kind,
        plan.meets_at,
        plan.place,
        rules_for(act, plan.kind, extraordinary=plan.extraordinary),
        previous=previous,
        part=_part(plan),
        extraordinary=plan.extraordinary,
        extraordinary_reason=one_line(plan.extraordinary_reason) if plan.extraordinary else "",
        entitled=plan.entitled,
        demanded_by=plan.demanded_by,
        demand=one_line(plan.demand),
    )
    return put_down(act, called, [question_of(point) for point in agenda_of(act, plan, previous)])


def agenda_of(act: Act, plan: Plan, previous: Gathering | None = None) -> list[Point]:
    """The points with which a meeting is convened: what became of earlier decisions stands first, typed or not.

    A meeting in the place of another has the agenda that was announced.
    """
    if previous is not None or plan.kind not in earlier.FIRST_AT:
        return list(plan.points)
    first = [point for point in plan.points if point.matter is Matter.EARLIER]
    others = [point for point in plan.points if point.matter is not Matter.EARLIER]
    if not first and earlier.is_asked(act, plan.kind):
        first = [Point(Matter.EARLIER, "", "")]
    return [*first, *others]


def put_down(act: Act, called: Called, agenda: Sequence[Question]) -> Gathering:
    """The meeting with its number, agenda and, where members meet, who they are on that day."""
    act.session.get_one(Territory, act.territory.id, with_for_update=True)  # two at once would take one number
    taken = select(func.max(Gathering.number)).where(Gathering.territory_id == act.territory.id)
    gathering_id, number = uuid4(), (act.session.scalar(taken) or 0) + 1
    membership = members.of_kind(act, called.kind, local(called.meets_at).date())
    for position, question in enumerate(agenda, 1):
        question.position = position
    # The event first: triggers take no meeting, and no move of one, of which the log's last event does not tell.
    audit.record(
        act,
        "gathering.convened",
        subject=gathering_id,
        data={
            "number": number,
            "kind": called.kind,
            "meets_at": called.meets_at.isoformat(),
            "questions": len(agenda),
            **({"demanded_by": called.demanded_by} if called.demanded_by else {}),
        },
    )
    rules = called.rules
    gathering = Gathering(
        id=gathering_id,
        territory_id=act.territory.id,
        cycle_id=called.cycle_id,
        previous_id=called.previous.id if called.previous else None,
        number=number,
        kind=called.kind,
        part=called.part,
        extraordinary=called.extraordinary,
        extraordinary_reason=called.extraordinary_reason,
        entitled=called.entitled,
        demanded_by=called.demanded_by,
        demand=called.demand,
        quorum_percent=rules.quorum_percent,
        majority_percent=rules.majority_percent,
        notice_days=rules.notice_days,
        chair_decides=rules.chair_decides,
        minutes_days=rules.minutes_days,
        answer_days=rules.answer_days,
        standing_officers=rules.standing_officers,
        remote_allowed=rules.remote_allowed,
        meets_at=called.meets_at,
        place=one_line(called.place),
        state=State.CONVENED,
        convened_at=act.at,
        questions=list(agenda),
        attendances=[Attendance(member_id=member.id, present=False, remote=False, absence="") for member in membership],
    )
    act.session.add(gathering)
    act.session.flush()
    return gathering


def refuse_to_repeat(act: Act, previous: Gathering) -> None:
    """Raises Conflict where a meeting stands, or another took its place."""
    if not meetings.may_be_held_again(act, previous):
        raise Conflict(_("A meeting is held again when it had no quorum, was called off, or the akim disagreed."))


def faults(act: Act, plan: Plan, previous: Gathering | None = None) -> Iterator[FieldRefusal]:
    """All that is wrong with a plan, each at its field; points at `text_of_1` and so on."""
    yield from _faults_of_day(act, plan)
    if not plan.place.strip():
        yield FieldRefusal("place", _("Write where the meeting is held."))
    if plan.kind is Kind.SEPARATE and not plan.part.strip():
        yield FieldRefusal("part", _("Write of which settlement, street or block the residents meet."))
    if plan.kind not in OF_MEMBERS and not 1 <= (plan.entitled or 0) <= MOST_ENTITLED:
        yield FieldRefusal("entitled", _("Write how many residents may come and vote: the minutes say it."))
    if plan.extraordinary and plan.kind is not EXTRAORDINARY:
        yield FieldRefusal("extraordinary", _("Only the assembly meets extraordinarily, on a shorter notice."))
    elif plan.extraordinary and not one_line(plan.extraordinary_reason):
        yield FieldRefusal("extraordinary_reason", _("Write why it cannot wait: notice and minutes say it."))
    yield from _faults_of_number(act, plan)
    yield from _faults_of_demand(act, plan)
    yield from _faults_of_points(plan)
    if previous is not None:
        yield from _faults_of_second(act, plan, previous)
    for place, fault in seats.faults(act, plan.kind, [(point.seat, point.places) for point in plan.points]):
        yield FieldRefusal(f"{fault.field}_of_{place}", fault.messages[0])


def _faults_of_day(act: Act, plan: Plan) -> Iterator[FieldRefusal]:
    if plan.meets_at is None:
        return  # told by the form
    meets_on = local(plan.meets_at).date()
    first = earliest(act, plan.kind, extraordinary=plan.extraordinary)
    if meets_on < first:
        yield FieldRefusal("meets_at", _("People must be told in time. The earliest day: %(day)s", day=day(first)))
    elif plan.meets_at <= act.at:
        yield FieldRefusal("meets_time", _("This hour has passed. Choose a later one."))
    elif (meets_on - local(act.at).date()).days > FARTHEST_DAYS:
        yield FieldRefusal("meets_at", _("Choose a day within a year."))
    elif plan.kind is Kind.COMMISSION and not members.of_kind(act, plan.kind, meets_on):
        yield FieldRefusal("meets_at", _("On this day nobody sits in the commission: the assembly forms it first."))
    elif plan.kind in OF_MEMBERS and not members.of_kind(act, plan.kind, meets_on):
        yield FieldRefusal("meets_at", _("On this day nobody is recorded as a member of the assembly."))


def _faults_of_number(act: Act, plan: Plan) -> Iterator[FieldRefusal]:
    """More than live there cannot come; how few are believed is asked before (`doubt`)."""
    living = entitled.people(act, _part(plan), act.at)
    if living is not None and (plan.entitled or 0) > living:
        told = _("No more may come than live there: %(number)s.", number=in_figures(living))
        yield FieldRefusal("entitled", told)


def doubt(act: Act, plan: Plan) -> LazyString | None:
    """What is asked before a meeting is convened: so few residents are rather a slip, but may be right."""
    if plan.kind in OF_MEMBERS or (living := entitled.too_few(act, _part(plan), plan.entitled, act.at)) is None:
        return None
    return _(
        "Is the number right? %(number)s residents may come and vote, and %(people)s live there. The quorum is counted "
        "of it, and page and minutes will say that it was doubted and confirmed.",
        number=in_figures(plan.entitled or 0),
        people=in_figures(living),
    )


def _part(plan: Plan) -> str:
    return one_line(plan.part) if plan.kind is Kind.SEPARATE else ""


def _faults_of_demand(act: Act, plan: Plan) -> Iterator[FieldRefusal]:
    """A tenth of those entitled may demand a meeting; the paper on which they do is named."""
    if plan.demanded_by is None and not plan.demand.strip():
        return
    if not plan.demand.strip():
        told = (
            _("Name the demand: its date and number.")
            if plan.kind in OF_MEMBERS
            else _("Name the demand and the decision of the raion's akim on it: dates and numbers.")
        )
        yield FieldRefusal("demand", told)
    if plan.demanded_by is None:
        yield FieldRefusal("demanded_by", _("Write how many signed the demand."))
        return
    of = plan.entitled or 0
    if plan.kind in OF_MEMBERS:
        of = len(members.of_kind(act, plan.kind, local(plan.meets_at).date())) if plan.meets_at is not None else 0
    least = -(-of * territories.setting(act, "convening_percent") // 100)
    if plan.demanded_by > of > 0:
        yield FieldRefusal("demanded_by", _("More signed than may come: %(number)s.", number=of))
    elif of and plan.demanded_by < max(1, least):
        yield FieldRefusal("demanded_by", _("At least %(number)s must have signed.", number=max(1, least)))


def _faults_of_points(plan: Plan) -> Iterator[FieldRefusal]:
    if not plan.points:
        yield FieldRefusal("matter_of_1", _("Write at least one point of the agenda."))
    if len(plan.points) > MOST_POINTS:
        yield FieldRefusal("matter_of_1", _("At most %(number)s points.", number=MOST_POINTS))
    for place, point in enumerate(plan.points, 1):
        for fault in faults_of_point(point, plan.kind):
            yield FieldRefusal(f"{fault.field}_of_{place}", fault.messages[0])


def _faults_of_second(act: Act, plan: Plan, previous: Gathering) -> Iterator[FieldRefusal]:
    """What the akim disputed is on the agenda of the second discussion, in its own words."""
    planned = {line.same(point) for point in plan.points}
    for point in line.to_discuss(act, line.last(act, previous)):
        if line.same(point) not in planned:
            told = question_text({"matter": point.matter, "text": point.text, "speaker": "", **_elects(point)})
            yield FieldRefusal(
                "matter_of_1", _("The akim disputed this, and it is discussed again: %(point)s", point=told)
            )


def _elects(point: Question) -> dict[str, str | int | None]:
    return {"seat": point.seat, "places": point.places} if point.seat else {}


def faults_of_point(point: Point, kind: Kind) -> Iterator[FieldRefusal]:
    """What is wrong with one point of a meeting of this kind: at `matter`, `text`, `basis`, `seat` or `places`."""
    if point.matter not in OF_KINDS[kind]:
        told = _("This is decided by another kind of meeting. Choose what the point is about.")
        yield FieldRefusal("matter", told)
    if point.matter is Matter.OTHER and not one_line(point.text):
        yield FieldRefusal("text", _("Write what is decided or discussed."))
    if point.majority is not Majority.PRESENT and not one_line(point.majority_basis):
        told = _("Name the regulation that asks for this majority: the law's is more than half of those present.")
        yield FieldRefusal("basis", told)
    if point.matter is Matter.ELECTION and (point.seat is None or point.places is None):
        yield FieldRefusal("places", _("Choose who is elected, and write how many places there are."))
    elif point.matter is Matter.ELECTION and point.seat not in SEATS_OF.get(kind, ()):
        yield FieldRefusal("seat", _("They are elected by another kind of meeting."))
    elif point.places is not None and not 1 <= point.places <= MOST_PLACES:
        yield FieldRefusal("places", _("Write a number from 1 to %(number)s.", number=MOST_PLACES))


def question_of(point: Point) -> Question:
    """The row of a point, without its place on an agenda."""
    elects = point.matter is Matter.ELECTION
    return Question(
        matter=point.matter,
        text=one_line(point.text),
        language=point.language if one_line(point.text) else "",
        speaker=one_line(point.speaker),
        majority=point.majority,
        majority_basis=one_line(point.majority_basis) if point.majority is not Majority.PRESENT else "",
        seat=point.seat or "" if elects else "",
        places=point.places if elects else None,
        added=False,
        removed=False,
        ballot=Ballot.OPEN,
    )
