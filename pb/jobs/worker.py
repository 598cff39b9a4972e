"""Who does the jobs: a thread of the serving process, or RQ workers where there is a Redis."""

import threading
from collections.abc import Callable

import redis
import rq
import structlog

from pb.config import Settings, from_environment
from pb.db import Database
from pb.jobs import service

QUEUE = "asar"
PAUSE_SECONDS = 2.0
log = structlog.get_logger()


def drain() -> int:
    """What RQ calls: does all that the jobs table holds, from the environment's settings."""
    from pb import rooms

    rooms.load_handlers()
    settings = from_environment()
    return service.run_all(Database(settings.database_url), settings)


def announce(settings: Settings) -> None:
    """Tells RQ that there is something in the table. Without Redis, or while it is away, the table alone is enough."""
    if settings.redis_url is None:
        return
    try:
        queue = rq.Queue(QUEUE, connection=redis.Redis.from_url(settings.redis_url))
        if queue.is_empty():
            queue.enqueue(drain)
    except redis.RedisError:
        log.warning("queue_unreachable")


def work(settings: Settings, *, burst: bool = False) -> None:
    """Runs an RQ worker until it is stopped; first it does what the table held while no worker was there."""
    if settings.redis_url is None:
        raise ValueError("REDIS_URL is not set: the serving process does the jobs itself")
    connection = redis.Redis.from_url(settings.redis_url)
    queue = rq.Queue(QUEUE, connection=connection)
    queue.enqueue(drain)
    rq.Worker([queue], connection=connection).work(burst=burst, with_scheduler=False)


class Background(threading.Thread):
    """The serving process' own worker: each tick closes what is due, then does the jobs (or announces them to RQ)."""

    def __init__(self, database: Database, settings: Settings, tick: Callable[[Database], bool]) -> None:
        super().__init__(name="jobs", daemon=True)
        self.database, self.settings, self.tick = database, settings, tick
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.tick(self.database)
                if self.settings.redis_url is None:
                    service.run_all(self.database, self.settings)
                elif service.any_waiting(self.database):
                    announce(self.settings)
            except Exception:
                # Whatever failed, the next tick tries again: a thread that ended would close no poll any more.
                log.exception("background_failed")
            self._stopped.wait(PAUSE_SECONDS)

    def stop(self) -> None:
        self._stopped.set()
        self.join(timeout=10)
