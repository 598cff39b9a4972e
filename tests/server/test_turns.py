"""Whose turn it is: nobody's flood keeps others waiting, of pages and of what hashes a password."""

import threading
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from pb.addresses import around, network_of
from pb.server import connections, turns
from pb.server.turns import LONGEST_WAIT_SECONDS, Lane, Lanes, Turns, Waiting
from tests.server.test_connections import BUSY, CROWDED, TOLD, served, wait_until

LANES = Lanes.of(connections.THREADS)
MOST_WAITING = LANES.dear_of_strangers.places
NEIGHBOURS = [f"2001:db8:7:{number:x}::/64" for number in range(MOST_WAITING)]
"""Networks of one stranger, who has 65,536 of them."""


class Asking:
    def __init__(self, caller: str, number: int = 0, *, dear: bool = False, proof: str | None = None) -> None:
        self.caller, self.number, self.dear, self.proof = caller, number, dear, proof
        self.left = False

    def service(self) -> None:
        """Nobody serves it here."""


def signs_in(caller: str, number: int = 0, proof: str | None = None) -> Asking:
    return Asking(caller, number, dear=True, proof=proof)


def waiting(*asking: Asking) -> Turns:
    found = Turns(LANES)
    for each in asking:
        found.append(each)
    return found


def order(found: Turns) -> list[tuple[str, int]]:
    """Who is served after whom, by one thread."""
    callers = []
    while (place := found.take()) is not None:
        channel: Any = place.channel
        callers.append((channel.caller, channel.number))
        found.done(place)
    return callers


def at_once(found: Turns) -> list[tuple[Lane, str]]:
    """Who is served at the same time by as many threads as there are, in which lane."""
    places = [found.take() for _thread in range(connections.THREADS)]
    return [(place.lane, place.channel.caller) for place in places if place is not None]


def test_addresses_take_turns() -> None:
    found = waiting(*(Asking("flood", number) for number in range(3)), Asking("voter"))
    assert order(found) == [("flood", 0), ("voter", 0), ("flood", 1), ("flood", 2)]
    assert not found


def test_addresses_of_one_ipv6_household_take_one_turn() -> None:
    class Connected(connections.Channel):
        def __init__(self, address: str) -> None:
            self.requests, self.request, self.peer = [], None, network_of(address)

    found = Turns(LANES)
    flood = [Connected(f"2001:db8:0:1::{place:x}") for place in range(5)]
    neighbour = Connected("2001:db8:0:2::1")
    for each in (*flood, neighbour):
        found.append(each)
    places = [found.take() for _time in range(2)]
    assert [place.channel for place in places if place] == [flood[0], neighbour]


def test_one_address_never_holds_all_threads() -> None:
    """Played: eight dear pages of one stranger at once, and a voter's page waited for all of them."""
    found = waiting(*(Asking("192.0.2.1", number) for number in range(9)))
    assert at_once(found) == [(LANES.pages_of_strangers, "192.0.2.1")] * 3
    found.append(Asking("192.0.2.2"))
    assert at_once(found) == [(LANES.pages_of_strangers, "192.0.2.2")], "a neighbour has a thread"
    assert at_once(found) == []
    found.append(Asking("198.51.100.7"))
    assert at_once(found) == [(LANES.pages_of_strangers, "198.51.100.7")], "and somebody from elsewhere the last one"


def test_strangers_never_hold_the_threads_of_those_who_are_known() -> None:
    """Played: 500 networks, and each step of a voter who had shown the card took thirteen seconds."""
    flood = [Asking(f"{number}.0.0.1") for number in range(50)]
    found = waiting(*flood, *(signs_in(each.caller) for each in flood))
    held = at_once(found)
    assert [lane for lane, _caller in held].count(LANES.pages_of_strangers) == 5
    assert len(held) == 6
    found.append(signs_in("192.0.2.1", proof="Asel"))
    found.append(Asking("192.0.2.1", proof="card 7"))
    assert at_once(found) == [(LANES.dear, "192.0.2.1"), (LANES.pages, "192.0.2.1")]


