"""Proofs and ciphertexts: what every other message is made of (section 4.3 of the specification)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from pb.core.belenios.canonical import JSONValue, fields, parse_exponent
from pb.core.belenios.group import Element, Group


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof (section 4.3): challenge and response, both modulo q."""

    challenge: int
    response: int

    @classmethod
    def from_value(cls, value: JSONValue, q: int) -> Self:
        members = fields(value, "challenge", "response")
        return cls(parse_exponent(members["challenge"], q), parse_exponent(members["response"], q))

    def to_value(self) -> dict[str, str]:
        return {"challenge": str(self.challenge), "response": str(self.response)}


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """An ElGamal ciphertext (section 4.3): alpha = g^r, beta = y^r g^m."""

    alpha: Element
    beta: Element

    @classmethod
    def from_value(cls, value: JSONValue, group: Group) -> Self:
        members = fields(value, "alpha", "beta")
        return cls(group.read(members["alpha"]), group.read(members["beta"]))

    def to_value(self, group: Group) -> dict[str, str]:
        return {"alpha": group.serialise(self.alpha), "beta": group.serialise(self.beta)}


def product(group: Group, ciphertexts: Sequence[Ciphertext]) -> Ciphertext:
    """The component-wise product: it encrypts the sum. The empty product is (1, 1)."""
    alpha, beta = group.one, group.one
    for ciphertext in ciphertexts:
        alpha = group.mul(alpha, ciphertext.alpha)
        beta = group.mul(beta, ciphertext.beta)
    return Ciphertext(alpha, beta)
