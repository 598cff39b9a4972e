"""A database in which every table with frozen rules holds rows that are as final as they get."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Connection,
    Date,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    func,
    select,
    text,
)

from pb import migrations

WORKS = ("contracts", "milestones", "payments", "quantities", "responsible")
# What a CHECK wants of a column, where any text or number will not do.
ONE_OF = {
    ("winner_lines", "amount"): 10_000,
    ("budgets", "first_year"): 2028,
    ("budget_versions", "kind"): "draft",
    ("budget_versions", "language"): "kk",
    ("budget_versions", "proposer"): "akim",
    ("budget_lines", "part"): "spending",
    ("budget_decisions", "kind"): "maslikhat",
    ("budget_decisions", "maslikhat"): "",  # of one on paper alone
    ("budget_steps", "language"): "kk",
    ("budget_steps", "move"): "agreed",
    **{("line_questions", name): "kk" for name in ("language", "answer_language")},
    ("budget_questions", "answer_language"): "kk",
    ("budget_questions", "kind"): "question",
    ("budget_questions", "language"): "kk",
    ("winner_lines", "source"): "own",
    ("winners", "granted"): 10_000,
    ("winner_plans", "language"): "kk",
    ("winner_plans", "minutes_number"): "",
    ("winner_plans", "waits"): True,  # by a point of an agenda
    ("cycle_envelopes", "language"): "kk",
    ("cycle_envelope_lines", "amount"): 10_000,
    ("card_events", "way"): "handed_over",
    ("cycle_endings", "phase"): "voting",
    ("cycles", "phase"): "works",
    ("cycles", "ballot_kind"): "totals",
    ("cycles", "quorum_percent"): 50,
    ("cycles", "majority_percent"): 50,
    ("cycles", "objection_days"): 10,
    ("cycles", "unadopted_days"): 90,
    ("cycles", "iin_days"): 30,
    ("territories", "bin"): "",
    ("cycles", "project_limit"): 1,
    **{
        ("cycles", f"{phase}_until"): date(2001, month, 1)
        for month, phase in enumerate(("proposals", "review", "gathering", "voting", "result", "budget"), 1)
    },
    ("assembly_members", "office"): "member",
    ("assembly_members", "term_from"): date(1999, 1, 1),
    ("agenda_questions", "language"): "kk",
    ("agenda_questions", "ballot"): "open",
    ("agenda_questions", "places"): None,
    ("agenda_questions", "removed"): False,
    ("agenda_questions", "seat"): "",
    ("agenda_votes", "kind"): "add",
    **{(table, name): 0 for table in ("agenda_votes", "meeting_officers") for name in ("against", "abstained")},
    **{
        (table, name): 9
        for table in ("agenda_votes", "meeting_officers")
        for name in ("in_favour", "present", "needed")
    },
    ("named_votes", "vote"): "for",
    ("agenda_questions", "majority"): "present",
    ("agenda_questions", "matter"): "project",
    ("agenda_questions", "outcome"): "approved",
    ("gatherings", "kind"): "assembly",
    ("gatherings", "part"): "",
    ("gatherings", "state"): "confirmed",
    ("commissions", "minutes_number"): "",  # it rests on a point of an agenda
    ("commissions", "minutes_on"): None,
    ("commissions", "term_from"): date(1999, 1, 1),
    ("monitoring_reports", "half"): None,
    ("monitoring_reports", "language"): "kk",
    ("monitoring_reports", "minutes_number"): "",
    ("monitoring_reports", "minutes_on"): None,
    ("monitoring_steps", "kind"): "recommended",
    ("monitoring_steps", "language"): "kk",
    ("monitoring_steps", "minutes_number"): "",
    ("monitoring_steps", "minutes_on"): None,
    ("monitoring_steps", "number"): 1,
    ("hearing_opinions", "channel"): "hall",
    ("hearing_opinions", "language"): "kk",
    ("opinion_answers", "language"): "kk",
    ("opinion_answers", "verdict"): "accepted",
    ("opened_cards", "outcome"): "unused",
    ("participations", "channel"): "web",
    ("polls", "state"): "annulled",
    ("moved_days", "kind"): "off",
    ("classification_entries", "valid_to"): None,
    ("papers", "fault"): "",
    ("papers", "pages"): 1,
    ("papers", "size"): 1,
    ("papers", "state"): "ready",
    ("pictures", "fault"): "",
    ("pictures", "state"): "ready",
    ("programme_progress", "language"): "kk",
    ("programme_tasks", "amount"): 10_000,
    ("programme_tasks", "source"): "okrug",
    ("programme_versions", "minutes_number"): "",  # it rests on a point of an agenda
    ("programme_versions", "minutes_on"): None,
    ("programmes", "first_year"): 2026,
    ("programmes", "last_year"): 2027,
    ("property_objects", "sort"): "park",
    ("property_states", "change"): "sold",
    ("property_states", "condition"): "good",
    ("property_states", "decision_number"): "",  # it rests on a point of an agenda
    ("property_states", "decision_on"): None,
    ("property_states", "unit"): "ha",
    ("proposals", "language"): "ru",
    ("proposals", "state"): "accepted",
    ("reported_meeting_versions", "kind"): "report",
    ("reported_meeting_versions", "level"): "okrug",
    ("reported_quarters", "quarter"): 1,
    ("reported_appeals", "quarter"): 1,
    **{
        ("reported_appeals", name): 0
        for name in ("considered", "forwarded", "satisfied", "refused", "explained", "terminated")
    },
    ("reviews", "cost"): 10_000,
    ("reviews", "ground"): "repeated",
    ("reviews", "language"): "ru",
    ("reviews", "verdict"): "refuse",
    ("polls", "annul_first_role"): "office",
    ("polls", "annul_second_role"): "chair",
    ("role_proposals", "kind"): "end",
    ("role_proposals", "decision"): "approved",
    ("deputies", "term_from"): date(1999, 1, 1),
    ("motion_steps", "answer"): "accepted",
    ("motion_steps", "kind"): "answered",
    ("motion_steps", "language"): "kk",
    ("minutes", "kind"): "minutes",
    ("minutes", "corrects_id"): None,
    ("minutes_referrals", "about"): "execution",
    ("minutes_referrals", "ground"): "unexecuted",
    ("minutes_referrals", "kind"): "sent",
    ("minutes_referrals", "number"): 1,
    ("minutes_referrals", "outcome"): "",
    ("motions", "minutes_number"): "",  # it rests on a point of an agenda
    ("motions", "minutes_on"): None,
    ("task_steps", "asked_until"): None,
    ("task_steps", "kind"): "put_off",
    ("task_steps", "language"): "kk",
    ("task_steps", "minutes_number"): "",  # it rests on a point of an agenda
    ("task_steps", "minutes_on"): None,
    ("inspections", "body"): "commission",
    ("inspections", "language"): "kk",
    ("recommendation_answers", "kind"): "promised",
    ("recommendation_answers", "language"): "kk",
    ("work_answers", "language"): "kk",
    ("work_answers", "opinion"): "disputed",
    ("work_answers", "rating"): "low",
    ("work_contracts", "bin"): "",
    **{(f"work_{table}", "language"): "kk" for table in WORKS},
    **{(f"work_{table}", "withdrawn"): False for table in WORKS},
    ("work_pictures", "language"): "kk",
    ("work_pictures", "stage"): "after",
    ("work_quantities", "unit"): "m2",
    ("work_replies", "language"): "kk",
    ("work_responsible", "number"): 1,
    ("work_steps", "language"): "kk",
    ("work_steps", "state"): "accepted",
    ("survey_questions", "kind"): "one",
    ("survey_questions", "options"): [["Иә", "Да"], ["Жоқ", "Нет"]],
    ("survey_text_verdicts", "verdict"): "insults",
    ("survey_texts", "language"): "kk",
    ("survey_ticks", "place"): 1,
    ("surveys", "audience"): "residents",
    ("surveys", "opens_on"): date(1999, 1, 1),
    ("suspensions", "kind"): "suspend",
    ("suspensions", "decision"): "approved",
    ("sample_answers", "answer"): "voted",
    ("roll_freezes", "thawed_at"): datetime(2001, 1, 1, tzinfo=UTC),
}
# Of no poll and no roll in this world: an erasure would let go what it is about.
POINT_NOWHERE = {"links_erasures", "numbers_erasures"}
# A step that rests on a point of an agenda rests on no decision beside it; a survey is on one draft.
EMPTY = {("budget_steps", "decision_id"), ("surveys", "version_id"), ("minutes", "corrects_id")}
COUNTED = {("programme_tasks", "number"), ("survey_questions", "number")}  # a CHECK bounds them
# What stands beside a poll, a survey or a version of a programme finds it there.
FIRST = ("polls", "surveys", "programmes", "programme_versions")
ONE_EACH = {("paper_counts", "side"): ("clerk", "second"), ("meeting_officers", "office"): ("chair", "secretary")}
_numbers = count(1000)


def frozen_tables(engine: Engine) -> list[str]:
    """The tables that have a rule: what this database refuses says which."""
    asked = {
        "sqlite": "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal",
    }
    with engine.connect() as connection:
        return sorted(connection.execute(text(asked[engine.dialect.name])).scalars())


def fill(engine: Engine, cycle_id: UUID) -> None:
    """Gives each frozen table two rows at least, with no column empty; those of an open poll belong to it."""
    known = migrations.metadata().tables
    rank = {name: place for place, name in enumerate(FIRST)}
    names = sorted(frozen_tables(engine), key=lambda name: (rank.get(name, len(FIRST)), name))
    with without_rules(engine) as connection:
        polls = known["polls"]
        poll_id = connection.execute(select(polls.c.id).where(polls.c.cycle_id == cycle_id)).scalar_one()
        for name in names:
            table = known[name]
            there = _count(connection, table)
            for _missing in range(there, 2):
                connection.execute(table.insert().values(_row(connection, table, cycle_id, poll_id)))
        _freeze_all_rolls(connection)
        _withdraw_replaced_cards(connection)


def _withdraw_replaced_cards(connection: Connection) -> None:
    """A card with an approved re-issue is withdrawn: only then nothing about it may change any more."""
    cards, reissues = (migrations.metadata().tables[name] for name in ("credentials", "reissues"))
    replaced = select(reissues.c.entry_id).where(reissues.c.approved_at.is_not(None))
    gone = {"withdrawn_at": datetime(2000, 1, 1, tzinfo=UTC), "released_at": None}
    connection.execute(cards.update().where(cards.c.entry_id.in_(replaced)).values(gone))


def _freeze_all_rolls(connection: Connection) -> None:
    """What was confirmed is frozen too, in every cycle."""
    confirmations, freezes = (migrations.metadata().tables[f"roll_{name}"] for name in ("confirmations", "freezes"))
    in_force = select(freezes.c.cycle_id).where(freezes.c.thawed_at.is_(None))
    for cycle in connection.execute(select(confirmations.c.cycle_id).where(~confirmations.c.cycle_id.in_(in_force))):
        frozen = {"cycle_id": cycle[0], "number": 1, "at": datetime(2000, 1, 1, tzinfo=UTC)}
        connection.execute(freezes.insert().values(frozen))


def rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """Two rows of the table, those with the fewest empty columns: they are the most decided ones."""
    found = [dict(row) for row in connection.execute(select(table)).mappings()]
    return sorted(found, key=lambda row: sum(value is None for value in row.values()))[:2]


def another(column: Any, value: Any) -> Any:
    """A value of the column's type that differs from this one."""
    return next(made for made in (_value(column.type), _value(column.type)) if made != value)


