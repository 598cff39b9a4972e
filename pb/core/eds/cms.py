"""Who signed what: a CMS judged, with each check and its outcome (RFC 5652, section 5; RFC 5280, section 6)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from pb.core.eds import oids
from pb.core.eds.certificates import DIGITAL_SIGNATURE, KEY_AGREEMENT, KEY_ENCIPHERMENT, NON_REPUDIATION, Certificate
from pb.core.eds.checks import Check, certificate_of, check_chain, check_signature
from pb.core.eds.content import Content
from pb.core.eds.faults import EDSError, Fault
from pb.core.eds.revocation import Revocations, not_ahead
from pb.core.eds.signed_data import SignedData, SignerInfo, read_signed_data
from pb.core.eds.timestamps import Timestamp, judge_timestamp
from pb.core.eds.trust import Trust
from pb.core.findings import Finding


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
class Signer:
    """A signer as the certificate names them; the given name holds the patronymic, as the national CA writes it.

    `signed_at` is what the signer's own computer claimed, or None: whether that is recent enough the caller decides.
    `kind` is whose key it is, `any` for one of an organization's others, None for a key that is not for signatures.
    `timestamp` is a time-stamping authority's word that the signature was there at a moment, where it holds.
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
    timestamp: Timestamp | None = None
    kind: Purpose | None = None

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
        value["checks"] = [check.to_value() for check in self.checks]
        value["timestamp"] = self.timestamp.to_value() if self.timestamp else None
        return value


@dataclass(frozen=True)
class Verdict:
    """The content that was signed (None when it is in a file) and everybody who signed it."""

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
    data: bytes | Content | None = None,
    trust: Trust,
    at: datetime,
    revocations: Revocations,
    purpose: Purpose = Purpose.ANY,
    any_policy: bool = False,
) -> Verdict:
    """Judges a CMS in PEM, bare base64 or DER at the verifier's moment `at` (RFC 5652 section 5.6, RFC 5280 section 6).

    `data` is the content of a detached signature; it must equal the content that the CMS carries, if it carries one.
    With `any_policy` no policy is demanded of the signer's certificate. Raises EDSError, and nothing else (OSError, if
    the content is in a file), for input that cannot be judged; a check that fails stands in the verdict.
    """
    signed = read_signed_data(cms)
    if isinstance(data, bytes):
        data = Content.of(data)
    elif data is None:
        if signed.content is None:
            raise EDSError(Fault.CONTENT, "the signature is detached: the content must be given")
        data = Content.of(signed.content)
    carried = Check("content", signed.content is None or data.is_same(signed.content))
    asked = _Asked(trust, at, revocations, purpose, any_policy)
    return Verdict(data.whole, tuple(_judge(info, signed, data, carried, asked) for info in signed.signer_infos))


@dataclass(frozen=True)
class _Asked:
    """By what a signature is judged."""

    trust: Trust
    at: datetime
    revocations: Revocations
    purpose: Purpose
    any_policy: bool


def _judge(info: SignerInfo, signed: SignedData, content: Content, carried: Check, asked: _Asked) -> Signer:
    certificate = certificate_of(info, (*signed.certificates, *asked.trust.intermediates))
    claimed = info.attributes.get(oids.SIGNING_TIME)
    signed_at = claimed.moment() if claimed else None
    checks = [carried, *check_signature(info, certificate, content)]
    revocations = asked.revocations
    if not all(check.ok for check in checks):
        revocations = replace(revocations, fetch=None)  # nobody on the network is asked because of a bad signature
    stamped = [
        judge_timestamp(token, info.signature, signed.certificates, asked.trust, asked.at, revocations)
        for token in info.timestamps
    ]
    timestamp = min((each.timestamp for each in stamped if each.timestamp), key=lambda each: each.at, default=None)
    time = timestamp.at if timestamp else signed_at or asked.at
    checks += [*_check_time(certificate, signed_at, time, asked.at), *_check_usage(certificate, asked)]
    if not all(check.ok for check in checks):
        revocations = replace(revocations, fetch=None)
    checks += [*check_chain(certificate, signed.certificates, asked.trust, time, asked.at, revocations)]
    checks += [each.check for each in stamped]
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
        timestamp=timestamp,
        kind=_kind(certificate),
    )


def _check_time(certificate: Certificate, signed_at: datetime | None, time: datetime, at: datetime) -> Iterator[Check]:
    """`time` is when it was signed, as far as it is known: by an authority's timestamp, the signer's clock, or now."""
    claimed = Finding("no signing time") if signed_at is None else f"{signed_at:%Y-%m-%d %H:%M:%S}Z"
    possible = signed_at is None or (not_ahead(signed_at, at) and not_ahead(signed_at, time))
    yield Check("signing_time", possible, (claimed,))
    first, last = f"{certificate.not_before:%Y-%m-%d}", f"{certificate.not_after:%Y-%m-%d}"
    yield Check(
        "validity",
        certificate.valid_at(time),
        (Finding("%(first)s to %(last)s", first=first, last=last),),
    )


def _check_usage(certificate: Certificate, asked: _Asked) -> Iterator[Check]:
    usage, purpose = certificate.key_usage, asked.purpose
    yield Check(
        "key_usage",
        usage is not None and _SIGN_USAGE <= usage <= _ALLOWED_USAGE and not certificate.authority,
        (", ".join(str(bit) for bit in sorted(usage or ())),),
    )
    yield Check("purpose", _is_for(certificate, purpose), (", ".join(sorted(certificate.extended_usages)),))
    known = bool(_POLICIES[purpose] & set(certificate.policies))
    named = ", ".join(certificate.policies) or Finding("none")
    seen = named if known or not asked.any_policy else Finding("any: %(policies)s", policies=named)
    yield Check("policy", known or asked.any_policy, (seen,))


def _is_for(certificate: Certificate, purpose: Purpose) -> bool:
    extended = set(certificate.extended_usages)
    named = certificate.bin if purpose in {Purpose.HEAD, Purpose.RIGHT_TO_SIGN} else True
    individual = purpose is not Purpose.INDIVIDUAL or oids.LEGAL_ENTITY not in extended
    return extended >= _EXTENDED[purpose] and bool(named) and individual


def _kind(certificate: Certificate) -> Purpose | None:
    """Whose key it is, by the purposes in their order; `any` for somebody else's, None for a key of another use."""
    return next((purpose for purpose in Purpose if _is_for(certificate, purpose)), None)
