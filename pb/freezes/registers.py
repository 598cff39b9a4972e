"""The registers: a programme stands as it was approved, property as it was decided, each beside what came before."""

from pb.freezes.holding import held
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

OF_PROGRAMME = "(SELECT programmes.territory_id FROM programmes WHERE programmes.id = NEW.programme_id)"
OF_OBJECT = "(SELECT things.territory_id FROM property_objects things WHERE things.id = NEW.object_id)"
APPROVED = (
    "EXISTS (SELECT 1 FROM programme_versions approved WHERE approved.programme_id = {row}.programme_id "
    "AND approved.number = {row}.version AND approved.approved_at IS NOT NULL)"
)
# The first version, or the one after the last, which was approved.
NEXT_VERSION = (
    "(NEW.number = 1 OR EXISTS (SELECT 1 FROM programme_versions earlier WHERE earlier.programme_id = NEW.programme_id "
    "AND earlier.number = NEW.number - 1 AND earlier.approved_at IS NOT NULL))"
)
HAS_TASKS = (
    "EXISTS (SELECT 1 FROM programme_tasks tasks WHERE tasks.programme_id = NEW.programme_id "
    "AND tasks.version = NEW.number)"
)
HAS_VERSIONS = "EXISTS (SELECT 1 FROM programme_versions versions WHERE versions.programme_id = OLD.id)"
KNOWN_TASK = (
    "EXISTS (SELECT 1 FROM programme_tasks tasks JOIN programme_versions approved "
    "ON approved.programme_id = tasks.programme_id AND approved.number = tasks.version "
    "WHERE tasks.programme_id = NEW.programme_id AND tasks.number = NEW.task AND approved.approved_at IS NOT NULL)"
)
NEXT_ENTRY = (
    "NEW.number = 1 + (SELECT count(*) FROM programme_progress earlier "
    "WHERE earlier.programme_id = NEW.programme_id AND earlier.task = NEW.task)"
)
# What was sold or written off is changed no more.
NEXT_STATE = (
    "NEW.number = 1 + (SELECT count(*) FROM property_states earlier WHERE earlier.object_id = NEW.object_id "
    "AND earlier.change NOT IN ('sold', 'written_off'))"
)
TASKS_THERE = (
    "(SELECT count(*) FROM programme_tasks others WHERE others.programme_id = NEW.programme_id "
    "AND others.version = NEW.{version})"
)


def _logged(actions: str, place: str, also: str) -> str:
    """The log's last event is one of these."""
    return last_says("events.action", place, f"events.action IN ({actions}) AND {also}")


