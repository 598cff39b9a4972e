"""Voter codes: what is printed, what may be typed, and the key that comes of it."""

import contextlib
import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core.belenios.canonical import Check, ProtocolError
from pb.core.belenios.credentials import (
    ALPHABET,
    LENGTH,
    LOOKALIKES,
    SEPARATORS,
    check_symbol,
    derive,
    format_code,
    generate_code,
    normalise_code,
    public_credential,
)
from pb.core.belenios.groups import BELENIOS_2048

VECTORS = json.loads((Path(__file__).parent / "vectors" / "codes.json").read_text())
codes = st.text(alphabet=ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1).map(lambda text: text + check_symbol(text))


def test_the_published_tables_are_the_ones_in_use() -> None:
    assert VECTORS["alphabet"] == ALPHABET
    assert VECTORS["separators"] == SEPARATORS
    assert VECTORS["lookalikes"] == LOOKALIKES


@pytest.mark.parametrize("vector", VECTORS["codes"], ids=lambda vector: vector["code"][:4])
def test_vectors_of_codes_and_their_keys(vector: dict[str, str]) -> None:
    assert normalise_code(vector["printed"]) == vector["code"]
    secret = derive(BELENIOS_2048, vector["uuid"], vector["printed"])
    assert str(secret) == vector["secret"]
    assert public_credential(BELENIOS_2048, secret) == vector["public"]


@pytest.mark.parametrize("vector", VECTORS["typed"], ids=lambda vector: vector["typed"][:9])
def test_what_a_voter_may_type_for_a_code(vector: dict[str, str]) -> None:
    assert normalise_code(vector["typed"]) == vector["code"]


@pytest.mark.parametrize("typed", VECTORS["wrong"])
def test_what_is_not_a_code(typed: str) -> None:
    with pytest.raises(ProtocolError) as refusal:
        normalise_code(typed)
    assert refusal.value.check is Check.CODE
    assert not typed or typed not in refusal.value.message


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_wrong_symbol_is_caught(code: str, place: int, symbol: str) -> None:
    altered = code[:place] + symbol + code[place + 1 :]
    if altered == code:
        assert normalise_code(altered) == code
    else:
        with pytest.raises(ProtocolError):
            normalise_code(altered)


@given(codes)
def test_every_exchange_of_neighbours_is_caught(code: str) -> None:
    for left, right in pairwise(range(LENGTH)):
        exchanged = code[:left] + code[right] + code[left] + code[right + 1 :]
        if exchanged != code:
            with pytest.raises(ProtocolError):
                normalise_code(exchanged)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_code_or_refused(typed: str) -> None:
    with contextlib.suppress(ProtocolError):
        assert len(normalise_code(typed)) == LENGTH


def test_new_codes_are_right_and_differ() -> None:
    made = {generate_code() for _ in range(200)}
    assert len(made) == 200
    assert all(normalise_code(format_code(code)) == code for code in made)
    assert {len(part) for code in made for part in format_code(code).split("-")} == {4}


def test_the_same_code_gives_another_key_in_another_poll() -> None:
    code = generate_code()
    assert derive(BELENIOS_2048, "A" * 14, code) != derive(BELENIOS_2048, "B" * 14, code)
