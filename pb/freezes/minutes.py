"""What stays of a meeting: its minutes with their number and versions, and the akim's answer."""

from pb.freezes.gatherings import OKRUG_OF_MINUTES
from pb.freezes.holding import held
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

CONFIRMED = "OLD.chair_at IS NOT NULL AND OLD.secretary_at IS NOT NULL"
UNCONFIRMED = (
    "NOT EXISTS (SELECT 1 FROM minutes WHERE minutes.id = NEW.minutes_id "
    "AND minutes.chair_at IS NOT NULL AND minutes.secretary_at IS NOT NULL)"
)
ONE_PERSON_FOR_BOTH = (
    "NEW.chair_id = NEW.secretary_id OR (NEW.chair_at IS NULL) <> (NEW.chair_id IS NULL) "
    "OR (NEW.secretary_at IS NULL) <> (NEW.secretary_id IS NULL)"
)
OKRUG = OKRUG_OF_MINUTES.replace("NEW.gathering_id", "minutes.gathering_id")
NUMBERED = ("territory_id", "year", "serial")
# The numbers of a territory's year have no gap: each is one more than the highest before it.
LEAVES_A_GAP = (
    "NEW.serial <> 1 + COALESCE((SELECT max(earlier.serial) FROM minutes earlier "
    "WHERE earlier.territory_id = NEW.territory_id AND earlier.year = NEW.year), 0)"
)
VERSIONS_LEAVE_A_GAP = (
    "NEW.version <> 1 + COALESCE((SELECT max(earlier.version) FROM minutes_versions earlier "
    "WHERE earlier.minutes_id = NEW.minutes_id), 0)"
)


def _of_another_year(sql: Sql) -> str:
    """A number of another territory, or of a year in which the meeting was not held."""
    year = f"CAST(NEW.year AS text) = substr(CAST({sql.day('gatherings.meets_at')} AS text), 1, 4)"
    return (
        "NOT EXISTS (SELECT 1 FROM gatherings WHERE gatherings.id = NEW.gathering_id "  # noqa: S608 - our own names
        f"AND gatherings.territory_id = NEW.territory_id AND {year})"
    )


def _drawn_up() -> str:
    """A version says what the minutes say, in the deed that drew them up."""
    by = (
        "events.subject_id = minutes.gathering_id AND events.actor_id = NEW.by_id AND events.at = NEW.at "
        "AND minutes.sha256 = NEW.sha256 AND CAST(minutes.body AS TEXT) = CAST(NEW.body AS TEXT)"
    )
    said = last_says("'minutes.drawn_up'", OKRUG, by)
    return f"EXISTS (SELECT 1 FROM minutes WHERE minutes.id = NEW.minutes_id AND {said})"  # noqa: S608 - our own names


def _answered(sql: Sql) -> str:
    """The akim answers, who is it at that moment."""
    holds = held(sql, "NEW.akim_id", "'akim'", "heads.territory_id", "events.at")
    by = (
        f"events.subject_id = minutes.gathering_id AND events.actor_id = NEW.akim_id AND events.at = NEW.at AND {holds}"
    )
    said = last_says("'minutes.answered'", OKRUG, by)
    return f"EXISTS (SELECT 1 FROM minutes WHERE minutes.id = NEW.minutes_id AND {said})"  # noqa: S608 - our own names


def rules(sql: Sql) -> list[Rule]:
    return [
        Rule("minutes", "UPDATE", f"({CONFIRMED}) OR {changed(*NUMBERED)}"),
        Rule("minutes", "DELETE", ALWAYS),
        *(Rule("minutes", change, ONE_PERSON_FOR_BOTH, "ordered") for change in ("INSERT", "UPDATE")),
        Rule("minutes", "INSERT", f"{LEAVES_A_GAP} OR {_of_another_year(sql)}", "numbered"),
        Rule("minutes_versions", "INSERT", VERSIONS_LEAVE_A_GAP, "numbered"),
        Rule("minutes_versions", "INSERT", f"NOT {_drawn_up()}", "logged"),
        Rule("akim_answers", "INSERT", UNCONFIRMED, "ordered"),
        Rule("akim_answers", "INSERT", f"NOT {_answered(sql)}", "logged"),
    ]
