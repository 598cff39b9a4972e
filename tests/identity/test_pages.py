"""Signing in and the two ways in which an account comes to life, as pages."""

import re
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from pb.act import Role
from pb.db import Database
from pb.identity.models import Person
from pb.identity.service import accounts
from pb.identity.views.accounts import local_address
from pb.settings import Settings
from pb.web import guesses
from tests.conftest import SignIn, english, make_app
from tests.linting import LintingClient
from tests.village import PASSWORD, SETTLEMENTS, Village, invented_iin

RESIDENT_IIN = invented_iin(1 + list(Role).index(Role.RESIDENT)).text
NEW_PASSWORD = {"password": PASSWORD, "repeated": PASSWORD}


@pytest.fixture
def with_password(okrug: Village) -> Village:
    with okrug.act_as() as act:
        accounts.set_password(act, act.session.get_one(Person, okrug.people[Role.RESIDENT].id), PASSWORD)
    return okrug


def test_a_person_signs_in_with_iin_and_password_and_out_again(with_password: Village, client: LintingClient) -> None:
    answer = client.post("/sign-in", data={"iin": RESIDENT_IIN, "password": PASSWORD})
    assert answer.headers["Location"] == "/"
    assert with_password.people[Role.RESIDENT].name in client.get("/krasnoyar/").text
    client.post("/sign-out")
    assert with_password.people[Role.RESIDENT].name not in client.get("/krasnoyar/").text


def test_whatever_is_wrong_the_answer_is_the_same(with_password: Village, client: LintingClient) -> None:
    """A mistyped number, an unknown one, one without a password, a wrong password: the same words and status."""
    assert with_password.people
    akim = invented_iin(1 + list(Role).index(Role.AKIM)).text
    answers = {
        re.sub(r'value="[^"]*"', "", client.post("/sign-in", data={"iin": iin, "password": password}).text)
        for iin, password in (
            (RESIDENT_IIN, "wrong"),
            (invented_iin(99).text, PASSWORD),
            (akim, PASSWORD),
            ("850615300011", PASSWORD),
        )
    }
    assert len(answers) == 1
    assert "The IIN or the password is wrong" in answers.pop()


@pytest.mark.parametrize("typed", ["123", "8506153000112"])
@pytest.mark.usefixtures("okrug")
def test_an_iin_that_has_not_twelve_digits_is_told_at_its_field(client: LintingClient, typed: str) -> None:
    shown = client.post("/sign-in", data={"iin": typed, "password": PASSWORD})
    assert shown.status_code == 422
    assert "The IIN or the password is wrong" not in shown.text
    assert shown.text.count("count those that you wrote") == 2, "in the summary, and at the field"


def test_staff_whose_invitation_is_open_are_offered_no_password_form(sign_in: SignIn) -> None:
    """The form was refused after it was filled in."""
    office = sign_in(Role.OFFICE)
    assert "/account/password" not in office.get("/account").text
    assert "/account/password" in sign_in(Role.RESIDENT).get("/account").text
    refused = office.get("/account/password")
    assert refused.status_code == 403
    assert "The password of this account is set with its invitation." in refused.text


def test_signing_in_begins_a_session_that_carries_nothing_over(with_password: Village, client: LintingClient) -> None:
    assert with_password.people
    with client.session_transaction() as session:
        session["left"] = "by somebody else"
    client.post("/sign-in", data={"iin": RESIDENT_IIN, "password": PASSWORD})
    with client.session_transaction() as session:
        assert "left" not in session


def test_after_signing_in_one_returns_to_where_one_was_sent_away(with_password: Village, client: LintingClient) -> None:
    assert with_password.people
    form = f"{with_password.path(with_password.open_cycle())}/proposals/new"
    sent = client.get(form)
    assert sent.status_code == 302
    answer = client.post(sent.headers["Location"], data={"iin": RESIDENT_IIN, "password": PASSWORD})
    assert answer.headers["Location"].rstrip("?") == form


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.com/",
        "//example.com",
        "/\\example.com",
        "\\\\example.com",
        "javascript:alert(1)",
        "/\t/example.com",
        "",
    ],
)
def test_nobody_is_led_to_another_site(with_password: Village, client: LintingClient, elsewhere: str) -> None:
    assert with_password.people
    answer = client.post(
        "/sign-in", query_string={"after": elsewhere}, data={"iin": RESIDENT_IIN, "password": PASSWORD}
    )
    assert answer.headers["Location"] == "/"


