"""Who suspended whose account, and let it in again."""

from pb.freezes.roles import APPOINTED_BY
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import logged

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


def _held(person: str, role: str, moment: str) -> str:
    """The person had been given the role before that moment."""
    return (
        "EXISTS (SELECT 1 FROM role_grants held WHERE held.territory_id = NEW.territory_id "  # noqa: S608 - our own names
        f"AND held.person_id = NEW.{person} AND held.role = NEW.{role} AND held.granted_at < NEW.{moment})"
    )


PROPOSED = (
    f"{logged('identity.suspension_proposed', 'proposed_at')} AND {_held('proposed_by', 'proposed_as', 'proposed_at')}"
)
APPROVED_BY_TWO = (
    f"NEW.role || ' ' || NEW.proposed_as || ' ' || NEW.decided_as IN {SUSPENDED_BY} "
    f"AND {_held('decided_by', 'decided_as', 'decided_at')} AND "
    f"((NEW.kind = 'suspend' AND {logged('identity.account_suspended', 'decided_at', 'decided_event')}) "
    f"OR (NEW.kind = 'resume' AND {logged('identity.account_resumed', 'decided_at', 'decided_event')}))"
)


def rules() -> list[Rule]:
    return [
        Rule("suspensions", "INSERT", f"NEW.decision IS NOT NULL OR NOT ({PROPOSED})"),
        Rule(
            "suspensions",
            "UPDATE",
            f"{changed(*FROZEN)} OR OLD.decision IS NOT NULL "
            f"OR (NEW.decision = 'approved' AND NOT ({APPROVED_BY_TWO}))",
        ),
        Rule("suspensions", "DELETE", ALWAYS),
    ]
