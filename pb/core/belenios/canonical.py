"""Canonical JSON, numbers and hashes, and the one error that everything here raises.

Every message is compact JSON with the fields in the order of the specification and raw UTF-8 (section 4.15: hashes
depend on it). Whatever comes from outside is read by `parse_json` and written again: one byte that differs is
refused. Hostile input raises `ProtocolError` and nothing else.
"""

import base64
import binascii
import hashlib
import json
from enum import StrEnum
from typing import Any, Final, NoReturn

from pb.core.findings import Finding

JSONValue = Any
"""What `json` makes of a text: it is narrowed by the `fields`, `items`, `text` and `whole` functions below."""

MEBIBYTE: Final = 2**20
MAX_DEPTH: Final = 16
MAX_INTEGER: Final = 2**53 - 1
"""The largest integer that JavaScript reads exactly; in tiyn that is 90 million million tenge."""


class Check(StrEnum):
    """What was being checked when something was refused. The names are published in reports and never change."""

    # a message by itself
    FORM = "form"  # JSON, canonical form, fields and their types
    NUMBER = "number"  # 0 <= x < q, decimal, canonical
    ELEMENT = "element"  # 1 <= x < p, decimal, canonical
    MEMBERSHIP = "membership"  # x^q = 1
    UNSUPPORTED = "unsupported"  # a group, question or trustee of a kind that we do not compute
    # the archive
    ARCHIVE = "archive"  # tar headers, padding, names, timestamps
    HASH = "hash"  # a record's name is not the SHA-256 of its content, or a payload is not the one named
    ORDER = "order"  # a record or an event where none may be
    CHAIN = "chain"  # parent and height of events
    EXTENDS = "extends"  # an earlier copy is not the beginning
    # the setup
    SETUP = "setup"
    CREDENTIALS = "credentials"
    TRUSTEES = "trustees"
    ELECTION_KEY = "election key"
    TERMS = "terms"
    # a ballot
    ELECTION = "election"  # made for another poll
    CREDENTIAL = "credential"  # not on the list
    DUPLICATE = "duplicate"  # the very same ballot again
    ANSWERS = "answers"  # number of answers, choices and proofs
    INDIVIDUAL_PROOF = "individual proof"
    OVERALL_PROOF = "overall proof"
    BLANK_PROOF = "blank proof"
    WHOLE_PROOF = "whole proof"  # that the voter made the ciphertext of a whole ballot
    SIGNATURE = "signature"
    # the tally
    MINIMUM = "minimum of ballots"
    TALLY = "tally"
    OWNER = "owner"
    SHUFFLE = "shuffle"
    DECRYPTION = "decryption"
    RESULT = "result"
    # outside the archive
    CODE = "code"
    PLAINTEXT = "plaintext"  # choices that a ballot of this poll cannot hold
    LOGIN = "login"
    CONFIRMATION = "confirmation"
    KEY_FILE = "key file"
    RECEIPT = "receipt"
    WITHDRAWN = "withdrawn"
    CARDS = "cards"  # the list of cards is not the one that their maker made
    CEREMONY = "ceremony"  # the making of a threshold key


class ProtocolError(ValueError):
    """Something does not verify.

    Attributes: `check`, what was being checked; `finding`, a sentence for a log or a report with its values (never a
    secret); `message`, the same in English; `equation`, the formula that does not hold, where there is one; `trustee`,
    the number of the trustee who is at fault, where one is.
    """

    def __init__(
        self,
        check: Check,
        sentence: str,
        *,
        equation: str | None = None,
        trustee: int | None = None,
        **values: str | int | Finding,
    ) -> None:
        self.finding = Finding(sentence, **values)
        super().__init__(str(self.finding))
        self.check = check
        self.equation = equation
        self.trustee = trustee

    @property
    def message(self) -> str:
        return str(self.finding)

    def blaming(self, trustee: int) -> "ProtocolError":
        """The same, as the fault of this trustee."""
        return _rebuilt(self.check, self.finding, self.equation, trustee)

    def __reduce__(self) -> tuple[object, ...]:
        """How the error travels from one process to another."""
        return _rebuilt, (self.check, self.finding, self.equation, self.trustee)


def _rebuilt(check: Check, finding: Finding, equation: str | None, trustee: int | None) -> ProtocolError:
    return ProtocolError(check, finding.sentence, equation=equation, trustee=trustee, **finding.values)


