"""Whether a certificate was withdrawn: lists (CRL) and answers (OCSP), each with its own signature and freshness.

Nothing is fetched here. An installation reads a folder, or hands in `fetch`, which asks a responder on the network.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from pb.core.eds.certificates import Certificate
from pb.core.eds.crl import RevocationList, read_lists
from pb.core.eds.faults import EDSError, Unread
from pb.core.eds.ocsp import Answer, read_answer
from pb.core.findings import Finding

CLOCK_SKEW = timedelta(minutes=5)
Fetch = Callable[[Certificate, Certificate], bytes | None]


class State(StrEnum):
    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Status:
    """What is known of a certificate: `since` when it is revoked, `source` says by which list or answer."""

    state: State
    since: datetime | None = None
    source: Finding | str = ""


def not_ahead(moment: datetime, at: datetime) -> bool:
    """Whether `moment` was reached at `at`, as far as two clocks may differ: right at the ends of the calendar too."""
    return moment - at <= CLOCK_SKEW


@dataclass(frozen=True)
class Revocations:
    """What is known of withdrawn certificates; `unknown_refuses` decides when nothing fresh is known.

    `unread` are files that were set aside: of whom nothing else speaks, nothing is known.

    `fetch` takes a certificate and its issuer and gives an OCSP response in DER or None; it must not raise.
    """

    lists: tuple[RevocationList, ...] = ()
    answers: tuple[Answer, ...] = ()
    unknown_refuses: bool = True
    fetch: Fetch | None = field(default=None, compare=False)
    unread: tuple[Unread, ...] = ()

    @classmethod
    def from_files(cls, blobs: Iterable[bytes], *, unknown_refuses: bool = True, fetch: Fetch | None = None) -> Self:
        """Reads CRLs (PEM or DER) and OCSP responses (DER). Raises EDSError for bytes that are neither."""
        statements = (each for blob in blobs for each in read_statements(blob))
        return cls.of(statements, unknown_refuses=unknown_refuses, fetch=fetch)

    @classmethod
    def of(
        cls,
        statements: Iterable[RevocationList | Answer],
        *,
        unknown_refuses: bool = True,
        fetch: Fetch | None = None,
        unread: Iterable[Unread] = (),
    ) -> Self:
        """As `from_files`, of lists and answers that were read."""
        known = tuple(statements)
        lists = tuple(each for each in known if isinstance(each, RevocationList))
        answers = tuple(each for each in known if isinstance(each, Answer))
        return cls(lists, answers, unknown_refuses, fetch, tuple(unread))

    def status(self, certificate: Certificate, issuer: Certificate, at: datetime) -> Status:
        """The state of `certificate` as known at `at`.

        A list or an answer counts only with the signature of the issuer (or of its responder) and while it is fresh;
        but whoever stands on an old list as revoked stays revoked.
        """
        known = [*self._from_answers(self.answers, certificate, issuer, at), *self._from_lists(certificate, issuer, at)]
        decided = self._decide(known)
        if decided.state is State.UNKNOWN and self.fetch is not None:
            response = self.fetch(certificate, issuer)
            try:
                answers = [read_answer(response)] if response else []
            except EDSError:
                return Status(State.UNKNOWN, source=Finding("the responder's answer cannot be read"))
            decided = self._decide([*known, *self._from_answers(answers, certificate, issuer, at)])
        return decided

    def _decide(self, known: list[Status]) -> Status:
        """Revoked by one is revoked; otherwise good by one is good."""
        for state in (State.REVOKED, State.GOOD, State.UNKNOWN):
            for status in known:
                if status.state is state:
                    return status
        if not self.unread:
            return Status(State.UNKNOWN, source=Finding("no list and no answer of its authority"))
        files = ", ".join(each.name for each in self.unread)
        aside = Finding("no list and no answer of its authority; set aside, cannot be read: %(files)s", files=files)
        return Status(State.UNKNOWN, source=aside)

    def _from_lists(self, certificate: Certificate, issuer: Certificate, at: datetime) -> Iterable[Status]:
        for each in self.lists:
            if each.issuer != issuer.subject or not each.covers(certificate) or not each.signed_by(issuer):
                continue
            moment = f"{each.this_update:%Y-%m-%d %H:%M}"
            source = Finding("CRL of %(moment)s", moment=moment)
            since = each.revoked_since(certificate.serial)
            if since is not None:
                yield Status(State.REVOKED, since, source)
            elif not_ahead(each.this_update, at) and at <= each.next_update:
                yield Status(State.GOOD, source=source)
            else:
                yield Status(State.UNKNOWN, source=Finding("CRL of %(moment)s is not fresh", moment=moment))

    @staticmethod
    def _from_answers(
        answers: Iterable[Answer], certificate: Certificate, issuer: Certificate, at: datetime
    ) -> Iterable[Status]:
        for each in answers:
            if not each.about(certificate, issuer) or not each.signed_for(issuer, at):
                continue
            said = each.single
            moment = f"{said.this_update:%Y-%m-%d %H:%M}"
            source = Finding("OCSP of %(moment)s", moment=moment)
            if said.revoked_since is not None:
                yield Status(State.REVOKED, said.revoked_since, source)
            elif said.good and not_ahead(said.this_update, at) and at <= said.fresh_until:
                yield Status(State.GOOD, source=source)
            else:
                stale = Finding("OCSP of %(moment)s is not fresh or does not know the certificate", moment=moment)
                yield Status(State.UNKNOWN, source=stale)


def read_statements(data: bytes) -> Sequence[RevocationList | Answer]:
    """The lists (PEM or DER) or the one answer (DER) of a file. Raises EDSError for bytes that are neither."""
    try:
        return read_lists(data)
    except EDSError as error:
        try:
            return [read_answer(data)]
        except EDSError:
            raise error from None
