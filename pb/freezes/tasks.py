"""Tasks: what was given stays, and each step follows the one before it, with its event in the log."""

from pb.freezes.holding import held
from pb.freezes.rule import Rule
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

# As in pb/tasks/models.py; a test compares them.
MOVES = (
    "given started",
    *(
        f"{kind} {following}"
        for kind in ("given", "started", "sent_back", "put_off", "kept")
        for following in ("done", "asks_later", "put_off", "asks_end")
    ),
    "done accepted",
    "done sent_back",
    "put_off started",
    "kept started",
    "asks_later put_off",
    "asks_later kept",
    "asks_later done",
    "asks_end done",
    "asks_end given_up",
    "asks_end kept",
)
NAMED = last_says(
    "'task.executor_named'", "NEW.territory_id", "events.subject_id = NEW.id AND events.at = NEW.named_at"
)
GIVEN = last_says("'task.given'", "NEW.territory_id", "events.subject_id = NEW.id AND events.at = NEW.given_at")
OF_ANOTHER_PLACE = (
    "NOT EXISTS (SELECT 1 FROM task_executors executors WHERE executors.id = NEW.executor_id "
    "AND executors.territory_id = NEW.territory_id)"
)
PLACE = "(SELECT tasks.territory_id FROM tasks WHERE tasks.id = NEW.task_id)"
_BEFORE = "EXISTS (SELECT 1 FROM task_steps earlier WHERE earlier.task_id = NEW.task_id AND {which})"
FOLLOWS = _BEFORE.format(
    which=f"earlier.number = NEW.number - 1 AND earlier.kind || ' ' || NEW.kind IN {MOVES} "
    "AND (NEW.kind = 'put_off' OR earlier.until = NEW.until) AND (NEW.kind <> 'put_off' OR earlier.until < NEW.until)"
)
ANSWERS = "earlier.number = NEW.number - 1 AND earlier.kind IN ('done', 'asks_later', 'asks_end')"
JUDGES_ITSELF = "(NEW.kind <> 'done' AND " + _BEFORE.format(which=f"{ANSWERS} AND earlier.by_id = NEW.by_id") + ")"
# What was asked for is confirmed as it was asked; without being asked the office puts off by a point adopted here.
AS_ASKED = _BEFORE.format(
    which="earlier.number = NEW.number - 1 AND earlier.kind = 'asks_later' AND earlier.asked_until = NEW.until "
    "AND earlier.question_id IS NOT DISTINCT FROM NEW.question_id "
    "AND earlier.minutes_on IS NOT DISTINCT FROM NEW.minutes_on AND earlier.minutes_number = NEW.minutes_number"
)
ASKED_BEFORE = _BEFORE.format(which="earlier.number = NEW.number - 1 AND earlier.kind = 'asks_later'")
PUT_OFF_ALONE = f"(NEW.kind = 'put_off' AND NOT {AS_ASKED} AND (NEW.question_id IS NULL OR {ASKED_BEFORE}))"


def _by_its_role(sql: Sql) -> str:
    """Who took the step held a role in which one takes it."""
    roles = {
        "('given')": ("office", "secretary"),
        "('accepted', 'sent_back')": ("chair", "secretary"),
        "('started', 'done', 'asks_later', 'asks_end')": ("office",),
        "('given_up', 'kept')": ("chair", "secretary", "deputy"),
    }
    confirming = " OR ".join(
        held(sql, "NEW.by_id", repr(role), PLACE, "NEW.at") for role in ("chair", "secretary", "deputy")
    )
    office = held(sql, "NEW.by_id", "'office'", PLACE, "NEW.at")
    later = f"(({ASKED_BEFORE} AND ({confirming})) OR (NOT {ASKED_BEFORE} AND {office}))"
    ways = (
        f"(NEW.kind IN {kinds} AND {held(sql, 'NEW.by_id', repr(role), PLACE, 'NEW.at')})"
        for kinds, named in roles.items()
        for role in named
    )
    return f"({' OR '.join(ways)} OR (NEW.kind = 'put_off' AND {later}))"


def rules(sql: Sql) -> list[Rule]:
    step = f"{sql.said('events.data', 'step')} = CAST(NEW.number AS text)"
    logged = last_says(
        "'task.' || NEW.kind",
        PLACE,
        f"events.subject_id = NEW.task_id AND events.at = NEW.at AND events.actor_id = NEW.by_id AND {step}",
    )
    return [
        Rule("task_executors", "INSERT", f"NOT {NAMED}", "logged"),
        Rule("tasks", "INSERT", f"NOT {GIVEN} OR {OF_ANOTHER_PLACE}", "logged"),
        Rule("task_steps", "INSERT", f"NOT {logged}", "logged"),
        Rule("task_steps", "INSERT", f"(NEW.number <> 1 AND NOT {FOLLOWS}) OR {JUDGES_ITSELF}", "ordered"),
        Rule("task_steps", "INSERT", PUT_OFF_ALONE, "confirmed"),
        Rule("task_steps", "INSERT", f"NOT {_by_its_role(sql)}", "placed"),
    ]
