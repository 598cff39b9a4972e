"""Messages about the election and its tally, as frozen values (section 4 of the specification).

Each has `parse`, which accepts the canonical JSON and nothing else (ProtocolError otherwise), and `to_json`, which
writes it. `parse` checks form, ranges and types; whether the values are true is for the modules that check proofs.
Elements of a ballot or a tally are only read (range, canonical form): whoever checks a proof checks membership too,
because it shares the work. Ballots have a module of their own.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

from pb.core.belenios.canonical import (
    MEBIBYTE,
    Check,
    JSONValue,
    ProtocolError,
    digest,
    dump_json,
    fields,
    hash_base64,
    items,
    parse_exponent,
    parse_json,
    text,
    whole,
)
from pb.core.belenios.groups import Element, Group, group_named

MAX_ANSWERS: Final = 1000
BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


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


@dataclass(frozen=True, slots=True)
class Question:
    """A homomorphic question (section 4.9.1): between `min` and `max` of the answers, or a blank vote if allowed."""

    answers: tuple[str, ...]
    min: int
    max: int
    question: str
    blank: bool = False

    @property
    def ciphertexts(self) -> int:
        """How many ciphertexts an answer holds: one per answer, and one before them if blank votes are allowed."""
        return len(self.answers) + self.blank

    @classmethod
    def from_value(cls, value: JSONValue) -> Self:
        """Extra fields are accepted, as the specification's own tool accepts them."""
        if isinstance(value, dict) and "type" in value:
            raise ProtocolError(Check.UNSUPPORTED, "Only homomorphic questions are supported.")
        members = fields(value, "answers", "min", "max", "question", extra=True)
        answers = tuple(text(answer) for answer in items(members["answers"]))
        if not 1 <= len(answers) <= MAX_ANSWERS:
            raise ProtocolError(Check.FORM, "The number of answers is out of bounds.")
        blank = members.get("blank", False)
        if not isinstance(blank, bool):
            raise ProtocolError(Check.FORM, "“blank” is either true or false.")
        most = whole(members["max"], most=len(answers))
        return cls(answers, whole(members["min"], most=most), most, text(members["question"]), blank)

    def to_value(self) -> dict[str, JSONValue]:
        blank = {"blank": True} if self.blank else {}
        answers = list(self.answers)
        return {"answers": answers, **blank, "min": self.min, "max": self.max, "question": self.question}


@dataclass(frozen=True, slots=True)
class Election:
    """An election (section 4.10), with the text it came from: the text is what is hashed and what voters get.

    `extra` holds the fields that the specification does not know, such as Asar's terms of the poll.
    """

    json: str = field(repr=False)
    hash: str
    uuid: str
    name: str
    description: str
    group: Group
    public_key: Element
    questions: tuple[Question, ...]
    extra: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        """Raises ProtocolError (FORM, ELEMENT, MEMBERSHIP, UNSUPPORTED)."""
        value = parse_json(data)
        names = ("version", "description", "name", "group", "public_key", "questions", "uuid")
        members = fields(value, *names, extra=True)
        whole(members["version"], least=1, most=1)
        group = group_named(text(members["group"]))
        public_key = group.parse(members["public_key"])
        if public_key == group.one:
            raise ProtocolError(Check.ELECTION_KEY, "The election's public key is the identity.", equation="y ≠ 1")
        questions = tuple(Question.from_value(question) for question in items(members["questions"]))
        if not questions:
            raise ProtocolError(Check.FORM, "An election needs a question.")
        for name in ("administrator", "credential_authority"):
            text(members.get(name, ""))
        json = data.decode() if isinstance(data, bytes) else data
        return cls(
            json=json,
            hash=hash_base64(json),
            uuid=parse_uuid(members["uuid"]),
            name=text(members["name"]),
            description=text(members["description"]),
            group=group,
            public_key=public_key,
            questions=questions,
            extra={name: members[name] for name in members if name not in names},
        )

    def to_json(self) -> str:
        return self.json


def generate_uuid() -> str:
    """A new identifier of an election: 14 random Base58 characters."""
    return "".join(secrets.choice(BASE58) for _ in range(14))


