"""Minutes signed on paper: somebody brings the scan, another person compares and confirms it."""

from uuid import UUID

from flask import redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.errors import FieldRefusal
from pb.gatherings.forms.minutes import ScanForm
from pb.gatherings.service import meetings, scans
from pb.gatherings.views.blueprint import blueprint
from pb.gatherings.views.records import correction_of, page_of
from pb.media.service.files import Received
from pb.web.access import PHOTOS, SIGNED_IN, access
from pb.web.final import ask_first
from pb.web.proof import fresh_proof
from pb.web.received import missing, needed, paper, with_file
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/scan")
@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections/<int:correction>/scan")
@access(SIGNED_IN)
def choose_scan(gathering_id: UUID, correction: int | None = None) -> str:
    act = current_act()
    _require_bringing(act, gathering_id, correction)
    return _page(act, gathering_id, correction, ScanForm())


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/scan")
@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections/<int:correction>/scan")
@access(
    SIGNED_IN,
    action=lazy_gettext("bring the scan of minutes that were signed on paper"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def bring_scan(gathering_id: UUID, correction: int | None = None) -> Response:
    return with_file(
        ScanForm().paper,
        paper,
        lambda act, scan, fault: _brought(act, gathering_id, correction, scan, fault),
        lambda act: _require_bringing(act, gathering_id, correction),
    )


def _require_bringing(act: Act, gathering_id: UUID, correction: int | None) -> None:
    gathering = meetings.get(act, gathering_id)
    scans.require_bringing(act, gathering, correction_of(act, gathering, correction))


def _brought(
    act: Act, gathering_id: UUID, correction: int | None, scan: Received | None, fault: FieldRefusal | None
) -> Response:
    form, gathering = ScanForm(), meetings.get(act, gathering_id)

    def put() -> bool:
        scans.bring(act, gathering, needed(scan, fault), correction_of(act, gathering, correction))
        return True

    if form.submit(put, faults=lambda: missing(scan, fault)) is None:
        return _page(act, gathering_id, correction, form), 422
    notify(_("The scan is taken in, its digest stands in the log. Another person compares and confirms it."))
    return redirect(page_of(gathering_id, correction))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/scan-confirmation")
@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections/<int:correction>/scan-confirmation")
@access(SIGNED_IN, action=lazy_gettext("confirm the scan of minutes that somebody else brought"))
@fresh_proof("gatherings.show_minutes")
def confirm_scan(gathering_id: UUID, correction: int | None = None) -> Response:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    corrected = correction_of(act, gathering, correction)
    told = [
        _("You have looked at the scan: it is of the file that stands here, every sheet of it."),
        _("Chair and secretary have both signed it by hand."),
        _("Then the minutes are confirmed, and nothing in them changes any more."),
    ]
    may = scans.may_confirm(act, gathering, corrected)
    ask = ask_first(_("Confirm this scan?"), told, _("Confirm the scan")) if may else None
    if ask is not None:
        return ask
    scans.confirm(act, gathering, request.form.get("scan", ""), corrected)
    notify(_("You confirmed the scan: the minutes are confirmed."))
    return redirect(page_of(gathering_id, correction))


def _page(act: Act, gathering_id: UUID, correction: int | None, form: ScanForm) -> str:
    return page("gatherings/scan.html", gathering=meetings.get(act, gathering_id), which=correction, form=form)
