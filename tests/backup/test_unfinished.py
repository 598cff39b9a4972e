"""What a killed backup leaves, who may restore, and how long a copy may take."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from pb.backup.service import copying, locking, making
from pb.backup.service.fault import BackupFault
from pb.db import make_private
from tests.backup.conftest import Installation

SOMEBODY = 61_234  # a number that no user has
KILLED = """
import os, signal, sys
sys.path.insert(0, "")
from pb.backup.service import copying, locking, making
from pb.cli import main
making.sealed.seal = lambda *_told: os.kill(os.getpid(), signal.SIGKILL)
main(sys.argv[1:])
"""


def test_what_a_killed_backup_left_is_gone_with_the_next(installation: Installation) -> None:
    """All rows stand in it: kept for ever, they would outlive every erasure."""
    installation.cast(0)
    installation.environment(installation.settings.database_url, installation.settings.state_folder)
    backups = installation.folder / "backups"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, "backup", str(backups), "--recipient", installation.recipient],
        check=False,
        cwd=Path(making.__file__).parents[3],
    )
    assert killed.returncode == -signal.SIGKILL
    (left,) = backups.iterdir()
    assert (left / "asar.db").stat().st_size > 0
    assert "holds no backup" in installation.restore(left, status=1)
    old = left.name
    installation.environment(installation.settings.database_url, installation.settings.state_folder)
    left.rename(backups / ".asar-20261128T120000Z.part")  # killed a while ago
    installation.run("backup", str(backups), "--recipient", installation.recipient)
    (made,) = backups.iterdir()
    assert old.startswith(".asar-")
    assert made.name.startswith("asar-")


def test_a_backup_that_is_being_made_is_not_taken_for_one_that_was_killed(installation: Installation) -> None:
    backups = make_private(installation.folder / "backups")
    being_made = make_private(backups / ".asar-20261128T120000Z.part")
    installation.environment(installation.settings.database_url, installation.settings.state_folder)
    with locking.alone(backups, "held"):
        told = installation.run("backup", str(backups), "--recipient", installation.recipient, status=1)
    assert "Another backup is being made" in told
    assert being_made.exists()
    installation.run("backup", str(backups), "--recipient", installation.recipient)
    assert not being_made.exists()


def test_two_restores_do_not_mix(installation: Installation) -> None:
    """Played: two at once wrote one file together, of rows of both."""
    url = installation.elsewhere[0]
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL's own lock sees to it")
    installation.environment(installation.settings.database_url, installation.settings.state_folder)
    backups = make_private(installation.folder / "backups")
    installation.run("backup", str(backups), "--recipient", installation.recipient)
    (backup,) = backups.iterdir()
    with locking.alone(make_private(copying.sqlite_path(url).parent), "held"):
        assert "Another backup is being restored" in installation.restore(backup, status=1)
    assert not copying.sqlite_path(url).exists()
    installation.restore(backup)


@pytest.mark.both_databases
def test_root_makes_no_files_in_the_state_folder_of_the_platform_s_user(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _manifest = installation.back_up()
    state = installation.elsewhere[1]
    monkeypatch.setattr(os, "geteuid", lambda: state.stat().st_uid + 1)
    told = installation.restore(folder, "--replace", status=1)
    assert f"Nothing was restored. {state} belongs to " in told
    assert "run this as" in told
    assert not list(state.iterdir())
    installation.environment(installation.settings.database_url, installation.settings.state_folder)
    told = installation.run("backup", str(folder.parent), "--recipient", installation.recipient, status=1)
    assert f"{installation.settings.state_folder} belongs to " in told


def test_root_makes_no_state_folder(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, _manifest = installation.back_up()
    installation.elsewhere[1].rmdir()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    told = installation.restore(folder, status=1)
    assert "is not there, so nobody can tell whose files these are to be" in told
    assert not installation.elsewhere[1].exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="gives a folder to another user")
def test_root_restores_nothing_into_a_folder_of_another_user(installation: Installation) -> None:
    folder, _manifest = installation.back_up()
    os.chown(installation.elsewhere[1], SOMEBODY, SOMEBODY)
    assert f"belongs to #{SOMEBODY}" in installation.restore(folder, status=1)
    assert not list(installation.elsewhere[1].iterdir())


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_copy_may_take_longer_than_a_page(installation: Installation) -> None:
    """The application's role has a bound for its statements: a large table is copied all the same."""
    engine = installation.opened.database.engine
    with engine.connect() as connection:
        connection.execute(text(f"ALTER DATABASE \"{engine.url.database}\" SET statement_timeout = '400ms'"))
        connection.commit()
        connection.execute(text("LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE"))  # the COPY waits for it
        freed = threading.Timer(1.5, connection.rollback)
        freed.start()
        try:
            installation.back_up()
        finally:
            freed.join()


def test_a_folder_that_is_no_backup_is_told_apart(installation: Installation) -> None:
    assert "holds no backup" in installation.restore(make_private(installation.folder / "empty"), status=1)
    with pytest.raises(BackupFault, match="is the line that"):
        making.make(installation.settings, installation.folder, "nobody", None)  # type: ignore[arg-type]


def test_on_a_full_disk_nothing_is_restored_and_nothing_left(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All names stand in what was copied so far; the message named the folder of the backup."""
    folder, _manifest = installation.back_up()
    file = copying.sqlite_path(installation.elsewhere[0])

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    told = installation.restore(folder, status=1)
    assert f"Nothing was restored. {file}.part: No space left on device" in told
    assert not list(file.parent.glob(f"{file.name}*"))


@pytest.mark.parametrize("typed", ["111033000:329:ecf95e64", "audit log 111033000:329:" + "e" * 64])
def test_a_head_that_was_typed_wrongly_is_no_missing_file(installation: Installation, typed: str) -> None:
    folder, _manifest = installation.back_up()
    told = " ".join(installation.restore(folder, "--log", typed, status=2).split())
    assert "is no head of a log: KATO:POSITION:HASH, that is 9 digits, a number and 64 signs" in told
