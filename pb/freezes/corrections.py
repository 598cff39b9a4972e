"""Minutes that correct others: of confirmed ones of the same meeting, one after the other, by who keeps its record.

What holds for all minutes (number, versions, confirmations, scans, signatures) is in `gatherings`, `minutes`, `scans`.
"""

from pb.freezes.gatherings import OKRUG_OF_MINUTES, holds_office
from pb.freezes.holding import held
from pb.freezes.rule import Rule
from pb.freezes.shared import confirmed, last_says
from pb.freezes.sql import Sql

CORRECTED = (
    "EXISTS (SELECT 1 FROM minutes first WHERE first.id = NEW.corrects_id AND first.kind = 'minutes' "  # noqa: S608 - our own names
    f"AND first.gathering_id = NEW.gathering_id AND {confirmed('first')})"
)
ANOTHER_WAITS = (
    "EXISTS (SELECT 1 FROM minutes other WHERE other.corrects_id = NEW.corrects_id AND other.id <> NEW.id "  # noqa: S608 - our own names
    f"AND NOT {confirmed('other')} "
    "AND NOT EXISTS (SELECT 1 FROM declined_corrections gone WHERE gone.minutes_id = other.id))"
)
DECLINED = "EXISTS (SELECT 1 FROM declined_corrections gone WHERE gone.minutes_id = {minutes})"
WAITS = (
    "EXISTS (SELECT 1 FROM minutes WHERE minutes.id = NEW.minutes_id AND minutes.kind = 'correction' "  # noqa: S608 - our own names
    f"AND NOT {confirmed('minutes')})"
)
OUT_OF_ORDER = f"(NEW.kind = 'correction' AND (NOT {CORRECTED} OR {ANOTHER_WAITS}))"
OKRUG = OKRUG_OF_MINUTES.replace("NEW.gathering_id", "minutes.gathering_id")
MEETING = "(SELECT minutes.gathering_id FROM minutes WHERE minutes.id = NEW.minutes_id)"
PLACE = "(SELECT minutes.territory_id FROM minutes WHERE minutes.id = NEW.minutes_id)"
IS_CORRECTION = "EXISTS (SELECT 1 FROM minutes WHERE minutes.id = NEW.minutes_id AND minutes.kind = 'correction')"


def _keeps_record(sql: Sql) -> str:
    """As in pb/gatherings/service/officers.py: by the standing role, or elected; else who opened the meeting."""
    standing = f"EXISTS (SELECT 1 FROM gatherings met WHERE met.id = {MEETING} AND met.standing_officers)"  # noqa: S608 - our own names
    role = held(sql, "NEW.by_id", "'secretary'", PLACE, "NEW.at")
    elected = (
        f"EXISTS (SELECT 1 FROM meeting_officers officers WHERE officers.gathering_id = {MEETING} "  # noqa: S608 - our own names
        "AND officers.office = 'secretary' AND officers.person_id "
    )
    opened = f"EXISTS (SELECT 1 FROM gatherings met WHERE met.id = {MEETING} AND met.opened_by_id = NEW.by_id)"  # noqa: S608 - our own names
    return (
        f"(CASE WHEN {standing} THEN {role} WHEN {elected} IS NOT NULL) THEN {elected} = NEW.by_id) ELSE {opened} END)"
    )


def _declined(sql: Sql) -> str:
    """Chair or secretary of the meeting declined it in this deed."""
    office = " OR ".join(holds_office(sql, who, "NEW.by_id") for who in ("chair", "secretary"))
    by = (
        f"events.subject_id = minutes.gathering_id AND events.actor_id = NEW.by_id AND events.at = NEW.at "
        f"AND ({office.replace('NEW.gathering_id', 'minutes.gathering_id')})"
    )
    said = last_says("'correction.declined'", OKRUG, by)
    return f"EXISTS (SELECT 1 FROM minutes WHERE minutes.id = NEW.minutes_id AND {said})"  # noqa: S608 - our own names


def rules(sql: Sql) -> list[Rule]:
    return [
        Rule("minutes", "INSERT", OUT_OF_ORDER, "placed"),
        Rule("minutes_versions", "INSERT", f"({IS_CORRECTION} AND NOT {_keeps_record(sql)})", "ordered"),
        Rule("minutes", "UPDATE", DECLINED.format(minutes="NEW.id"), "placed"),
        Rule("minutes_versions", "INSERT", DECLINED.format(minutes="NEW.minutes_id"), "placed"),
        Rule("declined_corrections", "INSERT", f"NOT {WAITS}", "ordered"),
        Rule("declined_corrections", "INSERT", f"NOT {_declined(sql)}", "logged"),
    ]
