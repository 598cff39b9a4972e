"""Who gave whom which role."""

from pb.freezes.holding import excluding
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import logged
from pb.freezes.sql import Sql
from pb.freezes.two_bodies import OF_PERSON, approved_by_two, decided, proposed

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


CONFIRMED = {
    "give": "identity.role_granted",
    "end": "identity.role_ended",
    "invite": "identity.invitation_confirmed",
}
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
    declined = decided("identity.role_declined")
    return [
        Rule("role_grants", "INSERT", f"(NEW.role = 'trustee' AND NEW.body = '') OR {OVERLAPPING}"),
        Rule("role_grants", "INSERT", f"NOT (({ROLE_GRANTED}) OR ({FOUNDED}) OR ({RESIDENT}))", "two_bodies"),
        Rule("role_grants", "UPDATE", f"{changed(*GRANT_FROZEN)} OR {OVERLAPPING}"),
        Rule("role_grants", "UPDATE", f"{changed('until', 'end_basis')} AND NOT {ROLE_ENDED}", "two_bodies"),
        Rule("role_grants", "DELETE", ALWAYS),
        Rule("role_proposals", "INSERT", f"NEW.decision IS NOT NULL OR NOT {proposed(sql, 'identity.role_proposed')}"),
        Rule(
            "role_proposals",
            "UPDATE",
            f"{changed(*ROLE_PROPOSAL_FROZEN)} OR OLD.decision IS NOT NULL "
            f"OR (NEW.decision = 'approved' AND {approved_by_two(sql, APPOINTED_BY, CONFIRMED)} IS NOT TRUE) "
            f"OR (NEW.decision = 'declined' AND NOT {declined})",
        ),
        Rule("role_proposals", "DELETE", ALWAYS),
    ]
