"""The archive `UUID.bel`, byte for byte (section 4.4 of the specification).

It is an old-style (v7) tar that only ever grows and is never closed by zero blocks. The first record, BELENIOS, holds
`{"version":1,"timestamp":"<seconds>"}`; the others are named by the SHA-256 of their content. Every header carries the
archive's timestamp, so that a record's bytes depend on nothing but its kind and content.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from pb.core.belenios.canonical import MEBIBYTE, Check, ProtocolError, digest, dump_json, sha256_hex

BLOCK: Final = 512
MAX_RECORD: Final = 512 * MEBIBYTE
HEADER_NAME: Final = "BELENIOS"


class RecordKind(StrEnum):
    DATA = "data"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the archive. `offset` is where its content starts in the file it was read from, in bytes."""

    kind: RecordKind
    data: bytes
    digest: str
    offset: int = 0

    @property
    def name(self) -> str:
        return f"{self.digest}.{self.kind.value}.json"


def data_record(json: str) -> Record:
    """A message as a record."""
    data = json.encode()
    return Record(RecordKind.DATA, data, sha256_hex(data))


def event_record(json: str) -> Record:
    """An event as a record."""
    data = json.encode()
    return Record(RecordKind.EVENT, data, sha256_hex(data))


def header(timestamp: int) -> bytes:
    """The beginning of an archive: the BELENIOS record. `timestamp` is in seconds of Unix time."""
    return record(HEADER_NAME, _header_json(timestamp).encode(), timestamp)


def _header_json(timestamp: int) -> str:
    return dump_json({"version": 1, "timestamp": str(timestamp)})


def record(name: str, data: bytes, timestamp: int) -> bytes:
    """One record with its tar header and padding, to be appended to the archive that carries this timestamp."""
    return _tar_header(name, len(data), timestamp) + data + b"\0" * (-len(data) % BLOCK)


def _tar_header(name: str, size: int, timestamp: int) -> bytes:
    block = bytearray(BLOCK)
    encoded = name.encode()
    block[: len(encoded)] = encoded
    block[100:108] = b"0000644\0"  # mode
    block[108:116] = block[116:124] = b"0000000\0"  # uid, gid
    block[124:136] = b"%011o\0" % size
    block[136:148] = b"%011o\0" % timestamp
    block[148:156] = b" " * 8  # the checksum counts itself as spaces
    block[156:157] = b"0"  # an ordinary file
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


class ArchiveReader:
    """Reads an archive record by record and refuses everything that `record` would not have written.

    The file is positioned at the archive's beginning and read forwards; one record is in memory at a time. Iterating
    raises ProtocolError (ARCHIVE for tar structure, HASH for a name that is not the content's SHA-256).
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._position = 0
        self.timestamp = self._read_header()

    def __iter__(self) -> Iterator[Record]:
        while True:
            block = self._read(BLOCK, may_end=True)
            if not block:
                return
            yield self._record(block)

    def _read(self, size: int, *, may_end: bool = False) -> bytes:
        data = self._file.read(size)
        if len(data) != size and (data or not may_end):
            raise ProtocolError(Check.ARCHIVE, "The archive ends within a record.")
        self._position += len(data)
        return data

    def _content(self, block: bytes, timestamp: int) -> tuple[str, bytes]:
        """Name and content of the record with this header."""
        name = block[:100].rstrip(b"\0").decode("ascii", "replace")
        size = _octal(block[124:136])
        if size > MAX_RECORD:
            raise ProtocolError(Check.ARCHIVE, "A record is too large.")
        if not name.isascii() or block != _tar_header(name, size, timestamp):
            raise ProtocolError(Check.ARCHIVE, "A tar header is not the one that belongs to its record.")
        data = self._read(size)
        if self._read(-size % BLOCK).strip(b"\0"):
            raise ProtocolError(Check.ARCHIVE, "A record is padded with something else than zeros.")
        return name, data

    def _read_header(self) -> int:
        block = self._file.read(BLOCK)
        if len(block) != BLOCK or not block.startswith(HEADER_NAME.encode() + b"\0"):
            raise ProtocolError(
                Check.ARCHIVE, "This is not a ballot archive: a file of a poll (.bel) begins otherwise."
            )
        self._position += BLOCK
        timestamp = _octal(block[136:148])
        name, data = self._content(block, timestamp)
        if (name, data) != (HEADER_NAME, _header_json(timestamp).encode()):
            raise ProtocolError(Check.ARCHIVE, "The archive does not begin with its header.")
        return timestamp

    def _record(self, block: bytes) -> Record:
        offset = self._position
        name, data = self._content(block, self.timestamp)
        stem, _, suffix = name.partition(".")
        kinds = {f"{kind.value}.json": kind for kind in RecordKind}
        if suffix not in kinds:
            raise ProtocolError(Check.ARCHIVE, "A record has an unknown name.")
        if digest(stem) != sha256_hex(data):
            raise ProtocolError(Check.HASH, "A record's name is not the SHA-256 of its content.")
        return Record(kinds[suffix], data, stem, offset)


def _octal(field: bytes) -> int:
    """A tar number of 11 octal digits and NUL. Raises ProtocolError (ARCHIVE)."""
    digits = field[:11]
    if field[11:] != b"\0" or not digits.isdigit() or b"8" in digits or b"9" in digits:
        raise ProtocolError(Check.ARCHIVE, "A tar header holds no octal number where one belongs.")
    return int(digits, 8)


@contextmanager
def opened(archive: str | Path | BinaryIO) -> Iterator[BinaryIO]:
    """An archive given as a path, for a while; or as a file that its owner closes."""
    if isinstance(archive, str | Path):
        with Path(archive).open("rb") as file:
            yield file
    else:
        yield archive
