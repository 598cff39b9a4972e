"""`pb database upgrade`, what `pb serve` refuses in production, what `pb doctor` says of the database and its files."""

import base64
import os
import stat
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import text

import config
from pb import migrations, worker
from pb.cli import main
from pb.commands.doctor import open_to_others
from pb.commands.installation import Installation
from pb.db import make_engine, make_private, write_private
from pb.identity.service import outbox
from pb.settings import Settings

KEY = base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation of its own, in an environment where new files are readable by everybody."""
    folder = tmp_path / "state"
    monkeypatch.setenv("ASAR_STATE", str(folder))
    for name in ("ASAR_DATABASE_URL", "ASAR_DATABASE_OWNER_URL", "ASAR_ENV"):
        monkeypatch.delenv(name, raising=False)
    before = os.umask(0o022)
    yield folder
    os.umask(before)


@pytest.fixture
def production(state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in {
        "ASAR_ENV": "production",
        "ASAR_SECRET_KEY": "s" * 40,
        "ASAR_IIN_PEPPER": KEY,
        "ASAR_SEAL_KEY": KEY,
        "ASAR_BASE_URL": "https://asar.example",
    }.items():
        monkeypatch.setenv(name, value)
    return state


@pytest.mark.parametrize("command", [["serve"], ["keys", "status"]])
def test_in_production_nothing_migrates_but_the_owner_s_command(production: Path, command: list[str]) -> None:
    refused = CliRunner().invoke(main, command)
    assert refused.exit_code == 1
    assert "pb database upgrade" in refused.output
    engine = make_engine(f"sqlite:///{production / 'asar.db'}")
    assert migrations.revision(engine) is None
    upgraded = CliRunner().invoke(main, ["database", "upgrade"])
    assert upgraded.exit_code == 0, upgraded.output
    assert migrations.revision(engine) == migrations.newest()
    engine.dispose()
    assert CliRunner().invoke(main, ["keys", "status"]).exit_code == 0


def test_at_home_commands_migrate_by_themselves(state: Path) -> None:
    assert CliRunner().invoke(main, ["keys", "status"]).exit_code == 0
    assert (state / "asar.db").exists()


def test_the_doctor_names_a_trigger_that_is_gone_and_a_file_that_others_read(state: Path) -> None:
    assert CliRunner().invoke(main, ["keys", "status"]).exit_code == 0
    sound = CliRunner().invoke(main, ["doctor"]).output
    assert all(f"ok  {name}\n" in sound for name in ("state folder", "tables and triggers", "the database's role"))
    engine = make_engine(f"sqlite:///{state / 'asar.db'}")
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER frozen_polls_update"))
    engine.dispose()
    (state / "keys.env").chmod(0o644)
    ill = CliRunner().invoke(main, ["doctor"])
    assert ill.exit_code == 1
    assert "FAIL  tables and triggers: missing: trigger polls.frozen_polls_update" in ill.output
    assert f"FAIL  state folder: {state / 'keys.env'} is 0644" in ill.output


def test_everything_in_the_state_folder_is_its_owner_s_alone(state: Path) -> None:
    settings = config.from_environment()
    database = Installation().migrated()
    worker._lock_file(settings.state_folder)
    letter = EmailMessage()
    letter.set_content("«Асар»")
    outbox._deliver(settings, uuid4(), letter)
    with database.work() as session:
        session.execute(text("DELETE FROM used_nonces"))
        assert {path.name for path in state.iterdir()} >= {"asar.db", "asar.db-wal", "asar.db-shm", "keys.env"}
        assert len([*state.rglob("*")]) >= 7
        assert open_to_others(state) == []
    database.engine.dispose()


def test_a_folder_and_a_file_that_were_open_are_narrowed(state: Path) -> None:
    state.mkdir(mode=0o755)
    (state / "demo.json").write_text("{}")
    write_private(make_private(state) / "demo.json", b"[]")
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert stat.S_IMODE((state / "demo.json").stat().st_mode) == 0o600


def test_the_owner_s_address_is_read_from_the_environment(state: Path) -> None:
    told = {"ASAR_STATE": str(state), "ASAR_DATABASE_OWNER_URL": "postgresql://owner@db/asar"}
    settings: Settings = config.from_environment(told)
    assert settings.database_owner_url == "postgresql://owner@db/asar"
    assert "owner@db" not in settings.database_url