def test_those_who_are_known_go_first_and_leave_strangers_threads() -> None:
    known = [Asking("192.0.2.1", number, proof=f"card {number % 5}") for number in range(50)]
    found = waiting(Asking("198.51.100.7"), *known)
    assert [lane for lane, _caller in at_once(found)] == [LANES.pages] * 5 + [LANES.pages_of_strangers]


def test_one_person_has_one_turn_and_two_threads() -> None:
    """From however many networks: a stolen cookie, or one's own."""
    flood = [Asking(f"{number}.0.0.1", number, proof="stolen") for number in range(1, 10)]
    found = waiting(*flood)
    assert len(at_once(found)) == 2
    found = waiting(*flood, Asking("192.0.2.1", proof="card 7"))
    assert ("192.0.2.1", 0) in order(found)[:2]


def test_a_page_of_a_customer_with_thousands_of_networks_waits_behind_itself() -> None:
    """Played: 500 networks of one /48, and an honest page took 12.8 seconds."""
    found = waiting(*map(Asking, NEIGHBOURS), Asking("198.51.100.7"), Asking("2001:db8:8:2::/64"))
    callers = [caller for caller, _number in order(found)]
    assert callers[1] == "198.51.100.7"
    assert callers.index("2001:db8:8:2::/64") <= 3


def test_of_dear_requests_addresses_take_turns_too() -> None:
    """Whoever signs in from elsewhere waits behind one try of each address, not behind all of them."""
    found = waiting(*(signs_in("192.0.2.1", number) for number in range(3)), signs_in("198.51.100.7"))
    assert order(found)[:2] == [("192.0.2.1", 0), ("198.51.100.7", 0)]


def test_strangers_have_one_thread_and_those_who_are_known_another() -> None:
    """Played: 500 strangers, and who had signed in from this device before waited behind them for a minute."""
    found = waiting(*map(signs_in, NEIGHBOURS), signs_in("2001:db8:7:ffff::/64", proof="Asel"))
    assert at_once(found) == [(LANES.dear, "2001:db8:7:ffff::/64"), (LANES.dear_of_strangers, NEIGHBOURS[0])]
    found.append(signs_in("192.0.2.1", proof="Marat"))
    assert at_once(found) == [], "each of the two has one thread"
    found.append(Asking("voter"))
    assert at_once(found) == [(LANES.pages_of_strangers, "voter")]


def test_one_account_fills_no_queue_for_others() -> None:
    """A stolen cookie, or one's own, from whatever networks."""
    flood = [signs_in(f"10.{number}.0.1", number, proof="stolen") for number in range(2 * MOST_WAITING)]
    found = waiting(*flood, signs_in("192.0.2.1", proof="Asel"))
    assert len(found) == MOST_WAITING
    assert order(found)[1] == ("192.0.2.1", 0)


@pytest.mark.parametrize(
    ("network", "known"),
    [
        ("192.0.2.7", ("192.0.0.0/16", "192.0.2.0/24", "192.0.2.7/32")),
        ("2001:db8:7:1::/64", ("2001:db8::/32", "2001:db8:7::/48", "2001:db8:7:1::/64")),
        ("unix", ("unix",)),
        ("", ("",)),
    ],
)
def test_networks_lie_in_wider_ones(network: str, known: tuple[str, ...]) -> None:
    assert around(network) == known


def test_neighbouring_networks_take_one_turn_together() -> None:
    """Whoever holds one /48 has 65,536 networks: an honest one waits behind one of them, not behind each."""
    found = waiting(*map(signs_in, NEIGHBOURS[:5]), signs_in("198.51.100.7"))
    assert [caller for caller, _number in order(found)] == [NEIGHBOURS[0], "198.51.100.7", *NEIGHBOURS[1:5]]


