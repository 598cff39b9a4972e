"""The key with which the maker of the cards signs the confirmation: Ed25519, kept like a trustee's key file.

The kind is "asar-maker-key", the group "Ed25519-signature", the public key in base64, the plaintext the 32-byte seed in
base64.
"""

import secrets
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pb.core.belenios.canonical import Check, ProtocolError, decode_base64, encode_base64
from pb.core.belenios.keyfile import decrypt_secret, encrypt_secret

KIND: Final = "asar-maker-key"
SCHEME: Final = "Ed25519-signature"
SEED_BYTES: Final = 32


def generate_seed() -> bytes:
    return secrets.token_bytes(SEED_BYTES)


def public_half(seed: bytes) -> str:
    """The public key of a seed, in base64."""
    return encode_base64(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def encrypt_maker_key(seed: bytes, passphrase: str) -> str:
    """The key file, as JSON."""
    return encrypt_secret(KIND, SCHEME, public_half(seed), encode_base64(seed), passphrase)


def decrypt_maker_key(key_file: str | bytes, passphrase: str) -> bytes:
    """The seed. Raises ProtocolError (KEY_FILE, FORM)."""
    scheme, public_key, plaintext = decrypt_secret(KIND, key_file, passphrase)
    seed = decode_base64(plaintext, Check.KEY_FILE, size=SEED_BYTES)
    if scheme != SCHEME or public_half(seed) != public_key:
        raise ProtocolError(Check.KEY_FILE, "The private key does not belong to the public key.")
    return seed
