"""Each check of a signature holds when all is well and fails alone when one thing is wrong."""

from datetime import timedelta
from typing import Any

import pytest

from pb.core.eds import EDSError, Fault, Purpose, Revocations, Trust, der, oids
from pb.core.eds.certificates import CRL_SIGN, DIGITAL_SIGNATURE, KEY_CERT_SIGN, KEY_ENCIPHERMENT, NON_REPUDIATION
from pb.core.eds.keys import Algorithm
from pb.core.eds.signing import (
    DIGEST_ALGORITHM,
    SIGNATURE_ALGORITHM,
    KeyPair,
    PrivateKey,
    attribute,
    attributes,
    sign_cms,
    signed_data,
    signer_info,
    to_pem,
)
from pb.demo.test_authority import Template, encode_named_bits, extension, issue, make_list
from tests.eds import BIN, IIN, NOW, OTHER_IIN, TEXT, another_pki, judge, person, sole, the_pki

DAY = timedelta(days=1)
BOTH = pytest.mark.parametrize("algorithm", ["gost", "rsa"])


def failed(cms: bytes, **changes: Any) -> tuple[str, ...]:
    """The names of the checks that fail for the one signer."""
    return sole(judge(cms, **changes)).failed()


@BOTH
@pytest.mark.parametrize("attached", [True, False])
@pytest.mark.parametrize("pem", [True, False])
def test_a_good_signature(algorithm: str, attached: bool, pem: bool) -> None:  # noqa: FBT001 - parametrised
    cms = sign_cms(TEXT, person(algorithm), attached=attached, at=NOW)
    verdict = judge(to_pem(cms) if pem else cms, data=None if attached else TEXT, purpose=Purpose.INDIVIDUAL)
    assert verdict.ok
    assert verdict.content == TEXT
    signer = sole(verdict)
    assert (signer.iin, signer.bin, signer.signed_at) == (IIN, None, NOW)
    assert (signer.common_name, signer.surname, signer.given_name) == ("ТЕСТОВ ТЕСТ", "ТЕСТОВ", "ТЕСТҰЛЫ")
    assert signer.algorithm == {"gost": "GOST 34.10-2015/512", "rsa": "RSA-SHA256"}[algorithm]
    assert [check.name for check in signer.checks] == [
        "content", "algorithms", "content_type", "digest", "signature", "signing_time", "validity", "key_usage",
        "purpose", "policy", "chain", "revocation",
    ]  # fmt: skip


def test_content_that_is_carried_and_given_must_be_one() -> None:
    cms = sign_cms(TEXT, person(), at=NOW)
    assert judge(cms, data=TEXT).ok
    assert failed(cms, data=TEXT + b".") == ("content", "digest")


def test_a_detached_signature_needs_its_content() -> None:
    with pytest.raises(EDSError) as caught:
        judge(sign_cms(TEXT, person(), attached=False, at=NOW))
    assert caught.value.code is Fault.CONTENT


def test_several_people_sign_and_one_bad_signature_spoils_all() -> None:
    good, other = person(), the_pki().head(iin=OTHER_IIN, bin=BIN, algorithm="rsa")
    verdict = judge(sign_cms(TEXT, good, other, at=NOW))
    assert verdict.ok
    assert {signer.iin for signer in verdict.signers} == {IIN, OTHER_IIN}
    infos = [signer_info(TEXT, good, NOW), signer_info(b"another text", other, NOW)]
    mixed = judge(signed_data(TEXT, infos, _bundle(good, other)))
    assert not mixed.ok
    assert sorted(signer.ok for signer in mixed.signers) == [False, True]


def _bundle(*signers: KeyPair) -> list[bytes]:
    return [each.raw for signer in signers for each in (signer.certificate, *signer.issuers)]


def _made(signer: KeyPair, **changes: Any) -> bytes:
    return signed_data(TEXT, [signer_info(TEXT, signer, NOW, **changes)], _bundle(signer))


