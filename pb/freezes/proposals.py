"""Projects once they were handed in, and what the office found of them; a cycle once a poll of it was opened."""

from pb.freezes.rule import ALWAYS, Rule, changed

NUMBERED = ("id", "cycle_id", "author_id", "number", "draft", "created_at", "submitted_at")
TEXT = ("title", "problem", "solution", "settlement", "place", "category", "cost")
MOVES = (
    "draft submitted",
    "submitted returned",
    "submitted accepted",
    "submitted refused",
    "returned submitted",
    "returned refused",
)
ACCEPTED_WITHOUT_REVIEW = (
    "(NEW.state = 'accepted' AND OLD.state <> 'accepted' AND NOT EXISTS (SELECT 1 FROM reviews "
    "WHERE reviews.proposal_id = NEW.id AND reviews.verdict = 'accept'))"
)
# All of a cycle but the phase that it is in: nothing of it is ever edited.
CYCLE = (
    "id",
    "territory_id",
    "fiscal_year",
    "attempt",
    "envelope",
    "project_limit",
    "proposals_per_resident",
    "choices",
    "quorum_percent",
    "notice_days",
    "chair_decides",
    "majority_percent",
    "answer_days",
    "minutes_days",
    "minimum_ballots",
    "objection_days",
    "unadopted_days",
    "iin_days",
    "proposals_until",
    "review_until",
    "gathering_until",
    "voting_until",
    "result_until",
    "budget_until",
    "opened_at",
    "ballot_kind",
    "blank",
    "group_name",
    "trustees_needed",
    "points_each",
    "points_total",
    "cost_limit",
    "equal_shares",
    "stop_at_misfit",
    "least_votes",
    "in_part",
)
ENVELOPES = "CAST(OLD.settlement_envelopes AS TEXT) IS DISTINCT FROM CAST(NEW.settlement_envelopes AS TEXT)"
STEPS = (
    "proposals review",
    "review gathering",
    "gathering voting",
    "voting result",
    "result budget",
    "budget works",
)


def rules() -> list[Rule]:
    handed_in = "OLD.state <> 'draft'"
    decided = "OLD.state IN ('accepted', 'refused')"
    return [
        Rule(
            "proposals",
            "UPDATE",
            f"({handed_in} AND {changed(*NUMBERED)}) OR ({decided} AND {changed(*TEXT)}) OR {ACCEPTED_WITHOUT_REVIEW} "
            f"OR (OLD.state <> NEW.state AND OLD.state || ' ' || NEW.state NOT IN {MOVES})",
        ),
        Rule("proposals", "INSERT", "NEW.state <> 'draft'"),
        Rule("proposals", "DELETE", ALWAYS),
        Rule(
            "cycles",
            "UPDATE",
            f"{changed(*CYCLE)} OR {ENVELOPES} "
            f"OR (OLD.phase <> NEW.phase AND OLD.phase || ' ' || NEW.phase NOT IN {STEPS})",
        ),
        Rule("cycles", "INSERT", "NEW.phase <> 'proposals'"),
        Rule("cycles", "DELETE", ALWAYS),
    ]
