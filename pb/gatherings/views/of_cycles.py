"""Pages on which the chair convenes a meeting that a cycle needs: its agenda is the cycle's."""

from typing import Any
from uuid import UUID

from flask import redirect, url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act, Role
from pb.clock import local
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import Conflict, refuse_all
from pb.formats import weekday_and_hour
from pb.gatherings.documents import recorded
from pb.gatherings.forms import MeetingForm
from pb.gatherings.models import CYCLE_LABELS, Gathering, Matter, State
from pb.gatherings.service import adoption, cycle_meetings, disagreements, meeting_day, meetings, members
from pb.gatherings.views import agenda
from pb.gatherings.views.blueprint import blueprint
from pb.web.access import access, allow
from pb.web.final import ask_first, shown_again
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/meetings/convene/<any(project, adoption):matter>")
@access(allow(Role.CHAIR))
def plan(cycle_id: UUID, matter: str) -> Response:
    act = current_act()
    return plan_in(act, cycles.get(act, cycle_id), Matter(matter), None)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/meetings/convene/<any(project, adoption):matter>")
@access(allow(Role.CHAIR), action=lazy_gettext("convene a meeting of the assembly"))
def convene(cycle_id: UUID, matter: str) -> Response:
    act = current_act()
    return convene_in(act, cycles.get(act, cycle_id), Matter(matter), None)


def plan_in(act: Act, cycle: Cycle, matter: Matter, previous: Gathering | None) -> Response:
    """Of a form that was opened before, or is a bookmark, the one that is now in its place."""
    _refuse_early(act, cycle, matter, previous)
    if instead := _to_hold_again(act, cycle, matter, previous):
        return redirect(url_for("gatherings.plan_again", gathering_id=instead.id), 303)
    form = MeetingForm(data={"place": previous.place} if previous else None)
    return _plan_page(act, cycle, matter, form, previous)


def _to_hold_again(act: Act, cycle: Cycle, matter: Matter, previous: Gathering | None) -> Gathering | None:
    """The meeting after which one can be convened, where that is another than the form says; who asks is told."""
    last = meetings.last(act, cycle, matter)
    if last is None or last is previous or not meetings.may_be_held_again(act, last):
        return None
    if last.state == State.CALLED_OFF:
        notify(
            _("Meeting № %(number)s was called off. Here it is convened again, for another day.", number=last.number)
        )
    else:
        notify(_("Meeting № %(number)s led nowhere. Here it is convened again.", number=last.number))
    return last


def _refuse_early(act: Act, cycle: Cycle, matter: Matter, previous: Gathering | None) -> None:
    """What stands in the way of a meeting is said before anybody has typed anything."""
    cycles.require(act, cycle, meetings.PHASES[matter])
    last = meetings.last(act, cycle, matter)
    if last is not None and not meetings.may_be_held_again(act, last):
        try:
            cycle_meetings.refuse_another(act, cycle, matter, previous)
        except Conflict as refusal:
            refusal.page = url_for("gatherings.show", gathering_id=last.id)
            raise
    meeting_day.refuse_without_members(act, cycle)
    if matter is Matter.ADOPTION:
        adoption.refuse_early(act, cycle)
    else:
        cycle_meetings.refuse_unsettled(act, cycle)


def convene_in(act: Act, cycle: Cycle, matter: Matter, previous: Gathering | None) -> Response:
    _refuse_early(act, cycle, matter, previous)
    form = MeetingForm()
    if instead := _to_hold_again(act, cycle, matter, previous):
        shown_again()
        return _plan_page(act, cycle, matter, form, instead), 409

    def ask_or_convene() -> str | Gathering:
        meets_at, place, late = form.meets_at(), form.place.data, form.late.data
        refuse_all(meeting_day.faults(act, cycle, meets_at, place, late=late))
        return _ask(act, cycle, matter, form, previous) or cycle_meetings.convene(
            act, cycle, matter, meets_at=meets_at, place=place, late=late, previous=previous
        )

    answer = form.submit(
        ask_or_convene,
        {"meets_at": "meets_on"},
        lambda: meeting_day.faults(act, cycle, form.first_moment(), form.place.data or "", late=form.late.data),
    )
    if answer is None:
        return _plan_page(act, cycle, matter, form, previous), 422
    if isinstance(answer, str):
        return answer
    notify(_("The meeting is convened. Print the announcement and put it up."))
    return redirect(url_for("gatherings.show", gathering_id=answer.id))


def _ask(act: Act, cycle: Cycle, matter: Matter, form: MeetingForm, previous: Gathering | None) -> str | None:
    """A wrong day or place is seen here, before it is public."""
    meets_on = form.meets_on.data
    ahead = (meets_on - local(act.at).date()).days
    count = len(members.current(act, meets_on))
    facts = [
        *second_discussion(act, previous),
        (_("Meeting"), CYCLE_LABELS[matter]),
        (_("When"), weekday_and_hour(form.meets_at())),
        (_("Where"), form.place.data),
        (
            _("Days until the meeting"),
            _("%(ahead)s; members are told at least so many days ahead: %(term)s", ahead=ahead, term=cycle.notice_days),
        ),
    ]
    told = [
        _("Look at the day, the hour and the place. When you press, everybody reads them here at once."),
        _(
            "Members with an account, and who follows this okrug, get a notice. Print the announcement and tell the "
            "others yourself. Members: %(count)s",
            count=count,
        ),
    ]
    undone = _(
        "Until the meeting begins you can call it off with a reason that everybody reads, and convene it again for "
        "another day. The members are then told anew in time."
    )
    return ask_first(
        _("Convene this meeting?"),
        told,
        _("Convene the meeting"),
        facts=facts,
        undone=undone,
        filled=lambda: _plan_page(act, cycle, matter, form, previous),
    )


def second_discussion(act: Act, previous: Gathering | None) -> list[tuple[LazyString, str]]:
    """Of what a meeting in the place of this one is the second discussion, for the page that asks before."""
    disputed = disagreements.led_to(act, previous.id) if previous is not None else None
    if disputed is None:
        return []
    first = disputed.gathering
    told = recorded.discussed_again(first.number, local(first.meets_at).date(), disputed.reason)
    return [(recorded.SECOND, told)]


def _plan_page(act: Act, cycle: Cycle, matter: Matter, form: MeetingForm, previous: Gathering | None) -> str:
    points: list[dict[str, Any]] = [{"matter": matter}]
    if matter is Matter.PROJECT:
        found = cycle_meetings.to_bring(act, cycle)
        points = [{"matter": matter, "number": one.number, "title": done.titles.text} for one, done in found]
    action = (
        url_for("gatherings.reconvene", gathering_id=previous.id)
        if previous
        else url_for("gatherings.convene", cycle_id=cycle.id, matter=matter)
    )
    return page(
        "gatherings/plan.html",
        cycle=cycle,
        title=CYCLE_LABELS[matter],
        form=form,
        disputed=disagreements.led_to(act, previous.id if previous is not None else None),
        action=action,
        earliest=meeting_day.earliest(act, cycle),
        last=members.last_day(act),
        until=cycle.until(Phase(cycle.phase)),
        agenda=[agenda.question_shown(point) for point in points],
    )
