"""What was decided stays: triggers refuse changes that no program should make.

Each rule says when a change is refused; the same condition serves SQLite and PostgreSQL. Frozen rows stay frozen, but
for two columns that may change in them, and only to bytes that begin with the header of a newer key: the sealed IIN of
a roll entry and the sealed receipt key of a poll. What an entry is found by stays as it was. After the terms that
pb/erasure counts, some columns and rows may go, and come back never.
"""

from alembic import op

from pb.freezes import cards, checks, gatherings, links, polls, roles, roll, suspensions
from pb.freezes.rule import ALWAYS, Rule, create, drop

revision = "0002_frozen"
down_revision = "0001_tables"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "akim_answers",
    "archive_records",
    "audit_events",
    "budget_lines",
    "card_batches",
    "card_withdrawals",
    "links_erasures",
    "maker_confirmations",
    "maslikhat_decisions",
    "numbers_erasures",
    "paper_counts",
    "participant_lists",
    "poll_complaints",
    "roll_changes",
    "sample_answers",
    "sample_draws",
    "signatures",
)


def _rules() -> list[Rule]:
    """All rules, with what sealed bytes begin with as this database writes it."""
    mark = "x'61736172'" if op.get_bind().dialect.name == "sqlite" else "'\\x61736172'::bytea"
    return [
        *(Rule(table, change, ALWAYS) for table in APPEND_ONLY for change in ("UPDATE", "DELETE")),
        *polls.rules(mark),
        *links.rules(),
        *roll.rules(mark),
        *cards.rules(),
        *checks.rules(),
        *gatherings.rules(),
        *roles.rules(),
        *suspensions.rules(),
    ]


def upgrade() -> None:
    create(_rules())


def downgrade() -> None:
    drop(_rules())
