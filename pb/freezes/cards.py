"""Cards, the reserve, what their maker stated, lost ones, and how codes came to voters."""

from pb.freezes.holding import alone, cooled, held, stands
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import LINKS_ERASED, OF_CYCLE, OKRUG_OF_POLL, OPENED, last_says, logged
from pb.freezes.sql import Sql

# SECOND_PERSONS of pb/cards/service/reissues.py; a test compares them.
SECOND_PERSONS = ("chair", "secretary", "office")
UNDOING_PERSONS = ("chair", "secretary")  # SECOND_PERSONS of pb/cards/service/undoing.py
OKRUG = OKRUG_OF_POLL.format(row="NEW")
REISSUE_PROPOSAL = ("id", "poll_id", "proposed_at", "proposed_by", "proposed_event")
REISSUE_APPROVAL = ("approved_at", "approved_by", "reserve", "withdrawn_key", "event")
REISSUE_APPROVED = (
    "EXISTS (SELECT 1 FROM reissues WHERE reissues.poll_id = NEW.poll_id AND reissues.entry_id = NEW.entry_id "
    "AND reissues.approved_at IS NOT NULL)"
)
WITHDRAWN = (
    "EXISTS (SELECT 1 FROM card_withdrawals gone "
    "WHERE gone.poll_id = {row}.poll_id AND gone.public_key = {row}.public_key)"
)
# What the maker of the cards stated. Cards change only while nothing is stated, and a statement goes only before the
# minutes are confirmed; a trigger cannot hash the list in SQLite, so opening compares the fingerprints in the service.
STATED = "EXISTS (SELECT 1 FROM card_statements stated WHERE stated.poll_id = {row}.poll_id)"
KEYS_OF_POLL = (
    "((SELECT count(*) FROM credentials cards WHERE cards.poll_id = NEW.poll_id) "
    "+ (SELECT count(*) FROM reserve_credentials cards WHERE cards.poll_id = NEW.poll_id))"
)
MINUTES_STAND = (
    "EXISTS (SELECT 1 FROM polls WHERE polls.id = OLD.poll_id "
    "AND (polls.minutes_chair_id IS NOT NULL OR polls.minutes_secretary_id IS NOT NULL))"
)
# The label of a list that was made on a page of the platform: the compact JSON that pb/core/poll/card_list.py writes.
BY_PAGE = (
    "(EXISTS (SELECT 1 FROM credentials cards WHERE cards.poll_id = NEW.poll_id AND cards.by_page) "
    "OR EXISTS (SELECT 1 FROM reserve_credentials cards WHERE cards.poll_id = NEW.poll_id AND cards.by_page))"
)
LABELLED = 'NEW.statement LIKE \'%"made":"platform-page"%\''
# A confirmation's column says what its compact JSON says (the sign between is a colon, which SQLAlchemy would take for
# a parameter); after the stronger one comes no weaker one.
SAYS_OTHERWISE = (
    "(NEW.numbers_compared AND NEW.confirmation NOT LIKE '%\"numbers_compared\"_true%') "
    "OR (NOT NEW.numbers_compared AND NEW.confirmation NOT LIKE '%\"numbers_compared\"_false%')"
)
MADE = logged("poll.cards_made", "made_at", also=OF_CYCLE)
# Nobody is marked as having a card, or a code, without the commitment that is published of it.
UNCOMMITTED = (
    "(NEW.{moment} IS NOT NULL AND OLD.{moment} IS NULL AND NOT EXISTS (SELECT 1 FROM card_events events "
    "WHERE events.poll_id = NEW.poll_id AND events.entry_id = NEW.entry_id AND events.way = '{way}' AND {reserve}))"
)
# A mark that was undone leaves its commitment: marks and undoings of a card add up to what its row says.
_EVENTS = (
    "(SELECT count(*) FROM card_events events WHERE events.poll_id = NEW.poll_id "
    "AND events.entry_id = NEW.entry_id AND events.reserve IS NULL AND events.way = '{way}')"
)
HANDED_OVER, UNDONE = _EVENTS.format(way="handed_over"), _EVENTS.format(way="undone")
CARD_UNCOMMITTED = f"(NEW.handed_over_at IS NOT NULL AND OLD.handed_over_at IS NULL AND {HANDED_OVER} <> {UNDONE} + 1)"
VOTED = (
    "EXISTS (SELECT 1 FROM participations voted WHERE voted.poll_id = NEW.poll_id AND voted.entry_id = NEW.entry_id)"
)
# By the log's last event, which the row of the undoing names; never after a vote, nor of a card that was replaced.
_UNDOING_SAID = last_says("'poll.hand_over_undone'", OKRUG, "events.hash = undone.event")
MARK_UNDONE = (
    "(NEW.handed_over_at IS NULL AND NEW.clerk_id IS NULL AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NULL "  # noqa: S608 - our own names
    f"AND NEW.released_at IS NULL AND {HANDED_OVER} = {UNDONE} AND NOT {VOTED} "
    "AND EXISTS (SELECT 1 FROM hand_over_undoings undone WHERE undone.poll_id = NEW.poll_id "
    "AND undone.entry_id = NEW.entry_id AND undone.approved_at IS NOT NULL "
    f"AND {_UNDOING_SAID}))"
)
CODE_UNCOMMITTED = UNCOMMITTED.format(moment="released_at", way="released", reserve="events.reserve IS NULL")
RESERVE_UNCOMMITTED = UNCOMMITTED.format(
    moment="handed_over_at", way="handed_over", reserve="events.reserve = NEW.reserve"
)
BATCH_PUBLISHED = (
    "EXISTS (SELECT 1 FROM card_batches batches WHERE batches.poll_id = NEW.poll_id AND batches.day = NEW.day)"
)
CARD = (
    f"{changed('poll_id', 'entry_id', 'public_key', 'made_at', 'event', 'by_page')} "
    f"OR (OLD.handed_over_at IS NOT NULL AND {changed('handed_over_at', 'clerk_id')} AND NOT {MARK_UNDONE}) "
    f"OR (OLD.released_at IS NOT NULL AND {changed('released_at')}) "
    "OR (NEW.released_at IS NOT NULL AND (NEW.handed_over_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL)) "
    f"OR (OLD.withdrawn_at IS NOT NULL AND {changed('handed_over_at', 'clerk_id', 'released_at', 'withdrawn_at')}) "
    f"OR (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL AND NOT {REISSUE_APPROVED}) "
    f"OR {CARD_UNCOMMITTED} OR {CODE_UNCOMMITTED}"
)
UNDOING_PROPOSAL = ("id", "poll_id", "proposed_at", "proposed_by", "proposed_event")
UNDOING_APPROVAL = ("approved_at", "approved_by", "event")
UNDOING = (
    f"{changed(*UNDOING_PROPOSAL)} OR ({changed('entry_id', 'reason', 'salt')} AND NOT "
    f"({LINKS_ERASED.format(row='NEW')} AND NEW.entry_id IS NULL AND NEW.reason = '' AND NEW.salt IS NULL)) "
    f"OR (OLD.approved_at IS NOT NULL AND {changed(*UNDOING_APPROVAL)})"
)
UNDOING_DECLINED = last_says("'poll.undoing_declined'", OKRUG_OF_POLL.format(row="OLD"), ALWAYS)
REPLACED = last_says("'poll.reissue_approved'", OKRUG, "events.at = NEW.replaced_at")
REISSUE = (
    f"{changed(*REISSUE_PROPOSAL)} OR ({changed('entry_id', 'reason', 'salt')} AND NOT "
    f"({LINKS_ERASED.format(row='NEW')} AND NEW.entry_id IS NULL AND NEW.reason = '' AND NEW.salt IS NULL)) "
    f"OR (OLD.approved_at IS NOT NULL AND {changed(*REISSUE_APPROVAL)}) "
    f"OR (OLD.handed_over_at IS NOT NULL AND {changed('handed_over_at', 'clerk_id')}) "
    f"OR (OLD.replaced_at IS NOT NULL AND {changed('handed_over_at', 'clerk_id', 'replaced_at')}) "
    f"OR (OLD.replaced_at IS NULL AND NEW.replaced_at IS NOT NULL AND NOT {REPLACED}) OR {RESERVE_UNCOMMITTED}"
)
# The key that votes no more is the one in force of that very entry: the card's own, or of the reserve's card that was
# lost in its turn, and whose replacement this approval has just marked.
KEY_IN_FORCE = (
    "COALESCE((SELECT reserve.public_key FROM reissues before JOIN reserve_credentials reserve "
    "ON reserve.poll_id = before.poll_id AND reserve.number = before.reserve WHERE before.poll_id = NEW.poll_id "
    "AND before.entry_id = NEW.entry_id AND before.replaced_at = NEW.approved_at), "
    "(SELECT cards.public_key FROM credentials cards WHERE cards.poll_id = NEW.poll_id "
    "AND cards.entry_id = NEW.entry_id AND cards.withdrawn_at IS NULL))"
)
DECLINED = last_says("'poll.reissue_declined'", OKRUG_OF_POLL.format(row="OLD"), ALWAYS)


