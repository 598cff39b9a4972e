"""Cards: the reserve, re-issues by two people, codes released to a digital signature, evidence of ballots."""

import sqlalchemy as sa
from alembic import op

import pb.db
from pb.freezes import ALWAYS, Rule, changed, create, drop

revision = "0008_cards"
down_revision = "0007_eds"
branch_labels = None
depends_on = None

MOMENT = pb.db.UTCDateTime(timezone=True)
OPENED = "EXISTS (SELECT 1 FROM polls WHERE polls.id = {row}.poll_id AND polls.election_json IS NOT NULL)"
APPROVED = (
    "EXISTS (SELECT 1 FROM reissues WHERE reissues.poll_id = NEW.poll_id AND reissues.entry_id = NEW.entry_id "
    "AND reissues.approved_at IS NOT NULL)"
)


CARD_BEFORE = Rule(
    "credentials",
    "UPDATE",
    f"{changed('poll_id', 'entry_id', 'public_key')} OR "
    f"(OLD.handed_over_at IS NOT NULL AND {changed('handed_over_at', 'clerk_id')})",
)
CARD = Rule(
    "credentials",
    "UPDATE",
    f"{CARD_BEFORE.refused} OR (OLD.released_at IS NOT NULL AND {changed('released_at')}) "
    f"OR (NEW.released_at IS NOT NULL AND (NEW.handed_over_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL)) "
    f"OR (OLD.withdrawn_at IS NOT NULL AND {changed('handed_over_at', 'clerk_id', 'released_at', 'withdrawn_at')}) "
    f"OR (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL AND NOT {APPROVED})",
)
PROPOSAL = ("poll_id", "entry_id", "reason", "proposed_at", "proposed_by")
APPROVAL = ("approved_at", "approved_by", "reserve", "withdrawn_key", "event")
RULES = (
    Rule("reserve_credentials", "INSERT", OPENED.format(row="NEW")),
    Rule("reserve_credentials", "UPDATE", ALWAYS),
    Rule("reserve_credentials", "DELETE", OPENED.format(row="OLD")),
    Rule("sealed_codes", "INSERT", OPENED.format(row="NEW")),
    Rule("sealed_codes", "UPDATE", ALWAYS),
    Rule("sealed_codes", "DELETE", OPENED.format(row="OLD")),
    Rule(
        "reissues",
        "UPDATE",
        (
            f"{changed('id', *PROPOSAL)} OR (OLD.approved_at IS NOT NULL AND {changed(*APPROVAL)}) "
            f"OR (OLD.handed_over_at IS NOT NULL AND {changed('handed_over_at', 'clerk_id')}) "
            f"OR (OLD.replaced_at IS NOT NULL AND {changed('handed_over_at', 'clerk_id', 'replaced_at')})"
        ),
    ),
    Rule("reissues", "DELETE", "OLD.approved_at IS NOT NULL"),
    Rule("ballot_evidence", "UPDATE", ALWAYS),
    Rule("ballot_evidence", "DELETE", ALWAYS),
)


def _add_ways_to_the_voter() -> None:
    # In SQL of our own: SQLite adds a column with its constraint, and cannot add a constraint to a table by itself.
    moment = MOMENT.compile(dialect=op.get_bind().dialect)
    op.execute(
        f"ALTER TABLE credentials ADD COLUMN released_at {moment} "
        "CONSTRAINT ck_credentials_one_way_to_the_voter CHECK (released_at IS NULL OR handed_over_at IS NULL)"
    )
    op.execute(
        f"ALTER TABLE credentials ADD COLUMN withdrawn_at {moment} "
        "CONSTRAINT ck_credentials_released_or_withdrawn CHECK (released_at IS NULL OR withdrawn_at IS NULL)"
    )


