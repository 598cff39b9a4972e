"""After an erasure the files keep no join of a voter to a ballot; where they do, it is told and not forgotten."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, make_url, text

from pb import migrations
from pb.db import make_engine
from pb.erasure import service
from pb.erasure.service import files
from tests.erasure.conftest import Ended
from tests.erasure.deeds import end_both_terms, erase_all
from tests.erasure.heap import transactions

on_postgresql = pytest.mark.parametrize("ended", ["postgresql"], indirect=True)
SHORT = 0.2


def _of_the_votes(ended: Ended) -> set[int]:
    """The transactions that put a ballot into the box."""
    query = (
        "SELECT CAST(CAST(r.xmin AS text) AS bigint) FROM archive_records r JOIN cast_ballots b "
        "ON b.poll_id = r.poll_id AND b.record = r.position"
    )
    with ended.database.engine.connect() as connection:
        return set(connection.scalars(text(query)))


def _joined(ended: Ended) -> dict[str, set[int]]:
    """By table the transactions of votes that stand in its file; archive and poll hold ballots, and no voter."""
    votes = _of_the_votes(ended)
    tables = sorted(migrations.metadata().tables.keys() - {"archive_records", "polls"})
    found = transactions(ended.database.engine, tables)
    return {table: numbers & votes for table, numbers in found.items() if numbers & votes}


@on_postgresql
def test_no_number_of_a_transaction_joins_a_voter_to_a_ballot_any_more(ended: Ended) -> None:
    assert erase_all(ended) != []
    assert {"participations", "roll_entries"} <= _joined(ended).keys(), "the attack: until then the files tell"
    files.rewrite(ended.database.engine, service.TABLES)
    assert _joined(ended) == {}


@on_postgresql
def test_samples_that_the_server_keeps_of_columns_are_taken_anew(ended: Ended) -> None:
    query = text(
        "SELECT CAST(histogram_bounds AS text) FROM pg_stats "
        "WHERE tablename = 'roll_entries' AND attname = 'iin_lookup'"  # accounts keep theirs
    )
    with ended.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE roll_entries"))
        assert connection.execute(query).scalar() is not None
        end_both_terms(ended)
        erase_all(ended)
        erase_all(ended)
        files.rewrite(ended.database.engine, service.TABLES)
        assert connection.execute(query).scalar() is None


@on_postgresql
def test_an_older_snapshot_would_keep_erased_rows_so_nothing_is_called_done(ended: Ended) -> None:
    with ended.database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as old:
        old.execute(text("SELECT count(*) FROM polls"))
        assert erase_all(ended) != []
        with pytest.raises(files.Held, match="a transaction of postgres in process"):
            files.rewrite(ended.database.engine, service.TABLES, SHORT)
        assert "participations" in _joined(ended)
    files.rewrite(ended.database.engine, service.TABLES, SHORT)
    assert _joined(ended) == {}


@on_postgresql
def test_what_ends_in_time_is_waited_for(ended: Ended) -> None:
    old = ended.database.engine.connect().execution_options(isolation_level="REPEATABLE READ")
    old.execute(text("SELECT count(*) FROM polls"))
    erase_all(ended)
    ending = threading.Timer(1, old.close)
    ending.start()
    files.rewrite(ended.database.engine, service.TABLES, 30)
    ending.join()
    assert _joined(ended) == {}


def test_a_file_that_somebody_reads_is_not_called_clean(ended: Ended) -> None:
    if ended.database.engine.dialect.name != "sqlite":
        pytest.skip("on PostgreSQL the tests above say it")
    with ended.database.engine.connect() as old:
        old.execute(text("SELECT count(*) FROM polls"))
        erase_all(ended)
        with pytest.raises(files.Held, match="reads or writes the database's file"):
            files.rewrite(ended.database.engine, service.TABLES, SHORT)
    files.rewrite(ended.database.engine, service.TABLES, SHORT)


@pytest.fixture
def owned(postgres: Any) -> Iterator[tuple[Engine, Engine]]:
    """A table `seen` of a role that is no superuser, and the superuser's address of the same database."""
    postgres.server.psql("CREATE ROLE keeper LOGIN")
    postgres.server.psql("CREATE DATABASE owned OWNER keeper")
    url = make_url(postgres.server.get_uri("owned"))
    keeper, whole = (
        make_engine(address.render_as_string(hide_password=False)) for address in (url.set(username="keeper"), url)
    )
    with whole.begin() as connection:
        connection.execute(text("CREATE TABLE seen (id int)"))
        connection.execute(text("ALTER TABLE seen OWNER TO keeper"))
        connection.execute(text("CREATE TABLE another (id int)"))
        connection.execute(text("GRANT SELECT ON seen TO PUBLIC"))
    yield keeper, whole
    for engine in (keeper, whole):
        engine.dispose()
    postgres.server.psql("DROP DATABASE owned")
    postgres.server.psql("DROP ROLE keeper")


