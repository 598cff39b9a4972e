"""Who uses a database of PostgreSQL: processes that serve share a lock while they live, restoring needs it alone.

SQLite needs none of this: its file is not set aside while anybody has it open.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from pb.backup.service.fault import BackupFault
from pb.db import make_engine

LOCK: Final = 4_127_002  # any number, but not that of the migrations: one for all processes of a database
PATIENCE: Final = 2.0  # seconds in which what was just stopped may go
LOOKING_AGAIN: Final = 0.1  # seconds
STOP_FIRST: Final = (
    "Stop the platform first (systemctl stop asar-web asar-worker asar-backup.timer), end what else is connected, and "
    "restore again."
)
# A role without rights on others sees of them whose they are and what they call themselves; their kind it does not see.
# Workers of the server itself are nobody's.
OTHERS: Final = """
SELECT usename || ' in process ' || pid || COALESCE(' (' || NULLIF(application_name, '') || ')', '')
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
    AND COALESCE(backend_type, 'client backend') = 'client backend'
ORDER BY pid
"""
# Those of a process that forked: dropped here, their connection would be ended for the parent too.
_of_the_parent: list[Connection] = []


class Presence:
    """One process that serves or does jobs, on a connection of its own: it holds the lock until the process ends."""

    def __init__(self, url: str) -> None:
        self._engine: Engine | None = None if url.startswith("sqlite") else make_engine(url)
        self._connection: Connection | None = None

    def keep(self) -> bool:
        """Takes the lock, or looks whether it is still held and takes it again where the connection was lost.

        False where the database is being restored: this process must not serve. Raises SQLAlchemyError where the
        database cannot be reached.
        """
        if self._engine is None or self._holds():
            return True
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.scalar(text(f"SELECT pg_try_advisory_lock_shared({LOCK})")):
            self._connection = connection
            return True
        connection.close()
        self._engine.dispose()
        return False

    def end(self) -> None:
        """Lets the lock go."""
        if self._engine is None:
            return
        if self._connection is not None:
            self._connection.invalidate()  # closed for good, not kept for whoever asks next: the lock is the session's
            self._connection.close()
            self._connection = None
        self._engine.dispose()

    def leave_to_parent(self) -> None:
        """In a child that was forked: the connection stays the parent's, whatever becomes of this object."""
        if self._engine is not None and self._connection is not None:
            _of_the_parent.append(self._connection)
            self._connection = None
            self._engine.dispose(close=False)

    def _holds(self) -> bool:
        if self._connection is not None and not _answers(self._connection):
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
        return self._connection is not None


@contextlib.contextmanager
def alone(url: str) -> Iterator[Callable[[], bool]]:
    """Nobody else uses the database now, and no process begins to serve it until the block ends.

    Gives what tells whether that held so far: a lost connection lets the lock go. Raises BackupFault where the platform
    runs, or any other session is connected.
    """
    if url.startswith("sqlite"):
        yield lambda: True
        return
    engine = make_engine(url)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            _take(connection)
            yield lambda: _answers(connection)
    finally:
        engine.dispose()


def _answers(connection: Connection) -> bool:
    """Whether the session is still there; one that was lost is never begun anew here, its lock is gone."""
    if connection.invalidated:
        return False
    try:
        connection.execute(text("SELECT 1"))
    except DBAPIError:
        return False
    return True


def _take(connection: Connection) -> None:
    until = time.monotonic() + PATIENCE
    while not connection.scalar(text(f"SELECT pg_try_advisory_lock({LOCK})")):
        if time.monotonic() > until:
            raise BackupFault(f"The database is in use: the platform is running on it. {STOP_FIRST}")
        time.sleep(LOOKING_AGAIN)
    while others := connection.execute(text(OTHERS)).scalars().all():
        if time.monotonic() > until:
            raise BackupFault(f"The database is in use: {', '.join(others)}. {STOP_FIRST}")
        time.sleep(LOOKING_AGAIN)
