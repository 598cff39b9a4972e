"""What is wrong with a database, said so that whoever runs the machine knows what to do; shared by start and doctor."""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from pb.commands.spoken import gettext, said
from pb.core.findings import Finding
from pb.db import left_of_a_restore

if TYPE_CHECKING:
    from pb.settings import Settings

MOST_LINES = 10_000_000  # read one by one, up to the first that counts
ERRORS = (SQLAlchemyError, sqlite3.Error)
"""What a database raises: the driver's own errors come through where a transaction begins."""

_READ_ONLY = Finding(
    "it can be read but not written: run this as the user that the platform runs as, and look whether the disk is "
    "mounted read-only"
)
_CLOSED = Finding(
    "it cannot be opened: run this as the user that the platform runs as, and look whether its folder is there"
)
_BROKEN = Finding("it is broken: stop the platform, keep the file aside and bring a backup back with pb restore")
_FULL = Finding("the disk is full: make room, then start again")
_HELD = Finding(
    "another program is writing to it: where that is the platform itself, leave it and ask again in a minute; "
    "otherwise end it, then start again"
)
_ROLE = Finding("PostgreSQL refuses the role: correct name and password in %(setting)s")
_ABSENT = Finding("PostgreSQL has no such database: make it as docs/operations.md says")
_SILENT = Finding("PostgreSQL does not answer: start it, or correct %(setting)s")
_REMEDIES = (
    (_READ_ONLY, ("readonly", "read-only")),
    (_CLOSED, ("unable to open",)),
    (_BROKEN, ("not a database", "malformed", "corrupt")),
    (_FULL, ("disk is full", "no space left")),
    (_HELD, ("database is locked",)),
    (_ROLE, ("password authentication", "no password supplied", 'role "')),
    (_ABSENT, ("does not exist",)),
    (_SILENT, ("connection refused", "could not connect", "resolve", "timeout", "no such file", "connection failed")),
)  # by what the driver says, in small letters; the first that fits


def of_error(error: Exception, setting: str = "ASAR_DATABASE_URL") -> str:
    """An error of the database as one line: what it says, and the remedy; `setting` is where its address stands."""
    raised = getattr(error, "orig", None) or error
    raw = (str(raised).strip() or type(raised).__name__).splitlines()[0]
    remedy = next((told for told, signs in _REMEDIES if any(sign in raw.lower() for sign in signs)), None)
    return f"{raw}: {said(remedy.of(setting=setting))}" if remedy else raw


def of_revision(found: str | None) -> str:
    """What to do where the database is not at this program's revision; empty where it is."""
    from pb import migrations

    if found == migrations.newest():
        return ""
    if found is not None and not migrations.known(found):
        return gettext(
            "The database is at revision %(found)s, which this program does not know: a newer program wrote it. Start "
            "that program, or bring a backup of this one back with pb restore",
            found=found,
        )
    needed = migrations.newest()
    if found is None:
        return gettext(
            "The database is at no revision, this program needs %(needed)s. Run: pb database upgrade", needed=needed
        )
    return gettext(
        "The database is at %(found)s, this program needs %(needed)s. Run: pb database upgrade",
        found=found,
        needed=needed,
    )


def absent(settings: "Settings") -> str:
    """Says that an embedded database is not there yet: to look at it would make it."""
    file = make_url(settings.database_url).database or ""
    if not settings.embedded_database or file.startswith("file:") or Path(file).exists():
        return ""
    if broken_off := unfinished_restore(settings):
        return broken_off
    return gettext("there is none at %(file)s: pb serve makes it, in production pb database upgrade", file=file)


def unfinished_restore(settings: "Settings") -> str:
    """Says that a restore was broken off before an embedded database was in its place: a new one must not take it."""
    file = make_url(settings.database_url).database or ""
    if not settings.embedded_database or file.startswith("file:") or Path(file).exists():
        return ""
    left = left_of_a_restore(settings.database_url)
    if not left:
        return ""
    return gettext(
        "there is none at %(file)s, and beside it lies %(left)s: a restore was broken off. Restore again with "
        "--replace",
        file=file,
        left=", ".join(path.name for path in left),
    )


def writable(engine: Engine) -> str:
    """Says why nothing can be written to a migrated database, without writing anything; empty where it can."""
    try:
        with engine.connect().execution_options(writing=True) as connection:
            if connection.dialect.name == "postgresql":
                if connection.scalar(text("SHOW transaction_read_only")) == "on":
                    return of_error(RuntimeError("PostgreSQL is read-only"))
            else:
                connection.execute(text("DELETE FROM alembic_version WHERE 1 = 0"))  # BEGIN IMMEDIATE refuses nothing
            connection.rollback()
    except ERRORS as error:
        return of_error(error)
    return ""


def broken(connection: Connection) -> str:
    """What SQLite finds wrong in its own file; empty where nothing, and on PostgreSQL, which looks by itself."""
    if connection.dialect.name != "sqlite":
        return ""
    for found in connection.execute(text(f"PRAGMA quick_check({MOST_LINES})")).scalars():
        # SQLite up to 3.40 sees columns of tables WITHOUT ROWID in another order, and calls sound ones NULL.
        if found != "ok" and not found.startswith("NULL value in "):
            return of_error(RuntimeError(f"malformed, {found.splitlines()[0]}"))
    return ""
