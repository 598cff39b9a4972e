"""X.509 certificates (RFC 5280), as far as a verifier of signatures reads them."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

from pb.core.eds import der, keys, oids
from pb.core.eds.faults import EDSError, Fault

MAX_CERTIFICATE = 32_768  # bytes
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]*)-----END \1-----")
_VERSION_3 = 2
_READ_EXTENSIONS = frozenset(
    {
        oids.BASIC_CONSTRAINTS,
        oids.KEY_USAGE,
        oids.EXTENDED_KEY_USAGE,
        oids.CERTIFICATE_POLICIES,
        oids.SUBJECT_KEY_ID,
        oids.AUTHORITY_KEY_ID,
        oids.SUBJECT_ALTERNATIVE_NAME,
    }
)

DIGITAL_SIGNATURE, NON_REPUDIATION, KEY_ENCIPHERMENT, KEY_AGREEMENT, KEY_CERT_SIGN, CRL_SIGN = 0, 1, 2, 4, 5, 6


class Extension(NamedTuple):
    """An extension as it stands; what its octets hold is read only by who asks, for some hold no DER at all."""

    critical: bool
    octets: bytes

    @property
    def value(self) -> der.Value:
        """The value inside. Raises EDSError."""
        return der.read(self.octets, max_size=MAX_CERTIFICATE)


@dataclass(frozen=True, eq=False)
class Certificate:
    """A certificate that was read. Names stand in `subject_names` by their identifiers, each with all its values.

    Two certificates are equal when their octets are.
    """

    raw: bytes
    signed_part: bytes
    signature_algorithm: der.Value
    signature: bytes
    serial: int
    issuer: bytes
    subject: bytes
    subject_names: Mapping[str, tuple[str, ...]]
    not_before: datetime
    not_after: datetime
    key_info: der.Value
    authority: bool
    path_length: int | None
    key_usage: frozenset[int] | None
    extended_usages: tuple[str, ...]
    policies: tuple[str, ...]
    key_id: bytes | None
    unread_critical: tuple[str, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    @cached_property
    def public_key(self) -> keys.PublicKey:
        """The subject's key. Raises EDSError (ALGORITHM)."""
        return keys.read_public_key(self.key_info)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the whole certificate, hex."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def self_issued(self) -> bool:
        return self.issuer == self.subject

    def name(self, oid: str) -> str:
        """The values of one attribute of the subject, as they stand, or an empty text."""
        return " ".join(self.subject_names.get(oid, ()))

    @property
    def iin(self) -> str | None:
        """Twelve digits from serialNumber=IIN…; whether such an IIN can be is not judged here."""
        return self._number("IIN", (oids.SERIAL_NUMBER,))

    @property
    def bin(self) -> str | None:
        """Twelve digits from OU=BIN…, or from serialNumber=BIN…, where some certificates have them."""
        return self._number("BIN", (oids.ORGANIZATIONAL_UNIT, oids.SERIAL_NUMBER))

    def signed_by(self, issuer: "Certificate") -> bool:
        """Whether `issuer` has the name and the key that this certificate was signed with."""
        return self.issuer == issuer.subject and _signed_by(self, issuer)

    def valid_at(self, at: datetime) -> bool:
        return self.not_before <= at <= self.not_after

    def _number(self, prefix: str, places: tuple[str, ...]) -> str | None:
        """A certificate that names two different numbers of one kind names none."""
        found = {
            match[1]
            for place in places
            for value in self.subject_names.get(place, ())
            if (match := re.fullmatch(prefix + r"([0-9]{12})", value))
        }
        return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=1024)
def _signed_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Remembered: the same few authorities stand above everybody."""
    return signed_with(issuer, certificate.signature_algorithm, certificate.signed_part, certificate.signature)


def signed_with(issuer: Certificate, algorithm: der.Value, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is that of the issuer's key; False for algorithms or keys that are not accepted."""
    try:
        fits = keys.signature_algorithm(algorithm) is issuer.public_key.algorithm
    except EDSError:
        return False
    return fits and issuer.public_key.verifies(message, signature)


def read_certificate(data: bytes) -> Certificate:
    """One certificate in DER. Raises EDSError for anything that is not strictly that."""
    return certificate_of(der.read(data, max_size=MAX_CERTIFICATE))


