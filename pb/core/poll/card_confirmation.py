"""The maker's signed word, after the opening, that the published list is the one that was made.

Confirmation (public): {"version":1,"election":uuid,"election_hash":φ,"list","numbers","count","numbers_compared",
"key","signature"}. `numbers_compared` says whether the maker also compared which card has which key with the platform's
own table (pb/core/poll/card_numbers.py); without it somebody's key could be exchanged for another's unseen.

Signed text: "asar-cards-confirmed|" and the compact JSON of the fields without `signature` and `attributes`.

* With the own key: Ed25519.
* With an EDS the fields "certificate" (SHA-256, hexadecimal) and "attributes" follow: the key is the certificate's
  SubjectPublicKeyInfo, the signature the one of the CMS (pb/core/poll/maker_certificate.py). The CMS is not in it.
"""

from dataclasses import dataclass, replace
from typing import Any, Final, Self

from pb.core.belenios.canonical import (
    Check,
    JSONValue,
    ProtocolError,
    decode_base64,
    digest,
    dump_json,
    fields,
    parse_json,
    text,
    whole,
)
from pb.core.belenios.messages import parse_uuid
from pb.core.belenios.signed import is_signed, sign, text_to_sign
from pb.core.poll import maker_certificate
from pb.core.poll.card_list import CardList, MakerStatement

PREFIX: Final = "asar-cards-confirmed|"
LARGEST: Final = 30_000
NAMES: Final = (
    "version",
    "election",
    "election_hash",
    "list",
    "numbers",
    "count",
    "numbers_compared",
    "key",
    "signature",
)


@dataclass(frozen=True)
class Confirmation:
    """A confirmation; `certificate` and `attributes` are empty where the maker's own key signed."""

    election: str
    election_hash: str
    list: str
    numbers: str
    count: int
    numbers_compared: bool
    key: str = ""
    signature: str = ""
    certificate: str = ""
    attributes: str = ""

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        """Raises ProtocolError (FORM, CARDS). The signature is for `check_confirmation`."""
        members = fields(parse_json(data, limit=LARGEST), *NAMES, optional=("certificate", "attributes"))
        whole(members["version"], least=1, most=1)
        by_eds = "certificate" in members
        if by_eds != ("attributes" in members) or not isinstance(members["numbers_compared"], bool):
            raise ProtocolError(Check.CARDS, "This is not a confirmation that we can read.")
        decode_base64(members["key"], Check.CARDS, size=None if by_eds else 32)
        decode_base64(members["signature"], Check.CARDS, size=None if by_eds else 64)
        return cls(
            parse_uuid(members["election"]),
            text(members["election_hash"]),
            digest(members["list"]),
            digest(members["numbers"]),
            whole(members["count"], least=1),
            members["numbers_compared"],
            members["key"],
            members["signature"],
            digest(members["certificate"]) if by_eds else "",
            text(members["attributes"]) if by_eds else "",
        )

    def _value(self) -> dict[str, Any]:
        value: dict[str, JSONValue] = {
            "version": 1,
            "election": self.election,
            "election_hash": self.election_hash,
            "list": self.list,
            "numbers": self.numbers,
            "count": self.count,
            "numbers_compared": self.numbers_compared,
            "key": self.key,
            "signature": self.signature,
        }
        return value | ({"certificate": self.certificate, "attributes": self.attributes} if self.certificate else {})

    def to_json(self) -> str:
        return dump_json(self._value())

    def signed_text(self) -> bytes:
        """What the signature is over; `key` and `certificate` must be set."""
        return text_to_sign(PREFIX, {name: value for name, value in self._value().items() if name != "attributes"})


def confirm(cards: CardList, election_hash: str, private_key: bytes, *, numbers_compared: bool) -> Confirmation:
    """The confirmation, signed with the maker's Ed25519 seed. That the published list is right is for the caller."""
    return sign(replace(to_sign(cards, election_hash, numbers_compared=numbers_compared), key=""), private_key)


def to_sign(cards: CardList, election_hash: str, *, numbers_compared: bool) -> Confirmation:
    """The confirmation without its signature: `signed_text()` is what the owner of the certificate signs."""
    head = (cards.election, election_hash, cards.list, cards.numbers, len(cards.all), numbers_compared)
    return Confirmation(*head, key=cards.key, certificate=cards.certificate)


def with_cms(unsigned: Confirmation, cms: bytes) -> Confirmation:
    """The confirmation with what is published of the CMS. Raises ProtocolError (CARDS): of another text or key."""
    attributes, signature = maker_certificate.bare_signature(cms, unsigned.certificate, unsigned.key)
    signed = replace(unsigned, attributes=attributes, signature=signature)
    if not _is_signed(signed):
        raise ProtocolError(Check.CARDS, "The signature is over another text than the confirmation.")
    return signed


def check_confirmation(
    confirmation: Confirmation, *, election: str, election_hash: str, published: str, maker: MakerStatement | None
) -> None:
    """Check that it is of this poll and this list, signed with the key that the terms name.

    `published` is the fingerprint of the published list. Of an EDS the chain of certificates is not checked: that needs
    the CMS. Raises ProtocolError (CARDS).
    """
    if maker is None:
        raise ProtocolError(Check.CARDS, "This poll names no maker of the cards.")
    if (confirmation.election, confirmation.election_hash) != (election, election_hash):
        raise ProtocolError(Check.CARDS, "The confirmation is of another poll.", equation="election_hash = φ")
    if confirmation.list != published:
        raise ProtocolError(
            Check.CARDS, "The confirmation is of another list of cards.", equation="list = SHA256(public_creds)"
        )
    if (confirmation.list, confirmation.numbers, confirmation.count) != (maker.list, maker.numbers, maker.count):
        raise ProtocolError(Check.CARDS, "The confirmation says something else than the minutes.")
    if (confirmation.key, confirmation.certificate) != (maker.key, maker.certificate) or not _is_signed(confirmation):
        raise ProtocolError(Check.CARDS, "The confirmation is not signed with the key of the cards' maker.")


def _is_signed(confirmation: Confirmation) -> bool:
    signed = confirmation.signed_text()
    if not confirmation.certificate:
        return is_signed(confirmation, confirmation.key, Check.CARDS)
    return maker_certificate.is_signed(signed, confirmation.key, confirmation.attributes, confirmation.signature)
