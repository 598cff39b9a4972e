"""Trust anchors, revocation lists and stored answers, read from the folders that an installation names.

A file that cannot be read is set aside and named: one bad list must not stop everybody who does not need it.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import structlog

from pb.core.eds import EDSError, Revocations, Trust
from pb.core.eds.crl import MAX_LIST
from pb.core.eds.faults import Fault, Unread
from pb.core.eds.revocation import read_statements
from pb.core.eds.trust import read_certificates

Read = TypeVar("Read")

CERTIFICATES = frozenset({".cer", ".crt", ".der", ".pem"})
LISTS = frozenset({".crl", ".ocsp"})
LARGEST = 2 * MAX_LIST  # bytes: a list in PEM is a third longer
log = structlog.get_logger()


def load_trust(folder: Path) -> Trust:
    """Every certificate of the folder: those that signed themselves are anchors; `unread` names what is none.

    Raises EDSError where no anchor can be read, OSError.
    """
    read, unread = _each(files_of(folder, CERTIFICATES), read_certificates)
    return Trust.of(read, unread)


def load_revocations(folder: Path | None, *, unknown_refuses: bool = True) -> Revocations:
    """Every CRL (`.crl`) and OCSP response (`.ocsp`) of the folder; without a folder nothing is known.

    What is neither is set aside: `unread` names it. Raises OSError.
    """
    statements, unread = _each(files_of(folder, LISTS) if folder else [], read_statements)
    return Revocations.of(statements, unknown_refuses=unknown_refuses, unread=unread)


def files_of(folder: Path, suffixes: frozenset[str]) -> list[Path]:
    """The folder's files with one of the suffixes, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in suffixes and path.is_file())


def _bounded(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise EDSError(Fault.SIZE, "more than %(most)s bytes", most=LARGEST)
    return path.read_bytes()


def _each(paths: Iterable[Path], read: Callable[[bytes], Iterable[Read]]) -> tuple[list[Read], list[Unread]]:
    found: list[Read] = []
    unread: list[Unread] = []
    for path in paths:
        try:
            found.extend(read(_bounded(path)))
        except EDSError as error:
            unread.append(Unread(path.name, error.finding))
        except OSError as error:
            unread.append(Unread(path.name, error.strerror or type(error).__name__))
    return found, unread


def log_set_aside(read: Trust | Revocations) -> None:
    """For processes that serve: a command says the same in words to whoever runs it."""
    for each in read.unread:
        log.warning("eds_file_set_aside", file=each.name, reason=str(each.why))
