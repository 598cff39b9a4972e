"""Minutes that do not say what was drawn up are neither confirmed nor printed, and are named."""

import pytest

from pb.errors import Conflict
from pb.gatherings.service import holding, integrity, minutes
from tests.gatherings.test_holding import opened, raised
from tests.village import Okrug


def test_another_text_with_its_own_digest_is_refused_and_named(okrug: Okrug) -> None:
    office, meeting = opened(okrug)
    holding.record_votes(office, meeting, meeting.questions[0], raised(meeting, 5))
    row = minutes.draw_up(office, meeting, remarks="Lamps.")
    assert not integrity.differ(office, row)
    assert integrity.faults(office) == []
    true, digest = row.body, row.sha256
    forged = {**true, "remarks": "Stop"}
    for body, sha256, remarks in (
        (forged, minutes.fingerprint(forged), "Stop"),
        (forged, digest, "Stop"),
        (true, digest, "Stop"),
        (true, "0" * 64, "Lamps."),
    ):
        with office.session.no_autoflush:  # triggers refuse it: as a database without them would read
            row.body, row.sha256, row.remarks = body, sha256, remarks
            assert integrity.differ(office, row)
            with pytest.raises(Conflict):
                integrity.refuse(office, row)
            assert integrity.differ(office, row)
        office.session.expire(row)
    assert integrity.faults(office) == []
