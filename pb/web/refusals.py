"""Refusals in the security log, summed up: whoever is refused a thousand times a minute gets two lines of it.

Of one event, network and account the first is told at once, and how many more there were when the minute is over: no
stranger's flood makes the journal drop or turn over what others wrote. Networks stand in this memory alone, never in
the log.
"""

import threading
import time
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from flask import Flask, current_app

from pb.identity.service import security
from pb.web.limits import network

SECONDS = 60.0
MOST = 200
"""That are told apart in a minute, in each process; of all beyond them one first is told, and one sum."""
Sort = tuple[str, str, UUID | None]


@dataclass
class Minute:
    """When it is over, and how many came after the first."""

    until: float
    more: int = 0


class Refusals:
    """Those of the last minute, of one process."""

    def __init__(self) -> None:
        self._minutes: dict[Sort, Minute] = {}  # as they began, so as they end
        self._lock = threading.Lock()

    def tell(self, event: str, sender: str, person_id: UUID | None, **facts: str | int | bool) -> None:
        """Tells of the first in a minute, and counts the others."""
        self.sum_up()
        sort = (event, sender, person_id)
        with self._lock:
            if sort not in self._minutes and len(self._minutes) >= MOST:
                sort = (event, "", None)
            known = self._minutes.get(sort)
            if known is not None:
                known.more += 1
                return
            self._minutes[sort] = Minute(time.monotonic() + SECONDS)
        security.tell(event, person_id, **facts)

    def sum_up(self, *, all_of_them: bool = False) -> None:
        """Tells how many more there were in each minute that is over."""
        over = []
        with self._lock:
            for sort, minute in list(self._minutes.items()):
                if minute.until > time.monotonic() and not all_of_them:
                    break
                over.append((sort, self._minutes.pop(sort).more))
        for (event, _sender, person_id), more in over:
            if more:
                security.tell("refused_again", person_id, of=event, number=more)


def install(app: Flask) -> None:
    app.extensions["refusals"] = Refusals()


def tell(event: str, person_id: UUID | None, **facts: str | int | bool) -> None:
    """Tells of a refusal of this request, or counts it. `facts` as those of `security.tell`."""
    cast("Refusals", current_app.extensions["refusals"]).tell(event, network(), person_id, **facts)