@BOTH
def test_a_signer_may_be_named_by_key(algorithm: str) -> None:
    assert judge(_made(person(algorithm), by_key_id=True)).ok


@BOTH
def test_the_digest_is_the_contents(algorithm: str) -> None:
    kind = person(algorithm).private.algorithm
    assert failed(_made(person(algorithm), signed=attributes(b"another text", kind, NOW))) == ("digest",)


@BOTH
def test_the_signature_is_the_keys(algorithm: str) -> None:
    other = the_pki().person(iin=OTHER_IIN, algorithm=algorithm)
    forged = KeyPair(person(algorithm).certificate, other.private, other.issuers)
    assert failed(_made(forged)) == ("signature",)


@BOTH
def test_the_attributes_are_under_the_signature(algorithm: str) -> None:
    """The same digest and another signing time: the signature is over the old one."""
    cms = _made(person(algorithm))
    later = der.encode_moment(NOW - timedelta(minutes=1))
    assert failed(cms.replace(der.encode_moment(NOW), later, 1)) == ("signature",)


def test_the_content_type_is_that_of_the_content() -> None:
    signed = [
        attribute(oids.CONTENT_TYPE, der.encode_oid(oids.SIGNED_DATA)),
        *attributes(TEXT, Algorithm.GOST, NOW)[1:],
    ]
    assert failed(_made(person(), signed=signed)) == ("content_type",)


@pytest.mark.parametrize("wrong", ["digest", "algorithm"])
@BOTH
def test_hash_signature_and_key_are_of_one_kind(algorithm: str, wrong: str) -> None:
    other = Algorithm.RSA if algorithm == "gost" else Algorithm.GOST
    table = {"digest": DIGEST_ALGORITHM, "algorithm": SIGNATURE_ALGORITHM}[wrong]
    assert failed(_made(person(algorithm), **{wrong: table[other]})) == ("algorithms",)


@pytest.mark.parametrize("oid", [oids.SHA1, "1.2.398.3.10.1.3.1", "1.2.3"])
def test_other_hashes_are_refused(oid: str) -> None:
    with pytest.raises(EDSError) as caught:
        judge(_made(person(), digest=der.sequence(der.encode_oid(oid))))
    assert caught.value.code is Fault.ALGORITHM


def test_the_signatures_algorithm_may_be_named_by_the_key() -> None:
    rsa = der.sequence(der.encode_oid(oids.RSA), der.encode(der.NULL))
    assert judge(_made(person("rsa"), algorithm=rsa)).ok
    assert judge(_made(person(), algorithm=der.sequence(der.encode_oid(oids.GOST_KEY)))).ok


def _attributes_refused(signed: list[bytes]) -> bool:
    with pytest.raises(EDSError) as caught:
        judge(_made(person(), signed=signed))
    return caught.value.code is Fault.ATTRIBUTES


def test_signed_attributes_are_demanded_once_each() -> None:
    content_type, digest, time = attributes(TEXT, Algorithm.GOST, NOW)
    other_digest = attributes(b"another text", Algorithm.GOST, NOW)[1]
    assert _attributes_refused([])
    assert _attributes_refused([content_type, time])
    assert _attributes_refused([digest, time])
    assert _attributes_refused([content_type, digest, other_digest])
    assert _attributes_refused([content_type, digest, digest])
    value = der.encode(der.OCTET_STRING, bytes(64))
    assert _attributes_refused([content_type, attribute(oids.MESSAGE_DIGEST, value, value + b"")])
    assert _attributes_refused([content_type, attribute(oids.MESSAGE_DIGEST)])


def test_attributes_never_pass_for_a_content() -> None:
    """The known trick: a signature over attributes, presented as one without attributes over their octets."""
    signer = person("rsa")
    octets = der.set_of(*attributes(TEXT, Algorithm.RSA, NOW))
    info = signer_info(octets, signer, NOW, signed=[])
    with pytest.raises(EDSError) as caught:
        judge(signed_data(octets, [info], _bundle(signer)))
    assert caught.value.code is Fault.ATTRIBUTES