@pytest.mark.parametrize("newcomer", ["198.51.100.7", "2001:db9:1:2::/64", "2001:db8:8:2::/64", "unix"])
def test_a_newcomer_finds_a_place_beside_thousands_of_networks_of_one_stranger(newcomer: str) -> None:
    """Of another provider, or another customer of the same one."""
    found = waiting(*map(signs_in, NEIGHBOURS), signs_in(newcomer))
    assert [each.caller for each in found.put_out(time.monotonic())] == [NEIGHBOURS[-1]], "the newest of most"
    assert len(found) == MOST_WAITING
    assert newcomer in dict(order(found)[:2])


def test_who_left_makes_room_first() -> None:
    strangers = [*map(signs_in, NEIGHBOURS)]
    for each in strangers[:3]:
        each.left = True
    found = waiting(*strangers, signs_in(NEIGHBOURS[0], 1))
    assert {*map(id, found.put_out(time.monotonic()))} == {*map(id, strangers[:3])}


def test_what_waited_too_long_is_told_so_and_not_served() -> None:
    found = waiting(signs_in("192.0.2.1"), signs_in("192.0.2.1", proof="Asel"), Asking("reader"))
    assert not found.put_out(time.monotonic() + LONGEST_WAIT_SECONDS - 1)
    assert len(found.put_out(time.monotonic() + LONGEST_WAIT_SECONDS + 1)) == 3
    assert order(found) == []


def test_pages_that_wait_are_bounded_too() -> None:
    most = LANES.pages_of_strangers.places
    flood = [Asking(f"2001:db8:7:{number:x}::/64", number) for number in range(most + 10)]
    found = waiting(*flood, Asking("192.0.2.1"), Asking("2001:db8:7:1::/64", proof="card 7"))
    assert len(found) == most + 1
    assert {*map(id, found.put_out(time.monotonic()))} == {*map(id, flood[most - 1 :])}


class Hashing:
    """Signs in whom the test lets in, and keeps in mind for whom anything was done."""

    def __init__(self) -> None:
        self.served: list[str] = []
        self.open = threading.Event()

    def __call__(self, environment: dict[str, Any], start_response: Any) -> list[bytes]:
        sender = environment["HTTP_X_FORWARDED_FOR"]
        self.served.append(sender)
        if "HTTP_COOKIE" not in environment:
            assert self.open.wait(20)
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]


def posted(sender: str, cookie: str = "") -> bytes:
    cookies = f"Cookie: device={cookie}\r\n" if cookie else ""
    return f"POST /sign-in HTTP/1.1\r\nX-Forwarded-For: {sender}\r\n{cookies}\r\n".encode()


def device(cookies: str) -> str | None:
    return cookies.partition("device=")[2] or None


def arrivals(monkeypatch: pytest.MonkeyPatch) -> list[Waiting]:
    """What came to the queue."""
    came: list[Waiting] = []
    append = Turns.append

    def watched(self: Turns, channel: Waiting) -> None:
        append(self, channel)
        came.append(channel)

    monkeypatch.setattr(Turns, "append", watched)
    return came


