"""The prime-order subgroup of Ed25519, by libsodium (PyNaCl).

An element is the number that its 32 bytes of RFC 8032 make in little-endian order, so that it serialises as 64
hexadecimal digits: the byte-reversed RFC 8032 encoding. Libsodium computes in constant time with respect to scalars and
refuses points of small order or outside the subgroup; the identity, which it refuses too, is treated here.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from nacl import bindings
from nacl.exceptions import RuntimeError as NaClError

from pb.core.belenios.canonical import Check, ProtocolError, sha256_hex
from pb.core.belenios.embedding import join_integers, split_integers
from pb.core.belenios.group import Base, Element, Embedding, VariableBase

SIZE: Final = 32
P: Final = 2**255 - 19
SIGN: Final = 1 << 255
"""The bit of the encoding that holds the sign of x: the inverse of a point has the other one."""
COFACTOR_DOUBLINGS: Final = 3
HEXADECIMAL: Final = frozenset("0123456789abcdef")


def _bytes(element: int) -> bytes:
    return int.to_bytes(element, SIZE, "little")


def _element(encoding: bytes) -> Element:
    return Element(int.from_bytes(encoding, "little"))


class Point:
    """A point that is raised to several exponents. Libsodium has no tables for points other than the generator."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self._encoding = _bytes(element)

    def is_member(self) -> bool:
        return self.element == ED25519.one or bool(bindings.crypto_core_ed25519_is_valid_point(self._encoding))

    def exp(self, exponent: int) -> Element:
        scalar = exponent % ED25519.q
        if self.element == ED25519.one:
            return ED25519.one
        if scalar == 0:
            if not self.is_member():
                raise _no_member()
            return ED25519.one
        try:
            return _element(bindings.crypto_scalarmult_ed25519_noclamp(_bytes(scalar), self._encoding))
        except NaClError as error:
            raise _no_member() from error


class Generator:
    """The generator, for which libsodium has tables."""

    def __init__(self, element: Element) -> None:
        self.element = element

    def exp(self, exponent: int) -> Element:
        scalar = exponent % ED25519.q
        if scalar == 0:
            return ED25519.one
        return _element(bindings.crypto_scalarmult_ed25519_base_noclamp(_bytes(scalar)))


def _no_member() -> ProtocolError:
    return ProtocolError(Check.MEMBERSHIP, "An element is not in the group.", equation="x^q = 1")


class _Ed25519:
    """The group: see `pb.core.belenios.group.Group`."""

    def __init__(self) -> None:
        self.name = "Ed25519"
        self.q = 2**252 + 27742317777372353535851937790883648493
        self.g = _element(bytes.fromhex("58" + "66" * 31))
        self.one = Element(1)
        self.embedding: Embedding | None = Embedding(bits_per_int=8, padding=14, most=30)
        self.powers_check_membership = True
        self._generator = Generator(self.g)

    def __reduce__(self) -> str | tuple[object, ...]:
        from pb.core.belenios.groups import group_named

        return group_named, (self.name,)

    @property
    def generator(self) -> Base:
        return self._generator

    def exp(self, base: Element, exponent: int) -> Element:
        return self._generator.exp(exponent) if base == self.g else Point(base).exp(exponent)

    def mul(self, a: Element, b: Element) -> Element:
        if a == self.one:
            return b
        if b == self.one:
            return a
        try:
            return _element(bindings.crypto_core_ed25519_add(_bytes(a), _bytes(b)))
        except NaClError as error:
            raise _no_member() from error

    def inv(self, a: Element) -> Element:
        return a if a == self.one else Element(a ^ SIGN)

    def serialise(self, a: Element) -> str:
        return f"{a:064x}"

    def read(self, text: str) -> Element:
        if not isinstance(text, str) or len(text) != 2 * SIZE or not set(text) <= HEXADECIMAL:
            raise ProtocolError(Check.ELEMENT, "A group element is not 64 hexadecimal digits.")
        value = int(text, 16)
        if value & ~SIGN >= P:
            raise ProtocolError(Check.ELEMENT, "A group element is out of range.", equation="y < 2^255 - 19")
        return Element(value)

    def parse(self, text: str) -> Element:
        element = self.read(text)
        if not self.is_member(element):
            raise _no_member()
        return element

    def is_member(self, a: Element) -> bool:
        return Point(a).is_member()

    def fixed(self, base: Element) -> Base:
        return self._generator if base == self.g else Point(base)

    def ladder(self, base: Element) -> VariableBase:
        return Point(base)

    def product_of_powers(self, bases: Sequence[Element], exponents: Sequence[int]) -> Element:
        result = self.one
        for base, exponent in zip(bases, exponents, strict=True):
            result = self.mul(result, self.exp(base, exponent))
        return result

    def independent_generator(self, index: int) -> Element:
        return _independent_generator(index)

    def encode(self, integers: Sequence[int]) -> Element:
        start, padding = join_integers(self.name, self.embedding, integers)
        for epsilon in range(1 << padding):
            if self.is_member(Element(start + epsilon)):
                return Element(start + epsilon)
        raise ProtocolError(Check.PLAINTEXT, "These integers cannot be encoded.")

    def decode(self, element: Element, count: int) -> tuple[int, ...]:
        return split_integers(self.name, self.embedding, element, count)

    def order(self, a: Element) -> int | bytes:
        return _bytes(a)


@lru_cache(maxsize=4096)
def _independent_generator(index: int) -> Element:
    """SHA-256("ggen|index") without its last two bits, plus the smallest ε that gives a point, times 8."""
    encoded = int(sha256_hex(f"ggen|{index}"), 16) >> 2
    while True:
        try:
            point = bindings.crypto_core_ed25519_add(_bytes(encoded), _bytes(1))
            break
        except NaClError:
            encoded += 1
    for _ in range(COFACTOR_DOUBLINGS):
        point = bindings.crypto_core_ed25519_add(point, point)
    generator = _element(point)
    if generator in {ED25519.one, ED25519.g}:
        raise ProtocolError(Check.SHUFFLE, "A generator of the shuffles is degenerate.", equation="h ∉ {1, g}")
    return generator


ED25519: Final = _Ed25519()
