"""Events, the links of the hash chain (section 4.4 of the specification)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from pb.core.belenios.canonical import Check, ProtocolError, digest, dump_json, fields, parse_json, text, whole


class EventType(StrEnum):
    """The events of an election, in their order. Shuffles are there if a question is non-homomorphic."""

    SETUP = "Setup"
    BALLOT = "Ballot"
    END_BALLOTS = "EndBallots"
    ENCRYPTED_TALLY = "EncryptedTally"
    SHUFFLE = "Shuffle"
    END_SHUFFLES = "EndShuffles"
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
