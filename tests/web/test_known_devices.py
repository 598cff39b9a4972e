"""Who is known before anything is asked of the database, and what all others are told where too many wait."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from werkzeug.http import parse_cookie

from pb import clock
from pb.act import Role
from pb.errors import Refusal
from pb.identity.models import Person
from pb.identity.service import accounts
from pb.identity.service.passwords import Crowded
from pb.settings import Settings
from pb.web import crowded, guesses
from pb.web.failures import Busy
from pb.web.known import by_cookies
from tests.by_code import activate
from tests.conftest import english
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.sessions import session_of
from tests.village import KEYS, PASSWORD, SETTLEMENTS, Village, invented_iin

RESIDENT, NEWCOMER = invented_iin(1 + list(Role).index(Role.RESIDENT)), invented_iin(100)


def with_passwords(okrug: Village) -> None:
    """Two people have one."""
    with okrug.act_as(Role.CLERK) as act:
        accounts.set_password(act, act.session.get_one(Person, okrug.people[Role.RESIDENT].id), PASSWORD)
        paper = {"iin": NEWCOMER, "name": "Invented Newcomer", "settlement": SETTLEMENTS[0]}
        activate(act, NEWCOMER, accounts.register_resident(act, KEYS, **paper), PASSWORD)


def cookies(client: LintingClient) -> str:
    """As its browser sends them."""
    kept = [client.get_cookie(name) for name in ("device", "session")]
    return "; ".join(f"{each.key}={each.value}" for each in kept if each is not None)


def after_signing_in(client: LintingClient, iin: str) -> str:
    assert client.post("/sign-in", data={"iin": iin, "password": PASSWORD}).status_code == 302
    return cookies(client)


def test_all_devices_of_one_person_are_one_persons(app: Flask, okrug: Village) -> None:
    """Whoever signs in from a hundred browsers has one turn and no hundred."""
    with_passwords(okrug)
    of = by_cookies(app)
    first, second = (of(after_signing_in(english(app), RESIDENT.text)) for _browser in range(2))
    other = of(after_signing_in(english(app), NEWCOMER.text))
    assert first
    assert first == second
    assert other not in {None, first}
    assert RESIDENT.text not in first


def test_a_browser_is_known_after_signing_out_too(app: Flask, okrug: Village) -> None:
    with_passwords(okrug)
    client, of = english(app), by_cookies(app)
    known = of(after_signing_in(client, RESIDENT.text))
    client.post("/sign-out")
    assert of(cookies(client)) == known


def test_a_stranger_makes_up_no_device(app: Flask, okrug: Village, settings: Settings) -> None:
    with_passwords(okrug)
    known = after_signing_in(english(app), RESIDENT.text)
    stranger = english(app)
    stranger.get("/sign-in")
    of = by_cookies(app)
    for sent in (
        "",
        "device=",
        "device=e30.e30",
        "device",
        "=;;=",
        cookies(stranger),
        known.replace("device=", "device=x"),
    ):
        assert of(sent) is None, sent
    assert (
        guesses.owner(parse_cookie(known), replace(settings, secret_key="another installation's key of some length"))
        is None
    )


def test_a_voter_is_known_by_the_card_for_as_long_as_it_signs_in(app: Flask, opened: OpenPoll) -> None:
    """Played: 500 networks of one customer, and each step of voting took thirteen seconds."""
    of, first, again, other = by_cookies(app), english(app), english(app), english(app)
    assert opened.challenge(first)
    assert of(cookies(first)) is None, "whoever has shown nothing yet is a stranger"
    for client, number in ((first, 0), (again, 0), (other, 1)):
        assert opened.sign_in(client, number).status_code == 200
    assert of(cookies(first)) == of(cookies(again)), "one card has one turn"
    assert of(cookies(other)) not in {None, of(cookies(first))}
    with time_machine.travel(clock.now() + timedelta(hours=3), tick=False):
        assert of(cookies(first)) is None


def test_a_device_for_voting_by_others_is_known(app: Flask, opened: OpenPoll) -> None:
    device = english(app)
    with opened.database.work() as work, device.session_transaction() as session:
        session.update(session_of(work, opened.person_id(Role.CLERK)))
    assert device.post(f"{opened.path}/kiosk", data={"code": "kitchen 7"}).status_code == 302
    known = by_cookies(app)(cookies(device))
    assert known == f"devices of {opened.demo.poll_uuid}", "a clerk who sets up a hundred has one turn"


def test_who_gave_a_right_password_is_known_while_the_code_is_asked_for(app: Flask, okrug: Village) -> None:
    okrug.open_account(okrug.people[Role.AKIM].id)
    client = english(app)
    iin = invented_iin(1 + list(Role).index(Role.AKIM)).text
    assert client.post("/sign-in", data={"iin": iin, "password": PASSWORD}).headers["Location"] == "/second-factor"
    assert by_cookies(app)(cookies(client))
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        assert by_cookies(app)(cookies(client)) is None, "the code is asked for ten minutes long"


@pytest.mark.parametrize("refusal", [Crowded, Busy])
def test_who_finds_no_place_is_told_so_in_three_languages(app: Flask, refusal: type[Refusal]) -> None:
    answers = crowded.answers(app, refusal)
    head, _blank, body = answers.page.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "HTTP/1.1 503 Service Unavailable"
    assert {f"Content-Length: {len(body)}", "Retry-After: 30", "Connection: close"} <= set(lines)
    page = body.decode()
    for told in ("Try again in half a minute", "Повторите через полминуты", "Жарты минуттан кейін қайталаңыз"):
        assert told in page
    assert page.index('lang="kk"') < page.index('lang="ru"') < page.index('lang="en"')
    said = json.loads(answers.to_scripts.partition(b"\r\n\r\n")[2])["error"]["message"]
    assert told in said, "a page's script shows it, and does not say that the connection was lost"
