"""Sealing codes to the code-releasing process: what one side seals only the other opens, and in one context alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core import sealing
from pb.core.sealing import SealingError

KEY = sealing.generate_key()
PUBLIC = sealing.public_text(KEY)
CONTEXT = sealing.code_context("KrasnoyarAsar1", "e1", "4")


@given(st.binary(max_size=300), st.text(max_size=80))
def test_what_was_sealed_comes_back(data: bytes, context: str) -> None:
    assert sealing.unseal(sealing.seal(data, PUBLIC, context), KEY, context) == data


def test_the_same_code_is_never_sealed_the_same_way() -> None:
    assert sealing.seal(b"code", PUBLIC, CONTEXT) != sealing.seal(b"code", PUBLIC, CONTEXT)


@pytest.mark.parametrize(
    "context",
    [
        sealing.code_context("KrasnoyarAsar2", "e1", "4"),
        sealing.code_context("KrasnoyarAsar1", "e2", "4"),
        sealing.code_context("KrasnoyarAsar1", "e1", "5"),
        sealing.released_context("KrasnoyarAsar1", "4", "n"),
    ],
)
def test_nothing_opens_for_another_poll_entry_credential_or_purpose(context: str) -> None:
    with pytest.raises(SealingError):
        sealing.unseal(sealing.seal(b"code", PUBLIC, CONTEXT), KEY, context)


def test_nothing_opens_with_another_key() -> None:
    with pytest.raises(SealingError):
        sealing.unseal(sealing.seal(b"code", PUBLIC, CONTEXT), sealing.generate_key(), CONTEXT)


@given(st.integers(0, 95), st.integers(1, 255))
def test_every_altered_byte_is_noticed(place: int, change: int) -> None:
    data = bytearray(sealing.decode(sealing.seal(b"a code of 15 b", PUBLIC, CONTEXT)))
    data[place % len(data)] ^= change
    with pytest.raises(SealingError):
        sealing.unseal(sealing.encode(bytes(data)), KEY, CONTEXT)


@given(st.text(max_size=200))
def test_whatever_is_no_key_and_no_sealed_text_is_refused(text: str) -> None:
    with pytest.raises(SealingError):
        sealing.parse_public(text)
    with pytest.raises(SealingError):
        sealing.unseal(text, KEY, CONTEXT)


def test_an_endless_text_is_refused_before_it_is_read() -> None:
    with pytest.raises(SealingError):
        sealing.unseal("A" * 10_000_000, KEY, CONTEXT)


def test_a_point_that_is_not_on_the_curve_is_no_key() -> None:
    point = bytearray(sealing.decode(PUBLIC))
    point[-1] ^= 1
    with pytest.raises(SealingError):
        sealing.parse_public(sealing.encode(bytes(point)))
