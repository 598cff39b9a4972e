"""Jobs: the table is the truth; a killed worker's work is taken up again; a letter is sent once."""

import contextlib
import json
import os
import resource
import signal
import smtplib
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import redis
import time_machine
from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from pb import clock, worker
from pb.act import Role
from pb.commands import doctor
from pb.db import Database
from pb.errors import NotFound
from pb.identity.models import Message
from pb.identity.service import accounts, outbox
from pb.jobs import service
from pb.jobs.models import Job
from pb.notices.service import waking
from pb.polls.service import state
from pb.settings import Settings
from pb.voting import jobs as polls
from pb.voting.service import closing
from tests.tools import require_tool
from tests.village import KEYS, Village

done: list[tuple[UUID, str]] = []
long_work = threading.Event()


@service.handles("test.work", service.Priority.UPKEEP)
def _work(work: service.Work) -> str:
    work.progress(40)
    done.append((work.subject_id, work.argument))
    return "well"


@service.handles("test.failing", service.Priority.UPKEEP)
def _failing(_work: service.Work) -> str:
    raise ValueError("a secret of the work")


@service.handles("test.away", service.Priority.UPKEEP)
def _away(_work: service.Work) -> str:
    raise service.Later


@service.handles("test.killed", service.Priority.UPKEEP)
def _killed(_work: service.Work) -> str:
    raise KeyboardInterrupt


@service.handles("test.count", service.Priority.COUNTING)
def _count(work: service.Work) -> str:
    done.append((work.subject_id, "count"))
    return "well"


@service.handles("test.refused", service.Priority.UPKEEP)
def _refused(_work: service.Work) -> str:
    raise NotFound


@service.handles("test.long", service.Priority.UPKEEP)
def _long(work: service.Work) -> str:
    long_work.wait(timeout=20)
    done.append((work.subject_id, "long"))
    return "well"


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    done.clear()


def ask(okrug: Village, kind: str, subject: UUID | None = None, argument: str = "") -> UUID:
    with okrug.act_as() as act:
        return service.ask(act, kind, subject or uuid4(), argument).id


def job(database: Database, job_id: UUID) -> Job:
    with database.work(writing=False) as session:
        return session.get_one(Job, job_id)


@pytest.mark.both_databases
def test_work_is_done_once_and_the_table_tells_it(okrug: Village, database: Database, settings: Settings) -> None:
    job_id = ask(okrug, "test.work", argument="kk")
    assert service.any_waiting(database)
    assert service.run_all(database, settings) == 1
    found = job(database, job_id)
    assert (found.state, found.progress, found.outcome, found.attempts) == ("done", 100, "well", 1)
    assert done == [(found.subject_id, "kk")]
    assert service.run_all(database, settings) == 0


@pytest.mark.both_databases
def test_what_is_asked_for_twice_is_one_job(okrug: Village, database: Database, settings: Settings) -> None:
    subject = uuid4()
    assert ask(okrug, "test.work", subject) == ask(okrug, "test.work", subject)
    assert ask(okrug, "test.work", subject, "ru") != ask(okrug, "test.work", subject)
    assert service.run_all(database, settings) == 2
    again = ask(okrug, "test.work", subject)
    assert job(database, again).state == "queued"
    assert service.run_all(database, settings) == 1


def test_what_does_not_go_on_by_itself_is_trouble_and_what_was_just_asked_for_is_not(
    okrug: Village, database: Database, settings: Settings
) -> None:
    """Played: a failed tally and a dead worker's lease were well, a job asked for a second ago was not."""
    job_id = ask(okrug, "test.count")
    assert service.troubles(database) == service.Troubles([], [], [])
    with time_machine.travel(clock.now() + timedelta(minutes=10)):
        assert service.troubles(database).untaken == ["test.count"]
        with database.work() as session:
            found = session.get_one(Job, job_id)
            found.state, found.leased_until = "running", clock.now() - timedelta(hours=10)
        assert service.troubles(database) == service.Troubles([], ["test.count"], [])
    with database.work() as session:
        session.get_one(Job, job_id).state = "failed"
    assert service.troubles(database) == service.Troubles([], [], ["test.count"])
    ask(okrug, "test.refused")
    service.run_all(database, settings)
    assert service.troubles(database).failed == ["test.count"], "whoever wants a paper asks for it anew"


def test_what_was_asked_in_a_transaction_that_failed_was_not_asked(okrug: Village, database: Database) -> None:
    def fails() -> None:
        with okrug.act_as() as act:
            service.ask(act, "test.work", uuid4())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert not service.any_waiting(database)


