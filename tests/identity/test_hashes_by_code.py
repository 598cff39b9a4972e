"""Opening an account by a code: strangers' passwords keep nobody from it, and hashing keeps nobody else waiting."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from pb.act import Role
from pb.db import Database
from pb.identity.models import Invitation, Person
from pb.identity.service import accounts, passwords
from pb.settings import Settings
from pb.web import limits
from tests.conftest import english, make_app
from tests.village import KEYS, PASSWORD, SETTLEMENTS, Village, invented_iin

NEWCOMER = invented_iin(100)
BOTH = ("/activate", "/invitation")
Typed = dict[str, str]


class Hasher:
    """Does while it hashes what the test says."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.meanwhile = meanwhile

    def hash(self, _text: str) -> str:
        self.meanwhile()
        return "hash"


def typed(okrug: Village, address: str) -> Typed:
    """A form with a right code."""
    with okrug.act_as(Role.CLERK) as act:
        if address == "/activate":
            paper = {"iin": NEWCOMER, "name": "Invented Newcomer", "settlement": SETTLEMENTS[0]}
            code = accounts.register_resident(act, KEYS, **paper)
        else:
            code = accounts.invite(act, act.session.get_one(Person, okrug.people[Role.AKIM].id))
    return {"iin": NEWCOMER.text, "code": code, "password": PASSWORD, "repeated": PASSWORD}


def no_hash() -> None:
    pytest.fail("a password was hashed")


@pytest.mark.parametrize("address", BOTH)
def test_a_wrong_code_costs_no_hash(app: Flask, okrug: Village, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    form = {**typed(okrug, address), "code": "AAAA-AAAA-AAAA"}
    monkeypatch.setattr(passwords, "_hasher", Hasher(no_hash))
    assert english(app).post(address, data=form).status_code == 422


@pytest.mark.both_databases
@pytest.mark.parametrize("address", BOTH)
def test_while_the_password_of_a_right_code_is_hashed_others_write(
    app: Flask, okrug: Village, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """It was hashed in the transaction that writes, and everybody's ballots waited for it."""
    form, seen = typed(okrug, address), []

    def write() -> None:
        with okrug.act_as() as act:
            for row in act.session.query(Invitation).with_for_update(nowait=True):
                seen.append(row.id)
                row.expires_at = row.expires_at.replace(microsecond=1)

    monkeypatch.setattr(passwords, "_hasher", Hasher(write))
    assert english(app).post(address, data=form).status_code == 302
    assert seen


@pytest.mark.parametrize("address", BOTH)
def test_whoever_has_a_right_code_waits_behind_no_strangers(
    app: Flask, okrug: Village, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    form = typed(okrug, address)
    monkeypatch.setattr(passwords, "LONGEST_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(passwords, "_places", threading.BoundedSemaphore(1))
    with passwords._place(passwords._places):
        assert english(app).post("/sign-in", data={"iin": form["iin"], "password": PASSWORD}).status_code == 503
        assert english(app).post(address, data=form).status_code == 302


@pytest.mark.parametrize("address", BOTH)
def test_one_right_code_has_passwords_hashed_so_many_times_a_minute(
    settings: Settings, database: Database, okrug: Village, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """From whatever addresses: one invitation would fill what is kept for all who have one."""
    monkeypatch.setattr(limits.OWN, "rate", "3 per minute")
    client = english(make_app(replace(settings, limits=True), database))
    form = {**typed(okrug, address), "password": "password", "repeated": "password"}
    sent = [
        client.post(address, data=form, environ_base={"REMOTE_ADDR": f"10.0.0.{number}"}).status_code
        for number in range(4)
    ]
    assert sent == [422, 422, 422, 429]


def test_a_code_that_is_sent_twice_opens_the_account_once_and_says_so(app: Flask, okrug: Village) -> None:
    """Two taps: the second finds the code used, and is no mistake of the person."""
    form: dict[str, Any] = {**typed(okrug, "/activate"), "form_token": "t" * 43}
    taps = [english(app) for _tap in range(2)]
    taps[1].of_browser = taps[0].of_browser
    first, second = (tap.post("/activate", data=form) for tap in taps)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]


@pytest.mark.both_databases
def test_a_code_that_is_used_while_its_password_is_hashed_is_used_once(
    app: Flask, okrug: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = typed(okrug, "/activate")

    def be_quicker() -> None:
        with okrug.act_as() as act:
            accounts.activate(act, KEYS, NEWCOMER, form["code"], "hash of the first")

    monkeypatch.setattr(passwords, "_hasher", Hasher(be_quicker))
    answer = english(app).post("/activate", data=form)
    assert answer.status_code == 422
    assert "it was used" in answer.text
