"""Pages on which a meeting outside a cycle is convened on one screen, any is convened again, or called off."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import Forbidden, NotFound
from pb.formats import day, weekday_and_hour
from pb.gatherings.forms import POINTS, AgendaForm, CallOffForm, MoveForm
from pb.gatherings.models import KIND_LABELS, MAJORITY_LABELS, OF_MEMBERS, Gathering, Kind, Majority, Matter
from pb.gatherings.service import (
    calling_off,
    convening,
    disagreements,
    earlier,
    line,
    meeting_day,
    meetings,
    members,
    moving,
)
from pb.gatherings.service.convening import CONVENERS, EXTRAORDINARY
from pb.gatherings.service.plan import Plan, Point, Rules
from pb.gatherings.service.points import question_text
from pb.gatherings.service.rules import quorum_needed
from pb.gatherings.views.blueprint import blueprint
from pb.gatherings.views.of_cycles import convene_in, plan_in, second_discussion
from pb.territory import service as territories
from pb.web.access import A_TEXT, TEXTS, access, allow
from pb.web.final import ask_first
from pb.web.parts import Place, parts
from pb.web.requests import Response, current_act, notify, page

WHO = allow(Role.CHAIR, Role.AKIM, Role.OFFICE)
SHOWN = 3
MORE = 3
KINDS = ", ".join(Kind)


@blueprint.get("/<okrug:okrug>/meetings/convene")
@access(WHO)
def choose_kind() -> Response:
    """The form of the kind that is convened most often."""
    return redirect(url_for("gatherings.plan_own", kind=convening.kinds_of(current_act())[0]))


@blueprint.get(f"/<okrug:okrug>/meetings/convene/<any({KINDS}):kind>")
@access(WHO)
def plan_own(kind: str) -> Response:
    act = current_act()
    asked = kind == Kind.ASSEMBLY or earlier.is_asked(act, Kind(kind))
    first = {"matter_1": Matter.EARLIER.value} if asked else None
    return _own_page(act, Kind(kind), _agenda_form(Kind(kind), first), None)


@blueprint.post(f"/<okrug:okrug>/meetings/convene/<any({KINDS}):kind>")
@access(WHO, action=lazy_gettext("convene a meeting that no cycle asks for"), largest_body=TEXTS)
def convene_own(kind: str) -> Response:
    return _convene_own(current_act(), Kind(kind), None)


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/again")
@access(WHO)
def plan_again(gathering_id: UUID) -> Response:
    act = current_act()
    previous = meetings.get(act, gathering_id)
    cycle = meetings.cycle_of(act, previous)
    if cycle is not None and previous.matter is not None:
        _require_decider(act, previous)
        return plan_in(act, cycle, previous.matter, previous)
    convening.refuse_to_repeat(act, previous)
    previous = line.last(act, previous)
    return _own_page(act, Kind(previous.kind), _filled_from(act, previous), previous)


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/again")
@access(WHO, action=lazy_gettext("convene a meeting again"), largest_body=TEXTS)
def reconvene(gathering_id: UUID) -> Response:
    act = current_act()
    previous = meetings.get(act, gathering_id)
    cycle = meetings.cycle_of(act, previous)
    if cycle is not None and previous.matter is not None:
        _require_decider(act, previous)
        return convene_in(act, cycle, previous.matter, previous)
    return _convene_own(act, Kind(previous.kind), previous)


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/call-off")
@access(WHO)
def look_over_calling_off(gathering_id: UUID) -> str:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    calling_off.refuse(act, gathering)
    return _call_off_page(act, gathering, CallOffForm())


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/call-off")
@access(WHO, action=lazy_gettext("call off a meeting that has not begun"), largest_body=A_TEXT)
def call_off(gathering_id: UUID) -> Response:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    form = CallOffForm()
    calling_off.refuse(act, gathering)  # before what is wrong with the form
    form.submit(lambda: calling_off.call_off(act, gathering, form.reason.data))
    if form.errors:
        return _call_off_page(act, gathering, form), 422
    notify(
        _("It is recorded that the meeting was not held.")
        if gathering.not_held
        else _("The meeting is called off. Tell the members, and convene it again for another day.")
    )
    return redirect(url_for("gatherings.show", gathering_id=gathering.id))


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/move")
@access(WHO)
def look_over_moving(gathering_id: UUID) -> str:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    calling_off.refuse(act, gathering)
    return _move_page(act, gathering, MoveForm(data={"place": gathering.place}))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/move")
@access(WHO, action=lazy_gettext("move a meeting to another day"), largest_body=A_TEXT)
def move(gathering_id: UUID) -> Response:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    form = MoveForm()
    calling_off.refuse(act, gathering)

    def ask_or_move() -> str | Gathering:
        meets_at, place, reason = form.meets_at(), form.place.data, form.reason.data
        moving.check(act, gathering, meets_at, place, reason)
        told = [
            _("From: %(moment)s, %(place)s", moment=weekday_and_hour(gathering.meets_at), place=gathering.place),
            _("To: %(moment)s, %(place)s", moment=weekday_and_hour(meets_at), place=place),
            reason,
            _("Who was told of the meeting is told of the new day."),
        ]
        asked = ask_first(
            _("Move this meeting?"), told, _("Move the meeting"), filled=lambda: _move_page(act, gathering, form)
        )
        return asked or moving.move(act, gathering, meets_at, place, reason)

    answer = form.submit(
        ask_or_move,
        {"meets_at": "meets_on"},
        lambda: moving.faults(act, gathering, form.first_moment(), form.place.data or "", form.reason.data or ""),
    )
    if answer is None:
        return _move_page(act, gathering, form), 422
    if isinstance(answer, str):
        return answer
    notify(_("The meeting is moved. Print the new announcement and put it up."))
    return redirect(url_for("gatherings.show", gathering_id=answer.id))


def _require_decider(act: Act, gathering: Gathering) -> None:
    if not calling_off.may_decide(act, gathering):
        raise Forbidden(_("Only the chair convenes the assembly."))


def _filled_from(act: Act, previous: Gathering) -> AgendaForm:
    """What was announced once is typed already; the day and the hour are new.

    The second discussion is of that alone with which the akim disagreed: the rest is in force.
    """
    data = {
        "place": previous.place,
        "part": previous.part,
        "entitled": previous.entitled,
        "extraordinary": previous.extraordinary,
        "extraordinary_reason": previous.extraordinary_reason,
        "language": next((point.language for point in previous.questions if point.language), None),
    }
    row = meetings.minutes_of(act, previous)
    disputed = disagreements.of(act, row) if row is not None else []
    if previous.state not in line.LED_NOWHERE:
        disputed = line.to_discuss(act, previous) or disputed
    standing = disputed or [point for point in previous.questions if not point.removed and point.amends_id is None]
    for number, point in enumerate(standing[:POINTS], 1):
        data |= {
            f"matter_{number}": point.matter,
            f"text_{number}": point.text,
            f"speaker_{number}": point.speaker,
            f"majority_{number}": point.majority,
            f"basis_{number}": point.majority_basis,
            f"seat_{number}": point.seat,
            f"places_{number}": point.places,
        }
    return _agenda_form(Kind(previous.kind), {name: value for name, value in data.items() if value is not None})


def _agenda_form(kind: Kind, data: dict[str, Any] | None = None) -> AgendaForm:
    form = AgendaForm(data=data)
    form.offer(kind)
    return form


def _convene_own(act: Act, kind: Kind, previous: Gathering | None) -> Response:
    form = _agenda_form(kind)
    if "more" in request.form:
        return _own_page(act, kind, form, previous)

    def ask_or_convene() -> str | Gathering:
        plan = form.plan(kind)
        convening.check(act, plan, previous)
        return _ask(act, plan, form, previous) or convening.convene(act, plan, previous)

    answer = form.submit(ask_or_convene, form.places(), lambda: convening.faults(act, form.plan(kind), previous))
    if answer is None:
        return _own_page(act, kind, form, previous), 422
    if isinstance(answer, str):
        return answer
    notify(_("The meeting is convened. Print the announcement and put it up."))
    return redirect(url_for("gatherings.show", gathering_id=answer.id))


def _ask(act: Act, plan: Plan, form: AgendaForm, previous: Gathering | None) -> str | None:
    """A wrong day, place or agenda is seen here, before it is public."""
    rules = convening.rules_for(act, plan.kind, extraordinary=plan.extraordinary)
    agenda = convening.agenda_of(act, plan, previous)
    ahead = (form.meets_on.data - local(act.at).date()).days
    term = _("%(ahead)s; people are told at least so many days ahead: %(term)s", ahead=ahead, term=rules.notice_days)
    facts = [
        *second_discussion(act, previous),
        (_("Meeting"), ", ".join(filter(None, (str(KIND_LABELS[plan.kind]), plan.part)))),
        (_("When"), weekday_and_hour(plan.meets_at) if plan.meets_at else ""),
        (_("Where"), plan.place),
        *([(_("Extraordinary"), plan.extraordinary_reason)] if plan.extraordinary else []),
        (_("Days until the meeting"), term),
        *_quorum(act, plan, rules),
        *((_("Point %(number)s", number=n), _in_words(point)) for n, point in enumerate(agenda, 1)),
    ]
    doubt, put_in = convening.doubt(act, plan), len(agenda) > len(plan.points)
    told = [
        *([doubt] if doubt is not None else []),
        *parts(Place.PLAN, act, plan),
        *([_draft_first(act, plan)] if plan.kind is Kind.HEARING and previous is None else []),
        *([_("The first point is what became of earlier decisions: it is put in.")] if put_in else []),
        _("Look at the day, the hour and the place. When you press, everybody reads them here at once."),
        _("Who follows this okrug gets a notice. Print the announcement, put it up and tell the others yourself."),
    ]
    undone = _(
        "Until the meeting begins it can be called off with a reason that everybody reads, and convened again for "
        "another day. People are then told anew in time."
    )
    return ask_first(
        _("Convene this meeting?"),
        told,
        _("Convene the meeting"),
        facts=facts,
        undone=undone,
        filled=lambda: _own_page(act, plan.kind, form, previous),
    )


def _draft_first(act: Act, plan: Plan) -> str:
    """A hearing without its draft is held on nothing."""
    days = timedelta(days=territories.setting(act, "materials_days"))
    due = day(local(plan.meets_at) - days) if plan.meets_at is not None else ""
    told: str = _(
        "No paper of the draft is published yet: it is published on the page of the meeting. Opinions are taken there "
        "only once a paper is published; in time until: %(day)s",
        day=due,
    )
    return told


def _quorum(act: Act, plan: Plan, rules: Rules) -> list[tuple[str, str]]:
    """How many may vote, and how many of them must come."""
    of_members = plan.kind in OF_MEMBERS
    on = local(plan.meets_at).date() if plan.meets_at else None
    total = len(members.of_kind(act, plan.kind, on)) if of_members else plan.entitled or 0
    needed = meetings.Quorum(total, 0, quorum_needed(total, rules.quorum_percent), reached=False)
    told = meetings.quorum_in_words(needed, of_members=of_members)
    return [
        (_("Members") if of_members else _("Residents who may vote"), str(total)),
        *([(_("Quorum"), str(told))] if rules.quorum_percent else []),
    ]


def _in_words(point: Point) -> str:
    """A point as it is announced, with the majority it needs where that is not the law's."""
    told = {name: getattr(point, name) for name in ("matter", "text", "speaker", "seat", "places")}
    if point.majority == Majority.PRESENT:
        return question_text(told)
    return f"{question_text(told)} ({MAJORITY_LABELS[point.majority]}; {point.majority_basis})"


