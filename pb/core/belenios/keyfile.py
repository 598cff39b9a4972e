"""A trustee's key file: the private key, encrypted with a passphrase. The format is Asar's own.

{"version":1,"kind":"asar-trustee-key","group":G,"public_key":X,
 "kdf":{"name":"PBKDF2","hash":"SHA-256","iterations":n,"salt":base64},"cipher":{"name":"AES-GCM","iv":base64},
 "ciphertext":base64}

The maker of voter cards keeps the key that signs in the same form too (pb/core/poll/maker_key.py).

A seed for making a threshold key is kept in the same form: kind "asar-trustee-seed", the verification key of its
certificate as the public key, the seed itself as the plaintext.

The passphrase is 16 Crockford base-32 symbols (80 random bits) in groups of four, typed as tolerantly as a voter's
code; the input of PBKDF2 is the 16 normalised symbols. The key is AES-256; the plaintext is x in base 10; the
additional data is the serialised public key. Browsers make the same with WebCrypto.
"""

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from pb.core.belenios.canonical import (
    Check,
    ProtocolError,
    decode_base64,
    dump_json,
    encode_base64,
    fields,
    parse_exponent,
    parse_json,
    text,
    whole,
)
from pb.core.belenios.credentials import ALPHABET, group_symbols, normalise_symbols
from pb.core.belenios.groups import Element, Group, group_named
from pb.core.belenios.threshold import verification_key

KIND: Final = "asar-trustee-key"
SEED_KIND: Final = "asar-trustee-seed"
PASSPHRASE_LENGTH: Final = 16
MIN_ITERATIONS: Final = 600_000
MAX_ITERATIONS: Final = 10_000_000
SALT_BYTES: Final = 16
IV_BYTES: Final = 12
FIELDS: Final = ("version", "kind", "group", "public_key", "kdf", "cipher", "ciphertext")


def generate_passphrase() -> str:
    """A new passphrase of 80 random bits, as it is shown: XXXX-XXXX-XXXX-XXXX."""
    return group_symbols("".join(secrets.choice(ALPHABET) for _ in range(PASSPHRASE_LENGTH)))


def normalise_passphrase(typed: str) -> str:
    """The 16 symbols of a passphrase that somebody typed. Raises ProtocolError (KEY_FILE)."""
    symbols = normalise_symbols(typed)
    if len(symbols) != PASSPHRASE_LENGTH or not set(symbols) <= set(ALPHABET):
        raise ProtocolError(
            Check.KEY_FILE, "A passphrase has %(length)s digits and Latin letters.", length=PASSPHRASE_LENGTH
        )
    return symbols


def _cipher(passphrase: str, salt: bytes, iterations: int) -> AESGCM:
    kdf = PBKDF2HMAC(algorithm=SHA256(), length=32, salt=salt, iterations=iterations)
    return AESGCM(kdf.derive(normalise_passphrase(passphrase).encode()))


def encrypt_secret(
    kind: str, group_name: str, public_key: str, plaintext: str, passphrase: str, *, iterations: int = MIN_ITERATIONS
) -> str:
    """A key file of this kind, as JSON: `plaintext` is the secret, `public_key` the text that belongs to it."""
    salt, iv = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(IV_BYTES)
    ciphertext = _cipher(passphrase, salt, iterations).encrypt(iv, plaintext.encode(), public_key.encode())
    return dump_json(
        {
            "version": 1,
            "kind": kind,
            "group": group_name,
            "public_key": public_key,
            "kdf": {"name": "PBKDF2", "hash": "SHA-256", "iterations": iterations, "salt": encode_base64(salt)},
            "cipher": {"name": "AES-GCM", "iv": encode_base64(iv)},
            "ciphertext": encode_base64(ciphertext),
        }
    )


