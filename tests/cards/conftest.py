"""Polls with cards: one that is ready to open, and voters who sign."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pb import migrations
from pb.db import Database
from pb.demo.cycle import Demo
from pb.settings import Settings
from tests.polls.ready_poll import ReadyPoll, prepare_poll
from tests.polls.signing import Signatures, signatures


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    """A database with a poll that is ready to open, to be copied, and what its makers know."""
    folder = tmp_path_factory.mktemp("ready")
    database = Database(f"sqlite:///{folder / 'asar.db'}")
    migrations.upgrade(database.engine)
    demo = prepare_poll(database, folder)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return folder / "asar.db", demo


@pytest.fixture
def ready(prepared: tuple[Path, Demo], tmp_path: Path) -> Iterator[ReadyPoll]:
    shutil.copy(prepared[0], tmp_path / "asar.db")
    database = Database(f"sqlite:///{tmp_path / 'asar.db'}")
    yield ReadyPoll(database, replace(prepared[1]))
    database.engine.dispose()


@pytest.fixture
def maker_file(ready: ReadyPoll, tmp_path: Path) -> Path:
    (tmp_path / "maker.json").write_text(ready.maker.to_json())
    return tmp_path / "maker.json"


@pytest.fixture
def signing(settings: Settings, database: Database, tmp_path: Path) -> Iterator[Signatures]:
    with signatures(settings, database, tmp_path / "eds") as made:
        yield made
