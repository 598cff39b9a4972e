"""Scans of minutes that were signed on paper: who brings one, and who of another body confirms it."""

from pb.freezes.gatherings import DRAWN_UP, OF_GATHERING, OKRUG_OF_MINUTES, as_told, holds_office
from pb.freezes.holding import alone, held
from pb.freezes.rule import Rule, changed
from pb.freezes.shared import confirmed, last_says, stands_here
from pb.freezes.sql import Sql

SECOND = "NEW.scan_confirmed_by_id"
FILE = "(SELECT papers.sha256 FROM papers WHERE papers.id = NEW.scan_id)"
MET = "EXISTS (SELECT 1 FROM gatherings met WHERE met.id = NEW.gathering_id AND {which})"


def _brought(sql: Sql) -> str:
    """Who keeps the record or works for the akim brings a scan: a file that the platform does not know."""
    akims_side = " OR ".join(
        held(sql, "NEW.scan_by_id", f"'{role}'", "heads.territory_id", "events.at") for role in ("akim", "office")
    )
    opened = MET.format(which="met.opened_by_id = NEW.scan_by_id")
    who = f"{holds_office(sql, 'secretary', 'NEW.scan_by_id')} OR {opened} OR {akims_side}"
    by = (
        f"{OF_GATHERING} AND events.actor_id = NEW.scan_by_id AND events.at = NEW.scan_at AND {as_told(sql)} "
        f"AND {sql.said('events.data', 'scan')} = {FILE} AND ({who})"
    )
    said = last_says("NEW.kind || '.scan_taken'", OKRUG_OF_MINUTES, by)
    return f"({said} AND NOT {stands_here(FILE, 'NEW.scan_id')})"


def _compared(sql: Sql) -> str:
    """A deputy or an auditor confirms it, or of a meeting without a cycle and standing officers the assembly's."""
    role = sql.said("events.data", "as")
    of_residents = MET.format(which="met.cycle_id IS NULL AND NOT met.standing_officers")
    holds = (
        f"({role} IN ('deputy', 'auditor') OR ({role} IN ('chair', 'secretary') AND {of_residents})) "
        f"AND {held(sql, SECOND, role, 'heads.territory_id', 'events.at')}"
    )
    by = (
        f"{OF_GATHERING} AND events.actor_id = {SECOND} AND events.at = NEW.scan_confirmed_at "
        f"AND {as_told(sql)} AND {sql.said('events.data', 'scan')} = {FILE} AND {holds}"
    )
    said = last_says("NEW.kind || '.scan_confirmed'", OKRUG_OF_MINUTES, by)
    apart = alone(sql, SECOND, ("NEW.scan_by_id", "''"), OKRUG_OF_MINUTES, "NEW.scan_confirmed_at")
    return f"({said} AND {apart} AND NOT ({_party(sql)}))"


def _party(sql: Sql) -> str:
    """Who stands in these minutes, drew them up, opened the meeting or holds an office of it vouches for no paper."""
    drew_up = (
        f"EXISTS (SELECT 1 FROM minutes_versions drawn WHERE drawn.minutes_id = NEW.id AND drawn.by_id = {SECOND})"  # noqa: S608
    )
    elected = (
        "EXISTS (SELECT 1 FROM meeting_officers officers WHERE officers.gathering_id = NEW.gathering_id "  # noqa: S608 - our own names
        f"AND (officers.person_id = {SECOND} "
        f"OR officers.name = (SELECT people.name FROM people WHERE people.id = {SECOND})))"
    )
    offices = " OR ".join(
        held(sql, SECOND, f"'{role}'", OKRUG_OF_MINUTES, "NEW.scan_confirmed_at") for role in ("chair", "secretary")
    )
    standing = f"({MET.format(which='met.standing_officers')} AND ({offices}))"
    return f"{drew_up} OR {elected} OR {standing} OR {MET.format(which=f'met.opened_by_id = {SECOND}')}"


def rules(sql: Sql) -> list[Rule]:
    # A scan that waits goes when minutes are drawn up again, or when chair and secretary confirm with their accounts.
    pressed = last_says("NEW.kind || '.confirmed'", OKRUG_OF_MINUTES, OF_GATHERING)
    gone = f"({DRAWN_UP} OR ({confirmed('NEW')} AND {pressed}))"
    unlogged = (
        f"({changed('scan_id', 'scan_by_id', 'scan_at')} "
        f"AND CASE WHEN NEW.scan_at IS NULL THEN NOT {gone} ELSE NOT {_brought(sql)} END) "
        f"OR ({changed('scan_confirmed_at', 'scan_confirmed_by_id')} AND NOT {_compared(sql)})"
    )
    return [Rule("minutes", "UPDATE", unlogged, "two_bodies")]
