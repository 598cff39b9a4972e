"""A survey stays as it was opened; answers stay as they were given, nobody's; texts are judged by the office alone.

No event says whose an answer is, or which: it counts them. So somebody takes part only as the next one of the last
event, a sheet enters only as that one, of residents only beside somebody who took part, and closes its own ticks: with
it nothing more comes of that answer, neither ticks nor texts.
"""

from pb.freezes.holding import held
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

PLACE = "(SELECT surveys.territory_id FROM surveys WHERE surveys.id = {row}.survey_id)"
OPENED = "EXISTS (SELECT 1 FROM surveys WHERE surveys.id = {row}.survey_id AND surveys.opened_at IS NOT NULL)"
NOT_OPENED = "EXISTS (SELECT 1 FROM surveys WHERE surveys.id = {row}.survey_id AND surveys.opened_at IS NULL)"
TAKEN_PART = "(SELECT count(*) FROM survey_participations taken WHERE taken.survey_id = NEW.survey_id)"
SHEETS = "(SELECT count(*) FROM survey_sheets sheets WHERE sheets.survey_id = NEW.survey_id)"
# Of a survey that was opened, all but its being called off.
STANDING = (
    *("title_kk", "title_ru", "about_kk", "about_ru", "audience", "opens_on", "closes_on", "asked"),
    *("gathering_id", "version_id", "opened_at", "opened_by"),
)
OF_RESIDENTS = "EXISTS (SELECT 1 FROM surveys WHERE surveys.id = NEW.survey_id AND surveys.audience = 'residents')"
OF_TEXT = (
    "(SELECT surveys.territory_id FROM survey_texts texts JOIN surveys ON surveys.id = texts.survey_id "
    "WHERE texts.id = NEW.text_id AND surveys.closes_on < {day} AND surveys.called_off_at IS NULL)"
)
NEXT_VERDICT = (
    "NEW.number = 1 + (SELECT count(*) FROM survey_text_verdicts earlier WHERE earlier.text_id = NEW.text_id)"
)
# One of a question unless it takes several, and "hard to answer" beside no other.
BESIDE_ANOTHER = (
    "EXISTS (SELECT 1 FROM survey_ticks other JOIN survey_questions asked ON asked.survey_id = other.survey_id "
    "AND asked.number = other.question WHERE other.survey_id = NEW.survey_id AND other.question = NEW.question "
    "AND other.sheet_id = NEW.sheet_id AND (asked.kind <> 'several' OR other.place = 0 OR NEW.place = 0))"
)
OFFERED = (
    "EXISTS (SELECT 1 FROM survey_questions asked WHERE asked.survey_id = NEW.survey_id "
    "AND asked.number = NEW.question AND ((asked.kind = 'scale' AND NEW.place <= 3) "
    "OR (asked.kind IN ('one', 'several') AND NEW.place <= json_array_length(asked.options))))"
)
OF_WORDS = (
    "EXISTS (SELECT 1 FROM survey_questions asked WHERE asked.survey_id = NEW.survey_id "
    "AND asked.number = NEW.question AND asked.kind = 'text')"
)
CLOSED_SHEET = "EXISTS (SELECT 1 FROM survey_sheets sheets WHERE sheets.id = NEW.sheet_id)"


def _answered(sql: Sql, also: str = ALWAYS) -> str:
    """The log's last event says that somebody answered this survey, on one of its days."""
    in_time = (
        "EXISTS (SELECT 1 FROM surveys WHERE surveys.id = NEW.survey_id AND surveys.opened_at IS NOT NULL "  # noqa: S608 - our own names
        f"AND surveys.called_off_at IS NULL AND {sql.day('events.at')} BETWEEN surveys.opens_on AND surveys.closes_on)"
    )
    event = f"events.subject_id = NEW.survey_id AND events.actor_id IS NULL AND {in_time} AND {also}"
    return last_says("'survey.answered'", PLACE.format(row="NEW"), event)


def _made(sql: Sql, deed: str) -> str:
    """Whoever did it held a role then that makes surveys."""
    return " OR ".join(
        held(sql, f"NEW.{deed}_by", f"'{role}'", "NEW.territory_id", f"NEW.{deed}_at") for role in ("office", "chair")
    )


