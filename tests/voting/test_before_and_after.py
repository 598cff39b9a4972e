"""The address of cards and posters before a vote and after it: a page that says what to do, never an error."""

from datetime import timedelta

import pytest
import time_machine

from pb import clock
from pb.cycles.models import Phase
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.village import Village


@pytest.mark.parametrize("phase", [Phase.PROPOSALS, Phase.VOTING])
def test_before_there_is_a_poll_the_address_says_when_people_vote(
    okrug: Village, client: LintingClient, phase: Phase
) -> None:
    path = okrug.path(okrug.open_cycle(phase=phase))
    page = client.get(f"{path}/poll/vote")
    assert page.status_code == 200
    assert "is planned for the days after" in page.text
    assert "Keep your card." in page.text
    assert f'href="{path}/"' in page.text
    assert f'href="{path}/poll/vote"' not in page.text


@pytest.mark.parametrize("room", ["keys", "tracker"])
def test_before_there_is_a_poll_its_rooms_say_so(okrug: Village, client: LintingClient, room: str) -> None:
    page = client.get(f"{okrug.path(okrug.open_cycle())}/poll/{room}")
    assert page.status_code == 200
    assert "The vote stands here when" in page.text


def test_in_a_cycle_that_ended_without_a_vote_nobody_is_told_to_wait(okrug: Village, client: LintingClient) -> None:
    page = client.get(f"{okrug.path(okrug.open_cycle(phase=Phase.WORKS))}/poll/vote")
    assert page.status_code == 200
    assert "This cycle had no vote." in page.text
    assert "Keep your card." not in page.text


def test_after_the_vote_its_address_leads_on_and_not_to_the_vote(opened: OpenPoll, client: LintingClient) -> None:
    """Played: an error with one link, “to the vote”, though nobody votes any more."""
    with time_machine.travel(clock.now() + timedelta(hours=21), tick=False):
        led = client.get("/krasnoyar/vote")
        page = client.get(led.headers["Location"])
    assert led.headers["Location"] == f"{opened.path}/vote"
    assert page.status_code == 200
    assert "Voting ended" in page.text
    assert "See where the vote stands" in page.text
    assert "To the vote" not in page.text
