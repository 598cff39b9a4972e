"""The poll's list of withdrawn credentials: cards that were lost while voting was open. The format is Asar's own.

The archive has no event for it (the list of credentials is frozen in Setup), so the list is published beside it:

{"version":1,"election":uuid,"election_hash":φ,"withdrawn":[{"public_key":g^s,"at":..,"event":H},..],
 "key":Ed25519 public key in base64,"signature":base64}

`at` is the moment of the withdrawal (UTC), `event` the hash of the audit log's event about it. Keys are in
the order of their withdrawal. The signature is Ed25519 over "asar-withdrawn|" and the compact JSON of the fields
before it, by the poll's receipt key, which election.json names.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

from pb.core.belenios.canonical import (
    Check,
    ProtocolError,
    decode_base64,
    digest,
    dump_json,
    fields,
    items,
    parse_json,
    text,
    whole,
)
from pb.core.belenios.messages import Election, parse_uuid
from pb.core.belenios.signed import is_signed, sign, text_to_sign

PREFIX: Final = "asar-withdrawn|"
LIMIT: Final = 50_000_000
INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
FIELDS: Final = ("version", "election", "election_hash", "withdrawn", "key", "signature")


@dataclass(frozen=True, slots=True)
class Entry:
    """One withdrawn credential."""

    public_key: str
    at: str
    event: str

    @classmethod
    def parse(cls, value: Any) -> Self:
        members = fields(value, "public_key", "at", "event")
        if not INSTANT.fullmatch(text(members["at"])):
            raise ProtocolError(Check.WITHDRAWN, "The moment of a withdrawal is not in its form.")
        return cls(text(members["public_key"]), members["at"], digest(members["event"]))


@dataclass(frozen=True)
class Withdrawn:
    """The list; `key` and `signature` are base64, both empty until it is signed."""

    election: str
    election_hash: str
    entries: tuple[Entry, ...]
    key: str = ""
    signature: str = ""

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        """Raises ProtocolError (FORM, WITHDRAWN). The signature is for `check_withdrawn`."""
        members = fields(parse_json(data, limit=LIMIT), *FIELDS)
        whole(members["version"], least=1, most=1)
        decode_base64(members["key"], Check.WITHDRAWN, size=32)
        decode_base64(members["signature"], Check.WITHDRAWN, size=64)
        entries = tuple(Entry.parse(entry) for entry in items(members["withdrawn"]))
        if len({entry.public_key for entry in entries}) != len(entries):
            raise ProtocolError(Check.WITHDRAWN, "A credential stands in the list twice.")
        return cls(
            parse_uuid(members["election"]),
            text(members["election_hash"]),
            entries,
            members["key"],
            members["signature"],
        )

    @cached_property
    def public_keys(self) -> frozenset[str]:
        return frozenset(entry.public_key for entry in self.entries)

    def _value(self) -> dict[str, Any]:
        entries = [{"public_key": entry.public_key, "at": entry.at, "event": entry.event} for entry in self.entries]
        content = {"election": self.election, "election_hash": self.election_hash, "withdrawn": entries}
        return {"version": 1, **content, "key": self.key, "signature": self.signature}

    def to_json(self) -> str:
        return dump_json(self._value())

    def signed_text(self) -> bytes:
        return text_to_sign(PREFIX, self._value())


def sign_withdrawn(withdrawn: Withdrawn, private_key: bytes) -> Withdrawn:
    """The list with key and signature. `private_key` is the Ed25519 seed of the poll's receipt key, 32 bytes."""
    return sign(withdrawn, private_key)


def check_withdrawn(withdrawn: Withdrawn, election: Election, receipt_key: str, credentials: Container[str]) -> None:
    """Check that the list is this poll's, signed by its receipt key, and names credentials of its setup alone.

    Raises ProtocolError (WITHDRAWN).
    """
    if (withdrawn.election, withdrawn.election_hash) != (election.uuid, election.hash):
        raise ProtocolError(Check.WITHDRAWN, "The list of withdrawn credentials is of another poll.")
    if withdrawn.key != receipt_key:
        raise ProtocolError(Check.WITHDRAWN, "The list of withdrawn credentials is not signed with this poll's key.")
    if not is_signed(withdrawn, receipt_key, Check.WITHDRAWN):
        raise ProtocolError(Check.WITHDRAWN, "The signature of the list of withdrawn credentials is wrong.")
    if any(entry.public_key not in credentials for entry in withdrawn.entries):
        raise ProtocolError(Check.WITHDRAWN, "A withdrawn credential is not on the list of the setup.")
