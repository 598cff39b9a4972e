"""A poll, its trustees and what they hand in."""

from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import OPENED, ROLL_FROZEN, resealed

POLL_FROZEN = (
    "id",
    "cycle_id",
    "attempt",
    "uuid",
    "receipt_public",
    "prepared_at",
    "trustees_json",
    "seed_text",
    "minutes_number",
    "minutes_on",
    "minutes_cards",
    "minutes_chair_id",
    "minutes_secretary_id",
    "election_json",
    "opened_at",
    "closes_at",
    "timestamp",
    "group_name",
    "threshold",
)
ANNULMENT = ("annul_reason", "annul_first_id", "annul_first_role", "annul_second_id", "annul_second_role")
POLL_MOVES = (
    "preparing open",
    "open closed",
    "open under_minimum",
    "closed decrypting",
    "decrypting complete",
    "preparing annulled",
    "open annulled",
    "closed annulled",
    "decrypting annulled",
    "under_minimum annulled",
)
POLL_STEPS = (
    "NEW.height < OLD.height OR NEW.records < OLD.records "
    f"OR (OLD.state <> NEW.state AND OLD.state || ' ' || NEW.state NOT IN {POLL_MOVES})"
)
TRUSTEE_FROZEN = (
    "poll_id",
    "position",
    "person_id",
    "body",
    "key_json",
    "confirmed_at",
    "certificate_json",
    "dealing_json",
    "share_json",
)
LIST_MINUTED = (
    "EXISTS (SELECT 1 FROM card_statements stated WHERE stated.poll_id = NEW.id "
    "AND stated.statement = NEW.minutes_cards)"
)
ANNULLED_WITHOUT_ROLE = (
    "(NEW.annul_first_role IS NOT NULL AND OLD.annul_first_role IS NULL AND NOT EXISTS (SELECT 1 FROM role_grants held "
    "WHERE held.person_id = NEW.annul_first_id AND held.role = NEW.annul_first_role)) "
    "OR (NEW.annul_second_role IS NOT NULL AND OLD.annul_second_role IS NULL AND (NOT EXISTS (SELECT 1 "
    "FROM role_grants held WHERE held.person_id = NEW.annul_second_id AND held.role = NEW.annul_second_role) "
    "OR NEW.annul_first_id IS DISTINCT FROM OLD.annul_first_id "
    "OR NEW.annul_first_role IS DISTINCT FROM OLD.annul_first_role)) "
    "OR (OLD.annul_first_id IS NOT NULL AND (NEW.annul_first_id IS DISTINCT FROM OLD.annul_first_id "
    "OR NEW.annul_first_role IS DISTINCT FROM OLD.annul_first_role))"
)
SHUFFLE = f"OLD.verdict IS NOT NULL OR {changed('id', 'poll_id', 'position', 'data', 'handed_in_at')}"


def rules(mark: str) -> list[Rule]:
    opened = "OLD.election_json IS NOT NULL"
    frozen = f"({opened} AND ({changed(*POLL_FROZEN)} OR {resealed('receipt_private', mark)})) OR {POLL_STEPS}"
    opening = "OLD.election_json IS NULL AND NEW.election_json IS NOT NULL"
    return [
        Rule("polls", "UPDATE", frozen),
        Rule("polls", "UPDATE", f"{opening} AND NOT {ROLL_FROZEN.format(row='NEW')}", "ordered"),
        # Opened polls, ended ones and annulled ones are made of polls in preparation, under the rules above.
        Rule("polls", "INSERT", "NEW.state <> 'preparing' OR NEW.election_json IS NOT NULL", "ordered"),
        Rule("polls", "UPDATE", f"OLD.state = 'annulled' AND {changed(*ANNULMENT)}", "frozen_annulment"),
        Rule("polls", "UPDATE", ANNULLED_WITHOUT_ROLE, "two_bodies"),
        Rule("polls", "UPDATE", f"{opening} AND NOT {LIST_MINUTED}", "minuted"),
        Rule("polls", "DELETE", ALWAYS),
        Rule(
            "poll_trustees",
            "UPDATE",
            f"{OPENED.format(row='OLD')} AND {changed(*TRUSTEE_FROZEN)}",
        ),
        Rule("poll_trustees", "INSERT", OPENED.format(row="NEW")),
        Rule("poll_trustees", "DELETE", OPENED.format(row="OLD")),
        Rule("poll_shuffles", "UPDATE", SHUFFLE),
        Rule("poll_shuffles", "DELETE", ALWAYS),
        Rule("poll_decryptions", "UPDATE", ALWAYS),
        Rule(
            "participations",
            "INSERT",
            "NEW.hour IS NULL "
            "OR NOT EXISTS (SELECT 1 FROM polls WHERE polls.id = NEW.poll_id AND polls.state = 'open')",
            "ordered",
        ),
    ]
