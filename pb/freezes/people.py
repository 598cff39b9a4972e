"""Accounts, the okrug itself, its settings and the members of its assembly."""

from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import resealed
from pb.freezes.sql import Sql

RENEWED_BACK = "(OLD.renewed_at IS NOT NULL AND (NEW.renewed_at IS NULL OR NEW.renewed_at < OLD.renewed_at))"
# A person is found otherwise only when the key of the look-ups is changed.
FOUND_OTHERWISE = f"({changed('iin_lookup', 'iin_pepper')} AND NEW.iin_pepper <= OLD.iin_pepper)"
# The log's last event says that this version of a setting was recorded, at this moment.
SETTING_LOGGED = (
    "EXISTS (SELECT 1 FROM audit_events events JOIN audit_heads heads ON heads.territory_id = events.territory_id "
    "AND heads.hash = events.hash WHERE events.action = 'territory.setting' AND events.subject_id = NEW.id "
    "AND events.at = NEW.recorded_at)"
)
# Where a small number would open a door; the bounds of pb/territory/service.py.
LEAST = (("cooling_days", 3), ("iin_days", 30), ("minimum_ballots", 2), ("objection_days", 10))
TEXT = "CAST(NEW.value AS TEXT)"
NUMBER = (
    f"(CASE WHEN TRIM({TEXT}, '0123456789') = '' AND LENGTH({TEXT}) BETWEEN 1 AND 9 "
    f"THEN CAST({TEXT} AS INTEGER) ELSE -1 END)"
)
# Anything but plain digits: `3e-9` is more than nothing to a database, and nothing to the program.
NO_WHOLE_NUMBER = f"CAST({NUMBER} AS TEXT) <> {TEXT} OR {NUMBER} < 0"
TOO_LITTLE = " OR ".join(f"(NEW.name = '{name}' AND {NUMBER} < {least})" for name, least in LEAST)
ELECTED = ("id", "territory_id", "name", "settlement", "office", "term_from", "electing_document")


def rules(sql: Sql) -> list[Rule]:
    return [
        Rule(
            "people",
            "UPDATE",
            f"{changed('id', 'created_at')} OR {RENEWED_BACK} OR {FOUND_OTHERWISE} "
            f"OR {resealed('iin_sealed', sql.mark)}",
        ),
        Rule("people", "DELETE", ALWAYS),
        Rule("territories", "UPDATE", changed("id", "kato")),
        Rule("territories", "DELETE", ALWAYS),
        Rule("territory_settings", "INSERT", f"{NO_WHOLE_NUMBER} OR {TOO_LITTLE} OR NOT {SETTING_LOGGED}"),
        Rule("territory_settings", "UPDATE", ALWAYS),
        Rule("territory_settings", "DELETE", ALWAYS),
        Rule("assembly_members", "UPDATE", f"{changed(*ELECTED)} OR NEW.term_until > OLD.term_until"),
        Rule("assembly_members", "DELETE", ALWAYS),
    ]
