"""Who closes polls in time and does the jobs: threads of the serving process, or RQ workers where there is a Redis."""

import fcntl
import os
import signal
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import BinaryIO

import redis
import rq
import structlog
from flask import Flask
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from pb import running
from pb.backup.service.presence import Presence
from pb.db import Database, make_private
from pb.jobs import service
from pb.keyring import Keys
from pb.media.service import sweeping
from pb.notices.service import waking
from pb.settings import Settings

QUEUE = "asar"
RESTORED = "The database is being restored from a backup: start again when that has ended"
DRAIN = "pb.worker.drain"  # by name: RQ imports it in the worker's process
PAUSE_SECONDS = 2.0
CLOCK_SECONDS = 0.5
PRESENCE_SECONDS = 5.0
TIDIED_SECONDS = 60.0
log = structlog.get_logger()
_owned: list[Flask] = []


def run_all(app: Flask) -> int:
    """Does all that the jobs table holds, in the context of the one application that the worker owns; the number."""
    database: Database = app.extensions["database"]
    with app.app_context():
        return service.run_all(database, app.extensions["settings"], between=_looking(database))


def _looking(database: Database) -> Callable[[], None]:
    """Looks who is to be told of something, every two seconds at most: what is due waits for no empty table."""
    looked = monotonic()

    def look() -> None:
        nonlocal looked
        if monotonic() - looked >= PAUSE_SECONDS:
            wake(database)
            looked = monotonic()

    return look


def wake(database: Database) -> None:
    """Looks who is to be told of something. Whatever fails in that, the jobs are done all the same."""
    try:
        waking.wake(database)
    except SQLAlchemyError:
        log.exception("nobody_can_be_told")  # `pb doctor` looks too, and says so


def announce(settings: Settings) -> None:
    """Tells RQ that there is something in the table. Without Redis, or while it is away, the table alone is enough."""
    if settings.redis_url is None:
        return
    try:
        queue = rq.Queue(QUEUE, connection=redis.Redis.from_url(settings.redis_url), serializer=JSONSerializer)
        if queue.is_empty():
            queue.enqueue(DRAIN)
    except redis.RedisError:
        log.warning("queue_unreachable")


def work(app: Flask, *, burst: bool = False) -> None:
    """Runs an RQ worker until it is stopped; first it does what the table held while no worker was there.

    `app` is the one application that this worker owns: RQ's work horses are forked from it and find it made. Raises
    ValueError without Redis, or while the database is being restored.
    """
    settings: Settings = app.extensions["settings"]
    if settings.redis_url is None:
        raise ValueError("REDIS_URL is not set: the serving process does the jobs itself")
    _owned.append(app)
    presence = _present(settings)
    staying = (partial(_stay, presence), threading.Event(), PRESENCE_SECONDS)
    threading.Thread(target=_repeat, args=staying, name="presence", daemon=True).start()
    connection = redis.Redis.from_url(settings.redis_url)
    queue = rq.Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    sign = _sign(settings, "pb worker")
    try:
        queue.enqueue(DRAIN)
        rq.Worker([queue], connection=connection, serializer=JSONSerializer).work(burst=burst, with_scheduler=False)
    except redis.ConnectionError as error:
        raise ValueError(f"Redis does not answer at REDIS_URL ({type(error).__name__}): start it, then this") from error
    finally:
        sign.end()


def drain() -> int:
    """What RQ calls in a work horse: does all that the jobs table holds."""
    app = _owned[-1]
    app.extensions["database"].engine.dispose(close=False)  # connections belong to the process that opened them
    return run_all(app)


def _sign(settings: Settings, name: str) -> running.Sign:
    """What tells `pb keys rotate` and `pb doctor` that this process is at work, and with which keys."""
    return running.Sign(settings.state_folder, name, Keys(settings.iin_pepper, settings.seal_key))


def _present(settings: Settings) -> Presence:
    """What shows a restore of PostgreSQL that this process is there. Raises ValueError while one runs."""
    presence = Presence(settings.database_url)
    if not presence.keep():
        raise ValueError(RESTORED)
    return presence


def _stay(presence: Presence) -> None:
    """Ends this process where its connection was lost and a restore began before it had another.

    What it acknowledged from then on would stand beside what was restored, in two chains of one poll.
    """
    if not presence.keep():
        log.error("database_being_restored")
        os.kill(os.getpid(), signal.SIGTERM)


