"""Subgroups of the multiplicative group of integers modulo a prime (section 5 of the specification), by gmpy2."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

import gmpy2  # type: ignore[import-untyped]

from pb.core.belenios.canonical import Check, ProtocolError, decimal, sha256_hex
from pb.core.belenios.embedding import join_integers, split_integers
from pb.core.belenios.group import Base, Element, Embedding, VariableBase

SHORT: Final = 256
"""Bits of a short exponent. Tables for longer ones have narrower windows, so that they keep to some megabytes."""


class FixedBase:
    """Window tables of one base: no squaring, and a multiplication per window.

    256-bit exponents: 32 windows of 8 bits, 2.5 MB a base, built in about 15 ms. 2048-bit exponents: 342 windows of 6
    bits, 6 MB a base, built in about 30 ms.
    """

    def __init__(self, base: Element, p: int, q: int) -> None:
        self.element = base
        self._p = p
        self._q = q
        self._window = 8 if q.bit_length() <= SHORT else 6
        self._rows: list[list[int]] = []
        step: int = base
        for _ in range(0, q.bit_length(), self._window):
            row = [gmpy2.mpz(1), step]
            for _ in range(2**self._window - 2):
                row.append(row[-1] * step % p)
            self._rows.append(row)
            step = row[-1] * step % p

    def exp(self, exponent: int) -> Element:
        p, window = self._p, self._window
        mask = (1 << window) - 1
        rest = int(exponent % self._q)
        result: int = gmpy2.mpz(1)
        for row in self._rows:
            if not rest:
                break
            digit = rest & mask
            if digit:
                result = result * row[digit] % p
            rest >>= window
        return Element(result)


class Ladder:
    """The powers base^(2^i) of one base, shared by all its exponents.

    An exponent is cut into odd digits of up to 4 bits at arbitrary positions; the powers that belong to one digit are
    multiplied into its bucket, and the buckets are combined as prod B_d^d. For 256 bits that is about 58
    multiplications an exponent after 255 squarings for the base.
    """

    _DIGIT: Final = 4

    def __init__(self, base: Element, p: int, q: int) -> None:
        self.element = base
        self._p = p
        self._q = q
        self._powers: list[int] = [gmpy2.mpz(base)]

    def is_member(self) -> bool:
        if is_safe(self._p, self._q):
            return _is_square(self.element, self._p)
        return self._raise(self._q) == 1

    def exp(self, exponent: int) -> Element:
        return Element(self._raise(int(exponent % self._q)))

    def _ladder(self, bits: int) -> list[int]:
        powers, p = self._powers, self._p
        power = powers[-1]
        for _ in range(bits - len(powers)):
            power = power * power % p
            powers.append(power)
        return powers

    def _raise(self, exponent: int) -> int:
        powers, p = self._ladder(exponent.bit_length()), self._p
        buckets: list[int | None] = [None] * (1 << (self._DIGIT - 1))  # the bucket i belongs to the digit 2i + 1
        mask = (1 << self._DIGIT) - 1
        position = 0
        while exponent:
            zeros = (exponent & -exponent).bit_length() - 1
            exponent >>= zeros
            position += zeros
            index = (exponent & mask) >> 1
            bucket = buckets[index]
            buckets[index] = powers[position] if bucket is None else bucket * powers[position] % p
            exponent >>= self._DIGIT
            position += self._DIGIT
        suffix: int = gmpy2.mpz(1)
        product: int = gmpy2.mpz(1)
        for bucket in buckets[:0:-1]:
            if bucket is not None:
                suffix = suffix * bucket % p
            product = product * suffix % p
        result = product * product % p * suffix % p
        return result if buckets[0] is None else result * buckets[0] % p


def is_safe(p: int, q: int) -> bool:
    """Whether p = 2q + 1: then the members are exactly the squares, and a Jacobi symbol decides."""
    return p == 2 * q + 1


def _is_square(a: int, p: int) -> bool:
    return bool(gmpy2.jacobi(a, p) == 1)


class FiniteField:
    """The subgroup of order q of the multiplicative group of integers modulo p (section 5).

    Elements are serialised in base 10, canonical: no sign, no leading zero, 1 <= element < p.
    """

    def __init__(self, name: str, p: int, q: int, g: int, embedding: Embedding | None = None) -> None:
        self.name = name
        self.q = q
        self.p: int = gmpy2.mpz(p)
        self.g = Element(gmpy2.mpz(g))
        self.one = Element(gmpy2.mpz(1))
        self.embedding = embedding
        self.powers_check_membership = False
        self._safe = is_safe(p, q)
        self._digits = len(str(p))
        self._build_table: Callable[[Element], FixedBase] = lru_cache(maxsize=8)(self._table)

    def __reduce__(self) -> str | tuple[object, ...]:
        """A group travels to another process by its name: it is one of a fixed list, and its tables stay at home."""
        from pb.core.belenios.groups import group_named

        return group_named, (self.name,)

    def _table(self, base: Element) -> FixedBase:
        return FixedBase(base, self.p, self.q)

    @property
    def generator(self) -> Base:
        return self._build_table(self.g)

    def exp(self, base: Element, exponent: int) -> Element:
        return Element(gmpy2.powmod(base, int(exponent % self.q), self.p))

    def mul(self, a: Element, b: Element) -> Element:
        return Element(a * b % self.p)

    def inv(self, a: Element) -> Element:
        return Element(gmpy2.invert(a, self.p))

    def serialise(self, a: Element) -> str:
        return str(a)

    def read(self, text: str) -> Element:
        value: int = gmpy2.mpz(decimal(text, self._digits, Check.ELEMENT))
        if not 1 <= value < self.p:
            raise ProtocolError(Check.ELEMENT, "A group element is out of range.", equation="1 ≤ x < p")
        return Element(value)

    def parse(self, text: str) -> Element:
        element = self.read(text)
        if not self.is_member(element):
            raise ProtocolError(Check.MEMBERSHIP, "An element is not in the group.", equation="x^q = 1 mod p")
        return element

    def is_member(self, a: Element) -> bool:
        return _is_square(a, self.p) if self._safe else bool(gmpy2.powmod(a, self.q, self.p) == 1)

    def fixed(self, base: Element) -> Base:
        return self._build_table(base)

    def ladder(self, base: Element) -> VariableBase:
        return Ladder(base, self.p, self.q)

    def product_of_powers(self, bases: Sequence[Element], exponents: Sequence[int]) -> Element:
        """Pippenger's bucket method: windows from the top; each base goes into the bucket of its digit."""
        reduced = [int(exponent % self.q) for exponent in exponents]
        bits = max((exponent.bit_length() for exponent in reduced), default=0)
        p, window = self.p, max(2, min(12, len(bases).bit_length() - 2))
        mask = (1 << window) - 1
        result: int = gmpy2.mpz(1)
        for shift in reversed(range(0, bits, window)):
            for _ in range(window):
                result = result * result % p
            buckets: list[int | None] = [None] * (mask + 1)
            for base, exponent in zip(bases, reduced, strict=True):
                digit = (exponent >> shift) & mask
                bucket = buckets[digit]
                if digit:
                    buckets[digit] = base if bucket is None else bucket * base % p
            running: int | None = None
            total: int = gmpy2.mpz(1)
            for bucket in buckets[:0:-1]:
                if bucket is not None:
                    running = bucket if running is None else running * bucket % p
                if running is not None:
                    total = total * running % p
            result = result * total % p
        return Element(result)

    def independent_generator(self, index: int) -> Element:
        """SHA-256("ggen|index")^((p-1)/q)."""
        number = int(sha256_hex(f"ggen|{index}"), 16)
        generator = Element(gmpy2.powmod(number, (self.p - 1) // self.q, self.p))
        if generator in {0, self.one, self.g}:
            raise ProtocolError(Check.SHUFFLE, "A generator of the shuffles is degenerate.", equation="h ∉ {0, 1, g}")
        return generator

    def encode(self, integers: Sequence[int]) -> Element:
        start, padding = join_integers(self.name, self.embedding, integers)
        for epsilon in range(1 << padding):
            if _is_square(start + epsilon, self.p):
                return Element(gmpy2.mpz(start + epsilon))
        raise ProtocolError(Check.PLAINTEXT, "These integers cannot be encoded.")

    def decode(self, element: Element, count: int) -> tuple[int, ...]:
        return split_integers(self.name, self.embedding, int(element), count)

    def order(self, a: Element) -> int | bytes:
        return int(a)
