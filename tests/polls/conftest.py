"""A poll that is open, built once for each kind of database and copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from pb import migrations
from pb.db import Database
from pb.demo.cycle import Demo
from tests.polls.open_poll import OpenPoll, open_poll

DEMO = pytest.StashKey[Demo]()
Copy = Callable[[], tuple[str, Demo]]
_counter = iter(range(1, 1_000_000))


@pytest.fixture(scope="session")
def open_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    folder = tmp_path_factory.mktemp("open")
    database = Database(f"sqlite:///{folder / 'asar.db'}")
    migrations.upgrade(database.engine)
    demo = open_poll(database, folder)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return folder / "asar.db", demo


@pytest.fixture(scope="session")
def open_on_postgres(postgres: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A function that copies a PostgreSQL database with an open poll: its address and what its makers know."""
    url = postgres("open_poll")
    database = Database(url)
    with database.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrations.upgrade(database.engine)
    demo = open_poll(database, tmp_path_factory.mktemp("open-postgres"))
    database.engine.dispose()
    elsewhere = Database(url.replace("/open_poll", "/postgres", 1))

    def copied() -> tuple[str, Demo]:
        name = f"open_poll_{next(_counter)}"
        with elsewhere.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE open_poll"))
        return url.replace("/open_poll", f"/{name}", 1), demo

    yield copied
    elsewhere.engine.dispose()


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The database with the open poll: SQLite, or what `both_databases` says."""
    if getattr(request, "param", "sqlite") == "postgresql":
        url, demo = request.getfixturevalue("open_on_postgres")()
    else:
        file, demo = request.getfixturevalue("open_file")
        shutil.copy(file, tmp_path / "asar.db")
        url = f"sqlite:///{tmp_path / 'asar.db'}"
    request.node.stash[DEMO] = demo
    copied = Database(url)
    yield copied
    copied.engine.dispose()


@pytest.fixture
def opened(request: pytest.FixtureRequest, database: Database) -> OpenPoll:
    return OpenPoll(database, request.node.stash[DEMO])
