"""The list of a poll's cards as their maker knows it: what a database that was changed afterwards cannot forge.

Whoever makes the cards (`pb cards`) keeps the maker's file, takes two fingerprints to paper, and later says with an own
key that the published list is that one:

* the fingerprint of the list is the SHA-256 (hexadecimal) of the archive's record of public credentials: the compact
  JSON array of all keys, cards and reserve, sorted by value, which the Setup event names;
* the fingerprint of the numbers is the SHA-256 of "asar-card-numbers|" and the compact JSON
  {"election":uuid,"salt":base64,"cards":[[number,key],..]}, cards of the roll before those of the reserve ("R1", "R2"),
  each by number. Without the salt nobody can try which key belongs to which number.

Maker's file (kept by the maker, never handed in; it holds no code):
{"version":1,"kind":"asar-card-list","election":uuid,"group":G,"made":how,"salt":base64,
 "cards":[[number,key],..],"reserve":[[number,key],..],"list":hex,"numbers":hex,"key":Ed25519 public key in base64}

Statement (handed in, minuted, in election.json as "maker"): {"list","numbers","count","reserve","key","made"}.

Confirmation (public): {"version":1,"election":uuid,"election_hash":φ,"list","numbers","count","key","signature"},
signed with Ed25519 over "asar-cards-confirmed|" and the compact JSON of the fields before the signature.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, Self

from pb.core.belenios.canonical import (
    Check,
    JSONValue,
    ProtocolError,
    decode_base64,
    digest,
    dump_json,
    encode_base64,
    fields,
    items,
    parse_json,
    sha256_hex,
    text,
    whole,
)
from pb.core.belenios.messages import LARGE, credentials_json, parse_uuid
from pb.core.belenios.signed import is_signed, sign, text_to_sign

KIND: Final = "asar-card-list"
NUMBERS_PREFIX: Final = "asar-card-numbers|"
CONFIRMATION_PREFIX: Final = "asar-cards-confirmed|"
SALT_BYTES: Final = 32
NUMBER: Final = re.compile(r"R?[0-9]{1,9}", re.ASCII)
SHORT_DIGITS: Final = 32


class Made(StrEnum):
    """How the cards were made, the strongest first; a page that the platform serves proves nothing against it."""

    PROGRAM = "program"
    SAVED_FILE = "saved-file"
    PLATFORM_PAGE = "platform-page"


def list_fingerprint(public_keys: list[str]) -> str:
    """SHA-256 of the record of public credentials that the archive holds of these keys."""
    return sha256_hex(credentials_json(public_keys))


def key_fingerprint(public_key: str) -> str:
    """What stands under a card's fold: the first 32 hexadecimal digits (128 bits) of the SHA-256 of its public key."""
    return sha256_hex(public_key)[:SHORT_DIGITS]


def printed_fingerprint(public_key: str) -> str:
    """The fingerprint of a key in groups of four, as a card shows it."""
    digits = key_fingerprint(public_key)
    return " ".join(digits[start : start + 4] for start in range(0, SHORT_DIGITS, 4))


def numbers_fingerprint(election: str, salt: str, cards: Mapping[str, str]) -> str:
    """SHA-256 that binds each card's number to its key; `salt` is base64."""
    ordered = [[number, cards[number]] for number in sorted(cards, key=_place)]
    return sha256_hex(NUMBERS_PREFIX + dump_json({"election": election, "salt": salt, "cards": ordered}))


def salt() -> str:
    """A new salt for the fingerprint of the numbers, in base64."""
    return encode_base64(secrets.token_bytes(SALT_BYTES))


def _place(number: str) -> tuple[bool, int, str]:
    return number.startswith("R"), int(number.removeprefix("R")), number


def made(value: JSONValue) -> Made:
    """How cards were made. Raises ProtocolError (CARDS)."""
    try:
        return Made(text(value))
    except ValueError as error:
        raise ProtocolError(Check.CARDS, "How the cards were made is not known.") from error


@dataclass(frozen=True, slots=True)
class MakerStatement:
    """What the maker states: fingerprints in hexadecimal, `count` of all keys, `reserve` among them, the own key."""

    list: str
    numbers: str
    count: int
    reserve: int
    key: str
    made: Made

    @classmethod
    def from_value(cls, value: JSONValue) -> Self:
        """Raises ProtocolError (FORM, CARDS)."""
        members = fields(value, "list", "numbers", "count", "reserve", "key", "made")
        decode_base64(members["key"], Check.CARDS, size=32)
        statement = cls(
            digest(members["list"]),
            digest(members["numbers"]),
            whole(members["count"], least=1),
            whole(members["reserve"]),
            members["key"],
            made(members["made"]),
        )
        if statement.reserve > statement.count:
            raise ProtocolError(Check.CARDS, "More cards in reserve than cards.", equation="reserve ≤ count")
        return statement

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        return cls.from_value(parse_json(data, limit=10_000))

    def to_value(self) -> dict[str, JSONValue]:
        counts = {"count": self.count, "reserve": self.reserve}
        return {"list": self.list, "numbers": self.numbers, **counts, "key": self.key, "made": self.made.value}

    def to_json(self) -> str:
        return dump_json(self.to_value())


