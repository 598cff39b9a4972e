"""Withdrawn certificates: lists and answers count with their issuer's signature, fresh, and about the right one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from pb.core.eds import EDSError, Revocations, der, oids
from pb.core.eds.certificates import DIGITAL_SIGNATURE, Certificate
from pb.core.eds.keys import Algorithm
from pb.core.eds.revocation import State
from pb.core.eds.signing import KeyPair, PrivateKey, sign_cms, to_pem
from pb.demo.test_authority import Template, extension, issue, make_answer, make_list
from tests.eds import IIN, NOW, TEXT, another_pki, judge, person, sole, the_pki

DAY = timedelta(days=1)
BOTH = pytest.mark.parametrize("algorithm", ["gost", "rsa"])


def _state(revocations: Revocations, pair: KeyPair | None = None) -> State:
    pair = pair or person()
    issuer = the_pki().authorities[pair.private.algorithm].certificate
    return revocations.status(pair.certificate, issuer, NOW).state


def _list(issuer: KeyPair | None = None, revoked: tuple[KeyPair, ...] = (), **changes: object) -> bytes:
    issuer = issuer or the_pki().authorities[Algorithm.GOST]
    usual: dict[str, object] = {"this_update": NOW - DAY, "next_update": NOW + DAY}
    entries = {each.certificate.serial: NOW - DAY for each in revoked}
    return make_list(issuer, entries, **{**usual, **changes})  # type: ignore[arg-type]


@BOTH
def test_a_list_of_the_issuer(algorithm: str) -> None:
    pair, issuer = person(algorithm), the_pki().authorities[person(algorithm).private.algorithm]
    assert _state(Revocations.from_files([_list(issuer)]), pair) is State.GOOD
    assert _state(Revocations.from_files([to_pem(_list(issuer), "X509 CRL")]), pair) is State.GOOD
    assert _state(Revocations.from_files([_list(issuer, (pair,))]), pair) is State.REVOKED


@BOTH
def test_an_answer_of_the_issuers_responder(algorithm: str) -> None:
    pair, pki = person(algorithm), the_pki()
    for state in State:
        assert _state(Revocations.from_files([pki.answer(pair, state.value)]), pair) is state
    by_itself = pki.answer(pair, responder=pki.authorities[pair.private.algorithm])
    assert _state(Revocations.from_files([by_itself]), pair) is State.GOOD


def test_nothing_known_is_unknown_and_a_setting_decides() -> None:
    cms = sign_cms(TEXT, person(), at=NOW)
    assert sole(judge(cms, revocations=Revocations())).failed() == ("revocation",)
    assert judge(cms, revocations=Revocations(unknown_refuses=False)).ok


def test_an_old_list_or_one_of_the_future_does_not_clear() -> None:
    assert _state(Revocations.from_files([_list(next_update=NOW - timedelta(seconds=1))])) is State.UNKNOWN
    assert _state(Revocations.from_files([_list(this_update=NOW + DAY)])) is State.UNKNOWN
    old = the_pki().answer(person(), next_update=NOW - timedelta(seconds=1))
    assert _state(Revocations.from_files([old])) is State.UNKNOWN


def test_an_old_list_still_condemns() -> None:
    old = _list(revoked=(person(),), next_update=NOW - DAY)
    assert _state(Revocations.from_files([old, _list()])) is State.REVOKED


def test_a_list_of_somebody_else_says_nothing() -> None:
    strangers = another_pki().authorities[Algorithm.GOST]  # the same name, another key
    assert _state(Revocations.from_files([_list(strangers)])) is State.UNKNOWN
    assert _state(Revocations.from_files([_list(strangers, (person(),))])) is State.UNKNOWN
    root = the_pki().roots[Algorithm.GOST]
    assert _state(Revocations.from_files([_list(root)])) is State.UNKNOWN


def test_a_list_needs_a_key_that_signs_lists() -> None:
    issuer = the_pki().authorities[Algorithm.GOST]
    template = Template(
        subject=((oids.COMMON_NAME, "ТІЗІМСІЗ"),),
        not_before=NOW - DAY,
        not_after=NOW + DAY,
        key_usage=frozenset({DIGITAL_SIGNATURE}),
    )
    other = issue(template, PrivateKey.generate(Algorithm.GOST), issuer)
    certificate = the_pki().person(iin=IIN, issuer=other).certificate
    revocations = Revocations.from_files([_list(other)])
    assert revocations.status(certificate, other.certificate, NOW).state is State.UNKNOWN


def test_a_changed_list_says_nothing() -> None:
    changed = bytearray(_list(revoked=(person(),)))
    serial = der.encode_integer(person().certificate.serial)
    place = bytes(changed).index(serial)
    changed[place + len(serial) - 1] ^= 1
    assert _state(Revocations.from_files([bytes(changed)])) is State.UNKNOWN


def test_an_answer_of_somebody_else_says_nothing() -> None:
    pki = the_pki()
    villager = pki.person(iin=IIN)
    strangers = another_pki().responders[Algorithm.GOST]
    for responder in (villager, strangers, pki.responders[Algorithm.RSA]):
        assert _state(Revocations.from_files([pki.answer(person(), responder=responder)])) is State.UNKNOWN


def test_a_responder_is_valid_when_it_answers() -> None:
    template = Template(
        subject=((oids.COMMON_NAME, "OCSP ЕСКІ"),),
        not_before=NOW - 9 * DAY,
        not_after=NOW - DAY,
        key_usage=frozenset({DIGITAL_SIGNATURE}),
        extended_usages=(oids.OCSP_SIGNING,),
    )
    old = issue(template, PrivateKey.generate(Algorithm.GOST), the_pki().authorities[Algorithm.GOST])
    assert _state(Revocations.from_files([the_pki().answer(person(), responder=old)])) is State.UNKNOWN


def test_an_answer_about_another_certificate_says_nothing() -> None:
    other = the_pki().person(iin=IIN)
    assert _state(Revocations.from_files([the_pki().answer(other)])) is State.UNKNOWN


def test_a_changed_answer_says_nothing() -> None:
    """Revoked turned to good: the same octets but for the status."""
    answer = the_pki().answer(person(), "unknown")
    good = answer.replace(b"\x82\x00\x18\x0f", b"\x80\x00\x18\x0f", 1)
    assert good != answer
    assert _state(Revocations.from_files([good])) is State.UNKNOWN


def test_revoked_by_one_is_revoked() -> None:
    contradicting = [the_pki().answer(person(), "good"), _list(revoked=(person(),))]
    assert _state(Revocations.from_files(contradicting)) is State.REVOKED


def test_a_signature_before_the_revocation_holds_and_after_it_does_not() -> None:
    revocations = the_pki().revocations(person())  # an hour ago
    assert sole(judge(sign_cms(TEXT, person(), at=NOW), revocations=revocations)).failed() == ("revocation",)
    before = sole(judge(sign_cms(TEXT, person(), at=NOW - 2 * DAY), revocations=revocations))
    assert before.ok
    assert "revoked" in before.checks[-1].detail


def test_a_revoked_authority_takes_everybody_with_it() -> None:
    pki = the_pki()
    revocations = pki.revocations(pki.authorities[Algorithm.GOST])
    assert sole(judge(sign_cms(TEXT, person(), at=NOW), revocations=revocations)).failed() == ("revocation",)


@pytest.mark.parametrize("tags", [(0x84,), (0x85,), (0xA3,)])
def test_partial_and_indirect_lists_are_not_read(tags: tuple[int, ...]) -> None:
    content = b"".join(der.encode(tag, b"\xff" if tag != 0xA3 else b"") for tag in tags)
    scope = extension(oids.ISSUING_DISTRIBUTION_POINT, der.encode(der.SEQUENCE, content), critical=True)
    with pytest.raises(EDSError):
        Revocations.from_files([_list(extensions=[scope])])


def test_a_list_of_authorities_says_nothing_of_people() -> None:
    def scoped(tag: int) -> bytes:
        content = der.sequence(der.encode(tag, b"\xff"))
        return _list(extensions=[extension(oids.ISSUING_DISTRIBUTION_POINT, content, critical=True)])

    assert _state(Revocations.from_files([scoped(0x81)])) is State.GOOD
    assert _state(Revocations.from_files([scoped(0x82)])) is State.UNKNOWN


def test_a_delta_list_is_not_read() -> None:
    with pytest.raises(EDSError):
        Revocations.from_files([_list(extensions=[extension("2.5.29.27", der.encode_integer(1), critical=True)])])


def test_a_responder_is_asked_only_when_nothing_is_known() -> None:
    asked: list[int] = []

    def fetch(answer: bytes | None) -> Callable[[Certificate, Certificate], bytes | None]:
        def asking(certificate: Certificate, issuer: Certificate) -> bytes | None:  # noqa: ARG001 - the form of Fetch
            asked.append(certificate.serial)
            return answer

        return asking

    known = Revocations.from_files([_list()], fetch=fetch(None))
    assert _state(known) is State.GOOD
    assert not asked
    nothing = Revocations(fetch=fetch(the_pki().answer(person())))
    assert _state(nothing) is State.GOOD
    assert asked == [person().certificate.serial]
    assert _state(replace(nothing, fetch=fetch(None))) is State.UNKNOWN
    assert _state(replace(nothing, fetch=fetch(b"no answer"))) is State.UNKNOWN
    asked.clear()
    cms = sign_cms(TEXT, person(), at=NOW)
    assert not judge(cms, data=b"another text", revocations=nothing).ok
    assert asked == [], "a bad signature makes nobody ask"
    revoked = replace(nothing, fetch=fetch(the_pki().answer(person(), "revoked")))
    assert _state(revoked) is State.REVOKED


def test_a_refusal_of_the_responder_is_no_answer() -> None:
    with pytest.raises(EDSError):
        Revocations.from_files([der.sequence(der.encode(der.ENUMERATED, b"\x06"))])


def test_an_answer_without_an_end_is_fresh_for_a_day() -> None:
    pki = the_pki()
    answer = make_answer(
        person().certificate,
        pki.authorities[Algorithm.GOST].certificate,
        pki.responders[Algorithm.GOST],
        "good",
        at=NOW - 2 * DAY,
        next_update=None,
    )
    assert _state(Revocations.from_files([answer])) is State.UNKNOWN
