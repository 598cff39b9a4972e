"""Connections: whole requests in, whole answers out, each in a bounded time, and no address crowds out another.

Waitress reads a request and sends an answer in its one loop, and gives its threads nothing but complete requests. Added
here is what it lets be: a deadline for each request and answer (it knows inactivity alone), a body bounded by what the
route of its address takes, room made by closing the slowest connection of the address that has the most, and threads
that serve addresses by turns (`pb/server/turns.py`). Behind a proxy the address is the one that the proxy wrote.
"""

import resource
import select
import socket
import threading
import time
from collections import Counter
from typing import Any

import structlog
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from pb.addresses import network_of
from pb.server.requests import BoundedRequest, Dear, LargestBody, Proof, PutOut
from pb.server.turns import Dispatcher, Lanes

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
# Where room is made, the slowest goes first. A new connection counts as moving at this pace, so that it lasts longer
# than those that stand still and goes before those that move; the pace is an average over about so many looks, in none
# of which more counts than this: a burst is soon forgotten.
NEW_PACE = 4 * SLOWEST_PACE
FULL_PACE = 16 * SLOWEST_PACE
PACE_LOOKS = 4
WHOLE_LOOKS = 2  # the first falls somewhere into the first second of a connection
HEADER_BYTES = 32 * 1024
# No browser and no proxy sends a request before the answer to the last has come; a stranger sends hundreds.
MOST_AHEAD = 8
# A connection may hold its socket, a file that is sent, and a body or an answer that waits; others need some besides.
FILES_OF_A_CONNECTION = 3
SPARE_FILES = 200
TOLD_EVERY_SECONDS = 60
UNREAD_BESIDES = 100  # connections beyond those allowed, of which nothing was read yet: each holds its socket alone
# What a page writes is buffered whole, beyond a megabyte in a file: a thread never waits for a reader.
ANSWER_BYTES = 256 * 1024 * 1024
log = structlog.get_logger()
# Told of a connection whose other side sends no more.
LEFT = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR


