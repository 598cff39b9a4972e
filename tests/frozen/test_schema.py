"""The database is compared with what the migrations make: what is missing or changed is named, and no poll opens."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DatabaseError

from pb import migrations, schema
from pb.act import Role
from pb.db import Database, make_engine
from pb.errors import Conflict
from pb.voting.service import preparation
from tests.polls.open_poll import OpenPoll

both_databases = pytest.mark.both_databases
TOOTHLESS = (
    "CREATE OR REPLACE FUNCTION frozen_polls_{}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$"
)


@both_databases
def test_a_fresh_database_is_exactly_what_is_released(database: Database) -> None:
    """After a change of the migrations: `python tools/schema.py` writes the listings anew."""
    with database.engine.connect() as connection:
        assert schema.listing(connection) == schema.committed(database.engine.dialect.name)
        assert schema.differences(connection) == []


@both_databases
def test_a_trigger_that_is_gone_is_named(database: Database) -> None:
    on = "" if database.engine.dialect.name == "sqlite" else " ON polls"
    with database.engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER frozen_polls_update{on}"))
        assert "missing: trigger polls.frozen_polls_update" in schema.differences(connection)


@both_databases
def test_a_trigger_that_was_made_toothless_is_named(database: Database) -> None:
    with database.engine.begin() as connection:
        if database.engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER frozen_polls_delete"))
            connection.execute(text("CREATE TRIGGER frozen_polls_delete BEFORE DELETE ON polls BEGIN SELECT 1; END"))
            told = "changed: trigger polls.frozen_polls_delete"
        else:
            connection.execute(text(TOOTHLESS.format("delete")))
            told = "changed: function polls.frozen_polls_delete"
        assert schema.differences(connection) == [told]


@both_databases
def test_a_constraint_that_is_gone_and_a_trigger_that_was_added_are_named(database: Database) -> None:
    with database.engine.begin() as connection:
        if database.engine.dialect.name == "sqlite":
            connection.execute(text("CREATE TRIGGER quiet AFTER INSERT ON polls BEGIN SELECT 1; END"))
            assert schema.differences(connection) == ["added: trigger polls.quiet"]
        else:
            connection.execute(text("ALTER TABLE reissues DROP CONSTRAINT ck_reissues_by_two_people"))
            connection.execute(text("CREATE RULE quiet AS ON DELETE TO polls DO INSTEAD NOTHING"))
            assert schema.differences(connection) == [
                "missing: constraint reissues.ck_reissues_by_two_people",
                "added: rule polls.quiet",
            ]


@pytest.mark.parametrize("how", ["DISABLE TRIGGER frozen_polls_update", "DISABLE TRIGGER ALL"])
def test_a_disabled_trigger_is_named_on_postgresql(postgres: Any, how: str) -> None:
    database = Database(postgres.copy("empty", f"disabled_{how.rsplit(' ', 1)[1].lower()}"))
    with database.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE polls {how}"))
        assert "changed: trigger polls.frozen_polls_update" in schema.differences(connection)
    database.engine.dispose()


def test_what_stands_beside_our_tables_is_nobody_s_business(postgres: Any) -> None:
    database = Database(postgres.copy("empty", "beside"))
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes_of_the_provider (id int PRIMARY KEY)"))
        assert schema.differences(connection) == []
    database.engine.dispose()


@both_databases
def test_no_poll_opens_while_a_rule_is_missing(opened: OpenPoll, monkeypatch: pytest.MonkeyPatch) -> None:
    """The preparation is taken as complete: what is left to refuse is the database's own state."""
    monkeypatch.setattr(preparation.state, "require_preparing", lambda *_: None)
    ready = preparation.Readiness(**dict.fromkeys(preparation.Readiness.__annotations__, True))
    monkeypatch.setattr(preparation, "readiness", lambda *_: ready)
    on = "" if opened.database.engine.dialect.name == "sqlite" else " ON polls"
    with opened.database.engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER frozen_polls_update{on}"))
    with opened.act(Role.OFFICE) as act:
        cycle, poll = opened.rows(act)
        with pytest.raises(Conflict, match="rules of the database"):
            preparation.open_poll(act, cycle, poll, None, closes_at=poll.closes_at)  # type: ignore[arg-type]


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
        postgres.server.psql(f"DROP ROLE {role}")


def test_the_application_s_role_reads_and_writes_and_gets_past_nothing(apart: tuple[Database, Database]) -> None:
    owner, web = apart
    with web.engine.connect() as connection:
        assert schema.powers(connection) == []
        assert schema.differences(connection) == []
        assert connection.execute(text("SELECT count(*) FROM polls")).scalar() == 0
        connection.execute(text("DELETE FROM challenges"))
    for attack in (
        "TRUNCATE polls CASCADE",
        "ALTER TABLE polls DISABLE TRIGGER ALL",
        "DROP TRIGGER frozen_polls_update ON polls",
        TOOTHLESS.format("update"),
        "SET session_replication_role = replica",
        "UPDATE alembic_version SET version_num = ''",
        "DROP TABLE polls CASCADE",
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
