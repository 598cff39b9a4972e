"""The envelope of a cycle: versions with their lines, each with its event, and none once a poll was opened."""

from pb.freezes.rule import Rule
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

OKRUG = "(SELECT cycles.territory_id FROM cycles WHERE cycles.id = NEW.cycle_id)"
LATEST = "(SELECT coalesce(max(versions.number), 0) FROM cycle_envelopes versions WHERE versions.cycle_id = {cycle})"
OPENED = "EXISTS (SELECT 1 FROM polls WHERE polls.cycle_id = {cycle} AND polls.election_json IS NOT NULL)"
TOTAL = (
    "(SELECT coalesce(sum(lines.amount), 0) FROM cycle_envelope_lines lines WHERE lines.cycle_id = NEW.id "  # noqa: S608 - our own names
    f"AND lines.number = {LATEST.format(cycle='NEW.id')})"
)
OF_VERSION = (
    "(SELECT coalesce(sum(lines.amount), 0) FROM cycle_envelope_lines lines WHERE lines.cycle_id = NEW.cycle_id "
    "AND lines.number = NEW.number)"
)
ACTION = "CASE WHEN NEW.number = 1 THEN 'cycle.opened' ELSE 'cycle.envelope_changed' END"


def rules(sql: Sql) -> list[Rule]:
    said = f"(NEW.number = 1 OR {sql.said('events.data', 'version')} = CAST(NEW.number AS text))"
    subject = f"events.subject_id = NEW.cycle_id AND {said}"
    made = last_says(ACTION, OKRUG, f"{subject} AND events.at = NEW.made_at AND events.actor_id = NEW.made_by")
    # No line more than those whose sum the event tells: behind it nobody adds one.
    within = (
        f"{OF_VERSION} + NEW.amount <= CASE WHEN NEW.number = 1 "  # noqa: S608 - our own names
        "THEN (SELECT cycles.envelope FROM cycles WHERE cycles.id = NEW.cycle_id) "
        f"ELSE CAST({sql.said('events.data', 'after')} AS bigint) END"
    )
    of_it = last_says(ACTION, OKRUG, f"{subject} AND {within}")
    opened, latest = OPENED.format(cycle="NEW.cycle_id"), LATEST.format(cycle="NEW.cycle_id")
    return [
        Rule("cycle_envelopes", "INSERT", f"NOT {made}", "logged"),
        Rule("cycle_envelopes", "INSERT", f"{opened} OR NEW.number <> {latest} + 1"),
        Rule("cycle_envelope_lines", "INSERT", f"NOT {of_it}", "logged"),
        Rule("cycle_envelope_lines", "INSERT", f"{opened} OR NEW.number <> {latest}"),
        # The sum by which votes are counted is that of the last version, and stands once a poll was opened.
        Rule(
            "cycles",
            "UPDATE",
            "OLD.envelope IS DISTINCT FROM NEW.envelope "
            f"AND ({OPENED.format(cycle='NEW.id')} OR NEW.envelope <> {TOTAL})",
            "envelope",
        ),
    ]
