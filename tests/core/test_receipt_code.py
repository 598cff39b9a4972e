"""The code of a receipt: read, typed and dictated by people, told by the tracker alone."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core.belenios.credentials import ALPHABET
from pb.core.belenios.receipt_code import LENGTH, code_read, receipt_code, spaced

hashes = st.binary(min_size=32, max_size=32)


def tracker_of(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


@given(hashes)
def test_a_code_is_the_first_hundred_bits_by_the_standards_own_base32(data: bytes) -> None:
    standard = base64.b32encode(data).decode()[:LENGTH]
    expected = standard.translate(str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET))
    assert receipt_code(tracker_of(data)) == expected


@given(hashes)
def test_a_code_is_read_as_it_is_shown_in_small_letters_and_in_cyrillic_ones(data: bytes) -> None:
    code = receipt_code(tracker_of(data))
    cyrillic = str.maketrans("ABCEHKMPTX01", "АВСЕНКМРТХОІ")
    for typed in (spaced(code), code.lower(), spaced(code).translate(cyrillic), f" {code[:7]}-{code[7:]}\u00a0"):
        assert code_read(typed) == code


@pytest.mark.parametrize("typed", ["", "K7QM", "K7QM 3F8D 9XTA 2C5W H0R", "K7QM 3F8D 9XTA 2C5W H0RBB", "?" * LENGTH])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert code_read(typed) is None
