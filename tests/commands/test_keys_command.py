"""`pb keys`: a fresh key, where the data stand, and bringing them under the new one."""

import base64
import os
import shutil
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from pb import running
from pb.audit.models import AuditEvent
from pb.commands.keys import keys
from pb.db import Database
from pb.identity.service import rotation
from pb.jobs.models import Job
from pb.keyring import KeyRing, Keys
from tests.village import KEYS


def key(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.fixture
def environment(settled_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(settled_file, tmp_path / "asar.db")
    url = f"sqlite:///{tmp_path / 'asar.db'}"
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


def as_setting(line: str) -> tuple[str, str]:
    name, _equals, value = line.partition("=")
    return name, value


def test_a_key_is_renewed_by_three_commands(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, value = as_setting(run("new", "ASAR_SEAL_KEY").output.strip())
    old, fresh = value.split(",")
    assert (name, old) == ("ASAR_SEAL_KEY", f"1:{key(KEYS.seal.key)}")
    assert fresh.startswith("2:")
    assert len(base64.b64decode(fresh[2:], validate=True)) == 32
    assert "people.iin_sealed: version 1: 16" in run("status").output
    monkeypatch.setenv(name, value)
    done = run("rotate")
    assert (done.exit_code, "Done: 16 sealed, 0 look-ups" in done.output) == (0, True), done.output
    monkeypatch.setenv(name, fresh)
    told = run("status").output
    assert "seal 2, pepper 1" in told
    assert "people.iin_sealed: version 2: 16" in told
    assert "Done: 0 sealed" in run("rotate").output, "asked twice, nothing is left to do"
    assert environment.exists()


def test_the_three_keys_of_a_new_installation_are_lines_of_its_settings() -> None:
    made = dict(map(as_setting, run("new").output.splitlines()))
    assert set(made) == {"ASAR_SECRET_KEY", "ASAR_IIN_PEPPER", "ASAR_SEAL_KEY"}
    assert {len(base64.b64decode(value, validate=True)) for value in made.values()} == {32}
    assert len(set(made.values())) == 3


WRONG_NUMBERS = {
    "the new key under the number of the old one": ("ASAR_SEAL_KEY", "1:{new},2:{seal}", "version 1 is another key"),
    "the new key alone": ("ASAR_SEAL_KEY", "{new}", "version 1 is another key"),
    "the old key left out": ("ASAR_SEAL_KEY", "2:{new}", "version 1 is missing"),
    "the old key twice": ("ASAR_SEAL_KEY", "1:{seal},2:{seal}", "are the same key"),
    "the new pepper under the number of the old": ("ASAR_IIN_PEPPER", "1:{new},2:{pepper}", "version 1 is another key"),
    "the old pepper left out": ("ASAR_IIN_PEPPER", "2:{new}", "version 1 is missing"),
}


@pytest.mark.parametrize("fault", WRONG_NUMBERS)
def test_wrong_numbers_are_refused_before_anything_is_asked_for(
    environment: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    name, ring, told = WRONG_NUMBERS[fault]
    values = {"new": key(b"x" * 32), "seal": key(KEYS.seal.key), "pepper": key(KEYS.pepper.key)}
    monkeypatch.setenv(name, ring.format(**values))
    refused = run("rotate")
    assert refused.exit_code == 1
    assert f"{name}: " in refused.output
    assert told in refused.output
    database = Database(f"sqlite:///{environment / 'asar.db'}")
    with database.work(writing=False) as session:
        assert session.scalars(select(Job).where(Job.kind == rotation.KIND)).all() == []
        assert session.scalars(select(AuditEvent).where(AuditEvent.action == "keys.rotation_asked")).all() == []
    database.engine.dispose()


def test_processes_with_the_old_keys_are_named_and_restarted_first(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rotation before the restart made every cast fail."""
    old = running.Sign(environment, "pb serve", KEYS)
    try:
        monkeypatch.setenv("ASAR_SEAL_KEY", f"1:{key(KEYS.seal.key)},2:{key(b'x' * 32)}")
        refused = run("rotate")
        assert refused.exit_code == 1
        assert f"Restart first, with the new settings: pb serve (process {os.getpid()})" in refused.output
    finally:
        old.end()
    new = Keys(KEYS.pepper, KeyRing({1: KEYS.seal.key, 2: b"x" * 32}))
    restarted = running.Sign(environment, "pb serve", new)
    try:
        assert "Done: 16 sealed" in run("rotate").output
    finally:
        restarted.end()


def test_a_process_that_was_killed_is_not_waited_for(environment: Path) -> None:
    reads, writes = os.pipe()
    process = os.fork()
    if process == 0:
        sign = running.Sign(environment, "pb worker", KEYS)
        os.write(writes, b"x")
        signal.pause()
        sign.end()
    os.read(reads, 1)
    assert [(found.number, found.name) for found in running.processes(environment)] == [(process, "pb worker")]
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    assert running.processes(environment) == []
    running.Sign(environment, "pb serve", KEYS).end()
    assert list((environment / running.FOLDER).iterdir()) == [], "what it left is taken away by the next one"
