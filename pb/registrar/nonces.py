"""Nonces that were used, remembered across restarts in a small file until their statements are too old to serve."""

import json
import os
import threading
from datetime import datetime
from pathlib import Path

MOST_LINES = 10_000


class UsedNonces:
    """Each nonce is taken once. `path` holds a line of JSON for each: the nonce, and until when it is remembered."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}
        self._lines = 0
        if path.exists():
            for line in path.read_text().splitlines():
                nonce, until = json.loads(line)
                self._until[nonce] = until
                self._lines += 1

    def take(self, nonce: str, *, at: datetime, until: datetime) -> bool:
        """Takes a nonce out of use, on disk before it is answered; False if it was taken before."""
        with self._lock:
            if nonce in self._until:
                return False
            if self._lines >= MOST_LINES:
                self._forget(at)
            self._until[nonce] = until.timestamp()
            self._write("a", [nonce])
            return True

    def _forget(self, at: datetime) -> None:
        self._until = {nonce: until for nonce, until in self._until.items() if until > at.timestamp()}
        self._lines = 0
        self._write("w", list(self._until))

    def _write(self, mode: str, nonces: list[str]) -> None:
        opened = os.open(self._path, os.O_WRONLY | os.O_CREAT | (os.O_APPEND if mode == "a" else os.O_TRUNC), 0o600)
        with os.fdopen(opened, mode) as file:
            file.writelines(json.dumps([nonce, self._until[nonce]]) + "\n" for nonce in nonces)
            file.flush()
            os.fsync(file.fileno())
        self._lines += len(nonces)
