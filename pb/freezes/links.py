"""What joins voters to ballots never changes, and goes when its erasure stands in the log."""

from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import LINKS_ERASED, OF_CYCLE, adopted_for, cleared, logged
from pb.freezes.sql import Sql

# The least of the setting `objection_days` is ten days, counted from day to day: nine whole ones lie between at least.
LEAST_DAYS = 9

NO_FIGURES = "CAST(NEW.figures AS TEXT) IN ('{}', '[]', 'null', '\"\"')"
OBJECTION_FROZEN = ("id", "poll_id", "number", "made_at")
ANSWER = ("answer", "answered_at", "answered_by", "event")
OBJECTION_ERASED = f"({LINKS_ERASED.format(row='NEW')} AND NEW.text = '' AND NEW.contact = '')"
OBJECTION_WAITS = (
    "EXISTS (SELECT 1 FROM objections WHERE objections.poll_id = NEW.poll_id AND objections.answered_at IS NULL)"
)
# A signature comes with its ballot, in one transaction: of an open poll, and of the last ballot in its box.
WITH_ITS_BALLOT = (
    "EXISTS (SELECT 1 FROM cast_ballots cast_now JOIN polls ON polls.id = cast_now.poll_id AND polls.state = 'open' "
    "WHERE cast_now.poll_id = NEW.poll_id AND cast_now.tracker = NEW.tracker AND cast_now.entry_id IS NOT NULL "
    "AND NOT EXISTS (SELECT 1 FROM cast_ballots later "
    "WHERE later.poll_id = cast_now.poll_id AND later.position > cast_now.position))"
)


def _term_over(sql: Sql) -> str:
    """The least of the terms has passed since the akim agreed to the adoption, or since the poll ended otherwise."""
    ended = sql.older("COALESCE(polls.closes_at, polls.prepared_at)", LEAST_DAYS, "NEW.at")
    annulled_lately = (
        "EXISTS (SELECT 1 FROM audit_events events WHERE events.subject_id = polls.cycle_id "  # noqa: S608 - our own names
        f"AND events.action = 'poll.annulled' AND NOT {sql.older('events.at', LEAST_DAYS, 'NEW.at')})"
    )
    return (
        "EXISTS (SELECT 1 FROM polls WHERE polls.id = NEW.poll_id AND ("  # noqa: S608 - our own names
        f"(polls.state IN ('under_minimum', 'annulled') AND {ended} "
        f"AND NOT (polls.state = 'annulled' AND {annulled_lately})) "
        f"OR (polls.state = 'complete' AND {adopted_for(sql, 'polls.cycle_id', 'NEW.at', LEAST_DAYS)})))"
    )


def rules(sql: Sql) -> list[Rule]:
    unlogged = f"NOT {logged('poll.links_erased', 'at', also=OF_CYCLE)}"
    erased, erased_before = LINKS_ERASED.format(row="NEW"), LINKS_ERASED.format(row="OLD")
    answered = logged("poll.objection_answered", "answered_at", also=OF_CYCLE)
    box = ("poll_id", "position", "tracker", "height", "record", "event", "hour")
    return [
        Rule("links_erasures", "INSERT", sql.in_future("NEW.at"), "dated"),
        Rule("links_erasures", "INSERT", f"{unlogged} OR NOT {_term_over(sql)} OR {OBJECTION_WAITS} OR {NO_FIGURES}"),
        Rule("objections", "INSERT", f"{erased} OR NEW.answered_at IS NOT NULL"),
        Rule(
            "objections",
            "UPDATE",
            f"{changed(*OBJECTION_FROZEN)} OR ({changed('text', 'contact')} AND NOT {OBJECTION_ERASED}) "
            f"OR ({changed(*ANSWER)} AND (OLD.answered_at IS NOT NULL OR NOT {answered}))",
        ),
        Rule("objections", "DELETE", ALWAYS),
        Rule("ballot_evidence", "INSERT", f"{erased} OR NOT {WITH_ITS_BALLOT}"),
        Rule("ballot_evidence", "UPDATE", ALWAYS),
        Rule("ballot_evidence", "DELETE", f"NOT {erased_before}"),
        Rule("cast_ballots", "INSERT", "NEW.entry_id IS NULL"),
        Rule("cast_ballots", "UPDATE", f"{changed(*box)} OR {cleared('entry_id', LINKS_ERASED)}"),
        Rule("cast_ballots", "DELETE", ALWAYS),
        Rule(
            "participations",
            "UPDATE",
            f"{changed('poll_id', 'entry_id', 'channel')} OR {cleared('hour', LINKS_ERASED)}",
        ),
        Rule("participations", "DELETE", ALWAYS),
    ]
