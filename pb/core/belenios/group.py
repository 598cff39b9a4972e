"""What the protocol needs of a group (section 5 of the specification).

A group is a cyclic group of prime order q with generator g, written multiplicatively. The rest of the package touches
elements only through a `Group`, so that another group is one more class.

Exponentiation is nearly all of the cost of an election. It comes in three kinds: the generator and a public key are
raised to thousands of exponents (`fixed`); a ciphertext's component is raised to a handful (`ladder`); the proof of a
shuffle multiplies thousands of powers together (`product_of_powers`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NewType, Protocol

Element = NewType("Element", int)
"""A group element: opaque outside the groups' own modules; equal elements compare equal and hash alike."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """How small integers become an element (section 4.11.2): `bits_per_int` each, then `padding` bits."""

    bits_per_int: int
    padding: int
    most: int
    """How many integers one element can carry."""


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
    """What the protocol needs of a group. Elements handed to `exp`, `mul` and `inv` are members."""

    name: str
    q: int
    g: Element
    one: Element
    embedding: Embedding | None
    powers_check_membership: bool
    """Whether raising an element that is no member fails, whatever the exponent (ProtocolError, MEMBERSHIP): then
    whoever raises an element need not check it besides."""

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
    def product_of_powers(self, bases: Sequence[Element], exponents: Sequence[int]) -> Element:
        """Π base^exponent; the empty product is 1."""
        ...

    def independent_generator(self, index: int) -> Element:
        """A generator whose logarithm nobody knows (section 6, table 8): number `index`, -1 for the second one."""
        ...

    def encode(self, integers: Sequence[int]) -> Element:
        """The element that carries these integers (section 4.11.2), with the smallest ε that gives a member.

        Raises ProtocolError (PLAINTEXT) for too many integers or one out of range, UNSUPPORTED in a group without
        embedding.
        """
        ...

    def decode(self, element: Element, count: int) -> tuple[int, ...]:
        """The last `count` integers in an element. Whatever a dishonest voter put before them is not seen."""
        ...

    def order(self, a: Element) -> int | bytes:
        """By what the ciphertexts of whole ballots are sorted in the encrypted tally: ascending by this of alpha."""
        ...
