"""Threads that serve addresses by turns: whoever sends a thousand requests waits behind their own.

What costs much whoever asks (a password's hash) has a few of the threads, whatever the number of addresses that ask for
it: twelve strangers who tried passwords held all threads, and a voter's page took six seconds.
"""

from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from waitress.task import ThreadedTaskDispatcher


class Waiting(Protocol):
    """A connection with a whole request: whose turn it takes, and what a thread does with it."""

    @property
    def caller(self) -> str: ...

    @property
    def dear(self) -> bool: ...

    def service(self) -> None: ...


class Turn(NamedTuple):
    """Whose it is, and whether what is asked for is dear: an address waits for the one and the other separately."""

    caller: str
    dear: bool


class Turns:
    """A queue in which addresses take turns: whoever sends a thousand requests waits behind their own.

    Of the threads one address has `at_once` at most, so that dear pages of one stranger leave the others free, and what
    is dear has `dear_at_once` for all addresses together. Who takes a channel of a turn says `done` when it is served.
    """

    def __init__(self, at_once: int, dear_at_once: int) -> None:
        self._at_once, self._dear_at_once = at_once, dear_at_once
        self._served, self._dear = Counter[str](), 0
        self._waiting: OrderedDict[Turn, deque[Waiting]] = OrderedDict()
        self._length = 0

    def append(self, channel: Waiting) -> None:
        self._waiting.setdefault(Turn(channel.caller, channel.dear), deque()).append(channel)
        self._length += 1

    def ready(self) -> Turn | None:
        """The next turn that may have one more thread."""
        return next((turn for turn in self._waiting if self._has_room(turn)), None)

    def _has_room(self, turn: Turn) -> bool:
        if turn.dear and self._dear >= self._dear_at_once:
            return False
        return self._served[turn.caller] < self._at_once

    def take(self, turn: Turn) -> Waiting:
        """The first of a turn, which is served until `done`."""
        self._served[turn.caller] += 1
        self._dear += turn.dear
        return self._next_of(turn)

    def done(self, turn: Turn) -> None:
        """One thread of the turn is free again."""
        self._dear -= turn.dear
        self._served[turn.caller] -= 1
        if not self._served[turn.caller]:
            del self._served[turn.caller]

    def popleft(self) -> Waiting:
        return self._next_of(next(iter(self._waiting)))

    def _next_of(self, turn: Turn) -> Waiting:
        channels = self._waiting.pop(turn)
        channel = channels.popleft()
        if channels:
            self._waiting[turn] = channels
        self._length -= 1
        return channel

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Waiting]:
        return (channel for channels in self._waiting.values() for channel in channels)


class Dispatcher(ThreadedTaskDispatcher):
    """Threads that take what the turns say is ready."""

    def __init__(self, at_once: int, dear_at_once: int) -> None:
        super().__init__()
        self.queue: Turns = Turns(at_once, dear_at_once)

    def handler_thread(self, thread_no: int) -> None:
        while (taken := self._take(thread_no)) is not None:
            turn, channel = taken
            try:
                channel.service()
            except BaseException:
                # Whatever it is: a thread that ended would serve nobody any more, and nobody would start another.
                self.logger.exception("Exception when servicing %r", channel)
            with self.lock:
                self.queue.done(turn)
                self.queue_cv.notify()

    def _take(self, thread_no: int) -> tuple[Turn, Waiting] | None:
        with self.lock:
            while (turn := self.queue.ready()) is None and self.stop_count == 0:
                self.active_count -= 1
                self.queue_cv.wait()
                self.active_count += 1
            if self.stop_count > 0 or turn is None:
                self.active_count -= 1
                self.stop_count -= 1
                self.threads.discard(thread_no)
                self.thread_exit_cv.notify()
                return None
            return turn, self.queue.take(turn)
