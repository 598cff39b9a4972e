"""Voters without a card: a code goes to the person whose IIN it was made for, and to nobody who only says so."""

import io
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError
from werkzeug.test import TestResponse

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.cards.models import CardEvent, Credential, SealedCode
from pb.codes.service.nonces import UsedNonces
from pb.codes.service.server import ask
from pb.commands.eds import eds
from pb.core import sealing
from pb.core.eds.statements import release_text, sign_in_text
from pb.demo.test_authority import make_pki
from tests.conftest import english
from tests.polls.open_poll import ORIGIN, OpenPoll
from tests.polls.signing import UNCLAIMED, Browser, Signatures, browser, pem, staff, voted
from tests.village import invented_iin

both_databases = pytest.mark.both_databases
ANOTHER = UNCLAIMED + 1


# The way of a voter


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
def test_a_voter_without_a_card_votes_with_a_signature(
    signing: Signatures, opened: OpenPoll, algorithm: str, tmp_path: Path
) -> None:
    tracker = voted(signing, opened, algorithm=algorithm)
    auditor = staff(signing, opened, Role.AUDITOR)
    found = auditor.get(f"{opened.path}/reconciliation.json").get_json()
    assert (found["ok"], found["released"], found["signed"], found["ballots"]) == (True, 1, 1, 1)
    answer = auditor.post(f"{opened.path}/evidence/1")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as files:
        files.extractall(tmp_path / "evidence")
    text, cms = tmp_path / "evidence" / "ballot-1.txt", tmp_path / "evidence" / "ballot-1.pem"
    assert tracker in text.read_text()
    folders = ["--trust", str(signing.folder / "trust"), "--crl", str(signing.folder / "crl")]
    done = CliRunner().invoke(eds, ["verify", "--cms", str(cms), "--data", str(text), *folders, "--json"])
    assert done.exit_code == 0, done.output
    assert opened.voter(UNCLAIMED).iin.text in done.output
    text.write_text(text.read_text().replace(tracker, "A" * 43))
    done = CliRunner().invoke(eds, ["verify", "--cms", str(cms), "--data", str(text), *folders])
    assert done.exit_code == 1


def test_a_code_is_released_again_until_a_ballot_is_cast(signing: Signatures, opened: OpenPoll) -> None:
    first, second = browser(signing, opened), browser(signing, opened)
    assert first.ask().status_code == 200
    assert second.ask().status_code == 200
    assert first.secret == second.secret
    ballot = second.ballot(0)
    receipt = second.cast(ballot, pem(second.tracker_text(ballot), second.key)).get_json()["receipt"]
    assert browser(signing, opened).ask().get_json() == {"state": "voted", "receipt": receipt}
    entry = opened.entry_id(UNCLAIMED)
    with opened.act() as act:
        query = select(CardEvent.way).where(CardEvent.entry_id == entry)
        assert sorted(act.session.scalars(query)) == ["released", "released_again"]
        assert not [event for event in audit.every(act) if "released" in event.action], "no minute of it is public"
    log = signing.desk.log.read_text()
    assert log.count('"released"') == 2
    assert opened.voter(UNCLAIMED).iin.text not in log


def test_a_voter_with_a_card_may_sign_too(signing: Signatures, opened: OpenPoll) -> None:
    voter = browser(signing, opened, 0)
    assert opened.sign_in(voter.client, 0).status_code == 200
    ballot = opened.ballot(0, 1)
    stranger = signing.key_of(opened, 1)
    assert voter.cast(ballot, pem(voter.tracker_text(ballot), stranger)).status_code == 422
    assert voter.cast(ballot, pem(voter.tracker_text(ballot), voter.key)).status_code == 201
    found = staff(signing, opened, Role.AUDITOR).get(f"{opened.path}/reconciliation.json").get_json()
    assert (found["by_card"], found["signed"], found["ok"]) == (1, 1, True)


# What the web process alone cannot do


def request_of(signing: Signatures, opened: OpenPoll, number: int = UNCLAIMED) -> dict[str, str]:
    """A request to the code-releasing process as the web process would send it, for a voter who really asks."""
    own = sealing.generate_key()
    text = release_text(ORIGIN, opened.demo.poll_uuid, sealing.public_text(own), "n" * 43, clock.now())
    entry_id = opened.entry_id(number)
    with opened.act() as act:
        _cycle, poll = opened.rows(act)
        key = (poll.id, entry_id)
        credential, sealed = act.session.get_one(Credential, key), act.session.get_one(SealedCode, key)
        return {
            "ask": "release",
            "poll": poll.uuid,
            "entry": str(credential.entry_id),
            "public_key": credential.public_key,
            "sealed": sealed.sealed,
            "text": text,
            "cms": pem(text, signing.key_of(opened, number)),
        }


def answer_to(signing: Signatures, request: dict[str, str]) -> dict[str, str]:
    assert signing.app.extensions["settings"].codes_socket is not None
    return ask(signing.app.extensions["settings"].codes_socket, request)


