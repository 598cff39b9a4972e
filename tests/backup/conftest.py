"""An installation with an open poll that is backed up by the command, and another place to restore it to."""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from pb.backup.service import manifest
from pb.backup.service.manifest import LogHead, Manifest
from pb.cli import main
from pb.db import Database, make_private
from pb.settings import Settings
from tests.conftest import Postgres, english
from tests.polls.open_poll import OpenPoll
from tests.village import KEYS

SETTINGS = ("ASAR_STATE", "ASAR_DATABASE_URL", "ASAR_DATABASE_OWNER_URL", "ASAR_ENV")
LETTER = b"Subject: an invitation with a secret link\n\n"


@dataclass
class Installation:
    """The one that is backed up: commands run in its environment, and in that of another where a test says so."""

    opened: OpenPoll
    app: Flask
    settings: Settings
    folder: Path
    elsewhere: tuple[str, Path]
    environment: Callable[[str, Path], None]
    recipient: str = ""

    @property
    def key(self) -> Path:
        return self.folder / "recipient.key"

    def cast(self, *numbers: int) -> list[dict[str, object]]:
        """These voters vote; their receipts."""
        receipts = []
        for number in numbers:
            client = english(self.app)
            assert self.opened.sign_in(client, number).get_json() == {"state": "ready"}
            answer = self.opened.cast(client, self.opened.ballot(number, number % 4))
            assert answer.status_code == 201
            receipts.append(answer.get_json()["receipt"])
        return receipts

    def run(self, *arguments: str, status: int = 0) -> str:
        result = CliRunner().invoke(main, list(arguments))
        assert result.exit_code == status, result.output
        return result.output

    def back_up(self) -> tuple[Path, Manifest]:
        """Makes a backup; its folder, and what it says of itself."""
        self.environment(self.settings.database_url, self.settings.state_folder)
        backups = self.folder / "backups"
        before = set(backups.iterdir()) if backups.exists() else set()
        while (backups / f"asar-{datetime.now(UTC):%Y%m%dT%H%M%SZ}").exists():  # named by their second
            time.sleep(0.05)
        self.run("backup", str(backups), "--recipient", self.recipient)
        (made,) = set(backups.iterdir()) - before
        return made, manifest.read(made)

    def restore(self, backup: Path, *options: str, status: int = 0, key: Path | None = None) -> str:
        """Restores it elsewhere; what was printed."""
        self.environment(*self.elsewhere)
        return self.run("restore", str(backup), "--key", str(key or self.key), *options, status=status)

    @property
    def kato(self) -> str:
        """The code of the okrug, by which heads of its log are written."""
        with self.opened.act() as act:
            return act.territory.kato

    def end_of_log(self, made: Manifest) -> LogHead:
        """How far the okrug's log goes in a backup; the city that it lies in has one too."""
        head = made.log(self.kato)
        assert head is not None
        return head

    def restored(self) -> Database:
        return Database(self.elsewhere[0])


def heads_of(made: Manifest) -> tuple[str, ...]:
    """The heads of all logs, as options."""
    return tuple(text for head in made.logs for text in ("--log", str(head)))


@pytest.fixture
def installation(
    request: pytest.FixtureRequest,
    database: Database,
    opened: OpenPoll,
    app: Flask,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Installation:
    state = make_private(tmp_path / "elsewhere")
    if database.engine.dialect.name == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        name = f"restored_{tmp_path.name}".replace("-", "_")[:60]
        postgres.server.psql(f"CREATE DATABASE {name}")
        url = str(postgres.server.get_uri(name))
    else:
        url = f"sqlite:///{state / 'asar.db'}"

    def environment(address: str, folder: Path) -> None:
        for variable in SETTINGS:
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv("ASAR_STATE", str(folder))
        monkeypatch.setenv("ASAR_DATABASE_URL", address)

    monkeypatch.setenv("ASAR_SECRET_KEY", settings.secret_key)
    monkeypatch.setenv("ASAR_IIN_PEPPER", base64.b64encode(KEYS.pepper.key).decode())
    monkeypatch.setenv("ASAR_SEAL_KEY", base64.b64encode(KEYS.seal.key).decode())
    outbox = make_private(make_private(settings.state_folder) / "outbox")
    (outbox / "letter.eml").write_bytes(LETTER)
    made = Installation(opened, app, settings, tmp_path, (url, state), environment)
    made.recipient = made.run("backup-key", str(made.key)).strip()
    return made
