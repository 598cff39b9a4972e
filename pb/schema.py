"""What a database is made of, as text: to compare it with what the migrations make, and to see who could change it.

Triggers stop mistakes, and whoever owns the database can take them away: then something differs from the listing of
`migrations/`. What whoever owns it does to the program as well, fingerprints and the published chains tell.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

LISTINGS: Final = Path(__file__).resolve().parent.parent / "migrations"

SQLITE: Final = (
    "SELECT type || ' ' || tbl_name || '.' || name, sql FROM sqlite_master WHERE sql IS NOT NULL "
    "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
)
OURS: Final = "c.relnamespace = current_schema()::regnamespace"
POSTGRESQL: Final = (
    # Columns, with what stands in them by default.
    (
        "SELECT 'column ' || c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod) "  # noqa: S608 - our own text
        "|| CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END "
        "|| COALESCE(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') "
        "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
        f"WHERE {OURS} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
    ),
    # A table whose rows a policy hides.
    (
        "SELECT 'table ' || c.relname || '.' || c.relname, "  # noqa: S608
        f"CASE WHEN c.relrowsecurity THEN 'rows hidden by policies' ELSE 'plain' END "
        f"FROM pg_class c WHERE {OURS} AND c.relkind = 'r'"
    ),
    # Constraints; those of triggers and of NOT NULL stand elsewhere.
    (
        "SELECT 'constraint ' || c.relname || '.' || k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k "  # noqa: S608
        f"JOIN pg_class c ON c.oid = k.conrelid WHERE {OURS} AND k.contype NOT IN ('n', 't')"
    ),
    (
        "SELECT 'index ' || c.relname || '.' || i.relname, pg_get_indexdef(x.indexrelid) FROM pg_index x "  # noqa: S608
        "JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid "
        f"WHERE {OURS} AND c.relkind = 'r'"
    ),
    # Triggers and the functions that they call; D is a disabled one, O the usual.
    (
        "SELECT 'trigger ' || c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text "  # noqa: S608
        "FROM pg_trigger t "
        f"JOIN pg_class c ON c.oid = t.tgrelid WHERE {OURS} AND NOT t.tgisinternal"
    ),
    (
        "SELECT 'function ' || c.relname || '.' || p.proname, pg_get_functiondef(p.oid) FROM pg_trigger t "  # noqa: S608
        f"JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid WHERE {OURS} AND NOT t.tgisinternal"
    ),
    # Foreign keys are triggers inside: one that is disabled looks at nothing.
    (
        "SELECT 'foreign key ' || c.relname || '.' || t.tgname, 'disabled' FROM pg_trigger t "  # noqa: S608
        f"JOIN pg_class c ON c.oid = t.tgrelid WHERE {OURS} AND t.tgisinternal AND t.tgenabled <> 'O'"
    ),
    "SELECT 'rule ' || tablename || '.' || rulename, definition FROM pg_rules WHERE schemaname = current_schema()",
    # As a replica, a session fires no trigger.
    "SELECT 'setting alembic_version.session_replication_role', current_setting('session_replication_role')",
)
# What somebody who owns a table, the schema or the database could do: take a trigger away.
POWERS: Final = (
    "SELECT 'is a superuser' FROM pg_roles WHERE rolname = current_user AND rolsuper",
    "SELECT 'may become another role' FROM pg_roles WHERE rolname = current_user AND rolcreaterole",
    (
        f"SELECT 'owns the table ' || c.relname FROM pg_class c WHERE {OURS} AND c.relkind = 'r' "  # noqa: S608
        "AND pg_has_role(current_user, c.relowner, 'MEMBER') ORDER BY 1"
    ),
    (
        "SELECT 'owns the schema ' || nspname FROM pg_namespace WHERE oid = current_schema()::regnamespace "
        "AND pg_has_role(current_user, nspowner, 'MEMBER')"
    ),
    (
        "SELECT 'owns the database' FROM pg_database WHERE datname = current_database() "
        "AND pg_has_role(current_user, datdba, 'MEMBER')"
    ),
    (
        f"SELECT 'may TRUNCATE ' || c.relname FROM pg_class c WHERE {OURS} AND c.relkind = 'r' "  # noqa: S608
        "AND has_table_privilege(c.oid, 'TRUNCATE') ORDER BY 1"
    ),
    (
        f"SELECT 'may make triggers on ' || c.relname FROM pg_class c WHERE {OURS} AND c.relkind = 'r' "  # noqa: S608
        "AND has_table_privilege(c.oid, 'TRIGGER') ORDER BY 1"
    ),
)
PARAMETERS_HAVE_RIGHTS: Final = 150_000  # the server's version from which a right to set one parameter can be given
MAY_SILENCE: Final = (
    "SELECT 'may silence triggers' WHERE has_parameter_privilege(current_user, 'session_replication_role', 'SET')"
)


def listing(connection: Connection) -> dict[str, str]:
    """Everything that the database is made of: `trigger polls.frozen_polls_update` and its definition on one line."""
    queries = (SQLITE,) if connection.dialect.name == "sqlite" else POSTGRESQL
    found = [
        (str(name), str(definition)) for query in queries for name, definition in connection.exec_driver_sql(query)
    ]
    prefix = "" if connection.dialect.name == "sqlite" else f"{connection.dialect.default_schema_name}."
    return {
        name: " ".join((definition.replace(prefix, "") if prefix else definition).split())
        for name, definition in sorted(found)
    }


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
        *(f"added: {name}" for name in found if name not in wanted and _table(name) in tables),
    ]


def powers(connection: Connection) -> list[str]:
    """What the role of this connection could do to get past the rules, in words. A file of SQLite knows no roles."""
    if connection.dialect.name != "postgresql":
        return []
    queries = list(POWERS)
    if int(connection.execute(text("SHOW server_version_num")).scalar_one()) >= PARAMETERS_HAVE_RIGHTS:
        queries.append(MAY_SILENCE)
    return [row[0] for query in queries for row in connection.execute(text(query))]


def _table(name: str) -> str:
    return name.rsplit(" ", 1)[1].split(".", 1)[0]
