"""Opening a cycle."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.cycles import addresses, service
from pb.cycles.forms import CycleForm, usual
from pb.territory import service as territories
from pb.web import places
from pb.web.access import TEXTS, access, allow
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
