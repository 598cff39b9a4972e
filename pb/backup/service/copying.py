"""Copies of a database: a file of SQLite, or on PostgreSQL each table as COPY writes it, all of one snapshot."""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from pb import migrations
from pb.backup.service.fault import BackupFault
from pb.backup.service.manifest import BLOCK, Table
from pb.db import make_private

FILE: Final = "asar.db"
TABLES: Final = "tables"
VERSION: Final = "alembic_version"
# The last one came with PostgreSQL 17.
BOUNDS: Final = ("statement_timeout", "idle_in_transaction_session_timeout", "transaction_timeout")


def sqlite_path(url: str) -> Path:
    """The file of an address `sqlite:///…`. Raises BackupFault for a database in memory."""
    path = make_url(url).database
    if not path or path == ":memory:":
        raise BackupFault("A database in memory is neither backed up nor restored.")
    return Path(path)


def copy_sqlite(source: Path, target: Path) -> None:
    """Copies the file as it stands at this moment, while others read and write; nothing erased comes along.

    Raises what SQLite raises where the file cannot be read, or the copy not be written.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(source, isolation_level=None)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()


def damage(connection: Connection) -> str:
    """What SQLite finds broken in its file: pages, indexes, constraints; an empty text where nothing is.

    SQLite 3.40 looks at the wrong columns for NOT NULL in tables without `rowid` and complains of sound rows: that one
    complaint is passed over, whatever the version. CHECK and UNIQUE it reads rightly.
    """
    found = connection.exec_driver_sql("PRAGMA integrity_check(1000000)").scalars()
    return "; ".join(line for line in found if line != "ok" and not line.startswith("NULL value in "))


def copy_postgresql(connection: Connection, folder: Path) -> tuple[Table, ...]:
    """Writes every table into `folder/tables`, in the connection's one snapshot, those that others point at first."""
    place = make_private(folder / TABLES)
    copied = []
    for table in migrations.metadata().sorted_tables:
        columns = tuple(column.name for column in table.columns)
        copied.append(Table(table.name, columns, _write_rows(connection, table.name, columns, place)))
    return tuple(copied)


def take_time(connection: Connection) -> None:
    """Lifts for this transaction alone what bounds those of the application: a copy takes longer."""
    connection.execute(
        text("SELECT set_config(name, '0', true) FROM pg_settings WHERE name = ANY(:names)"), {"names": list(BOUNDS)}
    )


def _write_rows(connection: Connection, table: str, columns: Iterable[str], place: Path) -> int:
    """Writes the rows of one table; how many."""
    path = place / f"{table}.copy"
    try:
        with _new(path) as file, driver(connection).cursor() as cursor:
            with cursor.copy(f"COPY {_named(connection, table, columns)} TO STDOUT") as rows:
                for block in rows:
                    file.write(block)
            return int(cursor.rowcount)
    except psycopg.Error as error:
        raise BackupFault(f"{table} cannot be copied: {type(error).__name__}.") from error


def _new(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def load_postgresql(connection: Connection, folder: Path, tables: Sequence[Table]) -> None:
    """Reads what `copy_postgresql` wrote into empty tables, as their owner, with the rules asleep meanwhile.

    Keys, CHECKs and foreign keys are looked at as ever: the triggers alone, which ask how a row came to be, are
    disabled, and enabled again in the same transaction. Raises BackupFault where the rows are not those of the backup.
    """
    quote = connection.dialect.identifier_preparer.quote
    for table in tables:
        connection.execute(text(f"ALTER TABLE {quote(table.name)} DISABLE TRIGGER USER"))
        count = _read_rows(connection, table, folder / TABLES / f"{table.name}.copy")
        if count != table.rows:
            raise BackupFault(f"{table.name}: {count} rows, and the manifest says {table.rows}.")
        connection.execute(text(f"ALTER TABLE {quote(table.name)} ENABLE TRIGGER USER"))


def _read_rows(connection: Connection, table: Table, path: Path) -> int:
    """Reads the rows of one table; how many."""
    try:
        with driver(connection).cursor() as cursor, path.open("rb") as file:
            with cursor.copy(f"COPY {_named(connection, table.name, table.columns)} FROM STDIN") as rows:
                while block := file.read(BLOCK):
                    rows.write(block)
            return int(cursor.rowcount)
    except psycopg.Error as error:
        raise BackupFault(f"{table.name} cannot be filled: {type(error).__name__}.") from error


def ours(connection: Connection) -> list[str]:
    """The tables of the platform that this database of PostgreSQL has."""
    names = set(connection.dialect.get_table_names(connection))
    return [table for table in (*sorted(migrations.metadata().tables), VERSION) if table in names]


def filled(connection: Connection) -> str | None:
    """A table of the platform with a row in it, or None where there is nothing to lose."""
    quote = connection.dialect.identifier_preparer.quote
    for table in ours(connection):
        asked = f"SELECT EXISTS (SELECT 1 FROM {quote(table)})"  # noqa: S608 - our own names
        if table != VERSION and connection.scalar(text(asked)):
            return table
    return None


def drop_all(connection: Connection) -> None:
    """Takes the platform's tables away, with all that stands in them, and the functions of their triggers."""
    quote = connection.dialect.identifier_preparer.quote
    tables = ours(connection)
    functions = connection.execute(
        text(
            "SELECT DISTINCT p.oid::regprocedure::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal "
            "AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(:tables)"
        ),
        {"tables": tables},
    ).scalars()
    names = list(functions)
    if tables:
        connection.execute(text(f"DROP TABLE {', '.join(quote(table) for table in tables)} CASCADE"))
    for name in names:
        connection.execute(text(f"DROP FUNCTION {name}"))


def driver(connection: Connection) -> Any:
    """Psycopg's own connection, in the same transaction."""
    return connection.connection.driver_connection


def _named(connection: Connection, table: str, columns: Iterable[str]) -> str:
    quote = connection.dialect.identifier_preparer.quote
    return f"{quote(table)} ({', '.join(quote(column) for column in columns)})"
