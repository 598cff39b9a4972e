"""Trustees' keys, mandatory ("Single") trustees (sections 3.1.1, 4.5 and 4.7 of the specification)."""

import secrets
from collections.abc import Sequence

from pb.core.belenios.canonical import Check, ProtocolError, sha256_hex
from pb.core.belenios.group import Element, Group
from pb.core.belenios.proofs import knowledge_holds, prove_knowledge
from pb.core.belenios.trustee_key import TrusteeKey


def generate_private_key(group: Group) -> int:
    """A private key x, uniform in 1..q-1."""
    return 1 + secrets.randbelow(group.q - 1)


def trustee_key(group: Group, private_key: int) -> TrusteeKey:
    """The public key X = g^x with its proof of knowledge, c = H(pok|G|X|A) (section 4.5)."""
    public_key = group.generator.exp(private_key)
    return TrusteeKey(public_key, prove_knowledge(group, private_key, _statement(group, public_key)))


def _statement(group: Group, public_key: Element) -> str:
    return f"pok|{group.name}|{group.serialise(public_key)}"


def check_trustee_key(group: Group, key: TrusteeKey) -> None:
    """Raise ProtocolError: MEMBERSHIP outside the group, TRUSTEES for the identity or a wrong proof of knowledge."""
    public = group.ladder(key.public_key)
    if not public.is_member():
        raise ProtocolError(Check.MEMBERSHIP, "A trustee's key is not in the group.", equation="X^q = 1 mod p")
    if key.public_key == group.one:
        raise ProtocolError(Check.TRUSTEES, "A trustee's key is the identity.", equation="X ≠ 1")
    if not knowledge_holds(group, public, _statement(group, key.public_key), key.pok):
        raise ProtocolError(
            Check.TRUSTEES, "A trustee does not prove to know the private key.", equation="c = H(pok|G|X|g^r·X^c)"
        )


def combine_keys(group: Group, keys: Sequence[TrusteeKey]) -> Element:
    """The election's public key y: the product of the trustees' keys (section 3.1.1)."""
    y = group.one
    for key in keys:
        y = group.mul(y, key.public_key)
    return y


def fingerprint(group: Group, key: TrusteeKey) -> str:
    """SHA-256 of the serialised public key, hexadecimal: what the minutes hold."""
    return sha256_hex(group.serialise(key.public_key))
