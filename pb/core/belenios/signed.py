"""What a poll signs with its receipt key, beside the protocol: receipts and lists. Ed25519 (RFC 8032) over JSON."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Protocol, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pb.core.belenios.canonical import Check, decode_base64, dump_json, encode_base64


class Statement(Protocol):
    """A dataclass with `key` and `signature` in base64, both empty until it is signed."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def key(self) -> str: ...
    @property
    def signature(self) -> str: ...
    def signed_text(self) -> bytes: ...


Signable = TypeVar("Signable", bound=Statement)


def text_to_sign(prefix: str, value: Mapping[str, Any]) -> bytes:
    """The prefix, which separates the kinds of statements, and the compact JSON without the signature."""
    return (prefix + dump_json({name: member for name, member in value.items() if name != "signature"})).encode()


def sign(statement: Signable, private_key: bytes) -> Signable:
    """The statement with key and signature. `private_key` is the Ed25519 seed of the receipt key, 32 bytes."""
    private = Ed25519PrivateKey.from_private_bytes(private_key)
    unsigned = replace(statement, key=encode_base64(private.public_key().public_bytes_raw()), signature="")
    return replace(unsigned, signature=encode_base64(private.sign(unsigned.signed_text())))


def is_signed(statement: Statement, receipt_key: str, check: Check) -> bool:
    """Whether the signature is by `receipt_key` (base64). Raises ProtocolError (`check`) for what is no base64."""
    public = Ed25519PublicKey.from_public_bytes(decode_base64(receipt_key, check, size=32))
    try:
        public.verify(decode_base64(statement.signature, check, size=64), statement.signed_text())
    except InvalidSignature:
        return False
    return True
