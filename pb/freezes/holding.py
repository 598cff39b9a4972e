"""Who held which role at a moment, and long enough: what confirming a role and annulling a poll ask.

A role counts where it was given, and below it where it reaches down: `reaches` is the one place that says so. What
excludes, and who is of one body, is asked `along` the line: of a territory, of what it lies in, of what lies in it.
"""

from pb.freezes.sql import Sql

# Pairs of EXCLUSIVE and rows of BODIES in pb/identity/service/roles.py; a test compares them.
EXCLUSIVE_PAIRS = (
    "trustee registrar",
    "trustee clerk",
    "trustee administrator",
    "clerk registrar",
    "administrator registrar",
    "administrator clerk",
    "chair office",
    "chair administrator",
    "chair akim",
    "chair registrar",
    "chair clerk",
    "secretary registrar",
    "secretary clerk",
    "secretary akim",
    "deputy registrar",
    "deputy clerk",
    "deputy akim",
    "maslikhat_secretary registrar",
    "maslikhat_secretary clerk",
    "maslikhat_secretary akim",
    "maslikhat_secretary office",
    "maslikhat_secretary administrator",
    "auditor registrar",
    "auditor clerk",
    "auditor administrator",
    "auditor office",
    "auditor akim",
)
BODIES = (
    ("administrator", "office", "akim", "registrar", "clerk"),
    ("chair", "secretary"),
    ("deputy", "maslikhat_secretary"),
    ("auditor",),
)
LEAST_COOLING = 3
REACHING_DOWN = ("deputy", "maslikhat_secretary", "auditor", "observer", "administrator")
# Okrug, raion and oblast: the tree has no more levels above an okrug.
_LINE = "territories lowest LEFT JOIN territories middle ON middle.id = lowest.parent_id"


def lies_in(low: str, high: str) -> str:
    """Whether one territory is the other, or lies in it."""
    line = "(lowest.id, lowest.parent_id, middle.parent_id)"
    return f"EXISTS (SELECT 1 FROM {_LINE} WHERE lowest.id = {low} AND {high} IN {line})"  # noqa: S608 - our own names


def along(one: str, other: str) -> str:
    """Whether one territory is the other, lies in it or holds it; neighbours do not."""
    return f"({lies_in(one, other)} OR {lies_in(other, one)})"


def reaches(grant: str, territory: str) -> str:
    """Whether a grant counts in a territory: given there, or in what it lies in where its role reaches down."""
    above = f"{grant}.role IN {REACHING_DOWN} AND {grant}.territory_id IN (lowest.parent_id, middle.parent_id)"
    here = f"{grant}.territory_id = lowest.id"
    return f"EXISTS (SELECT 1 FROM {_LINE} WHERE lowest.id = {territory} AND ({here} OR ({above})))"  # noqa: S608 - our own names


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
        f"EXISTS (SELECT 1 FROM role_grants held WHERE held.person_id = {person} AND {reaches('held', territory)} "  # noqa: S608 - our own names
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
        f"WHERE earlier.person_id = {person} AND earlier.role = {role} AND {reaches('earlier', territory)} "
        f"AND {sql.older('earlier.granted_at', days, moment)} AND earlier.since <= {sql.day(moment, days)} "
        f"AND (earlier.until IS NULL OR earlier.until >= {sql.day(moment, days)})))"
    )


def alone(sql: Sql, person: str, first: tuple[str, str], territory: str, moment: str) -> str:
    """The person answers to no body to which the `first` one (who, and in which role) answers too, in any role.

    Roles count along the line, also those that do not reach down.
    """

    def now(grant: str) -> str:
        return (
            f"{along(f'{grant}.territory_id', territory)} AND {grant}.since <= {sql.day(moment)} "
            f"AND ({grant}.until IS NULL OR {grant}.until >= {sql.day(moment)})"
        )

    who, role = first
    return (
        f"NOT EXISTS (SELECT 1 FROM role_grants same WHERE same.person_id = {person} AND {now('same')} "  # noqa: S608 - our own names
        f"AND ({of_one_body('same.role', role)} OR EXISTS (SELECT 1 FROM role_grants others "
        f"WHERE others.person_id = {who} AND {now('others')} AND {of_one_body('same.role', 'others.role')})))"
    )