def _repeat(work: Callable[[], None], stopped: threading.Event, pause: float) -> None:
    while not stopped.is_set():
        try:
            work()
        except Exception:
            # Whatever failed, the next round tries again: a thread that ended would close no poll any more.
            log.exception("background_failed")
        stopped.wait(pause)


class Background:
    """Two threads: one closes what is due, to the second, and one does the jobs (or announces them to RQ).

    A third one keeps this process known to whoever would restore a backup over its database, a fourth deletes the
    counters of limits and the uploads that are over, and tells how many refusals there were.

    Every serving process has them, and those of one process work: of the one that holds the lock on `worker.lock` in
    the state folder. When its process ends, however it ends, the lock is free and another takes over. A server that
    forks after this was started loses the threads in the child: they are started anew there, with a lock of their own
    to wait for.
    """

    def __init__(self, app: Flask, tick: Callable[[Database], bool]) -> None:
        self.app, self.tick = app, tick
        self.database: Database = app.extensions["database"]
        self.settings: Settings = app.extensions["settings"]
        self._stopped, self._leads = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []
        # Opened before anybody is served, and kept: when files or connections have run out the clock goes on.
        self._clock = Database(self.settings.database_url, reserved=True)
        self._lock: BinaryIO | None = None
        self._locked = False
        self._presence = Presence(self.settings.database_url)
        self._sign: running.Sign | None = None

    def start(self) -> None:
        """Starts the threads, and again in every child that is forked from now on.

        Raises RuntimeError while the database is being restored.
        """
        if not self._presence.keep():
            raise RuntimeError(RESTORED)
        os.register_at_fork(after_in_child=self._start_in_child)
        try:
            self._clock.engine.connect().close()
        except SQLAlchemyError:
            log.exception("clock_connects_later")  # the thread tries twice a second
        self._begin()

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join(timeout=10)
        self.app.extensions["refusals"].sum_up(all_of_them=True)
        if self._lock is not None:
            self._lock.close()
        self._clock.engine.dispose()
        self._presence.end()
        if self._sign is not None:
            self._sign.end()

    def _begin(self) -> None:
        self._sign = _sign(self.settings, "pb serve")
        self._lock, self._locked = _lock_file(self.settings.state_folder).open("ab"), False
        self._threads = [
            threading.Thread(target=_repeat, args=(work, self._stopped, pause), name=name, daemon=True)
            for name, work, pause in (
                ("clock", self._keep_time, CLOCK_SECONDS),
                ("jobs", self._do_jobs, PAUSE_SECONDS),
                ("presence", partial(_stay, self._presence), PRESENCE_SECONDS),
                ("counters", self._tidy, TIDIED_SECONDS),
            )
        ]
        for thread in self._threads:
            thread.start()

    def _tidy(self) -> None:
        self.app.extensions["refusals"].sum_up()
        self.app.extensions["counters"].tidy()
        sweeping.end_uploads(self.database, self.settings)

    def _start_in_child(self) -> None:
        if self._stopped.is_set():
            return
        self._stopped, self._leads = threading.Event(), threading.Event()
        if self._lock is not None:
            self._lock.close()  # the child's copy: the parent's own still holds
        if self._sign is not None:
            self._sign.leave_to_parent()
        for database in (self.database, self._clock):
            database.engine.dispose(close=False)  # connections belong to the process that opened them
        self._presence.leave_to_parent()
        # No connection yet: in the middle of a fork SQLite may be in the hands of a thread that is not here.
        self._begin()

    def _keep_time(self) -> None:
        if self._holds_lock():
            self._leads.set()
            self.tick(self._clock)

    def _do_jobs(self) -> None:
        if not self._leads.is_set():
            return
        wake(self.database)
        if self.settings.redis_url is None:
            run_all(self.app)
        elif service.any_waiting(self.database):
            announce(self.settings)

    def _holds_lock(self) -> bool:
        """Whether this process holds the lock of the installation's worker, or got it just now."""
        if not self._locked and self._lock is not None:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self._locked = True
        return self._locked


def _lock_file(state: Path) -> Path:
    path = make_private(state) / "worker.lock"
    path.touch(mode=0o600)
    return path
