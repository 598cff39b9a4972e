"""«I am not on the roll»: the resident's form, the answer by number and code, the registrar's list."""

from contextlib import suppress
from datetime import date
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectChoice

from pb.act import Act, Role
from pb.core.national_numbers import masked, parse_iin, plain
from pb.cycles import service as cycles
from pb.cycles.models import Cycle, Phase
from pb.identity.service.iin import lookup_of
from pb.roll.forms import AnswerForm, RequestForm, StatusForm
from pb.roll.models import REQUEST_LABELS, Request, RequestKind
from pb.roll.service import entries, requests
from pb.roll.views.blueprint import blueprint
from pb.roll.views.roll import READERS
from pb.web import settlements
from pb.web.access import A_TEXT, EVERYBODY, access, allow
from pb.web.limits import SECRETS, if_there_is_room, limited, limited_writing, signed_in, written
from pb.web.paging import pager
from pb.web.requests import Response, begin_work, current_act, keys, notify, page
from pb.web.sent import Before, made_before, makes, shown_once

PAGE = 25
REFUSED_ALONE = [SelectChoice("refused", lazy_gettext("Refused"))]  # a roll that is frozen is not put right any more


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/requests/new")
@access(EVERYBODY)
def ask(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    cycles.require(act, cycle, Phase.VOTING)
    entries.refuse_erased(act, cycle)
    fields = {"name": act.person.name, "settlement": act.person.settlement} if act.person else {}
    return _request_form_page(act, cycle, _with_settlements(act, RequestForm(data=fields)))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/roll/requests/new")
@if_there_is_room(signed_in)
@limited_writing(signed_in)
@access(EVERYBODY, action=lazy_gettext("ask to be put on the roll or to have an entry put right"), largest_body=A_TEXT)
def submit(cycle_id: UUID) -> Response:
    """The code stands on this answer alone: it is kept as a hash."""
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    form = _with_settlements(act, RequestForm())
    # The IIN under the pepper: it is kept sealed, and a plain fingerprint of it could be found by trying.
    same = [each.data or "" for each in (form.kind, form.name, form.settlement, form.text)]
    same.append(lookup_of(plain(form.iin.data or ""), keys().pepper).hex())
    if before := made_before(act, *same):
        return _request_form_page(act, cycle, form, before=before), 409
    submitted = form.submit(
        lambda: requests.submit(
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
    )
    if submitted is None:
        return _request_form_page(act, cycle, form), 422
    written()
    resident_request, code = submitted
    makes(act, str(resident_request.number), *same)
    shown_once(
        url_for("roll.ask_answer", cycle_id=cycle.id),
        _(
            "Your request was sent: its number is %(number)s. Its code stood in the first answer alone. "
            "If you did not see it, write a new request.",
            number=resident_request.number,
        ),
    )
    return page("roll/requested.html", cycle=cycle, resident_request=resident_request, code=code)


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/requests/answer")
@access(EVERYBODY)
def ask_answer(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    return _status_page(act, cycle, StatusForm(), list(requests.own(act, cycle)))


def right_number() -> str | None:
    """The proof of a request's number with its own code."""
    form = StatusForm()
    with begin_work(writing=False) as act:
        cycle = cycles.get(act, (request.view_args or {})["cycle_id"])
        found = requests.find(act, cycle, form.number.data, form.secret.data) if form.validate() else None
        return str(found.id) if found is not None else None


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/roll/requests/answer")
@limited(SECRETS, proof=right_number)
@access(EVERYBODY, action=lazy_gettext("read the answer to one's request about the roll"))
def show_answer(cycle_id: UUID) -> Response:
    """By POST: the code never stands in an address."""
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    form = StatusForm()
    resident_request = requests.find(act, cycle, form.number.data, form.secret.data) if form.validate() else None
    if resident_request is None:
        if not form.errors:
            form.form_errors.append(_("The number and the code do not belong together. Check both."))
        return _status_page(act, cycle, form, []), 422
    return _status_page(act, cycle, form, [resident_request])


def _status_page(act: Act, cycle: Cycle, form: StatusForm, shown: list[Request]) -> str:
    later = requests.taken_over(act, shown)
    return page("roll/answer.html", cycle=cycle, form=form, requests=shown, kinds=REQUEST_LABELS, later=later)


def _request_form_page(act: Act, cycle: Cycle, form: RequestForm, before: Before | None = None) -> str:
    late = entries.is_frozen(act, cycle)
    return page("roll/request.html", cycle=cycle, form=form, late=late, before=before)


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/requests")
@access(allow(*READERS))
def list_requests(cycle_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    every = requests.count(act, cycle)
    at_page = pager(every, PAGE, lambda other: url_for("roll.list_requests", cycle_id=cycle.id, page=other))
    registrar = act.holds(Role.REGISTRAR)
    changing = registrar and cycle.phase == Phase.VOTING and not entries.is_frozen(act, cycle)
    return page(
        "roll/requests.html",
        cycle=cycle,
        requests=requests.one_page(act, cycle, at_page.number, PAGE),
        kinds=REQUEST_LABELS,
        may_answer=registrar,
        too_late=requests.count_too_late(act, cycle) if changing else 0,
        pager=at_page,
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/requests/take-over")
@access(allow(Role.REGISTRAR))
def list_too_late(cycle_id: UUID) -> str:
    """A page of them, each with a box to tick: whoever sent junk did not fill the next roll's list with it."""
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    entries.require_registrar(act, cycle)
    every = requests.count_too_late(act, cycle)
    at_page = pager(every, PAGE, lambda other: url_for("roll.list_too_late", cycle_id=cycle.id, page=other))
    late = requests.too_late(act, cycle, at_page.number, PAGE)
    return page("roll/take_over.html", cycle=cycle, requests=late, kinds=REQUEST_LABELS, pager=at_page)


def _chosen() -> list[UUID]:
    """The ids that were ticked, no more than a page has; what is none is left out."""
    found = []
    for typed in request.form.getlist("chosen")[:PAGE]:
        with suppress(ValueError):
            found.append(UUID(typed))
    return found


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/roll/requests/take-over")
@access(allow(Role.REGISTRAR), action=lazy_gettext("take over requests that came too late for an earlier vote"))
def take_over(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    taken = requests.take_over(act, cycle, _chosen())
    notify(_("Requests taken over: %(number)s.", number=taken))
    return redirect(url_for("roll.list_requests", cycle_id=cycle.id))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/roll/requests/<number:request_id>")
@access(allow(Role.REGISTRAR))
def show_request(cycle_id: UUID, request_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    return _request_page(act, cycle, requests.get(act, cycle, request_id), AnswerForm())


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/roll/requests/<number:request_id>")
@access(allow(Role.REGISTRAR), action=lazy_gettext("answer a resident's request about the roll"), largest_body=A_TEXT)
def answer(cycle_id: UUID, request_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    resident_request = requests.get(act, cycle, request_id)
    form = AnswerForm()
    form.submit(
        lambda: requests.answer(
            act, cycle, resident_request, granted=form.outcome.data == "granted", text=form.answer.data
        )
    )
    if form.errors:
        return _request_page(act, cycle, resident_request, form), 422
    notify(_("The answer is kept. The resident reads it with the number and the code."))
    return redirect(url_for("roll.list_requests", cycle_id=cycle.id))


def _request_page(act: Act, cycle: Cycle, resident_request: Request, form: AnswerForm) -> str:
    digits = requests.iin_of(resident_request, keys())
    changing = not entries.is_frozen(act, cycle)
    if not changing:
        form.outcome.choices = REFUSED_ALONE
    return page(
        "roll/request_answer.html",
        cycle=cycle,
        resident_request=resident_request,
        kind=REQUEST_LABELS[RequestKind(resident_request.kind)],
        masked=masked(digits),
        entry=entries.find_ever(act, cycle, parse_iin(digits, date.max), keys()),
        form=form if resident_request.answered_at is None else None,
        changing=changing,
    )


def _with_settlements(act: Act, form: RequestForm) -> RequestForm:
    settlements.offer(form.settlement, act)
    return form