def _begin(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "statements",
    [("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SELECT 1"), ("INSERT INTO another VALUES (1)",)],
    ids=["a snapshot", "a transaction that has written and waits"],
)
def test_the_owner_sees_what_others_hold_open(owned: tuple[Engine, Engine], statements: tuple[str, ...]) -> None:
    keeper, whole = owned
    with whole.connect() as beside:
        _begin(beside, *statements)
        with whole.begin() as erasing:
            _begin(erasing, "INSERT INTO another VALUES (2)")
        with pytest.raises(files.Held, match="a transaction of postgres in process"):
            files.rewrite(keeper, ["seen"], SHORT)
    files.rewrite(keeper, ["seen"], SHORT)


def test_a_transaction_that_has_written_in_another_database_counts(owned: tuple[Engine, Engine], postgres: Any) -> None:
    """Every snapshot that is taken here reaches back to it."""
    elsewhere = make_engine(postgres.server.get_uri("postgres"))
    with elsewhere.connect() as beside:
        _begin(beside, "SELECT pg_current_xact_id()")
        with pytest.raises(files.Held):
            files.rewrite(owned[0], ["seen"], SHORT)
    elsewhere.dispose()


def test_a_table_that_somebody_keeps_locked_is_not_waited_for_without_end(owned: tuple[Engine, Engine]) -> None:
    keeper, whole = owned
    with whole.connect() as beside:
        _begin(beside, "SELECT * FROM seen")  # holds no snapshot between two statements, but the lock
        with pytest.raises(files.Held, match="a transaction that uses the table seen"):
            files.rewrite(keeper, ["seen"], SHORT)


def test_an_abandoned_replication_slot_is_named(owned: tuple[Engine, Engine]) -> None:
    keeper, whole = owned
    with whole.begin() as connection:
        connection.execute(text("SELECT pg_create_physical_replication_slot('left', true)"))
        connection.execute(text("INSERT INTO another VALUES (1)"))
    try:
        with pytest.raises(files.Held, match="the replication slot left"):
            files.rewrite(keeper, ["seen"], SHORT)
    finally:
        with whole.begin() as connection:
            connection.execute(text("SELECT pg_drop_replication_slot('left')"))
    files.rewrite(keeper, ["seen"], SHORT)


def test_a_prepared_transaction_is_named(owned: tuple[Engine, Engine]) -> None:
    keeper, whole = owned
    with whole.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.execute(text("SHOW max_prepared_transactions")).scalar_one() == "0":
            pytest.skip("this server prepares no transactions")
        _begin(connection, "BEGIN", "INSERT INTO another VALUES (1)", "PREPARE TRANSACTION 'forgotten'")
        with pytest.raises(files.Held, match="the prepared transaction forgotten of postgres"):
            files.rewrite(keeper, ["seen"], SHORT)
        connection.execute(text("ROLLBACK PREPARED 'forgotten'"))
    files.rewrite(keeper, ["seen"], SHORT)


def test_who_owns_no_table_is_told_before_anything_is_erased(owned: tuple[Engine, Engine], tmp_path: Path) -> None:
    keeper, whole = owned
    files.require_owner(keeper, whole, ["seen"])
    with pytest.raises(PermissionError, match="role keeper does not own the table another"):
        files.require_owner(keeper, whole, ["seen", "another"])
    file = make_engine(f"sqlite:///{tmp_path / 'asar.db'}")
    for other in (file, make_engine(whole.url.set(database="postgres").render_as_string(hide_password=False))):
        with pytest.raises(PermissionError, match="another database"):
            files.require_owner(keeper, other, ["seen"])
        other.dispose()
