"""Triggers that keep what was decided, for migrations: one condition serves SQLite and PostgreSQL."""

from collections.abc import Iterable
from typing import NamedTuple

from alembic import op

ALWAYS = "1 = 1"


class Rule(NamedTuple):
    """`change` (INSERT, UPDATE, DELETE) of `table` is refused when the SQL condition `refused` holds for OLD and NEW.

    `prefix` begins the trigger's name: a table takes several rules for one change under different ones.
    """

    table: str
    change: str
    refused: str
    prefix: str = "frozen"

    @property
    def name(self) -> str:
        return f"{self.prefix}_{self.table}_{self.change.lower()}"


def changed(*columns: str) -> str:
    """The condition that one of these columns changes."""
    return "(" + " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns) + ")"


def whenever(table: str, condition: str) -> list[Rule]:
    """Nothing of `table` changes where `condition` (about `{row}`) holds: a row neither enters nor leaves."""
    before, after = condition.format(row="OLD"), condition.format(row="NEW")
    return [Rule(table, "INSERT", after), Rule(table, "UPDATE", f"{before} OR {after}"), Rule(table, "DELETE", before)]


def create(rules: Iterable[Rule]) -> None:
    """Makes the triggers; each refuses with its own name as the error.

    Around the rules of a table stands what would get past them: on SQLite a row that takes the place of another with
    the same key (REPLACE deletes without a trigger unless the connection asks for recursive ones), on PostgreSQL
    TRUNCATE, which fires no trigger of a row.
    """
    rules = list(rules)
    for rule in rules:
        name, change, table, refused = rule.name, rule.change, rule.table, rule.refused
        if _is_sqlite():
            _refuse_on_sqlite(name, change, table, refused)
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {refused} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    for table in _tables(rules):
        if _is_sqlite():
            _refuse_known_keys(table)
        else:
            _refuse_truncate(table)


def drop(rules: Iterable[Rule]) -> None:
    """Takes the triggers away again."""
    rules = list(rules)
    around = ("key_insert", "key_update") if _is_sqlite() else ("truncate",)
    names = [(rule.name, rule.table) for rule in rules]
    names += [(f"frozen_{table}_{suffix}", table) for table in _tables(rules) for suffix in around]
    for name, table in names:
        op.execute(f"DROP TRIGGER {name}" if _is_sqlite() else f"DROP TRIGGER {name} ON {table}")
        if not _is_sqlite():
            op.execute(f"DROP FUNCTION {name}()")


def _tables(rules: Iterable[Rule]) -> list[str]:
    return sorted({rule.table for rule in rules})


def _refuse_on_sqlite(name: str, change: str, table: str, refused: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {change} ON {table} WHEN {refused} BEGIN SELECT RAISE(ABORT, '{name}'); END"
    )


def _refuse_truncate(table: str) -> None:
    name = f"frozen_{table}_truncate"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()")


def _refuse_known_keys(table: str) -> None:
    """SQLite refuses a row whose key another row of `table` has, before it replaces that one: any unique key."""
    ask = op.get_bind().exec_driver_sql
    columns = list(ask(f"SELECT name, pk FROM pragma_table_info('{table}')"))  # noqa: S608 - our own names
    itself = " AND ".join(f"other.{name} IS OLD.{name}" for name, place in columns if place)
    row = ", ".join(f"NEW.{name} AS {name}" for name, _place in columns)
    taken = []
    for index, partial in ask(f"SELECT name, partial FROM pragma_index_list('{table}') WHERE \"unique\"").all():  # noqa: S608
        # A unique key with expressions or with no column would be read wrongly here: there is none.
        key = [name for (name,) in ask(f"SELECT name FROM pragma_index_info('{index}') ORDER BY seqno")]  # noqa: S608
        same = " AND ".join(f"other.{name} = NEW.{name}" for name in key)
        if partial:
            made = ask(f"SELECT sql FROM sqlite_master WHERE type = 'index' AND name = '{index}'").scalar_one()  # noqa: S608
            within = made.split(" WHERE ", 1)[1]
            taken.append((f"{same} AND ({within})", f" AND EXISTS (SELECT 1 FROM (SELECT {row}) WHERE {within})"))  # noqa: S608
        else:
            taken.append((same, ""))

    def any_taken(also: str) -> str:
        return " OR ".join(
            f"(EXISTS (SELECT 1 FROM {table} other WHERE {same}{also}){within})"  # noqa: S608 - our own names
            for same, within in taken
        )

    _refuse_on_sqlite(f"frozen_{table}_key_insert", "INSERT", table, any_taken(""))
    _refuse_on_sqlite(f"frozen_{table}_key_update", "UPDATE", table, any_taken(f" AND NOT ({itself})"))


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