def certificate_of(value: der.Value) -> Certificate:
    """The certificate that an already looked-over value holds. Raises EDSError."""
    if len(value.raw) > MAX_CERTIFICATE:
        raise EDSError(Fault.SIZE, "a certificate that is too long")
    outer = der.Fields(value)
    signed, algorithm, signature = outer.next(der.SEQUENCE), outer.next(der.SEQUENCE), outer.next(der.BIT_STRING)
    outer.end()
    fields = der.Fields(signed)
    _expect_version(fields.next(der.context(0)))
    serial = fields.next(der.INTEGER).integer()
    if fields.next(der.SEQUENCE).raw != algorithm.raw:
        raise EDSError(Fault.FORM, "two different signature algorithms in one certificate")
    issuer = fields.next(der.SEQUENCE)
    validity = der.Fields(fields.next(der.SEQUENCE))
    subject = fields.next(der.SEQUENCE)
    key_info = fields.next(der.SEQUENCE)
    fields.optional(der.context(1, constructed=False))
    fields.optional(der.context(2, constructed=False))
    extensions = _extensions(fields.optional(der.context(3)))
    fields.end()
    not_before, not_after = validity.next().moment(), validity.next().moment()
    validity.end()
    authority, path_length = _basic_constraints(extensions.get(oids.BASIC_CONSTRAINTS))
    return Certificate(
        raw=value.raw,
        signed_part=signed.raw,
        signature_algorithm=algorithm,
        signature=signature.bits(),
        serial=serial,
        issuer=issuer.raw,
        subject=subject.raw,
        subject_names=read_name(subject),
        not_before=not_before,
        not_after=not_after,
        key_info=key_info,
        authority=authority,
        path_length=path_length,
        key_usage=_key_usage(extensions.get(oids.KEY_USAGE)),
        extended_usages=_oids(extensions.get(oids.EXTENDED_KEY_USAGE)),
        policies=_policies(extensions.get(oids.CERTIFICATE_POLICIES)),
        key_id=_octets(extensions.get(oids.SUBJECT_KEY_ID)),
        unread_critical=tuple(oid for oid, each in extensions.items() if each.critical and oid not in _READ_EXTENSIONS),
    )


def read_name(name: der.Value) -> Mapping[str, tuple[str, ...]]:
    """The attributes of a distinguished name by identifier. Raises EDSError."""
    found: dict[str, tuple[str, ...]] = {}
    for part in name.children:
        if part.tag != der.SET:
            raise EDSError(Fault.FORM, "a name that is none")
        for attribute in part.children:
            fields = der.Fields(attribute)
            oid, value = fields.next(der.OID).oid(), fields.next()
            fields.end()
            if value.tag in der.TEXTS:  # other kinds of values name nobody
                found[oid] = (*found.get(oid, ()), value.text())
    return found


def from_pem(data: bytes, *labels: str) -> Iterator[bytes]:
    """The DER inside PEM blocks with one of the labels, or `data` itself if it is no PEM. Raises EDSError."""
    if b"-----BEGIN " not in data:
        yield data
        return
    found = False
    for label, body in _PEM.findall(data):
        if label.decode() in labels:
            found = True
            try:
                yield base64.b64decode(b"".join(body.split()), validate=True)
            except binascii.Error:
                raise EDSError(Fault.FORM, "PEM with broken base64") from None
    if not found:
        raise EDSError(Fault.FORM, f"no PEM block of {' or '.join(labels)}")


def read_extensions(value: der.Value) -> dict[str, Extension]:
    """Extensions by identifier. Raises EDSError; each may stand once."""
    found: dict[str, Extension] = {}
    for extension in value.children:
        fields = der.Fields(extension)
        oid = fields.next(der.OID).oid()
        critical = fields.optional(der.BOOLEAN)
        content = fields.next(der.OCTET_STRING).octets()
        fields.end()
        if oid in found:
            raise EDSError(Fault.FORM, f"extension {oid} stands twice")
        found[oid] = Extension(critical is not None and critical.boolean(), content)
    return found


def _extensions(tagged: der.Value | None) -> dict[str, Extension]:
    if tagged is None:
        return {}
    if len(tagged.children) != 1 or tagged.children[0].tag != der.SEQUENCE:
        raise EDSError(Fault.FORM, "extensions in another form")
    return read_extensions(tagged.children[0])


def _expect_version(tagged: der.Value) -> None:
    if len(tagged.children) != 1 or tagged.children[0].integer() != _VERSION_3:
        raise EDSError(Fault.FORM, "not a certificate of version 3")


def _basic_constraints(extension: Extension | None) -> tuple[bool, int | None]:
    if extension is None:
        return False, None
    fields = der.Fields(extension.value)
    authority, length = fields.optional(der.BOOLEAN), fields.optional(der.INTEGER)
    fields.end()
    path_length = length.integer() if length else None
    if path_length is not None and path_length < 0:
        raise EDSError(Fault.FORM, "a negative path length")
    return authority is not None and authority.boolean(), path_length


def _key_usage(extension: Extension | None) -> frozenset[int] | None:
    return extension.value.named_bits() if extension else None


def _oids(extension: Extension | None) -> tuple[str, ...]:
    return tuple(value.oid() for value in extension.value.children) if extension else ()


def _policies(extension: Extension | None) -> tuple[str, ...]:
    return tuple(der.Fields(value).next(der.OID).oid() for value in extension.value.children) if extension else ()


def _octets(extension: Extension | None) -> bytes | None:
    return extension.value.octets() if extension else None
