"""Engine, column types and the unit of work: one request or job is one transaction, opened by its caller."""

import contextlib
import json
import os
import sqlite3
import stat
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, DateTime, Engine, LargeBinary, MetaData, Uuid, create_engine, event, select
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

from pb.folding import FUNCTION, fold

BUSY_MILLISECONDS = 10_000
POSTGRESQL_IS_BUSY = {"40001", "40P01", "53300", "55P03"}
"""serialization_failure, deadlock_detected, too_many_connections, lock_not_available."""
ASKING_SECONDS = 0.002
THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
COMMITS_TOO_EARLY: Final = "current_setting('synchronous_commit') IN ('off', 'local')"


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware and UTC on the way in, aware and UTC on the way out (SQLite forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Constraints carry conventional names, so that migrations can name them and messages can map them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute
        datetime: UTCDateTime(),
        bytes: LargeBinary(),
        UUID: Uuid(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }


class Identified:
    """A row with a UUID of its own, which stays inside and in archives: addresses have numbers (pb/web/places.py)."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)


AT_ONCE: Final = 500  # of the parameters that one statement may have

WithId = TypeVar("WithId", bound="Identified")


def by_id(session: Session, model: type[WithId], ids: Iterable[UUID | None]) -> dict[UUID | None, WithId]:
    """The rows with these ids, by id: one query for hundreds of them, where `session.get` would be one for each."""
    wanted = sorted({row_id for row_id in ids if row_id is not None})
    found: dict[UUID | None, WithId] = {}
    for start in range(0, len(wanted), AT_ONCE):
        query = select(model).where(model.id.in_(wanted[start : start + AT_ONCE]))
        found |= {row.id: row for row in session.scalars(query)}
    return found


Tiyn = BigInteger

# Every table with rules of `pb/freezes` says so: in SQLite a row that is written with the hidden `rowid` of another
# takes that one's place past all triggers, so these tables have none.
FROZEN: Final = {"sqlite_with_rowid": False}


def make_private(folder: Path) -> Path:
    """Makes a folder that its owner alone enters, or narrows the one that is there; returns it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        folder.chmod(0o700)
    return folder


def write_private(path: Path, data: bytes) -> None:
    """Writes a file that its owner alone reads, also over one that others could read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


def is_address(url: str) -> bool:
    """Whether it is the address of a database that the platform works with."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number
        return False
    if parts.drivername in {"sqlite", "sqlite+pysqlite"}:
        return not parts.host  # sqlite://asar.db lacks a slash
    return parts.drivername in {"postgresql", "postgresql+psycopg"} and bool(parts.database)


def left_of_a_restore(url: str) -> list[Path]:
    """What a restore set aside or was filling, beside the place of an embedded database."""
    found = make_url(url)
    name = found.database or ""
    if found.get_backend_name() != "sqlite" or not name or name.startswith((":", "file:")):
        return []
    file = Path(name)
    return sorted({*file.parent.glob(f"{file.name}.before-restore*"), *file.parent.glob(f"{file.name}.part")})


def make_engine(url: str, **options: Any) -> Engine:
    """An engine for SQLite (WAL, foreign keys, explicit BEGIN) or PostgreSQL (psycopg 3).

    On both a commit returns when it is on the disk. A PostgreSQL on another machine is spoken with under TLS, its
    certificate verified, unless the address says otherwise (`?sslmode=`).
    """
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(
        url,
        json_serializer=lambda value: json.dumps(value, ensure_ascii=False),
        connect_args=_verified(url),
        hide_parameters=True,  # an error's text goes to the log: names and look-ups must not
        **options,
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", _create_private)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _Beginning())
    else:
        event.listen(engine, "connect", _prepare_postgresql)
    return engine


def make_reserved_engine(url: str) -> Engine:
    """An engine with one connection that stays open, for what no crowd may delay.

    It needs no file and no place of the server's when they have run out, and waits for SQLite's lock behind none of the
    server's threads.
    """
    engine = make_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_files)
    return engine


def _without_files(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA temp_store=MEMORY")


def _verified(url: str) -> dict[str, str]:
    """What the driver is told of TLS. libpq by itself takes any certificate, and goes on in the clear without one."""
    address = make_url(url)
    host = address.query.get("host") or address.host or ""
    hosts = [host] if isinstance(host, str) else list(host)
    local = all(one in THIS_MACHINE or one.startswith("/") or not one for part in hosts for one in part.split(","))
    if address.get_backend_name() != "postgresql" or local or "sslmode" in address.query:
        return {}
    return {"sslmode": "verify-full", **({} if "sslrootcert" in address.query else {"sslrootcert": "system"})}


def _create_private(_dialect: Any, _record: Any, arguments: list[Any], _options: Any) -> None:
    """A new database is its owner's alone; SQLite gives what it writes beside it the same mode."""
    path = str(arguments[0])
    if path != ":memory:" and not path.startswith("file:"):
        create_private(Path(path))


def create_private(path: Path) -> None:
    """Makes an empty file that its owner alone reads, where there is none.

    One that is there is never opened: closing it would drop all locks that this process holds on it (fcntl(2)), and the
    next program that closes the database would take itself for the last one and delete what was not yet moved into it.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.create_function(FUNCTION, 1, fold, deterministic=True)
    connection.isolation_level = None  # the driver opens no transaction of its own: `_Beginning` does
    # secure_delete: what was erased is overwritten, not only let go.
    # FULL: what was acknowledged with a signed receipt is on the disk, also when the power fails the next moment.
    # Recursive triggers: a row that REPLACE takes away counts as deleted, and what refuses DELETE refuses that too.
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "synchronous=FULL",
        "secure_delete=ON",
        f"busy_timeout={BUSY_MILLISECONDS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """No commit returns before it is on the disk, whatever the server, database or role says by default.

    Settings that wait for more, a standby, stay.
    """
    connection.execute("SELECT set_config('synchronous_commit', 'on', false) WHERE " + COMMITS_TOO_EARLY)
    connection.commit()  # a setting made in a transaction that is rolled back would be lost with it


def durability(connection: Connection) -> list[str]:
    """What could lose a commit that was acknowledged, in words; empty where nothing could.

    What the settings say: a disk that lies about writing, or a file system mounted without barriers, no program sees.
    """
    if connection.dialect.name == "sqlite":
        asked = {"synchronous": ("2", "3"), "journal_mode": ("wal",)}
        found = {name: str(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()) for name in asked}
    else:
        asked = dict.fromkeys(("fsync", "full_page_writes"), ("on",))
        asked["synchronous_commit"] = ("on", "remote_write", "remote_apply")
        found = {name: str(connection.exec_driver_sql(f"SHOW {name}").scalar_one()) for name in asked}
    return [f"{name} is {found[name]}" for name in asked if found[name] not in asked[name]]


class _Beginning:
    """How transactions of one SQLite engine begin.

    One that will write takes SQLite's one write lock at once: a later upgrade could fail, not wait. SQLite gives the
    lock to whoever asks at the right moment, and by itself asks ever less often: so of an engine's threads one asks at
    a time, every two milliseconds, and the others wait behind it. Eight that asked by themselves starved a ninth.
    """

    def __init__(self) -> None:
        self._asking = threading.Lock()

    def __call__(self, connection: Connection) -> None:
        if not connection.get_execution_options().get("writing", False):
            connection.exec_driver_sql("BEGIN")
            return
        until = time.monotonic() + BUSY_MILLISECONDS / 1000
        first = self._asking.acquire(timeout=BUSY_MILLISECONDS / 1000)
        try:
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
            while time.monotonic() < until and not self._taken(connection):
                time.sleep(ASKING_SECONDS)
            if not connection.connection.in_transaction:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            if first:
                self._asking.release()
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")

    @staticmethod
    def _taken(connection: Connection) -> bool:
        try:
            connection.connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True


def is_busy(error: BaseException) -> bool:
    """Whether a database refused because others were at it, so that the same may be tried again in a while.

    SQLite: its lock was not given in time. PostgreSQL: a lock, a deadlock, a transaction that overtook this one, or no
    place for one more connection. Neither: no connection of this process was free.
    """
    if isinstance(error, PoolTimeoutError):
        return True
    cause = error.orig if isinstance(error, DBAPIError) else error
    # Of SQLite's codes the low byte is the kind, the rest says more of it: a snapshot that is too old is busy too.
    if isinstance(cause, sqlite3.OperationalError):
        return (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return getattr(cause, "sqlstate", None) in POSTGRESQL_IS_BUSY


class Database:
    """The engine with its sessions."""

    def __init__(self, url: str, *, reserved: bool = False) -> None:
        self.engine = make_reserved_engine(url) if reserved else make_engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def work(self, *, writing: bool = True) -> Iterator[Session]:
        """One unit of work: commits when the block ends, rolls back when it raises."""
        with self._sessions() as session:
            if writing:
                session.connection(execution_options={"writing": True})
            yield session
            session.commit()
