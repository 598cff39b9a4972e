"""Whom we trust: anchors and intermediate certificates, and the way from a signer up to one of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Trust:
    """Certificates that are trusted by decision (`anchors`) and those that only help to reach them."""

    anchors: tuple[object, ...]
    intermediates: tuple[object, ...] = ()

    @classmethod
    def from_files(cls, blobs: Iterable[bytes]) -> Self:
        """Reads certificates, PEM or DER: self-issued ones are anchors, the others intermediates. Raises EDSError."""
        raise NotImplementedError
