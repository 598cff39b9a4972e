"""Zero-knowledge proofs (sections 4.5, 4.12, 4.13, 4.14 and 4.18 of the specification).

All of them are Sigma protocols made non-interactive with H, SHA-256 modulo q, and serialised as challenge and
response. Three shapes serve every message: knowledge of a logarithm, equality of two logarithms, and a disjunction
of statements "this ciphertext encrypts this number" of which the prover can open one.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from pb.core.belenios.canonical import hash_mod
from pb.core.belenios.group import Base, Element, Group
from pb.core.belenios.primitives import Proof


def prove_knowledge(group: Group, secret: int, statement: str) -> Proof:
    """Prove knowledge of `secret`, the logarithm of X = g^secret.

    c = H(statement|A), r = w - secret·c, with A = g^w. The statement names the purpose and everything that the
    proof is bound to: "pok|G|X" (section 4.5), "sig|hash" (section 4.14).
    """
    w = secrets.randbelow(group.q)
    challenge = hash_mod(group.q, f"{statement}|{group.serialise(group.generator.exp(w))}")
    return Proof(challenge, (w - secret * challenge) % group.q)


def knowledge_holds(group: Group, public: Base, statement: str, proof: Proof) -> bool:
    """Whether c = H(statement|A) for A = g^r X^c. `public` must be known to be in the group."""
    commitment = group.mul(group.generator.exp(proof.response), public.exp(proof.challenge))
    return hash_mod(group.q, f"{statement}|{group.serialise(commitment)}") == proof.challenge


def prove_equality(group: Group, secret: int, alpha: Base, statement: str) -> Proof:
    """Prove that g and `alpha` are raised to the same `secret` (section 4.18).

    c = H(statement|A,B), r = w - secret·c, with A = g^w and B = α^w.
    """
    w = secrets.randbelow(group.q)
    commitments = f"{group.serialise(group.generator.exp(w))},{group.serialise(alpha.exp(w))}"
    challenge = hash_mod(group.q, f"{statement}|{commitments}")
    return Proof(challenge, (w - secret * challenge) % group.q)


def equality_holds(group: Group, public: Base, alpha: Base, factor: Base, statement: str, proof: Proof) -> bool:
    """Whether c = H(statement|A,B) for A = g^r X^c and B = α^r F^c. All bases must be known to be in the group."""
    c, r = proof.challenge, proof.response
    a = group.mul(group.generator.exp(r), public.exp(c))
    b = group.mul(alpha.exp(r), factor.exp(c))
    return hash_mod(group.q, f"{statement}|{group.serialise(a)},{group.serialise(b)}") == c


@dataclass(frozen=True, slots=True)
class Claim:
    """A branch as its prover sees it: a ciphertext of `plaintext` made with `randomness` is said to hold `message`."""

    randomness: int
    plaintext: int
    message: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A branch as its verifier sees it: (alpha, beta) encrypts `message`."""

    alpha: Base
    beta: Base
    message: int


def prove_disjunction(group: Group, y: Base, prefix: str, claims: Sequence[Claim]) -> tuple[Proof, ...]:
    """Prove that one of the claims is true, without telling which (sections 4.12 and 4.13).

    The challenges sum up to H(prefix A0,B0,..,Ak,Bk) modulo q. The first true claim is proved, the others are
    simulated; since the prover knows each randomness, A = g^(s+rc) and B = y^(s+rc) g^((m-M)c) need fixed bases
    alone. A claim must be true (ValueError otherwise: the caller checks the plaintexts first).
    """
    real = next((index for index, claim in enumerate(claims) if claim.plaintext == claim.message), None)
    if real is None:
        raise ValueError("none of the claims is true")
    q, g = group.q, group.generator
    w = secrets.randbelow(q)
    proofs: list[Proof] = []
    commitments: list[str] = []
    for index, claim in enumerate(claims):
        proof = Proof(0, 0) if index == real else Proof(secrets.randbelow(q), secrets.randbelow(q))
        exponent = w if index == real else proof.response + claim.randomness * proof.challenge
        b = y.exp(exponent)
        if index != real and claim.plaintext != claim.message:
            b = group.mul(b, g.exp((claim.plaintext - claim.message) * proof.challenge))
        commitments.append(f"{group.serialise(g.exp(exponent))},{group.serialise(b)}")
        proofs.append(proof)
    total = sum(proof.challenge for proof in proofs)
    challenge = (hash_mod(q, prefix + ",".join(commitments)) - total) % q
    proofs[real] = Proof(challenge, (w - claims[real].randomness * challenge) % q)
    return tuple(proofs)


def disjunction_holds(
    group: Group, y: Base, prefix: str, statements: Sequence[Statement], proofs: Sequence[Proof]
) -> bool:
    """Whether the challenges sum up to H(prefix A0,B0,..,Ak,Bk) modulo q, one proof per statement (section 4.12).

    Aj = g^s α^c and Bj = y^s (β/g^M)^c. The bases of all statements must be known to be in the group.
    """
    if len(statements) != len(proofs):
        return False
    g = group.generator
    total = 0
    commitments: list[str] = []
    for statement, proof in zip(statements, proofs, strict=True):
        c, s = proof.challenge, proof.response
        a = group.mul(g.exp(s), statement.alpha.exp(c))
        b = group.mul(y.exp(s), statement.beta.exp(c))
        if statement.message:
            b = group.mul(b, g.exp(-statement.message * c))
        commitments.append(f"{group.serialise(a)},{group.serialise(b)}")
        total += c
    return hash_mod(group.q, prefix + ",".join(commitments)) == total % group.q


def interval_prefix(group: Group, context: str, alpha: Element, beta: Element) -> str:
    """The part of Hiprove before the commitments (section 4.12): prove|S|α,β|."""
    return f"prove|{context}|{group.serialise(alpha)},{group.serialise(beta)}|"
