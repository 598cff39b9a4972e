"""Trust anchors, revocation lists and stored answers, read from the folders that an installation names."""

from pathlib import Path

from pb.core.eds import Revocations, Trust
from pb.core.eds.revocation import Fetch

CERTIFICATES = frozenset({".cer", ".crt", ".der", ".pem"})
LISTS = frozenset({".crl", ".ocsp"})


def load_trust(folder: Path) -> Trust:
    """Every certificate of the folder: those that signed themselves are anchors. Raises EDSError, OSError."""
    return Trust.from_files(path.read_bytes() for path in files_of(folder, CERTIFICATES))


def load_revocations(folder: Path | None, *, unknown_refuses: bool = True, fetch: Fetch | None = None) -> Revocations:
    """Every CRL (`.crl`) and OCSP response (`.ocsp`) of the folder; without a folder nothing is known.

    Raises EDSError, OSError.
    """
    paths = files_of(folder, LISTS) if folder else []
    return Revocations.from_files((path.read_bytes() for path in paths), unknown_refuses=unknown_refuses, fetch=fetch)


def files_of(folder: Path, suffixes: frozenset[str]) -> list[Path]:
    """The folder's files with one of the suffixes, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in suffixes and path.is_file())
