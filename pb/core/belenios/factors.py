"""A proof that every decryption factor is right: Asar's own, it is never in the archive.

The protocol's own proof, H(decrypt|φ|X|A,B), binds neither α nor F: a wrong factor can carry a proof that holds,
and then nobody knows whose it was, unless more trustees than needed decrypt. Trustees therefore hand in this proof
beside the decryption: a wrong factor is refused, and its trustee named, with n of n trustees too.

It is one proof for all factors: with weights e_i drawn from a hash over all ciphertexts and factors,
α* = Πα_i^e_i and F* = ΠF_i^e_i, that F* = α*^x for the x of X = g^x: c = H(asar-factors|digest|A,B),
A = g^r·X^c, B = α*^r·F*^c. Its statement begins as no other does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

from pb.core.belenios.canonical import Check, ProtocolError, dump_json, fields, parse_json, sha256_hex
from pb.core.belenios.decryption import check_partial_decryption, partial_decryption
from pb.core.belenios.group import Element, Group
from pb.core.belenios.messages import LARGE, Election, EncryptedTally, PartialDecryption, TrusteeKey
from pb.core.belenios.primitives import Proof
from pb.core.belenios.proofs import equality_holds, prove_equality

WEIGHT_DIGITS: Final = 32
"""Hexadecimal digits of a weight: 128 bits, the chance that wrong factors cancel out."""


@dataclass(frozen=True, slots=True)
class ProvedDecryption:
    """What a trustee hands in: the decryption as the archive will hold it, and the proof of all its factors."""

    decryption: PartialDecryption
    factors_proof: Proof

    @classmethod
    def parse(cls, data: str | bytes, group: Group) -> Self:
        """Raises ProtocolError (FORM, NUMBER, ELEMENT)."""
        members = fields(parse_json(data, limit=LARGE), "decryption", "factors_proof")
        proof = Proof.from_value(members["factors_proof"], group.q)
        return cls(PartialDecryption.from_value(members["decryption"], group), proof)

    def to_json(self, group: Group) -> str:
        value = {"decryption": self.decryption.to_value(group), "factors_proof": self.factors_proof.to_value()}
        return dump_json(value)


def decrypt(election: Election, private_key: int, tally: EncryptedTally) -> ProvedDecryption:
    """One trustee's decryption of the tally, its whole ballots as the last shuffle left them."""
    decryption = partial_decryption(election, private_key, tally)
    return ProvedDecryption(decryption, prove_factors(election, private_key, tally, decryption))


def check_decryption(election: Election, key: TrusteeKey, tally: EncryptedTally, proved: ProvedDecryption) -> None:
    """Check that every factor is this trustee's and right. Raises ProtocolError (DECRYPTION, MEMBERSHIP)."""
    check_partial_decryption(election, key, tally, proved.decryption)
    check_factors(election, key, tally, proved.decryption, proved.factors_proof)


def _pairs(tally: EncryptedTally, decryption: PartialDecryption) -> Iterator[tuple[Element, Element]]:
    for row, factors in zip(tally.questions, decryption.factors, strict=True):
        for ciphertext, factor in zip(row, factors, strict=True):
            yield ciphertext.alpha, factor


def _weighted(
    election: Election, public_key: Element, tally: EncryptedTally, decryption: PartialDecryption
) -> tuple[str, Element, Element]:
    """The statement, α* and F*."""
    group, pairs = election.group, list(_pairs(tally, decryption))
    serialised = ",".join(f"{group.serialise(alpha)},{group.serialise(factor)}" for alpha, factor in pairs)
    digest = sha256_hex(f"{election.hash}|{group.serialise(public_key)}|{serialised}")
    weights = [int(sha256_hex(f"{digest}|{index}")[:WEIGHT_DIGITS], 16) for index in range(len(pairs))]
    alpha = group.product_of_powers([alpha for alpha, _factor in pairs], weights)
    factor = group.product_of_powers([factor for _alpha, factor in pairs], weights)
    return f"asar-factors|{digest}", alpha, factor


def prove_factors(election: Election, private_key: int, tally: EncryptedTally, decryption: PartialDecryption) -> Proof:
    """One trustee's proof for all factors of `decryption`, which it made of `tally` with `private_key`."""
    public_key = election.group.generator.exp(private_key)
    statement, alpha, _factor = _weighted(election, public_key, tally, decryption)
    return prove_equality(election.group, private_key, election.group.ladder(alpha), statement)


def check_factors(
    election: Election, key: TrusteeKey, tally: EncryptedTally, decryption: PartialDecryption, proof: Proof
) -> None:
    """Raise ProtocolError (DECRYPTION) unless every factor is α^x for the x of this trustee's key.

    `decryption` has passed `check_partial_decryption`: its shape is the tally's, its elements are members.
    """
    group = election.group
    statement, alpha, factor = _weighted(election, key.public_key, tally, decryption)
    public, base, power = (group.ladder(element) for element in (key.public_key, alpha, factor))
    if not equality_holds(group, public, base, power, statement, proof):
        raise ProtocolError(
            Check.DECRYPTION, "A decryption factor is wrong.", equation="c = H(asar-factors|…|g^r·X^c,α*^r·F*^c)"
        )