def _row(connection: Connection, table: Table, cycle_id: UUID, poll_id: UUID) -> dict[str, Any]:
    row = {}
    for column in table.columns:
        found = None
        if column.name in {"cycle_id", "poll_id"}:
            found = cycle_id if column.name == "cycle_id" else poll_id
        elif column.foreign_keys and isinstance(column.type, Uuid):
            pointed_at = next(iter(column.foreign_keys)).column
            there = connection.execute(select(pointed_at).order_by(pointed_at)).scalars().all()
            turn = _count(connection, table) if column.primary_key else next(_numbers)  # a key of another row each
            found = there[turn % len(there)] if there else None
        if found is not None and _alone(table, column):
            found = None if table.name in POINT_NOWHERE else _not_taken(connection, column)
        found = _of_a_version(connection, table, column, row) or found
        if (table.name, column.name) in ONE_EACH:
            each = ONE_EACH[table.name, column.name]
            found = each[_count(connection, table)]
        counted = (table.name, column.name) in COUNTED
        if counted or (column.name == "place" and table.name.startswith("proposal_")):
            found = _count(connection, table) + 1
        if isinstance(column.type, Boolean) and column.primary_key:
            found = True not in connection.execute(select(column)).scalars().all()
        if found is None:
            found = ONE_OF.get((table.name, column.name), _value(column.type))
        row[column.name] = found if (table.name, column.name) not in EMPTY else None
    return row


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _of_a_version(connection: Connection, table: Table, column: Any, row: dict[str, Any]) -> Any:
    """A version whose lines stand, or of its programme one that was approved; nothing for other columns."""
    known = migrations.metadata().tables
    if (table.name, column.name) == ("budget_steps", "version_id"):
        lines = known["budget_lines"].c.version_id
        return connection.execute(select(lines).where(lines.not_in(select(column)))).scalars().first()
    if (table.name, column.name) == ("programme_tasks", "version"):
        versions = known["programme_versions"].c
        of_its = select(versions.number).where(versions.programme_id == row["programme_id"])
        return connection.execute(of_its).scalars().first()
    return None


