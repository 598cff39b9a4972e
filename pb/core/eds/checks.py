"""What is checked of every signature in a CMS, a person's or a time-stamping authority's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pb.core.eds import der, keys, oids
from pb.core.eds.certificates import Certificate
from pb.core.eds.content import Content
from pb.core.eds.faults import EDSError, Fault
from pb.core.eds.revocation import Revocations, State
from pb.core.eds.signed_data import SignerInfo
from pb.core.eds.trust import Trust
from pb.core.findings import Finding


@dataclass(frozen=True)
class Check:
    """One check of one signer: its name, outcome and what was seen, in sentences, names or numbers."""

    name: str
    ok: bool
    seen: tuple[Finding | str, ...] = ()

    @property
    def detail(self) -> str:
        """What was seen, in English."""
        return "; ".join(map(str, self.seen))

    def to_value(self) -> dict[str, object]:
        """For JSON."""
        return {"name": self.name, "ok": self.ok, "detail": self.detail}


NAMES = {
    "algorithms": Finding("algorithms"),
    "certificate": Finding("certificate"),
    "chain": Finding("chain"),
    "content": Finding("content"),
    "content_type": Finding("content_type"),
    "digest": Finding("digest"),
    "imprint": Finding("imprint"),
    "key_usage": Finding("key_usage"),
    "moment": Finding("moment"),
    "policy": Finding("policy"),
    "purpose": Finding("purpose"),
    "revocation": Finding("revocation"),
    "signature": Finding("signature"),
    "signing_time": Finding("signing_time"),
    "timestamp": Finding("timestamp"),
    "validity": Finding("validity"),
}
"""What each check is called; its name is published in JSON and never changes."""
STATES = {
    State.GOOD: Finding("good: %(source)s"),
    State.REVOKED: Finding("revoked: %(source)s"),
    State.UNKNOWN: Finding("unknown: %(source)s"),
}


def certificate_of(info: SignerInfo, certificates: Iterable[Certificate]) -> Certificate:
    """The certificate that a signer names. Raises EDSError (NO_CERTIFICATE)."""
    for certificate in certificates:
        if (certificate.issuer, certificate.serial) == info.issuer_and_serial:
            return certificate
        if info.key_id is not None and info.key_id == certificate.key_id:
            return certificate
    raise EDSError(Fault.NO_CERTIFICATE, "the signer's certificate is not in the signature")


def check_signature(
    info: SignerInfo, certificate: Certificate, content: Content, content_type: str = oids.DATA
) -> Iterator[Check]:
    """Algorithms, the attributes' type and digest of the content, and the signature over them. Raises EDSError."""
    key = certificate.public_key
    kinds = {keys.digest_algorithm(info.digest_algorithm), keys.signer_algorithm(info.signature_algorithm)}
    yield Check("algorithms", kinds == {key.algorithm}, (", ".join(sorted(kinds | {key.algorithm})),))
    yield Check("content_type", info.attributes[oids.CONTENT_TYPE].oid() == content_type)
    digest = info.attributes[oids.MESSAGE_DIGEST].octets()
    yield Check("digest", digest == content.digest(key.algorithm))
    # Section 5.4: the signature is over the attributes with the tag of a SET instead of their own.
    yield Check("signature", key.verifies(bytes((der.SET,)) + info.attributes_raw[1:], info.signature))


def check_chain(
    certificate: Certificate,
    others: Iterable[Certificate],
    trust: Trust,
    signed_at: datetime,
    at: datetime,
    revocations: Revocations,
) -> Iterator[Check]:
    """The way to an anchor as it was when it was signed, and whether anybody on it was revoked, as known at `at`."""
    path = trust.path(certificate, others, signed_at)
    way = " ← ".join(c.name(oids.COMMON_NAME) for c in path.certificates[1:])
    yield Check("chain", path.problem is None, (path.problem or way,))
    states = [
        revocations.status(each, issuer, at)
        for each, issuer in zip(path.certificates, path.certificates[1:], strict=False)
    ]
    refused = [
        status
        for status in states
        if (status.state is State.REVOKED and (status.since is None or status.since <= signed_at))
        or (status.state is State.UNKNOWN and revocations.unknown_refuses)
    ]
    unknown = not states or any(status.state is State.UNKNOWN for status in states)
    shown = refused or states
    yield Check(
        "revocation",
        not refused and not (unknown and revocations.unknown_refuses),
        tuple(STATES[status.state].of(source=status.source) for status in shown) or (Finding("unknown"),),
    )
