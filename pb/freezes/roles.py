"""Who gave whom which role."""

from pb.freezes.rule import ALWAYS, Rule, changed, day_of, days_passed
from pb.freezes.shared import logged

# The least of the setting `cooling_days`; the service asks for the setting itself.
LEAST_COOLING_DAYS = 3
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
# Pairs of pb/identity/service/roles.py, both ways round.
EXCLUDED = (
    "(grants.role || ' ' || NEW.role) IN ('trustee registrar', 'registrar trustee', 'trustee clerk', 'clerk trustee', "
    "'trustee administrator', 'administrator trustee', 'clerk registrar', 'registrar clerk', "
    "'chair office', 'office chair', 'chair administrator', 'administrator chair', 'chair akim', 'akim chair', "
    "'chair registrar', 'registrar chair', 'chair clerk', 'clerk chair')"
)
OVERLAPPING = (
    "EXISTS (SELECT 1 FROM role_grants grants WHERE grants.person_id = NEW.person_id "  # noqa: S608 - our own names
    "AND grants.territory_id = NEW.territory_id AND grants.id <> NEW.id AND "
    + EXCLUDED
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


def _held(person: str, role: str, moment: str, days: int = 0) -> str:
    """The person had been given the role before that moment, so many days before it, and holds it then."""
    older = days_passed("held.granted_at", f"NEW.{moment}", days) if days else ALWAYS
    return (
        "EXISTS (SELECT 1 FROM role_grants held WHERE held.territory_id = NEW.territory_id "  # noqa: S608 - our own names
        f"AND held.person_id = NEW.{person} AND held.role = NEW.{role} AND held.granted_at < NEW.{moment} "
        f"AND (held.until IS NULL OR held.until >= {day_of(f'NEW.{moment}')}) AND {older})"
    )


OF_PERSON = "events.subject_id = NEW.person_id"
APPROVED_AND_LOGGED = " OR ".join(
    f"(NEW.kind = '{kind}' AND {logged(action, 'decided_at', 'decided_event', OF_PERSON)})"
    for kind, action in (
        ("give", "identity.role_granted"),
        ("end", "identity.role_ended"),
        ("invite", "identity.invitation_confirmed"),
    )
)


def _proposed() -> str:
    return (
        f"{logged('identity.role_proposed', 'proposed_at', also=OF_PERSON)} "
        f"AND {_held('proposed_by', 'proposed_as', 'proposed_at')}"
    )


def _approved_by_two() -> str:
    """Whoever confirms has had the role for the least cooling-off time."""
    return (
        f"NEW.role || ' ' || NEW.proposed_as || ' ' || NEW.decided_as IN {APPOINTED_BY} "
        f"AND {_held('decided_by', 'decided_as', 'decided_at', LEAST_COOLING_DAYS)} AND ({APPROVED_AND_LOGGED})"
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
    f"AND {logged('territory.founded', 'granted_at')}"
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


def rules() -> list[Rule]:
    return [
        Rule("role_grants", "INSERT", f"(NEW.role = 'trustee' AND NEW.body = '') OR {OVERLAPPING}"),
        Rule("role_grants", "INSERT", f"NOT (({ROLE_GRANTED}) OR ({FOUNDED}) OR ({RESIDENT}))", "two_bodies"),
        Rule("role_grants", "UPDATE", f"{changed(*GRANT_FROZEN)} OR {OVERLAPPING}"),
        Rule("role_grants", "UPDATE", f"{changed('until', 'end_basis')} AND NOT {ROLE_ENDED}", "two_bodies"),
        Rule("role_grants", "DELETE", ALWAYS),
        Rule("role_proposals", "INSERT", f"NEW.decision IS NOT NULL OR NOT ({_proposed()})"),
        Rule(
            "role_proposals",
            "UPDATE",
            f"{changed(*ROLE_PROPOSAL_FROZEN)} OR OLD.decision IS NOT NULL "
            f"OR (NEW.decision = 'approved' AND NOT ({_approved_by_two()}))",
        ),
        Rule("role_proposals", "DELETE", ALWAYS),
    ]
