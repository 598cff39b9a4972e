"""Whatever comes, the verifier answers with a verdict or a refusal of its own: never another exception, never a yes."""

import random
from functools import cache

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pb.core.eds import EDSError, Fault, Revocations, Trust, Verdict, der, oids
from pb.core.eds.certificates import read_certificate
from pb.core.eds.revocation import State
from pb.core.eds.signing import sign_cms, signed_data, signer_info, to_pem
from tests.eds import NOW, TEXT, judge, person, the_pki

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@cache
def good(algorithm: str) -> bytes:
    return sign_cms(TEXT, person(algorithm), at=NOW)


def judged(cms: bytes) -> Verdict | EDSError:
    try:
        return judge(cms)
    except EDSError as error:
        return error


def accepted(cms: bytes) -> bool:
    answer = judged(cms)
    return isinstance(answer, Verdict) and answer.ok


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
def test_every_truncation_is_refused(algorithm: str) -> None:
    cms = good(algorithm)
    for length in range(len(cms)):
        assert isinstance(judged(cms[:length]), EDSError)
    assert isinstance(judged(cms + b"\0"), EDSError)


def _same_meaning(changed: bytes, cms: bytes) -> bool:
    """Version, list of digests and certificates that only help are outside of every signature; what is said is not."""
    answer, original = judge(changed), judge(cms)
    return answer.content == original.content and set(answer.signers) == set(original.signers)


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
@given(data=st.data())
@QUICK
def test_a_changed_byte_never_counts(algorithm: str, data: st.DataObject) -> None:
    cms = good(algorithm)
    place = data.draw(st.integers(0, len(cms) - 1))
    changed = cms[:place] + bytes([cms[place] ^ data.draw(st.integers(1, 255))]) + cms[place + 1 :]
    if accepted(changed):
        assert _same_meaning(changed, cms)


@given(st.binary(max_size=600))
@example(b"")
@example(b"\x30\x80\x00\x00")
@example(b"-----BEGIN CMS-----")
@QUICK
def test_random_bytes_are_a_refusal(data: bytes) -> None:
    assert isinstance(judged(data), EDSError)


def _trees(value: der.Value) -> list[tuple[int, ...]]:
    """The places of all values inside, as ways from the top."""
    found: list[tuple[int, ...]] = [()]
    if value.tag & 0x20:
        for number, child in enumerate(value.children):
            found.extend((number, *way) for way in _trees(child))
    return found


def _rebuilt(value: der.Value, way: tuple[int, ...], new: bytes) -> bytes:
    """The value with one inner value replaced and every length around it right again."""
    if not way:
        return new
    parts = [each.raw for each in value.children]
    parts[way[0]] = _rebuilt(value.children[way[0]], way[1:], new)
    return der.encode(value.tag, *parts)


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
def test_every_field_left_out_doubled_or_replaced(algorithm: str) -> None:
    """Each value of the tree in turn, with all the lengths right: what a careful forger would send."""
    cms = good(algorithm)
    top = der.read(cms, max_size=len(cms))
    chance = random.Random(5)
    ways = _trees(top)
    for way in chance.sample(ways, min(len(ways), 160)):
        value = top
        for step in way:
            value = value.children[step]
        for new in (
            b"",
            value.raw + value.raw,
            der.encode(value.tag),
            der.encode(der.NULL),
            der.encode_integer(7),
            der.sequence(),
            der.encode(value.tag, value.content[:-1]),
            der.encode(der.UTF8_STRING, value.content),
        ):
            changed = _rebuilt(top, way, new)
            if changed != cms and accepted(changed):
                assert _same_meaning(changed, cms)


