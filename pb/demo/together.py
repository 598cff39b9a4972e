"""Several cycles of one okrug, played side by side: the okrug has one log, which goes forward only.

Each cycle is played by a thread of its own, but one at a time: the cycle whose next act is the earliest goes on.
"""

import contextvars
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from pb.demo.cycle import Demo, Driver, Stage


class Stopped(Exception):
    """Another cycle could not be played."""


class Turns:
    """Who goes on: everybody else waits, each with the moment of the next act."""

    def __init__(self, players: int) -> None:
        self._players, self._failed = players, False
        self._next: dict[str, datetime] = {}
        self._changed = threading.Condition()

    def wait(self, name: str, at: datetime) -> None:
        """Returns when all others wait for later moments. Raises Stopped."""
        with self._changed:
            self._next[name] = at
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._failed or self._is_first(name))
            if self._failed:
                raise Stopped
            del self._next[name]

    def _is_first(self, name: str) -> bool:
        return len(self._next) == self._players and name == min(self._next, key=lambda each: (self._next[each], each))

    def leave(self, *, failed: bool) -> None:
        """A cycle has come to its stage, or cannot go on: then nobody does."""
        with self._changed:
            self._players -= 1
            self._failed = self._failed or failed
            self._changed.notify_all()


def play(cycles: Mapping[str, tuple[Driver, Stage]]) -> dict[str, Demo]:
    """Plays each cycle through its stage. What the first one that fails raises is raised."""
    turns = Turns(len(cycles))
    demos: dict[str, Demo] = {}
    failures: list[Exception] = []

    def play_one(name: str, driver: Driver, through: Stage) -> None:
        failed = True
        try:
            demos[name] = replace(driver, turn=lambda at: turns.wait(name, at)).run(through)
            failed = False
        except Stopped:
            failed = False
        except Exception as error:  # noqa: BLE001 - raised again by who waits for this thread
            failures.append(error)
        finally:
            turns.leave(failed=failed)

    threads = [
        threading.Thread(target=contextvars.copy_context().run, args=(play_one, name, driver, through))
        for name, (driver, through) in cycles.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return {name: demos[name] for name in cycles}
