"""One whole cycle through real pages: from the first invitation to an archive that another program accepts."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import journey_before_the_vote as before
from tests.browser.journey import Visits, installed
from tests.browser.screens import Camera

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_cycle_from_the_first_idea_to_the_budget(browser: Browser, tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        visits = Visits(browser, installation)
        okrug = before.Okrug(installation, visits, Camera(tmp_path / "screens"))

        before.staff_come_by_invitation(okrug)
        before.a_link_works_once(okrug)
        before.residents_are_registered_and_activate(okrug)
        before.members_are_recorded(okrug)
        before.the_office_opens_a_cycle(okrug)
        before.residents_propose(okrug)
        before.the_office_moves_on(okrug, "Review")
        before.the_office_reviews(okrug)
        before.the_office_moves_on(okrug, "Gathering")
        before.the_assembly_validates(okrug)
        before.the_office_moves_on(okrug, "Vote")

        assert visits.faults == []