class Channel(HTTPChannel):
    """One connection, which knows since when it waits for its stranger."""

    parser_class = BoundedRequest
    request: BoundedRequest | None = None
    requests: list[BoundedRequest]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held, self._holding = False, threading.Lock()
        self.served_at = self._waits_since = time.monotonic()
        self._allowed = 0.0
        self._waits_for: tuple[str, int] | None = None
        self._served = 0
        self._answered: BoundedRequest | None = None
        self._moved, self._pace, self._looks = 0, NEW_PACE + 0.0, 0
        self.peer = network_of(str(self.addr[0]))

    @property
    def caller(self) -> str:
        """Whose it is: the network, of what the proxies say of the address where they said it."""
        at_hand = next(iter(self.requests), self._answered if self.total_outbufs_len else self.request)
        return (at_hand.network if at_hand else None) or self.peer

    @property
    def dear(self) -> bool:
        """Whether the next request is for what costs much, whoever asks."""
        return bool(self.requests) and self.requests[0].dear

    @property
    def proof(self) -> str | None:
        """Whose the next request is, as something says that no stranger has."""
        return self.requests[0].proof if self.requests else None

    @property
    def _new(self) -> bool:
        """Whether it was not there for a whole look yet."""
        return self._looks < WHOLE_LOOKS

    @property
    def unread(self) -> bool:
        """Whether it is quite new and not a byte of it was read: whose it is, a proxy says with the first ones."""
        return self._new and not (self._served or self.requests or self.request)

    @property
    def at_work(self) -> bool:
        """Whether a thread has it or will: nobody waits for the stranger."""
        return bool(self.requests) and not self.total_outbufs_len

    @property
    def held(self) -> int:
        """Bytes of its bodies that lie in files: what came, not what was promised."""
        sizes = [each.body_bytes_received for each in (*self.requests, self.request) if each is not None]
        return sum(size for size in sizes if size > LARGE_BODY)

    def measure(self, seconds: float) -> None:
        """Takes note of what came and left in so many seconds."""
        moved, self._moved, self._looks = self._moved, 0, self._looks + 1
        if self._new:
            return
        self._pace += (min(moved / seconds, FULL_PACE) - self._pace) / PACE_LOOKS

    @property
    def pace(self) -> float:
        """Bytes per second, of late; what moved since the last look counts as a look's, but for what is quite new.

        Its first look each lasts, so that the newest is not the one that goes before a byte of it was read.
        """
        return self._pace + (min(self._moved, FULL_PACE) / PACE_LOOKS if not self._new else 0)

    def send(self, data: bytes, do_close: bool = True) -> int:  # noqa: FBT001, FBT002 - waitress calls it so
        sent: int = super().send(data, do_close)
        self._moved += sent
        return sent

    def service(self) -> None:
        if self.left:
            self.put_out()
            self.server.pull_trigger()
            return
        self._answered = next(iter(self.requests), None)
        super().service()
        self._served += 1
        self.served_at = time.monotonic()

    @property
    def left(self) -> bool:
        """Whether the stranger is gone and nobody takes an answer; a half-closed connection counts as gone too."""
        asked, connected = select.poll(), self.socket
        if connected is None:  # the loop closed it meanwhile
            return True
        try:
            asked.register(connected.fileno(), LEFT)
        except (OSError, ValueError):
            return True
        return bool(asked.poll(0))

    def put_out(self, answers: PutOut | None = None) -> None:
        """Answers at once, without doing what was asked for, and closes. Nobody else has the channel."""
        with self.requests_lock:
            self._answered = next(iter(self.requests), None)
            answer = answers.to(self._answered) if answers is not None else b""
            for each in self.requests:
                each.close()
            self.requests = []
            self.close_when_flushed = True
        with self.outbuf_lock:
            if self.connected:
                self.outbufs[-1].append(answer)
                self.total_outbufs_len += len(answer)

    def received(self, data: bytes) -> bool:
        self._moved += len(data)
        read: bool = super().received(data)
        if len(self.requests) > MOST_AHEAD:
            self.will_close = True
        return read

    def handle_close(self) -> None:
        super().handle_close()
        if (begun := self.request) is not None:
            self.request = None
            begun.close()  # the file of its body too

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
        if self.at_work:
            self._waits_since = now
            return False
        waits_for, size = self._message()
        if waits_for != self._waits_for:
            self._waits_for, self._waits_since, self._allowed = waits_for, now, 0.0
        # An answer becomes shorter as it leaves, a body longer as it comes: the time for all of it, or for what came.
        allowed = IDLE_SECONDS if waits_for[0] == "nothing" else MESSAGE_SECONDS + size / SLOWEST_PACE
        self._allowed = max(self._allowed, allowed)
        return now - self._waits_since > self._allowed

    def _message(self) -> tuple[tuple[str, int], int]:
        """What the connection waits for and the bytes of it: an answer to be taken, a request to be sent, nothing."""
        if self.total_outbufs_len:
            return ("answer", self._served), self.total_outbufs_len
        if self.request is None:
            return ("nothing", self._served), 0
        part = "body" if self.request.headers_finished else "header"
        return (part, self._served), self.request.body_bytes_received


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
        self,
        app: Any,
        listener: socket.socket,
        *,
        largest_body: LargestBody,
        dear: Dear,
        proof: Proof,
        crowded: PutOut,
        busy: PutOut,
        too_large: bytes,
        proxies: int = 0,
        threads: int = THREADS,
    ) -> None:
        """`proof` says of a Cookie header whose it is.

        `crowded` is the answer to what is dear and finds no place, `busy` that to any other; `too_large` the page
        for a body that is not read.
        """
        self._behind_proxy, self._crowded, self._busy = proxies > 0, crowded, busy
        self._looked_at, self._stopping = time.monotonic(), False
        self._turned_away, self._told_again_at = Counter[str](), 0.0
        self._most = connections_allowed()
        dispatcher = Dispatcher(Lanes.of(threads))
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
        adjustments.largest_body, adjustments.dear, adjustments.proof = largest_body, dear, proof
        adjustments.too_large, adjustments.proxies = too_large, proxies
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
                self.asyncore.loop(timeout=LOOK_SECONDS, use_poll=True, map=self._map, count=1)
                self._put_out()
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

    def _put_out(self) -> None:
        """Answers what finds no thread in time; a line in the log says how many, once in a while."""
        for channel in self.task_dispatcher.put_out():
            if not channel.left:
                self._turned_away["passwords_crowded" if channel.dear else "pages_crowded"] += 1
            channel.put_out(self._crowded if channel.dear else self._busy)
        now = time.monotonic()
        if self._turned_away and now >= self._told_again_at:
            for what, number in self._turned_away.items():
                log.warning(what, turned_away=number)
            self._turned_away, self._told_again_at = Counter(), now + TOLD_EVERY_SECONDS

    def _close_late(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < LOOK_SECONDS:
            return
        seconds, self._looked_at = now - self._looked_at, now
        for channel in list(self.active_channels.values()):
            channel.measure(seconds)
            if channel.late(now):
                channel.handle_close()

    def _bound_bodies(self) -> None:
        """Closes, of the network of which most bytes wait in files, the bodies that come most slowly."""
        held = {channel: channel.held for channel in self.active_channels.values() if channel.held}
        networks: dict[str, list[Channel]] = {}
        for channel in held:
            networks.setdefault(channel.caller, []).append(channel)
        sums = {network: sum(held[each] for each in channels) for network, channels in networks.items()}
        while sums and (max(sums.values()) > A_NETWORK_SENDS or sum(sums.values()) > ALL_SEND):
            most = max(sums, key=lambda network: sums[network])
            slowest = min((each for each in networks[most] if not each.at_work), key=_slowness, default=None)
            if slowest is None:
                del sums[most]  # whole, and served as the turns come
                continue
            networks[most].remove(slowest)
            sums[most] -= held[slowest]
            slowest.handle_close()

    def _make_room(self) -> None:
        """Closes, of the address with the most connections, those that move least; of those alike, the oldest."""
        if len(self.active_channels) <= min(AN_ADDRESS_HOLDS, self._most):
            return
        networks: dict[str, list[Channel]] = {}
        for channel in list(self.active_channels.values()):
            if not (self._behind_proxy and channel.unread):
                networks.setdefault(channel.caller, []).append(channel)
        over = {network: len(ours) - self._bound_of(network, ours) for network, ours in networks.items()}
        read = sum(len(ours) for ours in networks.values())
        too_many = max(read, len(self.active_channels) - UNREAD_BESIDES) - self._most
        if all(number <= 0 for number in over.values()) and too_many > 0:
            most = max(networks, key=lambda network: len(networks[network]), default="")
            over = {most: too_many}
        for network, number in over.items():
            waiting = sorted((each for each in networks.get(network, ()) if not each.at_work), key=_slowness)
            for channel in waiting[: max(0, number)]:
                channel.handle_close()

    def _bound_of(self, network: str, channels: list[Channel]) -> int:
        """A proxy holds connections of its own, over which nobody asks at the moment."""
        its_own = self._behind_proxy and network == channels[0].peer
        return self._most if its_own else AN_ADDRESS_HOLDS


def _slowness(channel: Channel) -> tuple[float, float]:
    return channel.pace, channel.served_at
