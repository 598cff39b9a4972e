"""What was decided stays: triggers refuse changes that no program should make.

Each rule says when a change is refused; the same condition serves SQLite and PostgreSQL.
"""

from pb.freezes import ALWAYS, Rule, changed, create, drop, whenever

revision = "0002_freezes"
down_revision = "0001_tables"
branch_labels = None
depends_on = None


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


RULES: list[Rule] = [
    *(Rule(table, change, ALWAYS) for table in APPEND_ONLY for change in ("UPDATE", "DELETE")),
    Rule(
        "polls",
        "UPDATE",
        f"(OLD.election_json IS NOT NULL AND {changed(*POLL_FROZEN)}) OR NEW.height < OLD.height "
        f"OR NEW.records < OLD.records OR (OLD.state <> NEW.state AND OLD.state || ' ' || NEW.state NOT IN {MOVES})",
    ),
    Rule("polls", "DELETE", ALWAYS),
    Rule("credentials", "INSERT", OPENED.format(row="NEW")),
    Rule("credentials", "DELETE", OPENED.format(row="OLD")),
    Rule(
        "credentials",
        "UPDATE",
        f"{changed('poll_id', 'entry_id', 'public_key')} OR "
        f"(OLD.handed_over_at IS NOT NULL AND {changed('handed_over_at', 'clerk_id')})",
    ),
    Rule(
        "poll_trustees",
        "UPDATE",
        f"{OPENED.format(row='OLD')} AND {changed('poll_id', 'position', 'person_id', 'key_json', 'confirmed_at')}",
    ),
    Rule("poll_trustees", "INSERT", OPENED.format(row="NEW")),
    Rule("poll_trustees", "DELETE", OPENED.format(row="OLD")),
    *whenever("roll_entries", ROLL_OPENED),
    *whenever("roll_confirmations", ROLL_OPENED),
    Rule("minutes", "UPDATE", "OLD.chair_at IS NOT NULL AND OLD.secretary_at IS NOT NULL"),
    Rule("minutes", "DELETE", "OLD.chair_at IS NOT NULL AND OLD.secretary_at IS NOT NULL"),
    Rule("gatherings", "UPDATE", "OLD.state = 'confirmed'"),
    Rule("gatherings", "DELETE", "OLD.state = 'confirmed'"),
    *whenever("attendances", CONFIRMED),
    *whenever("agenda_questions", CONFIRMED),
    *whenever("conflicts_of_interest", CONFLICT_CONFIRMED),
]


def upgrade() -> None:
    create(RULES)


def downgrade() -> None:
    drop(RULES)
