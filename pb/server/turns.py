"""Threads that serve addresses by turns: whoever sends a thousand requests waits behind their own."""

from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from typing import Protocol

from waitress.task import ThreadedTaskDispatcher


class Waiting(Protocol):
    """A connection with a whole request: whose turn it takes, and what a thread does with it."""

    @property
    def caller(self) -> str: ...

    def service(self) -> None: ...


class Turns:
    """A queue in which addresses take turns: whoever sends a thousand requests waits behind their own.

    Of the threads one address has `at_once` at most, so that dear pages of one stranger leave the others free. Who
    takes a channel of an address says `done` when it is served.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once, self._served = at_once, Counter[str]()
        self._waiting: OrderedDict[str, deque[Waiting]] = OrderedDict()
        self._length = 0

    def append(self, channel: Waiting) -> None:
        self._waiting.setdefault(channel.caller, deque()).append(channel)
        self._length += 1

    def ready(self) -> str | None:
        """The next address that may have one more thread."""
        return next((caller for caller in self._waiting if self._served[caller] < self._at_once), None)

    def take(self, caller: str) -> Waiting:
        """The first of an address, which is served until `done`."""
        self._served[caller] += 1
        return self._next_of(caller)

    def done(self, caller: str) -> None:
        """One thread of the address is free again."""
        self._served[caller] -= 1
        if not self._served[caller]:
            del self._served[caller]

    def popleft(self) -> Waiting:
        return self._next_of(next(iter(self._waiting)))

    def _next_of(self, caller: str) -> Waiting:
        channels = self._waiting.pop(caller)
        channel = channels.popleft()
        if channels:
            self._waiting[caller] = channels
        self._length -= 1
        return channel

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Waiting]:
        return (channel for channels in self._waiting.values() for channel in channels)


class Dispatcher(ThreadedTaskDispatcher):
    """Threads that take what the turns say is ready."""

    def __init__(self, at_once: int) -> None:
        super().__init__()
        self.queue: Turns = Turns(at_once)

    def handler_thread(self, thread_no: int) -> None:
        while (taken := self._take(thread_no)) is not None:
            caller, channel = taken
            try:
                channel.service()
            except BaseException:
                # Whatever it is: a thread that ended would serve nobody any more, and nobody would start another.
                self.logger.exception("Exception when servicing %r", channel)
            with self.lock:
                self.queue.done(caller)
                self.queue_cv.notify()

    def _take(self, thread_no: int) -> tuple[str, Waiting] | None:
        with self.lock:
            while (caller := self.queue.ready()) is None and self.stop_count == 0:
                self.active_count -= 1
                self.queue_cv.wait()
                self.active_count += 1
            if self.stop_count > 0 or caller is None:
                self.active_count -= 1
                self.stop_count -= 1
                self.threads.discard(thread_no)
                self.thread_exit_cv.notify()
                return None
            return caller, self.queue.take(caller)
