"""A stranger's flood of refusals is two lines a minute of the security log, and its numbers are right."""

from dataclasses import replace

import pytest
from flask import Flask
from structlog.testing import capture_logs

from pb.db import Database
from pb.settings import Settings
from pb.web import refusals
from tests.conftest import english, make_app
from tests.linting import LintingClient


@pytest.fixture
def app(settings: Settings, database: Database) -> Flask:
    return make_app(replace(settings, limits=True), database)


def forge(client: LintingClient, times: int, address: str = "192.0.2.1") -> None:
    for _time in range(times):
        client.post("/sign-out", data={"csrf_token": "x"}, token=False, environ_base={"REMOTE_ADDR": address})


def test_a_flood_of_wrong_tokens_is_two_lines(app: Flask) -> None:
    """Played: 203 lines a second of one thread, and the journal dropped the lines of others."""
    with capture_logs() as lines:
        forge(english(app), 50)
        forge(english(app), 1, "192.0.2.2")
        app.extensions["refusals"].sum_up(all_of_them=True)
    told = [line for line in lines if line.get("security")]
    assert [line["event"] for line in told] == ["token_refused", "token_refused", "refused_again"]
    assert (told[-1]["of"], told[-1]["number"]) == ("token_refused", 49)
    assert "192.0.2" not in str(told)


def test_a_minute_later_it_is_told_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "SECONDS", -1.0)
    with capture_logs() as lines:
        forge(english(app), 3)
    assert [line["event"] for line in lines if line.get("security")] == ["token_refused"] * 3


def test_a_flood_of_full_shares_is_two_lines(app: Flask) -> None:
    with capture_logs() as lines:
        for _time in range(30):
            english(app).post("/prove", data={"password": "x"})
        app.extensions["refusals"].sum_up(all_of_them=True)
    told = [line for line in lines if line.get("security")]
    assert [line["event"] for line in told] == ["refused", "refused_again"]
    assert told[-1]["number"] == 19


def test_thousands_of_networks_are_few_lines_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST", 5)
    client = english(app)
    with capture_logs() as lines:
        for number in range(40):
            forge(client, 1, f"192.0.2.{number}")
        app.extensions["refusals"].sum_up(all_of_them=True)
    told = [line for line in lines if line.get("security")]
    assert len(told) == 7
    assert told[-1]["number"] == 34


def test_a_file_that_is_not_there_is_not_kept_for_a_year(app: Flask) -> None:
    """Played: what was missing for a moment stayed so in every cache."""
    client = english(app)
    assert "immutable" in client.get("/static/0123/css/asar.css").headers["Cache-Control"]
    missing = client.get("/static/0123/css/none.css")
    assert missing.status_code == 404
    assert missing.headers["Cache-Control"] == "no-store"
