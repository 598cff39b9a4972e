"""A throw-away PKI in the format of the national CA: what tests sign with, and what `pb eds test-pki` writes.

Its IINs are of the 19th century or impossible, its authorities say TEST in their names: nobody can mistake them.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pb.core.eds import der, oids
from pb.core.eds.certificates import (
    CRL_SIGN,
    DIGITAL_SIGNATURE,
    KEY_AGREEMENT,
    KEY_CERT_SIGN,
    KEY_ENCIPHERMENT,
    NON_REPUDIATION,
    Certificate,
    read_certificate,
)
from pb.core.eds.keys import Algorithm
from pb.core.eds.revocation import Revocations
from pb.core.eds.signing import SIGNATURE_ALGORITHM, KeyPair, PrivateKey
from pb.core.eds.trust import Trust

YEAR = timedelta(days=365)
DAY = timedelta(days=1)
ALGORITHMS = {"gost": Algorithm.GOST, "rsa": Algorithm.RSA}
SIGNING = {
    Algorithm.RSA: frozenset({DIGITAL_SIGNATURE, NON_REPUDIATION}),
    Algorithm.GOST: frozenset({DIGITAL_SIGNATURE, NON_REPUDIATION, KEY_AGREEMENT}),
}
AUTHENTICATION = frozenset({DIGITAL_SIGNATURE, KEY_ENCIPHERMENT})
_ANSWERS = {"good": der.context(0, constructed=False), "unknown": der.context(2, constructed=False)}

Names = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Template:
    """What a certificate says; a test changes one thing."""

    subject: Names
    not_before: datetime
    not_after: datetime
    key_usage: frozenset[int] | None
    extended_usages: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    authority: bool = False
    path_length: int | None = None
    issuer: KeyPair | None = None
    more_extensions: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class TestPKI:
    """Root and issuing authority for each kind of key, and everything they issue."""

    __test__ = False  # pytest: not a class of tests

    at: datetime
    roots: Mapping[Algorithm, KeyPair]
    authorities: Mapping[Algorithm, KeyPair]
    responders: Mapping[Algorithm, KeyPair] = field(default_factory=dict)

    def trust(self) -> Trust:
        return Trust(
            tuple(each.certificate for each in self.roots.values()),
            tuple(each.certificate for each in self.authorities.values()),
        )

    def revocations(self, *revoked: KeyPair, unknown_refuses: bool = True) -> Revocations:
        """Fresh lists of all authorities, with `revoked` on them since an hour before the PKI's moment."""
        return Revocations.from_files(self.lists(*revoked), unknown_refuses=unknown_refuses)

    def lists(self, *revoked: KeyPair) -> list[bytes]:
        """The CRLs of all authorities in DER, fresh for 24 hours around the PKI's moment and after."""
        since = self.at - timedelta(hours=1)
        return [
            make_list(
                issuer,
                {
                    each.certificate.serial: since
                    for each in revoked
                    if each.certificate.issuer == issuer.certificate.subject
                },
                this_update=self.at - DAY,
                next_update=self.at + DAY,
            )
            for issuer in (*self.roots.values(), *self.authorities.values())
        ]

    def person(
        self,
        *,
        iin: str,
        surname: str = "ТЕСТОВ",
        name: str = "ТЕСТ",
        patronymic: str = "ТЕСТҰЛЫ",
        algorithm: str = "gost",
        **changes: Any,
    ) -> KeyPair:
        """An individual's key for signing; `changes` are fields of Template."""
        kind = ALGORITHMS[algorithm]
        template = Template(
            subject=_person(iin, surname, name, patronymic),
            not_before=self.at - 30 * DAY,
            not_after=self.at + YEAR,
            key_usage=SIGNING[kind],
            extended_usages=(oids.INDIVIDUAL, oids.EMAIL_PROTECTION),
            policies=(oids.POLICY_GENERAL, oids.POLICY_INDIVIDUAL_SIGN),
        )
        return self._issue(kind, replace(template, **changes))

    def authentication(self, *, iin: str, algorithm: str = "rsa", **changes: Any) -> KeyPair:
        """An individual's key for signing in to sites, which must not count for signatures."""
        usual: dict[str, Any] = {
            "key_usage": AUTHENTICATION,
            "extended_usages": (oids.INDIVIDUAL, oids.CLIENT_AUTH),
            "policies": (oids.POLICY_INDIVIDUAL_AUTH,),
        }
        return self.person(iin=iin, algorithm=algorithm, **{**usual, **changes})

    def head(
        self,
        *,
        iin: str,
        bin: str,  # noqa: A002 - the number's own name
        organization: str = "АУЫЛДЫҚ ОКРУГ ӘКІМІНІҢ АППАРАТЫ",
        surname: str = "ТЕСТОВ",
        name: str = "ТЕСТ",
        patronymic: str = "ТЕСТҰЛЫ",
        role: str = oids.HEAD,
        algorithm: str = "gost",
        **changes: Any,
    ) -> KeyPair:
        """The first head of a legal entity, or with another `role` somebody with the right to sign."""
        usual: dict[str, Any] = {
            "subject": (
                *_person(iin, surname, name, patronymic),
                (oids.ORGANIZATION, organization),
                (oids.ORGANIZATIONAL_UNIT, f"BIN{bin}"),
            ),
            "extended_usages": (oids.LEGAL_ENTITY, role, oids.EMAIL_PROTECTION),
            "policies": (oids.POLICY_GENERAL, oids.POLICY_LEGAL_SIGN),
        }
        return self.person(iin=iin, algorithm=algorithm, **{**usual, **changes})

    def answer(
        self,
        about: KeyPair,
        state: str = "good",
        *,
        responder: KeyPair | None = None,
        next_update: datetime | None = None,
    ) -> bytes:
        """An OCSP response: good, unknown, or revoked an hour ago; `responder` may be somebody else."""
        kind = about.private.algorithm
        return make_answer(
            about.certificate,
            self.authorities[kind].certificate,
            responder or self.responders[kind],
            state,
            at=self.at,
            next_update=next_update or self.at + DAY,
        )

    def _issue(self, kind: Algorithm, template: Template) -> KeyPair:
        return issue(template, PrivateKey.generate(kind), template.issuer or self.authorities[kind])


