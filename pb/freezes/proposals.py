"""Projects once they were handed in, and what the office found of them; a cycle once a poll of it was opened."""

from pb.freezes.rule import ALWAYS, Rule, changed, whenever
from pb.freezes.shared import last_says
from pb.freezes.sql import Sql

NUMBERED = ("id", "cycle_id", "author_id", "number", "draft", "created_at", "submitted_at")
TEXT = ("language", "title", "problem", "solution", "settlement", "place", "category", "cost")
MOVES = (
    "draft submitted",
    "submitted returned",
    "submitted accepted",
    "submitted refused",
    "returned submitted",
    "returned refused",
    "submitted withdrawn",
    "returned withdrawn",
    "accepted withdrawn",
)
# An author takes a proposal back before the assembly voted on it, and before the list of a poll is fixed.
WITHDRAWN_TOO_LATE = (
    "(NEW.state = 'withdrawn' AND OLD.state <> 'withdrawn' AND (EXISTS (SELECT 1 FROM agenda_questions "
    "WHERE agenda_questions.proposal_id = NEW.id AND agenda_questions.outcome IS NOT NULL) "
    "OR NOT EXISTS (SELECT 1 FROM cycles WHERE cycles.id = NEW.cycle_id "
    "AND cycles.phase IN ('proposals', 'review', 'gathering'))))"
)
ANSWERED_UNASKED = (
    "NOT EXISTS (SELECT 1 FROM reviews JOIN proposals ON proposals.id = reviews.proposal_id "
    "WHERE reviews.id = NEW.review_id AND reviews.verdict = 'return' AND proposals.state = 'returned')"
)
VOTED_ON_WITHDRAWN = (
    "NEW.outcome IS NOT NULL AND EXISTS (SELECT 1 FROM proposals "
    "WHERE proposals.id = NEW.proposal_id AND proposals.state = 'withdrawn')"
)
ACCEPTED_WITHOUT_REVIEW = (
    "(NEW.state = 'accepted' AND OLD.state <> 'accepted' AND NOT EXISTS (SELECT 1 FROM reviews "
    "WHERE reviews.proposal_id = NEW.id AND reviews.verdict = 'accept'))"
)
# Its pictures and papers are part of what was handed in, as its text is.
HANDED_IN = (
    "NOT EXISTS (SELECT 1 FROM proposals WHERE proposals.id = {row}.proposal_id "
    "AND proposals.state IN ('draft', 'returned'))"
)
# The log's last event says that this one was taken away, or that its proposal was withdrawn: all of it goes with that.
TAKEN_AWAY = "'proposal.attachment_removed', 'proposal.attachment_taken_back'"
OKRUG = (
    "(SELECT cycles.territory_id FROM proposals JOIN cycles ON cycles.id = proposals.cycle_id "
    "WHERE proposals.id = OLD.proposal_id)"
)
# The picture of a piece of news goes when that is withdrawn, and is never another.
NEWS_STAND = "NOT EXISTS (SELECT 1 FROM news WHERE news.id = OLD.news_id AND news.withdrawn_at IS NOT NULL)"
SHOWN = (
    "EXISTS (SELECT 1 FROM proposal_pictures shown WHERE shown.picture_id = OLD.id) "
    "OR EXISTS (SELECT 1 FROM news_pictures shown WHERE shown.picture_id = OLD.id) "
    "OR EXISTS (SELECT 1 FROM task_steps shown WHERE shown.picture_id = OLD.id) "
    "OR EXISTS (SELECT 1 FROM work_pictures shown WHERE shown.picture_id = OLD.id)"
)
PAPER_SHOWN = (
    "EXISTS (SELECT 1 FROM proposal_papers shown WHERE shown.paper_id = OLD.id) "
    "OR EXISTS (SELECT 1 FROM task_steps shown WHERE shown.paper_id = OLD.id) "
    "OR EXISTS (SELECT 1 FROM motion_steps shown WHERE shown.paper_id = OLD.id) "
    "OR EXISTS (SELECT 1 FROM meeting_materials shown WHERE shown.paper_id = OLD.id) "
    "OR EXISTS (SELECT 1 FROM monitoring_signatures shown WHERE shown.paper_id = OLD.id) "
    "OR EXISTS (SELECT 1 FROM inspection_signatures shown WHERE shown.paper_id = OLD.id) "
    "OR EXISTS (SELECT 1 FROM minutes shown WHERE shown.scan_id = OLD.id)"
)
PICTURE = ("id", "territory_id", "sender_id", "sent_at", "sha256")
DRAWN = ("state", "fault", "width", "height", "small", "middle", "large")
PAPER = ("id", "territory_id", "sender_id", "sent_at", "name", "sha256")
READ = ("state", "fault", "pages", "size", "digest")
# All of a cycle but the phase that it is in: nothing of it is ever edited.
CYCLE = (
    "id",
    "territory_id",
    "fiscal_year",
    "attempt",
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
    *(f"{phase} ended" for phase in ("proposals", "review", "gathering", "voting", "result", "budget")),
)


