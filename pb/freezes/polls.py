"""A poll, its trustees and what they hand in."""

from pb.freezes.holding import alone, cooled, held, stands
from pb.freezes.rule import ALWAYS, Rule, changed
from pb.freezes.shared import NUMBERS_ERASED, OKRUG_OF_POLL, OPENED, ROLL_FROZEN, last_says, resealed
from pb.freezes.sql import Sql

POLL_PREPARED = ("id", "cycle_id", "attempt", "uuid", "receipt_public", "prepared_at")
POLL_FROZEN = (
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
PROPOSED = ("annul_first_id", "annul_first_role", "annul_first_at", "annul_reason")
ANNULMENT = (*PROPOSED, "annul_second_id", "annul_second_role")
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
DECLINED = "'poll.annulment_declined'"
TERRITORY = "(SELECT cycles.territory_id FROM cycles WHERE cycles.id = NEW.cycle_id)"


def _said_by(sql: Sql, action: str, which: str, also: str = ALWAYS) -> str:
    """The log's last event is this person's, who has held the role long enough at its moment."""
    person, role = f"NEW.annul_{which}_id", f"NEW.annul_{which}_role"
    return (
        f"EXISTS (SELECT 1 FROM audit_heads heads JOIN audit_events events ON events.hash = heads.hash "  # noqa: S608 - our own names
        f"WHERE heads.territory_id = {TERRITORY} AND events.action = '{action}' AND events.actor_id = {person} "
        f"AND events.subject_id = NEW.cycle_id AND {cooled(sql, person, role, 'heads.territory_id', 'events.at')} "
        f"AND {also})"
    )


def _proposal_cleared(sql: Sql) -> str:
    """A proposal to annul that waits goes as a whole, by the log's last event.

    By whoever made it, or by the other of chair and office; one that has lapsed by either. That a poll goes on takes
    no two: whoever holds roles of both bodies keeps nobody from it.
    """
    territory, moment, actor = "heads.territory_id", "events.at", "events.actor_id"
    first = ("OLD.annul_first_id", "OLD.annul_first_role")
    lapsed = f"NOT {stands(sql, *first, territory, 'OLD.annul_first_at', moment)}"
    decides = " OR ".join(
        f"(({first[1]} <> '{role}' OR {actor} = {first[0]} OR {lapsed}) "
        f"AND {cooled(sql, actor, repr(role), territory, moment)})"
        for role in ("chair", "office")
    )
    by = f"events.subject_id = NEW.cycle_id AND ({decides})"
    return (
        "(OLD.annul_first_id IS NOT NULL AND OLD.annul_second_id IS NULL AND NEW.annul_second_id IS NULL "
        "AND NEW.annul_first_id IS NULL AND NEW.annul_first_role IS NULL AND NEW.annul_first_at IS NULL "
        "AND NEW.annul_reason = '' "
        f"AND OLD.state = NEW.state AND {last_says(DECLINED, TERRITORY, by)})"
    )


def _annulled_without_role(sql: Sql) -> str:
    """Whoever proposes or confirms an annulment without its event, or without a role of their own body old enough."""
    first = f"({changed(*PROPOSED)} AND NOT {_proposal_cleared(sql)} "
    first += "AND (OLD.annul_first_id IS NOT NULL "
    said = _said_by(sql, "poll.annulment_proposed", "first", "events.at = NEW.annul_first_at")
    first += f"OR NEW.annul_second_id IS NOT NULL OR NOT {said}))"
    proposer, place = ("NEW.annul_first_id", "NEW.annul_first_role"), ("heads.territory_id", "events.at")
    ever_since = stands(sql, *proposer, place[0], "NEW.annul_first_at", place[1])
    two = f"{alone(sql, 'NEW.annul_second_id', proposer, *place)} AND {ever_since}"
    second = f"({changed('annul_second_id', 'annul_second_role')} AND (OLD.annul_first_id IS NULL "
    second += f"OR NOT {_said_by(sql, 'poll.annulled', 'second', two)}))"
    return f"{first} OR {second}"


# Each step of a poll has its event, by whoever took it; the box is not shut before its time.
STEP = (
    "CASE NEW.state WHEN 'open' THEN 'poll.opened' WHEN 'closed' THEN 'poll.closed' "
    "WHEN 'under_minimum' THEN 'poll.closed' WHEN 'decrypting' THEN 'poll.tallied' "
    "WHEN 'complete' THEN 'poll.result' WHEN 'annulled' THEN 'poll.annulled' END"
)
IN_TIME = (
    "events.subject_id = NEW.cycle_id AND (NEW.state <> 'open' OR events.at = NEW.opened_at) "
    "AND (NEW.state NOT IN ('closed', 'under_minimum') OR events.at >= NEW.closes_at)"
)
UNLOGGED_STEP = f"OLD.state <> NEW.state AND NOT {last_says(STEP, TERRITORY, IN_TIME)}"
DRAWN_UP, CONFIRMED = "'poll.minutes_drawn_up'", "'poll.minutes_confirmed'"
# When it was prepared decides whose work is checked later, so it is the moment of the event.
PREPARED = last_says("'poll.prepared'", TERRITORY, "events.subject_id = NEW.cycle_id AND events.at = NEW.prepared_at")


def _minuted_unlogged(sql: Sql) -> str:
    """The ceremony's minutes are the secretary's by the log's last event, and chair and secretary confirm in person."""

    def unsaid(action: str, actor: str, role: str) -> str:
        holds = held(sql, actor, f"'{role}'", "heads.territory_id", "events.at")
        also = f"events.subject_id = NEW.cycle_id AND events.actor_id = {actor} AND {holds}"
        return f"NOT {last_says(action, TERRITORY, also)}"

    # Cards that change take their list out of the minutes, without anybody's deed.
    written = f"({changed('seed_text', 'minutes_number', 'minutes_on')} "
    written += f"OR ({changed('minutes_cards')} AND NEW.minutes_cards IS NOT NULL))"
    drawn_up = f"({written} AND {unsaid(DRAWN_UP, 'events.actor_id', 'secretary')})"
    confirmed = (
        f"({changed(column)} AND NEW.{column} IS NOT NULL AND {unsaid(CONFIRMED, f'NEW.{column}', role)})"
        for column, role in (("minutes_chair_id", "chair"), ("minutes_secretary_id", "secretary"))
    )
    return " OR ".join((drawn_up, *confirmed))


POLL_ENDED = "EXISTS (SELECT 1 FROM polls WHERE polls.id = OLD.poll_id AND polls.state IN ('complete', 'annulled'))"


def _judged(sql: Sql) -> str:
    """The log's last event says what came of this trustee's decryption; a right one stands in the trustee's row."""
    kept = (
        "EXISTS (SELECT 1 FROM poll_trustees kept WHERE kept.poll_id = OLD.poll_id "
        "AND kept.position = OLD.position AND kept.decryption_json IS NOT NULL)"
    )
    of_trustee = (
        "events.subject_id = (SELECT polls.cycle_id FROM polls WHERE polls.id = OLD.poll_id) "  # noqa: S608 - our own names
        f"AND {sql.said('events.data', 'trustee')} = CAST(OLD.position AS text)"
    )
    okrug = OKRUG_OF_POLL.format(row="OLD")
    right = last_says("'poll.decrypted'", okrug, f"{of_trustee} AND {kept}")
    wrong = last_says("'poll.decryption_refused'", okrug, of_trustee)
    return f"{right} OR {wrong}"


SHUFFLE = f"OLD.verdict IS NOT NULL OR {changed('id', 'poll_id', 'position', 'data', 'handed_in_at')}"


def rules(sql: Sql) -> list[Rule]:
    opened = "OLD.election_json IS NOT NULL"
    frozen = f"({opened} AND ({changed(*POLL_FROZEN)} OR {resealed('receipt_private', sql.mark)})) OR {POLL_STEPS}"
    frozen += f" OR {changed(*POLL_PREPARED)}"
    opening = "OLD.election_json IS NULL AND NEW.election_json IS NOT NULL"
    return [
        Rule("polls", "UPDATE", frozen),
        Rule("polls", "UPDATE", f"{opening} AND NOT {ROLL_FROZEN.format(row='NEW')}", "ordered"),
        # Opened polls, ended ones and annulled ones are made of polls in preparation, under the rules above.
        Rule(
            "polls",
            "INSERT",
            "NEW.state <> 'preparing' OR NEW.election_json IS NOT NULL OR NEW.annul_first_id IS NOT NULL "
            f"OR {NUMBERS_ERASED.format(row='NEW')}",
            "ordered",
        ),
        Rule("polls", "UPDATE", f"OLD.state = 'annulled' AND {changed(*ANNULMENT)}", "frozen_annulment"),
        Rule("polls", "UPDATE", _annulled_without_role(sql), "two_bodies"),
        Rule("polls", "UPDATE", f"{opening} AND NOT {LIST_MINUTED}", "minuted"),
        Rule(
            "polls",
            "UPDATE",
            f"({UNLOGGED_STEP}) OR ({opening} AND NEW.state <> 'open') OR {_minuted_unlogged(sql)}",
            "logged",
        ),
        Rule(
            "polls",
            "UPDATE",
            f"{changed('seed_text')} AND NEW.seed_text IS NOT NULL AND {sql.undrawn('NEW.seed_text')}",
            "frozen_seed",
        ),
        Rule(
            "polls",
            "INSERT",
            f"NEW.seed_text IS NOT NULL OR NEW.minutes_chair_id IS NOT NULL OR NOT {PREPARED}",
            "logged",
        ),
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
        Rule("poll_decryptions", "DELETE", f"NOT ({POLL_ENDED} OR {_judged(sql)})"),
        Rule(
            "participations",
            "INSERT",
            "NEW.hour IS NULL "
            "OR NOT EXISTS (SELECT 1 FROM polls WHERE polls.id = NEW.poll_id AND polls.state = 'open')",
            "ordered",
        ),
    ]
