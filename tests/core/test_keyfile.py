"""A trustee's key file: opened by its passphrase as it was typed, and by nothing else."""

import json
from typing import Any

import pytest

from pb.core.belenios.canonical import Check, ProtocolError, dump_json
from pb.core.belenios.groups import BELENIOS_2048
from pb.core.belenios.keyfile import decrypt_key, encrypt_key, generate_passphrase, normalise_passphrase

G = BELENIOS_2048
PRIVATE_KEY = 1234567890123456789
PASSPHRASE = "0123-ABCD-EFGH-JKMN"


@pytest.fixture(scope="module")
def key_file() -> str:
    return encrypt_key(G, PRIVATE_KEY, PASSPHRASE)


def refusal(key_file: str | bytes, passphrase: str = PASSPHRASE) -> Check:
    with pytest.raises(ProtocolError) as refused:
        decrypt_key(key_file, passphrase)
    return refused.value.check


@pytest.mark.parametrize("typed", [PASSPHRASE, "0123abcdefghjkmn", "оiz3 АВСD ЕFGН JКМN".replace("z", "2")])
def test_the_passphrase_may_be_typed_in_any_way(key_file: str, typed: str) -> None:
    assert decrypt_key(key_file, typed) == (G, PRIVATE_KEY)


@pytest.mark.parametrize("typed", ["0123-ABCD-EFGH-JKMP", "", "0123", PASSPHRASE + "0", "0123-ABCD-EFGH-JKMU"])
def test_another_passphrase_does_not_open_it(key_file: str, typed: str) -> None:
    assert refusal(key_file, typed) is Check.KEY_FILE


def test_the_format_is_the_published_one(key_file: str) -> None:
    value = json.loads(key_file)
    assert list(value) == ["version", "kind", "group", "public_key", "kdf", "cipher", "ciphertext"]
    assert value["kdf"] | {"salt": ""} == {"name": "PBKDF2", "hash": "SHA-256", "iterations": 600_000, "salt": ""}
    assert value["cipher"] | {"iv": ""} == {"name": "AES-GCM", "iv": ""}
    assert str(PRIVATE_KEY) not in key_file


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"version": 2}, Check.KEY_FILE),
        ({"kind": "asar-key"}, Check.KEY_FILE),
        ({"group": "Ed448"}, Check.UNSUPPORTED),
        ({"public_key": str(int(G.generator.exp(PRIVATE_KEY + 1)))}, Check.KEY_FILE),
        ({"public_key": "2"}, Check.MEMBERSHIP),
        ({"kdf": {"iterations": 599_999}}, Check.KEY_FILE),
        ({"kdf": {"iterations": 10_000_001}}, Check.KEY_FILE),
        ({"kdf": {"iterations": 600_001}}, Check.KEY_FILE),
        ({"kdf": {"iterations": "600000"}}, Check.FORM),
        ({"kdf": {"hash": "SHA-1"}}, Check.KEY_FILE),
        ({"kdf": {"salt": "AAAA"}}, Check.KEY_FILE),
        ({"kdf": {"salt": "?"}}, Check.KEY_FILE),
        ({"kdf": {"salt": 5}}, Check.KEY_FILE),
        ({"cipher": {"name": "AES-CBC"}}, Check.KEY_FILE),
        ({"cipher": {"iv": "A" * 16}}, Check.KEY_FILE),
        ({"ciphertext": ""}, Check.KEY_FILE),
        ({"ciphertext": "AAAA"}, Check.KEY_FILE),
        ({"ciphertext": None}, Check.KEY_FILE),
    ],
)
def test_an_altered_key_file_is_refused(key_file: str, changes: dict[str, Any], check: Check) -> None:
    value = json.loads(key_file)
    for name, change in changes.items():
        value[name] = value[name] | change if isinstance(change, dict) else change
    assert refusal(dump_json(value)) is check


def test_what_is_no_key_file() -> None:
    for text in ("", "{}", "[]", "null", b"\xff\xfe"):
        assert refusal(text) is Check.FORM


def test_passphrases_have_eighty_random_bits() -> None:
    made = {generate_passphrase() for _ in range(100)}
    assert len(made) == 100
    assert all(len(normalise_passphrase(passphrase)) == 16 for passphrase in made)
