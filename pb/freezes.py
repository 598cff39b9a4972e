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
    """Makes the triggers; each refuses with its own name as the error."""
    for rule in rules:
        name, change, table, refused = rule.name, rule.change, rule.table, rule.refused
        if _is_sqlite():
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {change} ON {table} WHEN {refused} "
                f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {refused} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def drop(rules: Iterable[Rule]) -> None:
    """Takes the triggers away again."""
    for rule in rules:
        op.execute(f"DROP TRIGGER {rule.name}" if _is_sqlite() else f"DROP TRIGGER {rule.name} ON {rule.table}")
        if not _is_sqlite():
            op.execute(f"DROP FUNCTION {rule.name}()")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
