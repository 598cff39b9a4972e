"""A shared device at the akimat: whoever sets it up leaves it, it stays what it is, and a code ends that."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from pb import clock, keyring
from pb.act import Role
from pb.identity.models import SECOND_FACTOR_CONTEXT, AccountSession, Person
from pb.identity.service import accounts, second_factor
from pb.identity.service import iin as numbers
from pb.polls.models import Participation
from pb.voting.views.voters import ON_A_SHARED_DEVICE
from tests.conftest import english
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.sessions import session_of
from tests.village import HOME, KEYS, PASSWORD

CODE = "kitchen 7"


def clerks_device(app: Flask, opened: OpenPoll) -> LintingClient:
    client = english(app)
    with opened.database.work() as work, client.session_transaction() as session:
        session.update(session_of(work, opened.person_id(Role.CLERK)))
    return client


def kiosk(app: Flask, opened: OpenPoll) -> LintingClient:
    client = clerks_device(app, opened)
    begun = client.post(f"{opened.path}/kiosk", data={"code": CODE})
    assert begun.headers["Location"] == f"{opened.path}/vote"
    return client


def test_setting_a_device_up_ends_the_clerks_session(app: Flask, opened: OpenPoll) -> None:
    """Voters saw the clerk's name, menu and hand-over list."""
    client = clerks_device(app, opened)
    assert "Sign out" in client.get(f"{opened.path}/kiosk").text
    client.post(f"{opened.path}/kiosk", data={"code": CODE})
    shown = client.get(f"{opened.path}/vote").text
    assert "data-kiosk" in shown
    assert "Sign out" not in shown
    assert client.get(f"{opened.path}/hand-over").status_code in {302, 303, 403}
    with opened.database.work() as work:
        query = select(AccountSession.ended_at).where(AccountSession.person_id == opened.person_id(Role.CLERK))
        assert None not in work.scalars(query).all()


def test_the_device_stays_what_it_is_whatever_link_is_followed(app: Flask, opened: OpenPoll) -> None:
    client = kiosk(app, opened)
    for path in (
        "/krasnoyar/vote",
        f"{opened.path}/vote",
        f"{opened.path}/vote?kiosk=0",
        "/krasnoyar/",
        "/?language=kk",
    ):
        client.get(path)
    assert "data-kiosk" in client.get(f"{opened.path}/vote").text
    opened.sign_in(client, 0)
    assert opened.cast(client, opened.ballot(0, 1)).status_code == 201
    with opened.database.work() as work:
        assert work.scalars(select(Participation.channel)).all() == ["kiosk"]


def test_nobody_signs_in_on_it(app: Flask, opened: OpenPoll) -> None:
    client = kiosk(app, opened)
    assert client.get("/sign-in").headers["Location"] == f"{opened.path}/vote"
    refused = client.post("/sign-in", data={"iin": "1", "password": "1"})
    assert refused.status_code == 409
    assert "This device is set up for voting by others" in refused.text


def test_a_link_alone_makes_no_shared_device(app: Flask, opened: OpenPoll) -> None:
    client = english(app)
    assert "data-kiosk" not in client.get(f"{opened.path}/vote?kiosk=1").text


def test_its_code_ends_it(app: Flask, opened: OpenPoll) -> None:
    client = kiosk(app, opened)
    assert f"{opened.path}/kiosk/end" in client.get(f"{opened.path}/vote").text
    wrong = client.post(f"{opened.path}/kiosk/end", data={"code": "kitchen 8"})
    assert wrong.status_code == 422
    assert "This is not the code" in wrong.text
    assert "data-kiosk" in client.get(f"{opened.path}/vote").text
    assert client.post(f"{opened.path}/kiosk/end", data={"code": " Kitchen-7 "}).status_code == 302
    assert "data-kiosk" not in client.get(f"{opened.path}/vote").text
    assert client.get("/sign-in").status_code == 200


def test_a_short_code_is_refused_and_the_clerk_stays(app: Flask, opened: OpenPoll) -> None:
    client = clerks_device(app, opened)
    refused = client.post(f"{opened.path}/kiosk", data={"code": "12345"})
    assert refused.status_code == 422
    assert "at least 6 letters and digits" in refused.text
    assert "Sign out" in client.get(f"{HOME}/").text


