"""Proofs that somebody has a key, for signing in and for confirming: Asar's own, they are never in the archive.

* A voter signs in: c = H(asar-login|origin|uuid|nonce|g^s|A), r = w - s·c.
* A trustee confirms the key in trustees.json before opening: c = H(asar-confirm|uuid|SHA-256 of trustees.json|X|A).

Their statements begin differently from "sig|" (a ballot's signature), "pok|" and each other, and none of their parts
may hold the separator, so that no such proof is ever one of another kind: a server cannot have a ballot signed by
calling its hash a nonce.
"""

from pb.core.belenios.canonical import Check, ProtocolError
from pb.core.belenios.groups import Element, Group
from pb.core.belenios.messages import Proof
from pb.core.belenios.proofs import knowledge_holds, prove_knowledge

SEPARATOR = "|"


def _statement(check: Check, purpose: str, *parts: str) -> str:
    if any(SEPARATOR in part for part in parts):
        raise ProtocolError(check, "A part of the statement holds the separator.")
    return SEPARATOR.join((purpose, *parts))


def prove_login(group: Group, secret: int, *, origin: str, uuid: str, nonce: str) -> Proof:
    """The voter's proof for the server at `origin` (scheme, host and port) and this `nonce`. `secret` is s mod q."""
    credential = group.serialise(group.generator.exp(secret))
    return prove_knowledge(group, secret, _statement(Check.LOGIN, "asar-login", origin, uuid, nonce, credential))


def check_login(group: Group, credential: str, proof: Proof, *, origin: str, uuid: str, nonce: str) -> None:
    """Check a voter's proof for the serialised public credential.

    Raises ProtocolError: LOGIN for a proof that does not hold, ELEMENT or MEMBERSHIP for a credential that is none.
    That the nonce is fresh and used once is for the caller.
    """
    public = group.ladder(group.parse(credential))
    statement = _statement(Check.LOGIN, "asar-login", origin, uuid, nonce, credential)
    if not knowledge_holds(group, public, statement, proof):
        raise ProtocolError(Check.LOGIN, "The proof of the code does not hold.", equation="c = H(asar-login|…|g^r·S^c)")


def prove_confirmation(group: Group, private_key: int, *, uuid: str, trustees_sha256: str) -> Proof:
    """A trustee's confirmation that the key is in trustees.json, whose SHA-256 (hexadecimal) is given."""
    public_key = group.serialise(group.generator.exp(private_key))
    statement = _statement(Check.CONFIRMATION, "asar-confirm", uuid, trustees_sha256, public_key)
    return prove_knowledge(group, private_key, statement)


def check_confirmation(group: Group, public_key: Element, proof: Proof, *, uuid: str, trustees_sha256: str) -> None:
    """Raise ProtocolError (CONFIRMATION) unless the owner of `public_key` confirmed this trustees.json."""
    serialised = group.serialise(public_key)
    public = group.ladder(group.parse(serialised))
    statement = _statement(Check.CONFIRMATION, "asar-confirm", uuid, trustees_sha256, serialised)
    if not knowledge_holds(group, public, statement, proof):
        raise ProtocolError(
            Check.CONFIRMATION, "The trustee's confirmation does not hold.", equation="c = H(asar-confirm|…|g^r·X^c)"
        )