@given(
    st.recursive(
        st.tuples(st.sampled_from([1, 2, 3, 4, 5, 6, 12, 19, 22, 23, 24, 128]), st.binary(max_size=12)),
        lambda inner: st.tuples(st.sampled_from([48, 49, 160, 161]), st.lists(inner, max_size=5)),
        max_leaves=30,
    )
)
@QUICK
def test_random_der_is_a_refusal(tree: tuple[int, bytes | list[object]]) -> None:
    def octets(node: tuple[int, bytes | list[object]]) -> bytes:
        tag, content = node
        return der.encode(tag, content if isinstance(content, bytes) else b"".join(map(octets, content)))  # type: ignore[arg-type]

    random_value = octets(tree)
    oid = der.encode_oid(oids.SIGNED_DATA)
    wrapped = der.sequence(oid, der.encode(der.context(0), random_value))
    assert isinstance(judged(random_value), EDSError)
    assert isinstance(judged(wrapped), EDSError)
    assert isinstance(judged(signed_data(TEXT, [random_value], [person().certificate.raw])), EDSError)
    assert isinstance(judged(signed_data(TEXT, [signer_info(TEXT, person(), NOW)], [random_value])), EDSError)
    for read in (lambda: Trust.from_files([random_value]), lambda: Revocations.from_files([random_value])):
        with pytest.raises(EDSError):
            read()


def test_deep_nesting_and_indefinite_lengths() -> None:
    nested = b"\x05\x00"
    for _level in range(40):
        nested = der.sequence(nested)
    answer = judged(signed_data(TEXT, [nested], []))
    assert isinstance(answer, EDSError)
    assert answer.code is Fault.DEPTH
    cms = good("gost")
    indefinite = b"\x30\x80" + cms[4:] + b"\x00\x00"
    answer = judged(indefinite)
    assert isinstance(answer, EDSError)
    assert answer.code is Fault.FORM
    assert isinstance(judged(b"\x30\x80" * 5_000), EDSError)


def test_too_much_is_refused_before_it_is_read() -> None:
    for huge in (bytes(20_000_000), to_pem(bytes(7_000_000)), sign_cms(bytes(4_000_001), person("rsa"), at=NOW)):
        answer = judged(huge)
        assert isinstance(answer, EDSError)
        assert answer.code is Fault.SIZE


def test_too_many_signers_or_certificates_are_refused() -> None:
    info = signer_info(TEXT, person("rsa"), NOW)
    bundle = [each.raw for each in (person("rsa").certificate, *person("rsa").issuers)]
    for infos, certificates in (
        ([info] * 9, bundle),
        ([info], [the_pki().roots[person().private.algorithm].certificate.raw] * 17),
    ):
        answer = judged(signed_data(TEXT, infos, certificates))
        assert isinstance(answer, EDSError)
        assert answer.code is Fault.SIZE


def _flipped(data: st.DataObject, octets: bytes) -> bytes:
    place = data.draw(st.integers(0, len(octets) - 1))
    return octets[:place] + bytes([octets[place] ^ data.draw(st.integers(1, 255))]) + octets[place + 1 :]


@cache
def _condemning() -> tuple[bytes, bytes]:
    """A list and an answer that both say: revoked."""
    kind = person("rsa").private.algorithm
    issuer = the_pki().authorities[kind].certificate.subject
    lists = the_pki().lists(person("rsa"))
    mine = next(each for each in lists if Revocations.from_files([each]).lists[0].issuer == issuer)
    return mine, the_pki().answer(person("rsa"), "revoked")


@pytest.mark.parametrize("which", [0, 1])
@given(data=st.data())
@QUICK
def test_a_changed_list_or_answer_never_clears(which: int, data: st.DataObject) -> None:
    issuer = the_pki().authorities[person("rsa").private.algorithm].certificate
    try:
        revocations = Revocations.from_files([_flipped(data, _condemning()[which])])
    except EDSError:
        return
    assert revocations.status(person("rsa").certificate, issuer, NOW).state is not State.GOOD


@given(data=st.data())
@QUICK
def test_a_changed_certificate_is_nobodys(data: st.DataObject) -> None:
    try:
        changed = read_certificate(_flipped(data, person().certificate.raw))
    except EDSError:
        return
    assert the_pki().trust().path(changed, (), NOW).problem
