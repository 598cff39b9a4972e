"""Signing in with an electronic signature: by whoever is known here, with this site's own text, once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.core import national_numbers
from pb.core.eds.signing import KeyPair, sign_cms, to_pem
from pb.demo.places import KONYSBAI
from pb.errors import Conflict
from pb.identity.models import AccountSession, Grant, Person, UsedNonce
from pb.identity.service import accounts, nonces, rotation
from pb.identity.service import iin as numbers
from pb.keyring import KeyRing, Keys
from pb.roll.models import Entry
from pb.roll.service import eds_entry
from pb.settings import Settings
from tests.conftest import SignIn, english, make_app
from tests.eds import NOW, another_pki, eds_settings, the_pki
from tests.linting import LintingClient
from tests.village import KEYS, SETTLEMENTS, Village, found, invented_iin, settle

AKIM_IIN = invented_iin(1 + list(Role).index(Role.AKIM))
VILLAGER = invented_iin(900)
STRANGER = invented_iin(901)


@pytest.fixture(autouse=True)
def _that_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return eds_settings(settings, the_pki(), tmp_path / "eds")


@pytest.fixture
def villager(okrug: Village) -> Any:
    """Somebody who is on the roll and has no account."""
    return _on_the_roll(okrug)


def _on_the_roll(okrug: Village) -> Any:
    cycle_id = okrug.open_cycle()
    with okrug.act_as() as act:
        entry = Entry(
            cycle_id=cycle_id,
            number=1,
            iin_lookup=numbers.lookup(VILLAGER, KEYS.pepper),
            iin_sealed=numbers.seal(VILLAGER, KEYS.seal),
            name="Invented Villager",
            settlement=SETTLEMENTS[1],
            imported_at=act.at,
        )
        act.session.add(entry)
    return VILLAGER


def key_of(iin: national_numbers.IIN, **changes: Any) -> KeyPair:
    return the_pki().person(iin=iin.text, **changes)


def ask(client: LintingClient) -> str:
    response = client.post("/sign-in/eds/text", json={})
    assert response.status_code == 200
    return str(response.json["text"])  # type: ignore[index]


def send(
    client: LintingClient, pair: KeyPair, text: str, address: str = "/sign-in/eds", **options: Any
) -> TestResponse:
    cms = sign_cms(text.encode(), pair, **{"attached": False, "at": clock.now(), **options})
    return client.post(address, json={"cms": to_pem(cms).decode()})


def refusal(response: TestResponse) -> str:
    assert response.status_code == 422
    error = response.json["error"]  # type: ignore[index]
    assert error["code"] == "422"
    return str(error["message"])


def name_shown(client: LintingClient) -> bool:
    return "Sign out" in client.get("/krasnoyar/").text


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
def test_staff_sign_in_without_password_and_second_factor(
    client: LintingClient, okrug: Village, algorithm: str
) -> None:
    response = send(
        client, key_of(AKIM_IIN, algorithm=algorithm), ask(client), "/sign-in/eds?after=/krasnoyar/settings"
    )
    assert response.json == {"next": "/krasnoyar/settings"}
    assert okrug.people[Role.AKIM].name in client.get("/krasnoyar/").text


def test_the_text_is_of_this_site_and_moment(client: LintingClient) -> None:
    text = ask(client)
    first, origin, nonce, at = text.split("\n")
    assert (first, origin, at) == ("asar-sign-in", "origin: http://localhost", "at: 2026-11-21T10:00:00Z")
    assert len(nonce) == len("nonce: ") + 64
    assert ask(client) != text


@pytest.mark.usefixtures("villager")
def test_somebody_on_the_roll_gets_an_account(client: LintingClient, okrug: Village) -> None:
    pair = key_of(VILLAGER)
    assert send(client, pair, ask(client)).status_code == 200
    with okrug.act_as() as act:
        person = accounts.find(act.session, VILLAGER, KEYS)
        assert person is not None
        assert (person.name, person.settlement) == ("Invented Villager", SETTLEMENTS[1])
        granted = act.session.scalars(select(Grant).where(Grant.person_id == person.id)).one()
        assert (granted.role, granted.basis) == (
            Role.RESIDENT,
            f"electronic signature, certificate {pair.certificate.fingerprint}",
        )
    assert "Invented Villager" in client.get("/krasnoyar/").text
    client.post("/sign-out")
    assert send(client, key_of(VILLAGER), ask(client)).status_code == 200
    with okrug.act_as() as act:
        assert len(act.session.scalars(select(Person).where(Person.name == "Invented Villager")).all()) == 1


@pytest.mark.both_databases
def test_somebody_on_the_roll_of_another_okrug_is_a_resident_there(client: LintingClient, okrug: Village) -> None:
    """The page to sign in is of no okrug: the roll says which."""
    settle(okrug.database, KONYSBAI)
    beside = found(okrug.database, KONYSBAI)
    _on_the_roll(beside)
    assert send(client, key_of(VILLAGER), ask(client)).status_code == 200
    with beside.act_as() as act:
        person = accounts.find(act.session, VILLAGER, KEYS)
        assert person is not None
        granted = act.session.scalars(select(Grant).where(Grant.person_id == person.id)).one()
        assert (granted.role, granted.territory_id) == (Role.RESIDENT, act.territory.id)
        assert audit.latest(act, "identity.resident_admitted") is not None


@pytest.mark.parametrize("pepper", [1, 2])
def test_nobody_comes_in_as_the_akim_whose_look_up_was_made_that_of_another_iin(okrug: Village, pepper: int) -> None:
    """Played: the look-up of the attacker's own IIN, under the pepper in use, stands in the akim's row."""
    ring = KeyRing({1: KEYS.pepper.key, 2: b"q" * 32} if pepper == 2 else {1: KEYS.pepper.key})
    keys = Keys(ring, KEYS.seal)
    akim, mine = okrug.people[Role.AKIM].id, numbers.lookup(STRANGER, ring)
    attack = update(Person).where(Person.id == akim).values(iin_lookup=mine, iin_pepper=Person.iin_pepper + 1)
    with pytest.raises(DatabaseError, match="frozen_people_update"), okrug.database.engine.begin() as connection:
        connection.execute(attack)
    with okrug.act_as(Role.ADMINISTRATOR) as act:  # with its event, in the public log, the row changes
        rotation.ask(act, Keys(KeyRing({1: KEYS.pepper.key, 2: b"q" * 32}), KEYS.seal))
    with okrug.database.engine.begin() as connection:
        connection.execute(attack)
    signer = the_signer(key_of(STRANGER))
    with okrug.act_as() as act, capture_logs() as logged:
        with pytest.raises(Conflict, match="was made for another"):
            eds_entry.admit(act, keys, STRANGER, signer)
        with pytest.raises(Conflict):
            accounts.sign_in(act.session, keys, STRANGER, "a password")
        assert accounts.find(act.session, AKIM_IIN, keys) is None
    assert {(line["event"], line["person"]) for line in logged} == {("found_under_another_iin", str(akim))}


def the_signer(pair: KeyPair) -> Any:
    """What the entry asks of whoever signed: the certificate's fingerprint."""
    return SimpleNamespace(fingerprint=pair.certificate.fingerprint)