def _surveys(sql: Sql) -> list[Rule]:
    drafted = last_says("'survey.drafted'", "NEW.territory_id", "events.subject_id = NEW.id")
    opened = last_says(
        "'survey.opened'",
        "NEW.territory_id",
        "events.subject_id = NEW.id AND events.at = NEW.opened_at AND events.actor_id = NEW.opened_by",
    )
    dropped = last_says("'survey.dropped'", "OLD.territory_id", "events.subject_id = OLD.id")
    called_off = last_says(
        "'survey.called_off'",
        "NEW.territory_id",
        "events.subject_id = NEW.id AND events.at = NEW.called_off_at AND events.actor_id = NEW.called_off_by "
        f"AND {sql.said('events.data', 'reason')} = NEW.called_off_reason",
    )
    in_time = f"OLD.called_off_at IS NULL AND {sql.day('NEW.called_off_at')} <= OLD.closes_on"
    ends = f"{called_off} AND {in_time} AND NOT {changed(*STANDING)} AND ({_made(sql, 'called_off')})"
    by_its_role = _made(sql, "opened")
    asks = "EXISTS (SELECT 1 FROM survey_questions asked WHERE asked.survey_id = NEW.id)"
    return [
        Rule("surveys", "INSERT", f"NOT {drafted} OR NEW.opened_at IS NOT NULL", "logged"),
        Rule(
            "surveys",
            "UPDATE",
            f"(OLD.opened_at IS NOT NULL AND NOT ({ends})) OR {changed('id', 'territory_id', 'number')} "
            "OR (OLD.opened_at IS NULL AND (NEW.called_off_at IS NOT NULL "
            f"OR (NEW.opened_at IS NOT NULL AND NOT ({opened} AND {asks} AND ({by_its_role})))))",
        ),
        Rule("surveys", "DELETE", f"OLD.opened_at IS NOT NULL OR NOT {dropped}"),
        Rule("survey_questions", "INSERT", f"NOT {NOT_OPENED.format(row='NEW')}", "opened"),
        Rule(
            "survey_questions",
            "UPDATE",
            f"{OPENED.format(row='OLD')} OR {changed('survey_id')}",
        ),
        Rule("survey_questions", "DELETE", OPENED.format(row="OLD")),
    ]


def _sheets(sql: Sql) -> list[Rule]:
    moment = (
        "(SELECT events.at FROM audit_heads heads JOIN audit_events events ON events.hash = heads.hash "  # noqa: S608 - our own names
        f"WHERE heads.territory_id = {PLACE.format(row='NEW')})"
    )
    resident = held(sql, "NEW.person_id", "'resident'", PLACE.format(row="NEW"), moment)
    next_one = f"{sql.said('events.data', 'answer')} = CAST({SHEETS} + 1 AS text)"
    return [
        Rule("survey_participations", "INSERT", f"NOT {_answered(sql, next_one)}", "logged"),
        Rule(
            "survey_participations",
            "INSERT",
            f"NOT {resident} OR NOT {OF_RESIDENTS} OR {TAKEN_PART} <> {SHEETS}",
            "placed",
        ),
        Rule("survey_ticks", "INSERT", f"NOT {_answered(sql, next_one)}", "logged"),
        Rule("survey_ticks", "INSERT", f"NOT {OFFERED} OR {BESIDE_ANOTHER} OR {CLOSED_SHEET}", "ordered"),
        Rule("survey_texts", "INSERT", f"NOT {_answered(sql, next_one)} OR NOT {OF_WORDS}", "logged"),
        Rule("survey_sheets", "INSERT", f"NOT {_answered(sql, next_one)}", "logged"),
        Rule("survey_sheets", "INSERT", f"{OF_RESIDENTS} AND {TAKEN_PART} <> {SHEETS} + 1", "ordered"),
    ]


def rules(sql: Sql) -> list[Rule]:
    said = " AND ".join(f"{sql.said('events.data', name)} = CAST(NEW.{name} AS text)" for name in ("number", "verdict"))
    by_the_actor = "events.subject_id = NEW.text_id AND events.at = NEW.at AND events.actor_id = NEW.by_id"
    place = OF_TEXT.format(day=sql.day("NEW.at"))
    judged = last_says("'survey.text_judged'", place, f"{by_the_actor} AND {said}")
    office = held(sql, "NEW.by_id", "'office'", place, "NEW.at")
    return [
        *_surveys(sql),
        *_sheets(sql),
        Rule("survey_text_verdicts", "INSERT", f"NOT {judged}", "logged"),
        Rule("survey_text_verdicts", "INSERT", f"NOT ({NEXT_VERDICT})", "ordered"),
        Rule("survey_text_verdicts", "INSERT", f"NOT {office}", "placed"),
    ]
