"""What was found between the closing and the adoption."""

from pb.freezes.rule import ALWAYS, Rule, whenever
from pb.freezes.shared import logged

OPENING_CONFIRMED = (
    "EXISTS (SELECT 1 FROM card_openings openings WHERE openings.poll_id = {row}.poll_id "
    "AND openings.confirmed_at IS NOT NULL)"
)
DRAWN_BEFORE_COMMITTED = (
    "NOT EXISTS (SELECT 1 FROM participant_lists lists WHERE lists.poll_id = NEW.poll_id AND lists.at < NEW.at)"
)
POLL_UNCLOSED = "EXISTS (SELECT 1 FROM polls WHERE polls.id = NEW.poll_id AND polls.state IN ('preparing', 'open'))"


def rules() -> list[Rule]:
    return [
        Rule("paper_counts", "INSERT", POLL_UNCLOSED),
        Rule("participant_lists", "INSERT", f"{POLL_UNCLOSED} OR NOT {logged('checks.participants_committed', 'at')}"),
        Rule("sample_draws", "INSERT", f"{DRAWN_BEFORE_COMMITTED} OR NOT {logged('checks.sample_drawn', 'at')}"),
        Rule("card_openings", "INSERT", POLL_UNCLOSED),
        *(Rule("card_openings", change, "OLD.confirmed_at IS NOT NULL") for change in ("UPDATE", "DELETE")),
        *whenever("opened_cards", OPENING_CONFIRMED),
        Rule("fault_explanations", "UPDATE", "OLD.chair_at IS NOT NULL"),
        Rule("fault_explanations", "DELETE", ALWAYS),
    ]
