"""The page of a project while it is voted on leads to the ballot, and no longer than voting goes on."""

from datetime import timedelta

import pytest
from flask import Flask

from pb import clock
from tests.conftest import english
from tests.polls.open_poll import OpenPoll


def test_a_project_on_the_ballot_leads_to_it(opened: OpenPoll, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client, address = english(app), f"{opened.demo.path}/proposals/1"
    page = client.get(address).text
    following = page.partition('id="next"')[2].partition("</section>")[0]
    assert ">On the ballot</span>" in page
    assert f'href="{opened.path}/vote" data-closes' in following
    listed = client.get(f"{opened.demo.path}/proposals").text
    assert f'href="{opened.path}/vote" data-closes' in listed
    for told in (following, listed):
        assert f'href="{opened.path}" data-closed hidden>See what comes after the vote' in told, "at the last second"
    later = clock.now() + timedelta(days=60)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert f'href="{opened.path}/vote"' not in client.get(address).text
