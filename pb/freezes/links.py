"""What joins voters to ballots never changes, and goes when its erasure stands in the log."""

from collections.abc import Callable

from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import (
    LINKS_ERASED,
    OF_CYCLE,
    OKRUG_OF_POLL,
    adopted,
    cleared,
    dated_back,
    emptied,
    logged,
)
from pb.freezes.sql import Sql

# The terms as they stood when the cycle was opened: nobody lengthens one later.
DAYS = (
    "(SELECT cycles.{term}_days FROM polls kept JOIN cycles ON cycles.id = kept.cycle_id WHERE kept.id = NEW.poll_id)"
)
OKRUG = OKRUG_OF_POLL.format(row="NEW")

NO_FIGURES = "CAST(NEW.figures AS TEXT) IN ('{}', '[]', 'null', '\"\"')"
OBJECTION_FROZEN = ("id", "poll_id", "number", "made_at")
ANSWER = ("answer", "answered_at", "answered_by", "event")
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


def _term_over(over_for: Callable[[str, str], str]) -> str:
    """The term for objections is over; `over_for` says whether a moment lies a number of days back.

    It counts from the akim's agreement to the adoption, from the end of a poll without a result, or, where nobody
    adopts a result, from the closing time: pb/voting/service/term.py says the same.
    """
    days, unadopted_days = DAYS.format(term="objection"), DAYS.format(term="unadopted")
    ended = over_for("COALESCE(polls.closes_at, polls.prepared_at)", days)
    annulled_lately = (
        "EXISTS (SELECT 1 FROM audit_events events WHERE events.subject_id = polls.cycle_id "  # noqa: S608 - our own names
        f"AND events.action = 'poll.annulled' AND NOT {over_for('events.at', days)})"
    )
    adopted_before = adopted("polls.cycle_id", lambda at: over_for(at, days))
    return (
        "EXISTS (SELECT 1 FROM polls WHERE polls.id = NEW.poll_id AND ("  # noqa: S608 - our own names
        f"(polls.state IN ('under_minimum', 'annulled') AND {ended} "
        f"AND NOT (polls.state = 'annulled' AND {annulled_lately})) "
        f"OR (polls.state = 'complete' AND {adopted_before}) "
        f"OR (polls.state IN ('closed', 'decrypting', 'complete') AND {over_for('polls.closes_at', unadopted_days)} "
        f"AND NOT (polls.state = 'complete' AND {adopted('polls.cycle_id')}))))"
    )


def rules(sql: Sql) -> list[Rule]:
    unlogged = f"NOT {logged('poll.links_erased', 'at', also=OF_CYCLE)}"
    erased, erased_before = LINKS_ERASED.format(row="NEW"), LINKS_ERASED.format(row="OLD")
    by_actor = f"{OF_CYCLE} AND events.actor_id = NEW.answered_by"
    answered = logged("poll.objection_answered", "answered_at", also=by_actor)

    def over_for(at: str, days: str) -> str:
        """Counted from day to day: one less whole days lie between at least."""
        return sql.older(at, f"({days} - 1)", "NEW.at")

    def late(at: str, days: str) -> str:
        return f"{sql.day(at)} <= {sql.day('NEW.made_at', days)}"

    over = _term_over(over_for)
    box = ("poll_id", "position", "tracker", "code", "height", "record", "event", "hour")
    return [
        Rule("links_erasures", "INSERT", sql.in_future("NEW.at"), "dated"),
        Rule("links_erasures", "INSERT", f"{unlogged} OR NOT {over} OR {OBJECTION_WAITS} OR {NO_FIGURES}"),
        Rule("objections", "INSERT", f"{erased} OR NEW.answered_at IS NOT NULL"),
        Rule("objections", "INSERT", dated_back(sql, "NEW.made_at", OKRUG), "dated"),
        Rule("objections", "INSERT", _term_over(late), "in_time"),
        Rule(
            "objections",
            "UPDATE",
            f"{changed(*OBJECTION_FROZEN)} OR {emptied(('text', 'contact'), LINKS_ERASED)} "
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
