"""Staff sign in with a password and a code of their authenticator; sessions end; what cannot be undone asks again."""

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask

from pb import clock
from pb.act import Role
from pb.cycles.models import Phase
from pb.identity.models import Person, SecondFactor
from pb.identity.service import accounts, sessions
from tests.conftest import SignIn, english
from tests.linting import LintingClient
from tests.village import PASSWORD, Village, invented_iin

AKIM_IIN = invented_iin(1 + list(Role).index(Role.AKIM)).text
ACCEPTING = "/invitation/authenticator"
WITH_PASSWORD = {"iin": AKIM_IIN, "password": PASSWORD}


@pytest.fixture
def akim(okrug: Village) -> Person:
    return okrug.people[Role.AKIM]


def code_at(secret: str, seconds: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=seconds))


def invited(okrug: Village, person: Person) -> str:
    """The secret of a fresh invitation."""
    with okrug.act_as(Role.ADMINISTRATOR) as act:
        return accounts.invite(act, act.session.get_one(Person, person.id))


def begin(client: LintingClient, secret: str, password: str = PASSWORD) -> str:
    """Takes an invitation and a password to the next page; the authenticator's secret that it shows."""
    told = {"code": secret, "password": password, "repeated": password}
    assert client.post("/invitation", data=told).headers["Location"] == ACCEPTING
    page = client.get(ACCEPTING).text
    assert "<svg" in page
    shown = re.search(r'<span class="mono">([A-Z2-7 ]+)</span>', page)
    assert shown is not None
    return shown[1].replace(" ", "")


def set_up(client: LintingClient, okrug: Village) -> str:
    """The akim accepts an invitation, with password and authenticator; the authenticator's secret."""
    secret = begin(client, invited(okrug, okrug.people[Role.AKIM]))
    assert client.post(ACCEPTING, data={"code": code_at(secret)}).headers["Location"] == "/my-work"
    return secret


def signed_in(client: LintingClient, person: Person) -> bool:
    return person.name in client.get("/krasnoyar/").text


def sign_in_later(client: LintingClient, code: str) -> int:
    client.post("/sign-out")
    client.post("/sign-in", data=WITH_PASSWORD)
    return client.post("/second-factor", data={"code": code}).status_code


def test_a_password_alone_opens_nothing_for_staff(akim: Person, okrug: Village, client: LintingClient) -> None:
    secret = set_up(client, okrug)
    assert signed_in(client, akim)
    client.post("/sign-out")
    client.post("/sign-in", data=WITH_PASSWORD)
    assert not signed_in(client, akim)
    assert client.get("/krasnoyar/cycles/new").status_code == 302
    assert secret not in client.get("/second-factor").text.replace(" ", ""), "a secret is shown while it is set up only"
    assert client.get(ACCEPTING).headers["Location"] == "/invitation"


def test_a_code_serves_once_and_only_about_its_half_minute(akim: Person, okrug: Village, client: LintingClient) -> None:
    secret = set_up(client, okrug)
    now = clock.now()
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        assert sign_in_later(client, code_at(secret, -90)) == 422, "too old"
        assert sign_in_later(client, code_at(secret, +90)) == 422, "not yet"
        right = code_at(secret, -30)
        assert sign_in_later(client, f" {right[:3]} {right[3:]} ") == 302
        assert sign_in_later(client, right) == 422, "seen over somebody's shoulder"
        assert sign_in_later(client, code_at(secret)) == 302
    assert akim.name


def test_wrong_codes_pause_every_device_but_the_owners_own(
    akim: Person, okrug: Village, client: LintingClient, app: Flask
) -> None:
    """Somebody who learnt the password tries codes: pauses grow, and the owner comes in from the own telephone."""
    secret, thief = set_up(client, okrug), english(app)
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False) as traveller:
        for pause in (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=16)):
            for _attempt in range(5):
                assert sign_in_later(thief, wrong(secret)) == 422
            traveller.shift(pause - timedelta(minutes=1))
            assert sign_in_later(thief, code_at(secret)) == 422
            assert "Too many wrong codes" in thief.post("/second-factor", data={"code": code_at(secret)}).text
            assert sign_in_later(client, code_at(secret)) == 302, "the owner, meanwhile"
            traveller.shift(timedelta(minutes=1))
        for _day in range(2):
            assert [sign_in_later(thief, wrong(secret)) for _attempt in range(5)] == [422] * 5
            traveller.shift(timedelta(hours=23, minutes=59))
            assert sign_in_later(thief, code_at(secret)) == 422
            traveller.shift(timedelta(minutes=1))
        assert sign_in_later(thief, code_at(secret)) == 302, "whoever has both is the owner"
        assert sign_in_later(english(app), wrong(secret)) == 422
        assert sign_in_later(english(app), code_at(secret, 30)) == 302, "and begins anew"
    assert akim.name


def test_a_device_of_before_a_new_invitation_is_known_no_more(
    akim: Person, okrug: Village, client: LintingClient, app: Flask
) -> None:
    set_up(client, okrug)
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        secret = set_up(english(app), okrug)
        assert [sign_in_later(client, wrong(secret)) for _attempt in range(5)] == [422] * 5
        with okrug.act_as() as act:
            assert act.session.get_one(SecondFactor, akim.id).paused_until is not None, "counted like any other's"


