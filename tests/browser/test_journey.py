"""One whole cycle through real pages: from the first invitation to an archive that another program accepts."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import journey_after_the_vote as after
from tests.browser import journey_before_the_vote as before
from tests.browser import journey_of_the_people as people
from tests.browser import journey_of_the_vote as during
from tests.browser import journey_to_the_opening as opening
from tests.browser.journey import Visits, installed
from tests.browser.screens import Camera

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_cycle_from_the_first_idea_to_the_budget(browser: Browser, tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        visits = Visits(browser, installation)
        okrug = people.Okrug(installation, visits, Camera(tmp_path / "screens"))
        vote = opening.Vote(okrug, tmp_path)

        people.staff_come_by_invitation(okrug)
        people.a_link_works_once(okrug)
        people.residents_are_registered_and_activate(okrug)
        people.members_are_recorded(okrug)
        before.the_office_opens_a_cycle(okrug)
        before.residents_propose(okrug)
        before.the_office_moves_on(okrug, "Review")
        before.the_office_reviews(okrug)
        before.the_office_moves_on(okrug, "Gathering")
        before.the_assembly_validates(okrug)
        before.the_office_moves_on(okrug, "Vote")

        opening.the_registrar_imports_the_roll(vote)
        opening.the_registrar_makes_cards(vote)
        opening.the_clerk_hands_cards_over(vote)
        opening.trustees_make_and_confirm_keys(vote)
        opening.the_seed_is_drawn_and_minuted(vote)
        opening.the_office_opens_the_vote(vote)
        opening.the_registrar_confirms_the_published_list(vote)
        during.the_first_voter_votes(vote)
        during.a_second_attempt_shows_the_receipt_and_how_to_object(vote)
        during.a_voter_without_the_right_card_learns_nothing(vote)
        during.a_voter_votes_at_the_shared_device(vote)
        during.others_vote(vote)
        during.anybody_finds_a_tracker(vote)
        during.the_vote_ends_by_itself(vote)
        during.trustees_decrypt(vote)
        during.the_result_is_published(vote)

        after.the_commission_checks(vote)
        after.the_assembly_adopts(vote)
        after.winners_become_budget_lines(vote)
        after.the_auditor_checks_everything(vote)
        after.public_pages_are_taken(vote)
        assert visits.faults == []
        for context in browser.contexts:
            context.close()
        after.another_program_accepts_the_archive(tmp_path)
