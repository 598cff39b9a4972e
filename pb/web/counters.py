"""The counters of limits, in a small SQLite file that all processes of the server share.

They may be lost: nothing waits for the disk, and a file that broke with the power is begun anew. Keys are hashes, but
whoever has the server's key finds the counter of a network or a card, and its end tells when it was begun: what is over
goes within a minute (`tidy`, which the serving process calls though nobody comes), and is overwritten in the file.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

import structlog
from limits.storage import Storage

from pb.db import create_private, make_private

SCHEME = "asar-counters"
FILE = "limits.sqlite"
MOST_ROWS = 200_000  # about 20 MB
TIDIED_EVERY = 1_000  # counted
WAIT_SECONDS = 2.0
TABLE = """CREATE TABLE IF NOT EXISTS counters (key TEXT PRIMARY KEY, number INTEGER NOT NULL, until REAL NOT NULL)
WITHOUT ROWID"""
COUNT = """INSERT INTO counters VALUES (:key, :amount, :until) ON CONFLICT (key) DO UPDATE SET
number = CASE WHEN until <= :now THEN excluded.number ELSE number + excluded.number END,
until = CASE WHEN until <= :now THEN excluded.until ELSE until END
RETURNING number"""
# Whoever fills the table pushes out rows that were counted once, not the counter that stops them.
PUSH_OUT = """DELETE FROM counters WHERE key IN (SELECT key FROM counters ORDER BY number, until LIMIT :surplus)"""
Result = TypeVar("Result")
log = structlog.get_logger()


def address_of(folder: Path) -> str:
    """The storage's address for the counters in this folder, as the library `limits` takes it."""
    return f"{SCHEME}://{folder / FILE}"


class SQLiteCounters(Storage):
    """Counters with an end: fixed windows, each begun by the first one counted."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - the library reads this class attribute

    def __init__(self, uri: str, wrap_exceptions: bool = False, **_options: float | str | bool) -> None:  # noqa: FBT001, FBT002 - the library's signature
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._path = Path(unquote(urlsplit(uri).path))
        self._own = threading.local()
        self._counted = 0

    @property
    def base_exceptions(self) -> type[Exception]:
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        row = {"key": key, "amount": amount, "until": now + expiry, "now": now}
        number: int = self._do(lambda database: database.execute(COUNT, row).fetchall()[0][0])
        self._counted += 1
        if self._counted % TIDIED_EVERY == 0:
            self.tidy()
        return number

    def get(self, key: str) -> int:
        return int(self._row(key)[0])

    def get_expiry(self, key: str) -> float:
        return self._row(key)[1]

    def check(self) -> bool:
        return bool(self._do(lambda database: database.execute("SELECT 1").fetchone()))

    def reset(self) -> int:
        return self._do(lambda database: database.execute("DELETE FROM counters").rowcount)

    def clear(self, key: str) -> None:
        self._do(lambda database: database.execute("DELETE FROM counters WHERE key = ?", (key,)))

    def tidy(self) -> None:
        """Deletes what is over, from the file's log of writes too, and what there is too much of."""

        def delete(database: sqlite3.Connection) -> None:
            if database.execute("DELETE FROM counters WHERE until <= ?", (time.time(),)).rowcount:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

        self._do(delete)
        rows = self._do(lambda database: database.execute("SELECT count(*) FROM counters").fetchone()[0])
        if rows > MOST_ROWS:
            surplus = rows - MOST_ROWS + MOST_ROWS // 10
            self._do(lambda database: database.execute(PUSH_OUT, {"surplus": surplus}))

    def forget_what_is_over(self) -> None:
        """`tidy`, and the file is written anew: an older program let go and did not overwrite."""
        self.tidy()
        self._do(lambda database: database.execute("VACUUM"))
        self._do(lambda database: database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())

    def _row(self, key: str) -> tuple[int, float]:
        query = "SELECT number, until FROM counters WHERE key = ? AND until > ?"
        now = time.time()
        row = self._do(lambda database: database.execute(query, (key, now)).fetchone())
        return row or (0, now)

    def _do(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        try:
            return work(self._database())
        except sqlite3.OperationalError:
            raise  # locked for too long, or no room: the file is whole
        except sqlite3.DatabaseError as error:
            log.warning("counters_begun_anew", reason=type(error).__name__)
            self._begin_anew()
            return work(self._database())

    def _database(self) -> sqlite3.Connection:
        """A connection of this thread and this process: none crosses a fork."""
        kept: tuple[int, sqlite3.Connection] | None = getattr(self._own, "kept", None)
        if kept is None or kept[0] != os.getpid():
            make_private(self._path.parent)
            create_private(self._path)
            database = sqlite3.connect(self._path, timeout=WAIT_SECONDS, isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=OFF", "secure_delete=ON"):
                database.execute(f"PRAGMA {pragma}")
            database.execute(TABLE)
            kept = self._own.kept = (os.getpid(), database)
        return kept[1]

    def _begin_anew(self) -> None:
        kept = self.__dict__["_own"].__dict__.pop("kept", None)
        if kept is not None:
            kept[1].close()
        for ending in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
