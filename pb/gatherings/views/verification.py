"""Where everybody verifies minutes: their digest, who signed, and whether a file at hand is this very one."""

import hashlib
from uuid import UUID

from flask import request
from flask_babel import lazy_gettext

from pb.gatherings.forms.minutes import ComparisonForm
from pb.gatherings.models import Minutes
from pb.gatherings.service import corrections, minutes, scans, signing, verification
from pb.gatherings.service.verification import Match
from pb.gatherings.views.blueprint import blueprint
from pb.gatherings.views.records import record_of
from pb.identity.service.roles import LABELS as ROLE_LABELS
from pb.media.models import LARGEST_PAPER
from pb.web.access import EVERYBODY, KILOBYTE, access
from pb.web.requests import Response, current_act, keys, page, settings

LARGEST_BODY = LARGEST_PAPER + 64 * KILOBYTE
"""The largest paper, and the form around it."""
MATCHES = {
    Match.THESE: ("good", lazy_gettext("It is this very file.")),
    Match.SCAN: ("good", lazy_gettext("It is the scan of these minutes.")),
    Match.EARLIER: ("warning", lazy_gettext("It is an earlier version: the minutes were drawn up again after it.")),
    Match.OTHER: ("bad", lazy_gettext("It is another file: at least one byte differs.")),
}


@blueprint.route("/<okrug:okrug>/meetings/<number:gathering_id>/minutes/verify", methods=["GET", "POST"])
@blueprint.route(
    "/<okrug:okrug>/meetings/<number:gathering_id>/minutes/corrections/<int:correction>/verify", methods=["GET", "POST"]
)
@access(EVERYBODY, reads=True, largest_body=LARGEST_BODY)
def verify_minutes(gathering_id: UUID, correction: int | None = None) -> Response:
    """By POST a file is compared: it is hashed, and nothing of it stays."""
    act = current_act()
    row = record_of(act, gathering_id, correction)
    form = ComparisonForm()
    sent = request.method == "POST"
    digest = hashlib.sha256(form.file.data.read()).hexdigest() if sent and form.validate() else None
    signatures = [
        (one, verification.days_of(one), verification.standing(act, settings(), keys(), row, one))
        for one in signing.of_minutes(act, row)
        if one.kind == signing.FILE
    ]
    shown = page(
        "gatherings/verify.html",
        gathering=row.gathering,
        minutes=row,
        which=correction,
        paper=minutes.paper_of(act, row),
        scan=scans.of(act, row),
        hands=scans.hands(act, row),
        corrected=corrections.told(act, row) if isinstance(row, Minutes) else [],
        signatures=signatures,
        role_labels=ROLE_LABELS,
        form=form,
        digest=digest,
        match=MATCHES[verification.compare(act, row, digest)] if digest is not None else None,
    )
    return (shown, 422) if sent and digest is None else shown
