"""Signing in with a card: who has it gets in; everybody else gets one and the same answer, and learns nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from pb import clock
from pb.core.belenios import ballots, possession
from pb.core.belenios.canonical import ProtocolError, dump_json
from pb.core.belenios.messages import Proof
from pb.identity.models import UsedNonce
from pb.identity.service import nonces
from pb.identity.service.nonces import Purpose
from pb.polls.service import state
from tests.conftest import english
from tests.linting import LintingClient
from tests.polls.open_poll import GROUP, HANDED_OVER, ORIGIN, OpenPoll
from tests.village import invented_iin


@pytest.fixture
def voter(app: Flask) -> LintingClient:
    return english(app)


@contextmanager
def statements(opened: OpenPoll) -> Iterator[list[str]]:
    """What the database is asked while the block runs."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(opened.database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(opened.database.engine, "before_cursor_execute", note)


def refused(answer: TestResponse) -> tuple[int, str]:
    assert answer.status_code == 403, answer.text
    return answer.status_code, answer.text


def sign_in_again(answer: TestResponse) -> None:
    """Who showed a card too long ago, or none, is asked for it, and keeps what is chosen."""
    assert answer.status_code == 401, answer.text
    assert answer.get_json()["error"]["code"] == "SignInAgain"


def test_whoever_has_the_card_gets_in(opened: OpenPoll, voter: LintingClient) -> None:
    assert opened.sign_in(voter, 0).get_json() == {"state": "ready"}
    assert opened.cast(voter, opened.ballot(0, 0)).status_code == 201