def changed(request: dict[str, str], signing: Signatures, opened: OpenPoll, **parts: object) -> dict[str, str]:
    """The request with another statement, signed by the same voter."""
    told = dict(line.split(": ", 1) for line in request["text"].split("\n")[1:])
    whole = {**told, "at": clock.now(), **parts}
    text = release_text(**whole)  # type: ignore[arg-type]
    return {**request, "text": text, "cms": pem(text, signing.key_of(opened, UNCLAIMED))}


def test_the_registrar_answers_what_is_right_and_once(signing: Signatures, opened: OpenPoll) -> None:
    request = request_of(signing, opened)
    assert "released" in answer_to(signing, request)
    assert answer_to(signing, request) == {"refused": "used"}
    again = changed(request, signing, opened, key=sealing.public_text(sealing.generate_key()))
    assert answer_to(signing, again) == {"refused": "used"}, "the nonce, in another statement"


def test_a_nonce_stays_used_when_the_process_starts_again(signing: Signatures, opened: OpenPoll) -> None:
    request = request_of(signing, opened)
    assert "released" in signing.desk.answer(request, clock.now())
    restarted = replace(signing.desk, nonces=UsedNonces(signing.folder / "nonces.db"))
    assert restarted.answer(request, clock.now()) == {"refused": "used"}


def test_the_web_process_gets_no_code_by_itself(signing: Signatures, opened: OpenPoll) -> None:
    request = request_of(signing, opened)
    elsewhere = make_pki(clock.now().replace(microsecond=0))
    iin = opened.voter(UNCLAIMED).iin.text
    sign_in = sign_in_text(ORIGIN, "n" * 43, clock.now())
    other = request_of(signing, opened, ANOTHER)
    wrong = {
        "owner: another voter's own signature": (
            {**request, "cms": pem(request["text"], signing.key_of(opened, ANOTHER))},
            "owner",
        ),
        "signature: somebody else's authority": (
            {**request, "cms": pem(request["text"], elsewhere.person(iin=iin))},
            "signature",
        ),
        "signature: a key for signing in to sites": (
            {**request, "cms": pem(request["text"], signing.pki.authentication(iin=iin))},
            "signature",
        ),
        "signature: an expired key": (
            {
                **request,
                "cms": pem(
                    request["text"],
                    signing.key_of(opened, UNCLAIMED, not_after=clock.now().replace(microsecond=0) - timedelta(days=1)),
                ),
            },
            "signature",
        ),
        "signature: of another statement": ({**request, "cms": other["cms"]}, "signature"),
        "signature: none": ({**request, "cms": ""}, "signature"),
        "statement: a sign-in that was signed": (
            {**request, "text": sign_in, "cms": pem(sign_in, signing.key_of(opened, UNCLAIMED))},
            "statement",
        ),
        "origin": (changed(request, signing, opened, origin="https://elsewhere.example"), "origin"),
        "poll": (changed(request, signing, opened, poll="AnotherPoll123"), "poll"),
        "time: long ago": (changed(request, signing, opened, at=clock.now() - timedelta(minutes=11)), "time"),
        "time: yet to come": (changed(request, signing, opened, at=clock.now() + timedelta(minutes=5)), "time"),
        "sealed: another voter's code": ({**request, "sealed": other["sealed"]}, "sealed"),
        "sealed: another credential": ({**request, "public_key": other["public_key"]}, "sealed"),
        "sealed: another entry": ({**request, "entry": other["entry"]}, "sealed"),
        "sealed: nothing": ({**request, "sealed": ""}, "sealed"),
        "request": ({"ask": "everything"}, "request"),
    }
    for name, (told, reason) in wrong.items():
        assert answer_to(signing, told) == {"refused": reason}, name
    assert signing.desk.answer("text", clock.now()) == {"refused": "request"}
    assert "released" in answer_to(signing, request), "the right one still serves"


def test_the_database_holds_no_code_and_no_key_to_it(signing: Signatures, opened: OpenPoll) -> None:
    with opened.act() as act:
        stored = act.session.scalars(select(SealedCode.sealed)).all()
    assert len(stored) == len(opened.demo.cards)
    for _voter, code in opened.demo.cards:
        assert not any(code in one for one in stored)
    request = request_of(signing, opened)
    named = {name: request[name] for name in ("poll", "entry", "public_key")}
    with pytest.raises(sealing.SealingError):
        sealing.unseal_code(request["sealed"], sealing.generate_key(), **named)


# What a browser cannot do


def test_what_a_browser_may_not_ask(signing: Signatures, opened: OpenPoll) -> None:
    voter = browser(signing, opened)
    sign_in = sign_in_text(ORIGIN, opened.challenge(voter.client), clock.now())
    used, for_a_card = voter.challenge(), opened.challenge(voter.client)
    refusals = [
        voter.ask(poll="AnotherPoll123"),
        voter.ask(origin="https://elsewhere.example"),
        voter.ask(at=clock.now() - timedelta(minutes=11)),
        voter.ask(nonce="n" * 43),
        voter.ask(nonce=for_a_card),
        voter.ask(text=sign_in),
        voter.ask(cms="-----BEGIN CMS-----\nAAAA\n-----END CMS-----\n"),
        voter.ask(cms="x" * 50_000),
    ]
    assert [answer.status_code for answer in refusals] == [422] * len(refusals)
    assert all(answer.get_json()["error"]["message"] for answer in refusals)
    assert voter.ask(nonce=used).status_code == 200
    assert voter.ask(nonce=used).status_code == 422
    stranger = Browser(opened, english(signing.app), signing.pki.person(iin=invented_iin(77).text))
    assert stranger.ask().status_code == 403
    assert "not on the roll" in stranger.ask().get_json()["error"]["message"]
    for body in ({}, {"text": 5, "cms": []}, {"text": "\ud800", "cms": "\ud800"}, {"text": sign_in, "cms": 5}, []):
        assert voter.client.post(f"{opened.path}/release", json=body).status_code == 422