def _programmes(sql: Sql) -> list[Rule]:
    of_programme = "events.subject_id = NEW.programme_id"

    def number(name: str, column: str) -> str:
        return f"{sql.said('events.data', name)} = CAST(NEW.{column} AS text)"

    counted = f"CAST({sql.said('events.data', 'tasks')} AS integer)"
    begun = last_says(
        "'programme.begun'",
        "NEW.territory_id",
        "events.subject_id = NEW.id AND events.at = NEW.begun_at AND events.actor_id = NEW.begun_by",
    )
    version = _logged(
        "'programme.begun', 'programme.revised'", OF_PROGRAMME, f"{of_programme} AND {number('version', 'number')}"
    )
    approved = last_says(
        "'programme.approved'",
        OF_PROGRAMME,
        f"{of_programme} AND events.at = NEW.approved_at AND events.actor_id = NEW.approved_by "
        f"AND {number('version', 'number')} AND {TASKS_THERE.format(version='number')} = {counted}",
    )
    discarded = last_says(
        "'programme.discarded'",
        OF_PROGRAMME.replace("NEW.", "OLD."),
        f"events.subject_id = OLD.programme_id AND {sql.said('events.data', 'version')} = CAST(OLD.number AS text)",
    )
    gone = last_says("'programme.discarded'", "OLD.territory_id", "events.subject_id = OLD.id")
    by_office = held(sql, "NEW.approved_by", "'office'", OF_PROGRAMME, "NEW.approved_at")
    of_version = f"{of_programme} AND {number('version', 'version')}"
    written = last_says("'programme.task_written'", OF_PROGRAMME, f"{of_version} AND {number('task', 'number')}")
    # One of those with which a version begins, or which a file brings: no more than the event says there are.
    filled = _logged(
        "'programme.tasks_imported', 'programme.revised'",
        OF_PROGRAMME,
        f"{of_version} AND {TASKS_THERE.format(version='version')} < {counted}",
    )
    gone_task = (
        f"(events.action = 'programme.task_removed' AND {sql.said('events.data', 'task')} = CAST(OLD.number AS text))"
    )
    taken_out = last_says(
        "events.action",
        OF_PROGRAMME.replace("NEW.", "OLD."),
        f"events.subject_id = OLD.programme_id AND {sql.said('events.data', 'version')} = CAST(OLD.version AS text) "
        f"AND (events.action IN ('programme.tasks_imported', 'programme.discarded') OR {gone_task})",
    )
    entered = last_says(
        "'programme.progress'",
        OF_PROGRAMME,
        f"{of_programme} AND events.at = NEW.at AND events.actor_id = NEW.by_id AND {number('task', 'task')} "
        f"AND {number('number', 'number')}",
    )
    office = held(sql, "NEW.by_id", "'office'", OF_PROGRAMME, "NEW.at")
    return [
        Rule("programmes", "INSERT", f"NOT {begun}", "logged"),
        Rule("programmes", "UPDATE", ALWAYS),
        Rule("programmes", "DELETE", f"{HAS_VERSIONS} OR NOT {gone}"),
        Rule("programme_versions", "INSERT", f"NOT {version} OR NEW.approved_at IS NOT NULL", "logged"),
        Rule("programme_versions", "INSERT", f"NOT {NEXT_VERSION}", "ordered"),
        Rule(
            "programme_versions",
            "UPDATE",
            f"OLD.approved_at IS NOT NULL OR {changed('programme_id', 'number')} "
            f"OR NOT ({approved} AND {HAS_TASKS} AND {by_office})",
        ),
        Rule("programme_versions", "DELETE", f"OLD.approved_at IS NOT NULL OR NOT {discarded}"),
        Rule("programme_tasks", "INSERT", f"{APPROVED.format(row='NEW')} OR NOT ({written} OR {filled})", "logged"),
        Rule(
            "programme_tasks",
            "UPDATE",
            f"{APPROVED.format(row='OLD')} OR {changed('programme_id', 'version', 'number')} OR NOT {written}",
        ),
        Rule("programme_tasks", "DELETE", f"{APPROVED.format(row='OLD')} OR NOT {taken_out}"),
        Rule("programme_progress", "INSERT", f"NOT {entered}", "logged"),
        Rule("programme_progress", "INSERT", f"NOT {KNOWN_TASK} OR NOT ({NEXT_ENTRY})", "ordered"),
        Rule("programme_progress", "INSERT", f"NOT {office}", "placed"),
    ]


def _property(sql: Sql) -> list[Rule]:
    thing = last_says(
        "'property.entered'",
        "NEW.territory_id",
        f"events.subject_id = NEW.id AND {sql.said('events.data', 'object')} = CAST(NEW.number AS text)",
    )
    own = (
        "(events.action = CASE WHEN NEW.number = 1 THEN 'property.entered' ELSE 'property.changed' END "
        f"AND events.subject_id = NEW.object_id AND {sql.said('events.data', 'number')} = CAST(NEW.number AS text) "
        f"AND {sql.said('events.data', 'change')} = NEW.change)"
    )
    state = last_says(
        "events.action",
        OF_OBJECT,
        f"events.at = NEW.at AND events.actor_id = NEW.by_id AND {own}",
    )
    office = held(sql, "NEW.by_id", "'office'", OF_OBJECT, "NEW.at")
    return [
        Rule("property_objects", "INSERT", f"NOT {thing}", "logged"),
        Rule("property_states", "INSERT", f"NOT {state}", "logged"),
        Rule("property_states", "INSERT", f"NOT ({NEXT_STATE})", "ordered"),
        Rule("property_states", "INSERT", f"NOT {office}", "placed"),
    ]


def rules(sql: Sql) -> list[Rule]:
    return [*_programmes(sql), *_property(sql)]
