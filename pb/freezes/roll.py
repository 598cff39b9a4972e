"""The roll, its commitments, corrections and requests; the end of its IINs."""

from pb.freezes.holding import stands
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import (
    NUMBERS_ERASED,
    ROLL_FROZEN,
    adopted,
    cleared,
    emptied,
    logged,
    resealed,
)
from pb.freezes.sql import Sql

# The terms as they stood when the cycle was opened: nobody lengthens one later.
DAYS = "(SELECT cycles.{term}_days FROM cycles WHERE cycles.id = NEW.cycle_id)"
OKRUG = "(SELECT cycles.territory_id FROM cycles WHERE cycles.id = NEW.cycle_id)"
OF_ROLL = f"events.subject_id = NEW.cycle_id AND events.territory_id = {OKRUG}"

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
    "settlement",
    "made_at",
    "late",
    "taken_from_id",
)
REQUEST_PERSONAL = ("name", "contact", "text")
ANSWER = ("granted", "answer", "answered_at", "answered_by")
CORRECTION_FROZEN = (
    "id",
    "cycle_id",
    "number",
    "entry_id",
    "request_id",
    "kind",
    "settlement",
    "gone_on",
    "gone_reason",
    "reason",
    "proposed_by",
    "proposed_at",
)
DECISION = ("decided_by", "decided_at", "approved")
REGISTRAR = "'registrar'"
POLL_RESTS_ON_ROLL = (
    "EXISTS (SELECT 1 FROM polls WHERE polls.cycle_id = NEW.cycle_id AND polls.election_json IS NOT NULL "
    "AND polls.state NOT IN ('annulled', 'under_minimum'))"
)
LINKS_KEPT = (
    "EXISTS (SELECT 1 FROM polls WHERE polls.cycle_id = NEW.cycle_id "
    "AND NOT EXISTS (SELECT 1 FROM links_erasures erased WHERE erased.poll_id = polls.id))"
)
# What was read and never taken in is of no use any more, and holds the IINs of a whole roll.
FILE_WAITS = (
    "EXISTS (SELECT 1 FROM roll_imports WHERE roll_imports.cycle_id = NEW.cycle_id AND roll_imports.sealed IS NOT NULL)"
)
HALF_GONE = "((NEW.gone_on IS NULL) <> (NEW.gone_reason IS NULL))"
FREEZE = f"{changed('cycle_id', 'number', 'at')} OR OLD.thawed_at IS NOT NULL OR {POLL_RESTS_ON_ROLL}"


def _term_over(sql: Sql) -> str:
    """So many days ago the result was adopted, or the term was over in which it may be or the vote be repeated.

    Of a cycle that never had a poll: so many days ago the last day of its plan passed.
    """
    # Counted from day to day: one less whole days lie between at least.
    days = f"({DAYS.format(term='iin')} - 1)"
    longest = f"({days} + {DAYS.format(term='unadopted')})"
    lately = f"NOT {sql.older('COALESCE(polls.closes_at, polls.prepared_at)', longest, 'NEW.at')}"
    annulled_lately = (
        "EXISTS (SELECT 1 FROM audit_events events WHERE events.subject_id = NEW.cycle_id "  # noqa: S608 - our own names
        f"AND events.action = 'poll.annulled' AND NOT {sql.older('events.at', longest, 'NEW.at')})"
    )
    polls = "SELECT 1 FROM polls WHERE polls.cycle_id = NEW.cycle_id"
    given_up = (
        f"EXISTS ({polls}) AND NOT EXISTS ({polls} AND {lately}) AND NOT {annulled_lately} "
        f"AND NOT {adopted('NEW.cycle_id')}"
    )
    planned = "(SELECT cycles.budget_until FROM cycles WHERE cycles.id = NEW.cycle_id)"
    never_voted = f"NOT EXISTS ({polls}) AND {planned} <= {sql.day('NEW.at', DAYS.format(term='iin'))}"
    adopted_before = adopted("NEW.cycle_id", lambda at: sql.older(at, days, "NEW.at"))
    return f"({adopted_before} OR ({given_up}) OR ({never_voted}))"


