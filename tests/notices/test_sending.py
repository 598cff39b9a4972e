"""Sent at least once and by one alone, at the hours that were chosen, again after a failure, until that ends."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask

from pb.act import Role
from pb.clock import local
from pb.db import Database
from pb.jobs import service as jobs
from pb.notices.models import Channel, Kind, State
from pb.notices.service import carriers, following, sending, times, waking
from pb.notices.service.choices import usual
from pb.proposals.models import Verdict
from pb.settings import ConfigurationError, Settings
from tests.notices.told import MAIL, NOON, PHONE, Told, a_project, in_a_while
from tests.village import Village

PEOPLE = 7


@pytest.fixture
def reached(told: Told) -> Told:
    """The author is reached by mail and telephone; what came so far was sent."""
    told.reach(told.author, Channel.MAIL, MAIL["author"])
    told.reach(told.author, Channel.SMS, PHONE["author"])
    told.choose(told.author)
    told.work()
    return told


def test_killed_between_sending_and_marking_it_goes_again_under_the_same_message_id(
    reached: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached.choose(reached.author, sms="")
    reached.review()
    seen: list[Any] = []
    kept = carriers.outbox.write_private

    def killed(path: Any, data: bytes) -> None:
        seen.append((path.name, data))
        kept(path, data)
        raise KeyboardInterrupt

    monkeypatch.setattr(carriers.outbox, "write_private", killed)
    with pytest.raises(KeyboardInterrupt):
        reached.work()
    monkeypatch.setattr(carriers.outbox, "write_private", lambda path, data: seen.append((path.name, data)))
    reached.work()
    assert len(seen) == 1, "another one waits until the first is surely dead"
    with time_machine.travel(in_a_while(minutes=11)):
        reached.work()
    (first, second) = seen
    assert first[0] == second[0]
    ids = [line for _name, data in seen for line in data.splitlines() if line.startswith(b"Message-ID")]
    assert ids[0] == ids[1]
    assert {row.state for row in reached.sendings()} == {State.SENT}


def test_nothing_rings_in_quiet_hours(reached: Told) -> None:
    reached.choose(reached.author, quiet_from=21, quiet_until=9)
    before = len(reached.texts())
    with time_machine.travel(NOON + timedelta(hours=11)):
        reached.review()
        reached.work()
        assert len(reached.texts()) == before
    with time_machine.travel(NOON + timedelta(hours=20, minutes=59)):
        reached.work()
        assert len(reached.texts()) == before
    with time_machine.travel(NOON + timedelta(hours=21)):
        reached.work()
        assert len(reached.texts()) == before + 1


def test_a_digest_is_one_letter_a_day_with_all_that_happened(reached: Told) -> None:
    reached.choose(reached.author, digest_hour=18)
    before = len(reached.mails()), len(reached.texts())
    reached.review(verdict=Verdict.RETURN, reason="How many lamps?", answer_until=in_a_while(days=5).date())
    reached.work()
    with time_machine.travel(NOON + timedelta(hours=1)):
        reached.review_again()
        reached.work()
    assert (len(reached.mails()), len(reached.texts())) == before
    with time_machine.travel(NOON + timedelta(hours=6, minutes=1)):
        reached.work()
    assert len(reached.mails()) == before[0] + 1
    assert len(reached.texts()) == before[1] + 1
    text = reached.mails()[-1].get_content()
    assert "How many lamps?" in text
    assert text.count("/krasnoyar/2027/proposals/1\n") == 3
    assert reached.texts()[-1][1].endswith("http://localhost/notices")


def test_what_was_switched_off_meanwhile_is_not_sent(reached: Told) -> None:
    reached.choose(reached.author, digest_hour=18)
    before = len(reached.mails())
    reached.review()
    reached.work()
    reached.choose(reached.author, mail="", digest_hour=None)
    with time_machine.travel(NOON + timedelta(hours=7)):
        reached.work()
    assert len(reached.mails()) == before
    assert State.DROPPED in {row.state for row in reached.sendings() if row.channel == Channel.MAIL}


def test_a_server_that_does_not_answer_is_asked_ever_less_often_and_then_no_more(
    reached: Told, settings: Settings
) -> None:
    reached.choose(reached.author, sms="")
    reached.settings = replace(settings, smtp_url="smtp://127.0.0.1:1")
    reached.review()
    moment = NOON
    for attempt, pause in enumerate([*times.PAUSES, None], 1):
        with time_machine.travel(moment):
            reached.work()
            (row,) = (row for row in reached.sendings() if row.trouble)
            assert (row.attempts, row.trouble) == (attempt, "unreachable")
            assert row.state == (State.WAITING if pause else State.FAILED)
            reached.work()
            assert next(one.attempts for one in reached.sendings() if one.trouble) == attempt, "not before its time"
        moment += (pause or timedelta()) + timedelta(seconds=5)


class Provider(HTTPServer):
    """Takes SMS as a provider does; `answers` are the next statuses."""

    answers: list[int]
    taken: list[dict[str, Any]]


@contextmanager
def provider(*answers: int) -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            server: Any = self.server
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.taken.append({**body, "key": self.headers["Authorization"], "once": self.headers["Idempotency-Key"]})
            self.send_response(server.answers.pop(0) if server.answers else 200)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = Provider(("127.0.0.1", 0), Handler)
    server.answers, server.taken = list(answers), []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def parcel() -> carriers.Parcel:
    return carriers.Parcel(uuid4(), PHONE["author"], "", "Мәтін")


@pytest.mark.parametrize(("status", "final"), [(400, True), (404, True), (302, True), (429, False), (503, False)])
def test_a_provider_that_refuses_for_good_is_not_asked_again(settings: Settings, status: int, *, final: bool) -> None:
    with provider(status) as server:
        asked = replace(settings, sms_url=f"http://127.0.0.1:{server.server_port}/send", sms_key="secret")
        with carriers.carrier(asked, Channel.SMS) as hand_over:
            sent = parcel()
            with pytest.raises(carriers.Undelivered) as trouble:
                hand_over(sent)
            assert trouble.value.final is final
            assert PHONE["author"] not in repr(trouble.value)
            hand_over(sent)
        first, second = server.taken
    assert (
        first
        == second
        == {
            "id": str(sent.id),
            "to": PHONE["author"],
            "text": "Мәтін",
            "key": "Bearer secret",
            "once": str(sent.id),
        }
    )


def test_the_key_of_a_provider_goes_in_the_clear_to_no_other_machine(settings: Settings) -> None:
    with pytest.raises(ConfigurationError):
        replace(settings, sms_url="http://sms.example.kz/send")


def test_quiet_hours_over_midnight_and_within_a_day() -> None:
    choices = usual(uuid4())
    for hour, quiet in ((20, False), (21, True), (23, True), (3, True), (8, True), (9, False)):
        moment = local(NOON).replace(hour=hour)
        assert (times.after_quiet(choices, moment) != moment) is quiet, hour
    choices.quiet_from, choices.quiet_until = 13, 14
    assert local(times.after_quiet(choices, local(NOON).replace(hour=13, minute=30))).hour == 14
    choices.quiet_until = 13
    assert times.after_quiet(choices, local(NOON).replace(hour=13)) == local(NOON).replace(hour=13)


@pytest.mark.both_databases
def test_two_workers_tell_nobody_twice(database: Database, okrug: Village, app: Flask, settings: Settings) -> None:
    with time_machine.travel(NOON, tick=True):
        told = a_project(okrug, app, settings)
        for number in range(PEOPLE):
            person = told.resident(310 + number)
            told.reach(person, Channel.MAIL, f"neighbour{number}@example.kz")
            told.choose(person)
            told.follow(person, Kind.PROJECT, told.project)
        told.review()
        waking.wake(database)
        with okrug.act_as(Role.OFFICE) as act:
            place = act.territory.id
            work = jobs.Work(database, settings, jobs.ask(act, "test.none", place).id, place, place, "")

        def do(handler: Any) -> str:
            with app.app_context():
                return str(handler(work))

        handed: list[str] = []
        lock = threading.Lock()
        with pytest.MonkeyPatch.context() as patch:

            def write(path: Any, _data: bytes) -> None:
                with lock:
                    handed.append(path.name)

            patch.setattr(carriers.outbox, "write_private", write)
            patch.setattr(times, "TURN_SECONDS", 60)  # on a slow machine too each does all in one turn
            with ThreadPoolExecutor(2) as pool:
                made = [int(one) for one in pool.map(do, [following.follow] * 2)]
                assert sum(made) == PEOPLE + 2, "the author of two steps, the neighbours of one"
                list(pool.map(do, [sending.send] * 2))
        assert len(handed) == len(set(handed)) == PEOPLE


jobs.handles("test.none", jobs.Priority.UPKEEP)(lambda _work: "")
