"""Threads that serve addresses by turns: whoever sends a thousand requests waits behind their own.

What costs much whoever asks (a password's hash) has threads of its own, few of them, and a short queue: twelve
strangers who tried passwords held all threads, and a voter's page took six seconds; five hundred in one queue for all
kept everybody from signing in for a minute. Whoever shows a proof waits in another queue than strangers.
"""

import time
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple, Protocol

from waitress.task import ThreadedTaskDispatcher

from pb.addresses import around

MOST_WAITING = 40  # of a dear queue: what one thread serves in some ten seconds
LONGEST_WAIT_SECONDS = 20  # in a dear queue: browsers and proxies wait for a minute, and people for less


class Waiting(Protocol):
    """A connection with a whole request: whose turn it takes, and what a thread does with it."""

    @property
    def caller(self) -> str: ...

    @property
    def dear(self) -> bool: ...

    @property
    def proof(self) -> str | None:
        """Whose request it is, as something says that no stranger has; of what is dear alone."""

    @property
    def left(self) -> bool:
        """Whether nobody is there any more to take the answer."""

    def service(self) -> None: ...


class Lane(Enum):
    """Which threads serve it."""

    PAGES = "pages"
    PROVEN = "dear, of somebody who is known"
    STRANGERS = "dear, of anybody else"


class Turn(NamedTuple):
    """Whose it is, and what is asked for: for the one and the other one waits separately."""

    caller: str
    lane: Lane = Lane.PAGES


class Place(NamedTuple):
    """One request in a dear queue: who asks, from the widest group to the asker alone, and since when (monotonic)."""

    channel: Waiting
    groups: tuple[str, ...]
    since: float


class DearQueue:
    """A short queue in which groups take turns, and within each its smaller groups.

    Where it is full the newest of the group goes that has most in it: whoever has 65,536 networks side by side has
    them in one group, and leaves room to a newcomer from elsewhere. What was put out waits in `put_out` for its answer.
    """

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._turns: dict[str, int] = {}  # by group: the lower, the sooner
        self._last = 0
        self.put_out: list[Waiting] = []

    def append(self, channel: Waiting, groups: tuple[str, ...], now: float) -> None:
        self._places.append(Place(channel, groups, now))
        for group in groups:
            if group not in self._turns:
                self._to_the_end(group)
        if len(self._places) > MOST_WAITING:
            self._put_out([place for place in self._places if place.channel.left])
        if len(self._places) > MOST_WAITING:
            self._put_out([self._newest_of_most()])

    def popleft(self) -> Waiting:
        """The next one, whose groups go to the end."""
        place = min(self._places, key=lambda each: [self._turns[group] for group in each.groups])
        self._places.remove(place)
        for group in place.groups:
            self._to_the_end(group)
        self._forget_turns()
        return place.channel

    def put_out_late(self, now: float) -> None:
        """Puts out what has waited so long that nobody waits for the answer any more."""
        self._put_out([place for place in self._places if now - place.since > LONGEST_WAIT_SECONDS])

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Waiting]:
        return (place.channel for place in self._places)

    def _newest_of_most(self) -> Place:
        among = self._places
        for level in range(1, max(len(place.groups) for place in among) + 1):
            counted = Counter(place.groups[:level] for place in among)
            most = max(counted.values())
            largest = next(each.groups[:level] for each in reversed(among) if counted[each.groups[:level]] == most)
            among = [place for place in among if place.groups[:level] == largest]
        return among[-1]

    def _put_out(self, places: list[Place]) -> None:
        for place in places:
            self._places.remove(place)
            self.put_out.append(place.channel)
        self._forget_turns()

    def _to_the_end(self, group: str) -> None:
        self._last += 1
        self._turns[group] = self._last

    def _forget_turns(self) -> None:
        """Of groups of which nobody waits."""
        waiting = {group for place in self._places for group in place.groups}
        self._turns = {group: turn for group, turn in self._turns.items() if group in waiting}


class Turns:
    """A queue in which addresses take turns: whoever sends a thousand requests waits behind their own.

    Of the threads one address has `at_once` at most, so that dear pages of one stranger leave the others free. What is
    dear has `dear_at_once` for all strangers together, and as many for all who show a proof, in turns of their own:
    nobody's account fills what is another's. Who takes a channel of a turn says `done` when it is served.
    """

    def __init__(self, at_once: int, dear_at_once: int) -> None:
        self._at_once, self._dear_at_once = at_once, dear_at_once
        self._served, self._dear_served = Counter[str](), Counter[Lane]()
        self._pages: OrderedDict[str, deque[Waiting]] = OrderedDict()
        self._dear = {Lane.PROVEN: DearQueue(), Lane.STRANGERS: DearQueue()}
        self._length = 0  # of what waits for a page

    def append(self, channel: Waiting) -> None:
        if not channel.dear:
            self._pages.setdefault(channel.caller, deque()).append(channel)
            self._length += 1
        elif channel.proof is not None:
            self._dear[Lane.PROVEN].append(channel, (channel.proof,), time.monotonic())
        else:
            self._dear[Lane.STRANGERS].append(channel, around(channel.caller), time.monotonic())

    def ready(self) -> Turn | None:
        """The next turn that may have one more thread."""
        for lane, queue in self._dear.items():
            if queue and self._dear_served[lane] < self._dear_at_once:
                return Turn("", lane)
        return next((Turn(caller) for caller in self._pages if self._served[caller] < self._at_once), None)

    def take(self, turn: Turn) -> Waiting:
        """The first of a turn, which is served until `done`."""
        if turn.lane in self._dear:
            self._dear_served[turn.lane] += 1
            return self._dear[turn.lane].popleft()
        self._served[turn.caller] += 1
        return self._next_of(turn.caller)

    def done(self, turn: Turn) -> None:
        """One thread of the turn is free again."""
        if turn.lane in self._dear:
            self._dear_served[turn.lane] -= 1
            return
        self._served[turn.caller] -= 1
        if not self._served[turn.caller]:
            del self._served[turn.caller]

    def put_out(self, now: float) -> list[Waiting]:
        """What found no place or waited too long (`now` is monotonic): each is to be answered so and not served."""
        out = []
        for queue in self._dear.values():
            queue.put_out_late(now)
            out += queue.put_out
            queue.put_out = []
        return out

    def popleft(self) -> Waiting:
        queue = next((each for each in self._dear.values() if each), None)
        return queue.popleft() if queue is not None else self._next_of(next(iter(self._pages)))

    def _next_of(self, caller: str) -> Waiting:
        channels = self._pages.pop(caller)
        channel = channels.popleft()
        if channels:
            self._pages[caller] = channels
        self._length -= 1
        return channel

    def __len__(self) -> int:
        return self._length + sum(map(len, self._dear.values()))

    def __iter__(self) -> Iterator[Waiting]:
        yield from (channel for queue in self._dear.values() for channel in queue)
        yield from (channel for channels in self._pages.values() for channel in channels)


class Dispatcher(ThreadedTaskDispatcher):
    """Threads that take what the turns say is ready."""

    def __init__(self, at_once: int, dear_at_once: int) -> None:
        super().__init__()
        self.queue: Turns = Turns(at_once, dear_at_once)

    def add_task(self, task: Waiting) -> None:
        """Without waitress's line in the log for each that waits: nobody fills a disk by asking."""
        with self.lock:
            self.queue.append(task)
            self.queue_cv.notify()

    def put_out(self) -> list[Waiting]:
        """What is to be answered that it is not served."""
        with self.lock:
            return self.queue.put_out(time.monotonic())

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
