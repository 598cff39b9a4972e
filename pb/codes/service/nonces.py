"""Nonces that were used, kept in a small SQLite file until their statements are too old to serve."""

import sqlite3
import threading
from datetime import datetime
from pathlib import Path

from pb.db import create_private


class UsedNonces:
    """Each nonce is taken once, also across restarts. `path` is a database that its owner alone reads."""

    def __init__(self, path: Path) -> None:
        create_private(path)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute("CREATE TABLE IF NOT EXISTS nonces (nonce TEXT PRIMARY KEY, until REAL) WITHOUT ROWID")

    def take(self, nonce: str, *, at: datetime, until: datetime) -> bool:
        """Takes a nonce out of use, on disk before it is answered; False if it was taken before."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                self._database.execute("DELETE FROM nonces WHERE until <= ?", (at.timestamp(),))
                taken = self._database.execute(
                    "INSERT INTO nonces VALUES (?, ?) ON CONFLICT DO NOTHING", (nonce, until.timestamp())
                )
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")
            return taken.rowcount == 1

    def close(self) -> None:
        self._database.close()
