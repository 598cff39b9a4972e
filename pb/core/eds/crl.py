"""Certificate revocation lists (RFC 5280, section 5): complete ones; deltas and indirect ones are refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509

from pb.core.eds import der, keys
from pb.core.eds.certificates import (
    CRL_SIGN,
    MAX_CERTIFICATE,
    Certificate,
    from_pem,
    parsing,
    signed_parts,
    signed_with,
)
from pb.core.eds.faults import EDSError, Fault
from pb.core.findings import Finding

MAX_LIST = 64_000_000  # bytes
MAX_ENTRIES = 1_000_000


@dataclass(frozen=True)
class RevocationList:
    """A list that was read; its signature is checked against an issuer when it is used."""

    issuer: bytes
    this_update: datetime
    next_update: datetime
    revoked: Mapping[int, datetime]
    only_users: bool
    only_authorities: bool
    signed_part: bytes
    signature_algorithm: der.Value
    signature: bytes
    _signed_by: dict[Certificate, bool] = field(default_factory=dict, repr=False, compare=False)

    def revoked_since(self, serial: int) -> datetime | None:
        return self.revoked.get(serial)

    def covers(self, certificate: Certificate) -> bool:
        """Whether the list speaks of certificates of this kind."""
        return not (self.only_users and certificate.authority) and not (
            self.only_authorities and not certificate.authority
        )

    def signed_by(self, issuer: Certificate) -> bool:
        """Whether it is the issuer's; remembered, because a list has megabytes."""
        if issuer not in self._signed_by:
            allowed = issuer.key_usage is None or CRL_SIGN in issuer.key_usage
            self._signed_by[issuer] = allowed and signed_with(
                issuer, self.signature_algorithm, self.signed_part, self.signature
            )
        return self._signed_by[issuer]


def read_lists(data: bytes) -> list[RevocationList]:
    """The lists of a file, PEM or DER. Raises EDSError."""
    return [_read(each) for each in from_pem(data, "X509 CRL")]


@parsing(Finding("not a list that can be read"))
def _read(data: bytes) -> RevocationList:
    signed, algorithm, signature = signed_parts(der.whole(data, max_size=MAX_LIST))
    fields = der.Fields(signed)
    if fields.next(der.INTEGER).integer() != 1:
        raise EDSError(Fault.FORM, "not a list of version 2")
    inner, issuer = fields.next(der.SEQUENCE), der.read(fields.next(der.SEQUENCE).raw, max_size=MAX_CERTIFICATE)
    if not keys.same_algorithm(inner, algorithm):
        raise EDSError(Fault.FORM, "two different signature algorithms in one list")
    # The library wants the two in the same octets; only the inner one is under the signature.
    parsed = x509.load_der_x509_crl(der.sequence(signed.raw, inner.raw, der.encode_bits(signature)))
    if parsed.next_update_utc is None:
        raise EDSError(Fault.FORM, "a list without an end")
    if len(parsed) > MAX_ENTRIES:
        raise EDSError(Fault.SIZE, "more than %(most)s entries", most=MAX_ENTRIES)
    only_users, only_authorities = _scope(parsed.extensions)
    return RevocationList(
        issuer=issuer.raw,
        this_update=parsed.last_update_utc,
        next_update=parsed.next_update_utc,
        revoked=dict(map(_entry, parsed)),
        only_users=only_users,
        only_authorities=only_authorities,
        signed_part=signed.raw,
        signature_algorithm=algorithm,
        signature=signature,
    )


def _entry(entry: x509.RevokedCertificate) -> tuple[int, datetime]:
    if any(each.critical for each in entry.extensions):
        raise EDSError(Fault.FORM, "an entry with a critical extension: an indirect list")
    return entry.serial_number, entry.revocation_date_utc


def _scope(extensions: x509.Extensions) -> tuple[bool, bool]:
    """Which certificates the list is about, by its IssuingDistributionPoint. Raises EDSError for partial lists."""
    only_users = only_authorities = False
    for extension in extensions:
        point = extension.value
        if isinstance(point, x509.IssuingDistributionPoint):
            # Reasons that have no name make an empty set.
            if point.only_some_reasons is not None or point.indirect_crl or point.only_contains_attribute_certs:
                raise EDSError(Fault.FORM, "a partial or indirect list")
            only_users, only_authorities = point.only_contains_user_certs, point.only_contains_ca_certs
        elif extension.critical:
            raise EDSError(
                Fault.FORM,
                "critical extension %(extension)s of a list is not known here",
                extension=extension.oid.dotted_string,
            )
    return only_users, only_authorities