def _proposed(sql: Sql) -> str:
    """The registrar proposed it, who is the actor of its own event; nobody has approved anything yet."""
    by = f"{OF_CYCLE} AND events.actor_id = NEW.proposed_by"
    said = logged("poll.reissue_proposed", "proposed_at", "proposed_event", by)
    registrar = held(sql, "NEW.proposed_by", "'registrar'", OKRUG, "NEW.proposed_at")
    return f"(NEW.entry_id IS NOT NULL AND NEW.approved_at IS NULL AND {said} AND {registrar})"


def _approved(sql: Sql) -> str:
    """A second person approved it by an event of their own, in a role that has cooled off, and is no registrar.

    Who proposed it has been one ever since.
    """
    said = logged("poll.reissue_approved", "approved_at", also=f"{OF_CYCLE} AND events.actor_id = NEW.approved_by")
    second = (cooled(sql, "NEW.approved_by", f"'{role}'", OKRUG, "NEW.approved_at") for role in SECOND_PERSONS)
    registrar = held(sql, "NEW.approved_by", "'registrar'", OKRUG, "NEW.approved_at")
    first = stands(sql, "NEW.proposed_by", "'registrar'", OKRUG, "NEW.proposed_at", "NEW.approved_at")
    return (
        f"({said} AND ({' OR '.join(second)}) AND NOT {registrar} AND {first} AND NEW.withdrawn_key = {KEY_IN_FORCE})"
    )


