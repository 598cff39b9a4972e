"""Messages about the election and its tally, as frozen values (section 4 of the specification).

Each has `parse`, which accepts the canonical JSON and nothing else (ProtocolError otherwise), and `to_json`, which
writes it. `parse` checks form, ranges and types; whether the values are true is for the modules that check proofs.
Elements of a ballot or a tally are only read (range, canonical form): whoever checks a proof checks membership too,
because it shares the work. Ballots have a module of their own.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
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
    parse_json,
    text,
    whole,
)
from pb.core.belenios.events import Event, EventType
from pb.core.belenios.groups import Element, Group, group_named
from pb.core.belenios.primitives import Ciphertext, Proof, product
from pb.core.belenios.questions import AnyQuestion, Question, WholeQuestion, parse_question
from pb.core.belenios.trustee_key import TrusteeKey
from pb.core.belenios.trustee_list import parse_trustees, trustees_json

__all__ = [
    "Ciphertext",
    "Election",
    "EncryptedTally",
    "Event",
    "EventType",
    "Owned",
    "PartialDecryption",
    "Proof",
    "Question",
    "Result",
    "SetupData",
    "SizedTally",
    "TrusteeKey",
    "WholeQuestion",
    "credentials_json",
    "generate_uuid",
    "parse_credentials",
    "parse_trustees",
    "parse_uuid",
    "product",
    "trustees_json",
]
LARGE: Final = 512 * MEBIBYTE
"""Bytes of a message that grows with the number of voters."""
BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


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
    questions: tuple[AnyQuestion, ...]
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
        questions = tuple(parse_question(question) for question in items(members["questions"]))
        if not questions:
            raise ProtocolError(Check.FORM, "An election needs a question.")
        _check_capacity(group, questions)
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

    @property
    def whole(self) -> tuple[int, ...]:
        """The places of the questions whose ballots are decrypted as a whole, counted from 0."""
        return tuple(place for place, question in enumerate(self.questions) if isinstance(question, WholeQuestion))


def _check_capacity(group: Group, questions: Sequence[AnyQuestion]) -> None:
    for question in questions:
        if isinstance(question, WholeQuestion):
            most = group.embedding.most if group.embedding else 0
            if len(question.answers) > most:
                raise ProtocolError(
                    Check.UNSUPPORTED,
                    "Whole ballots of the group %(group)s have at most %(most)s answers.",
                    group=group.name,
                    most=most,
                )


def generate_uuid() -> str:
    """A new identifier of an election: 14 random Base58 characters."""
    return "".join(secrets.choice(BASE58) for _ in range(14))


def parse_uuid(value: JSONValue) -> str:
    """An election's identifier (section 4.2): at least 14 Base58 characters. Raises ProtocolError (FORM)."""
    uuid = text(value)
    if not 14 <= len(uuid) <= 64 or not set(uuid) <= set(BASE58):
        raise ProtocolError(Check.FORM, "An election's identifier is at least 14 Base58 characters.")
    return uuid


def parse_credentials(data: str | bytes, group: Group) -> dict[str, Element]:
    """The public credentials (section 4.8), text → element, in the order of the list.

    Raises ProtocolError (FORM, ELEMENT, MEMBERSHIP, UNSUPPORTED for weights, CREDENTIALS for one listed twice or 1).
    """
    credentials: dict[str, Element] = {}
    for entry in items(parse_json(data, limit=LARGE)):
        credential = text(entry)
        if "," in credential:
            raise ProtocolError(Check.UNSUPPORTED, "Weighted votes are not supported.")
        if credential in credentials:
            raise ProtocolError(Check.CREDENTIALS, "A credential is listed twice.")
        element = group.parse(credential)
        if element == group.one:
            raise ProtocolError(Check.CREDENTIALS, "A credential is the identity.", equation="g^s ≠ 1")
        credentials[credential] = element
    return credentials


def credentials_json(credentials: Sequence[str]) -> str:
    """The list of public credentials sorted by value (as numbers): its order says nothing about roll or cards.

    Decimals have no leading zeros and hexadecimals have all the same length: the shorter is the smaller.
    """
    return dump_json(sorted(credentials, key=lambda credential: (len(credential), credential)))


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
    """For each question the product of the ballots' ciphertexts, or the ciphertexts of whole ballots (section 4.16)."""

    questions: tuple[tuple[Ciphertext, ...], ...]

    @classmethod
    def parse(cls, data: str | bytes, group: Group) -> Self:
        rows = items(parse_json(data, limit=LARGE))
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
        return cls.from_value(parse_json(data, limit=LARGE), group)

    @classmethod
    def from_value(cls, value: JSONValue, group: Group) -> Self:
        members = fields(value, "decryption_factors", "decryption_proofs")
        factors = tuple(
            tuple(group.read(factor) for factor in items(row)) for row in items(members["decryption_factors"])
        )
        proofs = tuple(
            tuple(Proof.from_value(proof, group.q) for proof in items(row))
            for row in items(members["decryption_proofs"])
        )
        return cls(factors, proofs)

    def to_value(self, group: Group) -> dict[str, JSONValue]:
        factors = [[group.serialise(factor) for factor in row] for row in self.factors]
        proofs = [[proof.to_value() for proof in row] for row in self.proofs]
        return {"decryption_factors": factors, "decryption_proofs": proofs}

    def to_json(self, group: Group) -> str:
        return dump_json(self.to_value(group))


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
    """The result of each question (section 4.19).

    The votes of each answer, blank votes first, as integers; or the whole ballots in the order of the last shuffle,
    each a tuple with a number per answer.
    """

    result: tuple[tuple[Any, ...], ...]

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        members = fields(parse_json(data, limit=LARGE), "result")
        return cls(tuple(_outcome(items(row)) for row in items(members["result"])))

    def to_json(self) -> str:
        return dump_json({"result": self.result})


def _outcome(row: list[Any]) -> tuple[Any, ...]:
    if row and isinstance(row[0], list):
        return tuple(tuple(whole(number) for number in items(ballot)) for ballot in row)
    return tuple(whole(count) for count in row)
