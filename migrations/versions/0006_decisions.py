"""What was decided was decided in order: with a quorum, by two, while the poll was open; a proposal is accepted once."""

import sqlalchemy as sa
from alembic import op

from pb.freezes import Rule, create, drop

revision = "0006_decisions"
down_revision = "0005_counting"
branch_labels = None
depends_on = None

UNCONFIRMED = (
    "NOT EXISTS (SELECT 1 FROM minutes WHERE minutes.id = NEW.minutes_id "
    "AND minutes.chair_at IS NOT NULL AND minutes.secretary_at IS NOT NULL)"
)
ONE_PERSON = (
    "NEW.chair_id = NEW.secretary_id OR (NEW.chair_at IS NULL) <> (NEW.chair_id IS NULL) "
    "OR (NEW.secretary_at IS NULL) <> (NEW.secretary_id IS NULL)"
)
WITHOUT_VOTES = (
    "NEW.outcome IS NOT NULL AND (NEW.in_favour IS NULL OR NEW.against IS NULL OR NEW.abstained IS NULL "
    "OR NOT EXISTS (SELECT 1 FROM gatherings WHERE gatherings.id = NEW.gathering_id "
    "AND gatherings.state IN ('quorate', 'minuted', 'confirmed')))"
)
RULES = [
    Rule(
        "participations",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM polls WHERE polls.id = NEW.poll_id AND polls.state = 'open')",
        "ordered",
    ),
    Rule("akim_answers", "INSERT", UNCONFIRMED, "ordered"),
    *(Rule("minutes", change, ONE_PERSON, "ordered") for change in ("INSERT", "UPDATE")),
    *(Rule("agenda_questions", change, WITHOUT_VOTES, "ordered") for change in ("INSERT", "UPDATE")),
]


def upgrade() -> None:
    accepted = sa.text("verdict = 'accept'")
    op.create_index(
        "uq_reviews_accepted",
        "reviews",
        ["proposal_id"],
        unique=True,
        sqlite_where=accepted,
        postgresql_where=accepted,
    )
    create(RULES)


def downgrade() -> None:
    drop(RULES)
    op.drop_index("uq_reviews_accepted", table_name="reviews")