def _attached(sql: Sql, table: str, key: str, files: str) -> list[Rule]:
    """Links to pictures or papers: as they were handed in, and deleted with an event that names the very file sent.

    What is shown may be the same for two of them.
    """
    sent = sql.said("events.data", "sha256")
    named = f"EXISTS (SELECT 1 FROM {files} shown WHERE shown.id = OLD.{key} AND {sent} = shown.sha256)"  # noqa: S608
    went = f"(events.action = 'proposal.withdrawn' OR (events.action IN ({TAKEN_AWAY}) AND {named}))"
    gone = last_says("events.action", OKRUG, f"events.subject_id = OLD.proposal_id AND {went}")
    *others, deleted = whenever(table, HANDED_IN)
    return [*others, deleted._replace(refused=f"{deleted.refused} AND NOT {gone}")]


def rules(sql: Sql) -> list[Rule]:
    handed_in = "OLD.state <> 'draft'"
    decided = "OLD.state IN ('accepted', 'refused', 'withdrawn')"
    return [
        Rule(
            "proposals",
            "UPDATE",
            f"({handed_in} AND {changed(*NUMBERED)}) OR ({decided} AND {changed(*TEXT)}) OR {ACCEPTED_WITHOUT_REVIEW} "
            f"OR (OLD.state <> NEW.state AND OLD.state || ' ' || NEW.state NOT IN {MOVES})",
        ),
        Rule("proposals", "UPDATE", WITHDRAWN_TOO_LATE, "in_time"),
        Rule("question_answers", "INSERT", ANSWERED_UNASKED, "ordered"),
        *(Rule("agenda_questions", change, VOTED_ON_WITHDRAWN, "standing") for change in ("INSERT", "UPDATE")),
        Rule("proposals", "INSERT", "NEW.state <> 'draft'"),
        Rule("proposals", "DELETE", handed_in),
        *_attached(sql, "proposal_pictures", "picture_id", "pictures"),
        *_attached(sql, "proposal_papers", "paper_id", "papers"),
        Rule("pictures", "UPDATE", f"{changed(*PICTURE)} OR (OLD.state <> 'waiting' AND {changed(*DRAWN)})"),
        Rule("papers", "UPDATE", f"{changed(*PAPER)} OR (OLD.state <> 'waiting' AND {changed(*READ)})"),
        Rule("pictures", "DELETE", SHOWN),
        Rule("news_pictures", "UPDATE", ALWAYS),
        Rule("news_pictures", "DELETE", NEWS_STAND),
        Rule("papers", "DELETE", PAPER_SHOWN),
        Rule(
            "cycles",
            "UPDATE",
            f"{changed(*CYCLE)} OR {ENVELOPES} "
            f"OR (OLD.phase <> NEW.phase AND OLD.phase || ' ' || NEW.phase NOT IN {STEPS})",
        ),
        Rule("cycles", "INSERT", "NEW.phase <> 'proposals'"),
        Rule("cycles", "DELETE", ALWAYS),
    ]