def upgrade() -> None:
    _add_ways_to_the_voter()
    op.create_table(
        "sealed_codes",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name="fk_sealed_codes_poll_id"),
        sa.ForeignKeyConstraint(
            ["poll_id", "entry_id"],
            ["credentials.poll_id", "credentials.entry_id"],
            name="fk_sealed_codes_poll_id_entry_id",
        ),
        sa.PrimaryKeyConstraint("poll_id", "entry_id", name="pk_sealed_codes"),
    )
    op.create_table(
        "reserve_credentials",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.String(length=700), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name="fk_reserve_credentials_poll_id"),
        sa.PrimaryKeyConstraint("poll_id", "number", name="pk_reserve_credentials"),
        sa.UniqueConstraint("poll_id", "public_key", name="uq_reserve_credentials_poll_id_public_key"),
    )
    op.create_table(
        "reissues",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("reserve", sa.Integer(), nullable=True),
        sa.Column("withdrawn_key", sa.String(length=700), nullable=True),
        sa.Column("event", sa.String(length=64), nullable=True),
        sa.Column("handed_over_at", MOMENT, nullable=True),
        sa.Column("clerk_id", sa.Uuid(), nullable=True),
        sa.Column("replaced_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("approved_by <> proposed_by", name="ck_reissues_by_two_people"),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by IS NULL) AND (approved_at IS NULL) = (reserve IS NULL) "
            "AND (approved_at IS NULL) = (withdrawn_key IS NULL) AND (approved_at IS NULL) = (event IS NULL)",
            name="ck_reissues_approved_as_a_whole",
        ),
        sa.CheckConstraint("(handed_over_at IS NULL) = (clerk_id IS NULL)", name="ck_reissues_handed_over_by_a_clerk"),
        sa.CheckConstraint(
            "approved_at IS NOT NULL OR (handed_over_at IS NULL AND replaced_at IS NULL)",
            name="ck_reissues_approved_first",
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["people.id"], name="fk_reissues_approved_by"),
        sa.ForeignKeyConstraint(["clerk_id"], ["people.id"], name="fk_reissues_clerk_id"),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name="fk_reissues_poll_id"),
        sa.ForeignKeyConstraint(
            ["poll_id", "entry_id"],
            ["credentials.poll_id", "credentials.entry_id"],
            name="fk_reissues_poll_id_entry_id",
        ),
        sa.ForeignKeyConstraint(
            ["poll_id", "reserve"],
            ["reserve_credentials.poll_id", "reserve_credentials.number"],
            name="fk_reissues_poll_id_reserve",
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name="fk_reissues_proposed_by"),
        sa.PrimaryKeyConstraint("id", name="pk_reissues"),
        sa.UniqueConstraint("poll_id", "reserve", name="uq_reissues_poll_id_reserve"),
        sa.UniqueConstraint("poll_id", "withdrawn_key", name="uq_reissues_poll_id_withdrawn_key"),
    )
    op.create_index("ix_reissues_poll_id", "reissues", ["poll_id"])
    for name, where in (
        ("one_proposal_at_a_time", "approved_at IS NULL"),
        ("one_reissue_in_force", "approved_at IS NOT NULL AND replaced_at IS NULL"),
    ):
        condition = sa.text(where)
        op.create_index(
            name,
            "reissues",
            ["poll_id", "entry_id"],
            unique=True,
            sqlite_where=condition,
            postgresql_where=condition,
        )
    op.create_table(
        "ballot_evidence",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("tracker", sa.String(length=43), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("cms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name="fk_ballot_evidence_poll_id"),
        sa.ForeignKeyConstraint(
            ["poll_id", "tracker"],
            ["cast_ballots.poll_id", "cast_ballots.tracker"],
            name="fk_ballot_evidence_poll_id_tracker",
        ),
        sa.PrimaryKeyConstraint("poll_id", "tracker", name="pk_ballot_evidence"),
    )
    drop([CARD_BEFORE])
    create([CARD, *RULES])


def downgrade() -> None:
    drop([CARD, *RULES])
    op.drop_table("ballot_evidence")
    op.drop_table("reissues")
    op.drop_table("reserve_credentials")
    op.drop_table("sealed_codes")
    op.drop_column("credentials", "withdrawn_at")
    op.drop_column("credentials", "released_at")
    create([CARD_BEFORE])
