"""The audit log grows at its end alone, its end never goes back, and nothing is dated before what it holds."""

from pb.freezes.rule import ALWAYS, Rule
from pb.freezes.shared import dated_back
from pb.freezes.sql import Sql

AT_THE_END = (
    "EXISTS (SELECT 1 FROM audit_heads heads WHERE heads.territory_id = NEW.territory_id "
    "AND heads.position + 1 = NEW.position AND heads.hash IS NOT DISTINCT FROM NEW.previous)"
)
NEXT_EVENT = (
    "EXISTS (SELECT 1 FROM audit_events events WHERE events.hash = NEW.hash AND events.position = NEW.position "
    "AND events.territory_id = NEW.territory_id AND NEW.territory_id = OLD.territory_id "
    "AND events.position = OLD.position + 1 AND events.previous IS NOT DISTINCT FROM OLD.hash)"
)
EMPTY_LOG = (
    "(NEW.position = 0 AND NEW.hash IS NULL AND NOT EXISTS (SELECT 1 FROM audit_events events "
    "WHERE events.territory_id = NEW.territory_id))"
)


def rules(sql: Sql) -> list[Rule]:
    return [
        Rule("audit_events", "INSERT", dated_back(sql, "NEW.at", "NEW.territory_id"), "dated"),
        Rule("audit_events", "INSERT", f"NOT {AT_THE_END}"),
        Rule("audit_heads", "INSERT", f"NOT {EMPTY_LOG}"),
        Rule("audit_heads", "UPDATE", f"NOT {NEXT_EVENT}"),
        Rule("audit_heads", "DELETE", ALWAYS),
    ]
