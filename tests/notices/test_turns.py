"""A night of notices leaves the one jobs thread to what is more urgent: a tally, the code for an address, a photo."""

from typing import Any

import pytest
from sqlalchemy import select

from pb import worker
from pb.act import Role
from pb.audit.models import AuditHead
from pb.jobs import service as jobs
from pb.notices.models import Channel, Kind, Reached, State
from pb.notices.service import carriers, contacts, times, waking
from pb.proposals.service import proposals
from tests.notices.told import Told
from tests.village import KEYS, content, found, settle
from tests.web.test_two_okrugs import NAMESAKE

PEOPLE = 8
done: list[str] = []
jobs.handles("test.tally", jobs.Priority.COUNTING)(lambda _work: done.append("tally") or "")  # type: ignore[func-returns-value]
jobs.handles("test.photo", jobs.Priority.PAPERS)(lambda _work: done.append("photo") or "")  # type: ignore[func-returns-value]


def test_who_is_to_be_told_is_looked_for_whatever_else_waits(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Played: under a queue of papers a reminder had no job at all until the queue was empty."""
    done.clear()
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(carriers.outbox, "write_private", lambda *_letter: done.append("letter"))
    told.reach(told.author, Channel.MAIL, "author@example.kz")
    told.choose(told.author, sms="")

    def sweep(_work: jobs.Work) -> str:
        if not done:
            told.review()
        done.append("sweep")
        return ""

    jobs.handles("test.sweep", jobs.Priority.UPKEEP)(sweep)
    with told.okrug.act_as() as act:
        for number in range(4):
            jobs.ask(act, "test.sweep", act.territory.id, str(number))
    worker.run_all(told.app)
    assert done == ["sweep", "letter", "letter", "sweep", "sweep", "sweep"]


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


@pytest.mark.both_databases
def test_each_okrug_is_looked_at_by_how_far_it_was_told(told: Told) -> None:
    """Played on PostgreSQL: with a second okrug the question itself failed every other second, and no job was done."""
    told.review()
    told.work()
    settle(told.okrug.database, NAMESAKE)
    beside = found(told.okrug.database, NAMESAKE)
    cycle = beside.open_cycle()
    with beside.in_cycle(cycle, Role.RESIDENT) as (act, here):
        proposals.submit(act, here, proposals.save_draft(act, here, content(title="School")))
        there = act.territory.id
    with told.okrug.database.work() as session:
        reached = {row.territory_id: row.position for row in session.scalars(select(Reached))}
        assert there not in reached
        (first,) = reached.values()
        # The other okrug's log is shorter than what the first one has reached.
        assert session.scalars(select(AuditHead.position).where(AuditHead.territory_id == there)).one() < first
    told.work()
    with told.okrug.database.work() as session:
        assert there in set(session.scalars(select(Reached.territory_id)))
