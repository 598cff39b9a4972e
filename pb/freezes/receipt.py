"""Questions from the receipt: what was asked stays as it was asked, and is answered once; the log knows of both."""

from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import last_says

ASKED = (
    *("id", "territory_id", "number", "year", "code", "amount", "per_resident", "words", "language", "allowed"),
    *("asked_at", "asked_by", "due"),
)


def rules() -> list[Rule]:
    asked = last_says(
        "'receipt.asked'",
        "NEW.territory_id",
        "events.subject_id = NEW.id AND events.at = NEW.asked_at AND events.actor_id = NEW.asked_by",
    )
    answered = last_says(
        "'receipt.answered'",
        "NEW.territory_id",
        "events.subject_id = NEW.id AND events.at = NEW.answered_at AND events.actor_id = NEW.answered_by",
    )
    return [
        Rule("line_questions", "INSERT", f"NOT {asked} OR NEW.answered_at IS NOT NULL", "logged"),
        Rule("line_questions", "UPDATE", f"{changed(*ASKED)} OR OLD.answered_at IS NOT NULL OR NOT {answered}"),
        Rule("line_questions", "DELETE", ALWAYS),
    ]
