"""Sealing a short secret to a public key on P-256: the codes that only the code-releasing process can read.

ECIES as WebCrypto offers it in every browser: an ephemeral key agreement (ECDH), HKDF-SHA-256 (RFC 5869), AES-256-GCM.

    z = x-coordinate of e·Q, 32 bytes; E, Q uncompressed points, 65 bytes
    k = HKDF(z, salt = E ‖ Q, info = context, 44 bytes); key = k[:32], nonce = k[32:]
    sealed = base64url(E ‖ AES-256-GCM(key, nonce, data, additional data = context)), without padding

`context` says what the secret is and whose it is; it is UTF-8 text that both sides know, and a sealed text opens in its
own context alone. The nonce comes of the key agreement, which is new each time. `pb/static/js/sealing.js` is the same.
"""

import base64
import binascii
import json

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

POINT_BYTES = 65
KEY_BYTES = 32
NONCE_BYTES = 12
LONGEST = 4_000
_CURVE = ec.SECP256R1()
_UNCOMPRESSED = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


class SealingError(ValueError):
    """A key or a sealed text that is none, or one that was sealed for another key or in another context."""


def encode(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Raises SealingError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise SealingError("not base64url") from None


def generate_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(_CURVE)


def public_text(key: ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) -> str:
    """The public point, uncompressed, in base64url: 87 characters."""
    public = key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey) else key
    return encode(public.public_bytes(*_UNCOMPRESSED))


def parse_public(text: str) -> ec.EllipticCurvePublicKey:
    """Raises SealingError for anything but an uncompressed point of the curve."""
    data = decode(text) if len(text) <= LONGEST else b""
    if len(data) != POINT_BYTES:
        raise SealingError("not a public key")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, data)
    except ValueError:
        raise SealingError("not a public key") from None


def seal(data: bytes, public_key: str, context: str) -> str:
    """Seals `data` for whoever has the private key of `public_key`. Raises SealingError for what is no key."""
    recipient = parse_public(public_key)
    ephemeral = generate_key()
    point = ephemeral.public_key().public_bytes(*_UNCOMPRESSED)
    key, nonce = _derive(ephemeral.exchange(ec.ECDH(), recipient), point, recipient, context)
    return encode(point + AESGCM(key).encrypt(nonce, data, context.encode()))


def unseal(sealed: str, private_key: ec.EllipticCurvePrivateKey, context: str) -> bytes:
    """The data again. Raises SealingError."""
    if len(sealed) > LONGEST:
        raise SealingError("too long")
    data = decode(sealed)
    point, ciphertext = data[:POINT_BYTES], data[POINT_BYTES:]
    ephemeral = parse_public(encode(point))
    key, nonce = _derive(private_key.exchange(ec.ECDH(), ephemeral), point, private_key.public_key(), context)
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, context.encode())
    except InvalidTag:
        raise SealingError("sealed for another key, or in another context") from None


def _derive(shared: bytes, point: bytes, recipient: ec.EllipticCurvePublicKey, context: str) -> tuple[bytes, bytes]:
    salt = point + recipient.public_bytes(*_UNCOMPRESSED)
    derived = HKDF(hashes.SHA256(), KEY_BYTES + NONCE_BYTES, salt, context.encode()).derive(shared)
    return derived[:KEY_BYTES], derived[KEY_BYTES:]


def code_context(poll: str, entry: str, public_key: str) -> str:
    """What a sealed code is bound to: the poll's identifier, the roll entry, the credential's public key."""
    return f"asar-sealed-code|{poll}|{entry}|{public_key}"


def released_context(poll: str, public_key: str, nonce: str) -> str:
    """What a released code is bound to on its way to the voter's browser."""
    return f"asar-released-code|{poll}|{public_key}|{nonce}"


def seal_code(code: str, lookup: str, *, codes_key: str, poll: str, entry: str, public_key: str) -> str:
    """A voter's code and the look-up of the voter's IIN (hexadecimal), sealed to the code-releasing process.

    `codes_key` is its public key. Raises SealingError.
    """
    data = json.dumps({"code": code, "lookup": lookup}, separators=(",", ":")).encode()
    return seal(data, codes_key, code_context(poll, entry, public_key))


def unseal_code(
    sealed: str, private_key: ec.EllipticCurvePrivateKey, *, poll: str, entry: str, public_key: str
) -> tuple[str, str]:
    """Code and look-up again. Raises SealingError."""
    data = unseal(sealed, private_key, code_context(poll, entry, public_key))
    try:
        members = json.loads(data)
        code, lookup = members["code"], members["lookup"]
    except (ValueError, TypeError, KeyError):
        raise SealingError("holds no code") from None
    if not isinstance(code, str) or not isinstance(lookup, str):
        raise SealingError("holds no code")
    return code, lookup
