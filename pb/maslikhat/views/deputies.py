"""The deputies of a raion's maslikhat: who represents whom, recorded and ended by its secretary."""

from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.core.places.kinds import FOURTH_LEVEL
from pb.errors import FieldRefusal
from pb.formats import language
from pb.maslikhat.forms import DeputyForm, EndingForm
from pb.maslikhat.models import Deputy
from pb.maslikhat.service import deputies as service
from pb.maslikhat.views.blueprint import blueprint
from pb.web.access import A_TEXT, EVERYBODY, access, allow
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/maslikhat/deputies")
@access(EVERYBODY)
def list_deputies() -> str:
    act = current_act()
    records = act.holds(Role.MASLIKHAT_SECRETARY) and act.territory.kind not in FOURTH_LEVEL
    return _page(act, DeputyForm() if records else None)


@blueprint.post("/<okrug:okrug>/maslikhat/deputies")
@access(allow(Role.MASLIKHAT_SECRETARY), action=lazy_gettext("record a deputy of the maslikhat"), largest_body=A_TEXT)
def record() -> Response:
    act = current_act()
    form = DeputyForm()
    recorded = form.submit(
        lambda: service.record(act, form.mandate()), faults=lambda: service.faults(act, form.mandate())
    )
    if recorded is None:
        return _page(act, form), 422
    notify(_("The deputy is recorded. Residents find them by their settlement."))
    return redirect(url_for("maslikhat.list_deputies"))


@blueprint.get("/<okrug:okrug>/maslikhat/deputies/<number:deputy_id>/end")
@access(allow(Role.MASLIKHAT_SECRETARY))
def think_of_ending(deputy_id: UUID) -> str:
    return _ending(service.get(current_act(), deputy_id), EndingForm())


@blueprint.post("/<okrug:okrug>/maslikhat/deputies/<number:deputy_id>/end")
@access(allow(Role.MASLIKHAT_SECRETARY), action=lazy_gettext("end the mandate of a deputy"))
def end(deputy_id: UUID) -> Response:
    act = current_act()
    deputy = service.get(act, deputy_id)
    form = EndingForm()

    def ended() -> bool:
        service.end(act, deputy, form.last_day.data, form.document.data or "")
        return True

    def faults() -> list[FieldRefusal]:
        return [*service.faults_of_ending(act, deputy, form.last_day.data, form.document.data or "")]

    if form.submit(ended, faults=faults) is None:
        return _ending(deputy, form), 422
    notify(_("The mandate is ended. It stays on the page among the former ones."))
    return redirect(url_for("maslikhat.list_deputies"))


def _page(act: Act, form: DeputyForm | None) -> str:
    current, former, tongue = service.current(act), service.former(act), language()
    return page(
        "maslikhat/deputies.html",
        current=current,
        former=former,
        names=service.names(act, [*current, *former], tongue),
        codes=service.codes_below(act, tongue) if form is not None else [],
        form=form,
    )


def _ending(deputy: Deputy, form: EndingForm) -> str:
    return page("maslikhat/end.html", deputy=deputy, form=form)
