"""Groups in which the protocol computes (section 5 of the specification).

A group is a cyclic group of prime order q with generator g, written multiplicatively. The rest of the package
touches elements only through a `Group`, so that another group is one more class here.

Exponentiation is nearly all of the cost of an election, and it comes in two kinds:

* the generator and a public key are raised to thousands of exponents: a `FixedBase` holds window tables;
* a ciphertext's component is raised to a handful of exponents (a challenge for each branch of each proof, and q for
  the membership check): a `Ladder` computes base^(2^i) once and shares it among them.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NewType, Protocol

import gmpy2  # type: ignore[import-untyped]

from pb.core.belenios.canonical import Check, ProtocolError, decimal

Element = NewType("Element", int)
"""A group element: opaque outside this module; equal elements compare equal and hash alike."""


class Base(Protocol):
    """An element that is raised to several exponents."""

    element: Element

    def exp(self, exponent: int) -> Element:
        """The element to the power of `exponent` (any integer, taken mod q)."""
        ...


class VariableBase(Base, Protocol):
    """An element received from outside, whose membership in the group is still to be checked."""

    def is_member(self) -> bool:
        """Whether the element lies in the subgroup of order q."""
        ...


class Group(Protocol):
    """What the protocol asks of a group."""

    name: str
    q: int
    g: Element
    one: Element

    @property
    def generator(self) -> Base: ...
    def exp(self, base: Element, exponent: int) -> Element: ...
    def mul(self, a: Element, b: Element) -> Element: ...
    def inv(self, a: Element) -> Element: ...
    def serialise(self, a: Element) -> str: ...
    def read(self, text: str) -> Element:
        """Read a canonical element in range; its membership is not checked. Raises ProtocolError (ELEMENT)."""
        ...

    def parse(self, text: str) -> Element:
        """`read`, and check that the element has order q. Raises ProtocolError (ELEMENT or MEMBERSHIP)."""
        ...

    def is_member(self, a: Element) -> bool: ...
    def fixed(self, base: Element) -> Base:
        """Tables for a base that is used again and again; remembered for the last few bases."""
        ...

    def ladder(self, base: Element) -> VariableBase: ...


WINDOW: Final = 8
"""Bits per window of a fixed base: 32 windows x 255 elements, 2.5 MB a base, built in about 15 ms."""


class FixedBase:
    """Window tables of one base: an exponentiation costs 32 multiplications and no squaring."""

    def __init__(self, base: Element, p: int, q: int) -> None:
        self.element = base
        self._p = p
        self._q = q
        self._rows: list[list[int]] = []
        step: int = base
        for _ in range(0, q.bit_length(), WINDOW):
            row = [gmpy2.mpz(1), step]
            for _ in range(2**WINDOW - 2):
                row.append(row[-1] * step % p)
            self._rows.append(row)
            step = row[-1] * step % p

    def exp(self, exponent: int) -> Element:
        p = self._p
        digits = int(exponent % self._q).to_bytes(len(self._rows), "little")
        result: int = gmpy2.mpz(1)
        for row, digit in zip(self._rows, digits, strict=True):
            if digit:
                result = result * row[digit] % p
        return Element(result)


class Ladder:
    """The powers base^(2^i) of one base, shared by all its exponents.

    An exponent is cut into odd digits of up to 4 bits at arbitrary positions; the powers that belong to one digit are
    multiplied into its bucket, and the buckets are combined as prod B_d^d. That is about 58 multiplications an
    exponent after 255 squarings for the base.
    """

    _DIGIT: Final = 4

    def __init__(self, base: Element, p: int, q: int) -> None:
        self.element = base
        self._p = p
        self._q = q
        self._powers: list[int] | None = None

    def is_member(self) -> bool:
        return self._raise(self._q) == 1

    def exp(self, exponent: int) -> Element:
        return Element(self._raise(int(exponent % self._q)))

    def _ladder(self) -> list[int]:
        if self._powers is None:
            p, power = self._p, gmpy2.mpz(self.element)
            powers = [power]
            for _ in range(self._q.bit_length() - 1):
                power = power * power % p
                powers.append(power)
            self._powers = powers
        return self._powers

    def _raise(self, exponent: int) -> int:
        powers, p = self._ladder(), self._p
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


class FiniteField:
    """The subgroup of order q of the multiplicative group of integers modulo p (section 5).

    Elements are serialised in base 10, canonical: no sign, no leading zero, 1 <= element < p.
    """

    def __init__(self, name: str, p: int, q: int, g: int) -> None:
        self.name = name
        self.q = q
        self.p: int = gmpy2.mpz(p)
        self.g = Element(gmpy2.mpz(g))
        self.one = Element(gmpy2.mpz(1))
        self._digits = len(str(p))
        self._build_table: Callable[[Element], FixedBase] = lru_cache(maxsize=8)(self._table)

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
        return bool(gmpy2.powmod(a, self.q, self.p) == 1)

    def fixed(self, base: Element) -> Base:
        return self._build_table(base)

    def ladder(self, base: Element) -> VariableBase:
        return Ladder(base, self.p, self.q)


BELENIOS_2048: Final[Group] = FiniteField(
    name="BELENIOS-2048",
    p=int(
        "2069478569142254640101364365750500806492298929575110409710088478705737421924271740192223725449768433"
        "8129066633138078958404960054389636289796393038773905722803605973749427671376777618898589872735865049"
        "0811670993105358677809800307904916540637771737641986785272734744763418356000356983051931442845617019"
        "1100078673730733356412397173289791324047457883446826065232797464795113767265869358218004631792207366"
        "8860052627186363386088796882120769432366149491002923444346373222145884100586421050242120365433561201"
        "3204811188524087310770141516662001623131771693721892480785077118278423174980732765988288251691831031"
        "25680162072880719"
    ),
    q=78571733251071885079927659812671450121821421258408794611510081919805623223441,
    g=int(
        "2402352677501852209227687703532399932712287657378364916510075318787663274146353219320285676155269678"
        "7996946682987493890950838965734256019006010684771644917354741372831046104586813145117816467554005274"
        "0288984613986453266121505579709716201616827031288643245666383486363578210615491841998253431518974065"
        "8186868651151358576410138882215396016043228843603930989333662772848406593138406010231675095763777982"
        "6651036068224066350766977640253462537730851331734951942489677540525736590494924776314759915751987751"
        "7771148149092045660020547812705472823814097251863985833411570056835369555342378147558249189605029668"
        "0037745308460627"
    ),
)
"""The default group, section 5.1: p of 2048 bits, q of 256 bits. Homomorphic questions only."""

GROUPS: Final[dict[str, Group]] = {BELENIOS_2048.name: BELENIOS_2048}


def group_named(name: str) -> Group:
    """The group an election names. Raises ProtocolError (UNSUPPORTED) for a group that we do not compute in."""
    try:
        return GROUPS[name]
    except KeyError:
        raise ProtocolError(Check.UNSUPPORTED, "The group of this election is not supported.") from None
