"""Ballots: making one and checking one (sections 4.11, 4.13, 4.14 and 4.15 of the specification).

The context of a ballot's proofs is S0 = φ|g^s, so that nobody can reuse a part of another's ballot; the overall
proofs are bound to the whole answer by S = S0|α1,β1,α2,β2,...
"""

import secrets
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Self

from pb.core.belenios.canonical import (
    Check,
    JSONValue,
    ProtocolError,
    dump_json,
    fields,
    hash_base64,
    items,
    parse_json,
    text,
)
from pb.core.belenios.groups import Base, Element, Group, VariableBase
from pb.core.belenios.messages import Ciphertext, Election, Proof, Question, WholeQuestion, parse_uuid, product
from pb.core.belenios.proofs import (
    Claim,
    Statement,
    disjunction_holds,
    interval_prefix,
    knowledge_holds,
    prove_disjunction,
    prove_knowledge,
)
from pb.core.belenios.questions import AnyQuestion
from pb.core.belenios.whole_ballots import WholeAnswer, check_whole, encrypt_whole


@dataclass(frozen=True, slots=True)
class Answer:
    """An encrypted answer to a homomorphic question (section 4.11.1)."""

    choices: tuple[Ciphertext, ...]
    individual_proofs: tuple[tuple[Proof, ...], ...]
    overall_proof: tuple[Proof, ...]
    blank_proof: tuple[Proof, ...] | None = None

    @classmethod
    def from_value(cls, value: JSONValue, group: Group) -> Self:
        names = ("choices", "individual_proofs", "overall_proof")
        members = fields(value, *names, optional=("blank_proof",))

        def proofs(entry: JSONValue) -> tuple[Proof, ...]:
            return tuple(Proof.from_value(proof, group.q) for proof in items(entry))

        return cls(
            choices=tuple(Ciphertext.from_value(choice, group) for choice in items(members["choices"])),
            individual_proofs=tuple(proofs(entry) for entry in items(members["individual_proofs"])),
            overall_proof=proofs(members["overall_proof"]),
            blank_proof=proofs(members["blank_proof"]) if "blank_proof" in members else None,
        )

    def to_value(self, group: Group) -> dict[str, JSONValue]:
        blank = {} if self.blank_proof is None else {"blank_proof": [proof.to_value() for proof in self.blank_proof]}
        return {
            "choices": [choice.to_value(group) for choice in self.choices],
            "individual_proofs": [[proof.to_value() for proof in proofs] for proofs in self.individual_proofs],
            "overall_proof": [proof.to_value() for proof in self.overall_proof],
            **blank,
        }


def _parse_answer(value: JSONValue, group: Group) -> Answer | WholeAnswer:
    """An answer to a question of either kind; its form says which."""
    if isinstance(value, dict) and "proof" in value:
        return WholeAnswer.from_value(value, group)
    return Answer.from_value(value, group)


@dataclass(frozen=True, slots=True)
class Signature:
    """The credential's signature of a ballot (section 4.14)."""

    hash: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot (section 4.15). `credential` is the serialised public credential g^s."""

    election_uuid: str
    election_hash: str
    credential: str
    answers: tuple[Answer | WholeAnswer, ...]
    signature: Signature

    @classmethod
    def parse(cls, data: str | bytes, group: Group) -> Self:
        """Raises ProtocolError (FORM, NUMBER, ELEMENT). Elements are read; `check_ballot` checks membership."""
        names = ("election_uuid", "election_hash", "credential", "answers", "signature")
        members = fields(parse_json(data), *names)
        signature = fields(members["signature"], "hash", "proof")
        group.read(members["credential"])
        return cls(
            election_uuid=parse_uuid(members["election_uuid"]),
            election_hash=text(members["election_hash"]),
            credential=members["credential"],
            answers=tuple(_parse_answer(answer, group) for answer in items(members["answers"])),
            signature=Signature(text(signature["hash"]), Proof.from_value(signature["proof"], group.q)),
        )

    def unsigned_json(self, group: Group) -> str:
        """The ballot without its signature: what the signature's hash is made of (section 4.15)."""
        return dump_json(
            {
                "election_uuid": self.election_uuid,
                "election_hash": self.election_hash,
                "credential": self.credential,
                "answers": [answer.to_value(group) for answer in self.answers],
            }
        )

    def to_json(self, group: Group) -> str:
        signature = dump_json({"hash": self.signature.hash, "proof": self.signature.proof.to_value()})
        return f'{self.unsigned_json(group)[:-1]},"signature":{signature}}}'


def tracker(ballot_json: str | bytes) -> str:
    """The smart ballot tracker (section 4.15): base64 of SHA-256 of the ballot, without padding."""
    return hash_base64(ballot_json)