def test_work_that_fails_is_tried_again_later_and_then_given_up(
    okrug: Village, database: Database, settings: Settings
) -> None:
    job_id = ask(okrug, "test.failing")
    with time_machine.travel(clock.now(), tick=False) as travel:
        for attempt in range(1, service.MOST_ATTEMPTS + 1):
            assert service.run_all(database, settings) == 1
            found = job(database, job_id)
            assert found.attempts == attempt
            assert found.outcome == "ValueError"
            travel.shift(timedelta(hours=1))
        assert service.run_all(database, settings) == 0
    assert job(database, job_id).state == "failed"


def test_work_whose_need_is_away_waits_for_it_however_long(
    okrug: Village, database: Database, settings: Settings
) -> None:
    job_id = ask(okrug, "test.away")
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _ in range(2 * service.MOST_ATTEMPTS):
            assert service.run_all(database, settings) == 1, "not again at once"
            found = job(database, job_id)
            assert (found.state, found.attempts) == ("queued", 0)
            travel.shift(service.LATER)


@pytest.mark.both_databases
def test_a_job_that_kills_its_workers_is_not_taken_up_for_ever(
    okrug: Village, database: Database, settings: Settings
) -> None:
    job_id = ask(okrug, "test.killed")
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _ in range(service.MOST_ATTEMPTS):
            with pytest.raises(KeyboardInterrupt):
                service.run_next(database, settings)
            travel.shift(timedelta(hours=1))
        assert service.run_next(database, settings)
        found = job(database, job_id)
        assert (found.state, found.outcome, found.attempts) == ("failed", "WorkerDied", service.MOST_ATTEMPTS)
        travel.shift(timedelta(hours=1))
        assert not service.run_next(database, settings)


@pytest.mark.both_databases
def test_counting_goes_before_papers_however_many_were_asked_for(
    okrug: Village, database: Database, settings: Settings
) -> None:
    for _ in range(5):
        ask(okrug, "test.work")
    counting = uuid4()
    ask(okrug, "test.count", counting)
    service.run_all(database, settings)
    assert done[0] == (counting, "count")
    assert len(done) == 6


@service.handles("test.reading", service.Priority.READING)
def _reading(work: service.Work) -> str:
    done.append((work.subject_id, work.argument))
    return "well"


@pytest.mark.both_databases
def test_a_persons_papers_go_in_turn_with_their_neighbours(
    okrug: Village, database: Database, settings: Settings
) -> None:
    """Played: twenty papers of one account held everybody's photos for four minutes."""
    with okrug.act_as() as act:
        for behind in range(3):
            service.ask(act, "test.reading", uuid4(), f"flood {behind}", behind=behind)
        service.ask(act, "test.reading", uuid4(), "neighbour")
    service.run_all(database, settings)
    assert [argument for _subject, argument in done] == ["flood 0", "neighbour", "flood 1", "flood 2"]


@pytest.mark.both_databases
def test_what_has_waited_long_has_every_second_turn_and_counting_goes_first(
    okrug: Village, database: Database, settings: Settings
) -> None:
    """Played: the sweeping of removed pictures stood behind papers as long as somebody sent some."""
    for number in range(3):
        ask(okrug, "test.work", argument=f"old {number}")
    with time_machine.travel(clock.now() + service.LONG + timedelta(seconds=1)):
        for number in range(3):
            ask(okrug, "test.reading", argument=f"new {number}")
        ask(okrug, "test.count", argument="x")
        service.run_all(database, settings)
    order = ["count", "old 0", "new 0", "old 1", "new 1", "old 2", "new 2"]
    assert [argument for _subject, argument in done] == order


def test_what_waits_its_turn_while_others_are_done_is_no_dead_worker(
    okrug: Village, database: Database, settings: Settings
) -> None:
    """Played: sixty papers of three residents made the doctor say that no worker runs."""
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _each in range(3):
            ask(okrug, "test.work")
        travel.shift(timedelta(minutes=10))
        service.run_next(database, settings)
        assert service.troubles(database).untaken == []
        travel.shift(timedelta(minutes=3))
        assert service.troubles(database).untaken == ["test.work"]
        with contextlib.suppress(KeyboardInterrupt):
            ask(okrug, "test.killed")
            service.run_next(database, settings)
        assert service.troubles(database).untaken == [], "one is at work"


def test_what_is_refused_is_not_tried_again(okrug: Village, database: Database, settings: Settings) -> None:
    """It would be refused each time: a stranger who names what is not there asks for five times the work."""
    job_id = ask(okrug, "test.refused")
    service.run_all(database, settings)
    assert (job(database, job_id).state, job(database, job_id).attempts) == ("failed", 1)


