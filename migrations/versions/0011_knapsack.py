"""A cycle whose voters choose projects up to a sum says which sum."""

import sqlalchemy as sa
from alembic import op

revision = "0011_knapsack"
down_revision = "0010_trustees"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cycles", sa.Column("cost_limit", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("cycles", "cost_limit")
