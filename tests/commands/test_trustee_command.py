"""`pb trustee`: the same key files, confirmations and decryptions as in the browser, without a network."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pb.commands import trustee
from pb.core.belenios import ballots, keyfile, possession, trustees
from pb.core.belenios.canonical import parse_json, sha256_hex
from pb.core.belenios.factors import ProvedDecryption
from pb.core.belenios.groups import BELENIOS_2048, ED25519
from pb.core.belenios.messages import Election, EncryptedTally, Proof, TrusteeKey
from pb.core.belenios.shuffles import Shuffle, check_shuffle
from pb.core.belenios.tally import to_shuffle
from pb.core.belenios.trustee_list import Trustees
from pb.core.belenios.verify import verify
from tests.browser.poll import Poll
from tests.conformance.polls import finish, links, make_poll, verified, whole_election, write

PASSPHRASE = "0123-4567-89AB-CDEF"


def run(*arguments: object, typed: str = PASSPHRASE + "\n") -> Result:
    return CliRunner().invoke(trustee.trustee, [str(argument) for argument in arguments], input=typed)


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
    assert poll.decrypt({3: out.read_text()}).result == ((2, 0, 0),)
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


def as_array(folder: Path, name: str, paths: list[Path]) -> Path:
    out = folder / name
    out.write_text("[" + ",".join(path.read_text() for path in paths) + "]")
    return out


@pytest.fixture
def group_of_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the first two steps of a group of two, both of whom decrypt."""
    monkeypatch.setattr(keyfile, "generate_passphrase", lambda: PASSPHRASE)
    for index in (1, 2):
        numbers = ("--index", index, "--size", 2, "--threshold", 2, "--group", "Ed25519")
        made = run("certificate", *numbers, "--key", tmp_path / f"seed{index}", "--out", tmp_path / f"cert{index}")
        assert made.exit_code == 0, made.output
    certificates = as_array(tmp_path, "certificates.json", [tmp_path / "cert1", tmp_path / "cert2"])
    for index in (1, 2):
        dealt = run(
            "deal", tmp_path / f"seed{index}", "--certificates", certificates, "--out", tmp_path / f"deal{index}"
        )
        assert dealt.exit_code == 0, dealt.output
    return tmp_path


def test_three_steps_make_a_threshold_key_and_its_owner_decrypts_whole_ballots(group_of_two: Path) -> None:
    folder = group_of_two
    certificates = folder / "certificates.json"
    dealings = as_array(folder, "dealings.json", [folder / "deal1", folder / "deal2"])
    public = ("--certificates", certificates, "--dealings", dealings)
    for index in (1, 2):
        done = run(
            "accept", folder / f"seed{index}", *public, "--key", folder / f"key{index}", "--out", folder / f"x{index}"
        )
        assert done.exit_code == 0, done.output
    keys, out = as_array(folder, "keys.json", [folder / "x1", folder / "x2"]), folder / "trustees.json"
    done = run("assemble", *public, "--keys", keys, "--group", "Ed25519", "--out", out)
    assert done.exit_code == 0, done.output
    listed = Trustees.parse(out.read_text(), ED25519)
    private_keys = tuple(keyfile.decrypt_key((folder / f"key{i}").read_text(), PASSPHRASE)[1] for i in (1, 2))

    poll = make_poll([(0, [[7, 9]])], group=ED25519, election_json=whole_election(ED25519, 2))
    election = whole_election(ED25519, 2)(poll.election.uuid, listed.public_key(ED25519))
    poll = replace(poll, election=Election.parse(election), trustees=listed, private_keys=private_keys)
    setup = replace(poll.messages, election=election, trustees=out.read_text())
    poll = replace(poll, messages=setup)
    cast = ballots.encrypt_ballot(poll.election, poll.secrets[0], [[7, 9]])
    poll = replace(poll, messages=finish(poll, [cast]))
    archive = folder / "poll.bel"
    archive.write_bytes(write(links(poll.messages)[:-4]))  # before the end of the shuffles
    third = folder / "shuffle.json"
    done = run("shuffle", "--archive", archive, "--out", third)
    assert done.exit_code == 0, done.output
    rows = to_shuffle(poll.election, EncryptedTally.parse(poll.messages.tally, ED25519))
    assert poll.messages.shuffles is not None
    for _owner, made in poll.messages.shuffles:
        rows = Shuffle.parse(made, ED25519).ciphertexts
    check_shuffle(poll.election, rows, Shuffle.parse(third.read_text(), ED25519))

    archive.write_bytes(write(links(poll.messages)[:-3]))
    assert "does not wait" in run("shuffle", "--archive", archive, "--out", folder / "late.json").output
    done = run("decrypt", folder / "key2", "--archive", archive, "--out", folder / "decryption.json")
    assert done.exit_code == 0, done.output
    assert "Trustee 2" in done.output
    first, _second = poll.messages.decryptions
    proved = ProvedDecryption.parse((folder / "decryption.json").read_text(), poll.election.group)
    messages = replace(poll.messages, decryptions=(first, (2, proved.decryption.to_json(poll.election.group))))
    report = verified(write(links(messages)))
    assert report.ok, report.failure
    assert report.result == (((7, 9),),)


def test_who_dealt_wrongly_is_named(group_of_two: Path) -> None:
    folder = group_of_two
    dealings = as_array(folder, "dealings.json", [folder / "deal1", folder / "deal1"])
    public = ("--certificates", folder / "certificates.json", "--dealings", dealings)
    done = run("accept", folder / "seed1", *public, "--key", folder / "key1", "--out", folder / "x1")
    assert done.exit_code == 1
    assert "Trustee 2: " in done.output
    assert not (folder / "key1").exists()