def test_the_code_stands_nowhere_in_the_cookie(app: Flask, opened: OpenPoll) -> None:
    client = kiosk(app, opened)
    with client.session_transaction() as session:
        assert "kitchen" not in str(dict(session)).lower()


def test_nobody_signs_in_on_the_device_by_a_hand_made_request(app: Flask, opened: OpenPoll) -> None:
    """Played: whoever posted to the way in and gave the second factor stood with their name on the voting page."""
    client = kiosk(app, opened)
    with opened.act(Role.CLERK) as act:
        assert act.person is not None
        staff = act.session.get_one(Person, act.person.id)
        accounts.set_password(act, staff, PASSWORD)
        second_factor.set_up(act, staff, keyring.seal_bytes(b"A" * 32, KEYS.seal, SECOND_FACTOR_CONTEXT), 0)
        digits = numbers.unseal(staff.iin_sealed, KEYS.seal)
    assert client.post("/sign-in", data={"iin": digits, "password": PASSWORD}).status_code == 409
    assert "data-kiosk" in client.get(f"{opened.path}/vote").text


def test_the_device_offers_no_way_in_that_it_would_refuse(app: Flask, opened: OpenPoll) -> None:
    client = kiosk(app, opened)
    for path in (f"{opened.path}/vote", opened.path, "/krasnoyar/log/"):
        assert 'href="/sign-in"' not in client.get(path).text, path
    assert 'href="/sign-in"' in english(app).get("/krasnoyar/log/").text


def test_the_device_outlives_its_browser(app: Flask, opened: OpenPoll) -> None:
    client = clerks_device(app, opened)
    begun = client.post(f"{opened.path}/kiosk", data={"code": CODE})
    assert any("Expires=" in cookie for cookie in begun.headers.getlist("Set-Cookie"))


def test_every_other_page_leads_home(app: Flask, opened: OpenPoll) -> None:
    """The device wandered to lists and logs, and the next person found it there."""
    client = kiosk(app, opened)
    start = f"{opened.path}/vote"
    others = ("/", "/krasnoyar/", "/krasnoyar/log/", opened.path, f"{opened.path}/tracker", "/guide?lang=ru")
    led = {path: client.get(path).headers.get("Location") for path in others}
    assert led == dict.fromkeys(others, start)
    assert "js/kiosk.js" in client.get("/nowhere").text
    shown = client.get(start).text
    assert "About this site" not in shown
    for beside in (f"{opened.path}/objections", f"{opened.path}/kiosk/end"):
        page = client.get(beside)
        assert page.status_code == 200
        assert f'data-kiosk="{start}"' in page.text
        assert "js/kiosk.js" in page.text, "it comes home by itself"


@pytest.mark.parametrize("left_to", ["/vote", "/objections", "/events", "/kiosk/end", ""])
def test_whoever_leaves_the_ballot_is_signed_out_of_the_device(app: Flask, opened: OpenPoll, left_to: str) -> None:
    """The next person would have cast with the card of the one before."""
    client = kiosk(app, opened)
    opened.sign_in(client, 0)
    client.get(opened.path + left_to)
    assert opened.cast(client, opened.ballot(0, 1)).status_code == 401


def test_a_ballot_that_loads_its_scripts_is_not_left(app: Flask, opened: OpenPoll) -> None:
    client = kiosk(app, opened)
    page = client.get(f"{opened.path}/vote").text
    opened.sign_in(client, 0)
    for script in re.findall(r'src="([^"]+js)"', page):
        assert client.get(script).status_code == 200
    assert opened.cast(client, opened.ballot(0, 1)).status_code == 201
    assert opened.cast(client, opened.ballot(0, 1)).status_code == 401, "after casting nothing of the voter is left"


def test_a_voter_who_walked_away_is_forgotten_without_a_script_too(app: Flask, opened: OpenPoll) -> None:
    client = kiosk(app, opened)
    opened.sign_in(client, 0)
    with time_machine.travel(clock.now() + ON_A_SHARED_DEVICE + timedelta(seconds=1)):
        assert opened.cast(client, opened.ballot(0, 1)).status_code == 401
