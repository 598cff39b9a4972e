"""The strict parser: what it accepts it would have written itself, and nothing else comes out but a refusal."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb.core.belenios.canonical import (
    MAX_INTEGER,
    Check,
    ProtocolError,
    decimal,
    dump_json,
    hash_base64,
    hash_mod,
    parse_exponent,
    parse_json,
    sha256_hex,
)

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda children: st.lists(children) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), children),
    max_leaves=20,
)


@given(values)
def test_what_we_write_we_read(value: object) -> None:
    assert parse_json(dump_json(value)) == value
    assert parse_json(dump_json(value).encode()) == value


@given(st.text() | st.binary())
def test_any_input_is_canonical_or_refused(noise: str | bytes) -> None:
    try:
        value = parse_json(noise)
    except ProtocolError as refused:
        assert refused.check is Check.FORM  # noqa: PT017 - only what is accepted or refused this way is right
    else:
        assert dump_json(value) == (noise if isinstance(noise, str) else noise.decode())


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}',
        '{"a":1,"a":2}',
        '{"a": 1}',
        ' {"a":1}',
        '{"a":1}\n',
        "1.0",
        "1e3",
        "-0",
        "01",
        "+1",
        "NaN",
        "Infinity",
        "-Infinity",
        '"\\u0041"',
        '"\\/"',
        '"\\ud83c\\udf09"',
        '"\ud800"',
        "\ufeff1",
        "9" * 19,
        str(2**53),
        str(-(2**53)),
        "9" * 5000,
        "[" * 17 + "]" * 17,
        "[" * 10**6,
        '{"a":' * 10**5,
        "'a'",
        "[1,]",
        "",
        '"' + "a" * (2 * 2**20) + '"',
    ],
    ids=lambda text: text[:12].encode("unicode_escape").decode(),
)
def test_lenient_parsers_take_some_of_these_ours_does_not(text: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        parse_json(text)
    assert refused.value.check is Check.FORM


def test_invalid_utf8() -> None:
    for data in (b'"\xff"', b'"\xc0\x80"', b'"\xed\xa0\x80"', '"a"'.encode("utf-16")):
        with pytest.raises(ProtocolError):
            parse_json(data)


def test_it_writes_what_javascript_writes() -> None:
    text = 'Ә"\\/\b\f\n\r\t\x01\x7f\u2028🌉'
    assert dump_json(text) == '"Ә\\"\\\\/\\b\\f\\n\\r\\t\\u0001\x7f\u2028🌉"'
    assert json.loads(dump_json(text)) == text


@given(st.integers(-5, 10**6), st.integers(1, 10**6))
def test_exponents_are_below_the_order(number: int, q: int) -> None:
    if 0 <= number < q:
        assert parse_exponent(str(number), q) == number
    else:
        with pytest.raises(ProtocolError) as refused:
            parse_exponent(str(number), q)
        assert refused.value.check is Check.NUMBER


@pytest.mark.parametrize(
    "value", ["", "00", "01", "-1", "+1", " 1", "1 ", "1_0", "٣", "²", "x", "1e3", 1, None, [], "1" * 9]
)
def test_decimals_have_one_spelling(value: object) -> None:
    with pytest.raises(ProtocolError) as refused:
        decimal(value, 8, Check.ELEMENT)
    assert refused.value.check is Check.ELEMENT


def test_hashes() -> None:
    assert sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert hash_base64("") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
    assert hash_mod(1000, "") == int(sha256_hex(""), 16) % 1000
    assert sha256_hex("Ә") == sha256_hex("Ә".encode())
