"""What a backup says of itself: `manifest.json`, and in `manifest.sig` the Ed25519 signature of that file's bytes."""

import base64
import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pb.backup.service.fault import BackupFault
from pb.db import write_private

FORMAT: Final = 2
NAME: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
PREFIX: Final = b"asar-backup|"
BLOCK: Final = 1024 * 1024
SHOWN: Final = 5  # backups that are named where the folder of all was given
FILE_NAME: Final = re.compile(r"((tables|media)/)?[a-z0-9_]+\.[a-z]+", re.ASCII)
LOG_HEAD: Final = re.compile(r"([0-9]{9}):([1-9][0-9]{0,11}):([0-9a-f]{64})", re.ASCII)
POLL_HEAD: Final = re.compile(r"([0-9A-Za-z]{14}):([1-9][0-9]{0,11}):([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True)
class LogHead:
    """The end of a territory's audit log: how many events it has, and the hash of the last one."""

    kato: str
    position: int
    hash: str

    def __str__(self) -> str:
        return f"{self.kato}:{self.position}:{self.hash}"


@dataclass(frozen=True)
class PollHead:
    """The end of a poll's archive: how many events it has, and the hash of the last one."""

    uuid: str
    events: int
    hash: str

    def __str__(self) -> str:
        return f"{self.uuid}:{self.events}:{self.hash}"


@dataclass(frozen=True)
class Heads:
    """What was written down of an installation's ends: one of each territory's log, and one of each poll."""

    logs: tuple[LogHead, ...] = ()
    polls: tuple[PollHead, ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Self:
        """`KATO:POSITION:HASH` of logs and `UUID:EVENTS:HASH` of polls, as they were printed. Raises BackupFault."""
        logs: dict[str, LogHead] = {}
        polls: dict[str, PollHead] = {}
        for text in (text.strip() for text in texts):
            if found := LOG_HEAD.fullmatch(text):
                if found[1] in logs:
                    raise BackupFault(f"Two heads of the log of {found[1]}: give the latest alone.")
                logs[found[1]] = LogHead(found[1], int(found[2]), found[3])
            elif found := POLL_HEAD.fullmatch(text):
                if found[1] in polls:
                    raise BackupFault(f"Two heads of the poll {found[1]}: give the latest alone.")
                polls[found[1]] = PollHead(found[1], int(found[2]), found[3])
            else:
                raise BackupFault(
                    "The head of a territory's log is written KATO:POSITION:HASH, that of a poll UUID:EVENTS:HASH, "
                    "with 64 digits and small letters a to f."
                )
        return cls(tuple(logs.values()), tuple(polls.values()))


@dataclass(frozen=True)
class ArchiveEnd:
    """How far the archive of a poll goes: its ballots, its events, and the hash of the last event."""

    uuid: str
    state: str
    ballots: int
    events: int
    head: str

    @property
    def last(self) -> PollHead:
        """What belongs in the minutes."""
        return PollHead(self.uuid, self.events, self.head)


@dataclass(frozen=True)
class Table:
    """A table that was copied row by row, with the columns in their order in its file."""

    name: str
    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class FileSum:
    """The SHA-256 (hexadecimal) and the size in bytes of a file."""

    sha256: str
    size: int

    @classmethod
    def of(cls, path: Path) -> Self:
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
                size += len(block)
        return cls(digest.hexdigest(), size)


@dataclass(frozen=True)
class Manifest:
    """`database` is sqlite or postgresql; `signer` the base64 of the public key that signs; `files` by name."""

    made_at: datetime
    program: str
    revision: str
    database: str
    logs: tuple[LogHead, ...]
    polls: tuple[ArchiveEnd, ...]
    tables: tuple[Table, ...]
    files: Mapping[str, FileSum]
    signer: str

    def log(self, kato: str) -> LogHead | None:
        """The end of a territory's log in the backup; None where it has none."""
        return next((head for head in self.logs if head.kato == kato), None)

    def to_json(self) -> bytes:
        value = {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Raises BackupFault for what is no manifest of this format."""
        try:
            value: dict[str, Any] = json.loads(data)
            if value["format"] != FORMAT:
                raise BackupFault(f"The backup has the format {value['format']}; this program reads {FORMAT}.")
            files = {str(name): FileSum(**file) for name, file in value["files"].items()}
            if not all(FILE_NAME.fullmatch(name) for name in files):
                raise BackupFault("The manifest names a file that no backup has.")
            return cls(
                made_at=datetime.fromisoformat(value["made_at"]),
                program=str(value["program"]),
                revision=str(value["revision"]),
                database=str(value["database"]),
                logs=tuple(LogHead(**head) for head in value["logs"]),
                polls=tuple(ArchiveEnd(**poll) for poll in value["polls"]),
                tables=tuple(
                    Table(str(table["name"]), tuple(map(str, table["columns"])), int(table["rows"]))
                    for table in value["tables"]
                ),
                files=files,
                signer=str(value["signer"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise BackupFault("The manifest of this backup cannot be read.") from error


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half of the key that signs backups, in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def write(folder: Path, manifest: Manifest, key: Ed25519PrivateKey) -> None:
    """Writes the manifest and its signature into the folder of a backup."""
    data = manifest.to_json()
    write_private(folder / NAME, data)
    write_private(folder / SIGNATURE, base64.b64encode(key.sign(PREFIX + data)) + b"\n")


def read(folder: Path, signer: str | None = None) -> Manifest:
    """The manifest of a backup, whose signature holds and whose files are all there and as they were.

    `signer` is the public key that was printed when backups began. Without it the manifest's own word says who signed:
    that finds damage, and nobody who signed anew. Raises BackupFault.
    """
    try:
        data, signature = (folder / NAME).read_bytes(), (folder / SIGNATURE).read_bytes()
    except OSError as error:
        raise BackupFault(_no_backup(folder, error.strerror)) from error
    manifest = Manifest.parse(data)
    if signer is not None and signer.strip() != manifest.signer:
        raise BackupFault(f"This backup was signed by another key: {manifest.signer}.")
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(manifest.signer, validate=True))
        key.verify(base64.b64decode(signature.strip(), validate=True), PREFIX + data)
    except (ValueError, InvalidSignature) as error:
        raise BackupFault("The manifest was changed: its signature does not hold.") from error
    for name, noted in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise BackupFault(f"{name} is missing from this backup.")
        if FileSum.of(path) != noted:
            raise BackupFault(f"{name} was changed: it is not the file that was backed up.")
    return manifest


def _no_backup(folder: Path, why: str | None) -> str:
    """Says that a folder is no backup; of one that holds backups, the first mistake of all, which they are."""
    inside = sorted(
        (path for path in folder.glob("*") if moment(path)), key=lambda path: str(moment(path)), reverse=True
    )
    if not inside:
        return f"{folder} holds no backup: {why}."
    shown = ", ".join(str(path) for path in inside[:SHOWN])
    more = f" and {len(inside) - SHOWN} older ones" if len(inside) > SHOWN else ""
    return f"{folder} is no backup, but holds some. Name one of them, the latest is the first: {shown}{more}."


def moment(folder: Path) -> datetime | None:
    """When a backup was made, by its manifest of whatever format; None for anything else."""
    try:
        return datetime.fromisoformat(json.loads((folder / NAME).read_bytes())["made_at"])
    except (OSError, KeyError, TypeError, ValueError, RecursionError):
        return None


def sync(path: Path) -> None:
    """Waits until a file, or the list of a folder's files, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
