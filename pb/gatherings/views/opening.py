"""How a meeting begins: those present elect chair and secretary, adopt the agenda, add points and take points off."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.errors import FieldRefusal, refuse_all
from pb.gatherings.documents.recorded import OF_MEETING
from pb.gatherings.forms.holding import COUNTED, AdoptionForm, AmendmentForm, CountForm, OfficerForm, PointForm
from pb.gatherings.models import OF_CYCLES, Gathering, Kind, Office, Question
from pb.gatherings.service import agenda as service
from pb.gatherings.service import disagreements, meetings, presence
from pb.gatherings.service import officers as elections
from pb.gatherings.service.rules import Count
from pb.gatherings.views import agenda as points
from pb.gatherings.views.blueprint import blueprint
from pb.gatherings.views.writing import held_page, next_step, present_names, require_keeper, writes
from pb.web.access import A_TEXT, SIGNED_IN, access
from pb.web.final import ask_first
from pb.web.requests import Response, current_act, notify

T = TypeVar("T")
OFFICES = "<any(chair, secretary):office>"
_COUNTED_OTHERWISE = lazy_gettext("“Unanimous” was pressed, but other numbers are typed here. Look at them once more.")


@blueprint.get(f"/<okrug:okrug>/meetings/<number:gathering_id>/officers/{OFFICES}")
@access(SIGNED_IN)
def officers(gathering_id: UUID, office: str) -> str:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    require_keeper(act, gathering)
    return _officer_page(act, gathering, Office(office), _officer_form(gathering))


@blueprint.post(f"/<okrug:okrug>/meetings/<number:gathering_id>/officers/{OFFICES}")
@access(SIGNED_IN, action=lazy_gettext("record whom those present elected chair or secretary"))
def elect(gathering_id: UUID, office: str) -> Response:
    act, gathering = _at(gathering_id)
    form = _officer_form(gathering)
    _record(act, gathering, form, lambda count: elections.elect(act, gathering, Office(office), form.name.data, count))
    if form.errors:
        return _officer_page(act, gathering, Office(office), form), 422
    told = _(
        "Elected: %(name)s. With an account of their own they open this meeting and take up the office; without one "
        "they sign the printed minutes by hand, and a scan is brought."
    )
    notify(told % {"name": form.name.data})
    return redirect(_after(act, gathering))


@blueprint.post(f"/<okrug:okrug>/meetings/<number:gathering_id>/officers/{OFFICES}/accept")
@access(SIGNED_IN, action=lazy_gettext("take up the office to which a meeting elected one"))
def accept(gathering_id: UUID, office: str) -> Response:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    told = [
        str(OF_MEETING[Office(office)]),
        _("What you record and confirm counts as that of the person who was elected. It stands in the log."),
    ]
    if asked := ask_first(_("Take up this office?"), told, _("Take up this office")):
        return asked
    elections.accept(act, gathering, Office(office))
    notify(_("You hold the office for this meeting."))
    return redirect(url_for("gatherings.show", gathering_id=gathering.id))


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/agenda")
@access(SIGNED_IN)
def agenda(gathering_id: UUID) -> str:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    require_keeper(act, gathering)
    return _agenda_page(act, gathering, _adoption_form(gathering))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/agenda")
@access(SIGNED_IN, action=lazy_gettext("record that those present adopted the agenda"))
def adopt_agenda(gathering_id: UUID) -> Response:
    act, gathering = _at(gathering_id)
    form = _adoption_form(gathering)
    adopted = _record(act, gathering, form, lambda count: service.adopt(act, gathering, count, form.why()))
    if form.errors:
        return _agenda_page(act, gathering, form), 422
    if not adopted:
        notify(_("The agenda is voted down. Those present may change it, and vote on it once more."))
        return redirect(url_for("gatherings.agenda", gathering_id=gathering.id))
    notify(_("The agenda is adopted."))
    return redirect(_after(act, gathering))


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/agenda/add")
@access(SIGNED_IN)
def new_point(gathering_id: UUID) -> str:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    require_keeper(act, gathering)
    return _point_page(act, gathering, _point_form(gathering))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/agenda/add")
@access(SIGNED_IN, action=lazy_gettext("record that those present added a point to the agenda"), largest_body=A_TEXT)
def add_point(gathering_id: UUID) -> Response:
    act, gathering = _at(gathering_id)
    form = _point_form(gathering)
    _record(act, gathering, form, lambda count: service.add(act, gathering, form.point(), count))
    if form.errors:
        return _point_page(act, gathering, form), 422
    notify(_("The point stands on the agenda."))
    return redirect(url_for("gatherings.agenda", gathering_id=gathering.id))


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/agenda/<number:question_id>/remove")
@access(SIGNED_IN)
def point_to_remove(gathering_id: UUID, question_id: UUID) -> str:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    require_keeper(act, gathering)
    return _removal_page(act, gathering, question_id, CountForm())


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/agenda/<number:question_id>/remove")
@access(SIGNED_IN, action=lazy_gettext("record that those present took a point off the agenda"))
def remove_point(gathering_id: UUID, question_id: UUID) -> Response:
    act, gathering = _at(gathering_id)
    form = CountForm()
    question = service.removable(act, gathering, question_id)
    _record(act, gathering, form, lambda count: service.remove(act, gathering, question, count))
    if form.errors:
        return _removal_page(act, gathering, question_id, form), 422
    notify(_("The point is off the agenda."))
    return redirect(url_for("gatherings.agenda", gathering_id=gathering.id))


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/questions/<number:question_id>/amend")
@access(SIGNED_IN)
def new_amendment(gathering_id: UUID, question_id: UUID) -> str:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    require_keeper(act, gathering)
    return _amendment_page(act, gathering, question_id, AmendmentForm())


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/questions/<number:question_id>/amend")
@access(SIGNED_IN, action=lazy_gettext("write down an amendment to a point"), largest_body=A_TEXT)
def amend(gathering_id: UUID, question_id: UUID) -> Response:
    act, gathering = _at(gathering_id)
    question, form = meetings.question_of(gathering, question_id), AmendmentForm()

    def move() -> Question:
        return service.amend(act, gathering, question, form.text.data, form.language.data, form.speaker.data or "")

    amendment = form.submit(lambda: writes(act, gathering, "text", move))
    if amendment is None:
        return _amendment_page(act, gathering, question_id, form), 422
    notify(_("The amendment is voted on before the point."))
    return redirect(url_for("gatherings.vote", gathering_id=gathering.id, question_id=amendment.id))


def _after(act: Act, gathering: Gathering) -> str:
    step = next_step(act, gathering)
    return step[0] if step else url_for("gatherings.show", gathering_id=gathering.id)


def _at(gathering_id: UUID) -> tuple[Act, Gathering]:
    act = current_act()
    return act, meetings.get(act, gathering_id)


def _record(act: Act, gathering: Gathering, form: CountForm, verb: Callable[[Count], T]) -> T | None:
    """Records what those present decided by show of hands. One press for all, unless other numbers were typed."""
    pressed, there = request.form.get("unanimous"), presence.count(gathering)
    typed = [form[name].data for name in COUNTED]
    otherwise = pressed is not None and (pressed != str(there) or (any(typed) and typed != [there, 0, 0]))
    if pressed is not None and not otherwise:
        form.count_unanimous(there)
    refused = [FieldRefusal("in_favour", _COUNTED_OTHERWISE)] if otherwise else []

    def record() -> T:
        refuse_all(refused)
        return writes(act, gathering, "in_favour", lambda: verb(form.count()))

    return form.submit(record, {"basis": "text"}, faults=lambda: refused)


def _point_form(gathering: Gathering) -> PointForm:
    form = PointForm()
    form.offer(Kind(gathering.kind))
    return form


def _officer_form(gathering: Gathering) -> OfficerForm:
    form = OfficerForm()
    form.name.choices = present_names(gathering)
    return form


def _officer_page(act: Act, gathering: Gathering, office: Office, form: OfficerForm) -> str:
    return held_page(
        "gatherings/officer.html",
        act,
        gathering,
        elected_to=office,  # `office` is the akim's, at the foot of each page
        label=OF_MEETING[office],
        elected=elections.of(gathering, office),
        form=form,
        may_vote=presence.count(gathering),
    )


def _adoption_form(gathering: Gathering) -> AdoptionForm:
    form = AdoptionForm()
    if not service.votes_on_it(gathering):
        del form.reason
    return form


def _agenda_page(act: Act, gathering: Gathering, form: AdoptionForm) -> str:
    return held_page(
        "gatherings/agenda.html",
        act,
        gathering,
        form=form,
        may_vote=presence.count(gathering),
        of_cycles=OF_CYCLES,
        lost=[row for row in service.votes_on_it(gathering) if not row.adopted],
        step=next_step(act, gathering),
        again=disagreements.led_to(act, gathering.previous_id),
    )


def _point_page(act: Act, gathering: Gathering, form: PointForm) -> str:
    return held_page("gatherings/point.html", act, gathering, form=form, may_vote=presence.count(gathering))


def _removal_page(act: Act, gathering: Gathering, question_id: UUID, form: CountForm) -> str:
    question = service.removable(act, gathering, question_id)
    return held_page(
        "gatherings/remove.html",
        act,
        gathering,
        question=question,
        text=points.of_question(act, gathering, question),
        form=form,
        may_vote=presence.count(gathering),
    )


def _amendment_page(act: Act, gathering: Gathering, question_id: UUID, form: AmendmentForm) -> str:
    question = meetings.question_of(gathering, question_id)
    text = points.of_question(act, gathering, question)
    return held_page("gatherings/amend.html", act, gathering, question=question, text=text, form=form)
