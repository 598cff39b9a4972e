"""Who suspended whose account, and let it in again."""

from pb.freezes.roles import DECIDED_BY, LEVEL, elsewhere
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.sql import Sql
from pb.freezes.two_bodies import approved_by_two, decided, proposed

FROZEN = (
    "id",
    "territory_id",
    "kind",
    "person_id",
    "role",
    "basis",
    "proposed_by",
    "proposed_as",
    "proposed_at",
    "event",
)
CONFIRMED = {"suspend": "identity.account_suspended", "resume": "identity.account_resumed"}


def rules(sql: Sql) -> list[Rule]:
    confirmed = approved_by_two(sql, LEVEL, DECIDED_BY, CONFIRMED)
    return [
        Rule("suspensions", "INSERT", elsewhere(sql, "NEW.proposed_at"), "elsewhere"),
        Rule(
            "suspensions", "INSERT", f"NEW.decision IS NOT NULL OR NOT {proposed(sql, 'identity.suspension_proposed')}"
        ),
        Rule(
            "suspensions",
            "UPDATE",
            f"{changed(*FROZEN)} OR OLD.decision IS NOT NULL "
            f"OR (NEW.decision = 'approved' AND ({confirmed} IS NOT TRUE OR {elsewhere(sql, 'NEW.decided_at')})) "
            f"OR (NEW.decision = 'declined' AND NOT {decided('identity.suspension_declined')})",
        ),
        Rule("suspensions", "DELETE", ALWAYS),
    ]
