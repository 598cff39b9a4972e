"""Whatever a program sends to the script's addresses, the answer is a refusal in JSON, and nothing is written."""

import json
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from pb.act import Role
from pb.audit.models import AuditEvent
from pb.cards.models import Credential
from pb.polls.models import Poll
from pb.trustees.models import PollTrustee
from pb.voting.models import CastBallot
from tests.conftest import english
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.sessions import session_of

# The calls of the scripts: who makes them, and what they carry.
CALLS: dict[str, tuple[Role | None, tuple[str, ...]]] = {
    "challenge": (None, ()),
    "voter": (None, ("iin", "credential", "nonce", "proof")),
    "ballots": (None, ("ballot", "cms")),
    "cards": (Role.REGISTRAR, ("credentials",)),
    "trustee/key": (Role.TRUSTEE, ("trustee",)),
    "trustee/certificate": (Role.TRUSTEE, ("certificate",)),
    "trustee/dealing": (Role.TRUSTEE, ("dealing",)),
    "trustee/share": (Role.TRUSTEE, ("share",)),
    "trustee/complaint": (Role.TRUSTEE, ("dealer",)),
    "trustee/shuffle": (Role.TRUSTEE, ("shuffle",)),
    "trustee/confirmation": (Role.TRUSTEE, ("proof",)),
    "trustee/decryption": (Role.TRUSTEE, ("partial_decryption",)),
}
ODD: dict[str, Any] = {
    "nothing": None,
    "a number": 5,
    "a long number": 10**3000,
    "a list": [[]],
    "an object": {"entry": {"challenge": []}, "challenge": 1, "response": None},
    "a list of objects": [{"entry": None, "public_key": []}, 7],
    "an empty string": "",
    "a NUL": "a\0b",
    "half of a pair": "\ud800",
    "a separator": "a|b",
    "much": "x" * 700_000,
    "digits": "9" * 5_000,
    "deep brackets": "[" * 100_000,
    "an infinity": float("inf"),
}
RAW = {
    "no JSON": b"{",
    "no object": b"[]",
    "a text": b'"x"',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "no UTF-8": b"\xff\xfe",
    "nothing": b"",
    "twice": b'{"iin": 1, "iin": [], "proof": {"challenge": "1", "response": "1"}}',
}
both_databases = pytest.mark.both_databases


def caller(app: Flask, opened: OpenPoll, role: Role | None) -> LintingClient:
    client = english(app)
    if role is None:
        opened.sign_in(client, 0)
    else:
        with opened.database.work() as work, client.session_transaction() as session:
            session.update(session_of(work, opened.person_id(role)))
    return client


def standing(opened: OpenPoll) -> list[int | None]:
    """What no refused call may change."""
    with opened.act() as act:
        counts = [select(func.count()).select_from(kind) for kind in (AuditEvent, CastBallot, Credential)]
        keys = select(func.count()).select_from(PollTrustee).where(PollTrustee.decryption_json.is_not(None))
        return [act.session.scalar(query) for query in (*counts, keys, select(func.sum(Poll.height)))]


def refused_in_json(answer: Any) -> None:
    assert 400 <= answer.status_code < 500, answer.text[:500]
    error = answer.get_json()["error"]
    assert error["code"]
    assert error["message"], "a refusal says what to do"


@both_databases
@pytest.mark.parametrize("call", CALLS)
def test_an_odd_value_is_refused_in_json_and_writes_nothing(opened: OpenPoll, app: Flask, call: str) -> None:
    role, names = CALLS[call]
    client = caller(app, opened, role)
    before = standing(opened)
    for what, value in ODD.items():
        for name in names:
            body: dict[str, Any] = dict.fromkeys(names, "1") | {name: value}
            answer = client.post(f"{opened.path}/{call}", json=body)
            assert (what, name, answer.status_code) != (what, name, 500)
            refused_in_json(answer)
    assert standing(opened) == before


@pytest.mark.parametrize("call", CALLS)
def test_a_body_that_is_no_object_is_refused_in_json(opened: OpenPoll, app: Flask, call: str) -> None:
    role, names = CALLS[call]
    client = caller(app, opened, role)
    before = standing(opened)
    for what, body in RAW.items():
        headers = {"X-CSRFToken": client.csrf_token()}
        path = f"{opened.path}/{call}"
        answer = client.post(path, data=body, content_type="application/json", headers=headers, token=False)
        assert (what, answer.status_code) != (what, 500)
        if names or what == "deep":  # larger than a challenge may be
            refused_in_json(answer)
        else:
            assert answer.get_json()["nonce"], "a challenge asks for nothing"
    assert standing(opened) == before


@pytest.mark.parametrize("call", CALLS)
def test_calls_of_a_cycle_without_a_poll_are_refused_in_json(opened: OpenPoll, app: Flask, call: str) -> None:
    client = caller(app, opened, CALLS[call][0])
    refused_in_json(client.post(f"/krasnoyar/1999/poll/{call}", json={}))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
PROOFS = st.fixed_dictionaries({"challenge": VALUES, "response": VALUES})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.fixed_dictionaries({"iin": VALUES, "credential": VALUES, "nonce": VALUES, "proof": VALUES | PROOFS}))
def test_no_invented_sign_in_gets_anything_but_the_one_refusal(
    opened: OpenPoll, app: Flask, body: dict[str, Any]
) -> None:
    answer = english(app).post(f"{opened.path}/voter", json=json.loads(json.dumps(body)))
    assert answer.status_code == 403
    refused_in_json(answer)
