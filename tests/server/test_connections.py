"""What no stranger does to a village's vote: slow ones, many of one address, large bodies, a process that dies."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from werkzeug.sansio.http import parse_cookie

from pb.server import connections
from pb.server.connections import Server
from pb.server.processes import listen
from pb.server.requests import PutOut
from pb.server.turns import Turns, Waiting

MEGABYTE = 1024 * 1024
LARGE = b"x" * (8 * MEGABYTE)
HASHING_SECONDS = 0.3


def application(environment: dict[str, Any], start_response: Any) -> list[bytes]:
    """Says how much it was sent; `/large` answers with eight megabytes, `/work` and `/sign-in` take their time."""
    sent = len(environment["wsgi.input"].read())
    path = environment["PATH_INFO"]
    if path == "/work":
        time.sleep(0.05)
    if path == "/sign-in":
        time.sleep(HASHING_SECONDS)
    body = LARGE if path == "/large" else b"%d" % sent
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def a_megabyte(_method: str, _path: str, _known: bool) -> int:  # noqa: FBT001 - the server calls it so
    return MEGABYTE


def hashes(_method: str, path: str) -> bool:
    return path == "/sign-in"


def nobody_is_known(_cookies: str) -> None:
    return None


CROWDED = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 7\r\n\r\ncrowded"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy"
TOLD = [PutOut(each, b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\n{}") for each in (CROWDED, BUSY)]
RULES = {"largest_body": a_megabyte, "dear": hashes, "proof": nobody_is_known, "crowded": TOLD[0], "busy": TOLD[1]}
RULES["too_large"] = "<p>Тым үлкен".encode()


@dataclass(frozen=True)
class Running:
    port: int
    connected: list[socket.socket] = field(default_factory=list)

    def ask(self, method: str = "GET", path: str = "/", body: bytes | None = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def connect(self, begun: bytes) -> socket.socket:
        connected = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.connected.append(connected)
        connected.sendall(begun)
        return connected


@contextmanager
def served(app: Any = application, **arguments: Any) -> Iterator[Running]:
    listener = listen("127.0.0.1", 0)
    server = Server(app, listener, **{**RULES, **arguments})
    loop = threading.Thread(target=server.run, daemon=True)
    loop.start()
    running = Running(listener.getsockname()[1])
    try:
        yield running
    finally:
        for each in running.connected:
            each.close()
        server.stop()
        loop.join(timeout=20)


def is_closed(connected: socket.socket) -> bool:
    connected.settimeout(0.1)
    try:
        while connected.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def wait_until_closed(connected: list[socket.socket]) -> None:
    deadline = time.monotonic() + 30
    while not all(is_closed(each) for each in connected) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert all(is_closed(each) for each in connected)


def test_hundreds_of_slow_writers_and_readers_keep_no_voter_waiting() -> None:
    with served() as running:
        writers = [running.connect(b"POST / HTTP/1.1\r\nContent-Length: 90000\r\n\r\nslow") for _ in range(300)]
        readers = [running.connect(b"GET /large HTTP/1.1\r\n\r\n") for _ in range(40)]
        took = []
        for _ in range(5):
            begun = time.monotonic()
            assert running.ask("POST", "/", b"ballot") == (200, b"6")
            took.append(time.monotonic() - begun)
    assert len(writers) + len(readers) == 340
    assert sorted(took)[2] < 1


def test_a_request_that_never_ends_is_closed_however_lively_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inactivity alone would let it live: it sends a byte all the time."""
    monkeypatch.setattr(connections, "MESSAGE_SECONDS", 1)
    with served() as running:
        header = running.connect(b"GET / HTTP/1.1\r\n")
        body = running.connect(b"POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n")
        gone = threading.Event()

        def drip() -> None:
            while not gone.wait(0.2):
                for each in (header, body):
                    with contextlib.suppress(OSError):
                        each.send(b"x")

        dripping = threading.Thread(target=drip)
        dripping.start()
        wait_until_closed([header, body])
        gone.set()
        dripping.join()


def test_an_answer_that_nobody_takes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MESSAGE_SECONDS", 1)
    monkeypatch.setattr(connections, "SLOWEST_PACE", 100 * MEGABYTE)
    with served() as running:
        reader = socket.socket()
        running.connected.append(reader)
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect(("127.0.0.1", running.port))
        reader.sendall(b"GET /large HTTP/1.1\r\n\r\n")
        time.sleep(4)
        taken = 0
        reader.settimeout(5)
        with contextlib.suppress(OSError):
            while part := reader.recv(65_536):
                taken += len(part)
        assert taken < len(LARGE)