def parse_uuid(value: JSONValue) -> str:
    """An election's identifier (section 4.2): at least 14 Base58 characters. Raises ProtocolError (FORM)."""
    uuid = text(value)
    if not 14 <= len(uuid) <= 64 or not set(uuid) <= set(BASE58):
        raise ProtocolError(Check.FORM, "An election's identifier is at least 14 Base58 characters.")
    return uuid


@dataclass(frozen=True, slots=True)
class TrusteeKey:
    """A trustee's public key with the proof that its owner knows the private one (section 4.5)."""

    public_key: Element
    pok: Proof

    @classmethod
    def from_value(cls, value: JSONValue, group: Group) -> Self:
        members = fields(value, "pok", "public_key")
        return cls(group.parse(members["public_key"]), Proof.from_value(members["pok"], group.q))

    def to_value(self, group: Group) -> dict[str, JSONValue]:
        return {"pok": self.pok.to_value(), "public_key": group.serialise(self.public_key)}

    @classmethod
    def parse(cls, data: str | bytes, group: Group) -> Self:
        return cls.from_value(parse_json(data), group)

    def to_json(self, group: Group) -> str:
        return dump_json(self.to_value(group))


def parse_trustees(data: str | bytes, group: Group) -> tuple[TrusteeKey, ...]:
    """trustees.json (section 4.7): mandatory ("Single") trustees, at least one.

    Raises ProtocolError (FORM, NUMBER, ELEMENT, MEMBERSHIP; UNSUPPORTED for threshold trustees).
    """
    keys = []
    for entry in items(parse_json(data)):
        kind = items(entry)
        if kind[:1] == ["Pedersen"]:
            raise ProtocolError(Check.UNSUPPORTED, "Threshold trustees are not supported.")
        if len(kind) != 2 or kind[0] != "Single":
            raise ProtocolError(Check.FORM, "A trustee of an unknown kind.")
        keys.append(TrusteeKey.from_value(kind[1], group))
    if not keys:
        raise ProtocolError(Check.FORM, "An election needs a trustee.")
    return tuple(keys)


def trustees_json(keys: Sequence[TrusteeKey], group: Group) -> str:
    return dump_json([["Single", key.to_value(group)] for key in keys])


def parse_credentials(data: str | bytes, group: Group) -> dict[str, Element]:
    """The public credentials (section 4.8), text → element, in the order of the list.

    Raises ProtocolError (FORM, ELEMENT, MEMBERSHIP, UNSUPPORTED for weights, CREDENTIALS for one listed twice or 1).
    """
    listed: dict[str, Element] = {}
    for entry in items(parse_json(data, limit=512 * MEBIBYTE)):
        credential = text(entry)
        if "," in credential:
            raise ProtocolError(Check.UNSUPPORTED, "Weighted votes are not supported.")
        if credential in listed:
            raise ProtocolError(Check.CREDENTIALS, "A credential is listed twice.")
        element = group.parse(credential)
        if element == group.one:
            raise ProtocolError(Check.CREDENTIALS, "A credential is the identity.", equation="g^s ≠ 1")
        listed[credential] = element
    return listed


def credentials_json(credentials: Sequence[str]) -> str:
    """The list of public credentials sorted by value (as numbers): its order tells nothing about roll or cards."""
    return dump_json(sorted(credentials, key=int))


@dataclass(frozen=True, slots=True)
class SetupData:
    """The payload of the Setup event (section 4.10): SHA-256 of election, trustees and credentials."""

    election: str
    trustees: str
    credentials: str

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        members = fields(parse_json(data), "election", "trustees", "credentials")
        return cls(digest(members["election"]), digest(members["trustees"]), digest(members["credentials"]))

    def to_json(self) -> str:
        return dump_json({"election": self.election, "trustees": self.trustees, "credentials": self.credentials})


@dataclass(frozen=True, slots=True)
class EncryptedTally:
    """For each question the product of the ballots' ciphertexts (section 4.16)."""

    questions: tuple[tuple[Ciphertext, ...], ...]

    @classmethod
    def parse(cls, data: str | bytes, group: Group) -> Self:
        rows = items(parse_json(data))
        return cls(tuple(tuple(Ciphertext.from_value(value, group) for value in items(row)) for row in rows))

    def to_json(self, group: Group) -> str:
        return dump_json([[ciphertext.to_value(group) for ciphertext in row] for row in self.questions])


