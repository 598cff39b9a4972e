"""Meetings with residents, wherever they were held: entered by the akim's office, corrected by later versions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from pb.act import Act
from pb.audit import service as audit
from pb.clock import local
from pb.errors import Conflict, FieldRefusal, NotFound, refuse_all
from pb.formats import day
from pb.gatherings.models import DISCUSSING, Gathering, State
from pb.gatherings.models import Kind as MeetingKind
from pb.gatherings.service import meetings as held
from pb.reports.models import LONGEST_PLACE, AkimLevel, Kind, MeetingVersion, ReportedMeeting
from pb.reports.service import words
from pb.reports.service.checking import Counts, adds_up, reason_of, require_office, without_zeros
from pb.reports.service.quarters import FIRST_YEAR
from pb.text import one_line

HELD = (State.MINUTED, State.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Totals:
    """What the paper form has as totals beside the parts: compared, and not kept."""

    broadcasts: int | None = None
    views: int | None = None
    remarks: int | None = None
    questions: int | None = None
    repeats: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What is told of a meeting. Counts by key; views are of broadcasts, and nobody's presence."""

    held_on: date | None
    place: str
    kind: str = Kind.REPORT
    level: str = AkimLevel.OKRUG
    present: int = 0
    broadcasts: Counts = field(default_factory=dict)
    views: Counts = field(default_factory=dict)
    spoke: int = 0
    remarks: Counts = field(default_factory=dict)
    questions: Counts = field(default_factory=dict)
    repeats: Counts = field(default_factory=dict)
    media: int = 0
    guests: Counts = field(default_factory=dict)
    counts: bool = True
    reason: str = ""
    totals: Totals = field(default_factory=Totals)


class Reported(NamedTuple):
    """A meeting with the version that holds."""

    meeting: ReportedMeeting
    latest: MeetingVersion


def record(act: Act, account: Account, gathering_id: UUID | None = None) -> ReportedMeeting:
    """Enters a meeting; one that was held on the platform says which, and is entered once.

    Raises Forbidden, FieldRefusal (`faults`), Conflict (it is entered already).
    """
    require_office(act)
    same = select(ReportedMeeting.id).where(ReportedMeeting.gathering_id == gathering_id)
    if gathering_id is not None and act.session.scalars(same).first() is not None:
        raise Conflict(_("This meeting is entered already."))
    refuse_all(faults(act, account, gathering_id=gathering_id))
    taken = select(func.max(ReportedMeeting.number)).where(ReportedMeeting.territory_id == act.territory.id)
    number = (act.session.scalar(taken) or 0) + 1
    meeting = ReportedMeeting(id=uuid4(), territory_id=act.territory.id, number=number, recorded_at=act.at)
    meeting.gathering_id = gathering_id
    data = {"number": number, "version": 1}
    meeting.event = audit.record(act, "report.meeting_recorded", subject=meeting.id, data=data).hash
    act.session.add(meeting)
    act.session.flush()
    _add(act, meeting, account, 1, meeting.event)
    return meeting


def correct(act: Act, meeting: ReportedMeeting, account: Account) -> MeetingVersion:
    """A later version takes the place of what was told. Raises Forbidden, FieldRefusal (`faults`)."""
    require_office(act)
    refuse_all(faults(act, account, corrects=True, gathering_id=meeting.gathering_id))
    act.session.refresh(meeting, with_for_update=True)
    number = len(versions(act, meeting)) + 1
    data = {"number": meeting.number, "version": number, "reason": one_line(account.reason)}
    event = audit.record(act, "report.meeting_corrected", subject=meeting.id, data=data).hash
    return _add(act, meeting, account, number, event)


