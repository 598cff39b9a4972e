"""What the library that parses would let through, or would fail at in its own way, is refused all the same."""

import sys
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from pb.core.eds import EDSError, Fault, Revocations, der, keys, oids
from pb.core.eds import crl as crl_module
from pb.core.eds.certificates import Certificate, read_certificate
from pb.core.eds.keys import Algorithm
from pb.core.eds.ocsp import read_answer
from pb.core.eds.signing import SIGNATURE_ALGORITHM, PrivateKey
from pb.demo.test_authority import encode_named_bits, extension, make_name
from tests.eds import IIN, NOW, person, the_pki

NULL = der.encode(der.NULL)
CRL_REASON = "2.5.29.21"
NONCE = "1.3.6.1.5.5.7.48.1.2"
DELTA = "2.5.29.27"
Place = tuple[int | str, ...]
# Of a certificate and a list: the signed part, the algorithm, the signature; then what stands in a signed part.
SIGNED, ALGORITHM, SIGNATURE = 0, 1, 2
VERSION, SERIAL, INNER, ISSUER, VALIDITY, SUBJECT, KEY, EXTENSIONS = range(8)
# Of an answer: the way to its basic response, and from there to what it says.
BASIC: Place = (1, 0, 1, "octets")
RESPONDER, SINGLES = (*BASIC, 0, 0), (*BASIC, 0, 2)


def rebuilt(octets: bytes, place: Place, new: bytes) -> bytes:
    """The value with what stands at `place` replaced and every length around it right again."""
    if not place:
        return new
    value, (step, *further) = der.whole(octets, max_size=len(octets)), place
    if step == "octets":
        return der.encode(value.tag, rebuilt(value.content, tuple(further), new))
    parts = [each.raw for each in value.children]
    parts[int(step)] = rebuilt(parts[int(step)], tuple(further), new)
    return der.encode(value.tag, *parts)


def at(octets: bytes, place: Place) -> bytes:
    for step in place:
        value = der.whole(octets, max_size=len(octets))
        octets = value.content if step == "octets" else value.children[int(step)].raw
    return octets


def certificate(place: Place, new: bytes) -> Certificate:
    return read_certificate(rebuilt(person("rsa").certificate.raw, place, new))


def a_list(entries: Sequence[bytes] = (), extensions: Sequence[bytes] = (), end: bytes | None = None) -> bytes:
    """A list of the RSA authority with any entries and extensions."""
    issuer, algorithm = the_pki().authorities[Algorithm.RSA], SIGNATURE_ALGORITHM[Algorithm.RSA]
    signed = der.sequence(
        der.encode_integer(1),
        algorithm,
        issuer.certificate.subject,
        der.encode_moment(NOW),
        der.encode_moment(NOW) if end is None else end,
        der.sequence(*entries) if entries else b"",
        der.encode(der.context(0), der.sequence(*extensions)) if extensions else b"",
    )
    return der.sequence(signed, algorithm, der.encode_bits(issuer.private.sign(signed)))


def an_entry(*extensions: bytes) -> bytes:
    return der.sequence(der.encode_integer(5), der.encode_moment(NOW), der.sequence(*extensions) if extensions else b"")


def scope(*parts: bytes) -> bytes:
    return extension(oids.ISSUING_DISTRIBUTION_POINT, der.sequence(*parts), critical=True)


def refused(read: Callable[..., object], *arguments: object) -> Fault:
    with pytest.raises(EDSError) as caught:
        read(*arguments)
    return caught.value.code


def test_certificates_are_of_version_3() -> None:
    assert refused(certificate, (SIGNED, VERSION), b"") is Fault.FORM
    for number in (0, 1, 3):
        version = der.encode(der.context(0), der.encode_integer(number))
        assert refused(certificate, (SIGNED, VERSION), version) is Fault.FORM


@pytest.mark.parametrize("number", [0, -1, -128])
def test_serial_numbers_are_positive(number: int) -> None:
    with warnings.catch_warnings(action="default"):
        assert refused(certificate, (SIGNED, SERIAL), der.encode_integer(number)) is Fault.FORM


