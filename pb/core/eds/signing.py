"""Making signatures in CMS, with private keys in the open: for tests and throw-away keys, never for a person's key.

Each part can be made wrong on purpose, so that a test shows that the verifier sees it.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from pb.core.eds import der, gost, keys, oids
from pb.core.eds.certificates import Certificate, from_pem, read_certificate
from pb.core.eds.faults import EDSError, Fault
from pb.core.eds.keys import Algorithm

_RSA_EXPONENT = 65_537
_NULL = der.encode(der.NULL)
_GOST_KEY = der.sequence(der.encode_oid(oids.GOST_KEY), keys.GOST_PARAMETERS)
SIGNATURE_ALGORITHM = {
    Algorithm.RSA: der.sequence(der.encode_oid(oids.SHA256_WITH_RSA), _NULL),
    Algorithm.GOST: der.sequence(der.encode_oid(oids.GOST_SIGNATURE)),
}
DIGEST_ALGORITHM = {
    Algorithm.RSA: der.sequence(der.encode_oid(oids.SHA256), _NULL),
    Algorithm.GOST: der.sequence(der.encode_oid(oids.STREEBOG_512)),
}


@dataclass(frozen=True)
class PrivateKey:
    """A private key: RSA, or the number d of GOST."""

    secret: rsa.RSAPrivateKey | int

    @classmethod
    def generate(cls, algorithm: Algorithm) -> "PrivateKey":
        if algorithm is Algorithm.RSA:
            return cls(rsa.generate_private_key(_RSA_EXPONENT, keys.SMALLEST_RSA))
        return cls(gost.generate_private())

    @property
    def algorithm(self) -> Algorithm:
        return Algorithm.GOST if isinstance(self.secret, int) else Algorithm.RSA

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.secret, int):
            return gost.sign(self.secret, message)
        return self.secret.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def public_info(self) -> bytes:
        """SubjectPublicKeyInfo."""
        if isinstance(self.secret, int):
            point = gost.public_key_of(self.secret).to_bytes()
            return der.sequence(_GOST_KEY, der.encode_bits(der.encode(der.OCTET_STRING, point)))
        return self.secret.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def to_pem(self) -> bytes:
        """PKCS#8 without a password: the national CA's GOST form is an OCTET STRING with d, little-endian."""
        if isinstance(self.secret, int):
            number = der.encode(der.OCTET_STRING, gost.number_to_bytes(self.secret))
            octets = der.sequence(der.encode_integer(0), _GOST_KEY, der.encode(der.OCTET_STRING, number))
            return to_pem(octets, "PRIVATE KEY")
        return self.secret.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @classmethod
    def from_pem(cls, data: bytes) -> "PrivateKey":
        """Reads what `to_pem` wrote. Raises EDSError."""
        (octets,) = from_pem(data, "PRIVATE KEY")
        fields = der.Fields(der.read(octets, max_size=keys.LARGEST_RSA))
        fields.next(der.INTEGER)
        if fields.next(der.SEQUENCE).raw == _GOST_KEY:
            number = der.read(fields.next(der.OCTET_STRING).octets(), max_size=keys.LARGEST_RSA)
            return cls(int.from_bytes(number.octets(), "little"))
        key = serialization.load_der_private_key(octets, None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise EDSError(Fault.ALGORITHM, "a private key of another kind")
        return cls(key)


@dataclass(frozen=True)
class KeyPair:
    """A certificate, its private key and the certificates that lead to the anchor (without the anchor)."""

    certificate: Certificate
    private: PrivateKey
    issuers: tuple[Certificate, ...] = ()


def read_key_pair(certificates: bytes, key: bytes) -> KeyPair:
    """From PEM: the certificate followed by its issuers, and the private key. Raises EDSError."""
    certificate, *issuers = (read_certificate(each) for each in from_pem(certificates, "CERTIFICATE"))
    return KeyPair(certificate, PrivateKey.from_pem(key), tuple(issuers))


def sign_cms(data: bytes, *signers: KeyPair, attached: bool = True, at: datetime) -> bytes:
    """A CMS in DER by everybody named, with content type, digest and signing time among the signed attributes."""
    infos = [signer_info(data, signer, at) for signer in signers]
    certificates = {each.raw for signer in signers for each in (signer.certificate, *signer.issuers)}
    digests = {DIGEST_ALGORITHM[signer.private.algorithm] for signer in signers}
    return signed_data(data if attached else None, infos, sorted(certificates), digests=sorted(digests))


def signed_data(
    content: bytes | None,
    infos: Sequence[bytes],
    certificates: Sequence[bytes],
    *,
    digests: Sequence[bytes] = tuple(DIGEST_ALGORITHM.values()),
    content_type: str = oids.DATA,
) -> bytes:
    """ContentInfo with SignedData of the given parts."""
    carried = b"" if content is None else der.encode(der.context(0), der.encode(der.OCTET_STRING, content))
    body = der.sequence(
        der.encode_integer(1),
        der.set_of(*digests),
        der.sequence(der.encode_oid(content_type), carried),
        der.encode(der.context(0), *certificates) if certificates else b"",
        der.set_of(*infos),
    )
    return der.sequence(der.encode_oid(oids.SIGNED_DATA), der.encode(der.context(0), body))


def attributes(data: bytes, algorithm: Algorithm, at: datetime | None) -> list[bytes]:
    """The signed attributes that belong to `data`."""
    attributes = [
        attribute(oids.CONTENT_TYPE, der.encode_oid(oids.DATA)),
        attribute(oids.MESSAGE_DIGEST, der.encode(der.OCTET_STRING, keys.digest(algorithm, data))),
    ]
    if at is not None:
        attributes.append(attribute(oids.SIGNING_TIME, der.encode_moment(at)))
    return attributes


def attribute(oid: str, *values: bytes) -> bytes:
    return der.sequence(der.encode_oid(oid), der.set_of(*values))


def signer_info(
    data: bytes,
    signer: KeyPair,
    at: datetime | None,
    *,
    signed: Sequence[bytes] | None = None,
    digest: bytes | None = None,
    algorithm: bytes | None = None,
    by_key_id: bool = False,
) -> bytes:
    """A SignerInfo; `signed` replaces the attributes, an empty one leaves them out and signs the data itself."""
    kind = signer.private.algorithm
    parts = attributes(data, kind, at) if signed is None else signed
    as_set = der.set_of(*parts)
    certificate = signer.certificate
    if by_key_id and certificate.key_id:
        version, name = 3, der.encode(der.context(0, constructed=False), certificate.key_id)
    else:
        version, name = 1, der.sequence(certificate.issuer, der.encode_integer(certificate.serial))
    return der.sequence(
        der.encode_integer(version),
        name,
        digest or DIGEST_ALGORITHM[kind],
        bytes((der.context(0),)) + as_set[1:] if parts else b"",
        algorithm or SIGNATURE_ALGORITHM[kind],
        der.encode(der.OCTET_STRING, signer.private.sign(as_set if parts else data)),
    )


def to_pem(octets: bytes, label: str = "CMS") -> bytes:
    text = base64.b64encode(octets)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return b"\n".join((b"-----BEGIN %s-----" % label.encode(), *lines, b"-----END %s-----" % label.encode(), b""))
