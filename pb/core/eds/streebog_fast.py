"""Streebog-512 for long messages: by the system's libgcrypt where it has it, otherwise by our own tables.

Our own hash takes some minutes for a file of 100 MB. libgcrypt comes with Debian; it is used for long messages alone,
and only after it has given the digests of RFC 6986 in this very process: a library that does not is left alone.
"""

import ctypes
import sys
from functools import cache
from typing import Protocol

from pb.core.eds.streebog import Streebog512

_NAMES = {"darwin": "libgcrypt.20.dylib", "win32": "libgcrypt-20.dll"}
_LEAST_VERSION = b"1.7.0"
_SIZE = 64
LONG = 64 * 1024  # bytes from which a message is a list of revoked certificates, or a file
# RFC 6986, section 10.1.1, and a message of several blocks whose digest both of ours gave.
_KNOWN = {
    b"012345678901234567890123456789012345678901234567890123456789012": (
        "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
        "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48"
    ),
    b"\xff" * 1000: (
        "e9236ec515fd4c006746168fbdae42233b5ce3a1d9135820a4158225da4874cc"
        "4cd5a1bd904687402f92d1e78c963f7ba5444e045d382b15ba1fcefe7d402bca"
    ),
}


class Hash(Protocol):
    """What hashes a message that comes in pieces."""

    def update(self, piece: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


def long_streebog512() -> Hash:
    """A hash for a long message, the fastest that this machine has."""
    library = _library()
    return _Native(library) if library is not None else Streebog512()


def streebog512(message: bytes) -> bytes:
    """The digest of `message`, 64 bytes in natural order: a short one by our own tables, a long one by the fastest."""
    hashing = long_streebog512() if len(message) >= LONG else Streebog512()
    hashing.update(message)
    return hashing.digest()


class _Native:
    """The hash of libgcrypt."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library, self._handle = library, ctypes.c_void_p()
        if library.gcry_md_open(ctypes.byref(self._handle), _algorithm(library), 0):
            raise OSError("libgcrypt refuses to hash")

    def update(self, piece: bytes, /) -> None:
        self._library.gcry_md_write(self._handle, piece, len(piece))

    def digest(self) -> bytes:
        copy = ctypes.c_void_p()
        if self._library.gcry_md_copy(ctypes.byref(copy), self._handle):
            raise OSError("libgcrypt refuses to hash")
        try:
            return ctypes.string_at(self._library.gcry_md_read(copy, 0), _SIZE)
        finally:
            self._library.gcry_md_close(copy)

    def __del__(self) -> None:
        self._library.gcry_md_close(self._handle)


@cache
def _library() -> ctypes.CDLL | None:
    """libgcrypt, if it is there and gives the known digests."""
    try:
        library = ctypes.CDLL(_NAMES.get(sys.platform, "libgcrypt.so.20"))
        _declare(library)
        if not library.gcry_check_version(_LEAST_VERSION) or not _algorithm(library):
            return None
        return library if all(_hashed(library, text).hex() == known for text, known in _KNOWN.items()) else None
    except (OSError, AttributeError):  # not there, or not what it is called
        return None


def _hashed(library: ctypes.CDLL, message: bytes) -> bytes:
    hashing = _Native(library)
    hashing.update(message[:7])
    hashing.update(message[7:])
    return hashing.digest()


def _algorithm(library: ctypes.CDLL) -> int:
    """The library's number of Streebog-512, 0 if it has none."""
    return int(library.gcry_md_map_name(b"STRIBOG512"))


def _declare(library: ctypes.CDLL) -> None:
    handle = ctypes.c_void_p
    for name, result, arguments in (
        ("gcry_check_version", ctypes.c_char_p, [ctypes.c_char_p]),
        ("gcry_md_map_name", ctypes.c_int, [ctypes.c_char_p]),
        ("gcry_md_open", ctypes.c_uint, [ctypes.POINTER(handle), ctypes.c_int, ctypes.c_uint]),
        ("gcry_md_copy", ctypes.c_uint, [ctypes.POINTER(handle), handle]),
        ("gcry_md_write", None, [handle, ctypes.c_char_p, ctypes.c_size_t]),
        ("gcry_md_read", ctypes.c_void_p, [handle, ctypes.c_int]),
        ("gcry_md_close", None, [handle]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
