"""What was found between the closing and the adoption. What names cards or numbers goes with the poll's links."""

from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import LINKS_ERASED, cleared, logged

OPENING_CONFIRMED = (
    "EXISTS (SELECT 1 FROM card_openings openings WHERE openings.poll_id = NEW.poll_id "
    "AND openings.confirmed_at IS NOT NULL)"
)
NEXT_READING = (
    "NEW.reading = 1 + (SELECT count(*) FROM opened_cards before "
    "WHERE before.poll_id = NEW.poll_id AND before.card = NEW.card)"
)
DRAWN_BEFORE_COMMITTED = (
    "NOT EXISTS (SELECT 1 FROM participant_lists lists WHERE lists.poll_id = NEW.poll_id AND lists.at < NEW.at)"
)
POLL_UNCLOSED = "EXISTS (SELECT 1 FROM polls WHERE polls.id = NEW.poll_id AND polls.state IN ('preparing', 'open'))"


def _json_changed(column: str) -> str:
    """PostgreSQL compares no JSON: its text is compared."""
    return f"CAST(OLD.{column} AS text) <> CAST(NEW.{column} AS text)"


def rules() -> list[Rule]:
    erased, erased_before = LINKS_ERASED.format(row="NEW"), LINKS_ERASED.format(row="OLD")
    listed = changed("poll_id", "commitment", "count", "asked", "at", "event")
    opening = changed("poll_id", "text", "minutes_number", "recorded_by", "recorded_at")
    opening_confirmed = f"OLD.confirmed_at IS NOT NULL AND {changed('confirmed_by', 'confirmed_at')}"
    explanation = changed("id", "poll_id", "minutes_number", "text", "secretary_id", "at")
    explanation_answered = f"OLD.chair_at IS NOT NULL AND {changed('chair_id', 'chair_at', 'agreed')}"
    judged = f"NOT {logged('poll.evidence_judged', 'at')}"
    return [
        Rule("paper_counts", "INSERT", f"{POLL_UNCLOSED} OR {erased}"),
        Rule(
            "paper_counts",
            "UPDATE",
            f"{changed('poll_id', 'side', 'person_id', 'signatures', 'at')} "
            f"OR ({_json_changed('cards')} AND NOT (CAST(NEW.cards AS text) = '[]' AND {erased}))",
        ),
        Rule("paper_counts", "DELETE", ALWAYS),
        Rule("evidence_judgements", "INSERT", f"{POLL_UNCLOSED} OR {judged}"),
        Rule("evidence_judgements", "UPDATE", ALWAYS),
        Rule("evidence_judgements", "DELETE", f"NOT {erased_before}"),
        Rule("participant_lists", "INSERT", f"{POLL_UNCLOSED} OR NOT {logged('checks.participants_committed', 'at')}"),
        Rule("participant_lists", "UPDATE", f"{listed} OR {cleared('salt', LINKS_ERASED)}"),
        Rule("participant_lists", "DELETE", ALWAYS),
        Rule("sample_draws", "INSERT", f"{DRAWN_BEFORE_COMMITTED} OR NOT {logged('checks.sample_drawn', 'at')}"),
        Rule("sample_answers", "INSERT", erased),
        Rule("sample_answers", "UPDATE", ALWAYS),
        Rule("sample_answers", "DELETE", f"NOT {erased_before}"),
        Rule("card_openings", "INSERT", f"{POLL_UNCLOSED} OR NEW.confirmed_at IS NOT NULL"),
        Rule("card_openings", "UPDATE", f"{opening} OR ({opening_confirmed})"),
        Rule("card_openings", "DELETE", ALWAYS),
        Rule("opened_cards", "INSERT", f"{OPENING_CONFIRMED} OR {erased} OR NOT ({NEXT_READING})"),
        Rule("opened_cards", "UPDATE", ALWAYS),
        Rule("opened_cards", "DELETE", f"NOT {erased_before}"),
        Rule("fault_explanations", "INSERT", f"{POLL_UNCLOSED} OR NEW.chair_at IS NOT NULL"),
        Rule(
            "fault_explanations",
            "UPDATE",
            f"{explanation} OR ({_json_changed('faults')} AND NOT {erased}) OR ({explanation_answered})",
        ),
        Rule("fault_explanations", "DELETE", ALWAYS),
    ]
