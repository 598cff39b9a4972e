"""Verifiable shuffles, Terelius and Wikström's proof as in CHVote 1.3.2 (sections 4.17 and 6 of the specification).

A shuffle re-encrypts the ciphertexts of each non-homomorphic question and permutes them: only the shuffler knows which
comes from which. Names are those of tables 1 to 13: e and e' the ciphertexts before and after, ψ the
permutation, c its commitment, ĉ the chain of commitments, t the first message, s the responses.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Self

from pb.core.belenios.canonical import (
    Check,
    JSONValue,
    ProtocolError,
    dump_json,
    fields,
    hash_mod,
    items,
    parse_exponent,
    parse_json,
    sha256_hex,
)
from pb.core.belenios.group import Element, Group
from pb.core.belenios.messages import LARGE, Election
from pb.core.belenios.primitives import Ciphertext

Rows = tuple[tuple[Ciphertext, ...], ...]
"""The ciphertexts of each non-homomorphic question."""


@dataclass(frozen=True, slots=True)
class Commitments:
    """t of the proof: (t1, t2, t3, (t4,1, t4,2), [t̂1, .., t̂N])."""

    permutation: Element
    chain: Element
    weighted: Element
    beta: Element
    alpha: Element
    links: tuple[Element, ...]

    @classmethod
    def from_value(cls, value: JSONValue, group: Group) -> Self:
        match items(value):
            case [t1, t2, t3, [t41, t42], [*links]]:
                t1, t2, t3, t41, t42 = (group.read(element) for element in (t1, t2, t3, t41, t42))
                return cls(t1, t2, t3, t41, t42, tuple(group.read(link) for link in links))
        raise ProtocolError(Check.FORM, "The commitments of a shuffle are not in their form.")

    def to_value(self, group: Group) -> JSONValue:
        first, fourth = (self.permutation, self.chain, self.weighted), (self.beta, self.alpha)
        write = group.serialise
        return [*map(write, first), [*map(write, fourth)], [*map(write, self.links)]]

    def hashed(self, group: Group) -> str:
        five = (self.permutation, self.chain, self.weighted, self.beta, self.alpha)
        return _elements(group, five) + _elements(group, self.links)


@dataclass(frozen=True, slots=True)
class Responses:
    """s of the proof: (s1, s2, s3, s4, [ŝ1, .., ŝN], [s'1, .., s'N])."""

    permutation: int
    chain: int
    weighted: int
    ciphertexts: int
    links: tuple[int, ...]
    weights: tuple[int, ...]

    @classmethod
    def from_value(cls, value: JSONValue, q: int) -> Self:
        match items(value):
            case [s1, s2, s3, s4, [*links], [*weights]]:
                s1, s2, s3, s4 = (parse_exponent(number, q) for number in (s1, s2, s3, s4))
                links, weights = ([parse_exponent(number, q) for number in row] for row in (links, weights))
                return cls(s1, s2, s3, s4, tuple(links), tuple(weights))
        raise ProtocolError(Check.FORM, "The responses of a shuffle are not in their form.")

    def to_value(self) -> JSONValue:
        four = (self.permutation, self.chain, self.weighted, self.ciphertexts)
        return [*map(str, four), [*map(str, self.links)], [*map(str, self.weights)]]


@dataclass(frozen=True, slots=True)
class ShuffleProof:
    """The proof for one question: t, s, c and ĉ."""

    commitments: Commitments
    responses: Responses
    permutation: tuple[Element, ...]
    chain: tuple[Element, ...]

    @classmethod
    def from_value(cls, value: JSONValue, group: Group) -> Self:
        match items(value):
            case [t, s, [*permutation], [*chain]]:
                return cls(
                    Commitments.from_value(t, group),
                    Responses.from_value(s, group.q),
                    tuple(group.read(element) for element in permutation),
                    tuple(group.read(element) for element in chain),
                )
        raise ProtocolError(Check.FORM, "The proof of a shuffle is not in its form.")

    def to_value(self, group: Group) -> JSONValue:
        permutation, chain = ([*map(group.serialise, row)] for row in (self.permutation, self.chain))
        return [self.commitments.to_value(group), self.responses.to_value(), permutation, chain]


@dataclass(frozen=True, slots=True)
class Shuffle:
    """One trustee's shuffle (section 4.17): the new ciphertexts of each non-homomorphic question, and the proofs."""

    ciphertexts: Rows
    proofs: tuple[ShuffleProof, ...]

    @classmethod
    def parse(cls, data: str | bytes, group: Group) -> Self:
        """Elements are read; `check_shuffle` checks membership. Raises ProtocolError (FORM, NUMBER, ELEMENT)."""
        members = fields(parse_json(data, limit=LARGE), "ciphertexts", "proofs")
        return cls(
            tuple(
                tuple(Ciphertext.from_value(ciphertext, group) for ciphertext in items(row))
                for row in items(members["ciphertexts"])
            ),
            tuple(ShuffleProof.from_value(proof, group) for proof in items(members["proofs"])),
        )

    def to_json(self, group: Group) -> str:
        rows = [[ciphertext.to_value(group) for ciphertext in row] for row in self.ciphertexts]
        return dump_json({"ciphertexts": rows, "proofs": [proof.to_value(group) for proof in self.proofs]})