@dataclass(frozen=True)
class CardList:
    """The maker's file. `cards` and `reserve` map a card's number to its public key; `key` is the maker's (base64)."""

    election: str
    group: str
    made: Made
    salt: str
    cards: Mapping[str, str]
    reserve: Mapping[str, str]
    key: str

    @cached_property
    def all(self) -> dict[str, str]:
        return {**self.cards, **self.reserve}

    @property
    def list(self) -> str:
        return list_fingerprint([*self.all.values()])

    @property
    def numbers(self) -> str:
        return numbers_fingerprint(self.election, self.salt, self.all)

    def statement(self) -> MakerStatement:
        return MakerStatement(self.list, self.numbers, len(self.all), len(self.reserve), self.key, self.made)

    def to_json(self) -> str:
        head = {"version": 1, "kind": KIND, "election": self.election, "group": self.group, "made": self.made.value}
        rows = {
            name: [[number, cards[number]] for number in sorted(cards, key=_place)]
            for name, cards in (("cards", self.cards), ("reserve", self.reserve))
        }
        return dump_json(
            {**head, "salt": self.salt, **rows, "list": self.list, "numbers": self.numbers, "key": self.key}
        )

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        """Raises ProtocolError (FORM; CARDS where the file contradicts itself)."""
        names = ("version", "kind", "election", "group", "made", "salt", "cards", "reserve", "list", "numbers", "key")
        members = fields(parse_json(data, limit=LARGE), *names)
        if (members["version"], members["kind"]) != (1, KIND):
            raise ProtocolError(Check.CARDS, "This is not a maker's file that we can read.")
        decode_base64(members["salt"], Check.CARDS, size=SALT_BYTES)
        decode_base64(members["key"], Check.CARDS, size=32)
        cards = cls(
            parse_uuid(members["election"]),
            text(members["group"]),
            made(members["made"]),
            members["salt"],
            _cards(members["cards"], reserve=False),
            _cards(members["reserve"], reserve=True),
            members["key"],
        )
        if len(set(cards.all.values())) != len(cards.all):
            raise ProtocolError(Check.CARDS, "Two cards of the maker's file have the same key.")
        if (cards.list, cards.numbers) != (members["list"], members["numbers"]):
            raise ProtocolError(Check.CARDS, "The maker's file was altered: its fingerprints are others.")
        return cards

    def differences(self, published: Mapping[str, Any]) -> "Differences":
        """How a published list of keys differs from this one."""
        missing = tuple(sorted((n for n, key in self.all.items() if key not in published), key=_place))
        known = set(self.all.values())
        return Differences(missing, tuple(key for key in published if key not in known))


@dataclass(frozen=True, slots=True)
class Differences:
    """`missing` are the numbers of cards whose key is not published; `foreign` the published keys of no card."""

    missing: tuple[str, ...]
    foreign: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.foreign)


def _cards(value: JSONValue, *, reserve: bool) -> dict[str, str]:
    cards: dict[str, str] = {}
    for row in items(value):
        pair = items(row)
        if len(pair) != 2 or not NUMBER.fullmatch(text(pair[0])) or pair[0].startswith("R") != reserve:
            raise ProtocolError(Check.CARDS, "A card of the maker's file has no number or no key.")
        if pair[0] in cards:
            raise ProtocolError(Check.CARDS, "A card's number stands in the maker's file twice.")
        cards[pair[0]] = text(pair[1])
    return cards


@dataclass(frozen=True)
class Confirmation:
    """The maker's signed word, after the opening, that the published list is the one that was made."""

    election: str
    election_hash: str
    list: str
    numbers: str
    count: int
    key: str = ""
    signature: str = ""

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        """Raises ProtocolError (FORM, CARDS). The signature is for `check_confirmation`."""
        names = ("version", "election", "election_hash", "list", "numbers", "count", "key", "signature")
        members = fields(parse_json(data, limit=10_000), *names)
        whole(members["version"], least=1, most=1)
        decode_base64(members["key"], Check.CARDS, size=32)
        decode_base64(members["signature"], Check.CARDS, size=64)
        return cls(
            parse_uuid(members["election"]),
            text(members["election_hash"]),
            digest(members["list"]),
            digest(members["numbers"]),
            whole(members["count"], least=1),
            members["key"],
            members["signature"],
        )

    def _value(self) -> dict[str, Any]:
        return {
            "version": 1,
            "election": self.election,
            "election_hash": self.election_hash,
            "list": self.list,
            "numbers": self.numbers,
            "count": self.count,
            "key": self.key,
            "signature": self.signature,
        }

    def to_json(self) -> str:
        return dump_json(self._value())

    def signed_text(self) -> bytes:
        return text_to_sign(CONFIRMATION_PREFIX, self._value())


def confirm(cards: CardList, election_hash: str, private_key: bytes) -> Confirmation:
    """The confirmation, signed with the maker's Ed25519 seed. That the published list is right is for the caller."""
    unsigned = Confirmation(cards.election, election_hash, cards.list, cards.numbers, len(cards.all))
    return sign(unsigned, private_key)


def check_confirmation(
    confirmation: Confirmation, *, election: str, election_hash: str, published: str, maker: MakerStatement | None
) -> None:
    """Check that it is of this poll and this list, signed with the key that the terms name.

    `published` is the fingerprint of the published list. Raises ProtocolError (CARDS).
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
    if confirmation.key != maker.key or not is_signed(confirmation, maker.key, Check.CARDS):
        raise ProtocolError(Check.CARDS, "The confirmation is not signed with the key of the cards' maker.")
