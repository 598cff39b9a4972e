"""Which processes of this installation are at work on this computer, and with which keys.

Each keeps a file in the state folder and a lock on it for as long as it lives: a file without its lock was left by a
process that is gone, however it ended.
"""

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pb.db import make_private
from pb.keyring import Keys

FOLDER = "running"


class Process(NamedTuple):
    """A process that is at work: its number, what it is (`pb serve`), and the marks of its two key rings."""

    number: int
    name: str
    seal: str
    pepper: str


class Sign:
    """The sign of this process that it is at work, until `end` or its death."""

    def __init__(self, state: Path, name: str, keys: Keys) -> None:
        folder = make_private(make_private(state) / FOLDER)
        for left in folder.iterdir():
            _take_away(left)
        lines = (str(os.getpid()), name, keys.seal.marks, keys.pepper.marks)
        self._file, self._path = _locked(folder)
        os.write(self._file, "\n".join(lines).encode())

    def end(self) -> None:
        """Takes the sign away."""
        self._path.unlink(missing_ok=True)
        self.leave_to_parent()

    def leave_to_parent(self) -> None:
        """In a child that was forked: the parent's sign stays the parent's."""
        with contextlib.suppress(OSError):  # closed already
            os.close(self._file)


def processes(state: Path) -> list[Process]:
    """The processes whose signs are held now, by their numbers. Nothing is created or taken away."""
    return sorted(_at_work(state / FOLDER))


def _at_work(folder: Path) -> Iterator[Process]:
    for path in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            if _is_free(file.fileno()):
                continue
            lines = file.read().decode().split("\n")
            if len(lines) == len(Process._fields):
                yield Process(int(lines[0]), *lines[1:])


def _locked(folder: Path) -> tuple[int, Path]:
    """A new file with its lock; another one where somebody who cleaned took it away between the two."""
    while True:
        file, name = tempfile.mkstemp(dir=folder)
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file).st_nlink:
            return file, Path(name)
        os.close(file)


def _is_free(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take_away(path: Path) -> None:
    """Removes what a process that is gone left."""
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file, contextlib.suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
