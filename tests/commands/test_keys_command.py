"""`pb keys`: a fresh key, where the data stand, and bringing them under the new one."""

import base64
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pb import migrations
from pb.commands.keys import keys
from pb.db import Database
from tests.village import KEYS, settle


def key(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    url = f"sqlite:///{tmp_path / 'asar.db'}"
    database = Database(url)
    migrations.upgrade(database.engine)
    settle(database)
    database.engine.dispose()
    for name, value in {
        "ASAR_STATE": str(tmp_path),
        "ASAR_DATABASE_URL": url,
        "ASAR_SECRET_KEY": "a key for tests alone, forty characters!",
        "ASAR_IIN_PEPPER": key(KEYS.pepper.key),
        "ASAR_SEAL_KEY": key(KEYS.seal.key),
    }.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(keys, list(arguments))


def test_a_key_is_renewed_by_three_commands(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = run("new").output.strip()
    assert len(base64.b64decode(fresh, validate=True)) == 32
    assert "people.iin_sealed: version 1: 16" in run("status").output
    monkeypatch.setenv("ASAR_SEAL_KEY", f"1:{key(KEYS.seal.key)},2:{fresh}")
    done = run("rotate")
    assert (done.exit_code, "Done: 16 sealed, 0 look-ups" in done.output) == (0, True), done.output
    monkeypatch.setenv("ASAR_SEAL_KEY", f"2:{fresh}")
    told = run("status").output
    assert "seal 2, pepper 1" in told
    assert "people.iin_sealed: version 2: 16" in told
    assert "Done: 0 sealed" in run("rotate").output, "asked twice, nothing is left to do"
    monkeypatch.setenv("ASAR_SEAL_KEY", f"3:{key(b'x' * 32)}")
    refused = run("rotate")
    assert refused.exit_code == 1
    assert "Not finished" in refused.output, "a key that is missing is said, and nothing is lost"
    assert environment.exists()
