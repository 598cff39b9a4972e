"""What of an installation must not lie beside its data: its keys, and the files of its state folder.

They go into one file that the holder of a private X25519 key alone opens (a sealed box of libsodium). That key is made
by `pb backup-key` and kept elsewhere.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from pb.backup.service.fault import BackupFault
from pb.db import make_private, write_private
from pb.keyring import KeyRing
from pb.settings import ConfigurationError, Settings, key_ring

PUBLIC: Final = "asar-backup-public:"
PRIVATE: Final = "asar-backup-private:"
KEYS_FILE: Final = "keys.env"
SIGNING_FILE: Final = "backup-signing.key"
LARGEST_FILE: Final = 16 * 1024 * 1024
# Downloads are made of the database, which is copied by itself, as pictures and papers are; locks are of running
# processes alone; the cards of the demonstration are of nobody's vote.
LEFT_OUT: Final = (
    "*.db",
    "*.db-*",
    "*.db.*",
    "downloads/*",
    "media/*/*",
    "incoming/*",
    "limits.sqlite*",
    "*.lock",
    "*.part",
    f"{KEYS_FILE}*",
    "demo*.json",
)


@dataclass(frozen=True)
class Sealed:
    """`keys`: settings by the names of their variables; `files`: of the state folder, by their path in it."""

    keys: Mapping[str, str]
    files: Mapping[str, bytes]


def new_pair() -> tuple[str, str]:
    """A recipient's key: the text for `pb backup --recipient`, and the private text for the key's file."""
    private = PrivateKey.generate()
    return _text(PUBLIC, bytes(private.public_key)), _text(PRIVATE, bytes(private))


def recipient_key(text: str) -> PublicKey:
    """The public key of a recipient. Raises BackupFault for anything else, a private key above all."""
    if text.strip().startswith(PRIVATE):
        raise BackupFault("This is the recipient's private key. A backup needs the public one, and nothing else.")
    return PublicKey(_bytes(PUBLIC, text, "The recipient is the line that `pb backup-key` printed."))


def seal(sealed: Sealed, recipient: PublicKey) -> bytes:
    files = {name: base64.b64encode(data).decode() for name, data in sealed.files.items()}
    return bytes(SealedBox(recipient).encrypt(json.dumps({"keys": dict(sealed.keys), "files": files}).encode()))


def unseal(data: bytes, private: str) -> Sealed:
    """What was sealed. `private` is the text of the recipient's key file. Raises BackupFault."""
    key = PrivateKey(_bytes(PRIVATE, private, "This is no recipient's key: it is the file that `pb backup-key` made."))
    try:
        opened = SealedBox(key).decrypt(data)
    except CryptoError as error:
        raise BackupFault(
            "The keys of this backup were sealed to another recipient: this key does not open."
        ) from error
    try:
        value = json.loads(opened)
        files = {str(name): base64.b64decode(text) for name, text in value["files"].items()}
        keys = {str(name): str(text) for name, text in value["keys"].items()}
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise BackupFault("What was sealed in this backup cannot be read.") from error
    if any(Path(name).is_absolute() or ".." in Path(name).parts for name in files):
        raise BackupFault("The backup names a file outside the state folder.")
    return Sealed(keys, files)


def seal_ring(unsealed: Sealed) -> KeyRing:
    """The keys that open what the backup's database holds sealed. Raises BackupFault."""
    try:
        return key_ring(unsealed.keys["ASAR_SEAL_KEY"], "ASAR_SEAL_KEY")
    except (KeyError, ConfigurationError) as error:
        raise BackupFault("The backup holds no ASAR_SEAL_KEY that can be read.") from error


def of_installation(settings: Settings) -> Sealed:
    """The keys of an installation, and what its state folder holds beside the database. Raises BackupFault."""
    keys = {
        "ASAR_SECRET_KEY": settings.secret_key,
        "ASAR_IIN_PEPPER": ring_text(settings.iin_pepper),
        "ASAR_SEAL_KEY": ring_text(settings.seal_key),
    }
    files = {}
    for path in sorted(settings.state_folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or any(path.match(pattern) for pattern in LEFT_OUT):
            continue
        name = str(path.relative_to(settings.state_folder))
        if path.stat().st_size > LARGEST_FILE:
            raise BackupFault(f"{name} in the state folder is larger than {LARGEST_FILE} bytes: it is no file of ours.")
        files[name] = path.read_bytes()
    return Sealed(keys, files)


def ring_text(ring: KeyRing) -> str:
    """A ring as its variable holds it: `1:BASE64,2:BASE64`."""
    return ",".join(f"{version}:{base64.b64encode(key).decode()}" for version, key in sorted(ring.keys.items()))


def signing_key(state: Path) -> Ed25519PrivateKey:
    """The key that signs this installation's backups: made at the first one, kept in the state folder.

    Raises BackupFault for a file that is no such key.
    """
    path = make_private(state) / SIGNING_FILE
    if not path.exists():
        write_private(path, base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()) + b"\n")
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_bytes().strip(), validate=True))
    except ValueError as error:
        raise BackupFault(f"{path} is no key that signs backups.") from error


def _text(prefix: str, data: bytes) -> str:
    return prefix + base64.b64encode(data).decode()


def _bytes(prefix: str, text: str, refusal: str) -> bytes:
    line = text.strip()
    try:
        data = base64.b64decode(line.removeprefix(prefix), validate=True)
    except ValueError as error:
        raise BackupFault(refusal) from error
    if not line.startswith(prefix) or len(data) != PublicKey.SIZE:
        raise BackupFault(refusal)
    return data