def test_a_path_of_this_site_is_kept() -> None:
    assert local_address("/krasnoyar/cycles/new?lang=kk") == "/krasnoyar/cycles/new?lang=kk"
    assert local_address(None) is None


def test_a_form_without_its_token_is_refused(with_password: Village, client: LintingClient) -> None:
    assert with_password.people
    answer = client.post("/sign-in", data={"iin": RESIDENT_IIN, "password": PASSWORD}, token=False)
    assert answer.status_code == 400


def test_too_many_attempts_from_one_address_are_refused(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is typed as an IIN."""
    monkeypatch.setattr(guesses.FROM_A_NETWORK, "rate", "20 per 10 minutes")
    client = english(make_app(replace(settings, limits=True), database))
    answers = [client.post("/sign-in", data={"iin": "1", "password": "x"}).status_code for _attempt in range(21)]
    assert answers == [422] * 20 + [429]
    assert "Too many attempts" in client.post("/sign-in", data={}).text
    assert client.get("/sign-in").status_code == 200


def test_the_desk_registers_a_resident_who_activates_at_home(sign_in: SignIn, client: LintingClient) -> None:
    iin = invented_iin(50).text
    told = {"iin": iin, "name": "Newcomer Invented", "settlement": SETTLEMENTS[0]}
    page = sign_in(Role.CLERK).post("/krasnoyar/residents/register", data=told)
    assert page.status_code == 200
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page.text)
    assert code is not None
    assert iin not in page.text
    answer = client.post("/activate", data={"iin": iin, "code": code[0].lower(), **NEW_PASSWORD})
    assert answer.status_code == 302
    assert "Newcomer Invented" in client.get("/krasnoyar/").text
    again = client.post("/activate", data={"iin": iin, "code": code[0], **NEW_PASSWORD})
    assert again.status_code == 422
    assert 'href="#code"' in again.text


def test_who_forgot_the_password_gets_a_new_code_at_the_desk(
    with_password: Village, sign_in: SignIn, client: LintingClient
) -> None:
    person = with_password.people[Role.RESIDENT]
    told = {"iin": RESIDENT_IIN, "name": person.name, "settlement": SETTLEMENTS[0]}
    clerk = sign_in(Role.CLERK)
    refused = clerk.post("/krasnoyar/residents/register", data=told)
    assert refused.status_code == 422
    assert "already has an active account" in refused.text
    page = clerk.post("/krasnoyar/residents/register", data={**told, "forgotten": "y"})
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page.text)
    assert code is not None
    before = sign_in(Role.RESIDENT)
    new = {"password": "another four words here", "repeated": "another four words here"}
    client.post("/activate", data={"iin": RESIDENT_IIN, "code": code[0], **new})
    assert person.name in client.get("/krasnoyar/").text
    assert person.name not in before.get("/krasnoyar/").text, "a new password ends the sessions of the old one"
    client.post("/sign-out")
    assert client.post("/sign-in", data={"iin": RESIDENT_IIN, "password": PASSWORD}).status_code == 422


@pytest.mark.usefixtures("okrug")
def test_the_desk_is_told_whose_account_stands_there_before_it_is_renamed(sign_in: SignIn) -> None:
    """Played: another's IIN, and the account of Мәди was called otherwise without a word."""
    clerk, address = sign_in(Role.CLERK), "/krasnoyar/residents/register"
    typed = {"iin": invented_iin(50).text, "name": "Мәди Шаяхметов", "settlement": SETTLEMENTS[0]}
    first = clerk.post(address, data=typed)
    assert "An account stood there already" not in first.text
    asked = clerk.post(address, data={**typed, "name": "Мадияр Шаяхметов"})
    assert asked.status_code == 422
    assert "Its name: Мәди Шаяхметов" in asked.text
    assert 'value="Мадияр Шаяхметов"' in asked.text
    meant = clerk.post(address, data={**typed, "name": "Мадияр Шаяхметов", "correct": "y"})
    assert meant.status_code == 200
    assert "An account stood there already" in meant.text
    assert clerk.post(address, data={**typed, "name": "Мадияр Шаяхметов"}).status_code == 200, (
        "the same name, no question"
    )


def test_an_iin_of_other_signs_is_not_told_as_an_empty_field(client: LintingClient) -> None:
    for typed in ("Қ😀", "x" * 3000, "8005171000"):
        told = client.post("/sign-in", data={"iin": typed, "password": "x"})
        assert told.status_code == 422
        assert "count those that you wrote" in told.text, typed
    assert "Write the IIN: 12 digits." in client.post("/sign-in", data={"iin": "", "password": "x"}).text


@pytest.mark.parametrize("field", ["iin", "name"])
def test_bad_input_is_told_at_its_field_and_the_rest_is_kept(sign_in: SignIn, field: str) -> None:
    told = {"iin": invented_iin(50).text, "name": "Newcomer Invented", "settlement": SETTLEMENTS[1], field: ""}
    page = sign_in(Role.OFFICE).post("/krasnoyar/residents/register", data=told)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert "selected" in page.text
    assert all(value in page.text for value in told.values())


def test_a_person_invited_sets_a_password_by_the_link(okrug: Village, client: LintingClient) -> None:
    with okrug.act_as(Role.ADMINISTRATOR) as act:
        secret = accounts.invite(act, act.session.get_one(Person, okrug.people[Role.AKIM].id))
    assert "invitation.js" in client.get("/invitation").text
    differing = client.post("/invitation", data={"code": secret, "password": PASSWORD, "repeated": "another one!"})
    assert differing.status_code == 422
    pasted = client.post("/invitation", data={"code": f"http://localhost/invitation#{secret}", **NEW_PASSWORD})
    assert pasted.headers["Location"] == "/invitation/authenticator"
    assert "One step is left" in client.get("/invitation/authenticator").text


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("0", "O")])
def test_a_code_of_the_slip_is_read_however_it_is_typed(
    okrug: Village, client: LintingClient, typed: Callable[[str], str]
) -> None:
    with okrug.act_as(Role.ADMINISTRATOR) as act:
        code = accounts.invite(act, act.session.get_one(Person, okrug.people[Role.AKIM].id))
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}", code)
    answer = client.post("/invitation", data={"code": typed(code), **NEW_PASSWORD})
    assert answer.headers["Location"] == "/invitation/authenticator"
    wrong = client.post("/invitation", data={"code": code[:-1] + ("2" if code[-1] != "2" else "3"), **NEW_PASSWORD})
    assert wrong.status_code == 422


def test_a_secret_is_never_shown_again_in_the_page(client: LintingClient) -> None:
    page = client.post("/invitation", data={"code": "wrong", "password": "a password of mine", "repeated": "differs"})
    assert page.status_code == 422
    assert "a password of mine" not in page.text


def test_a_demonstration_offers_each_office_with_one_click(okrug: Village, demo_app: Flask) -> None:
    client = english(demo_app)
    page = client.get("/sign-in").text
    for person in okrug.people.values():
        assert person.name in page
    answer = client.post("/demo/sign-in", data={"person": str(okrug.people[Role.AKIM].id)})
    assert answer.status_code == 302
    assert okrug.people[Role.AKIM].name in client.get("/krasnoyar/").text
    for nobody in ("", "x", str(UUID(int=1))):
        assert client.post("/demo/sign-in", data={"person": nobody}).status_code == 404


def test_outside_a_demonstration_nobody_signs_in_with_one_click(okrug: Village, client: LintingClient) -> None:
    assert okrug.people[Role.AKIM].name not in client.get("/sign-in").text
    assert client.post("/demo/sign-in", data={"person": str(okrug.people[Role.AKIM].id)}).status_code == 404
