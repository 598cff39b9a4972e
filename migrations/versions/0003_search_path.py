"""A rule means our tables: functions of triggers look for names in their own schema, whoever calls them.

Without this a table of the same name that a session makes for itself (`CREATE TEMPORARY TABLE minutes`), or a function
of a schema that it puts first, is what the rule asks. Built-in functions are found first in any case. SQLite looks for
names in a trigger's own file alone.
"""

from alembic import op

revision = "0003_search_path"
down_revision = "0002_frozen"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _of_each_function("SET search_path = ' || quote_ident(current_schema()) || ', pg_temp")


def downgrade() -> None:
    _of_each_function("RESET search_path")


def _of_each_function(change: str) -> None:
    """Changes every function that a trigger of ours calls."""
    if op.get_bind().dialect.name == "sqlite":
        return
    functions = (
        "SELECT DISTINCT p.oid::regprocedure AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal "
        "AND c.relnamespace = current_schema()::regnamespace AND p.pronamespace = c.relnamespace"
    )
    op.execute(
        "DO $$ DECLARE function record; BEGIN "
        f"FOR function IN {functions} LOOP EXECUTE 'ALTER FUNCTION ' || function.name || ' {change}'; END LOOP; END $$"
    )
