"""What a card's holder types is found by fingerprint or by key, and nothing else is taken for one."""

import hashlib

import pytest

from pb.core.poll.card_key import AskedKey
from pb.core.poll.card_list import printed_fingerprint

DECIMAL = "9" + "1234567890" * 61
HEXADECIMAL = "ab12" * 16
KEYS = [DECIMAL, HEXADECIMAL]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_found_by_all_that_its_holder_may_have(key: str) -> None:
    whole = hashlib.sha256(key.encode()).hexdigest()
    printed = printed_fingerprint(key)
    for typed in (
        printed,
        printed.upper(),
        printed.replace(" ", "-"),
        printed.replace(" ", "\u00a0"),
        printed.replace(" ", ""),
        printed.translate(str.maketrans("ace", "асе")),  # typed on a Kazakh or Russian keyboard
        f"  {whole}\n",
        whole[:40],
        key,
        f'"{key}",',
    ):
        asked = AskedKey.read(typed)
        assert asked is not None, typed
        assert asked.among(KEYS) == key, typed


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "rubbish",
        "0011 2233 4455 6677",
        "g" * 32,
        "a" * 31,
        "a" * 65,
        "7" * 701,
        "ABCD-EFGH-JKMN-PQRS-TVWX",
    ],
)
def test_anything_else_is_no_fingerprint(typed: str) -> None:
    assert AskedKey.read(typed) is None


def test_another_fingerprint_finds_nothing() -> None:
    asked = AskedKey.read("0" * 32)
    assert asked is not None
    assert asked.among(KEYS) is None