def test_only_plain_data_is_signed() -> None:
    with pytest.raises(EDSError) as caught:
        judge(signed_data(TEXT, [signer_info(TEXT, person(), NOW)], _bundle(person()), content_type=oids.SIGNED_DATA))
    assert caught.value.code is Fault.CONTENT


def test_somebody_signed_and_their_certificate_is_there() -> None:
    with pytest.raises(EDSError) as caught:
        judge(signed_data(TEXT, [], _bundle(person())))
    assert caught.value.code is Fault.NO_SIGNER
    with pytest.raises(EDSError) as caught:
        judge(signed_data(TEXT, [signer_info(TEXT, person(), NOW)], _bundle(person("rsa"))))
    assert caught.value.code is Fault.NO_CERTIFICATE


def test_a_signing_time_is_not_demanded_and_then_now_counts() -> None:
    cms = signed_data(TEXT, [signer_info(TEXT, person(), None)], _bundle(person()))
    signer = sole(judge(cms))
    assert signer.ok
    assert signer.signed_at is None
    assert "validity" in failed(cms, at=NOW + timedelta(days=800))


def test_a_signing_time_in_the_future_is_refused() -> None:
    cms = sign_cms(TEXT, person(), at=NOW + timedelta(hours=1))
    assert failed(cms) == ("signing_time",)
    assert judge(sign_cms(TEXT, person(), at=NOW + timedelta(minutes=2))).ok


@BOTH
def test_the_certificate_was_valid_when_it_signed(algorithm: str) -> None:
    pki = the_pki()
    old = pki.person(iin=IIN, algorithm=algorithm, not_before=NOW - 500 * DAY, not_after=NOW - 100 * DAY)
    assert failed(sign_cms(TEXT, old, at=NOW)) == ("validity",)
    assert judge(sign_cms(TEXT, old, at=NOW - 200 * DAY)).ok
    assert failed(sign_cms(TEXT, old, at=NOW - 600 * DAY)) == ("validity",)


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {DIGITAL_SIGNATURE},
        {NON_REPUDIATION},
        {DIGITAL_SIGNATURE, KEY_ENCIPHERMENT},
        {DIGITAL_SIGNATURE, NON_REPUDIATION, KEY_CERT_SIGN},
    ],
)
def test_a_key_for_something_else_signs_nothing(usage: set[int] | None) -> None:
    other = the_pki().person(iin=IIN, key_usage=frozenset(usage) if usage else None)
    assert failed(sign_cms(TEXT, other, at=NOW)) == ("key_usage",)


@pytest.mark.parametrize("more", [set(), {KEY_ENCIPHERMENT}, {4}])
def test_the_three_forms_of_key_usage_are_accepted(more: set[int]) -> None:
    usage = frozenset({DIGITAL_SIGNATURE, NON_REPUDIATION} | more)
    assert judge(sign_cms(TEXT, the_pki().person(iin=IIN, key_usage=usage), at=NOW)).ok


@BOTH
def test_a_key_for_authentication_signs_nothing(algorithm: str) -> None:
    pair = the_pki().authentication(iin=IIN, algorithm=algorithm)
    assert failed(sign_cms(TEXT, pair, at=NOW)) == ("key_usage", "purpose", "policy")
    disguised = the_pki().person(iin=IIN, extended_usages=(oids.INDIVIDUAL, oids.CLIENT_AUTH))
    assert failed(sign_cms(TEXT, disguised, at=NOW)) == ("purpose",)


