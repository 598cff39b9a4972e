"""What was decided stays: triggers refuse changes that no program should make.

Each rule says when a change is refused; the same condition serves SQLite and PostgreSQL.
"""

from typing import NamedTuple

from alembic import op

revision = "0002_freezes"
down_revision = "0001_tables"
branch_labels = None
depends_on = None


class Rule(NamedTuple):
    """`change` (INSERT, UPDATE, DELETE) of `table` is refused when `refused` holds for OLD and NEW."""

    table: str
    change: str
    refused: str


ALWAYS = "1 = 1"
APPEND_ONLY = (
    "audit_events",
    "archive_records",
    "participations",
    "cast_ballots",
    "budget_lines",
    "akim_answers",
    "maslikhat_decisions",
)
POLL_FROZEN = (
    "cycle_id",
    "attempt",
    "uuid",
    "receipt_private",
    "receipt_public",
    "prepared_at",
    "trustees_json",
    "seed_text",
    "minutes_number",
    "minutes_on",
    "minutes_chair_id",
    "minutes_secretary_id",
    "election_json",
    "opened_at",
    "closes_at",
    "timestamp",
)
MOVES = (
    "preparing open",
    "open closed",
    "open under_minimum",
    "closed decrypting",
    "decrypting complete",
    "preparing annulled",
    "open annulled",
    "closed annulled",
    "decrypting annulled",
    "under_minimum annulled",
)
OPENED = "EXISTS (SELECT 1 FROM polls WHERE polls.id = {row}.poll_id AND polls.election_json IS NOT NULL)"
ROLL_OPENED = (
    "EXISTS (SELECT 1 FROM polls WHERE polls.cycle_id = {row}.cycle_id AND polls.election_json IS NOT NULL "
    "AND polls.state NOT IN ('annulled', 'under_minimum') )"
)
CONFIRMED = (
    "EXISTS (SELECT 1 FROM minutes WHERE minutes.gathering_id = {row}.gathering_id "
    "AND minutes.chair_at IS NOT NULL AND minutes.secretary_at IS NOT NULL)"
)
CONFLICT_CONFIRMED = (
    "EXISTS (SELECT 1 FROM minutes JOIN agenda_questions ON agenda_questions.gathering_id = minutes.gathering_id "
    "WHERE agenda_questions.id = {row}.question_id AND minutes.chair_at IS NOT NULL "
    "AND minutes.secretary_at IS NOT NULL)"
)


def _changed(*columns: str) -> str:
    return "(" + " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns) + ")"


def _whenever(table: str, condition: str) -> list[Rule]:
    before, after = condition.format(row="OLD"), condition.format(row="NEW")
    # Both sides of an update: a row must neither enter nor leave what is frozen.
    return [Rule(table, "INSERT", after), Rule(table, "UPDATE", f"{before} OR {after}"), Rule(table, "DELETE", before)]


RULES: list[Rule] = [
    *(Rule(table, change, ALWAYS) for table in APPEND_ONLY for change in ("UPDATE", "DELETE")),
    Rule(
        "polls",
        "UPDATE",
        f"(OLD.election_json IS NOT NULL AND {_changed(*POLL_FROZEN)}) OR NEW.height < OLD.height "
        f"OR NEW.records < OLD.records OR (OLD.state <> NEW.state AND OLD.state || ' ' || NEW.state NOT IN {MOVES})",
    ),
    Rule("polls", "DELETE", ALWAYS),
    Rule("credentials", "INSERT", OPENED.format(row="NEW")),
    Rule("credentials", "DELETE", OPENED.format(row="OLD")),
    Rule(
        "credentials",
        "UPDATE",
        f"{_changed('poll_id', 'entry_id', 'public_key')} OR "
        f"(OLD.handed_over_at IS NOT NULL AND {_changed('handed_over_at', 'clerk_id')})",
    ),
    Rule(
        "poll_trustees",
        "UPDATE",
        f"{OPENED.format(row='OLD')} AND {_changed('poll_id', 'position', 'person_id', 'key_json', 'confirmed_at')}",
    ),
    Rule("poll_trustees", "INSERT", OPENED.format(row="NEW")),
    Rule("poll_trustees", "DELETE", OPENED.format(row="OLD")),
    *_whenever("roll_entries", ROLL_OPENED),
    *_whenever("roll_confirmations", ROLL_OPENED),
    Rule("minutes", "UPDATE", "OLD.chair_at IS NOT NULL AND OLD.secretary_at IS NOT NULL"),
    Rule("minutes", "DELETE", "OLD.chair_at IS NOT NULL AND OLD.secretary_at IS NOT NULL"),
    Rule("gatherings", "UPDATE", "OLD.state = 'confirmed'"),
    Rule("gatherings", "DELETE", "OLD.state = 'confirmed'"),
    *_whenever("attendances", CONFIRMED),
    *_whenever("agenda_questions", CONFIRMED),
    *_whenever("conflicts_of_interest", CONFLICT_CONFIRMED),
]


def _name(rule: Rule) -> str:
    return f"frozen_{rule.table}_{rule.change.lower()}"


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for rule in RULES:
        name = _name(rule)
        if sqlite:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {rule.change} ON {rule.table} WHEN {rule.refused} "
                f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {rule.refused} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {rule.change} ON {rule.table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for rule in RULES:
        name = _name(rule)
        op.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {rule.table}")
        if not sqlite:
            op.execute(f"DROP FUNCTION {name}()")