def faults(
    act: Act, account: Account, *, corrects: bool = False, gathering_id: UUID | None = None
) -> Iterator[FieldRefusal]:
    """What is wrong with an account, all of it; `gathering_id`: it was held on the platform, and its record counts."""
    today = local(act.at).date()
    if account.held_on is not None and account.held_on > today:
        yield FieldRefusal("held_on", _("This day has not come yet. The latest day: today."))
    elif account.held_on is None or account.held_on.year < FIRST_YEAR:
        yield FieldRefusal("held_on", _("Write the day on which it was held."))
    place = one_line(account.place)
    if not place:
        yield FieldRefusal("place", _("Write where it was held."))
    elif len(place) > LONGEST_PLACE:
        yield FieldRefusal("place", _("Use at most %(max)d characters.", max=LONGEST_PLACE))
    if gathering_id is not None and account.counts:
        yield from _faults_by_the_record(act, account, gathering_id)
    elif gathering_id is None and not corrects:
        yield from _faults_of_a_second_entry(act, account)
    totals = account.totals
    yield from adds_up("broadcasts_total", account.broadcasts.values(), totals.broadcasts)
    yield from adds_up("views_total", account.views.values(), totals.views)
    yield from adds_up("remarks_total", account.remarks.values(), totals.remarks)
    yield from adds_up("questions_total", account.questions.values(), totals.questions)
    yield from adds_up("repeats_total", account.repeats.values(), totals.repeats)
    yield from _faults_of_parts(account)
    yield from reason_of(account.reason, corrects=corrects)


def _faults_of_parts(account: Account) -> Iterator[FieldRefusal]:
    """Parts above their whole."""
    if account.spoke > account.present:
        yield FieldRefusal("spoke", _("More spoke than were present: %(number)s.", number=account.present))
    for channel, seen in account.views.items():
        if seen and not account.broadcasts.get(channel):
            told = _("There are views without a broadcast: %(channel)s", channel=words.CHANNELS[channel])
            yield FieldRefusal("views", told)
    for topic, count in account.repeats.items():
        if count > account.questions.get(topic, 0):
            told = _("There are more repeats than questions: %(topic)s", topic=words.TOPICS[topic])
            yield FieldRefusal("repeats", told)


def came_to(gathering: Gathering) -> int:
    """How many were there, as the record of a meeting says it."""
    return len(held.opened_with(gathering) if gathering.of_members else gathering.registrations)


def kind_of(gathering: Gathering) -> Kind:
    return Kind.REPORT if gathering.kind == MeetingKind.REPORT else Kind.OTHER


def _faults_by_the_record(act: Act, account: Account, gathering_id: UUID) -> Iterator[FieldRefusal]:
    """Day, kind and presence of a meeting held here are those of its record, whatever is typed.

    Where nothing is decided, at least as many were present as were written down by name.
    """
    gathering = held.get(act, gathering_id)
    if account.held_on not in {None, on := local(gathering.meets_at).date()}:
        yield FieldRefusal("held_on", _("The record of this meeting says: %(told)s", told=day(on)))
    if account.kind != (kind := kind_of(gathering)):
        yield FieldRefusal("kind", _("The record of this meeting says: %(told)s", told=words.KINDS[kind]))
    came = came_to(gathering)
    if gathering.kind in DISCUSSING:
        # Nothing is decided there, and a hall of hundreds is counted: few are written down by name.
        if account.present < came:
            yield FieldRefusal("present", _("Registered by name at this meeting: %(number)s.", number=came))
    elif account.present != came:
        yield FieldRefusal("present", _("The record of this meeting says: %(told)s", told=came))


