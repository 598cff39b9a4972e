"""Whether a certificate was withdrawn: lists (CRL) and answers (OCSP), each with its own signature and freshness."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Revocations:
    """What is known of withdrawn certificates; `unknown_refuses` decides when nothing fresh is known."""

    unknown_refuses: bool = True

    @classmethod
    def from_files(cls, blobs: Iterable[bytes], *, unknown_refuses: bool = True) -> Self:
        """Reads CRLs and OCSP responses, PEM or DER. Raises EDSError."""
        raise NotImplementedError
