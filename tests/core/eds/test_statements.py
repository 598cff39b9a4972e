"""What people sign: one text, one purpose, one site."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pb.core.eds import EDSError
from pb.core.eds.statements import (
    Kind,
    akim_text,
    parse_statement,
    release_text,
    sign_in_text,
    tracker_text,
)

ORIGIN = "https://asar.example"
NONCE = "n" * 43
POLL = "3yzHkf5rBEeKzZ"
KEY = "B" + "A" * 86
MINUTES = "0d3c5b7e-1234-4abc-9def-0123456789ab"
HASH = "ab" * 32
AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
TEXTS = {
    Kind.SIGN_IN: sign_in_text(ORIGIN, NONCE, AT),
    Kind.RELEASE: release_text(ORIGIN, POLL, KEY, NONCE, AT),
    Kind.BALLOT: tracker_text(ORIGIN, POLL, "t" * 43),
    Kind.AKIM_ANSWER: akim_text(ORIGIN, MINUTES, HASH, "agreed"),
}


def test_a_person_can_read_what_they_sign() -> None:
    assert TEXTS[Kind.SIGN_IN] == (
        f"asar-sign-in\norigin: https://asar.example\nnonce: {NONCE}\nat: 2026-11-21T10:00:00Z"
    )


@pytest.mark.parametrize("kind", list(Kind))
def test_a_statement_comes_back_as_it_was(kind: Kind) -> None:
    statement = parse_statement(TEXTS[kind].encode())
    assert statement.kind is kind
    assert statement["origin"] == ORIGIN
    if kind in {Kind.SIGN_IN, Kind.RELEASE}:
        assert statement.at == AT


@pytest.mark.parametrize("kind", list(Kind))
def test_a_statement_of_one_kind_is_none_of_another(kind: Kind) -> None:
    first, rest = TEXTS[kind].split("\n", 1)
    for other in Kind:
        if other is not kind:
            with pytest.raises(EDSError):
                parse_statement(f"{other}\n{rest}".encode())
    lines = rest.split("\n")
    for wrong in (
        [first, *reversed(lines)],
        [first, *lines, lines[-1]],
        [first, *lines, ""],
        [first, *lines[:-1]],
        [first.upper(), *lines],
        ["", first, *lines],
    ):
        with pytest.raises(EDSError):
            parse_statement("\n".join(wrong).encode())


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://asar.example/path"},
        {"origin": "https://asar.example\nnonce: x"},
        {"origin": "ftp://asar.example"},
        {"nonce": "short"},
        {"nonce": NONCE + "\n"},
    ],
)
def test_no_part_can_bring_a_line_of_its_own(changes: dict[str, str]) -> None:
    with pytest.raises(EDSError):
        sign_in_text(**{"origin": ORIGIN, "nonce": NONCE, "at": AT, **changes})  # type: ignore[arg-type]


def test_an_answer_agrees_or_names_the_points() -> None:
    assert akim_text(ORIGIN, MINUTES, HASH, "disagreed 2 15").endswith("\nanswer: disagreed 2 15")
    for answer in ("perhaps", "disagreed", "disagreed  2", "agreed 2"):
        with pytest.raises(EDSError):
            akim_text(ORIGIN, MINUTES, HASH, answer)


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_bytes_are_a_statement_or_a_refusal(data: bytes) -> None:
    with pytest.raises(EDSError):
        parse_statement(data)


@given(st.sampled_from(list(Kind)), st.integers(0, 60), st.binary(min_size=1, max_size=1))
@settings(deadline=None)
def test_a_changed_statement_is_another_one_or_none(kind: Kind, place: int, byte: bytes) -> None:
    text = TEXTS[kind].encode()
    changed = text[:place] + byte + text[place + 1 :]
    try:
        statement = parse_statement(changed)
    except EDSError:
        return
    assert changed == text or statement != parse_statement(text)
