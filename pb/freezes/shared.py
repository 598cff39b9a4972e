"""Conditions that the rules of several rooms ask."""

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


# Of this poll's cycle: an event of another poll makes no card here.
OF_CYCLE = "events.subject_id = (SELECT polls.cycle_id FROM polls WHERE polls.id = NEW.poll_id)"


def adopted_for(sql: Sql, cycle: str, moment: str, days: int) -> str:
    """So many whole days ago the akim agreed to minutes in which the assembly adopted the result of this cycle."""
    return (
        "EXISTS (SELECT 1 FROM akim_answers answers JOIN minutes ON minutes.id = answers.minutes_id "  # noqa: S608 - our own names
        "JOIN gatherings ON gatherings.id = minutes.gathering_id "
        f"WHERE gatherings.cycle_id = {cycle} AND gatherings.kind = 'adoption' AND answers.agrees "
        f"AND {sql.older('answers.at', days, moment)} AND NOT EXISTS (SELECT 1 FROM agenda_questions questions "
        "WHERE questions.gathering_id = gatherings.id AND questions.outcome IS DISTINCT FROM 'approved') "
        "AND EXISTS (SELECT 1 FROM agenda_questions questions WHERE questions.gathering_id = gatherings.id))"
    )


def cleared(column: str, erased: str) -> str:
    """A column changes otherwise than from its value to none, once `erased` stands."""
    return f"({changed(column)} AND NOT (NEW.{column} IS NULL AND {erased.format(row='NEW')}))"


def resealed(column: str, mark: str) -> str:
    """The sealed bytes move to a newer key: they begin with the header, and with a higher one than before."""
    newer = f"substr(NEW.{column}, 1, 6) > substr(OLD.{column}, 1, 6) OR substr(OLD.{column}, 1, 4) <> {mark}"
    return f"({changed(column)} AND NOT (substr(NEW.{column}, 1, 4) = {mark} AND ({newer})))"