def _own_page(act: Act, kind: Kind, form: AgendaForm, previous: Gathering | None) -> str:
    if act.territory.kind not in FOURTH_LEVEL:
        raise NotFound
    kinds = [Kind(previous.kind)] if previous is not None else convening.kinds_of(act)
    if not convening.may_convene(act, kind, previous):
        raise Forbidden(_("This meeting is convened by the akim, or by whom the akim authorises."))
    asked = request.form.get("shown", "")
    shown = min(
        POINTS, max(SHOWN, form.last_point(), int(asked) + MORE if asked.isdecimal() and "more" in request.form else 0)
    )
    rules = convening.rules_for(act, kind)
    return page(
        "gatherings/convene.html",
        kind=kind,
        kinds=kinds,
        kind_labels=KIND_LABELS,
        form=form,
        shown=shown,
        most=POINTS,
        of_members=kind in OF_MEMBERS,
        members=len(members.of_kind(act, kind)),
        rules=rules,
        may_be_extraordinary=kind is EXTRAORDINARY,
        shorter=convening.rules_for(act, kind, extraordinary=True).notice_days,
        earliest=convening.earliest(act, kind),
        again=previous,
        disputed=disagreements.led_to(act, previous.id if previous is not None else None),
        conveners=CONVENERS[kind],
        action=url_for("gatherings.reconvene", gathering_id=previous.id)
        if previous
        else url_for("gatherings.convene_own", kind=kind),
    )


def _move_page(act: Act, gathering: Gathering, form: MoveForm) -> str:
    cycle = meetings.cycle_of(act, gathering)
    first = (
        meeting_day.earliest(act, cycle)
        if cycle is not None
        else convening.earliest(act, Kind(gathering.kind), extraordinary=gathering.extraordinary)
    )
    return page("gatherings/move.html", gathering=gathering, form=form, earliest=first, kind=gathering.title)


def _call_off_page(act: Act, gathering: Gathering, form: CallOffForm) -> str:
    return page(
        "gatherings/call_off.html",
        cycle=meetings.cycle_of(act, gathering),
        gathering=gathering,
        form=form,
        kind=gathering.title,
        over=calling_off.never_opened(act, gathering),
    )
