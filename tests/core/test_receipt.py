"""Receipts: signed by the poll, about a place in its chain, and found there."""

import io
import json
from dataclasses import replace
from typing import Any

import pytest

from pb.core.belenios.ballots import tracker
from pb.core.belenios.canonical import Check, ProtocolError, dump_json
from pb.core.belenios.messages import EventType
from pb.core.belenios.receipt import Receipt, check_receipt, generate_receipt_key, sign_receipt
from pb.core.belenios.verify_receipt import verify_receipt
from tests.conformance.polls import Poll, links, make_poll, write


@pytest.fixture(scope="module")
def poll() -> Poll:
    return make_poll([(0, [[1, 0]]), (1, [[0, 1]])])


def unsigned(poll: Poll, height: int = 2) -> Receipt:
    link = links(poll.messages)[height]
    return Receipt(
        election=poll.election.uuid,
        election_hash=poll.election.hash,
        tracker=tracker(poll.messages.ballots[height - 1]),
        position=height,
        height=height,
        event=link.digest,
        hour="2026-11-21T14:00+05:00",
    )


def refusal(receipt: str | Receipt, archive: bytes) -> Check:
    with pytest.raises(ProtocolError) as refused:
        verify_receipt(receipt, io.BytesIO(archive))
    return refused.value.check


@pytest.mark.parametrize("through", [EventType.BALLOT, EventType.END_BALLOTS, EventType.RESULT])
def test_a_receipt_is_found_in_the_archive_while_open_and_after(poll: Poll, through: EventType) -> None:
    receipt = sign_receipt(unsigned(poll), poll.receipt_key)
    archive = write(links(poll.messages, through))
    assert verify_receipt(receipt.to_json(), io.BytesIO(archive)) == receipt


def test_it_says_nothing_but_where_the_ballot_stands(poll: Poll) -> None:
    value = json.loads(sign_receipt(unsigned(poll), poll.receipt_key).to_json())
    names = ["version", "election", "election_hash", "tracker", "position", "height", "event", "hour"]
    assert list(value) == [*names, "key", "signature"]


def test_a_ballot_dropped_after_its_receipt_was_given_is_missed(poll: Poll) -> None:
    receipt = sign_receipt(unsigned(poll), poll.receipt_key)
    without = replace(poll.messages, ballots=poll.messages.ballots[:1])
    exchanged = replace(poll.messages, ballots=poll.messages.ballots[::-1])
    for messages in (without, exchanged):
        assert refusal(receipt, write(links(messages, EventType.BALLOT))) is Check.RECEIPT


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tracker", "another"),
        ("position", 1),
        ("height", 1),
        ("event", "0" * 64),
        ("election", "B" * 14),
        ("election_hash", "another"),
    ],
)
def test_a_receipt_that_the_poll_signed_about_something_else(poll: Poll, field: str, value: Any) -> None:
    receipt = sign_receipt(replace(unsigned(poll), **{field: value}), poll.receipt_key)
    assert refusal(receipt, poll.archive) is Check.RECEIPT


def test_every_field_is_signed(poll: Poll) -> None:
    receipt = sign_receipt(unsigned(poll), poll.receipt_key)
    key = receipt.key
    for field, value in (
        ("tracker", "x"),
        ("position", 1),
        ("height", 1),
        ("event", "0" * 64),
        ("election", "B" * 14),
        ("election_hash", "x"),
        ("hour", "2026-11-21T15:00+05:00"),
        ("key", generate_receipt_key()[1]),
        ("signature", sign_receipt(unsigned(poll, 1), poll.receipt_key).signature),
    ):
        with pytest.raises(ProtocolError) as refused:
            check_receipt(replace(receipt, **{field: value}), key)
        assert refused.value.check is Check.RECEIPT


def test_a_receipt_signed_with_another_key_is_not_the_polls(poll: Poll) -> None:
    forged = sign_receipt(unsigned(poll), generate_receipt_key()[0])
    check_receipt(forged, forged.key)
    assert refusal(forged, poll.archive) is Check.RECEIPT


@pytest.mark.parametrize(
    ("field", "value", "check"),
    [
        ("version", 2, Check.FORM),
        ("hour", "2026-11-21T14:05+05:00", Check.RECEIPT),
        ("hour", "yesterday", Check.RECEIPT),
        ("position", 0, Check.FORM),
        ("height", "2", Check.FORM),
        ("event", "x", Check.FORM),
        ("key", "x", Check.RECEIPT),
        ("signature", "AAAA", Check.RECEIPT),
        ("election", "x", Check.FORM),
    ],
)
def test_what_is_no_receipt(poll: Poll, field: str, value: Any, check: Check) -> None:
    good = json.loads(sign_receipt(unsigned(poll), poll.receipt_key).to_json())
    assert refusal(dump_json(good | {field: value}), poll.archive) is check
