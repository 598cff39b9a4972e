"""Who gave whom which role."""

from pb.freezes.holding import alone, cooled, excluding, held
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import logged
from pb.freezes.sql import Sql

GRANT_FROZEN = (
    "id",
    "person_id",
    "territory_id",
    "role",
    "since",
    "basis",
    "body",
    "granted_at",
    "event",
    "proposal_id",
)
ROLE_PROPOSAL_FROZEN = (
    "id",
    "territory_id",
    "kind",
    "person_id",
    "role",
    "since",
    "until",
    "basis",
    "body",
    "grant_id",
    "reason",
    "proposed_by",
    "proposed_as",
    "proposed_at",
    "event",
)
OVERLAPPING = (
    "EXISTS (SELECT 1 FROM role_grants grants WHERE grants.person_id = NEW.person_id "  # noqa: S608 - our own names
    "AND grants.territory_id = NEW.territory_id AND grants.id <> NEW.id AND "
    + excluding("grants.role", "NEW.role")
    + " AND grants.since <= COALESCE(NEW.until, '9999-12-31') AND NEW.since <= COALESCE(grants.until, '9999-12-31'))"
)
# The table of pb/identity/service/roles.py: a role, who proposes and who confirms.
APPOINTED_BY = (
    "trustee chair deputy",
    "trustee chair auditor",
    "auditor chair deputy",
    "chair chair administrator",
    "chair chair office",
    "chair secretary administrator",
    "chair secretary office",
    "chair deputy administrator",
    "chair deputy office",
    "secretary chair administrator",
    "secretary chair office",
    "deputy administrator chair",
    "deputy office chair",
    "administrator administrator chair",
    "administrator office chair",
    "office administrator chair",
    "office office chair",
    "akim administrator chair",
    "akim office chair",
    "registrar office chair",
    "clerk office chair",
    "observer office chair",
    "observer deputy chair",
)


# The event is of this okrug, of this person, and who acts is its actor.
OF_PERSON = "events.territory_id = NEW.territory_id AND events.subject_id = NEW.person_id"
PROPOSER = ("NEW.proposed_by", "NEW.proposed_as")
BY_PROPOSER = f"{OF_PERSON} AND events.actor_id = NEW.proposed_by"
BY_DECIDER = f"{OF_PERSON} AND events.actor_id = NEW.decided_by"


def _decided(action: str) -> str:
    return logged(action, "decided_at", "decided_event", BY_DECIDER)


def _proposed(sql: Sql) -> str:
    holds = held(sql, "NEW.proposed_by", "NEW.proposed_as", "NEW.territory_id", "NEW.proposed_at")
    return f"({logged('identity.role_proposed', 'proposed_at', also=BY_PROPOSER)} AND {holds})"


def _approved_by_two(sql: Sql) -> str:
    who = ("NEW.decided_by", "NEW.decided_as", "NEW.territory_id", "NEW.decided_at")
    return (
        f"(NEW.role || ' ' || NEW.proposed_as || ' ' || NEW.decided_as IN {APPOINTED_BY} AND {cooled(sql, *who)} "
        f"AND {alone(sql, 'NEW.decided_by', PROPOSER, 'NEW.territory_id', 'NEW.decided_at')} "
        f"AND ((NEW.kind = 'give' AND {_decided('identity.role_granted')}) "
        f"OR (NEW.kind = 'end' AND {_decided('identity.role_ended')}) "
        f"OR (NEW.kind = 'invite' AND {_decided('identity.invitation_confirmed')})))"
    )


# A staff role stands on a proposal that is being confirmed in this transaction, or on the founding, which gives two.
ROLE_GRANTED = (
    "EXISTS (SELECT 1 FROM role_proposals proposals WHERE proposals.id = NEW.proposal_id AND proposals.kind = 'give' "  # noqa: S608 - our own names
    "AND proposals.decision = 'approved' AND proposals.decided_event = NEW.event "
    "AND proposals.decided_at = NEW.granted_at AND proposals.territory_id = NEW.territory_id "
    "AND proposals.person_id = NEW.person_id AND proposals.role = NEW.role AND proposals.since <= NEW.since "
    "AND proposals.until IS NOT DISTINCT FROM NEW.until AND proposals.basis = NEW.basis "
    f"AND proposals.body = NEW.body) AND {logged('identity.role_granted', 'granted_at', also=OF_PERSON)}"
)
FOUNDED = (
    "NEW.proposal_id IS NULL AND NEW.role IN ('administrator', 'chair') "  # noqa: S608 - our own names
    "AND NOT EXISTS (SELECT 1 FROM role_grants earlier WHERE earlier.role <> 'resident' "
    "AND (earlier.event <> NEW.event OR earlier.role = NEW.role OR earlier.person_id = NEW.person_id)) "
    f"AND {logged('territory.founded', 'granted_at', also='events.subject_id = NEW.territory_id')}"
)
RESIDENT = (
    "NEW.role = 'resident' AND NEW.proposal_id IS NULL "
    f"AND {logged('identity.resident_admitted', 'granted_at', also=OF_PERSON)}"
)
ROLE_ENDED = (
    "EXISTS (SELECT 1 FROM role_proposals proposals JOIN audit_heads heads "
    "ON heads.territory_id = proposals.territory_id AND heads.hash = proposals.decided_event "
    "WHERE proposals.kind = 'end' AND proposals.decision = 'approved' AND proposals.grant_id = NEW.id "
    "AND proposals.until <= NEW.until AND proposals.basis = NEW.end_basis)"
)


def rules(sql: Sql) -> list[Rule]:
    declined = _decided("identity.role_declined")
    return [
        Rule("role_grants", "INSERT", f"(NEW.role = 'trustee' AND NEW.body = '') OR {OVERLAPPING}"),
        Rule("role_grants", "INSERT", f"NOT (({ROLE_GRANTED}) OR ({FOUNDED}) OR ({RESIDENT}))", "two_bodies"),
        Rule("role_grants", "UPDATE", f"{changed(*GRANT_FROZEN)} OR {OVERLAPPING}"),
        Rule("role_grants", "UPDATE", f"{changed('until', 'end_basis')} AND NOT {ROLE_ENDED}", "two_bodies"),
        Rule("role_grants", "DELETE", ALWAYS),
        Rule("role_proposals", "INSERT", f"NEW.decision IS NOT NULL OR NOT {_proposed(sql)}"),
        Rule(
            "role_proposals",
            "UPDATE",
            f"{changed(*ROLE_PROPOSAL_FROZEN)} OR OLD.decision IS NOT NULL "
            f"OR (NEW.decision = 'approved' AND {_approved_by_two(sql)} IS NOT TRUE) "
            f"OR (NEW.decision = 'declined' AND NOT {declined})",
        ),
        Rule("role_proposals", "DELETE", ALWAYS),
    ]
