"""All tables of the first release."""

import sqlalchemy as sa
from alembic import op

import pb.db

revision = "0001_tables"
down_revision = None
branch_labels = None
depends_on = None

ONE_CONTACT = {
    "one_contact_waits": "verified_at IS NULL",
    "one_contact_in_use": "verified_at IS NOT NULL AND replaced_at IS NULL",
}


def upgrade() -> None:
    op.create_table(
        "used_nonces",
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("until", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_used_nonces")),
    )
    op.create_index(op.f("ix_used_nonces_until"), "used_nonces", ["until"], unique=False)
    op.create_table(
        "sent_forms",
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=True),
        sa.Column("told", sa.String(length=500), server_default="", nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_sent_forms")),
    )
    op.create_index(op.f("ix_sent_forms_at"), "sent_forms", ["at"], unique=False)
    op.create_index(op.f("ix_sent_forms_sender"), "sent_forms", ["sender"], unique=False)
    op.create_table(
        "people",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("iin_lookup", sa.LargeBinary(), nullable=False),
        sa.Column("iin_pepper", sa.Integer(), server_default="1", nullable=False),
        sa.Column("iin_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("settlement", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("renewed_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("iin_lookup", name=op.f("uq_people_iin_lookup")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "territories",
        sa.Column("kato", sa.String(length=9), nullable=False),
        sa.Column("kato_version", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name_kk", sa.String(length=120), nullable=False),
        sa.Column("name_ru", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("paper_place", sa.String(length=200), nullable=False),
        sa.Column("paper_place_ru", sa.String(length=200), nullable=False),
        sa.Column("paper_place_en", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("address_ru", sa.String(length=200), nullable=False),
        sa.Column("address_en", sa.String(length=200), nullable=False),
        sa.Column("bin", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("bin = '' OR length(bin) = 12", name=op.f("ck_territories_bin_length")),
        sa.CheckConstraint(
            "kind IN ('oblast', 'republic_city', 'raion', 'city', 'city_district', 'okrug', 'village', 'kent', 'town')",
            name=op.f("ck_territories_kind_known"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["territories.id"], name=op.f("fk_territories_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territories")),
        sa.UniqueConstraint("kato", name=op.f("uq_territories_kato")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_territories_parent_id"), "territories", ["parent_id"], unique=False)
    op.create_table(
        "territory_slugs",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("since", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_territory_slugs_territory_id")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_territory_slugs")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_territory_slugs_territory_id"), "territory_slugs", ["territory_id"], unique=False)
    op.create_table(
        "settlements",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("kato", sa.String(length=9), nullable=True),
        sa.Column("name_kk", sa.String(length=120), nullable=False),
        sa.Column("name_ru", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("former", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_settlements_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlements")),
        sa.UniqueConstraint("kato", name=op.f("uq_settlements_kato")),
    )
    op.create_index(op.f("ix_settlements_territory_id"), "settlements", ["territory_id"], unique=False)
    op.create_table(
        "populations",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.CheckConstraint("people >= 0", name=op.f("ck_populations_people_positive")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_populations_territory_id")),
        sa.PrimaryKeyConstraint("territory_id", "year", "recorded_at", name=op.f("pk_populations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "moved_days",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('off', 'working', 'usual')", name=op.f("ck_moved_days_kind_known")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_moved_days_territory_id")),
        sa.PrimaryKeyConstraint("territory_id", "day", "recorded_at", name=op.f("pk_moved_days")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "settlement_populations",
        sa.Column("settlement_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.CheckConstraint("people >= 0", name=op.f("ck_settlement_populations_people_positive")),
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["settlements.id"], name=op.f("fk_settlement_populations_settlement_id")
        ),
        sa.PrimaryKeyConstraint("settlement_id", "year", "recorded_at", name=op.f("pk_settlement_populations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "territory_emblems",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_territory_emblems_territory_id")),
        sa.PrimaryKeyConstraint("territory_id", "recorded_at", name=op.f("pk_territory_emblems")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_territory_emblems_digest"), "territory_emblems", ["digest"], unique=False)
    op.create_table(
        "documents",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_documents_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint(
            "territory_id",
            "kind",
            "subject_id",
            "language",
            name=op.f("uq_documents_territory_id_kind_subject_id_language"),
        ),
    )
    op.create_table(
        "jobs",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("argument", sa.String(length=40), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("asked_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("behind", sa.Integer(), nullable=False),
        sa.Column("leased_until", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_jobs_state_known")),
        sa.CheckConstraint("priority BETWEEN 1 AND 7", name=op.f("ck_jobs_priority_known")),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_jobs_progress_percent")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_jobs_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint(
            "territory_id", "kind", "subject_id", "argument", name=op.f("uq_jobs_territory_id_kind_subject_id_argument")
        ),
    )
    op.create_index(op.f("ix_jobs_state"), "jobs", ["state"], unique=False)
    op.create_table(
        "assembly_members",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("settlement", sa.String(length=120), nullable=False),
        sa.Column("office", sa.String(length=10), nullable=False),
        sa.Column("term_from", sa.Date(), nullable=False),
        sa.Column("term_until", sa.Date(), nullable=False),
        sa.Column("electing_document", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("together", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)", name=op.f("ck_assembly_members_confirmed_whole")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> recorded_by", name=op.f("ck_assembly_members_two_people")
        ),
        sa.CheckConstraint(
            "person_id IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_assembly_members_claimed_once_confirmed")
        ),
        sa.CheckConstraint("term_until > term_from", name=op.f("ck_assembly_members_term_ordered")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["people.id"], name=op.f("fk_assembly_members_confirmed_by")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_assembly_members_person_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_assembly_members_recorded_by")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_assembly_members_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assembly_members")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_assembly_members_territory_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_assembly_members_territory_id"), "assembly_members", ["territory_id"], unique=False)
    op.create_table(
        "assembly_endings",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("together", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)", name=op.f("ck_assembly_endings_confirmed_whole")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> recorded_by", name=op.f("ck_assembly_endings_two_people")
        ),
        sa.CheckConstraint("reason <> '' AND document <> ''", name=op.f("ck_assembly_endings_reasoned")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["people.id"], name=op.f("fk_assembly_endings_confirmed_by")),
        sa.ForeignKeyConstraint(["member_id"], ["assembly_members.id"], name=op.f("fk_assembly_endings_member_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_assembly_endings_recorded_by")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_assembly_endings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_events",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=True),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_roles", sa.String(length=200), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_audit_events_actor_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_audit_events_territory_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_events_previous")),
        sa.UniqueConstraint("territory_id", "position", name=op.f("uq_audit_events_territory_id_position")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_audit_events_of_subject", "audit_events", ["territory_id", "subject_id", "position"], unique=False
    )
    op.create_index("ix_audit_events_of_action", "audit_events", ["territory_id", "action", "position"], unique=False)
    op.create_index("ix_audit_events_of_day", "audit_events", ["territory_id", "at", "position"], unique=False)
    op.create_index("ix_audit_events_of_person", "audit_events", ["territory_id", "actor_id", "position"], unique=False)
    op.create_table(
        "audit_heads",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_audit_heads_territory_id")),
        sa.PrimaryKeyConstraint("territory_id", name=op.f("pk_audit_heads")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cycles",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=12), nullable=False),
        sa.Column("envelope", sa.BigInteger(), nullable=False),
        sa.Column("project_limit", sa.BigInteger(), nullable=False),
        sa.Column("proposals_per_resident", sa.Integer(), nullable=False),
        sa.Column("choices", sa.Integer(), nullable=False),
        sa.Column("quorum_percent", sa.Integer(), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("chair_decides", sa.Boolean(), nullable=False),
        sa.Column("majority_percent", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("minutes_days", sa.Integer(), nullable=False),
        sa.Column("minimum_ballots", sa.Integer(), nullable=False),
        sa.Column("objection_days", sa.Integer(), nullable=False),
        sa.Column("unadopted_days", sa.Integer(), nullable=False),
        sa.Column("iin_days", sa.Integer(), nullable=False),
        sa.Column("proposals_until", sa.Date(), nullable=False),
        sa.Column("review_until", sa.Date(), nullable=False),
        sa.Column("gathering_until", sa.Date(), nullable=False),
        sa.Column("voting_until", sa.Date(), nullable=False),
        sa.Column("result_until", sa.Date(), nullable=False),
        sa.Column("budget_until", sa.Date(), nullable=False),
        sa.Column("opened_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ballot_kind", sa.String(length=10), nullable=False),
        sa.Column("blank", sa.Boolean(), nullable=False),
        sa.Column("group_name", sa.String(length=13), nullable=False),
        sa.Column("trustees_needed", sa.Integer(), nullable=False),
        sa.Column("points_each", sa.Integer(), nullable=False),
        sa.Column("points_total", sa.Integer(), nullable=False),
        sa.Column("cost_limit", sa.BigInteger(), nullable=False),
        sa.Column("equal_shares", sa.Boolean(), nullable=False),
        sa.Column("stop_at_misfit", sa.Boolean(), nullable=False),
        sa.Column("least_votes", sa.Integer(), nullable=False),
        sa.Column("in_part", sa.Boolean(), nullable=False),
        sa.Column("settlement_envelopes", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "phase IN ('proposals', 'review', 'gathering', 'voting', 'result', 'budget', 'works', 'ended')",
            name=op.f("ck_cycles_phase_known"),
        ),
        sa.CheckConstraint("choices >= 1 AND proposals_per_resident >= 1", name=op.f("ck_cycles_limits_positive")),
        sa.CheckConstraint(
            "envelope > 0 AND project_limit > 0 AND project_limit <= envelope", name=op.f("ck_cycles_money_ordered")
        ),
        sa.CheckConstraint("majority_percent BETWEEN 50 AND 99", name=op.f("ck_cycles_majority_percent")),
        sa.CheckConstraint("minimum_ballots >= 2", name=op.f("ck_cycles_minimum_ballots")),
        sa.CheckConstraint(
            "objection_days >= 10 AND objection_days <= 365 AND unadopted_days >= 90 AND unadopted_days <= 1095 AND iin_days >= 30 AND iin_days <= 3650",
            name=op.f("ck_cycles_terms_bounded"),
        ),
        sa.CheckConstraint(
            "proposals_until < review_until AND review_until < gathering_until AND gathering_until < voting_until AND voting_until < result_until AND result_until < budget_until",
            name=op.f("ck_cycles_days_ordered"),
        ),
        sa.CheckConstraint("attempt >= 1", name=op.f("ck_cycles_attempt_positive")),
        sa.CheckConstraint("quorum_percent BETWEEN 50 AND 100", name=op.f("ck_cycles_quorum_percent")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_cycles_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycles")),
        sa.UniqueConstraint(
            "territory_id", "fiscal_year", "attempt", name=op.f("uq_cycles_territory_id_fiscal_year_attempt")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_cycles_territory_id"), "cycles", ["territory_id"], unique=False)
    op.create_table(
        "cycle_endings",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("first_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("first_event", sa.String(length=64), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=True),
        sa.Column("second_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("second_event", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "phase IN ('proposals', 'review', 'gathering', 'voting', 'result', 'budget')",
            name=op.f("ck_cycle_endings_phase_known"),
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_cycle_endings_reasoned")),
        sa.CheckConstraint("second_id IS NULL OR second_id <> first_id", name=op.f("ck_cycle_endings_two_people")),
        sa.CheckConstraint(
            "(second_id IS NULL) = (second_at IS NULL) AND (second_id IS NULL) = (second_event IS NULL)",
            name=op.f("ck_cycle_endings_confirmed_whole"),
        ),
        sa.CheckConstraint(
            "second_id IS NULL OR phase IN ('gathering', 'voting', 'result', 'budget')",
            name=op.f("ck_cycle_endings_alone_before_the_gathering"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_cycle_endings_cycle_id")),
        sa.ForeignKeyConstraint(["first_event"], ["audit_events.hash"], name=op.f("fk_cycle_endings_first_event")),
        sa.ForeignKeyConstraint(["first_id"], ["people.id"], name=op.f("fk_cycle_endings_first_id")),
        sa.ForeignKeyConstraint(["second_event"], ["audit_events.hash"], name=op.f("fk_cycle_endings_second_event")),
        sa.ForeignKeyConstraint(["second_id"], ["people.id"], name=op.f("fk_cycle_endings_second_id")),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_cycle_endings")),
        sa.UniqueConstraint("first_event", name=op.f("uq_cycle_endings_first_event")),
        sa.UniqueConstraint("second_event", name=op.f("uq_cycle_endings_second_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "invitations",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("used_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_invitations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_invitations_secret_hash")),
    )
    op.create_index(op.f("ix_invitations_person_id"), "invitations", ["person_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_outbox_person_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_outbox_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_sent_at"), "outbox", ["sent_at"], unique=False)
    op.create_index(op.f("ix_outbox_territory_id"), "outbox", ["territory_id"], unique=False)
    op.create_table(
        "role_proposals",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), server_default="", nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("body", sa.String(length=200), server_default="", nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_as", sa.String(length=20), nullable=False),
        sa.Column("proposed_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_as", sa.String(length=20), nullable=True),
        sa.Column("decided_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("decided_event", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('give', 'end', 'invite')", name=op.f("ck_role_proposals_kind_known")),
        sa.CheckConstraint("decision IN ('approved', 'declined')", name=op.f("ck_role_proposals_decision_known")),
        sa.CheckConstraint(
            "decision IS NULL OR decision = 'declined' OR decided_by <> proposed_by",
            name=op.f("ck_role_proposals_two_people"),
        ),
        sa.CheckConstraint(
            "proposed_by <> person_id AND (decision IS NULL OR decision = 'declined' OR decided_by <> person_id)",
            name=op.f("ck_role_proposals_not_for_oneself"),
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL) "
            "AND (decision IS NULL) = (decided_as IS NULL) AND (decision IS NULL) = (decided_event IS NULL)",
            name=op.f("ck_role_proposals_decided_whole"),
        ),
        sa.CheckConstraint("(kind = 'end') = (grant_id IS NOT NULL)", name=op.f("ck_role_proposals_ends_a_grant")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_role_proposals_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_role_proposals_person_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_role_proposals_proposed_by")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_role_proposals_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_proposals")),
        sa.UniqueConstraint("event", name=op.f("uq_role_proposals_event")),
        sa.UniqueConstraint("decided_event", name=op.f("uq_role_proposals_decided_event")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_role_proposals_person_id"), "role_proposals", ["person_id"], unique=False)
    op.create_index(op.f("ix_role_proposals_territory_id"), "role_proposals", ["territory_id"], unique=False)
    op.create_table(
        "role_grants",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("body", sa.String(length=200), server_default="", nullable=False),
        sa.Column("end_basis", sa.String(length=300), nullable=True),
        sa.Column("granted_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "until IS NULL OR until >= since OR end_basis IS NOT NULL", name=op.f("ck_role_grants_days_ordered")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_role_grants_person_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["role_proposals.id"], name=op.f("fk_role_grants_proposal_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_role_grants_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
        sa.UniqueConstraint("event", "role", name=op.f("uq_role_grants_event_role")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_role_grants_proposal_id")),
        sa.UniqueConstraint(
            "person_id", "territory_id", "role", "since", name=op.f("uq_role_grants_person_id_territory_id_role_since")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_role_grants_person_id"), "role_grants", ["person_id"], unique=False)
    op.create_index(op.f("ix_role_grants_territory_id"), "role_grants", ["territory_id"], unique=False)
    op.create_table(
        "second_factors",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("paused_until", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_second_factors_failures_counted")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_second_factors_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factors")),
    )
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
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_signatures_person_id"), "signatures", ["person_id"], unique=False)
    op.create_table(
        "account_sessions",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.Column("new_device", sa.Boolean(), nullable=False),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("proved_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("seen_at >= made_at", name=op.f("ck_account_sessions_seen_after_made")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_account_sessions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_sessions_token_hash")),
    )
    op.create_index(op.f("ix_account_sessions_person_id"), "account_sessions", ["person_id"], unique=False)
    op.create_table(
        "suspensions",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_as", sa.String(length=20), nullable=False),
        sa.Column("proposed_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_as", sa.String(length=20), nullable=True),
        sa.Column("decided_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("decided_event", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('suspend', 'resume')", name=op.f("ck_suspensions_kind_known")),
        sa.CheckConstraint("decision IN ('approved', 'declined')", name=op.f("ck_suspensions_decision_known")),
        sa.CheckConstraint(
            "decision IS NULL OR decision = 'declined' OR decided_by <> proposed_by",
            name=op.f("ck_suspensions_two_people"),
        ),
        sa.CheckConstraint(
            "proposed_by <> person_id AND (decision IS NULL OR decided_by <> person_id)",
            name=op.f("ck_suspensions_not_oneself"),
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL) "
            "AND (decision IS NULL) = (decided_as IS NULL) AND (decision IS NULL) = (decided_event IS NULL)",
            name=op.f("ck_suspensions_decided_whole"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_suspensions_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_suspensions_person_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_suspensions_proposed_by")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_suspensions_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspensions")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_suspensions_person_id"), "suspensions", ["person_id"], unique=False)
    op.create_index(op.f("ix_suspensions_territory_id"), "suspensions", ["territory_id"], unique=False)
    op.create_table(
        "territory_settings",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_territory_settings_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory_settings")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_territory_settings_territory_id"), "territory_settings", ["territory_id"], unique=False)
    op.create_table(
        "gatherings",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=True),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("part", sa.String(length=120), nullable=False),
        sa.Column("extraordinary", sa.Boolean(), nullable=False),
        sa.Column("extraordinary_reason", sa.String(length=300), nullable=False),
        sa.Column("entitled", sa.Integer(), nullable=True),
        sa.Column("demanded_by", sa.Integer(), nullable=True),
        sa.Column("demand", sa.String(length=300), nullable=False),
        sa.Column("quorum_percent", sa.Integer(), nullable=False),
        sa.Column("majority_percent", sa.Integer(), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("chair_decides", sa.Boolean(), nullable=False),
        sa.Column("minutes_days", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("standing_officers", sa.Boolean(), nullable=False),
        sa.Column("remote_allowed", sa.Boolean(), nullable=False),
        sa.Column("meets_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("convened_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("called_off_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("called_off_reason", sa.Text(), nullable=False),
        sa.Column("opened_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("opened_by_id", sa.Uuid(), nullable=True),
        sa.Column("agenda_adopted_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(demanded_by IS NULL) = (demand = '')", name=op.f("ck_gatherings_demand_whole")),
        sa.CheckConstraint("(kind = 'separate') = (part <> '')", name=op.f("ck_gatherings_part_of_separate")),
        sa.CheckConstraint(
            "extraordinary = (extraordinary_reason <> '')", name=op.f("ck_gatherings_extraordinary_reasoned")
        ),
        sa.CheckConstraint("NOT extraordinary OR kind = 'assembly'", name=op.f("ck_gatherings_extraordinary_assembly")),
        sa.CheckConstraint("cycle_id IS NULL OR kind = 'assembly'", name=op.f("ck_gatherings_cycles_assembly")),
        sa.CheckConstraint(
            "kind IN ('assembly', 'commission') OR (entitled IS NOT NULL AND entitled >= 1)",
            name=op.f("ck_gatherings_entitled_counted"),
        ),
        sa.CheckConstraint(
            "kind IN ('assembly', 'gathering', 'separate', 'report', 'hearing', 'commission')",
            name=op.f("ck_gatherings_kind_known"),
        ),
        sa.CheckConstraint(
            "state <> 'called_off' OR (called_off_at IS NOT NULL AND called_off_reason <> '')",
            name=op.f("ck_gatherings_called_off_reasoned"),
        ),
        sa.CheckConstraint(
            "state IN ('convened', 'inquorate', 'quorate', 'minuted', 'confirmed', 'called_off')",
            name=op.f("ck_gatherings_state_known"),
        ),
        sa.CheckConstraint("(opened_at IS NULL) = (opened_by_id IS NULL)", name=op.f("ck_gatherings_opened_whole")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_gatherings_cycle_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["people.id"], name=op.f("fk_gatherings_opened_by_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["gatherings.id"], name=op.f("fk_gatherings_previous_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_gatherings_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gatherings")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_gatherings_territory_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_gatherings_cycle_id"), "gatherings", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_gatherings_territory_id"), "gatherings", ["territory_id"], unique=False)
    op.create_table(
        "polls",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=14), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("receipt_private", sa.LargeBinary(), nullable=False),
        sa.Column("receipt_public", sa.String(length=44), nullable=False),
        sa.Column("prepared_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("trustees_json", sa.Text(), nullable=True),
        sa.Column("seed_text", sa.String(length=200), nullable=True),
        sa.Column("minutes_number", sa.String(length=40), nullable=True),
        sa.Column("minutes_on", sa.Date(), nullable=True),
        sa.Column("minutes_cards", sa.Text(), nullable=True),
        sa.Column("minutes_chair_id", sa.Uuid(), nullable=True),
        sa.Column("minutes_secretary_id", sa.Uuid(), nullable=True),
        sa.Column("election_json", sa.Text(), nullable=True),
        sa.Column("opened_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("closes_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("timestamp", sa.Integer(), nullable=False),
        sa.Column("head", sa.Text(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("annul_reason", sa.Text(), nullable=False),
        sa.Column("annul_first_id", sa.Uuid(), nullable=True),
        sa.Column("annul_first_role", sa.String(length=20), nullable=True),
        sa.Column("annul_first_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("annul_second_id", sa.Uuid(), nullable=True),
        sa.Column("annul_second_role", sa.String(length=20), nullable=True),
        sa.Column("group_name", sa.String(length=13), server_default="BELENIOS-2048", nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'annulled') = (annul_second_id IS NOT NULL)", name=op.f("ck_polls_annulled_with_reason")
        ),
        sa.CheckConstraint(
            "(annul_first_id IS NULL) = (annul_first_role IS NULL) "
            "AND (annul_first_id IS NULL) = (annul_first_at IS NULL) "
            "AND (annul_second_id IS NULL) = (annul_second_role IS NULL) "
            "AND (annul_first_role IS NULL OR annul_first_role IN ('chair', 'office')) "
            "AND (annul_second_role IS NULL OR (annul_second_role IN ('chair', 'office') "
            "AND annul_first_role IS NOT NULL AND annul_second_role <> annul_first_role))",
            name=op.f("ck_polls_annulled_by_two_bodies"),
        ),
        sa.CheckConstraint(
            "state IN ('preparing', 'annulled') OR election_json IS NOT NULL", name=op.f("ck_polls_frozen_when_open")
        ),
        sa.CheckConstraint(
            "state IN ('preparing', 'open', 'closed', 'decrypting', 'complete', 'under_minimum', 'annulled')",
            name=op.f("ck_polls_state_known"),
        ),
        sa.CheckConstraint(
            "annul_second_id IS NULL OR annul_second_id <> annul_first_id", name=op.f("ck_polls_annulled_by_two")
        ),
        sa.ForeignKeyConstraint(["annul_first_id"], ["people.id"], name=op.f("fk_polls_annul_first_id")),
        sa.ForeignKeyConstraint(["annul_second_id"], ["people.id"], name=op.f("fk_polls_annul_second_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_polls_cycle_id")),
        sa.ForeignKeyConstraint(["minutes_chair_id"], ["people.id"], name=op.f("fk_polls_minutes_chair_id")),
        sa.ForeignKeyConstraint(["minutes_secretary_id"], ["people.id"], name=op.f("fk_polls_minutes_secretary_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
        sa.UniqueConstraint("cycle_id", "attempt", name=op.f("uq_polls_cycle_id_attempt")),
        sa.UniqueConstraint("uuid", name=op.f("uq_polls_uuid")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_polls_cycle_id"), "polls", ["cycle_id"], unique=False)
    op.create_table(
        "proposals",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("draft", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("solution", sa.Text(), nullable=False),
        sa.Column("settlement", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'draft') = (number IS NULL)", name=op.f("ck_proposals_numbered_when_submitted")),
        sa.CheckConstraint("state = 'draft' OR cost IS NOT NULL", name=op.f("ck_proposals_priced_when_submitted")),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'accepted', 'refused', 'withdrawn')",
            name=op.f("ck_proposals_state_known"),
        ),
        sa.CheckConstraint("cost > 0", name=op.f("ck_proposals_cost_positive")),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_proposals_language_known")),
        sa.CheckConstraint("replace(title, '|', '') = title", name=op.f("ck_proposals_title_without_bar")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_proposals_author_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_proposals_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("cycle_id", "draft", name=op.f("uq_proposals_cycle_id_draft")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_proposals_cycle_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_proposals_author_id"), "proposals", ["author_id"], unique=False)
    op.create_index(op.f("ix_proposals_cycle_id"), "proposals", ["cycle_id"], unique=False)
    op.create_table(
        "proposal_words",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_words_proposal_id")),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposal_words")),
    )
    op.create_table(
        "pictures",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("fault", sa.String(length=20), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("small", sa.String(length=64), nullable=True),
        sa.Column("middle", sa.String(length=64), nullable=True),
        sa.Column("large", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'refused')", name=op.f("ck_pictures_state_known")),
        sa.CheckConstraint("(state = 'refused') = (fault <> '')", name=op.f("ck_pictures_refused_for_a_reason")),
        sa.CheckConstraint(
            "state <> 'ready' OR (small IS NOT NULL AND middle IS NOT NULL AND large IS NOT NULL AND width > 0 AND height > 0)",
            name=op.f("ck_pictures_ready_whole"),
        ),
        sa.ForeignKeyConstraint(["sender_id"], ["people.id"], name=op.f("fk_pictures_sender_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_pictures_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_pictures_large"), "pictures", ["large"], unique=False)
    op.create_index(op.f("ix_pictures_middle"), "pictures", ["middle"], unique=False)
    op.create_index(op.f("ix_pictures_sender_id"), "pictures", ["sender_id"], unique=False)
    op.create_index(op.f("ix_pictures_small"), "pictures", ["small"], unique=False)
    op.create_table(
        "papers",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("fault", sa.String(length=20), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'refused')", name=op.f("ck_papers_state_known")),
        sa.CheckConstraint("(state = 'refused') = (fault <> '')", name=op.f("ck_papers_refused_for_a_reason")),
        sa.CheckConstraint(
            "state <> 'ready' OR (digest IS NOT NULL AND pages IS NOT NULL AND size IS NOT NULL)",
            name=op.f("ck_papers_ready_whole"),
        ),
        sa.CheckConstraint("pages BETWEEN 1 AND 500", name=op.f("ck_papers_pages_bounded")),
        sa.CheckConstraint("size BETWEEN 1 AND 5242880", name=op.f("ck_papers_size_bounded")),
        sa.ForeignKeyConstraint(["sender_id"], ["people.id"], name=op.f("fk_papers_sender_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_papers_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_papers_digest"), "papers", ["digest"], unique=False)
    op.create_index(op.f("ix_papers_sender_id"), "papers", ["sender_id"], unique=False)
    op.create_table(
        "uploads",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("expires_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_uploads_person_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_uploads_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("person_id", "subject_id", "sha256", name=op.f("uq_uploads_person_id_subject_id_sha256")),
    )
    op.create_index(op.f("ix_uploads_expires_at"), "uploads", ["expires_at"], unique=False)
    op.create_index(op.f("ix_uploads_territory_id"), "uploads", ["territory_id"], unique=False)
    op.create_table(
        "proposal_pictures",
        sa.Column("picture_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=200), nullable=False),
        sa.CheckConstraint("place BETWEEN 1 AND 5", name=op.f("ck_proposal_pictures_place_known")),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name=op.f("fk_proposal_pictures_picture_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_pictures_proposal_id")),
        sa.PrimaryKeyConstraint("picture_id", name=op.f("pk_proposal_pictures")),
        sa.UniqueConstraint("proposal_id", "place", name=op.f("uq_proposal_pictures_proposal_id_place")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "proposal_papers",
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.CheckConstraint("place BETWEEN 1 AND 5", name=op.f("ck_proposal_papers_place_known")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_proposal_papers_paper_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_papers_proposal_id")),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_proposal_papers")),
        sa.UniqueConstraint("proposal_id", "place", name=op.f("uq_proposal_papers_proposal_id_place")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roll_commitments",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=10), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_roll_commitments_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_commitments")),
        sa.UniqueConstraint("cycle_id", "position", name=op.f("uq_roll_commitments_cycle_id_position")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_roll_commitments_cycle_id"), "roll_commitments", ["cycle_id"], unique=False)
    op.create_table(
        "roll_confirmations",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_roll_confirmations_cycle_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_roll_confirmations_person_id")),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_roll_confirmations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roll_entries",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("iin_lookup", sa.LargeBinary(), nullable=True),
        sa.Column("iin_pepper", sa.Integer(), server_default="1", nullable=False),
        sa.Column("iin_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("settlement", sa.String(length=120), nullable=False),
        sa.Column("imported_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("gone_on", sa.Date(), nullable=True),
        sa.Column("gone_reason", sa.String(length=10), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_roll_entries_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_entries")),
        sa.UniqueConstraint("cycle_id", "iin_lookup", name=op.f("uq_roll_entries_cycle_id_iin_lookup")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_roll_entries_cycle_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_roll_entries_voters",
        "roll_entries",
        ["cycle_id", "gone_on", "settlement", "number", "name"],
        unique=False,
    )
    op.create_table(
        "roll_freezes",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("thawed_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("thawed_at IS NULL OR thawed_at >= at", name=op.f("ck_roll_freezes_thawed_later")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_roll_freezes_cycle_id")),
        sa.PrimaryKeyConstraint("cycle_id", "number", name=op.f("pk_roll_freezes")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "uq_roll_freezes_in_force",
        "roll_freezes",
        ["cycle_id"],
        unique=True,
        sqlite_where=sa.text("thawed_at IS NULL"),
        postgresql_where=sa.text("thawed_at IS NULL"),
    )
    op.create_table(
        "roll_imports",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("registrar_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("confirmed_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("whole", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) OR (sealed IS NULL)", name=op.f("ck_roll_imports_file_dropped_when_confirmed")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_roll_imports_cycle_id")),
        sa.ForeignKeyConstraint(["registrar_id"], ["people.id"], name=op.f("fk_roll_imports_registrar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_imports")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_roll_imports_cycle_id_number")),
    )
    op.create_index(op.f("ix_roll_imports_cycle_id"), "roll_imports", ["cycle_id"], unique=False)
    op.create_table(
        "roll_requests",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("iin_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("settlement", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("taken_from_id", sa.Uuid(), nullable=True),
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
        sa.ForeignKeyConstraint(["taken_from_id"], ["roll_requests.id"], name=op.f("fk_roll_requests_taken_from_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_requests")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_roll_requests_cycle_id_number")),
        sa.UniqueConstraint("taken_from_id", name=op.f("uq_roll_requests_taken_from_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_roll_requests_cycle_id"), "roll_requests", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_roll_requests_person_id"), "roll_requests", ["person_id"], unique=False)
    op.create_table(
        "agenda_questions",
        sa.Column("gathering_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("matter", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("speaker", sa.String(length=120), nullable=False),
        sa.Column("majority", sa.String(length=10), nullable=False),
        sa.Column("majority_basis", sa.String(length=200), nullable=False),
        sa.Column("speeches", sa.Text(), nullable=False),
        sa.Column("seat", sa.String(length=20), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("amends_id", sa.Uuid(), nullable=True),
        sa.Column("ballot", sa.String(length=10), nullable=False),
        sa.Column("present", sa.Integer(), nullable=True),
        sa.Column("in_favour", sa.Integer(), nullable=True),
        sa.Column("against", sa.Integer(), nullable=True),
        sa.Column("abstained", sa.Integer(), nullable=True),
        sa.Column("needed", sa.Integer(), nullable=True),
        sa.Column("chair_vote", sa.String(length=10), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(matter = 'project') = (proposal_id IS NOT NULL)", name=op.f("ck_agenda_questions_project_named")
        ),
        sa.CheckConstraint("(seat = '') = (places IS NULL)", name=op.f("ck_agenda_questions_seats_counted")),
        sa.CheckConstraint("ballot IN ('open', 'by_name', 'secret')", name=op.f("ck_agenda_questions_ballot_known")),
        sa.CheckConstraint(
            "majority = 'present' OR majority_basis <> ''", name=op.f("ck_agenda_questions_majority_founded")
        ),
        sa.CheckConstraint(
            "majority IN ('present', 'voting', 'two_thirds', 'members')",
            name=op.f("ck_agenda_questions_majority_known"),
        ),
        sa.CheckConstraint("matter <> 'other' OR text <> ''", name=op.f("ck_agenda_questions_other_said")),
        sa.CheckConstraint(
            "matter IN ('project', 'adoption', 'earlier', 'budget', 'draft', 'execution', 'monitoring', 'programme', 'property', 'tasks', 'election', 'maslikhat', 'akimat', 'release', 'other')",
            name=op.f("ck_agenda_questions_matter_known"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome <> 'approved' OR in_favour >= needed OR chair_vote = 'approved' OR places IS NOT NULL",
            name=op.f("ck_agenda_questions_approved_by_majority"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome <> 'noted' OR matter IN ('draft', 'earlier', 'execution', 'programme', 'other')",
            name=op.f("ck_agenda_questions_noted_without_a_vote"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('approved', 'rejected', 'noted')",
            name=op.f("ck_agenda_questions_outcome_known"),
        ),
        sa.CheckConstraint(
            "places IS NULL OR (matter = 'election' AND places BETWEEN 1 AND 100)",
            name=op.f("ck_agenda_questions_places_counted"),
        ),
        sa.CheckConstraint(
            "seat IN ('', 'member', 'commission', 'representative', 'other')",
            name=op.f("ck_agenda_questions_seat_known"),
        ),
        sa.CheckConstraint(
            "NOT removed OR (outcome IS NULL AND proposal_id IS NULL)",
            name=op.f("ck_agenda_questions_removed_undecided"),
        ),
        sa.CheckConstraint(
            "in_favour + against + abstained <= present", name=op.f("ck_agenda_questions_votes_of_present")
        ),
        sa.CheckConstraint(
            "in_favour >= 0 AND against >= 0 AND abstained >= 0", name=op.f("ck_agenda_questions_votes_counted")
        ),
        sa.ForeignKeyConstraint(["amends_id"], ["agenda_questions.id"], name=op.f("fk_agenda_questions_amends_id")),
        sa.ForeignKeyConstraint(["gathering_id"], ["gatherings.id"], name=op.f("fk_agenda_questions_gathering_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_agenda_questions_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_questions")),
        sa.UniqueConstraint("gathering_id", "position", name=op.f("uq_agenda_questions_gathering_id_position")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_agenda_questions_gathering_id"), "agenda_questions", ["gathering_id"], unique=False)
    op.create_table(
        "archive_records",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_archive_records_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "position", name=op.f("pk_archive_records")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attendances",
        sa.Column("gathering_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("came_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("left_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("remote", sa.Boolean(), nullable=False),
        sa.Column("absence", sa.String(length=200), nullable=False),
        sa.CheckConstraint("came_at IS NOT NULL OR NOT present", name=op.f("ck_attendances_present_came")),
        sa.CheckConstraint("came_at IS NOT NULL OR NOT remote", name=op.f("ck_attendances_remote_came")),
        sa.CheckConstraint(
            "left_at IS NULL OR (came_at IS NOT NULL AND left_at >= came_at)",
            name=op.f("ck_attendances_left_after_coming"),
        ),
        sa.ForeignKeyConstraint(["gathering_id"], ["gatherings.id"], name=op.f("fk_attendances_gathering_id")),
        sa.ForeignKeyConstraint(["member_id"], ["assembly_members.id"], name=op.f("fk_attendances_member_id")),
        sa.PrimaryKeyConstraint("gathering_id", "member_id", name=op.f("pk_attendances")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "meeting_registrations",
        sa.Column("gathering_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("settlement", sa.String(length=120), nullable=False),
        sa.Column("came_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("left_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_meeting_registrations_gathering_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_registrations")),
        sa.UniqueConstraint("gathering_id", "number", name=op.f("uq_meeting_registrations_gathering_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_meeting_registrations_gathering_id"), "meeting_registrations", ["gathering_id"], unique=False
    )
    op.create_table(
        "card_statements",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("list", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_card_statements_event")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_card_statements_person_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_card_statements_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_card_statements")),
        sa.UniqueConstraint("event", name=op.f("uq_card_statements_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "maker_confirmations",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("numbers_compared", sa.Boolean(), nullable=False),
        sa.Column("confirmation", sa.Text(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_maker_confirmations_person_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_maker_confirmations_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "numbers_compared", "at", name=op.f("pk_maker_confirmations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "card_withdrawals",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.String(length=700), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_card_withdrawals_event")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_card_withdrawals_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "public_key", name=op.f("pk_card_withdrawals")),
        sa.UniqueConstraint("event", name=op.f("uq_card_withdrawals_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "credentials",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.String(length=700), nullable=False),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("by_page", sa.Boolean(), nullable=False),
        sa.Column("handed_over_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("clerk_id", sa.Uuid(), nullable=True),
        sa.Column("released_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(handed_over_at IS NULL) = (clerk_id IS NULL)", name=op.f("ck_credentials_handed_over_by_a_clerk")
        ),
        sa.CheckConstraint(
            "released_at IS NULL OR handed_over_at IS NULL", name=op.f("ck_credentials_one_way_to_the_voter")
        ),
        sa.CheckConstraint(
            "released_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_credentials_released_or_withdrawn")
        ),
        sa.ForeignKeyConstraint(["clerk_id"], ["people.id"], name=op.f("fk_credentials_clerk_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["roll_entries.id"], name=op.f("fk_credentials_entry_id")),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_credentials_event")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_credentials_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "entry_id", name=op.f("pk_credentials")),
        sa.UniqueConstraint("poll_id", "public_key", name=op.f("uq_credentials_poll_id_public_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_credentials_standing",
        "credentials",
        ["poll_id", "entry_id", "handed_over_at", "released_at", "withdrawn_at"],
        unique=False,
    )
    op.create_table(
        "minutes",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("gathering_id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("drawn_up_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("chair_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("chair_id", sa.Uuid(), nullable=True),
        sa.Column("secretary_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("secretary_id", sa.Uuid(), nullable=True),
        sa.Column("scan_id", sa.Uuid(), nullable=True),
        sa.Column("scan_by_id", sa.Uuid(), nullable=True),
        sa.Column("scan_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("scan_confirmed_by_id", sa.Uuid(), nullable=True),
        sa.Column("scan_confirmed_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(scan_id IS NULL) = (scan_at IS NULL) AND (scan_id IS NULL) = (scan_by_id IS NULL)",
            name=op.f("ck_minutes_scan_whole"),
        ),
        sa.CheckConstraint(
            "(scan_confirmed_at IS NULL) = (scan_confirmed_by_id IS NULL) "
            "AND (scan_confirmed_at IS NULL OR scan_at IS NOT NULL)",
            name=op.f("ck_minutes_scan_confirmation_whole"),
        ),
        sa.CheckConstraint("scan_by_id <> scan_confirmed_by_id", name=op.f("ck_minutes_scan_by_two_people")),
        sa.CheckConstraint(
            "kind = CASE WHEN corrects_id IS NULL THEN 'minutes' ELSE 'correction' END",
            name=op.f("ck_minutes_corrects_by_kind"),
        ),
        sa.ForeignKeyConstraint(["chair_id"], ["people.id"], name=op.f("fk_minutes_chair_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["minutes.id"], name=op.f("fk_minutes_corrects_id")),
        sa.ForeignKeyConstraint(["gathering_id"], ["gatherings.id"], name=op.f("fk_minutes_gathering_id")),
        sa.ForeignKeyConstraint(["scan_by_id"], ["people.id"], name=op.f("fk_minutes_scan_by_id")),
        sa.ForeignKeyConstraint(["scan_confirmed_by_id"], ["people.id"], name=op.f("fk_minutes_scan_confirmed_by_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["papers.id"], name=op.f("fk_minutes_scan_id")),
        sa.ForeignKeyConstraint(["secretary_id"], ["people.id"], name=op.f("fk_minutes_secretary_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_minutes_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes")),
        sa.UniqueConstraint("territory_id", "year", "serial", name=op.f("uq_minutes_territory_id_year_serial")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_minutes_scan_id"), "minutes", ["scan_id"], unique=False)
    op.create_index(op.f("ix_minutes_corrects_id"), "minutes", ["corrects_id"], unique=False)
    op.create_index(
        "ix_minutes_of_meeting",
        "minutes",
        ["gathering_id"],
        unique=True,
        sqlite_where=sa.text("corrects_id IS NULL"),
        postgresql_where=sa.text("corrects_id IS NULL"),
    )
    op.create_table(
        "objections",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("event", sa.String(length=64), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_objections_answered_by")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_objections_poll_id")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (answer = '') "
            "AND (answered_at IS NULL) = (event IS NULL)",
            name=op.f("ck_objections_answered_whole"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("poll_id", "number", name=op.f("uq_objections_poll_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_objections_poll_id"), "objections", ["poll_id"], unique=False)
    op.create_table(
        "participations",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("hour", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('web', 'kiosk')", name=op.f("ck_participations_channel_known")),
        sa.ForeignKeyConstraint(["entry_id"], ["roll_entries.id"], name=op.f("fk_participations_entry_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_participations_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "entry_id", name=op.f("pk_participations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poll_complaints",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("dealer_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dealer_id"], ["people.id"], name=op.f("fk_poll_complaints_dealer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_poll_complaints_person_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_complaints_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "person_id", "dealer_id", name=op.f("pk_poll_complaints")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poll_decryptions",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_decryptions_poll_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_decryptions")),
        sa.UniqueConstraint("poll_id", "position", name=op.f("uq_poll_decryptions_poll_id_position")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poll_shuffles",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("handed_in_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_shuffles_poll_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_shuffles")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_poll_shuffles_poll_id"), "poll_shuffles", ["poll_id"], unique=False)
    op.create_table(
        "poll_trustees",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.String(length=200), server_default="", nullable=False),
        sa.Column("key_json", sa.Text(), nullable=True),
        sa.Column("confirmed_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("decryption_json", sa.Text(), nullable=True),
        sa.Column("certificate_json", sa.Text(), nullable=True),
        sa.Column("dealing_json", sa.Text(), nullable=True),
        sa.Column("share_json", sa.Text(), nullable=True),
        sa.Column("fault", sa.String(length=12), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_poll_trustees_person_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_trustees_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "position", name=op.f("pk_poll_trustees")),
        sa.UniqueConstraint("poll_id", "person_id", name=op.f("uq_poll_trustees_poll_id_person_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reserve_credentials",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.String(length=700), nullable=False),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("by_page", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_reserve_credentials_event")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_reserve_credentials_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "number", name=op.f("pk_reserve_credentials")),
        sa.UniqueConstraint("poll_id", "public_key", name=op.f("uq_reserve_credentials_poll_id_public_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reviews",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("okrug_competent", sa.Boolean(), nullable=False),
        sa.Column("competent_body", sa.String(length=200), nullable=False),
        sa.Column("feasible", sa.Boolean(), nullable=False),
        sa.Column("feasibility", sa.Text(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("cost_explanation", sa.Text(), nullable=False),
        sa.Column("programme", sa.String(length=3), nullable=True),
        sa.Column("title_kk", sa.String(length=120), nullable=False),
        sa.Column("title_ru", sa.String(length=120), nullable=False),
        sa.Column("summary_kk", sa.String(length=280), nullable=False),
        sa.Column("summary_ru", sa.String(length=280), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("answer_until", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(verdict = 'return') = (answer_until IS NOT NULL)", name=op.f("ck_reviews_term_of_a_question")
        ),
        sa.CheckConstraint(
            "verdict <> 'accept' OR (okrug_competent AND feasible AND cost IS NOT NULL AND programme IS NOT NULL)",
            name=op.f("ck_reviews_accepted_complete"),
        ),
        sa.CheckConstraint("(verdict = 'refuse') = (ground <> '')", name=op.f("ck_reviews_ground_of_a_refusal")),
        sa.CheckConstraint(
            "ground IN ('', 'another-body', 'not-feasible', 'not-ours', 'under-way', 'repeated', 'too-dear', 'for-few', "
            "'other')",
            name=op.f("ck_reviews_ground_known"),
        ),
        sa.CheckConstraint(
            "verdict = 'accept' OR reason <> '' OR ground NOT IN ('', 'other')", name=op.f("ck_reviews_reason_given")
        ),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_reviews_language_known")),
        sa.CheckConstraint("verdict IN ('accept', 'return', 'refuse')", name=op.f("ck_reviews_verdict_known")),
        sa.CheckConstraint("cost IS NULL OR (cost > 0 AND cost % 10000 = 0)", name=op.f("ck_reviews_cost_in_hundreds")),
        sa.CheckConstraint(
            "verdict <> 'accept' OR (title_kk <> '' AND title_ru <> '' AND summary_kk <> '' AND summary_ru <> '')",
            name=op.f("ck_reviews_accepted_in_both_languages"),
        ),
        sa.CheckConstraint(
            "replace(title_kk, '|', '') = title_kk AND replace(title_ru, '|', '') = title_ru",
            name=op.f("ck_reviews_titles_without_bar"),
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_reviews_proposal_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["people.id"], name=op.f("fk_reviews_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_reviews_proposal_id"), "reviews", ["proposal_id"], unique=False)
    op.create_index(
        "uq_reviews_accepted",
        "reviews",
        ["proposal_id"],
        unique=True,
        sqlite_where=sa.text("verdict = 'accept'"),
        postgresql_where=sa.text("verdict = 'accept'"),
    )
    op.create_table(
        "review_drafts",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("writer_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_review_drafts_proposal_id")),
        sa.ForeignKeyConstraint(["writer_id"], ["people.id"], name=op.f("fk_review_drafts_writer_id")),
        sa.PrimaryKeyConstraint("proposal_id", "writer_id", name=op.f("pk_review_drafts")),
    )
    op.create_table(
        "question_answers",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_question_answers_written")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_question_answers_review_id")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_question_answers")),
        sqlite_with_rowid=False,
    )
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
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_roll_changes_entry_id"), "roll_changes", ["entry_id"], unique=False)
    op.create_table(
        "roll_corrections",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
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
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_roll_corrections_cycle_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_roll_corrections_cycle_id"), "roll_corrections", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_roll_corrections_entry_id"), "roll_corrections", ["entry_id"], unique=False)
    op.create_table(
        "minutes_versions",
        sa.Column("minutes_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_minutes_versions_by_id")),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("fk_minutes_versions_minutes_id")),
        sa.PrimaryKeyConstraint("minutes_id", "version", name=op.f("pk_minutes_versions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "declined_corrections",
        sa.Column("minutes_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_declined_corrections_reasoned")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_declined_corrections_by_id")),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("fk_declined_corrections_minutes_id")),
        sa.PrimaryKeyConstraint("minutes_id", name=op.f("pk_declined_corrections")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "minutes_papers",
        sa.Column("minutes_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("fk_minutes_papers_minutes_id")),
        sa.PrimaryKeyConstraint("minutes_id", "version", name=op.f("pk_minutes_papers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "minutes_referrals",
        sa.Column("minutes_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("ground", sa.String(length=10), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("paper_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("about IN ('approval', 'execution')", name=op.f("ck_minutes_referrals_about_known")),
        sa.CheckConstraint(
            "kind IN ('sent', 'discussed', 'decided', 'declined', 'confirmed')",
            name=op.f("ck_minutes_referrals_kind_known"),
        ),
        sa.CheckConstraint("number <> 1 OR kind = 'sent'", name=op.f("ck_minutes_referrals_sent_first")),
        sa.CheckConstraint(
            "kind <> 'sent' OR about <> 'approval' OR number = 1", name=op.f("ck_minutes_referrals_approved_once")
        ),
        sa.CheckConstraint(
            "(kind <> 'sent' AND ground = '') OR (kind = 'sent' AND about = 'approval' AND ground IN ('silent', "
            "'disagreed')) OR (kind = 'sent' AND about = 'execution' AND ground = 'unexecuted')",
            name=op.f("ck_minutes_referrals_grounded"),
        ),
        sa.CheckConstraint(
            "(ground = 'unexecuted') = (question_id IS NOT NULL)", name=op.f("ck_minutes_referrals_decision_named")
        ),
        sa.CheckConstraint(
            "(kind IN ('decided', 'confirmed')) = (outcome <> '')", name=op.f("ck_minutes_referrals_ruled")
        ),
        sa.CheckConstraint("outcome IN ('', 'upheld', 'rejected')", name=op.f("ck_minutes_referrals_outcome_known")),
        sa.CheckConstraint(
            "kind NOT IN ('sent', 'decided') OR reference <> ''", name=op.f("ck_minutes_referrals_documented")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('decided', 'declined') OR words <> ''", name=op.f("ck_minutes_referrals_said")
        ),
        sa.CheckConstraint("(kind = 'confirmed') = (due IS NULL)", name=op.f("ck_minutes_referrals_due_until_the_end")),
        sa.CheckConstraint(
            "paper_id IS NULL OR kind IN ('sent', 'discussed', 'decided')",
            name=op.f("ck_minutes_referrals_paper_of_a_deed"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_minutes_referrals_by_id")),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("fk_minutes_referrals_minutes_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_minutes_referrals_paper_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["agenda_questions.id"], name=op.f("fk_minutes_referrals_question_id")
        ),
        sa.PrimaryKeyConstraint("minutes_id", "about", "number", name=op.f("pk_minutes_referrals")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_minutes_referrals_paper_id"), "minutes_referrals", ["paper_id"])
    op.create_index(op.f("ix_minutes_referrals_question_id"), "minutes_referrals", ["question_id"])
    op.create_table(
        "akim_answers",
        sa.Column("minutes_id", sa.Uuid(), nullable=False),
        sa.Column("akim_id", sa.Uuid(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("agrees OR reason <> ''", name=op.f("ck_akim_answers_disagreement_reasoned")),
        sa.ForeignKeyConstraint(["akim_id"], ["people.id"], name=op.f("fk_akim_answers_akim_id")),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("fk_akim_answers_minutes_id")),
        sa.PrimaryKeyConstraint("minutes_id", name=op.f("pk_akim_answers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "akim_disagreements",
        sa.Column("minutes_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("fk_akim_disagreements_minutes_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["agenda_questions.id"], name=op.f("fk_akim_disagreements_question_id")
        ),
        sa.PrimaryKeyConstraint("minutes_id", "question_id", name=op.f("pk_akim_disagreements")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_akim_disagreements_question_id"), "akim_disagreements", ["question_id"])
    op.create_table(
        "cast_ballots",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("tracker", sa.String(length=43), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("hour", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id", "entry_id"],
            ["credentials.poll_id", "credentials.entry_id"],
            name=op.f("fk_cast_ballots_poll_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["poll_id", "entry_id"],
            ["participations.poll_id", "participations.entry_id"],
            name="fk_cast_ballots_participation",
        ),
        sa.ForeignKeyConstraint(
            ["poll_id", "record"],
            ["archive_records.poll_id", "archive_records.position"],
            name=op.f("fk_cast_ballots_poll_id_record"),
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_cast_ballots_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "position", name=op.f("pk_cast_ballots")),
        sa.UniqueConstraint("poll_id", "entry_id", name=op.f("uq_cast_ballots_poll_id_entry_id")),
        sa.UniqueConstraint("poll_id", "record", name=op.f("uq_cast_ballots_poll_id_record")),
        sa.UniqueConstraint("poll_id", "code", name=op.f("uq_cast_ballots_poll_id_code")),
        sa.UniqueConstraint("poll_id", "tracker", name=op.f("uq_cast_ballots_poll_id_tracker")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "conflicts_of_interest",
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["assembly_members.id"], name=op.f("fk_conflicts_of_interest_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["agenda_questions.id"], name=op.f("fk_conflicts_of_interest_question_id")
        ),
        sa.PrimaryKeyConstraint("question_id", "member_id", name=op.f("pk_conflicts_of_interest")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "question_presences",
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["assembly_members.id"], name=op.f("fk_question_presences_member_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["agenda_questions.id"], name=op.f("fk_question_presences_question_id")
        ),
        sa.PrimaryKeyConstraint("question_id", "member_id", name=op.f("pk_question_presences")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reissues",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("proposed_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_event", sa.String(length=64), nullable=False),
        sa.Column("approved_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("reserve", sa.Integer(), nullable=True),
        sa.Column("withdrawn_key", sa.String(length=700), nullable=True),
        sa.Column("event", sa.String(length=64), nullable=True),
        sa.Column("handed_over_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("clerk_id", sa.Uuid(), nullable=True),
        sa.Column("replaced_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by IS NULL) AND (approved_at IS NULL) = (reserve IS NULL) AND (approved_at IS NULL) = (withdrawn_key IS NULL) AND (approved_at IS NULL) = (event IS NULL)",
            name=op.f("ck_reissues_approved_as_a_whole"),
        ),
        sa.CheckConstraint(
            "(handed_over_at IS NULL) = (clerk_id IS NULL)", name=op.f("ck_reissues_handed_over_by_a_clerk")
        ),
        sa.CheckConstraint(
            "approved_at IS NOT NULL OR (handed_over_at IS NULL AND replaced_at IS NULL)",
            name=op.f("ck_reissues_approved_first"),
        ),
        sa.CheckConstraint("approved_by <> proposed_by", name=op.f("ck_reissues_by_two_people")),
        sa.ForeignKeyConstraint(["approved_by"], ["people.id"], name=op.f("fk_reissues_approved_by")),
        sa.ForeignKeyConstraint(["clerk_id"], ["people.id"], name=op.f("fk_reissues_clerk_id")),
        sa.ForeignKeyConstraint(
            ["poll_id", "entry_id"],
            ["credentials.poll_id", "credentials.entry_id"],
            name=op.f("fk_reissues_poll_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["poll_id", "reserve"],
            ["reserve_credentials.poll_id", "reserve_credentials.number"],
            name=op.f("fk_reissues_poll_id_reserve"),
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_reissues_poll_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_reissues_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reissues")),
        sa.UniqueConstraint("event", name=op.f("uq_reissues_event")),
        sa.UniqueConstraint("proposed_event", name=op.f("uq_reissues_proposed_event")),
        sa.UniqueConstraint("poll_id", "reserve", name=op.f("uq_reissues_poll_id_reserve")),
        sa.UniqueConstraint("poll_id", "withdrawn_key", name=op.f("uq_reissues_poll_id_withdrawn_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_reissues_poll_id"), "reissues", ["poll_id"], unique=False)
    op.create_index(
        "one_proposal_at_a_time",
        "reissues",
        ["poll_id", "entry_id"],
        unique=True,
        sqlite_where=sa.text("approved_at IS NULL"),
        postgresql_where=sa.text("approved_at IS NULL"),
    )
    op.create_index(
        "one_reissue_in_force",
        "reissues",
        ["poll_id", "entry_id"],
        unique=True,
        sqlite_where=sa.text("approved_at IS NOT NULL AND replaced_at IS NULL"),
        postgresql_where=sa.text("approved_at IS NOT NULL AND replaced_at IS NULL"),
    )
    op.create_table(
        "sealed_codes",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id", "entry_id"],
            ["credentials.poll_id", "credentials.entry_id"],
            name=op.f("fk_sealed_codes_poll_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_sealed_codes_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "entry_id", name=op.f("pk_sealed_codes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shuffle_codes",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("shuffle_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_shuffle_codes_person_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_shuffle_codes_poll_id")),
        sa.ForeignKeyConstraint(["shuffle_id"], ["poll_shuffles.id"], name=op.f("fk_shuffle_codes_shuffle_id")),
        sa.PrimaryKeyConstraint("poll_id", "person_id", name=op.f("pk_shuffle_codes")),
        sa.UniqueConstraint("digest", name=op.f("uq_shuffle_codes_digest")),
    )
    op.create_table(
        "ballot_evidence",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("tracker", sa.String(length=43), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("cms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id", "tracker"],
            ["cast_ballots.poll_id", "cast_ballots.tracker"],
            name=op.f("fk_ballot_evidence_poll_id_tracker"),
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_ballot_evidence_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "tracker", name=op.f("pk_ballot_evidence")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "evidence_judgements",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("verdicts", sa.JSON(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_evidence_judgements_event")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_evidence_judgements_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_evidence_judgements")),
        sa.UniqueConstraint("event", name=op.f("uq_evidence_judgements_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hand_over_undoings",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("proposed_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_event", sa.String(length=64), nullable=False),
        sa.Column("approved_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("event", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("approved_by <> proposed_by", name=op.f("ck_hand_over_undoings_by_two_people")),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by IS NULL) AND (approved_at IS NULL) = (event IS NULL)",
            name=op.f("ck_hand_over_undoings_approved_as_a_whole"),
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["people.id"], name=op.f("fk_hand_over_undoings_approved_by")),
        sa.ForeignKeyConstraint(
            ["poll_id", "entry_id"],
            ["credentials.poll_id", "credentials.entry_id"],
            name=op.f("fk_hand_over_undoings_poll_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_hand_over_undoings_poll_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_hand_over_undoings_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over_undoings")),
        sa.UniqueConstraint("event", name=op.f("uq_hand_over_undoings_event")),
        sa.UniqueConstraint("proposed_event", name=op.f("uq_hand_over_undoings_proposed_event")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "one_undoing_at_a_time",
        "hand_over_undoings",
        ["poll_id", "entry_id"],
        unique=True,
        sqlite_where=sa.text("approved_at IS NULL"),
        postgresql_where=sa.text("approved_at IS NULL"),
    )
    op.create_table(
        "links_erasures",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_links_erasures_event")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_links_erasures_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_links_erasures")),
        sa.UniqueConstraint("event", name=op.f("uq_links_erasures_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "numbers_erasures",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_numbers_erasures_cycle_id")),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_numbers_erasures_event")),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_numbers_erasures")),
        sa.UniqueConstraint("event", name=op.f("uq_numbers_erasures_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "card_batches",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_card_batches_event")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_card_batches_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "day", name=op.f("pk_card_batches")),
        sa.UniqueConstraint("event", name=op.f("uq_card_batches_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "card_events",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("way", sa.String(length=14), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("reserve", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "way IN ('handed_over', 'released', 'released_again', 'undone')", name=op.f("ck_card_events_way_known")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["roll_entries.id"], name=op.f("fk_card_events_entry_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_card_events_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "commitment", name=op.f("pk_card_events")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_card_events_entry", "card_events", ["poll_id", "entry_id"], unique=False)
    op.create_table(
        "card_openings",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("minutes_number", sa.String(length=40), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("answered_event", sa.String(length=64), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (agreed IS NULL) AND (answered_at IS NULL) = (answered_event IS NULL)",
            name=op.f("ck_card_openings_answered_as_a_whole"),
        ),
        sa.CheckConstraint("answered_by <> recorded_by", name=op.f("ck_card_openings_by_two_people")),
        sa.CheckConstraint("attempt >= 1", name=op.f("ck_card_openings_attempt_counts")),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_card_openings_answered_by")),
        sa.ForeignKeyConstraint(
            ["answered_event"], ["audit_events.hash"], name=op.f("fk_card_openings_answered_event")
        ),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_card_openings_event")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_card_openings_poll_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_card_openings_recorded_by")),
        sa.PrimaryKeyConstraint("poll_id", "attempt", name=op.f("pk_card_openings")),
        sa.UniqueConstraint("event", name=op.f("uq_card_openings_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fault_explanations",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("minutes_number", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("secretary_id", sa.Uuid(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("chair_id", sa.Uuid(), nullable=True),
        sa.Column("chair_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("chair_event", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(chair_at IS NULL) = (chair_id IS NULL) AND (chair_at IS NULL) = (agreed IS NULL) AND (chair_at IS NULL) = (chair_event IS NULL)",
            name=op.f("ck_fault_explanations_answered_as_a_whole"),
        ),
        sa.CheckConstraint("chair_id <> secretary_id", name=op.f("ck_fault_explanations_by_two_people")),
        sa.ForeignKeyConstraint(["chair_event"], ["audit_events.hash"], name=op.f("fk_fault_explanations_chair_event")),
        sa.ForeignKeyConstraint(["chair_id"], ["people.id"], name=op.f("fk_fault_explanations_chair_id")),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_fault_explanations_event")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_fault_explanations_poll_id")),
        sa.ForeignKeyConstraint(["secretary_id"], ["people.id"], name=op.f("fk_fault_explanations_secretary_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_explanations")),
        sa.UniqueConstraint("event", name=op.f("uq_fault_explanations_event")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_fault_explanations_poll_id"), "fault_explanations", ["poll_id"], unique=False)
    op.create_table(
        "paper_counts",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=6), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("signatures", sa.Integer(), nullable=False),
        sa.Column("cards", sa.JSON(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.CheckConstraint("side IN ('clerk', 'second')", name=op.f("ck_paper_counts_side_known")),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_paper_counts_event")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_paper_counts_person_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_paper_counts_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "side", name=op.f("pk_paper_counts")),
        sa.UniqueConstraint("event", name=op.f("uq_paper_counts_event")),
        sa.UniqueConstraint("poll_id", "person_id", name=op.f("uq_paper_counts_poll_id_person_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "participant_lists",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_participant_lists_event")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_participant_lists_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_participant_lists")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "opened_cards",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("card", sa.String(length=12), nullable=False),
        sa.Column("reading", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.String(length=11), nullable=False),
        sa.Column("typed", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_event", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('unused', 'voted', 'another_key', 'missing')", name=op.f("ck_opened_cards_outcome_known")
        ),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (confirmed_event IS NULL)",
            name=op.f("ck_opened_cards_confirmed_as_a_whole"),
        ),
        sa.CheckConstraint("confirmed_by <> person_id", name=op.f("ck_opened_cards_by_two_people")),
        sa.CheckConstraint("reading >= 1", name=op.f("ck_opened_cards_reading_counts")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["people.id"], name=op.f("fk_opened_cards_confirmed_by")),
        sa.ForeignKeyConstraint(
            ["confirmed_event"], ["audit_events.hash"], name=op.f("fk_opened_cards_confirmed_event")
        ),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_opened_cards_event")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_opened_cards_person_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_opened_cards_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "card", "reading", name=op.f("pk_opened_cards")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sample_draws",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("minutes_number", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("answered_event", sa.String(length=64), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (agreed IS NULL) "
            "AND (answered_at IS NULL) = (answered_event IS NULL)",
            name=op.f("ck_sample_draws_answered_as_a_whole"),
        ),
        sa.CheckConstraint("answered_by <> recorded_by", name=op.f("ck_sample_draws_by_two_people")),
        sa.CheckConstraint("attempt >= 1", name=op.f("ck_sample_draws_attempt_counts")),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_sample_draws_answered_by")),
        sa.ForeignKeyConstraint(["answered_event"], ["audit_events.hash"], name=op.f("fk_sample_draws_answered_event")),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_sample_draws_event")),
        sa.ForeignKeyConstraint(["poll_id"], ["participant_lists.poll_id"], name=op.f("fk_sample_draws_poll_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_sample_draws_recorded_by")),
        sa.PrimaryKeyConstraint("poll_id", "attempt", name=op.f("pk_sample_draws")),
        sa.UniqueConstraint("event", name=op.f("uq_sample_draws_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sample_answers",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reading", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_event", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "answer IN ('voted', 'did_not_vote', 'not_found')", name=op.f("ck_sample_answers_answer_known")
        ),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (confirmed_event IS NULL)",
            name=op.f("ck_sample_answers_confirmed_as_a_whole"),
        ),
        sa.CheckConstraint("confirmed_by <> member_id", name=op.f("ck_sample_answers_by_two_people")),
        sa.CheckConstraint("reading >= 1", name=op.f("ck_sample_answers_reading_counts")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["people.id"], name=op.f("fk_sample_answers_confirmed_by")),
        sa.ForeignKeyConstraint(
            ["confirmed_event"], ["audit_events.hash"], name=op.f("fk_sample_answers_confirmed_event")
        ),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_sample_answers_event")),
        sa.ForeignKeyConstraint(["member_id"], ["people.id"], name=op.f("fk_sample_answers_member_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["participant_lists.poll_id"], name=op.f("fk_sample_answers_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "number", "reading", name=op.f("pk_sample_answers")),
        sa.UniqueConstraint("event", name=op.f("uq_sample_answers_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contacts",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("code_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("code_until", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("verified_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("channel IN ('mail', 'sms')", name=op.f("ck_contacts_channel_known")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_contacts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.CheckConstraint(
            "replaced_at IS NULL OR verified_at IS NOT NULL", name=op.f("ck_contacts_what_was_in_use_is_replaced")
        ),
    )
    for name, which in ONE_CONTACT.items():
        op.create_index(
            name,
            "contacts",
            ["person_id", "channel"],
            unique=True,
            sqlite_where=sa.text(which),
            postgresql_where=sa.text(which),
        )
    op.create_table(
        "follows",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("since", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('okrug', 'cycle', 'project', 'meeting')", name=op.f("ck_follows_kind_known")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_follows_person_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_follows_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follows")),
        sa.UniqueConstraint("person_id", "kind", "subject_id", name=op.f("uq_follows_person_id_kind_subject_id")),
    )
    op.create_index("ix_follows_of_subject", "follows", ["kind", "subject_id", "person_id"], unique=False)
    op.create_table(
        "notice_choices",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("page", sa.String(length=80), nullable=False),
        sa.Column("mail", sa.String(length=80), nullable=False),
        sa.Column("sms", sa.String(length=80), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=True),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.CheckConstraint("language IN ('kk', 'ru', 'en')", name=op.f("ck_notice_choices_language_known")),
        sa.CheckConstraint("digest_hour >= 0 AND digest_hour <= 23", name=op.f("ck_notice_choices_hour_of_digest")),
        sa.CheckConstraint(
            "quiet_from >= 0 AND quiet_from <= 23 AND quiet_until >= 0 AND quiet_until <= 23",
            name=op.f("ck_notice_choices_quiet_hours"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notice_choices_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_choices")),
    )
    op.create_table(
        "notices_reached",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_notices_reached_territory_id")),
        sa.PrimaryKeyConstraint("territory_id", name=op.f("pk_notices_reached")),
    )
    op.create_table(
        "notices",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("topic", sa.String(length=10), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("read_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["audit_events.hash"], name=op.f("fk_notices_event")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notices_person_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_notices_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("person_id", "event", name=op.f("uq_notices_person_id_event")),
    )
    op.create_index("ix_notices_of_person", "notices", ["person_id", "shown", "at"], unique=False)
    op.create_index(op.f("ix_notices_territory_id"), "notices", ["territory_id"], unique=False)
    op.create_table(
        "notice_sendings",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("message", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("next_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=20), nullable=False),
        sa.Column("done_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("channel IN ('mail', 'sms')", name=op.f("ck_notice_sendings_channel_known")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'failed', 'dropped')", name=op.f("ck_notice_sendings_state_known")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_sendings_notice_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notice_sendings_person_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_notice_sendings_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_sendings")),
        sa.UniqueConstraint("notice_id", "channel", name=op.f("uq_notice_sendings_notice_id_channel")),
    )
    op.create_index("ix_notice_sendings_due", "notice_sendings", ["territory_id", "state", "next_at"], unique=False)
    op.create_index(op.f("ix_notice_sendings_message"), "notice_sendings", ["message"], unique=False)
    op.create_index(op.f("ix_notice_sendings_person_id"), "notice_sendings", ["person_id"], unique=False)
    op.create_table(
        "calendar_links",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_calendar_links_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_links_token_hash")),
    )
    op.create_table(
        "reminders",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("next_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("channel IN ('mail', 'sms')", name=op.f("ck_reminders_channel_known")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_reminders_cycle_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reminders_person_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_reminders_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("person_id", "cycle_id", "channel", name=op.f("uq_reminders_person_id_cycle_id_channel")),
    )
    op.create_index(op.f("ix_reminders_next_at"), "reminders", ["next_at"], unique=False)
    op.create_index(op.f("ix_reminders_territory_id"), "reminders", ["territory_id"], unique=False)
    op.create_table(
        "news",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("title_kk", sa.String(length=100), nullable=False),
        sa.Column("title_ru", sa.String(length=100), nullable=False),
        sa.Column("text_kk", sa.Text(), nullable=False),
        sa.Column("text_ru", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("published_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "title_kk <> '' AND title_ru <> '' AND text_kk <> '' AND text_ru <> ''", name=op.f("ck_news_both_languages")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_news_author_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_news_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_news_territory_id_number")),
    )
    op.create_table(
        "news_pictures",
        sa.Column("news_id", sa.Uuid(), nullable=False),
        sa.Column("picture_id", sa.Uuid(), nullable=False),
        sa.Column("alt_kk", sa.String(length=200), nullable=False),
        sa.Column("alt_ru", sa.String(length=200), nullable=False),
        sa.CheckConstraint("alt_kk <> '' AND alt_ru <> ''", name=op.f("ck_news_pictures_both_languages")),
        sa.ForeignKeyConstraint(["news_id"], ["news.id"], name=op.f("fk_news_pictures_news_id")),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name=op.f("fk_news_pictures_picture_id")),
        sa.PrimaryKeyConstraint("news_id", name=op.f("pk_news_pictures")),
        sa.UniqueConstraint("picture_id", name=op.f("uq_news_pictures_picture_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reported_meetings",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("gathering_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["gathering_id"], ["gatherings.id"], name=op.f("fk_reported_meetings_gathering_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_reported_meetings_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_meetings")),
        sa.UniqueConstraint("gathering_id", name=op.f("uq_reported_meetings_gathering_id")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_reported_meetings_territory_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reported_meeting_versions",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("broadcasts", sa.JSON(), nullable=False),
        sa.Column("views", sa.JSON(), nullable=False),
        sa.Column("spoke", sa.Integer(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("repeats", sa.JSON(), nullable=False),
        sa.Column("media", sa.Integer(), nullable=False),
        sa.Column("guests", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('report', 'other')", name=op.f("ck_reported_meeting_versions_kind_known")),
        sa.CheckConstraint(
            "level IN ('oblast', 'city', 'raion', 'city_district', 'district_city', 'okrug')",
            name=op.f("ck_reported_meeting_versions_level_known"),
        ),
        sa.CheckConstraint(
            "version = 1 OR reason <> ''", name=op.f("ck_reported_meeting_versions_reason_of_correction")
        ),
        sa.CheckConstraint(
            "present >= 0 AND spoke >= 0 AND media >= 0", name=op.f("ck_reported_meeting_versions_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["reported_meetings.id"], name=op.f("fk_reported_meeting_versions_meeting_id")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "version", name=op.f("pk_reported_meeting_versions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reported_quarters",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("planned", sa.JSON(), nullable=False),
        sa.Column("planned_report", sa.Integer(), nullable=False),
        sa.Column("appeals", sa.Integer(), nullable=False),
        sa.Column("receptions", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.CheckConstraint("version = 1 OR reason <> ''", name=op.f("ck_reported_quarters_reason_of_correction")),
        sa.CheckConstraint(
            "planned_report >= 0 AND appeals >= 0 AND receptions >= 0 AND received >= 0",
            name=op.f("ck_reported_quarters_not_negative"),
        ),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("ck_reported_quarters_quarter_known")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_reported_quarters_territory_id")),
        sa.PrimaryKeyConstraint("territory_id", "year", "quarter", "version", name=op.f("pk_reported_quarters")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reported_appeals",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("considered", sa.Integer(), nullable=False),
        sa.Column("forwarded", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("explained", sa.Integer(), nullable=False),
        sa.Column("terminated", sa.Integer(), nullable=False),
        sa.Column("reexamined", sa.Integer(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.CheckConstraint("version = 1 OR reason <> ''", name=op.f("ck_reported_appeals_reason_of_correction")),
        sa.CheckConstraint("considered + forwarded <= received", name=op.f("ck_reported_appeals_received_adds_up")),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("ck_reported_appeals_quarter_known")),
        sa.CheckConstraint(
            "satisfied + refused + explained + terminated = considered",
            name=op.f("ck_reported_appeals_considered_adds_up"),
        ),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_reported_appeals_territory_id")),
        sa.PrimaryKeyConstraint("territory_id", "year", "quarter", "version", name=op.f("pk_reported_appeals")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "task_executors",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_kk", sa.String(length=200), nullable=False),
        sa.Column("name_ru", sa.String(length=200), nullable=False),
        sa.Column("named_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("name_kk <> '' OR name_ru <> ''", name=op.f("ck_task_executors_named")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_task_executors_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_executors")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_task_executors_territory_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tasks",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("executor_id", sa.Uuid(), nullable=False),
        sa.Column("settlement", sa.String(length=120), nullable=False),
        sa.Column("text_kk", sa.String(length=500), nullable=False),
        sa.Column("text_ru", sa.String(length=500), nullable=False),
        sa.Column("given_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("text_kk <> '' OR text_ru <> ''", name=op.f("ck_tasks_written")),
        sa.ForeignKeyConstraint(["executor_id"], ["task_executors.id"], name=op.f("fk_tasks_executor_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_tasks_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_tasks_territory_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_tasks_executor_id"), "tasks", ["executor_id"], unique=False)
    op.create_table(
        "task_steps",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("asked_until", sa.Date(), nullable=True),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("minutes_number", sa.String(length=40), nullable=False),
        sa.Column("minutes_on", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("picture_id", sa.Uuid(), nullable=True),
        sa.Column("paper_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'asks_later') = (asked_until IS NOT NULL)", name=op.f("ck_task_steps_asked_until_when")
        ),
        sa.CheckConstraint(
            "(kind IN ('done', 'sent_back', 'asks_later', 'put_off', 'asks_end', 'given_up', 'kept')) = (words <> '')",
            name=op.f("ck_task_steps_in_words"),
        ),
        sa.CheckConstraint(
            "(kind IN ('given', 'put_off', 'asks_later')) = (question_id IS NOT NULL OR minutes_on IS NOT NULL)",
            name=op.f("ck_task_steps_rests"),
        ),
        sa.CheckConstraint("(minutes_on IS NULL) = (minutes_number = '')", name=op.f("ck_task_steps_minutes_whole")),
        sa.CheckConstraint("(number = 1) = (kind = 'given')", name=op.f("ck_task_steps_given_first")),
        sa.CheckConstraint(
            "kind IN ('given', 'started', 'done', 'accepted', 'sent_back', 'asks_later', 'put_off', 'asks_end', 'given_up', 'kept')",
            name=op.f("ck_task_steps_kind_known"),
        ),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_task_steps_language_known")),
        sa.CheckConstraint("question_id IS NULL OR minutes_on IS NULL", name=op.f("ck_task_steps_rests_on_one")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_task_steps_by_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_task_steps_paper_id")),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name=op.f("fk_task_steps_picture_id")),
        sa.ForeignKeyConstraint(["question_id"], ["agenda_questions.id"], name=op.f("fk_task_steps_question_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_task_steps_task_id")),
        sa.PrimaryKeyConstraint("task_id", "number", name=op.f("pk_task_steps")),
        sqlite_with_rowid=False,
    )
    for column in ("paper_id", "picture_id", "question_id"):
        op.create_index(op.f(f"ix_task_steps_{column}"), "task_steps", [column], unique=False)
    op.create_table(
        "motions",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("raion_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text_kk", sa.String(length=1000), nullable=False),
        sa.Column("text_ru", sa.String(length=1000), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("minutes_number", sa.String(length=40), nullable=False),
        sa.Column("minutes_on", sa.Date(), nullable=True),
        sa.Column("sent_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(minutes_on IS NULL) = (minutes_number = '')", name=op.f("ck_motions_minutes_whole")),
        sa.CheckConstraint("(question_id IS NULL) = (minutes_on IS NOT NULL)", name=op.f("ck_motions_rests_on_one")),
        sa.CheckConstraint("text_kk <> '' OR text_ru <> ''", name=op.f("ck_motions_written")),
        sa.ForeignKeyConstraint(["question_id"], ["agenda_questions.id"], name=op.f("fk_motions_question_id")),
        sa.ForeignKeyConstraint(["raion_id"], ["territories.id"], name=op.f("fk_motions_raion_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_motions_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_motions")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_motions_territory_id_number")),
        sqlite_with_rowid=False,
    )
    for column in ("question_id", "raion_id"):
        op.create_index(op.f(f"ix_motions_{column}"), "motions", [column], unique=False)
    op.create_table(
        "motion_steps",
        sa.Column("motion_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("paper_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(kind = 'answered') = (answer <> '')", name=op.f("ck_motion_steps_answered_so")),
        sa.CheckConstraint("(kind = 'answered') = (words <> '')", name=op.f("ck_motion_steps_answered_in_words")),
        sa.CheckConstraint("(number = 1) = (kind = 'sent')", name=op.f("ck_motion_steps_sent_first")),
        sa.CheckConstraint(
            "answer IN ('', 'accepted', 'in_part', 'declined')", name=op.f("ck_motion_steps_answer_known")
        ),
        sa.CheckConstraint(
            "kind <> 'answered' OR reference <> '' OR paper_id IS NOT NULL",
            name=op.f("ck_motion_steps_answered_on_paper"),
        ),
        sa.CheckConstraint(
            "kind IN ('sent', 'received', 'considered', 'answered')", name=op.f("ck_motion_steps_kind_known")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('sent', 'received') OR reference <> ''", name=op.f("ck_motion_steps_registered")
        ),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_motion_steps_language_known")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_motion_steps_by_id")),
        sa.ForeignKeyConstraint(["motion_id"], ["motions.id"], name=op.f("fk_motion_steps_motion_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_motion_steps_paper_id")),
        sa.PrimaryKeyConstraint("motion_id", "number", name=op.f("pk_motion_steps")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_motion_steps_paper_id"), "motion_steps", ["paper_id"], unique=False)
    op.create_table(
        "deputies",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("term_from", sa.Date(), nullable=False),
        sa.Column("term_until", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("reception_kk", sa.String(length=300), nullable=False),
        sa.Column("reception_ru", sa.String(length=300), nullable=False),
        sa.Column("phone", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_document", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(ended_on IS NULL) = (end_document = '')", name=op.f("ck_deputies_ended_by_document")),
        sa.CheckConstraint("reception_kk <> '' OR reception_ru <> ''", name=op.f("ck_deputies_receives")),
        sa.CheckConstraint("term_until > term_from", name=op.f("ck_deputies_term_ordered")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_deputies_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputies")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_deputies_territory_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "deputy_places",
        sa.Column("deputy_id", sa.Uuid(), nullable=False),
        sa.Column("kato", sa.String(length=9), nullable=False),
        sa.ForeignKeyConstraint(["deputy_id"], ["deputies.id"], name=op.f("fk_deputy_places_deputy_id")),
        sa.PrimaryKeyConstraint("deputy_id", "kato", name=op.f("pk_deputy_places")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "meeting_officers",
        sa.Column("gathering_id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("in_favour", sa.Integer(), nullable=False),
        sa.Column("against", sa.Integer(), nullable=False),
        sa.Column("abstained", sa.Integer(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("elected_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("office IN ('chair', 'secretary')", name=op.f("ck_meeting_officers_office_known")),
        sa.CheckConstraint(
            "(person_id IS NULL) = (accepted_at IS NULL)", name=op.f("ck_meeting_officers_accepted_whole")
        ),
        sa.CheckConstraint(
            "in_favour + against + abstained = present AND in_favour >= needed",
            name=op.f("ck_meeting_officers_elected_by_majority"),
        ),
        sa.ForeignKeyConstraint(["gathering_id"], ["gatherings.id"], name=op.f("fk_meeting_officers_gathering_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_meeting_officers_person_id")),
        sa.PrimaryKeyConstraint("gathering_id", "office", name=op.f("pk_meeting_officers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "agenda_votes",
        sa.Column("gathering_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("in_favour", sa.Integer(), nullable=False),
        sa.Column("against", sa.Integer(), nullable=False),
        sa.Column("abstained", sa.Integer(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(kind = 'adopt') = (question_id IS NULL)", name=op.f("ck_agenda_votes_point_named")),
        sa.CheckConstraint("kind IN ('adopt', 'add', 'remove')", name=op.f("ck_agenda_votes_kind_known")),
        sa.CheckConstraint(
            "in_favour + against + abstained = present AND (kind = 'adopt' OR in_favour >= needed)",
            name=op.f("ck_agenda_votes_by_majority"),
        ),
        sa.ForeignKeyConstraint(["gathering_id"], ["gatherings.id"], name=op.f("fk_agenda_votes_gathering_id")),
        sa.ForeignKeyConstraint(["question_id"], ["agenda_questions.id"], name=op.f("fk_agenda_votes_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_votes")),
        sa.UniqueConstraint("gathering_id", "number", name=op.f("uq_agenda_votes_gathering_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_agenda_votes_gathering_id"), "agenda_votes", ["gathering_id"], unique=False)
    op.create_table(
        "named_votes",
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("vote", sa.String(length=10), nullable=False),
        sa.CheckConstraint("vote IN ('for', 'against', 'abstained')", name=op.f("ck_named_votes_vote_known")),
        sa.ForeignKeyConstraint(["member_id"], ["assembly_members.id"], name=op.f("fk_named_votes_member_id")),
        sa.ForeignKeyConstraint(["question_id"], ["agenda_questions.id"], name=op.f("fk_named_votes_question_id")),
        sa.PrimaryKeyConstraint("question_id", "member_id", name=op.f("pk_named_votes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "candidates",
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("settlement", sa.String(length=120), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=True),
        sa.Column("elected", sa.Boolean(), nullable=False),
        sa.CheckConstraint("NOT elected OR votes IS NOT NULL", name=op.f("ck_candidates_elected_by_votes")),
        sa.CheckConstraint("votes IS NULL OR votes >= 0", name=op.f("ck_candidates_votes_counted")),
        sa.ForeignKeyConstraint(["question_id"], ["agenda_questions.id"], name=op.f("fk_candidates_question_id")),
        sa.PrimaryKeyConstraint("question_id", "number", name=op.f("pk_candidates")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vote_corrections",
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("repeated", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_vote_corrections_reasoned")),
        sa.ForeignKeyConstraint(["question_id"], ["agenda_questions.id"], name=op.f("fk_vote_corrections_question_id")),
        sa.PrimaryKeyConstraint("question_id", "number", name=op.f("pk_vote_corrections")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "writing_devices",
        sa.Column("gathering_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["gathering_id"], ["gatherings.id"], name=op.f("fk_writing_devices_gathering_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_writing_devices_person_id")),
        sa.PrimaryKeyConstraint("gathering_id", name=op.f("pk_writing_devices")),
    )
    op.create_table(
        "hearing_opinions",
        sa.Column("gathering_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(channel = 'page') = (name = '')", name=op.f("ck_hearing_opinions_named")),
        sa.CheckConstraint("channel IN ('page', 'hall', 'paper')", name=op.f("ck_hearing_opinions_channel_known")),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_hearing_opinions_language_known")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_hearing_opinions_said")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_hearing_opinions_by_id")),
        sa.ForeignKeyConstraint(["gathering_id"], ["gatherings.id"], name=op.f("fk_hearing_opinions_gathering_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_opinions")),
        sa.UniqueConstraint("gathering_id", "number", name=op.f("uq_hearing_opinions_gathering_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_hearing_opinions_by_id"), "hearing_opinions", ["by_id"], unique=False)
    op.create_table(
        "opinion_answers",
        sa.Column("opinion_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_opinion_answers_language_known")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_opinion_answers_reasoned")),
        sa.CheckConstraint(
            "verdict IN ('accepted', 'in_part', 'declined')", name=op.f("ck_opinion_answers_verdict_known")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_opinion_answers_by_id")),
        sa.ForeignKeyConstraint(["opinion_id"], ["hearing_opinions.id"], name=op.f("fk_opinion_answers_opinion_id")),
        sa.PrimaryKeyConstraint("opinion_id", name=op.f("pk_opinion_answers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "commissions",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("term_from", sa.Date(), nullable=False),
        sa.Column("term_until", sa.Date(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("minutes_number", sa.String(length=40), nullable=False),
        sa.Column("minutes_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(minutes_on IS NULL) = (minutes_number = '')", name=op.f("ck_commissions_minutes_whole")),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)", name=op.f("ck_commissions_confirmed_whole")
        ),
        sa.CheckConstraint(
            "(question_id IS NULL) = (minutes_on IS NOT NULL)", name=op.f("ck_commissions_rests_on_one")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> recorded_by", name=op.f("ck_commissions_two_people")
        ),
        sa.CheckConstraint("term_until > term_from", name=op.f("ck_commissions_term_ordered")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["people.id"], name=op.f("fk_commissions_confirmed_by")),
        sa.ForeignKeyConstraint(["question_id"], ["agenda_questions.id"], name=op.f("fk_commissions_question_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_commissions_recorded_by")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_commissions_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commissions")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_commissions_territory_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "commission_seats",
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["commission_id"], ["commissions.id"], name=op.f("fk_commission_seats_commission_id")),
        sa.ForeignKeyConstraint(["member_id"], ["assembly_members.id"], name=op.f("fk_commission_seats_member_id")),
        sa.PrimaryKeyConstraint("commission_id", "member_id", name=op.f("pk_commission_seats")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "monitoring_reports",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("half", sa.Integer(), nullable=True),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("minutes_number", sa.String(length=40), nullable=False),
        sa.Column("minutes_on", sa.Date(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("proposals", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("written_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(minutes_on IS NULL) = (minutes_number = '')", name=op.f("ck_monitoring_reports_minutes_whole")
        ),
        sa.CheckConstraint("findings <> ''", name=op.f("ck_monitoring_reports_found")),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_monitoring_reports_language_known")),
        sa.CheckConstraint(
            "(half IS NULL) = (question_id IS NOT NULL OR minutes_on IS NOT NULL)",
            name=op.f("ck_monitoring_reports_extra_rests"),
        ),
        sa.CheckConstraint("half IS NULL OR half IN (1, 2)", name=op.f("ck_monitoring_reports_half_known")),
        sa.CheckConstraint(
            "question_id IS NULL OR minutes_on IS NULL", name=op.f("ck_monitoring_reports_rests_on_one")
        ),
        sa.ForeignKeyConstraint(
            ["commission_id"], ["commissions.id"], name=op.f("fk_monitoring_reports_commission_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["agenda_questions.id"], name=op.f("fk_monitoring_reports_question_id")
        ),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_monitoring_reports_territory_id")),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name=op.f("fk_monitoring_reports_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_reports")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_monitoring_reports_territory_id_number")),
        sa.UniqueConstraint("territory_id", "year", "half", name=op.f("uq_monitoring_reports_territory_id_year_half")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_monitoring_reports_commission_id"), "monitoring_reports", ["commission_id"], unique=False)
    op.create_table(
        "monitoring_lines",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("planned_words", sa.String(length=300), nullable=False),
        sa.Column("reached_words", sa.String(length=300), nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=True),
        sa.Column("reached", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_monitoring_lines_named")),
        sa.ForeignKeyConstraint(["report_id"], ["monitoring_reports.id"], name=op.f("fk_monitoring_lines_report_id")),
        sa.PrimaryKeyConstraint("report_id", "position", name=op.f("pk_monitoring_lines")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "monitoring_signatures",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("paper_id", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(signed_on IS NULL) = (paper_id IS NULL)", name=op.f("ck_monitoring_signatures_on_paper_whole")
        ),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL OR paper_id IS NOT NULL)",
            name=op.f("ck_monitoring_signatures_confirmed_whole"),
        ),
        sa.CheckConstraint("confirmed_by <> by_id", name=op.f("ck_monitoring_signatures_two_people")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_monitoring_signatures_by_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["people.id"], name=op.f("fk_monitoring_signatures_confirmed_by")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["assembly_members.id"], name=op.f("fk_monitoring_signatures_member_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_monitoring_signatures_paper_id")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["monitoring_reports.id"], name=op.f("fk_monitoring_signatures_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", "member_id", name=op.f("pk_monitoring_signatures")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_monitoring_signatures_paper_id"), "monitoring_signatures", ["paper_id"], unique=False)
    op.create_table(
        "monitoring_steps",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("minutes_number", sa.String(length=40), nullable=False),
        sa.Column("minutes_on", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('recommended', 'noted')) = (question_id IS NOT NULL OR minutes_on IS NOT NULL)",
            name=op.f("ck_monitoring_steps_rests"),
        ),
        sa.CheckConstraint(
            "(minutes_on IS NULL) = (minutes_number = '')", name=op.f("ck_monitoring_steps_minutes_whole")
        ),
        sa.CheckConstraint(
            "(number = 1) = (kind IN ('recommended', 'noted'))", name=op.f("ck_monitoring_steps_assembly_first")
        ),
        sa.CheckConstraint("kind = 'noted' OR words <> ''", name=op.f("ck_monitoring_steps_in_words")),
        sa.CheckConstraint(
            "kind IN ('recommended', 'noted', 'concluded')", name=op.f("ck_monitoring_steps_kind_known")
        ),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_monitoring_steps_language_known")),
        sa.CheckConstraint("question_id IS NULL OR minutes_on IS NULL", name=op.f("ck_monitoring_steps_rests_on_one")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_monitoring_steps_by_id")),
        sa.ForeignKeyConstraint(["question_id"], ["agenda_questions.id"], name=op.f("fk_monitoring_steps_question_id")),
        sa.ForeignKeyConstraint(["report_id"], ["monitoring_reports.id"], name=op.f("fk_monitoring_steps_report_id")),
        sa.PrimaryKeyConstraint("report_id", "number", name=op.f("pk_monitoring_steps")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "meeting_materials",
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("gathering_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_meeting_materials_by_id")),
        sa.ForeignKeyConstraint(["gathering_id"], ["gatherings.id"], name=op.f("fk_meeting_materials_gathering_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_meeting_materials_paper_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["agenda_questions.id"], name=op.f("fk_meeting_materials_question_id")
        ),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_meeting_materials")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_meeting_materials_gathering_id"), "meeting_materials", ["gathering_id"], unique=False)
    op.create_table(
        "budgets",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("first_year >= 2018 AND first_year <= 2200", name=op.f("ck_budgets_year_known")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_budgets_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
        sa.UniqueConstraint("territory_id", "first_year", name=op.f("uq_budgets_territory_id_first_year")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "budget_versions",
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("basis_id", sa.Uuid(), nullable=True),
        sa.Column("proposer", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('draft', 'amendment', 'correction', 'quarter', 'paper')",
            name=op.f("ck_budget_versions_kind_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('draft', 'quarter', 'paper') OR basis_id IS NOT NULL", name=op.f("ck_budget_versions_changes_one")
        ),
        sa.CheckConstraint(
            "kind IN ('draft', 'quarter', 'paper') OR reason <> ''", name=op.f("ck_budget_versions_reason_told")
        ),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_budget_versions_language_known")),
        sa.CheckConstraint(
            "proposer IN ('akim', 'deputy', 'assembly')", name=op.f("ck_budget_versions_proposer_known")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_budget_versions_number_positive")),
        sa.ForeignKeyConstraint(["basis_id"], ["budget_versions.id"], name=op.f("fk_budget_versions_basis_id")),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_budget_versions_budget_id")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_budget_versions_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_versions")),
        sa.UniqueConstraint("budget_id", "number", name=op.f("uq_budget_versions_budget_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_budget_versions_basis_id"), "budget_versions", ["basis_id"], unique=False)
    op.create_table(
        "budget_lines",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=13), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "part IN ('taxes', 'non_tax', 'capital', 'transfers', 'spending', 'credits', 'repayment', 'assets_bought', 'assets_sold', 'loans', 'loans_repaid', 'balances')",
            name=op.f("ck_budget_lines_part_known"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_budget_lines_not_negative")),
        sa.ForeignKeyConstraint(["version_id"], ["budget_versions.id"], name=op.f("fk_budget_lines_version_id")),
        sa.PrimaryKeyConstraint("version_id", "year", "part", "code", name=op.f("pk_budget_lines")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "budget_decisions",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("maslikhat", sa.String(length=300), nullable=False),
        sa.Column("paper_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(kind = 'paper') = (maslikhat <> '')", name=op.f("ck_budget_decisions_whose")),
        sa.CheckConstraint(
            "kind <> 'paper' OR paper_id IS NOT NULL", name=op.f("ck_budget_decisions_has_its_document")
        ),
        sa.CheckConstraint(
            "kind IN ('maslikhat', 'akim', 'raion', 'paper')", name=op.f("ck_budget_decisions_kind_known")
        ),
        sa.CheckConstraint("reference <> ''", name=op.f("ck_budget_decisions_reference_told")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_budget_decisions_paper_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_budget_decisions_recorded_by")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_budget_decisions_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_decisions")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_budget_decisions_territory_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "uq_budget_decisions_reference",
        "budget_decisions",
        ["territory_id", "reference", "decided_on"],
        unique=True,
        sqlite_where=sa.text("kind <> 'paper'"),
        postgresql_where=sa.text("kind <> 'paper'"),
    )
    op.create_index(op.f("ix_budget_decisions_paper_id"), "budget_decisions", ["paper_id"], unique=False)
    op.create_table(
        "budget_steps",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=10), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.CheckConstraint(
            "(move IN ('agreed', 'declined')) = (question_id IS NOT NULL)",
            name=op.f("ck_budget_steps_rests_on_a_meeting"),
        ),
        sa.CheckConstraint(
            "(move IN ('approved', 'decided', 'taken')) = (decision_id IS NOT NULL)",
            name=op.f("ck_budget_steps_rests_on_a_decision"),
        ),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_budget_steps_language_known")),
        sa.CheckConstraint("move <> 'sent' OR reference <> ''", name=op.f("ck_budget_steps_registered")),
        sa.CheckConstraint(
            "move IN ('put', 'agreed', 'declined', 'sent', 'considered', 'approved', 'returned', 'decided', "
            "'withdrawn', 'taken')",
            name=op.f("ck_budget_steps_move_known"),
        ),
        sa.CheckConstraint(
            "move NOT IN ('returned', 'withdrawn') OR words <> ''", name=op.f("ck_budget_steps_reasons_told")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_budget_steps_by_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["budget_decisions.id"], name=op.f("fk_budget_steps_decision_id")),
        sa.ForeignKeyConstraint(["question_id"], ["agenda_questions.id"], name=op.f("fk_budget_steps_question_id")),
        sa.ForeignKeyConstraint(["version_id"], ["budget_versions.id"], name=op.f("fk_budget_steps_version_id")),
        sa.PrimaryKeyConstraint("version_id", "number", name=op.f("pk_budget_steps")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_budget_steps_decision_id"), "budget_steps", ["decision_id"], unique=False)
    op.create_index("uq_budget_steps_question", "budget_steps", ["question_id"], unique=True)
    op.create_table(
        "budget_questions",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("asked_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_language", sa.String(length=2), nullable=False),
        sa.Column("answered_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name=op.f("ck_budget_questions_answered_whole")),
        sa.CheckConstraint(
            "language IN ('kk', 'ru') AND answer_language IN ('kk', 'ru')",
            name=op.f("ck_budget_questions_language_known"),
        ),
        sa.CheckConstraint("kind IN ('question', 'opinion')", name=op.f("ck_budget_questions_kind_known")),
        sa.CheckConstraint(
            "kind = 'question' OR answered_at IS NULL", name=op.f("ck_budget_questions_no_answer_to_an_opinion")
        ),
        sa.CheckConstraint("words <> ''", name=op.f("ck_budget_questions_asked")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_budget_questions_answered_by_somebody")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_budget_questions_answered_by")),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_budget_questions_asked_by")),
        sa.ForeignKeyConstraint(["version_id"], ["budget_versions.id"], name=op.f("fk_budget_questions_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_questions")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_budget_questions_version_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "budget_executions",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("taken_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("lines >= 1", name=op.f("ck_budget_executions_not_empty")),
        sa.ForeignKeyConstraint(["taken_by"], ["people.id"], name=op.f("fk_budget_executions_taken_by")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_budget_executions_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_executions")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_budget_executions_territory_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_budget_executions_territory_id"), "budget_executions", ["territory_id"], unique=False)
    op.create_table(
        "budget_execution_lines",
        sa.Column("execution_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=13), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("approved", sa.BigInteger(), nullable=True),
        sa.Column("amended", sa.BigInteger(), nullable=True),
        sa.Column("corrected", sa.BigInteger(), nullable=True),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["execution_id"], ["budget_executions.id"], name=op.f("fk_budget_execution_lines_execution_id")
        ),
        sa.PrimaryKeyConstraint("execution_id", "part", "code", name=op.f("pk_budget_execution_lines")),
        sa.UniqueConstraint("execution_id", "number", name=op.f("uq_budget_execution_lines_execution_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "budget_leftovers",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lapsed", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("carried", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_budget_leftovers_language_known")),
        sa.CheckConstraint(
            "lapsed + returned + carried > 0 OR number > 1", name=op.f("ck_budget_leftovers_something_left")
        ),
        sa.CheckConstraint(
            "lapsed >= 0 AND returned >= 0 AND carried >= 0", name=op.f("ck_budget_leftovers_not_negative")
        ),
        sa.CheckConstraint("number = 1 OR reason <> ''", name=op.f("ck_budget_leftovers_reason_told")),
        sa.CheckConstraint(
            "returned = 0 OR length(code) < 14 OR substr(code, 14, 3) IN ('011', '028', '029', '032')",
            name=op.f("ck_budget_leftovers_returned_for_a_purpose"),
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_budget_leftovers_recorded_by")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_budget_leftovers_territory_id")),
        sa.PrimaryKeyConstraint("territory_id", "year", "code", "number", name=op.f("pk_budget_leftovers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "classification_entries",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_kk", sa.String(length=600), nullable=False),
        sa.Column("name_ru", sa.String(length=600), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("checked", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to",
            name=op.f("ck_classification_entries_validity_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territories.id"], name=op.f("fk_classification_entries_territory_id")
        ),
        sa.PrimaryKeyConstraint("territory_id", "recorded_at", "code", name=op.f("pk_classification_entries")),
        sa.UniqueConstraint(
            "territory_id",
            "recorded_at",
            "number",
            name=op.f("uq_classification_entries_territory_id_recorded_at_number"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cycle_envelopes",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_cycle_envelopes_language_known")),
        sa.CheckConstraint("number = 1 OR reason <> ''", name=op.f("ck_cycle_envelopes_reason_told")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_cycle_envelopes_number_positive")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_cycle_envelopes_cycle_id")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_cycle_envelopes_made_by")),
        sa.PrimaryKeyConstraint("cycle_id", "number", name=op.f("pk_cycle_envelopes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cycle_envelope_lines",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_kk", sa.String(length=120), nullable=False),
        sa.Column("name_ru", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "name_kk <> '' AND name_ru <> ''", name=op.f("ck_cycle_envelope_lines_named_in_both_languages")
        ),
        sa.CheckConstraint(
            "amount > 0 AND amount % 10000 = 0", name=op.f("ck_cycle_envelope_lines_amount_in_hundreds")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id", "number"],
            ["cycle_envelopes.cycle_id", "cycle_envelopes.number"],
            name=op.f("fk_cycle_envelope_lines_cycle_id_number"),
        ),
        sa.PrimaryKeyConstraint("cycle_id", "number", "position", name=op.f("pk_cycle_envelope_lines")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "winners",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("granted > 0 AND granted % 10000 = 0", name=op.f("ck_winners_granted_in_hundreds")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_winners_cycle_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_winners_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_winners")),
        sa.UniqueConstraint("cycle_id", "position", name=op.f("uq_winners_cycle_id_position")),
        sa.UniqueConstraint("cycle_id", "proposal_id", name=op.f("uq_winners_cycle_id_proposal_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_winners_cycle_id"), "winners", ["cycle_id"], unique=False)
    op.create_table(
        "winner_plans",
        sa.Column("winner_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_winner_plans_language_known")),
        sa.CheckConstraint("number = 1 OR reason <> ''", name=op.f("ck_winner_plans_reason_told")),
        sa.CheckConstraint("number > 1 OR NOT waits", name=op.f("ck_winner_plans_begins_granted")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_winner_plans_number_positive")),
        sa.CheckConstraint(
            "waits = (question_id IS NOT NULL OR version_id IS NOT NULL)",
            name=op.f("ck_winner_plans_waits_by_a_decision"),
        ),
        sa.CheckConstraint("question_id IS NULL OR version_id IS NULL", name=op.f("ck_winner_plans_by_one_decision")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_winner_plans_made_by")),
        sa.ForeignKeyConstraint(["question_id"], ["agenda_questions.id"], name=op.f("fk_winner_plans_question_id")),
        sa.ForeignKeyConstraint(["version_id"], ["budget_versions.id"], name=op.f("fk_winner_plans_version_id")),
        sa.ForeignKeyConstraint(["winner_id"], ["winners.id"], name=op.f("fk_winner_plans_winner_id")),
        sa.PrimaryKeyConstraint("winner_id", "number", name=op.f("pk_winner_plans")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_winner_plans_question_id"), "winner_plans", ["question_id"], unique=False)
    op.create_index(op.f("ix_winner_plans_version_id"), "winner_plans", ["version_id"], unique=False)
    op.create_table(
        "winner_lines",
        sa.Column("winner_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=13), nullable=False),
        sa.CheckConstraint(
            "source IN ('own', 'transfers', 'contributions')", name=op.f("ck_winner_lines_source_known")
        ),
        sa.CheckConstraint("amount > 0 AND amount % 10000 = 0", name=op.f("ck_winner_lines_amount_in_hundreds")),
        sa.ForeignKeyConstraint(
            ["winner_id", "number"],
            ["winner_plans.winner_id", "winner_plans.number"],
            name=op.f("fk_winner_lines_winner_id_number"),
        ),
        sa.PrimaryKeyConstraint("winner_id", "number", "position", name=op.f("pk_winner_lines")),
        sa.UniqueConstraint(
            "winner_id",
            "number",
            "year",
            "code",
            "source",
            name=op.f("uq_winner_lines_winner_id_number_year_code_source"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "work_answers",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("opinion", sa.String(length=10), nullable=False),
        sa.Column("rating", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_work_answers_language_known")),
        sa.CheckConstraint("opinion <> '' OR rating <> ''", name=op.f("ck_work_answers_something_said")),
        sa.CheckConstraint("opinion <> 'disputed' OR words <> ''", name=op.f("ck_work_answers_disputed_in_words")),
        sa.CheckConstraint("opinion IN ('', 'confirmed', 'disputed')", name=op.f("ck_work_answers_opinion_known")),
        sa.CheckConstraint(
            "rating IN ('', 'low', 'medium', 'high', 'unsure')", name=op.f("ck_work_answers_rating_known")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_work_answers_person_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_work_answers_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_answers")),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_work_answers_proposal_id_number")),
        sa.UniqueConstraint(
            "proposal_id", "step", "person_id", name=op.f("uq_work_answers_proposal_id_step_person_id")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_work_answers_person_id"), "work_answers", ["person_id"], unique=False)
    op.create_table(
        "work_contracts",
        sa.Column("supplier", sa.String(length=200), nullable=False),
        sa.Column("bin", sa.String(length=12), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("notice", sa.String(length=60), nullable=False),
        sa.Column("notice_url", sa.String(length=500), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "NOT withdrawn OR (version > 1 AND words <> '')", name=op.f("ck_work_contracts_withdrawn_for_a_reason")
        ),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_work_contracts_language_known")),
        sa.CheckConstraint("supplier <> '' AND reference <> ''", name=op.f("ck_work_contracts_named")),
        sa.CheckConstraint("version = 1 OR words <> ''", name=op.f("ck_work_contracts_changed_for_a_reason")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_work_contracts_amount_positive")),
        sa.CheckConstraint("length(bin) IN (0, 12)", name=op.f("ck_work_contracts_bin_whole")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_work_contracts_by_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_work_contracts_proposal_id")),
        sa.PrimaryKeyConstraint("proposal_id", "number", "version", name=op.f("pk_work_contracts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "work_milestones",
        sa.Column("name_kk", sa.String(length=200), nullable=False),
        sa.Column("name_ru", sa.String(length=200), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "NOT withdrawn OR (version > 1 AND words <> '')", name=op.f("ck_work_milestones_withdrawn_for_a_reason")
        ),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_work_milestones_language_known")),
        sa.CheckConstraint("name_kk <> '' OR name_ru <> ''", name=op.f("ck_work_milestones_named")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_work_milestones_by_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_work_milestones_proposal_id")),
        sa.PrimaryKeyConstraint("proposal_id", "number", "version", name=op.f("pk_work_milestones")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "work_payments",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "NOT withdrawn OR (version > 1 AND words <> '')", name=op.f("ck_work_payments_withdrawn_for_a_reason")
        ),
        sa.CheckConstraint("document <> ''", name=op.f("ck_work_payments_documented")),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_work_payments_language_known")),
        sa.CheckConstraint("version = 1 OR words <> ''", name=op.f("ck_work_payments_changed_for_a_reason")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_work_payments_amount_positive")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_work_payments_by_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_work_payments_proposal_id")),
        sa.PrimaryKeyConstraint("proposal_id", "number", "version", name=op.f("pk_work_payments")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "work_pictures",
        sa.Column("picture_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("alt", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_work_pictures_language_known")),
        sa.CheckConstraint("stage IN ('before', 'during', 'after')", name=op.f("ck_work_pictures_stage_known")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_work_pictures_by_id")),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name=op.f("fk_work_pictures_picture_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_work_pictures_proposal_id")),
        sa.PrimaryKeyConstraint("picture_id", name=op.f("pk_work_pictures")),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_work_pictures_proposal_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "work_quantities",
        sa.Column("name_kk", sa.String(length=200), nullable=False),
        sa.Column("name_ru", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "NOT withdrawn OR (version > 1 AND words <> '')", name=op.f("ck_work_quantities_withdrawn_for_a_reason")
        ),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_work_quantities_language_known")),
        sa.CheckConstraint("name_kk <> '' OR name_ru <> ''", name=op.f("ck_work_quantities_named")),
        sa.CheckConstraint(
            "unit IN ('m', 'm2', 'm3', 'km', 'lamps', 'trees', 'pieces', 't')",
            name=op.f("ck_work_quantities_unit_known"),
        ),
        sa.CheckConstraint("planned > 0 AND reached >= 0", name=op.f("ck_work_quantities_quantities_positive")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_work_quantities_by_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_work_quantities_proposal_id")),
        sa.PrimaryKeyConstraint("proposal_id", "number", "version", name=op.f("pk_work_quantities")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "work_responsible",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("post", sa.String(length=200), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "NOT withdrawn OR (version > 1 AND words <> '')", name=op.f("ck_work_responsible_withdrawn_for_a_reason")
        ),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_work_responsible_language_known")),
        sa.CheckConstraint("name <> '' AND post <> '' AND number = 1", name=op.f("ck_work_responsible_named")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_work_responsible_by_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_work_responsible_proposal_id")),
        sa.PrimaryKeyConstraint("proposal_id", "number", "version", name=op.f("pk_work_responsible")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "work_steps",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("answers_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'accepted') = (answers_until IS NOT NULL)", name=op.f("ck_work_steps_answered_when_accepted")
        ),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_work_steps_language_known")),
        sa.CheckConstraint("state <> 'stopped' OR words <> ''", name=op.f("ck_work_steps_stopped_for_a_reason")),
        sa.CheckConstraint(
            "state IN ('design', 'request', 'tender', 'contract', 'works', 'accepted', 'maintenance', 'stopped')",
            name=op.f("ck_work_steps_state_known"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_work_steps_by_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_work_steps_proposal_id")),
        sa.PrimaryKeyConstraint("proposal_id", "number", name=op.f("pk_work_steps")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "work_replies",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answered", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_work_replies_language_known")),
        sa.CheckConstraint("words <> ''", name=op.f("ck_work_replies_in_words")),
        sa.ForeignKeyConstraint(["answer_id"], ["work_answers.id"], name=op.f("fk_work_replies_answer_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_work_replies_by_id")),
        sa.PrimaryKeyConstraint("answer_id", "number", name=op.f("pk_work_replies")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inspections",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(length=12), nullable=False),
        sa.Column("commission_id", sa.Uuid(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=True),
        sa.Column("monitoring_id", sa.Uuid(), nullable=True),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("written_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(body = 'commission') = (commission_id IS NOT NULL)", name=op.f("ck_inspections_commission_named")
        ),
        sa.CheckConstraint("body IN ('auditor', 'commission')", name=op.f("ck_inspections_body_known")),
        sa.CheckConstraint("findings <> ''", name=op.f("ck_inspections_found")),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_inspections_language_known")),
        sa.ForeignKeyConstraint(["commission_id"], ["commissions.id"], name=op.f("fk_inspections_commission_id")),
        sa.ForeignKeyConstraint(
            ["monitoring_id"], ["monitoring_reports.id"], name=op.f("fk_inspections_monitoring_id")
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_inspections_proposal_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_inspections_territory_id")),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name=op.f("fk_inspections_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_inspections_territory_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_inspections_commission_id"), "inspections", ["commission_id"], unique=False)
    op.create_index(op.f("ix_inspections_monitoring_id"), "inspections", ["monitoring_id"], unique=False)
    op.create_index(op.f("ix_inspections_proposal_id"), "inspections", ["proposal_id"], unique=False)
    op.create_table(
        "inspection_signatures",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("paper_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(signed_on IS NULL) = (paper_id IS NULL)", name=op.f("ck_inspection_signatures_on_paper_whole")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_inspection_signatures_by_id")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name=op.f("fk_inspection_signatures_inspection_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["assembly_members.id"], name=op.f("fk_inspection_signatures_member_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_inspection_signatures_paper_id")),
        sa.PrimaryKeyConstraint("inspection_id", "number", name=op.f("pk_inspection_signatures")),
        sa.UniqueConstraint(
            "inspection_id", "member_id", name=op.f("uq_inspection_signatures_inspection_id_member_id")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_inspection_signatures_member_id"), "inspection_signatures", ["member_id"], unique=False)
    op.create_index(op.f("ix_inspection_signatures_paper_id"), "inspection_signatures", ["paper_id"], unique=False)
    op.create_table(
        "recommendation_answers",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'promised') = (until IS NOT NULL)", name=op.f("ck_recommendation_answers_promised_until")
        ),
        sa.CheckConstraint(
            "kind IN ('done', 'promised', 'declined')", name=op.f("ck_recommendation_answers_kind_known")
        ),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_recommendation_answers_language_known")),
        sa.CheckConstraint("words <> ''", name=op.f("ck_recommendation_answers_in_words")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_recommendation_answers_by_id")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name=op.f("fk_recommendation_answers_inspection_id")
        ),
        sa.PrimaryKeyConstraint("inspection_id", "position", "number", name=op.f("pk_recommendation_answers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recommendations",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_recommendations_in_words")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspections.id"], name=op.f("fk_recommendations_inspection_id")),
        sa.PrimaryKeyConstraint("inspection_id", "position", name=op.f("pk_recommendations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "line_questions",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("per_resident", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("asked_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_language", sa.String(length=2), nullable=False),
        sa.Column("answered_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name=op.f("ck_line_questions_answered_whole")),
        sa.CheckConstraint(
            "language IN ('kk', 'ru') AND answer_language IN ('kk', 'ru')",
            name=op.f("ck_line_questions_language_known"),
        ),
        sa.CheckConstraint("words <> ''", name=op.f("ck_line_questions_asked")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_line_questions_answered_by_somebody")
        ),
        sa.CheckConstraint(
            "NOT published OR (allowed AND answered_at IS NOT NULL)",
            name=op.f("ck_line_questions_published_as_allowed"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_line_questions_number_positive")),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_line_questions_answered_by")),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_line_questions_asked_by")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_line_questions_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_questions")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_line_questions_territory_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_line_questions_asked_by"), "line_questions", ["asked_by"], unique=False)
    op.create_table(
        "programmes",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("begun_at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("begun_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("first_year BETWEEN 2018 AND 2099", name=op.f("ck_programmes_first_year_possible")),
        sa.CheckConstraint(
            "last_year BETWEEN first_year AND first_year + 4", name=op.f("ck_programmes_last_year_possible")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_programmes_number_positive")),
        sa.ForeignKeyConstraint(["begun_by"], ["people.id"], name=op.f("fk_programmes_begun_by")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_programmes_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_programmes_territory_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "property_objects",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(length=20), nullable=False),
        sa.Column("name_kk", sa.String(length=300), nullable=False),
        sa.Column("name_ru", sa.String(length=300), nullable=False),
        sa.Column("settlement", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("name_kk <> '' AND name_ru <> ''", name=op.f("ck_property_objects_named_in_both")),
        sa.CheckConstraint(
            "sort IN ('culture', 'kindergarten', 'building', 'road', 'street', 'park', 'square', 'monument', 'land', 'network', 'sport', 'vehicle', 'equipment', 'other')",
            name=op.f("ck_property_objects_sort_known"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_property_objects_number_positive")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_property_objects_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_property_objects")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_property_objects_territory_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "programme_progress",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_programme_progress_language_known")),
        sa.CheckConstraint("words <> ''", name=op.f("ck_programme_progress_told")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_programme_progress_number_positive")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_programme_progress_by_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_programme_progress_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "task", "number", name=op.f("pk_programme_progress")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "surveys",
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title_kk", sa.String(length=200), nullable=False),
        sa.Column("title_ru", sa.String(length=200), nullable=False),
        sa.Column("about_kk", sa.String(length=1000), nullable=False),
        sa.Column("about_ru", sa.String(length=1000), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=True),
        sa.Column("gathering_id", sa.Uuid(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("called_off_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("called_off_by", sa.Uuid(), nullable=True),
        sa.Column("called_off_reason", sa.String(length=500), nullable=False),
        sa.Column("called_off_language", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(about_kk = '') = (about_ru = '')", name=op.f("ck_surveys_told_in_both")),
        sa.CheckConstraint("audience IN ('residents', 'everybody')", name=op.f("ck_surveys_audience_known")),
        sa.CheckConstraint("title_kk <> '' AND title_ru <> ''", name=op.f("ck_surveys_named")),
        sa.CheckConstraint("(opened_at IS NULL) = (opened_by IS NULL)", name=op.f("ck_surveys_opened_by_somebody")),
        sa.CheckConstraint(
            "(called_off_at IS NULL) = (called_off_by IS NULL)", name=op.f("ck_surveys_called_off_by_somebody")
        ),
        sa.CheckConstraint(
            "(called_off_at IS NULL) = (called_off_reason = '')", name=op.f("ck_surveys_called_off_for_a_reason")
        ),
        sa.CheckConstraint("called_off_at IS NULL OR opened_at IS NOT NULL", name=op.f("ck_surveys_opened_before")),
        sa.CheckConstraint("called_off_language IN ('kk', 'ru')", name=op.f("ck_surveys_language_known")),
        sa.CheckConstraint("asked IS NULL OR asked >= 1", name=op.f("ck_surveys_asked_positive")),
        sa.CheckConstraint("gathering_id IS NULL OR version_id IS NULL", name=op.f("ck_surveys_on_one_draft")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_surveys_number_positive")),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_surveys_days_in_order")),
        sa.ForeignKeyConstraint(["called_off_by"], ["people.id"], name=op.f("fk_surveys_called_off_by")),
        sa.ForeignKeyConstraint(["gathering_id"], ["gatherings.id"], name=op.f("fk_surveys_gathering_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["people.id"], name=op.f("fk_surveys_opened_by")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_surveys_territory_id")),
        sa.ForeignKeyConstraint(["version_id"], ["budget_versions.id"], name=op.f("fk_surveys_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("territory_id", "number", name=op.f("uq_surveys_territory_id_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_surveys_gathering_id"), "surveys", ["gathering_id"], unique=False)
    op.create_index(op.f("ix_surveys_version_id"), "surveys", ["version_id"], unique=False)
    op.create_table(
        "programme_versions",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("approved_at", pb.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("minutes_number", sa.String(length=40), nullable=False),
        sa.Column("minutes_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(minutes_on IS NULL) = (minutes_number = '')", name=op.f("ck_programme_versions_minutes_whole")
        ),
        sa.CheckConstraint(
            "(approved_at IS NOT NULL) = (question_id IS NOT NULL OR minutes_on IS NOT NULL)",
            name=op.f("ck_programme_versions_rests"),
        ),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by IS NULL)", name=op.f("ck_programme_versions_approved_by_somebody")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_programme_versions_number_positive")),
        sa.CheckConstraint(
            "question_id IS NULL OR minutes_on IS NULL", name=op.f("ck_programme_versions_rests_on_one")
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["people.id"], name=op.f("fk_programme_versions_approved_by")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_programme_versions_programme_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["agenda_questions.id"], name=op.f("fk_programme_versions_question_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "number", name=op.f("pk_programme_versions")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_programme_versions_question_id"), "programme_versions", ["question_id"], unique=False)
    op.create_table(
        "property_states",
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=20), nullable=False),
        sa.Column("condition", sa.String(length=10), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("income", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("decision_number", sa.String(length=40), nullable=False),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(decision_on IS NULL) = (decision_number = '')", name=op.f("ck_property_states_decision_whole")
        ),
        sa.CheckConstraint(
            "change IN ('received', 'let', 'returned', 'repaired', 'sold', 'written_off')",
            name=op.f("ck_property_states_change_known"),
        ),
        sa.CheckConstraint(
            "condition IN ('good', 'fair', 'repair', 'unsafe')", name=op.f("ck_property_states_condition_known")
        ),
        sa.CheckConstraint("number = 1 OR change <> 'received'", name=op.f("ck_property_states_received_once")),
        sa.CheckConstraint("unit IN ('m2', 'm', 'km', 'ha', 'piece')", name=op.f("ck_property_states_unit_known")),
        sa.CheckConstraint(
            "(question_id IS NULL) = (decision_on IS NOT NULL)", name=op.f("ck_property_states_rests_on_one")
        ),
        sa.CheckConstraint("income >= 0", name=op.f("ck_property_states_income_not_negative")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_property_states_number_positive")),
        sa.CheckConstraint("size > 0", name=op.f("ck_property_states_size_positive")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_property_states_by_id")),
        sa.ForeignKeyConstraint(["object_id"], ["property_objects.id"], name=op.f("fk_property_states_object_id")),
        sa.ForeignKeyConstraint(["question_id"], ["agenda_questions.id"], name=op.f("fk_property_states_question_id")),
        sa.PrimaryKeyConstraint("object_id", "number", name=op.f("pk_property_states")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_property_states_question_id"), "property_states", ["question_id"], unique=False)
    op.create_table(
        "survey_participations",
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_survey_participations_person_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_participations_survey_id")),
        sa.PrimaryKeyConstraint("survey_id", "person_id", name=op.f("pk_survey_participations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_questions",
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text_kk", sa.String(length=500), nullable=False),
        sa.Column("text_ru", sa.String(length=500), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('one', 'several', 'scale', 'text')", name=op.f("ck_survey_questions_kind_known")),
        sa.CheckConstraint("text_kk <> '' AND text_ru <> ''", name=op.f("ck_survey_questions_asked_in_both")),
        sa.CheckConstraint("number BETWEEN 1 AND 20", name=op.f("ck_survey_questions_number_possible")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_questions_survey_id")),
        sa.PrimaryKeyConstraint("survey_id", "number", name=op.f("pk_survey_questions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_sheets",
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_sheets_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_sheets")),
        sa.UniqueConstraint("survey_id", "id", name=op.f("uq_survey_sheets_survey_id_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "programme_tasks",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text_kk", sa.String(length=300), nullable=False),
        sa.Column("text_ru", sa.String(length=300), nullable=False),
        sa.Column("indicator_kk", sa.String(length=300), nullable=False),
        sa.Column("indicator_ru", sa.String(length=300), nullable=False),
        sa.Column("unit_kk", sa.String(length=40), nullable=False),
        sa.Column("unit_ru", sa.String(length=40), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("executor_kk", sa.String(length=300), nullable=False),
        sa.Column("executor_ru", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(source = 'without') = (amount = 0)", name=op.f("ck_programme_tasks_paid_from_somewhere")),
        sa.CheckConstraint("executor_kk <> '' AND executor_ru <> ''", name=op.f("ck_programme_tasks_executed_in_both")),
        sa.CheckConstraint(
            "indicator_kk <> '' AND indicator_ru <> ''", name=op.f("ck_programme_tasks_measured_in_both")
        ),
        sa.CheckConstraint(
            "source IN ('okrug', 'raion', 'oblast', 'republic', 'self_government', 'private', 'without')",
            name=op.f("ck_programme_tasks_source_known"),
        ),
        sa.CheckConstraint("text_kk <> '' AND text_ru <> ''", name=op.f("ck_programme_tasks_written_in_both")),
        sa.CheckConstraint("unit_kk <> '' AND unit_ru <> ''", name=op.f("ck_programme_tasks_unit_in_both")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_programme_tasks_amount_not_negative")),
        sa.CheckConstraint("number BETWEEN 1 AND 200", name=op.f("ck_programme_tasks_number_possible")),
        sa.ForeignKeyConstraint(
            ["programme_id", "version"],
            ["programme_versions.programme_id", "programme_versions.number"],
            name=op.f("fk_programme_tasks_programme_id_version"),
        ),
        sa.PrimaryKeyConstraint("programme_id", "version", "number", name=op.f("pk_programme_tasks")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_texts",
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("language IN ('kk', 'ru')", name=op.f("ck_survey_texts_language_known")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_survey_texts_said")),
        sa.ForeignKeyConstraint(
            ["survey_id", "question"],
            ["survey_questions.survey_id", "survey_questions.number"],
            name=op.f("fk_survey_texts_survey_id_question"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_texts")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_texts_survey_id"), "survey_texts", ["survey_id"], unique=False)
    op.create_table(
        "survey_ticks",
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.CheckConstraint("place BETWEEN 0 AND 12", name=op.f("ck_survey_ticks_place_possible")),
        sa.ForeignKeyConstraint(
            ["survey_id", "question"],
            ["survey_questions.survey_id", "survey_questions.number"],
            name=op.f("fk_survey_ticks_survey_id_question"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_id", "sheet_id"],
            ["survey_sheets.survey_id", "survey_sheets.id"],
            name=op.f("fk_survey_ticks_survey_id_sheet_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("survey_id", "question", "sheet_id", "place", name=op.f("pk_survey_ticks")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_text_verdicts",
        sa.Column("text_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("at", pb.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('names_nobody', 'names_somebody', 'insults', 'advertises', 'another_matter')",
            name=op.f("ck_survey_text_verdicts_verdict_known"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_survey_text_verdicts_number_positive")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_survey_text_verdicts_by_id")),
        sa.ForeignKeyConstraint(["text_id"], ["survey_texts.id"], name=op.f("fk_survey_text_verdicts_text_id")),
        sa.PrimaryKeyConstraint("text_id", "number", name=op.f("pk_survey_text_verdicts")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("survey_text_verdicts")
    op.drop_table("survey_ticks")
    op.drop_index(op.f("ix_survey_texts_survey_id"), table_name="survey_texts")
    op.drop_table("survey_texts")
    op.drop_table("programme_tasks")
    op.drop_table("survey_sheets")
    op.drop_table("survey_questions")
    op.drop_table("survey_participations")
    op.drop_index(op.f("ix_property_states_question_id"), table_name="property_states")
    op.drop_table("property_states")
    op.drop_index(op.f("ix_programme_versions_question_id"), table_name="programme_versions")
    op.drop_table("programme_versions")
    op.drop_index(op.f("ix_surveys_version_id"), table_name="surveys")
    op.drop_index(op.f("ix_surveys_gathering_id"), table_name="surveys")
    op.drop_table("surveys")
    op.drop_table("programme_progress")
    op.drop_table("property_objects")
    op.drop_table("programmes")
    op.drop_index(op.f("ix_line_questions_asked_by"), table_name="line_questions")
    op.drop_table("line_questions")
    op.drop_table("recommendations")
    op.drop_table("recommendation_answers")
    op.drop_index(op.f("ix_inspection_signatures_member_id"), table_name="inspection_signatures")
    op.drop_index(op.f("ix_inspection_signatures_paper_id"), table_name="inspection_signatures")
    op.drop_table("inspection_signatures")
    op.drop_index(op.f("ix_inspections_commission_id"), table_name="inspections")
    op.drop_index(op.f("ix_inspections_monitoring_id"), table_name="inspections")
    op.drop_index(op.f("ix_inspections_proposal_id"), table_name="inspections")
    op.drop_table("inspections")
    op.drop_table("work_replies")
    op.drop_table("work_steps")
    op.drop_table("work_responsible")
    op.drop_table("work_quantities")
    op.drop_table("work_pictures")
    op.drop_table("work_payments")
    op.drop_table("work_milestones")
    op.drop_table("work_contracts")
    op.drop_index(op.f("ix_work_answers_person_id"), table_name="work_answers")
    op.drop_table("work_answers")
    op.drop_table("winner_lines")
    op.drop_index(op.f("ix_winner_plans_version_id"), table_name="winner_plans")
    op.drop_index(op.f("ix_winner_plans_question_id"), table_name="winner_plans")
    op.drop_table("winner_plans")
    op.drop_index(op.f("ix_winners_cycle_id"), table_name="winners")
    op.drop_table("winners")
    op.drop_table("cycle_envelope_lines")
    op.drop_table("cycle_envelopes")
    op.drop_table("classification_entries")
    op.drop_table("budget_leftovers")
    op.drop_table("budget_execution_lines")
    op.drop_index(op.f("ix_budget_executions_territory_id"), table_name="budget_executions")
    op.drop_table("budget_executions")
    op.drop_table("budget_questions")
    op.drop_index(op.f("ix_budget_steps_decision_id"), table_name="budget_steps")
    op.drop_index(op.f("uq_budget_steps_question"), table_name="budget_steps")
    op.drop_table("budget_steps")
    op.drop_index(op.f("ix_budget_decisions_paper_id"), table_name="budget_decisions")
    op.drop_index("uq_budget_decisions_reference", table_name="budget_decisions")
    op.drop_table("budget_decisions")
    op.drop_table("budget_lines")
    op.drop_index(op.f("ix_budget_versions_basis_id"), table_name="budget_versions")
    op.drop_table("budget_versions")
    op.drop_table("budgets")
    op.drop_index(op.f("ix_meeting_materials_gathering_id"), table_name="meeting_materials")
    op.drop_table("meeting_materials")
    op.drop_table("monitoring_steps")
    op.drop_index(op.f("ix_monitoring_signatures_paper_id"), table_name="monitoring_signatures")
    op.drop_table("monitoring_signatures")
    op.drop_table("monitoring_lines")
    op.drop_index(op.f("ix_monitoring_reports_commission_id"), table_name="monitoring_reports")
    op.drop_table("monitoring_reports")
    op.drop_table("commission_seats")
    op.drop_table("commissions")
    op.drop_table("opinion_answers")
    op.drop_index(op.f("ix_hearing_opinions_by_id"), table_name="hearing_opinions")
    op.drop_table("hearing_opinions")
    op.drop_table("writing_devices")
    op.drop_table("vote_corrections")
    op.drop_table("candidates")
    op.drop_table("named_votes")
    op.drop_index(op.f("ix_agenda_votes_gathering_id"), table_name="agenda_votes")
    op.drop_table("agenda_votes")
    op.drop_table("meeting_officers")
    op.drop_table("deputy_places")
    op.drop_table("deputies")
    op.drop_index(op.f("ix_motion_steps_paper_id"), table_name="motion_steps")
    op.drop_table("motion_steps")
    for column in ("question_id", "raion_id"):
        op.drop_index(op.f(f"ix_motions_{column}"), table_name="motions")
    op.drop_table("motions")
    for column in ("paper_id", "picture_id", "question_id"):
        op.drop_index(op.f(f"ix_task_steps_{column}"), table_name="task_steps")
    op.drop_table("task_steps")
    op.drop_index(op.f("ix_tasks_executor_id"), table_name="tasks")
    op.drop_table("tasks")
    op.drop_table("task_executors")
    op.drop_table("reported_appeals")
    op.drop_table("reported_quarters")
    op.drop_table("reported_meeting_versions")
    op.drop_table("reported_meetings")
    op.drop_table("news_pictures")
    op.drop_table("news")
    op.drop_index(op.f("ix_reminders_territory_id"), table_name="reminders")
    op.drop_index(op.f("ix_reminders_next_at"), table_name="reminders")
    op.drop_table("reminders")
    op.drop_table("calendar_links")
    op.drop_index(op.f("ix_notice_sendings_person_id"), table_name="notice_sendings")
    op.drop_index(op.f("ix_notice_sendings_message"), table_name="notice_sendings")
    op.drop_index("ix_notice_sendings_due", table_name="notice_sendings")
    op.drop_table("notice_sendings")
    op.drop_index(op.f("ix_notices_territory_id"), table_name="notices")
    op.drop_index("ix_notices_of_person", table_name="notices")
    op.drop_table("notices")
    op.drop_table("notices_reached")
    op.drop_table("notice_choices")
    op.drop_index("ix_follows_of_subject", table_name="follows")
    op.drop_table("follows")
    for name, which in ONE_CONTACT.items():
        op.drop_index(name, table_name="contacts", sqlite_where=sa.text(which), postgresql_where=sa.text(which))
    op.drop_table("contacts")
    op.drop_table("review_drafts")
    op.drop_table("sample_answers")
    op.drop_table("sample_draws")
    op.drop_table("opened_cards")
    op.drop_table("participant_lists")
    op.drop_table("paper_counts")
    op.drop_index(op.f("ix_fault_explanations_poll_id"), table_name="fault_explanations")
    op.drop_table("fault_explanations")
    op.drop_table("card_openings")
    op.drop_index("ix_card_events_entry", table_name="card_events")
    op.drop_table("card_events")
    op.drop_table("card_batches")
    op.drop_table("numbers_erasures")
    op.drop_table("links_erasures")
    op.drop_index(
        "one_undoing_at_a_time",
        table_name="hand_over_undoings",
        sqlite_where=sa.text("approved_at IS NULL"),
        postgresql_where=sa.text("approved_at IS NULL"),
    )
    op.drop_table("hand_over_undoings")
    op.drop_table("evidence_judgements")
    op.drop_table("ballot_evidence")
    op.drop_table("shuffle_codes")
    op.drop_table("sealed_codes")
    op.drop_index(
        "one_reissue_in_force",
        table_name="reissues",
        sqlite_where=sa.text("approved_at IS NOT NULL AND replaced_at IS NULL"),
        postgresql_where=sa.text("approved_at IS NOT NULL AND replaced_at IS NULL"),
    )
    op.drop_index(
        "one_proposal_at_a_time",
        table_name="reissues",
        sqlite_where=sa.text("approved_at IS NULL"),
        postgresql_where=sa.text("approved_at IS NULL"),
    )
    op.drop_index(op.f("ix_reissues_poll_id"), table_name="reissues")
    op.drop_table("reissues")
    op.drop_table("question_presences")
    op.drop_table("conflicts_of_interest")
    op.drop_table("cast_ballots")
    op.drop_table("akim_disagreements")
    op.drop_table("akim_answers")
    op.drop_table("declined_corrections")
    op.drop_table("minutes_referrals")
    op.drop_table("minutes_papers")
    op.drop_table("minutes_versions")
    op.drop_index(op.f("ix_roll_corrections_entry_id"), table_name="roll_corrections")
    op.drop_index(op.f("ix_roll_corrections_cycle_id"), table_name="roll_corrections")
    op.drop_table("roll_corrections")
    op.drop_index(op.f("ix_roll_changes_entry_id"), table_name="roll_changes")
    op.drop_table("roll_changes")
    op.drop_index(
        "uq_reviews_accepted",
        table_name="reviews",
        sqlite_where=sa.text("verdict = 'accept'"),
        postgresql_where=sa.text("verdict = 'accept'"),
    )
    op.drop_table("question_answers")
    op.drop_index(op.f("ix_reviews_proposal_id"), table_name="reviews")
    op.drop_table("reviews")
    op.drop_table("reserve_credentials")
    op.drop_table("poll_trustees")
    op.drop_index(op.f("ix_poll_shuffles_poll_id"), table_name="poll_shuffles")
    op.drop_table("poll_shuffles")
    op.drop_table("poll_decryptions")
    op.drop_table("poll_complaints")
    op.drop_table("participations")
    op.drop_index(op.f("ix_objections_poll_id"), table_name="objections")
    op.drop_table("objections")
    op.drop_index("ix_minutes_of_meeting", table_name="minutes")
    op.drop_index(op.f("ix_minutes_corrects_id"), table_name="minutes")
    op.drop_index(op.f("ix_minutes_scan_id"), table_name="minutes")
    op.drop_table("minutes")
    op.drop_index("ix_credentials_standing", table_name="credentials")
    op.drop_table("credentials")
    op.drop_table("card_withdrawals")
    op.drop_table("maker_confirmations")
    op.drop_table("card_statements")
    op.drop_index(op.f("ix_meeting_registrations_gathering_id"), table_name="meeting_registrations")
    op.drop_table("meeting_registrations")
    op.drop_table("attendances")
    op.drop_table("archive_records")
    op.drop_index(op.f("ix_agenda_questions_gathering_id"), table_name="agenda_questions")
    op.drop_table("agenda_questions")
    op.drop_index(op.f("ix_roll_requests_person_id"), table_name="roll_requests")
    op.drop_index(op.f("ix_roll_requests_cycle_id"), table_name="roll_requests")
    op.drop_table("roll_requests")
    op.drop_index(op.f("ix_roll_imports_cycle_id"), table_name="roll_imports")
    op.drop_table("roll_imports")
    op.drop_index(
        "uq_roll_freezes_in_force",
        table_name="roll_freezes",
        sqlite_where=sa.text("thawed_at IS NULL"),
        postgresql_where=sa.text("thawed_at IS NULL"),
    )
    op.drop_table("roll_freezes")
    op.drop_index("ix_roll_entries_voters", table_name="roll_entries")
    op.drop_table("roll_entries")
    op.drop_table("roll_confirmations")
    op.drop_index(op.f("ix_roll_commitments_cycle_id"), table_name="roll_commitments")
    op.drop_table("roll_commitments")
    op.drop_table("proposal_papers")
    op.drop_table("proposal_pictures")
    op.drop_index(op.f("ix_uploads_territory_id"), table_name="uploads")
    op.drop_index(op.f("ix_uploads_expires_at"), table_name="uploads")
    op.drop_table("uploads")
    op.drop_index(op.f("ix_papers_sender_id"), table_name="papers")
    op.drop_index(op.f("ix_papers_digest"), table_name="papers")
    op.drop_table("papers")
    op.drop_index(op.f("ix_pictures_small"), table_name="pictures")
    op.drop_index(op.f("ix_pictures_sender_id"), table_name="pictures")
    op.drop_index(op.f("ix_pictures_middle"), table_name="pictures")
    op.drop_index(op.f("ix_pictures_large"), table_name="pictures")
    op.drop_table("pictures")
    op.drop_table("proposal_words")
    op.drop_index(op.f("ix_proposals_cycle_id"), table_name="proposals")
    op.drop_index(op.f("ix_proposals_author_id"), table_name="proposals")
    op.drop_table("proposals")
    op.drop_index(op.f("ix_polls_cycle_id"), table_name="polls")
    op.drop_table("polls")
    op.drop_index(op.f("ix_gatherings_territory_id"), table_name="gatherings")
    op.drop_index(op.f("ix_gatherings_cycle_id"), table_name="gatherings")
    op.drop_table("gatherings")
    op.drop_index(op.f("ix_territory_settings_territory_id"), table_name="territory_settings")
    op.drop_table("territory_settings")
    op.drop_index(op.f("ix_suspensions_territory_id"), table_name="suspensions")
    op.drop_index(op.f("ix_suspensions_person_id"), table_name="suspensions")
    op.drop_table("suspensions")
    op.drop_index(op.f("ix_account_sessions_person_id"), table_name="account_sessions")
    op.drop_table("account_sessions")
    op.drop_index(op.f("ix_signatures_person_id"), table_name="signatures")
    op.drop_table("signatures")
    op.drop_table("second_factors")
    op.drop_index(op.f("ix_role_grants_territory_id"), table_name="role_grants")
    op.drop_index(op.f("ix_role_grants_person_id"), table_name="role_grants")
    op.drop_table("role_grants")
    op.drop_index(op.f("ix_role_proposals_territory_id"), table_name="role_proposals")
    op.drop_index(op.f("ix_role_proposals_person_id"), table_name="role_proposals")
    op.drop_table("role_proposals")
    op.drop_index(op.f("ix_outbox_territory_id"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_sent_at"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_invitations_person_id"), table_name="invitations")
    op.drop_table("invitations")
    op.drop_table("cycle_endings")
    op.drop_index(op.f("ix_cycles_territory_id"), table_name="cycles")
    op.drop_table("cycles")
    op.drop_table("audit_heads")
    op.drop_index("ix_audit_events_of_person", table_name="audit_events")
    op.drop_index("ix_audit_events_of_day", table_name="audit_events")
    op.drop_index("ix_audit_events_of_action", table_name="audit_events")
    op.drop_index("ix_audit_events_of_subject", table_name="audit_events")
    op.drop_table("audit_events")
    op.drop_table("assembly_endings")
    op.drop_index(op.f("ix_assembly_members_territory_id"), table_name="assembly_members")
    op.drop_table("assembly_members")
    op.drop_index(op.f("ix_jobs_state"), table_name="jobs")
    op.drop_table("jobs")
    op.drop_table("documents")
    op.drop_index(op.f("ix_territory_emblems_digest"), table_name="territory_emblems")
    op.drop_table("territory_emblems")
    op.drop_table("settlement_populations")
    op.drop_table("moved_days")
    op.drop_table("populations")
    op.drop_index(op.f("ix_settlements_territory_id"), table_name="settlements")
    op.drop_table("settlements")
    op.drop_index(op.f("ix_territory_slugs_territory_id"), table_name="territory_slugs")
    op.drop_table("territory_slugs")
    op.drop_index(op.f("ix_territories_parent_id"), table_name="territories")
    op.drop_table("territories")
    op.drop_table("people")
    op.drop_index(op.f("ix_sent_forms_sender"), table_name="sent_forms")
    op.drop_index(op.f("ix_sent_forms_at"), table_name="sent_forms")
    op.drop_table("sent_forms")
    op.drop_index(op.f("ix_used_nonces_until"), table_name="used_nonces")
    op.drop_table("used_nonces")
