"""What the pages of a meeting tell who holds it: where a device stands, whether a quorum is left, what was decided."""

from pathlib import Path

from pb.act import Role
from pb.gatherings.models import Matter
from pb.gatherings.service import devices
from pb.gatherings.service.plan import Point
from tests.gatherings.test_holding import BRIDGE, assembly
from tests.gatherings.test_left_undecided import path
from tests.pages import open_pages
from tests.village import Okrug

LAMPS = Point(Matter.OTHER, "Lamps", "ru")


def test_who_takes_the_record_over_stays_at_the_question_where_they_stood(okrug: Okrug, tmp_path: Path) -> None:
    """Played: from question 2 the device was led to question 1, and the next press voted on that."""
    secretary, meeting = assembly(okrug, BRIDGE, LAMPS)
    devices.take_over(secretary, meeting, "tablet")
    question = f"{path(meeting)}/questions/2"
    with open_pages(okrug, tmp_path) as pages:
        pages.wait_until(okrug.at)
        pages.sign_in(Role.SECRETARY)
        by_name = f"{question}?ballot=by_name"
        assert f'name="at" value="{by_name}"' in pages.get(by_name).text
        refused = pages.post(f"{question}/discussion", {"speeches": "x" * 4001}, status=422).text
        assert f'name="at" value="{question}?ballot=open"' in refused
        assert pages.post(f"{path(meeting)}/device", {"at": by_name}).headers["Location"] == by_name
        for elsewhere in ("", "https://example.org", "//example.org", f"{path(meeting)}0/agenda"):
            led = pages.post(f"{path(meeting)}/device", {"at": elsewhere}).headers["Location"]
            assert led == f"{path(meeting)}/questions/1"
