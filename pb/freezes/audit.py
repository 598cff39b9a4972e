"""The log grows at its end and nowhere else: what other rules ask of its last event cannot be played again."""

from pb.freezes.rule import ALWAYS, Rule, changed

AT_THE_END = (
    "EXISTS (SELECT 1 FROM audit_heads heads WHERE heads.territory_id = NEW.territory_id "
    "AND heads.hash IS NOT DISTINCT FROM NEW.previous AND heads.position = NEW.position - 1)"
)
EVENT_FOLLOWS = (
    "EXISTS (SELECT 1 FROM audit_events events WHERE events.territory_id = NEW.territory_id "
    "AND events.hash = NEW.hash AND events.position = NEW.position AND NEW.position = OLD.position + 1 "
    "AND events.previous IS NOT DISTINCT FROM OLD.hash)"
)
BEGUN = "EXISTS (SELECT 1 FROM audit_events events WHERE events.territory_id = NEW.territory_id)"


def rules() -> list[Rule]:
    return [
        Rule("audit_events", "INSERT", f"NOT {AT_THE_END}"),
        Rule("audit_heads", "INSERT", f"NEW.position <> 0 OR NEW.hash IS NOT NULL OR {BEGUN}"),
        Rule("audit_heads", "UPDATE", f"{changed('territory_id')} OR NOT {EVENT_FOLLOWS}"),
        Rule("audit_heads", "DELETE", ALWAYS),
    ]
