"""Decryptions that wait for their check; complaints during the making of a key; codes for handing in a shuffle."""

import sqlalchemy as sa
from alembic import op

from pb.freezes import ALWAYS, Rule, create, drop

revision = "0010_trustees"
down_revision = "0009_whole"
branch_labels = None
depends_on = None

RULES = [
    Rule("poll_decryptions", "UPDATE", ALWAYS),
    Rule("poll_complaints", "UPDATE", ALWAYS),
    Rule("poll_complaints", "DELETE", ALWAYS),
]


def upgrade() -> None:
    op.create_table(
        "poll_decryptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name="fk_poll_decryptions_poll_id"),
        sa.PrimaryKeyConstraint("id", name="pk_poll_decryptions"),
        sa.UniqueConstraint("poll_id", "position", name="uq_poll_decryptions_poll_id_position"),
    )
    op.create_table(
        "poll_complaints",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("dealer_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name="fk_poll_complaints_poll_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_poll_complaints_person_id"),
        sa.ForeignKeyConstraint(["dealer_id"], ["people.id"], name="fk_poll_complaints_dealer_id"),
        sa.PrimaryKeyConstraint("poll_id", "person_id", "dealer_id", name="pk_poll_complaints"),
    )
    op.create_table(
        "shuffle_codes",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shuffle_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name="fk_shuffle_codes_poll_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_shuffle_codes_person_id"),
        sa.ForeignKeyConstraint(["shuffle_id"], ["poll_shuffles.id"], name="fk_shuffle_codes_shuffle_id"),
        sa.PrimaryKeyConstraint("poll_id", "person_id", name="pk_shuffle_codes"),
        sa.UniqueConstraint("digest", name="uq_shuffle_codes_digest"),
    )
    create(RULES)


def downgrade() -> None:
    drop(RULES)
    for table in ("shuffle_codes", "poll_complaints", "poll_decryptions"):
        op.drop_table(table)