def _elements(group: Group, elements: Sequence[Element]) -> str:
    """JcK of table 10."""
    return "".join(f"{group.serialise(element)}," for element in elements)


def _ciphertexts(group: Group, row: Sequence[Ciphertext]) -> str:
    """JeK of table 10."""
    return "".join(f"{group.serialise(e.alpha)},{group.serialise(e.beta)}," for e in row)


def _weights(group: Group, count: int, statement: str) -> list[int]:
    """The challenges u of table 11: a challenge for each ciphertext."""
    digest = sha256_hex(statement)
    return [hash_mod(group.q, digest + sha256_hex(str(index))) for index in range(count)]


def _product(group: Group, elements: Sequence[Element]) -> Element:
    product = group.one
    for element in elements:
        product = group.mul(product, element)
    return product


def shuffle(election: Election, rows: Rows, *, progress: Callable[[int, int], None] | None = None) -> Shuffle:
    """Shuffle the ciphertexts of each non-homomorphic question anew, with proofs.

    `progress` hears how many of how many ciphertexts are done. The permutation and all randomness are forgotten.
    """
    total, done = sum(len(row) for row in rows), 0
    ciphertexts, proofs = [], []
    for row in rows:
        after, proof = _shuffle_row(election, row)
        ciphertexts.append(after)
        proofs.append(proof)
        done += len(row)
        if progress is not None:
            progress(done, total)
    return Shuffle(tuple(ciphertexts), tuple(proofs))


def _shuffle_row(election: Election, before: Sequence[Ciphertext]) -> tuple[tuple[Ciphertext, ...], ShuffleProof]:
    group, y, count = election.group, election.group.fixed(election.public_key), len(before)
    permutation = list(range(count))
    secrets.SystemRandom().shuffle(permutation)
    randomness = [secrets.randbelow(group.q) for _ in before]
    again = [
        Ciphertext(group.mul(e.alpha, group.generator.exp(r)), group.mul(e.beta, y.exp(r)))
        for e, r in zip(before, randomness, strict=True)
    ]
    after = tuple(again[place] for place in permutation)
    return after, _prove(election, before, after, randomness, permutation)


def _prove(
    election: Election,
    before: Sequence[Ciphertext],
    after: Sequence[Ciphertext],
    randomness: Sequence[int],
    permutation: Sequence[int],
) -> ShuffleProof:
    """GenShuffleProof, table 4. `randomness` belongs to `before`; after[i] comes from before[permutation[i]]."""
    group, q, g, count = election.group, election.group.q, election.group.generator, len(before)
    y = group.fixed(election.public_key)
    h, hs = group.independent_generator(-1), [group.independent_generator(i) for i in range(count)]

    def random(how_many: int = count) -> list[int]:
        return [secrets.randbelow(q) for _ in range(how_many)]

    r = random()
    committed = [group.one] * count
    for place, source in enumerate(permutation):
        committed[source] = group.mul(g.exp(r[source]), hs[place])
    transcript = _ciphertexts(group, before) + _ciphertexts(group, after) + _elements(group, committed)
    u = _weights(group, count, f"shuffle-challenges|{election.hash}|{transcript}")
    permuted = [u[source] for source in permutation]
    chain, r_hat = _commitment_chain(group, h, permuted)

    w1, w2, w3, w4 = random(4)
    w_hat, w_prime = random(), random()
    blinded_beta = group.product_of_powers([e.beta for e in after], w_prime)
    blinded_alpha = group.product_of_powers([e.alpha for e in after], w_prime)
    commitments = Commitments(
        permutation=g.exp(w1),
        chain=g.exp(w2),
        weighted=group.mul(g.exp(w3), group.product_of_powers(hs, w_prime)),
        beta=group.mul(y.exp(-w4), blinded_beta),
        alpha=group.mul(g.exp(-w4), blinded_alpha),
        links=tuple(
            group.mul(g.exp(w_hat[i]), group.exp(previous, w_prime[i]))
            for i, previous in enumerate([h, *chain[:-1]][:count])
        ),
    )
    transcript += _elements(group, chain) + group.serialise(election.public_key)
    challenge = hash_mod(q, f"shuffle-challenge|{election.hash}|{commitments.hashed(group)}{transcript}")
    suffixes = list(accumulate(permuted[:0:-1], lambda product, weight: product * weight % q, initial=1))[::-1]
    responses = Responses(
        permutation=(w1 + challenge * sum(r)) % q,
        chain=(w2 + challenge * sum(a * b for a, b in zip(r_hat, suffixes, strict=False))) % q,
        weighted=(w3 + challenge * sum(a * b for a, b in zip(r, u, strict=True))) % q,
        ciphertexts=(w4 + challenge * sum(a * b for a, b in zip(randomness, u, strict=True))) % q,
        links=tuple((w + challenge * x) % q for w, x in zip(w_hat, r_hat, strict=True)),
        weights=tuple((w + challenge * x) % q for w, x in zip(w_prime, permuted, strict=True)),
    )
    return ShuffleProof(commitments, responses, tuple(committed), tuple(chain))


