"""The roll's history and the roles': departures, corrections, requests, commitments; keys with versions.

Frozen rows stay frozen. Two columns may change in them, and only to bytes that begin with the header of a newer key:
the sealed IIN of a roll entry and the sealed receipt key of a poll. What an entry is found by stays as it was.
"""

import sqlalchemy as sa
from alembic import op

import pb.db
from pb.freezes import ALWAYS, Rule, changed, create, drop

revision = "0003_roll"
down_revision = "0002_freezes"
branch_labels = None
depends_on = None


ADDED = (
    ("people", "iin_pepper"),
    ("poll_trustees", "body"),
    ("role_grants", "body"),
    ("role_grants", "end_basis"),
    ("roll_entries", "iin_pepper"),
    ("roll_entries", "gone_on"),
    ("roll_entries", "gone_reason"),
    ("roll_imports", "whole"),
    ("roll_imports", "base_id"),
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
POLL_FROZEN = (
    "cycle_id",
    "attempt",
    "uuid",
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
ENTRY_FROZEN = (
    "id",
    "cycle_id",
    "number",
    "iin_lookup",
    "iin_pepper",
    "name",
    "settlement",
    "imported_at",
    "gone_on",
    "gone_reason",
)
TRUSTEE_FROZEN = ("poll_id", "position", "person_id", "key_json", "confirmed_at")
GRANT_FROZEN = ("id", "person_id", "territory_id", "role", "since", "basis", "body")
REQUEST_FROZEN = (
    "cycle_id",
    "number",
    "secret_hash",
    "person_id",
    "kind",
    "name",
    "settlement",
    "contact",
    "text",
    "made_at",
)
ANSWER = ("granted", "answer", "answered_at", "answered_by")
CORRECTION_FROZEN = (
    "cycle_id",
    "entry_id",
    "request_id",
    "kind",
    "name",
    "settlement",
    "gone_on",
    "gone_reason",
    "reason",
    "proposed_by",
    "proposed_at",
)
DECISION = ("decided_by", "decided_at", "approved")
OPENED = "EXISTS (SELECT 1 FROM polls WHERE polls.id = {row}.poll_id AND polls.election_json IS NOT NULL)"
ROLL_OPENED = (
    "EXISTS (SELECT 1 FROM polls WHERE polls.cycle_id = {row}.cycle_id AND polls.election_json IS NOT NULL "
    "AND polls.state NOT IN ('annulled', 'under_minimum') )"
)
# Pairs of pb/identity/roles.py, both ways round.
EXCLUDED = (
    "(grants.role || ' ' || NEW.role) IN ('trustee registrar', 'registrar trustee', 'trustee clerk', 'clerk trustee', "
    "'trustee administrator', 'administrator trustee', 'clerk registrar', 'registrar clerk')"
)
OVERLAPPING = (
    "EXISTS (SELECT 1 FROM role_grants grants WHERE grants.person_id = NEW.person_id "  # noqa: S608 - our own names
    "AND grants.territory_id = NEW.territory_id AND grants.id <> NEW.id AND "
    + EXCLUDED
    + " AND grants.since <= COALESCE(NEW.until, '9999-12-31') AND NEW.since <= COALESCE(grants.until, '9999-12-31'))"
)
HALF_GONE = "((NEW.gone_on IS NULL) <> (NEW.gone_reason IS NULL))"


def _resealed(column: str, mark: str) -> str:
    """The sealed bytes move to a newer key: they begin with the header, and with a higher one than before."""
    newer = f"substr(NEW.{column}, 1, 6) > substr(OLD.{column}, 1, 6) OR substr(OLD.{column}, 1, 4) <> {mark}"
    return f"(substr(NEW.{column}, 1, 4) = {mark} AND ({newer}))"


def _replaced(mark: str) -> list[tuple[Rule, Rule]]:
    """Rules of 0002 with what takes their place. `mark` is what sealed bytes begin with, as the database writes it."""
    steps = (
        "NEW.height < OLD.height OR NEW.records < OLD.records "
        f"OR (OLD.state <> NEW.state AND OLD.state || ' ' || NEW.state NOT IN {MOVES})"
    )
    opened = "OLD.election_json IS NOT NULL"
    resealed_key = f"({changed('receipt_private')} AND NOT {_resealed('receipt_private', mark)})"
    resealed_iin = f"({changed('iin_sealed')} AND NOT {_resealed('iin_sealed', mark)})"
    before, after = ROLL_OPENED.format(row="OLD"), ROLL_OPENED.format(row="NEW")
    entry = f"{HALF_GONE} OR (({before} OR {after}) AND ({changed(*ENTRY_FROZEN)} OR {resealed_iin}))"
    trustee = OPENED.format(row="OLD")
    return [
        (
            Rule("polls", "UPDATE", f"({opened} AND {changed('receipt_private', *POLL_FROZEN)}) OR {steps}"),
            Rule("polls", "UPDATE", f"({opened} AND ({changed(*POLL_FROZEN)} OR {resealed_key})) OR {steps}"),
        ),
        (Rule("roll_entries", "UPDATE", f"{before} OR {after}"), Rule("roll_entries", "UPDATE", entry)),
        (Rule("roll_entries", "INSERT", after), Rule("roll_entries", "INSERT", f"{HALF_GONE} OR {after}")),
        (
            Rule("poll_trustees", "UPDATE", f"{trustee} AND {changed(*TRUSTEE_FROZEN)}"),
            Rule("poll_trustees", "UPDATE", f"{trustee} AND {changed('body', *TRUSTEE_FROZEN)}"),
        ),
    ]


AFTER_OPENING = ROLL_OPENED.format(row="NEW")
RULES = [
    *(Rule(table, change, ALWAYS) for table in ("roll_commitments", "roll_changes") for change in ("UPDATE", "DELETE")),
    Rule("roll_corrections", "INSERT", AFTER_OPENING),
    Rule(
        "roll_corrections",
        "UPDATE",
        f"{changed(*CORRECTION_FROZEN)} OR ((OLD.decided_at IS NOT NULL OR {AFTER_OPENING}) AND {changed(*DECISION)})",
    ),
    Rule("roll_corrections", "DELETE", ALWAYS),
    Rule(
        "roll_requests",
        "UPDATE",
        f"{changed(*REQUEST_FROZEN)} OR (OLD.answered_at IS NOT NULL AND {changed(*ANSWER)})",
    ),
    Rule("role_grants", "INSERT", f"(NEW.role = 'trustee' AND NEW.body = '') OR {OVERLAPPING}"),
    Rule("role_grants", "UPDATE", f"{changed(*GRANT_FROZEN)} OR {OVERLAPPING}"),
    Rule("role_grants", "DELETE", ALWAYS),
]


def _mark() -> str:
    return "x'61736172'" if op.get_bind().dialect.name == "sqlite" else "'\\x61736172'::bytea"


def upgrade() -> None:
    op.create_table(
        "roll_commitments",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=10), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_roll_commitments_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_commitments")),
        sa.UniqueConstraint("cycle_id", "position", name=op.f("uq_roll_commitments_cycle_id_position")),
    )
    op.create_index(op.f("ix_roll_commitments_cycle_id"), "roll_commitments", ["cycle_id"], unique=False)
    op.create_table(
        "roll_requests",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("iin_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("settlement", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_roll_requests_answered_by_somebody")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (granted IS NULL)", name=op.f("ck_roll_requests_answered_yes_or_no")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_roll_requests_answered_by")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_roll_requests_cycle_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_roll_requests_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_requests")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_roll_requests_cycle_id_number")),
    )
    op.create_index(op.f("ix_roll_requests_cycle_id"), "roll_requests", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_roll_requests_person_id"), "roll_requests", ["person_id"], unique=False)
    op.create_table(
        "roll_changes",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("before", sa.String(length=120), nullable=False),
        sa.Column("after", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["roll_entries.id"], name=op.f("fk_roll_changes_entry_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_roll_changes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_changes")),
    )
    op.create_index(op.f("ix_roll_changes_entry_id"), "roll_changes", ["entry_id"], unique=False)
    op.create_table(
        "roll_corrections",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("iin_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("settlement", sa.String(length=120), nullable=False),
        sa.Column("gone_on", sa.Date(), nullable=True),
        sa.Column("gone_reason", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (approved IS NULL)", name=op.f("ck_roll_corrections_decided_yes_or_no")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_roll_corrections_decided_by_another")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_roll_corrections_cycle_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_roll_corrections_decided_by")),
        sa.ForeignKeyConstraint(["entry_id"], ["roll_entries.id"], name=op.f("fk_roll_corrections_entry_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_roll_corrections_proposed_by")),
        sa.ForeignKeyConstraint(["request_id"], ["roll_requests.id"], name=op.f("fk_roll_corrections_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_corrections")),
    )
    op.create_index(op.f("ix_roll_corrections_cycle_id"), "roll_corrections", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_roll_corrections_entry_id"), "roll_corrections", ["entry_id"], unique=False)
    op.add_column("people", sa.Column("iin_pepper", sa.Integer(), server_default="1", nullable=False))
    op.add_column("poll_trustees", sa.Column("body", sa.String(length=200), server_default="", nullable=False))
    op.add_column("role_grants", sa.Column("body", sa.String(length=200), server_default="", nullable=False))
    op.add_column("role_grants", sa.Column("end_basis", sa.String(length=300), nullable=True))
    op.add_column("roll_entries", sa.Column("iin_pepper", sa.Integer(), server_default="1", nullable=False))
    op.add_column("roll_entries", sa.Column("gone_on", sa.Date(), nullable=True))
    op.add_column("roll_entries", sa.Column("gone_reason", sa.String(length=10), nullable=True))
    op.add_column("roll_imports", sa.Column("whole", sa.Boolean(), server_default="0", nullable=False))
    op.add_column("roll_imports", sa.Column("base_id", sa.Uuid(), nullable=True))

    # What was read or confirmed before rests on another form of the file and of the commitment: it is done again.
    op.execute("DELETE FROM roll_imports WHERE confirmed_at IS NULL")
    op.execute(
        "DELETE FROM roll_confirmations WHERE cycle_id NOT IN (SELECT cycle_id FROM polls "
        "WHERE election_json IS NOT NULL AND state NOT IN ('annulled', 'under_minimum'))"
    )
    replaced = _replaced(_mark())
    drop(before for before, _after in replaced)
    create([*(after for _before, after in replaced), *RULES])


def downgrade() -> None:
    replaced = _replaced(_mark())
    drop([*(after for _before, after in replaced), *RULES])
    for table, column in ADDED:
        op.drop_column(table, column)
    for table in ("roll_corrections", "roll_changes", "roll_requests", "roll_commitments"):
        op.drop_table(table)
    create(before for before, _after in replaced)