@dataclass(frozen=True, slots=True)
class SizedTally:
    """The payload of EncryptedTally (section 4.16): how many ballots, their weight, and the tally's SHA-256."""

    num_tallied: int
    total_weight: int
    encrypted_tally: str

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        members = fields(parse_json(data), "num_tallied", "total_weight", "encrypted_tally")
        tally = digest(members["encrypted_tally"])
        return cls(whole(members["num_tallied"]), whole(members["total_weight"]), tally)

    def to_json(self) -> str:
        sizes = {"num_tallied": self.num_tallied, "total_weight": self.total_weight}
        return dump_json({**sizes, "encrypted_tally": self.encrypted_tally})


@dataclass(frozen=True, slots=True)
class PartialDecryption:
    """One trustee's decryption factors alpha^x and their proofs, question by question (section 4.18)."""

    factors: tuple[tuple[Element, ...], ...]
    proofs: tuple[tuple[Proof, ...], ...]

    @classmethod
    def parse(cls, data: str | bytes, group: Group) -> Self:
        members = fields(parse_json(data), "decryption_factors", "decryption_proofs")
        factors = tuple(
            tuple(group.read(factor) for factor in items(row)) for row in items(members["decryption_factors"])
        )
        proofs = tuple(
            tuple(Proof.from_value(proof, group.q) for proof in items(row))
            for row in items(members["decryption_proofs"])
        )
        return cls(factors, proofs)

    def to_json(self, group: Group) -> str:
        factors = [[group.serialise(factor) for factor in row] for row in self.factors]
        proofs = [[proof.to_value() for proof in row] for row in self.proofs]
        return dump_json({"decryption_factors": factors, "decryption_proofs": proofs})


@dataclass(frozen=True, slots=True)
class Owned:
    """Which trustee made a partial decryption (section 4.18): `owner` counts the trustees from 1."""

    owner: int
    payload: str

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        members = fields(parse_json(data), "owner", "payload")
        return cls(whole(members["owner"], least=1), digest(members["payload"]))

    def to_json(self) -> str:
        return dump_json({"owner": self.owner, "payload": self.payload})


@dataclass(frozen=True, slots=True)
class Result:
    """The number of votes of each answer of each question (section 4.19); the blank votes stand first."""

    result: tuple[tuple[int, ...], ...]

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        members = fields(parse_json(data), "result")
        return cls(tuple(tuple(whole(count) for count in items(row)) for row in items(members["result"])))

    def to_json(self) -> str:
        return dump_json({"result": [list(row) for row in self.result]})


class EventType(StrEnum):
    """The events of an election with homomorphic questions, in their order (section 4.4)."""

    SETUP = "Setup"
    BALLOT = "Ballot"
    END_BALLOTS = "EndBallots"
    ENCRYPTED_TALLY = "EncryptedTally"
    PARTIAL_DECRYPTION = "PartialDecryption"
    RESULT = "Result"


@dataclass(frozen=True, slots=True)
class Event:
    """A link of the hash chain (section 4.4). `parent` and `payload` are SHA-256 in hexadecimal."""

    height: int
    type: EventType
    parent: str | None = None
    payload: str | None = None

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        members = fields(parse_json(data, limit=1000), "height", "type", extra=True)
        try:
            kind = EventType(text(members["type"]))
        except ValueError:
            raise ProtocolError(Check.UNSUPPORTED, "An event of an unknown type.") from None
        parent = digest(members["parent"]) if "parent" in members else None
        payload = digest(members["payload"]) if "payload" in members else None
        event = cls(whole(members["height"]), kind, parent, payload)
        if event.to_json() != (data.decode() if isinstance(data, bytes) else data):
            raise ProtocolError(Check.FORM, "An event has an unknown field or its fields are out of order.")
        return event

    def to_json(self) -> str:
        parent = {} if self.parent is None else {"parent": self.parent}
        payload = {} if self.payload is None else {"payload": self.payload}
        return dump_json({**parent, "height": self.height, "type": self.type.value, **payload})