def test_nobody_learns_whether_a_person_is_on_the_roll(
    opened: OpenPoll, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unknown, on the roll with another card, with a card that was never handed over, or who voted: no difference."""
    voted = english(app)
    opened.sign_in(voted, 1)
    opened.cast(voted, opened.ballot(1, 0))
    told, asked, proofs = set(), set(), []
    check_login = possession.check_login

    def counted(*arguments: Any, **named: Any) -> None:
        proofs.append(arguments)
        check_login(*arguments, **named)

    monkeypatch.setattr(possession, "check_login", counted)
    for wrong in (
        {"iin": invented_iin(77).text},  # on no roll
        {"iin": "000000000000"},  # no IIN at all
        {"iin": opened.voter(3).iin.text},  # on the roll, another's card
        {"iin": opened.voter(1).iin.text},  # who has voted, another's card
        {"iin": opened.voter(HANDED_OVER).iin.text},  # whose card was not handed over, another's card
        {"iin": opened.voter(HANDED_OVER).iin.text, "card": HANDED_OVER},  # and with that very card
        {"origin": "http://elsewhere.example"},  # a proof made for another site
    ):
        client = english(app)
        nonce = opened.challenge(client)
        proofs.clear()
        with statements(opened) as done:
            told.add(refused(opened.sign_in(client, 0, nonce=nonce, **wrong)))
        asked.add(tuple(statement for statement in done if statement.startswith("SELECT")))
        assert len(proofs) == 1, "the proof is checked whatever else is wrong"
        assert opened.cast(client, opened.ballot(0, 0)).status_code == 401
    assert len(told) == 1
    assert len(asked) == 1, "the same questions to the database, whatever is wrong"


def test_a_refused_card_is_logged_and_whose_it_was_is_not(opened: OpenPoll, voter: LintingClient) -> None:
    stranger = invented_iin(900).text
    with capture_logs() as told:
        answer = voter.post(
            f"{opened.path}/voter", json={"iin": stranger, "credential": "5", "nonce": "x", "proof": {}}
        )
        assert answer.status_code == 403
        assert opened.sign_in(voter, 0).get_json() == {"state": "ready"}
    security = [event for event in told if event.get("security")]
    assert [(event["event"], event["endpoint"], event["person"]) for event in security] == [
        ("refused", "voting.admit", None)
    ], "who gets in stands in no log"
    assert stranger not in json.dumps(told, default=str)


def test_a_nonce_serves_one_valid_proof(opened: OpenPoll, voter: LintingClient, app: Flask) -> None:
    nonce = opened.challenge(voter)
    refused(opened.sign_in(voter, 0, nonce=nonce, iin=invented_iin(77).text))
    assert opened.sign_in(voter, 0, nonce=nonce).status_code == 200, "a wrong proof uses nothing up"
    refused(opened.sign_in(english(app), 0, nonce=nonce))  # heard on the way, and sent again
    refused(opened.sign_in(voter, 0, nonce="a" * 43))  # never given out
    refused(opened.sign_in(voter, 0, nonce=nonce[:-1] + ("A" if nonce[-1] != "A" else "B")))
    assert opened.sign_in(voter, 0).status_code == 200


def test_strangers_leave_no_row_behind(opened: OpenPoll, voter: LintingClient) -> None:
    """Played: 100,000 challenges filled a table that the voters' own waited behind."""
    for _time in range(20):
        refused(opened.sign_in(voter, 0, iin=invented_iin(77).text))
    assert used_nonces(opened) == 0
    opened.sign_in(voter, 0)
    assert used_nonces(opened) == 1
    with time_machine.travel(clock.now() + timedelta(minutes=3), tick=True):
        opened.sign_in(voter, 1)
        assert used_nonces(opened) == 1, "what is too old anyway is forgotten"


def test_a_nonce_is_for_one_purpose_and_one_poll(opened: OpenPoll, voter: LintingClient) -> None:
    to_sign = voter.post(f"{opened.path}/challenge", json={"for": "signature"}).get_json()["nonce"]
    refused(opened.sign_in(voter, 0, nonce=to_sign))
    secret, at = "a key for tests alone, forty characters!", clock.now()
    refused(opened.sign_in(voter, 0, nonce=nonces.issue(secret, Purpose.CARD, f"{ORIGIN}|AnotherPoll123", at)))
    place = f"{ORIGIN}|{opened.demo.poll_uuid}"
    refused(opened.sign_in(voter, 0, nonce=nonces.issue("another server's key", Purpose.CARD, place, at)))
    assert opened.sign_in(voter, 0, nonce=nonces.issue(secret, Purpose.CARD, place, at)).status_code == 200


def used_nonces(opened: OpenPoll) -> int:
    with opened.act() as act:
        return len(act.session.scalars(select(UsedNonce)).all())


def test_a_nonce_serves_for_two_minutes(opened: OpenPoll, voter: LintingClient) -> None:
    early, late = opened.challenge(voter), opened.challenge(voter)
    now = clock.now()
    with time_machine.travel(now + timedelta(seconds=110), tick=True):
        assert opened.sign_in(voter, 0, nonce=early).status_code == 200
    with time_machine.travel(now + timedelta(seconds=125), tick=True):
        refused(opened.sign_in(voter, 0, nonce=late))


def test_a_session_outlives_neither_two_hours_nor_another_poll(opened: OpenPoll, voter: LintingClient) -> None:
    opened.sign_in(voter, 0)
    ballot = opened.ballot(0, 0)
    with voter.session_transaction() as session:
        kept = session["voter"]
        session["voter"] = {**kept, "poll": "AnotherPoll123"}
    sign_in_again(opened.cast(voter, ballot))
    with voter.session_transaction() as session:
        session["voter"] = kept
    with time_machine.travel(clock.now() + timedelta(hours=2, minutes=1), tick=True):
        sign_in_again(opened.cast(voter, ballot))


def test_no_login_proof_can_serve_as_a_ballots_signature(opened: OpenPoll) -> None:
    """The challenge of a proof names what it is for: the same numbers prove nothing elsewhere."""
    with opened.act() as act:
        election = state.election_of(opened.rows(act)[1].election_json or "")
    secret = opened.secret(0)
    raw = opened.ballot(0, 0)
    ballot = ballots.Ballot.parse(raw, GROUP)
    login = possession.prove_login(GROUP, secret, origin="http://x", uuid=election.uuid, nonce="n")
    forged = raw.replace(dump_json(ballot.signature.proof.to_value()), dump_json(login.to_value()))
    assert forged != raw
    with pytest.raises(ProtocolError):
        ballots.check_ballot(election, {ballot.credential}, forged)
    with pytest.raises(ProtocolError):
        possession.check_login(
            GROUP,
            ballot.credential,
            Proof.from_value(ballot.signature.proof.to_value(), GROUP.q),
            origin="http://x",
            uuid=election.uuid,
            nonce="n",
        )


@pytest.mark.parametrize("body", [{}, {"iin": 5, "credential": [], "nonce": {}, "proof": "x"}, []])
def test_a_body_of_another_form_is_refused_like_any_other(opened: OpenPoll, voter: LintingClient, body: object) -> None:
    refused(voter.post(f"{opened.path}/voter", json=body))


@pytest.mark.parametrize("ballot", [None, 5, "", "{}", "[" * 1000, "x" * 600_000])
def test_what_is_no_ballot_is_refused_and_nothing_is_cast(
    opened: OpenPoll, voter: LintingClient, ballot: object
) -> None:
    opened.sign_in(voter, 0)
    answer = voter.post(f"{opened.path}/ballots", json={"ballot": ballot})
    assert answer.status_code == 422
    assert answer.get_json()["error"]["code"] == "ballot"


def test_a_post_of_another_site_is_refused(opened: OpenPoll, voter: LintingClient) -> None:
    opened.sign_in(voter, 0)
    answer = voter.post(f"{opened.path}/ballots", json={"ballot": opened.ballot(0, 0)}, token=False)
    assert answer.status_code == 400


def test_every_attempt_to_sign_in_ends_the_sign_in_before(opened: OpenPoll, voter: LintingClient) -> None:
    """On a shared device nobody casts, or is taken for, the voter before."""
    opened.sign_in(voter, 0)
    refused(opened.sign_in(voter, 1, iin=invented_iin(77).text))
    with voter.session_transaction() as session:
        assert "voter" not in session
    sign_in_again(opened.cast(voter, opened.ballot(0, 0)))


def test_nothing_of_a_voter_stays_after_the_receipt_of_an_earlier_ballot(
    opened: OpenPoll, voter: LintingClient
) -> None:
    opened.sign_in(voter, 0)
    opened.cast(voter, opened.ballot(0, 0))
    assert opened.sign_in(voter, 0).get_json()["state"] == "voted"
    with voter.session_transaction() as session:
        assert "voter" not in session


def test_a_browser_without_its_session_is_told_to_take_a_fresh_token(opened: OpenPoll, voter: LintingClient) -> None:
    opened.sign_in(voter, 0)
    voter.delete_cookie("session")
    lost = voter.post(f"{opened.path}/ballots", json={"ballot": opened.ballot(0, 0)}, token=False)
    assert lost.status_code == 400
    assert lost.get_json()["error"]["code"] == "Token"
    sign_in_again(opened.cast(voter, opened.ballot(0, 0)))


@pytest.mark.parametrize("origin", ["http://127.0.0.1", "http://localhost:8000", "https://localhost"])
def test_a_voter_under_another_name_of_the_site_is_told_where_to_vote(
    opened: OpenPoll, client: LintingClient, origin: str
) -> None:
    """Played: at localhost, beside 127.0.0.1, a right card was refused as wrong."""
    answer = client.post(f"{opened.path}/challenge", json={}, headers={"Origin": origin})
    assert answer.status_code == 400
    assert answer.get_json()["error"]["message"].endswith(f"Open it here: http://localhost{opened.path}/vote")


@pytest.mark.parametrize("origin", ["http://localhost", "null", ""])
def test_a_voter_at_the_sites_own_address_goes_on(opened: OpenPoll, client: LintingClient, origin: str) -> None:
    assert client.post(f"{opened.path}/challenge", json={}, headers={"Origin": origin}).get_json()["nonce"]
