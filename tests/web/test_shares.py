"""A share is used up by what it is for alone, and whoever a flood may not stop has one of their own."""

import inspect
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from structlog.testing import capture_logs

from pb.act import Role
from pb.db import Database
from pb.settings import Settings
from pb.territory.service.addresses import Place
from pb.web import limits, places
from tests.conftest import english, make_app
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.sessions import session_of
from tests.village import SETTLEMENTS, invented_iin

OBJECTION = {"text": "Somebody used my card.", "contact": "8 701"}
A_REQUEST = {
    "kind": "missing",
    "iin": invented_iin(901).text,
    "name": "Invented Villager",
    "settlement": SETTLEMENTS[0],
    "contact": "8 701",
}


@pytest.fixture
def app(settings: Settings, database: Database) -> Flask:
    """With limits, as it is served."""
    return make_app(replace(settings, limits=True), database)


@pytest.fixture
def sparing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shares that a test fills quickly."""
    monkeypatch.setattr(limits.VOTING, "rate", "3 per minute")
    monkeypatch.setattr(limits.WRITING, "rate", "3 per day")
    monkeypatch.setattr(limits.WRITING, "trickle", "")
    monkeypatch.setattr(limits.OWN, "rate", "3 per minute")
    monkeypatch.setattr(limits.OWN_WRITING, "rate", "2 per day")


def at(address: str) -> dict[str, str]:
    return {"REMOTE_ADDR": address}


def bound_device(app: Flask, opened: OpenPoll) -> LintingClient:
    """A device that the clerk set up for voting by others."""
    device = english(app)
    with opened.database.work() as work, device.session_transaction() as session:
        session.update(session_of(work, opened.person_id(Role.CLERK)))
    assert device.post(f"{opened.path}/kiosk", data={"code": "kitchen 7"}).status_code == 302
    return device


def test_empty_forms_take_nothing_from_whoever_writes(
    app: Flask,
    opened: OpenPoll,
    sparing: None,  # noqa: ARG001 - a fixture
) -> None:
    """Played: a hundred empty forms, and for a day nobody at the address could object, in no okrug."""
    path = f"{opened.path}/objections"
    statuses = [english(app).post(path, data={"text": ""}).status_code for _time in range(10)]
    assert statuses == [422] * 10
    assert [english(app).post(path, data=OBJECTION).status_code for _time in range(4)] == [200] * 3 + [429]
    answer = english(app).post(f"{opened.path.removesuffix('/poll')}/roll/requests/new", data=A_REQUEST)
    assert answer.status_code == 200, "what is written of one kind takes nothing from another"


def test_each_place_has_a_share_of_what_is_written(app: Flask) -> None:
    """The counter of one okrug stopped the writing in all others of the server."""
    shares = set()
    for place in range(2):
        with app.test_request_context("/", environ_base=at("192.0.2.1")):
            places.known().place = Place(id=UUID(int=place), slug=f"place-{place}")
            shares.add(limits._share_with_room(lambda: None)[1])
    assert len(shares) == 2


def test_a_bound_device_has_a_share_of_its_own(
    app: Flask,
    opened: OpenPoll,
    sparing: None,  # noqa: ARG001 - a fixture
) -> None:
    path = f"{opened.path}/objections"
    device = bound_device(app, opened)
    for _time in range(3):
        english(app).post(path, data=OBJECTION)
    assert english(app).post(path, data=OBJECTION).status_code == 429
    others = [OBJECTION | {"text": f"Something went wrong, {number}."} for number in range(3)]
    assert [device.post(path, data=other).status_code for other in others] == [200, 200, 429]
    with device.session_transaction() as session:
        session["kiosk"] = {**session["kiosk"], "name": "another", "poll": "another"}
    assert device.post(path, data=OBJECTION).status_code == 429, "and only for the poll it was set up for"


def test_a_neighbour_does_not_keep_a_device_from_being_ended(app: Flask, opened: OpenPoll) -> None:
    """Played: twenty codes of a stranger at the same address, and the clerk's right one was refused."""
    device = bound_device(app, opened)
    end = f"{opened.path}/kiosk/end"
    for _time in range(25):
        assert english(app).post(end, data={"code": "x"}).status_code != 429
        assert device.post(end, data={"code": ""}).status_code == 422, "nothing was looked at"
    assert device.post(end, data={"code": "kitchen 7"}).status_code == 302


def test_a_device_gives_its_code_away_to_nobody_who_tries_them_all(app: Flask, opened: OpenPoll) -> None:
    device = bound_device(app, opened)
    statuses = [
        device.post(
            f"{opened.path}/kiosk/end", data={"code": f"wrong {n}"}, environ_base=at(f"192.0.2.{n}")
        ).status_code
        for n in range(21)
    ]
    assert statuses == [422] * 20 + [429]


def test_a_page_that_is_read_takes_nothing_from_who_sends(
    app: Flask, opened: OpenPoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played: sixty times the page with the form, and nobody at the address could look a key up."""
    monkeypatch.setattr(limits.KEY_LOOK_UPS, "rate", "3 per minute")
    monkeypatch.setattr(limits.CODE_LOOK_UPS, "rate", "3 per minute")
    monkeypatch.setattr(limits.OWN, "rate", "3 per minute")
    keys, voter = f"{opened.path}/keys", english(app)
    assert opened.sign_in(voter, 0).status_code == 200
    assert [english(app).get(keys).status_code for _time in range(10)] == [200] * 10
    assert [english(app).post(keys, data={"key": ""}).status_code for _time in range(4)] == [422] * 3 + [429]
    assert english(app).get(keys).status_code == 200
    assert voter.post(keys, data={"key": ""}).status_code == 422, "whoever showed a card has a share"
    shuffles, browser = f"{opened.path}/shuffles", {"Accept": "text/html"}
    assert [english(app).get(shuffles, headers=browser).status_code for _time in range(10)] == [200] * 10
    assert app.test_client().get(shuffles).status_code != 429


def test_who_may_be_limited_by_others_has_a_proof_to_show() -> None:
    """Each limit of a network names what passes it: `limited` takes no call without one."""
    for of_network in (limits.limited, limits.limited_writing):
        assert inspect.signature(of_network).parameters["proof"].default is inspect.Parameter.empty


# A Redis that is away


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0", "unix:///nowhere/redis.sock"])
def test_while_redis_is_away_people_vote_and_limits_stand(
    settings: Settings,
    database: Database,
    opened: OpenPoll,
    sparing: None,  # noqa: ARG001 - a fixture
    address: str,
) -> None:
    """Played: Redis stopped, and showing a card, casting and signing in were answered by 500."""
    app = make_app(replace(settings, limits=True, redis_url=address), database)
    voter, flood = english(app), english(app)
    wrong = {"iin": invented_iin(77).text, "password": "a wrong password"}
    with capture_logs() as lines:
        assert opened.sign_in(voter, 0).status_code == 200
        assert opened.cast(voter, opened.ballot(0, 0)).status_code == 201
        assert flood.post("/sign-in", data=wrong).status_code == 422
        statuses = [opened.sign_in(flood, 1, iin=invented_iin(77).text).status_code for _time in range(3)]
    assert statuses == [403, 429, 429]
    assert [line["event"] for line in lines].count("redis_away") == 1, "and it is told once in a while"
