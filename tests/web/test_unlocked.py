"""The one write lock is for what writes: what strangers send and is not taken never holds it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb.act import Role
from pb.db import Database
from pb.identity.models import AccountSession
from pb.settings import Settings
from pb.voting.models import Objection
from pb.web import limits
from tests.conftest import english, make_app
from tests.polls.open_poll import OpenPoll
from tests.sessions import session_of
from tests.web.test_sent_forms import token_of
from tests.web.test_shares import A_REQUEST, OBJECTION, bound_device

REFUSED = [
    ("/objections", {"text": ""}),
    ("/objections", {"text": "x" * 3_000}),
    ("../roll/requests/new", {}),
    ("../roll/requests/new", {**A_REQUEST, "settlement": "Nowhere"}),
    ("../roll/requests/answer", {"number": "7", "secret": "AAAA-AAAA-AAAA"}),
    ("/kiosk/end", {"code": ""}),
]


@pytest.fixture
def units(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each unit of work that was begun, whether it took the lock."""
    begun: list[bool] = []
    work = Database.work

    @contextmanager
    def watched(self: Database, *, writing: bool = True) -> Iterator[Session]:
        begun.append(writing)
        with work(self, writing=writing) as session:
            yield session

    monkeypatch.setattr(Database, "work", watched)
    return begun


def address(opened: OpenPoll, path: str) -> str:
    return f"{opened.path.removesuffix('/poll')}{path[2:]}" if path.startswith("..") else f"{opened.path}{path}"


@pytest.mark.parametrize(("path", "typed"), REFUSED)
@pytest.mark.both_databases
def test_what_is_refused_takes_no_lock(
    app: Flask, opened: OpenPoll, units: list[bool], path: str, typed: dict[str, Any]
) -> None:
    """Played: 28 empty objections a second, and everybody's writing waited for fourteen seconds."""
    client = bound_device(app, opened) if "kiosk" in path else english(app)
    form = client.get(address(opened, path.replace("/answer", "/new")))
    units.clear()
    assert client.post(address(opened, path), data={**typed, "form_token": token_of(form)}).status_code == 422
    assert units
    assert not any(units)


def test_signing_out_without_a_session_takes_no_lock(app: Flask, opened: OpenPoll, units: list[bool]) -> None:
    client = english(app)
    client.get(f"{opened.path}/vote")
    units.clear()
    assert client.post("/sign-out").status_code == 302
    assert units == [False]


def test_a_session_that_is_there_ends_all_the_same(app: Flask, opened: OpenPoll) -> None:
    """The first run has no lock: what it did to the cookie is forgotten before the second one."""
    client = english(app)
    with opened.database.work() as work, client.session_transaction() as session:
        session.update(session_of(work, opened.person_id(Role.CLERK)))
    assert client.post("/sign-out").status_code == 302
    with opened.database.work(writing=False) as work:
        assert all(row.ended_at is not None for row in work.scalars(select(AccountSession)))
    with client.session_transaction() as session:
        assert "_user_id" not in session


@pytest.mark.both_databases
def test_what_is_taken_is_written_once_with_the_lock(app: Flask, opened: OpenPoll, units: list[bool]) -> None:
    client = english(app)
    form = client.get(f"{opened.path}/objections")
    sent = {**OBJECTION, "form_token": token_of(form)}
    units.clear()
    assert client.post(f"{opened.path}/objections", data=sent).status_code == 200
    assert units.count(True) == 1
    assert client.post(f"{opened.path}/objections", data=sent).status_code == 302, "two taps are one deed"
    assert client.post(f"{opened.path}/objections", data={**sent, "text": "Another."}).status_code == 409
    with opened.database.work(writing=False) as work:
        assert work.scalar(select(func.count()).select_from(Objection)) == 1


@pytest.mark.both_databases
def test_a_form_that_was_sent_before_takes_no_lock(app: Flask, opened: OpenPoll, units: list[bool]) -> None:
    """Played: one objection sent again by sixteen threads, 851 times in 14 seconds, each time with the lock."""
    client = english(app)
    path = f"{opened.path}/objections"
    sent = {**OBJECTION, "form_token": token_of(client.get(path))}
    changed = {**sent, "text": "Another."}
    assert client.post(path, data=sent).status_code == 200
    units.clear()
    assert client.post(path, data=sent).status_code == 302
    assert client.post(path, data=changed).status_code == 409
    assert units
    assert not any(units)


def test_a_form_that_is_sent_again_and_again_is_refused_in_the_end_and_keeps_nobody_else_out(
    settings: Settings, database: Database, opened: OpenPoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played: one objection 340 times in four seconds, and nobody else of that network could send their first."""
    monkeypatch.setattr(limits.REFUSED_WRITING, "rate", "3 per hour")
    monkeypatch.setattr(limits.REFUSED_WRITING, "trickle", "")
    monkeypatch.setattr(limits.SENT_AGAIN, "rate", "3 per hour")
    served = make_app(replace(settings, limits=True), database)
    client, neighbour = english(served), english(served)
    path = f"{opened.path}/objections"
    sent = {**OBJECTION, "form_token": token_of(client.get(path))}
    assert [client.post(path, data=sent).status_code for _time in range(5)] == [200, 302, 302, 302, 429]
    first = {**OBJECTION, "form_token": token_of(neighbour.get(path))}
    assert neighbour.post(path, data=first).status_code == 200


def test_refusals_are_answered_while_somebody_else_has_the_lock(app: Flask, opened: OpenPoll) -> None:
    url = opened.database.engine.url
    if url.get_backend_name() != "sqlite":
        pytest.skip("PostgreSQL has no lock of the whole")
    client = english(app)
    other = sqlite3.connect(Path(str(url.database)), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    assert client.post(f"{opened.path}/objections", data={"text": ""}).status_code == 422
    assert time.monotonic() - began < 5, "with the lock it waits for ten seconds and is told that the server is busy"
    other.close()
