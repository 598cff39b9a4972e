"""The roll, its commitments, corrections and requests; the end of its IINs."""

from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import NUMBERS_ERASED, ROLL_FROZEN, adopted_for, cleared, logged, resealed
from pb.freezes.sql import Sql

# The least of the setting `iin_days` is thirty days, counted from day to day.
LEAST_DAYS = 29

ENTRY_FROZEN = (
    "id",
    "cycle_id",
    "number",
    "iin_pepper",
    "name",
    "settlement",
    "imported_at",
    "gone_on",
    "gone_reason",
)
REQUEST_FROZEN = (
    "id",
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
    "id",
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
POLL_RESTS_ON_ROLL = (
    "EXISTS (SELECT 1 FROM polls WHERE polls.cycle_id = NEW.cycle_id AND polls.election_json IS NOT NULL "
    "AND polls.state NOT IN ('annulled', 'under_minimum'))"
)
LINKS_KEPT = (
    "EXISTS (SELECT 1 FROM polls WHERE polls.cycle_id = NEW.cycle_id "
    "AND NOT EXISTS (SELECT 1 FROM links_erasures erased WHERE erased.poll_id = polls.id))"
)
HALF_GONE = "((NEW.gone_on IS NULL) <> (NEW.gone_reason IS NULL))"
FREEZE = f"{changed('cycle_id', 'number', 'at')} OR OLD.thawed_at IS NOT NULL OR {POLL_RESTS_ON_ROLL}"


def rules(sql: Sql) -> list[Rule]:
    mark = sql.mark
    before, after = ROLL_FROZEN.format(row="OLD"), ROLL_FROZEN.format(row="NEW")
    found_by = cleared("iin_lookup", NUMBERS_ERASED)
    entry = f"({before} OR {after}) AND ({changed(*ENTRY_FROZEN)} OR {found_by} OR {resealed('iin_sealed', mark)})"
    numberless = f"(NEW.iin_sealed IS NULL OR NEW.iin_lookup IS NULL) AND NOT {NUMBERS_ERASED.format(row='NEW')}"
    salted = ("id", "cycle_id", "position", "occasion", "at", "count", "commitment")
    salt_goes = f"{NUMBERS_ERASED.format(row='NEW')} AND NEW.salt IS NULL"
    confirmation = changed("cycle_id", "count", "commitment", "person_id", "at")
    decided = f"(OLD.decided_at IS NOT NULL OR {after}) AND {changed(*DECISION)}"
    sealed = f"(OLD.iin_sealed IS NULL) <> (NEW.iin_sealed IS NULL) OR {resealed('iin_sealed', mark)}"
    return [
        Rule(
            "numbers_erasures",
            "INSERT",
            f"NOT {logged('roll.numbers_erased', 'at', also='events.subject_id = NEW.cycle_id')} OR {LINKS_KEPT} "
            f"OR NOT {adopted_for(sql, 'NEW.cycle_id', 'NEW.at', LEAST_DAYS)}",
        ),
        Rule("numbers_erasures", "INSERT", sql.in_future("NEW.at"), "dated"),
        Rule("roll_entries", "INSERT", f"{HALF_GONE} OR {after} OR ({numberless})"),
        Rule("roll_entries", "UPDATE", f"{HALF_GONE} OR ({numberless}) OR ({entry})"),
        Rule("roll_entries", "DELETE", before),
        Rule("roll_commitments", "INSERT", "NEW.salt IS NULL"),
        Rule("roll_commitments", "UPDATE", f"{changed(*salted)} OR {cleared('salt', NUMBERS_ERASED)}"),
        Rule("roll_commitments", "DELETE", ALWAYS),
        Rule("roll_confirmations", "INSERT", f"{after} OR NEW.salt IS NULL"),
        Rule("roll_confirmations", "UPDATE", f"({before} OR {after}) AND ({confirmation} OR NOT ({salt_goes}))"),
        Rule("roll_confirmations", "DELETE", before),
        Rule("roll_freezes", "UPDATE", FREEZE),
        Rule("roll_freezes", "DELETE", ALWAYS),
        Rule("roll_corrections", "INSERT", after),
        Rule("roll_corrections", "UPDATE", f"{changed(*CORRECTION_FROZEN)} OR {sealed} OR ({decided})"),
        Rule("roll_corrections", "DELETE", ALWAYS),
        Rule(
            "roll_requests",
            "UPDATE",
            f"{changed(*REQUEST_FROZEN)} OR {resealed('iin_sealed', mark)} "
            f"OR (OLD.answered_at IS NOT NULL AND {changed(*ANSWER)})",
        ),
        Rule("roll_requests", "DELETE", ALWAYS),
    ]
