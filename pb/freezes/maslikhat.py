"""Proposals to the maslikhat and each step of them stay; a deputy's record is ended once, and never changed."""

from pb.freezes.holding import held
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

MOVES = ("sent received", "received considered", "considered considered", "considered answered")
SENT = last_says("'maslikhat.sent'", "NEW.territory_id", "events.subject_id = NEW.id AND events.at = NEW.sent_at")
OKRUG = "(SELECT motions.territory_id FROM motions WHERE motions.id = NEW.motion_id)"
FOLLOWS = (
    "EXISTS (SELECT 1 FROM motion_steps earlier WHERE earlier.motion_id = NEW.motion_id "  # noqa: S608 - our own names
    f"AND earlier.number = NEW.number - 1 AND earlier.kind || ' ' || NEW.kind IN {MOVES} AND earlier.day <= NEW.day)"
)
OF_DEPUTY = "events.subject_id = NEW.id"
RECORDED = last_says("'maslikhat.deputy_recorded'", "NEW.territory_id", f"{OF_DEPUTY} AND events.at = NEW.recorded_at")
ENDED = last_says("'maslikhat.deputy_ended'", "NEW.territory_id", OF_DEPUTY)
RAION = "(SELECT deputies.territory_id FROM deputies WHERE deputies.id = NEW.deputy_id)"
PLACED = last_says("'maslikhat.deputy_recorded'", RAION, "events.subject_id = NEW.deputy_id")
DEPUTY = (
    "id",
    "territory_id",
    "number",
    "name",
    "term_from",
    "term_until",
    "document",
    "reception_kk",
    "reception_ru",
    "phone",
    "recorded_at",
)


def _by_its_role(sql: Sql) -> str:
    def holds(role: str) -> str:
        return held(sql, "NEW.by_id", f"'{role}'", OKRUG, "NEW.at")

    assembly = f"NEW.kind = 'sent' AND ({holds('chair')} OR {holds('secretary')})"
    return f"(({assembly}) OR (NEW.kind <> 'sent' AND {holds('maslikhat_secretary')}))"


def rules(sql: Sql) -> list[Rule]:
    step = f"{sql.said('events.data', 'step')} = CAST(NEW.number AS text)"
    logged = last_says(
        "'maslikhat.' || NEW.kind",
        OKRUG,
        f"events.subject_id = NEW.motion_id AND events.at = NEW.at AND events.actor_id = NEW.by_id AND {step}",
    )
    return [
        Rule("motions", "INSERT", f"NOT {SENT}", "logged"),
        Rule("motion_steps", "INSERT", f"NOT {logged}", "logged"),
        Rule("motion_steps", "INSERT", f"NEW.number <> 1 AND NOT {FOLLOWS}", "ordered"),
        Rule("motion_steps", "INSERT", f"NOT {_by_its_role(sql)}", "placed"),
        Rule("deputies", "INSERT", f"NOT {RECORDED} OR NEW.ended_on IS NOT NULL", "logged"),
        Rule("deputies", "UPDATE", f"{changed(*DEPUTY)} OR OLD.ended_on IS NOT NULL OR NOT {ENDED}"),
        Rule("deputies", "DELETE", ALWAYS),
        Rule("deputy_places", "INSERT", f"NOT {PLACED}", "logged"),
    ]
