"""A night of notices leaves the one jobs thread to what is more urgent: a tally, the code for an address, a photo."""

from typing import Any

import pytest

from pb.jobs import service as jobs
from pb.notices.models import Channel, Kind, State
from pb.notices.service import carriers, contacts, times, waking
from tests.notices.told import Told
from tests.village import KEYS

PEOPLE = 8
done: list[str] = []
jobs.handles("test.tally", jobs.Priority.COUNTING)(lambda _work: done.append("tally") or "")  # type: ignore[func-returns-value]
jobs.handles("test.photo", jobs.Priority.PAPERS)(lambda _work: done.append("photo") or "")  # type: ignore[func-returns-value]


def test_what_is_asked_for_in_the_middle_is_done_before_the_last_letter(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played: 5,000 letters were one job, and a tally waited until the last of them was sent."""
    done.clear()
    told.choose(told.author)
    monkeypatch.setattr(times, "TURN_SECONDS", 0)
    for number in range(PEOPLE):
        person = told.resident(310 + number)
        told.reach(person, Channel.MAIL, f"neighbour{number}@example.kz")
        told.choose(person)
        told.follow(person, Kind.PROJECT, told.project)
    told.review()

    def write(_path: Any, data: bytes) -> None:
        done.append("code" if b"author@" in data else "letter")
        if len(done) == 1:
            with told.okrug.act_as() as act:
                jobs.ask(act, "test.photo", act.territory.id)
                jobs.ask(act, "test.tally", act.territory.id)
            with told.okrug.act_as(person=told.author) as act:
                contacts.ask_code(act, KEYS, Channel.MAIL, "author@example.kz")

    monkeypatch.setattr(carriers.outbox, "write_private", write)
    with told.app.app_context():
        waking.wake(told.okrug.database)
        jobs.run_all(told.okrug.database, told.settings)
        waking.wake(told.okrug.database)
        jobs.run_all(told.okrug.database, told.settings)
    assert done == ["letter", "tally", "code", "photo"] + ["letter"] * (PEOPLE - 1)
    sent = [row for row in told.sendings() if row.state == State.SENT]
    assert {row.attempts for row in sent} == {1}, "who was put back was not tried"
