"""Members sign a report, each by their own press; who signed on paper is recorded with the scan."""

from datetime import date
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.commission import service
from pb.commission.forms import PaperForm
from pb.commission.models import MonitoringReport
from pb.commission.service import RECORDING, seating
from pb.commission.views.blueprint import blueprint
from pb.errors import FieldRefusal
from pb.media.service.files import Received
from pb.web import received, sent
from pb.web.access import PHOTOS, SIGNED_IN, access, allow
from pb.web.final import ask_first
from pb.web.requests import Response, begin_work, current_act, notify, page


@blueprint.post("/<okrug:okrug>/commission/reports/<number:report_id>/sign")
@access(SIGNED_IN, action=lazy_gettext("sign a report of the commission as its member"))
def sign(report_id: UUID) -> Response:
    act = current_act()
    report = service.get(act, report_id)
    told = [_("Your name stands under the report. Nobody changes it after the first signature.")]
    if service.may_sign(act, report) and (asked := ask_first(_("Sign this report?"), told, _("Sign"))):
        return asked
    service.sign(act, report, request.form.get("seen", ""))
    notify(_("You have signed the report."))
    return redirect(url_for("commission.show", report_id=report.id))


@blueprint.get("/<okrug:okrug>/commission/reports/<number:report_id>/paper")
@access(allow(*RECORDING))
def choose_scan(report_id: UUID) -> str:
    act = current_act()
    report = service.get(act, report_id)
    service.require_recording_paper(act, report)
    return page("commission/paper.html", report=report, form=_form(act, report))


@blueprint.post("/<okrug:okrug>/commission/reports/<number:report_id>/paper")
@access(
    allow(*RECORDING),
    action=lazy_gettext("record who signed a report of the commission on paper"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def record_paper(report_id: UUID) -> Response:
    with begin_work(writing=False) as act:
        service.require_recording_paper(act, service.get(act, report_id))
        person = str(act.person.id) if act.person else ""
    scan, fault = received.paper(PaperForm().paper, person)
    try:
        with begin_work(writing=True) as act:
            return sent.once(act, lambda: _recorded(act, report_id, scan, fault))
    finally:
        received.let_go_unless_known(scan)


def _recorded(act: Act, report_id: UUID, scan: Received | None, fault: FieldRefusal | None) -> Response:
    report = service.get(act, report_id)
    form = _form(act, report)
    missing = fault or (FieldRefusal("paper", _("Choose a file.")) if scan is None else None)

    def put() -> bool:
        if missing is not None or scan is None:
            raise missing or FieldRefusal("paper", _("Choose a file."))
        service.sign_on_paper(act, report, form.who(), form.signed_on.data, scan)
        return True

    def faults() -> list[FieldRefusal]:
        on: date | None = form.signed_on.data
        found = list(service.faults_of_paper(act, report, form.who(), on))
        return [*found, *([missing] if missing is not None else [])]

    if form.submit(put, faults=faults) is None:
        return page("commission/paper.html", report=report, form=form), 422
    notify(_("The signatures are recorded, and the digest of the scan with them."))
    return redirect(url_for("commission.show", report_id=report.id))


def _form(act: Act, report: MonitoringReport) -> PaperForm:
    form = PaperForm()
    left = service.unsigned(report, seating.get(act, report.commission_id))
    form.members.choices = [(member.id.hex, member.name) for member in left]
    return form
