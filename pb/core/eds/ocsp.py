"""Answers of the Online Certificate Status Protocol (RFC 6960): what the authority says of one certificate."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from pb.core.eds import der, oids
from pb.core.eds.certificates import Certificate, certificate_of, parsing, signed_with
from pb.core.eds.faults import EDSError, Fault
from pb.core.findings import Finding

MAX_RESPONSE = 65_536  # bytes
LIFE_WITHOUT_NEXT_UPDATE = timedelta(hours=24)
_BY_NAME, _BY_KEY = der.context(1), der.context(2)
_HASHES: dict[str, Callable[[bytes], bytes]] = {
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),  # identifies, protects nothing
    "sha256": lambda data: hashlib.sha256(data).digest(),
}


@dataclass(frozen=True)
class CertificateID:
    """Which certificate an answer is about: hashes of its issuer's name and key, and its serial number."""

    hash_name: str
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
    """An answer about one certificate, with its signature."""

    single: Single
    responder_name: bytes | None
    responder_key_hash: bytes | None
    certificates: tuple[Certificate, ...]
    signed_part: bytes
    signature_algorithm: der.Value
    signature: bytes

    def about(self, certificate: Certificate, issuer: Certificate) -> bool:
        subject = self.single.about
        digest = _HASHES.get(subject.hash_name)
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
        return self.responder_key_hash == _HASHES["sha1"](signer.public_key.bits)


def _is_responder(certificate: Certificate, issuer: Certificate, at: datetime) -> bool:
    return (
        oids.OCSP_SIGNING in certificate.extended_usages
        and not certificate.unread_critical
        and certificate.valid_at(at)
        and certificate.signed_by(issuer)
    )


def make_request(certificate: Certificate, issuer: Certificate) -> bytes:
    """An OCSPRequest in DER about one certificate (section 4.1), by SHA-256 as the national responder has it."""
    digest = _HASHES["sha256"]
    builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
        digest(issuer.subject), digest(issuer.public_key.bits), certificate.serial, hashes.SHA256()
    )
    return builder.build().public_bytes(serialization.Encoding.DER)


@parsing(Finding("not an answer that can be read"))
def read_answer(data: bytes) -> Answer:
    """An OCSPResponse in DER about one certificate.

    Raises EDSError, also when the responder refused to answer, and for an answer about several certificates.
    """
    outer = der.read(data, max_size=MAX_RESPONSE)
    parsed = ocsp.load_der_ocsp_response(data)
    if parsed.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise EDSError(Fault.FORM, "the responder did not answer")
    single = _single(parsed)
    wrapped = outer.children[1].children[0].children[1].octets()
    signed, algorithm, signature, *bundle = der.read(wrapped, max_size=MAX_RESPONSE).children
    fields = der.Fields(signed)
    fields.optional(der.context(0))
    responder = fields.next(_BY_NAME, _BY_KEY)
    return Answer(
        single=single,
        responder_name=responder.children[0].raw if responder.tag == _BY_NAME else None,
        responder_key_hash=responder.children[0].octets() if responder.tag == _BY_KEY else None,
        certificates=tuple(certificate_of(each) for group in bundle for each in group.children[0].children),
        signed_part=signed.raw,
        signature_algorithm=algorithm,
        signature=signature.bits(),
    )


def _single(parsed: ocsp.OCSPResponse) -> Single:
    """The library refuses to give the one answer of a response that has several."""
    if any(each.critical for each in parsed.single_extensions):
        raise EDSError(Fault.FORM, "an answer with a critical extension")
    revoked = parsed.certificate_status is ocsp.OCSPCertStatus.REVOKED
    return Single(
        about=CertificateID(
            parsed.hash_algorithm.name, parsed.issuer_name_hash, parsed.issuer_key_hash, parsed.serial_number
        ),
        good=parsed.certificate_status is ocsp.OCSPCertStatus.GOOD,
        revoked_since=parsed.revocation_time_utc if revoked else None,
        this_update=parsed.this_update_utc,
        fresh_until=parsed.next_update_utc or _a_day_after(parsed.this_update_utc),
    )


def _a_day_after(moment: datetime) -> datetime:
    """An answer may bear any date, the last of the calendar too."""
    last = datetime.max.replace(tzinfo=UTC)
    return moment + LIFE_WITHOUT_NEXT_UPDATE if last - moment >= LIFE_WITHOUT_NEXT_UPDATE else last
