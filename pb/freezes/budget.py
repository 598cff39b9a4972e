"""The okrug's budget: lines stand once a version went to the assembly, steps follow each other, decisions stay."""

from pb.freezes.holding import held, reaches
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

# As in FOLLOWING of pb/budget/models.py; a test compares them. A first step follows nothing.
_BY_THE_MASLIKHAT: dict[str, tuple[str, ...]] = {
    "-": ("put", "withdrawn"),
    "put": ("agreed", "declined", "withdrawn"),
    "agreed": ("sent", "withdrawn"),
    "sent": ("considered", "returned"),
    "considered": ("approved", "returned"),
}
_BY_THE_AKIM: dict[str, tuple[str, ...]] = {
    "-": ("put", "withdrawn"),
    "put": ("agreed", "declined", "withdrawn"),
    "agreed": ("decided", "withdrawn"),
}
WAYS: dict[str, dict[str, tuple[str, ...]]] = {
    "draft": _BY_THE_MASLIKHAT,
    "amendment": _BY_THE_MASLIKHAT,
    "correction": _BY_THE_AKIM,
    "quarter": {"-": ("decided", "withdrawn")},
    "paper": {"-": ("taken", "withdrawn"), "taken": ("approved", "returned", "withdrawn")},
}
MOVES = tuple(
    f"{kind} {before} {after}" for kind, way in WAYS.items() for before, some in way.items() for after in some
)
ROLES = {
    "('put', 'sent', 'withdrawn', 'taken')": ("office",),
    "('agreed', 'declined')": ("office", "chair", "secretary"),
    "('considered')": ("maslikhat_secretary", "deputy"),
    "('approved', 'returned')": ("maslikhat_secretary",),
    "('decided')": ("akim",),
}
OF_BUDGET = "(SELECT budgets.territory_id FROM budgets WHERE budgets.id = NEW.budget_id)"
OF_VERSION = (
    "(SELECT budgets.territory_id FROM budgets JOIN budget_versions versions ON versions.budget_id = budgets.id "
    "WHERE versions.id = {row}.version_id)"
)
STANDS = "EXISTS (SELECT 1 FROM budget_steps taken WHERE taken.version_id = {row}.version_id)"
BEFORE = (
    "coalesce((SELECT earlier.move FROM budget_steps earlier WHERE earlier.version_id = NEW.version_id "
    "AND earlier.number = NEW.number - 1), CASE WHEN NEW.number = 1 THEN '-' ELSE '?' END)"
)
KIND = "(SELECT versions.kind FROM budget_versions versions WHERE versions.id = NEW.version_id)"
FOLLOWS = f"{KIND} || ' ' || {BEFORE} || ' ' || NEW.move IN {MOVES}"
EARLIER = (
    "EXISTS (SELECT 1 FROM budget_steps earlier WHERE earlier.version_id = NEW.version_id AND earlier.day > NEW.day)"
)
# A point on a budget of this okrug's meetings, decided so in confirmed minutes, at a meeting after the draft was put.
DECIDED = (
    "EXISTS (SELECT 1 FROM agenda_questions points JOIN gatherings ON gatherings.id = points.gathering_id "  # noqa: S608 - our own names
    "WHERE points.id = NEW.question_id AND points.matter = 'budget' AND gatherings.state = 'confirmed' "
    f"AND gatherings.territory_id = {OF_VERSION.format(row='NEW')} "
    "AND points.outcome = CASE WHEN NEW.move = 'agreed' THEN 'approved' ELSE 'rejected' END)"
)
ADOPTED = (
    "EXISTS (SELECT 1 FROM budget_decisions decisions WHERE decisions.id = NEW.decision_id "  # noqa: S608 - our own names
    "AND decisions.decided_on = NEW.day "
    f"AND decisions.kind = CASE WHEN {KIND} = 'paper' THEN 'paper' WHEN NEW.move = 'approved' THEN 'maslikhat' "
    "ELSE 'akim' END)"
)
# Taken in from paper: the okrug's own record of a decision, confirmed by another person than wrote it and took it in;
# only of a year that began before the first budget was kept here, and while nothing of that budget is in force.
FIRST_KEPT = (
    "(SELECT {day_of_first} FROM budget_versions firsts JOIN budgets kept ON kept.id = firsts.budget_id "
    "WHERE kept.territory_id = budgets.territory_id)"
)
FROM_PAPER = (
    "EXISTS (SELECT 1 FROM budget_versions papers JOIN budgets ON budgets.id = papers.budget_id "
    "JOIN budget_decisions decisions ON decisions.id = NEW.decision_id "
    "WHERE papers.id = NEW.version_id AND decisions.territory_id = budgets.territory_id "
    "AND CAST(budgets.first_year AS text) || '-01-01' <= CAST({first_kept} AS text) "
    "AND NOT EXISTS (SELECT 1 FROM budget_versions others JOIN budget_steps ends ON ends.version_id = others.id "
    "WHERE others.budget_id = papers.budget_id AND ends.move IN ('approved', 'decided')) "
    "AND (NEW.move = 'taken' OR (papers.made_by <> NEW.by_id AND EXISTS (SELECT 1 FROM budget_steps taken "
    "WHERE taken.version_id = papers.id AND taken.move = 'taken' AND taken.decision_id = NEW.decision_id "
    "AND taken.by_id <> NEW.by_id))))"
)
QUESTION = ("id", "version_id", "number", "kind", "words", "language", "asked_at", "asked_by")


