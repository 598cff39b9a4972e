"""What joins voters to ballots never changes, and goes when its erasure stands in the log."""

from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import LINKS_ERASED, OF_CYCLE, cleared, logged

NOT_ENDED = (
    "NOT EXISTS (SELECT 1 FROM polls WHERE polls.id = NEW.poll_id "
    "AND polls.state IN ('complete', 'under_minimum', 'annulled'))"
)
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


def rules() -> list[Rule]:
    """What joins voters to ballots never changes, and goes when its erasure stands in the log."""
    unlogged = f"NOT {logged('poll.links_erased', 'at', also=OF_CYCLE)}"
    erased, erased_before = LINKS_ERASED.format(row="NEW"), LINKS_ERASED.format(row="OLD")
    box = ("poll_id", "position", "tracker", "height", "record", "event", "hour")
    return [
        Rule("links_erasures", "INSERT", f"{unlogged} OR {NOT_ENDED} OR {OBJECTION_WAITS}"),
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
