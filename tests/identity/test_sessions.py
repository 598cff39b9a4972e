"""Sessions live on the server: a copied cookie opens nothing after its session has ended, however it ended."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select
from structlog.testing import capture_logs

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.identity.models import AccountSession, Message, Person
from pb.identity.service import accounts, sessions
from tests.by_code import activate
from tests.conftest import SignIn, english
from tests.linting import LintingClient
from tests.village import KEYS, PASSWORD, SETTLEMENTS, Village, invented_iin

RESIDENT_IIN = invented_iin(1 + list(Role).index(Role.RESIDENT)).text
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36"
)
NEW = "nine yellow boats at noon"


@pytest.fixture
def resident(okrug: Village) -> Person:
    with okrug.act_as() as act:
        person = act.session.get_one(Person, okrug.people[Role.RESIDENT].id)
        person.email = "resident@example.kz"
        return accounts.set_password(act, person, PASSWORD)


def enter(client: LintingClient, agent: str = FIREFOX, password: str = PASSWORD) -> int:
    told = {"iin": RESIDENT_IIN, "password": password}
    return client.post("/sign-in", data=told, headers={"User-Agent": agent}).status_code


def copied(app: Flask, client: LintingClient) -> LintingClient:
    """Another browser with a copy of this one's cookie."""
    thief = english(app)
    with client.session_transaction() as session:
        kept = dict(session)
    with thief.session_transaction() as session:
        session.update(kept)
    return thief


def inside(client: LintingClient) -> bool:
    return client.get("/account").status_code == 200


def rows(okrug: Village, person: Person) -> list[AccountSession]:
    with okrug.act_as() as act:
        query = select(AccountSession).where(AccountSession.person_id == person.id)
        return list(act.session.scalars(query.order_by(AccountSession.made_at)))


def test_a_copy_of_the_cookie_opens_nothing_after_signing_out(
    app: Flask, client: LintingClient, resident: Person
) -> None:
    assert resident
    enter(client)
    thief = copied(app, client)
    assert inside(thief)
    answer = client.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache"', "never the storage of a device"
    assert not inside(client)
    assert not inside(thief)


def test_signing_in_makes_a_new_session_and_ends_the_one_before(
    app: Flask, client: LintingClient, resident: Person
) -> None:
    assert resident
    enter(client)
    planted = copied(app, client)
    enter(client)
    assert inside(client)
    assert not inside(planted), "the id that somebody planted or copied is not the one that is let in"


def test_the_database_holds_no_token(client: LintingClient, okrug: Village, resident: Person) -> None:
    enter(client)
    with client.session_transaction() as session:
        token = session["_user_id"]
    (row,) = rows(okrug, resident)
    assert token.encode() not in row.token_hash
    assert row.token_hash.hex() not in json.dumps(token)
    with client.session_transaction() as session:
        session["_user_id"] = row.token_hash.hex()
    assert not inside(client)


def test_sessions_are_listed_and_ended_one_by_one(
    app: Flask, client: LintingClient, okrug: Village, resident: Person
) -> None:
    phone = english(app)
    enter(client)
    enter(phone, PHONE)
    page = client.get("/account").text
    assert "Firefox, Windows" in page
    assert "Chrome, Android" in page
    assert page.count("This device") == 1
    other = next(row for row in rows(okrug, resident) if row.device == "Chrome, Android")
    assert client.post(f"/account/sessions/{other.id}/end").status_code == 302
    assert not inside(phone)
    assert inside(client)
    assert client.post(f"/account/sessions/{other.id}/end").status_code == 404, "it has ended"


def test_ending_all_others_leaves_this_one(app: Flask, client: LintingClient, resident: Person) -> None:
    assert resident
    others = [english(app) for _number in range(3)]
    for other in others:
        enter(other, PHONE)
    enter(client)
    client.post("/account/sessions/end-others")
    assert inside(client)
    assert not any(map(inside, others))