def _faults_of_a_second_entry(act: Act, account: Account) -> Iterator[FieldRefusal]:
    """The same day, place and kind: the meeting would count twice."""
    if account.held_on is None:
        return
    place = one_line(account.place).casefold()
    for version in that_count(act, account.held_on, account.held_on):
        if version.kind == account.kind and version.place.casefold() == place:
            number = act.session.get_one(ReportedMeeting, version.meeting_id).number
            told = _(
                "Entered already: № %(number)s. If it is another meeting, add its hour to the place.", number=number
            )
            yield FieldRefusal("place", told)
            return
    here = select(Gathering).where(Gathering.territory_id == act.territory.id, Gathering.state.in_(HELD))
    for gathering in act.session.scalars(here):
        same = local(gathering.meets_at).date() == account.held_on and one_line(gathering.place).casefold() == place
        if same and kind_of(gathering) == account.kind:
            told = _("It was held on this platform: choose it in the list, № %(number)s.", number=gathering.number)
            yield FieldRefusal("meeting", told)
            return


def get(act: Act, meeting_id: UUID) -> ReportedMeeting:
    """Raises NotFound."""
    meeting = act.session.get(ReportedMeeting, meeting_id)
    if meeting is None or meeting.territory_id != act.territory.id:
        raise NotFound
    return meeting


def versions(act: Act, meeting: ReportedMeeting) -> Sequence[MeetingVersion]:
    """All that was ever told of a meeting, the latest first."""
    query = select(MeetingVersion).where(MeetingVersion.meeting_id == meeting.id)
    return act.session.scalars(query.order_by(MeetingVersion.version.desc())).all()


def count(act: Act) -> int:
    """How many meetings were entered."""
    query = select(func.count()).select_from(ReportedMeeting).where(ReportedMeeting.territory_id == act.territory.id)
    return act.session.scalar(query) or 0


def page(act: Act, number: int, size: int) -> list[Reported]:
    """One page of the meetings, from 1: by their day, the latest first."""
    query = (
        select(ReportedMeeting, MeetingVersion)
        .join(MeetingVersion, MeetingVersion.meeting_id == ReportedMeeting.id)
        .where(*_holding(act))
        .order_by(MeetingVersion.held_on.desc(), ReportedMeeting.number.desc())
        .offset((number - 1) * size)
        .limit(size)
    )
    return [Reported(meeting, latest) for meeting, latest in act.session.execute(query)]


def that_count(act: Act, first: date, last: date) -> Sequence[MeetingVersion]:
    """What holds of the meetings of some days, without what was entered by mistake."""
    query = (
        select(MeetingVersion)
        .join(ReportedMeeting, MeetingVersion.meeting_id == ReportedMeeting.id)
        .where(*_holding(act), MeetingVersion.held_on.between(first, last), MeetingVersion.counts.is_(True))
    )
    return act.session.scalars(query).all()


def account_of(version: MeetingVersion) -> Account:
    """What a version tells, to be corrected."""
    names = {each.name for each in fields(Account)} - {"reason", "totals"}
    return Account(**{name: getattr(version, name) for name in names})


def _holding(act: Act) -> tuple[ColumnElement[bool], ...]:
    """The versions of this territory that no later one has taken the place of."""
    later = aliased(MeetingVersion)
    overtaken = exists().where(later.meeting_id == MeetingVersion.meeting_id, later.version > MeetingVersion.version)
    return ReportedMeeting.territory_id == act.territory.id, ~overtaken


def _add(act: Act, meeting: ReportedMeeting, account: Account, number: int, event: str) -> MeetingVersion:
    version = MeetingVersion(
        meeting_id=meeting.id,
        version=number,
        reason=one_line(account.reason) if number > 1 else "",
        recorded_at=act.at,
        event=event,
        counts=account.counts or number == 1,
        held_on=account.held_on,
        place=one_line(account.place),
        kind=Kind(account.kind).value,
        level=AkimLevel(account.level).value,
        present=account.present,
        broadcasts=without_zeros(account.broadcasts),
        views=without_zeros(account.views),
        spoke=account.spoke,
        remarks=without_zeros(account.remarks),
        questions=without_zeros(account.questions),
        repeats=without_zeros(account.repeats),
        media=account.media,
        guests=without_zeros(account.guests),
    )
    act.session.add(version)
    act.session.flush()
    return version
