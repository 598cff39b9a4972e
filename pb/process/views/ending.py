"""Ending a cycle early: asked once more, with all that ends with it."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.process.forms import EndForm
from pb.process.service import ending
from pb.process.views.blueprint import blueprint
from pb.web.access import TEXTS, access, allow
from pb.web.proof import fresh_proof
from pb.web.requests import Response, current_act, notify, page

TWO = (Role.OFFICE, Role.CHAIR)


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/end")
@access(allow(*TWO))
@fresh_proof("process.look_over_end")
def look_over_end(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    if cycle.over:
        return redirect(url_for("process.show", cycle_id=cycle.id))
    return _page(act, cycle, EndForm())


def _page(act: Act, cycle: Cycle, form: EndForm) -> str:
    return page(
        "process/look_over_end.html",
        cycle=cycle,
        form=form,
        proposed=ending.proposed(act, cycle),
        hinders=ending.hinders(act, cycle),
        unconfirmable=ending.unconfirmable(act, cycle),
        ends=ending.ends_with_it(act, cycle),
        two=ending.needs_two(cycle),
        decides=act.holds(Role.CHAIR),
        proposes=act.holds(Role.OFFICE),
    )


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/end")
@access(
    allow(Role.OFFICE),
    action=lazy_gettext("end a cycle early, from the gathering on with the chair"),
    largest_body=TEXTS,
)
@fresh_proof("process.look_over_end")
def end(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    form = EndForm()
    ended = form.submit(lambda: ending.end(act, cycle, form.reason.data or ""))
    if ended is None:
        return _page(act, cycle, form), 422
    notify(_("The cycle is ended.") if ended else _("Proposed. The chair of the assembly must confirm."))
    return redirect(url_for("process.show", cycle_id=cycle.id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/end/confirm")
@access(allow(Role.CHAIR), action=lazy_gettext("confirm that a cycle ends early"))
@fresh_proof("process.look_over_end")
def confirm_end(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    ending.confirm(act, cycle)
    notify(_("The cycle is ended."))
    return redirect(url_for("process.show", cycle_id=cycle.id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/end/decline")
@access(allow(*TWO), action=lazy_gettext("decline that a cycle ends early, or take back one's own proposal"))
@fresh_proof("process.look_over_end")
def decline_end(cycle_id: UUID) -> Response:
    act = current_act()
    cycle = cycles.get(act, cycle_id)
    taken_back = ending.decline(act, cycle)
    notify(_("The proposal is taken back.") if taken_back else _("The proposal is declined. The cycle goes on."))
    return redirect(url_for("process.show", cycle_id=cycle.id))
