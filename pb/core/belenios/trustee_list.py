"""trustees.json: who holds the keys of an election (sections 4.6.7 and 4.7 of the specification).

A trustee is mandatory ("Single") or one of a group of which any `threshold` decrypt ("Pedersen"). The latter are in
the form of version 3.0, which 2.0 accepts: certificates carry their context, and each trustee signs the certificates.
Here are form and shape; the proofs are checked in `threshold`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from pb.core.belenios.canonical import (
    Check,
    JSONValue,
    ProtocolError,
    dump_json,
    fields,
    items,
    parse_json,
    text,
    whole,
)
from pb.core.belenios.group import Element, Group
from pb.core.belenios.primitives import Proof
from pb.core.belenios.trustee_key import TrusteeKey

MAX_TRUSTEES: Final = 100


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A message with its signature (section 4.6.1): c = H(sigmsg|M|A), r = w - sk·c."""

    message: str
    signature: Proof

    @classmethod
    def from_value(cls, value: JSONValue, q: int) -> Self:
        members = fields(value, "message", "signature")
        return cls(text(members["message"]), Proof.from_value(members["signature"], q))

    def to_value(self) -> dict[str, JSONValue]:
        return {"message": self.message, "signature": self.signature.to_value()}


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a trustee's certificate says (section 4.6.2): place in the group, verification and encryption key."""

    size: int
    threshold: int
    index: int
    verification: Element
    encryption: Element

    @classmethod
    def parse(cls, message: str, group: Group) -> Self:
        members = fields(parse_json(message), "context", "verification", "encryption")
        context = fields(members["context"], "group", "size", "threshold", "index")
        if context["group"] != group.name:
            raise ProtocolError(Check.TRUSTEES, "A certificate was made for another group.")
        size, threshold, index = (whole(context[name]) for name in ("size", "threshold", "index"))
        verification, encryption = (group.parse(members[name]) for name in ("verification", "encryption"))
        if group.one in {verification, encryption}:
            raise ProtocolError(Check.TRUSTEES, "A key of a certificate is the identity.", equation="g^sk ≠ 1")
        return cls(size, threshold, index, verification, encryption)

    def to_json(self, group: Group) -> str:
        context = {"group": group.name, "size": self.size, "threshold": self.threshold, "index": self.index}
        keys = {"verification": self.verification, "encryption": self.encryption}
        return dump_json({"context": context, **{name: group.serialise(key) for name, key in keys.items()}})


def parse_coefexps(message: str, group: Group) -> tuple[Element, ...]:
    """g^a for each coefficient of a trustee's polynomial (section 4.6.4)."""
    members = fields(parse_json(message), "coefexps")
    return tuple(group.parse(element) for element in items(members["coefexps"]))


def coefexps_json(coefexps: Sequence[Element], group: Group) -> str:
    return dump_json({"coefexps": [group.serialise(element) for element in coefexps]})


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """The public key of one trustee of a group, signed with the key of that trustee's certificate."""

    key: TrusteeKey
    signature: Proof

    @classmethod
    def from_value(cls, value: JSONValue, group: Group) -> Self:
        members = fields(value, "pok", "public_key", "signature")
        key = TrusteeKey.from_value({name: members[name] for name in ("pok", "public_key")}, group)
        return cls(key, Proof.from_value(members["signature"], group.q))

    def to_value(self, group: Group) -> dict[str, JSONValue]:
        return {**self.key.to_value(group), "signature": self.signature.to_value()}