def wrong(secret: str) -> str:
    right = {code_at(secret, seconds) for seconds in (-30, 0, 30)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in right)


def test_without_the_password_before_it_there_is_no_second_step(client: LintingClient) -> None:
    assert client.get("/second-factor").headers["Location"] == "/sign-in"
    assert client.post("/second-factor", data={"code": "123456"}).headers["Location"] == "/sign-in"


def test_the_way_between_the_steps_is_open_for_ten_minutes(akim: Person, okrug: Village, client: LintingClient) -> None:
    okrug.open_account(akim.id)
    client.post("/sign-in", data=WITH_PASSWORD)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        assert client.get("/second-factor").headers["Location"] == "/sign-in"
    assert akim.name


def test_a_new_invitation_replaces_a_lost_telephone(akim: Person, okrug: Village, client: LintingClient) -> None:
    first = set_up(client, okrug)
    second = begin(client, invited(okrug, akim))
    assert second != first
    client.post("/sign-out")
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        assert sign_in_later(client, code_at(first)) == 302, "until the new one is confirmed the old one serves"


def test_whoever_does_not_finish_has_no_account_open(akim: Person, okrug: Village, client: LintingClient) -> None:
    link = invited(okrug, akim)
    secret = begin(client, link)
    assert client.post(ACCEPTING, data={"code": "000000" if code_at(secret) != "000000" else "1"}).status_code == 422
    assert not signed_in(client, akim)
    assert client.post("/sign-in", data=WITH_PASSWORD).status_code == 422, "the password is not in force yet"
    again = begin(client, link)
    assert again != secret, "the link still serves, and begins anew"
    assert client.post(ACCEPTING, data={"code": code_at(again)}).status_code == 302
    assert signed_in(client, akim)
    used = client.post("/invitation", data={"code": link, "password": PASSWORD, "repeated": PASSWORD})
    assert used.status_code == 422


def test_who_began_in_another_browser_does_not_see_the_authenticator_of_this_one(
    akim: Person, okrug: Village, app: Flask, client: LintingClient
) -> None:
    link, thief = invited(okrug, akim), english(app)
    begin(thief, link, "a password of the thief")
    secret = begin(client, link)
    assert thief.get(ACCEPTING).headers["Location"] == "/invitation"
    assert thief.post(ACCEPTING, data={"code": code_at(secret)}).headers["Location"] == "/invitation"
    assert not signed_in(thief, akim)
    assert client.post(ACCEPTING, data={"code": code_at(secret)}).headers["Location"] == "/my-work"


def test_a_password_without_an_authenticator_never_sets_one_up(
    akim: Person, okrug: Village, client: LintingClient
) -> None:
    with okrug.act_as() as act:
        accounts.set_password(act, act.session.get_one(Person, akim.id), PASSWORD)
    refused = client.post("/sign-in", data=WITH_PASSWORD)
    assert refused.status_code == 422
    assert "invite you again" in refused.text
    assert not signed_in(client, akim)


def test_the_secret_is_kept_sealed(akim: Person, okrug: Village, client: LintingClient) -> None:
    secret = set_up(client, okrug)
    with okrug.act_as() as act:
        factor = act.session.get_one(SecondFactor, akim.id)
        assert secret.encode() not in factor.secret_sealed


def test_a_session_ends_when_nobody_uses_it_and_at_its_age_in_any_case(okrug: Village, sign_in: SignIn) -> None:
    name = okrug.people[Role.OFFICE].name
    began = clock.now()
    idle, busy = sign_in(Role.OFFICE), sign_in(Role.OFFICE)
    step = sessions.IDLE - timedelta(minutes=2)
    moment = began
    with time_machine.travel(began, tick=False) as traveller:
        while moment + step < began + sessions.LIFE:
            moment += step
            traveller.move_to(moment)
            assert name in busy.get("/krasnoyar/").text
        assert name not in idle.get("/krasnoyar/").text
        traveller.move_to(began + sessions.LIFE + timedelta(seconds=1))
        assert name not in busy.get("/krasnoyar/").text


def test_opening_a_vote_asks_again_who_one_is(okrug: Village, sign_in: SignIn) -> None:
    with okrug.act_as() as act:
        accounts.set_password(act, act.session.get_one(Person, okrug.people[Role.OFFICE].id), PASSWORD)
    opening = f"{okrug.path(okrug.open_cycle(phase=Phase.VOTING))}/poll/open"
    office = sign_in(Role.OFFICE)
    assert office.get(opening).status_code == 404, "just signed in: no question, and no poll yet"
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        prove = f"/prove?after={opening}"
        assert office.get(opening).headers["Location"] == prove
        assert office.post(opening).headers["Location"] == f"{prove}&again=1", "what was typed comes back"
        assert office.post(prove, data={"password": "wrong"}).status_code == 422
        assert office.get(opening).status_code == 302
        assert office.post(prove, data={"password": PASSWORD}).headers["Location"] == opening
        assert office.get(opening).status_code == 404
