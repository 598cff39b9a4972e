"""Who suspended whose account, and let it in again."""

from pb.freezes.holding import alone, cooled, held
from pb.freezes.roles import APPOINTED_BY, BY_DECIDER, BY_PROPOSER, PROPOSER
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import logged
from pb.freezes.sql import Sql

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


def _decided(action: str) -> str:
    return logged(action, "decided_at", "decided_event", BY_DECIDER)


def _proposed(sql: Sql) -> str:
    holds = held(sql, "NEW.proposed_by", "NEW.proposed_as", "NEW.territory_id", "NEW.proposed_at")
    return f"({logged('identity.suspension_proposed', 'proposed_at', also=BY_PROPOSER)} AND {holds})"


def _approved_by_two(sql: Sql) -> str:
    who = ("NEW.decided_by", "NEW.decided_as", "NEW.territory_id", "NEW.decided_at")
    return (
        f"(NEW.role || ' ' || NEW.proposed_as || ' ' || NEW.decided_as IN {SUSPENDED_BY} AND {cooled(sql, *who)} "
        f"AND {alone(sql, 'NEW.decided_by', PROPOSER, 'NEW.territory_id', 'NEW.decided_at')} "
        f"AND ((NEW.kind = 'suspend' AND {_decided('identity.account_suspended')}) "
        f"OR (NEW.kind = 'resume' AND {_decided('identity.account_resumed')})))"
    )


def rules(sql: Sql) -> list[Rule]:
    return [
        Rule("suspensions", "INSERT", f"NEW.decision IS NOT NULL OR NOT {_proposed(sql)}"),
        Rule(
            "suspensions",
            "UPDATE",
            f"{changed(*FROZEN)} OR OLD.decision IS NOT NULL "
            f"OR (NEW.decision = 'approved' AND {_approved_by_two(sql)} IS NOT TRUE) "
            f"OR (NEW.decision = 'declined' AND NOT {_decided('identity.suspension_declined')})",
        ),
        Rule("suspensions", "DELETE", ALWAYS),
    ]
