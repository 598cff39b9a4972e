"""The database is compared with what the migrations make: what is missing or changed is named, and no poll opens."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from pb import schema
from pb.act import Role
from pb.db import Database
from pb.errors import Conflict, FieldRefusal
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


@both_databases
def test_in_production_no_poll_opens_while_the_application_s_role_could_take_a_rule_away(
    opened: OpenPoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL these tests run as a superuser; a file knows no roles, and opening goes on to what comes next."""
    monkeypatch.setattr(preparation.state, "require_preparing", lambda *_: None)
    ready = preparation.Readiness(**dict.fromkeys(preparation.Readiness.__annotations__, True))
    monkeypatch.setattr(preparation, "readiness", lambda *_: ready)
    on_postgres = opened.database.engine.dialect.name == "postgresql"
    with opened.act(Role.OFFICE) as act:
        cycle, poll = opened.rows(act)
        expected = (
            pytest.raises(Conflict, match="rules of its database") if on_postgres else pytest.raises(FieldRefusal)
        )
        with expected:
            preparation.open_poll(act, cycle, poll, None, closes_at=act.at, production=True)  # type: ignore[arg-type]


PUT_ASIDE = (
    ("CREATE TEMPORARY TABLE minutes (LIKE public.minutes)",),
    ("CREATE SCHEMA mine", "CREATE TABLE mine.minutes (LIKE public.minutes)", "SET search_path = mine, public"),
    (
        "CREATE SCHEMA mine",
        "CREATE FUNCTION mine.never(uuid, uuid) RETURNS boolean LANGUAGE sql AS 'SELECT false'",
        "CREATE OPERATOR mine.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = mine.never)",
        "SET search_path = mine, pg_catalog, public",
    ),
)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("before", PUT_ASIDE, ids=["a temporary table", "a table of a schema", "an operator"])
def test_a_rule_asks_our_tables_whatever_a_session_puts_in_front_of_them(
    opened: OpenPoll, before: tuple[str, ...]
) -> None:
    """The attack: a table `minutes` without a row, so that no minutes are confirmed and their questions can go."""
    with opened.database.engine.begin() as connection:
        for statement in before:
            connection.execute(text(statement))
        with pytest.raises(DatabaseError, match="frozen_agenda_questions_delete"):
            connection.execute(text("DELETE FROM public.agenda_questions"))
        connection.rollback()


def test_every_function_of_a_rule_is_bound_to_its_schema() -> None:
    functions = {name: body for name, body in schema.committed("postgresql").items() if name.startswith("function ")}
    assert len(functions) > 150
    assert {name for name, body in functions.items() if " IN ITS SCHEMA AS " not in body} == set()


CHANGED = {
    "a trigger that never fires": (
        (
            "DROP TRIGGER frozen_polls_update ON polls; CREATE TRIGGER frozen_polls_update BEFORE UPDATE ON polls "
            "FOR EACH ROW WHEN (false) EXECUTE FUNCTION frozen_polls_update()"
        ),
        "changed: trigger polls.frozen_polls_update",
    ),
    "a trigger that calls another function": (
        (
            "CREATE SCHEMA mine; CREATE FUNCTION mine.frozen_polls_update() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN RETURN NEW;END'; DROP TRIGGER frozen_polls_update ON polls; CREATE TRIGGER frozen_polls_update "
            "BEFORE UPDATE ON polls FOR EACH ROW EXECUTE FUNCTION mine.frozen_polls_update()"
        ),
        "changed: function polls.frozen_polls_update; changed: trigger polls.frozen_polls_update",
    ),
    "a function that looks elsewhere": (
        "ALTER FUNCTION frozen_polls_update() RESET search_path",
        "changed: function polls.frozen_polls_update",
    ),
    "a CHECK with its parts in other brackets": (
        (
            "ALTER TABLE reviews DROP CONSTRAINT ck_reviews_accepted_complete; ALTER TABLE reviews ADD CONSTRAINT "
            "ck_reviews_accepted_complete CHECK ((verdict <> 'accept' OR okrug_competent) "
            "AND feasible AND cost IS NOT NULL AND programme IS NOT NULL)"
        ),
        "changed: constraint reviews.ck_reviews_accepted_complete",
    ),
    "a CHECK that looks at no row yet": (
        (
            "ALTER TABLE reissues DROP CONSTRAINT ck_reissues_by_two_people; ALTER TABLE reissues ADD CONSTRAINT "
            "ck_reissues_by_two_people CHECK (approved_by <> proposed_by) NOT VALID"
        ),
        "changed: constraint reissues.ck_reissues_by_two_people",
    ),
    "a key that takes rows away": (
        (
            "ALTER TABLE participations DROP CONSTRAINT fk_participations_poll_id; ALTER TABLE participations ADD "
            "CONSTRAINT fk_participations_poll_id FOREIGN KEY (poll_id) REFERENCES polls ON DELETE CASCADE"
        ),
        "changed: constraint participations.fk_participations_poll_id",
    ),
    "an index that is no longer unique": (
        (
            "DROP INDEX one_reissue_in_force; CREATE INDEX one_reissue_in_force ON reissues (poll_id, entry_id) "
            "WHERE approved_at IS NOT NULL AND replaced_at IS NULL"
        ),
        "changed: index reissues.one_reissue_in_force",
    ),
    "an index of fewer rows": (
        (
            "DROP INDEX one_reissue_in_force; CREATE UNIQUE INDEX one_reissue_in_force ON reissues (poll_id, entry_id) "
            "WHERE approved_at IS NOT NULL AND replaced_at IS NOT NULL"
        ),
        "changed: index reissues.one_reissue_in_force",
    ),
    "rows that come by a child": ("CREATE TABLE child () INHERITS (polls)", "changed: table polls.polls"),
    "rows that a crash takes": ("ALTER TABLE used_nonces SET UNLOGGED", "changed: table used_nonces.used_nonces"),
    "rows that a policy hides": ("ALTER TABLE polls ENABLE ROW LEVEL SECURITY", "changed: table polls.polls"),
    "another default": (
        "ALTER TABLE roll_entries ALTER iin_pepper SET DEFAULT 2",
        "changed: column roll_entries.iin_pepper",
    ),
    "an operator that fits better": (
        (
            "CREATE FUNCTION never(varchar, varchar) RETURNS boolean LANGUAGE sql AS 'SELECT false'; "
            "CREATE OPERATOR = (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = never)"
        ),
        "added: shadow =(character varying, character varying)",
    ),
    "a function that fits better": (
        "CREATE FUNCTION length(varchar) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "added: shadow length(character varying)",
    ),
    "what runs when the owner migrates": (
        (
            "CREATE FUNCTION runs() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; "
            "CREATE EVENT TRIGGER runs ON ddl_command_start EXECUTE FUNCTION runs()"
        ),
        "added: event trigger runs",
    ),
    "sessions that will be replicas": (
        "ALTER ROLE postgres SET session_replication_role = replica",
        "added: setting session_replication_role of postgres",
    ),
}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("attack", "told"), CHANGED.values(), ids=list(CHANGED))
def test_what_was_changed_is_named_and_nothing_else(database: Database, attack: str, told: str) -> None:
    with database.engine.connect() as connection:
        for statement in attack.split("; "):
            connection.execute(text(statement))
        assert schema.differences(connection) == told.split("; ")
        connection.rollback()
