"""Electronic signatures: texts that wait to be signed, and signatures, which stay

A migration must work with the release before it still running.
"""

import sqlalchemy as sa
from alembic import op

import pb.db
from pb.freezes import ALWAYS, Rule, create, drop

revision = "0007_eds"
down_revision = "0006_decisions"
branch_labels = None
depends_on = None

RULES = [Rule("signatures", "UPDATE", ALWAYS), Rule("signatures", "DELETE", ALWAYS)]


def upgrade() -> None:
    op.create_table(
        "eds_nonces",
        sa.Column("nonce", sa.String(length=43), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("expires_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("used_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_eds_nonces")),
    )
    op.create_index(op.f("ix_eds_nonces_expires_at"), "eds_nonces", ["expires_at"])
    op.create_table(
        "signatures",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cms", sa.LargeBinary(), nullable=False),
        sa.Column("algorithm", sa.String(length=40), nullable=False),
        sa.Column("certificate", sa.String(length=64), nullable=False),
        sa.Column("organization_bin", sa.String(length=12), nullable=True),
        sa.Column("signed_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_signatures_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint("kind", "subject_id", "role", name=op.f("uq_signatures_kind_subject_id_role")),
    )
    op.create_index(op.f("ix_signatures_person_id"), "signatures", ["person_id"])
    create(RULES)


def downgrade() -> None:
    drop(RULES)
    op.drop_table("signatures")
    op.drop_table("eds_nonces")
