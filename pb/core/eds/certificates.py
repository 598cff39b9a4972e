"""X.509 certificates (RFC 5280), as far as a verifier of signatures reads them.

The library `cryptography` parses them. Our own reader of DER goes over the same octets for what the library does not
give: names and keys as they stand, parameters of algorithms, usages of a key that have no name.
"""

import base64
import binascii
import hashlib
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from threading import RLock
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from pb.core.eds import der, keys, oids
from pb.core.eds.faults import EDSError, Fault
from pb.core.findings import Finding

MAX_CERTIFICATE = 32_768  # bytes
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]*)-----END \1-----")
_REFUSALS = (
    ValueError,
    TypeError,  # for bits in a name
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
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
_FILTERING = RLock()  # what is warned of is one setting for all threads
Kind = TypeVar("Kind", bound=x509.ExtensionType)


@contextmanager
def parsing(refused: Finding) -> Iterator[None]:
    """Around the library: its refusals become EDSError (FORM), its warnings go to nobody.

    It warns of every name that is longer than X.520 allows, as those of the national authorities are.
    """
    try:
        with _FILTERING, warnings.catch_warnings(action="ignore", category=UserWarning):
            yield
    except EDSError:
        raise
    except _REFUSALS as error:
        raise EDSError(Fault.FORM, refused.sentence) from error


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


@parsing(Finding("not a certificate that can be read"))
def certificate_of(value: der.Value) -> Certificate:
    """The certificate that an already looked-over value holds. Raises EDSError."""
    if len(value.raw) > MAX_CERTIFICATE:
        raise EDSError(Fault.SIZE, "a certificate that is too long")
    parsed = x509.load_der_x509_certificate(value.raw)
    if parsed.version is not x509.Version.v3 or parsed.serial_number <= 0:
        raise EDSError(Fault.FORM, "not a certificate of version 3 with a positive number")
    signed, algorithm, signature = signed_parts(value)
    _version, _serial, inner, issuer, _validity, subject, key_info, *more = signed.children
    if inner.raw != algorithm.raw:  # by octets: the outer one is under no signature, and a fingerprint is of all
        raise EDSError(Fault.FORM, "two different signature algorithms in one certificate")
    extensions = parsed.extensions
    constraints = _extension(extensions, x509.BasicConstraints)
    key_id = _extension(extensions, x509.SubjectKeyIdentifier)
    return Certificate(
        raw=value.raw,
        signed_part=signed.raw,
        signature_algorithm=algorithm,
        signature=signature,
        serial=parsed.serial_number,
        issuer=issuer.raw,
        subject=subject.raw,
        subject_names=_names(parsed.subject, subject),
        not_before=parsed.not_valid_before_utc,
        not_after=parsed.not_valid_after_utc,
        key_info=key_info,
        authority=constraints is not None and constraints.ca,
        path_length=constraints.path_length if constraints else None,
        key_usage=_key_usage(more),
        extended_usages=tuple(each.dotted_string for each in _extension(extensions, x509.ExtendedKeyUsage) or ()),
        policies=tuple(
            each.policy_identifier.dotted_string for each in _extension(extensions, x509.CertificatePolicies) or ()
        ),
        key_id=key_id.digest if key_id else None,
        unread_critical=tuple(
            each.oid.dotted_string
            for each in extensions
            if each.critical and each.oid.dotted_string not in _READ_EXTENSIONS
        ),
    )


def signed_parts(value: der.Value) -> tuple[der.Value, der.Value, bytes]:
    """What is signed, the algorithm and the signature (RFC 5280, sections 4.1 and 5.1). Raises EDSError."""
    fields = der.Fields(value)
    signed, algorithm, signature = fields.next(der.SEQUENCE), fields.next(der.SEQUENCE), fields.next(der.BIT_STRING)
    fields.end()
    return signed, algorithm, signature.bits()


def from_pem(data: bytes, *labels: str) -> Iterator[bytes]:
    """The DER inside PEM blocks with one of the labels, or in bare base64, or `data` itself. Raises EDSError.

    What the national program gives is base64 without the lines of PEM around it.
    """
    if b"-----BEGIN " not in data:
        yield _from_base64(data)
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
        raise EDSError(Fault.FORM, "no PEM block of %(kinds)s", kinds=", ".join(labels))


def _from_base64(data: bytes) -> bytes:
    """The octets of bare base64: a sequence's begin with M there, and with 0 in DER."""
    text = data.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if not text.startswith(b"M"):
        return data
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        raise EDSError(Fault.FORM, "broken base64, or no signature at all") from None


def _names(name: x509.Name, octets: der.Value) -> Mapping[str, tuple[str, ...]]:
    """The attributes of a name by identifier. Raises EDSError for one that is no text in the encoding of its type."""
    if not all(_is_text(attribute.children[1]) for part in octets.children for attribute in part.children):
        raise EDSError(Fault.FORM, "a name of something that is no text")
    found: dict[str, tuple[str, ...]] = {}
    for attribute in name:
        oid = attribute.oid.dotted_string
        found[oid] = (*found.get(oid, ()), str(attribute.value))
    return found


def _is_text(value: der.Value) -> bool:
    """The library takes whatever is UTF-8, be it called a string of digits or no string at all."""
    return value.tag in der.TEXTS or (value.tag in der.ASCII_TEXTS and value.content.isascii())


def _extension(extensions: x509.Extensions, kind: type[Kind]) -> Kind | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _key_usage(optional_parts: list[der.Value]) -> frozenset[int] | None:
    """All bits that are set: the library leaves out those that have no name, and a verifier refuses them."""
    found = [
        extension.children[-1].octets()
        for part in optional_parts
        if part.tag == der.context(3)
        for extension in part.children[0].children
        if extension.children[0].oid() == oids.KEY_USAGE
    ]
    return der.read(found[0], max_size=MAX_CERTIFICATE).named_bits() if found else None