def _commitment_chain(group: Group, start: Element, weights: Sequence[int]) -> tuple[list[Element], list[int]]:
    """GenCommitmentChain, table 12."""
    chain: list[Element] = []
    randomness: list[int] = []
    previous = start
    for weight in weights:
        randomness.append(secrets.randbelow(group.q))
        previous = group.mul(group.generator.exp(randomness[-1]), group.exp(previous, weight))
        chain.append(previous)
    return chain, randomness


def check_shuffle(election: Election, before: Rows, shuffled: Shuffle) -> None:
    """Check every proof of a shuffle of these ciphertexts, which must be known to be in the group.

    Raises ProtocolError: SHUFFLE for a missing part or a proof that does not hold, MEMBERSHIP for an element outside
    the group.
    """
    if not len(before) == len(shuffled.ciphertexts) == len(shuffled.proofs):
        raise ProtocolError(Check.SHUFFLE, "A shuffle does not have ciphertexts and a proof for each question.")
    for row, after, proof in zip(before, shuffled.ciphertexts, shuffled.proofs, strict=True):
        _check_row(election, row, after, proof)


def _check_row(
    election: Election, before: Sequence[Ciphertext], after: Sequence[Ciphertext], proof: ShuffleProof
) -> None:
    """CheckShuffleProof, table 5."""
    group, g, count = election.group, election.group.generator, len(before)
    t, s = proof.commitments, proof.responses
    if {len(after), len(t.links), len(s.links), len(s.weights), len(proof.permutation), len(proof.chain)} != {count}:
        raise ProtocolError(Check.SHUFFLE, "A shuffle does not have one of each per ciphertext.")
    received = (*proof.permutation, *proof.chain, *(part for e in after for part in (e.alpha, e.beta)))
    for element in () if group.powers_check_membership else received:
        if not group.is_member(element):
            raise ProtocolError(Check.MEMBERSHIP, "An element of a shuffle is not in the group.", equation="x^q = 1")
    y = group.fixed(election.public_key)
    h, hs = group.independent_generator(-1), [group.independent_generator(i) for i in range(count)]
    transcript = _ciphertexts(group, before) + _ciphertexts(group, after) + _elements(group, proof.permutation)
    u = _weights(group, count, f"shuffle-challenges|{election.hash}|{transcript}")
    transcript += _elements(group, proof.chain) + group.serialise(election.public_key)
    challenge = hash_mod(group.q, f"shuffle-challenge|{election.hash}|{t.hashed(group)}{transcript}")

    def inverse_power(element: Element) -> Element:
        return group.inv(group.exp(element, challenge))

    expected_links = [
        group.mul(inverse_power(link), group.mul(g.exp(s.links[place]), group.exp(previous, s.weights[place])))
        for place, (previous, link) in enumerate(pairwise([h, *proof.chain]))
    ]
    total = 1
    for weight in u:
        total = total * weight % group.q
    c_bar = group.mul(_product(group, proof.permutation), group.inv(_product(group, hs)))
    c_hat = group.mul([h, *proof.chain][-1], group.inv(group.exp(h, total)))
    c_tilde = group.product_of_powers(proof.permutation, u)
    alpha = group.product_of_powers([e.alpha for e in before], u)
    beta = group.product_of_powers([e.beta for e in before], u)
    weighted = group.product_of_powers(hs, s.weights)
    new_alpha = group.product_of_powers([e.alpha for e in after], s.weights)
    new_beta = group.product_of_powers([e.beta for e in after], s.weights)
    for holds, equation in (
        (t.permutation == group.mul(inverse_power(c_bar), g.exp(s.permutation)), "t1 = (Πc/Πh)^-c·g^s1"),
        (t.chain == group.mul(inverse_power(c_hat), g.exp(s.chain)), "t2 = (ĉN/h^Πu)^-c·g^s2"),
        (
            t.weighted == group.mul(inverse_power(c_tilde), group.mul(g.exp(s.weighted), weighted)),
            "t3 = (Πc^u)^-c·g^s3·Πh^s'",
        ),
        (
            t.beta == group.mul(inverse_power(beta), group.mul(y.exp(-s.ciphertexts), new_beta)),
            "t4,1 = (Πβ^u)^-c·y^-s4·Πβ'^s'",
        ),
        (
            t.alpha == group.mul(inverse_power(alpha), group.mul(g.exp(-s.ciphertexts), new_alpha)),
            "t4,2 = (Πα^u)^-c·g^-s4·Πα'^s'",
        ),
    ):
        if not holds:
            raise ProtocolError(Check.SHUFFLE, "A shuffle is not proved.", equation=equation)
    for place, (link, expected) in enumerate(zip(t.links, expected_links, strict=True), start=1):
        if link != expected:
            raise ProtocolError(
                Check.SHUFFLE,
                "A shuffle is not proved (ciphertext %(ciphertext)s).",
                equation="t̂i = ĉi^-c·g^ŝi·ĉ(i-1)^s'i",
                ciphertext=place,
            )