def test_other_sessions_end_after_a_fresh_proof_only(
    app: Flask, client: LintingClient, okrug: Village, resident: Person
) -> None:
    """The attack: whoever sits down at an open browser threw its owner out everywhere else."""
    phone = english(app)
    enter(phone, PHONE)
    enter(client)
    other = next(row for row in rows(okrug, resident) if row.device == "Chrome, Android")
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        page = client.get("/account").text
        assert "End all other sessions" not in page.partition("What changed")[0]
        assert "/prove?after=/account" in page
        for address in (f"/account/sessions/{other.id}/end", "/account/sessions/end-others"):
            assert client.post(address).headers["Location"] == "/prove?after=/account&again=1"
        assert inside(phone)
        assert client.post("/prove?after=/account", data={"password": PASSWORD}).headers["Location"] == "/account"
        assert "End all other sessions" in client.get("/account").text
        client.post("/account/sessions/end-others")
        assert not inside(phone)


def test_a_copy_of_the_cookie_opens_nothing_after_its_owner_proved_again(
    app: Flask, client: LintingClient, resident: Person
) -> None:
    assert resident
    enter(client)
    thief = copied(app, client)
    assert inside(thief)
    client.post("/prove", data={"password": PASSWORD})
    assert inside(client)
    assert not inside(thief)


def test_the_cookie_and_the_tokens_of_forms_are_signed_with_sha_256(app: Flask, client: LintingClient) -> None:
    client.get("/sign-in")
    cookie = client.get_cookie("session")
    assert cookie is not None
    signature = cookie.value.rpartition(".")[2]
    assert len(base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))) == 32
    with app.test_request_context():
        token = generate_csrf().rpartition(".")[2]
    assert len(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))) == 32


def test_nobody_ends_anothers_session(okrug: Village, sign_in: SignIn) -> None:
    chair = sign_in(Role.CHAIR)
    (row,) = rows(okrug, okrug.people[Role.CHAIR])
    assert sign_in(Role.AKIM).post(f"/account/sessions/{row.id}/end").status_code == 404
    assert inside(chair)


