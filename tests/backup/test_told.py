"""What an operator reads who makes a mistake: nothing is made or replaced, and the text says which mistake it was."""

from pathlib import Path

import pytest

from pb.backup.service import copying
from pb.polls.service import archive
from tests.backup.conftest import Installation


@pytest.mark.parametrize("keys", ["in the environment", "none"])
@pytest.mark.parametrize("there", ["no folder", "an empty folder"])
def test_a_backup_of_a_mistyped_place_makes_nothing_there(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, keys: str, there: str
) -> None:
    """Played: it made keys, an empty database and a signer, and told of a revision."""
    wrong = installation.folder / "mistyped"
    installation.environment(f"sqlite:///{wrong / 'asar.db'}", wrong)
    if keys == "none":
        for name in ("ASAR_SECRET_KEY", "ASAR_IIN_PEPPER", "ASAR_SEAL_KEY"):
            monkeypatch.delenv(name)
    if there == "an empty folder":
        wrong.mkdir(0o700)
    backups = installation.folder / "backups"
    told = installation.run("backup", str(backups), "--recipient", installation.recipient, status=1)
    assert str(wrong) in told
    assert "ASAR_STATE" in told
    assert told.startswith("Error: There is no")
    assert "revision" not in told
    assert not list(wrong.rglob("*"))
    assert wrong.exists() == (there == "an empty folder")
    assert not backups.exists()


def test_a_backup_of_a_damaged_database_says_what_to_do(installation: Installation) -> None:
    file = Path(installation.settings.database_url.removeprefix("sqlite:///"))
    whole = file.read_bytes()
    file.write_bytes(whole[:100] + b"\xff" * 4000 + whole[4100:])
    installation.environment(installation.settings.database_url, installation.settings.state_folder)
    backups = installation.folder / "backups"
    told = installation.run("backup", str(backups), "--recipient", installation.recipient, status=1)
    assert "stop the platform, keep the file aside and bring a backup back with pb restore" in told
    assert not list(backups.iterdir())


def test_the_folder_of_all_backups_is_told_apart(installation: Installation) -> None:
    first, _manifest = installation.back_up()
    second, _manifest = installation.back_up()
    told = installation.restore(first.parent, status=1)
    assert f"{first.parent} is no backup, but holds some" in told
    assert f"the latest is the first: {second}, {first}." in told


def test_what_is_no_archive_replaces_nothing(installation: Installation) -> None:
    """Played: the database was replaced first, and then the file was refused."""
    backup, _manifest = installation.back_up()
    with installation.opened.act() as act:
        _cycle, poll = installation.opened.rows(act)
        whole = b"".join(archive.stream(act.session, poll))
    for number, data in enumerate((b"no archive\n", b"", whole[:-512], whole[:1024])):
        published = installation.folder / f"{number}.bel"
        published.write_bytes(data)
        told = installation.restore(backup, "--archive", str(published), status=1)
        assert f"Nothing was restored. The published archive {published.name} is none: " in told
        assert not copying.sqlite_path(installation.elsewhere[0]).exists()
    assert "holds no ballot that is lost" in _restored(installation, backup, whole)


def _restored(installation: Installation, backup: Path, whole: bytes) -> str:
    published = installation.folder / "whole.bel"
    published.write_bytes(whole)
    return installation.restore(backup, "--archive", str(published))