def test_a_look_up_goes_with_its_pepper_and_the_pepper_with_its_look_up(okrug: Village) -> None:
    with okrug.act_as(Role.ADMINISTRATOR) as act:
        rotation.ask(act, Keys(KeyRing({1: KEYS.pepper.key, 2: b"q" * 32}), KEYS.seal))
    for values in ({"iin_pepper": 2}, {"iin_lookup": b"x" * 32}, {"iin_lookup": b"x" * 32, "iin_pepper": 3}):
        attack = update(Person).where(Person.id == okrug.people[Role.AKIM].id).values(values)
        with pytest.raises(DatabaseError, match="frozen_people_update"), okrug.database.engine.begin() as connection:
            connection.execute(attack)


def test_an_iin_that_is_not_known_here(client: LintingClient, okrug: Village) -> None:
    assert refusal(send(client, key_of(STRANGER), ask(client))).startswith("This IIN is not known here")
    assert not name_shown(client)
    with okrug.act_as() as act:
        assert accounts.find(act.session, STRANGER, KEYS) is None


def test_a_signature_serves_once(client: LintingClient) -> None:
    text = ask(client)
    assert send(client, key_of(AKIM_IIN), text).status_code == 200
    client.post("/sign-out")
    assert "sent before" in refusal(send(client, key_of(AKIM_IIN), text))
    assert not name_shown(client)


def test_a_refused_signature_used_its_text_up(client: LintingClient) -> None:
    text = ask(client)
    refusal(send(client, another_pki().person(iin=AKIM_IIN.text), text))
    assert "sent before" in refusal(send(client, key_of(AKIM_IIN), text))


def test_a_signature_made_for_another_browser_counts_nothing(app: Flask, client: LintingClient) -> None:
    """What somebody else was given to sign, and what was taken on its way, is of no use elsewhere."""
    text = ask(english(app))
    assert "sent before" in refusal(send(client, key_of(AKIM_IIN), text))
    ask(client)
    assert "another text" in refusal(send(client, key_of(AKIM_IIN), text))


