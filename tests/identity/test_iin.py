"""IINs at rest: looked up and sealed, by keys with versions."""

import base64
import os
from datetime import date
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from config import from_environment
from pb import keyring
from pb.core.national_numbers import parse_iin
from pb.identity.service import iin
from pb.keyring import KeyRing
from pb.settings import ConfigurationError

TODAY = date(2026, 11, 21)


def test_a_sealed_number_opens_with_its_key_alone() -> None:
    number = parse_iin("850615400026", TODAY)
    sealed = iin.seal(number, b"k" * 32)
    assert iin.unseal(sealed, b"k" * 32) == number.text
    assert iin.seal(number, b"k" * 32) != sealed
    for key, data in ((b"j" * 32, sealed), (b"k" * 32, sealed[:-1] + bytes([sealed[-1] ^ 1]))):
        with pytest.raises(InvalidTag):
            iin.unseal(data, key)
    with pytest.raises(InvalidTag):
        keyring.unseal_bytes(sealed, b"k" * 32, b"another context")
    assert iin.lookup(number, b"a" * 32) != iin.lookup(number, b"b" * 32)


OLD, BOTH = KeyRing({1: b"1" * 32}), KeyRing({1: b"1" * 32, 2: b"2" * 32})


def test_the_highest_version_seals_and_the_others_still_open() -> None:
    number = parse_iin("850615400026", TODAY)
    before, after = iin.seal(number, OLD), iin.seal(number, BOTH)
    assert (keyring.sealed_with(before), keyring.sealed_with(after)) == (1, 2)
    assert iin.unseal(before, BOTH) == iin.unseal(after, BOTH) == number.text
    with pytest.raises(InvalidTag):
        iin.unseal(after, OLD)
    renumbered = keyring.header(1) + after[6:]
    with pytest.raises(InvalidTag):
        iin.unseal(renumbered, BOTH)


def test_what_was_sealed_before_keys_had_versions_still_opens() -> None:
    nonce = os.urandom(12)
    sealed = nonce + AESGCM(b"1" * 32).encrypt(nonce, b"850615400026", b"iin")
    assert iin.unseal(sealed, BOTH) == "850615400026"
    nonce = b"asar\0\1" + os.urandom(6)  # once in many ages a nonce looks like a header
    sealed = nonce + AESGCM(b"1" * 32).encrypt(nonce, b"850615400026", b"iin")
    assert iin.unseal(sealed, BOTH) == "850615400026"
    for damaged in (b"", b"asar", b"asar\0\1", sealed[:12]):
        with pytest.raises(InvalidTag):
            iin.unseal(damaged, BOTH)


def test_a_number_is_found_under_every_pepper() -> None:
    number = parse_iin("850615400026", TODAY)
    assert iin.lookups(number, BOTH) == [iin.lookup(number, BOTH), iin.lookup(number, OLD)]
    assert "1111" not in repr(BOTH), "a key never shows itself by accident"


def environment(folder: Path, **changes: str) -> dict[str, str]:
    return {"ASAR_STATE": str(folder), **changes}


def written(byte: bytes) -> str:
    return base64.b64encode(byte * 32).decode()


def test_keys_come_from_the_environment_with_or_without_versions(tmp_path: Path) -> None:
    one = from_environment(environment(tmp_path, ASAR_SEAL_KEY=written(b"1")))
    assert (one.seal_key, one.iin_pepper.version) == (OLD, 1)
    two = from_environment(environment(tmp_path, ASAR_SEAL_KEY=f"2:{written(b'2')}, {written(b'1')}"))
    assert two.seal_key == BOTH


@pytest.mark.parametrize(
    "text",
    ["x", "1:", f"0:{written(b'1')}", f"a:{written(b'1')}", f"{written(b'1')},1:{written(b'2')}", "1:AAAA", ",",
     f"65536:{written(b'1')}", f"-1:{written(b'1')}"],
)  # fmt: skip
def test_keys_that_cannot_be_are_refused_at_the_start(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError, match="ASAR_SEAL_KEY"):
        from_environment(environment(tmp_path, ASAR_SEAL_KEY=text))
