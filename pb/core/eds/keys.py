"""Public keys of the two kinds in use and their signatures: RSA with SHA-256, and GOST 34.10-2015/512."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from pb.core.eds import der, gost, oids
from pb.core.eds.faults import EDSError, Fault
from pb.core.eds.streebog_fast import streebog512

SMALLEST_RSA = 2048  # bits
LARGEST_RSA = 8192
MAX_GOST_KEY = 256  # bytes
GOST_PARAMETERS = der.sequence(der.encode_oid(oids.GOST_PARAMETERS), der.encode_oid(oids.STREEBOG_512))
_NULL = der.encode(der.NULL)


class Algorithm(StrEnum):
    """A kind of key together with its hash."""

    RSA = "RSA-SHA256"
    GOST = "GOST 34.10-2015/512"


_SIGNATURES = {oids.SHA256_WITH_RSA: Algorithm.RSA, oids.GOST_SIGNATURE: Algorithm.GOST}
# A SignerInfo names the signature's algorithm, or the key's alone (RFC 3370, section 3.2).
_SIGNER_ALGORITHMS = {**_SIGNATURES, oids.RSA: Algorithm.RSA, oids.GOST_KEY: Algorithm.GOST}
_DIGESTS = {oids.SHA256: Algorithm.RSA, oids.STREEBOG_512: Algorithm.GOST}


@dataclass(frozen=True)
class PublicKey:
    """A key that was read and found sound; `bits` are the octets of its BIT STRING (key identifiers hash them)."""

    algorithm: Algorithm
    key: rsa.RSAPublicKey | gost.PublicKey
    bits: bytes

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's over `message`, with the key's own hash."""
        if isinstance(self.key, gost.PublicKey):
            return gost.verify(self.key, message, signature)
        try:
            self.key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True


def digest(algorithm: Algorithm, message: bytes) -> bytes:
    """The hash that belongs to the kind of key, in natural order."""
    return streebog512(message) if algorithm is Algorithm.GOST else hashlib.sha256(message).digest()


def read_public_key(info: der.Value) -> PublicKey:
    """From a SubjectPublicKeyInfo. Raises EDSError (ALGORITHM) for other kinds, parameters, weak or impossible keys."""
    fields = der.Fields(info)
    algorithm = der.Fields(fields.next(der.SEQUENCE))
    bits = fields.next(der.BIT_STRING).bits()
    fields.end()
    kind = algorithm.next(der.OID).oid()
    parameters = algorithm.optional(der.SEQUENCE, der.NULL)
    algorithm.end()
    if kind == oids.RSA and parameters is not None and parameters.raw == _NULL:
        return PublicKey(Algorithm.RSA, _rsa(info), bits)
    if kind == oids.GOST_KEY and parameters is not None and parameters.raw == GOST_PARAMETERS:
        return PublicKey(Algorithm.GOST, _gost(bits), bits)
    raise EDSError(Fault.ALGORITHM, "key of kind %(kind)s or with other parameters", kind=kind)


def signature_algorithm(identifier: der.Value) -> Algorithm:
    """What signed a certificate, a list or an answer. Raises EDSError (ALGORITHM)."""
    return _known(identifier, _SIGNATURES)


def signer_algorithm(identifier: der.Value) -> Algorithm:
    """What signed a CMS. Raises EDSError (ALGORITHM)."""
    return _known(identifier, _SIGNER_ALGORITHMS)


def digest_algorithm(identifier: der.Value) -> Algorithm:
    """The kind of key that a hash goes with. Raises EDSError (ALGORITHM)."""
    return _known(identifier, _DIGESTS)


def same_algorithm(left: der.Value, right: der.Value) -> bool:
    """Whether two AlgorithmIdentifiers mean one: the national CA writes two forms into one list. Raises EDSError."""
    return _meaning(left) == _meaning(right)


def _meaning(identifier: der.Value) -> tuple[str, bytes]:
    """The algorithm and its parameters; NULL for them is none."""
    fields = der.Fields(identifier)
    oid, parameters = fields.next(der.OID).oid(), fields.optional()
    fields.end()
    return oid, b"" if parameters is None or parameters.raw == _NULL else parameters.raw


def _known(identifier: der.Value, names: dict[str, Algorithm]) -> Algorithm:
    oid, parameters = _meaning(identifier)
    if oid not in names:
        raise EDSError(Fault.ALGORITHM, "algorithm %(algorithm)s", algorithm=oid)
    if parameters and (oid, parameters) != (oids.GOST_KEY, GOST_PARAMETERS):
        raise EDSError(Fault.ALGORITHM, "parameters of %(algorithm)s", algorithm=oid)
    return names[oid]


def _rsa(info: der.Value) -> rsa.RSAPublicKey:
    try:
        key = serialization.load_der_public_key(info.raw)
    except (ValueError, UnsupportedAlgorithm):
        raise EDSError(Fault.ALGORITHM, "no RSA key has these numbers") from None
    if not isinstance(key, rsa.RSAPublicKey) or not SMALLEST_RSA <= key.key_size <= LARGEST_RSA:
        raise EDSError(Fault.ALGORITHM, "an RSA key of that length is not accepted")
    return key


def _gost(bits: bytes) -> gost.PublicKey:
    octets = der.read(bits, max_size=MAX_GOST_KEY).octets()
    return gost.read_public_key(octets)
