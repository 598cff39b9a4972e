"""What was signed: octets at hand, or a file that is read in pieces and never held whole."""

import hashlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from pb.core.eds import keys
from pb.core.eds.faults import EDSError, Fault
from pb.core.eds.keys import Algorithm
from pb.core.eds.streebog_fast import Hash, long_streebog512

MAX_FILE = 4_000_000_000  # bytes
PIECE = 1 << 20
LONG = 1 << 14  # bytes from which hashing GOST with our own tables alone would be felt
Pieces = Iterable[bytes]


class Content:
    """A content to be hashed; `whole` is None for a file."""

    def __init__(self, pieces: Callable[[], Pieces], whole: bytes | None = None) -> None:
        self._pieces, self.whole = pieces, whole
        self.digest = cache(self._digest)

    @classmethod
    def of(cls, data: bytes) -> "Content":
        return cls(lambda: (data,), data)

    @classmethod
    def in_file(cls, path: Path) -> "Content":
        """The octets of a file, at most MAX_FILE; reading it may raise EDSError (SIZE) and OSError."""
        return cls(lambda: _read(path))

    def _digest(self, algorithm: Algorithm) -> bytes:
        """The hash that belongs to the kind of key, in natural order."""
        if self.whole is not None and len(self.whole) < LONG:
            return keys.digest(algorithm, self.whole)
        hashing: Hash = long_streebog512() if algorithm is Algorithm.GOST else hashlib.sha256()
        for piece in self._pieces():
            hashing.update(piece)
        return hashing.digest()

    def is_same(self, other: bytes) -> bool:
        """Whether it is these very octets."""
        at = 0
        for piece in self._pieces():
            if other[at : at + len(piece)] != piece:
                return False
            at += len(piece)
        return at == len(other)


def _read(path: Path) -> Pieces:
    read = 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            read += len(piece)
            if read > MAX_FILE:
                raise EDSError(Fault.SIZE, "what was signed is longer than %(most)s GB", most=MAX_FILE // 10**9)
            yield piece
