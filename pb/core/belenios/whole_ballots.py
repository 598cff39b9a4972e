"""Answers to non-homomorphic questions (section 4.11.2 of the specification): one ciphertext for all numbers.

The proof of knowledge of r is bound to poll and voter, so that nobody can put in a copy of another's answer. That the
numbers obey the poll's rule shows after decryption alone.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from pb.core.belenios.canonical import Check, JSONValue, ProtocolError, fields
from pb.core.belenios.group import Base, Element, Group, VariableBase
from pb.core.belenios.primitives import Ciphertext, Proof
from pb.core.belenios.proofs import knowledge_holds, prove_knowledge
from pb.core.belenios.questions import WholeQuestion


@dataclass(frozen=True, slots=True)
class WholeAnswer:
    """An encrypted answer to a non-homomorphic question."""

    choices: Ciphertext
    proof: Proof

    @classmethod
    def from_value(cls, value: JSONValue, group: Group) -> Self:
        members = fields(value, "choices", "proof")
        return cls(Ciphertext.from_value(members["choices"], group), Proof.from_value(members["proof"], group.q))

    def to_value(self, group: Group) -> dict[str, JSONValue]:
        return {"choices": self.choices.to_value(group), "proof": self.proof.to_value()}


def _statement(group: Group, context: str, y: Element, choices: Ciphertext) -> str:
    elements = ",".join(group.serialise(element) for element in (y, choices.alpha, choices.beta))
    return f"raweg|{context}|{elements}"


def encrypt_whole(group: Group, context: str, y: Base, question: WholeQuestion, numbers: Sequence[int]) -> WholeAnswer:
    """Encrypt a number of 0..255 for each answer: α = g^r, β = y^r·ξ, c = H(raweg|S0|y,α,β|A).

    `context` is S0. Raises ProtocolError (PLAINTEXT) for a wrong count of numbers or one out of range.
    """
    if len(numbers) != len(question.answers):
        raise ProtocolError(Check.PLAINTEXT, "An answer is a number for each choice.")
    r = secrets.randbelow(group.q)
    choices = Ciphertext(group.generator.exp(r), group.mul(y.exp(r), group.encode(numbers)))
    return WholeAnswer(choices, prove_knowledge(group, r, _statement(group, context, y.element, choices)))


def check_whole(
    group: Group, context: str, y: Element, alpha: VariableBase, beta: VariableBase, answer: WholeAnswer
) -> None:
    """Raise ProtocolError (WHOLE_PROOF) unless the proof holds. α and β must be known to be in the group."""
    statement = _statement(group, context, y, Ciphertext(alpha.element, beta.element))
    if not knowledge_holds(group, alpha, statement, answer.proof):
        raise ProtocolError(
            Check.WHOLE_PROOF,
            "The voter does not prove to have made the answer.",
            equation="c = H(raweg|S0|y,α,β|g^r·α^c)",
        )