def _not_taken(connection: Connection, column: Any) -> Any:
    """Something that the column may point at and that no row has yet, if there is any."""
    for key in column.foreign_keys:
        free = select(key.column).where(key.column.not_in(select(column))).order_by(key.column)
        return connection.execute(free).scalars().first()
    return None


def _alone(table: Table, column: Any) -> bool:
    """Whether each value stands once in the table: what another row has cannot be taken again."""
    keys = [key for key in table.constraints if isinstance(key, (PrimaryKeyConstraint, UniqueConstraint))]
    return any([member.name for member in key.columns] == [column.name] for key in keys)


def _value(kind: Any) -> Any:
    kind = kind.impl if hasattr(kind, "impl") else kind
    number = next(_numbers)
    made = {
        Uuid: uuid4(),
        Boolean: number % 2 == 0,
        DateTime: datetime(2000, 1, 1 + number % 28, 5, tzinfo=UTC),
        Date: date(2000, 1, 1 + number % 28),
        LargeBinary: b"%d" % number,
        JSON: {"number": number},
        String: f"{number}"[-(getattr(kind, "length", None) or 9) :],
        BigInteger: number,
        Integer: number,
        Float: float(number),
    }
    return next(value for type_, value in made.items() if isinstance(kind, type_))


@contextmanager
def without_rules(engine: Engine) -> Iterator[Connection]:
    """A transaction in which neither triggers nor foreign keys are looked at."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
        return
    with engine.connect() as connection:
        triggers = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
        connection.exec_driver_sql("ROLLBACK")  # a pragma is deaf inside a transaction
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        for name, _sql in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
        for _name, sql in triggers:
            connection.exec_driver_sql(sql)
        connection.commit()
    engine.dispose()