def dump_json(value: JSONValue) -> str:
    """Compact JSON in the order of the fields as given, UTF-8 unescaped."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _refuse_number(_text: str) -> NoReturn:
    raise ProtocolError(Check.FORM, "A number with a fraction or an exponent.")


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        raise ProtocolError(Check.FORM, "A JSON number is too large.")
    return int(text)


def _without_duplicates(pairs: list[tuple[str, JSONValue]]) -> dict[str, JSONValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ProtocolError(Check.FORM, "A field appears twice.")
    return members


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_without_duplicates,
    parse_float=_refuse_number,
    parse_constant=_refuse_number,
    parse_int=_integer,
)


def _depth(value: JSONValue) -> int:
    """Depth of nesting, found level by level so that it cannot exhaust the stack."""
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
    return depth


def parse_json(text: str | bytes, *, limit: int = 2 * MEBIBYTE) -> JSONValue:
    """Parse compact JSON strictly.

    Refuses (ProtocolError, FORM): more than `limit` bytes, invalid UTF-8, a lone surrogate, a duplicate field,
    floats, integers beyond 2^53 - 1, nesting deeper than 16, and every text that differs in one byte from its
    own compact serialisation (white space, escapes, byte order mark, minus zero).
    """
    try:
        encoded = text if isinstance(text, bytes) else text.encode()
        decoded = encoded.decode()
        value = _DECODER.decode(decoded) if len(encoded) <= limit else None
    except ProtocolError:
        raise
    except (UnicodeError, ValueError, RecursionError) as error:
        raise ProtocolError(Check.FORM, "The message is not JSON in UTF-8.") from error
    if len(encoded) > limit:
        raise ProtocolError(Check.FORM, "The message is too large.")
    if _depth(value) > MAX_DEPTH:
        raise ProtocolError(Check.FORM, "The message is nested too deeply.")
    if dump_json(value) != decoded:
        raise ProtocolError(Check.FORM, "The message is not in its canonical form.")
    return value


def fields(value: JSONValue, *required: str, optional: tuple[str, ...] = (), extra: bool = False) -> dict[str, Any]:
    """The members of a JSON object: exactly the named ones, in this order. Raises ProtocolError (FORM).

    `optional` ones may be missing; with `extra`, others may be there and the order is free.
    """
    if not isinstance(value, dict):
        raise ProtocolError(Check.FORM, "An object was expected.")
    missing = [name for name in required if name not in value]
    if missing:
        raise ProtocolError(Check.FORM, "The field “%(field)s” is missing.", field=missing[0])
    if not extra:
        known = [name for name in (*required, *optional) if name in value]
        if list(value) != known:
            raise ProtocolError(Check.FORM, "A field is unknown or out of order.")
    return value


def items(value: JSONValue) -> list[Any]:
    """A JSON array. Raises ProtocolError (FORM)."""
    if not isinstance(value, list):
        raise ProtocolError(Check.FORM, "An array was expected.")
    return value


def text(value: JSONValue) -> str:
    """A JSON string. Raises ProtocolError (FORM)."""
    if not isinstance(value, str):
        raise ProtocolError(Check.FORM, "A string was expected.")
    return value


def whole(value: JSONValue, *, least: int = 0, most: int = MAX_INTEGER) -> int:
    """A JSON integer within bounds. Raises ProtocolError (FORM)."""
    if type(value) is not int or not least <= value <= most:
        raise ProtocolError(Check.FORM, "A whole number within bounds was expected.")
    return value


def digest(value: JSONValue) -> str:
    """A SHA-256 in lower-case hexadecimal. Raises ProtocolError (FORM)."""
    if not isinstance(value, str) or len(value) != 64 or not set(value) <= set("0123456789abcdef"):
        raise ProtocolError(Check.FORM, "A SHA-256 in hexadecimal was expected.")
    return value


def decimal(value: JSONValue, digits: int, check: Check) -> str:
    """The text of a non-negative integer in base 10 without sign and leading zeros, of at most `digits` digits.

    Raises ProtocolError with the given `check`.
    """
    if (
        not isinstance(value, str)
        or not value
        or len(value) > digits
        or not (value.isascii() and value.isdigit())
        or (value[0] == "0" and value != "0")
    ):
        raise ProtocolError(check, "A number is not in canonical decimal form.")
    return value


def parse_exponent(value: JSONValue, q: int) -> int:
    """A number modulo q: canonical decimal, 0 <= x < q. Raises ProtocolError (NUMBER)."""
    number = int(decimal(value, len(str(q)), Check.NUMBER))
    if number >= q:
        raise ProtocolError(Check.NUMBER, "A number is not below the group's order.", equation="0 ≤ x < q")
    return number


def sha256_hex(data: str | bytes) -> str:
    """SHA-256 in hexadecimal, of bytes or of a text in UTF-8: the name of a record in the archive (section 4.4)."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def hash_base64(data: str | bytes) -> str:
    """SHA-256 in base64 without padding (section 4.15): election hash, ballot hash and tracker."""
    return encode_base64(hashlib.sha256(data.encode() if isinstance(data, str) else data).digest()).rstrip("=")


def hash_mod(q: int, data: str) -> int:
    """H: SHA-256 of a text as a big-endian integer modulo q, the challenge of every proof."""
    return int.from_bytes(hashlib.sha256(data.encode()).digest(), "big") % q


def encode_base64(data: bytes) -> str:
    """Standard base64 with padding, for our own files."""
    return base64.b64encode(data).decode()


def decode_base64(value: JSONValue, check: Check, *, size: int | None = None) -> bytes:
    """Strict standard base64, of `size` bytes where that is known. Raises ProtocolError with the given `check`."""
    try:
        data = base64.b64decode(value, validate=True) if isinstance(value, str) else None
    except (binascii.Error, ValueError):
        data = None
    if data is None or encode_base64(data) != value or (size is not None and len(data) != size):
        raise ProtocolError(check, "A value is not base64 of the expected length.")
    return data
