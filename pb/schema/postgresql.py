"""What a PostgreSQL database is made of: queries that each version, also after a restore, answers alike.

Each row is a name, a definition and an expression or NULL. Definitions are taken from the catalogue's columns; what
PostgreSQL would have to print from a tree (CHECKs, defaults, conditions of indexes) is an expression, to be normalised.
Whatever belongs to an extension is left out.
"""

from typing import Final

from sqlalchemy import Connection

from pb.schema.expressions import normalised

OURS: Final = "c.relnamespace = current_schema()::regnamespace"
TABLES: Final = f"{OURS} AND c.relkind IN ('r', 'p')"
FOREIGN: Final = "current_schema()::regnamespace THEN '' ELSE {0}::regnamespace::text || '.' END"
OF_AN_EXTENSION: Final = (
    "EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = '{0}'::regclass AND e.objid = {1} AND e.deptype = 'e')"
)


def _columns(of: str, numbers: str) -> str:
    """The names of the columns of the table `of` with these numbers, in their order."""
    return (
        "(SELECT string_agg(COALESCE(a.attname, 'expression'), ', ' ORDER BY n.place) "  # noqa: S608 - our own text
        f"FROM unnest({numbers}) WITH ORDINALITY AS n(number, place) "
        f"LEFT JOIN pg_attribute a ON a.attrelid = {of} AND a.attnum = n.number AND n.number <> 0)"
    )


def _when(condition: str, words: str) -> str:
    return f"CASE WHEN {condition} THEN ' {words}' ELSE '' END"


def _named(namespace: str, name: str) -> str:
    """A name, with its schema where that is not ours."""
    return f"CASE WHEN {namespace} = {FOREIGN.format(namespace)} || {name}"