def test_nothing_is_done_for_strangers_who_left(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Played: 500 sent one password each and were gone, and all were hashed one after the other."""
    came, app = arrivals(monkeypatch), Hashing()
    with served(app, proxies=1, proof=device) as running:
        first = running.connect(posted("192.0.2.1"))
        wait_until(lambda: app.served)
        gone = [running.connect(posted(f"203.0.{number}.7")) for number in range(30)]
        wait_until(lambda: len(came) == 31)
        for each in gone:
            each.close()
        assert b"200" in running.connect(posted("198.51.100.1", cookie="Asel")).recv(100)
        newcomer = running.connect(posted("198.51.100.2"))
        wait_until(lambda: len(came) == 33)
        app.open.set()
        assert b"200" in newcomer.recv(100)
        assert b"200" in first.recv(100)
    assert app.served == ["192.0.2.1", "198.51.100.1", "198.51.100.2"]
    assert "waitress.queue" not in {each.name for each in caplog.records}, "no line in the log for each that waits"


def test_who_finds_no_place_is_told_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a thread: played, strangers waited for a minute in silence, until the proxy gave up."""
    narrow = replace(LANES, dear_of_strangers=replace(LANES.dear_of_strangers, places=2))
    monkeypatch.setattr(Lanes, "of", lambda _threads: narrow)
    app = Hashing()
    with capture_logs() as told, served(app, proxies=1, proof=device) as running:
        running.connect(posted("192.0.2.1"))
        wait_until(lambda: app.served)
        found = [running.connect(posted(f"203.0.113.{number}")) for number in range(3)]
        assert found[2].recv(len(CROWDED)) == CROWDED
        assert found[2].recv(1) == b"", "and the connection is closed"
        app.open.set()
        assert all(b"200" in each.recv(100) for each in found[:2])
    assert len(app.served) == 3
    assert told == [{"event": "passwords_crowded", "log_level": "warning", "turned_away": 1}]


def test_who_waited_too_long_is_told_so_while_others_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_WAIT_SECONDS", 0.2)
    app = Hashing()
    with served(app, proxies=1, proof=device) as running:
        first = running.connect(posted("192.0.2.1"))
        wait_until(lambda: app.served)
        assert running.connect(posted("203.0.113.1")).recv(len(CROWDED)) == CROWDED
        app.open.set()
        assert b"200" in first.recv(100)
    assert app.served == ["192.0.2.1"]


def test_a_page_that_finds_no_place_is_told_that_the_server_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = replace(LANES, pages_of_strangers=replace(LANES.pages_of_strangers, threads=1, for_one=1, places=1))
    monkeypatch.setattr(Lanes, "of", lambda _threads: narrow)
    app = Hashing()
    with capture_logs() as told, served(app, proxies=1, proof=device) as running:
        first = running.connect(b"GET / HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n")
        wait_until(lambda: app.served)
        waits, newest = [
            running.connect(b"GET / HTTP/1.1\r\nX-Forwarded-For: 203.0.113.%d\r\n\r\n" % number) for number in range(2)
        ]
        assert newest.recv(len(BUSY)) == BUSY
        voter = running.connect(b"GET / HTTP/1.1\r\nX-Forwarded-For: 203.0.113.1\r\nCookie: device=card\r\n\r\n")
        assert b"200" in voter.recv(100), "and who showed a card is served meanwhile"
        app.open.set()
        assert all(b"200" in each.recv(100) for each in (first, waits))
    assert told == [{"event": "pages_crowded", "log_level": "warning", "turned_away": 1}]


def test_whatever_the_other_lanes_hold_one_thread_is_for_strangers_and_one_for_who_is_known() -> None:
    """Played: two accounts and some refused sign-ins held all eight threads, and strangers' pages waited for 20 s."""
    dear = [signs_in("a", proof="a"), signs_in("flood")]
    known = [Asking("a", number, proof=proof) for number in range(9) for proof in ("a", "b", "c")]
    strangers = [Asking(f"198.51.{number}.0/24") for number in range(9)]
    held = [lane for lane, _caller in at_once(waiting(*dear, *known, *strangers))]
    assert LANES.pages_of_strangers in held
    assert LANES.pages in [lane for lane, _caller in at_once(waiting(*dear, *strangers, *known))]


def test_one_person_with_two_proofs_leaves_a_thread_to_others_who_are_known() -> None:
    own = [Asking("a", number, proof=proof) for number in range(9) for proof in ("card", "account")]
    assert "b" in [caller for _lane, caller in at_once(waiting(*own, Asking("b", proof="another")))]


def test_an_answer_to_head_has_no_body_and_one_to_a_script_is_json() -> None:
    answers = TOLD[0]
    head = CROWDED.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"

    def asked(command: str, **headers: str) -> Any:
        return SimpleNamespace(command=command, headers=headers)

    assert answers.to(asked("HEAD")) == head
    assert answers.to(asked("GET")) == CROWDED
    assert answers.to(asked("POST", CONTENT_TYPE="application/json")) == answers.to_scripts
