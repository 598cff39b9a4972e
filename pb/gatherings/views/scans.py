"""Minutes signed on paper: somebody brings the scan, another person compares and confirms it."""

from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act
from pb.errors import FieldRefusal
from pb.gatherings.forms import ScanForm
from pb.gatherings.service import meetings, scans
from pb.gatherings.views.blueprint import blueprint
from pb.media.service.files import Received
from pb.web.access import PHOTOS, SIGNED_IN, access
from pb.web.final import ask_first
from pb.web.proof import fresh_proof
from pb.web.received import missing, needed, paper, with_file
from pb.web.requests import Response, current_act, notify, page


@blueprint.get("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/scan")
@access(SIGNED_IN)
def choose_scan(gathering_id: UUID) -> str:
    act = current_act()
    scans.require_bringing(act, meetings.get(act, gathering_id))
    return _page(act, gathering_id, ScanForm())


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/scan")
@access(
    SIGNED_IN,
    action=lazy_gettext("bring the scan of minutes that were signed on paper"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def bring_scan(gathering_id: UUID) -> Response:
    return with_file(
        ScanForm().paper,
        paper,
        lambda act, scan, fault: _brought(act, gathering_id, scan, fault),
        lambda act: scans.require_bringing(act, meetings.get(act, gathering_id)),
    )


def _brought(act: Act, gathering_id: UUID, scan: Received | None, fault: FieldRefusal | None) -> Response:
    form = ScanForm()

    def put() -> bool:
        scans.bring(act, meetings.get(act, gathering_id), needed(scan, fault))
        return True

    if form.submit(put, faults=lambda: missing(scan, fault)) is None:
        return _page(act, gathering_id, form), 422
    notify(_("The scan is taken in, its digest stands in the log. Another person compares and confirms it."))
    return redirect(url_for("gatherings.show_minutes", gathering_id=gathering_id))


@blueprint.post("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/scan-confirmation")
@access(SIGNED_IN, action=lazy_gettext("confirm the scan of minutes that somebody else brought"))
@fresh_proof("gatherings.show_minutes")
def confirm_scan(gathering_id: UUID) -> Response:
    act = current_act()
    gathering = meetings.get(act, gathering_id)
    told = [
        _("You have looked at the scan: it is of the file that stands here, every sheet of it."),
        _("Chair and secretary have both signed it by hand."),
        _("Then the minutes are confirmed, and nothing in them changes any more."),
    ]
    ask = ask_first(_("Confirm this scan?"), told, _("Confirm the scan")) if scans.may_confirm(act, gathering) else None
    if ask is not None:
        return ask
    scans.confirm(act, gathering, request.form.get("scan", ""))
    notify(_("You confirmed the scan: the minutes are confirmed."))
    return redirect(url_for("gatherings.show_minutes", gathering_id=gathering_id))


def _page(act: Act, gathering_id: UUID, form: ScanForm) -> str:
    return page("gatherings/scan.html", gathering=meetings.get(act, gathering_id), form=form)
