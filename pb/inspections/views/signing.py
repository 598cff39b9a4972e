"""A report is signed by the auditor or by members, each by their own press, or on paper with its scan."""

from datetime import date
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.errors import FieldRefusal
from pb.inspections import service
from pb.inspections.forms import PaperForm
from pb.inspections.models import Inspection
from pb.inspections.service import RECORDING
from pb.inspections.views.blueprint import blueprint
from pb.media.service.files import Received
from pb.web.access import PHOTOS, SIGNED_IN, access, allow
from pb.web.final import ask_first
from pb.web.received import missing, needed, paper, with_file
from pb.web.requests import Response, current_act, notify, page


@blueprint.post("/<okrug:okrug>/inspections/<number:inspection_id>/sign")
@access(SIGNED_IN, action=lazy_gettext("sign the report of a visit as the auditor or as a member"))
def sign(inspection_id: UUID) -> Response:
    act = current_act()
    report = service.get(act, inspection_id)
    told = [_("Your name stands under the report. Nobody changes it after the first signature.")]
    if service.may_sign(act, report) and (asked := ask_first(_("Sign this report?"), told, _("Sign"))):
        return asked
    service.sign(act, report, request.form.get("seen", ""))
    notify(_("You have signed the report."))
    return _back(report)


@blueprint.get("/<okrug:okrug>/inspections/<number:inspection_id>/paper")
@access(allow(*RECORDING))
def choose_scan(inspection_id: UUID) -> str:
    act = current_act()
    report = service.get(act, inspection_id)
    service.require_recording_paper(act, report)
    return page("inspections/paper.html", report=report, form=_form(act, report))


@blueprint.post("/<okrug:okrug>/inspections/<number:inspection_id>/paper")
@access(
    allow(*RECORDING),
    action=lazy_gettext("record who signed the report of a visit on paper"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def record_paper(inspection_id: UUID) -> Response:
    return with_file(
        PaperForm().paper,
        paper,
        lambda act, scan, fault: _recorded(act, inspection_id, scan, fault),
        lambda act: service.require_recording_paper(act, service.get(act, inspection_id)),
    )


def _recorded(act: Act, inspection_id: UUID, scan: Received | None, fault: FieldRefusal | None) -> Response:
    report = service.get(act, inspection_id)
    form = _form(act, report)
    on: date | None = form.signed_on.data

    def put() -> bool:
        service.sign_on_paper(act, report, form.who(), on, needed(scan, fault))
        return True

    def faults() -> list[FieldRefusal]:
        return [*service.faults_of_paper(act, report, form.who(), on), *missing(scan, fault)]

    if form.submit(put, faults=faults) is None:
        return page("inspections/paper.html", report=report, form=form), 422
    notify(_("The signatures are recorded, and the digest of the scan with them."))
    return _back(report)


def _form(act: Act, report: Inspection) -> PaperForm:
    form = PaperForm()
    form.members.choices = [(member.id.hex, member.name) for member in service.unsigned(act, report)]
    if not form.members.choices:  # the auditor's own report has no members
        del form.members
    return form


def _back(report: Inspection) -> Response:
    return redirect(url_for("inspections.show", inspection_id=report.id))
