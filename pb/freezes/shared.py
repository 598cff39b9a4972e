"""Conditions that the rules of several rooms ask."""

from collections.abc import Callable

from pb.freezes.rule import ALWAYS, changed
from pb.freezes.sql import Sql

OPENED = "EXISTS (SELECT 1 FROM polls WHERE polls.id = {row}.poll_id AND polls.election_json IS NOT NULL)"
# The roll's own state. Opening a poll needs a frozen roll, and a roll thaws when no opened poll rests on it.
ROLL_FROZEN = (
    "EXISTS (SELECT 1 FROM roll_freezes freezes WHERE freezes.cycle_id = {row}.cycle_id AND freezes.thawed_at IS NULL)"
)
# After the terms that pb/erasure counts: the links of voters to ballots, and the IINs of a roll.
LINKS_ERASED = "EXISTS (SELECT 1 FROM links_erasures erased WHERE erased.poll_id = {row}.poll_id)"
NUMBERS_ERASED = "EXISTS (SELECT 1 FROM numbers_erasures erased WHERE erased.cycle_id = {row}.cycle_id)"


def logged(action: str, moment: str, event: str = "event", also: str = ALWAYS) -> str:
    """The log's last event says so, at this very moment: the transaction that makes the row has just written it.

    Whoever makes rows of an event that stays the last one writes another after them: later ones find no such event.
    """
    return (
        "EXISTS (SELECT 1 FROM audit_events events JOIN audit_heads heads ON heads.territory_id = events.territory_id "  # noqa: S608 - our own names
        f"AND heads.hash = events.hash WHERE events.hash = NEW.{event} AND events.action = '{action}' "
        f"AND events.at = NEW.{moment} AND {also})"
    )


def last_says(action: str, territory: str, also: str) -> str:
    """The log's last event says so: of rows that do not name their event. `action` is an expression."""
    return (
        "EXISTS (SELECT 1 FROM audit_heads heads JOIN audit_events events ON events.hash = heads.hash "  # noqa: S608 - our own names
        f"WHERE heads.territory_id = {territory} AND events.action = {action} AND {also})"
    )


def dated_back(sql: Sql, moment: str, territory: str) -> str:
    """Before the event at the end of the log, and not now: requests that overlap end in another order than they began.

    So what is written with a moment of the past stands in the order of its moments, and what is written today with an
    earlier one is never before what was written yesterday.
    """
    after_it = (
        "EXISTS (SELECT 1 FROM audit_heads heads JOIN audit_events events ON events.hash = heads.hash "  # noqa: S608 - our own names
        f"WHERE heads.territory_id = {territory} AND events.at > {moment})"
    )
    return f"({sql.no_moment(moment)} OR ({sql.past(moment)} AND {after_it}))"


# Of this poll's cycle, and in its okrug's log: neither an event of another poll nor one of a log that nobody reads.
OF_CYCLE = (
    "EXISTS (SELECT 1 FROM polls JOIN cycles ON cycles.id = polls.cycle_id WHERE polls.id = NEW.poll_id "
    "AND cycles.id = events.subject_id AND cycles.territory_id = events.territory_id)"
)

OKRUG_OF_POLL = (
    "(SELECT cycles.territory_id FROM polls JOIN cycles ON cycles.id = polls.cycle_id WHERE polls.id = {row}.poll_id)"
)


def disputed(question: str) -> str:
    """The akim's answer names this decision: the others of the same minutes are approved by it."""
    return f"EXISTS (SELECT 1 FROM akim_disagreements disputed WHERE disputed.question_id = {question})"  # noqa: S608 - our own names


def adopted(cycle: str, since: Callable[[str], str] = lambda _at: ALWAYS) -> str:
    """Minutes in which the assembly adopted the result of this cycle are approved; `since`: about when.

    The akim agreed to the adoption, or the superior akim upheld it: a silent akim stops no cycle.
    """

    def by(table: str, approving: str) -> str:
        return (
            f"EXISTS (SELECT 1 FROM {table} approved JOIN minutes ON minutes.id = approved.minutes_id "  # noqa: S608 - our own names
            "JOIN gatherings ON gatherings.id = minutes.gathering_id "
            f"WHERE gatherings.cycle_id = {cycle} AND {since('approved.at')} "
            "AND EXISTS (SELECT 1 FROM agenda_questions questions WHERE questions.gathering_id = gatherings.id "
            f"AND questions.matter = 'adoption' AND questions.outcome = 'approved' AND {approving}))"
        )

    upheld = "approved.about = 'approval' AND approved.kind = 'confirmed' AND approved.outcome = 'upheld'"
    names = "EXISTS (SELECT 1 FROM akim_disagreements named WHERE named.minutes_id = approved.minutes_id)"
    agreed = f"(approved.agrees OR {names}) AND NOT {disputed('questions.id')}"
    return f"({by('akim_answers', agreed)} OR {by('minutes_referrals', upheld)})"


def confirmed(row: str) -> str:
    """Minutes are final: chair and secretary confirmed them, or a second person their scan with both signatures."""
    return f"(({row}.chair_at IS NOT NULL AND {row}.secretary_at IS NOT NULL) OR {row}.scan_confirmed_at IS NOT NULL)"


def stands_here(sha256: str, paper: str) -> str:
    """A file of this digest was made here, or somebody brought it already: as another row of papers than this one."""
    made = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} made WHERE made.sha256 = {sha256})"  # noqa: S608 - our own names
        for table in ("minutes_papers", "documents")
    )
    brought = (
        f"EXISTS (SELECT 1 FROM papers other WHERE other.id <> {paper} "  # noqa: S608 - our own names
        f"AND (other.sha256 = {sha256} OR other.digest = {sha256}))"
    )
    return f"({made} OR {brought})"


def cleared(column: str, erased: str) -> str:
    """A column changes otherwise than from its value to none, once `erased` stands."""
    return f"({changed(column)} AND NOT (NEW.{column} IS NULL AND {erased.format(row='NEW')}))"


def emptied(columns: tuple[str, ...], erased: str) -> str:
    """Texts change otherwise than to nothing, once `erased` stands."""
    empty = " AND ".join(f"NEW.{column} = ''" for column in columns)
    return f"({changed(*columns)} AND NOT ({erased.format(row='NEW')} AND {empty}))"


def resealed(column: str, mark: str) -> str:
    """The sealed bytes move to a newer key: they begin with the header, and with a higher one than before."""
    newer = f"substr(NEW.{column}, 1, 6) > substr(OLD.{column}, 1, 6) OR substr(OLD.{column}, 1, 4) <> {mark}"
    return f"({changed(column)} AND NOT (substr(NEW.{column}, 1, 4) = {mark} AND ({newer})))"
