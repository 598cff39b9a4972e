"""Corrections of confirmed minutes: numbered without gaps, one after the other, each confirmed by a second person."""

from pb.freezes.gatherings import OKRUG_OF_MINUTES
from pb.freezes.holding import held
from pb.freezes.minutes import UNCONFIRMED
from pb.freezes.rule import Rule
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

WRITTEN = "'minutes.correction_written'"
MEETING = "(SELECT minutes.gathering_id FROM minutes WHERE minutes.id = NEW.minutes_id)"
PLACE = "(SELECT minutes.territory_id FROM minutes WHERE minutes.id = NEW.minutes_id)"
OKRUG = OKRUG_OF_MINUTES.replace("NEW.gathering_id", MEETING)
# Each has the next number, and the one before it was confirmed or declined.
OUT_OF_ORDER = (
    "NEW.number <> 1 + (SELECT count(*) FROM minutes_corrections earlier WHERE earlier.minutes_id = NEW.minutes_id) "
    "OR (SELECT count(*) FROM minutes_corrections earlier WHERE earlier.minutes_id = NEW.minutes_id) <> "
    "(SELECT count(*) FROM correction_verdicts given WHERE given.minutes_id = NEW.minutes_id)"
)
OF_ANOTHER_MEETING = (
    "(NEW.question_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM agenda_questions point "  # noqa: S608 - our own names
    f"WHERE point.id = NEW.question_id AND point.gathering_id = {MEETING}))"
)
WRITTEN_BY_ANOTHER = (
    "EXISTS (SELECT 1 FROM minutes_corrections written WHERE written.minutes_id = NEW.minutes_id "
    "AND written.number = NEW.number AND written.by_id <> NEW.by_id)"
)


def _elected(office: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM meeting_officers officers WHERE officers.gathering_id = {MEETING} "  # noqa: S608 - our own names
        f"AND officers.office = '{office}' AND officers.person_id "
    )


def _office(sql: Sql, office: str, otherwise: str) -> str:
    """As in pb/gatherings/service/officers.py: by the standing role, or elected; else whoever stands in for them."""
    standing = f"EXISTS (SELECT 1 FROM gatherings met WHERE met.id = {MEETING} AND met.standing_officers)"  # noqa: S608 - our own names
    role = held(sql, "NEW.by_id", f"'{office}'", PLACE, "NEW.at")
    elected = _elected(office)
    return (
        f"(CASE WHEN {standing} THEN {role} WHEN {elected} IS NOT NULL) THEN {elected} = NEW.by_id) "
        f"ELSE {otherwise} END)"
    )


def _keeps_record(sql: Sql) -> str:
    opened = f"EXISTS (SELECT 1 FROM gatherings met WHERE met.id = {MEETING} AND met.opened_by_id = NEW.by_id)"  # noqa: S608 - our own names
    return _office(sql, "secretary", opened)


def _judges(sql: Sql) -> str:
    """Where who presided has no account, a deputy or an auditor."""
    others = (held(sql, "NEW.by_id", f"'{role}'", PLACE, "NEW.at") for role in ("deputy", "auditor"))
    return _office(sql, "chair", f"({' OR '.join(others)})")


def _told(sql: Sql, action: str) -> str:
    by = (
        f"events.subject_id = {MEETING} AND events.actor_id = NEW.by_id AND events.at = NEW.at "
        f"AND {sql.said('events.data', 'correction')} = CAST(NEW.number AS text)"
    )
    return last_says(action, OKRUG, by)


def rules(sql: Sql) -> list[Rule]:
    written = f"{_told(sql, WRITTEN)} AND {_keeps_record(sql)}"
    judged = "CASE WHEN NEW.confirmed THEN 'minutes.correction_confirmed' ELSE 'minutes.correction_declined' END"
    return [
        Rule("minutes_corrections", "INSERT", f"{UNCONFIRMED} OR {OUT_OF_ORDER} OR {OF_ANOTHER_MEETING}", "ordered"),
        Rule("minutes_corrections", "INSERT", f"NOT ({written})", "logged"),
        Rule("correction_verdicts", "INSERT", f"NOT {WRITTEN_BY_ANOTHER}", "ordered"),
        Rule("correction_verdicts", "INSERT", f"NOT ({_told(sql, judged)} AND {_judges(sql)})", "logged"),
    ]
