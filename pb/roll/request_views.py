"""«I am not on the roll»: the resident's form, the answer by number and code, the registrar's list."""

from datetime import date
from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice

from pb.act import Act
from pb.core.national_numbers import masked
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.errors import FieldRefusal
from pb.identity.iin import parse_iin
from pb.identity.roles import Role
from pb.polls import state
from pb.roll import entries as roll
from pb.roll import requests
from pb.roll.forms import KINDS, AnswerForm, RequestForm, StatusForm
from pb.roll.models import Request, RequestKind
from pb.roll.views import READERS, rooms
from pb.web.access import allow, everybody
from pb.web.limits import limiter
from pb.web.requests import Response, current_act, cycle_page, keys, notify, refused

# A whole village may share one address; a flood must not bury the registrar, nor a code be guessed.
per_address = limiter.limit("30/hour")
together = limiter.shared_limit("2000/hour", scope="roll-requests", key_func=lambda: "everybody")


@rooms.get("/cycles/<uuid:cycle_id>/roll/requests/new")
@everybody
def ask(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    cycles.require(act, cycle, Phase.VOTING)
    roll.refuse_frozen(act, cycle)
    told = {"name": act.person.name, "settlement": act.person.settlement} if act.person else {}
    return cycle_page("roll/request.html", cycle, form=_settled(act, RequestForm(data=told)))


@rooms.post("/cycles/<uuid:cycle_id>/roll/requests/new")
@together
@per_address
@everybody
def submit(cycle_id: UUID) -> Response:
    """The code stands on this answer alone: it is kept as a hash."""
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    form = _settled(act, RequestForm())
    if not form.validate():
        return cycle_page("roll/request.html", cycle, form=form), 422
    try:
        made, code = requests.submit(
            act,
            cycle,
            keys(),
            kind=RequestKind(form.kind.data),
            iin=form.iin.iin,
            name=form.name.data,
            settlement=form.settlement.data,
            contact=form.contact.data,
            text=form.text.data or "",
        )
    except FieldRefusal as refusal:
        refused(form, refusal)
        return cycle_page("roll/request.html", cycle, form=form), 422
    return cycle_page("roll/requested.html", cycle, asked=made, code=code)


@rooms.get("/cycles/<uuid:cycle_id>/roll/requests/answer")
@everybody
def ask_answer(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    return _status_page(cycle, StatusForm(), list(requests.own(act, cycle)))


@rooms.post("/cycles/<uuid:cycle_id>/roll/requests/answer")
@together
@per_address
@everybody
def show_answer(cycle_id: UUID) -> Response:
    """By POST: the code never stands in an address."""
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    form = StatusForm()
    found = requests.find(act, cycle, form.number.data, form.secret.data) if form.validate() else None
    if found is None:
        if not form.errors:
            form.form_errors.append(_("The number and the code do not belong together. Check both."))
        return _status_page(cycle, form, []), 422
    return _status_page(cycle, form, [found])


def _status_page(cycle: Cycle, form: StatusForm, found: list[Request]) -> str:
    return cycle_page("roll/answer.html", cycle, form=form, found=found, kinds=KINDS)


@rooms.get("/cycles/<uuid:cycle_id>/roll/requests")
@allow(*READERS)
def list_requests(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    return cycle_page(
        "roll/requests.html",
        cycle,
        requests=requests.every(act, cycle),
        kinds=KINDS,
        may_answer=act.holds(Role.REGISTRAR),
    )


@rooms.get("/cycles/<uuid:cycle_id>/roll/requests/<uuid:request_id>")
@allow(Role.REGISTRAR)
def show_request(cycle_id: UUID, request_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    return _request_page(act, cycle, requests.get(act, cycle, request_id), AnswerForm())


@rooms.post("/cycles/<uuid:cycle_id>/roll/requests/<uuid:request_id>")
@allow(Role.REGISTRAR)
def answer(cycle_id: UUID, request_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    asked = requests.get(act, cycle, request_id)
    form = AnswerForm()
    if not form.validate():
        return _request_page(act, cycle, asked, form), 422
    try:
        requests.answer(act, cycle, asked, granted=form.outcome.data == "granted", text=form.answer.data)
    except FieldRefusal as refusal:
        refused(form, refusal)
        return _request_page(act, cycle, asked, form), 422
    notify(_("The answer is kept. The resident reads it with the number and the code."))
    return redirect(url_for("roll.list_requests", cycle_id=cycle.id))


def _request_page(act: Act, cycle: Cycle, asked: Request, form: AnswerForm) -> str:
    digits = requests.iin_of(asked, keys())
    changing = not state.roll_is_frozen(act, cycle)
    return cycle_page(
        "roll/request_answer.html",
        cycle,
        asked=asked,
        kind=KINDS[RequestKind(asked.kind)],
        masked=masked(digits),
        entry=roll.find_ever(act, cycle, parse_iin(digits, date.max), keys()),
        form=form if asked.answered_at is None else None,
        changing=changing,
    )


def _settled(act: Act, form: RequestForm) -> RequestForm:
    form.settlement.choices = [SelectChoice(name) for name in act.territory.settlements]
    return form
