"""`pb trustee`: the same key files, confirmations and decryptions as in the browser, without a network."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pb.commands import trustee as command
from pb.core.belenios import ballots, keyfile, possession, trustees
from pb.core.belenios.canonical import parse_json, sha256_hex
from pb.core.belenios.groups import BELENIOS_2048
from pb.core.belenios.messages import PartialDecryption, Proof, TrusteeKey
from pb.core.belenios.verify import verify
from tests.browser.poll import Poll

PASSPHRASE = "0123-4567-89AB-CDEF"


def run(*arguments: object, typed: str = PASSPHRASE + "\n") -> Result:
    return CliRunner().invoke(command.trustee, [str(argument) for argument in arguments], input=typed)


@pytest.fixture(scope="module")
def poll() -> Poll:
    """A poll that has ended with two ballots."""
    ended = Poll(voters=2)
    for secret in ended.secrets:
        ended.cast({"ballot": ballots.encrypt_ballot(ended.election, secret, [[1, 0, 0]]).to_json(BELENIOS_2048)})
    ended.close()
    return ended


@pytest.fixture
def key_file(poll: Poll, tmp_path: Path) -> Path:
    path = tmp_path / "key.json"
    path.write_text(keyfile.encrypt_key(BELENIOS_2048, poll.private_keys[2], PASSPHRASE))
    return path


def test_a_generated_key_opens_with_the_passphrase_and_proves_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyfile, "generate_passphrase", lambda: PASSPHRASE)
    key_path, public_path = tmp_path / "key.json", tmp_path / "public.json"
    done = run("generate", "--key", key_path, "--public", public_path, typed="wrong\n0123 4567 89ab cdef\n")
    assert done.exit_code == 0, done.output
    assert stat.S_IMODE(key_path.stat().st_mode) == 0o600
    key = TrusteeKey.parse(public_path.read_text(), BELENIOS_2048)
    trustees.check_trustee_key(BELENIOS_2048, key)
    _, private_key = keyfile.decrypt_key(key_path.read_text(), PASSPHRASE)
    assert BELENIOS_2048.generator.exp(private_key) == key.public_key
    assert trustees.fingerprint(BELENIOS_2048, key) in done.output
    assert str(private_key) not in done.output + public_path.read_text()

    before = key_path.read_text()
    again = run("generate", "--key", key_path, "--public", tmp_path / "other.json")
    assert again.exit_code == 1
    assert key_path.read_text() == before


def test_a_confirmation_made_offline_holds(poll: Poll, key_file: Path, tmp_path: Path) -> None:
    listed, out = tmp_path / "trustees.json", tmp_path / "confirmation.json"
    listed.write_text(poll.trustees_json)
    done = run("confirm", key_file, "--trustees", listed, "--uuid", poll.uuid, "--out", out)
    assert done.exit_code == 0, done.output
    assert "place 3" in done.output
    possession.check_confirmation(
        BELENIOS_2048,
        poll.keys[2].public_key,
        Proof.from_value(parse_json(out.read_text())["proof"], BELENIOS_2048.q),
        uuid=poll.uuid,
        trustees_sha256=sha256_hex(poll.trustees_json),
    )


def test_a_strangers_key_and_a_wrong_passphrase_confirm_nothing(poll: Poll, key_file: Path, tmp_path: Path) -> None:
    listed, out = tmp_path / "trustees.json", tmp_path / "confirmation.json"
    listed.write_text(Poll().trustees_json)
    stranger = run("confirm", key_file, "--trustees", listed, "--uuid", poll.uuid, "--out", out)
    wrong = run("confirm", key_file, "--trustees", listed, "--uuid", poll.uuid, "--out", out, typed="0" * 16 + "\n")
    assert (stranger.exit_code, wrong.exit_code) == (1, 1)
    assert "does not stand in the list" in stranger.output
    assert "passphrase is wrong" in wrong.output
    assert not out.exists()


def test_a_decryption_made_offline_completes_the_archive(poll: Poll, key_file: Path, tmp_path: Path) -> None:
    archive, out = tmp_path / "poll.bel", tmp_path / "decryption.json"
    archive.write_bytes(poll.archive.read())
    done = run("decrypt", key_file, "--archive", archive, "--out", out)
    assert done.exit_code == 0, done.output
    assert poll.decrypt({3: PartialDecryption.parse(out.read_text(), BELENIOS_2048)}).result == ((2, 0, 0),)
    assert verify(poll.archive).ok


def test_an_archive_that_does_not_verify_or_is_still_open_is_not_decrypted(key_file: Path, tmp_path: Path) -> None:
    still_open, broken = tmp_path / "open.bel", tmp_path / "broken.bel"
    data = Poll().archive.read()
    still_open.write_bytes(data)
    broken.write_bytes(data[:-512] + b"1" * 512)
    out = tmp_path / "decryption.json"
    assert "does not wait" in run("decrypt", key_file, "--archive", still_open, "--out", out).output
    assert "does not verify" in run("decrypt", key_file, "--archive", broken, "--out", out).output
    assert not out.exists()
