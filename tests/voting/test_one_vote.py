"""One card, one vote: whatever arrives at once, one ballot is in the box and everybody is told the same."""

import threading
from collections.abc import Callable
from contextlib import closing

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from pb.audit import service as audit
from pb.core.belenios.ballots import tracker
from pb.core.belenios.canonical import dump_json
from pb.core.belenios.receipt import FIELDS
from pb.core.belenios.verify import verify
from pb.core.belenios.verify_receipt import verify_receipt
from pb.polls.models import Participation
from pb.polls.service import archive
from pb.voting.models import CastBallot
from tests.conftest import english
from tests.polls.open_poll import OpenPoll

THREADS = 8
both_databases = pytest.mark.both_databases


def at_once(calls: list[Callable[[], TestResponse]]) -> list[TestResponse]:
    """Makes all calls in threads of their own that start together."""
    barrier = threading.Barrier(len(calls))
    answers: list[TestResponse] = []

    def run(call: Callable[[], TestResponse]) -> None:
        barrier.wait()
        answers.append(call())

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(calls)
    return answers


def casts(app: Flask, opened: OpenPoll, number: int, given: list[str]) -> list[Callable[[], TestResponse]]:
    """The same voter in as many browsers as there are ballots, each about to cast one."""
    calls: list[Callable[[], TestResponse]] = []
    for ballot in given:
        client = english(app)
        assert opened.sign_in(client, number).get_json() == {"state": "ready"}
        calls.append(lambda client=client, ballot=ballot: opened.cast(client, ballot))  # type: ignore[misc]
    return calls


def in_the_box(opened: OpenPoll) -> tuple[int, int]:
    """How many ballots and how many participations there are."""
    with opened.act() as act:
        return tuple(
            act.session.scalar(select(func.count()).select_from(table)) for table in (CastBallot, Participation)
        )  # type: ignore[return-value]


def the_archive_holds(opened: OpenPoll, *receipts: dict[str, object]) -> None:
    with opened.act() as act:
        _cycle, poll = opened.rows(act)
        with closing(archive.copy(act.session, poll)) as file:
            assert verify(file).ok
            for receipt in receipts:
                file.seek(0)
                verify_receipt(dump_json({name: receipt[name] for name in FIELDS}), file)
        assert audit.first_fault(act) is None


@both_databases
def test_of_different_ballots_of_one_card_that_arrive_at_once_one_counts(app: Flask, opened: OpenPoll) -> None:
    first, second = opened.ballot(0, 0, 1), opened.ballot(0, 2)
    answers = at_once(casts(app, opened, 0, [first, second] * (THREADS // 2)))
    (accepted,) = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code == 409]
    assert len(refused) == THREADS - 1
    receipt = accepted.get_json()["receipt"]
    assert all(answer.get_json()["receipt"] == receipt for answer in refused), "each refusal says what is in the box"
    assert all(answer.get_json()["error"]["code"] == "voted" for answer in refused)
    assert receipt["tracker"] in {tracker(first), tracker(second)}
    assert in_the_box(opened) == (1, 1)
    the_archive_holds(opened, receipt)


@both_databases
def test_a_double_click_casts_once(app: Flask, opened: OpenPoll) -> None:
    ballot = opened.ballot(1, 3)
    answers = at_once(casts(app, opened, 1, [ballot, ballot]))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert {answer.get_json()["receipt"]["tracker"] for answer in answers} == {tracker(ballot)}
    assert in_the_box(opened) == (1, 1)


@both_databases
def test_different_voters_at_once_all_vote_and_the_chain_stays_whole(app: Flask, opened: OpenPoll) -> None:
    calls = [casts(app, opened, number, [opened.ballot(number, number % 4)])[0] for number in range(THREADS)]
    answers = at_once(calls)
    assert {answer.status_code for answer in answers} == {201}
    receipts = [answer.get_json()["receipt"] for answer in answers]
    assert sorted(receipt["position"] for receipt in receipts) == list(range(1, THREADS + 1))
    assert in_the_box(opened) == (THREADS, THREADS)
    the_archive_holds(opened, *receipts)


def test_whoever_voted_sees_the_receipt_at_the_next_sign_in(app: Flask, opened: OpenPoll) -> None:
    client = english(app)
    opened.sign_in(client, 2)
    receipt = opened.cast(client, opened.ballot(2, 0)).get_json()["receipt"]
    answer = opened.sign_in(english(app), 2)
    assert answer.get_json() == {"state": "voted", "receipt": receipt}


def test_a_ballot_of_another_card_is_not_taken(app: Flask, opened: OpenPoll) -> None:
    client = english(app)
    opened.sign_in(client, 3)
    assert opened.cast(client, opened.ballot(4, 0)).status_code == 422
    assert opened.cast(english(app), opened.ballot(3, 0)).status_code == 401, "nobody signed in there"
    assert in_the_box(opened) == (0, 0)
