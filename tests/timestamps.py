"""A time-stamping authority of the tests: tokens (RFC 3161) made by the parts, so that each can be wrong."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from pb.core.eds import der, keys, oids
from pb.core.eds.certificates import DIGITAL_SIGNATURE
from pb.core.eds.signing import KeyPair, PrivateKey, attribute, signed_data, signer_info
from pb.core.eds.streebog import streebog512
from pb.demo.test_authority import ALGORITHMS, Template, TestPKI, issue
from tests.eds import NOW, TEXT, the_pki

NAME = "УАҚЫТ БЕЛГІСІ TEST"
_POLICY = "1.2.398.3.3.2.6.1"


@cache
def stamping(algorithm: str = "gost") -> KeyPair:
    """The authority's own key."""
    return stamper(the_pki(), algorithm)


def stamper(pki: TestPKI, algorithm: str = "gost", **changes: Any) -> KeyPair:
    """A key for timestamps, by the PKI's issuing authority; `changes` are fields of Template."""
    template = Template(
        subject=((oids.COMMON_NAME, NAME),),
        not_before=NOW - timedelta(days=100),
        not_after=NOW + timedelta(days=1000),
        key_usage=frozenset({DIGITAL_SIGNATURE}),
        extended_usages=(oids.TIME_STAMPING,),
    )
    kind = ALGORITHMS[algorithm]
    return issue(replace(template, **changes), PrivateKey.generate(kind), pki.authorities[kind])


@dataclass(frozen=True)
class Token:
    """What a token says; a test changes one thing."""

    by: KeyPair
    at: datetime = NOW
    hash_name: str = oids.SHA256
    of: bytes | None = None
    named: KeyPair | None = None
    names_certificate: bool = True
    fraction: str = ""
    content_type: str = oids.TIMESTAMP_INFO

    def over(self, signature: bytes) -> bytes:
        """The token over a signature (or over `of`)."""
        stamped = signature if self.of is None else self.of
        digest = streebog512(stamped) if self.hash_name == oids.STREEBOG_512 else hashlib.sha256(stamped).digest()
        moment = self.at.astimezone(UTC).strftime("%Y%m%d%H%M%S") + self.fraction + "Z"
        info = der.sequence(
            der.encode_integer(1),
            der.encode_oid(_POLICY),
            der.sequence(der.sequence(der.encode_oid(self.hash_name)), der.encode(der.OCTET_STRING, digest)),
            der.encode_integer(0xA5A2),
            der.encode(der.GENERALIZED_TIME, moment.encode()),
        )
        kind = self.by.private.algorithm
        signed = [
            attribute(oids.CONTENT_TYPE, der.encode_oid(oids.TIMESTAMP_INFO)),
            attribute(oids.MESSAGE_DIGEST, der.encode(der.OCTET_STRING, keys.digest(kind, info))),
        ]
        if self.names_certificate:
            named = hashlib.sha256((self.named or self.by).certificate.raw).digest()
            identifier = der.sequence(der.sequence(der.sequence(der.encode(der.OCTET_STRING, named))))
            signed.append(attribute(oids.SIGNING_CERTIFICATE_V2, identifier))
        made = signer_info(info, self.by, None, signed=signed)
        chain = [each.raw for each in (self.by.certificate, *self.by.issuers)]
        return signed_data(info, [made], chain, content_type=self.content_type)


def stamped(signer: KeyPair, *tokens: Callable[[bytes], bytes], claimed: datetime | None = NOW) -> bytes:
    """A CMS over TEXT, with what each of `tokens` makes of its signature among the unsigned attributes."""
    info = der.read(signer_info(TEXT, signer, claimed), max_size=100_000)
    signature = info.children[-1].octets()
    unsigned = der.encode(der.context(1), attribute(oids.TIMESTAMPED, *(token(signature) for token in tokens)))
    whole = der.sequence(*(each.raw for each in info.children), unsigned)
    return signed_data(TEXT, [whole], [each.raw for each in (signer.certificate, *signer.issuers)])
