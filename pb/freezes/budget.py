"""The okrug's budget: lines stand once a version went to the assembly, steps follow each other, decisions stay."""

from pb.freezes.holding import held
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
}
MOVES = tuple(
    f"{kind} {before} {after}" for kind, way in WAYS.items() for before, some in way.items() for after in some
)
ROLES = {
    "('put', 'sent', 'withdrawn')": ("office",),
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
    "EXISTS (SELECT 1 FROM budget_decisions decisions WHERE decisions.id = NEW.decision_id "
    "AND decisions.decided_on = NEW.day "
    "AND decisions.kind = CASE WHEN NEW.move = 'approved' THEN 'maslikhat' ELSE 'akim' END)"
)
QUESTION = ("id", "version_id", "number", "kind", "words", "language", "asked_at", "asked_by")


def _by_its_role(sql: Sql) -> str:
    place = OF_VERSION.format(row="NEW")
    ways = (
        f"(NEW.move IN {moves} AND {held(sql, 'NEW.by_id', repr(role), place, 'NEW.at')})"
        for moves, named in ROLES.items()
        for role in named
    )
    return f"({' OR '.join(ways)})"


WRITES = ("begun", "revised", "line_written", "lines_imported")
TAKES_OUT = ("line_removed", "lines_imported")


def _written(row: str, actions: tuple[str, ...]) -> str:
    """The log's last event tells of lines of this version, of a kind that does so to them."""
    place = OF_VERSION.format(row=row)
    ways = (last_says(f"'budget.{action}'", place, f"events.subject_id = {row}.version_id") for action in actions)
    return f"({' OR '.join(ways)})"


def rules(sql: Sql) -> list[Rule]:
    place = OF_VERSION.format(row="NEW")
    without_decision = (
        f"(NEW.move IN ('agreed', 'declined') AND NOT {DECIDED}) "
        f"OR (NEW.move IN ('approved', 'decided') AND NOT {ADOPTED})"
    )
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
    asked = last_says(action, place, "events.subject_id = NEW.version_id AND events.at = NEW.asked_at")
    answered = last_says(
        "'budget.answered'", place, "events.subject_id = NEW.version_id AND events.at = NEW.answered_at"
    )
    reported = last_says(
        "'budget.execution_taken'", "NEW.territory_id", "events.subject_id = NEW.id AND events.at = NEW.taken_at"
    )
    report = "(SELECT reports.territory_id FROM budget_executions reports WHERE reports.id = NEW.execution_id)"
    reporting = last_says("'budget.execution_taken'", report, "events.subject_id = NEW.execution_id")
    left = last_says("'budget.leftover_recorded'", "NEW.territory_id", "events.at = NEW.recorded_at")
    return [
        Rule("budgets", "INSERT", f"NOT {begun}", "logged"),
        Rule("budget_versions", "INSERT", f"NOT {made}", "logged"),
        Rule("budget_lines", "INSERT", f"{STANDS.format(row='NEW')} OR NOT {_written('NEW', WRITES)}"),
        Rule(
            "budget_lines",
            "UPDATE",
            f"{STANDS.format(row='OLD')} OR {STANDS.format(row='NEW')} OR NOT {_written('NEW', ('line_written',))}",
        ),
        Rule("budget_lines", "DELETE", f"{STANDS.format(row='OLD')} OR NOT {_written('OLD', TAKES_OUT)}"),
        Rule("budget_steps", "INSERT", f"NOT {taken}", "logged"),
        Rule("budget_steps", "INSERT", f"NOT ({FOLLOWS}) OR {EARLIER}", "ordered"),
        Rule("budget_steps", "INSERT", f"NOT {_by_its_role(sql)} OR {without_decision}", "placed"),
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
    ]