def test_many_answers_on_one_connection_are_not_one_late_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy keeps its connections for hours."""
    monkeypatch.setattr(connections, "MESSAGE_SECONDS", 1)
    monkeypatch.setattr(connections, "IDLE_SECONDS", 1)
    with served() as running:
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        with contextlib.closing(connection):
            until = time.monotonic() + 4
            connection.connect()
            kept = connection.sock
            while time.monotonic() < until:
                connection.request("POST", "/", b"vote")
                assert connection.getresponse().read() == b"4"
            assert connection.sock is kept


def test_who_holds_the_most_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over its bound, an address loses those of its connections that have waited the longest; it is not shut out."""
    monkeypatch.setattr(connections, "AN_ADDRESS_HOLDS", 10)
    with served() as running:
        slow = [running.connect(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n") for _ in range(40)]
        assert running.ask("POST", "/", b"vote") == (200, b"4")
        time.sleep(1.5)
        assert sum(not is_closed(each) for each in slow) <= 10
        assert running.ask() == (200, b"0")


def test_a_body_larger_than_its_route_takes_is_refused_before_it_is_read() -> None:
    with served() as running:
        begun = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (2 * MEGABYTE + 1)
        said = running.connect(begun).recv(1000)
        assert said.startswith(b"HTTP/1.1 413")
        assert said.endswith("<p>Тым үлкен".encode()), "in the reader's language, not the server's own English"
        # A little more is read: the application itself answers, in the person's language.
        assert running.ask("POST", "/", b"x" * (MEGABYTE + 1)) == (200, b"%d" % (MEGABYTE + 1))


def test_a_body_of_unknown_length_is_bounded_too() -> None:
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    with served() as running:
        connected = running.connect(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(OSError):
            for _ in range(64):
                connected.sendall(chunk)
        with contextlib.suppress(ConnectionResetError):
            assert b"413" in connected.recv(100)
        assert is_closed(connected)


@pytest.mark.parametrize(
    ("forwarded", "caller"),
    [
        ("203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("203.0.113.9:1, 198.51.100.7:40112", "198.51.100.7"),
        ("[2001:db8::1]:443", "2001:db8::/64"),
        ("", "127.0.0.1"),
    ],
)
def test_behind_a_proxy_the_address_is_what_the_proxy_says(forwarded: str, caller: str) -> None:
    """And not what the stranger said before it."""
    seen: list[str] = []
    original = Turns.append

    def append(self: Turns, channel: Waiting) -> None:
        seen.append(channel.caller)
        original(self, channel)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Turns, "append", append)
        with served(proxies=1) as running:
            connected = running.connect(f"GET / HTTP/1.1\r\nX-Forwarded-For: {forwarded}\r\n\r\n".encode())
            assert b"200" in connected.recv(100)
    assert seen == [caller]


PROCESSES = """
import sys, time
from pb.server.processes import Processes, listen
from tests.server.test_connections import RULES, application
from pb.server.connections import Server

listener = listen("127.0.0.1", 0)
print(listener.getsockname()[1], flush=True)
Processes(2, listener, lambda each: Server(application, each, **RULES).run()).run()
"""


@contextmanager
def processes() -> Iterator[tuple[subprocess.Popen[str], Running]]:
    with subprocess.Popen([sys.executable, "-c", PROCESSES], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        running = Running(int(first.stdout.readline()))
        wait_until(lambda: len(children(first.pid)) == 2)
        try:
            yield first, running
        finally:
            first.kill()


def children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(holds: Any) -> None:
    deadline = time.monotonic() + 30
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert holds()


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")


@needs_proc
def test_processes_end_with_the_first_one_however_it_ends() -> None:
    with processes() as (first, running):
        assert running.ask() == (200, b"0")
        started = children(first.pid)
        first.kill()
        first.wait(timeout=10)
        wait_until(lambda: not any(alive(each) for each in started))


@needs_proc
def test_a_process_that_dies_is_started_anew_and_a_stopped_server_leaves_none() -> None:
    with processes() as (first, running):
        before = children(first.pid)
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: len(children(first.pid)) == 2 and before[0] not in children(first.pid))
        assert running.ask() == (200, b"0")
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=20) == 0
        wait_until(lambda: not alive(before[1]))


STARTING = """
import os, signal, time
from pb.server.processes import Processes, listen

real = os.fork

def fork():
    process = real()
    if process == 0:
        os.kill(os.getpid(), signal.SIGTERM)  # before the child has set anything of its own
    return process

os.fork = fork

def serve(_listener):
    print("serves", flush=True)
    time.sleep(120)

processes = Processes(1, listen("127.0.0.1", 0), serve)
reap = processes._reap

def reap_once():
    reap()
    if not processes._alive:
        os.kill(os.getpid(), signal.SIGTERM)

processes._reap = reap_once
processes.run()
"""


@needs_proc
def test_a_child_that_is_told_to_end_before_it_serves_never_serves() -> None:
    """Stopped during the start, a child had its parent's handler for a moment, forgot the signal and went on."""
    done = subprocess.run([sys.executable, "-c", STARTING], stdout=subprocess.PIPE, text=True, timeout=60, check=True)
    assert "serves" not in done.stdout


STARTS_SLOWLY = """
import os, time
from pb.server.processes import Processes, listen

def serve(_listener):
    try:
        os.write(1, b"starts\\n")  # in one piece: two write at once
        time.sleep(120)
    except SystemExit:
        time.sleep(120)  # what starts has its own ideas of what to do at the end

Processes(2, listen("127.0.0.1", 0), serve).run()
"""


@needs_proc
def test_a_server_that_is_stopped_while_it_starts_leaves_no_process() -> None:
    with subprocess.Popen([sys.executable, "-c", STARTS_SLOWLY], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert [first.stdout.readline(), first.stdout.readline()] == ["starts\n"] * 2
        started = children(first.pid)
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=60) == 0
        wait_until(lambda: not any(alive(each) for each in started))


PART = b"x" * 20_000


def begin_body(running: Running, sender: str, size: int = MEGABYTE) -> socket.socket:
    """A body that is promised, of the address that the proxy says."""
    header = f"POST / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {sender}\r\nContent-Length: {size}\r\n\r\n"
    return running.connect(header.encode())


def open_ones(connected: list[socket.socket]) -> list[socket.socket]:
    return [each for each in connected if not is_closed(each)]


def let_look() -> None:
    """As long as it takes until the server has looked several times at what moves."""
    time.sleep(8 * connections.LOOK_SECONDS)


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is larger than 10 kB counts, 100 kB of a network, ten connections; a look at each at every tenth second."""
    for name, value in (("LARGE_BODY", 10_000), ("A_NETWORK_SENDS", 100_000), ("AN_ADDRESS_HOLDS", 10)):
        monkeypatch.setattr(connections, name, value)
    monkeypatch.setattr(connections, "LOOK_SECONDS", 0.1)


@pytest.mark.usefixtures("small_bounds")
def test_what_is_only_promised_cuts_nobody() -> None:
    """Played: 61 headers alone, each of a promise, cut a ballot and a roll."""
    with served() as running:
        honest = running.connect(b"POST / HTTP/1.1\r\nContent-Length: 40000\r\n\r\n" + PART)
        promised = [begin_body(running, "", MEGABYTE) for _ in range(6)]
        let_look()
        assert len(open_ones(promised)) == 6
        honest.sendall(PART)
        assert b"200" in honest.recv(100)


@pytest.mark.usefixtures("small_bounds")
def test_of_the_bodies_of_one_network_those_that_stand_still_go() -> None:
    """Bodies wait in files until they are whole: nobody fills the disk with ones that never end."""
    with served() as running:
        honest = running.connect(b"POST / HTTP/1.1\r\nContent-Length: 60000\r\n\r\n" + PART)
        still = [running.connect(b"POST / HTTP/1.1\r\nContent-Length: 90000\r\n\r\n" + PART) for _ in range(4)]
        let_look()
        for _ in range(8):  # the oldest, but it moves
            honest.sendall(b"x" * 5_000)
            time.sleep(0.2)
        assert b"200" in honest.recv(100)
        assert 0 < len(open_ones(still)) < 4


@pytest.mark.usefixtures("small_bounds")
def test_behind_a_proxy_a_strangers_bodies_cut_nobody_elses() -> None:
    """Played through Caddy: 220 begun bodies of a stranger cut three of three honest ones."""
    with served(proxies=1) as running:
        honest = begin_body(running, "192.0.2.1", 40_000)
        honest.sendall(PART)
        flood = [begin_body(running, "203.0.113.9, 198.51.100.7") for _ in range(9)]
        for each in flood:
            each.sendall(PART)
        let_look()
        assert len(open_ones(flood)) <= 5
        honest.sendall(PART)
        assert b"200" in honest.recv(100)


@pytest.mark.usefixtures("small_bounds")
def test_behind_a_proxy_a_strangers_connections_close_nobody_elses() -> None:
    """Played: the proxy's 2,000 connections were filled by one address, and a slow ballot of another was cut."""
    with served(proxies=1) as running:
        honest = begin_body(running, "192.0.2.1", 40)
        flood = [begin_body(running, "198.51.100.7", 40) for _ in range(40)]
        let_look()
        assert len(open_ones(flood)) <= 10
        honest.sendall(b"x" * 40)
        assert b"200" in honest.recv(100)


@pytest.mark.usefixtures("small_bounds")
def test_where_all_connections_are_used_up_who_has_most_of_them_loses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow readers too: theirs is still the address for which the proxy asked."""
    monkeypatch.setattr(connections, "connections_allowed", lambda: 12)
    monkeypatch.setattr(connections, "AN_ADDRESS_HOLDS", 11)
    with served(proxies=1) as running:
        honest = begin_body(running, "192.0.2.1", 40)
        neighbours = [begin_body(running, f"198.51.100.{number}", 40) for number in range(4)]
        asked = b"GET /large HTTP/1.1\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n"
        readers = [running.connect(asked) for _ in range(10)]
        let_look()
        honest.sendall(b"x" * 40)
        assert b"200" in honest.recv(100)
        assert len(open_ones(neighbours)) == 4
        assert len(readers) == 10


@pytest.mark.usefixtures("small_bounds")
def test_connections_of_which_nothing_was_read_yet_close_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen under load: the stranger's were accepted and not read, so that the first of all had "the most"."""
    monkeypatch.setattr(connections, "connections_allowed", lambda: 12)
    with served(proxies=1) as running:
        honest = begin_body(running, "192.0.2.1", 40)
        neighbours = [begin_body(running, f"198.51.100.{number}", 40) for number in range(4)]
        let_look()
        silent = [running.connect(b"") for _ in range(10)]
        let_look()
        honest.sendall(b"x" * 40)
        assert b"200" in honest.recv(100)
        assert len(open_ones(neighbours)) == 4
        assert len(open_ones(silent)) <= 7


@pytest.mark.usefixtures("small_bounds")
def test_who_moves_is_never_the_one_that_makes_room() -> None:
    """In one village's address too: the oldest that stands still goes, never a ballot on its way."""
    with served() as running:
        honest = running.connect(b"POST / HTTP/1.1\r\nContent-Length: 9000\r\n\r\n")
        for _ in range(4):
            honest.sendall(b"x" * 1_000)
            time.sleep(0.12)
        flood = []
        for _ in range(5):
            honest.sendall(b"x" * 1_000)
            flood += [running.connect(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n") for _ in range(5)]
            time.sleep(0.12)
        assert b"200" in honest.recv(100)
        assert len(open_ones(flood)) <= 10


@pytest.mark.usefixtures("small_bounds")
def test_bodies_of_unknown_length_are_counted() -> None:
    """Played: 240 of two megabytes each were held for one network."""
    with served() as running:
        begun = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n" + PART
        flood = [running.connect(begun) for _ in range(9)]
        let_look()
        assert len(open_ones(flood)) <= 5


def test_a_body_of_unknown_length_falls_under_its_routes_bound() -> None:
    """Played: two megabytes were read for a page that takes nothing."""
    with served(largest_body=lambda _method, path, _known: MEGABYTE if path == "/" else 0) as running:
        for path, size, status in (("/", MEGABYTE, b"200"), ("/nowhere", 200_000, b"413")):
            connected = running.connect(f"POST {path} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
            with contextlib.suppress(OSError):
                connected.sendall(b"%x\r\n" % size + b"x" * size + b"\r\n0\r\n\r\n")
            with contextlib.suppress(ConnectionResetError):
                assert status in connected.recv(100)


def test_a_body_that_stands_still_has_the_time_of_what_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """A promise of megabytes alone held a connection for hours."""
    monkeypatch.setattr(connections, "MESSAGE_SECONDS", 1)
    with served() as running:
        wait_until_closed([running.connect(b"POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\nx")])


def test_passwords_of_many_addresses_leave_threads_to_all_others() -> None:
    """Played: twelve addresses tried passwords, four a second in all, and everybody's pages took six seconds."""
    with served(proxies=1) as running:
        flood = [
            running.connect(b"POST /sign-in HTTP/1.1\r\nX-Forwarded-For: 192.0.2.%d\r\n\r\n" % (1 + number % 12))
            for number in range(24)
        ]
        time.sleep(0.2)
        for sender in (b"198.51.100.7", b"192.0.2.1"):  # somebody else, and one of the same address
            begun = time.monotonic()
            voter = running.connect(b"GET / HTTP/1.1\r\nX-Forwarded-For: %s\r\n\r\n" % sender)
            assert b"200" in voter.recv(100)
            assert time.monotonic() - begun < HASHING_SECONDS / 2
        for each in flood:
            assert b"200" in each.recv(100)


def test_dear_pages_of_one_network_leave_threads_to_others() -> None:
    with served(proxies=1) as running:
        flood = [running.connect(b"GET /work HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n") for _ in range(40)]
        time.sleep(0.2)
        begun = time.monotonic()
        voter = running.connect(b"GET / HTTP/1.1\r\nX-Forwarded-For: 192.0.2.2\r\n\r\n")
        assert b"200" in voter.recv(100)
        assert time.monotonic() - begun < 0.04  # less than one dear page takes
        for each in flood:
            assert b"200" in each.recv(100)


def test_a_connection_that_asks_far_ahead_is_closed() -> None:
    """Played: 150 requests in one packet were all served although nobody took an answer."""
    with served() as running:
        wait_until_closed([running.connect(b"GET /large HTTP/1.1\r\n\r\n" * 150)])


def test_the_next_request_waits_until_the_answer_before_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer that waits may hold a file open."""
    served_paths: list[str] = []
    original = connections.Channel.service

    def service(self: connections.Channel) -> None:
        served_paths.append(self.requests[0].path)
        original(self)

    monkeypatch.setattr(connections.Channel, "service", service)
    with served() as running:
        reader = running.connect(b"GET /large HTTP/1.1\r\n\r\n" * 4)
        time.sleep(0.5)
        assert len(served_paths) == 1
        read = 0
        while read < 4 * len(LARGE):
            read += len(reader.recv(MEGABYTE))
        assert len(served_paths) == 4


def test_connections_stay_below_the_files_that_a_process_may_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections.resource, "getrlimit", lambda _which: (1024, 1024))
    monkeypatch.setattr(connections.resource, "setrlimit", lambda _which, _limits: None)
    allowed = connections.connections_allowed()
    assert allowed * connections.FILES_OF_A_CONNECTION + connections.SPARE_FILES <= 1024


@pytest.mark.parametrize("odd", [b"Cookie: city=\xca\xee\xea", b"X-Forwarded-For: \xca, ["])
def test_a_header_that_is_no_text_is_answered_and_writes_nothing(odd: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Played: another site's cookie in Windows-1251 closed the connection, with a kilobyte of log for each request."""
    with served(proof=lambda cookies: parse_cookie(cookies).get("owner"), proxies=1) as running:
        begun = b"GET / HTTP/1.1\r\nHost: a\r\n" + odd + b"\r\n\r\n"
        assert running.connect(begun).recv(12) == b"HTTP/1.1 200"
    assert not caplog.records


def test_an_address_that_cannot_be_read_is_told_so(caplog: pytest.LogCaptureFixture) -> None:
    with served() as running:
        assert running.connect(b"GET http://[/ HTTP/1.1\r\nHost: a\r\n\r\n").recv(12) == b"HTTP/1.1 400"
    assert not caplog.records


def test_a_connection_that_the_loop_has_closed_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Played: a flood of strangers who go at once, and eighteen thousand errors in the log within a minute."""
    seen: list[connections.Channel] = []
    original = connections.Channel.service

    def service(self: connections.Channel) -> None:
        seen.append(self)
        original(self)

    monkeypatch.setattr(connections.Channel, "service", service)
    with served() as running:
        assert running.ask()[0] == 200
        wait_until(lambda: seen[0].socket is None)
        assert seen[0].left
        original(seen[0])  # a turn that comes late
