"""Streebog of long messages: the system's library, if it is used at all, says what our own tables say; and fast."""

import ctypes
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pb.core.eds import streebog_fast
from pb.core.eds.streebog import Streebog512, streebog512
from pb.core.eds.streebog_fast import long_streebog512
from tests.tools import require_library

LEAST_SPEED = 2_000_000  # bytes per second


@given(st.binary(max_size=400), st.integers(0, 400))
@settings(deadline=None, max_examples=60)
def test_in_pieces_and_by_whatever_library_it_is_one_hash(message: bytes, cut: int) -> None:
    for hashing in (Streebog512(), long_streebog512()):
        hashing.update(message[:cut])
        assert hashing.digest() == streebog512(message[:cut]), "a digest on the way disturbs nothing"
        hashing.update(message[cut:])
        assert hashing.digest() == streebog512(message)


def test_a_long_file_takes_no_minutes() -> None:
    require_library("libgcrypt.so.20")
    hashing, piece = long_streebog512(), bytes(4_000_000)
    began = time.thread_time()
    hashing.update(piece)
    hashing.digest()
    assert len(piece) / (time.thread_time() - began) > LEAST_SPEED


def test_a_big_list_is_hashed_as_a_long_file_is(monkeypatch: pytest.MonkeyPatch) -> None:
    message = bytes(range(256)) * (streebog_fast.LONG // 256)
    used: list[int] = []
    monkeypatch.setattr(streebog_fast, "long_streebog512", lambda: used.append(1) or Streebog512())
    assert streebog_fast.streebog512(message) == streebog512(message)
    assert streebog_fast.streebog512(message[:-1]) == streebog512(message[:-1])
    assert used == [1]


def test_a_library_that_hashes_otherwise_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    require_library("libgcrypt.so.20")

    class Wrong(streebog_fast._Native):
        def digest(self) -> bytes:
            return bytes(64)

    monkeypatch.setattr(streebog_fast, "_Native", Wrong)
    streebog_fast._library.cache_clear()
    try:
        assert isinstance(long_streebog512(), Streebog512)
    finally:
        streebog_fast._library.cache_clear()


def test_without_the_library_our_own_hash_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_name: str) -> ctypes.CDLL:
        raise OSError("not there")

    monkeypatch.setattr(ctypes, "CDLL", absent)
    streebog_fast._library.cache_clear()
    try:
        assert isinstance(long_streebog512(), Streebog512)
    finally:
        streebog_fast._library.cache_clear()