@pytest.mark.both_databases
def test_a_killed_worker_s_job_is_taken_up_after_its_lease(
    okrug: Village, database: Database, settings: Settings
) -> None:
    job_id = ask(okrug, "test.killed")
    with pytest.raises(KeyboardInterrupt):
        service.run_next(database, settings)
    assert job(database, job_id).state == "running"
    assert service.run_all(database, settings) == 0, "its lease has not run out"
    with time_machine.travel(clock.now() + service.LEASE + timedelta(seconds=1)), pytest.raises(KeyboardInterrupt):
        service.run_next(database, settings)
    assert job(database, job_id).attempts == 2


@pytest.mark.both_databases
def test_a_letter_is_sent_once_even_if_the_job_runs_again(
    okrug: Village, database: Database, settings: Settings
) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        outbox.notify(act, accounts.holders(act, Role.TRUSTEE), "Тақырып", "Мәтін")
        outbox.notify(act, accounts.holders(act, Role.RESIDENT), "No address", "Nobody gets it")
    service.run_all(database, settings)
    folder = settings.state_folder / "outbox"
    assert len(list(folder.glob("*.eml"))) == 3
    for letter in folder.glob("*.eml"):
        letter.unlink()
    with okrug.act_as() as act:
        service.ask(act, "outbox.send", act.territory.id)
    service.run_all(database, settings)
    assert list(folder.glob("*.eml")) == []


def test_a_killed_sender_sends_the_rest(okrug: Village, database: Database, settings: Settings) -> None:
    """Killed between two letters: the first is marked, the others go with the next attempt under their own ids."""
    with okrug.act_as(Role.OFFICE) as act:
        outbox.notify(act, accounts.holders(act, Role.TRUSTEE), "Subject", "Body")
    delivered: list[UUID] = []

    def killed_after_one(_settings: Settings, message_id: UUID, _message: object) -> None:
        if delivered:
            raise KeyboardInterrupt
        delivered.append(message_id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "_deliver", killed_after_one)
        with pytest.raises(KeyboardInterrupt):
            service.run_next(database, settings)
    with time_machine.travel(clock.now() + service.LEASE + timedelta(seconds=1)):
        assert service.run_all(database, settings) == 1
    sent = {UUID(letter.stem) for letter in (settings.state_folder / "outbox").glob("*.eml")}
    assert len(sent) == 2
    assert sent.isdisjoint(delivered)
    with database.work(writing=False) as session:
        assert session.query(Message).filter(Message.sent_at.is_(None)).count() == 0


@pytest.mark.both_databases
def test_an_address_that_is_refused_keeps_nobody_elses_letter(
    okrug: Village, database: Database, settings: Settings
) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        outbox.notify(act, accounts.holders(act, Role.TRUSTEE), "Subject", "Body")
    tried: list[UUID] = []
    delivered: list[UUID] = []

    def refusing_the_first(_settings: Settings, message_id: UUID, message: EmailMessage) -> None:
        if not tried:
            tried.append(message_id)
        if message_id == tried[0]:
            raise smtplib.SMTPRecipientsRefused({str(message["To"]): (450, b"not now")})
        delivered.append(message_id)

    with pytest.MonkeyPatch.context() as patch, capture_logs() as logs:
        patch.setattr(outbox, "_deliver", refusing_the_first)
        service.run_next(database, settings)
    assert len(delivered) == 2
    with database.work(writing=False) as session:
        assert [row.id for row in session.query(Message).filter(Message.sent_at.is_(None))] == tried
        row = session.query(Job).filter(Job.kind == "outbox.send").one()
        assert (row.state, row.outcome) == ("queued", "Refused"), "it is tried again"
    assert "@" not in str(logs), "what the library says of it names the address"


def test_one_thread_of_the_serving_process_does_the_jobs(okrug: Village, database: Database, app: Flask) -> None:
    job_id = ask(okrug, "test.work")
    ticks: list[Database] = []

    def tick(store: Database) -> bool:
        ticks.append(store)
        return False

    background = worker.Background(app, tick)
    background.start()
    deadline = time.monotonic() + 20
    while job(database, job_id).state != "done" and time.monotonic() < deadline:
        time.sleep(0.05)
    background.stop()
    assert job(database, job_id).state == "done"
    assert ticks


