"""Who signed what: a CMS judged, with each check and its outcome (RFC 5652, section 5; RFC 5280, section 6)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from pb.core.eds import der, keys, oids
from pb.core.eds.certificates import DIGITAL_SIGNATURE, KEY_AGREEMENT, KEY_ENCIPHERMENT, NON_REPUDIATION, Certificate
from pb.core.eds.faults import EDSError, Fault
from pb.core.eds.revocation import CLOCK_SKEW, Revocations, State
from pb.core.eds.signed_data import SignedData, SignerInfo, read_signed_data
from pb.core.eds.trust import Trust


class Purpose(StrEnum):
    """What the signer's certificate must be for."""

    INDIVIDUAL = "individual"
    HEAD = "head"
    RIGHT_TO_SIGN = "right_to_sign"
    ANY = "any"


_SIGN_USAGE = frozenset({DIGITAL_SIGNATURE, NON_REPUDIATION})
_ALLOWED_USAGE = _SIGN_USAGE | {KEY_ENCIPHERMENT, KEY_AGREEMENT}
_EXTENDED = {
    Purpose.INDIVIDUAL: {oids.EMAIL_PROTECTION, oids.INDIVIDUAL},
    Purpose.HEAD: {oids.EMAIL_PROTECTION, oids.LEGAL_ENTITY, oids.HEAD},
    Purpose.RIGHT_TO_SIGN: {oids.EMAIL_PROTECTION, oids.LEGAL_ENTITY, oids.RIGHT_TO_SIGN},
    Purpose.ANY: {oids.EMAIL_PROTECTION},
}
_LEGAL_POLICIES = {oids.POLICY_GENERAL, oids.POLICY_LEGAL_SIGN}
_POLICIES = {
    Purpose.INDIVIDUAL: {oids.POLICY_GENERAL, oids.POLICY_INDIVIDUAL_SIGN},
    Purpose.HEAD: _LEGAL_POLICIES,
    Purpose.RIGHT_TO_SIGN: _LEGAL_POLICIES,
    Purpose.ANY: _LEGAL_POLICIES | {oids.POLICY_INDIVIDUAL_SIGN},
}