def make_pki(at: datetime, *, name: str = "ASAR TEST") -> TestPKI:
    """Authorities for RSA and GOST that are valid for years around `at`."""
    roots, authorities, responders = {}, {}, {}
    for label, kind in ALGORITHMS.items():
        root = _authority(f"НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ ({label.upper()}) {name}", kind, at, None)
        authority = _authority(f"ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ ({label.upper()}) {name}", kind, at, root)
        responder = Template(
            subject=((oids.COMMON_NAME, f"OCSP ({label.upper()}) {name}"), (oids.COUNTRY, "KZ")),
            not_before=at - YEAR,
            not_after=at + YEAR,
            key_usage=frozenset({DIGITAL_SIGNATURE}),
            extended_usages=(oids.OCSP_SIGNING,),
        )
        roots[kind], authorities[kind] = root, authority
        responders[kind] = issue(responder, PrivateKey.generate(kind), authority)
    return TestPKI(at, roots, authorities, responders)


def issue(template: Template, private: PrivateKey, issuer: KeyPair | None) -> KeyPair:
    """A certificate for a key, signed by `issuer`, or by itself when there is none."""
    signer = issuer.private if issuer else private
    subject = make_name(template.subject)
    info = private.public_info()
    algorithm = SIGNATURE_ALGORITHM[signer.algorithm]
    signed = der.sequence(
        der.encode(der.context(0), der.encode_integer(2)),
        der.encode_integer(secrets.randbits(127) | 1 << 126),
        algorithm,
        issuer.certificate.subject if issuer else subject,
        der.sequence(der.encode_moment(template.not_before), der.encode_moment(template.not_after)),
        subject,
        info,
        der.encode(der.context(3), der.sequence(*_extensions(template, info, issuer))),
    )
    certificate = read_certificate(der.sequence(signed, algorithm, der.encode_bits(signer.sign(signed))))
    above = (issuer.certificate, *issuer.issuers) if issuer and not issuer.certificate.self_issued else ()
    return KeyPair(certificate, private, above)


def make_list(
    issuer: KeyPair,
    revoked: Mapping[int, datetime],
    *,
    this_update: datetime,
    next_update: datetime,
    extensions: Sequence[bytes] = (),
) -> bytes:
    """A CRL in DER."""
    algorithm = SIGNATURE_ALGORITHM[issuer.private.algorithm]
    entries = [
        der.sequence(der.encode_integer(serial), der.encode_moment(since)) for serial, since in sorted(revoked.items())
    ]
    numbered = extension(oids.CRL_NUMBER, der.encode_integer(1))
    signed = der.sequence(
        der.encode_integer(1),
        algorithm,
        issuer.certificate.subject,
        der.encode_moment(this_update),
        der.encode_moment(next_update),
        der.sequence(*entries) if entries else b"",
        der.encode(der.context(0), der.sequence(numbered, *extensions)),
    )
    return der.sequence(signed, algorithm, der.encode_bits(issuer.private.sign(signed)))


