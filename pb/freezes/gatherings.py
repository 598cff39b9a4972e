"""Meetings, their votes and minutes."""

from pb.freezes.rule import Rule, whenever

MINUTES_CONFIRMED = (
    "EXISTS (SELECT 1 FROM minutes WHERE minutes.gathering_id = {row}.gathering_id "
    "AND minutes.chair_at IS NOT NULL AND minutes.secretary_at IS NOT NULL)"
)
CONFLICT_CONFIRMED = (
    "EXISTS (SELECT 1 FROM minutes JOIN agenda_questions ON agenda_questions.gathering_id = minutes.gathering_id "
    "WHERE agenda_questions.id = {row}.question_id AND minutes.chair_at IS NOT NULL "
    "AND minutes.secretary_at IS NOT NULL)"
)
MINUTES_UNCONFIRMED = (
    "NOT EXISTS (SELECT 1 FROM minutes WHERE minutes.id = NEW.minutes_id "
    "AND minutes.chair_at IS NOT NULL AND minutes.secretary_at IS NOT NULL)"
)
ONE_PERSON_FOR_BOTH = (
    "NEW.chair_id = NEW.secretary_id OR (NEW.chair_at IS NULL) <> (NEW.chair_id IS NULL) "
    "OR (NEW.secretary_at IS NULL) <> (NEW.secretary_id IS NULL)"
)
DECIDED_WITHOUT_VOTES = (
    "NEW.outcome IS NOT NULL AND (NEW.in_favour IS NULL OR NEW.needed IS NULL "
    "OR NEW.against IS NULL OR NEW.abstained IS NULL "
    "OR NOT EXISTS (SELECT 1 FROM gatherings WHERE gatherings.id = NEW.gathering_id "
    "AND gatherings.state IN ('quorate', 'minuted', 'confirmed')))"
)


def rules() -> list[Rule]:
    confirmed = "OLD.chair_at IS NOT NULL AND OLD.secretary_at IS NOT NULL"
    return [
        *(Rule("minutes", change, confirmed) for change in ("UPDATE", "DELETE")),
        *(Rule("minutes", change, ONE_PERSON_FOR_BOTH, "ordered") for change in ("INSERT", "UPDATE")),
        *(Rule("gatherings", change, "OLD.state = 'confirmed'") for change in ("UPDATE", "DELETE")),
        *whenever("attendances", MINUTES_CONFIRMED),
        *whenever("agenda_questions", MINUTES_CONFIRMED),
        *whenever("conflicts_of_interest", CONFLICT_CONFIRMED),
        *(Rule("agenda_questions", change, DECIDED_WITHOUT_VOTES, "ordered") for change in ("INSERT", "UPDATE")),
        Rule("akim_answers", "INSERT", MINUTES_UNCONFIRMED, "ordered"),
    ]
