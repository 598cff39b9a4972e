"""Timestamps (RFC 3161): an authority's word that a signature was there at a moment, read from the CMS and judged."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pb.core.eds import der, oids
from pb.core.eds.certificates import DIGITAL_SIGNATURE, NON_REPUDIATION, Certificate
from pb.core.eds.checks import NAMES, Check, certificate_of, check_chain, check_signature
from pb.core.eds.content import Content
from pb.core.eds.faults import EDSError, Fault
from pb.core.eds.revocation import Revocations, not_ahead
from pb.core.eds.signed_data import SignedData, SignerInfo, read_signed_data
from pb.core.eds.streebog_fast import streebog512
from pb.core.eds.trust import Trust
from pb.core.findings import Finding

_HASHES: dict[str, Callable[[bytes], bytes]] = {
    oids.SHA256: lambda data: hashlib.sha256(data).digest(),
    oids.SHA384: lambda data: hashlib.sha384(data).digest(),
    oids.SHA512: lambda data: hashlib.sha512(data).digest(),
    oids.STREEBOG_512: streebog512,
}
_MOMENT = re.compile(r"(\d{14})(?:\.(\d{0,8}[1-9]))?Z", re.ASCII)
_FORMAT = "%Y%m%d%H%M%S"
_USAGE = frozenset({DIGITAL_SIGNATURE, NON_REPUDIATION})


@dataclass(frozen=True)
class Timestamp:
    """When an authority saw the signature, and which; the token's number is the authority's own."""

    at: datetime
    authority: str
    number: str
    fingerprint: str

    def to_value(self) -> dict[str, str]:
        return {**vars(self), "at": self.at.isoformat()}


@dataclass(frozen=True)
class Judged:
    """A token that was judged: what it says, only if it holds, and the check as it stands in a verdict."""

    timestamp: Timestamp | None
    check: Check


@dataclass(frozen=True)
class _Info:
    """TSTInfo (section 2.4.2), as far as it is read."""

    hash_name: str
    imprint: bytes
    number: int
    at: datetime


def judge_timestamp(
    token: bytes,
    signature: bytes,
    others: Iterable[Certificate],
    trust: Trust,
    at: datetime,
    revocations: Revocations,
) -> Judged:
    """Judges a token over `signature` at the moment `at`. What is wrong stands in the check; nothing is raised."""
    try:
        signed = read_signed_data(token, oids.TIMESTAMP_INFO)
        content, info = _parts(signed)
        said = _read_info(content)
        bundle = (*signed.certificates, *others)
        certificate = certificate_of(info, (*bundle, *trust.intermediates))
        checks = [
            Check("imprint", said.hash_name in _HASHES and said.imprint == _HASHES[said.hash_name](signature)),
            *check_signature(info, certificate, Content.of(content), oids.TIMESTAMP_INFO),
            Check("certificate", _is_named(certificate, info)),
            Check("purpose", _may_stamp(certificate)),
            Check("validity", certificate.valid_at(said.at)),
            Check("moment", not_ahead(said.at, at)),
        ]
        checks += check_chain(certificate, bundle, trust, said.at, at, revocations)
    except EDSError as error:
        return Judged(None, Check("timestamp", ok=False, seen=(Finding("cannot be read: %(why)s", why=error.finding),)))
    return _judged(said, certificate, checks)


def _parts(signed: SignedData) -> tuple[bytes, SignerInfo]:
    if signed.content is None or len(signed.signer_infos) != 1:
        raise EDSError(Fault.FORM, "a token has a content and one signer")
    return signed.content, signed.signer_infos[0]


def _judged(said: _Info, certificate: Certificate, checks: Sequence[Check]) -> Judged:
    authority = certificate.name(oids.COMMON_NAME)
    stamp = {"moment": f"{said.at:%Y-%m-%d %H:%M:%S}Z", "authority": authority}
    failed = [check for check in checks if not check.ok]
    if not failed:
        timestamp = Timestamp(said.at, authority, f"{said.number:x}", certificate.fingerprint)
        return Judged(timestamp, Check("timestamp", ok=True, seen=(Finding("%(moment)s by %(authority)s", **stamp),)))
    # Who asks whether it is false or only not known today reads it from the beginning, as of a revocation.
    unknown = all(check.name == "revocation" and not check.detail.startswith("revoked") for check in failed)
    verdict = (
        Finding("unknown: %(moment)s by %(authority)s", **stamp)
        if unknown
        else Finding("false: %(moment)s by %(authority)s", **stamp)
    )
    seen = (part for check in failed for part in (NAMES[check.name], *check.seen))
    return Judged(None, Check("timestamp", ok=False, seen=(verdict, *seen)))


def _read_info(content: bytes) -> _Info:
    fields = der.Fields(der.read(content, max_size=len(content)))
    if fields.next(der.INTEGER).integer() != 1:
        raise EDSError(Fault.FORM, "a timestamp of another version")
    fields.next(der.OID)
    imprint = der.Fields(fields.next(der.SEQUENCE))
    hash_name = der.Fields(imprint.next(der.SEQUENCE)).next(der.OID).oid()
    hashed = imprint.next(der.OCTET_STRING).octets()
    imprint.end()
    number, at = fields.next(der.INTEGER).integer(), _moment(fields.next(der.GENERALIZED_TIME))
    for tag in (der.SEQUENCE, der.BOOLEAN, der.INTEGER, der.context(0), der.context(1)):
        extensions = fields.optional(tag)
    fields.end()
    if extensions is not None:
        _refuse_critical(extensions)
    return _Info(hash_name, hashed, number, at)


def _refuse_critical(extensions: der.Value) -> None:
    for extension in extensions.children:
        if any(part.tag == der.BOOLEAN and part.content != b"\x00" for part in extension.children):
            raise EDSError(Fault.FORM, "a timestamp with a critical extension")


def _moment(value: der.Value) -> datetime:
    """GeneralizedTime with a fraction of a second or without one (section 2.4.2)."""
    match = _MOMENT.fullmatch(value.content.decode("ascii", errors="replace"))
    if match is None:
        raise EDSError(Fault.FORM, "a moment in another form")
    try:
        whole = datetime.strptime(match[1], _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        raise EDSError(Fault.FORM, "not a moment") from None
    return whole.replace(microsecond=int((match[2] or "").ljust(6, "0")[:6]))


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()  # names a certificate that is under a signature anyway


def _may_stamp(certificate: Certificate) -> bool:
    """Section 2.3: a key that stamps does nothing else."""
    usage = certificate.key_usage
    return (
        certificate.extended_usages == (oids.TIME_STAMPING,)
        and not certificate.authority
        and (usage is None or bool(usage & _USAGE))
    )


def _is_named(certificate: Certificate, info: SignerInfo) -> bool:
    """Whether the token names its certificate under its signature, by a hash (RFC 5035): it must. Raises EDSError."""
    named = False
    for oid, usual in ((oids.SIGNING_CERTIFICATE, _sha1), (oids.SIGNING_CERTIFICATE_V2, _HASHES[oids.SHA256])):
        attribute = info.attributes.get(oid)
        if attribute is None:
            continue
        first = der.Fields(der.Fields(der.Fields(attribute).next(der.SEQUENCE)).next(der.SEQUENCE))
        algorithm = first.optional(der.SEQUENCE) if oid == oids.SIGNING_CERTIFICATE_V2 else None
        digest = _HASHES.get(der.Fields(algorithm).next(der.OID).oid()) if algorithm else usual
        if digest is None or first.next(der.OCTET_STRING).octets() != digest(certificate.raw):
            return False
        named = True
    return named
