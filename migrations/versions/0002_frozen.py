"""What was decided stays: triggers refuse changes that no program should make.

Each rule says when a change is refused; the same condition serves SQLite and PostgreSQL. Frozen rows stay frozen, but
for two columns that may change in them, and only to bytes that begin with the header of a newer key: the sealed IIN of
a roll entry and the sealed receipt key of a poll. What an entry is found by stays as it was. After the terms that
pb/erasure counts, some columns and rows may go, and come back never.
"""

from alembic import op

from pb.freezes import (
    assembly,
    budget,
    cards,
    checks,
    commission,
    corrections,
    endings,
    envelopes,
    gatherings,
    hearings,
    inspections,
    links,
    log,
    maslikhat,
    minutes,
    people,
    polls,
    proposals,
    receipt,
    recording,
    registers,
    reports,
    roles,
    roll,
    scans,
    signatures,
    surveys,
    suspensions,
    tasks,
    winners,
    works,
)
from pb.freezes.rule import ALWAYS, Rule, create, drop
from pb.freezes.sql import Sql

revision = "0002_frozen"
down_revision = "0001_tables"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "agenda_votes",
    "akim_answers",
    "akim_disagreements",
    "archive_records",
    "audit_events",
    "budget_decisions",
    "budget_execution_lines",
    "budget_executions",
    "budget_leftovers",
    "budget_steps",
    "budget_versions",
    "budgets",
    "card_batches",
    "commission_seats",
    "cycle_envelope_lines",
    "cycle_envelopes",
    "declined_corrections",
    "deputy_places",
    "hearing_opinions",
    "meeting_materials",
    "links_erasures",
    "maker_confirmations",
    "monitoring_steps",
    "inspection_signatures",
    "minutes_papers",
    "minutes_referrals",
    "minutes_versions",
    "motion_steps",
    "motions",
    "numbers_erasures",
    "opinion_answers",
    "poll_complaints",
    "programme_progress",
    "property_objects",
    "property_states",
    "question_answers",
    "recommendation_answers",
    "reported_appeals",
    "reported_meeting_versions",
    "reported_meetings",
    "reported_quarters",
    "reviews",
    "roll_changes",
    "signatures",
    "survey_participations",
    "survey_sheets",
    "survey_text_verdicts",
    "survey_texts",
    "survey_ticks",
    "task_executors",
    "task_steps",
    "tasks",
    "vote_corrections",
    "winner_lines",
    "winner_plans",
    "winners",
    "work_contracts",
    "work_milestones",
    "work_payments",
    "work_quantities",
    "work_replies",
    "work_responsible",
    "work_steps",
)


def _rules() -> list[Rule]:
    """All rules, as this database writes them."""
    sql = Sql(op.get_bind().dialect.name == "sqlite")
    return [
        *(Rule(table, change, ALWAYS) for table in APPEND_ONLY for change in ("UPDATE", "DELETE")),
        *people.rules(sql),
        *assembly.rules(sql),
        *proposals.rules(sql),
        *endings.rules(sql),
        *envelopes.rules(sql),
        *polls.rules(sql),
        *links.rules(sql),
        *roll.rules(sql),
        *cards.rules(sql),
        *checks.rules(sql),
        *gatherings.rules(sql),
        *hearings.rules(sql),
        *commission.rules(sql),
        *minutes.rules(sql),
        *recording.rules(sql),
        *corrections.rules(sql),
        *scans.rules(sql),
        *signatures.rules(sql),
        *reports.rules(),
        *roles.rules(sql),
        *log.rules(sql),
        *suspensions.rules(sql),
        *tasks.rules(sql),
        *maslikhat.rules(sql),
        *budget.rules(sql),
        *receipt.rules(),
        *surveys.rules(sql),
        *registers.rules(sql),
        *winners.rules(sql),
        *works.rules(sql),
        *inspections.rules(sql),
    ]


def upgrade() -> None:
    create(_rules())


def downgrade() -> None:
    drop(_rules())
