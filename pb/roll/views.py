"""The roll's pages: importing with a report per line, looking at it masked, the second person's confirmation."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.errors import FieldRefusal
from pb.identity.roles import Role
from pb.polls import state
from pb.roll import service
from pb.roll.forms import ImportForm
from pb.roll.reading import Fault
from pb.web.access import allow
from pb.web.requests import Response, current_act, cycle_page, keys, notify, refused

rooms = Blueprint("roll", __name__)
SHOWN_FAULTS = 500

FAULT_LABELS = {
    Fault.NO_IIN: lazy_gettext("the IIN is not one"),
    Fault.CHECK_DIGIT: lazy_gettext("the check digit of the IIN is wrong"),
    Fault.UNDER_AGE: lazy_gettext("under 18 on the voting day"),
    Fault.TWICE: lazy_gettext("stands twice in the file"),
    Fault.ON_ROLL: lazy_gettext("is on the roll already"),
    Fault.OTHER_OKRUG: lazy_gettext("the settlement is not in this okrug"),
    Fault.NO_NAME: lazy_gettext("the name is missing or too long"),
}


@rooms.get("/cycles/<uuid:cycle_id>/roll")
@allow(Role.REGISTRAR, *service.SECOND_PERSONS)
def show(cycle_id: UUID) -> str:
    act = current_act()
    return _page(act, cycles.get(act, cycle_id), ImportForm())


def _page(act: Act, cycle: Cycle, form: ImportForm) -> str:
    entries = service.entries(act, cycle)
    by_settlement = {name: sum(one.settlement == name for one in entries) for name in act.territory.settlements}
    return cycle_page(
        "roll/show.html",
        cycle,
        form=form if act.holds(Role.REGISTRAR) and not state.roll_is_frozen(act, cycle) else None,
        entries=entries if act.holds(Role.REGISTRAR) else [],
        count=len(entries),
        by_settlement=by_settlement,
        confirmation=service.confirmation(act, cycle),
        may_confirm=act.holds(*service.SECOND_PERSONS) and not act.holds(Role.REGISTRAR),
    )


@rooms.post("/cycles/<uuid:cycle_id>/roll")
@allow(Role.REGISTRAR)
def read(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    form = ImportForm()
    if not form.validate():
        return _page(act, cycle, form), 422
    try:
        waiting = service.read_file(act, cycle, keys(), form.file.data.read())
    except FieldRefusal as refusal:
        refused(form, refusal)
        return _page(act, cycle, form), 422
    return redirect(url_for("roll.report", cycle_id=cycle.id, import_id=waiting.id))


@rooms.get("/cycles/<uuid:cycle_id>/roll/imports/<uuid:import_id>")
@allow(Role.REGISTRAR)
def report(cycle_id: UUID, import_id: UUID) -> str:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    waiting = service.get_import(act, cycle, import_id)
    faults = [(line, FAULT_LABELS[Fault(fault)]) for line, fault in waiting.faults[:SHOWN_FAULTS]]
    return cycle_page("roll/report.html", cycle, waiting=waiting, faults=faults)


@rooms.post("/cycles/<uuid:cycle_id>/roll/imports/<uuid:import_id>")
@allow(Role.REGISTRAR)
def confirm_import(cycle_id: UUID, import_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    added = service.confirm_import(act, cycle, keys(), service.get_import(act, cycle, import_id))
    notify(_("Added to the roll: %(number)s", number=added))
    return redirect(url_for("roll.show", cycle_id=cycle.id))


@rooms.post("/cycles/<uuid:cycle_id>/roll/confirm")
@allow(*service.SECOND_PERSONS)
def confirm(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    service.confirm(act, cycle)
    notify(_("The roll is confirmed."))
    return redirect(url_for("polls.show", cycle_id=cycle.id))
