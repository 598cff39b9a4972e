"""Whether a proxy stands before the server that nobody named: then all who come through it count as one address.

Anybody may write a forwarded address into a request. A proxy writes one into every request, so that for an hour none
comes without: no stranger keeps the others' from coming. The first that comes without one ends the warning.
"""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import cast

import structlog
from flask import Flask, current_app, request

from pb.db import make_private
from pb.settings import Settings

SECONDS = 3_600.0
REQUESTS = 100
log = structlog.get_logger()


@dataclass
class Row:
    """The requests of one process that came with a forwarded address, one after the other."""

    mark: Path
    length: int = 0
    marked_at: float = 0.0
    told: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def broken(self) -> None:
        """One came without."""
        self.length = 0
        if self.mark.exists():  # whichever process made it
            self.mark.unlink(missing_ok=True)

    def goes_on(self) -> None:
        """One more came with one. A row that is long enough is told in the log once, and kept in mind by the mark."""
        now = monotonic()
        with self.lock:
            if not self.length:
                self.marked_at = now
            self.length += 1
            if self.length < REQUESTS or now - self.marked_at < SECONDS:
                return
            self.marked_at, told, self.told = now, self.told, True
        make_private(self.mark.parent)
        self.mark.touch(mode=0o600)
        if not told:
            log.warning("forwarded_address_not_believed", setting="ASAR_PROXIES", is_set_to=0)


def install(app: Flask, decided: Settings) -> None:
    """Has it looked at each request, where no proxy is named."""
    if not decided.proxies:
        app.extensions["forwarded"] = Row(decided.forwarded_mark)
        app.before_request(_look)


def _look() -> None:
    row = cast("Row", current_app.extensions["forwarded"])
    if "X-Forwarded-For" in request.headers:
        row.goes_on()
    else:
        row.broken()
