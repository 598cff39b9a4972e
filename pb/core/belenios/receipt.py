"""Receipts: the poll's signed statement that a ballot is in the chain. The format is Asar's own.

{"version":1,"election":uuid,"election_hash":φ,"tracker":..,"position":n,"height":h,"event":SHA-256 of the event,
 "hour":"2026-11-21T14:00+05:00","key":Ed25519 public key in base64,"signature":base64}

The signature is Ed25519 over "asar-receipt|" and the compact JSON of the fields before it. `position` counts the
ballots from 1. A receipt holds no word of the choice and the time only to the hour. Whose key it is says election.json
(`asar.receipt_key`), never the receipt itself.
"""

import re
from dataclasses import dataclass
from typing import Any, Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pb.core.belenios.canonical import (
    Check,
    ProtocolError,
    decode_base64,
    digest,
    dump_json,
    encode_base64,
    fields,
    parse_json,
    text,
    whole,
)
from pb.core.belenios.messages import parse_uuid
from pb.core.belenios.signed import is_signed, sign, text_to_sign

PREFIX: Final = "asar-receipt|"
HOUR: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:00[+-]\d\d:\d\d", re.ASCII)
FIELDS: Final = (
    "version",
    "election",
    "election_hash",
    "tracker",
    "position",
    "height",
    "event",
    "hour",
    "key",
    "signature",
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt; `key` and `signature` are base64, both empty until it is signed."""

    election: str
    election_hash: str
    tracker: str
    position: int
    height: int
    event: str
    hour: str
    key: str = ""
    signature: str = ""

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        """Raises ProtocolError (FORM, RECEIPT). The signature is for `check_receipt`."""
        members = fields(parse_json(data, limit=10_000), *FIELDS)
        whole(members["version"], least=1, most=1)
        if not HOUR.fullmatch(text(members["hour"])):
            raise ProtocolError(Check.RECEIPT, "The time of a receipt is a full hour.")
        decode_base64(members["key"], Check.RECEIPT, size=32)
        decode_base64(members["signature"], Check.RECEIPT, size=64)
        return cls(
            election=parse_uuid(members["election"]),
            election_hash=text(members["election_hash"]),
            tracker=text(members["tracker"]),
            position=whole(members["position"], least=1),
            height=whole(members["height"], least=1),
            event=digest(members["event"]),
            hour=members["hour"],
            key=members["key"],
            signature=members["signature"],
        )

    def _value(self) -> dict[str, Any]:
        return {"version": 1} | {name: getattr(self, name) for name in FIELDS[1:]}

    def to_json(self) -> str:
        return dump_json(self._value())

    def signed_text(self) -> bytes:
        return text_to_sign(PREFIX, self._value())


def generate_receipt_key() -> tuple[bytes, str]:
    """A poll's receipt key: the private key (32 bytes) and the public one in base64, for election.json."""
    private = Ed25519PrivateKey.generate()
    return private.private_bytes_raw(), encode_base64(private.public_key().public_bytes_raw())


def sign_receipt(receipt: Receipt, private_key: bytes) -> Receipt:
    """The receipt with key and signature. `private_key` is the Ed25519 seed, 32 bytes."""
    return sign(receipt, private_key)


def check_receipt(receipt: Receipt, receipt_key: str) -> None:
    """Check a receipt's signature by the poll's key (base64, from election.json). Raises ProtocolError (RECEIPT)."""
    if receipt.key != receipt_key:
        raise ProtocolError(Check.RECEIPT, "The receipt was not signed with this poll's key.")
    if not is_signed(receipt, receipt_key, Check.RECEIPT):
        raise ProtocolError(Check.RECEIPT, "The receipt's signature is wrong.")