QUERIES: Final = (
    # Columns, with what stands in them by default.
    (
        "SELECT 'column ' || c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod) || "
        + " || ".join(
            (
                _when("a.attcollation <> t.typcollation", "of another collation"),
                _when("a.attnotnull", "NOT NULL"),
                _when("a.attidentity <> ''", "IDENTITY"),
                _when("a.attgenerated <> ''", "GENERATED"),
                _when("d.oid IS NOT NULL", "DEFAULT"),
            )
        )
        + ", pg_get_expr(d.adbin, d.adrelid) "
        "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid "
        "LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
        f"WHERE {TABLES} AND a.attnum > 0 AND NOT a.attisdropped"
    ),
    # Tables: a policy hides rows, a child's rows come past the parent's triggers, what is not logged goes with a crash.
    (
        "SELECT 'table ' || c.relname || '.' || c.relname, CASE c.relkind WHEN 'r' THEN 'plain' ELSE 'in parts' END || "  # noqa: S608
        + " || ".join(
            (
                _when("c.relrowsecurity", "with rows hidden by policies"),
                _when("c.relpersistence <> 'p'", "not logged"),
                _when("EXISTS (SELECT 1 FROM pg_inherits i WHERE c.oid IN (i.inhparent, i.inhrelid))", "inheriting"),
            )
        )
        + f", NULL FROM pg_class c WHERE {TABLES}"
    ),
    # Constraints; those of triggers and of NOT NULL stand elsewhere.
    (
        "SELECT 'constraint ' || c.relname || '.' || k.conname, "
        "CASE k.contype WHEN 'c' THEN 'CHECK' WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' "
        "WHEN 'f' THEN 'FOREIGN KEY' ELSE 'another kind ' || k.contype::text END "
        f"|| CASE WHEN k.contype = 'c' THEN '' ELSE ' (' || {_columns('k.conrelid', 'k.conkey')} || ')' END "
        f"|| CASE WHEN k.contype = 'f' THEN ' REFERENCES ' || {_named('f.relnamespace', 'f.relname')} "
        f"|| ' (' || {_columns('k.confrelid', 'k.confkey')} || ')' "
        "|| ' UPDATE ' || k.confupdtype::text || ' DELETE ' || k.confdeltype::text "
        "|| ' MATCH ' || k.confmatchtype::text "
        "ELSE '' END || "
        + " || ".join(
            (
                _when("k.condeferrable", "DEFERRABLE"),
                _when("k.condeferred", "DEFERRED"),
                _when("NOT k.convalidated", "NOT VALID"),
                _when("to_jsonb(k) ->> 'conenforced' = 'false'", "NOT ENFORCED"),  # from PostgreSQL 18 on
                _when("k.contype = 'c' AND k.connoinherit", "NO INHERIT"),
            )
        )
        + ", CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END "
        "FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_class f ON f.oid = k.confrelid "
        f"WHERE {TABLES} AND k.contype NOT IN ('n', 't')"
    ),
    (
        "SELECT 'index ' || c.relname || '.' || i.relname, m.amname "  # noqa: S608
        f"|| ' (' || {_columns('x.indrelid', 'x.indkey::int2[]')} || ')' || "
        + " || ".join(
            (
                _when("x.indisunique", "UNIQUE"),
                _when("x.indnkeyatts < x.indnatts", "with columns beside the key"),
                _when("0 <> ANY (x.indoption::int2[])", "in another order"),
                _when("NOT (x.indisvalid AND x.indisready AND x.indislive)", "INVALID"),
                _when("NOT x.indimmediate", "DEFERRABLE"),
                _when("to_jsonb(x) ->> 'indnullsnotdistinct' = 'true'", "NULLS NOT DISTINCT"),  # from 15 on
                _when(
                    "EXISTS (SELECT 1 FROM pg_opclass o WHERE o.oid = ANY (x.indclass::oid[]) AND NOT o.opcdefault)",
                    "of another class",
                ),
                _when(
                    "EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = x.indexrelid AND a.attnum > 0 "
                    "AND a.attcollation NOT IN (SELECT b.attcollation FROM pg_attribute b "
                    "WHERE b.attrelid = x.indrelid AND b.attnum = x.indkey[a.attnum - 1]))",
                    "of another collation",
                ),
                _when("x.indexprs IS NOT NULL", "of expressions"),
                _when("x.indpred IS NOT NULL", "WHERE"),
            )
        )
        + ", pg_get_expr(x.indpred, x.indrelid) FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid "
        f"JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam WHERE {TABLES}"
    ),
    # Triggers; O is enabled as usual, D disabled. Ours have no condition, no arguments, no columns.
    (
        "SELECT 'trigger ' || c.relname || '.' || t.tgname, "
        "CASE WHEN t.tgtype & 2 > 0 THEN 'BEFORE' WHEN t.tgtype & 64 > 0 THEN 'INSTEAD OF' ELSE 'AFTER' END || "
        + " || ".join(
            (
                _when("t.tgtype & 4 > 0", "INSERT"),
                _when("t.tgtype & 8 > 0", "DELETE"),
                _when("t.tgtype & 16 > 0", "UPDATE"),
                _when("t.tgtype & 32 > 0", "TRUNCATE"),
                _when("t.tgtype & 1 > 0", "ROW"),
                _when("t.tgqual IS NOT NULL", "WHEN"),
                _when("array_length(t.tgattr::int2[], 1) > 0", "OF COLUMNS"),
                _when("t.tgnargs > 0", "WITH ARGUMENTS"),
                _when("t.tgconstraint <> 0 OR t.tgdeferrable", "CONSTRAINT"),
                _when("t.tgoldtable IS NOT NULL OR t.tgnewtable IS NOT NULL", "REFERENCING"),
            )
        )
        + f" || ' EXECUTE ' || {_named('p.pronamespace', 'p.proname')} || ' ' || t.tgenabled::text, NULL "
        "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
        f"WHERE {OURS} AND NOT t.tgisinternal"
    ),
    # The functions that they call, as they were written.
    (
        "SELECT DISTINCT 'function ' || c.relname || '.' || p.proname, l.lanname || ' RETURNS ' "
        "|| format_type(p.prorettype, NULL) || "
        + _when("p.prosecdef", "SECURITY DEFINER")
        + " || CASE WHEN p.proconfig IS NULL THEN '' "
        "WHEN p.proconfig = ARRAY['search_path=' || quote_ident(current_schema()) || ', pg_temp'] "
        "THEN ' IN ITS SCHEMA' "
        "ELSE ' SET ' || array_to_string(p.proconfig, ' SET ') END || ' AS ' || p.prosrc, NULL "
        "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
        f"JOIN pg_language l ON l.oid = p.prolang WHERE {OURS} AND NOT t.tgisinternal"
    ),
    # Foreign keys are triggers inside: one that is disabled looks at nothing.
    (
        "SELECT 'foreign key ' || c.relname || '.' || t.tgname, 'disabled', NULL FROM pg_trigger t "  # noqa: S608
        f"JOIN pg_class c ON c.oid = t.tgrelid WHERE {OURS} AND t.tgisinternal AND t.tgenabled <> 'O'"
    ),
    "SELECT 'rule ' || tablename || '.' || rulename, 'a rule', NULL FROM pg_rules WHERE schemaname = current_schema()",
    # What another server sends is written as by a replica: no trigger fires.
    (
        "SELECT 'subscription ' || c.relname || '.' || s.srsubid, 'written by another server', NULL "  # noqa: S608
        f"FROM pg_subscription_rel s JOIN pg_class c ON c.oid = s.srrelid WHERE {OURS}"
    ),
    # As a replica, a session fires no trigger; somebody's next session may be told to be one.
    "SELECT 'setting session_replication_role', current_setting('session_replication_role'), NULL",
    (
        "SELECT 'setting session_replication_role of ' || COALESCE(r.rolname, 'everybody'), one, NULL "
        "FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) one LEFT JOIN pg_roles r ON r.oid = s.setrole "
        "WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) "
        "AND one LIKE 'session\\_replication\\_role=%%' AND one <> 'session_replication_role=origin'"
    ),
    # A function or an operator in our schema that fits better than the one of the same name that every rule means.
    (
        "SELECT 'shadow ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', 'function', NULL "  # noqa: S608
        "FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace "
        "AND EXISTS (SELECT 1 FROM pg_proc o WHERE o.pronamespace = 'pg_catalog'::regnamespace "
        "AND o.proname = p.proname) "
        f"AND NOT {OF_AN_EXTENSION.format('pg_proc', 'p.oid')}"
    ),
    (
        "SELECT 'shadow ' || p.oprname || '(' || format_type(p.oprleft, NULL) || ', ' || format_type(p.oprright, NULL) "  # noqa: S608
        "|| ')', 'operator', NULL FROM pg_operator p WHERE p.oprnamespace = current_schema()::regnamespace "
        f"AND NOT {OF_AN_EXTENSION.format('pg_operator', 'p.oid')}"
    ),
    # What runs by itself when the owner migrates.
    (
        "SELECT 'event trigger ' || v.evtname, v.evtevent || ' EXECUTE ' || p.proname, NULL "  # noqa: S608
        "FROM pg_event_trigger v JOIN pg_proc p ON p.oid = v.evtfoid WHERE v.evtenabled <> 'D' "
        f"AND NOT {OF_AN_EXTENSION.format('pg_event_trigger', 'v.oid')}"
    ),
)


def parts(connection: Connection) -> dict[str, str]:
    """All parts of this database by name, each with its definition on one line."""
    found = {}
    for query in QUERIES:
        for name, definition, expression in connection.exec_driver_sql(query):
            whole = definition if expression is None else f"{definition} {normalised(expression)}"
            found[name] = whole.encode("unicode_escape").decode("ascii")
    return dict(sorted(found.items()))
