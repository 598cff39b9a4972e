"""The address that a trustee's program calls: a person who opens it in a browser reads a page."""

from flask import Flask

from tests.conftest import english
from tests.polls.open_poll import OpenPoll

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_a_person_reads_whose_address_it_is(app: Flask, opened: OpenPoll) -> None:
    answer = english(app).get(f"{opened.path}/shuffles", headers=BROWSER)
    assert answer.status_code == 200
    assert "There is nothing to read here without one" in answer.text


def test_a_program_is_answered_in_json_as_before(app: Flask, opened: OpenPoll) -> None:
    client = english(app)
    for headers in (
        {"Accept": "application/json"},
        {**BROWSER, "Authorization": "Bearer AAAA-AAAA"},  # whoever sends a code is a program
    ):
        answer = client.get(f"{opened.path}/shuffles", headers=headers)
        assert answer.status_code == 403
        assert answer.get_json()["error"]["message"]
