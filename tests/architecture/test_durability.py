"""What was acknowledged is on the disk: both kinds of database sync every commit, and `pb doctor` sees where not."""

import pytest
from sqlalchemy import text

from pb.commands import doctor
from pb.commands.installation import Installation
from pb.db import Database, durability
from pb.settings import Settings
from tests.conftest import Postgres

FULL = 2
both_databases = pytest.mark.both_databases


def test_the_embedded_database_syncs_every_commit(database: Database) -> None:
    with database.engine.connect() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == FULL
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


@both_databases
def test_nothing_that_was_committed_can_be_lost(database: Database) -> None:
    with database.engine.connect() as connection:
        assert durability(connection) == []


def test_on_postgresql_a_commit_waits_for_the_disk_whatever_the_database_says(postgres: Postgres) -> None:
    url = postgres.copy("empty", "hasty")
    postgres.server.psql("ALTER DATABASE hasty SET synchronous_commit = off")
    database = Database(url)
    for _again in range(2):  # the second time the connection comes from the pool, after a rollback
        with database.engine.connect() as connection:
            assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
            connection.rollback()
    with database.engine.connect() as connection:
        assert connection.execute(text("SHOW fsync")).scalar() == "on"
        assert connection.execute(text("SHOW full_page_writes")).scalar() == "on"
    database.engine.dispose()


def test_waiting_for_a_standby_is_left_as_it_is(postgres: Postgres) -> None:
    url = postgres.copy("empty", "patient")
    postgres.server.psql("ALTER DATABASE patient SET synchronous_commit = remote_apply")
    database = Database(url)
    with database.engine.connect() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "remote_apply"
        assert durability(connection) == []
    database.engine.dispose()


@both_databases
def test_a_setting_that_loses_commits_is_named(database: Database, settings: Settings) -> None:
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.rollback()
            connection.connection.driver_connection.execute("PRAGMA synchronous = NORMAL")  # type: ignore[union-attr]
            assert durability(connection) == ["synchronous is 1"]
        else:
            connection.execute(text("SET synchronous_commit = off"))
            assert durability(connection) == ["synchronous_commit is off"]
    installation = Installation()
    installation.__dict__["as_it_is"] = settings
    assert ("what is committed is on the disk", "") in list(doctor._checks(installation))
