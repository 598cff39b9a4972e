"""A cycle chooses how its votes are counted: by which rule, from how many votes on, with what for the settlements."""

import sqlalchemy as sa
from alembic import op

revision = "0005_counting"
down_revision = "0004_staff"
branch_labels = None
depends_on = None

COLUMNS = ("stop_at_misfit", "least_votes", "in_part", "settlement_envelopes")


def upgrade() -> None:
    op.add_column("cycles", sa.Column("stop_at_misfit", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("cycles", sa.Column("least_votes", sa.Integer(), server_default="1", nullable=False))
    op.add_column("cycles", sa.Column("in_part", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("cycles", sa.Column("settlement_envelopes", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_column("cycles", column)
