"""Accounts, the okrug itself and its settings."""

from pb.freezes.holding import lies_in
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import last_says, logged, resealed
from pb.freezes.sql import Sql

RENEWED_BACK = "(OLD.renewed_at IS NOT NULL AND (NEW.renewed_at IS NULL OR NEW.renewed_at < OLD.renewed_at))"
# The log's last event says that this version of a setting was recorded, at this moment: a value, or that the territory
# goes back to what is decided above it.
SETTING_LOGGED = (
    "EXISTS (SELECT 1 FROM audit_events events JOIN audit_heads heads ON heads.territory_id = events.territory_id "
    "AND heads.hash = events.hash WHERE events.action = CASE WHEN NEW.value IS NULL THEN 'territory.setting_inherited' "
    "ELSE 'territory.setting' END AND events.subject_id = NEW.id "
    "AND events.territory_id = NEW.territory_id AND events.at = NEW.recorded_at)"
)
# Where a small number would open a door; the bounds of pb/territory/service.
LEAST = (
    ("cooling_days", 3),
    ("iin_days", 30),
    ("majority_percent", 50),
    ("minimum_ballots", 2),
    ("objection_days", 10),
    ("quorum_percent", 50),
    ("unadopted_days", 90),
)
TEXT = "CAST(NEW.value AS TEXT)"
NUMBER = (
    f"(CASE WHEN TRIM({TEXT}, '0123456789') = '' AND LENGTH({TEXT}) BETWEEN 1 AND 9 "
    f"THEN CAST({TEXT} AS INTEGER) ELSE -1 END)"
)
# Anything but plain digits: `3e-9` is more than nothing to a database, and nothing to the program.
NO_WHOLE_NUMBER = f"CAST({NUMBER} AS TEXT) <> {TEXT} OR {NUMBER} < 0"
TOO_LITTLE = " OR ".join(f"(NEW.name = '{name}' AND {NUMBER} < {least})" for name, least in LEAST)
OF_TERRITORY = "events.territory_id = NEW.territory_id"
ADDRESS_GIVEN = logged("territory.address_given", "since", also=OF_TERRITORY)
COUNTED = logged("territory.population", "recorded_at", also=OF_TERRITORY)
COUNTED_THERE = logged(
    "territory.settlement_population",
    "recorded_at",
    also="events.subject_id = NEW.settlement_id AND events.territory_id = "
    "(SELECT places.territory_id FROM settlements places WHERE places.id = NEW.settlement_id)",
)
DAYS_MOVED = logged("territory.working_days", "recorded_at", also=OF_TERRITORY)
DRAWN = logged("territory.emblem", "recorded_at", also=OF_TERRITORY)
# Settings and roles come down the tree: nobody moves an okrug under another raion while it takes part.
TAKES_PART = "EXISTS (SELECT 1 FROM territory_slugs slugs WHERE slugs.territory_id = OLD.id)"
_STAFF = "EXISTS (SELECT 1 FROM role_grants grants WHERE grants.role <> 'resident' AND {where})"
# Nor where roles that are held would begin to reach down, or cease to: also of what lies in it without an address.
MOVED = (
    f"(OLD.kind <> NEW.kind AND {_STAFF.format(where='grants.territory_id = OLD.id')}) "
    f"OR (OLD.parent_id IS DISTINCT FROM NEW.parent_id "
    f"AND {_STAFF.format(where=lies_in('grants.territory_id', 'OLD.id'))} AND "
    + _STAFF.format(
        where=" OR ".join(lies_in(f"{row}.parent_id", "grants.territory_id") for row in ("OLD", "NEW")).join("()")
    )
    + ")"
)
OFFICE_LOGGED = last_says("'territory.office'", "NEW.id", "events.subject_id = NEW.id")


def _found_otherwise(sql: Sql) -> str:
    """A look-up changes with its pepper, to a higher version, whose rotation somebody asked for in a public log.

    That it is the look-up of the sealed number a database cannot know; `accounts.find` compares the two.
    """
    asked = (
        "EXISTS (SELECT 1 FROM audit_events events WHERE events.action = 'keys.rotation_asked' "  # noqa: S608 - our own names
        f"AND {sql.said('events.data', 'pepper')} = CAST(NEW.iin_pepper AS text))"
    )
    rotated = f"{changed('iin_lookup')} AND NEW.iin_pepper > OLD.iin_pepper AND {asked}"
    return f"({changed('iin_lookup', 'iin_pepper')} AND NOT ({rotated}))"


def rules(sql: Sql) -> list[Rule]:
    # Each has its own number, up to as many as the file had: none enters beside them.
    counted = f"NEW.number BETWEEN 1 AND CAST({sql.said('events.data', 'codes')} AS integer)"
    codes = logged("classification.recorded", "recorded_at", also=f"{OF_TERRITORY} AND {counted}")
    return [
        Rule(
            "people",
            "UPDATE",
            f"{changed('id', 'created_at')} OR {RENEWED_BACK} OR {_found_otherwise(sql)} "
            f"OR {resealed('iin_sealed', sql.mark)}",
        ),
        Rule("people", "DELETE", ALWAYS),
        Rule("territories", "UPDATE", f"{changed('id', 'kato')} OR ({changed('kind', 'parent_id')} AND {TAKES_PART})"),
        Rule("territories", "UPDATE", MOVED, "staffed"),
        Rule("territories", "UPDATE", f"{changed('bin')} AND NOT {OFFICE_LOGGED}", "logged"),
        Rule("territories", "DELETE", ALWAYS),
        Rule("territory_slugs", "INSERT", f"NOT {ADDRESS_GIVEN}"),
        Rule("territory_slugs", "UPDATE", ALWAYS),
        Rule("territory_slugs", "DELETE", ALWAYS),
        Rule("populations", "INSERT", f"NOT {COUNTED}"),
        Rule("populations", "UPDATE", ALWAYS),
        Rule("populations", "DELETE", ALWAYS),
        Rule("settlement_populations", "INSERT", f"NOT {COUNTED_THERE}"),
        Rule("settlement_populations", "UPDATE", ALWAYS),
        Rule("settlement_populations", "DELETE", ALWAYS),
        Rule("moved_days", "INSERT", f"NOT {DAYS_MOVED}"),
        Rule("moved_days", "UPDATE", ALWAYS),
        Rule("moved_days", "DELETE", ALWAYS),
        Rule("classification_entries", "INSERT", f"NOT {codes}"),
        Rule("classification_entries", "UPDATE", ALWAYS),
        Rule("classification_entries", "DELETE", ALWAYS),
        Rule("territory_emblems", "INSERT", f"NOT {DRAWN}"),
        Rule("territory_emblems", "UPDATE", ALWAYS),
        Rule("territory_emblems", "DELETE", ALWAYS),
        Rule(
            "territory_settings",
            "INSERT",
            f"(NEW.value IS NOT NULL AND ({NO_WHOLE_NUMBER} OR {TOO_LITTLE})) OR NOT {SETTING_LOGGED}",
        ),
        Rule("territory_settings", "UPDATE", ALWAYS),
        Rule("territory_settings", "DELETE", ALWAYS),
    ]
