"""Members sign a report, each by their own press; or on paper, with a scan that another person confirms."""

from datetime import date
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.commission import service
from pb.commission.forms import PaperForm
from pb.commission.models import MonitoringReport
from pb.commission.service import on_paper, seating
from pb.commission.views.blueprint import blueprint
from pb.errors import FieldRefusal
from pb.media.service.files import Received
from pb.web.access import PHOTOS, SIGNED_IN, access
from pb.web.final import ask_first
from pb.web.received import missing, needed, paper, with_file
from pb.web.requests import Response, current_act, notify, page


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
@access(SIGNED_IN)
def choose_scan(report_id: UUID) -> str:
    act = current_act()
    report = service.get(act, report_id)
    on_paper.require_bringing(act, report)
    return page("commission/paper.html", report=report, form=_form(act, report))


@blueprint.post("/<okrug:okrug>/commission/reports/<number:report_id>/paper")
@access(
    SIGNED_IN,
    action=lazy_gettext("bring the scan of a report of the commission that was signed on paper"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def record_paper(report_id: UUID) -> Response:
    return with_file(
        PaperForm().paper,
        paper,
        lambda act, scan, fault: _recorded(act, report_id, scan, fault),
        lambda act: on_paper.require_bringing(act, service.get(act, report_id)),
    )


def _recorded(act: Act, report_id: UUID, scan: Received | None, fault: FieldRefusal | None) -> Response:
    report = service.get(act, report_id)
    form = _form(act, report)

    def put() -> bool:
        on_paper.bring(act, report, form.who(), form.signed_on.data, needed(scan, fault))
        return True

    def faults() -> list[FieldRefusal]:
        on: date | None = form.signed_on.data
        return [*on_paper.faults(act, report, form.who(), on), *missing(scan, fault)]

    if form.submit(put, faults=faults) is None:
        return page("commission/paper.html", report=report, form=form), 422
    notify(_("The scan is taken in, its digest stands in the log. Another person compares and confirms it."))
    return redirect(url_for("commission.show", report_id=report.id))


@blueprint.post("/<okrug:okrug>/commission/reports/<number:report_id>/paper/confirmation")
@access(SIGNED_IN, action=lazy_gettext("confirm the scan of a report of the commission that somebody else brought"))
def confirm_paper(report_id: UUID) -> Response:
    act = current_act()
    report = service.get(act, report_id)
    told = [
        _("You have looked at the scan: it is of this report, every sheet of it."),
        _("Those who are named have signed it by hand."),
        _("Then their signatures count."),
    ]
    named = ", ".join(row.member.name for row in on_paper.waiting(report))
    title, deed, facts = _("Confirm this scan?"), _("Confirm the scan"), [(_("Signed on this paper"), named)]
    asked = ask_first(title, told, deed, facts=facts) if on_paper.may_confirm(act, report) else None
    if asked is not None:
        return asked
    on_paper.confirm(act, report, request.form.get("scan", ""))
    notify(_("You confirmed the scan: the signatures on it count."))
    return redirect(url_for("commission.show", report_id=report.id))


@blueprint.post("/<okrug:okrug>/commission/reports/<number:report_id>/paper/removal")
@access(SIGNED_IN, action=lazy_gettext("let go of the scan of a report of the commission that waits"))
def let_paper_go(report_id: UUID) -> Response:
    act = current_act()
    report = service.get(act, report_id)
    on_paper.let_go(act, report)
    notify(_("The scan is gone; its digest stands in the log."))
    return redirect(url_for("commission.show", report_id=report.id))


def _form(act: Act, report: MonitoringReport) -> PaperForm:
    form = PaperForm()
    left = service.unsigned(report, seating.get(act, report.commission_id))
    form.members.choices = [(member.id.hex, member.name) for member in left]
    return form