def test_a_certificate_is_for_its_purpose() -> None:
    pki = the_pki()
    individual = sign_cms(TEXT, person(), at=NOW)
    head = sign_cms(TEXT, pki.head(iin=IIN, bin=BIN), at=NOW)
    deputy = sign_cms(TEXT, pki.head(iin=IIN, bin=BIN, role=oids.RIGHT_TO_SIGN), at=NOW)
    for purpose, good in (
        (Purpose.INDIVIDUAL, individual),
        (Purpose.HEAD, head),
        (Purpose.RIGHT_TO_SIGN, deputy),
    ):
        for cms in (individual, head, deputy):
            assert judge(cms, purpose=purpose).ok is (cms is good)
            assert judge(cms, purpose=Purpose.ANY).ok
    assert sole(judge(head)).bin == BIN
    assert sole(judge(head)).organization == "АУЫЛДЫҚ ОКРУГ ӘКІМІНІҢ АППАРАТЫ"


def test_a_head_without_a_bin_is_none() -> None:
    nobody = the_pki().person(
        iin=IIN,
        extended_usages=(oids.LEGAL_ENTITY, oids.HEAD, oids.EMAIL_PROTECTION),
        policies=(oids.POLICY_LEGAL_SIGN,),
    )
    assert failed(sign_cms(TEXT, nobody, at=NOW), purpose=Purpose.HEAD) == ("purpose",)


def test_a_policy_for_signatures_is_demanded() -> None:
    for policies in ((), (oids.POLICY_INDIVIDUAL_AUTH,), ("1.2.3.4",)):
        other = the_pki().person(iin=IIN, policies=policies)
        assert failed(sign_cms(TEXT, other, at=NOW)) == ("policy",)


def test_two_numbers_in_one_certificate_are_no_number() -> None:
    subject = ((oids.COMMON_NAME, "X"), (oids.SERIAL_NUMBER, f"IIN{IIN}"), (oids.SERIAL_NUMBER, f"IIN{OTHER_IIN}"))
    signer = sole(judge(sign_cms(TEXT, the_pki().person(iin=IIN, subject=subject), at=NOW)))
    assert signer.iin is None
    odd = ((oids.COMMON_NAME, f"IIN{IIN}"), (oids.SERIAL_NUMBER, f"IIN{IIN} "))
    assert sole(judge(sign_cms(TEXT, the_pki().person(iin=IIN, subject=odd), at=NOW))).iin is None


@BOTH
def test_somebody_elses_authority_with_the_same_name(algorithm: str) -> None:
    stranger = another_pki().person(iin=IIN, algorithm=algorithm)
    signer = sole(judge(sign_cms(TEXT, stranger, at=NOW)))
    assert signer.failed() == ("chain", "revocation")
    bundle = [*_bundle(stranger), *(each.certificate.raw for each in another_pki().roots.values())]
    assert not judge(signed_data(TEXT, [signer_info(TEXT, stranger, NOW)], bundle)).ok


def test_the_way_to_the_anchor_may_come_with_the_signature() -> None:
    roots_only = Trust(the_pki().trust().anchors)
    assert judge(sign_cms(TEXT, person(), at=NOW), trust=roots_only).ok
    bare = signed_data(TEXT, [signer_info(TEXT, person(), NOW)], [person().certificate.raw])
    assert "chain" in failed(bare, trust=roots_only)
    assert judge(bare).ok


def _authority(**changes: Any) -> KeyPair:
    """An authority between the issuing one's place and the person, with one thing wrong."""
    usual: dict[str, Any] = {
        "subject": ((oids.COMMON_NAME, "ОРТАЛЫҚ TEST"),),
        "not_before": NOW - 100 * DAY,
        "not_after": NOW + 100 * DAY,
        "key_usage": frozenset({KEY_CERT_SIGN, CRL_SIGN}),
        "authority": True,
    }
    root = the_pki().roots[Algorithm.GOST]
    return issue(Template(**{**usual, **changes}), PrivateKey.generate(Algorithm.GOST), root)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"authority": False}, "may not issue"),
        ({"key_usage": frozenset({CRL_SIGN})}, "may not sign certificates"),
        ({"not_after": NOW - DAY}, "not valid then"),
        ({"not_before": NOW + DAY}, "not valid then"),
        ({"more_extensions": (extension("1.2.3.4", b"\x05\x00", critical=True),)}, "not known"),
    ],
)
def test_an_authority_must_be_one(changes: dict[str, Any], why: str) -> None:
    def revocations(authority: KeyPair) -> Revocations:
        own = make_list(authority, {}, this_update=NOW - DAY, next_update=NOW + DAY)
        return Revocations.from_files([*the_pki().lists(), own])

    good, bad = _authority(), _authority(**changes)
    assert judge(sign_cms(TEXT, the_pki().person(iin=IIN, issuer=good), at=NOW), revocations=revocations(good)).ok
    cms = sign_cms(TEXT, the_pki().person(iin=IIN, issuer=bad), at=NOW)
    checks = {check.name: check for check in sole(judge(cms, revocations=revocations(bad))).checks}
    assert not checks["chain"].ok
    assert why in checks["chain"].detail


