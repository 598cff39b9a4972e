"""The page of a project while it is voted on leads to the ballot, and no longer than voting goes on."""

from datetime import timedelta

import pytest
from flask import Flask

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.proposals.service import proposals
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


def test_what_the_office_takes_off_a_project_is_told_on_the_ballot_and_on_the_polls_page(
    opened: OpenPoll, app: Flask
) -> None:
    removed = "proposal.attachment_removed"
    reason = {"why": "person", "reason": "Көрінеді: баланың беті.", "language": "kk"}
    with opened.act(Role.OFFICE) as act:
        first, second = proposals.public(act, opened.rows(act)[0])[:2]
        for project, phase in ((first, "voting"), (second, "review")):
            data = {"number": project.number, "kind": "picture", "phase": phase, **reason}
            audit.record(act, removed, subject=project.id, data=data)
    for address in (opened.path, f"{opened.path}/vote"):
        page = english(app).get(address).text
        assert "Project № 1, " in page
        assert "took a picture away." in page
        assert 'It shows a person who did not agree. <span lang="kk">Көрінеді: баланың беті.</span>' in page
        assert "Project № 2, " not in page, "what went before the vote stood on no ballot"
