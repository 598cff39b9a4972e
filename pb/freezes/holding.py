"""Who held which role at a moment, and long enough: what confirming a role and annulling a poll ask.

A role counts where it was given, and below it where it reaches down: `reaches` is the one place that says so. What
excludes, and who is of one body, is asked `along` the line: of a territory, of what it lies in, of what lies in it.
"""

from collections.abc import Callable

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
    """The person has held the role without a gap since the okrug's cooling-off time before that moment.

    The time is over by the database's own clock too: an event of the future confirms nothing today.
    The time is what the okrug has set, and never under its least.
    """
    days = sql.setting("cooling_days", LEAST_COOLING, territory, sql.day(moment))

    def given(at: str) -> str:
        return sql.older(at, days, moment)

    holds = _without_gap(sql, person, role, territory, (given, sql.day(moment, days)), moment)
    return f"({holds} AND NOT {sql.in_future(moment)})"


def stands(sql: Sql, person: str, role: str, territory: str, since: str, moment: str) -> str:
    """What the person began in the role at `since` has not lapsed: the role was held ever since.

    Nor is the account suspended now: whoever is suspended holds roles and cannot use them.
    """

    def given(at: str) -> str:
        return f"{at} < {since}"

    holds = _without_gap(sql, person, role, territory, (given, sql.day(since)), moment)
    latest = (
        f"(SELECT decided.kind FROM suspensions decided WHERE decided.person_id = {person} "  # noqa: S608 - our own names
        "AND decided.decision = 'approved' ORDER BY decided.decided_at DESC LIMIT 1)"
    )
    return f"({holds} AND COALESCE({latest}, 'resume') <> 'suspend')"


def _without_gap(
    sql: Sql, person: str, role: str, territory: str, begun: tuple[Callable[[str], str], str], moment: str
) -> str:
    """The role was held from the beginning (given by then, and its day) through the moment.

    As `held_since` of the service: each grant that ended between the two was followed by one given while it was still
    in force. A role that was ended at once has yesterday as its last day: given again today it begins anew.
    """
    given, first_day = begun

    def of(grant: str) -> str:
        return f"{grant}.person_id = {person} AND {grant}.role = {role} AND {reaches(grant, territory)}"

    return (
        f"(EXISTS (SELECT 1 FROM role_grants earlier WHERE {of('earlier')} AND {given('earlier.granted_at')} "  # noqa: S608 - our own names
        f"AND earlier.since <= {first_day} AND (earlier.until IS NULL OR earlier.until >= {first_day})) "
        f"AND NOT EXISTS (SELECT 1 FROM role_grants ended WHERE {of('ended')} AND ended.granted_at < {moment} "
        f"AND ended.until >= {first_day} AND ended.until < {sql.day(moment)} "
        f"AND NOT EXISTS (SELECT 1 FROM role_grants renewed WHERE {of('renewed')} "
        f"AND {sql.day('renewed.granted_at')} <= ended.until AND renewed.since <= {sql.day_after('ended.until')} "
        "AND (renewed.until IS NULL OR renewed.until > ended.until))))"
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