@dataclass(frozen=True, slots=True)
class Pedersen:
    """A group of trustees of which any `threshold` decrypt (section 4.6.7)."""

    threshold: int
    certs: tuple[SignedMessage, ...]
    coefexps: tuple[SignedMessage, ...]
    signatures: tuple[Proof, ...]
    verification_keys: tuple[VerificationKey, ...]

    @classmethod
    def from_value(cls, value: JSONValue, group: Group) -> Self:
        members = fields(value, "threshold", "certs", "coefexps", "signatures", "verification_keys")
        q = group.q
        pedersen = cls(
            threshold=whole(members["threshold"], least=1, most=MAX_TRUSTEES),
            certs=tuple(SignedMessage.from_value(cert, q) for cert in items(members["certs"])),
            coefexps=tuple(SignedMessage.from_value(signed, q) for signed in items(members["coefexps"])),
            signatures=tuple(Proof.from_value(signature, q) for signature in items(members["signatures"])),
            verification_keys=tuple(
                VerificationKey.from_value(key, group) for key in items(members["verification_keys"])
            ),
        )
        sizes = {
            len(part) for part in (pedersen.certs, pedersen.coefexps, pedersen.signatures, pedersen.verification_keys)
        }
        if len(sizes) != 1 or not pedersen.threshold <= pedersen.size <= MAX_TRUSTEES:
            raise ProtocolError(Check.TRUSTEES, "A group of trustees does not have one of each per trustee.")
        return pedersen

    def to_value(self, group: Group) -> dict[str, JSONValue]:
        return {
            "threshold": self.threshold,
            "certs": [cert.to_value() for cert in self.certs],
            "coefexps": [signed.to_value() for signed in self.coefexps],
            "signatures": [signature.to_value() for signature in self.signatures],
            "verification_keys": [key.to_value(group) for key in self.verification_keys],
        }

    @property
    def size(self) -> int:
        return len(self.certs)

    @property
    def keys(self) -> tuple[TrusteeKey, ...]:
        return tuple(entry.key for entry in self.verification_keys)

    def public_key(self, group: Group) -> Element:
        """The group's part of the election's key: the product of all A_i0 (section 4.6.4)."""
        product = group.one
        for signed in self.coefexps:
            product = group.mul(product, parse_coefexps(signed.message, group)[0])
        return product


@dataclass(frozen=True, slots=True)
class Trustees:
    """All trustees of an election, in the order of trustees.json. Decryptions name them by number, from 1."""

    kinds: tuple[TrusteeKey | Pedersen, ...]

    @classmethod
    def parse(cls, data: str | bytes, group: Group) -> Self:
        """Raises ProtocolError (FORM, NUMBER, ELEMENT, MEMBERSHIP, TRUSTEES)."""
        kinds = tuple(_kind(entry, group) for entry in items(parse_json(data)))
        if not kinds:
            raise ProtocolError(Check.FORM, "An election needs a trustee.")
        return cls(kinds)

    def to_json(self, group: Group) -> str:
        names: list[Any] = [
            ["Pedersen" if isinstance(kind, Pedersen) else "Single", kind.to_value(group)] for kind in self.kinds
        ]
        return dump_json(names)

    @property
    def keys(self) -> tuple[TrusteeKey, ...]:
        """Each trustee's public key; the trustee number `i` has the key at place `i - 1`."""
        return tuple(key for _kind, keys in self.places() for key in keys.values())

    def places(self) -> Iterator[tuple[TrusteeKey | Pedersen, dict[int, TrusteeKey]]]:
        """Each kind with its trustees' keys by their numbers."""
        number = 1
        for kind in self.kinds:
            keys = kind.keys if isinstance(kind, Pedersen) else (kind,)
            yield kind, dict(enumerate(keys, start=number))
            number += len(keys)

    def public_key(self, group: Group) -> Element:
        """The election's public key y: the product of the mandatory keys and the groups' keys (section 3.1.1)."""
        y = group.one
        for kind in self.kinds:
            y = group.mul(y, kind.public_key(group) if isinstance(kind, Pedersen) else kind.public_key)
        return y


def _kind(entry: JSONValue, group: Group) -> TrusteeKey | Pedersen:
    match items(entry):
        case ["Single", value]:
            return TrusteeKey.from_value(value, group)
        case ["Pedersen", value]:
            return Pedersen.from_value(value, group)
        case _:
            raise ProtocolError(Check.FORM, "A trustee of an unknown kind.")


def parse_trustees(data: str | bytes, group: Group) -> tuple[TrusteeKey, ...]:
    """The keys of an election all of whose trustees are mandatory.

    Raises ProtocolError (FORM, NUMBER, ELEMENT, MEMBERSHIP; UNSUPPORTED for threshold trustees: see `Trustees`).
    """
    trustees = Trustees.parse(data, group)
    if any(isinstance(kind, Pedersen) for kind in trustees.kinds):
        raise ProtocolError(Check.UNSUPPORTED, "Threshold trustees have no place in this list.")
    return trustees.keys


def trustees_json(keys: Sequence[TrusteeKey], group: Group) -> str:
    """trustees.json of mandatory trustees."""
    return Trustees(tuple(keys)).to_json(group)
