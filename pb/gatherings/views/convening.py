"""Pages on which the chair convenes the assembly, and calls a meeting off that has not begun."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import refuse_all
from pb.formats import weekday_and_hour
from pb.gatherings.forms import CallOffForm, MeetingForm
from pb.gatherings.models import KIND_LABELS, Gathering, Kind
from pb.gatherings.service import adoption, calling_off, meeting_day, meetings, members
from pb.gatherings.views import agenda
from pb.gatherings.views.blueprint import blueprint
from pb.proposals.service import outcomes
from pb.web.access import A_TEXT, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/meetings/convene/<any(projects, adoption):kind>")
@access(allow(Role.CHAIR))
def plan(cycle_id: UUID, kind: str) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    cycles.require(act, cycle, meetings.PHASES[Kind(kind)])
    _refuse_early(act, cycle, Kind(kind))
    return _plan_page(act, cycle, Kind(kind), MeetingForm(), None)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/meetings/convene/<any(projects, adoption):kind>")
@access(allow(Role.CHAIR), action=lazy_gettext("convene a meeting of the assembly"))
def convene(cycle_id: UUID, kind: str) -> Response:
    act = current_act()
    return _convene(act, cycles.get(act, cycle_id), Kind(kind), None)


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/meetings/<number:gathering_id>/again")
@access(allow(Role.CHAIR))
def plan_again(cycle_id: UUID, gathering_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    previous = meetings.get(act, cycle, gathering_id)
    cycles.require(act, cycle, meetings.PHASES[Kind(previous.kind)])
    _refuse_early(act, cycle, Kind(previous.kind))
    return _plan_page(act, cycle, Kind(previous.kind), MeetingForm(data={"place": previous.place}), previous)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/meetings/<number:gathering_id>/again")
@access(allow(Role.CHAIR), action=lazy_gettext("convene a meeting again"))
def reconvene(cycle_id: UUID, gathering_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    previous = meetings.get(act, cycle, gathering_id)
    return _convene(act, cycle, Kind(previous.kind), previous)


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/meetings/<number:gathering_id>/call-off")
@access(allow(Role.CHAIR))
def look_over_calling_off(cycle_id: UUID, gathering_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    gathering = meetings.get(act, cycle, gathering_id)
    calling_off.refuse(act, cycle, gathering)
    return _call_off_page(cycle, gathering, CallOffForm())


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/meetings/<number:gathering_id>/call-off")
@access(allow(Role.CHAIR), action=lazy_gettext("call off a meeting that has not begun"), largest_body=A_TEXT)
def call_off(cycle_id: UUID, gathering_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    gathering = meetings.get(act, cycle, gathering_id)
    form = CallOffForm()
    form.submit(lambda: calling_off.call_off(act, cycle, gathering, form.reason.data))
    if form.errors:
        return _call_off_page(cycle, gathering, form), 422
    notify(_("The meeting is called off. Tell the members, and convene it again for another day."))
    return redirect(url_for("gatherings.show", cycle_id=cycle.id, gathering_id=gathering.id))


def _refuse_early(act: Act, cycle: Cycle, kind: Kind) -> None:
    """What a meeting still waits for is said before anybody has typed anything."""
    meeting_day.refuse_without_members(act, cycle)
    if kind is Kind.ADOPTION:
        adoption.refuse_early(act, cycle)
    else:
        meetings.refuse_unsettled(act, cycle)


def _convene(act: Act, cycle: Cycle, kind: Kind, previous: Gathering | None) -> Response:
    cycles.require(act, cycle, meetings.PHASES[kind])
    meetings.refuse_another(act, cycle, kind, previous)
    _refuse_early(act, cycle, kind)
    form = MeetingForm()

    def ask_or_convene() -> str | Gathering:
        meets_at, place, late = form.meets_at(), form.place.data, form.late.data
        refuse_all(meeting_day.faults(act, cycle, meets_at, place, late=late))
        return _ask(act, cycle, kind, form) or meetings.convene(
            act, cycle, kind, meets_at=meets_at, place=place, late=late, previous=previous
        )

    answer = form.submit(
        ask_or_convene,
        {"meets_at": "meets_on"},
        lambda: meeting_day.faults(act, cycle, form.first_moment(), form.place.data or "", late=form.late.data),
    )
    if answer is None:
        return _plan_page(act, cycle, kind, form, previous), 422
    if isinstance(answer, str):
        return answer
    notify(_("The meeting is convened. Print the announcement and put it up."))
    return redirect(url_for("gatherings.show", cycle_id=cycle.id, gathering_id=answer.id))


def _ask(act: Act, cycle: Cycle, kind: Kind, form: MeetingForm) -> str | None:
    """A wrong day or place is seen here, before it is public."""
    meets_on = form.meets_on.data
    ahead = (meets_on - local(act.at).date()).days
    count = len(members.current(act, meets_on))
    facts = [
        (_("Meeting"), KIND_LABELS[kind]),
        (_("When"), weekday_and_hour(form.meets_at())),
        (_("Where"), form.place.data),
        (
            _("Days until the meeting"),
            _("%(ahead)s; members are told at least so many days ahead: %(term)s", ahead=ahead, term=cycle.notice_days),
        ),
    ]
    told = [
        _("Look at the day, the hour and the place. When you press, everybody reads them here at once."),
        _("The platform sends nobody a message. Print the announcement, and tell the members: %(count)s.", count=count),
    ]
    undone = _(
        "Until the meeting begins you can call it off with a reason that everybody reads, and convene it again for "
        "another day. The members are then told anew in time."
    )
    return ask_first(_("Convene this meeting?"), told, _("Convene the meeting"), facts=facts, undone=undone)


def _plan_page(act: Act, cycle: Cycle, kind: Kind, form: MeetingForm, previous: Gathering | None) -> str:
    points = [{"number": p.number, "title": done.titles.text} for p, done in outcomes.accepted(act, cycle)]
    action = (
        url_for("gatherings.reconvene", cycle_id=cycle.id, gathering_id=previous.id)
        if previous
        else url_for("gatherings.convene", cycle_id=cycle.id, kind=kind)
    )
    return page(
        "gatherings/plan.html",
        cycle=cycle,
        kind=kind,
        form=form,
        action=action,
        earliest=meeting_day.earliest(act, cycle),
        last=members.last_day(act),
        until=cycle.until(Phase(cycle.phase)),
        agenda=[agenda.question_shown(point) for point in (points if kind is Kind.PROJECTS else [{}])],
        kind_labels=KIND_LABELS,
    )


def _call_off_page(cycle: Cycle, gathering: Gathering, form: CallOffForm) -> str:
    return page(
        "gatherings/call_off.html", cycle=cycle, gathering=gathering, form=form, kind=KIND_LABELS[Kind(gathering.kind)]
    )
