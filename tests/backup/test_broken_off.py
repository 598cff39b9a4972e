"""A restore that was killed: nothing starts on what it left, who looks is told what to do, and doing that helps."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pb.backup.service import making
from pb.cli import main
from tests.backup.conftest import Installation

pytestmark = pytest.mark.usefixtures("nothing_is_served")
AGAIN = "estore again with --replace"
KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, "")
from pb.backup.service import restoring
from pb.cli import main
left = int(sys.argv[1])
def dying(done):
    def counted(*told):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done(*told)
    return counted
Path.rename = dying(Path.rename)
restoring.write_private = dying(restoring.write_private)
main(sys.argv[2:])
"""
# Before which step it is killed, and what is left: the old database goes aside, the new one takes its place, the old
# keys go aside, the new ones are written.
OLD_ASIDE, NEW_IN_PLACE, KEYS_ASIDE, KEYS_WRITTEN = 1, 2, 3, 4
COPIED = 1  # into nothing: there is nothing to set aside before the new one takes its place


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result.exit_code, result.output


def serve() -> tuple[int, str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return run("serve", "--port", str(port))


@pytest.mark.parametrize("step", [OLD_ASIDE, NEW_IN_PLACE, KEYS_ASIDE, KEYS_WRITTEN])
def test_nothing_is_served_of_a_restore_that_was_broken_off(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Played: after the third the backup's database stood beside the old keys, and `pb serve` served it."""
    backup, _manifest = installation.back_up()
    for name in ("ASAR_SECRET_KEY", "ASAR_IIN_PEPPER", "ASAR_SEAL_KEY"):
        monkeypatch.delenv(name)
    installation.environment(*installation.elsewhere)
    run("database", "upgrade")  # another installation, with keys of its own
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(step), "restore", str(backup), "--key", str(installation.key), "--replace"],
        check=False,
        capture_output=True,
        cwd=Path(making.__file__).parents[3],
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    state = installation.elsewhere[1]
    before = sorted(path.name for path in state.iterdir())
    status, told = serve()
    looked, doctor = run("doctor", "--lang", "en")
    if step == OLD_ASIDE:
        assert status == 0, "the old one is whole"
    else:
        assert (status, looked) == (1, 1), told
        assert AGAIN in told
        assert "Serving" not in told
        assert AGAIN in doctor or "version 1 is another key" in doctor
        assert "pb serve makes" not in doctor
    if step == NEW_IN_PLACE:
        assert run("database", "upgrade")[0] == 1
        assert "beside it lies asar.db.before-restore, asar.db.part: a restore was broken off" in doctor
    if step > OLD_ASIDE:
        assert {path.name for path in state.iterdir()} - set(before) <= {"asar.db-shm", "asar.db-wal"}
    assert "Restored the backup" in installation.restore(backup, "--replace")
    assert serve()[0] == 0
    assert "ok  keys\n" in run("doctor", "--lang", "en")[1]


def test_a_restore_into_nothing_that_was_killed_while_it_copied_is_told_and_no_keys_are_made(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played: the doctor said that `pb serve` makes keys, and it made some, which the backup's had to be set beside."""
    backup, _manifest = installation.back_up()
    for name in ("ASAR_SECRET_KEY", "ASAR_IIN_PEPPER", "ASAR_SEAL_KEY"):
        monkeypatch.delenv(name)
    installation.environment(*installation.elsewhere)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(COPIED), "restore", str(backup), "--key", str(installation.key)],
        check=False,
        capture_output=True,
        cwd=Path(making.__file__).parents[3],
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    state = installation.elsewhere[1]
    assert (state / "asar.db.part").exists()
    for told in (run("doctor", "--lang", "en"), serve(), run("database", "upgrade")):
        assert told[0] == 1
        assert "beside it lies asar.db.part: a restore was broken off" in told[1]
        assert AGAIN in told[1]
    assert not (state / "keys.env").exists()
    assert "Restored the backup" in installation.restore(backup)
    assert serve()[0] == 0


def test_no_job_is_done_with_keys_that_are_not_those_of_the_data(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.environment(installation.settings.database_url, installation.settings.state_folder)
    monkeypatch.setenv("ASAR_SEAL_KEY", "1:" + "B" * 43 + "=")
    status, told = run("worker")
    assert status == 1
    assert "version 1 is another key" in told
