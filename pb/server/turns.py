"""Threads that serve by turns: whoever sends a thousand requests waits behind their own, from however many addresses.

Each request waits in one of four lanes: for a page, or for what costs much whoever asks (a password's hash); of
somebody who shows a proof that no stranger has, or of a stranger. Of strangers wide networks take turns, within each
the smaller ones: 500 addresses of one customer kept a voter's page waiting for thirteen seconds. Of those who are known
people do, and a thread is theirs alone. What finds no place, or is not served in time, is told so without a thread.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from waitress.task import ThreadedTaskDispatcher

from pb.addresses import around

LONGEST_WAIT_SECONDS = 20  # browsers and proxies wait for a minute, and people for less
LOOKED_EVERY_SECONDS = 0.1  # at who left, while a lane is full


class Waiting(Protocol):
    """A connection with a whole request: whose turn it takes, and what a thread does with it."""

    @property
    def caller(self) -> str: ...

    @property
    def dear(self) -> bool: ...

    @property
    def proof(self) -> str | None:
        """Whose request it is, as something says that no stranger has."""

    @property
    def left(self) -> bool:
        """Whether nobody is there any more to take the answer."""

    def service(self) -> None: ...


@dataclass(frozen=True)
class Lane:
    """What waits apart from other things: how many threads serve it, of them for one asker, and how much may wait."""

    name: str
    threads: int
    for_one: int
    places: int

    @property
    def for_many(self) -> int:
        """How many threads a wide network has: all but one, which is for whoever comes from elsewhere."""
        return max(self.for_one, self.threads - 1)


@dataclass(frozen=True)
class Lanes:
    """The lanes of a process, in the order in which a free thread looks into them."""

    dear: Lane
    dear_of_strangers: Lane
    pages: Lane
    pages_of_strangers: Lane

    @classmethod
    def of(cls, threads: int) -> "Lanes":
        """Of eight threads pages of either kind take five at most, and what is dear two.

        So one is always for who is known, and one for strangers, whatever the three other lanes hold. One person has
        two of them, so that a card and an account of the same hand do not take all five; one network three.
        """
        return cls(
            # 64 MB and all cores for a tenth of a second each; what one thread serves in some ten seconds waits.
            dear=Lane("dear, of somebody known", 1, 1, 40),
            dear_of_strangers=Lane("dear, of strangers", 1, 1, 40),
            pages=Lane("pages, of somebody known", max(1, threads - 3), max(1, threads // 4), 400),
            pages_of_strangers=Lane("pages, of strangers", max(1, threads - 3), max(1, threads // 2 - 1), 400),
        )

    def __iter__(self) -> Iterator[Lane]:
        yield from (self.dear, self.dear_of_strangers, self.pages, self.pages_of_strangers)

    def of_request(self, *, dear: bool, known: bool) -> Lane:
        if dear:
            return self.dear if known else self.dear_of_strangers
        return self.pages if known else self.pages_of_strangers


class Place(NamedTuple):
    """One request that waits or is served: who asks, from the widest group to the asker alone, and since when."""

    channel: Waiting
    lane: Lane
    groups: tuple[str, ...]
    since: float  # monotonic


class Queue:
    """The queue of a lane, in which groups take turns, and within each its smaller groups.

    Where it is full the newest of the group goes that has most in it: whoever has 65,536 networks side by side has
    them in one group, and leaves room to a newcomer from elsewhere. What was put out waits in `put_out` for its answer.
    """

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._places: list[Place] = []  # as they came
        self._turns: dict[str, int] = {}  # by group that waits: the lower, the sooner
        self._last = 0
        self._waiting, self._served_of = Counter[str](), Counter[str]()  # by group
        self._served = 0
        self._looked_at = 0.0
        self.put_out: list[Waiting] = []

    def append(self, channel: Waiting, groups: tuple[str, ...], now: float) -> None:
        self._places.append(Place(channel, self._lane, groups, now))
        for group in groups:
            self._waiting[group] += 1
            if self._waiting[group] == 1:
                self._to_the_end(group)
        if len(self._places) > self._lane.places and now - self._looked_at >= LOOKED_EVERY_SECONDS:
            self._looked_at = now
            self._put_out([place for place in self._places if place.channel.left])
        if len(self._places) > self._lane.places:
            self._put_out([self._newest_of_most()])

    def take(self) -> Place | None:
        """The next one that may have one more thread, which is served until `done`; its groups go to the end."""
        if self._served >= self._lane.threads:
            return None
        may = [place for place in self._places if self._may_be_served(place)]
        if not may:
            return None
        place = min(may, key=lambda each: [self._turns[group] for group in each.groups])
        self._served += 1
        self._served_of.update(place.groups)
        self._take_out(place)
        for group in place.groups:
            if self._waiting[group]:
                self._to_the_end(group)
        return place

    def done(self, place: Place) -> None:
        """One thread is free again."""
        self._served -= 1
        self._served_of.subtract(place.groups)
        self._served_of = +self._served_of  # without those of whom nobody is served

    def popleft(self) -> Waiting:
        """The oldest, whoever it is."""
        place = self._places[0]
        self._take_out(place)
        return place.channel

    def put_out_late(self, now: float) -> None:
        """Puts out what has waited so long that nobody waits for the answer any more."""
        late = 0
        while late < len(self._places) and now - self._places[late].since > LONGEST_WAIT_SECONDS:
            late += 1
        self._put_out(self._places[:late])

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Waiting]:
        return (place.channel for place in self._places)

    def _may_be_served(self, place: Place) -> bool:
        *wide, asker = place.groups
        served, lane = self._served_of, self._lane
        return served[asker] < lane.for_one and all(served[group] < lane.for_many for group in wide)

    def _take_out(self, place: Place) -> None:
        self._places.remove(place)
        for group in place.groups:
            self._waiting[group] -= 1
            if not self._waiting[group]:
                del self._waiting[group], self._turns[group]

    def _newest_of_most(self) -> Place:
        among = self._places
        for level in range(max(len(place.groups) for place in among)):
            counted = Counter(_group(place, level) for place in among)
            most = max(counted.values())
            largest = next(_group(each, level) for each in reversed(among) if counted[_group(each, level)] == most)
            among = [place for place in among if _group(place, level) == largest]
        return among[-1]

    def _put_out(self, places: list[Place]) -> None:
        for place in places:
            self._take_out(place)
            self.put_out.append(place.channel)

    def _to_the_end(self, group: str) -> None:
        self._last += 1
        self._turns[group] = self._last


def _group(place: Place, level: int) -> str:
    """That of a level, of which the names of all are told apart."""
    return place.groups[min(level, len(place.groups) - 1)]


class Turns:
    """The queues of all lanes. Who takes a place says `done` when it is served."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._queues = {lane: Queue(lane) for lane in lanes}

    def append(self, channel: Waiting) -> None:
        proof = channel.proof
        lane = self._lanes.of_request(dear=channel.dear, known=proof is not None)
        groups = around(channel.caller) if proof is None else (proof,)
        self._queues[lane].append(channel, groups, time.monotonic())

    def take(self) -> Place | None:
        """The next one that may have a thread, in the order of the lanes."""
        taken = (queue.take() for queue in self._queues.values() if queue)
        return next((place for place in taken if place is not None), None)

    def done(self, place: Place) -> None:
        self._queues[place.lane].done(place)

    def put_out(self, now: float) -> list[Waiting]:
        """What found no place or waited too long (`now` is monotonic): each is to be answered so and not served."""
        out = []
        for queue in self._queues.values():
            queue.put_out_late(now)
            out += queue.put_out
            queue.put_out = []
        return out

    def popleft(self) -> Waiting:
        return next(queue for queue in self._queues.values() if queue).popleft()

    def __len__(self) -> int:
        return sum(map(len, self._queues.values()))

    def __iter__(self) -> Iterator[Waiting]:
        return (channel for queue in self._queues.values() for channel in queue)


class Dispatcher(ThreadedTaskDispatcher):
    """Threads that take what the turns say is next."""

    def __init__(self, lanes: Lanes) -> None:
        super().__init__()
        self.queue: Turns = Turns(lanes)

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
        while (place := self._take(thread_no)) is not None:
            try:
                place.channel.service()
            except BaseException:
                # Whatever it is: a thread that ended would serve nobody any more, and nobody would start another.
                self.logger.exception("Exception when servicing %r", place.channel)
            with self.lock:
                self.queue.done(place)
                self.queue_cv.notify()

    def _take(self, thread_no: int) -> Place | None:
        with self.lock:
            while (place := self.queue.take() if self.stop_count == 0 else None) is None and self.stop_count == 0:
                self.active_count -= 1
                self.queue_cv.wait()
                self.active_count += 1
            if place is None:
                self.active_count -= 1
                self.stop_count -= 1
                self.threads.discard(thread_no)
                self.thread_exit_cv.notify()
            return place
