"""Where the bytes lie: a file is named by its SHA-256, so that it never changes, and one content is kept once.

A file is there whole and on the disk, or not at all. What no row names any more is swept (`sweeping.py`).
"""

import contextlib
import hashlib
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final, Protocol

import structlog

from pb.db import make_private
from pb.settings import Bucket, RestoreSettings, Settings

FOLDER: Final = "media"
INCOMING: Final = "incoming"
DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
UNFINISHED: Final = ".part"
log = structlog.get_logger()


class Store(Protocol):
    """What keeps files by their digests. Where it lies elsewhere everything raises Unreachable."""

    def put(self, data: bytes) -> str:
        """Keeps it, and returns its digest; one that is there already counts as put now."""
        ...

    def read(self, digest: str) -> bytes | None:
        """What lies there under this name, if anything does: `genuine` looks whether it is that."""
        ...

    def remove(self, digest: str) -> None: ...

    def kept(self) -> Iterator[tuple[str, datetime]]:
        """Every file's digest, and when it was put."""
        ...


class FolderStore:
    """A folder of the state folder, with a folder for each first two signs of a digest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        make_private(self.folder)
        make_private(path.parent)
        with contextlib.suppress(FileNotFoundError):
            os.utime(path)
            return digest
        descriptor, unfinished = tempfile.mkstemp(suffix=UNFINISHED, dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(unfinished).rename(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        _sync(path.parent)
        return digest

    def read(self, digest: str) -> bytes | None:
        try:
            return self._path(digest).read_bytes()
        except FileNotFoundError:
            return None

    def remove(self, digest: str) -> None:
        self._path(digest).unlink(missing_ok=True)

    def kept(self) -> Iterator[tuple[str, datetime]]:
        for path in sorted(self.folder.glob("*/*")):
            if DIGEST.fullmatch(path.name):
                with contextlib.suppress(FileNotFoundError):
                    yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def _path(self, digest: str) -> Path:
        if not DIGEST.fullmatch(digest):
            raise ValueError("no digest")
        return self.folder / digest[:2] / digest


def store_of(settings: Settings | RestoreSettings) -> Store:
    """The store of an installation."""
    if settings.bucket is not None:
        with _making:  # `cache` alone would make one for each thread that asks first, which bound nothing together
            return _of_bucket(settings.bucket)
    return FolderStore(settings.state_folder / FOLDER)


_making = threading.Lock()


@cache
def _of_bucket(bucket: Bucket) -> Store:
    from pb.media.service.bucket import BucketStore  # boto3 is there only where somebody asks for it

    return BucketStore(bucket)


# No two processes write into one connection, and a child's lock is free.
os.register_at_fork(before=_making.acquire, after_in_parent=_making.release, after_in_child=_making.release)
os.register_at_fork(after_in_child=_of_bucket.cache_clear)


def genuine(store: Store, digest: str) -> bytes | None:
    """The file that the digest is of; None where none is there, or another. Nothing else of a store is served."""
    data = store.read(digest)
    if data is None or hashlib.sha256(data).hexdigest() == digest:
        return data
    log.error("media_changed", digest=digest)
    return None


def incoming(settings: Settings) -> Path:
    """Where files lie while they come, and until they are made anew: named by the row's identifier."""
    return settings.state_folder / INCOMING


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
