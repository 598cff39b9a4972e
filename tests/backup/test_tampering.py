"""A backup that somebody changed is refused, whatever of it was changed; so is one of another signer."""

import json
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pb.backup.service import manifest
from pb.backup.service.manifest import FileSum, Manifest
from tests.backup.conftest import Installation


@pytest.mark.both_databases
def test_a_changed_or_missing_file_is_named(installation: Installation) -> None:
    folder, told = installation.back_up()
    for name in told.files:
        path = folder / name
        whole = path.read_bytes()
        path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:] if whole else b"row\n")
        assert f"{name} was changed" in installation.restore(folder, status=1)
        path.unlink()
        assert f"{name} is missing" in installation.restore(folder, status=1)
        path.write_bytes(whole)
    installation.restore(folder)


@pytest.mark.parametrize("name", [manifest.NAME, manifest.SIGNATURE])
def test_a_changed_manifest_or_signature_is_refused(installation: Installation, name: str) -> None:
    folder, _manifest = installation.back_up()
    path = folder / name
    data = path.read_bytes()
    another = b"B" if data.startswith(b"A") else b"A"
    path.write_bytes(data.replace(b'"position"', b'"position" ') if name == manifest.NAME else another + data[1:])
    assert "its signature does not hold" in installation.restore(folder, status=1)


def test_whoever_signs_anew_is_found_by_the_signer_in_the_minutes(installation: Installation) -> None:
    installation.cast(0)
    folder, told = installation.back_up()
    with sqlite3.connect(folder / "asar.db") as connection:
        connection.execute("DROP TRIGGER frozen_cast_ballots_delete")
        connection.execute("DELETE FROM cast_ballots")
    connection.close()
    value = json.loads((folder / manifest.NAME).read_bytes())
    other = Ed25519PrivateKey.generate()
    value["signer"] = manifest.public_text(other)
    value["files"]["asar.db"] = FileSum.of(folder / "asar.db").__dict__
    manifest.write(folder, Manifest.parse(json.dumps(value).encode()), other)
    assert "was signed by another key" in installation.restore(folder, "--signer", told.signer, status=1)
    # Without the signer nothing speaks against the signature, and what was done is found by what the data say.
    told_anyway = installation.restore(folder, status=1)
    assert "BEWARE: no signer was compared" in told_anyway
    assert "FAIL  tables and triggers: missing: trigger cast_ballots.frozen_cast_ballots_delete" in told_anyway
    assert "FAIL  ends of archives" in told_anyway


def test_a_backup_is_its_owner_s_alone_and_whole_or_not_there(installation: Installation) -> None:
    before = os.umask(0o022)
    try:
        folder, _manifest = installation.back_up()
    finally:
        os.umask(before)
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in (folder, *folder.rglob("*")))
    assert [path for path in folder.parent.iterdir() if path != folder] == []
    backups = installation.folder / "backups"
    assert "is the line that" in installation.run("backup", str(backups), "--recipient", "nobody", status=1)
    private = installation.key.read_text()
    assert "private key" in installation.run("backup", str(backups), "--recipient", private, status=1)
    assert [path for path in folder.parent.iterdir() if path != folder] == []


def test_a_database_that_is_in_use_is_not_replaced(installation: Installation) -> None:
    folder, _manifest = installation.back_up()
    installation.restore(folder)
    path = Path(installation.elsewhere[0].removeprefix("sqlite:///"))
    serving = sqlite3.connect(path)
    serving.execute("SELECT count(*) FROM polls").fetchone()
    assert "is in use: stop the platform first" in installation.restore(folder, "--replace", status=1)
    serving.close()
    installation.restore(folder, "--replace")


def test_a_backup_of_the_other_kind_of_database_is_refused(installation: Installation) -> None:
    folder, _manifest = installation.back_up()
    installation.environment("postgresql://nobody@127.0.0.1:1/asar", installation.elsewhere[1])
    assert "This is a backup of sqlite" in installation.run(
        "restore", str(folder), "--key", str(installation.key), status=1
    )


@pytest.mark.both_databases
def test_a_backup_of_another_installation_takes_no_place_unasked(installation: Installation) -> None:
    """Its keys are not those of the state folder: what these opened would be lost without a word."""
    folder, told = installation.back_up()
    kept = installation.elsewhere[1] / "keys.env"
    kept.write_text("ASAR_SECRET_KEY=another installation's\n")
    assert "holds other keys: say --replace" in installation.restore(folder, status=1)
    assert kept.read_text() == "ASAR_SECRET_KEY=another installation's\n"
    stranger = manifest.public_text(Ed25519PrivateKey.generate())
    assert "was signed by another key" in installation.restore(folder, "--signer", stranger, "--replace", status=1)
    told_anyway = installation.restore(folder, "--signer", told.signer, "--replace")
    assert (installation.elsewhere[1] / "keys.env.before-restore").exists()
    assert "Set aside" in told_anyway


@pytest.mark.both_databases
def test_ends_of_log_and_archives_are_under_the_signature(installation: Installation) -> None:
    """Whoever shortens what a backup says of itself, to pass an old box for a new one, is found by the signature."""
    installation.cast(0)
    folder, told = installation.back_up()
    path = folder / manifest.NAME
    signed = path.read_bytes()
    (poll,) = told.polls
    for was, becomes in ((f'"events": {poll.events}', f'"events": {poll.events + 1}'), (poll.head, "0" * 64)):
        assert was.encode() in signed
        path.write_bytes(signed.replace(was.encode(), becomes.encode()))
        assert "its signature does not hold" in installation.restore(folder, status=1)


def test_a_folder_that_others_read_makes_no_backup_that_they_read(installation: Installation) -> None:
    backups = installation.folder / "backups"
    backups.mkdir()
    backups.chmod(0o755)
    folder, _manifest = installation.back_up()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