def test_whoever_has_a_card_has_no_release_and_the_other_way_round(signing: Signatures, opened: OpenPoll) -> None:
    assert browser(signing, opened, 0).ask().status_code == 409
    assert browser(signing, opened).ask().status_code == 200
    clerk = staff(signing, opened, Role.CLERK)
    assert clerk.post(f"{opened.path}/hand-over/{opened.entry_number(UNCLAIMED)}").status_code == 409
    registrar = staff(signing, opened, Role.REGISTRAR)
    path = f"{opened.path}/reissues/for/{opened.entry_number(UNCLAIMED)}"
    assert registrar.post(path, data={"reason": "lost"}).status_code == 409
    released = update(Credential).where(Credential.released_at.is_not(None))
    for values in ({"handed_over_at": clock.now()}, {"withdrawn_at": clock.now()}, {"released_at": None}):
        with opened.database.engine.connect() as connection:
            with pytest.raises(DatabaseError, match="frozen_credentials_update"):
                connection.execute(released.values(values))
            connection.rollback()


def at_once(calls: dict[str, Callable[[], TestResponse]], *, late: float) -> dict[str, int]:
    """The status of each call, made in threads that start together; the last waits for `late` seconds more."""
    barrier = threading.Barrier(len(calls))
    answers: dict[str, int] = {}

    def run(name: str, seconds: float) -> None:
        barrier.wait()
        time.sleep(seconds)
        answers[name] = calls[name]().status_code

    *first, last = calls
    threads = [threading.Thread(target=run, args=(name, late if name == last else 0)) for name in [*first, last]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@both_databases
def test_a_release_and_a_hand_over_at_once(signing: Signatures, opened: OpenPoll) -> None:
    """Whoever comes first has the code; the other is refused, and the database could not hold both."""
    for number in range(UNCLAIMED, UNCLAIMED + 4):
        voter, clerk = browser(signing, opened, number), staff(signing, opened, Role.CLERK)
        path = f"{opened.path}/hand-over/{opened.entry_number(number)}"
        answers = at_once({"release": voter.ask, "hand over": partial(clerk.post, path)}, late=0.05 * (number % 2))
        assert answers in ({"release": 200, "hand over": 409}, {"release": 409, "hand over": 302}), number


def test_a_ballot_of_a_released_code_needs_the_voters_own_signature(signing: Signatures, opened: OpenPoll) -> None:
    voter = browser(signing, opened)
    voter.ask()
    ballot, other = voter.ballot(1), voter.ballot(2)
    stranger = signing.key_of(opened, ANOTHER)
    refusals = {
        "none": None,
        "of another person": pem(voter.tracker_text(ballot), stranger),
        "of another ballot": pem(voter.tracker_text(other), voter.key),
        "of another text": pem("asar-ballot", voter.key),
        "the release's": pem(
            release_text(ORIGIN, opened.demo.poll_uuid, sealing.public_text(voter.own), "n" * 43, clock.now()),
            voter.key,
        ),
        "empty": "",
        "long": "x" * 50_000,
    }
    for name, cms in refusals.items():
        answer = voter.cast(ballot, cms)
        assert (name, answer.status_code) == (name, 422)
        assert answer.get_json()["error"]["message"]
    assert voter.cast(ballot, pem(voter.tracker_text(ballot), voter.key)).status_code == 201


def test_a_released_code_does_not_vote_as_a_card(signing: Signatures, opened: OpenPoll) -> None:
    browser(signing, opened).ask()
    assert opened.sign_in(english(signing.app), UNCLAIMED).status_code == 403


def test_without_signatures_configured_nothing_of_it_is_there(app: object, opened: OpenPoll) -> None:
    client = english(app)  # type: ignore[arg-type]
    assert client.post(f"{opened.path}/release", json={}).status_code == 404
    assert "digital signature" not in client.get(f"{opened.path}/vote").text


def test_a_registrar_that_does_not_answer_is_said_plainly(signing: Signatures, opened: OpenPoll) -> None:
    voter = browser(signing, opened)
    socket = signing.app.extensions["settings"].codes_socket
    socket.rename(socket.with_name("elsewhere"))
    answer = voter.ask()
    socket.with_name("elsewhere").rename(socket)
    assert answer.status_code == 503
    entry_id = opened.entry_id(UNCLAIMED)
    with opened.act() as act:
        card = act.session.get_one(Credential, (opened.rows(act)[1].id, entry_id))
        assert card.released_at is None