def _by_its_role(sql: Sql) -> str:
    place = OF_VERSION.format(row="NEW")
    ways = (
        f"(NEW.move IN {moves} AND {held(sql, 'NEW.by_id', repr(role), place, 'NEW.at')})"
        for moves, named in ROLES.items()
        for role in named
    )
    auditor = held(sql, "NEW.by_id", "'auditor'", place, "NEW.at")
    # Where the maslikhat of the raion has no secretary here, a deputy records what it decided.
    secretary = (
        f"EXISTS (SELECT 1 FROM role_grants secretaries WHERE {reaches('secretaries', place)} "  # noqa: S608 - our own names
        f"AND secretaries.role = 'maslikhat_secretary' AND secretaries.since <= {sql.day('NEW.at')} "
        f"AND (secretaries.until IS NULL OR secretaries.until >= {sql.day('NEW.at')}))"
    )
    deputy = held(sql, "NEW.by_id", "'deputy'", place, "NEW.at")
    stands_in = f"({KIND} <> 'paper' AND NEW.move IN ('approved', 'returned') AND {deputy} AND NOT {secretary})"
    second = f"({KIND} = 'paper' AND NEW.move IN ('approved', 'returned') AND {auditor})"
    return f"({' OR '.join(ways)} OR {second} OR {stands_in})"


# A quarter of the draft at most (Budget Code, article 91 p. 4), and only until the quarter is over.
QUARTER_EXCEEDED = (
    "EXISTS (SELECT 1 FROM budget_versions plans JOIN budgets ON budgets.id = plans.budget_id "
    "WHERE plans.id = NEW.version_id AND plans.kind = 'quarter' AND NEW.move = 'decided' "
    "AND (CAST(NEW.day AS text) >= CAST(budgets.first_year AS text) || '-04-01' "
    "OR CAST({today} AS text) >= CAST(budgets.first_year AS text) || '-04-01' "
    "OR EXISTS (SELECT 1 FROM budget_lines parts LEFT JOIN budget_lines wholes ON wholes.version_id = plans.basis_id "
    "AND wholes.year = parts.year AND wholes.part = parts.part AND wholes.code = parts.code "
    "WHERE parts.version_id = plans.id AND parts.amount * 4 > coalesce(wholes.amount, 0))))"
)
# A budget is amended and corrected by decisions of its first year alone; one may be recorded later.
AFTER_ITS_YEAR = (
    "EXISTS (SELECT 1 FROM budget_versions changing JOIN budgets ON budgets.id = changing.budget_id "
    "WHERE changing.id = NEW.version_id AND changing.kind IN ('amendment', 'correction') "
    "AND NEW.move IN ('approved', 'decided') "
    "AND CAST(NEW.day AS text) >= CAST(budgets.first_year + 1 AS text) || '-01-01')"
)
NEXT_REST = (
    "(SELECT count(*) + 1 FROM budget_leftovers earlier WHERE earlier.territory_id = NEW.territory_id "
    "AND earlier.year = NEW.year AND earlier.code = NEW.code)"
)
LINES_THERE = "(SELECT count(*) FROM budget_lines others WHERE others.version_id = NEW.version_id)"


def _told(row: str, action: str, *also: str) -> str:
    """The log's last event tells of lines of this version, in these words."""
    of_version = f"events.subject_id = {row}.version_id"
    return last_says(f"'budget.{action}'", OF_VERSION.format(row=row), " AND ".join((of_version, *also)))


def _names(sql: Sql, row: str, *columns: str) -> tuple[str, ...]:
    """The event names the row's own values."""
    return tuple(f"{sql.said('events.data', name)} = CAST({row}.{name} AS text)" for name in columns)


def _written(sql: Sql) -> str:
    """The line that the event names, with its sum."""
    return _told("NEW", "line_written", *_names(sql, "NEW", "year", "part", "code", "amount"))


def _filled(sql: Sql) -> str:
    """One of those with which a version begins, or which a file brings: no more than the event says there are."""
    room = f"{LINES_THERE} < CAST({sql.said('events.data', 'whole')} AS integer)"
    return f"({' OR '.join(_told('NEW', action, room) for action in ('begun', 'revised', 'lines_imported'))})"


def _taken_out(sql: Sql) -> str:
    removed = _told("OLD", "line_removed", *_names(sql, "OLD", "year", "part", "code"))
    return f"({removed} OR {_told('OLD', 'lines_cleared')})"


