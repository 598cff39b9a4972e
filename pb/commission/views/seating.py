"""The office records whom the assembly chose; chair or secretary confirm it."""

from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.clock import local
from pb.commission.forms import CompositionForm
from pb.commission.service import seating
from pb.commission.service.seating import CONFIRMING
from pb.commission.views.blueprint import blueprint
from pb.gatherings.models import Question, Seat
from pb.gatherings.service import members
from pb.tasks.service import basis, wording
from pb.web.access import A_TEXT, access, allow
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/commission/new")
@access(allow(Role.OFFICE))
def choose() -> str:
    act = current_act()
    seating.require_members(act)
    form = _form(act)
    decision = basis.named(act, request.args.get("question", ""))
    election = act.session.get(Question, decision.question_id) if decision is not None else seating.to_record(act)
    if election is not None and election.seat == Seat.COMMISSION:
        form.question.data = election.id.hex
        form.members.data = [member.id.hex for member in seating.elected_members(act, election)]
        form.term_from.data = local(election.gathering.meets_at).date()
    return page("commission/compose.html", form=form)


@blueprint.post("/<okrug:okrug>/commission/new")
@access(allow(Role.OFFICE), action=lazy_gettext("record the commission that the assembly formed"), largest_body=A_TEXT)
def record() -> Response:
    act = current_act()
    seating.require_members(act)
    form = _form(act)
    recorded = form.submit(
        lambda: seating.record(act, form.composition(), form.basis()),
        faults=lambda: seating.faults(act, form.composition(), form.basis()),
    )
    if recorded is None:
        return page("commission/compose.html", form=form), 422
    notify(_("It counts once the chair or the secretary of the assembly has confirmed it."))
    return redirect(url_for("commission.overview"))


@blueprint.post("/<okrug:okrug>/commission/<number:commission_id>/confirm")
@access(allow(*CONFIRMING), action=lazy_gettext("confirm the record of the commission"))
def confirm(commission_id: UUID) -> Response:
    act = current_act()
    seating.confirm(act, seating.get(act, commission_id))
    notify(_("The commission is confirmed."))
    return redirect(url_for("commission.overview"))


def _form(act: Act) -> CompositionForm:
    form = CompositionForm()
    form.question.choices = wording.choices(act)
    form.members.choices = [(member.id.hex, member.name) for member in members.current(act)]
    return form
