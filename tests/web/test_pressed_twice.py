"""Two presses at once carry one cookie: the later answer's takes no place of what the first one put there."""

import pytest
from flask import Flask

from pb.act import Role
from pb.identity.models import SecondFactor
from tests.conftest import SignIn, english
from tests.identity.test_hashes_by_code import NEWCOMER, typed
from tests.identity.test_second_factor import ACCEPTING, WITH_PASSWORD, begin, code_at, invited, set_up
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.sessions import session_of
from tests.village import PASSWORD, Village
from tests.web.test_sent_forms import token_of

TOKEN = {"form_token": "t" * 43}


def pressed_twice(browser: LintingClient, address: str, data: dict[str, str]) -> tuple[int, str]:
    """The second answer's status and where it leads; the browser took the cookies of both answers, in their order."""
    browser.csrf_token()
    cookie = browser.get_cookie("session")
    first = browser.post(address, data=data)
    assert first.status_code == 302, first.text
    other = browser.application.test_client()
    assert isinstance(other, LintingClient)
    other.of_browser = browser.of_browser
    if cookie is not None:
        other.set_cookie("session", cookie.value)
    other.set_cookie("lang", "en")
    second = other.post(address, data=data)
    for written in second.headers.getlist("Set-Cookie"):
        name, _equals, value = written.partition(";")[0].partition("=")
        browser.set_cookie(name, value)
    return second.status_code, second.headers.get("Location", "")


def is_signed_in(browser: LintingClient) -> bool:
    return browser.get("/account").status_code == 200


def test_whoever_opened_the_account_is_signed_in(app: Flask, okrug: Village) -> None:
    """Played: the account was open, and its owner stood on the first page, not signed in, and was told it was done."""
    browser = english(app)
    assert pressed_twice(browser, "/activate", {**typed(okrug, "/activate"), **TOKEN}) == (302, "/")
    assert is_signed_in(browser)


def test_whoever_accepted_an_invitation_goes_on_and_is_signed_in(app: Flask, okrug: Village) -> None:
    browser = english(app)
    assert pressed_twice(browser, "/invitation", {**typed(okrug, "/invitation"), **TOKEN}) == (302, ACCEPTING)
    assert browser.get(ACCEPTING).status_code == 200
    secret = begin(browser, invited(okrug, okrug.people[Role.AKIM]))
    assert pressed_twice(browser, ACCEPTING, {"code": code_at(secret), **TOKEN}) == (302, "/my-work")
    assert is_signed_in(browser)


def test_a_password_signs_in_once_more(app: Flask, okrug: Village) -> None:
    browser = english(app)
    form = typed(okrug, "/activate")
    browser.post("/activate", data=form)
    browser.post("/sign-out")
    with_password = {"iin": NEWCOMER.text, "password": PASSWORD}
    assert pressed_twice(browser, "/sign-in", with_password)[0] == 302
    assert is_signed_in(browser)


def test_the_code_of_an_authenticator_is_right_once_and_no_wrong_one_the_second_time(
    app: Flask, okrug: Village
) -> None:
    """The second press was told that the code is wrong, and was counted so."""
    browser = english(app)
    secret = set_up(browser, okrug)
    browser.post("/sign-out")
    browser.delete_cookie("device")
    browser.post("/sign-in", data=WITH_PASSWORD)
    form = {"code": code_at(secret, 30), "form_token": token_of(browser.get("/second-factor"))}
    assert pressed_twice(browser, "/second-factor", form) == (302, "/my-work")
    assert is_signed_in(browser)
    with okrug.act_as() as act:
        factor = act.session.get_one(SecondFactor, okrug.people[Role.AKIM].id)
        assert factor.failures == 0


def test_a_new_password_is_set_once_and_its_owner_stays(app: Flask, okrug: Village) -> None:
    browser = english(app)
    form = typed(okrug, "/activate")
    browser.post("/activate", data=form)
    new = {"current": PASSWORD, "password": f"{PASSWORD} of today", "repeated": f"{PASSWORD} of today"}
    status, led = pressed_twice(browser, "/account/password", {**new, "form_page": "/account/password"})
    assert status == 302
    assert browser.get(led).headers["Location"] == "/account/password", "and on from the page for signing in"
    assert "Your password is changed" in browser.get("/account").text


def test_whoever_signs_out_twice_is_signed_out(sign_in: SignIn) -> None:
    browser = sign_in(Role.RESIDENT)
    pressed_twice(browser, "/sign-out", TOKEN)
    assert not is_signed_in(browser)


@pytest.mark.both_databases
def test_a_device_is_set_up_for_others_once_and_is_ended_once(app: Flask, opened: OpenPoll) -> None:
    browser = english(app)
    with opened.database.work() as work, browser.session_transaction() as session:
        session.update(session_of(work, opened.person_id(Role.CLERK)))
    pressed_twice(browser, f"{opened.path}/kiosk", {"code": "kitchen 7", **TOKEN})
    with browser.session_transaction() as session:
        assert "kiosk" in session
        assert "_user_id" not in session
    pressed_twice(browser, f"{opened.path}/kiosk/end", {"code": "kitchen 7", **TOKEN})
    with browser.session_transaction() as session:
        assert "kiosk" not in session
    assert "an ordinary one again" in browser.get(opened.path).text
