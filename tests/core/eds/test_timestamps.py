"""An authority's timestamp in a signature: read, verified, and the time of signing where it holds."""

from datetime import timedelta
from typing import Any

import pytest

from pb.core.eds import Signer, oids
from pb.core.eds.revocation import Revocations
from pb.core.eds.signing import sign_cms
from tests.eds import IIN, NOW, TEXT, another_pki, judge, person, sole, the_pki
from tests.timestamps import NAME, Token, stamped, stamper, stamping

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
BOTH = pytest.mark.parametrize("algorithm", ["gost", "rsa"])


def with_token(**changes: Any) -> Signer:
    token = Token(**{"by": stamping(), **changes})
    return sole(judge(stamped(person(), token.over)))


def detail(signer: Signer) -> str:
    return next(check.detail for check in signer.checks if check.name == "timestamp")


@BOTH
@pytest.mark.parametrize("hash_name", [oids.SHA256, oids.STREEBOG_512])
def test_the_time_of_signing_is_the_authoritys(algorithm: str, hash_name: str) -> None:
    token = Token(stamping(algorithm), NOW - HOUR, hash_name)
    signer = sole(judge(stamped(person(), token.over, claimed=NOW - 2 * HOUR)))
    assert signer.ok, signer.checks
    assert signer.timestamp is not None
    assert (signer.timestamp.at, signer.timestamp.authority, signer.timestamp.number) == (NOW - HOUR, NAME, "a5a2")
    assert signer.signed_at == NOW - 2 * HOUR
    assert signer.to_value()["timestamp"] == signer.timestamp.to_value()


def test_fractions_of_a_second_are_read() -> None:
    signer = with_token(fraction=".25")
    assert signer.timestamp is not None
    assert signer.timestamp.at == NOW + timedelta(milliseconds=250)


def test_a_signature_without_one_has_none() -> None:
    signer = sole(judge(sign_cms(TEXT, person(), at=NOW)))
    assert signer.timestamp is None
    assert "timestamp" not in {check.name for check in signer.checks}


def test_a_stamped_signature_outlives_its_certificate_and_a_claim_of_the_signers_clock_does_not_make_it_older() -> None:
    old = the_pki().person(iin=IIN, not_before=NOW - 500 * DAY, not_after=NOW - 100 * DAY)
    in_time = Token(stamper(the_pki(), not_before=NOW - 900 * DAY), NOW - 200 * DAY)
    assert sole(judge(stamped(old, in_time.over, claimed=None))).ok
    assert sole(judge(stamped(old, claimed=NOW - 200 * DAY))).ok, "without a stamp the claim is all there is"
    too_late = Token(stamping(), NOW - DAY)
    assert sole(judge(stamped(old, too_late.over, claimed=NOW - 200 * DAY))).failed() == ("validity",)


def test_a_signature_stamped_before_the_revocation_holds() -> None:
    revocations = the_pki().revocations(person())  # an hour ago
    before, after = Token(stamping(), NOW - 2 * HOUR), Token(stamping(), NOW - timedelta(minutes=1))
    assert sole(judge(stamped(person(), before.over, claimed=None), revocations=revocations)).ok
    signer = sole(judge(stamped(person(), after.over, claimed=NOW - 2 * HOUR), revocations=revocations))
    assert signer.failed() == ("revocation",)


def test_nobody_signs_after_the_stamp() -> None:
    early = Token(stamping(), NOW - HOUR)
    assert sole(judge(stamped(person(), early.over, claimed=NOW))).failed() == ("signing_time",)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"of": b"another signature"}, "imprint"),
        ({"named": person()}, "certificate"),
        ({"names_certificate": False}, "certificate"),
        ({"by": person()}, "purpose"),
        ({"at": NOW + HOUR}, "moment"),
        ({"at": NOW - 400 * DAY}, "validity"),
        ({"hash_name": oids.SHA1}, "imprint"),
        ({"content_type": oids.DATA}, "cannot be read"),
    ],
)
def test_a_false_stamp_is_named_and_is_no_time(changes: dict[str, Any], why: str) -> None:
    signer = with_token(**changes)
    assert signer.timestamp is None
    assert "timestamp" in signer.failed()
    assert why in detail(signer)


@pytest.mark.parametrize(
    "changes",
    [{"extended_usages": ()}, {"extended_usages": (oids.TIME_STAMPING, oids.EMAIL_PROTECTION)}, {"authority": True}],
)
def test_a_key_that_stamps_does_nothing_else(changes: dict[str, Any]) -> None:
    assert "purpose" in detail(with_token(by=stamper(the_pki(), **changes)))


def test_a_stranger_authoritys_stamp_is_false_and_an_unknown_revocation_only_unknown() -> None:
    stranger = with_token(by=stamper(another_pki()))
    assert detail(stranger).startswith("false")
    assert "chain" in detail(stranger)
    other = stamping("rsa")
    lists = [each for each in the_pki().revocations().lists if each.issuer != other.certificate.issuer]
    cms = stamped(person("gost"), Token(other).over)
    known = Revocations(tuple(lists))
    unknown = sole(judge(cms, revocations=known))
    assert unknown.failed() == ("timestamp",)
    assert detail(unknown).startswith("unknown")
    revoked = sole(judge(cms, revocations=the_pki().revocations(other)))
    assert detail(revoked).startswith("false")
    before = Token(other, NOW - 2 * HOUR)  # the authority's key was revoked an hour ago
    assert sole(judge(stamped(person(), before.over, claimed=None), revocations=the_pki().revocations(other))).ok


def test_rubbish_in_place_of_a_token_is_a_check_that_fails() -> None:
    signer = sole(judge(stamped(person(), lambda _signature: b"\x30\x03\x02\x01\x01")))
    assert signer.failed() == ("timestamp",)
    assert detail(signer).startswith("cannot be read")


def test_of_several_stamps_the_earliest_counts_and_each_must_hold() -> None:
    first, second = Token(stamping(), NOW - HOUR), Token(stamping("rsa"), NOW - timedelta(minutes=1))
    signer = sole(judge(stamped(person(), second.over, first.over, claimed=None)))
    assert signer.ok
    assert signer.timestamp is not None
    assert signer.timestamp.at == NOW - HOUR
    wrong = Token(stamping(), of=b"another")
    assert "timestamp" in sole(judge(stamped(person(), first.over, wrong.over, claimed=None))).failed()
