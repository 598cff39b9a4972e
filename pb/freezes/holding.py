"""Who held which role at a moment, and long enough: what confirming a role and annulling a poll ask."""

from pb.freezes.sql import Sql

# Pairs of EXCLUSIVE and rows of BODIES in pb/identity/service/roles.py; a test compares them.
EXCLUSIVE_PAIRS = (
    "trustee registrar",
    "trustee clerk",
    "trustee administrator",
    "clerk registrar",
    "chair office",
    "chair administrator",
    "chair akim",
    "chair registrar",
    "chair clerk",
    "secretary registrar",
    "secretary clerk",
    "deputy registrar",
    "deputy clerk",
    "auditor registrar",
    "auditor clerk",
    "auditor administrator",
    "auditor office",
    "auditor akim",
)
BODIES = (
    ("administrator", "office", "akim", "registrar", "clerk"),
    ("chair", "secretary"),
    ("deputy",),
    ("auditor",),
)
LEAST_COOLING = 3


def excluding(one: str, other: str) -> str:
    """Whether two roles exclude each other, either way round."""
    both_ways = [pair for each in EXCLUSIVE_PAIRS for pair in (each, " ".join(reversed(each.split())))]
    return f"({one} || ' ' || {other}) IN {tuple(both_ways)}"


def of_one_body(one: str, other: str) -> str:
    """Whether two roles answer to one body."""
    pairs = [f"{first} {second}" for body in BODIES for first in body for second in body]
    return f"({one} || ' ' || {other}) IN {tuple(pairs)}"


def held(sql: Sql, person: str, role: str, territory: str, moment: str) -> str:
    """The person had been given the role before that moment, and it was in force on its day."""
    return (
        f"EXISTS (SELECT 1 FROM role_grants held WHERE held.territory_id = {territory} AND held.person_id = {person} "  # noqa: S608 - our own names
        f"AND held.role = {role} AND held.granted_at < {moment} AND held.since <= {sql.day(moment)} "
        f"AND (held.until IS NULL OR held.until >= {sql.day(moment)}))"
    )


def cooled(sql: Sql, person: str, role: str, territory: str, moment: str) -> str:
    """The person holds the role, and held it already when the okrug's cooling-off time began to run out.

    The time is over by the database's own clock too: an event of the future confirms nothing today.
    What was given anew without a gap stays old; the time is what the okrug has set, and never under its least.
    """
    days = sql.setting("cooling_days", LEAST_COOLING, territory, sql.day(moment))
    return (
        f"({held(sql, person, role, territory, moment)} AND NOT {sql.in_future(moment)} "  # noqa: S608 - our own names
        "AND EXISTS (SELECT 1 FROM role_grants earlier "
        f"WHERE earlier.territory_id = {territory} AND earlier.person_id = {person} AND earlier.role = {role} "
        f"AND {sql.older('earlier.granted_at', days, moment)} AND earlier.since <= {sql.day(moment, days)} "
        f"AND (earlier.until IS NULL OR earlier.until >= {sql.day(moment, days)})))"
    )


def alone(sql: Sql, person: str, first: tuple[str, str], territory: str, moment: str) -> str:
    """The person answers to no body to which the `first` one (who, and in which role) answers too, in any role."""

    def now(grant: str) -> str:
        return (
            f"{grant}.territory_id = {territory} AND {grant}.since <= {sql.day(moment)} "
            f"AND ({grant}.until IS NULL OR {grant}.until >= {sql.day(moment)})"
        )

    who, role = first
    return (
        f"NOT EXISTS (SELECT 1 FROM role_grants same WHERE same.person_id = {person} AND {now('same')} "  # noqa: S608 - our own names
        f"AND ({of_one_body('same.role', role)} OR EXISTS (SELECT 1 FROM role_grants others "
        f"WHERE others.person_id = {who} AND {now('others')} AND {of_one_body('same.role', 'others.role')})))"
    )
