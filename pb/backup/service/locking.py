"""One backup, one restore at a time in a folder."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from pb.backup.service.fault import BackupFault


@contextlib.contextmanager
def alone(folder: Path, told: str) -> Iterator[None]:
    """Nobody else holds the folder meanwhile. The lock is gone with its process. Raises BackupFault(told)."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupFault(told) from error
        yield
    finally:
        os.close(descriptor)
