"""A proxy that nobody named is noticed, and no stranger's header is taken for one."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from structlog.testing import capture_logs

from pb.db import Database
from pb.settings import MARK_SECONDS, Settings
from pb.web import forwarded
from tests.conftest import english, make_app

THROUGH_PROXY = {"X-Forwarded-For": "203.0.113.7"}
Later = Callable[[float], None]


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Lets time pass, and has few requests be enough."""
    passed = 0.0
    begun = time.monotonic

    def pass_by(seconds: float) -> None:
        nonlocal passed
        passed += seconds

    monkeypatch.setattr(forwarded, "REQUESTS", 5)
    monkeypatch.setattr(forwarded, "monotonic", lambda: begun() + passed)
    return pass_by


def come(app: Flask, times: int, headers: dict[str, str]) -> list[str]:
    """So many requests; what was told of it in the log."""
    client = english(app)
    with capture_logs() as lines:
        for _time in range(times):
            client.get("/guide", headers=headers)
    return [json.dumps(line) for line in lines if line["event"] == "forwarded_address_not_believed"]


def an_hour_of(app: Flask, later: Later, headers: dict[str, str]) -> list[str]:
    told = come(app, 5, headers)
    later(forwarded.SECONDS)
    return told + come(app, 5, headers)


def test_a_proxy_through_which_all_come_is_told_once_in_the_log_and_by_the_doctor(
    settings: Settings, database: Database, later: Later
) -> None:
    app = make_app(settings, database)
    told = an_hour_of(app, later, THROUGH_PROXY) + an_hour_of(app, later, THROUGH_PROXY)
    assert len(told) == 1
    assert "203.0.113" not in told[0]
    assert settings.forwarded_unbelieved
    assert not replace(settings, proxies=1).forwarded_unbelieved


def test_a_proxy_that_is_named_is_not_looked_for(settings: Settings, database: Database, later: Later) -> None:
    assert not an_hour_of(make_app(replace(settings, proxies=1), database), later, THROUGH_PROXY)
    assert not settings.forwarded_mark.exists()


def test_a_passer_by_makes_no_warning(settings: Settings, database: Database, later: Later) -> None:
    """Played: one request with the header, and the doctor warned until somebody deleted a file."""
    app = make_app(settings, database)
    assert not come(app, 50, THROUGH_PROXY), "in a moment"
    for _hour in range(3):
        later(forwarded.SECONDS)
        assert not come(app, 5, {})
        assert not come(app, 50, THROUGH_PROXY)
    assert not settings.forwarded_unbelieved


def test_a_warning_ends_with_the_first_who_comes_without_a_proxy(
    settings: Settings, database: Database, later: Later
) -> None:
    """Whichever process that one comes to."""
    an_hour_of(make_app(settings, database), later, THROUGH_PROXY)
    assert settings.forwarded_unbelieved
    come(make_app(settings, database), 1, {})
    assert not settings.forwarded_unbelieved


def test_a_warning_of_a_server_to_which_nobody_comes_ends_too(
    settings: Settings, database: Database, later: Later
) -> None:
    an_hour_of(make_app(settings, database), later, THROUGH_PROXY)
    long_ago = time.time() - MARK_SECONDS - 1
    os.utime(settings.forwarded_mark, (long_ago, long_ago))
    assert not settings.forwarded_unbelieved
