"""Trust anchors, revocation lists and stored answers, read from the folders that an installation names."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from pb.core.eds import EDSError, Revocations, Trust
from pb.core.eds.revocation import read_statements
from pb.core.eds.trust import read_certificates

Read = TypeVar("Read")

CERTIFICATES = frozenset({".cer", ".crt", ".der", ".pem"})
LISTS = frozenset({".crl", ".ocsp"})


def load_trust(folder: Path) -> Trust:
    """Every certificate of the folder: those that signed themselves are anchors.

    Raises EDSError (a file that is no certificate, by its name; no anchor), OSError.
    """
    return Trust.of(_each(files_of(folder, CERTIFICATES), read_certificates))


def load_revocations(folder: Path | None, *, unknown_refuses: bool = True) -> Revocations:
    """Every CRL (`.crl`) and OCSP response (`.ocsp`) of the folder; without a folder nothing is known.

    Raises EDSError (a file that is neither, by its name), OSError.
    """
    statements = _each(files_of(folder, LISTS) if folder else [], read_statements)
    return Revocations.of(statements, unknown_refuses=unknown_refuses)


def files_of(folder: Path, suffixes: frozenset[str]) -> list[Path]:
    """The folder's files with one of the suffixes, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in suffixes and path.is_file())


def _each(paths: Iterable[Path], read: Callable[[bytes], Iterable[Read]]) -> Iterator[Read]:
    for path in paths:
        try:
            yield from read(path.read_bytes())
        except EDSError as error:
            raise EDSError(error.code, f"{path.name}: {error}") from error
