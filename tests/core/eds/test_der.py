"""One encoding for one value: everything else is refused before it is used."""

from datetime import UTC, datetime

import pytest
from asn1crypto import core
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pb.core.eds import EDSError, Fault, der
from pb.demo.test_authority import encode_named_bits

LIMIT = 100_000


def read(data: bytes) -> der.Value:
    return der.read(data, max_size=LIMIT)


@pytest.mark.parametrize(
    ("name", "octets"),
    [
        ("empty", ""),
        ("a tag alone", "30"),
        ("cut short", "300504"),
        ("bytes after the value", "300000"),
        ("indefinite length", "30800000"),
        ("indefinite length inside", "3004308000 00"),
        ("length in a longer form", "308100"),
        ("length with zeros before", "30820001 05"),
        ("length of five octets", "3085000000000000"),
        ("length beyond the end", "3084ffffffff"),
        ("reserved length", "30ff00"),
        ("tag of several octets", "1f8101 00"),
        ("end of contents", "0000"),
        ("octet string in pieces", "2403040100"),
        ("sequence that is none", "1000"),
        ("child longer than its parent", "3003 040501"),
        ("padded integer", "02020001"),
        ("padded negative integer", "0202ff80"),
        ("integer without octets", "0200"),
        ("boolean 01", "010101"),
        ("boolean of two octets", "0102ffff"),
        ("null with content", "050100"),
        ("bit string without octets", "0300"),
        ("bit string, 8 unused", "030208ff"),
        ("bit string, unused bits set", "030201ff"),
        ("object identifier without end", "06028181"),
        ("object identifier without octets", "0600"),
    ],
)
def test_a_second_encoding_is_refused(name: str, octets: str) -> None:
    with pytest.raises(EDSError) as caught:
        read(bytes.fromhex(octets))
    assert caught.value.code is Fault.FORM, name


def test_depth_is_bounded_without_recursion() -> None:
    nested = b"\x05\x00"
    for _level in range(50):
        nested = der.sequence(nested)
    with pytest.raises(EDSError) as caught:
        read(nested)
    assert caught.value.code is Fault.DEPTH
    for _level in range(15_000):
        nested = der.sequence(nested)
    with pytest.raises(EDSError) as caught:
        read(nested)
    assert caught.value.code in {Fault.DEPTH, Fault.SIZE}


def test_size_and_number_of_values_are_bounded() -> None:
    with pytest.raises(EDSError) as caught:
        read(bytes(LIMIT + 1))
    assert caught.value.code is Fault.SIZE
    with pytest.raises(EDSError) as caught:
        read(der.sequence(*[b"\x05\x00"] * (der.MAX_VALUES + 1)))
    assert caught.value.code is Fault.SIZE


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_random_bytes_are_a_value_or_a_refusal(data: bytes) -> None:
    try:
        value = read(data)
    except EDSError:
        return
    assert value.raw == data
    assert der.encode(value.tag, value.content) == data


@given(st.integers())
@example(0)
@example(-1)
@example(127)
@example(128)
@example(-127)
@example(-128)
@example(-129)
@example(255)
@example(-256)
@example(32767)
@example(32768)
@example(-32768)
@example(-32769)
@example(2**63)
@example(-(2**63))
@example(-(2**64))
@settings(deadline=None)
def test_integers_as_another_library_writes_them(number: int) -> None:
    assert der.encode_integer(number) == core.Integer(number).dump()
    assert read(der.encode_integer(number)).integer() == number


@given(st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 2**40), max_size=6))
@settings(deadline=None)
def test_object_identifiers_as_another_library_writes_them(first: int, second: int, arcs: list[int]) -> None:
    dotted = ".".join(map(str, (first, second, *arcs)))
    assert der.encode_oid(dotted) == core.ObjectIdentifier(dotted).dump()
    assert read(der.encode_oid(dotted)).oid() == dotted


@given(st.binary(max_size=70_000))
@settings(deadline=None)
def test_lengths_come_back(content: bytes) -> None:
    assert read(der.encode(der.OCTET_STRING, content)).octets() == content


@given(st.sets(st.integers(0, 8), min_size=1))
@settings(deadline=None)
def test_named_bits_come_back(numbers: set[int]) -> None:
    assert read(encode_named_bits(frozenset(numbers))).named_bits() == numbers


@pytest.mark.parametrize("at", [datetime(1950, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)])
def test_moments_of_two_digits_run_from_1950_to_2049(at: datetime) -> None:
    encoded = der.encode_moment(at)
    assert encoded[0] == der.UTC_TIME
    assert read(encoded).moment() == at


@pytest.mark.parametrize(
    "content", [b"261121100000+0500", b"2611211000Z", b"26112110000\xb2Z", b"261321100000Z", b"+61121100000Z", b""]
)
def test_moments_have_one_form(content: bytes) -> None:
    with pytest.raises(EDSError):
        read(der.encode(der.UTC_TIME, content)).moment()
