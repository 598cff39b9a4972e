"""`pb erase`: tells what is kept until when, erases what is due, names the backups that must go."""

import base64
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from pb import clock
from pb.backup.service import making, sealed
from pb.commands.erase import erase
from tests.erasure.conftest import Ended
from tests.village import KEYS


def run(*arguments: str) -> str:
    result = CliRunner().invoke(erase, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("ended", ["sqlite"], indirect=True)
def test_what_is_due_is_erased_when_asked_for_and_old_backups_are_named(
    ended: Ended, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "ASAR_STATE": str(tmp_path / "state"),
        "ASAR_DATABASE_URL": ended.settings.database_url,
        "ASAR_SECRET_KEY": ended.settings.secret_key,
        "ASAR_IIN_PEPPER": base64.b64encode(KEYS.pepper.key).decode(),
        "ASAR_SEAL_KEY": base64.b64encode(KEYS.seal.key).decode(),
    }.items():
        monkeypatch.setenv(name, value)
    backups = tmp_path / "backups"
    backups.mkdir()
    (backups / "old.db").write_bytes(b"as it was")
    os.utime(backups / "old.db", (1, 1))
    public, _private = sealed.new_pair()
    folder, _manifest = making.make(ended.settings, backups, public, clock.now())
    later = clock.now().timestamp() + 1000
    os.utime(folder, (later, later))  # as if it had been copied here only now
    assert "links of voters to ballots: due: erase it with --due" in run("--backups", str(backups))
    told = run("--due", "--backups", str(backups))
    assert "links of voters to ballots: erased" in told
    assert f"destroy {backups / 'old.db'}" in told
    assert f"destroy {folder}" in told, "a backup's own moment counts, not that of the copy"
    assert "IINs of the roll: kept until" in told
    assert "links" not in run("--due")
