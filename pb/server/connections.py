"""Connections: whole requests in, whole answers out, each in a bounded time, and no address crowds out another.

Waitress reads a request and sends an answer in its one loop, and gives its threads nothing but complete requests. Added
here is what it lets be: a deadline for each request and answer (it knows inactivity alone), a body bounded by what the
route of its address takes, room made by closing the slowest connection of the address that has the most, and threads
that serve addresses by turns.
"""

import resource
import socket
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import RequestEntityTooLarge

from pb.addresses import network_of

THREADS = 8
MOST_CONNECTIONS = 2_000
AN_ADDRESS_HOLDS = 250
ACCEPTED_AT_ONCE = 64
LARGE_BODY = 64 * 1024  # what is larger waits in a file, not in memory, and is counted
# Bodies wait in files until they are whole: so much of them for one network, and for all, in each process.
A_NETWORK_SENDS = 128 * 1024 * 1024
ALL_SEND = 2 * 1024 * 1024 * 1024
IDLE_SECONDS = 30
LOOK_SECONDS = 1.0
MESSAGE_SECONDS = 30
# A phone over EDGE at the edge of a village does better; who is slower has the time of `MESSAGE_SECONDS` besides.
SLOWEST_PACE = 1_000  # bytes per second
CHUNKED_BYTES = 2 * 1024 * 1024
# What is a little too large is read, so that the application can say so in the person's language: as much again as the
# route takes, and between these two.
LEAST_SLACK, MOST_SLACK = 64 * 1024, 2 * 1024 * 1024
HEADER_BYTES = 32 * 1024
# No browser and no proxy sends a request before the answer to the last has come; a stranger sends hundreds.
MOST_AHEAD = 8
# A connection may hold its socket, a file that is sent, and a body or an answer that waits; others need some besides.
FILES_OF_A_CONNECTION = 3
SPARE_FILES = 200
# What a page writes is buffered whole, beyond a megabyte in a file: a thread never waits for a reader.
ANSWER_BYTES = 256 * 1024 * 1024

LargestBody = Callable[[str, str], int]


class BoundedRequest(HTTPRequestParser):
    """A request whose body is bounded by its route before a byte of it is read."""

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        largest = self.adj.largest_body(self.command, self.path)
        if self.content_length > largest + min(max(LEAST_SLACK, largest), MOST_SLACK):
            self.error = RequestEntityTooLarge("larger than this address takes")
            self.completed = True

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self.chunked and self.body_bytes_received > CHUNKED_BYTES:
            self.error = RequestEntityTooLarge("larger than a body of unknown length may be")
            self.completed = True
        return consumed


class Channel(HTTPChannel):
    """One connection, which knows since when it waits for its stranger."""

    parser_class = BoundedRequest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held, self._holding = False, threading.Lock()
        self.served_at = self._waits_since = time.monotonic()
        self._allowed = IDLE_SECONDS + 0.0
        self._waits_for: tuple[str, int] | None = None
        self._served = 0

    @property
    def caller(self) -> str:
        """Whose turn it takes: the network, of what the proxies say of the address where there are some."""
        proxies = self.server.proxies
        if proxies and self.requests:
            said = self.requests[0].headers.get("X_FORWARDED_FOR", "").replace(",", " ").split()
            return network_of(said[-proxies] if len(said) >= proxies else str(self.addr[0]))
        return network_of(str(self.addr[0]))

    def service(self) -> None:
        super().service()
        self._served += 1
        self.served_at = time.monotonic()

    def received(self, data: bytes) -> bool:
        read: bool = super().received(data)
        if len(self.requests) > MOST_AHEAD:
            self.will_close = True
        return read

    def hold(self) -> bool:
        """Whether the next request waits until the answer before it has left; `handle_write` then lets it go on."""
        if not self.total_outbufs_len:
            return False
        self._held = True
        # The loop may have sent the rest between the two lines above.
        return bool(self.total_outbufs_len) or not self._let_go()

    def handle_write(self) -> None:
        super().handle_write()
        if self.connected and not self.total_outbufs_len and self._let_go() and self.requests:
            self.server.task_dispatcher.add_task(self)

    def _let_go(self) -> bool:
        """True for one caller alone: the request was held, and no longer is."""
        with self._holding:
            held, self._held = self._held, False
            return held

    def late(self, now: float) -> bool:
        """Whether the stranger had the time that the message at hand takes, and more; `now` is monotonic."""
        if self.requests and not self.total_outbufs_len:
            self._waits_since = now
            return False  # a thread is at work: nobody waits for the stranger
        waits_for, size = self._message()
        if waits_for != self._waits_for:
            self._waits_for, self._waits_since = waits_for, now
            self._allowed = IDLE_SECONDS if waits_for[0] == "nothing" else MESSAGE_SECONDS + size / SLOWEST_PACE
        return now - self._waits_since > self._allowed

    def _message(self) -> tuple[tuple[str, int], int]:
        """What the connection waits for and the bytes of it: an answer to be taken, a request to be sent, nothing."""
        if self.total_outbufs_len:
            return ("answer", self._served), self.total_outbufs_len
        if self.request is None:
            return ("nothing", self._served), 0
        part = "body" if self.request.headers_finished else "header"
        return (part, self._served), self.request.content_length


