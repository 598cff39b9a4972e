"""The application's role on PostgreSQL owns nothing, and whatever could take it past a rule is named."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DatabaseError

from pb import migrations, schema
from pb.db import Database, make_engine

TOOTHLESS = (
    "CREATE OR REPLACE FUNCTION frozen_polls_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$"
)


@pytest.fixture
def apart(postgres: Any) -> Iterator[tuple[Database, Database]]:
    """An owner and the application's role, as `pb database upgrade` leaves them."""
    for role in ("asar_owner", "asar_web"):
        postgres.server.psql(f"CREATE ROLE {role} LOGIN")
    postgres.server.psql("CREATE DATABASE apart OWNER asar_owner")
    url = make_url(postgres.server.get_uri("apart"))
    owner, web = (
        Database(url.set(username=role).render_as_string(hide_password=False)) for role in ("asar_owner", "asar_web")
    )
    migrations.upgrade(owner.engine)
    with owner.engine.begin() as connection:
        migrations.grant(connection, "asar_web")
    yield owner, web
    for database in (owner, web):
        database.engine.dispose()
    postgres.server.psql("DROP DATABASE apart")
    for role in ("asar_owner", "asar_web"):
        postgres.server.psql(f"DROP OWNED BY {role}")
        postgres.server.psql(f"DROP ROLE {role}")


def test_the_application_s_role_reads_and_writes_and_gets_past_nothing(apart: tuple[Database, Database]) -> None:
    owner, web = apart
    with web.engine.connect() as connection:
        assert schema.powers(connection) == []
        assert schema.differences(connection) == []
        assert connection.execute(text("SELECT count(*) FROM polls")).scalar() == 0
        connection.execute(text("DELETE FROM used_nonces"))
    for attack in (
        "TRUNCATE polls CASCADE",
        "ALTER TABLE polls DISABLE TRIGGER ALL",
        "DROP TRIGGER frozen_polls_update ON polls",
        TOOTHLESS,
        "SET session_replication_role = replica",
        "UPDATE alembic_version SET version_num = ''",
        "DROP TABLE polls CASCADE",
        "CREATE TEMPORARY TABLE minutes (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION length(varchar) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    ):
        with web.engine.connect() as connection, pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
            connection.execute(text(attack))
    with owner.engine.connect() as connection:
        found = schema.powers(connection)
    assert "owns the table polls" in found
    assert "may TRUNCATE polls" in found


def test_the_superuser_is_named(postgres: Any) -> None:
    engine = make_engine(postgres.server.get_uri("empty"))
    with engine.connect() as connection:
        assert "is a superuser" in schema.powers(connection)
    engine.dispose()


GIVEN = {
    "ALTER ROLE asar_web SUPERUSER": "is a superuser",
    "GRANT postgres TO asar_web": "may become the superuser postgres",
    "ALTER ROLE asar_web CREATEROLE": "may become another role",
    "ALTER ROLE asar_web BYPASSRLS": "is past all policies on rows",
    "ALTER ROLE asar_web REPLICATION": "may copy the server's files (REPLICATION)",
    "GRANT pg_write_all_data TO asar_web": "is a member of pg_write_all_data",
    "GRANT pg_execute_server_program TO asar_web": "is a member of pg_execute_server_program",
    "GRANT asar_owner TO asar_web": "owns the table polls",
    "ALTER ROLE asar_web NOINHERIT; GRANT asar_owner TO asar_web": "may TRUNCATE polls",
    "ALTER TABLE polls OWNER TO asar_web": "owns the table polls",
    "ALTER FUNCTION frozen_polls_update() OWNER TO asar_web": "owns the function frozen_polls_update",
    "ALTER SCHEMA public OWNER TO asar_web": "owns the schema public",
    "ALTER DATABASE apart OWNER TO asar_web": "owns the database",
    "GRANT CREATE ON SCHEMA public TO asar_web": "may CREATE in the schema public",
    "GRANT CREATE ON SCHEMA public TO PUBLIC": "may CREATE in the schema public",
    "CREATE SCHEMA beside; GRANT CREATE ON SCHEMA beside TO asar_web": "may CREATE in the schema beside",
    "GRANT CREATE ON DATABASE apart TO asar_web": "may CREATE schemas",
    "GRANT TEMPORARY ON DATABASE apart TO PUBLIC": "may make temporary tables",
    "GRANT TRUNCATE ON polls TO asar_web": "may TRUNCATE polls",
    "GRANT TRIGGER ON polls TO asar_web": "may make triggers on polls",
    "GRANT SET ON PARAMETER session_replication_role TO asar_web": "may silence triggers",
    "GRANT ALTER SYSTEM ON PARAMETER session_replication_role TO asar_web": (
        "may set session_replication_role for the whole server"
    ),
    "GRANT SET ON PARAMETER session_preload_libraries TO asar_web": "may set session_preload_libraries",
    "CREATE FUNCTION help() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'TRUNCATE polls'; "
    "ALTER FUNCTION help() OWNER TO asar_owner": "may act as asar_owner by the function help",
    "CREATE FUNCTION runs() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; "
    "CREATE EVENT TRIGGER runs ON ddl_command_start EXECUTE FUNCTION runs(); "
    "ALTER FUNCTION runs() OWNER TO asar_web": "owns the function of the event trigger runs",
    "CREATE SCHEMA first; GRANT USAGE ON SCHEMA first TO asar_web; "
    "ALTER ROLE asar_web SET search_path = first, pg_catalog, public": (
        "looks for functions elsewhere before pg_catalog"
    ),
}


@pytest.mark.parametrize(("given", "told"), GIVEN.items(), ids=list(GIVEN))
def test_whatever_takes_the_application_s_role_past_a_rule_is_named(
    postgres: Any, apart: tuple[Database, Database], given: str, told: str
) -> None:
    _owner, web = apart
    whole = Database(postgres.server.get_uri("apart"))
    with whole.engine.begin() as connection:
        for statement in given.split("; "):
            connection.execute(text(statement))
    whole.engine.dispose()
    with web.engine.connect() as connection:
        assert told in schema.powers(connection)