@pytest.mark.both_databases
def test_jobs_are_done_while_the_look_for_notices_fails(
    okrug: Village, database: Database, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A faulty query of the notices left every job undone: no minutes were printed and no vote was counted."""

    def broken(session: Session) -> list[UUID]:
        return list(session.scalars(text("SELECT nothing FROM nowhere")))

    monkeypatch.setattr(waking, "_untold", broken)
    job_ids = [ask(okrug, "test.work"), ask(okrug, "test.count")]
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.0)
    background = worker.Background(app, lambda _store: False)
    with capture_logs() as logs:
        background.start()
        try:
            wait_until(lambda: all(job(database, one).state == "done" for one in job_ids))
        finally:
            background.stop()
    assert "nobody_can_be_told" in [entry["event"] for entry in logs]
    assert "the look for it fails" in doctor._telling(database)


def test_no_job_keeps_the_clock_waiting(okrug: Village, app: Flask) -> None:
    """The closing of a poll is nobody's queue: hundreds of papers delayed it by minutes."""
    long_work.clear()
    ask(okrug, "test.long")
    ticks: list[float] = []

    def tick(_store: Database) -> bool:
        ticks.append(time.monotonic())
        return False

    background = worker.Background(app, tick)
    background.start()
    try:
        wait_until(lambda: len(ticks) >= 6)
        assert done == [], "the long work is still at work"
    finally:
        long_work.set()
        background.stop()


@pytest.mark.both_databases
def test_the_clock_goes_on_when_files_and_connections_have_run_out(
    okrug: Village, database: Database, app: Flask
) -> None:
    """A stranger who exhausts the process delays no closing: the clock has a connection of its own, opened before."""
    ticks: list[int] = []

    def tick(store: Database) -> bool:
        with store.work() as session:
            row = session.get_one(Job, job_id)
            row.attempts = len(ticks)
            session.flush()
        ticks.append(row.attempts)
        return False

    job_id = ask(okrug, "test.failing")
    background = worker.Background(app, tick)
    background.start()
    held: list[Connection] = []
    files: list[int] = []
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        wait_until(lambda: len(ticks) >= 1)
        held = [database.engine.connect() for _each in range(15)]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(before[0], 400), before[1]))
        with contextlib.suppress(OSError):
            while len(files) < 400:
                files.append(os.open(os.devnull, os.O_RDONLY))
        with pytest.raises(OSError, match="Too many open files"):
            os.open(os.devnull, os.O_RDONLY)
        so_far = len(ticks)
        wait_until(lambda: len(ticks) >= so_far + 3)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        for file in files:
            os.close(file)
        for connection in held:
            connection.close()
        background.stop()


def test_the_clock_gets_the_lock_among_many_who_write(tmp_path: Path) -> None:
    """SQLite lets whoever waits for its lock ask ever less often; the clock asks every two milliseconds."""
    url = f"sqlite:///{tmp_path / 'busy.db'}"
    crowd, reserved, stopped = Database(url), Database(url, reserved=True), threading.Event()

    def write() -> None:
        while not stopped.is_set():
            with crowd.work():
                time.sleep(0.02)

    writers = [threading.Thread(target=write) for _each in range(8)]
    with reserved.work():
        pass
    for writer in writers:
        writer.start()
    waited = []
    for _time in range(10):
        time.sleep(0.05)
        begun = time.monotonic()
        with reserved.work():
            waited.append(time.monotonic() - begun)
    stopped.set()
    for writer in writers:
        writer.join()
    assert max(waited) < 5, "without asking so often: nothing for ten seconds, and an error"