def test_a_signature_is_of_whole_octets() -> None:
    broken = der.encode(der.BIT_STRING, b"\x04", bytes(256))
    assert refused(certificate, (SIGNATURE,), broken) is Fault.FORM
    assert refused(Revocations.from_files, [rebuilt(a_list(), (SIGNATURE,), broken)]) is Fault.FORM
    answer = the_pki().answer(person("rsa"))
    assert refused(read_answer, rebuilt(answer, (*BASIC, SIGNATURE), broken)) is Fault.FORM


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
def test_a_certificate_names_its_algorithm_twice_in_the_same_octets(algorithm: str) -> None:
    """The outer name is under no signature: a second form of it would give one certificate two fingerprints."""
    octets = person(algorithm).certificate.raw
    other = SIGNATURE_ALGORITHM[Algorithm.RSA if algorithm == "gost" else Algorithm.GOST]
    oid = at(octets, (ALGORITHM, 0))
    forms = {der.sequence(oid), der.sequence(oid, NULL), other} - {at(octets, (ALGORITHM,))}
    assert len(forms) == 2
    for form in forms:
        assert refused(read_certificate, rebuilt(octets, (ALGORITHM,), form)) is Fault.FORM


def test_a_usage_that_has_no_name_is_not_overlooked() -> None:
    """A key for signing and for something else that nobody knows: the library reports signing alone."""
    usage = extension(oids.KEY_USAGE, encode_named_bits(frozenset({0, 1, 9})), critical=True)
    pair = the_pki().person(iin=IIN, key_usage=None, more_extensions=(usage,))
    assert pair.certificate.key_usage == {0, 1, 9}


@pytest.mark.parametrize(
    "value",
    [
        der.encode(der.OCTET_STRING, b"IIN800416200315"),
        der.encode_bits(b"IIN800416200315"),
        der.encode(der.IA5_STRING, "Ә".encode()),
        der.encode(der.NUMERIC_STRING, "Ә".encode()),
        der.encode(der.T61_STRING, "Ә".encode()),
        der.encode(der.UTF8_STRING, b"\xff"),
        der.encode(der.UTC_TIME, b"261121100000Z"),
        der.encode(0x1A, b"VisibleString"),
        der.sequence(),
    ],
)
def test_names_are_text_in_the_encoding_of_their_type(value: bytes) -> None:
    name = der.sequence(der.set_of(der.sequence(der.encode_oid(oids.SERIAL_NUMBER), value)))
    assert refused(certificate, (SIGNED, SUBJECT), name) is Fault.FORM


def test_bits_in_the_name_of_an_authority_above_are_a_refusal_too() -> None:
    """Deep in an extension that nobody reads, where the library raises a TypeError."""
    name = der.sequence(der.set_of(der.sequence(der.encode_oid(oids.COMMON_NAME), der.encode_bits(b"x"))))
    issuer = der.sequence(der.encode(der.context(1), der.encode(der.context(4), name)))
    changed = extension(oids.AUTHORITY_KEY_ID, issuer)
    assert refused(certificate, (SIGNED, EXTENSIONS, 0, 1), changed) is Fault.FORM


def test_names_are_of_any_length_and_nobody_is_warned() -> None:
    name = "ӘКІМ" * 50
    pair = the_pki().person(iin=IIN, subject=((oids.COMMON_NAME, name),))
    assert pair.certificate.name(oids.COMMON_NAME) == name
    assert certificate((SIGNED, SUBJECT), make_name(())).subject_names == {}


def test_certificates_are_read_in_many_threads_and_nobody_is_warned() -> None:
    """Warnings are filtered for the whole process: without care one thread takes another's filter away."""
    octets = the_pki().authorities[Algorithm.GOST].certificate.raw
    before, interval = list(warnings.filters), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(read_certificate, [octets] * 400)) == {read_certificate(octets)}
    finally:
        sys.setswitchinterval(interval)
    assert warnings.filters == before


