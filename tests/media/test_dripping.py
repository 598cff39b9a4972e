"""A storage that answers byte by byte holds nobody: neither a page, nor more than two threads, nor for ever."""

import hashlib
import socketserver
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pb.media.service import bucket as bucket_store
from pb.media.service.away import Unreachable
from pb.media.service.bucket import AT_ONCE, BucketStore
from pb.media.service.store import store_of
from pb.settings import Bucket, Settings

PICTURE = b"a picture " * 400
DIGEST = hashlib.sha256(PICTURE).hexdigest()
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(PICTURE)
NOTHING = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
SECONDS = 1.0


class Dripping(socketserver.ThreadingTCPServer):
    """A broken storage. It sends so many bytes of its answer at once, and the rest one by one."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Drops)
        self.at_once, self.asked, self.ended = 0, 0, threading.Event()
        self.head = HEAD

    def store(self) -> BucketStore:
        return BucketStore(Bucket(f"http://127.0.0.1:{self.server_address[1]}", "pictures", "village", "key", "secret"))


class Drops(socketserver.BaseRequestHandler):
    server: Dripping

    def handle(self) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked:
            asked += self.request.recv(4096)
        self.server.asked += 1
        answer = self.server.head + PICTURE
        self.request.sendall(answer[: self.server.at_once])
        for place in range(self.server.at_once, len(answer)):
            if self.server.ended.wait(0.05):
                return
            try:
                self.request.sendall(answer[place : place + 1])
            except OSError:
                return


@pytest.fixture
def dripping(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dripping]:
    monkeypatch.setattr(bucket_store, "SECONDS", SECONDS)
    monkeypatch.setattr(bucket_store, "PLACE_SECONDS", 0.1)
    with Dripping() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.ended.set()
        server.shutdown()


def waited(kept: BucketStore) -> float:
    begun = time.monotonic()
    with pytest.raises(Unreachable):
        kept.read(DIGEST)
    return time.monotonic() - begun


@pytest.mark.parametrize("at_once", [20, len(HEAD), len(HEAD) + 100])
def test_sixteen_who_ask_at_once_are_told_in_time(dripping: Dripping, at_once: int) -> None:
    """Played: sixteen pictures of a storage that dripped held every thread of pages, and nobody could vote."""
    dripping.at_once = at_once
    kept = dripping.store()
    with ThreadPoolExecutor(16) as pages:
        took = list(pages.map(waited, [kept] * 16))
    assert max(took) < SECONDS + 1.5
    assert dripping.asked <= AT_ONCE
    assert waited(kept) < 0.3, "a storage that drips is away"


def test_its_places_are_given_back_and_it_is_asked_again(dripping: Dripping, monkeypatch: pytest.MonkeyPatch) -> None:
    dripping.at_once = len(HEAD)
    kept = dripping.store()
    for _each in range(AT_ONCE + 1):
        waited(kept)
        monkeypatch.setattr(kept, "_again_at", time.monotonic())
    dripping.at_once = len(HEAD) + len(PICTURE)
    assert kept.read(DIGEST) == PICTURE


def test_what_is_put_has_an_end_too(dripping: Dripping) -> None:
    dripping.at_once = 20
    begun = time.monotonic()
    with pytest.raises(Unreachable):
        dripping.store().put(PICTURE)
    assert time.monotonic() - begun < SECONDS + 1.5


def test_an_answer_that_breaks_off_is_no_answer(dripping: Dripping) -> None:
    dripping.at_once = len(HEAD) + 100
    dripping.ended.set()
    with pytest.raises(Unreachable):
        dripping.store().read(DIGEST)


def test_one_that_says_not_how_long_its_answer_is_is_read_to_the_end(dripping: Dripping) -> None:
    dripping.head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    dripping.at_once = len(dripping.head) + len(PICTURE)
    assert dripping.store().read(DIGEST) == PICTURE


def test_a_job_waits_for_its_turn_longer_than_a_page(dripping: Dripping) -> None:
    kept = dripping.store()
    dripping.at_once = len(HEAD) + len(PICTURE)
    for _each in range(AT_ONCE):
        kept._places.acquire()
    assert waited(kept) < 0.8, "a page goes without"
    threading.Timer(0.3, kept._places.release).start()
    dripping.head, dripping.at_once = NOTHING, len(NOTHING)
    assert kept.put(PICTURE) == DIGEST


def test_where_no_thread_can_be_had_no_turn_is_lost(dripping: Dripping, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = dripping.store()
    dripping.at_once = len(HEAD) + len(PICTURE)

    def refused(_thread: threading.Thread) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refused)
        for _each in range(AT_ONCE + 1):
            waited(kept)
    assert kept.read(DIGEST) == PICTURE


def test_all_threads_of_a_process_ask_through_one_client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Played: of sixteen first requests each had a client of its own, and its own two turns."""

    class Slow(BucketStore):
        def __init__(self, bucket: Bucket) -> None:
            time.sleep(0.2)
            super().__init__(bucket)

    monkeypatch.setattr(bucket_store, "BucketStore", Slow)
    in_bucket = replace(settings, bucket=Bucket("http://127.0.0.1:1", "of-one", "village", "key", "secret"))
    with ThreadPoolExecutor(4) as threads:
        stores = {id(each) for each in threads.map(store_of, [in_bucket] * 4)}
    assert len(stores) == 1