def test_a_poll_that_cannot_be_closed_keeps_no_other_waiting(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[UUID] = []

    def of_platform(_session: Session, poll_id: UUID) -> tuple[None, None, UUID]:
        if poll_id == broken:
            raise ValueError("a poll that cannot be read")
        return None, None, poll_id

    monkeypatch.setattr(state, "of_platform", of_platform)
    monkeypatch.setattr(closing, "close_if_due", lambda _act, _cycle, poll_id: closed.append(poll_id))
    broken, other = uuid4(), uuid4()
    monkeypatch.setattr(polls, "_due", lambda *_anything: [broken, other])
    with capture_logs() as logged:
        assert polls.close_due(database)
    assert closed == [other]
    assert [line["event"] for line in logged] == ["closing_failed"]


def test_the_thread_outlives_whatever_fails_in_it(
    okrug: Village, database: Database, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that ended would close no poll any more, and nobody would notice."""
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.01)
    ticks: list[Database] = []

    def tick(store: Database) -> bool:
        ticks.append(store)
        if len(ticks) == 1:
            raise ValueError("a poll that cannot be read")
        return False

    job_id = ask(okrug, "test.work")
    background = worker.Background(app, tick)
    background.start()
    deadline = time.monotonic() + 20
    while job(database, job_id).state != "done" and time.monotonic() < deadline:
        time.sleep(0.05)
    background.stop()
    assert job(database, job_id).state == "done"


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis of the test's own, on a socket."""
    executable = require_tool("redis-server")
    socket = tmp_path / "redis.sock"
    command = [executable, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while not socket.exists():
        assert server.poll() is None
        time.sleep(0.02)
    yield f"unix://{socket}"
    server.terminate()
    server.wait(timeout=10)


def test_a_worker_process_does_what_the_table_holds_even_after_one_was_killed(
    okrug: Village, database: Database, settings: Settings, redis_url: str
) -> None:
    """The table alone is the truth: what a killed worker left, and what Redis never heard of, is done as well."""
    with okrug.act_as(Role.OFFICE) as act:
        outbox.notify(act, accounts.holders(act, Role.CHAIR), "Subject", "Body")
    with database.work() as session:  # as a killed worker leaves it
        left = session.query(Job).one()
        left.state, left.leased_until, left.attempts = "running", clock.now() - timedelta(seconds=1), 1
    environment = environment_of(settings, redis_url)
    command = [sys.executable, "-c", WORKER]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert finished.returncode == 0, finished.stderr
    with database.work(writing=False) as session:
        assert session.query(Job).one().state == "done"
    assert len(list((settings.state_folder / "outbox").glob("*.eml"))) == 1


def test_an_idle_worker_that_is_told_does_the_job(
    okrug: Village, database: Database, settings: Settings, redis_url: str
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER.replace('"--burst"', "")],
        env=environment_of(settings, redis_url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with okrug.act_as(Role.OFFICE) as act:
            outbox.notify(act, accounts.holders(act, Role.CHAIR), "Subject", "Body")
        worker.announce(replace(settings, redis_url=redis_url))
        deadline = time.monotonic() + 60
        while service.any_waiting(database) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not service.any_waiting(database)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def test_what_lies_in_redis_is_no_program(settings: Settings, redis_url: str) -> None:
    """RQ's usual form is pickle, which runs whatever somebody put into Redis when it is read."""
    worker.announce(replace(settings, redis_url=redis_url))
    with redis.Redis.from_url(redis_url) as connection:
        (key,) = connection.keys("rq:job:*")
        assert json.loads(zlib.decompress(connection.hget(key, "data"))) == [worker.DRAIN, None, [], {}]


def test_without_redis_the_table_is_enough(settings: Settings, app: Flask) -> None:
    worker.announce(settings)
    worker.announce(replace(settings, redis_url="redis://127.0.0.1:1"))
    with pytest.raises(ValueError, match="REDIS_URL"):
        worker.work(app)


WORKER = """
from pb.commands import worker
worker.worker.main(["--burst"])
"""


def environment_of(settings: Settings, redis_url: str) -> dict[str, str]:
    import base64

    return {
        **os.environ,
        "ASAR_DATABASE_URL": settings.database_url,
        "ASAR_STATE": str(settings.state_folder),
        "ASAR_SECRET_KEY": settings.secret_key,
        "ASAR_IIN_PEPPER": base64.b64encode(KEYS.pepper.key).decode(),
        "ASAR_SEAL_KEY": base64.b64encode(KEYS.seal.key).decode(),
        "REDIS_URL": redis_url,
    }


FORKED = """
import os, sys, time
import wsgi
child = os.fork()
if child == 0:
    time.sleep(60)
    os._exit(0)
print(child, flush=True)
time.sleep(60)
"""


def holders(lock: Path) -> set[int]:
    """The processes that hold a lock on a file now."""
    inode = f":{lock.stat().st_ino} "
    lines = Path("/proc/locks").read_text().splitlines()
    return {int(line.split()[4]) for line in lines if inode in line and "FLOCK" in line}


@pytest.mark.usefixtures("database")
def test_one_worker_of_a_server_that_forks_works_and_another_takes_over(settings: Settings, redis_url: str) -> None:
    environment = {**environment_of(settings, redis_url), "REDIS_URL": ""}
    command = [sys.executable, "-c", FORKED]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        lock = settings.state_folder / "worker.lock"
        try:
            wait_until(lambda: lock.exists() and bool(holders(lock)))
            assert holders(lock) == {parent.pid}
            parent.kill()
            wait_until(lambda: holders(lock) == {child})
        finally:
            parent.kill()
            os.kill(child, signal.SIGKILL)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert holds()