def rules(sql: Sql) -> list[Rule]:
    mark = sql.mark
    before, after = ROLL_FROZEN.format(row="OLD"), ROLL_FROZEN.format(row="NEW")
    found_by = cleared("iin_lookup", NUMBERS_ERASED)
    entry = f"({before} OR {after}) AND ({changed(*ENTRY_FROZEN)} OR {found_by} OR {resealed('iin_sealed', mark)})"
    # Nothing comes after the erasure: what does would have no day at which it goes.
    ended = NUMBERS_ERASED.format(row="NEW")
    numberless = f"(NEW.iin_sealed IS NULL OR NEW.iin_lookup IS NULL) AND NOT {ended}"
    salted = ("id", "cycle_id", "position", "occasion", "at", "count", "commitment")
    salt_goes = f"{NUMBERS_ERASED.format(row='NEW')} AND NEW.salt IS NULL"
    confirmation = changed("cycle_id", "count", "commitment", "person_id", "at")
    first = stands(sql, "NEW.proposed_by", REGISTRAR, OKRUG, "NEW.proposed_at", "NEW.decided_at")
    lapsed = f"NEW.approved AND NOT {first}"
    decided = f"(OLD.decided_at IS NOT NULL OR {after} OR ({lapsed})) AND {changed(*DECISION)}"
    gone = f"(OLD.iin_sealed IS NOT NULL AND NEW.iin_sealed IS NULL AND NOT {NUMBERS_ERASED.format(row='NEW')})"
    sealed = f"(OLD.iin_sealed IS NULL AND NEW.iin_sealed IS NOT NULL) OR {gone} OR {resealed('iin_sealed', mark)}"
    return [
        Rule(
            "numbers_erasures",
            "INSERT",
            f"NOT {logged('roll.numbers_erased', 'at', also=OF_ROLL)} OR {LINKS_KEPT} OR NOT {_term_over(sql)}",
        ),
        Rule("numbers_erasures", "INSERT", sql.in_future("NEW.at"), "dated"),
        Rule("roll_entries", "INSERT", f"{HALF_GONE} OR {after} OR {ended} OR ({numberless})"),
        Rule("roll_entries", "UPDATE", f"{HALF_GONE} OR ({numberless}) OR ({entry})"),
        Rule("roll_entries", "DELETE", before),
        Rule("roll_commitments", "INSERT", "NEW.salt IS NULL"),
        Rule("roll_commitments", "UPDATE", f"{changed(*salted)} OR {cleared('salt', NUMBERS_ERASED)}"),
        Rule("roll_commitments", "DELETE", ALWAYS),
        Rule("roll_confirmations", "INSERT", f"{after} OR NEW.salt IS NULL"),
        Rule("roll_confirmations", "UPDATE", f"({before} OR {after}) AND ({confirmation} OR NOT ({salt_goes}))"),
        Rule("roll_confirmations", "DELETE", before),
        Rule("roll_freezes", "INSERT", FILE_WAITS),
        Rule("roll_freezes", "UPDATE", FREEZE),
        Rule("roll_freezes", "DELETE", ALWAYS),
        Rule("roll_corrections", "INSERT", f"{after} OR {ended}"),
        Rule(
            "roll_corrections",
            "UPDATE",
            f"{changed(*CORRECTION_FROZEN)} OR {emptied(('name',), NUMBERS_ERASED)} OR {sealed} OR ({decided})",
        ),
        Rule("roll_corrections", "DELETE", ALWAYS),
        Rule("roll_requests", "INSERT", ended),
        Rule(
            "roll_requests",
            "UPDATE",
            f"{changed(*REQUEST_FROZEN)} OR {emptied(REQUEST_PERSONAL, NUMBERS_ERASED)} OR {sealed} "
            f"OR (OLD.answered_at IS NOT NULL AND {changed(*ANSWER)})",
        ),
        Rule("roll_requests", "DELETE", ALWAYS),
    ]
