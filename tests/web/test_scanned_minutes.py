"""Minutes signed on paper, page by page: the office brings the scan, the auditor looks at it and confirms it."""

from io import BytesIO

import typst

from pb.act import Role
from pb.gatherings.models import Gathering
from pb.gatherings.service import meetings, scans
from pb.media.models import State
from tests.conftest import SignIn
from tests.village import Village
from tests.web.form_calls import printed_minutes
from tests.web.meetings_held import seat_assembly


def test_the_office_brings_a_scan_and_the_auditor_confirms_it(okrug: Village, sign_in: SignIn) -> None:
    seat_assembly(okrug)
    page = f"{printed_minutes(okrug)}/minutes"
    office, auditor = sign_in(Role.OFFICE), sign_in(Role.AUDITOR)
    assert f'{page}/scan"' in office.get(page).text
    assert office.post(f"{page}/scan", data={}).status_code == 422
    signed = bytes(typst.compile(b"Signed by both"))
    assert office.post(f"{page}/scan", data={"paper": (BytesIO(signed), "scan.pdf")}).status_code == 302
    with okrug.act_as() as act:
        row = meetings.minutes_of(act, act.session.query(Gathering).one())
        scan = scans.of(act, row) if row is not None else None
        assert scan is not None
        scan.state, scan.pages, scan.size, scan.digest = State.READY, 1, len(signed), "a" * 64
        seen = {"scan": scan.sha256}
    assert "Confirm the scan" in auditor.get(page).text
    assert auditor.post(f"{page}/scan-confirmation", data=seen).status_code == 200, "asked once more"
    assert auditor.post(f"{page}/scan-confirmation", data={**seen, "confirmed": "yes"}).status_code == 302
    assert "You confirmed the scan" in auditor.get(page).text
    assert seen["scan"] in auditor.get(f"{page}/verify").text
    assert office.get(f"{page}/scan").status_code == 409
