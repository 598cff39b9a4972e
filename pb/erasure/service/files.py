"""Writing the files of the database anew after an erasure, so that nothing erased is left in them.

An erased row stands in PostgreSQL's file until the table is written anew, and beside it the number of the transaction
that wrote it: the same number stands on the ballot's record. A voter's row that was merely looked at by the vote's
transaction carries that number too. Writing a table anew drops all of it, but only what is older than every open
transaction: with one that is older than the erasure it would keep the erased rows and say nothing.
"""

import time
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

PATIENCE: Final = 20.0  # seconds in which what holds erased rows may end by itself
LOOKING_AGAIN: Final = 0.5  # seconds
LOCK_NOT_AVAILABLE: Final = "55P03"  # of PostgreSQL

OWNER: Final = "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = CAST(:name AS regclass)"
SERVER: Final = "SELECT system_identifier || ' ' || current_database() FROM pg_control_system()"
# `mark` is a transaction that began after the erasure was committed, `place` where the log of writes stood then. A
# snapshot counts in this database (and that of a standby everywhere), a transaction that has written in any: snapshots
# taken here reach back to it.
HOLDERS: Final = """
SELECT 'a transaction of ' || COALESCE(usename, backend_type) || ' in process ' || pid
    || COALESCE(' since ' || to_char(xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC', '')
FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND (
    age(backend_xid) > age(CAST(:mark AS xid))
    OR (age(backend_xmin) > age(CAST(:mark AS xid)) AND (datid IS NULL OR datid = 0 OR datname = current_database())))
UNION ALL
SELECT 'the prepared transaction ' || gid || ' of ' || owner
FROM pg_prepared_xacts WHERE age(transaction) > age(CAST(:mark AS xid))
UNION ALL
SELECT 'the replication slot ' || slot_name
FROM pg_replication_slots WHERE age(xmin) > age(CAST(:mark AS xid))
    OR (NOT active AND restart_lsn < CAST(:place AS pg_lsn))
ORDER BY 1
"""
# Every row of a table that was written anew is younger than this, or marked as older than all.
KEPT: Final = "SELECT age(relfrozenxid) > age(CAST(:mark AS xid)) FROM pg_class WHERE oid = CAST(:name AS regclass)"


class Held(Exception):
    """The files were not written anew, or keep erased rows: `holders` says in words what is in the way."""

    def __init__(self, holders: Iterable[str]) -> None:
        self.holders = tuple(holders)
        super().__init__("; ".join(self.holders))


def require_owner(owner: Engine, application: Engine, tables: Iterable[str]) -> None:
    """Raises PermissionError, with the reason, where `owner` is no owner of the application's tables."""
    if owner.dialect.name != application.dialect.name:
        raise PermissionError("the owner's address is that of another database")
    if owner.dialect.name == "sqlite":
        return
    with owner.connect() as connection:
        with application.connect() as beside:
            if connection.scalar(text(SERVER)) != beside.scalar(text(SERVER)):
                raise PermissionError("the owner's address is that of another database")
        for table in tables:
            if not connection.scalar(text(OWNER), {"name": table}):
                raise PermissionError(f"the role {owner.url.username} does not own the table {table}")


def rewrite(engine: Engine, tables: Iterable[str], patience: float | None = None) -> None:
    """Writes the tables anew, so that nothing erased is left in their files nor in SQLite's log of writes.

    On PostgreSQL the role of the engine must own the tables. Waits `patience` seconds, usually PATIENCE, for what began
    before this. Raises Held where something of it is still open then: everything stays to be done once more.
    """
    patience = PATIENCE if patience is None else patience
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            _rewrite_file(connection, patience)
        else:
            _rewrite_tables(connection, tables, patience)


def _rewrite_file(connection: Connection, patience: float) -> None:
    connection.exec_driver_sql("COMMIT")  # `begin` has opened a transaction, in which nothing is written anew
    before = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(patience * 1000)}")
    try:
        connection.exec_driver_sql("VACUUM")
        busy, _written, _moved = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    except OperationalError as error:
        if "locked" not in str(error.orig):
            raise
        busy = True
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {before}")
        connection.exec_driver_sql("BEGIN")
    if busy:
        raise Held(["another process reads or writes the database's file"])


def _rewrite_tables(connection: Connection, tables: Iterable[str], patience: float) -> None:
    mark, place = connection.execute(
        text("SELECT CAST(CAST(pg_current_xact_id() AS xid) AS text), CAST(pg_current_wal_lsn() AS text)")
    ).one()
    _wait(connection, {"mark": mark, "place": place}, patience)
    connection.execute(
        text("SELECT set_config('lock_timeout', :wait, false)"), {"wait": f"{max(1, round(patience * 1000))}ms"}
    )
    try:
        for table in tables:
            # ANALYZE: samples of what stood in the columns are kept beside the tables.
            connection.execute(text(f"VACUUM (FULL, ANALYZE) {table}"))
            if connection.scalar(text(KEPT), {"name": table, "mark": mark}):
                raise Held([f"something else that is older than this kept erased rows of {table}"])
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        raise Held([f"a transaction that uses the table {table}"]) from error
    finally:
        connection.execute(text("RESET lock_timeout"))


def _wait(connection: Connection, known: dict[str, str], patience: float) -> None:
    """Until nothing is left that is older than the mark. Raises Held."""
    until = time.monotonic() + patience
    while holders := connection.scalars(text(HOLDERS), known).all():
        if time.monotonic() >= until:
            raise Held(holders)
        time.sleep(LOOKING_AGAIN)