class Turns:
    """A queue in which addresses take turns: whoever sends a thousand requests waits behind their own.

    Of the threads one address has `at_once` at most, so that dear pages of one stranger leave the others free. Who
    takes a channel of an address says `done` when it is served.
    """

    def __init__(self, at_once: int = THREADS // 2) -> None:
        self._at_once, self._served = at_once, Counter[str]()
        self._waiting: OrderedDict[str, deque[Channel]] = OrderedDict()
        self._length = 0

    def append(self, channel: Channel) -> None:
        self._waiting.setdefault(channel.caller, deque()).append(channel)
        self._length += 1

    def ready(self) -> str | None:
        """The next address that may have one more thread."""
        return next((caller for caller in self._waiting if self._served[caller] < self._at_once), None)

    def take(self, caller: str) -> Channel:
        """The first of an address, which is served until `done`."""
        self._served[caller] += 1
        return self._next_of(caller)

    def done(self, caller: str) -> None:
        """One thread of the address is free again."""
        self._served[caller] -= 1
        if not self._served[caller]:
            del self._served[caller]

    def popleft(self) -> Channel:
        return self._next_of(next(iter(self._waiting)))

    def _next_of(self, caller: str) -> Channel:
        channels = self._waiting.pop(caller)
        channel = channels.popleft()
        if channels:
            self._waiting[caller] = channels
        self._length -= 1
        return channel

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Channel]:
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

    def _take(self, thread_no: int) -> tuple[str, Channel] | None:
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


def connections_allowed() -> int:
    """How many the files that this process may open are enough for, and no more than MOST_CONNECTIONS."""
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS * FILES_OF_A_CONNECTION + SPARE_FILES
    if files != resource.RLIM_INFINITY and files < wanted:
        files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    if files == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(1, min(MOST_CONNECTIONS, (files - SPARE_FILES) // FILES_OF_A_CONNECTION))


class Server(TcpWSGIServer):
    """Accepts, closes what is late, and makes room."""

    channel_class = Channel

    def __init__(
        self, app: Any, listener: socket.socket, *, largest_body: LargestBody, proxies: int = 0, threads: int = THREADS
    ) -> None:
        self.proxies = proxies
        self._looked_at, self._stopping = 0.0, False
        self._most = connections_allowed()
        dispatcher = Dispatcher(max(1, threads // 2))
        dispatcher.set_thread_count(threads)
        adjustments = Adjustments(
            sockets=[listener],
            threads=threads,
            connection_limit=10 * MOST_CONNECTIONS,  # never reached: room is made before
            backlog=MOST_CONNECTIONS,
            max_request_header_size=HEADER_BYTES,
            inbuf_overflow=LARGE_BODY,
            outbuf_high_watermark=ANSWER_BYTES,
            clear_untrusted_proxy_headers=False,  # ProxyFix reads them, as many as ASAR_PROXIES says
            log_socket_errors=False,
            ident=None,
        )
        adjustments.largest_body = largest_body
        super().__init__(
            app,
            {},
            _sock=listener,
            dispatcher=dispatcher,
            adj=adjustments,
            bind_socket=False,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
        )

    def add_task(self, channel: Channel) -> None:
        if not channel.hold():
            super().add_task(channel)

    def handle_accept(self) -> None:
        for _turn in range(ACCEPTED_AT_ONCE):
            before = len(self._map)
            super().handle_accept()
            if len(self._map) == before:
                return

    def run(self) -> None:
        """Serves until `stop` or SystemExit.

        Connections are closed between two rounds: within one, a place that became free would be taken by a new
        connection, to which an event of the old one would then happen.
        """
        try:
            while not self._stopping:
                self.asyncore.loop(timeout=1, use_poll=True, map=self._map, count=1)
                self._close_late()
                self._make_room()
                self._bound_bodies()
        except SystemExit:
            self._stopping = True
        self.task_dispatcher.shutdown()  # what is at work ends, what waits is given up
        for channel in list(self.active_channels.values()):
            channel.handle_close()
        self.close()

    def stop(self) -> None:
        """Ends `run` from another thread."""
        self._stopping = True
        self.pull_trigger()

    def maintenance(self, now: float) -> None:
        """Nothing here: waitress would ask within a round."""

    def _close_late(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = now
        for channel in [each for each in self.active_channels.values() if each.late(now)]:
            channel.handle_close()

    def _bound_bodies(self) -> None:
        """Closes, of the network that sends the most, the large bodies that have been on their way for the longest."""
        sending: dict[str, list[Channel]] = {}
        for channel in self.active_channels.values():
            if channel.request is not None and channel.request.content_length > LARGE_BODY:
                sending.setdefault(network_of(str(channel.addr[0])), []).append(channel)
        bound = ALL_SEND if self.proxies else A_NETWORK_SENDS
        promised = {who: sum(each.request.content_length for each in channels) for who, channels in sending.items()}
        while promised and (max(promised.values()) > bound or sum(promised.values()) > ALL_SEND):
            most = max(promised, key=lambda who: promised[who])
            oldest = min(sending[most], key=lambda each: each.served_at)
            sending[most].remove(oldest)
            promised[most] -= oldest.request.content_length
            oldest.handle_close()

    def _make_room(self) -> None:
        """Closes, of the address with the most connections, those that have been served nothing for the longest."""
        if len(self.active_channels) <= min(AN_ADDRESS_HOLDS, self._most):
            return
        channels = list(self.active_channels.values())
        held = Counter(network_of(str(channel.addr[0])) for channel in channels)
        bound = self._most if self.proxies else AN_ADDRESS_HOLDS
        over = {address: number - bound for address, number in held.items() if number > bound}
        if len(channels) > self._most and not over:
            over = {held.most_common(1)[0][0]: len(channels) - self._most}
        for address, number in over.items():
            ours = [each for each in channels if network_of(str(each.addr[0])) == address]
            idle = [each for each in ours if not each.requests or each.total_outbufs_len]
            for channel in sorted(idle, key=lambda each: each.served_at)[:number]:
                channel.handle_close()