def encrypt_ballot(election: Election, secret: int, choices: Sequence[Sequence[int]]) -> Ballot:
    """Encrypt, prove and sign a ballot.

    `secret` is the credential's exponent s mod q (`credentials.derive`). `choices` holds for each homomorphic question
    a 0 or 1 for each answer, with the blank bit before them where the question allows a blank vote; for each
    non-homomorphic one a number of 0..255 for each answer. Raises ProtocolError (PLAINTEXT) for choices that the
    questions do not allow.
    """
    group = election.group
    if len(choices) != len(election.questions):
        raise ProtocolError(Check.PLAINTEXT, "One answer per question is needed.")
    credential = group.serialise(group.generator.exp(secret))
    context = f"{election.hash}|{credential}"
    answers = tuple(
        _encrypt_answer(election, context, question, bits)
        for question, bits in zip(election.questions, choices, strict=True)
    )
    unsigned = Ballot(election.uuid, election.hash, credential, answers, Signature("", Proof(0, 0)))
    return sign_ballot(unsigned, group, secret)


def sign_ballot(ballot: Ballot, group: Group, secret: int) -> Ballot:
    """The ballot with its signature (section 4.14): c = H(sig|hash|A), r = w - s·c."""
    digest = hash_base64(ballot.unsigned_json(group))
    return replace(ballot, signature=Signature(digest, prove_knowledge(group, secret, f"sig|{digest}")))


def check_plaintext(question: Question, bits: Sequence[int]) -> None:
    """Raise ProtocolError (PLAINTEXT) unless the question allows this answer."""
    blank, selected = (bits[0], sum(bits[1:])) if question.blank and bits else (0, sum(bits))
    if len(bits) != question.ciphertexts or any(bit not in {0, 1} for bit in bits):
        raise ProtocolError(Check.PLAINTEXT, "An answer is a 0 or 1 for each choice.")
    if selected if blank else not question.min <= selected <= question.max:
        raise ProtocolError(Check.PLAINTEXT, "The number of choices is not allowed.")


def _encrypt_answer(
    election: Election, context: str, question: AnyQuestion, bits: Sequence[int]
) -> Answer | WholeAnswer:
    group, y = election.group, election.group.fixed(election.public_key)
    if isinstance(question, WholeQuestion):
        return encrypt_whole(group, context, y, question, bits)
    check_plaintext(question, bits)
    randomness = [secrets.randbelow(group.q) for _ in bits]
    ciphertexts = [_encrypt(group, y, r, bit) for r, bit in zip(randomness, bits, strict=True)]
    individual = tuple(
        prove_disjunction(
            group,
            y,
            interval_prefix(group, context, ciphertext.alpha, ciphertext.beta),
            [Claim(r, bit, 0), Claim(r, bit, 1)],
        )
        for ciphertext, r, bit in zip(ciphertexts, randomness, bits, strict=True)
    )
    whole = _answer_context(group, context, ciphertexts)
    first = int(question.blank)
    total = product(group, ciphertexts[first:])
    r_sum, m_sum = sum(randomness[first:]) % group.q, sum(bits[first:])
    in_range = [Claim(r_sum, m_sum, count) for count in range(question.min, question.max + 1)]
    if not question.blank:
        prefix = interval_prefix(group, whole, total.alpha, total.beta)
        return Answer(tuple(ciphertexts), individual, prove_disjunction(group, y, prefix, in_range))
    blank = Claim(randomness[0], bits[0], 1)
    not_both = [Claim(randomness[0], bits[0], 0), Claim(r_sum, m_sum, 0)]
    return Answer(
        tuple(ciphertexts),
        individual,
        overall_proof=prove_disjunction(group, y, f"bproof1|{whole}|", [blank, *in_range]),
        blank_proof=prove_disjunction(group, y, f"bproof0|{whole}|", not_both),
    )


def _encrypt(group: Group, y: Base, r: int, bit: int) -> Ciphertext:
    mask = y.exp(r)
    return Ciphertext(group.generator.exp(r), group.mul(mask, group.g) if bit else mask)


def _answer_context(group: Group, context: str, ciphertexts: Sequence[Ciphertext]) -> str:
    """S, the context of an answer's overall proofs (section 4.11.1)."""
    pairs = ",".join(f"{group.serialise(c.alpha)},{group.serialise(c.beta)}" for c in ciphertexts)
    return f"{context}|{pairs}"


def check_ballot(election: Election, credentials: Container[str], data: str | bytes) -> Ballot:
    """Check a ballot as it came: canonical form, poll, credential, membership, signature, every proof.

    `credentials` are the public credentials that may vote. Returns the ballot; raises ProtocolError whose `check`
    says which check failed: FORM, NUMBER, ELEMENT, ELECTION, CREDENTIAL, ANSWERS, MEMBERSHIP, SIGNATURE,
    INDIVIDUAL_PROOF, OVERALL_PROOF, BLANK_PROOF or WHOLE_PROOF. That the credential has not voted is for the caller to
    know.
    """
    ballot = Ballot.parse(data, election.group)
    check_parsed_ballot(election, credentials, ballot)
    return ballot


def check_parsed_ballot(election: Election, credentials: Container[str], ballot: Ballot) -> None:
    """The part of `check_ballot` after parsing: everything but the canonical form. Raises ProtocolError."""
    check_origin(election, credentials, ballot)
    check_proofs(election, ballot)


