"""Who suspended whose account, and let it in again."""

from pb.freezes.roles import APPOINTED_BY
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
# A role, who proposes and who confirms: as roles are given, and residents by the office and the chair.
SUSPENDED_BY = (*APPOINTED_BY, "resident office chair")
CONFIRMED = {"suspend": "identity.account_suspended", "resume": "identity.account_resumed"}


def rules(sql: Sql) -> list[Rule]:
    return [
        Rule(
            "suspensions", "INSERT", f"NEW.decision IS NOT NULL OR NOT {proposed(sql, 'identity.suspension_proposed')}"
        ),
        Rule(
            "suspensions",
            "UPDATE",
            f"{changed(*FROZEN)} OR OLD.decision IS NOT NULL "
            f"OR (NEW.decision = 'approved' AND {approved_by_two(sql, SUSPENDED_BY, CONFIRMED)} IS NOT TRUE) "
            f"OR (NEW.decision = 'declined' AND NOT {decided('identity.suspension_declined')})",
        ),
        Rule("suspensions", "DELETE", ALWAYS),
    ]
