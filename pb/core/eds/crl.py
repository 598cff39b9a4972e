"""Certificate revocation lists (RFC 5280, section 5): complete ones; deltas and indirect ones are refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pb.core.eds import der, oids
from pb.core.eds.certificates import CRL_SIGN, Certificate, from_pem, read_extensions, signed_with
from pb.core.eds.faults import EDSError, Fault

MAX_LIST = 64_000_000  # bytes
MAX_VALUES = 6_000_000
_ONLY_USERS, _ONLY_AUTHORITIES = der.context(1, constructed=False), der.context(2, constructed=False)


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


def _read(data: bytes) -> RevocationList:
    outer = der.Fields(der.read(data, max_size=MAX_LIST, max_values=MAX_VALUES))
    signed, algorithm, signature = outer.next(der.SEQUENCE), outer.next(der.SEQUENCE), outer.next(der.BIT_STRING)
    outer.end()
    fields = der.Fields(signed)
    if fields.next(der.INTEGER).integer() != 1:
        raise EDSError(Fault.FORM, "not a list of version 2")
    if fields.next(der.SEQUENCE).raw != algorithm.raw:
        raise EDSError(Fault.FORM, "two different signature algorithms in one list")
    issuer = fields.next(der.SEQUENCE)
    this_update = fields.next(der.UTC_TIME, der.GENERALIZED_TIME).moment()
    next_update = fields.next(der.UTC_TIME, der.GENERALIZED_TIME).moment()
    entries = fields.optional(der.SEQUENCE)
    only_users, only_authorities = _scope(fields.optional(der.context(0)))
    fields.end()
    return RevocationList(
        issuer=issuer.raw,
        this_update=this_update,
        next_update=next_update,
        revoked=dict(_entry(value) for value in der.values(entries.content)) if entries else {},
        only_users=only_users,
        only_authorities=only_authorities,
        signed_part=signed.raw,
        signature_algorithm=algorithm,
        signature=signature.bits(),
    )


def _entry(value: der.Value) -> tuple[int, datetime]:
    fields = der.Fields(value)
    serial = fields.next(der.INTEGER).integer()
    since = fields.next(der.UTC_TIME, der.GENERALIZED_TIME).moment()
    extensions = fields.optional(der.SEQUENCE)
    fields.end()
    if extensions and any(each.critical for each in read_extensions(extensions).values()):
        raise EDSError(Fault.FORM, "an entry with a critical extension: an indirect list")
    return serial, since


def _scope(tagged: der.Value | None) -> tuple[bool, bool]:
    """Which certificates the list is about, by its IssuingDistributionPoint. Raises EDSError for partial lists."""
    if tagged is None:
        return False, False
    if len(tagged.children) != 1:
        raise EDSError(Fault.FORM, "extensions in another form")
    only_users = only_authorities = False
    for oid, extension in read_extensions(tagged.children[0]).items():
        if oid == oids.ISSUING_DISTRIBUTION_POINT:
            tags = {each.tag: each.content == b"\xff" for each in extension.value.children}
            if tags.keys() - {der.context(0), _ONLY_USERS, _ONLY_AUTHORITIES}:
                raise EDSError(Fault.FORM, "a partial or indirect list")
            only_users, only_authorities = tags.get(_ONLY_USERS, False), tags.get(_ONLY_AUTHORITIES, False)
        elif extension.critical:
            raise EDSError(Fault.FORM, f"critical extension {oid} of a list is not known here")
    return only_users, only_authorities
