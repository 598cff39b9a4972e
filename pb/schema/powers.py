"""What the role of the application could do on PostgreSQL to get past a rule.

Whatever a role of which it is a member could do counts: it may become that role, whether or not it inherits its rights.
"""

from typing import Final

from sqlalchemy import Connection, text

from pb.schema.postgresql import OF_AN_EXTENSION, TABLES

MINE: Final = (
    "WITH mine AS (SELECT oid, rolname, rolsuper, rolcreaterole, rolbypassrls, rolreplication, "
    "rolname IN (current_user, session_user) AS itself FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER')) "
)
# Members of these write past privileges, or read and write files and programs of the server.
PREDEFINED: Final = (
    "'pg_write_all_data', 'pg_write_server_files', 'pg_read_server_files', 'pg_execute_server_program', "
    "'pg_create_subscription'"
)
QUERIES: Final = (
    (
        "SELECT CASE WHEN itself THEN 'is a superuser' ELSE 'may become the superuser ' || rolname END "
        "FROM mine WHERE rolsuper"
    ),
    "SELECT 'may become another role' FROM mine WHERE rolcreaterole",
    "SELECT 'is past all policies on rows' FROM mine WHERE rolbypassrls",
    "SELECT 'may copy the server''s files (REPLICATION)' FROM mine WHERE rolreplication",
    f"SELECT 'is a member of ' || rolname FROM mine WHERE rolname IN ({PREDEFINED})",  # noqa: S608 - our own text
    f"SELECT 'owns the table ' || c.relname FROM pg_class c JOIN mine m ON m.oid = c.relowner WHERE {TABLES}",  # noqa: S608
    (
        "SELECT 'owns the function ' || p.proname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "  # noqa: S608
        f"JOIN pg_proc p ON p.oid = t.tgfoid JOIN mine m ON m.oid = p.proowner WHERE {TABLES} AND NOT t.tgisinternal"
    ),
    (
        "SELECT 'owns the function of the event trigger ' || v.evtname FROM pg_event_trigger v "
        "JOIN pg_proc p ON p.oid = v.evtfoid JOIN mine m ON m.oid = p.proowner"
    ),
    (
        "SELECT 'owns the schema ' || n.nspname FROM pg_namespace n JOIN mine m ON m.oid = n.nspowner "
        "WHERE n.oid = current_schema()::regnamespace"
    ),
    (
        "SELECT 'owns the database' FROM pg_database d JOIN mine m ON m.oid = d.datdba "
        "WHERE d.datname = current_database()"
    ),
    # Where it can put a function or a table that is found before the one that is meant.
    (
        "SELECT 'may CREATE in the schema ' || n.nspname FROM pg_namespace n CROSS JOIN mine m "
        "WHERE has_schema_privilege(m.oid, n.oid, 'CREATE') AND n.nspname NOT LIKE 'pg\\_temp\\_%' "
        "AND n.nspname NOT LIKE 'pg\\_toast%'"
    ),
    ("SELECT 'may CREATE schemas' FROM mine WHERE has_database_privilege(oid, current_database(), 'CREATE')"),
    "SELECT 'may make temporary tables' FROM mine WHERE has_database_privilege(oid, current_database(), 'TEMPORARY')",
    (
        "SELECT 'may TRUNCATE ' || c.relname FROM pg_class c CROSS JOIN mine m "  # noqa: S608
        f"WHERE {TABLES} AND has_table_privilege(m.oid, c.oid, 'TRUNCATE')"
    ),
    (
        "SELECT 'may make triggers on ' || c.relname FROM pg_class c CROSS JOIN mine m "  # noqa: S608
        f"WHERE {TABLES} AND has_table_privilege(m.oid, c.oid, 'TRIGGER')"
    ),
    # A function that runs as the one who made it.
    (
        "SELECT 'may act as ' || o.rolname || ' by the function ' || p.proname "  # noqa: S608
        "FROM pg_proc p JOIN pg_roles o ON o.oid = p.proowner CROSS JOIN mine m "
        "WHERE p.prosecdef AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype) "
        "AND p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) "
        "AND has_function_privilege(m.oid, p.oid, 'EXECUTE') AND has_schema_privilege(m.oid, p.pronamespace, 'USAGE') "
        f"AND (o.rolsuper OR EXISTS (SELECT 1 FROM pg_class c WHERE {TABLES} AND c.relowner = o.oid)) "
        f"AND p.proowner NOT IN (SELECT oid FROM mine) AND NOT {OF_AN_EXTENSION.format('pg_proc', 'p.oid')}"
    ),
)
PARAMETERS_HAVE_RIGHTS: Final = 150_000  # the server's version from which a right to set one parameter can be given
ON_PARAMETERS: Final = (
    "SELECT 'may silence triggers' FROM mine WHERE has_parameter_privilege(oid, 'session_replication_role', 'SET')",
    (
        "SELECT 'may set ' || a.parname || ' for the whole server' FROM pg_parameter_acl a CROSS JOIN mine m "
        "WHERE has_parameter_privilege(m.oid, a.parname, 'ALTER SYSTEM')"
    ),
    (
        "SELECT 'may set ' || name FROM unnest(ARRAY['allow_system_table_mods', 'session_preload_libraries']) name "
        "CROSS JOIN mine m WHERE has_parameter_privilege(m.oid, name, 'SET')"
    ),
)


def powers(connection: Connection) -> list[str]:
    """What the role of this connection could do to get past the rules, in words. A file of SQLite knows no roles."""
    if connection.dialect.name != "postgresql":
        return []
    queries = list(QUERIES)
    if int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) >= PARAMETERS_HAVE_RIGHTS:
        queries.extend(ON_PARAMETERS)
    found = [word for query in queries for word in sorted(connection.scalars(text(MINE + query)).all())]
    # Asked with its schema, and compared here: what stands before pg_catalog could answer in its place.
    path = connection.exec_driver_sql("SELECT pg_catalog.array_to_json(pg_catalog.current_schemas(true))").scalar_one()
    if next((name for name in path if not name.startswith("pg_temp_")), "") != "pg_catalog":
        found.append("looks for functions elsewhere before pg_catalog")
    return list(dict.fromkeys(found))