def rules(sql: Sql) -> list[Rule]:
    place = OF_VERSION.format(row="NEW")
    without_decision = (
        f"(NEW.move IN ('agreed', 'declined') AND NOT {DECIDED}) "
        f"OR (NEW.move IN ('approved', 'decided', 'taken') AND NOT {ADOPTED})"
    )
    first_kept = FIRST_KEPT.format(day_of_first=sql.day("min(firsts.made_at)"))
    of_paper = FROM_PAPER.format(first_kept=first_kept)
    not_from_paper = f"({KIND} = 'paper' AND NEW.move IN ('approved', 'taken') AND NOT {of_paper})"
    too_much = QUARTER_EXCEEDED.format(today=sql.day("NEW.at"))
    step = f"{sql.said('events.data', 'step')} = CAST(NEW.number AS text)"
    taken = last_says(
        "'budget.' || NEW.move",
        place,
        f"events.subject_id = NEW.version_id AND events.at = NEW.at AND events.actor_id = NEW.by_id AND {step}",
    )
    begun = last_says("'budget.begun'", "NEW.territory_id", "events.at IS NOT NULL")
    made = last_says(
        "CASE WHEN NEW.number = 1 THEN 'budget.begun' ELSE 'budget.revised' END",
        OF_BUDGET,
        "events.subject_id = NEW.id AND events.at = NEW.made_at AND events.actor_id = NEW.made_by",
    )
    kept = last_says(
        "'budget.decision_kept'",
        "NEW.territory_id",
        "events.subject_id = NEW.id AND events.at = NEW.recorded_at AND events.actor_id = NEW.recorded_by",
    )
    action = "(CASE NEW.kind WHEN 'question' THEN 'budget.asked' ELSE 'budget.opined' END)"
    this_one = (
        f"events.subject_id = NEW.version_id AND {sql.said('events.data', 'question')} = CAST(NEW.number AS text)"
    )
    asked = last_says(action, place, f"{this_one} AND events.at = NEW.asked_at AND events.actor_id = NEW.asked_by")
    answered = last_says(
        "'budget.answered'",
        place,
        f"{this_one} AND events.at = NEW.answered_at AND events.actor_id = NEW.answered_by",
    )
    reported = last_says(
        "'budget.execution_taken'", "NEW.territory_id", "events.subject_id = NEW.id AND events.at = NEW.taken_at"
    )
    report = "(SELECT reports.territory_id FROM budget_executions reports WHERE reports.id = NEW.execution_id)"
    # Each has its own number, up to as many as the report has: none enters beside them.
    counted = f"NEW.number BETWEEN 1 AND CAST({sql.said('events.data', 'lines')} AS integer)"
    reporting = last_says("'budget.execution_taken'", report, f"events.subject_id = NEW.execution_id AND {counted}")
    recorded = f"{sql.said('events.data', 'version')} = CAST(NEW.number AS text)"
    sums = _names(sql, "NEW", "year", "code", "lapsed", "returned", "carried")
    of_rest = " AND ".join(("events.at = NEW.recorded_at", "events.actor_id = NEW.recorded_by", recorded, *sums))
    left = last_says("'budget.leftover_recorded'", "NEW.territory_id", of_rest)
    return [
        Rule("budgets", "INSERT", f"NOT {begun}", "logged"),
        Rule("budget_versions", "INSERT", f"NOT {made}", "logged"),
        Rule("budget_lines", "INSERT", f"{STANDS.format(row='NEW')} OR NOT ({_written(sql)} OR {_filled(sql)})"),
        Rule(
            "budget_lines",
            "UPDATE",
            f"{STANDS.format(row='OLD')} OR {STANDS.format(row='NEW')} "
            f"OR {changed('version_id', 'year', 'part', 'code')} OR NOT {_written(sql)}",
        ),
        Rule("budget_lines", "DELETE", f"{STANDS.format(row='OLD')} OR NOT {_taken_out(sql)}"),
        Rule("budget_steps", "INSERT", f"NOT {taken}", "logged"),
        Rule("budget_steps", "INSERT", f"NOT ({FOLLOWS}) OR {EARLIER}", "ordered"),
        Rule(
            "budget_steps",
            "INSERT",
            f"NOT {_by_its_role(sql)} OR {without_decision} OR {not_from_paper} OR {too_much} OR {AFTER_ITS_YEAR}",
            "placed",
        ),
        Rule("budget_decisions", "INSERT", f"NOT {kept}", "logged"),
        Rule("budget_questions", "INSERT", f"NOT {asked} OR NEW.answered_at IS NOT NULL", "logged"),
        Rule(
            "budget_questions",
            "UPDATE",
            f"{changed(*QUESTION)} OR OLD.answered_at IS NOT NULL OR NOT {answered}",
        ),
        Rule("budget_questions", "DELETE", ALWAYS),
        Rule("budget_executions", "INSERT", f"NOT {reported}", "logged"),
        Rule("budget_execution_lines", "INSERT", f"NOT {reporting}", "logged"),
        Rule("budget_leftovers", "INSERT", f"NOT {left}", "logged"),
        Rule("budget_leftovers", "INSERT", f"NEW.number <> {NEXT_REST}", "ordered"),
    ]
