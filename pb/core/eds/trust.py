"""Whom we trust: anchors and intermediate certificates, and the way from a signer up to one of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from pb.core.eds.certificates import KEY_CERT_SIGN, Certificate, from_pem, read_certificate
from pb.core.eds.faults import EDSError, Fault, Unread
from pb.core.findings import Finding

LONGEST_PATH = 5  # certificates from the signer's to the anchor's, both counted
MAX_OTHERS = 4  # of the signature's own bundle, authorities first: a crafted one cannot make the search grow


@dataclass(frozen=True)
class Path:
    """The way from a certificate (first) to an anchor (last), and what speaks against it, if anything."""

    certificates: tuple[Certificate, ...]
    problem: Finding | None = None


@dataclass(frozen=True)
class Trust:
    """Certificates that are trusted by decision (`anchors`) and those that only help to reach them."""

    anchors: tuple[Certificate, ...]
    intermediates: tuple[Certificate, ...] = ()
    unread: tuple[Unread, ...] = ()

    @classmethod
    def from_files(cls, blobs: Iterable[bytes]) -> Self:
        """Reads certificates, PEM or DER: those that signed themselves are anchors, the others intermediates.

        Raises EDSError for bytes that are no certificate, and when there is no anchor among them.
        """
        return cls.of(each for blob in blobs for each in read_certificates(blob))

    @classmethod
    def of(cls, certificates: Iterable[Certificate], unread: Iterable[Unread] = ()) -> Self:
        """As `from_files`, of certificates that were read. Raises EDSError when there is no anchor among them.

        `unread` are files that were set aside.
        """
        read, aside = tuple(certificates), tuple(unread)
        anchors = tuple(each for each in read if each.authority and each.signed_by(each))
        if not anchors:
            if not aside:
                raise EDSError(Fault.NO_CERTIFICATE, "no trust anchor: none of the certificates signed itself")
            raise EDSError(
                Fault.NO_CERTIFICATE,
                "no trust anchor: none of the certificates signed itself; set aside, cannot be read: %(files)s",
                files="; ".join(map(str, aside)),
            )
        return cls(anchors, tuple(each for each in read if each not in anchors), aside)

    def path(self, certificate: Certificate, others: Iterable[Certificate], at: datetime) -> Path:
        """The way to an anchor, good at the moment `at` if there is a good one (RFC 5280, section 6, without names)."""
        brought = sorted(
            (each for each in others if each not in self.intermediates), key=lambda each: not each.authority
        )
        candidates = (*self.anchors, *self.intermediates, *brought[:MAX_OTHERS])
        found: Path | None = None
        for certificates in self._paths((certificate,), candidates):
            path = Path(certificates, _problem(certificates, at))
            if path.problem is None:
                return path
            found = found or path
        return found or Path((certificate,), self._no_way())

    def _no_way(self) -> Finding:
        if not self.unread:
            return Finding("no way to a trusted certificate")
        return Finding(
            "no way to a trusted certificate; set aside, cannot be read: %(files)s",
            files=", ".join(each.name for each in self.unread),
        )

    def _paths(
        self, way: tuple[Certificate, ...], candidates: tuple[Certificate, ...]
    ) -> Iterator[tuple[Certificate, ...]]:
        last = way[-1]
        if last in self.anchors:
            yield way
            return
        if len(way) == LONGEST_PATH:
            return
        for candidate in candidates:
            if candidate.subject == last.issuer and candidate not in way and last.signed_by(candidate):
                yield from self._paths((*way, candidate), candidates)


def read_certificates(data: bytes) -> list[Certificate]:
    """The certificates of a file, PEM or DER. Raises EDSError."""
    return [read_certificate(each) for each in from_pem(data, "CERTIFICATE")]


def _problem(certificates: tuple[Certificate, ...], at: datetime) -> Finding | None:
    """Why the way is not good, or None. The first certificate's own usage is not judged here."""
    for depth, certificate in enumerate(certificates):
        if certificate.unread_critical:
            return Finding(
                "critical extension %(extension)s is not known here", extension=certificate.unread_critical[0]
            )
        if depth == 0:
            continue
        if not certificate.authority:
            return Finding("a certificate on the way may not issue certificates")
        if certificate.key_usage is not None and KEY_CERT_SIGN not in certificate.key_usage:
            return Finding("a key on the way may not sign certificates")
        if certificate.path_length is not None and depth - 1 > certificate.path_length:
            return Finding("the way is longer than an authority allows")
        if not certificate.valid_at(at):
            return Finding("a certificate on the way was not valid then")
    return None
