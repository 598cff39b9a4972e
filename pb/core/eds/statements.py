"""The texts that people sign: small, readable, and each good for one purpose alone.

The first line names protocol and purpose, the others are `name: value` in a fixed order, joined by one line feed,
without a last line feed. The origin of the site is part of each, so that no signature serves another installation.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType

from pb.core.eds.faults import EDSError, Fault

LONGEST = 2_000  # bytes; every statement is far shorter
ORIGIN = r"https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?"
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


class Kind(StrEnum):
    """First line of a statement."""

    SIGN_IN = "asar-sign-in"
    RELEASE = "asar-release"
    BALLOT = "asar-ballot"
    AKIM_ANSWER = "asar-akim-answer"


@dataclass(frozen=True)
class Statement:
    """A statement read back; `values` holds exactly the fields of its kind, each in its exact form."""

    kind: Kind
    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    @property
    def at(self) -> datetime:
        """The moment in the text. Raises KeyError for kinds that carry none."""
        return datetime.strptime(self.values["at"], MOMENT).replace(tzinfo=UTC)


_FORMS = {
    "origin": ORIGIN,
    "nonce": r"[A-Za-z0-9_-]{22,86}",
    "at": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z",
    "poll": r"[A-Za-z0-9-]{14,64}",
    "key": r"B[A-Za-z0-9_-]{86}",  # 65 bytes, the first of them 04: an uncompressed point
    "tracker": r"[A-Za-z0-9+/]{43}",
    "minutes": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "pdf": r"[0-9a-f]{64}",
    "answer": r"agreed|disagreed( [1-9][0-9]{0,2})+",
}
_FIELDS = {
    Kind.SIGN_IN: ("origin", "nonce", "at"),
    Kind.RELEASE: ("origin", "poll", "key", "nonce", "at"),
    Kind.BALLOT: ("origin", "poll", "tracker"),
    Kind.AKIM_ANSWER: ("origin", "minutes", "pdf", "answer"),
}


def sign_in_text(origin: str, nonce: str, at: datetime) -> str:
    """Signing in: `nonce` is the server's, base64url. Raises EDSError when a part is not of its form."""
    return _text(Kind.SIGN_IN, origin=origin, nonce=nonce, at=moment(at))


def release_text(origin: str, poll: str, key: str, nonce: str, at: datetime) -> str:
    """Asking for one's credential: `key` is the browser's P-256 point (65 bytes, base64url). Raises EDSError."""
    return _text(Kind.RELEASE, origin=origin, poll=poll, key=key, nonce=nonce, at=moment(at))


def tracker_text(origin: str, poll: str, tracker: str) -> str:
    """Confirming a ballot by its tracker (43 base64 symbols). Raises EDSError."""
    return _text(Kind.BALLOT, origin=origin, poll=poll, tracker=tracker)


def akim_text(origin: str, minutes: str, pdf: str, answer: str) -> str:
    """The akim's answer to minutes, by the SHA-256 of their PDF (hex): `agreed`, or `disagreed 2 5` with the points.

    Raises EDSError.
    """
    return _text(Kind.AKIM_ANSWER, origin=origin, minutes=minutes, pdf=pdf, answer=answer)


def moment(at: datetime) -> str:
    """A moment as statements write it: UTC, whole seconds."""
    return at.astimezone(UTC).strftime(MOMENT)


def parse_statement(data: bytes) -> Statement:
    """Reads a statement back, exactly as one of the functions above would write it. Raises EDSError otherwise."""
    if len(data) > LONGEST:
        raise EDSError(Fault.SIZE, "statement too long")
    try:
        first, *lines = data.decode("ascii").split("\n")
        kind = Kind(first)
    except ValueError:
        raise EDSError(Fault.STATEMENT, "not a statement of this protocol") from None
    names = _FIELDS[kind]
    pairs = [line.partition(": ") for line in lines]
    if tuple(name for name, _colon, _value in pairs) != names:
        raise EDSError(Fault.STATEMENT, "fields of %(kind)s are %(fields)s", kind=kind.value, fields=", ".join(names))
    values = {name: _checked(name, value) for name, _colon, value in pairs}
    return Statement(kind, MappingProxyType(values))


def _text(kind: Kind, **values: str) -> str:
    return "\n".join([kind, *(f"{name}: {_checked(name, values[name])}" for name in _FIELDS[kind])])


def _checked(name: str, value: str) -> str:
    if not re.fullmatch(_FORMS[name], value):
        raise EDSError(Fault.STATEMENT, "%(field)s has another form", field=name)
    if name == "at":
        try:
            datetime.strptime(value, MOMENT).replace(tzinfo=UTC)
        except ValueError:
            raise EDSError(Fault.STATEMENT, "at is no moment") from None
    return value