def test_a_text_waits_five_minutes(client: LintingClient) -> None:
    text = ask(client)
    with time_machine.travel(NOW + timedelta(minutes=5, seconds=1), tick=False):
        assert "too long" in refusal(send(client, key_of(AKIM_IIN), text))


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.replace("localhost", "elsewhere"),
        lambda text: text.replace("asar-sign-in", "asar-release"),
        lambda text: text + "\n",
        lambda text: text.replace("10:00", "10:01"),
        lambda _text: "",
    ],
)
def test_another_text_is_refused(client: LintingClient, changed: Any) -> None:
    assert "another text" in refusal(send(client, key_of(AKIM_IIN), changed(ask(client))))
    assert not name_shown(client)


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (lambda: key_of(AKIM_IIN, not_after=NOW - timedelta(days=1)), "has expired"),
        (lambda: the_pki().authentication(iin=AKIM_IIN.text), "not the one for signing in"),
        (lambda: another_pki().person(iin=AKIM_IIN.text), "national certification authority"),
        (lambda: key_of(national_numbers.IIN("123456789011", NOW.date())), "names no IIN"),
    ],
)
def test_each_wrong_key_is_told(client: LintingClient, pair: Any, words: str) -> None:
    assert words in refusal(send(client, pair(), ask(client)))
    assert not name_shown(client)


@pytest.mark.parametrize("body", [{}, {"cms": 5}, {"cms": None}, [], "text", {"cms": "rubbish"}, {"cms": "\0"}])
def test_odd_calls_are_refusals(client: LintingClient, body: Any) -> None:
    ask(client)
    assert "damaged" in refusal(client.post("/sign-in/eds", json=body))


def test_a_refused_signature_is_logged_without_its_owner(client: LintingClient) -> None:
    with capture_logs() as told:
        refusal(send(client, key_of(STRANGER), ask(client)))
    events = [(event["event"], event["person"], event["endpoint"]) for event in told if event.get("security")]
    assert events == [("signature_refused", None, "roll.sign_in_by_eds")]
    assert STRANGER.text not in str(told)


def test_without_a_text_nothing_is_judged(client: LintingClient) -> None:
    assert "sent before" in refusal(client.post("/sign-in/eds", json={"cms": "rubbish"}))


def test_where_eds_is_not_set_up_nothing_is_offered(settings: Settings, app: Flask) -> None:
    without = english(make_app(replace(settings, eds_trust=None), app.extensions["database"]))
    page = without.get("/sign-in")
    assert "data-eds" not in page.text
    assert "wss://" not in page.headers["Content-Security-Policy"]
    assert without.post("/sign-in/eds/text", json={}).status_code == 404


def test_only_pages_that_sign_may_speak_with_ncalayer(client: LintingClient) -> None:
    allowed = "connect-src 'self' wss://127.0.0.1:13579;"
    page = client.get("/sign-in")
    assert allowed in page.headers["Content-Security-Policy"]
    assert 'data-ncalayer="wss://127.0.0.1:13579"' in page.text
    assert "wss" not in client.get("/krasnoyar/").headers["Content-Security-Policy"]


def test_proving_again_by_the_same_persons_signature(sign_in: SignIn, okrug: Village) -> None:
    akim = sign_in(Role.AKIM)
    with okrug.act_as() as act:
        row = act.session.scalars(select(AccountSession)).one()
        row.proved_at = None
    assert "data-eds" in akim.get("/prove").text
    other = 1 + list(Role).index(Role.CHAIR)
    assert "another person" in refusal(send(akim, key_of(invented_iin(other)), ask(akim), "/prove/eds"))
    with okrug.act_as() as act:
        assert act.session.get_one(AccountSession, row.id).proved_at is None
    assert send(akim, key_of(AKIM_IIN), ask(akim), "/prove/eds?after=/krasnoyar/settings").json == {
        "next": "/krasnoyar/settings"
    }
    with okrug.act_as() as act:
        assert act.session.get_one(AccountSession, row.id).proved_at == NOW
    assert okrug.people[Role.AKIM].name in akim.get("/krasnoyar/").text


def test_nobody_signed_in_proves_nothing(client: LintingClient) -> None:
    assert "another person" in refusal(send(client, key_of(AKIM_IIN), ask(client), "/prove/eds"))


@pytest.mark.both_databases
def test_nonces_are_used_once_and_forgotten(okrug: Village) -> None:
    until = NOW + timedelta(minutes=5)
    with okrug.act_as() as act:
        assert nonces.use(act, "n" * 64, until)
        assert not nonces.use(act, "n" * 64, until)
    with okrug.act_as() as act:
        assert not nonces.use(act, "n" * 64, until)
    with okrug.act_as(at=until) as act:
        assert nonces.use(act, "m" * 64, until + timedelta(minutes=5))
        assert [row.nonce for row in act.session.scalars(select(UsedNonce))] == ["m" * 64]