def decrypt_secret(kind: str, key_file: str | bytes, passphrase: str) -> tuple[str, str, str]:
    """Group, public key and plaintext of a key file of this kind, each as it stands there.

    Raises ProtocolError (KEY_FILE, FORM). Whether the secret belongs to the public key is for the caller.
    """
    members = fields(parse_json(key_file, limit=10_000), *FIELDS)
    kdf = fields(members["kdf"], "name", "hash", "iterations", "salt")
    cipher = fields(members["cipher"], "name", "iv")
    kinds = (members["version"], members["kind"], kdf["name"], kdf["hash"], cipher["name"])
    if kinds != (1, kind, "PBKDF2", "SHA-256", "AES-GCM"):
        raise ProtocolError(Check.KEY_FILE, "This is not a key file of this kind that we can read.")
    iterations = whole(kdf["iterations"])
    if not MIN_ITERATIONS <= iterations <= MAX_ITERATIONS:
        raise ProtocolError(Check.KEY_FILE, "The key file's number of iterations is out of bounds.")
    group_name, public_key = text(members["group"]), text(members["public_key"])
    salt = decode_base64(kdf["salt"], Check.KEY_FILE, size=SALT_BYTES)
    iv = decode_base64(cipher["iv"], Check.KEY_FILE, size=IV_BYTES)
    ciphertext = decode_base64(members["ciphertext"], Check.KEY_FILE)
    try:
        plaintext = _cipher(passphrase, salt, iterations).decrypt(iv, ciphertext, public_key.encode())
        return group_name, public_key, plaintext.decode("ascii")
    except (InvalidTag, UnicodeDecodeError):
        raise ProtocolError(Check.KEY_FILE, "The passphrase is wrong, or the key file was altered.") from None


def _encrypt(kind: str, group: Group, public_key: Element, plaintext: str, passphrase: str, iterations: int) -> str:
    serialised = group.serialise(public_key)
    return encrypt_secret(kind, group.name, serialised, plaintext, passphrase, iterations=iterations)


def _decrypt(kind: str, key_file: str | bytes, passphrase: str) -> tuple[Group, Element, str]:
    """Group, public key and plaintext of a trustee's key file of this kind."""
    members = fields(parse_json(key_file, limit=10_000), *FIELDS)
    group = group_named(text(members["group"]))
    public_key = group.parse(members["public_key"])
    return group, public_key, decrypt_secret(kind, key_file, passphrase)[2]


def encrypt_key(group: Group, private_key: int, passphrase: str, *, iterations: int = MIN_ITERATIONS) -> str:
    """The key file of a private key, as JSON."""
    return _encrypt(KIND, group, group.generator.exp(private_key), str(private_key), passphrase, iterations)


def decrypt_key(key_file: str | bytes, passphrase: str) -> tuple[Group, int]:
    """Group and private key of a key file.

    Raises ProtocolError: KEY_FILE for a wrong passphrase, a file that was altered, fewer than 600,000 or more than
    10,000,000 iterations, or a key that does not belong to the public key; FORM for what is no key file.
    """
    group, public_key, plaintext = _decrypt(KIND, key_file, passphrase)
    private_key = parse_exponent(plaintext, group.q)
    if group.generator.exp(private_key) != public_key:
        raise ProtocolError(Check.KEY_FILE, "The private key does not belong to the public key.", equation="X = g^x")
    return group, private_key


def encrypt_seed(group: Group, seed: str, passphrase: str, *, iterations: int = MIN_ITERATIONS) -> str:
    """The key file of a seed, with which a trustee makes a threshold key; `public_key` is its verification key."""
    return _encrypt(SEED_KIND, group, verification_key(group, seed), seed, passphrase, iterations)


def decrypt_seed(key_file: str | bytes, passphrase: str) -> tuple[Group, str]:
    """Group and seed of a key file. Raises ProtocolError as `decrypt_key` does."""
    group, public_key, seed = _decrypt(SEED_KIND, key_file, passphrase)
    if verification_key(group, seed) != public_key:
        raise ProtocolError(Check.KEY_FILE, "The seed does not belong to the public key.", equation="vk = g^sk")
    return group, seed
