"""What the rooms ask of a signature: exactly this text, one person, the right key, now; and why not, in plain words."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from config import from_environment
from pb.core.eds import Purpose, oids
from pb.core.eds.signing import KeyPair, sign_cms, to_pem
from pb.demo.test_authority import make_list
from pb.errors import FieldRefusal
from pb.identity.service import signatures
from pb.settings import ConfigurationError, Settings
from tests.eds import BIN, IIN, NOW, OTHER_IIN, another_pki, eds_settings, person, the_pki
from tests.eds import TEXT as PLAIN
from tests.timestamps import Token, stamped, stamping

TEXT = "asar-sign-in\norigin: http://localhost"


@pytest.fixture
def ready(settings: Settings, tmp_path: Path) -> Settings:
    return eds_settings(settings, the_pki(), tmp_path)


def signed(pair: KeyPair, text: str = TEXT, **options: Any) -> str:
    return to_pem(sign_cms(text.encode(), pair, **{"attached": False, "at": NOW, **options})).decode()


def refusal(settings: Settings, cms: str, *purposes: Purpose, text: str = TEXT) -> Any:
    with pytest.raises(FieldRefusal) as caught:
        signatures.verify(settings, cms, text, NOW, *purposes)
    assert caught.value.field == "eds"
    return caught.value.message


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
@pytest.mark.parametrize("attached", [True, False])
def test_a_person_signed_the_text(ready: Settings, algorithm: str, attached: bool) -> None:  # noqa: FBT001
    signer = signatures.verify(ready, signed(person(algorithm), attached=attached), TEXT, NOW)
    assert signatures.iin_of(ready, signer, date(2026, 11, 21)).text == IIN


def test_another_text_is_another_text(ready: Settings) -> None:
    assert refusal(ready, signed(person(), "asar-ballot")) is signatures._OTHER_TEXT
    assert refusal(ready, signed(person(), "asar-ballot", attached=True)) is signatures._OTHER_TEXT


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda pki: pki.person(iin=IIN, not_after=NOW - timedelta(days=1)), signatures._EXPIRED),
        (lambda pki: pki.authentication(iin=IIN), signatures._WRONG_KEY),
        (lambda pki: pki.head(iin=IIN, bin=BIN), signatures._WRONG_KEY),
        (lambda _pki: another_pki().person(iin=IIN), signatures._OTHER_CA),
    ],
)
def test_each_wrong_key_has_its_words(ready: Settings, make: Callable[[Any], KeyPair], reason: Any) -> None:
    assert refusal(ready, signed(make(the_pki()))) is reason


def test_a_head_or_somebody_with_the_right_to_sign(ready: Settings) -> None:
    both = (Purpose.HEAD, Purpose.RIGHT_TO_SIGN)
    for role in (oids.HEAD, oids.RIGHT_TO_SIGN):
        cms = signed(the_pki().head(iin=IIN, bin=BIN, role=role))
        assert signatures.verify(ready, cms, TEXT, NOW, *both).bin == BIN
    assert refusal(ready, signed(person()), *both) is signatures._NOT_HEAD


def test_a_revoked_certificate(settings: Settings, tmp_path: Path) -> None:
    revoked = the_pki().person(iin=IIN)
    assert refusal(eds_settings(settings, the_pki(), tmp_path, revoked), signed(revoked)) is signatures._REVOKED


def test_a_new_list_is_read_when_it_comes(ready: Settings) -> None:
    pair = the_pki().person(iin=IIN)
    assert signatures.verify(ready, signed(pair), TEXT, NOW)
    assert ready.eds_crl is not None
    issuer = the_pki().authorities[pair.private.algorithm]
    days = timedelta(days=1)
    newer = make_list(issuer, {pair.certificate.serial: NOW - days}, this_update=NOW, next_update=NOW + days)
    path = ready.eds_crl / "newer.crl"
    path.write_bytes(newer)
    assert refusal(ready, signed(pair)) is signatures._REVOKED
    path.unlink()
    os.utime(ready.eds_crl)
    assert signatures.verify(ready, signed(pair), TEXT, NOW)


def test_unknown_is_what_the_setting_says(ready: Settings) -> None:
    nothing = replace(ready, eds_crl=None)
    assert refusal(nothing, signed(person())) is signatures._UNKNOWN
    assert signatures.verify(replace(nothing, eds_unknown_refuses=False), signed(person()), TEXT, NOW)


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_signature_of_another_time_is_not_taken(ready: Settings, minutes: int) -> None:
    assert refusal(ready, signed(person(), at=NOW + timedelta(minutes=minutes))) is signatures._CLOCK


def test_several_signers_are_not_taken(ready: Settings) -> None:
    other = the_pki().person(iin=OTHER_IIN)
    cms = to_pem(sign_cms(TEXT.encode(), person(), other, at=NOW)).decode()
    with pytest.raises(FieldRefusal):
        signatures.verify(ready, cms, TEXT, NOW)


@pytest.mark.parametrize("cms", ["", "no signature", "-----BEGIN CMS-----", "A" * 200_000, "\N{SNOWMAN}"])
def test_rubbish_is_damaged(ready: Settings, cms: str) -> None:
    assert refusal(ready, cms) is signatures._DAMAGED


def test_without_trust_nothing_is_taken(settings: Settings, ready: Settings, tmp_path: Path) -> None:
    assert refusal(settings, signed(person())) is signatures._UNAVAILABLE
    empty = tmp_path / "empty"
    empty.mkdir()
    assert refusal(replace(ready, eds_trust=empty), signed(person())) is signatures._UNAVAILABLE
    assert refusal(replace(ready, eds_trust=tmp_path / "absent"), signed(person())) is signatures._UNAVAILABLE


def test_impossible_numbers_are_for_tests_alone(ready: Settings) -> None:
    pair = the_pki().person(iin="123456789011")
    signer = signatures.verify(ready, signed(pair), TEXT, NOW)
    with pytest.raises(FieldRefusal):
        signatures.iin_of(ready, signer, NOW.date())
    assert signatures.iin_of(replace(ready, eds_test_numbers=True), signer, NOW.date()).text == "123456789011"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"ASAR_STATE": str(tmp_path), "ASAR_EDS_TRUST": str(tmp_path)}


def test_settings_of_eds(environment: dict[str, str], tmp_path: Path) -> None:
    read = from_environment(environment)
    assert (read.eds_trust, read.eds_crl, read.eds_unknown_refuses) == (tmp_path, None, True)
    assert read.ncalayer == "wss://127.0.0.1:13579"
    assert not from_environment({**environment, "ASAR_EDS_UNKNOWN": "accept"}).eds_unknown_refuses


@pytest.mark.parametrize(
    "wrong",
    [
        {"ASAR_EDS_UNKNOWN": "perhaps"},
        {"ASAR_EDS_OCSP": "file:///etc/passwd"},
        {"ASAR_BASE_URL": "https://asar.example/path"},
        {"ASAR_NCALAYER": "wss://elsewhere.example:13579"},
        {"ASAR_NCALAYER": "ws://127.0.0.1:1; script-src *"},
    ],
)
def test_wrong_settings_keep_the_server_from_starting(environment: dict[str, str], wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        from_environment({**environment, **wrong})


@pytest.mark.parametrize("test_only", [{"ASAR_EDS_TEST_NUMBERS": "1"}, {"ASAR_NCALAYER": "ws://127.0.0.1:7"}])
def test_production_refuses_what_is_for_tests(environment: dict[str, str], test_only: dict[str, str]) -> None:
    key = "A" * 43 + "="
    secrets = {"ASAR_SECRET_KEY": key, "ASAR_IIN_PEPPER": key, "ASAR_SEAL_KEY": key, "ASAR_BASE_URL": "https://a.kz"}
    production = {**environment, **secrets, "ASAR_ENV": "production"}
    assert from_environment(production).secure_cookies
    with pytest.raises(ConfigurationError, match="ASAR_NCALAYER"):
        from_environment({**production, **test_only})


def _holds(settings: Settings, algorithm: str) -> bool:
    try:
        signatures.verify(settings, signed(person(algorithm)), TEXT, NOW)
    except FieldRefusal:
        return False
    return True


def test_a_list_that_cannot_be_read_stops_only_whose_certificate_needs_it(ready: Settings) -> None:
    assert ready.eds_crl is not None
    for path in sorted(ready.eds_crl.iterdir()):
        whole = path.read_bytes()
        path.write_bytes(b"no list")
        needs, other = ("gost", "rsa") if _holds(ready, "rsa") else ("rsa", "gost")
        assert _holds(ready, other)
        assert refusal(ready, signed(person(needs))) is signatures._UNKNOWN
        path.write_bytes(whole)


def test_a_timestamp_is_judged_with_the_signature(ready: Settings) -> None:
    def stamped_text(token: Token) -> str:
        return to_pem(stamped(person(), token.over)).decode()

    text = PLAIN.decode()
    signer = signatures.verify(ready, stamped_text(Token(stamping())), text, NOW)
    assert signer.timestamp is not None
    false = stamped_text(Token(stamping(), of=b"another signature"))
    assert refusal(ready, false, text=text) is signatures._TIMESTAMP
    window = (NOW - timedelta(minutes=5), NOW)
    assert signatures.judge(ready, false, text, window, NOW)[0] is signatures.Standing.FALSE
    later = NOW + timedelta(days=40)  # no list is fresh any more
    kept = stamped_text(Token(stamping()))
    assert signatures.judge(ready, kept, text, window, later)[0] is signatures.Standing.UNKNOWN
