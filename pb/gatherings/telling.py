"""What people are told of meetings: members and authors of what is on the agenda, and whoever follows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import func, select

from pb.act import Act
from pb.audit.models import AuditEvent
from pb.clock import local
from pb.cycles.models import Cycle, Phase
from pb.db import by_id
from pb.formats import day, moment
from pb.gatherings.models import Attendance, Gathering, Member, Minutes, Question, State
from pb.gatherings.models.referrals import RULING_LABELS, STEP_LABELS, Referral, Ruling, Step
from pb.gatherings.service import concerned, disagreements, meetings
from pb.gatherings.service.points import of_agenda, question_text
from pb.notices.models import Kind as Followed
from pb.notices.models import Topic
from pb.notices.service.calendars import Entry, fills
from pb.notices.service.telling import Concerned, Named, Subject, Teller, Words, names, of_cycle, tells
from pb.proposals.models import Proposal

CONVENED = lazy_gettext("The chair convened a meeting: %(moment)s.")
CALLED_OFF = lazy_gettext("The chair called the meeting off: it is not held.")
OWN_CONVENED = lazy_gettext("A meeting is convened: %(moment)s.")
OWN_CALLED_OFF = lazy_gettext("The meeting is called off: it is not held.")
NOT_HELD = lazy_gettext("Nobody opened the meeting on its day: it was not held.")
INQUORATE = lazy_gettext("Too few came: the meeting decided nothing.")
ON_PAPER = lazy_gettext("The minutes of the meeting are confirmed: chair and secretary signed them on paper.")
CONFIRMED = lazy_gettext("Chair and secretary confirmed the minutes of the meeting.")
AGREED = lazy_gettext("The akim agreed with what the meeting decided.")
DISAGREED_IN_PART = lazy_gettext("The akim disagreed with a part of what the meeting decided. The rest is in force.")
DISAGREED = lazy_gettext("The akim did not agree with what the meeting decided.")


def _meeting(act: Act, event: AuditEvent) -> Gathering:
    return act.session.get_one(Gathering, event.subject_id)


def _of_all(act: Act, event: AuditEvent) -> Concerned:
    gathering = _meeting(act, event)
    return Concerned(followed=_followed(act, gathering, Subject(Followed.MEETING, gathering.id)))


def _followed(act: Act, gathering: Gathering, *more: Subject) -> frozenset[Subject]:
    """Who follows the okrug, and the cycle where the meeting is of one."""
    of = Subject(Followed.OKRUG, act.territory.id)
    return of_cycle(act, gathering.cycle_id, *more) if gathering.cycle_id else frozenset({of, *more})


def _convened(act: Act, event: AuditEvent) -> Concerned:
    """The members and the authors of the agenda too, and who follows one of its projects."""
    gathering = _meeting(act, event)
    members = select(Member.person_id).join(Attendance, Attendance.member_id == Member.id)
    people = set(act.session.scalars(members.where(Attendance.gathering_id == gathering.id)))
    agenda = select(Proposal.id, Proposal.author_id).join(Question, Question.proposal_id == Proposal.id)
    projects = act.session.execute(agenda.where(Question.gathering_id == gathering.id)).all()
    people |= {author for _project, author in projects} | concerned.others(act, gathering)
    subjects = {Subject(Followed.PROJECT, project) for project, _author in projects}
    whole = _followed(act, gathering, *subjects)
    return Concerned(frozenset(person for person in people if person is not None), whole)


def _confirmed(act: Act, event: AuditEvent) -> Concerned:
    """Of two confirmations the second is told."""
    return _of_all(act, event) if event.data["final"] else Concerned()


def _words(act: Act, event: AuditEvent, what: str, *, why: str = "", following: str = "", page: str = "show") -> Words:
    gathering = _meeting(act, event)
    endpoint = {"show": "gatherings.show", "minutes": "gatherings.show_minutes", "superior": "gatherings.above"}[page]
    url = url_for(endpoint, gathering_id=gathering.id)
    return Words(_title(gathering), what, url, why, following)


def _title(gathering: Gathering) -> str:
    return gathering.named


def _convened_words(act: Act, event: AuditEvent) -> Words:
    gathering = _meeting(act, event)
    what = str(CONVENED if gathering.cycle_id else OWN_CONVENED) % {"moment": moment(gathering.meets_at)}
    why = gathering.extraordinary_reason
    told = _words(act, event, what, why=why, following=_("Place: %(place)s", place=gathering.place))
    points = (f"{point['position']}. {question_text(point)}" for point in of_agenda(act, gathering))
    return replace(told, text="\n".join([_("Agenda"), *points]))


def _called_off_words(act: Act, event: AuditEvent) -> Words:
    gathering = _meeting(act, event)
    called_off = CALLED_OFF if gathering.cycle_id else OWN_CALLED_OFF
    what = str(NOT_HELD if gathering.not_held else called_off)
    return _words(act, event, what, why=gathering.called_off_reason or "", following=_again(gathering))


def _inquorate_words(act: Act, event: AuditEvent) -> Words:
    return _words(act, event, str(INQUORATE), following=_again(_meeting(act, event)))


def _again(gathering: Gathering) -> str:
    """A cycle waits for its meeting; of another nobody knows whether it is still wanted."""
    return _("The chair convenes the assembly again.") if gathering.cycle_id else ""


def _confirmed_words(act: Act, event: AuditEvent) -> Words:
    told = ON_PAPER if event.action == "minutes.scan_confirmed" else CONFIRMED
    return _words(act, event, str(told), following=_("The akim answers the minutes."), page="minutes")


def _answered_words(act: Act, event: AuditEvent) -> Words:
    minutes = act.session.scalars(select(Minutes).where(Minutes.gathering_id == event.subject_id)).one()
    answer = meetings.answer_to(act, minutes)
    disputed = event.data.get("disputed", "").split()
    in_part = disputed and len(disputed) < len(disagreements.decisions(minutes))
    told = AGREED if event.data["agrees"] else DISAGREED_IN_PART if in_part else DISAGREED
    points = _("The akim disagrees with the points: %(points)s", points=", ".join(disputed)) if in_part else ""
    reason = answer.reason if answer is not None else ""
    return _words(act, event, str(told), why=reason, following=points, page="minutes")


def _referred_words(act: Act, event: AuditEvent) -> Words:
    """What a step above the akim says, and what was said with it."""
    step = Step(event.action.partition(".")[2])
    minutes = act.session.scalars(select(Minutes).where(Minutes.gathering_id == event.subject_id)).one()
    row = act.session.get_one(Referral, (minutes.id, event.data["about"], event.data["step"]))
    what = RULING_LABELS[Ruling(row.outcome)] if step is Step.CONFIRMED else STEP_LABELS[step]
    return _words(act, event, str(what), why=row.words, page="superior")


def _names(act: Act, ids: list[UUID]) -> Named:
    found = by_id(act.session, Gathering, ids).values()
    return {
        one.id: (
            f"{_title(one)}, {day(one.meets_at)}",
            url_for("gatherings.show", gathering_id=one.id),
        )
        for one in found
    }


tells("gathering.convened", Teller(Topic.MEETING, (CONVENED, OWN_CONVENED), _convened, _convened_words))
tells("gathering.called_off", Teller(Topic.MEETING, (CALLED_OFF, OWN_CALLED_OFF), _convened, _called_off_words))
tells("gathering.not_held", Teller(Topic.MEETING, (NOT_HELD,), _convened, _called_off_words))
tells("gathering.inquorate", Teller(Topic.MEETING, (INQUORATE,), _of_all, _inquorate_words))
tells("minutes.confirmed", Teller(Topic.MEETING, (CONFIRMED,), _confirmed, _confirmed_words))
tells("minutes.scan_confirmed", Teller(Topic.MEETING, (ON_PAPER,), _of_all, _confirmed_words))
tells("minutes.answered", Teller(Topic.MEETING, (AGREED, DISAGREED, DISAGREED_IN_PART), _of_all, _answered_words))
for _step in Step:
    if _step is not Step.DECLINED:
        _told = tuple(RULING_LABELS.values()) if _step is Step.CONFIRMED else (STEP_LABELS[_step],)
        tells(f"referral.{_step}", Teller(Topic.MEETING, _told, _of_all, _referred_words))
names(Followed.MEETING, _names, lambda act, where: meetings.get(act, where["gathering_id"]))


@fills
def meetings_of(act: Act) -> Iterator[Entry]:
    """Every meeting. One that was called off, or was to come when its cycle was ended early, does not take place."""
    query = select(Gathering, Cycle).outerjoin(Cycle, Cycle.id == Gathering.cycle_id)
    here = query.where(Gathering.territory_id == act.territory.id)
    rows = act.session.execute(here.order_by(Gathering.meets_at)).all()
    changes = _changes(act, [gathering.id for gathering, _cycle in rows])
    for gathering, cycle in rows:
        number, latest = changes.get(gathering.id, (1, gathering.convened_at))
        over = cycle is not None and cycle.phase == Phase.ENDED
        ended = cycle.ending.at if over and cycle.ending is not None else None
        unheld = ended is not None and gathering.state == State.CONVENED
        yield Entry(
            id=f"meeting-{gathering.id}",
            sequence=number - 1 + unheld,
            changed=ended if ended is not None and unheld else latest,
            begins=gathering.meets_at,
            title=", ".join(filter(None, (_title(gathering), gathering.part))),
            year=cycle.year if cycle is not None else str(local(gathering.meets_at).year),
            url=url_for("gatherings.show", gathering_id=gathering.id),
            subjects=_followed(act, gathering, Subject(Followed.MEETING, gathering.id)),
            place=gathering.place,
            cancelled=unheld or gathering.state == State.CALLED_OFF,
        )


def _changes(act: Act, ids: list[UUID]) -> dict[UUID, tuple[int, datetime]]:
    """How many events the log has of each meeting, and when the last of them was."""
    counted = select(AuditEvent.subject_id, func.count(), func.max(AuditEvent.at))
    of_them = (AuditEvent.territory_id == act.territory.id, AuditEvent.subject_id.in_(ids))
    rows = act.session.execute(counted.where(*of_them).group_by(AuditEvent.subject_id))
    return {subject: (number, latest) for subject, number, latest in rows}
