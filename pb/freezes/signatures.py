"""Electronic signatures: each stands with its event, under what its person confirmed, answered or made."""

from pb.freezes.minutes import OKRUG
from pb.freezes.rule import Rule
from pb.freezes.shared import confirmed, last_says
from pb.freezes.sql import Sql

# As in pb/gatherings/service/signing.py and pb/cards/service/confirmations.py; a test compares them.
OF_FILE = "minutes-file"
OF_ANSWER = "asar-akim-answer"
OF_CARDS = "asar-cards-confirmed"


def _by(sql: Sql, subject: str, **said: str) -> str:
    """The event is of this subject, by this person, at this moment, and says these."""
    told = [f"{sql.said('events.data', name)} = {value}" for name, value in said.items()]
    who = "events.actor_id = NEW.person_id AND events.at = NEW.signed_at"
    return " AND ".join([f"events.subject_id = {subject}", who, *told])


def _under_minutes(sql: Sql) -> str:
    """Who confirmed these minutes as chair or secretary signs their PDF; who answered them signs the answer."""
    latest = "(SELECT max(drawn.version) FROM minutes_versions drawn WHERE drawn.minutes_id = minutes.id)"
    officer = " OR ".join(
        f"(NEW.role = '{role}' AND minutes.{role}_id = NEW.person_id)" for role in ("chair", "secretary")
    )
    answered = (
        "EXISTS (SELECT 1 FROM akim_answers given WHERE given.minutes_id = minutes.id "
        "AND given.akim_id = NEW.person_id)"
    )
    whose = (
        f"(NEW.kind = '{OF_FILE}' AND substr(NEW.text, 1, 64) = printed.sha256 AND ({officer})) "
        f"OR (NEW.kind = '{OF_ANSWER}' AND NEW.role = 'akim' AND {answered})"
    )
    by = _by(
        sql, "minutes.gathering_id", **{"as": "NEW.role", "certificate": "NEW.certificate", "pdf": "printed.sha256"}
    )
    said = last_says("minutes.kind || '.signed'", OKRUG, by)
    return (
        "EXISTS (SELECT 1 FROM minutes JOIN minutes_papers printed ON printed.minutes_id = minutes.id "  # noqa: S608 - our own names
        f"AND printed.version = {latest} WHERE minutes.id = NEW.subject_id AND {confirmed('minutes')} "
        f"AND ({whose}) AND {said})"
    )


def _of_cards(sql: Sql) -> str:
    """The maker's own, with the confirmation of the list."""
    by = _by(sql, "cycles.id", poll="polls.uuid", certificate="NEW.certificate")
    said = last_says("'poll.cards_confirmed'", "cycles.territory_id", by)
    return (
        f"(NEW.kind = '{OF_CARDS}' AND EXISTS (SELECT 1 FROM polls JOIN cycles ON cycles.id = polls.cycle_id "  # noqa: S608 - our own names
        f"WHERE polls.id = NEW.subject_id AND {said}))"
    )


def rules(sql: Sql) -> list[Rule]:
    return [Rule("signatures", "INSERT", f"NOT ({_under_minutes(sql)} OR {_of_cards(sql)})", "logged")]
