"""What a database is made of, as text: to compare it with what the migrations make, and to see who could change it.

Triggers stop mistakes, and whoever owns the database can take them away: then something differs from the listing of
`migrations/`. What whoever owns it does to the program as well, fingerprints and the published chains tell.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from pb.schema import postgresql
from pb.schema.powers import powers

__all__ = ["committed", "differences", "listing", "path", "powers", "write"]

LISTINGS: Final = Path(__file__).resolve().parents[2] / "migrations"

SQLITE: Final = (
    "SELECT type || ' ' || tbl_name || '.' || name, sql FROM sqlite_master WHERE sql IS NOT NULL "
    "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
)
# What is named wherever it stands; all else only where it stands on a table of ours.
EVERYWHERE: Final = ("setting ", "shadow ", "event trigger ")


def listing(connection: Connection) -> dict[str, str]:
    """Everything that the database is made of: `trigger polls.frozen_polls_update` and its definition on one line."""
    if connection.dialect.name == "postgresql":
        return postgresql.parts(connection)
    found = ((str(name), str(definition)) for name, definition in connection.exec_driver_sql(SQLITE))
    return {name: " ".join(definition.split()) for name, definition in sorted(found)}


def write(parts: dict[str, str]) -> str:
    """A listing as the text that stands in `migrations/`: a line for each part."""
    return "".join(f"{name}: {definition}\n" for name, definition in parts.items())


def committed(dialect: str) -> dict[str, str]:
    """What the migrations make on `sqlite` or `postgresql`, from the listing that is released with them."""
    parts = (line.partition(": ") for line in path(dialect).read_text(encoding="utf-8").splitlines())
    return {name: definition for name, _colon, definition in parts}


def path(dialect: str) -> Path:
    """Where the listing of a kind of database stands."""
    return LISTINGS / f"schema.{dialect}.txt"


def differences(connection: Connection) -> list[str]:
    """What of this database differs from what the migrations make, in words; empty where it is sound.

    Whatever else stands beside our tables in the same schema is nobody's business here.
    """
    wanted, found = committed(connection.dialect.name), listing(connection)
    tables = {_table(name) for name in wanted}
    return [
        *(f"missing: {name}" for name in wanted if name not in found),
        *(f"changed: {name}" for name in wanted if name in found and found[name] != wanted[name]),
        *(
            f"added: {name}"
            for name in found
            if name not in wanted and (name.startswith(EVERYWHERE) or _table(name) in tables)
        ),
    ]


def _table(name: str) -> str:
    return name.rsplit(" ", 1)[1].split(".", 1)[0]
