"""The hash of RFC 6986 and the signature of RFC 7091 on the curve of the national CA."""

import importlib.util
import sys
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pb.core.eds import gost
from pb.core.eds.streebog import streebog512
from tests.tools import require_shared

MESSAGE_1 = b"012345678901234567890123456789012345678901234567890123456789012"
MESSAGE_2 = "Се ветри, Стрибожи внуци, веютъ с моря стрелами на храбрыя плъкы Игоревы".encode("cp1251")
DIGEST_1 = (
    "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
    "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48"
)
DIGEST_2 = (
    "1e88e62226bfca6f9994f1f2d51569e0daf8475a3b0fe61a5300eee46d961376"
    "035fe83549ada2b8620fcd7c496ce5b33f0cb9dddc2b6460143b03dabac9fb28"
)
EMPTY = (
    "8e945da209aa869f0455928529bcae4679e9873ab707b55315f56ceb98bef0a7"
    "362f715528356ee83cda5f2aac4c6ad2ba3a715c1bcd81cb8e9f90bf4c1c1a8a"
)
PRIVATE = 0x1234567890ABCDEF << 400
KEY = gost.public_key_of(PRIVATE)


@pytest.mark.parametrize(("message", "digest"), [(MESSAGE_1, DIGEST_1), (MESSAGE_2, DIGEST_2), (b"", EMPTY)])
def test_the_vectors_of_rfc_6986(message: bytes, digest: str) -> None:
    assert streebog512(message).hex() == digest


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_changed_byte_changes_the_hash(message: bytes) -> None:
    assert streebog512(message) != streebog512(message + b"\0")
    assert len(streebog512(message)) == 64


def test_the_base_point_has_the_order_of_the_curve() -> None:
    assert gost._multiply(gost.Q, None, gost.mpz(0))[2] == 0
    assert gost.read_public_key(gost.public_key_of(1).to_bytes()).x == 3


@given(st.integers(1, int(gost.Q) - 1), st.integers(1, int(gost.Q) - 1))
@settings(max_examples=25, deadline=None)
def test_windowed_multiplication_is_multiplication(a: int, b: int) -> None:
    """a·G + b·(d·G) is (a + b·d)·G, computed with every window."""
    total = (a + b * PRIVATE) % int(gost.Q)
    result = gost._multiply(gost.mpz(a), KEY, gost.mpz(b))
    if total == 0:
        assert result[2] == 0
    else:
        assert gost.PublicKey(*gost._affine(result)) == gost.public_key_of(total)


def _reference() -> ModuleType:
    """The other implementation: plain doubling and adding, written independently; it takes its hash from outside."""
    path = require_shared("reference/gost_kz.py")
    sys.modules.setdefault("gostcrypto", SimpleNamespace())  # type: ignore[arg-type]
    spec = importlib.util.spec_from_file_location("gost_reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.streebog512 = streebog512  # type: ignore[attr-defined]
    return module


def test_another_implementation_agrees() -> None:
    reference = _reference()
    signature = gost.sign(PRIVATE, b"message")
    assert reference.verify((int(KEY.x), int(KEY.y)), b"message", signature)
    assert not reference.verify((int(KEY.x), int(KEY.y)), b"massage", signature)
    assert gost.verify(KEY, b"message", reference.sign(PRIVATE, b"message", 987654321 << 300))


def test_a_signature_is_over_its_message_by_its_key() -> None:
    signature = gost.sign(PRIVATE, b"message")
    assert gost.verify(KEY, b"message", signature)
    assert not gost.verify(KEY, b"message.", signature)
    assert not gost.verify(gost.public_key_of(PRIVATE + 1), b"message", signature)


@given(st.integers(0, 127), st.integers(1, 255))
@settings(max_examples=30, deadline=None)
def test_any_changed_byte_of_a_signature_refutes_it(place: int, change: int) -> None:
    signature = bytearray(gost.sign(PRIVATE, b"message"))
    signature[place] ^= change
    assert not gost.verify(KEY, b"message", bytes(signature))


@pytest.mark.parametrize("r", [0, gost.Q, gost.Q + 1, 2**512 - 1])
@pytest.mark.parametrize("s", [0, gost.Q, 2**512 - 1])
def test_numbers_out_of_range_are_no_signature(r: int, s: int) -> None:
    for pair in ((r, 5), (5, s), (r, s)):
        assert not gost.verify(KEY, b"message", b"".join(gost.number_to_bytes(number) for number in pair))


@pytest.mark.parametrize("length", [0, 64, 127, 129, 256])
def test_a_signature_has_one_length(length: int) -> None:
    assert not gost.verify(KEY, b"message", bytes(length))


def test_a_public_key_is_a_point_of_the_curve() -> None:
    good = KEY.to_bytes()
    for bad in (
        good[:-1],
        good + b"\0",
        bytes(128),
        bytes([good[0] ^ 1]) + good[1:],
        gost.number_to_bytes(gost.P + 3) + good[64:],
        b"\xff" * 128,
    ):
        with pytest.raises(ValueError, match=r"128|below p|curve"):
            gost.read_public_key(bad)


@pytest.mark.parametrize("private", [0, -1, int(gost.Q), int(gost.Q) + 1])
def test_a_private_key_is_below_the_order(private: int) -> None:
    with pytest.raises(ValueError, match="private"):
        gost.public_key_of(private)