@pytest.mark.parametrize(
    ("exponent", "modulus"), [(-3, 2**2048 - 1), (1, 2**2048 - 1), (65537, -(2**2047)), (3, 2**1024 - 1)]
)
def test_impossible_rsa_keys_are_a_refusal_of_ours(exponent: int, modulus: int) -> None:
    numbers = der.sequence(der.encode_integer(modulus), der.encode_integer(exponent))
    info = der.sequence(der.sequence(der.encode_oid(oids.RSA), NULL), der.encode_bits(numbers))
    assert refused(keys.read_public_key, der.read(info, max_size=len(info))) is Fault.ALGORITHM


def test_an_rsa_key_names_its_parameters() -> None:
    info = PrivateKey.generate(Algorithm.RSA).public_info()
    bare = rebuilt(info, (0,), der.sequence(der.encode_oid(oids.RSA)))
    assert refused(keys.read_public_key, der.read(bare, max_size=len(bare))) is Fault.ALGORITHM


def test_lists_are_of_version_2_and_have_an_end() -> None:
    assert Revocations.from_files([a_list()]).lists[0].revoked == {}
    for version in (b"", der.encode_integer(0), der.encode_integer(2)):
        assert refused(Revocations.from_files, [rebuilt(a_list(), (SIGNED, 0), version)]) is Fault.FORM
    assert refused(Revocations.from_files, [a_list(end=b"")]) is Fault.FORM


def test_a_list_may_name_its_algorithm_in_two_forms_but_not_two_algorithms() -> None:
    oid = der.encode_oid(oids.SHA256_WITH_RSA)
    (read,) = Revocations.from_files([rebuilt(a_list(), (ALGORITHM,), der.sequence(oid))]).lists
    assert read.signed_by(the_pki().authorities[Algorithm.RSA].certificate)
    for other in (
        SIGNATURE_ALGORITHM[Algorithm.GOST],
        der.sequence(oid, der.sequence()),
        der.sequence(oid, der.encode(der.NULL, b"\0")),
        der.sequence(oid, NULL, NULL),
        der.sequence(),
    ):
        assert refused(Revocations.from_files, [rebuilt(a_list(), (ALGORITHM,), other)]) is Fault.FORM


@pytest.mark.parametrize("bits", [b"\x00", b"\x07\x80", b"\x06\x00\x40"])  # none, the unused bit 0, the unknown bit 9
def test_a_list_for_some_reasons_is_partial_even_if_they_have_no_name(bits: bytes) -> None:
    users = der.encode(der.context(1, constructed=False), b"\xff")
    reasons = der.encode(der.context(3, constructed=False), bits)
    assert Revocations.from_files([a_list(extensions=[scope(users)])]).lists[0].only_users
    assert refused(Revocations.from_files, [a_list(extensions=[scope(users, reasons)])]) is Fault.FORM


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ((SIGNATURE,), b"\x03\x00"),
        ((SIGNATURE,), b"\x03\x01\x08"),
        ((ALGORITHM, 0), b"\x06\x00"),
        ((ALGORITHM, 0), b"\x06\x01\x81"),
        ((SIGNED, 0), b"\x02\x00"),
        ((SIGNED, 0), b"\x02\x02\x00\x01"),
        ((SIGNED, 1, 0), b"\x06\x00"),
        ((SIGNED, 1, 1), b"\x05\x01\x00"),
    ],
)
def test_a_list_is_too_long_to_be_looked_over_and_yet_strict(place: Place, value: bytes) -> None:
    assert refused(Revocations.from_files, [rebuilt(a_list(), place, value)]) is Fault.FORM


def test_an_entry_with_a_critical_extension_makes_the_list_indirect() -> None:
    reason = der.encode(der.ENUMERATED, b"\x01")
    assert 5 in Revocations.from_files([a_list([an_entry(extension(CRL_REASON, reason))])]).lists[0].revoked
    for oid, value in ((CRL_REASON, reason), ("1.2.3.4", NULL)):
        entry = an_entry(extension(oid, value, critical=True))
        assert refused(Revocations.from_files, [a_list([an_entry(), entry])]) is Fault.FORM
    twice = an_entry(extension(CRL_REASON, reason), extension(CRL_REASON, reason))
    assert refused(Revocations.from_files, [a_list([twice])]) is Fault.FORM


