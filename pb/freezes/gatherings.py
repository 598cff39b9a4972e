"""Meetings, their votes and minutes."""

from pb.freezes.holding import held
from pb.freezes.rule import Rule, changed, whenever
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

OVER = (
    "(EXISTS (SELECT 1 FROM minutes WHERE minutes.gathering_id = {row}.gathering_id "
    "AND minutes.chair_at IS NOT NULL AND minutes.secretary_at IS NOT NULL) "
    "OR EXISTS (SELECT 1 FROM gatherings WHERE gatherings.id = {row}.gathering_id "
    "AND gatherings.state = 'called_off'))"
)
QUESTION_CONFIRMED = (
    "EXISTS (SELECT 1 FROM minutes JOIN agenda_questions ON agenda_questions.gathering_id = minutes.gathering_id "
    "WHERE agenda_questions.id = {row}.question_id AND minutes.chair_at IS NOT NULL "
    "AND minutes.secretary_at IS NOT NULL)"
)
DECIDED_WITHOUT_VOTES = (
    "NEW.outcome IS NOT NULL AND ((NEW.outcome <> 'noted' AND (NEW.in_favour IS NULL OR NEW.needed IS NULL "
    "OR NEW.against IS NULL OR NEW.abstained IS NULL OR NEW.present IS NULL)) "
    "OR NOT EXISTS (SELECT 1 FROM gatherings WHERE gatherings.id = NEW.gathering_id "
    "AND gatherings.state IN ('quorate', 'minuted', 'confirmed')))"
)


# The log's last event tells of a meeting, its minutes, each confirmation and the akim's answer: by whom, and when.
OKRUG = "NEW.territory_id"
OKRUG_OF_MINUTES = "(SELECT gatherings.territory_id FROM gatherings WHERE gatherings.id = NEW.gathering_id)"
OF_ANOTHER_PLACE = (
    "NEW.cycle_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cycles WHERE cycles.id = NEW.cycle_id "
    "AND cycles.territory_id = NEW.territory_id)"
)
CONVENED = last_says("'gathering.convened'", OKRUG, "events.subject_id = NEW.id AND events.at = NEW.convened_at")
CALLS_OFF = "'gathering.called_off'"
CALLED_OFF = ("called_off_at", "called_off_reason")
RULES = ("quorum_percent", "majority_percent", "notice_days", "chair_decides", "minutes_days", "answer_days")
PLANNED = (
    *("id", "territory_id", "cycle_id", "previous_id", "number", "kind", "part", "extraordinary", "entitled"),
    *("demanded_by", "demand", "meets_at", "place", "convened_at", *RULES),
)
NOTIFIED = (
    *("id", "gathering_id", "proposal_id", "position", "matter", "text", "language", "speaker"),
    *("majority", "majority_basis"),
)
MOVE = (
    "CASE NEW.state WHEN 'minuted' THEN 'minutes.drawn_up' WHEN 'confirmed' THEN 'minutes.confirmed' "
    "ELSE 'gathering.' || NEW.state END"
)
MOVED = last_says(MOVE, OKRUG, "events.subject_id = NEW.id")
BOTH_CONFIRMED = (
    "EXISTS (SELECT 1 FROM minutes WHERE minutes.gathering_id = NEW.id "
    "AND minutes.chair_at IS NOT NULL AND minutes.secretary_at IS NOT NULL)"
)
UNLOGGED_MOVE = (
    f"OLD.state <> NEW.state AND (NOT {MOVED} OR NEW.state = 'convened' "
    f"OR (NEW.state = 'confirmed' AND NOT {BOTH_CONFIRMED}))"
)
CONVENED_AGAIN = "OLD.state <> NEW.state AND EXISTS (SELECT 1 FROM gatherings later WHERE later.previous_id = OLD.id)"
OF_GATHERING = "events.subject_id = NEW.gathering_id"
DRAWN_UP = last_says("'minutes.drawn_up'", OKRUG_OF_MINUTES, f"{OF_GATHERING} AND events.at = NEW.drawn_up_at")
WITHOUT_CONFIRMATION = "NEW.chair_at IS NULL AND NEW.secretary_at IS NULL"
TEXT = (
    f"({changed('remarks', 'sha256', 'drawn_up_at')} OR CAST(OLD.body AS TEXT) IS DISTINCT FROM CAST(NEW.body AS TEXT))"
)


def _confirmed_unlogged(sql: Sql, who: str) -> str:
    holds = held(sql, f"NEW.{who}_id", f"'{who}'", "heads.territory_id", "events.at")
    by = f"{OF_GATHERING} AND events.actor_id = NEW.{who}_id AND events.at = NEW.{who}_at AND {holds}"
    said = last_says("'minutes.confirmed'", OKRUG_OF_MINUTES, by)
    return (
        f"({changed(f'{who}_at', f'{who}_id')} "
        f"AND CASE WHEN NEW.{who}_at IS NULL THEN NOT {DRAWN_UP} ELSE NOT {said} END)"
    )


def _minutes_unlogged(sql: Sql) -> str:
    confirmed = " OR ".join(_confirmed_unlogged(sql, who) for who in ("chair", "secretary"))
    text = f"({TEXT} AND NOT ({DRAWN_UP} AND {WITHOUT_CONFIRMATION}))"
    return f"{changed('id', 'gathering_id')} OR {text} OR {confirmed}"


def _called_off(sql: Sql) -> str:
    """Who may convene a meeting calls it off before it begins: a cycle's the chair alone, the akim's side others."""
    chair, akim, office = (
        held(sql, "events.actor_id", f"'{role}'", "heads.territory_id", "events.at")
        for role in ("chair", "akim", "office")
    )
    holds = f"((NEW.kind = 'assembly' AND {chair}) OR (NEW.cycle_id IS NULL AND ({akim} OR {office})))"
    by = f"events.subject_id = NEW.id AND events.at = NEW.called_off_at AND events.at < OLD.meets_at AND {holds}"
    return f"(OLD.state = 'convened' AND NEW.state = 'called_off' AND {last_says(CALLS_OFF, OKRUG, by)})"


def rules(sql: Sql) -> list[Rule]:
    return [
        *(Rule("gatherings", change, "OLD.state IN ('confirmed', 'called_off')") for change in ("UPDATE", "DELETE")),
        *whenever("attendances", OVER),
        *whenever("meeting_registrations", OVER),
        *whenever("agenda_questions", OVER),
        *whenever("conflicts_of_interest", QUESTION_CONFIRMED),
        *whenever("question_presences", QUESTION_CONFIRMED),
        *(Rule("agenda_questions", change, DECIDED_WITHOUT_VOTES, "ordered") for change in ("INSERT", "UPDATE")),
        Rule("agenda_questions", "UPDATE", changed(*NOTIFIED), "notified"),
        Rule("gatherings", "INSERT", f"NEW.state <> 'convened' OR NOT {CONVENED}", "logged"),
        Rule("gatherings", "INSERT", OF_ANOTHER_PLACE, "placed"),
        Rule(
            "gatherings",
            "UPDATE",
            f"{changed(*PLANNED)} OR ({UNLOGGED_MOVE}) OR ({changed(*CALLED_OFF)} AND NOT {_called_off(sql)})",
            "logged",
        ),
        Rule("gatherings", "UPDATE", CONVENED_AGAIN, "ordered"),
        Rule("minutes", "INSERT", f"NOT ({DRAWN_UP} AND {WITHOUT_CONFIRMATION})", "logged"),
        Rule("minutes", "UPDATE", _minutes_unlogged(sql), "logged"),
    ]
