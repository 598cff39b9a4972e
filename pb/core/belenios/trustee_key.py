"""A trustee's public key (section 4.5 of the specification)."""

from dataclasses import dataclass
from typing import Self

from pb.core.belenios.canonical import JSONValue, dump_json, fields, parse_json
from pb.core.belenios.group import Element, Group
from pb.core.belenios.primitives import Proof


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
