"""What the code-releasing process answers. It trusts the web process with nothing but the delivery of messages.

A code is released when the voter's own signature asks for it: a CMS of the statement "asar-release", which names this
site, the poll, a nonce that was never used, the time, and the browser's key; by an individual's certificate whose IIN
is the one that was sealed with the code when the card was made. The code is then sealed to the browser's key.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from pb.codes.service.nonces import UsedNonces
from pb.core import sealing
from pb.core.eds import EDSError, Purpose, Revocations, Signer, Trust, verify_cms
from pb.core.eds.statements import Kind, Statement, parse_statement
from pb.core.national_numbers import IIN
from pb.core.sealing import SealingError
from pb.identity.service import iin as numbers
from pb.keyring import KeyRing

LONGEST_WORD = 700
LONGEST_CMS = 40_000
FRESH = timedelta(minutes=10)
AHEAD = timedelta(minutes=2)


class Refused(Exception):
    """Why nothing is released; the argument is a word of the protocol between the processes."""


@dataclass(frozen=True)
class Desk:
    """The desk: its key, whom it trusts now, and its own memory. `pepper` keys the look-up of IINs."""

    private_key: ec.EllipticCurvePrivateKey
    pepper: KeyRing
    origin: str
    trusted: Callable[[], tuple[Trust, Revocations]]
    nonces: UsedNonces
    log: Path

    @property
    def public_key(self) -> str:
        return sealing.public_text(self.private_key)

    def answer(self, request: Any, at: datetime) -> dict[str, str]:
        """One answer to one request: {"key"}, {"opens"}, {"released"}, or {"refused": reason}."""
        if not isinstance(request, dict):
            return {"refused": "request"}
        if request.get("ask") == "key":
            marks = self.pepper.marks
            return {"key": self.public_key, "fingerprint": fingerprint(self.public_key), "pepper": marks}
        fields = {name: _word(request, name, most) for name, most in _FIELDS.items()}
        if request.get("ask") == "opens":
            return {"opens": "yes" if self._opens(fields) else "no"}
        if request.get("ask") != "release":
            return {"refused": "request"}
        try:
            released, signer = self._release(fields, at)
        except Refused as refusal:
            self._note(fields, at, refused=str(refusal))
            return {"refused": str(refusal)}
        self._note(fields, at, released=signer.fingerprint)
        return {"released": released}

    def _opens(self, fields: Mapping[str, str]) -> bool:
        """Whether a sealed code was sealed to this key: asked by whoever looks after the installation, told no more."""
        binding = {name: fields[name] for name in ("poll", "entry", "public_key")}
        try:
            sealing.unseal_code(fields["sealed"], self.private_key, **binding)
        except SealingError:
            return False
        return True

    def _release(self, fields: Mapping[str, str], at: datetime) -> tuple[str, Signer]:
        statement = self._statement(fields, at)
        signer = self._signer(fields, at)
        binding = {name: fields[name] for name in ("poll", "entry", "public_key")}
        try:
            code, lookup = sealing.unseal_code(fields["sealed"], self.private_key, **binding)
        except SealingError:
            raise Refused("sealed") from None
        if signer.iin is None or lookup not in self._lookups(signer.iin):
            raise Refused("owner")
        if not self.nonces.take(statement["nonce"], at=at, until=statement.at + FRESH + AHEAD):
            raise Refused("used")
        context = sealing.released_context(fields["poll"], fields["public_key"], statement["nonce"])
        try:
            return sealing.seal(code.encode(), statement["key"], context), signer
        except SealingError:
            raise Refused("key") from None

    def _lookups(self, digits: str) -> list[str]:
        """Under every pepper: a frozen roll, and the codes sealed for it, keep those of their time."""
        return [lookup.hex() for lookup in numbers.lookups(IIN(digits, date.min), self.pepper)]

    def _statement(self, fields: Mapping[str, str], at: datetime) -> Statement:
        try:
            statement = parse_statement(fields["text"].encode())
        except EDSError:
            raise Refused("statement") from None
        if statement.kind is not Kind.RELEASE:
            raise Refused("statement")
        if statement["origin"] != self.origin:
            raise Refused("origin")
        if statement["poll"] != fields["poll"]:
            raise Refused("poll")
        if not at - FRESH <= statement.at <= at + AHEAD:
            raise Refused("time")
        return statement

    def _signer(self, fields: Mapping[str, str], at: datetime) -> Signer:
        """The one signer of the statement, with a good certificate of an individual."""
        trust, revocations = self.trusted()
        try:
            verdict = verify_cms(
                fields["cms"].encode(),
                data=fields["text"].encode(),
                trust=trust,
                at=at,
                revocations=revocations,
                purpose=Purpose.INDIVIDUAL,
            )
        except EDSError:
            raise Refused("signature") from None
        if not verdict.ok or len(verdict.signers) != 1:
            raise Refused("signature")
        return verdict.signers[0]

    def _note(self, fields: Mapping[str, str], at: datetime, **outcome: str) -> None:
        """The process's own log: no IIN and no code, but which certificate a code was released to."""
        line = {"at": at.astimezone(UTC).isoformat(), "poll": fields["poll"], "entry": fields["entry"], **outcome}
        with os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
            file.write(json.dumps(line) + "\n")


_FIELDS = {
    "poll": LONGEST_WORD,
    "entry": LONGEST_WORD,
    "public_key": LONGEST_WORD,
    "sealed": sealing.LONGEST,
    "text": 2_000,
    "cms": LONGEST_CMS,
}


def _word(request: Mapping[str, Any], name: str, most: int) -> str:
    """A field of the request; empty, which fits nothing, for what is no ASCII text or too long."""
    value = request.get(name)
    return value if isinstance(value, str) and len(value) <= most and value.isascii() else ""


def fingerprint(public_key: str) -> str:
    """SHA-256 of the public point, in groups that two people can compare by voice."""
    digest = hashlib.sha256(sealing.decode(public_key)).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))
