"""This installation answers under its own name alone, and its cookies go nowhere else."""

from dataclasses import replace

import pytest
from flask import Flask

from pb.act import Role
from pb.db import Database
from pb.identity.models import Person
from pb.identity.service import accounts
from pb.settings import Settings
from tests.conftest import english, make_app
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.village import PASSWORD, Village, invented_iin

OURS = "https://asar.example.kz"


@pytest.fixture
def production(settings: Settings, database: Database, okrug: Village) -> LintingClient:
    assert okrug
    app = make_app(replace(settings, production=True, base_url=OURS), database)
    client = app.test_client()
    assert isinstance(client, LintingClient)
    return client


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "asar.example.kz.elsewhere.example", "127.0.0.1", "localhost", "x@y", ""]
)
@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing-here"])
def test_a_foreign_host_is_refused_and_never_printed(production: LintingClient, host: str, path: str) -> None:
    answer = production.application.test_client(use_cookies=False).get(
        path, base_url=OURS, headers={"Host": host, "X-Forwarded-Host": host}
    )
    assert answer.status_code == 400
    if host:
        assert f"//{host}" not in answer.text
    assert OURS in answer.text


@pytest.mark.parametrize(
    ("language", "words"), [("kk", "өз мекенжайында"), ("ru", "только по своему адресу"), ("en", "its own address")]
)
def test_the_refusal_is_in_the_readers_language(production: LintingClient, language: str, words: str) -> None:
    answer = production.get(f"/?lang={language}", base_url=OURS, headers={"Host": "elsewhere.example"})
    assert words in answer.text


def test_our_own_host_answers_with_and_without_a_port(production: LintingClient) -> None:
    for host in ("asar.example.kz", "asar.example.kz:443"):
        assert production.get("/krasnoyar/", base_url=OURS, headers={"Host": host}).status_code == 200


def test_a_computer_of_a_developer_answers_to_itself(client: LintingClient) -> None:
    assert client.application.config["TRUSTED_HOSTS"] == ["localhost", "127.0.0.1", "localhost"]
    assert client.get("/krasnoyar/", headers={"Host": "127.0.0.1:5123"}).status_code == 200
    assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_the_address_on_the_shared_device_is_the_installations(app: Flask, opened: OpenPoll) -> None:
    device = english(app)
    with device.session_transaction(base_url="http://127.0.0.1:6666") as session:
        session["kiosk"] = {"code": "a mark"}
    page = device.get(f"{opened.path}/vote", headers={"Host": "127.0.0.1:6666"})
    assert f"http://localhost{opened.path}/tracker" in page.text
    assert "6666" not in page.text


def test_in_production_cookies_are_of_this_host_and_tls_alone(production: LintingClient, okrug: Village) -> None:
    with okrug.act_as() as act:
        accounts.set_password(act, act.session.get_one(Person, okrug.people[Role.RESIDENT].id), PASSWORD)
    iin = invented_iin(1 + list(Role).index(Role.RESIDENT)).text
    kept = production.get("/sign-in?lang=ru", base_url=OURS)
    answer = production.post("/sign-in", data={"iin": iin, "password": PASSWORD}, base_url=OURS, token=False)
    assert answer.status_code == 400, "no token"
    cookies = kept.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} >= {"__Host-lang", "__Host-session"}
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "path=/"} <= parts
        assert not any(part.startswith("domain") for part in parts)
        assert "httponly" in parts or cookie.startswith("__Host-lang")


def test_in_production_browsers_are_told_to_come_by_tls(production: LintingClient, client: LintingClient) -> None:
    told = production.get("/", base_url="http://asar.example.kz").headers["Strict-Transport-Security"]
    assert "max-age=31536000" in told
    assert "Strict-Transport-Security" not in client.get("/").headers
