"""Answers of the Online Certificate Status Protocol (RFC 6960): what the authority says of one certificate."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pb.core.eds import der, oids
from pb.core.eds.certificates import Certificate, certificate_of, read_extensions, signed_with
from pb.core.eds.faults import EDSError, Fault

MAX_RESPONSE = 65_536  # bytes
LIFE_WITHOUT_NEXT_UPDATE = timedelta(hours=24)
_SUCCESSFUL = b"\x00"
_GOOD, _UNKNOWN = der.context(0, constructed=False), der.context(2, constructed=False)
_REVOKED = der.context(1)
_HASHES: dict[str, Callable[[bytes], bytes]] = {
    oids.SHA1: lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),  # identifies, protects nothing
    oids.SHA256: lambda data: hashlib.sha256(data).digest(),
}


@dataclass(frozen=True)
class CertificateID:
    """Which certificate an answer is about: hashes of its issuer's name and key, and its serial number."""

    hash_oid: str
    name_hash: bytes
    key_hash: bytes
    serial: int


@dataclass(frozen=True)
class Single:
    """What is said of one certificate."""

    about: CertificateID
    good: bool
    revoked_since: datetime | None
    this_update: datetime
    fresh_until: datetime


@dataclass(frozen=True)
class Answer:
    """One single response with the signature of the response that it came in."""

    single: Single
    responder_name: bytes | None
    responder_key_hash: bytes | None
    certificates: tuple[Certificate, ...]
    signed_part: bytes
    signature_algorithm: der.Value
    signature: bytes

    def about(self, certificate: Certificate, issuer: Certificate) -> bool:
        subject = self.single.about
        digest = _HASHES.get(subject.hash_oid)
        return (
            digest is not None
            and subject.serial == certificate.serial
            and certificate.issuer == issuer.subject
            and subject.name_hash == digest(issuer.subject)
            and subject.key_hash == digest(issuer.public_key.bits)
        )

    def signed_for(self, issuer: Certificate, at: datetime) -> bool:
        """Signed by the issuer itself, or by a responder that the issuer certified for this (section 4.2.2.2)."""
        return any(
            self._names(signer) and signed_with(signer, self.signature_algorithm, self.signed_part, self.signature)
            for signer in (issuer, *(each for each in self.certificates if _is_responder(each, issuer, at)))
        )

    def _names(self, signer: Certificate) -> bool:
        if self.responder_name is not None:
            return self.responder_name == signer.subject
        return self.responder_key_hash == _HASHES[oids.SHA1](signer.public_key.bits)


def _is_responder(certificate: Certificate, issuer: Certificate, at: datetime) -> bool:
    return (
        oids.OCSP_SIGNING in certificate.extended_usages
        and not certificate.unread_critical
        and certificate.valid_at(at)
        and certificate.signed_by(issuer)
    )


def make_request(certificate: Certificate, issuer: Certificate) -> bytes:
    """An OCSPRequest in DER about one certificate (section 4.1)."""
    return der.sequence(der.sequence(der.sequence(der.sequence(encode_certificate_id(certificate, issuer)))))


def encode_certificate_id(certificate: Certificate, issuer: Certificate) -> bytes:
    """A CertID, with SHA-256 as the national responder has it."""
    digest = _HASHES[oids.SHA256]
    return der.sequence(
        der.sequence(der.encode_oid(oids.SHA256), der.encode(der.NULL)),
        der.encode(der.OCTET_STRING, digest(issuer.subject)),
        der.encode(der.OCTET_STRING, digest(issuer.public_key.bits)),
        der.encode_integer(certificate.serial),
    )


def read_answer(data: bytes) -> tuple[Answer, ...]:
    """The single responses of an OCSPResponse in DER. Raises EDSError, also when the responder refused to answer."""
    outer = der.Fields(der.read(data, max_size=MAX_RESPONSE))
    if outer.next(der.ENUMERATED).content != _SUCCESSFUL:
        raise EDSError(Fault.FORM, "the responder did not answer")
    holder = der.Fields(der.Fields(outer.next(der.context(0)), der.context(0)).next(der.SEQUENCE))
    outer.end()
    if holder.next(der.OID).oid() != oids.OCSP_BASIC:
        raise EDSError(Fault.FORM, "not a basic answer")
    basic = der.Fields(der.read(holder.next(der.OCTET_STRING).octets(), max_size=MAX_RESPONSE))
    holder.end()
    signed, algorithm, signature = basic.next(der.SEQUENCE), basic.next(der.SEQUENCE), basic.next(der.BIT_STRING)
    bundle = basic.optional(der.context(0))
    basic.end()
    certificates = der.Fields(bundle, der.context(0)).next(der.SEQUENCE).children if bundle else ()
    fields = der.Fields(signed)
    fields.optional(der.context(0))
    by_name, by_key = fields.optional(der.context(1)), fields.optional(der.context(2))
    if (by_name is None) == (by_key is None):
        raise EDSError(Fault.FORM, "an answer of nobody")
    fields.next(der.GENERALIZED_TIME)
    singles = fields.next(der.SEQUENCE).children
    fields.optional(der.context(1))
    fields.end()
    return tuple(
        Answer(
            single=_single(single),
            responder_name=by_name.children[0].raw if by_name and by_name.children else None,
            responder_key_hash=by_key.children[0].octets() if by_key and by_key.children else None,
            certificates=tuple(certificate_of(each) for each in certificates),
            signed_part=signed.raw,
            signature_algorithm=algorithm,
            signature=signature.bits(),
        )
        for single in singles
    )


def _single(value: der.Value) -> Single:
    fields = der.Fields(value)
    about = _certificate_id(fields.next(der.SEQUENCE))
    status = fields.next(_GOOD, _REVOKED, _UNKNOWN)
    this_update = fields.next(der.GENERALIZED_TIME).moment()
    next_update = fields.optional(der.context(0))
    extensions = fields.optional(der.context(1))
    fields.end()
    for group in extensions.children if extensions else ():
        if any(each.critical for each in read_extensions(group).values()):
            raise EDSError(Fault.FORM, "an answer with a critical extension")
    fresh_until = this_update + LIFE_WITHOUT_NEXT_UPDATE
    if next_update is not None:
        fresh_until = der.Fields(next_update, der.context(0)).next(der.GENERALIZED_TIME).moment()
    since = None
    if status.tag == _REVOKED:
        since = der.Fields(status, _REVOKED).next(der.GENERALIZED_TIME).moment()
    return Single(about, status.tag == _GOOD, since, this_update, fresh_until)


def _certificate_id(value: der.Value) -> CertificateID:
    fields = der.Fields(value)
    hash_oid = der.Fields(fields.next(der.SEQUENCE)).next(der.OID).oid()
    name_hash, key_hash = fields.next().octets(), fields.next().octets()
    serial = fields.next().integer()
    fields.end()
    return CertificateID(hash_oid, name_hash, key_hash, serial)
