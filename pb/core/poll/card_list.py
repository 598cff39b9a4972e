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

A maker with an electronic digital signature needs no own key: both then end with "certificate", the SHA-256 of the
certificate (hexadecimal), and "key" is its SubjectPublicKeyInfo in base64, which names nobody.

What the maker signs after the opening: pb/core/poll/card_confirmation.py. The platform's numbers, which the maker
compares with the own ones: pb/core/poll/card_numbers.py.
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
from pb.core.poll import maker_certificate

KIND: Final = "asar-card-list"
NUMBERS_PREFIX: Final = "asar-card-numbers|"
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
    ordered = [[number, cards[number]] for number in sorted(cards, key=place)]
    return sha256_hex(NUMBERS_PREFIX + dump_json({"election": election, "salt": salt, "cards": ordered}))


def salt() -> str:
    """A new salt for the fingerprint of the numbers, in base64."""
    return encode_base64(secrets.token_bytes(SALT_BYTES))


def place(number: str) -> tuple[bool, int, str]:
    """Where a number stands in the order of the cards: those of the reserve ("R1") last."""
    return number.startswith("R"), int(number.removeprefix("R")), number


def made(value: JSONValue) -> Made:
    """How cards were made. Raises ProtocolError (CARDS)."""
    try:
        return Made(text(value))
    except ValueError as error:
        raise ProtocolError(Check.CARDS, "How the cards were made is not known.") from error


def _signing_key(members: Mapping[str, Any]) -> dict[str, str]:
    """`key` and `certificate` of a statement or a file. Raises ProtocolError (CARDS, FORM)."""
    if "certificate" not in members:
        decode_base64(members["key"], Check.CARDS, size=32)
        return {"key": members["key"], "certificate": ""}
    maker_certificate.check_key(members["key"])
    return {"key": members["key"], "certificate": digest(members["certificate"])}


def _named_certificate(certificate: str) -> dict[str, JSONValue]:
    """The last member of a statement or a file whose maker signs with an EDS."""
    return {"certificate": certificate} if certificate else {}


@dataclass(frozen=True, slots=True)
class MakerStatement:
    """What the maker states: fingerprints in hexadecimal, `count` of all keys, `reserve` among them, the maker's key.

    `certificate` is the SHA-256 of the EDS certificate that has this key; empty for a key that the program made.
    """

    list: str
    numbers: str
    count: int
    reserve: int
    key: str
    made: Made
    certificate: str = ""

    @classmethod
    def from_value(cls, value: JSONValue) -> Self:
        """Raises ProtocolError (FORM, CARDS)."""
        members = fields(value, "list", "numbers", "count", "reserve", "key", "made", optional=("certificate",))
        statement = cls(
            digest(members["list"]),
            digest(members["numbers"]),
            whole(members["count"], least=1),
            whole(members["reserve"]),
            made=made(members["made"]),
            **_signing_key(members),
        )
        if statement.reserve > statement.count:
            raise ProtocolError(Check.CARDS, "More cards in reserve than cards.", equation="reserve ≤ count")
        return statement

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        return cls.from_value(parse_json(data, limit=10_000))

    def to_value(self) -> dict[str, JSONValue]:
        counts = {"count": self.count, "reserve": self.reserve}
        value: dict[str, JSONValue] = {"list": self.list, "numbers": self.numbers, **counts, "key": self.key}
        return value | {"made": self.made.value} | _named_certificate(self.certificate)

    @property
    def shown_key(self) -> str:
        """The key as people compare it: an own key in base64, of a certificate's key the SHA-256 in hexadecimal."""
        return sha256_hex(decode_base64(self.key, Check.CARDS)) if self.certificate else self.key

    def to_json(self) -> str:
        return dump_json(self.to_value())


@dataclass(frozen=True)
class CardList:
    """The maker's file. `cards` and `reserve` map a card's number to its public key; `key` is the maker's (base64).

    `certificate` as in the statement.
    """

    election: str
    group: str
    made: Made
    salt: str
    cards: Mapping[str, str]
    reserve: Mapping[str, str]
    key: str
    certificate: str = ""

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
        counts = (len(self.all), len(self.reserve))
        return MakerStatement(self.list, self.numbers, *counts, self.key, self.made, self.certificate)

    def to_json(self) -> str:
        head = {"version": 1, "kind": KIND, "election": self.election, "group": self.group, "made": self.made.value}
        rows = {
            name: [[number, cards[number]] for number in sorted(cards, key=place)]
            for name, cards in (("cards", self.cards), ("reserve", self.reserve))
        }
        marks = {"list": self.list, "numbers": self.numbers, "key": self.key}
        return dump_json({**head, "salt": self.salt, **rows, **marks, **_named_certificate(self.certificate)})

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        """Raises ProtocolError (FORM; CARDS where the file contradicts itself)."""
        names = ("version", "kind", "election", "group", "made", "salt", "cards", "reserve", "list", "numbers", "key")
        members = fields(parse_json(data, limit=LARGE), *names, optional=("certificate",))
        if (members["version"], members["kind"]) != (1, KIND):
            raise ProtocolError(Check.CARDS, "This is not a maker's file that we can read.")
        decode_base64(members["salt"], Check.CARDS, size=SALT_BYTES)
        cards = cls(
            parse_uuid(members["election"]),
            text(members["group"]),
            made(members["made"]),
            members["salt"],
            _cards(members["cards"], reserve=False),
            _cards(members["reserve"], reserve=True),
            **_signing_key(members),
        )
        if len(set(cards.all.values())) != len(cards.all):
            raise ProtocolError(Check.CARDS, "Two cards of the maker's file have the same key.")
        if (cards.list, cards.numbers) != (members["list"], members["numbers"]):
            raise ProtocolError(Check.CARDS, "The maker's file was altered: its fingerprints are others.")
        return cards

    def differences(self, published: Mapping[str, Any]) -> "Differences":
        """How a published list of keys differs from this one."""
        missing = tuple(sorted((n for n, key in self.all.items() if key not in published), key=place))
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