def test_a_list_with_an_unknown_critical_extension_or_one_twice() -> None:
    for extensions in (
        [extension("1.2.3.4", NULL, critical=True)],
        [extension(DELTA, der.encode_integer(1), critical=True)],
        [extension("1.2.3.4", NULL)] * 2,
    ):
        assert refused(Revocations.from_files, [a_list(extensions=extensions)]) is Fault.FORM
    assert Revocations.from_files([a_list(extensions=[extension("1.2.3.4", b"no DER at all")])]).lists


def test_the_name_above_a_list_is_strict_der() -> None:
    odd = der.sequence(der.set_of(der.sequence(der.encode_oid(oids.COMMON_NAME), b"\x02\x02\x00\x01")))
    assert refused(Revocations.from_files, [rebuilt(a_list(), (SIGNED, 2), odd)]) is Fault.FORM


def test_too_many_entries_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crl_module, "MAX_ENTRIES", 2)
    assert len(Revocations.from_files([a_list([an_entry()] * 2)]).lists) == 1
    assert refused(Revocations.from_files, [a_list([an_entry()] * 3)]) is Fault.SIZE
    many = der.sequence(der.encode(der.SEQUENCE, *[NULL] * 100_000))
    assert refused(Revocations.from_files, [many]) is Fault.FORM


def test_an_answer_is_about_one_certificate() -> None:
    answer = the_pki().answer(person("rsa"))
    single = at(answer, (*SINGLES, 0))
    assert read_answer(rebuilt(answer, SINGLES, der.sequence(single))).single.good
    for singles in (der.sequence(), der.sequence(single, single)):
        assert refused(read_answer, rebuilt(answer, SINGLES, singles)) is Fault.FORM


def test_an_answer_with_a_critical_extension() -> None:
    answer = the_pki().answer(person("rsa"))
    parts = [each.raw for each in der.read(at(answer, (*SINGLES, 0)), max_size=len(answer)).children]

    def extended(*, critical: bool) -> bytes:
        added = der.encode(der.context(1), der.sequence(extension("1.2.3.4", NULL, critical=critical)))
        return rebuilt(answer, SINGLES, der.sequence(der.sequence(*parts, added)))

    assert read_answer(extended(critical=False)).single.good
    assert refused(read_answer, extended(critical=True)) is Fault.FORM


def test_an_answer_is_somebodys_and_names_a_hash_that_is_known() -> None:
    answer = the_pki().answer(person("rsa"))
    assert refused(read_answer, rebuilt(answer, RESPONDER, b"")) is Fault.FORM
    unknown = der.sequence(der.encode_oid("1.2.3.4"))
    assert refused(read_answer, rebuilt(answer, (*SINGLES, 0, 0, 0), unknown)) is Fault.FORM


@pytest.mark.parametrize("status", [1, 2, 3, 5, 6, 7])
def test_a_refusal_of_the_responder_is_no_answer(status: int) -> None:
    assert refused(read_answer, der.sequence(der.encode(der.ENUMERATED, bytes([status])))) is Fault.FORM
    assert refused(read_answer, der.sequence(der.encode(der.ENUMERATED, b"\x00"))) is Fault.FORM


def test_a_nonce_of_whoever_asked_may_stand_in_an_answer() -> None:
    answer = the_pki().answer(person("rsa"))
    parts = [each.raw for each in der.read(at(answer, (*BASIC, SIGNED)), max_size=len(answer)).children]
    nonce = extension(NONCE, der.encode(der.OCTET_STRING, b"12345678"))
    signed = der.sequence(*parts, der.encode(der.context(1), der.sequence(nonce)))
    assert read_answer(rebuilt(answer, (*BASIC, SIGNED), signed)).single.good
