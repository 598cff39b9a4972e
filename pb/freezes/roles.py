"""Who gave whom which role."""

from pb.freezes.holding import along, excluding, lies_in
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
    "name",
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
    f"AND grants.id <> NEW.id AND {along('grants.territory_id', 'NEW.territory_id')} AND "
    + excluding("grants.role", "NEW.role")
    # One that was ended at once on its first day was held on that day.
    + " AND grants.since <= COALESCE(NEW.until, '9999-12-31') "
    "AND (NEW.since <= COALESCE(grants.until, '9999-12-31') OR NEW.since <= grants.since))"
)
# What a territory is for roles, by its kind; nobody holds one in an oblast.
LEVELS = {"okrug": ("okrug", "village", "kent", "town"), "raion": ("raion", "city", "republic_city")}
LEVEL = (
    "(SELECT CASE "  # noqa: S608 - our own names
    + " ".join(f"WHEN place.kind IN {kinds} THEN '{level}'" for level, kinds in LEVELS.items())
    + " END FROM territories place WHERE place.id = NEW.territory_id)"
)
# The table of pb/identity/service/roles.py: where, a role, who proposes and who confirms.
APPOINTED_BY = (
    "okrug trustee chair deputy",
    "okrug trustee chair auditor",
    "okrug trustee chair maslikhat_secretary",
    "okrug auditor chair deputy",
    "okrug auditor chair maslikhat_secretary",
    "okrug chair chair administrator",
    "okrug chair chair office",
    "okrug chair secretary administrator",
    "okrug chair secretary office",
    "okrug chair deputy administrator",
    "okrug chair deputy office",
    "okrug chair maslikhat_secretary administrator",
    "okrug chair maslikhat_secretary office",
    "okrug secretary chair administrator",
    "okrug secretary chair office",
    "okrug deputy administrator chair",
    "okrug deputy office chair",
    "okrug administrator administrator chair",
    "okrug administrator office chair",
    "okrug office administrator chair",
    "okrug office office chair",
    "okrug akim administrator chair",
    "okrug akim office chair",
    "okrug registrar office chair",
    "okrug clerk office chair",
    "okrug observer office chair",
    "okrug observer deputy chair",
    "okrug observer maslikhat_secretary chair",
    "raion auditor deputy administrator",
    "raion auditor maslikhat_secretary administrator",
    "raion deputy administrator maslikhat_secretary",
    "raion deputy maslikhat_secretary administrator",
    "raion maslikhat_secretary deputy administrator",
    "raion maslikhat_secretary maslikhat_secretary administrator",
    "raion administrator administrator maslikhat_secretary",
    "raion observer administrator maslikhat_secretary",
    "raion observer deputy administrator",
    "raion observer maslikhat_secretary administrator",
)
GIVEN_IN = (*dict.fromkeys(" ".join(row.split()[:2]) for row in APPOINTED_BY), "okrug resident")
_NOT_OF_A_RAION = ("resident", "trustee", "chair", "secretary", "office", "akim", "registrar", "clerk")
# Besides the table: about accounts of those whose role is not given here, `row_of` of the same file.
DECIDED_BY = (
    *APPOINTED_BY,
    "okrug resident office chair",
    "okrug maslikhat_secretary administrator chair",
    "okrug maslikhat_secretary office chair",
    *(f"raion {role} administrator maslikhat_secretary" for role in _NOT_OF_A_RAION),
    *(f"raion {role} maslikhat_secretary administrator" for role in _NOT_OF_A_RAION),
)
FOUNDERS = ("okrug administrator", "okrug chair", "raion administrator", "raion maslikhat_secretary")
NOT_GIVEN_HERE = f"({LEVEL} || ' ' || NEW.role IN {GIVEN_IN}) IS NOT TRUE"