def test_a_person_has_ten_sessions_at_most_and_the_oldest_ends(
    app: Flask, okrug: Village, resident: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOST_KEPT", 13)
    clients = [english(app) for _number in range(15)]
    start = clock.now()
    for number, one in enumerate(clients):
        with time_machine.travel(start + timedelta(seconds=number), tick=False):
            enter(one)
    with time_machine.travel(start + timedelta(seconds=20), tick=False):
        assert [inside(one) for one in clients] == [False] * 5 + [True] * 10
    assert len(rows(okrug, resident)) == 13, "what has ended goes too"


def test_old_rows_go_with_the_next_sign_in_of_anybody(okrug: Village, resident: Person, client: LintingClient) -> None:
    enter(client)
    with okrug.act_as(at=clock.now() + timedelta(days=31)) as act:
        akim = act.session.get_one(Person, okrug.people[Role.AKIM].id)
        sessions.keep(act.session, act.at, akim, "")
    assert rows(okrug, resident) == []


def test_a_new_password_ends_all_other_sessions_and_renews_this_one(
    app: Flask, client: LintingClient, okrug: Village, resident: Person
) -> None:
    elsewhere = english(app)
    enter(elsewhere, PHONE)
    enter(client)
    thief = copied(app, client)
    told = {"current": PASSWORD, "password": NEW, "repeated": NEW}
    assert client.post("/account/password", data=told).headers["Location"] == "/account"
    assert inside(client)
    assert not inside(elsewhere)
    assert not inside(thief), "the session goes on under another token"
    assert enter(english(app)) == 422
    assert enter(english(app), password=NEW) == 302
    with okrug.act_as() as act:
        letters = act.session.scalars(select(Message).where(Message.person_id == resident.id)).all()
    # English is the language of the keys: what is not translated would show here.
    assert any("құпиясөз" in letter.body.lower() and "пароль" in letter.body.lower() for letter in letters)
    assert all(PASSWORD not in letter.body and NEW not in letter.body for letter in letters)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"current": "wrong one indeed"}, "current", "The password is wrong"),
        ({"current": ""}, "current", "Write the password that you have now"),
        ({"password": PASSWORD, "repeated": PASSWORD}, "password", "the password that you have now"),
        ({"password": "short", "repeated": "short"}, "password", "Use 10 to 200 characters"),
        ({"repeated": "another one here"}, "repeated", "The two passwords differ"),
        ({"password": "football12", "repeated": "football12"}, "password", "Many people use this password"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_told_at_its_field(
    client: LintingClient, resident: Person, changes: dict[str, str], field: str, words: str
) -> None:
    assert resident
    enter(client)
    page = client.post("/account/password", data={"current": PASSWORD, "password": NEW, "repeated": NEW, **changes})
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert words in page.text
    assert PASSWORD not in page.text
    assert NEW not in page.text


def test_a_sign_in_is_told_as_its_owners_whoever_was_signed_in_before(okrug: Village) -> None:
    """Played: an auditor signed in where the office was signed in still, and the log said that the office did it."""
    office, auditor = okrug.people[Role.OFFICE], okrug.people[Role.AUDITOR]
    with okrug.act_as(Role.OFFICE) as act:
        sessions.begin(act, act.session.get_one(Person, auditor.id), "A browser")
        event = audit.latest(act, "identity.session_begun")
        assert event is not None
        assert (event.actor_id, event.actor_roles) == (auditor.id, "auditor")
        assert event.actor_id != office.id


def test_a_password_is_changed_after_a_fresh_proof_only(client: LintingClient, resident: Person) -> None:
    assert resident
    enter(client)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        told = {"current": PASSWORD, "password": NEW, "repeated": NEW}
        assert client.get("/account/password").headers["Location"] == "/prove?after=/account/password"
        answer = client.post("/account/password", data=told)
        assert answer.headers["Location"] == "/prove?after=/account/password&again=1"


def test_a_device_that_was_not_known_is_told_to_the_owner(
    client: LintingClient, app: Flask, okrug: Village, resident: Person
) -> None:
    enter(client)
    enter(english(app))
    enter(english(app), PHONE)
    assert [row.new_device for row in rows(okrug, resident)] == [True, False, True]
    page = client.get("/account").text
    assert page.count("on a device that was not known") == 2
    with okrug.act_as() as act:
        bodies = [one.body for one in act.session.scalars(select(Message).where(Message.person_id == resident.id))]
    assert len([body for body in bodies if "құрылғы" in body]) == 2
    assert all(resident.name not in body and RESIDENT_IIN not in body for body in bodies)


def test_a_voter_in_the_same_browser_keeps_what_is_not_sent_when_an_account_leaves(
    client: LintingClient, resident: Person
) -> None:
    assert resident
    enter(client)
    with client.session_transaction() as session:
        session["voter"] = {"poll": "x"}
    client.post("/sign-out")
    with client.session_transaction() as session:
        assert session["voter"] == {"poll": "x"}
        assert "_user_id" not in session


def test_without_a_voter_the_cookie_goes(client: LintingClient, resident: Person) -> None:
    assert resident
    enter(client)
    answer = client.post("/sign-out")
    assert "session=;" in answer.headers["Set-Cookie"]


def test_security_events_are_logged_without_names_and_numbers(
    client: LintingClient, okrug: Village, resident: Person
) -> None:
    with capture_logs() as told:
        enter(client, password="not the password")
        enter(client)
        client.get("/krasnoyar/cycles/new")
        client.post("/sign-out")
    security = [one for one in told if one.get("security")]
    events = [one["event"] for one in security]
    assert events == ["sign_in_refused", "session_begun", "refused", "session_ended"]
    assert {one["person"] for one in security} == {str(resident.id)}
    text = json.dumps(told, default=str)
    assert resident.name not in text
    assert RESIDENT_IIN not in text
    assert "not the password" not in text
    assert okrug


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.AKIM])
def test_the_public_log_tells_of_staff_alone_when_they_sign_in(
    okrug: Village, role: Role, act_as: Callable[..., Any]
) -> None:
    with act_as() as act:
        person = act.session.get_one(Person, okrug.people[role].id)
        sessions.begin(act, person, "Firefox, Linux")
        events = act.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == person.id)).all()
    told = [event.data for event in events if event.action == "identity.session_begun"]
    assert told == ([] if role is Role.RESIDENT else [{"new_device": True}])


def test_a_used_paper_code_is_told_to_the_owner(okrug: Village, resident: Person) -> None:
    iin = invented_iin(1 + list(Role).index(Role.RESIDENT))
    with okrug.act_as(Role.CLERK) as act:
        code = accounts.register_resident(
            act, KEYS, iin=iin, name=resident.name, settlement=SETTLEMENTS[0], forgotten=True
        )
    with okrug.act_as() as act:
        activate(act, iin, code, NEW)
        query = select(Message).where(Message.person_id == resident.id).order_by(Message.written_at.desc())
        letter = act.session.scalars(query).first()
        assert letter is not None
        assert "paper code" in letter.body
        assert code not in letter.body
