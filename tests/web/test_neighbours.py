"""Who shares an address with a flood keeps a way; whoever holds many addresses has no more ways than others."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from pb import clock
from pb.act import Role
from pb.db import Database
from pb.identity.models import Person
from pb.identity.service import accounts
from pb.settings import Settings
from pb.web import guesses, limits
from tests.conftest import english, make_app
from tests.polls.open_poll import OpenPoll
from tests.village import PASSWORD, Village, invented_iin
from tests.web.test_limits import at, sign_in
from tests.web.test_shares import OBJECTION, bound_device

RESIDENT_IIN = invented_iin(1 + list(Role).index(Role.RESIDENT)).text
HERE = "203.0.113.7"


@pytest.fixture
def app(settings: Settings, database: Database) -> Flask:
    """With limits, as it is served."""
    return make_app(replace(settings, limits=True), database)


@pytest.fixture(autouse=True)
def _sparing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shares that a test fills quickly."""
    monkeypatch.setattr(limits.WRITING, "rate", "2 per day")
    monkeypatch.setattr(limits.REFUSED_WRITING, "rate", "3 per hour")
    monkeypatch.setattr(guesses.FROM_A_NETWORK, "rate", "3 per 10 minutes")


@pytest.fixture(autouse=True)
def traveller() -> Iterator[time_machine.Traveller]:
    """Time stands still until a test moves it."""
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


def wrong(app: Flask, number: int, address: str) -> int:
    return sign_in(english(app), invented_iin(1_000 + number).text, "a wrong password", address).status_code


# Writing


def test_who_writes_much_leaves_the_neighbours_one_more_every_few_minutes_and_the_desk(
    app: Flask, opened: OpenPoll, traveller: time_machine.Traveller
) -> None:
    """Played: 100 requests about the roll, and who was missing on it was told "Try again in: 24 hours", and no more."""
    path = f"{opened.path}/objections"
    statuses = [english(app).post(path, data=OBJECTION, environ_base=at(HERE)).status_code for _time in range(4)]
    assert statuses == [200, 200, 200, 429], "the third is the first of those that trickle"
    answer = english(app).post(path, data=OBJECTION, environ_base=at(HERE))
    assert int(answer.headers["Retry-After"]) <= 15 * 60
    assert "tell it in person at the akimat, or bring it there on paper" in answer.text
    kazakh = app.test_client()
    told = kazakh.post(f"{path}?lang=kk", data=OBJECTION, environ_base=at(HERE)).text
    assert "әкім аппаратына келіп айтыңыз немесе қағазға жазып әкеліп беріңіз" in told
    traveller.shift(timedelta(minutes=16))
    statuses = [english(app).post(path, data=OBJECTION, environ_base=at(HERE)).status_code for _time in range(2)]
    assert statuses == [200, 429]


def test_a_customer_with_65_536_networks_has_three_shares_of_what_is_written(
    app: Flask, opened: OpenPoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played: 2,700 objections a minute from 40 networks of one /48."""
    monkeypatch.setattr(limits.WRITING, "trickle", "")
    path = f"{opened.path}/objections"

    def object_from(address: str) -> int:
        return english(app).post(path, data=OBJECTION, environ_base=at(address)).status_code

    assert [object_from(f"2001:db8:1:{number:x}::1") for number in range(8)] == [200] * 6 + [429] * 2
    assert object_from("2001:db8:2:1::1") == 200, "another customer of the same provider"
    assert [object_from(f"198.51.100.{number}") for number in range(8)] == [200] * 6 + [429] * 2
    assert object_from("198.51.7.1") == 200


def test_what_is_refused_counts_too_and_not_for_who_shows_a_proof(
    app: Flask, opened: OpenPoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits.REFUSED_WRITING, "trickle", "")
    path = f"{opened.path}/objections"
    device = bound_device(app, opened)
    empty = [english(app).post(path, data={"text": ""}, environ_base=at(HERE)) for _time in range(4)]
    assert [answer.status_code for answer in empty] == [422] * 3 + [429]
    assert int(empty[-1].headers["Retry-After"]) <= 3600
    assert device.post(path, data=OBJECTION, environ_base=at(HERE)).status_code == 200
    assert english(app).post(path, data=OBJECTION, environ_base=at("192.0.2.1")).status_code == 200


# Passwords


def test_behind_an_address_that_guesses_a_neighbour_signs_in_within_seconds(
    app: Flask, okrug: Village, traveller: time_machine.Traveller
) -> None:
    """Played: 200 wrong passwords; a neighbour on a new browser was told to wait for ten minutes, again and again."""
    with okrug.act_as() as act:
        accounts.set_password(act, act.session.get_one(Person, okrug.people[Role.RESIDENT].id), PASSWORD)
    assert [wrong(app, number, HERE) for number in range(5)] == [422] * 4 + [429]
    answer = sign_in(english(app), RESIDENT_IIN, PASSWORD, HERE)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 5
    traveller.shift(timedelta(seconds=6))
    assert sign_in(english(app), RESIDENT_IIN, PASSWORD, HERE).status_code == 302


def test_at_an_account_that_is_guessed_at_nobody_tries_more_for_it(
    app: Flask, okrug: Village, traveller: time_machine.Traveller
) -> None:
    with okrug.act_as() as act:
        accounts.set_password(act, act.session.get_one(Person, okrug.people[Role.RESIDENT].id), PASSWORD)
    for _time in range(3):
        assert sign_in(english(app), RESIDENT_IIN, "a wrong password", HERE).status_code == 422
    traveller.shift(timedelta(seconds=6))
    answer = sign_in(english(app), RESIDENT_IIN, PASSWORD, HERE)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 60
    assert sign_in(english(app), RESIDENT_IIN, PASSWORD, "192.0.2.1").status_code == 302, "and from elsewhere as before"


@pytest.mark.usefixtures("okrug")
def test_wrong_passwords_of_a_customer_with_65_536_networks_count_together(app: Flask) -> None:
    statuses = [wrong(app, number, f"2001:db8:1:{number:x}::1") for number in range(15)]
    assert statuses == [422] * (9 + 3) + [429] * 3, "three shares, and three that trickle"
    assert wrong(app, 20, "2001:db8:2:1::1") == 422