CONFIRMED = {
    "give": "identity.role_granted",
    "end": "identity.role_ended",
    "invite": "identity.invitation_confirmed",
}
OF_TERRITORY = "events.territory_id = NEW.territory_id AND events.subject_id = NEW.territory_id"
# A staff role stands on a proposal that is being confirmed in this transaction, or on the founding, which gives two
# where nobody ever held an office along the line: no raion is founded above an okrug at work, and none below one.
ROLE_GRANTED = (
    "EXISTS (SELECT 1 FROM role_proposals proposals WHERE proposals.id = NEW.proposal_id AND proposals.kind = 'give' "  # noqa: S608 - our own names
    "AND proposals.decision = 'approved' AND proposals.decided_event = NEW.event "
    "AND proposals.decided_at = NEW.granted_at AND proposals.territory_id = NEW.territory_id "
    "AND proposals.person_id = NEW.person_id AND proposals.role = NEW.role AND proposals.since <= NEW.since "
    "AND proposals.until IS NOT DISTINCT FROM NEW.until AND proposals.basis = NEW.basis "
    f"AND proposals.body = NEW.body) AND {logged('identity.role_granted', 'granted_at', also=OF_PERSON)}"
)
FOUNDED = (
    f"NEW.proposal_id IS NULL AND {LEVEL} || ' ' || NEW.role IN {FOUNDERS} "  # noqa: S608 - our own names
    "AND NOT EXISTS (SELECT 1 FROM role_grants earlier WHERE earlier.role <> 'resident' "
    f"AND {along('earlier.territory_id', 'NEW.territory_id')} "
    "AND (earlier.event <> NEW.event OR earlier.role = NEW.role "
    "OR earlier.person_id = NEW.person_id OR earlier.territory_id <> NEW.territory_id)) "
    f"AND {logged('territory.founded', 'granted_at', also=OF_TERRITORY)}"
)
RESIDENT = (
    "NEW.role = 'resident' AND NEW.proposal_id IS NULL "
    f"AND {logged('identity.resident_admitted', 'granted_at', also=OF_PERSON)}"
)


def _ended(sql: Sql) -> str:
    """The proposal to end it is being confirmed now: on its last day, or on the eve of this day if that is later."""
    eve = sql.day("proposals.decided_at", 1)
    return (
        "EXISTS (SELECT 1 FROM role_proposals proposals JOIN audit_heads heads "  # noqa: S608 - our own names
        "ON heads.territory_id = proposals.territory_id AND heads.hash = proposals.decided_event "
        "WHERE proposals.kind = 'end' AND proposals.decision = 'approved' AND proposals.grant_id = NEW.id "
        "AND proposals.territory_id = NEW.territory_id AND proposals.person_id = NEW.person_id "
        "AND proposals.role = NEW.role "
        "AND (OLD.until IS NULL OR NEW.until <= OLD.until) "
        f"AND (NEW.until >= NEW.since OR NEW.since <= {sql.day('proposals.decided_at')}) "
        f"AND NEW.until = CASE WHEN proposals.until > {eve} THEN proposals.until ELSE {eve} END "
        "AND proposals.basis = NEW.end_basis)"
    )


def elsewhere(sql: Sql, moment: str) -> str:
    """The person's account is of other territories too: with an office of theirs, or for residents with any role.

    Two bodies of one okrug open or suspend no account that is of another as well.
    """
    return (
        "EXISTS (SELECT 1 FROM role_grants other WHERE other.person_id = NEW.person_id "  # noqa: S608 - our own names
        f"AND (other.until IS NULL OR other.until >= {sql.day(moment)}) "
        "AND (other.role <> 'resident' OR NEW.role = 'resident') "
        f"AND NOT {lies_in('other.territory_id', 'NEW.territory_id')})"
    )


def rules(sql: Sql) -> list[Rule]:
    invited = f"NEW.kind = 'invite' AND {elsewhere(sql, 'NEW.proposed_at')}"
    confirmed = f"NEW.kind = 'invite' AND {elsewhere(sql, 'NEW.decided_at')}"
    approved = approved_by_two(sql, LEVEL, DECIDED_BY, CONFIRMED)
    declined = decided("identity.role_declined")
    return [
        Rule("role_grants", "INSERT", f"(NEW.role = 'trustee' AND NEW.body = '') OR {OVERLAPPING}"),
        Rule("role_grants", "INSERT", NOT_GIVEN_HERE, "placed"),
        Rule(
            "role_grants",
            "INSERT",
            f"(({ROLE_GRANTED}) OR ({FOUNDED}) OR ({RESIDENT})) IS NOT TRUE",
            "two_bodies",
        ),
        Rule("role_grants", "UPDATE", f"{changed(*GRANT_FROZEN)} OR {OVERLAPPING}"),
        Rule("role_grants", "UPDATE", f"{changed('until', 'end_basis')} AND NOT {_ended(sql)}", "two_bodies"),
        Rule("role_grants", "DELETE", ALWAYS),
        Rule("role_proposals", "INSERT", f"NEW.decision IS NOT NULL OR NOT {proposed(sql, 'identity.role_proposed')}"),
        Rule("role_proposals", "INSERT", invited, "elsewhere"),
        Rule(
            "role_proposals",
            "UPDATE",
            f"{changed(*ROLE_PROPOSAL_FROZEN)} OR OLD.decision IS NOT NULL "
            f"OR (NEW.decision = 'approved' AND ({approved} IS NOT TRUE OR ({confirmed}))) "
            f"OR (NEW.decision = 'declined' AND NOT {declined})",
        ),
        Rule("role_proposals", "DELETE", ALWAYS),
    ]