def test_an_authority_allows_no_longer_way_than_it_says() -> None:
    issuing = the_pki().authorities[Algorithm.GOST]  # pathLenConstraint 0
    below = issue(
        Template(
            subject=((oids.COMMON_NAME, "BELOW"),),
            not_before=NOW - DAY,
            not_after=NOW + DAY,
            key_usage=frozenset({KEY_CERT_SIGN}),
            authority=True,
        ),
        PrivateKey.generate(Algorithm.GOST),
        issuing,
    )
    signer = sole(judge(sign_cms(TEXT, the_pki().person(iin=IIN, issuer=below), at=NOW)))
    assert "longer" in next(check.detail for check in signer.checks if check.name == "chain")


def test_a_person_is_no_authority() -> None:
    """The oldest mistake: a certificate that a villager's key signed."""
    forged = the_pki().person(iin=OTHER_IIN, issuer=person())
    assert "chain" in failed(sign_cms(TEXT, forged, at=NOW))


def test_a_critical_extension_that_nobody_knows_is_obeyed() -> None:
    odd = the_pki().person(iin=IIN, more_extensions=(extension("1.2.3.4", b"\x05\x00", critical=True),))
    assert failed(sign_cms(TEXT, odd, at=NOW)) == ("chain",)
    harmless = the_pki().person(iin=IIN, more_extensions=(extension("1.2.3.4", b"\x05\x00"),))
    assert judge(sign_cms(TEXT, harmless, at=NOW)).ok


def test_an_extension_stands_once() -> None:
    with pytest.raises(EDSError):
        the_pki().person(iin=IIN, more_extensions=(extension(oids.KEY_USAGE, encode_named_bits(frozenset({0}))),))


def test_trust_wants_an_anchor() -> None:
    with pytest.raises(EDSError):
        Trust.from_files([])
    with pytest.raises(EDSError):
        Trust.from_files([person().certificate.raw])
    with pytest.raises(EDSError):
        Trust.from_files([b"no certificate"])
    root = the_pki().roots[Algorithm.RSA].certificate.raw
    assert Trust.from_files([to_pem(root, "CERTIFICATE")]).anchors == Trust.from_files([root]).anchors


@pytest.mark.parametrize("text", [b"", b"-----BEGIN CMS-----\n!!!!\n-----END CMS-----\n", b"-----BEGIN CMS-----\nAAA"])
def test_a_broken_envelope_is_a_refusal(text: bytes) -> None:
    with pytest.raises(EDSError):
        judge(text)


def test_two_signatures_in_one_file_are_a_refusal() -> None:
    pem = to_pem(sign_cms(TEXT, person(), at=NOW))
    with pytest.raises(EDSError):
        judge(pem + pem)


def test_extensions_that_nobody_reads_may_hold_anything() -> None:
    odd = the_pki().person(iin=IIN, more_extensions=(extension("1.2.3.4", b"no DER at all"),))
    assert judge(sign_cms(TEXT, odd, at=NOW)).ok
    with pytest.raises(EDSError):
        the_pki().person(iin=IIN, key_usage=None, more_extensions=(extension(oids.KEY_USAGE, b"no DER at all"),))