def check_origin(election: Election, credentials: Container[str], ballot: Ballot) -> None:
    """Whether a ballot was made for this poll by one who may vote. Raises ProtocolError (ELECTION, CREDENTIAL)."""
    if (ballot.election_uuid, ballot.election_hash) != (election.uuid, election.hash):
        raise ProtocolError(Check.ELECTION, "The ballot was made for another poll.", equation="election_hash = φ")
    if ballot.credential not in credentials:
        raise ProtocolError(Check.CREDENTIAL, "The ballot's credential is not on the list.", equation="g^s ∈ L")


def check_proofs(election: Election, ballot: Ballot) -> None:
    """What costs time: the signature and every proof of a ballot. Raises ProtocolError (the checks that remain)."""
    if len(ballot.answers) != len(election.questions):
        raise ProtocolError(Check.ANSWERS, "The ballot does not answer each question once.")
    _check_signature(ballot, election.group)
    context = f"{election.hash}|{ballot.credential}"
    for question, answer in zip(election.questions, ballot.answers, strict=True):
        if isinstance(question, Question) and isinstance(answer, Answer):
            _check_answer(election, context, question, answer)
        elif isinstance(question, WholeQuestion) and isinstance(answer, WholeAnswer):
            alpha = _member(election.group, answer.choices.alpha)
            beta = _member(election.group, answer.choices.beta, raised=False)
            check_whole(election.group, context, election.public_key, alpha, beta, answer)
        else:
            raise ProtocolError(Check.ANSWERS, "An answer is of another kind than its question.")


def _check_signature(ballot: Ballot, group: Group) -> None:
    signature = ballot.signature
    if signature.hash != hash_base64(ballot.unsigned_json(group)):
        raise ProtocolError(
            Check.SIGNATURE, "The signature's hash is not the ballot's.", equation="hash = BASE64(SHA256(ballot))"
        )
    public = _member(group, group.read(ballot.credential))
    if not knowledge_holds(group, public, f"sig|{signature.hash}", signature.proof):
        raise ProtocolError(Check.SIGNATURE, "The ballot's signature is wrong.", equation="c = H(sig|hash|g^r·S^c)")


def _member(group: Group, element: Element, *, raised: bool = True) -> VariableBase:
    """A member of the group; `raised`: the proofs raise it to a power in any case."""
    base = group.ladder(element)
    if not (raised and group.powers_check_membership) and not base.is_member():
        raise ProtocolError(Check.MEMBERSHIP, "An element of the ballot is not in the group.", equation="x^q = 1 mod p")
    return base


def _members(group: Group, ciphertext: Ciphertext) -> tuple[VariableBase, VariableBase]:
    return _member(group, ciphertext.alpha), _member(group, ciphertext.beta)


def _check_answer(election: Election, context: str, question: Question, answer: Answer) -> None:
    group, y = election.group, election.group.fixed(election.public_key)
    _check_shape(question, answer)
    bases = [_members(group, choice) for choice in answer.choices]
    for (alpha, beta), proofs in zip(bases, answer.individual_proofs, strict=True):
        prefix = interval_prefix(group, context, alpha.element, beta.element)
        if not disjunction_holds(group, y, prefix, [Statement(alpha, beta, 0), Statement(alpha, beta, 1)], proofs):
            raise ProtocolError(
                Check.INDIVIDUAL_PROOF,
                "A choice is not proved to be 0 or 1.",
                equation="H(prove|S0|α,β|A0,B0,A1,B1) = Σc",
            )
    whole = _answer_context(group, context, answer.choices)
    total = product(group, answer.choices[int(question.blank) :])
    alpha, beta = group.ladder(total.alpha), group.ladder(total.beta)
    in_range = [Statement(alpha, beta, count) for count in range(question.min, question.max + 1)]
    if question.blank:
        blank_alpha, blank_beta = bases[0]
        not_both = [Statement(blank_alpha, blank_beta, 0), Statement(alpha, beta, 0)]
        if not disjunction_holds(group, y, f"bproof0|{whole}|", not_both, answer.blank_proof or ()):
            raise ProtocolError(
                Check.BLANK_PROOF, "A blank vote may hold choices.", equation="H(bproof0|S|A0,B0,AΣ,BΣ) = Σc"
            )
        prefix, statements = f"bproof1|{whole}|", [Statement(blank_alpha, blank_beta, 1), *in_range]
    else:
        prefix, statements = interval_prefix(group, whole, total.alpha, total.beta), in_range
    if not disjunction_holds(group, y, prefix, statements, answer.overall_proof):
        raise ProtocolError(
            Check.OVERALL_PROOF,
            "The number of choices is not proved to be allowed.",
            equation="H(…|A0,B0,..,Ak,Bk) = Σc",
        )


def _check_shape(question: Question, answer: Answer) -> None:
    """The number of ciphertexts and of proofs; a proof with branches cut off fails its own check."""
    count = question.ciphertexts
    if len(answer.choices) != count or len(answer.individual_proofs) != count:
        raise ProtocolError(Check.ANSWERS, "An answer does not have a ciphertext and a proof for each choice.")
    if (answer.blank_proof is not None) != question.blank:
        raise ProtocolError(Check.ANSWERS, "A blank proof is there where it may not be, or is missing.")