def _undoing_proposed(sql: Sql) -> str:
    """A clerk asked for it, who is the actor of its own event."""
    by = f"{OF_CYCLE} AND events.actor_id = NEW.proposed_by"
    said = logged("poll.undoing_proposed", "proposed_at", "proposed_event", by)
    clerk = held(sql, "NEW.proposed_by", "'clerk'", OKRUG, "NEW.proposed_at")
    return f"(NEW.entry_id IS NOT NULL AND NEW.approved_at IS NULL AND {said} AND {clerk})"


def _undoing_approved(sql: Sql) -> str:
    """Chair or secretary confirmed it by an event of their own, in the role for long and of no body of the clerk's.

    Who asked for it has been a clerk ever since.
    """
    said = logged("poll.hand_over_undone", "approved_at", also=f"{OF_CYCLE} AND events.actor_id = NEW.approved_by")
    second = (cooled(sql, "NEW.approved_by", f"'{role}'", OKRUG, "NEW.approved_at") for role in UNDOING_PERSONS)
    two = alone(sql, "NEW.approved_by", ("NEW.proposed_by", "'clerk'"), OKRUG, "NEW.approved_at")
    first = stands(sql, "NEW.proposed_by", "'clerk'", OKRUG, "NEW.proposed_at", "NEW.approved_at")
    return f"({said} AND ({' OR '.join(second)}) AND {two} AND {first} AND NOT {VOTED})"


