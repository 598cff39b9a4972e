"""A cycle chooses what a ballot says, the group it is encrypted in, and how many trustees are needed to decrypt.

Trustees' messages while they make a threshold key together stand beside their keys; shuffles are kept while they are
checked.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from pb.freezes import ALWAYS, Rule, changed, create, drop

revision = "0009_whole"
down_revision = "0008_cards"
branch_labels = None
depends_on = None

COLUMNS = {
    "cycles": (
        "ballot_kind",
        "blank",
        "group_name",
        "trustees_needed",
        "points_each",
        "points_total",
        "equal_shares",
    ),
    "polls": ("group_name", "threshold"),
    "poll_trustees": ("certificate_json", "dealing_json", "share_json", "fault"),
}
OPENED = "EXISTS (SELECT 1 FROM polls WHERE polls.id = OLD.poll_id AND polls.election_json IS NOT NULL)"
SHUFFLE_DECIDED = f"OLD.verdict IS NOT NULL OR {changed('id', 'poll_id', 'position', 'data', 'handed_in_at')}"
RULES = [
    Rule("polls", "UPDATE", f"OLD.election_json IS NOT NULL AND {changed('group_name', 'threshold')}", "frozen_kind"),
    Rule(
        "poll_trustees",
        "UPDATE",
        f"{OPENED} AND {changed('certificate_json', 'dealing_json', 'share_json')}",
        "frozen_ceremony",
    ),
    Rule("poll_shuffles", "UPDATE", SHUFFLE_DECIDED),
    Rule("poll_shuffles", "DELETE", ALWAYS),
]


def _choices() -> Iterator[sa.Column[Any]]:
    yield sa.Column("ballot_kind", sa.String(length=10), server_default="totals", nullable=False)
    yield sa.Column("blank", sa.Boolean(), server_default=sa.false(), nullable=False)
    yield sa.Column("group_name", sa.String(length=13), server_default="BELENIOS-2048", nullable=False)
    for name in ("trustees_needed", "points_each", "points_total"):
        yield sa.Column(name, sa.Integer(), server_default="0", nullable=False)
    yield sa.Column("equal_shares", sa.Boolean(), server_default=sa.false(), nullable=False)


def upgrade() -> None:
    for column in _choices():
        op.add_column("cycles", column)
    group = sa.Column("group_name", sa.String(length=13), server_default="BELENIOS-2048", nullable=False)
    op.add_column("polls", group)
    op.add_column("polls", sa.Column("threshold", sa.Integer(), nullable=True))
    for name in ("certificate_json", "dealing_json", "share_json"):
        op.add_column("poll_trustees", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("poll_trustees", sa.Column("fault", sa.String(length=12), server_default="", nullable=False))
    op.create_table(
        "poll_shuffles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name="fk_poll_shuffles_poll_id"),
        sa.PrimaryKeyConstraint("id", name="pk_poll_shuffles"),
    )
    op.create_index("ix_poll_shuffles_poll_id", "poll_shuffles", ["poll_id"])
    create(RULES)


def downgrade() -> None:
    drop(RULES)
    op.drop_index("ix_poll_shuffles_poll_id", "poll_shuffles")
    op.drop_table("poll_shuffles")
    for table, columns in COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)