@dataclass(frozen=True)
class Check:
    """One check of one signer: its name, outcome and what was seen."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True)
class Signer:
    """A signer as the certificate names them; the given name holds the patronymic, as the national CA writes it.

    `signed_at` is what the signer's own computer claimed, or None: whether that is recent enough the caller decides.
    """

    iin: str | None
    bin: str | None
    common_name: str
    surname: str
    given_name: str
    organization: str
    algorithm: str
    policies: tuple[str, ...]
    extended_usages: tuple[str, ...]
    serial: str
    fingerprint: str
    signed_at: datetime | None
    not_before: datetime
    not_after: datetime
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        return bool(self.checks) and all(check.ok for check in self.checks)

    def failed(self) -> tuple[str, ...]:
        """The names of the checks that failed."""
        return tuple(check.name for check in self.checks if not check.ok)

    def to_value(self) -> dict[str, object]:
        """All of it for JSON; moments in ISO 8601."""
        value: dict[str, object] = {"ok": self.ok, **vars(self)}
        for name in ("signed_at", "not_before", "not_after"):
            at = getattr(self, name)
            value[name] = at.isoformat() if at else None
        value["checks"] = [vars(check) for check in self.checks]
        return value


@dataclass(frozen=True)
class Verdict:
    """The content that was signed (None when detached and not given) and everybody who signed it."""

    content: bytes | None
    signers: tuple[Signer, ...]

    @property
    def ok(self) -> bool:
        return bool(self.signers) and all(signer.ok for signer in self.signers)

    def to_value(self) -> dict[str, object]:
        """For JSON, without the content."""
        return {"ok": self.ok, "signers": [signer.to_value() for signer in self.signers]}


def verify_cms(
    cms: bytes,
    *,
    data: bytes | None = None,
    trust: Trust,
    at: datetime,
    revocations: Revocations,
    purpose: Purpose = Purpose.ANY,
) -> Verdict:
    """Judges a CMS in PEM or DER at the verifier's moment `at`, as RFC 5652 section 5.6 and RFC 5280 section 6 ask.

    `data` is the content of a detached signature; it must equal the content that the CMS carries, if it carries one.
    Raises EDSError, and nothing else, for input that cannot be judged; a check that fails stands in the verdict.
    """
    signed = read_signed_data(cms)
    content = signed.content if data is None else data
    if content is None:
        raise EDSError(Fault.CONTENT, "the signature is detached: the content must be given")
    carried = Check("content", signed.content is None or signed.content == content)
    signers = (
        _judge(info, signed, content, carried, trust=trust, at=at, revocations=revocations, purpose=purpose)
        for info in signed.signer_infos
    )
    return Verdict(content, tuple(signers))


def _judge(
    info: SignerInfo,
    signed: SignedData,
    content: bytes,
    carried: Check,
    *,
    trust: Trust,
    at: datetime,
    revocations: Revocations,
    purpose: Purpose,
) -> Signer:
    certificate = _certificate_of(info, (*signed.certificates, *trust.intermediates))
    time = info.attributes.get(oids.SIGNING_TIME)
    signed_at = time.moment() if time else None
    checks = [
        carried,
        *_check_signature(info, certificate, content),
        *_check_time(certificate, signed_at, at),
        *_check_usage(certificate, purpose),
    ]
    if not all(check.ok for check in checks):
        revocations = replace(revocations, fetch=None)  # nobody on the network is asked because of a bad signature
    checks.extend(_check_chain(certificate, signed.certificates, trust, signed_at or at, at, revocations))
    return Signer(
        iin=certificate.iin,
        bin=certificate.bin,
        common_name=certificate.name(oids.COMMON_NAME),
        surname=certificate.name(oids.SURNAME),
        given_name=certificate.name(oids.GIVEN_NAME),
        organization=certificate.name(oids.ORGANIZATION),
        algorithm=str(certificate.public_key.algorithm),
        policies=certificate.policies,
        extended_usages=certificate.extended_usages,
        serial=f"{certificate.serial:x}",
        fingerprint=certificate.fingerprint,
        signed_at=signed_at,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        checks=tuple(checks),
    )


def _certificate_of(info: SignerInfo, certificates: Iterable[Certificate]) -> Certificate:
    for certificate in certificates:
        if (certificate.issuer, certificate.serial) == info.issuer_and_serial:
            return certificate
        if info.key_id is not None and info.key_id == certificate.key_id:
            return certificate
    raise EDSError(Fault.NO_CERTIFICATE, "the signer's certificate is not in the signature")


def _check_signature(info: SignerInfo, certificate: Certificate, content: bytes) -> Iterator[Check]:
    key = certificate.public_key
    kinds = {keys.digest_algorithm(info.digest_algorithm), keys.signer_algorithm(info.signature_algorithm)}
    yield Check("algorithms", kinds == {key.algorithm}, ", ".join(sorted(kinds | {key.algorithm})))
    yield Check("content_type", info.attributes[oids.CONTENT_TYPE].oid() == oids.DATA)
    digest = info.attributes[oids.MESSAGE_DIGEST].octets()
    yield Check("digest", digest == keys.digest(key.algorithm, content))
    # Section 5.4: the signature is over the attributes with the tag of a SET instead of their own.
    yield Check("signature", key.verifies(bytes((der.SET,)) + info.attributes_raw[1:], info.signature))


def _check_time(certificate: Certificate, signed_at: datetime | None, at: datetime) -> Iterator[Check]:
    claimed = "no signing time" if signed_at is None else f"{signed_at:%Y-%m-%d %H:%M:%S}Z"
    yield Check("signing_time", signed_at is None or signed_at <= at + CLOCK_SKEW, claimed)
    yield Check(
        "validity",
        certificate.valid_at(signed_at or at),
        f"{certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}",
    )


def _check_usage(certificate: Certificate, purpose: Purpose) -> Iterator[Check]:
    usage = certificate.key_usage
    yield Check(
        "key_usage",
        usage is not None and _SIGN_USAGE <= usage <= _ALLOWED_USAGE and not certificate.authority,
        ", ".join(str(bit) for bit in sorted(usage or ())),
    )
    extended = set(certificate.extended_usages)
    named = certificate.bin if purpose in {Purpose.HEAD, Purpose.RIGHT_TO_SIGN} else True
    individual = purpose is not Purpose.INDIVIDUAL or oids.LEGAL_ENTITY not in extended
    yield Check("purpose", extended >= _EXTENDED[purpose] and bool(named) and individual, ", ".join(sorted(extended)))
    yield Check("policy", bool(_POLICIES[purpose] & set(certificate.policies)), ", ".join(certificate.policies))


def _check_chain(
    certificate: Certificate,
    others: Iterable[Certificate],
    trust: Trust,
    signed_at: datetime,
    at: datetime,
    revocations: Revocations,
) -> Iterator[Check]:
    path = trust.path(certificate, others, signed_at)
    yield Check(
        "chain", not path.problem, path.problem or " ← ".join(c.name(oids.COMMON_NAME) for c in path.certificates[1:])
    )
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
        "; ".join(f"{status.state}: {status.source}" for status in shown) or "unknown",
    )