def make_answer(
    about: Certificate,
    issuer: Certificate,
    responder: KeyPair,
    state: str,
    *,
    at: datetime,
    next_update: datetime | None,
) -> bytes:
    """An OCSPResponse in DER."""
    status = (
        der.encode(der.context(1), _generalized(at - timedelta(hours=1)))
        if state == "revoked"
        else der.encode(_ANSWERS[state])
    )
    single = der.sequence(
        _certificate_id(about, issuer),
        status,
        _generalized(at),
        der.encode(der.context(0), _generalized(next_update)) if next_update else b"",
    )
    signed = der.sequence(
        der.encode(der.context(1), responder.certificate.subject), _generalized(at), der.sequence(single)
    )
    basic = der.sequence(
        signed,
        SIGNATURE_ALGORITHM[responder.private.algorithm],
        der.encode_bits(responder.private.sign(signed)),
        der.encode(der.context(0), der.sequence(responder.certificate.raw)),
    )
    wrapped = der.sequence(der.encode_oid(oids.OCSP_BASIC), der.encode(der.OCTET_STRING, basic))
    return der.sequence(der.encode(der.ENUMERATED, b"\x00"), der.encode(der.context(0), wrapped))


def make_name(names: Names) -> bytes:
    """A distinguished name: UTF8String, the country PrintableString."""
    return der.sequence(
        *(
            der.set_of(
                der.sequence(
                    der.encode_oid(oid),
                    der.encode(der.PRINTABLE_STRING if oid == oids.COUNTRY else der.UTF8_STRING, value.encode()),
                )
            )
            for oid, value in names
        )
    )


def extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    flag = der.encode(der.BOOLEAN, b"\xff") if critical else b""
    return der.sequence(der.encode_oid(oid), flag, der.encode(der.OCTET_STRING, value))


def encode_named_bits(numbers: frozenset[int]) -> bytes:
    """Bits by their numbers, without the zeros at the end, as DER wants named bits."""
    highest = max(numbers)
    size = highest // 8 + 1
    bits = sum(1 << (8 * size - 1 - number) for number in numbers)
    return der.encode(der.BIT_STRING, bytes((8 * size - 1 - highest,)), bits.to_bytes(size, "big"))


def _generalized(at: datetime) -> bytes:
    return der.encode(der.GENERALIZED_TIME, at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


def _certificate_id(certificate: Certificate, issuer: Certificate) -> bytes:
    """A CertID of OCSP, with SHA-256 as the national responder has it."""
    return der.sequence(
        der.sequence(der.encode_oid(oids.SHA256), der.encode(der.NULL)),
        der.encode(der.OCTET_STRING, hashlib.sha256(issuer.subject).digest()),
        der.encode(der.OCTET_STRING, hashlib.sha256(issuer.public_key.bits).digest()),
        der.encode_integer(certificate.serial),
    )


def _person(iin: str, surname: str, name: str, patronymic: str) -> Names:
    return (
        (oids.COMMON_NAME, f"{surname} {name}"),
        (oids.SURNAME, surname),
        (oids.SERIAL_NUMBER, f"IIN{iin}"),
        (oids.COUNTRY, "KZ"),
        (oids.GIVEN_NAME, patronymic),
    )


def _authority(name: str, kind: Algorithm, at: datetime, issuer: KeyPair | None) -> KeyPair:
    template = Template(
        subject=((oids.COMMON_NAME, name), (oids.COUNTRY, "KZ")),
        not_before=at - 3 * YEAR,
        not_after=at + 10 * YEAR,
        key_usage=frozenset({KEY_CERT_SIGN, CRL_SIGN}),
        authority=True,
        path_length=0 if issuer else None,
    )
    return issue(template, PrivateKey.generate(kind), issuer)


def _extensions(template: Template, info: bytes, issuer: KeyPair | None) -> list[bytes]:
    key_id = _key_id(der.read(info, max_size=len(info)).children[1].bits())
    above = issuer.certificate.key_id if issuer else key_id
    extensions = [extension(oids.SUBJECT_KEY_ID, der.encode(der.OCTET_STRING, key_id))]
    if above:
        extensions.append(
            extension(oids.AUTHORITY_KEY_ID, der.sequence(der.encode(der.context(0, constructed=False), above)))
        )
    if template.authority:
        length = b"" if template.path_length is None else der.encode_integer(template.path_length)
        constraints = der.sequence(der.encode(der.BOOLEAN, b"\xff"), length)
        extensions.append(extension(oids.BASIC_CONSTRAINTS, constraints, critical=True))
    if template.key_usage:
        extensions.append(extension(oids.KEY_USAGE, encode_named_bits(template.key_usage), critical=True))
    if template.extended_usages:
        usages = der.sequence(*map(der.encode_oid, template.extended_usages))
        stamps = oids.TIME_STAMPING in template.extended_usages  # RFC 3161, section 2.3
        extensions.append(extension(oids.EXTENDED_KEY_USAGE, usages, critical=stamps))
    if template.policies:
        policies = der.sequence(*(der.sequence(der.encode_oid(policy)) for policy in template.policies))
        extensions.append(extension(oids.CERTIFICATE_POLICIES, policies))
    return [*extensions, *template.more_extensions]


def _key_id(bits: bytes) -> bytes:
    return hashlib.sha1(bits, usedforsecurity=False).digest()  # RFC 5280, section 4.2.1.2: a name, no protection
