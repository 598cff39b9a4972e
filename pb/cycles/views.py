"""Opening a cycle, and its envelope: what it is made of, how it changed, changing it."""

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.cycles import addresses, service
from pb.cycles.forms import CycleForm, EnvelopeForm, usual
from pb.cycles.models import Cycle
from pb.cycles.service import envelopes
from pb.errors import FieldRefusal
from pb.territory import service as territories
from pb.web import places
from pb.web.access import EVERYBODY, TEXTS, access, allow
from pb.web.requests import Response, current_act, notify, page

blueprint = Blueprint("cycles", __name__)
places.name("cycle_id", addresses.YEAR)


@blueprint.get("/<okrug:okrug>/cycles/new")
@access(allow(Role.OFFICE))
def new() -> str:
    act = current_act()
    return _new_page(act, CycleForm(data=usual(local(act.at).date()) | {"fiscal_year": service.first_free_year(act)}))


def _new_page(act: Act, form: CycleForm) -> str:
    return page("cycles/new.html", form=form, minimum_ballots=territories.setting(act, "minimum_ballots"))


@blueprint.post("/<okrug:okrug>/cycles/new")
@access(allow(Role.OFFICE), action=lazy_gettext("open a cycle"), largest_body=TEXTS)
def create() -> Response:
    act = current_act()
    form = CycleForm()
    cycle = form.submit(lambda: service.open_cycle(act, form.plan()), faults=lambda: service.faults(act, form.plan()))
    if cycle is None:
        return _new_page(act, form), 422
    notify(_("The cycle is open: residents can propose."))
    return redirect(url_for("process.show", cycle_id=cycle.id))


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/envelope")
@access(EVERYBODY)
def show_envelope(cycle_id: UUID) -> str:
    act = current_act()
    cycle = service.get(act, cycle_id)
    every = envelopes.versions(act, cycle)
    return page(
        "cycles/envelope.html",
        cycle=cycle,
        version=every[-1] if every else None,
        history=envelopes.history(every),
        fixed=envelopes.fixed(act, cycle),
        may_change=envelopes.may_change(act, cycle),
    )


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/envelope/change")
@access(allow(Role.OFFICE))
def write_envelope(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = service.get(act, cycle_id)
    if envelopes.fixed(act, cycle):
        return redirect(url_for("cycles.show_envelope", cycle_id=cycle.id))
    form = _envelope_form(cycle)
    last = envelopes.last(act, cycle)
    form.show(envelopes.parts_of(last) if last is not None else [])
    return _envelope_page(cycle, form)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/envelope/change")
@access(allow(Role.OFFICE), action=lazy_gettext("change the envelope before the vote"), largest_body=TEXTS)
def change_envelope(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = service.get(act, cycle_id)
    form = _envelope_form(cycle)

    def change() -> object:
        told = {"reason": form.reason.data or "", "language": form.language.data or "kk"}
        return envelopes.change(act, cycle, form.parts(), **told)

    def faults() -> Iterable[FieldRefusal]:
        return envelopes.faults(act, cycle, form.parts(), form.reason.data or "")

    if form.submit(change, places=form.places(), faults=faults) is None:
        return _envelope_page(cycle, form), 422
    notify(_("The envelope is changed. Everybody sees what it was before, and why."))
    return redirect(url_for("cycles.show_envelope", cycle_id=cycle.id))


def _envelope_form(cycle: Cycle) -> EnvelopeForm:
    form = EnvelopeForm()
    form.offer(cycle)
    return form


def _envelope_page(cycle: Cycle, form: EnvelopeForm) -> str:
    return page("cycles/change_envelope.html", cycle=cycle, form=form, shown=form.to_show())