WITHDRAWAL = (
    f"{changed('poll_id', 'public_key', 'at', 'event')} OR ({changed('reason', 'salt')} AND NOT "
    f"({LINKS_ERASED.format(row='NEW')} AND NEW.reason = '' AND NEW.salt IS NULL))"
)


def rules(sql: Sql) -> list[Rule]:
    opened, opened_before = OPENED.format(row="NEW"), OPENED.format(row="OLD")
    erased_before = LINKS_ERASED.format(row="OLD")
    withdrawn, withdrawn_before = WITHDRAWN.format(row="NEW"), WITHDRAWN.format(row="OLD")
    stated, stated_before = STATED.format(row="NEW"), STATED.format(row="OLD")
    stating = logged("poll.cards_stated", "at", also=OF_CYCLE)
    given = "NEW.handed_over_at IS NOT NULL OR NEW.released_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL"
    return [
        Rule("credentials", "INSERT", f"{opened} OR {stated} OR NOT {MADE} OR {withdrawn} OR {given}"),
        Rule("credentials", "UPDATE", CARD),
        Rule(
            "credentials",
            "DELETE",
            f"NOT {erased_before} AND ({opened_before} OR {stated_before} OR NOT {withdrawn_before})",
        ),
        Rule("card_withdrawals", "INSERT", f"{opened} OR NOT {logged('poll.card_withdrawn', 'at', also=OF_CYCLE)}"),
        Rule("card_withdrawals", "UPDATE", WITHDRAWAL),
        Rule("card_withdrawals", "DELETE", ALWAYS),
        Rule("reserve_credentials", "INSERT", f"{opened} OR {stated} OR NOT {MADE} OR {withdrawn}"),
        Rule("reserve_credentials", "UPDATE", ALWAYS),
        Rule("reserve_credentials", "DELETE", f"{opened_before} OR {stated_before} OR NOT {withdrawn_before}"),
        Rule(
            "card_statements",
            "INSERT",
            f"{opened} OR NEW.count <> {KEYS_OF_POLL} OR NOT {stating} OR ({BY_PAGE} AND NOT {LABELLED})",
        ),
        Rule("card_statements", "UPDATE", ALWAYS),
        Rule("card_statements", "DELETE", f"{opened_before} OR {MINUTES_STAND}"),
        Rule("maker_confirmations", "INSERT", f"NOT {opened} OR {SAYS_OTHERWISE}"),
        Rule("sealed_codes", "INSERT", opened),
        Rule("sealed_codes", "UPDATE", ALWAYS),
        Rule("sealed_codes", "DELETE", f"{opened_before} AND NOT {erased_before}"),
        Rule("reissues", "UPDATE", REISSUE),
        Rule(
            "reissues",
            "UPDATE",
            f"OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL AND NOT {_approved(sql)}",
            "logged",
        ),
        Rule("reissues", "INSERT", f"NOT {_proposed(sql)}"),
        Rule("reissues", "DELETE", f"OLD.approved_at IS NOT NULL OR NOT ({DECLINED} OR {erased_before})"),
        Rule("hand_over_undoings", "INSERT", f"NOT {_undoing_proposed(sql)}"),
        Rule("hand_over_undoings", "UPDATE", UNDOING),
        Rule(
            "hand_over_undoings",
            "UPDATE",
            f"OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL AND NOT {_undoing_approved(sql)}",
            "logged",
        ),
        Rule("hand_over_undoings", "DELETE", f"OLD.approved_at IS NOT NULL OR NOT {UNDOING_DECLINED}"),
        Rule("card_events", "INSERT", BATCH_PUBLISHED),
        Rule("card_events", "UPDATE", ALWAYS),
        Rule("card_events", "DELETE", f"NOT {erased_before}"),
        Rule("card_batches", "INSERT", f"NOT {logged('poll.card_events', 'at', also=OF_CYCLE)}"),
    ]
