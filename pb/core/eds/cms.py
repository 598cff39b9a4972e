"""CMS SignedData (RFC 5652): who signed what, with each check and its outcome."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pb.core.eds.revocation import Revocations
from pb.core.eds.trust import Trust


class Purpose(StrEnum):
    """What the signer's certificate must be for."""

    INDIVIDUAL = "individual"
    HEAD = "head"
    RIGHT_TO_SIGN = "right_to_sign"
    ANY = "any"


@dataclass(frozen=True)
class Check:
    """One check of one signer: its name, outcome and what was seen."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True)
class Signer:
    """A signer as the certificate names them; the given name holds the patronymic, as the national CA writes it."""

    iin: str | None
    bin: str | None
    common_name: str
    surname: str
    given_name: str
    algorithm: str
    policies: tuple[str, ...]
    extended_usages: tuple[str, ...]
    serial: str
    fingerprint: str
    signed_at: datetime | None
    not_before: datetime
    not_after: datetime
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        return bool(self.checks) and all(check.ok for check in self.checks)


@dataclass(frozen=True)
class Verdict:
    """The content that was signed (None when detached and not given) and everybody who signed it."""

    content: bytes | None
    signers: tuple[Signer, ...]

    @property
    def ok(self) -> bool:
        return bool(self.signers) and all(signer.ok for signer in self.signers)


def verify_cms(
    cms: bytes,
    *,
    data: bytes | None = None,
    trust: Trust,
    at: datetime,
    revocations: Revocations,
    purpose: Purpose = Purpose.ANY,
) -> Verdict:
    """Judges a CMS, PEM or DER. Raises EDSError for input that cannot be judged; a failed check is in the verdict."""
    raise NotImplementedError
